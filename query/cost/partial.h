/* Months that a source has not charged to their end: of each source the newest billing period. */
#ifndef IX_QUERY_COST_PARTIAL_H
#define IX_QUERY_COST_PARTIAL_H

#include "indexer/warehouse/cost.h"

/* Those that [from_ms, until_ms) reaches into; IX_TIME_UNKNOWN: no bound. */
IX_MUST_CHECK enum ix_code ix_cost_partial_find(struct ix_warehouse *warehouse, int64_t from_ms,
                                                int64_t until_ms, struct ix_arena *arena,
                                                struct ix_cost_ends *ret_ends, struct ix_err *err);

#endif
