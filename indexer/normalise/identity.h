/* Identity: the same real thing gets the same uid, two different things never do.
 *
 * The strongest id that is present counts: an AWS ARN (given, or built by the family's pattern), an
 * Azure resource id in small letters, a Google full resource name (//service.googleapis.com/…), the
 * uid of a Kubernetes object. Without one, and for what need not exist (planned, components, old
 * copies), the uid is the place in the source, which nothing else can share.
 *
 * Sources: AWS General Reference, Amazon Resource Names; Azure Resource Manager, resource ids;
 * Google AIP-122, full resource names; Kubernetes API, object names and ids.
 */
#ifndef IX_INDEXER_NORMALISE_IDENTITY_H
#define IX_INDEXER_NORMALISE_IDENTITY_H

#include "indexer/model/resource.h"
#include "indexer/normalise/type.h"

/* Fills account, region and zone where the collector left them empty and an id or property tells;
 * `resource` has its canonical type and unfolded properties. Then the uid. `family` may be NULL.
 * Texts in the arena or borrowed from `resource`. */
void ix_identity_place(struct ix_arena *arena, struct ix_resource *resource,
                       const struct ix_type *family);
struct ix_sv ix_identity_uid(struct ix_arena *arena, const struct ix_resource *resource,
                             const struct ix_type *family);

/* An id as a uid would hold it: Azure ids in small letters, Google links as full names; anything
 * else as it is. */
struct ix_sv ix_identity_id(struct ix_arena *arena, struct ix_sv id);

#endif
