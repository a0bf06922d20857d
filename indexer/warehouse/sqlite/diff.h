/* What changed between two states of a resource. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_DIFF_H
#define IX_INDEXER_WAREHOUSE_SQLITE_DIFF_H

#include "base/json.h"

/* Called for each difference: `path` as people write it (".ingress" for a property, "tag.env",
 * "name"), old and new NULL when there is none. Returns false to stop. */
typedef bool ix_diff_fn(void *context, struct ix_sv path, const struct ix_json *old_value,
                        const struct ix_json *new_value);

/* `properties`: paths begin with a dot, as properties are written. Objects are gone into; arrays
 * are compared as sets, since sources give them in any order. What noise.def lists for the type is
 * passed over. */
void ix_diff_visit(struct ix_sv type, bool properties, const struct ix_json *old_node,
                   const struct ix_json *new_node, ix_diff_fn *visit, void *context);

#endif
