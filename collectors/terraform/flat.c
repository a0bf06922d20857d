/* In three steps, so that the order of the keys does not matter: the counting keys say what is a
 * list and what is a map; then each key finds its place in a tree of parts; then the tree becomes
 * JSON, lists and sets in the order of their numbers. Parts are found again through a map from the
 * prefix of a flat key ("ingress.41") to its part. */
#include "collectors/terraform/flat.h"

#include <stdlib.h>

#include "base/map.h"

enum part_kind {
    PART_OBJECT, /* not counted: the attributes of a block */
    PART_LIST,
    PART_MAP,
    PART_VALUE,
};

struct part {
    enum part_kind kind;
    struct ix_sv name;
    const struct ix_json *value; /* of PART_VALUE */
    struct part *first, *last, *next;
    size_t count;
};

struct flat {
    struct ix_arena *arena;
    struct ix_map counted; /* prefix to PART_LIST or PART_MAP */
    struct ix_map parts;   /* prefix to its part */
    struct part root;
};

static bool is_counter(struct ix_sv key) {
    return ix_sv_ends(key, IX_SV(".#")) || ix_sv_ends(key, IX_SV(".%"));
}

static struct ix_sv counted_prefix(struct ix_sv key) {
    return ix_sv_sub(key, 0, key.size - 2);
}

/* Elements that were not known when planned have a tilde before their number. */
static struct ix_sv without_tilde(struct ix_sv text) {
    return ix_sv_starts(text, IX_SV("~")) ? ix_sv_from(text, 1) : text;
}

