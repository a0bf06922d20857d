/* The kinds that look like objects and are none stand in a table; the rest is decided by which
 * members there are. */
#include "collectors/kubernetes/document.h"

struct ix_sv ix_k8s_group(struct ix_sv api_version) {
    size_t slash = ix_sv_find_char(api_version, '/');
    return slash == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_sub(api_version, 0, slash);
}

struct ix_sv ix_k8s_name(const struct ix_json *object) {
    const struct ix_json *metadata = ix_json_get(object, "metadata");
    struct ix_sv name = ix_json_get_string(metadata, "name");
    return ix_sv_empty(name) ? ix_json_get_string(metadata, "generateName") : name;
}

struct ix_sv ix_k8s_label_text(struct ix_arena *arena, const struct ix_json *value) {
    struct ix_sv text = {0};
    (void)ix_json_scalar_text(arena, value, &text);
    return text;
}

/* ---- kinds that are no objects ---- */

#define API_METADATA "API metadata, no objects"
#define PRINTED      "made for printing, not whole objects: export with kubectl get -o json"

static const struct special {
    const char *kind;
    const char *group; /* NULL: any */
    enum ix_k8s_shape shape;
    const char *reason;
} specials[] = {
    {"APIResourceList", NULL, IX_K8S_IGNORED, API_METADATA},
    {"APIGroupList", NULL, IX_K8S_IGNORED, API_METADATA},
    {"APIGroup", "", IX_K8S_IGNORED, API_METADATA},
    {"APIVersions", NULL, IX_K8S_IGNORED, API_METADATA},
    {"APIGroupDiscoveryList", NULL, IX_K8S_IGNORED, API_METADATA},
    {"APIGroupDiscovery", NULL, IX_K8S_IGNORED, API_METADATA},
    {"Config", "", IX_K8S_IGNORED, "a kubeconfig: how to reach clusters, and credentials"},
    {"Kustomization", "kustomize.config.k8s.io", IX_K8S_IGNORED, IX_K8S_RECIPE},
    {"Component", "kustomize.config.k8s.io", IX_K8S_IGNORED, IX_K8S_RECIPE},
    {"Status", "", IX_K8S_REFUSED, "an answer of the API server without objects"},
    {"Table", "meta.k8s.io", IX_K8S_REFUSED, PRINTED},
    {"PartialObjectMetadata", "meta.k8s.io", IX_K8S_REFUSED, PRINTED},
    {"PartialObjectMetadataList", "meta.k8s.io", IX_K8S_REFUSED, PRINTED},
};

static const struct special *find_special(struct ix_sv kind, struct ix_sv group) {
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        const struct special *s = &specials[i];
        if (ix_sv_eq_cstr(kind, s->kind) && (!s->group || ix_sv_eq_cstr(group, s->group))) {
            return s;
        }
    }
    return NULL;
}

static struct ix_k8s_document as(enum ix_k8s_shape shape, const char *reason) {
    return (struct ix_k8s_document){.shape = shape, .reason = ix_sv_cstr(reason)};
}

/* ---- shapes ---- */

static bool is_list(const struct ix_json *node, struct ix_sv kind) {
    const struct ix_json *items = ix_json_get(node, "items");
    enum ix_json_kind what = ix_json_kind(items);
    return ix_sv_ends(kind, IX_SV("List")) && (what == IX_JSON_ARRAY || what == IX_JSON_NULL);
}

static bool is_event(const struct ix_json *node) {
    static const char *const types[] = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};
    struct ix_sv type = ix_json_get_string(node, "type");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (ix_sv_eq_cstr(type, types[i])) {
            return ix_json_kind(ix_json_get(node, "object")) == IX_JSON_OBJECT;
        }
    }
    return false;
}

/* An object as some archives store it: the kind was only in the request's path. */
static bool is_untyped(const struct ix_json *node) {
    const struct ix_json *metadata = ix_json_get(node, "metadata");
    return !ix_sv_empty(ix_json_get_string(metadata, "name")) &&
           (ix_json_get(metadata, "uid") || ix_json_get(metadata, "selfLink")) &&
           (ix_json_get(node, "spec") || ix_json_get(node, "status"));
}

/* A recorded exchange with an API server (VCR). */
static bool is_cassette(const struct ix_json *node) {
    const struct ix_json *first = ix_json_first(ix_json_get(node, "interactions"));
    struct ix_sv uri = ix_json_string(ix_json_path(first, "request", "uri", NULL));
    return ix_json_get(first, "response") && (ix_sv_find(uri, IX_SV("/apis/")) != IX_SV_NPOS ||
                                              ix_sv_find(uri, IX_SV("/api/v1")) != IX_SV_NPOS);
}

static struct ix_k8s_document untyped(const struct ix_json *node) {
    if (is_untyped(node)) {
        return as(IX_K8S_IGNORED, "an object without apiVersion and kind: it cannot be told what "
                                  "it is; export it with kubectl get -o json");
    }
    if (is_cassette(node)) {
        return as(IX_K8S_IGNORED, "a recorded exchange with an API server, no export of objects");
    }
    return as(IX_K8S_OTHER, "no object of Kubernetes: apiVersion or kind is missing");
}

static struct ix_k8s_document unnamed(const struct ix_json *node) {
    enum ix_json_kind name = ix_json_kind(ix_json_path(node, "metadata", "name", NULL));
    if (name > IX_JSON_NULL && name != IX_JSON_STRING) {
        return as(IX_K8S_REFUSED, "metadata.name is no text: quote it, or if this is a template, "
                                  "render it first (helm template)");
    }
    return as(IX_K8S_IGNORED, "has no metadata.name: configuration of a program, no object");
}

struct ix_k8s_document ix_k8s_document_of(const struct ix_json *node) {
    enum ix_json_kind what = ix_json_kind(node);
    if (what != IX_JSON_OBJECT) {
        return what == IX_JSON_NULL    ? as(IX_K8S_EMPTY, NULL)
               : what == IX_JSON_ARRAY ? as(IX_K8S_SEQUENCE, NULL)
                                       : as(IX_K8S_OTHER, "no object of Kubernetes: a bare value");
    }
    struct ix_sv kind = ix_json_get_string(node, "kind");
    struct ix_sv version = ix_json_get_string(node, "apiVersion");
    if (ix_sv_empty(kind) || ix_sv_empty(version)) {
        return is_event(node) ? as(IX_K8S_EVENT, NULL) : untyped(node);
    }
    const struct special *special = find_special(kind, ix_k8s_group(version));
    if (special) {
        return as(special->shape, special->reason);
    }
    if (is_list(node, kind)) {
        return as(IX_K8S_LIST, NULL);
    }
    return ix_sv_empty(ix_k8s_name(node)) ? unnamed(node) : as(IX_K8S_OBJECT, NULL);
}
