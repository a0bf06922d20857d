/* Depth counts through the text: what was stored as a structure must be readable again, and the
 * parser refuses what is deeper than IX_JSON_DEPTH_MAX. */
#include "indexer/normalise/unfold.h"

#include "indexer/normalise/secrets.h"

enum {
    TEXT_MAX = 1 << 20, /* bytes of one text; what is larger is a document, not a property */
    DEPTH_MAX = 128,    /* nested arrays and objects where texts still unfold */
};

static size_t depth_of(const struct ix_json *node) {
    size_t deepest = 0;
    for (struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        size_t depth = depth_of(n);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

static bool looks_nested(struct ix_sv text) {
    if (text.size < 2 || text.size > TEXT_MAX) {
        return false;
    }
    char first = text.data[0];
    char last = text.data[text.size - 1];
    return (first == '{' && last == '}') || (first == '[' && last == ']');
}

static void unfold_text(struct ix_arena *arena, struct ix_json *node, size_t depth) {
    struct ix_sv text = ix_sv_trim(ix_json_string(node));
    struct ix_json *inner = NULL;
    struct ix_err ignored = {0};
    if (looks_nested(text) && ix_json_parse(arena, text, &inner, &ignored) == IX_OK &&
        depth + depth_of(inner) < DEPTH_MAX) {
        ix_json_replace(node, inner);
    }
}

/* Most values are neither, and their names need not be looked at. */
static bool may_unfold(const struct ix_json *node) {
    return ix_json_first(node) || looks_nested(ix_sv_trim(ix_json_string(node)));
}

/* A secret that is JSON stays one text, so that it is dropped as one. */
static void unfold_at(struct ix_arena *arena, struct ix_json *node, size_t depth, bool secret) {
    if (!secret) {
        unfold_text(arena, node, depth);
    }
    for (struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        if (may_unfold(n)) {
            struct ix_sv name = ix_json_key(n);
            bool part =
                ix_sv_empty(name) || ix_sv_starts(name, IX_SV("Fn::")); /* of what is around */
            unfold_at(arena, n, depth + 1, part ? secret : ix_secret_name(name));
        }
    }
}

void ix_unfold(struct ix_arena *arena, struct ix_json *node) {
    unfold_at(arena, node, 1, false);
}
