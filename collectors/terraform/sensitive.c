/* Everything here fails closed: a step or a mark that is not understood hides what was reached so
 * far. The top stays an object, since properties are one: hiding it hides each of its members. */
#include "collectors/terraform/sensitive.h"

#include "indexer/model/resource.h"

static void hide_node(struct ix_arena *arena, struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    if (kind != IX_JSON_NONE && kind != IX_JSON_NULL) {
        ix_json_become_string(arena, node, IX_SV(IX_SECRET_MARKER));
    }
}

static void hide(struct ix_arena *arena, struct ix_json *top, struct ix_json *node) {
    if (node != top) {
        hide_node(arena, node);
        return;
    }
    for (struct ix_json *n = ix_json_first(top); n; n = ix_json_next(n)) {
        hide_node(arena, n);
    }
}

/* ---- paths ---- */

/* The string or number a step asks for; NULL when it is of no known form. */
static const struct ix_json *step_key(const struct ix_json *step) {
    const struct ix_json *key = step;
    for (int wrapped = 0; wrapped < 2 && ix_json_kind(key) == IX_JSON_OBJECT; wrapped++) {
        key = ix_json_get(key, "value");
    }
    bool known = ix_json_kind(key) == IX_JSON_STRING || ix_json_kind(key) == IX_JSON_NUMBER;
    return known ? key : NULL;
}

/* Numbers in index steps are sometimes written as strings. */
static bool step_index(const struct ix_json *key, int64_t *ret_index) {
    return ix_json_int64(key, ret_index) || ix_sv_to_int64(ix_json_string(key), ret_index);
}

/* Moves one step down. False: this step and this value do not fit, hide the value itself. */
static bool take_step(struct ix_arena *arena, struct ix_json **node, const struct ix_json *step) {
    const struct ix_json *key = step_key(step);
    int64_t index;
    if (!key) {
        return false;
    }
    if (ix_json_kind(*node) == IX_JSON_OBJECT) {
        struct ix_sv name = ix_json_kind(key) == IX_JSON_NUMBER ? ix_json_number_text(arena, key)
                                                                : ix_json_string(key);
        *node = ix_json_get_sv(*node, name);
        return true;
    }
    if (ix_json_kind(*node) == IX_JSON_ARRAY && step_index(key, &index) && index >= 0) {
        *node = ix_json_at(*node, (size_t)index);
        return true;
    }
    return false;
}

static void hide_path(struct ix_arena *arena, struct ix_json *top, const struct ix_json *path) {
    struct ix_json *node = top;
    if (ix_json_kind(path) == IX_JSON_STRING) {
        take_step(arena, &node, path);
    } else {
        const struct ix_json *step = ix_json_first(path);
        while (step && node && take_step(arena, &node, step)) {
            step = ix_json_next(step);
        }
    }
    if (node) {
        hide(arena, top, node);
    }
}

void ix_tf_sensitive_hide_paths(struct ix_arena *arena, struct ix_json *attributes,
                                const struct ix_json *paths) {
    switch (ix_json_kind(paths)) {
    case IX_JSON_NONE:
    case IX_JSON_NULL:
        return;
    case IX_JSON_ARRAY:
        for (const struct ix_json *p = ix_json_first(paths); p; p = ix_json_next(p)) {
            hide_path(arena, attributes, p);
        }
        return;
    default:
        hide(arena, attributes, attributes);
    }
}

/* ---- mirrors ---- */

static bool holds_mark(const struct ix_json *mirror) {
    switch (ix_json_kind(mirror)) {
    case IX_JSON_ARRAY:
    case IX_JSON_OBJECT:
        for (const struct ix_json *n = ix_json_first(mirror); n; n = ix_json_next(n)) {
            if (holds_mark(n)) {
                return true;
            }
        }
        return false;
    default:
        return ix_json_is_true(mirror);
    }
}

static void hide_marked(struct ix_arena *arena, struct ix_json *top, struct ix_json *node,
                        const struct ix_json *mirror);

static void hide_members(struct ix_arena *arena, struct ix_json *top, struct ix_json *node,
                         const struct ix_json *mirror) {
    for (const struct ix_json *m = ix_json_first(mirror); m; m = ix_json_next(m)) {
        struct ix_json *member = ix_json_get_sv(node, ix_json_key(m));
        if (member) {
            hide_marked(arena, top, member, m);
        }
    }
}

static void hide_elements(struct ix_arena *arena, struct ix_json *top, struct ix_json *node,
                          const struct ix_json *mirror) {
    struct ix_json *element = ix_json_first(node);
    const struct ix_json *mark = ix_json_first(mirror);
    for (; element && mark; element = ix_json_next(element), mark = ix_json_next(mark)) {
        hide_marked(arena, top, element, mark);
    }
}

/* Marks of fewer or more elements than there are cannot be told apart. */
static bool same_length(const struct ix_json *node, const struct ix_json *mirror) {
    return ix_json_count(node) == ix_json_count(mirror);
}

static void hide_marked(struct ix_arena *arena, struct ix_json *top, struct ix_json *node,
                        const struct ix_json *mirror) {
    enum ix_json_kind kind = ix_json_kind(mirror);
    bool alike = kind == ix_json_kind(node);
    if (alike && kind == IX_JSON_OBJECT) {
        hide_members(arena, top, node, mirror);
    } else if (alike && kind == IX_JSON_ARRAY && same_length(node, mirror)) {
        hide_elements(arena, top, node, mirror);
    } else if (holds_mark(mirror)) {
        hide(arena, top, node);
    }
}

void ix_tf_sensitive_hide_mirror(struct ix_arena *arena, struct ix_json *values,
                                 const struct ix_json *mirror) {
    if (values && mirror) {
        hide_marked(arena, values, values, mirror);
    }
}
