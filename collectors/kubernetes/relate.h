/* What an object says of other things: its owners, and what reference.def lists. */
#ifndef IX_COLLECTORS_KUBERNETES_RELATE_H
#define IX_COLLECTORS_KUBERNETES_RELATE_H

#include "collectors/kubernetes/reading.h"

IX_MUST_CHECK enum ix_code ix_k8s_relate(struct ix_k8s_reading *r, const struct ix_json *object,
                                         const struct ix_resource *resource, struct ix_err *err);

#endif
