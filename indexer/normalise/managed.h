/* Who looks after a thing: the tool whose state holds it, or the one that its labels name. */
#ifndef IX_INDEXER_NORMALISE_MANAGED_H
#define IX_INDEXER_NORMALISE_MANAGED_H

#include "indexer/model/resource.h"

/* terraform, pulumi, helm, argocd, ...; empty when nobody is known to. In the arena, constant, or
 * borrowed from `resource`. */
struct ix_sv ix_managed_by(struct ix_arena *arena, const struct ix_resource *resource);

#endif
