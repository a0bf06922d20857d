/* Candidates hang in lists: one list for each namespace, one for each namespace and label. A
 * selector walks the shortest list it is sure of (that of its first equality), so that thousands of
 * Services in one namespace do not each look at every pod. */
#include "collectors/kubernetes/select.h"

#include "collectors/kubernetes/document.h"
#include "collectors/kubernetes/pod.h"
#include "collectors/kubernetes/reading.h"

struct pair {
    struct ix_sv key, value;
};

struct candidate {
    struct ix_sv address;
    const struct pair *labels;
    size_t label_count;
    bool pod; /* no template */
};

struct entry { /* of a list of candidates */
    struct entry *next;
    const struct candidate *candidate;
};

struct candidates {
    struct entry *first, *last;
};

enum operator{ IN, NOT_IN, EXISTS, DOES_NOT_EXIST };

struct requirement {
    struct requirement *next;
    enum operator operator;
    struct ix_sv key;
    const struct ix_sv *values;
    size_t value_count;
};

struct ix_k8s_selector {
    struct ix_k8s_selector *next;
    struct ix_sv address, variant, space;
    struct ix_sv path; /* constant text */
    bool pods_only;
    struct requirement *requirements; /* NULL: everything in the namespace */
};

void ix_k8s_selection_init(struct ix_k8s_selection *selection, size_t limit_bytes) {
    *selection = (struct ix_k8s_selection){0};
    ix_arena_init(&selection->arena, limit_bytes);
    ix_map_init(&selection->candidates, &selection->arena);
}

void ix_k8s_selection_done(struct ix_k8s_selection *selection) {
    ix_arena_done(&selection->arena);
}

/* ---- keeping candidates ---- */

/* Namespaces and labels hold no line ends. */
static struct ix_sv list_key(struct ix_arena *arena, struct ix_sv space, struct ix_sv key,
                             struct ix_sv value) {
    return ix_arena_printf(arena, "%.*s\n%.*s\n%.*s", IX_SV_FMT(space), IX_SV_FMT(key),
                           IX_SV_FMT(value));
}

static void add_to_list(struct ix_k8s_selection *s, struct ix_sv key,
                        const struct candidate *candidate) {
    union ix_map_value *slot = ix_map_put(&s->candidates, key, NULL);
    struct entry *entry = IX_NEW(&s->arena, struct entry);
    if (slot && !slot->pointer) {
        slot->pointer = IX_NEW(&s->arena, struct candidates);
    }
    if (!slot || !slot->pointer || !entry) {
        return;
    }
    struct candidates *list = slot->pointer;
    entry->candidate = candidate;
    *(list->last ? &list->last->next : &list->first) = entry;
    list->last = entry;
}

static size_t copy_labels(struct ix_k8s_selection *s, const struct ix_json *labels,
                          struct pair *pairs) {
    size_t count = 0;
    for (const struct ix_json *l = ix_json_first(labels); l; l = ix_json_next(l)) {
        pairs[count++] = (struct pair){
            .key = ix_arena_copy(&s->arena, ix_json_key(l)),
            .value = ix_arena_copy(&s->arena, ix_k8s_label_text(&s->arena, l)),
        };
    }
    return count;
}

static void keep_candidate(struct ix_k8s_selection *s, struct ix_arena *scratch,
                           const struct ix_json *pod, bool is_pod, struct ix_sv space,
                           const struct ix_resource *resource) {
    const struct ix_json *labels = ix_json_path(pod, "metadata", "labels", NULL);
    struct candidate *candidate = IX_NEW(&s->arena, struct candidate);
    struct pair *pairs = ix_arena_array(&s->arena, ix_json_count(labels) + 1, sizeof *pairs);
    if (!candidate || !pairs) {
        return;
    }
    *candidate = (struct candidate){
        .address = ix_arena_copy(&s->arena, resource->address),
        .labels = pairs,
        .label_count = copy_labels(s, labels, pairs),
        .pod = is_pod,
    };
    add_to_list(s, space, candidate);
    for (size_t i = 0; i < candidate->label_count; i++) {
        struct ix_sv key = list_key(scratch, space, pairs[i].key, pairs[i].value);
        add_to_list(s, key, candidate);
    }
}

/* ---- keeping selectors ---- */

static enum operator operator_of(struct ix_sv text) {
    return ix_sv_eq_cstr(text, "In")       ? IN
           : ix_sv_eq_cstr(text, "NotIn")  ? NOT_IN
           : ix_sv_eq_cstr(text, "Exists") ? EXISTS
                                           : DOES_NOT_EXIST;
}

static const struct ix_sv *copy_values(struct ix_k8s_selection *s, const struct ix_json *values,
                                       size_t count) {
    struct ix_sv *copies = ix_arena_array(&s->arena, count + 1, sizeof *copies);
    for (size_t i = 0; copies && i < count; i++, values = ix_json_next(values)) {
        copies[i] = ix_arena_copy(&s->arena, ix_k8s_label_text(&s->arena, values));
    }
    return copies;
}

