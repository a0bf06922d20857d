/* One walk over the tree, depth first; its depth is bounded by IX_JSON_DEPTH_MAX. */
#include "collectors/kubernetes/clean.h"

#include "indexer/model/resource.h"

static int64_t hide(struct ix_arena *arena, struct ix_json *node) {
    ix_json_become_string(arena, node, IX_SV(IX_SECRET_MARKER));
    return 1;
}

/* Of a map each value; anything else is malformed and goes as a whole. */
static int64_t hide_members(struct ix_arena *arena, struct ix_json *object) {
    int64_t count = 0;
    if (ix_json_kind(object) != IX_JSON_OBJECT) {
        return ix_json_kind(object) > IX_JSON_NULL ? hide(arena, object) : 0;
    }
    for (struct ix_json *m = ix_json_first(object); m; m = ix_json_next(m)) {
        count += hide(arena, m);
    }
    return count;
}

/* [{"name": ..., "value": ...}] or ["name=value"]: the values, where there are some. */
static int64_t hide_values(struct ix_arena *arena, struct ix_json *list) {
    int64_t count = 0;
    if (ix_json_kind(list) != IX_JSON_ARRAY) {
        return 0;
    }
    for (struct ix_json *e = ix_json_first(list); e; e = ix_json_next(e)) {
        struct ix_json *value = ix_json_kind(e) == IX_JSON_STRING ? e : ix_json_get(e, "value");
        count += value ? hide(arena, value) : 0;
    }
    return count;
}

/* A copy of the object as somebody wrote it, secrets included (kubectl, kapp, Rancher, Banzai). */
static bool holds_copy(struct ix_sv key) {
    static const char *const keys[] = {
        "kubectl.kubernetes.io/last-applied-configuration",
        "kapp.k14s.io/original",
        "objectset.rio.cattle.io/applied",
        "banzaicloud.com/last-applied",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (ix_sv_eq_cstr(key, keys[i])) {
            return true;
        }
    }
    return false;
}

/* What a machine runs when it starts (KubeVirt, Machine API, Cluster API). */
static bool is_user_data(struct ix_sv key) {
    return ix_sv_eq(key, IX_SV("userData")) || ix_sv_eq(key, IX_SV("userDataBase64"));
}

static int64_t clean_member(struct ix_arena *arena, struct ix_json *member) {
    struct ix_sv key = ix_json_key(member);
    if (ix_json_kind(member) == IX_JSON_STRING) {
        return holds_copy(key) || is_user_data(key) ? hide(arena, member) : 0;
    }
    return ix_sv_eq(key, IX_SV("env")) ? hide_values(arena, member) : 0;
}

static int64_t clean_kind(struct ix_arena *arena, const struct ix_json *object) {
    struct ix_sv kind = ix_json_get_string(object, "kind");
    int64_t count = 0;
    if (ix_sv_eq(kind, IX_SV("Secret"))) {
        count += hide_members(arena, ix_json_get(object, "data"));
        count += hide_members(arena, ix_json_get(object, "stringData"));
    } else if (ix_sv_eq(kind, IX_SV("Template"))) {
        count += hide_values(arena, ix_json_get(object, "parameters"));
    }
    return count;
}

int64_t ix_k8s_clean(struct ix_arena *arena, struct ix_json *node) {
    int64_t count = 0;
    bool object = ix_json_kind(node) == IX_JSON_OBJECT;
    if (object) {
        count += clean_kind(arena, node);
    }
    for (struct ix_json *child = ix_json_first(node); child; child = ix_json_next(child)) {
        count += object ? clean_member(arena, child) : 0;
        count += ix_k8s_clean(arena, child);
    }
    return count;
}
