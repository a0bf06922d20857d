/* Tags: cleaned and in one order, so that equal sets of tags are equal bytes. */
#ifndef IX_INDEXER_NORMALISE_TAGS_H
#define IX_INDEXER_NORMALISE_TAGS_H

#include "indexer/model/resource.h"

/* Without keys that are empty or over IX_NAME_MAX, of a repeated key the last, sorted by class and
 * key, values without secrets and at most IX_TAG_VALUE_MAX long, at most IX_TAGS_MAX of them. In
 * the arena; NULL with 0 tags, or when the arena failed. */
struct ix_tag *ix_tags_clean(struct ix_arena *arena, const struct ix_tag *tags, size_t count,
                             size_t *ret_count);
/* One line on the first thing that ix_tags_clean cuts or leaves out for its size; empty when all
 * fits.
 */
struct ix_sv ix_tags_fault(struct ix_arena *arena, const struct ix_tag *tags, size_t count);
/* The value of a tag; empty when there is none. */
struct ix_sv ix_tags_find(const struct ix_tag *tags, size_t count, enum ix_tag_class tag_class,
                          const char *key);

#endif
