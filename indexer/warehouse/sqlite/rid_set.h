/* Sets of resources, as bitmaps: what a condition finds, as one value of SQL.
 *
 * A set is a blob that lives while a statement runs and is never stored: the number of its first
 * word, then its words, in this machine's order, bit i of word w standing for the rid w * 64 + i.
 * Sets are joined word by word, so a search that only counts never sees a row.
 *
 *   ix_set(rid)            aggregate: the set of these
 *   ix_both(a, …)          in all of them          ix_either(a, …)   in any
 *   ix_without(a, b)       in a and not in b
 *   ix_count(a)            how many
 *   SELECT rid FROM ix_each(a)                     its rids, ascending
 *   … ix_held(a) h CROSS JOIN … ix_has(h.held, rid)   1 or 0, for very many rows
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_RID_SET_H
#define IX_INDEXER_WAREHOUSE_SQLITE_RID_SET_H

#include "indexer/warehouse/sqlite/engine.h"

/* rids are given one after another; a set of this size has 256 MiB */
#define IX_RID_MAX (INT64_C(1) << 31)

/* A set while it is made. Zeroed it is empty. */
struct ix_rid_set {
    uint64_t *memory; /* of sqlite3_malloc: a place for `first`, then the words */
    size_t first, count, capacity;
};

/* Room for the words [begin, end); those that are new are empty. False without memory. */
bool ix_rid_set_reach(struct ix_rid_set *set, size_t begin, size_t end);
/* False without memory, or for what is no rid. */
bool ix_rid_set_add(struct ix_rid_set *set, int64_t rid);
/* Word `word`, which must be within its reach. */
static inline uint64_t *ix_rid_set_word(struct ix_rid_set *set, size_t word) {
    return &set->memory[1 + word - set->first];
}
/* The set becomes the result of a function, and is empty then. */
void ix_rid_set_result(struct ix_rid_set *set, sqlite3_context *context);
void ix_rid_set_done(struct ix_rid_set *set);

/* A set that is a value: borrowed as the value is. */
struct ix_rid_view {
    const unsigned char *words;
    size_t first, count;
};

struct ix_rid_view ix_rid_view_of(sqlite3_value *value);
static inline uint64_t ix_rid_view_word(const struct ix_rid_view *view, size_t word) {
    uint64_t bits = 0; /* the bytes of a value stand anywhere */
    if (word - view->first < view->count) {
        memcpy(&bits, view->words + (word - view->first) * sizeof bits, sizeof bits);
    }
    return bits;
}
size_t ix_rid_view_count(const struct ix_rid_view *view);

IX_MUST_CHECK enum ix_code ix_rid_set_add_functions(struct ix_sqlite *e, struct ix_err *err);

#endif
