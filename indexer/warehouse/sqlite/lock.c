/* One writer at a time, across processes: an advisory lock (flock) on a file of our own, whose text
 * says who holds it. The kernel lets go of it when the holder dies, however it dies. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "indexer/warehouse/sqlite/engine.h"

enum { PATH_SIZE = 4096, RETRY_MS = 50 };

static bool lock_path(const char *folder, char path[PATH_SIZE]) {
    return snprintf(path, PATH_SIZE, "%s/infradex.lock", folder) < PATH_SIZE;
}

static void read_owner(int fd, char text[256]) {
    ssize_t size = pread(fd, text, 255, 0);
    size = size < 0 ? 0 : size;
    while (size > 0 && text[size - 1] == '\n') {
        size--;
    }
    text[size] = '\0';
}

/* Only words for people: a failure here takes nothing from the lock. */
static void write_owner(int fd) {
    char text[128];
    char now[IX_TIME_TEXT_SIZE];
    struct ix_sv since = ix_time_format((int64_t)time(NULL) * IX_SECOND_MS, now);
    int size =
        snprintf(text, sizeof text, "process %ld, since %.*s\n", (long)getpid(), IX_SV_FMT(since));
    bool written = ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)size, 0) == size;
    (void)written;
}

static void pause_ms(int64_t ms) {
    const struct timespec pause = {.tv_nsec = (long)(ms * 1000000)};
    nanosleep(&pause, NULL);
}

enum ix_code ix_sqlite_lock(const char *folder, int64_t wait_ms, const bool *cancelled, int *ret_fd,
                            struct ix_err *err) {
    char path[PATH_SIZE];
    char owner[256];
    if (!lock_path(folder, path)) {
        return ix_err_set(err, IX_INVALID, "the name of the data folder is too long");
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return ix_err_errno(err, errno, "%s", path);
    }
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (wait_ms <= 0 || (cancelled && *cancelled)) {
            read_owner(fd, owner);
            close(fd);
            return ix_err_set(err, IX_BUSY,
                              "another process is writing to this warehouse%s%s%s; try again, or "
                              "wait with --wait SECONDS",
                              *owner ? " (" : "", owner, *owner ? ")" : "");
        }
        pause_ms(RETRY_MS);
        wait_ms -= RETRY_MS;
    }
    write_owner(fd);
    *ret_fd = fd;
    return IX_OK;
}

void ix_sqlite_unlock(int fd) {
    if (fd >= 0) {
        bool emptied =
            ftruncate(fd, 0) == 0; /* stale words are harmless: the lock is what counts */
        (void)emptied;
        close(fd);
    }
}

struct ix_sv ix_sqlite_lock_owner(const char *folder, char text[256]) {
    char path[PATH_SIZE];
    int fd = lock_path(folder, path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    text[0] = '\0';
    if (fd >= 0) {
        if (flock(fd, LOCK_SH | LOCK_NB) != 0) {
            read_owner(fd, text);
            if (text[0] == '\0') {
                snprintf(text, 256, "held, it is not said by whom");
            }
        }
        close(fd);
    }
    return ix_sv_cstr(text);
}
