/* State version 4 (Terraform 0.12 and later, OpenTofu): `resources`, each a block with its
 * `instances`. Source: Terraform's internal/states/statefile/version4.go, as its files show it.
 *
 * A block is taken as one tree: in a file with sorted keys its instances stand before its type and
 * name. `private` (the provider's own bytes) and `outputs` are never looked at. */
#include "collectors/terraform/address.h"
#include "collectors/terraform/flat.h"
#include "collectors/terraform/reading.h"
#include "collectors/terraform/sensitive.h"

struct block {
    struct ix_sv module, type, name, provider;
    bool data;
};

static bool is_instance(const struct ix_json *node) {
    const struct ix_json *key = ix_json_get(node, "index_key");
    return ix_json_kind(node) == IX_JSON_OBJECT &&
           ix_tf_reading_fits(ix_json_get(node, "attributes"), IX_JSON_OBJECT) &&
           (ix_tf_reading_fits(key, IX_JSON_STRING) || ix_json_kind(key) == IX_JSON_NUMBER);
}

static enum ix_code find_attributes(struct ix_tf_reading *r, const struct ix_json *node,
                                    struct ix_json **ret_attributes, struct ix_err *err) {
    struct ix_json *attributes = ix_json_get(node, "attributes");
    if (ix_json_kind(attributes) != IX_JSON_OBJECT) {
        enum ix_code code =
            ix_tf_flat_expand(&r->instance, ix_json_get(node, "attributes_flat"), &attributes, err);
        if (code != IX_OK) {
            return code;
        }
    }
    ix_tf_sensitive_hide_paths(&r->instance, attributes, ix_json_get(node, "sensitive_attributes"));
    *ret_attributes = attributes;
    return IX_OK;
}

static enum ix_code read_instance(struct ix_tf_reading *r, const struct block *block,
                                  const struct ix_json *node, struct ix_err *err) {
    if (!is_instance(node)) {
        return ix_tf_reading_fault(r,
                                   "before here is an instance that is none: it must be an "
                                   "object with `attributes`, its `index_key` text or a number",
                                   err);
    }
    struct ix_sv key = ix_tf_address_key(&r->instance, ix_json_get(node, "index_key"));
    struct ix_sv provider = ix_json_get_string(node, "provider");
    struct ix_sv deposed = ix_json_get_string(node, "deposed");
    struct ix_tf_instance instance = {
        .address = ix_tf_address_join(&r->instance, block->module, block->data, block->type,
                                      block->name, key),
        .type = block->type,
        .provider = ix_sv_empty(provider) ? block->provider : provider,
        .data = block->data,
        .identity = ix_json_get(node, "identity"),
        .absolute = ix_json_get(node, "dependencies"),
        .relative = ix_json_get(node, "depends_on"), /* of 0.12 alone */
        .module = block->module,
    };
    if (ix_sv_eq(ix_json_get_string(node, "status"), IX_SV("tainted"))) {
        instance.flags |= IX_FLAG_TAINTED;
    }
    if (!ix_sv_empty(deposed)) {
        instance.flags |= IX_FLAG_DEPOSED;
        instance.variant = ix_arena_printf(&r->instance, "deposed:%.*s", IX_SV_FMT(deposed));
    }
    enum ix_code code = find_attributes(r, node, &instance.attributes, err);
    return code == IX_OK ? ix_tf_reading_push(r, &instance, err) : code;
}

static enum ix_code read_block(struct ix_tf_reading *r, struct ix_json *node, void *context,
                               struct ix_err *err) {
    (void)context;
    const struct block block = {
        .module = ix_json_get_string(node, "module"),
        .type = ix_json_get_string(node, "type"),
        .name = ix_json_get_string(node, "name"),
        .provider = ix_json_get_string(node, "provider"),
        .data = ix_sv_eq(ix_json_get_string(node, "mode"), IX_SV("data")),
    };
    if (ix_sv_empty(block.type) || ix_sv_empty(block.name)) {
        return ix_tf_reading_fault(r, "before here is a resource without `type` or `name`", err);
    }
    const struct ix_json *instances = ix_json_get(node, "instances");
    if (!ix_tf_reading_fits(instances, IX_JSON_ARRAY) ||
        !ix_tf_reading_fits(ix_json_get(node, "module"), IX_JSON_STRING)) {
        return ix_tf_reading_fault(r, "before here `instances` is no array, or `module` no text",
                                   err);
    }
    enum ix_code code = IX_OK;
    for (const struct ix_json *n = ix_json_first(instances); n && code == IX_OK;
         n = ix_json_next(n)) {
        code = read_instance(r, &block, n, err);
    }
    return code;
}

static enum ix_code read_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                struct ix_err *err) {
    bool *read = context;
    if (ix_sv_eq(key, IX_SV("check_results"))) {
        return ix_tf_reading_checks(r, err);
    }
    if (!ix_sv_eq(key, IX_SV("resources"))) {
        return ix_json_reader_skip(r->reader, err);
    }
    if (*read) {
        return ix_tf_reading_fault(r, "a second `resources` in one state", err);
    }
    *read = true;
    return ix_tf_reading_elements(r, "resources", read_block, NULL, err);
}

enum ix_code ix_tf_state_v4_read(struct ix_tf_reading *r, struct ix_err *err) {
    bool read = false;
    return ix_tf_reading_members(r, read_member, &read, err);
}
