/* One module inside the other, each with its blocks; a block's references become addresses from the
 * root and are kept by the block's own address. Memory follows the code, not what it makes. */
#include "collectors/terraform/configuration.h"

#include "collectors/terraform/address.h"

enum { MODULE_DEPTH_MAX = 64 };

struct module {
    struct ix_sv address; /* in reading->keep; empty for the root */
    size_t depth;
};

/* ---- blocks ---- */

struct block {
    struct ix_tf_reading *r;
    const struct module *module;
    struct ix_json *targets; /* an array */
    struct ix_map seen;
};

static struct ix_sv below(struct ix_arena *arena, struct ix_sv module, struct ix_sv address) {
    return ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(module), ix_sv_empty(module) ? "" : ".",
                           IX_SV_FMT(address));
}

/* "aws_vpc.main.id" names aws_vpc.main; "each.value" names nothing. */
static void add_reference(struct block *b, struct ix_sv reference) {
    struct ix_tf_reading *r = b->r;
    bool added = false;
    if (ix_tf_address_dependency(reference) == IX_TF_DEPENDENCY_VALUE) {
        return;
    }
    struct ix_sv target = ix_tf_address_block(&r->element, reference);
    if (ix_map_put(&b->seen, target, &added) && added) {
        struct ix_sv whole = below(&r->keep, b->module->address, target);
        ix_json_append(b->targets, ix_json_new_string(&r->keep, whole));
    }
}

/* Expressions nest as blocks do; what refers says so in a list `references`. */
static void add_references(struct block *b, const struct ix_json *node) {
    const struct ix_json *references = ix_json_get(node, "references");
    for (const struct ix_json *f = ix_json_first(references); f; f = ix_json_next(f)) {
        add_reference(b, ix_json_string(f));
    }
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        add_references(b, n);
    }
}

static enum ix_code read_block(struct ix_tf_reading *r, struct ix_json *node, void *context,
                               struct ix_err *err) {
    static const char *const places[] = {"expressions", "count_expression", "for_each_expression"};
    const struct module *module = context;
    struct block b = {.r = r, .module = module, .targets = ix_json_new_array(&r->keep)};
    struct ix_sv own = ix_json_get_string(node, "address");
    ix_map_init(&b.seen, &r->element);
    (void)ix_map_put(&b.seen, own, NULL); /* a block that refers to itself depends on nothing */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        add_references(&b, ix_json_get(node, places[i]));
    }
    const struct ix_json *depends = ix_json_get(node, "depends_on");
    for (const struct ix_json *d = ix_json_first(depends); d; d = ix_json_next(d)) {
        add_reference(&b, ix_json_string(d));
    }
    union ix_map_value *slot =
        ix_map_put(&r->references, below(&r->element, module->address, own), NULL);
    if (slot) {
        slot->pointer = b.targets;
    }
    return ix_arena_check(&r->keep, err);
}

/* ---- modules ---- */

static enum ix_code read_module(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                struct ix_err *err);

static enum ix_code read_call_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                     struct ix_err *err) {
    return ix_sv_eq(key, IX_SV("module"))
               ? ix_tf_reading_object(r, "module", read_module, context, err)
               : ix_json_reader_skip(r->reader, err);
}

static enum ix_code read_call(struct ix_tf_reading *r, struct ix_sv key, void *context,
                              struct ix_err *err) {
    const struct module *parent = context;
    struct module child = {
        .address = ix_arena_printf(&r->keep, "%.*s%smodule.%.*s", IX_SV_FMT(parent->address),
                                   ix_sv_empty(parent->address) ? "" : ".", IX_SV_FMT(key)),
        .depth = parent->depth + 1,
    };
    if (child.depth > MODULE_DEPTH_MAX) {
        return ix_tf_reading_fault(r, "modules nest more than 64 deep", err);
    }
    return ix_tf_reading_object(r, "module_calls", read_call_member, &child, err);
}

static enum ix_code read_module(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                struct ix_err *err) {
    if (ix_sv_eq(key, IX_SV("resources"))) {
        return ix_tf_reading_elements(r, "resources", read_block, context, err);
    }
    return ix_sv_eq(key, IX_SV("module_calls"))
               ? ix_tf_reading_object(r, "module_calls", read_call, context, err)
               : ix_json_reader_skip(r->reader, err);
}

static enum ix_code read_member(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                struct ix_err *err) {
    return ix_sv_eq(key, IX_SV("root_module"))
               ? ix_tf_reading_object(r, "root_module", read_module, context, err)
               : ix_json_reader_skip(r->reader, err);
}

enum ix_code ix_tf_configuration_read(struct ix_tf_reading *r, struct ix_err *err) {
    struct module root = {0};
    return ix_tf_reading_object(r, "configuration", read_member, &root, err);
}

const struct ix_json *ix_tf_configuration_find(struct ix_tf_reading *r, struct ix_sv address) {
    if (r->references.count == 0) {
        return NULL;
    }
    const union ix_map_value *slot =
        ix_map_find(&r->references, ix_tf_address_block(&r->instance, address));
    return slot ? slot->pointer : NULL;
}
