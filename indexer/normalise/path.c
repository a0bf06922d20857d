/* Paths are short and rows are few, so every name is compared as it stands: nothing is indexed. */
#include "indexer/normalise/path.h"

static char fold(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

char ix_name_next(struct ix_sv name, size_t *at) {
    while (*at < name.size && (name.data[*at] == '_' || name.data[*at] == '-')) {
        *at += 1;
    }
    return *at < name.size ? fold(name.data[(*at)++]) : '\0';
}

struct ix_sv ix_name_lower(struct ix_arena *arena, struct ix_sv text) {
    char *copy = ix_arena_alloc(arena, text.size + 1);
    if (!copy) {
        return (struct ix_sv){0};
    }
    for (size_t i = 0; i < text.size; i++) {
        copy[i] = fold(text.data[i]);
    }
    copy[text.size] = '\0';
    return ix_sv_of(copy, text.size);
}

bool ix_name_same(struct ix_sv a, struct ix_sv b) {
    size_t at_a = 0;
    size_t at_b = 0;
    char c;
    do {
        c = ix_name_next(a, &at_a);
        if (c != ix_name_next(b, &at_b)) {
            return false;
        }
    } while (c);
    return true;
}

static int visit_members(const struct ix_json *object, struct ix_sv path,
                         int (*visit)(void *context, const struct ix_json *node), void *context) {
    struct ix_sv rest = path;
    struct ix_sv name;
    int answer = 0;
    ix_sv_split(&rest, '.', &name);
    for (struct ix_json *n = ix_json_first(object); n && !answer; n = ix_json_next(n)) {
        if (ix_name_same(ix_json_key(n), name)) {
            answer = ix_path_visit(n, rest, visit, context);
        }
    }
    return answer;
}

int ix_path_visit(const struct ix_json *node, struct ix_sv path,
                  int (*visit)(void *context, const struct ix_json *node), void *context) {
    int answer = 0;
    if (ix_sv_empty(path)) {
        return visit(context, node);
    }
    if (ix_json_kind(node) == IX_JSON_OBJECT) {
        return visit_members(node, path, visit, context);
    }
    if (ix_json_kind(node) == IX_JSON_ARRAY) {
        for (struct ix_json *n = ix_json_first(node); n && !answer; n = ix_json_next(n)) {
            answer = ix_path_visit(n, path, visit, context);
        }
    }
    return answer;
}

static int take_text(void *context, const struct ix_json *node) {
    struct ix_sv *text = context;
    *text = ix_json_string(node);
    return !ix_sv_empty(*text);
}

struct ix_sv ix_path_text(const struct ix_json *node, const char *paths) {
    struct ix_sv rest = ix_sv_cstr(paths);
    struct ix_sv path;
    struct ix_sv text = {0};
    while (ix_sv_empty(text) && ix_sv_split(&rest, ' ', &path)) {
        ix_path_visit(node, path, take_text, &text);
    }
    return text;
}