static bool is_number(struct ix_sv text) {
    text = without_tilde(text);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

/* ---- what is counted ---- */

static void note_counter(struct flat *f, struct ix_sv key) {
    union ix_map_value *slot = ix_map_put(&f->counted, counted_prefix(key), NULL);
    if (slot && slot->number != PART_MAP) {
        slot->number = key.data[key.size - 1] == '%' ? PART_MAP : PART_LIST;
    }
}

/* The end of the piece that begins at `from`. */
static size_t piece_end(struct ix_sv key, size_t from) {
    size_t dot = ix_sv_find_char(ix_sv_from(key, from), '.');
    return dot == IX_SV_NPOS ? key.size : from + dot;
}

/* A list with other than numbers below it is a map of the time before `%`. */
static void find_old_maps(struct flat *f, struct ix_sv key) {
    size_t end = piece_end(key, 0);
    for (size_t depth = 0; end < key.size && depth < IX_TF_FLAT_DEPTH_MAX; depth++) {
        union ix_map_value *slot = ix_map_find(&f->counted, ix_sv_sub(key, 0, end));
        size_t next_end = piece_end(key, end + 1);
        struct ix_sv piece = ix_sv_sub(key, end + 1, next_end);
        bool counter = ix_sv_eq(piece, IX_SV("#")) || ix_sv_eq(piece, IX_SV("%"));
        if (slot && slot->number == PART_LIST && !counter && !is_number(piece)) {
            slot->number = PART_MAP;
        }
        if (slot && slot->number == PART_MAP) {
            return;
        }
        end = next_end;
    }
}

/* ---- the tree of parts ---- */

static struct part *find_part(const struct flat *f, struct ix_sv prefix) {
    union ix_map_value *slot = ix_map_find(&f->parts, prefix);
    return slot ? slot->pointer : NULL;
}

static enum part_kind kind_of(const struct flat *f, struct ix_sv prefix) {
    union ix_map_value *slot = ix_map_find(&f->counted, prefix);
    return slot ? (enum part_kind)slot->number : PART_OBJECT;
}

static struct part *add_part(struct flat *f, struct part *parent, struct ix_sv prefix,
                             struct ix_sv name, enum part_kind kind) {
    struct part *part = IX_NEW(f->arena, struct part);
    union ix_map_value *slot = part ? ix_map_put(&f->parts, prefix, NULL) : NULL;
    if (!slot) {
        return NULL;
    }
    slot->pointer = part;
    part->kind = kind;
    part->name = name;
    *(parent->last ? &parent->last->next : &parent->first) = part;
    parent->last = part;
    parent->count++;
    return part;
}

/* The part that holds the last piece of `key`, made on the way where needed; *ret_name is that
 * piece, which inside a map is all that is left. NULL when a value stands in the way, or too deep,
 * or memory is gone. */
static struct part *walk(struct flat *f, struct ix_sv key, struct ix_sv *ret_name) {
    struct part *part = &f->root;
    size_t from = 0;
    for (size_t depth = 0; depth < IX_TF_FLAT_DEPTH_MAX; depth++) {
        size_t end = piece_end(key, from);
        if (end == key.size || part->kind == PART_MAP) {
            *ret_name = ix_sv_from(key, from);
            return part;
        }
        struct ix_sv prefix = ix_sv_sub(key, 0, end);
        struct part *child = find_part(f, prefix);
        if (!child) {
            child = add_part(f, part, prefix, ix_sv_sub(key, from, end), kind_of(f, prefix));
        }
        if (!child || child->kind == PART_VALUE) {
            return NULL;
        }
        part = child;
        from = end + 1;
    }
    return NULL;
}

static void keep_flat(struct flat *f, const struct ix_json *node) {
    struct ix_sv key = ix_json_key(node);
    struct ix_sv name = key;
    while (find_part(f, name) && !f->arena->failed) {
        name = ix_arena_printf(f->arena, "%.*s.", IX_SV_FMT(name));
    }
    struct part *part = add_part(f, &f->root, name, name, PART_VALUE);
    if (part) {
        part->value = node;
    }
}

static void place_value(struct flat *f, const struct ix_json *node) {
    struct ix_sv key = ix_json_key(node);
    struct ix_sv name;
    struct part *parent = walk(f, key, &name);
    if (!parent || find_part(f, key)) {
        keep_flat(f, node);
        return;
    }
    struct part *part = add_part(f, parent, key, name, PART_VALUE);
    if (part) {
        part->value = node;
    }
}

/* So that an empty list stands as one. Inside a map a counter's name is a key like any other. */
static void place_counter(struct flat *f, const struct ix_json *node) {
    struct ix_sv prefix = counted_prefix(ix_json_key(node));
    struct ix_sv name;
    struct part *parent = walk(f, prefix, &name);
    if (parent && parent->kind == PART_MAP) {
        place_value(f, node);
    } else if (parent && !find_part(f, prefix)) {
        add_part(f, parent, prefix, name, kind_of(f, prefix));
    }
}

/* ---- JSON of it ---- */

static struct ix_json *part_json(struct flat *f, const struct part *part);

static int by_number(const void *a, const void *b) {
    struct ix_sv x = without_tilde((*(struct part *const *)a)->name);
    struct ix_sv y = without_tilde((*(struct part *const *)b)->name);
    if (x.size != y.size) {
        return x.size < y.size ? -1 : 1;
    }
    return ix_sv_cmp(x, y);
}

static struct ix_json *list_json(struct flat *f, const struct part *list) {
    const struct part **parts = ix_arena_array(f->arena, list->count + 1, sizeof *parts);
    if (!parts) {
        return NULL;
    }
    size_t count = 0;
    for (const struct part *p = list->first; p; p = p->next) {
        parts[count++] = p;
    }
    qsort(parts, count, sizeof *parts, by_number);
    struct ix_json *array = ix_json_new_array(f->arena);
    for (size_t i = 0; i < count; i++) {
        ix_json_append(array, part_json(f, parts[i]));
    }
    return array;
}

static struct ix_json *object_json(struct flat *f, const struct part *part) {
    struct ix_json *object = ix_json_new_object(f->arena);
    for (const struct part *p = part->first; p; p = p->next) {
        ix_json_set(f->arena, object, p->name, part_json(f, p));
    }
    return object;
}

static struct ix_json *part_json(struct flat *f, const struct part *part) {
    switch (part->kind) {
    case PART_VALUE:
        return ix_json_clone(f->arena, part->value);
    case PART_LIST:
        return list_json(f, part);
    default:
        return object_json(f, part);
    }
}

static void read_counters(struct flat *f, const struct ix_json *flat) {
    for (const struct ix_json *n = ix_json_first(flat); n; n = ix_json_next(n)) {
        if (is_counter(ix_json_key(n))) {
            note_counter(f, ix_json_key(n));
        }
    }
    for (const struct ix_json *n = ix_json_first(flat); n; n = ix_json_next(n)) {
        find_old_maps(f, ix_json_key(n));
    }
}

/* Containers first: then it is always the plain value that has to give way. */
static void place_all(struct flat *f, const struct ix_json *flat) {
    for (const struct ix_json *n = ix_json_first(flat); n; n = ix_json_next(n)) {
        if (is_counter(ix_json_key(n))) {
            place_counter(f, n);
        }
    }
    for (const struct ix_json *n = ix_json_first(flat); n; n = ix_json_next(n)) {
        if (!is_counter(ix_json_key(n))) {
            place_value(f, n);
        }
    }
}

enum ix_code ix_tf_flat_expand(struct ix_arena *arena, const struct ix_json *flat,
                               struct ix_json **ret_attributes, struct ix_err *err) {
    *ret_attributes = NULL;
    if (ix_json_kind(flat) != IX_JSON_OBJECT) {
        return IX_OK;
    }
    if (ix_json_count(flat) > IX_TF_FLAT_KEYS_MAX) {
        return ix_err_set(err, IX_LIMIT, "an instance with more than %d flat attributes",
                          IX_TF_FLAT_KEYS_MAX);
    }
    struct flat f = {.arena = arena};
    ix_map_init(&f.counted, arena);
    ix_map_init(&f.parts, arena);
    read_counters(&f, flat);
    place_all(&f, flat);
    *ret_attributes = object_json(&f, &f.root);
    return ix_arena_check(arena, err);
}
