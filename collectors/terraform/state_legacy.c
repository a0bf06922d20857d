/* States of version 1, 2 and 3 (Terraform 0.3 to 0.11): `modules`, each with a `path` and an object
 * of `resources` whose keys are dotted addresses; attributes are flat. Source: Terraform 0.11,
 * terraform/state.go, and its upgrades from one version to the next.
 *
 * `path` stands before `resources` in every file that Terraform wrote, and in sorted ones. In a
 * file where it does not, the resources of that module are kept as one tree until it comes.
 *
 * Versions 1 and 2 list tainted instances in `tainted`, beside `primary` or in its place; version 3
 * says `primary.tainted`. Deposed instances have no names, so their number tells them apart. */
#include "collectors/terraform/address.h"
#include "collectors/terraform/flat.h"
#include "collectors/terraform/reading.h"

enum { PATH_PARTS_MAX = 65 }; /* the root included */

struct module {
    struct ix_arena arena; /* what outlives its single resources */
    struct ix_sv address;
    bool has_path;
    struct ix_json *early; /* resources that came before the path; in `arena` */
};

struct legacy_resource {
    const struct ix_json *node;
    struct ix_sv key;
    const struct module *module;
};

static enum ix_code read_instance(struct ix_tf_reading *r, const struct legacy_resource *resource,
                                  const struct ix_json *node, struct ix_sv variant, uint32_t flags,
                                  struct ix_err *err) {
    bool data = ix_sv_starts(resource->key, IX_SV("data."));
    struct ix_tf_instance instance = {
        .address = ix_tf_address_legacy(&r->instance, resource->module->address, resource->key),
        .variant = variant,
        .type = ix_json_get_string(resource->node, "type"),
        .provider = ix_json_get_string(resource->node, "provider"),
        .id = ix_json_get_string(node, "id"),
        .data = data,
        .flags = flags,
        .relative = ix_json_get(resource->node, "depends_on"),
        .module = resource->module->address,
    };
    if (ix_sv_empty(instance.type)) {
        struct ix_sv bare = ix_sv_from(resource->key, data ? 5 : 0);
        instance.type = ix_sv_sub(bare, 0, ix_sv_find_char(bare, '.'));
    }
    if (ix_json_is_true(ix_json_get(node, "tainted"))) {
        instance.flags |= IX_FLAG_TAINTED;
    }
    enum ix_code code =
        ix_tf_flat_expand(&r->instance, ix_json_get(node, "attributes"), &instance.attributes, err);
    return code == IX_OK ? ix_tf_reading_push(r, &instance, err) : code;
}

/* The instances of `tainted` or `deposed`. The first one has no variant when nothing else stands
 * at the address: then it is the one that counts. */
static enum ix_code read_others(struct ix_tf_reading *r, const struct legacy_resource *resource,
                                const char *list, uint32_t flag, bool alone, struct ix_err *err) {
    enum ix_code code = IX_OK;
    int number = 0;
    for (const struct ix_json *n = ix_json_first(ix_json_get(resource->node, list));
         n && code == IX_OK; n = ix_json_next(n)) {
        number++;
        bool counts = alone && number == 1;
        struct ix_sv variant =
            counts ? (struct ix_sv){0} : ix_arena_printf(&r->instance, "%s:%d", list, number);
        code = read_instance(r, resource, n, variant, flag, err);
    }
    return code;
}

static enum ix_code read_resource(struct ix_tf_reading *r, const struct module *module,
                                  struct ix_sv key, const struct ix_json *node,
                                  struct ix_err *err) {
    const struct legacy_resource resource = {.node = node, .key = key, .module = module};
    if (ix_json_kind(node) != IX_JSON_OBJECT || ix_sv_find_char(key, '.') == IX_SV_NPOS) {
        return ix_tf_reading_fault(r, "before here is a resource that is none", err);
    }
    const struct ix_json *primary = ix_json_get(node, "primary");
    if (!ix_tf_reading_fits(primary, IX_JSON_OBJECT)) {
        return ix_tf_reading_fault(r, "before here `primary` is no object", err);
    }
    bool has_primary = ix_json_kind(primary) == IX_JSON_OBJECT;
    enum ix_code code = IX_OK;
    if (has_primary) {
        code = read_instance(r, &resource, primary, (struct ix_sv){0}, 0, err);
    }
    if (code == IX_OK) {
        code = read_others(r, &resource, "tainted", IX_FLAG_TAINTED, !has_primary, err);
    }
    return code == IX_OK ? read_others(r, &resource, "deposed", IX_FLAG_DEPOSED, false, err) : code;
}

/* ["root", "net", "vpc"] is module.net.module.vpc */
static enum ix_code read_path(struct ix_tf_reading *r, struct module *module, struct ix_err *err) {
    struct ix_json *path = NULL;
    enum ix_code code = ix_json_reader_value(r->reader, &module->arena, &path, err);
    if (code != IX_OK) {
        return code;
    }
    if (ix_json_count(path) > PATH_PARTS_MAX) {
        return ix_tf_reading_fault(r, "modules nest more than 64 deep", err);
    }
    for (const struct ix_json *n = ix_json_next(ix_json_first(path)); n; n = ix_json_next(n)) {
        module->address =
            ix_arena_printf(&module->arena, "%.*s%smodule.%.*s", IX_SV_FMT(module->address),
                            ix_sv_empty(module->address) ? "" : ".", IX_SV_FMT(ix_json_string(n)));
    }
    module->has_path = true;
    return ix_arena_check(&module->arena, err);
}

static enum ix_code stream_resource(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                    struct ix_err *err) {
    struct ix_json *node = NULL;
    key = ix_arena_copy(&r->element, key);
    enum ix_code code = ix_json_reader_value(r->reader, &r->element, &node, err);
    code = code == IX_OK ? read_resource(r, context, key, node, err) : code;
    code = code == IX_OK ? ix_arena_check(&r->element, err) : code;
    ix_arena_reset(&r->element);
    return code;
}

static enum ix_code read_early(struct ix_tf_reading *r, const struct module *module,
                               struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (const struct ix_json *n = ix_json_first(module->early); n && code == IX_OK;
         n = ix_json_next(n)) {
        code = read_resource(r, module, ix_json_key(n), n, err);
    }
    return code;
}

static enum ix_code read_module_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                       struct ix_err *err) {
    struct module *module = context;
    if (ix_sv_eq(key, IX_SV("path")) && !module->has_path) {
        return read_path(r, module, err);
    }
    if (!ix_sv_eq(key, IX_SV("resources"))) {
        return ix_json_reader_skip(r->reader, err);
    }
    return module->has_path ? ix_tf_reading_object(r, "resources", stream_resource, module, err)
                            : ix_json_reader_value(r->reader, &module->arena, &module->early, err);
}

static enum ix_code read_module(struct ix_tf_reading *r, void *context, struct ix_err *err) {
    (void)context;
    struct module module = {0};
    ix_arena_init(&module.arena, r->element.limit_bytes);
    enum ix_code code = ix_tf_reading_members(r, read_module_member, &module, err);
    code = code == IX_OK ? read_early(r, &module, err) : code;
    ix_arena_done(&module.arena);
    return code;
}

static enum ix_code read_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                struct ix_err *err) {
    (void)context;
    return ix_sv_eq(key, IX_SV("modules"))
               ? ix_tf_reading_objects(r, "modules", read_module, NULL, err)
               : ix_json_reader_skip(r->reader, err);
}

enum ix_code ix_tf_state_legacy_read(struct ix_tf_reading *r, struct ix_err *err) {
    return ix_tf_reading_members(r, read_member, NULL, err);
}
