/* What a resource's attributes say of it beside being its properties: id, name, tags, place,
 * times. */
#ifndef IX_COLLECTORS_TERRAFORM_DESCRIBE_H
#define IX_COLLECTORS_TERRAFORM_DESCRIBE_H

#include "indexer/model/resource.h"

/* Fills name, native_id, tags, account, region, zone, created_ms and modified_ms of `resource` from
 * `attributes` and, where these do not say it, account and place from `identity` (NULL: nothing is
 * known); its address, native_type and provider are read. Everything
 * lies in `arena` or in the attributes. A hidden value counts as unknown. */
void ix_tf_describe(struct ix_arena *arena, const struct ix_json *attributes,
                    const struct ix_json *identity, struct ix_resource *resource);

#endif
