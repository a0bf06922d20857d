/* Secrets that Kubernetes' own types say are secret; what has the shape of one is found later, for
 * all sources alike (indexer/normalise).
 *
 * Replaced by IX_SECRET_MARKER, at any depth (operators embed whole objects in their own): values
 * of `data` and `stringData` of a Secret (bootstrap tokens are such), `value` in a list `env`, the
 * user data of machines, annotations that hold a copy of the whole object, and the values of an
 * OpenShift Template's parameters. Names and keys stay.
 */
#ifndef IX_COLLECTORS_KUBERNETES_CLEAN_H
#define IX_COLLECTORS_KUBERNETES_CLEAN_H

#include "base/json.h"

/* In place; returns how many values were replaced. */
int64_t ix_k8s_clean(struct ix_arena *arena, struct ix_json *node);

#endif
