/* Which files a list of paths means: files, folders (walked), globs, "-". */
#ifndef IX_COLLECTORS_PATHS_H
#define IX_COLLECTORS_PATHS_H

#include "base/arena.h"

enum {
    IX_WALK_DEPTH_MAX = 64,
    IX_WALK_FILES_MAX = 4 << 20,
};

struct ix_found_path {
    struct ix_sv path;   /* as shown to people: what was named, plus what the walk added */
    struct ix_sv reason; /* not empty: left out, and why (".git": version control data) */
};

struct ix_found_paths {
    struct ix_found_path *items; /* malloc'ed; texts in the arena */
    size_t count, capacity;
    bool single; /* one file was named, or "-": it is the whole source */
};

/* In the order named; inside a folder in the order of names (bytes). IX_NOT_FOUND for a named path
 * that does not exist and for a glob that nothing matches; IX_LIMIT; IX_IO. */
IX_MUST_CHECK enum ix_code ix_paths_find(const struct ix_sv *named, size_t named_count,
                                         struct ix_arena *arena, struct ix_found_paths *ret_found,
                                         struct ix_err *err);
void ix_paths_done(struct ix_found_paths *found); /* takes NULL or zeroed */

#endif
