/* The table of reference.def, followed through the tree: each path is walked, arrays are passed
 * through, and what is found at its end is turned into an address or an id. */
#include "collectors/kubernetes/relate.h"

#include "collectors/kubernetes/cloud.h"
#include "collectors/kubernetes/document.h"
#include "collectors/kubernetes/object.h"
#include "collectors/kubernetes/pod.h"

struct row {
    const char *kinds, *path, *relation;
    const char *target; /* Kind[.group], perhaps empty; NULL: an id of a cloud */
    enum ix_basis basis;
};

static const struct row object_rows[] = {
#define IX_K8S_REFERENCE(kinds_, path_, relation_, target_)                                        \
    {kinds_, path_, relation_, target_, IX_DECLARED},
#define IX_K8S_CLOUD(kinds_, path_, relation_, basis_) {kinds_, path_, relation_, NULL, basis_},
#include "collectors/kubernetes/reference.def"
};

static const struct row pod_rows[] = {
#define IX_K8S_POD_REFERENCE(path_, relation_, target_)                                            \
    {"*", path_, relation_, target_, IX_DECLARED},
#define IX_K8S_CONTAINER_REFERENCE(path_, relation_, target_)                                      \
    {"*", "containers[]." path_, relation_, target_, IX_DECLARED},                                 \
        {"*", "initContainers[]." path_, relation_, target_, IX_DECLARED},                         \
        {"*", "ephemeralContainers[]." path_, relation_, target_, IX_DECLARED},
#define IX_K8S_POD_CLOUD(path_, relation_, basis_) {"*", path_, relation_, NULL, basis_},
#include "collectors/kubernetes/reference.def"
};

static const struct {
    const char *key, *relation;
} annotation_rows[] = {
#define IX_K8S_ANNOTATION(key_, relation_) {key_, relation_},
#include "collectors/kubernetes/reference.def"
};

/* One object's relations on their way. */
struct relating {
    struct ix_k8s_reading *r;
    const struct ix_resource *from;
    struct ix_k8s_place place; /* of `from` */
};

/* ---- targets ---- */

static enum ix_code push(const struct relating *w, struct ix_relation relation,
                         struct ix_err *err) {
    relation.source = w->from->source;
    relation.from_address = w->from->address;
    relation.from_variant = w->from->variant;
    enum ix_code code = ix_arena_check(&w->r->arena, err);
    if (code != IX_OK || (ix_sv_empty(relation.to_address) && ix_sv_empty(relation.to_id))) {
        return code;
    }
    return ix_sink_relation(w->r->sink, &relation, err);
}

/* Kinds that are not in a namespace, as far as references name them. */
static bool is_cluster_wide(struct ix_sv kind) {
    static const char *const kinds[] = {"Node", "PersistentVolume", "Namespace", "ClusterRole",
                                        "ClusterIssuer"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (ix_sv_eq_cstr(kind, kinds[i])) {
            return true;
        }
    }
    return ix_sv_ends(kind, IX_SV("Class"));
}

static struct ix_sv said_or(const struct ix_json *reference, const char *name,
                            struct ix_sv otherwise) {
    struct ix_sv said = ix_json_get_string(reference, name);
    return ix_sv_empty(said) ? otherwise : said;
}

/* Written in three ways; an empty group is the core group, and said. */
static struct ix_sv group_of(const struct ix_json *reference, struct ix_sv otherwise) {
    if (ix_json_get(reference, "apiVersion")) {
        return ix_k8s_group(ix_json_get_string(reference, "apiVersion"));
    }
    if (ix_json_get(reference, "apiGroup")) {
        return ix_json_get_string(reference, "apiGroup");
    }
    const struct ix_json *group = ix_json_get(reference, "group");
    return group ? ix_json_string(group) : otherwise;
}

/* Users and groups are no objects: they exist only in what authenticates them. */
static bool is_object_kind(struct ix_k8s_place place) {
    bool rbac = ix_sv_eq_cstr(place.group, "rbac.authorization.k8s.io");
    bool person = ix_sv_eq_cstr(place.kind, "User") || ix_sv_eq_cstr(place.kind, "Group");
    return !ix_sv_empty(place.kind) && !ix_sv_empty(place.name) && !(rbac && person);
}

/* The empty slice when it names no object. */
static struct ix_sv target_address(const struct relating *w, const char *target,
                                   const struct ix_json *reference) {
    struct ix_sv group = ix_sv_cstr(target);
    struct ix_k8s_place place = {.space = w->place.space, .name = ix_json_string(reference)};
    (void)ix_sv_split(&group, '.', &place.kind);
    place.group = group;
    if (ix_json_kind(reference) == IX_JSON_OBJECT) {
        place.name = ix_json_get_string(reference, "name");
        place.space = said_or(reference, "namespace", place.space);
        place.kind = said_or(reference, "kind", place.kind);
        place.group = group_of(reference, place.group);
    }
    if (is_cluster_wide(place.kind)) {
        place.space = (struct ix_sv){0};
    }
    return is_object_kind(place) ? ix_k8s_address(&w->r->arena, place) : (struct ix_sv){0};
}

static enum ix_code found(const struct relating *w, const struct row *row,
                          const struct ix_json *node, struct ix_sv path, struct ix_err *err) {
    struct ix_relation relation = {
        .type = ix_sv_cstr(row->relation), .basis = row->basis, .path = path};
    if (row->target) {
        relation.to_address = target_address(w, row->target, node);
        return push(w, relation, err);
    }
    relation.to_id = ix_k8s_cloud_id(&w->r->arena, ix_json_string(node));
    enum ix_code code = push(w, relation, err);
    relation.to_id = ix_k8s_cloud_access_point(ix_json_string(node));
    return code == IX_OK ? push(w, relation, err) : code;
}

