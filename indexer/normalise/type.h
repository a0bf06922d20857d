/* Type families: the many spellings of one type, joined by one line of types.def each.
 *
 * A spelling that no line names is derived by rule (aws_appmesh_mesh -> aws.appmesh.mesh), so no
 * type is ever refused.
 */
#ifndef IX_INDEXER_NORMALISE_TYPE_H
#define IX_INDEXER_NORMALISE_TYPE_H

#include "base/json.h"

/* One family; constant data. */
struct ix_type {
    const char *name;       /* aws.s3.bucket */
    const char *spellings;  /* separated by spaces; compared without case:
                               "aws_s3_bucket aws:s3/bucket:Bucket AWS::S3::Bucket s3:bucket" */
    const char *kind;       /* bucket; "" when no word fits */
    const char *category;   /* storage */
    const char *id_pattern; /* how the uid is built when the source gives no full id:
                               "arn:{partition}:s3:::{id}"; "" when the id is not enough */
    const char *console;    /* link pattern of the provider's console; "" when there is none */
};

/* The family of a native type as written by any source; NULL when only the rule applies. */
const struct ix_type *ix_type_find(struct ix_sv native_type);
/* Canonical name, by table or by rule; `provider` is the observation's provider, a help for the
 * rule. In the arena or constant. */
struct ix_sv ix_type_canonical(struct ix_arena *arena, struct ix_sv native_type,
                               struct ix_sv provider);
/* The second part of a canonical name: aws.s3.bucket -> s3. */
struct ix_sv ix_type_service(struct ix_sv canonical);

/* All families, for `infradex types` and completion. */
size_t ix_type_count(void);
const struct ix_type *ix_type_at(size_t index);
/* {"type", "kind", "category", "spellings"}, for listings. */
struct ix_json *ix_type_row(struct ix_arena *arena, const struct ix_type *type);
/* Every spelling, every canonical name and its last word, NULL at the end, for suggestions; NULL
 * when memory is gone. Made once, never freed. */
const char *const *ix_type_words(void);
/* The known kinds and categories (kinds.def), NULL at the end. */
extern const char *const ix_kinds[];
extern const char *const ix_categories[];

#endif
