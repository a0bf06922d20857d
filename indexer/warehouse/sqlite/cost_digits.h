/* Which lines of a segment agree in several columns: each column is a digit, and the digits
 * together number the groups of lines. While there are few combinations their product numbers them,
 * whether they occur or not; beyond that a table finds those that occur, and beyond that a hash. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_DIGITS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_DIGITS_H

#include "base/arena.h"

struct ix_cost_digits {
    struct ix_arena *arena; /* borrowed; everything is in it */
    uint32_t lines;
    uint32_t groups; /* at least 1 */
    uint32_t *group; /* of each line; NULL: all are group 0 */
    uint32_t *first; /* once finished: a line of each group, 0 where it has none; NULL: line 0 */
    uint32_t *table; /* zeroed between uses; NULL: not needed yet */
    bool several;    /* more than one digit */
    uint64_t size;   /* of the table, a power of two: at least twice the lines, and all groups */
};

void ix_cost_digits_begin(struct ix_cost_digits *digits, uint32_t lines, struct ix_arena *arena);
/* A column's codes (from `lowest` to `greatest`), of which those with the same `map` (NULL: itself)
 * are the same. */
IX_MUST_CHECK enum ix_code ix_cost_digits_add(struct ix_cost_digits *digits, const uint16_t *codes,
                                              uint32_t lowest, uint32_t greatest,
                                              const uint32_t *map, struct ix_err *err);
/* Finds a line of each group. Some groups may have no line. */
IX_MUST_CHECK enum ix_code ix_cost_digits_finish(struct ix_cost_digits *digits, struct ix_err *err);

#endif
