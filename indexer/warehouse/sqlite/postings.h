/* The property index: which resources have a term (indexer/model/property.h).
 *
 * An inverted index of our own, because it must be exact about values, small, and cost a fraction
 * of what the text index costs (docs/decisions/0002-property-index.md). A term is the 64-bit hash
 * of its text under a seed that is drawn for each warehouse. Postings are written in segments,
 * sorted; a row of a segment is a term and the rids that have it. What changes is not rewritten: a
 * resource's older postings become void. Segments of like size are merged, and void postings
 * dropped on the way.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_POSTINGS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_POSTINGS_H

#include "indexer/warehouse/sqlite/engine.h"

struct ix_posting {
    uint64_t term;
    int64_t rid;
};

uint64_t ix_postings_term(const struct ix_sqlite *e, struct ix_sv text);

/* ---- writing ---- */
/* All postings of `rid` in segments that exist are void. */
IX_MUST_CHECK enum ix_code ix_postings_void(struct ix_sqlite *e, int64_t rid, struct ix_err *err);
/* A new segment; sorts `postings` in place, repeats are no harm. */
IX_MUST_CHECK enum ix_code ix_postings_write(struct ix_sqlite *e, struct ix_posting *postings,
                                             size_t count, struct ix_err *err);
/* Merges what should be merged: at the end of a run. */
IX_MUST_CHECK enum ix_code ix_postings_tidy(struct ix_sqlite *e, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_postings_clear(struct ix_sqlite *e, struct ix_err *err);

/* ---- reading ---- */
/* Adds the table ix_prop (rid, term HIDDEN) and the function ix_term:
 * SELECT rid FROM ix_prop WHERE term = ix_term('path=value'). */
IX_MUST_CHECK enum ix_code ix_postings_add_table(struct ix_sqlite *e, struct ix_err *err);
/* A sum over all postings that count, whatever their order: equal sets, equal sums. */
IX_MUST_CHECK enum ix_code ix_postings_sum(struct ix_sqlite *e, uint64_t *ret_sum,
                                           struct ix_err *err);
/* The part of the sum that one posting makes. */
uint64_t ix_postings_part(uint64_t term, int64_t rid);

#endif
