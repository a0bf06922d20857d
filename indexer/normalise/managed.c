/* A state manages what it holds; what it only reads, or only plans, it does not. What was
 * seen live says it by its labels (Kubernetes: recommended labels; Argo CD and Flux: tracking
 * labels) or by the tag that CloudFormation puts on what it makes. */
#include "indexer/normalise/managed.h"

#include "indexer/normalise/path.h"
#include "indexer/normalise/tags.h"

struct mark {
    enum ix_tag_class tag_class;
    const char *key, *manager;
};

static const struct mark marks[] = {
    {IX_ANNOTATION, "argocd.argoproj.io/tracking-id", "argocd"},
    {IX_LABEL, "argocd.argoproj.io/instance", "argocd"},
    {IX_LABEL, "kustomize.toolkit.fluxcd.io/name", "flux"},
    {IX_LABEL, "helm.toolkit.fluxcd.io/name", "flux"},
    {IX_ANNOTATION, "meta.helm.sh/release-name", "helm"},
    {IX_TAG, "aws:cloudformation:stack-name", "cloudformation"},
};

static struct ix_sv by_labels(struct ix_arena *arena, const struct ix_resource *r) {
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct ix_sv value = ix_tags_find(r->tags, r->tag_count, marks[i].tag_class, marks[i].key);
        if (!ix_sv_empty(value)) {
            return ix_sv_cstr(marks[i].manager);
        }
    }
    struct ix_sv said =
        ix_tags_find(r->tags, r->tag_count, IX_LABEL, "app.kubernetes.io/managed-by");
    return ix_name_lower(arena, said);
}

struct ix_sv ix_managed_by(struct ix_arena *arena, const struct ix_resource *resource) {
    static const char *const states[] = {"terraform", "opentofu", "pulumi", "cloudformation"};
    if (resource->flags & (IX_FLAG_EXTERNAL | IX_FLAG_PLANNED)) {
        return (struct ix_sv){0};
    }
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (ix_sv_eq_cstr(resource->source_kind, states[i])) {
            return resource->source_kind;
        }
    }
    return by_labels(arena, resource);
}
