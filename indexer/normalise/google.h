/* Google's names: many links and paths, one full resource name (AIP-122):
 * https://www.googleapis.com/compute/v1/projects/p/… is //compute.googleapis.com/projects/p/… */
#ifndef IX_INDEXER_NORMALISE_GOOGLE_H
#define IX_INDEXER_NORMALISE_GOOGLE_H

#include "indexer/model/resource.h"
#include "indexer/normalise/type.h"

/* The full name that a link of a Google API stands for; any other text as it is. */
struct ix_sv ix_google_name(struct ix_arena *arena, struct ix_sv link);
/* Of a thing, from its self link or its id; empty when neither is enough. `family` may be NULL. */
struct ix_sv ix_google_uid(struct ix_arena *arena, const struct ix_resource *resource,
                           const struct ix_type *family);

#endif
