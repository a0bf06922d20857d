/* A stable order comes from sorting pointers into the given array: of equal keys the one that was
 * given last lies highest. */
#include "indexer/normalise/tags.h"

#include <stdlib.h>

#include "indexer/normalise/secrets.h"

static int compare_keys(const struct ix_tag *a, const struct ix_tag *b) {
    if (a->class_ != b->class_) {
        return a->class_ < b->class_ ? -1 : 1;
    }
    return ix_sv_cmp(a->key, b->key);
}

static int compare(const void *left, const void *right) {
    const struct ix_tag *a = *(const struct ix_tag *const *)left;
    const struct ix_tag *b = *(const struct ix_tag *const *)right;
    int order = compare_keys(a, b);
    return order ? order : (a > b) - (a < b);
}

static struct ix_sv clean_value(struct ix_arena *arena, const struct ix_tag *tag) {
    struct ix_sv value = ix_sv_sub(tag->value, 0, IX_TAG_VALUE_MAX);
    if (ix_secret_name(tag->key) && ix_secret_worth(value)) {
        return IX_SV(IX_SECRET_MARKER);
    }
    return ix_secret_clean(arena, value);
}

struct ix_tag *ix_tags_clean(struct ix_arena *arena, const struct ix_tag *tags, size_t count,
                             size_t *ret_count) {
    *ret_count = 0;
    const struct ix_tag **order = ix_arena_array(arena, count, sizeof(const struct ix_tag *));
    struct ix_tag *clean = ix_arena_array(arena, count, sizeof *clean);
    size_t kept = 0;
    if (!count || !order || !clean) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (!ix_sv_empty(tags[i].key)) {
            order[kept++] = &tags[i];
        }
    }
    qsort(order, kept, sizeof *order, compare);
    for (size_t i = 0; i < kept && *ret_count < IX_TAGS_MAX; i++) {
        if (i + 1 < kept && compare_keys(order[i], order[i + 1]) == 0) {
            continue;
        }
        clean[(*ret_count)++] = (struct ix_tag){
            .class_ = order[i]->class_,
            .key = ix_secret_clean(arena, order[i]->key),
            .value = clean_value(arena, order[i]),
        };
    }
    return clean;
}

struct ix_sv ix_tags_find(const struct ix_tag *tags, size_t count, enum ix_tag_class tag_class,
                          const char *key) {
    for (size_t i = 0; i < count; i++) {
        if (tags[i].class_ == tag_class && ix_sv_eq_cstr(tags[i].key, key)) {
            return tags[i].value;
        }
    }
    return (struct ix_sv){0};
}
