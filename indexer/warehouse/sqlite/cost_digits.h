/* Which lines of a segment agree in several columns: each column is a digit, and the digits
 * together number the groups of lines. While there are few combinations a table finds them, beyond
 * that a hash; after each digit only the groups that occur are counted. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_DIGITS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_DIGITS_H

#include "base/arena.h"

struct ix_cost_digits {
    struct ix_arena *arena; /* borrowed; everything is in it */
    uint32_t lines;
    uint32_t groups; /* at least 1 */
    uint32_t *group; /* of each line; NULL: all are group 0 */
    uint32_t *first; /* a line of each group; NULL: line 0 */
    uint32_t *table; /* zeroed between uses */
    uint64_t size;   /* of the table, a power of two: at least twice the lines */
};

IX_MUST_CHECK enum ix_code ix_cost_digits_begin(struct ix_cost_digits *digits, uint32_t lines,
                                                struct ix_arena *arena, struct ix_err *err);
/* A column's codes (up to `count`), of which those with the same `map` (NULL: itself) are the same.
 */
IX_MUST_CHECK enum ix_code ix_cost_digits_add(struct ix_cost_digits *digits, const uint16_t *codes,
                                              uint32_t count, const uint32_t *map,
                                              struct ix_err *err);

#endif
