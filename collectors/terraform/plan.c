/* A plan, as `terraform show -json PLANFILE` writes it. Source: Terraform's "JSON Output Format",
 * plan representation.
 *
 * A plan says what would be, not what is: everything from it is flagged as planned and its source
 * is of the kind "plan". `resource_changes` is read, since it holds all of `planned_values` and
 * what would be deleted besides; `planned_values` only where there are no changes. What would be
 * deleted carries its last known properties and the variant "delete". `deferred_changes` are
 * changes too.
 *
 * What depends on what is told by the `configuration`, or, in a plan without it, by the state
 * before
 * (`prior_state`); of that state nothing else is taken, as the state itself says it better. What
 * changed outside of Terraform (`resource_drift`) is flagged as drifted where it is planned, and
 * the names of the attributes that changed stand in the property `$drifted`: the values of before
 * and after are in the state and in the plan. */
#include "collectors/terraform/configuration.h"
#include "collectors/terraform/sensitive.h"
#include "collectors/terraform/show.h"

enum action {
    ACTION_CREATE,
    ACTION_UPDATE,
    ACTION_REPLACE,
    ACTION_DELETE,
    ACTION_FORGET,
    ACTION_READ,
    ACTION_NOTHING,
    ACTION_LATER,
    ACTION_COUNT
};

static const char *const action_words[ACTION_COUNT] = {
    [ACTION_CREATE] = "to create",  [ACTION_UPDATE] = "to update", [ACTION_REPLACE] = "to replace",
    [ACTION_DELETE] = "to delete",  [ACTION_FORGET] = "to forget", [ACTION_READ] = "to read",
    [ACTION_NOTHING] = "unchanged", [ACTION_LATER] = "deferred",
};

static bool has_action(const struct ix_json *change, const char *name) {
    const struct ix_json *actions = ix_json_get(change, "actions");
    for (const struct ix_json *a = ix_json_first(actions); a; a = ix_json_next(a)) {
        if (ix_sv_eq_cstr(ix_json_string(a), name)) {
            return true;
        }
    }
    return false;
}

static enum action action_of(const struct ix_json *change) {
    bool creates = has_action(change, "create");
    if (has_action(change, "delete") || has_action(change, "forget")) {
        bool forgets = !has_action(change, "delete");
        return creates ? ACTION_REPLACE : forgets ? ACTION_FORGET : ACTION_DELETE;
    }
    if (creates) {
        return ACTION_CREATE;
    }
    if (has_action(change, "update")) {
        return ACTION_UPDATE;
    }
    return has_action(change, "read") ? ACTION_READ : ACTION_NOTHING;
}

/* ---- drift ---- */

/* Kept by address: an array of names. */
static struct ix_json *changed_names(struct ix_arena *arena, const struct ix_json *change) {
    const struct ix_json *before = ix_json_get(change, "before");
    const struct ix_json *after = ix_json_get(change, "after");
    struct ix_json *names = ix_json_new_array(arena);
    for (const struct ix_json *m = ix_json_first(before); m; m = ix_json_next(m)) {
        if (!ix_json_equal(m, ix_json_get_sv(after, ix_json_key(m)))) {
            ix_json_append(names, ix_json_new_string(arena, ix_json_key(m)));
        }
    }
    return names;
}

static enum ix_code keep_drift(struct ix_tf_reading *r, struct ix_json *node, void *context,
                               struct ix_err *err) {
    (void)context;
    union ix_map_value *drift = ix_map_put(&r->drift, ix_json_get_string(node, "address"), NULL);
    if (drift) {
        drift->pointer = changed_names(&r->keep, ix_json_get(node, "change"));
    }
    return ix_arena_check(&r->keep, err);
}

void ix_tf_plan_mark_drift(struct ix_tf_reading *r, struct ix_tf_instance *instance) {
    const union ix_map_value *drift = ix_map_find(&r->drift, instance->address);
    if (!drift || !ix_sv_empty(instance->variant)) {
        return;
    }
    instance->flags |= IX_FLAG_DRIFTED;
    if (ix_json_kind(instance->attributes) == IX_JSON_OBJECT) {
        ix_json_set(&r->element, instance->attributes, IX_SV("$drifted"),
                    ix_json_clone(&r->element, drift->pointer));
    }
}

/* ---- changes ---- */

/* What would be there afterwards; of what would be gone, what was there. */
static struct ix_json *find_values(struct ix_tf_reading *r, const struct ix_json *change) {
    struct ix_json *after = ix_json_get(change, "after");
    bool stays = ix_json_kind(after) == IX_JSON_OBJECT;
    struct ix_json *values = stays ? after : ix_json_get(change, "before");
    const char *mirror = stays ? "after_sensitive" : "before_sensitive";
    ix_tf_sensitive_hide_mirror(&r->element, values, ix_json_get(change, mirror));
    return values;
}

