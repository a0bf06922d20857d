/* Whatever fails here is the test's own fault, so it ends it. */
#include "tests/collectors/run/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATHS_KEPT = 4, WALK_FILES = 16 };

static void must(bool good, const char *what) {
    if (!good) {
        perror(what);
        abort();
    }
}

void folder_init(struct folder *folder) {
    const char *parent = getenv("TMPDIR");
    snprintf(folder->path, sizeof folder->path, "%s/infradex-test-XXXXXX",
             parent ? parent : "/tmp");
    must(mkdtemp(folder->path) != NULL, folder->path);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw) {
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

void folder_done(struct folder *folder) {
    must(nftw(folder->path, remove_entry, WALK_FILES, FTW_DEPTH | FTW_PHYS) == 0, folder->path);
}

const char *folder_path(const struct folder *folder, const char *name) {
    static char paths[PATHS_KEPT][2 * FOLDER_PATH_SIZE];
    static size_t next;
    char *path = paths[next++ % PATHS_KEPT];
    snprintf(path, sizeof paths[0], "%s/%s", folder->path, name);
    return path;
}

static void make_parents(char *path, size_t known) {
    for (char *slash = strchr(path + known + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700); /* it may be there; if not, opening the file fails */
        *slash = '/';
    }
}

void folder_write(const struct folder *folder, const char *name, struct ix_sv bytes) {
    char path[2 * FOLDER_PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    make_parents(path, strlen(folder->path));
    FILE *file = fopen(path, "wb");
    must(file != NULL, path);
    must(fwrite(bytes.data ? bytes.data : "", 1, bytes.size, file) == bytes.size, path);
    must(fclose(file) == 0, path);
}

int pipe_of(struct ix_sv bytes) {
    int ends[2];
    must(pipe(ends) == 0, "pipe");
    must(write(ends[1], bytes.data, bytes.size) == (ssize_t)bytes.size, "pipe");
    close(ends[1]);
    return ends[0];
}
