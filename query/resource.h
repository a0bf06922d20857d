/* One resource by its uid, through the query language, so that it is what a search would find. */
#ifndef IX_QUERY_RESOURCE_H
#define IX_QUERY_RESOURCE_H

#include "base/json.h"
#include "indexer/warehouse/warehouse.h"

/* `text` as a quoted value of the query language, in `arena`. */
struct ix_sv ix_query_quote(struct ix_arena *arena, struct ix_sv text);

/* The resource with exactly this uid, deleted or not, with its properties. IX_NOT_FOUND. */
IX_MUST_CHECK enum ix_code ix_resource_read(struct ix_warehouse *warehouse, struct ix_sv uid,
                                            int64_t now_ms, struct ix_arena *arena,
                                            struct ix_json **ret_resource, struct ix_err *err);
/* Sets its member `relations`, at most `limit` of them (0: all); when there are more, the member
 * `more_relations` is true. */
IX_MUST_CHECK enum ix_code ix_resource_add_relations(struct ix_warehouse *warehouse,
                                                     struct ix_sv uid, int64_t limit,
                                                     struct ix_arena *arena,
                                                     struct ix_json *resource, struct ix_err *err);

#endif
