/* A row of an answer as JSON: what a resource is shown as, or columns by their names. */
#ifndef IX_QUERY_ROW_H
#define IX_QUERY_ROW_H

#include "base/json.h"
#include "indexer/warehouse/shown.h"
#include "query/lower.h"

/* The members of answer.def but those that the plan leaves out, then sources and, when wanted,
 * properties. Both rows are in `arena`, whose failure tells. */
struct ix_json *ix_row_of_resource(const struct ix_plan *plan, const struct ix_shown *shown,
                                   bool properties, struct ix_arena *arena);
/* The cursor's row of a statement of IX_ANSWER_ROWS. */
struct ix_json *ix_row_of_columns(const struct ix_plan *plan, const struct ix_lowered *lowered,
                                  const struct ix_cursor *cursor, int64_t now_ms,
                                  struct ix_arena *arena);

#endif