/* ---- paths ---- */

static enum ix_code follow(const struct relating *w, const struct row *row,
                           const struct ix_json *node, struct ix_sv rest, struct ix_sv path,
                           struct ix_err *err);

static enum ix_code follow_elements(const struct relating *w, const struct row *row,
                                    const struct ix_json *array, struct ix_sv rest,
                                    struct ix_sv path, struct ix_err *err) {
    enum ix_code code = IX_OK;
    size_t index = 0;
    if (ix_json_kind(array) != IX_JSON_ARRAY) {
        return IX_OK;
    }
    for (const struct ix_json *e = ix_json_first(array); e && code == IX_OK;
         e = ix_json_next(e), index++) {
        struct ix_sv here = ix_arena_printf(&w->r->arena, "%.*s[%zu]", IX_SV_FMT(path), index);
        code = follow(w, row, e, rest, here, err);
    }
    return code;
}

static enum ix_code follow(const struct relating *w, const struct row *row,
                           const struct ix_json *node, struct ix_sv rest, struct ix_sv path,
                           struct ix_err *err) {
    struct ix_sv step;
    if (!ix_sv_split(&rest, '.', &step)) {
        return found(w, row, node, path, err);
    }
    bool elements = ix_sv_ends(step, IX_SV("[]"));
    step.size -= elements ? strlen("[]") : 0;
    node = ix_json_get_sv(node, step);
    if (!node) {
        return IX_OK;
    }
    path = ix_arena_printf(&w->r->arena, "%.*s%s%.*s", IX_SV_FMT(path),
                           ix_sv_empty(path) ? "" : ".", IX_SV_FMT(step));
    return elements ? follow_elements(w, row, node, rest, path, err)
                    : follow(w, row, node, rest, path, err);
}

static bool is_of_kinds(const char *kinds, struct ix_sv kind) {
    struct ix_sv rest = ix_sv_cstr(kinds);
    struct ix_sv one;
    if (ix_sv_eq(rest, IX_SV("*"))) {
        return true;
    }
    while (ix_sv_split(&rest, ' ', &one)) {
        if (ix_sv_eq(one, kind)) {
            return true;
        }
    }
    return false;
}

static enum ix_code follow_rows(const struct relating *w, const struct row *rows, size_t count,
                                const struct ix_json *node, struct ix_sv path, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < count && code == IX_OK; i++) {
        if (is_of_kinds(rows[i].kinds, w->place.kind)) {
            code = follow(w, &rows[i], node, ix_sv_cstr(rows[i].path), path, err);
        }
    }
    return code;
}

/* ---- what needs no table ---- */

/* An owner is named by its uid; a manifest written by hand may leave it empty. */
static enum ix_code relate_owners(const struct relating *w, const struct ix_json *metadata,
                                  struct ix_err *err) {
    enum ix_code code = IX_OK;
    size_t index = 0;
    const struct ix_json *owners = ix_json_get(metadata, "ownerReferences");
    for (const struct ix_json *o = ix_json_first(owners); o && code == IX_OK;
         o = ix_json_next(o), index++) {
        struct ix_relation relation = {
            .type = IX_SV("owner"),
            .to_id = ix_json_get_string(o, "uid"),
            .path = ix_arena_printf(&w->r->arena, "metadata.ownerReferences[%zu]", index),
        };
        if (ix_sv_empty(relation.to_id)) {
            relation.to_address = target_address(w, "", o);
        }
        code = push(w, relation, err);
    }
    return code;
}

static enum ix_code relate_annotations(const struct relating *w, const struct ix_json *metadata,
                                       struct ix_err *err) {
    const struct ix_json *annotations = ix_json_get(metadata, "annotations");
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < sizeof annotation_rows / sizeof *annotation_rows && code == IX_OK; i++) {
        const char *key = annotation_rows[i].key;
        struct ix_relation relation = {
            .type = ix_sv_cstr(annotation_rows[i].relation),
            .to_id = ix_k8s_cloud_id(&w->r->arena, ix_json_get_string(annotations, key)),
            .path = ix_arena_printf(&w->r->arena, "metadata.annotations[\"%s\"]", key),
        };
        code = push(w, relation, err);
    }
    return code;
}

enum ix_code ix_k8s_relate(struct ix_k8s_reading *r, const struct ix_json *object,
                           const struct ix_resource *resource, struct ix_err *err) {
    const struct relating w = {.r = r, .from = resource, .place = ix_k8s_place_of(object)};
    const struct ix_json *metadata = ix_json_get(object, "metadata");
    struct ix_sv pod_path;
    const struct ix_json *pod = ix_k8s_pod_of(object, &pod_path);
    enum ix_code code = relate_owners(&w, metadata, err);
    if (code == IX_OK) {
        code = relate_annotations(&w, metadata, err);
    }
    if (code == IX_OK) {
        code = follow_rows(&w, object_rows, sizeof object_rows / sizeof *object_rows, object,
                           (struct ix_sv){0}, err);
    }
    if (code == IX_OK && pod) {
        code = follow_rows(&w, pod_rows, sizeof pod_rows / sizeof *pod_rows,
                           ix_json_get(pod, "spec"), pod_path, err);
    }
    return code;
}
