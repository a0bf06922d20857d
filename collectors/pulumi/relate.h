/* The edges that an entry of a state's `resources` declares. */
#ifndef IX_COLLECTORS_PULUMI_RELATE_H
#define IX_COLLECTORS_PULUMI_RELATE_H

#include "collectors/pulumi/reading.h"

/* Pushes every relation of `resource`, which `node` is the entry of, each once. */
IX_MUST_CHECK enum ix_code ix_pulumi_relate(struct ix_pulumi_reading *r, const struct ix_json *node,
                                            const struct ix_resource *resource, struct ix_err *err);

#endif
