/* From one entry of a state's `resources` to what the model knows of a thing. */
#ifndef IX_COLLECTORS_PULUMI_DESCRIBE_H
#define IX_COLLECTORS_PULUMI_DESCRIBE_H

#include "collectors/pulumi/reading.h"

/* Cleans `node` and fills `ret` from it; texts stay in the node or in r->arena, whose sticky
 * failure tells of missing memory. Flag `pending` and the variant are the caller's. */
void ix_pulumi_describe(struct ix_pulumi_reading *r, struct ix_json *node, struct ix_resource *ret);

#endif
