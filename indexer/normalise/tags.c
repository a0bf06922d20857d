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

/* Not in the middle of a character (UTF-8: RFC 3629 section 3). */
static struct ix_sv cut_value(struct ix_sv value) {
    size_t end = value.size > IX_TAG_VALUE_MAX ? IX_TAG_VALUE_MAX : value.size;
    while (end > 0 && end < value.size && ((unsigned char)value.data[end] & 0xC0) == 0x80) {
        end--;
    }
    return ix_sv_sub(value, 0, end);
}

static struct ix_sv clean_value(struct ix_arena *arena, const struct ix_tag *tag) {
    struct ix_sv value = cut_value(tag->value);
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
        if (!ix_sv_empty(tags[i].key) && tags[i].key.size <= IX_NAME_MAX) {
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

struct ix_sv ix_tags_fault(struct ix_arena *arena, const struct ix_tag *tags, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (tags[i].key.size > IX_NAME_MAX) {
            return ix_arena_printf(arena, "a tag was left out: its key is longer than %d bytes",
                                   IX_NAME_MAX);
        }
        if (tags[i].value.size > IX_TAG_VALUE_MAX) {
            return ix_arena_printf(arena, "the value of tag '%.*s' was cut after %d bytes",
                                   IX_SV_FMT(ix_secret_clean(arena, tags[i].key)),
                                   IX_TAG_VALUE_MAX);
        }
    }
    if (count > IX_TAGS_MAX) {
        return ix_arena_printf(arena, "of %zu tags only %d were taken", count, IX_TAGS_MAX);
    }
    return (struct ix_sv){0};
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
