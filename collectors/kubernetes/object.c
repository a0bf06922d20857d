/* What is said of an object comes from its metadata; everything else is kept as it is. */
#include "collectors/kubernetes/object.h"

#include "collectors/kubernetes/clean.h"
#include "collectors/kubernetes/document.h"
#include "collectors/kubernetes/relate.h"

/* ---- names ---- */

struct ix_k8s_place ix_k8s_place_of(const struct ix_json *object) {
    return (struct ix_k8s_place){
        .space = ix_json_get_string(ix_json_get(object, "metadata"), "namespace"),
        .kind = ix_json_get_string(object, "kind"),
        .group = ix_k8s_group(ix_json_get_string(object, "apiVersion")),
        .name = ix_k8s_name(object),
    };
}

struct ix_sv ix_k8s_address(struct ix_arena *arena, struct ix_k8s_place place) {
    return ix_arena_printf(arena, "%.*s%s%.*s%s%.*s/%.*s", IX_SV_FMT(place.space),
                           ix_sv_empty(place.space) ? "" : "/", IX_SV_FMT(place.kind),
                           ix_sv_empty(place.group) ? "" : ".", IX_SV_FMT(place.group),
                           IX_SV_FMT(place.name));
}

/* A hash is enough to tell addresses apart, and keeps what is remembered of each small. */
static union ix_map_value *remember(struct ix_map *map, struct ix_sv address) {
    struct ix_hash hash = ix_hash_of(address);
    return ix_map_put(map, ix_sv_of((const char *)hash.bytes, sizeof hash.bytes), NULL);
}

static struct ix_sv variant_of(struct ix_k8s_reading *r, struct ix_sv address) {
    union ix_map_value *met = r->seen_arena.failed ? NULL : remember(&r->seen, address);
    if (!met || ++met->number == 1) {
        return (struct ix_sv){0};
    }
    return ix_arena_printf(&r->arena, "copy:%lld", (long long)met->number);
}

/* ---- labels ---- */

static size_t add_tags(struct ix_arena *arena, const struct ix_json *map, enum ix_tag_class class_,
                       struct ix_tag *tags) {
    size_t count = 0;
    if (ix_json_kind(map) != IX_JSON_OBJECT) {
        return 0;
    }
    for (const struct ix_json *m = ix_json_first(map); m; m = ix_json_next(m)) {
        tags[count++] = (struct ix_tag){
            .class_ = class_,
            .key = ix_json_key(m),
            .value = ix_k8s_label_text(arena, m),
        };
    }
    return count;
}

static void read_tags(struct ix_k8s_reading *r, const struct ix_json *metadata,
                      struct ix_resource *resource) {
    const struct ix_json *labels = ix_json_get(metadata, "labels");
    const struct ix_json *annotations = ix_json_get(metadata, "annotations");
    size_t most = ix_json_count(labels) + ix_json_count(annotations);
    struct ix_tag *tags = ix_arena_array(&r->arena, most + 1, sizeof *tags);
    if (tags) {
        size_t count = add_tags(&r->arena, labels, IX_LABEL, tags);
        count += add_tags(&r->arena, annotations, IX_ANNOTATION, tags + count);
        resource->tags = tags;
        resource->tag_count = count;
    }
}

/* The label that says it now, or the one that said it before Kubernetes 1.17. */
static struct ix_sv topology(const struct ix_json *metadata, const char *now, const char *before) {
    const struct ix_json *labels = ix_json_get(metadata, "labels");
    struct ix_sv value = ix_json_get_string(labels, now);
    return ix_sv_empty(value) ? ix_json_get_string(labels, before) : value;
}

/* ---- the object ---- */

static int64_t time_of(const struct ix_json *metadata, const char *name) {
    int64_t ms = 0;
    return ix_time_parse(ix_json_get_string(metadata, name), &ms) ? ms : IX_TIME_UNKNOWN;
}

