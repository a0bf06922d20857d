/* Every member of an entry that names other resources becomes edges of one type. The same edge may
 * be said twice (a dependency of two spellings, a reference in inputs and outputs), so a set of
 * those pushed goes along. */
#include "collectors/pulumi/relate.h"
#include "collectors/pulumi/urn.h"

struct relating {
    struct ix_pulumi_reading *r;
    const struct ix_resource *resource;
    struct ix_map pushed; /* type, path and target */
};

static enum ix_code push(struct relating *t, struct ix_relation relation, struct ix_err *err) {
    bool self = ix_sv_eq(relation.to_address, t->resource->address);
    if (self || (ix_sv_empty(relation.to_address) && ix_sv_empty(relation.to_id))) {
        return IX_OK;
    }
    struct ix_arena *arena = &t->r->arena;
    struct ix_sv key = ix_arena_printf(arena, "%.*s %.*s %.*s%.*s", IX_SV_FMT(relation.type),
                                       IX_SV_FMT(relation.path), IX_SV_FMT(relation.to_address),
                                       IX_SV_FMT(relation.to_id));
    bool added = false;
    if (!ix_map_put(&t->pushed, key, &added)) {
        return ix_arena_check(arena, err);
    }
    if (!added) {
        return IX_OK;
    }
    relation.source = t->r->env->source;
    relation.from_address = t->resource->address;
    relation.from_variant = t->resource->variant;
    return ix_sink_relation(t->r->sink, &relation, err);
}

/* `targets`: one URN, or an array of them. */
static enum ix_code push_all(struct relating *t, const struct ix_json *targets,
                             struct ix_relation relation, struct ix_err *err) {
    if (ix_json_kind(targets) == IX_JSON_STRING) {
        relation.to_address = ix_json_string(targets);
        return push(t, relation, err);
    }
    enum ix_code code = IX_OK;
    for (const struct ix_json *e = ix_json_first(targets); e && code == IX_OK;
         e = ix_json_next(e)) {
        relation.to_address = ix_json_string(e);
        code = push(t, relation, err);
    }
    return code;
}

static enum ix_code push_members(struct relating *t, const struct ix_json *node,
                                 struct ix_err *err) {
    static const struct {
        const char *member;
        struct ix_sv type, path;
    } rows[] = {
        {"parent", IX_SV_INIT("parent"), {0}},
        {"dependencies", IX_SV_INIT("depends_on"), {0}},
        {"deletedWith", IX_SV_INIT("depends_on"), IX_SV_INIT("deletedWith")},
        {"replaceWith", IX_SV_INIT("depends_on"), IX_SV_INIT("replaceWith")},
        {"viewOf", IX_SV_INIT("references"), IX_SV_INIT("viewOf")},
        {"aliases", IX_SV_INIT("alias_of"), {0}},
    };
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == IX_OK; i++) {
        struct ix_relation relation = {.type = rows[i].type, .path = rows[i].path};
        code = push_all(t, ix_json_get(node, rows[i].member), relation, err);
    }
    return code;
}

static enum ix_code push_property_dependencies(struct relating *t, const struct ix_json *node,
                                               struct ix_err *err) {
    const struct ix_json *properties = ix_json_get(node, "propertyDependencies");
    enum ix_code code = IX_OK;
    for (const struct ix_json *p = ix_json_first(properties); p && code == IX_OK;
         p = ix_json_next(p)) {
        struct ix_relation relation = {.type = IX_SV("depends_on"), .path = ix_json_key(p)};
        code = push_all(t, p, relation, err);
    }
    return code;
}

static enum ix_code push_references(struct relating *t, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (const struct ix_pulumi_reference *f = t->r->values.references; f && code == IX_OK;
         f = f->next) {
        struct ix_relation relation = {
            .type = IX_SV("references"), .to_address = f->urn, .path = f->path};
        code = push(t, relation, err);
    }
    return code;
}

static enum ix_code push_provider(struct relating *t, const struct ix_json *node,
                                  struct ix_err *err) {
    struct ix_relation relation = {.type = IX_SV("provided_by")};
    struct ix_sv id;
    bool known =
        ix_pulumi_provider_parse(ix_json_get_string(node, "provider"), &relation.to_address, &id);
    return known ? push(t, relation, err) : IX_OK;
}

static enum ix_code push_stacks(struct relating *t, struct ix_err *err) {
    struct ix_relation in_stack = {.type = IX_SV("in_stack"), .to_address = t->r->stack_urn};
    enum ix_code code = push(t, in_stack, err);
    if (code == IX_OK &&
        ix_sv_eq(t->resource->native_type, IX_SV("pulumi:pulumi:StackReference"))) {
        struct ix_sv name = ix_json_get_string(t->resource->properties, "name");
        struct ix_relation consumes = {
            .type = IX_SV("consumes_outputs_of"),
            .to_id = ix_sv_empty(name) ? t->resource->native_id : name,
        };
        code = push(t, consumes, err);
        consumes.to_id =
            ix_pulumi_stack_referred(&t->r->arena, t->resource->project, consumes.to_id);
        consumes.basis = IX_INFERRED; /* another organisation may have one of that name */
        code = code == IX_OK ? push(t, consumes, err) : code;
    }
    return code;
}

enum ix_code ix_pulumi_relate(struct ix_pulumi_reading *r, const struct ix_json *node,
                              const struct ix_resource *resource, struct ix_err *err) {
    struct relating t = {.r = r, .resource = resource};
    ix_map_init(&t.pushed, &r->arena);
    enum ix_code code = push_members(&t, node, err);
    if (code == IX_OK) {
        code = push_property_dependencies(&t, node, err);
    }
    if (code == IX_OK) {
        code = push_provider(&t, node, err);
    }
    if (code == IX_OK) {
        code = push_references(&t, err);
    }
    return code == IX_OK ? push_stacks(&t, err) : code;
}
