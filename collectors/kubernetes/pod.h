/* Where a kind keeps its pod: itself, or the template that it makes pods from. */
#ifndef IX_COLLECTORS_KUBERNETES_POD_H
#define IX_COLLECTORS_KUBERNETES_POD_H

#include "base/json.h"

/* The object with the pod's `metadata` and `spec` (which has `containers`), NULL when there is
 * none; *ret_path is the path of its spec, constant text. */
const struct ix_json *ix_k8s_pod_of(const struct ix_json *object, struct ix_sv *ret_path);

#endif
