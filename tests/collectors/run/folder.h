/* A folder of files that is made for a test and removed after it. */
#ifndef IX_TESTS_RUN_FOLDER_H
#define IX_TESTS_RUN_FOLDER_H

#include "base/sv.h"

enum { FOLDER_PATH_SIZE = 512 };

struct folder {
    char path[FOLDER_PATH_SIZE];
};

void folder_init(struct folder *folder);
/* Removes everything in it. */
void folder_done(struct folder *folder);

/* The full path of `name`; good until the next call but three. */
const char *folder_path(const struct folder *folder, const char *name);
/* Writes a file, and the folders it lies in. */
void folder_write(const struct folder *folder, const char *name, struct ix_sv bytes);
/* A pipe's end that gives `bytes`, which must fit a pipe (64 KiB); the caller closes it. */
int pipe_of(struct ix_sv bytes);

#endif