/* `values`: the first of `count` nodes. */
static void add_requirement(struct ix_k8s_selection *s, struct ix_k8s_selector *selector,
                            enum operator operator, struct ix_sv key, const struct ix_json *values,
                            size_t count) {
    struct requirement *requirement = IX_NEW(&s->arena, struct requirement);
    if (requirement) {
        *requirement = (struct requirement){
            .next = selector->requirements,
            .operator= operator,
            .key = ix_arena_copy(&s->arena, key),
            .values = copy_values(s, values, count),
            .value_count = count,
        };
        selector->requirements = requirement;
    }
}

static void add_labels(struct ix_k8s_selection *s, struct ix_k8s_selector *selector,
                       const struct ix_json *labels) {
    for (const struct ix_json *l = ix_json_first(labels); l; l = ix_json_next(l)) {
        add_requirement(s, selector, IN, ix_json_key(l), l, 1);
    }
}

static void add_expressions(struct ix_k8s_selection *s, struct ix_k8s_selector *selector,
                            const struct ix_json *expressions) {
    for (const struct ix_json *e = ix_json_first(expressions); e; e = ix_json_next(e)) {
        const struct ix_json *values = ix_json_get(e, "values");
        add_requirement(s, selector, operator_of(ix_json_get_string(e, "operator")),
                        ix_json_get_string(e, "key"), ix_json_first(values), ix_json_count(values));
    }
}

/* ---- which kinds select ---- */

static const struct selecting {
    const char *kind, *groups; /* groups separated by spaces; "" the core group */
    const char *member;        /* of spec */
    bool plain;                /* a map of labels, and nothing when empty */
    bool pods_only;
} selecting_kinds[] = {
    {"Service", "", "selector", true, false},
    {"ReplicationController", "", "selector", true, true},
    {"DeploymentConfig", "apps.openshift.io", "selector", true, true},
    {"Deployment", "apps extensions", "selector", false, true},
    {"ReplicaSet", "apps extensions", "selector", false, true},
    {"StatefulSet", "apps", "selector", false, true},
    {"DaemonSet", "apps extensions", "selector", false, true},
    {"Job", "batch", "selector", false, true},
    {"NetworkPolicy", "networking.k8s.io extensions", "podSelector", false, false},
    {"PodDisruptionBudget", "policy", "selector", false, false},
};

static bool is_of_groups(const char *groups, struct ix_sv group) {
    struct ix_sv rest = ix_sv_cstr(groups);
    struct ix_sv one;
    if (ix_sv_empty(rest)) {
        return ix_sv_empty(group);
    }
    while (ix_sv_split(&rest, ' ', &one)) {
        if (ix_sv_eq(one, group)) {
            return true;
        }
    }
    return false;
}

static const struct selecting *find_selecting(const struct ix_json *object) {
    struct ix_sv group = ix_k8s_group(ix_json_get_string(object, "apiVersion"));
    struct ix_sv kind = ix_json_get_string(object, "kind");
    for (size_t i = 0; i < sizeof selecting_kinds / sizeof *selecting_kinds; i++) {
        const struct selecting *s = &selecting_kinds[i];
        if (ix_sv_eq_cstr(kind, s->kind) && is_of_groups(s->groups, group)) {
            return s;
        }
    }
    return NULL;
}

static void add_selector(struct ix_k8s_selection *s, struct ix_k8s_selector *selector) {
    *(s->last ? &s->last->next : &s->first) = selector;
    s->last = selector;
}

static void keep_selector(struct ix_k8s_selection *s, const struct selecting *selecting,
                          const struct ix_json *asked, struct ix_sv space,
                          const struct ix_resource *resource) {
    struct ix_k8s_selector *selector = IX_NEW(&s->arena, struct ix_k8s_selector);
    if (!selector) {
        return;
    }
    *selector = (struct ix_k8s_selector){
        .address = ix_arena_copy(&s->arena, resource->address),
        .variant = ix_arena_copy(&s->arena, resource->variant),
        .space = ix_arena_copy(&s->arena, space),
        .path = ix_sv_eq_cstr(ix_json_key(asked), "selector") ? IX_SV("spec.selector")
                                                              : IX_SV("spec.podSelector"),
        .pods_only = selecting->pods_only,
    };
    if (selecting->plain) {
        add_labels(s, selector, asked);
    } else {
        add_expressions(s, selector, ix_json_get(asked, "matchExpressions"));
        add_labels(s, selector, ix_json_get(asked, "matchLabels"));
    }
    if (!s->arena.failed && (selector->requirements || !selecting->plain)) {
        add_selector(s, selector);
    }
}

/* ---- keeping ---- */

