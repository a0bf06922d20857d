/* Selectors, resolved: which pods and workloads of the input carry the labels that a Service, a
 * NetworkPolicy, a PodDisruptionBudget or a controller asks for.
 *
 * Objects come in any order, so labels and selectors are kept until the end of the input, up to a
 * limit. A selector chooses only within its namespace. What has a controller of its own and is no
 * pod (the ReplicaSets of a Deployment) is not chosen: its controller is. Controllers choose pods
 * only.
 *
 * Source: Kubernetes documentation, "Labels and Selectors"; the API reference of each kind says
 * what an absent and an empty selector mean: absent chooses nothing, empty everything, but for a
 * Service an empty one chooses nothing.
 */
#ifndef IX_COLLECTORS_KUBERNETES_SELECT_H
#define IX_COLLECTORS_KUBERNETES_SELECT_H

#include "base/map.h"
#include "indexer/model/resource.h"

enum {
    IX_K8S_SELECTED_MAX = 10000,    /* objects listed for one selector */
    IX_K8S_COMPARED_MAX = 20000000, /* candidates looked at in one input */
};

struct ix_k8s_reading;
struct ix_k8s_selector;

struct ix_k8s_selection {
    struct ix_arena arena;
    struct ix_map candidates; /* by namespace, and by namespace and one label */
    struct ix_k8s_selector *first, *last;
    int64_t compared;
    int64_t crowded;   /* selectors that choose more than IX_K8S_SELECTED_MAX */
    int64_t full;      /* objects that came after the limit */
    int64_t selectors; /* that were met */
};

void ix_k8s_selection_init(struct ix_k8s_selection *selection, size_t limit_bytes);
void ix_k8s_selection_done(struct ix_k8s_selection *selection);

/* Keeps what the object carries and asks for. `scratch` is for the time of the call. */
IX_MUST_CHECK enum ix_code ix_k8s_select_keep(struct ix_k8s_selection *selection,
                                              struct ix_arena *scratch,
                                              const struct ix_json *object,
                                              const struct ix_resource *resource,
                                              struct ix_err *err);
/* Pushes `selects` relations for everything that was kept. */
IX_MUST_CHECK enum ix_code ix_k8s_select_resolve(struct ix_k8s_reading *r, struct ix_err *err);

#endif