static enum ix_code push_change(struct ix_tf_reading *r, const struct ix_json *node,
                                enum action action, struct ix_err *err) {
    const struct ix_json *change = ix_json_get(node, "change");
    struct ix_tf_instance instance = {
        .address = ix_json_get_string(node, "address"),
        .variant = ix_tf_show_deposed(r, ix_json_get_string(node, "deposed")),
        .type = ix_json_get_string(node, "type"),
        .provider = ix_json_get_string(node, "provider_name"),
        .data = ix_sv_eq(ix_json_get_string(node, "mode"), IX_SV("data")),
        .attributes = find_values(r, change),
        .identity = ix_json_get(change, "after_identity"),
        .id = ix_json_string(ix_json_path(change, "importing", "id", NULL)),
    };
    if (ix_sv_empty(instance.type) || ix_sv_empty(instance.address)) {
        return ix_tf_reading_fault(r, "before here is a change without `type` or `address`", err);
    }
    instance.flags |= ix_sv_empty(instance.variant) ? 0 : IX_FLAG_DEPOSED;
    if (action == ACTION_DELETE) {
        instance.flags |= IX_FLAG_DELETE;
        instance.variant = ix_sv_empty(instance.variant) ? IX_SV("delete") : instance.variant;
    }
    if (ix_sv_empty(instance.variant)) {
        instance.absolute = ix_tf_configuration_find(r, instance.address);
    }
    ix_tf_plan_mark_drift(r, &instance);
    return ix_tf_reading_push(r, &instance, err);
}

static enum ix_code read_change(struct ix_tf_reading *r, struct ix_json *node, void *context,
                                struct ix_err *err) {
    int64_t *actions = context;
    enum action action = action_of(ix_json_get(node, "change"));
    actions[action]++;
    return push_change(r, node, action, err);
}

static enum ix_code read_deferred(struct ix_tf_reading *r, struct ix_json *node, void *context,
                                  struct ix_err *err) {
    int64_t *actions = context;
    actions[ACTION_LATER]++;
    return push_change(r, ix_json_get(node, "resource_change"), ACTION_LATER, err);
}

/* The state before the plan; a plan for something new has none. */
static enum ix_code read_prior_state(struct ix_tf_reading *r, struct ix_err *err) {
    enum ix_tf_take take = r->take;
    r->take = IX_TF_TAKE_DEPENDENCIES;
    enum ix_code code = ix_tf_reading_object(r, "prior_state", ix_tf_show_member, NULL, err);
    r->take = take;
    return code;
}

static enum ix_code read_errored(struct ix_tf_reading *r, struct ix_err *err) {
    struct ix_json *errored = NULL;
    enum ix_code code = ix_json_reader_value(r->reader, &r->element, &errored, err);
    r->errored = ix_json_is_true(errored);
    ix_arena_reset(&r->element);
    return code;
}

static enum ix_code tell_actions(struct ix_tf_reading *r, const int64_t *actions,
                                 struct ix_err *err) {
    struct ix_sv text = IX_SV("a plan, not what exists");
    const char *between = ": ";
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (actions[i] > 0) {
            text = ix_arena_printf(&r->instance, "%.*s%s%lld %s", IX_SV_FMT(text), between,
                                   (long long)actions[i], action_words[i]);
            between = ", ";
        }
    }
    enum ix_code code = ix_arena_check(&r->instance, err);
    return code == IX_OK ? ix_tf_reading_remark(r, text, err) : code;
}

static enum ix_code tell_drift(struct ix_tf_reading *r, struct ix_err *err) {
    if (r->drift.count == 0) {
        return IX_OK;
    }
    struct ix_sv text =
        ix_arena_printf(&r->instance, "%zu things changed outside of Terraform", r->drift.count);
    return ix_tf_reading_remark(r, text, err);
}

static bool by_change(const struct ix_tf_reading *r) {
    return ix_json_first(ix_json_get(r->env->input->outline, "resource_changes")) != NULL;
}

static enum ix_code read_member(struct ix_tf_reading *r, struct ix_sv key, void *actions,
                                struct ix_err *err) {
    if (ix_sv_eq(key, IX_SV("resource_changes")) && by_change(r)) {
        return ix_tf_reading_elements(r, "resource_changes", read_change, actions, err);
    }
    if (ix_sv_eq(key, IX_SV("planned_values")) && !by_change(r)) {
        return ix_tf_show_values(r, err);
    }
    if (ix_sv_eq(key, IX_SV("deferred_changes"))) {
        return ix_tf_reading_elements(r, "deferred_changes", read_deferred, actions, err);
    }
    bool told = r->references.count > 0;
    if (ix_sv_eq(key, IX_SV("prior_state")) && r->take == IX_TF_TAKE_ALL && !told) {
        return read_prior_state(r, err);
    }
    if (ix_sv_eq(key, IX_SV("errored"))) {
        return read_errored(r, err);
    }
    return ix_sv_eq(key, IX_SV("checks")) ? ix_tf_reading_checks(r, err)
                                          : ix_json_reader_skip(r->reader, err);
}

static enum ix_code read_before(struct ix_tf_reading *r, struct ix_sv key, void *context,
                                struct ix_err *err) {
    if (ix_sv_eq(key, IX_SV("configuration"))) {
        return ix_tf_configuration_read(r, err);
    }
    return ix_sv_eq(key, IX_SV("resource_drift"))
               ? ix_tf_reading_elements(r, "resource_drift", keep_drift, context, err)
               : ix_json_reader_skip(r->reader, err);
}

enum ix_code ix_tf_plan_read(struct ix_tf_reading *r, struct ix_err *err) {
    int64_t actions[ACTION_COUNT] = {0};
    if (r->take == IX_TF_TAKE_BEFORE) {
        return ix_tf_reading_members(r, read_before, NULL, err);
    }
    r->flags |= IX_FLAG_PLANNED;
    enum ix_code code = ix_tf_reading_members(r, read_member, actions, err);
    if (code == IX_OK && r->take == IX_TF_TAKE_ALL) {
        code = tell_actions(r, actions, err);
        code = code == IX_OK ? tell_drift(r, err) : code;
    }
    return code;
}
