/* One resource normalised by itself, written as its type, provider and properties. */
#ifndef IX_TESTS_NORMALISE_NORMAL_H
#define IX_TESTS_NORMALISE_NORMAL_H

#include "indexer/normalise/normalise.h"

struct normal {
    struct ix_arena arena;
    struct ix_resource in, out;
    char text[4096];
};

/* Source "state" of kind terraform, address "there"; members of `in` may be changed before
 * normal_run. The native id is the member `id` of the properties. */
void normal_init(struct normal *n, const char *native_type, const char *provider,
                 const char *properties);
void normal_run(struct normal *n);
void normal_done(struct normal *n);

/* The compact JSON of the normalised properties, good until the next call. */
const char *normal_properties(struct normal *n);
/* The uid of a thing, in `text`. */
const char *normal_uid(struct normal *n, const char *native_type, const char *provider,
                       const char *properties);
/* The properties after normalisation of a thing of this type, in `text`. */
const char *normal_kept(struct normal *n, const char *native_type, const char *properties);

#endif
