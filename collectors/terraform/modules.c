/* Modules are found by the steps of an address, `module.a`, `module.a.module.b`, without their
 * keys: who depends on a module depends on all its instances. */
#include "collectors/terraform/modules.h"

#include "collectors/terraform/address.h"

void ix_tf_modules_init(struct ix_tf_modules *modules) {
    *modules = (struct ix_tf_modules){0};
    ix_arena_init(&modules->arena, IX_TF_MODULES_MEMORY_MAX);
    ix_map_init(&modules->dependants, &modules->arena);
}

void ix_tf_modules_done(struct ix_tf_modules *modules) {
    ix_arena_done(&modules->arena);
}

/* One more step, `module.NAME`, from the front of `rest` to the end of `path`. */
static bool take_step(struct ix_arena *arena, struct ix_sv *rest, struct ix_sv *path) {
    struct ix_sv name;
    if (!ix_tf_address_module(rest, &name)) {
        return false;
    }
    *path = ix_arena_printf(arena, "%.*s%smodule.%.*s", IX_SV_FMT(*path),
                            ix_sv_empty(*path) ? "" : ".", IX_SV_FMT(name));
    return true;
}

/* Two outputs of one module are one dependency; those of an instance come one after another. */
static bool is_first(const struct ix_tf_dependant *first, struct ix_sv address,
                     struct ix_sv variant) {
    return first && ix_sv_eq(first->address, address) && ix_sv_eq(first->variant, variant);
}

void ix_tf_modules_keep(struct ix_tf_modules *modules, struct ix_sv address, struct ix_sv variant,
                        struct ix_sv module, struct ix_sv dependency) {
    struct ix_sv path = {0};
    while (take_step(&modules->arena, &module, &path)) {
    }
    while (take_step(&modules->arena, &dependency, &path)) {
    }
    union ix_map_value *list = ix_map_put(&modules->dependants, path, NULL);
    if (list && is_first(list->pointer, address, variant)) {
        return;
    }
    struct ix_tf_dependant *dependant = IX_NEW(&modules->arena, struct ix_tf_dependant);
    if (!list || !dependant) {
        modules->left_out++;
        return;
    }
    *dependant = (struct ix_tf_dependant){
        .next = list->pointer,
        .address = ix_arena_copy(&modules->arena, address),
        .variant = ix_arena_copy(&modules->arena, variant),
    };
    list->pointer = dependant;
}

enum ix_code
ix_tf_modules_each(struct ix_tf_modules *modules, struct ix_arena *scratch, struct ix_sv address,
                   enum ix_code (*relate)(void *context, const struct ix_tf_dependant *from,
                                          struct ix_sv to, struct ix_err *err),
                   void *context, struct ix_err *err) {
    struct ix_sv rest = address;
    struct ix_sv path = {0};
    enum ix_code code = IX_OK;
    while (code == IX_OK && take_step(scratch, &rest, &path)) {
        const union ix_map_value *list = ix_map_find(&modules->dependants, path);
        const struct ix_tf_dependant *from = list ? list->pointer : NULL;
        for (; from && code == IX_OK; from = from->next) {
            if (modules->relations == IX_TF_MODULE_RELATIONS_MAX) {
                modules->left_out++;
            } else if (!ix_sv_eq(from->address, address)) {
                modules->relations++;
                code = relate(context, from, address, err);
            }
        }
    }
    return code;
}
