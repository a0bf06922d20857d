/* From an instance, as all forms of states agree on it, to what the sink takes; and the few steps
 * of walking that the readers share. */
#include "collectors/terraform/reading.h"

#include "collectors/terraform/address.h"
#include "collectors/terraform/describe.h"
#include "collectors/terraform/provider.h"

/* ---- walking ---- */

enum ix_code ix_tf_reading_fault(struct ix_tf_reading *r, const char *what, struct ix_err *err) {
    return ix_err_set(err, IX_INVALID, "line %lld: %s", (long long)ix_json_reader_line(r->reader),
                      what);
}

bool ix_tf_reading_fits(const struct ix_json *node, enum ix_json_kind kind) {
    enum ix_json_kind own = ix_json_kind(node);
    return own == kind || own == IX_JSON_NONE || own == IX_JSON_NULL;
}

static enum ix_code pass_null(struct ix_tf_reading *r, bool *ret_null, struct ix_err *err) {
    struct ix_json *scalar = NULL;
    enum ix_code code = ix_json_reader_value(r->reader, &r->element, &scalar, err);
    *ret_null = ix_json_kind(scalar) == IX_JSON_NULL;
    ix_arena_reset(&r->element);
    return code;
}

/* *ret_entered false: it is null, and passed over. */
static enum ix_code enter(struct ix_tf_reading *r, enum ix_json_kind kind, const char *what,
                          bool *ret_entered, struct ix_err *err) {
    enum ix_json_event_kind begin =
        kind == IX_JSON_ARRAY ? IX_JSON_EVENT_ARRAY_BEGIN : IX_JSON_EVENT_OBJECT_BEGIN;
    struct ix_json_event event;
    bool null = false;
    enum ix_code code = ix_json_reader_next(r->reader, &event, err);
    if (code == IX_OK && event.kind == IX_JSON_EVENT_SCALAR) {
        code = pass_null(r, &null, err);
    }
    if (code != IX_OK) {
        return code;
    }
    *ret_entered = event.kind == begin;
    if (*ret_entered || null) {
        return IX_OK;
    }
    return ix_err_set(err, IX_INVALID, "line %lld: `%s` must be %s",
                      (long long)ix_json_reader_line(r->reader), what,
                      kind == IX_JSON_ARRAY ? "an array" : "an object");
}

enum ix_code ix_tf_reading_members(struct ix_tf_reading *r, ix_tf_member_fn *each, void *context,
                                   struct ix_err *err) {
    for (;;) {
        struct ix_json_event event;
        enum ix_code code = ix_json_reader_next(r->reader, &event, err);
        if (code != IX_OK || event.kind != IX_JSON_EVENT_KEY) {
            return code;
        }
        code = each(r, event.text, context, err);
        if (code != IX_OK) {
            return code;
        }
    }
}

enum ix_code ix_tf_reading_object(struct ix_tf_reading *r, const char *what, ix_tf_member_fn *each,
                                  void *context, struct ix_err *err) {
    bool entered = false;
    enum ix_code code = enter(r, IX_JSON_OBJECT, what, &entered, err);
    return code == IX_OK && entered ? ix_tf_reading_members(r, each, context, err) : code;
}

enum ix_code ix_tf_reading_objects(struct ix_tf_reading *r, const char *what,
                                   enum ix_code (*each)(struct ix_tf_reading *reading,
                                                        void *context, struct ix_err *err),
                                   void *context, struct ix_err *err) {
    bool entered = false;
    enum ix_code code = enter(r, IX_JSON_ARRAY, what, &entered, err);
    while (code == IX_OK && entered) {
        struct ix_json_event event;
        code = ix_json_reader_next(r->reader, &event, err);
        if (code != IX_OK || event.kind == IX_JSON_EVENT_ARRAY_END) {
            break;
        }
        code = event.kind == IX_JSON_EVENT_OBJECT_BEGIN
                   ? each(r, context, err)
                   : ix_err_set(err, IX_INVALID, "line %lld: each of `%s` must be an object",
                                (long long)ix_json_reader_line(r->reader), what);
    }
    return code;
}

static enum ix_code check_cancelled(const struct ix_tf_reading *r, struct ix_err *err) {
    bool cancelled = r->env->cancelled && *r->env->cancelled;
    return cancelled ? ix_err_set(err, IX_CANCELLED, "stopped") : IX_OK;
}

enum ix_code ix_tf_reading_elements(struct ix_tf_reading *r, const char *what,
                                    enum ix_code (*each)(struct ix_tf_reading *reading,
                                                         struct ix_json *element, void *context,
                                                         struct ix_err *err),
                                    void *context, struct ix_err *err) {
    bool entered = false;
    enum ix_code code = enter(r, IX_JSON_ARRAY, what, &entered, err);
    while (code == IX_OK && entered) {
        struct ix_json *element = NULL;
        code = check_cancelled(r, err);
        code = code == IX_OK ? ix_json_reader_value(r->reader, &r->element, &element, err) : code;
        if (code != IX_OK || !element) {
            break;
        }
        code = each(r, element, context, err);
        code = code == IX_OK ? ix_arena_check(&r->element, err) : code;
        ix_arena_reset(&r->element);
    }
    return code;
}

/* ---- checks ---- */

static bool does_not_pass(const struct ix_json *check) {
    struct ix_sv status = ix_json_get_string(check, "status");
    return ix_sv_eq(status, IX_SV("fail")) || ix_sv_eq(status, IX_SV("error"));
}

