/* A plan, as `terraform show -json PLANFILE` writes it. Source: Terraform's "JSON Output Format",
 * plan representation.
 *
 * A plan says what would be, not what is: everything from it is flagged as planned and its source
 * is of the kind "plan". `resource_changes` is read, since it holds all of `planned_values` and
 * what would be deleted besides; `planned_values` only where there are no changes. The state before
 * (`prior_state`) and `resource_drift` are left alone: the state itself says that better. What
 * would be deleted carries its last known properties and the variant "delete". */
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
    ACTION_COUNT
};

static const char *const action_words[ACTION_COUNT] = {
    [ACTION_CREATE] = "to create",  [ACTION_UPDATE] = "to update", [ACTION_REPLACE] = "to replace",
    [ACTION_DELETE] = "to delete",  [ACTION_FORGET] = "to forget", [ACTION_READ] = "to read",
    [ACTION_NOTHING] = "unchanged",
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

/* What would be there afterwards; of what would be gone, what was there. */
static struct ix_json *find_values(struct ix_tf_reading *r, const struct ix_json *change) {
    struct ix_json *after = ix_json_get(change, "after");
    bool stays = ix_json_kind(after) == IX_JSON_OBJECT;
    struct ix_json *values = stays ? after : ix_json_get(change, "before");
    const char *mirror = stays ? "after_sensitive" : "before_sensitive";
    ix_tf_sensitive_hide_mirror(&r->element, values, ix_json_get(change, mirror));
    return values;
}

static enum ix_code read_change(struct ix_tf_reading *r, struct ix_json *node, void *context,
                                struct ix_err *err) {
    int64_t *actions = context;
    const struct ix_json *change = ix_json_get(node, "change");
    enum action action = action_of(change);
    struct ix_tf_instance instance = {
        .address = ix_json_get_string(node, "address"),
        .variant = ix_tf_show_deposed(r, ix_json_get_string(node, "deposed")),
        .type = ix_json_get_string(node, "type"),
        .provider = ix_json_get_string(node, "provider_name"),
        .data = ix_sv_eq(ix_json_get_string(node, "mode"), IX_SV("data")),
        .attributes = find_values(r, change),
    };
    if (ix_sv_empty(instance.type) || ix_sv_empty(instance.address)) {
        return ix_tf_reading_fault(r, "before here is a change without `type` or `address`", err);
    }
    instance.flags |= ix_sv_empty(instance.variant) ? 0 : IX_FLAG_DEPOSED;
    if (action == ACTION_DELETE) {
        instance.flags |= IX_FLAG_DELETE;
        instance.variant = ix_sv_empty(instance.variant) ? IX_SV("delete") : instance.variant;
    }
    actions[action]++;
    return ix_tf_reading_push(r, &instance, err);
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

enum ix_code ix_tf_plan_read(struct ix_tf_reading *r, struct ix_err *err) {
    int64_t actions[ACTION_COUNT] = {0};
    bool by_change = ix_json_first(ix_json_get(r->env->input->outline, "resource_changes")) != NULL;
    r->flags |= IX_FLAG_PLANNED;
    for (;;) {
        struct ix_sv key;
        bool more = false;
        enum ix_code code = ix_tf_reading_key(r, &key, &more, err);
        if (code != IX_OK) {
            return code;
        }
        if (!more) {
            return tell_actions(r, actions, err);
        }
        if (by_change && ix_sv_eq(key, IX_SV("resource_changes"))) {
            code = ix_tf_reading_elements(r, "resource_changes", read_change, actions, err);
        } else if (!by_change && ix_sv_eq(key, IX_SV("planned_values"))) {
            code = ix_tf_show_values(r, err);
        } else if (ix_sv_eq(key, IX_SV("checks"))) {
            code = ix_tf_reading_checks(r, err);
        } else {
            code = ix_json_reader_skip(r->reader, err);
        }
        if (code != IX_OK) {
            return code;
        }
    }
}