static bool has_controller(const struct ix_json *object) {
    const struct ix_json *owners = ix_json_path(object, "metadata", "ownerReferences", NULL);
    for (const struct ix_json *o = ix_json_first(owners); o; o = ix_json_next(o)) {
        if (ix_json_is_true(ix_json_get(o, "controller"))) {
            return true;
        }
    }
    return false;
}

enum ix_code ix_k8s_select_keep(struct ix_k8s_selection *s, struct ix_arena *scratch,
                                const struct ix_json *object, const struct ix_resource *resource,
                                struct ix_err *err) {
    struct ix_sv path;
    const struct ix_json *pod = ix_k8s_pod_of(object, &path);
    const struct selecting *selecting = find_selecting(object);
    const struct ix_json *asked =
        selecting ? ix_json_path(object, "spec", selecting->member, NULL) : NULL;
    struct ix_sv space = ix_json_get_string(ix_json_get(object, "metadata"), "namespace");
    bool chosen = pod && (pod == object || !has_controller(object));
    s->selectors += asked != NULL;
    if (s->arena.failed) {
        s->full += chosen || asked;
        return IX_OK;
    }
    if (chosen) {
        keep_candidate(s, scratch, pod, pod == object, space, resource);
    }
    if (ix_json_kind(asked) == IX_JSON_OBJECT) {
        keep_selector(s, selecting, asked, space, resource);
    }
    s->full += s->arena.over;
    return ix_arena_starved(&s->arena) ? ix_err_nomem(err) : IX_OK;
}

/* ---- resolving ---- */

static const struct pair *find_label(const struct candidate *candidate, struct ix_sv key) {
    for (size_t i = 0; i < candidate->label_count; i++) {
        if (ix_sv_eq(candidate->labels[i].key, key)) {
            return &candidate->labels[i];
        }
    }
    return NULL;
}

static bool has_value(const struct requirement *requirement, struct ix_sv value) {
    for (size_t i = 0; i < requirement->value_count; i++) {
        if (ix_sv_eq(requirement->values[i], value)) {
            return true;
        }
    }
    return false;
}

static bool meets(const struct candidate *candidate, const struct requirement *requirement) {
    const struct pair *label = find_label(candidate, requirement->key);
    switch (requirement->operator) {
    case IN:
        return label && has_value(requirement, label->value);
    case NOT_IN:
        return !label || !has_value(requirement, label->value);
    case EXISTS:
        return label;
    default:
        return !label;
    }
}

static bool matches(const struct ix_k8s_selector *selector, const struct candidate *candidate) {
    if (selector->pods_only && !candidate->pod) {
        return false;
    }
    for (const struct requirement *q = selector->requirements; q; q = q->next) {
        if (!meets(candidate, q)) {
            return false;
        }
    }
    return true;
}

static const struct candidates *candidates_of(struct ix_k8s_reading *r,
                                              const struct ix_k8s_selector *selector) {
    const struct requirement *q = selector->requirements;
    struct ix_sv key = selector->space;
    while (q && (q->operator!= IN || q->value_count != 1)) {
        q = q->next;
    }
    if (q) {
        key = list_key(&r->arena, selector->space, q->key, q->values[0]);
    }
    const union ix_map_value *slot = ix_map_find(&r->selection.candidates, key);
    return slot ? slot->pointer : NULL;
}

static enum ix_code push(struct ix_k8s_reading *r, const struct ix_k8s_selector *selector,
                         const struct candidate *candidate, struct ix_err *err) {
    struct ix_relation relation = {
        .source = r->env->source,
        .from_address = selector->address,
        .from_variant = selector->variant,
        .type = IX_SV("selects"),
        .to_address = candidate->address,
        .path = selector->path,
    };
    return ix_sink_relation(r->sink, &relation, err);
}

static enum ix_code resolve(struct ix_k8s_reading *r, const struct ix_k8s_selector *selector,
                            struct ix_err *err) {
    const struct candidates *list = candidates_of(r, selector);
    enum ix_code code = ix_arena_check(&r->arena, err);
    int64_t selected = 0;
    for (const struct entry *e = list ? list->first : NULL; e && code == IX_OK; e = e->next) {
        if (selected >= IX_K8S_SELECTED_MAX || ++r->selection.compared > IX_K8S_COMPARED_MAX) {
            r->selection.crowded++;
            break;
        }
        if (matches(selector, e->candidate)) {
            selected++;
            code = push(r, selector, e->candidate, err);
        }
    }
    return code;
}

enum ix_code ix_k8s_select_resolve(struct ix_k8s_reading *r, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (const struct ix_k8s_selector *s = r->selection.first; s && code == IX_OK; s = s->next) {
        ix_arena_reset(&r->arena);
        code = resolve(r, s, err);
        if (code == IX_OK && r->env->cancelled && *r->env->cancelled) {
            code = ix_err_set(err, IX_CANCELLED, "stopped on request");
        }
    }
    return code;
}
