/* Told by structure, not by kind, so that operators' own workloads (Rollout, Knative Service, ...)
 * are seen too. */
#include "collectors/kubernetes/pod.h"

static bool is_pod(const struct ix_json *node) {
    return ix_json_kind(ix_json_path(node, "spec", "containers", NULL)) == IX_JSON_ARRAY;
}

const struct ix_json *ix_k8s_pod_of(const struct ix_json *object, struct ix_sv *ret_path) {
    const struct ix_json *spec = ix_json_get(object, "spec");
    const struct {
        const struct ix_json *node;
        struct ix_sv path;
    } places[] = {
        {ix_json_get(spec, "template"), IX_SV("spec.template.spec")},
        {ix_json_path(spec, "jobTemplate", "spec", "template", NULL),
         IX_SV("spec.jobTemplate.spec.template.spec")},
        {ix_json_get(object, "template"), IX_SV("template.spec")},
        {object, IX_SV("spec")},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (is_pod(places[i].node)) {
            *ret_path = places[i].path;
            return places[i].node;
        }
    }
    return NULL;
}
