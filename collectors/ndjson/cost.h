/* A `cost` record as a line of a bill; indexer/model/record.h names its members. */
#ifndef IX_COLLECTORS_NDJSON_COST_H
#define IX_COLLECTORS_NDJSON_COST_H

#include "indexer/model/cost.h"

/* Everything but the source. Slices are of `node` or in `arena`. IX_INVALID names the member. */
IX_MUST_CHECK enum ix_code ix_ndjson_cost(struct ix_arena *arena, const struct ix_json *node,
                                          struct ix_cost_line *ret_line, struct ix_err *err);

#endif
