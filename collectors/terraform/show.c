/* `terraform show -json` and `tofu show -json` of a state: `values.root_module`, with `resources`
 * and `child_modules` down to any depth. Source: Terraform's "JSON Output Format", state and values
 * representation (format_version 0.1 to 1.x).
 *
 * `address` is complete since Terraform 0.13. Before it lacked the index and the module; then the
 * module's own address is needed, which may come after its resources: these are kept as one tree
 * until it does. */
#include "collectors/terraform/show.h"

#include "collectors/terraform/address.h"
#include "collectors/terraform/configuration.h"
#include "collectors/terraform/sensitive.h"

struct module {
    struct ix_arena arena;
    struct ix_sv address; /* empty for the root */
    bool named;           /* its address is known, or not needed */
    struct ix_json *early;
    size_t depth;
};

static struct ix_sv full_address(struct ix_tf_reading *r, const struct module *module,
                                 const struct ix_json *node) {
    struct ix_sv address = ix_json_get_string(node, "address");
    struct ix_sv key = {0};
    if (!ix_sv_ends(address, IX_SV("]"))) {
        key = ix_tf_address_key(&r->instance, ix_json_get(node, "index"));
    }
    bool outside = !ix_sv_empty(module->address) && !ix_sv_starts(address, module->address);
    return ix_arena_printf(&r->instance, "%.*s%s%.*s%.*s", outside ? (int)module->address.size : 0,
                           outside ? module->address.data : "", outside ? "." : "",
                           IX_SV_FMT(address), IX_SV_FMT(key));
}

struct ix_sv ix_tf_show_deposed(struct ix_tf_reading *r, struct ix_sv key) {
    return ix_sv_empty(key) ? key : ix_arena_printf(&r->instance, "deposed:%.*s", IX_SV_FMT(key));
}

static enum ix_code read_resource(struct ix_tf_reading *r, struct ix_json *node, void *context,
                                  struct ix_err *err) {
    const struct module *module = context;
    struct ix_tf_instance instance = {
        .type = ix_json_get_string(node, "type"),
        .provider = ix_json_get_string(node, "provider_name"),
        .data = ix_sv_eq(ix_json_get_string(node, "mode"), IX_SV("data")),
        .attributes = ix_json_get(node, "values"),
        .identity = ix_json_get(node, "identity"),
        .absolute = ix_json_get(node, "depends_on"),
        .variant = ix_tf_show_deposed(r, ix_json_get_string(node, "deposed_key")),
    };
    if (ix_sv_empty(instance.type) || ix_sv_empty(ix_json_get_string(node, "address"))) {
        return ix_tf_reading_fault(r, "before here is a resource without `type` or `address`", err);
    }
    if (!ix_tf_reading_fits(instance.attributes, IX_JSON_OBJECT)) {
        return ix_tf_reading_fault(r, "before here `values` of a resource is no object", err);
    }
    instance.address = full_address(r, module, node);
    instance.flags |= ix_json_is_true(ix_json_get(node, "tainted")) ? IX_FLAG_TAINTED : 0;
    instance.flags |= ix_sv_empty(instance.variant) ? 0 : IX_FLAG_DEPOSED;
    ix_tf_sensitive_hide_mirror(&r->element, instance.attributes,
                                ix_json_get(node, "sensitive_values"));
    if (!instance.absolute) {
        instance.absolute = ix_tf_configuration_find(r, instance.address);
    }
    ix_tf_plan_mark_drift(r, &instance);
    return ix_tf_reading_push(r, &instance, err);
}

static enum ix_code read_early(struct ix_tf_reading *r, struct module *module, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (struct ix_json *n = ix_json_first(module->early); n && code == IX_OK;
         n = ix_json_next(n)) {
        code = read_resource(r, n, module, err);
    }
    module->early = NULL;
    return code;
}

static enum ix_code read_address(struct ix_tf_reading *r, struct module *module,
                                 struct ix_err *err) {
    struct ix_json *address = NULL;
    enum ix_code code = ix_json_reader_value(r->reader, &module->arena, &address, err);
    module->address = ix_json_string(address);
    module->named = true;
    return code;
}

static enum ix_code read_module(struct ix_tf_reading *r, size_t depth, struct ix_err *err);

static enum ix_code read_child(struct ix_tf_reading *r, void *context, struct ix_err *err) {
    const struct module *parent = context;
    return read_module(r, parent->depth + 1, err);
}

static enum ix_code read_module_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                       struct ix_err *err) {
    struct module *module = context;
    if (ix_sv_eq(key, IX_SV("address"))) {
        return read_address(r, module, err);
    }
    if (ix_sv_eq(key, IX_SV("child_modules"))) {
        return ix_tf_reading_objects(r, "child_modules", read_child, module, err);
    }
    if (!ix_sv_eq(key, IX_SV("resources"))) {
        return ix_json_reader_skip(r->reader, err);
    }
    return module->named ? ix_tf_reading_elements(r, "resources", read_resource, module, err)
                         : ix_json_reader_value(r->reader, &module->arena, &module->early, err);
}

/* The reader stands inside the module's object. */
static enum ix_code read_module(struct ix_tf_reading *r, size_t depth, struct ix_err *err) {
    if (depth > IX_TF_MODULE_DEPTH_MAX) {
        return ix_tf_reading_fault(r, "modules nest more than 64 deep", err);
    }
    struct ix_sv version = ix_json_get_string(r->env->input->outline, "terraform_version");
    struct module module = {
        .named = !ix_sv_starts(version, IX_SV("0.12.")),
        .depth = depth,
    };
    ix_arena_init(&module.arena, r->element.limit_bytes);
    enum ix_code code = ix_tf_reading_members(r, read_module_member, &module, err);
    code = code == IX_OK ? read_early(r, &module, err) : code;
    ix_arena_done(&module.arena);
    return code;
}

static enum ix_code read_values_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                       struct ix_err *err) {
    (void)context;
    if (!ix_sv_eq(key, IX_SV("root_module"))) {
        return ix_json_reader_skip(r->reader, err);
    }
    struct module root = {.named = true};
    ix_arena_init(&root.arena, r->element.limit_bytes);
    enum ix_code code = ix_tf_reading_object(r, "root_module", read_module_member, &root, err);
    ix_arena_done(&root.arena);
    return code;
}

enum ix_code ix_tf_show_values(struct ix_tf_reading *r, struct ix_err *err) {
    return ix_tf_reading_object(r, "values", read_values_member, NULL, err);
}

enum ix_code ix_tf_show_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                               struct ix_err *err) {
    (void)context;
    if (ix_sv_eq(key, IX_SV("values"))) {
        return ix_tf_show_values(r, err);
    }
    return ix_sv_eq(key, IX_SV("checks")) ? ix_tf_reading_checks(r, err)
                                          : ix_json_reader_skip(r->reader, err);
}

enum ix_code ix_tf_show_state_read(struct ix_tf_reading *r, struct ix_err *err) {
    return ix_tf_reading_members(r, ix_tf_show_member, NULL, err);
}