static void describe(struct ix_k8s_reading *r, const struct ix_json *object,
                     struct ix_resource *ret) {
    const struct ix_json *metadata = ix_json_get(object, "metadata");
    *ret = (struct ix_resource){
        .source = r->env->source,
        .source_kind = IX_SV("kubernetes"),
        .address = ix_k8s_address(&r->arena, ix_k8s_place_of(object)),
        .native_type = ix_arena_printf(&r->arena, "%.*s %.*s",
                                       IX_SV_FMT(ix_json_get_string(object, "apiVersion")),
                                       IX_SV_FMT(ix_json_get_string(object, "kind"))),
        .provider = IX_SV("kubernetes"),
        .native_id = ix_json_get_string(metadata, "uid"),
        .name = ix_k8s_name(object),
        .account = ix_json_get_string(metadata, "clusterName"),
        .region = topology(metadata, "topology.kubernetes.io/region",
                           "failure-domain.beta.kubernetes.io/region"),
        .zone = topology(metadata, "topology.kubernetes.io/zone",
                         "failure-domain.beta.kubernetes.io/zone"),
        .created_ms = time_of(metadata, "creationTimestamp"),
        .modified_ms = IX_TIME_UNKNOWN,
        .properties = object,
    };
    if (ix_json_kind(ix_json_get(metadata, "deletionTimestamp")) == IX_JSON_STRING) {
        ret->flags |= IX_FLAG_PENDING; /* its finalizers have not run yet */
    }
    read_tags(r, metadata, ret);
}

static enum ix_code push(struct ix_k8s_reading *r, const struct ix_resource *resource,
                         struct ix_err *err) {
    enum ix_code code = ix_arena_check(&r->arena, err);
    if (code == IX_OK) {
        code = ix_arena_check(&r->document, err);
    }
    if (code == IX_OK) {
        code = ix_sink_resource(r->sink, resource, err);
    }
    r->objects++;
    if (code == IX_OK && r->env->progress) {
        r->env->progress(r->env->progress_context, r->objects);
    }
    return code;
}

enum ix_code ix_k8s_read_object(struct ix_k8s_reading *r, struct ix_json *object,
                                struct ix_err *err) {
    struct ix_resource resource;
    ix_json_remove(ix_json_get(object, "metadata"), IX_SV("managedFields"));
    r->secrets += ix_k8s_clean(&r->document, object);
    describe(r, object, &resource);
    resource.variant = variant_of(r, resource.address);
    enum ix_code code = push(r, &resource, err);
    if (code == IX_OK) {
        code = ix_k8s_relate(r, object, &resource, err);
    }
    if (code == IX_OK) {
        code = ix_k8s_select_keep(&r->selection, &r->arena, object, &resource, err);
    }
    if (code == IX_OK && ix_arena_starved(&r->seen_arena)) {
        code = ix_err_nomem(err);
    }
    return code == IX_OK ? ix_arena_check(&r->arena, err) : code;
}

/* ---- watch events ---- */

enum ix_code ix_k8s_count_event(struct ix_k8s_reading *r, const struct ix_json *object,
                                struct ix_err *err) {
    struct ix_sv address = ix_k8s_address(&r->arena, ix_k8s_place_of(object));
    union ix_map_value *last = remember(&r->events, address);
    if (!last) {
        return ix_err_set(err, IX_LIMIT, "line %lld: too many objects in one file of watch events",
                          (long long)r->line);
    }
    last->number = r->event;
    return ix_arena_check(&r->arena, err);
}

/* 0: an event among other documents, which was not counted. */
bool ix_k8s_is_last_event(struct ix_k8s_reading *r, const struct ix_json *object) {
    struct ix_sv address = ix_k8s_address(&r->arena, ix_k8s_place_of(object));
    const union ix_map_value *last = remember(&r->events, address);
    return !last || last->number == 0 || last->number == r->event;
}
