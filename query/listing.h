/* Rows that are no answers to a query (listings of the warehouse, tables of constants) as JSON
 * objects, the same for the terminal and for HTTP. */
#ifndef IX_QUERY_LISTING_H
#define IX_QUERY_LISTING_H

#include "base/json.h"
#include "indexer/warehouse/warehouse.h"
#include "query/field.h"

/* The row that the cursor of a listing stands on. Columns that end in "_ms" are times and lose the
 * ending. */
struct ix_json *ix_listing_row(struct ix_arena *arena, const struct ix_cursor *cursor);
/* All rows of a listing up to `limit` (0: all) as an array; *ret_more: there are more. */
IX_MUST_CHECK enum ix_code ix_listing_read(struct ix_warehouse *warehouse, enum ix_listing listing,
                                           struct ix_sv word, int64_t limit, struct ix_arena *arena,
                                           struct ix_json **ret_rows, bool *ret_more,
                                           struct ix_err *err);
/* {"field", "also", "help"} */
struct ix_json *ix_listing_field(struct ix_arena *arena, const struct ix_field_info *info);

#endif
