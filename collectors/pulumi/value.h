/* Property values as Pulumi writes them: some objects are not objects but tagged values.
 *
 * Such an object has the member 4dabf18193072939515e22adb298388d, whose text says what it stands
 * for (value.c has the list). They are made plain: secrets become IX_SECRET_MARKER whether they
 * are encrypted or in clear text, texts of assets too, references to resources are gathered.
 * A tag that is not known becomes the marker as well: it could be a new kind of secret.
 * What Pulumi keeps for itself among the properties (`__defaults`, `__meta`) is dropped at every
 * depth. Source: pulumi/pulumi, sdk/go/common/resource/sig, sdk/go/common/apitype/
 * property-values.json.
 */
#ifndef IX_COLLECTORS_PULUMI_VALUE_H
#define IX_COLLECTORS_PULUMI_VALUE_H

#include "base/json.h"

struct ix_pulumi_reference {
    struct ix_pulumi_reference *next;
    struct ix_sv urn;
    struct ix_sv path; /* of the property that holds it: "subnets[0]" */
};

struct ix_pulumi_values {
    struct ix_arena *arena;                 /* of the tree that is cleaned */
    struct ix_pulumi_reference *references; /* newest first, in the arena */
    int64_t secrets;                        /* tagged as such and replaced */
    int64_t texts;                          /* of assets and serialised code, replaced */
    int64_t unknown;                        /* unknown tags, replaced */
};

/* Cleans `node` (an object of properties) in its place; NULL is nothing to do. */
void ix_pulumi_values_clean(struct ix_pulumi_values *values, struct ix_json *node);
bool ix_pulumi_value_is_secret(const struct ix_json *node);

#endif
