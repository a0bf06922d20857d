/* A walk over the tree with one growing and shrinking path. */
#include "indexer/model/property.h"

#include "base/map.h"

static bool needs_quotes(struct ix_sv name) {
    return ix_sv_empty(name) || ix_sv_find_char(name, '.') != IX_SV_NPOS ||
           ix_sv_find_char(name, '[') != IX_SV_NPOS || ix_sv_find_char(name, '"') != IX_SV_NPOS ||
           ix_sv_find_char(name, IX_TERM_SEPARATOR) != IX_SV_NPOS;
}

void ix_property_path_add(struct ix_buf *path, struct ix_sv name) {
    if (!needs_quotes(name)) {
        ix_buf_add_cstr(path, path->size ? "." : "");
        ix_buf_add(path, name);
        return;
    }
    ix_buf_add_cstr(path, "[\"");
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i] == IX_TERM_SEPARATOR ? ' ' : name.data[i];
        if (c == '"' || c == '\\') {
            ix_buf_add_char(path, '\\');
        }
        ix_buf_add_char(path, c);
    }
    ix_buf_add_cstr(path, "\"]");
}

struct walk {
    struct ix_buf path;
    void (*visit)(void *context, struct ix_sv path, const struct ix_json *value);
    void *context;
};

static void walk_node(struct walk *w, const struct ix_json *node);

static void walk_object(struct walk *w, const struct ix_json *object) {
    for (const struct ix_json *m = ix_json_first(object); m; m = ix_json_next(m)) {
        size_t size = w->path.size;
        ix_property_path_add(&w->path, ix_json_key(m));
        if (w->path.size <= IX_PROPERTY_PATH_MAX) {
            walk_node(w, m);
        }
        w->path.size = size;
    }
}

static void walk_node(struct walk *w, const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    if (kind == IX_JSON_ARRAY) {
        for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
            walk_node(w, n);
        }
        return;
    }
    bool something = kind == IX_JSON_OBJECT ? ix_json_first(node) != NULL : kind != IX_JSON_NULL;
    if (something && w->path.size) {
        w->visit(w->context, ix_buf_sv(&w->path), node);
    }
    if (kind == IX_JSON_OBJECT) {
        walk_object(w, node);
    }
}

void ix_property_visit(const struct ix_json *properties,
                       void (*visit)(void *context, struct ix_sv path, const struct ix_json *value),
                       void *context) {
    struct walk w = {.visit = visit, .context = context};
    if (properties) {
        walk_node(&w, properties);
    }
    ix_buf_done(&w.path);
}

void ix_property_fold_value(struct ix_buf *term, struct ix_sv value) {
    value = ix_sv_sub(value, 0, IX_PROPERTY_VALUE_MAX);
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        ix_buf_add_char(term, c == IX_TERM_SEPARATOR ? ' ' : c);
    }
}

/* ---- terms ---- */

struct terms {
    struct ix_buf *out;
    struct ix_buf term;
    struct ix_arena arena;
    struct ix_map seen;
};

static void add_term(struct terms *t) {
    bool added = false;
    if (ix_map_put(&t->seen, ix_buf_sv(&t->term), &added) && added) {
        if (t->out->size) {
            ix_buf_add_char(t->out, IX_TERM_SEPARATOR);
        }
        ix_buf_add(t->out, ix_buf_sv(&t->term));
    }
}

static void add_value_term(struct terms *t, const struct ix_json *value) {
    struct ix_sv text;
    switch (ix_json_kind(value)) {
    case IX_JSON_STRING:
        text = ix_json_string(value);
        break;
    case IX_JSON_NUMBER:
        text = ix_json_number_text(&t->arena, value);
        break;
    case IX_JSON_TRUE:
        text = IX_SV("true");
        break;
    case IX_JSON_FALSE:
        text = IX_SV("false");
        break;
    default:
        return;
    }
    ix_buf_add_char(&t->term, '=');
    ix_property_fold_value(&t->term, text);
    add_term(t);
}

static void visit_terms(void *context, struct ix_sv path, const struct ix_json *value) {
    struct terms *t = context;
    ix_buf_clear(&t->term);
    ix_buf_add(&t->term, path);
    add_term(t);
    add_value_term(t, value);
}

void ix_property_terms(struct ix_buf *out, const struct ix_json *properties) {
    struct terms t = {.out = out};
    ix_arena_init(&t.arena, 0);
    ix_map_init(&t.seen, &t.arena);
    ix_property_visit(properties, visit_terms, &t);
    out->failed |= t.arena.failed || t.term.failed;
    ix_buf_done(&t.term);
    ix_arena_done(&t.arena);
}
