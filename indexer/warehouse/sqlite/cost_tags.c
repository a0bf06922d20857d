/* Sets of tags, taken apart once for each segment.
 *
 * A question for one tag would look into every set of tags that a segment has, tens of thousands of
 * long texts, to find a handful of values. So where sets are many, the values of each key stand in
 * a column of their own, as if the bill had had it. These columns are derived: they are found by
 * the key in cost_column, a segment without one answers from its sets, and a repair makes them
 * anew.
 *
 * The first IX_COST_TAGS_MAX keys that are met have columns; of a key with many values (names,
 * times of creation) a segment gets none, for it would hardly be shorter than the sets. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_store.h"

enum { FEW_SETS = 256, MANY_VALUES = 4096 };

struct taking_apart {
    struct ix_cost_writer *writer;
    struct ix_arena arena; /* of one set */
    bool too_many[IX_COST_TAGS_MAX];
};

/* A key that occurs twice counts the first time, as where sets are looked into. */
static enum ix_code put_value(struct taking_apart *t, size_t tag, uint32_t set, struct ix_sv json,
                              struct ix_err *err) {
    struct ix_cost_gather *g = &t->writer->tags[tag];
    struct ix_sv value = {0};
    uint64_t ignored = 0;
    if (t->too_many[tag] || g->lines > set) {
        return IX_OK;
    }
    enum ix_code code = ix_cost_json_text(&t->arena, json, &value, err);
    if (code == IX_OK && value.data && !ix_cost_gather_text(g, set, value, &ignored)) {
        code = ix_err_nomem(err);
    }
    t->too_many[tag] = g->count > MANY_VALUES;
    return code;
}

static enum ix_code take_set(struct taking_apart *t, uint32_t set, struct ix_sv json,
                             struct ix_err *err) {
    struct ix_sv quoted;
    struct ix_sv value;
    enum ix_code code = IX_OK;
    for (size_t at = 0; code == IX_OK && ix_cost_json_next(json, &at, &quoted, &value);) {
        struct ix_sv key = {0};
        size_t index = 0;
        code = ix_cost_json_text(&t->arena, quoted, &key, err);
        code = code == IX_OK ? ix_cost_names_tag(&t->writer->names, key, &index, err) : code;
        if (code == IX_OK && index) {
            code = put_value(t, index - IX_COST_AT_TAG, set, value, err);
        }
    }
    ix_arena_reset(&t->arena);
    return code;
}

/* Also of keys that no set has: nothing but nulls is an answer, too. */
static enum ix_code write_tag(struct taking_apart *t, int64_t seg,
                              const struct ix_cost_tag_sets *sets, size_t tag, struct ix_err *err) {
    struct ix_cost_writer *w = t->writer;
    struct ix_cost_gather *g = &w->tags[tag];
    g->is_text = true;
    if (t->too_many[tag]) {
        return IX_OK;
    }
    if (!ix_cost_gather_spread(g, sets->count, sets->codes, sets->lines)) {
        return ix_err_nomem(err);
    }
    enum ix_code code =
        ix_cost_gather_write(g, sets->lines, NULL, w->zstd, &w->plain, &w->packed, err);
    return code == IX_OK ? ix_cost_segment_put(w, seg, IX_COST_AT_TAG + tag, err) : code;
}

static enum ix_code take_apart(struct taking_apart *t, int64_t seg,
                               const struct ix_cost_tag_sets *sets, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (uint32_t i = 0; code == IX_OK && i < sets->count; i++) {
        code = take_set(t, i, sets->sets[i], err);
    }
    for (size_t i = 0; code == IX_OK && i < t->writer->names.tag_count; i++) {
        code = write_tag(t, seg, sets, i, err);
    }
    return code;
}

enum ix_code ix_cost_tags_write(struct ix_cost_writer *w, int64_t seg,
                                const struct ix_cost_tag_sets *sets, struct ix_err *err) {
    struct taking_apart t = {.writer = w};
    if (sets->count < FEW_SETS) {
        return IX_OK;
    }
    if (!w->tags && !(w->tags = calloc(IX_COST_TAGS_MAX, sizeof *w->tags))) {
        return ix_err_nomem(err);
    }
    ix_arena_init(&t.arena, 0);
    for (size_t i = 0; i < IX_COST_TAGS_MAX; i++) {
        ix_cost_gather_clear(&w->tags[i]);
    }
    enum ix_code code = take_apart(&t, seg, sets, err);
    ix_arena_done(&t.arena);
    return code;
}

enum ix_code ix_cost_tags_drop(struct ix_sqlite *e, struct ix_err *err) {
    return ix_sqlite_exec(e,
                          "DELETE FROM cost_data WHERE part & 65535 IN "
                          "(SELECT cid FROM cost_column WHERE class = 2)",
                          err);
}