/* `config_addr` in a state, `address` in what `show -json` writes. */
static struct ix_sv check_name(const struct ix_json *check) {
    struct ix_sv name = ix_json_get_string(check, "config_addr");
    return ix_sv_empty(name) ? ix_json_string(ix_json_path(check, "address", "to_display", NULL))
                             : name;
}

static enum ix_code count_check(struct ix_tf_reading *r, struct ix_json *check, void *context,
                                struct ix_err *err) {
    (void)context;
    if (r->take == IX_TF_TAKE_ALL && does_not_pass(check) && r->failing_checks++ == 0) {
        r->failing_check = ix_arena_copy(&r->keep, check_name(check));
    }
    return ix_arena_check(&r->keep, err);
}

enum ix_code ix_tf_reading_checks(struct ix_tf_reading *r, struct ix_err *err) {
    return ix_tf_reading_elements(r, "check results", count_check, NULL, err);
}

enum ix_code ix_tf_reading_remark(struct ix_tf_reading *r, struct ix_sv text, struct ix_err *err) {
    const struct ix_note note = {
        .source = r->env->source,
        .path = r->env->input->path,
        .reason = text,
    };
    return ix_sink_note(r->sink, &note, err);
}

/* ---- pushing ---- */

static enum ix_code push_dependency(struct ix_tf_reading *r, const struct ix_tf_instance *instance,
                                    struct ix_sv to, struct ix_err *err) {
    const struct ix_relation relation = {
        .source = r->env->source,
        .from_address = instance->address,
        .from_variant = instance->variant,
        .type = IX_SV("depends_on"),
        .basis = IX_DECLARED,
        .to_address = to,
    };
    enum ix_code code = ix_arena_check(&r->instance, err);
    return code == IX_OK ? ix_sink_relation(r->sink, &relation, err) : code;
}

/* `relative`: in dotted form, below the instance's module. */
static enum ix_code push_dependencies(struct ix_tf_reading *r,
                                      const struct ix_tf_instance *instance,
                                      const struct ix_json *list, bool relative,
                                      struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (const struct ix_json *n = ix_json_first(list); n && code == IX_OK; n = ix_json_next(n)) {
        struct ix_sv to = ix_json_string(n);
        enum ix_tf_dependency kind = ix_tf_address_dependency(to);
        if (kind == IX_TF_DEPENDENCY_MODULE) {
            ix_tf_modules_keep(&r->modules, instance->address, instance->variant,
                               relative ? instance->module : (struct ix_sv){0}, to);
        } else if (kind == IX_TF_DEPENDENCY_RESOURCE) {
            to = relative ? ix_tf_address_legacy(&r->instance, instance->module, to) : to;
            code = push_dependency(r, instance, to, err);
        }
    }
    return code;
}

static enum ix_code push_resource(struct ix_tf_reading *r, const struct ix_tf_instance *instance,
                                  struct ix_err *err) {
    struct ix_tf_provider provider = ix_tf_provider_parse(instance->provider, instance->type);
    struct ix_resource resource = {
        .source = r->env->source,
        .source_kind = r->env->recognised->source_kind,
        .address = instance->address,
        .variant = instance->variant,
        .native_type = instance->type,
        .provider = provider.name,
        .provider_address = provider.address,
        .native_id = instance->id,
        .flags = r->flags | instance->flags | (instance->data ? (uint32_t)IX_FLAG_EXTERNAL : 0),
        .properties =
            ix_json_kind(instance->attributes) == IX_JSON_OBJECT ? instance->attributes : NULL,
    };
    ix_tf_describe(&r->instance, resource.properties, instance->identity, &resource);
    enum ix_code code = ix_arena_check(&r->instance, err);
    return code == IX_OK ? ix_sink_resource(r->sink, &resource, err) : code;
}

static enum ix_code relate_dependant(void *context, const struct ix_tf_dependant *from,
                                     struct ix_sv to, struct ix_err *err) {
    const struct ix_tf_instance instance = {.address = from->address, .variant = from->variant};
    return push_dependency(context, &instance, to, err);
}

static void tell_progress(struct ix_tf_reading *r) {
    enum { PROGRESS_EVERY = 1024 };
    r->resources++;
    if (r->env->progress && r->resources % PROGRESS_EVERY == 0) {
        r->env->progress(r->env->progress_context, r->resources);
    }
}

static enum ix_code push_all(struct ix_tf_reading *r, const struct ix_tf_instance *instance,
                             struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (r->take == IX_TF_TAKE_DEPENDENCIES && instance->data) {
        return IX_OK; /* what would be read again, or is not told of */
    }
    if (r->take == IX_TF_TAKE_ALL) {
        code = push_resource(r, instance, err);
        tell_progress(r);
    }
    code = code == IX_OK ? push_dependencies(r, instance, instance->absolute, false, err) : code;
    return code == IX_OK ? push_dependencies(r, instance, instance->relative, true, err) : code;
}

static enum ix_code push_to_modules(struct ix_tf_reading *r, const struct ix_tf_instance *instance,
                                    struct ix_err *err) {
    bool counts = ix_sv_empty(instance->variant);
    return counts ? ix_tf_modules_each(&r->modules, &r->instance, instance->address,
                                       relate_dependant, r, err)
                  : IX_OK;
}

enum ix_code ix_tf_reading_push(struct ix_tf_reading *r, const struct ix_tf_instance *instance,
                                struct ix_err *err) {
    enum ix_code code = check_cancelled(r, err);
    if (code == IX_OK) {
        code = r->take == IX_TF_TAKE_MODULES ? push_to_modules(r, instance, err)
                                             : push_all(r, instance, err);
    }
    code = code == IX_OK ? ix_arena_check(&r->instance, err) : code;
    ix_arena_reset(&r->instance);
    return code;
}
