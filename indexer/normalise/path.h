/* Looking into properties without caring who wrote them: names are compared ignoring case, '_' and
 * '-', so that storage_encrypted, storageEncrypted and StorageEncrypted are one name, and arrays
 * are passed through. */
#ifndef IX_INDEXER_NORMALISE_PATH_H
#define IX_INDEXER_NORMALISE_PATH_H

#include "base/json.h"

/* The same name, whatever the convention of its source. */
bool ix_name_same(struct ix_sv a, struct ix_sv b);
/* The next name byte that counts at or after *at, folded; 0 at the end. Moves *at behind it. */
char ix_name_next(struct ix_sv name, size_t *at);
/* A copy in small letters (ASCII). */
struct ix_sv ix_name_lower(struct ix_arena *arena, struct ix_sv text);

/* Calls `visit` for every node at the dotted path; stops at the first answer that is not 0 and
 * returns it. Nodes in arrays are visited one by one, the array that the path ends at as itself. */
int ix_path_visit(const struct ix_json *node, struct ix_sv path,
                  int (*visit)(void *context, const struct ix_json *node), void *context);
/* The first text that is not empty at one of the paths (separated by spaces). */
struct ix_sv ix_path_text(const struct ix_json *node, const char *paths);

#endif
