/* What a document is, told from its outline or from the whole tree alike.
 *
 * An object of Kubernetes has `apiVersion`, `kind` and `metadata.name` (API conventions,
 * "Resources" and "Objects"). Much that looks like one is none: lists, watch events, API metadata,
 * errors, client configuration.
 *
 * Source: Kubernetes API conventions (sig-architecture), "Types (Kinds)"; API concepts, "Efficient
 * detection of changes" for watch events.
 */
#ifndef IX_COLLECTORS_KUBERNETES_DOCUMENT_H
#define IX_COLLECTORS_KUBERNETES_DOCUMENT_H

#include "base/json.h"

#define IX_K8S_RECIPE "a recipe of kustomize: index what kustomize build writes"

enum ix_k8s_shape {
    IX_K8S_EMPTY,    /* null: between two separators stands nothing */
    IX_K8S_OBJECT,   /* to be indexed */
    IX_K8S_LIST,     /* kind *List with `items` (may be null) */
    IX_K8S_EVENT,    /* {"type": "ADDED", "object": ...} */
    IX_K8S_SEQUENCE, /* an array */
    IX_K8S_IGNORED,  /* of Kubernetes, and rightly nothing to index: `reason` */
    IX_K8S_REFUSED,  /* of Kubernetes, and cannot be read as objects: `reason` */
    IX_K8S_OTHER,    /* nothing of Kubernetes: `reason` */
};

struct ix_k8s_document {
    enum ix_k8s_shape shape;
    struct ix_sv reason; /* constant text */
};

struct ix_k8s_document ix_k8s_document_of(const struct ix_json *node);

/* The group of "apps/v1" is apps, that of "v1" is empty. */
struct ix_sv ix_k8s_group(struct ix_sv api_version);
/* metadata.name, or the prefix that the server would make one from; empty when there is neither. */
struct ix_sv ix_k8s_name(const struct ix_json *object);
/* A label's value: always text in the API, but people forget the quotes around 1 and true. */
struct ix_sv ix_k8s_label_text(struct ix_arena *arena, const struct ix_json *value);

#endif
