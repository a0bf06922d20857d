/* What bills there are, what runs did to them, and the names that lines have beside FOCUS's. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

/* Rows that are several of a listing's items, one for each metric. */
struct listing {
    struct ix_sqlite *e;
    struct ix_arena *arena;
    void *items; /* malloc'ed until it is whole */
    size_t count, capacity, size;
};

static void *add_item(struct listing *l) {
    enum { FIRST_ITEMS = 16 };
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? l->capacity * 2 : FIRST_ITEMS;
        void *items = realloc(l->items, capacity * l->size);
        if (!items) {
            return NULL;
        }
        l->items = items;
        l->capacity = capacity;
    }
    void *item = (char *)l->items + l->count++ * l->size;
    memset(item, 0, l->size);
    return item;
}

static void *last_item(struct listing *l) {
    return l->count ? (char *)l->items + (l->count - 1) * l->size : NULL;
}

static enum ix_code finish(struct listing *l, enum ix_code code, const void **ret_items,
                           struct ix_err *err) {
    void *items = code == IX_OK ? ix_arena_alloc(l->arena, l->count * l->size + 1) : NULL;
    if (items && l->count) {
        memcpy(items, l->items, l->count * l->size);
    }
    free(l->items);
    *ret_items = items;
    return code == IX_OK ? ix_arena_check(l->arena, err) : code;
}

static enum ix_code each_row(struct listing *l, const char *sql, int64_t run,
                             enum ix_code (*take)(struct listing *l, sqlite3_stmt *s,
                                                  struct ix_err *err),
                             struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = IX_OK;
    if (sqlite3_prepare_v2(l->e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(l->e, "the bills", err);
    }
    sqlite3_bind_int64(s, 1, run);
    while (code == IX_OK && row) {
        code = ix_sqlite_step(l->e, s, &row, err);
        code = code == IX_OK && row ? take(l, s, err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

/* The empty currency is none. */
static struct ix_sv currency_of(struct listing *l, sqlite3_stmt *s, int column) {
    struct ix_sv text = ix_sqlite_text(s, column);
    return ix_sv_empty(text) ? (struct ix_sv){0} : ix_arena_copy(l->arena, text);
}

/* ---- billing periods ---- */

static const char periods[] =
    "SELECT s.name, s.kind, p.begin, t.currency, t.metric, t.lines, t.unknown, t.nano, t.atto, "
    "p.rounded, r.ended, r.run, r.generation FROM cost_period p JOIN source s ON s.sid = p.sid "
    "JOIN cost_total t ON t.pid = p.pid JOIN run r ON r.run = p.run "
    "ORDER BY s.name, p.begin, t.currency, t.metric";

static enum ix_code take_period(struct listing *l, sqlite3_stmt *s, struct ix_err *err) {
    int metric = sqlite3_column_int(s, 4);
    struct ix_cost_period *p = metric == 0 ? add_item(l) : last_item(l);
    if (!p) {
        return ix_err_nomem(err);
    }
    if (metric < 0 || metric >= IX_COST_METRIC_COUNT) {
        return ix_err_set(err, IX_CORRUPT, "a total of a bill is of no metric");
    }
    if (metric == 0) {
        p->source = ix_arena_copy(l->arena, ix_sqlite_text(s, 0));
        p->source_kind = ix_arena_copy(l->arena, ix_sqlite_text(s, 1));
        p->begin_ms = sqlite3_column_int64(s, 2);
        p->currency = currency_of(l, s, 3);
        p->lines = sqlite3_column_int64(s, 5);
        p->rounded = sqlite3_column_int64(s, 9);
        p->imported_ms = sqlite3_column_int64(s, 10);
        p->run = sqlite3_column_int64(s, 11);
        p->generation = sqlite3_column_int64(s, 12);
    }
    p->unknown[metric] = sqlite3_column_int64(s, 6);
    p->total[metric] = (struct ix_money){sqlite3_column_int64(s, 7), sqlite3_column_int64(s, 8)};
    return IX_OK;
}

enum ix_code ix_sqlite_cost_periods(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                    struct ix_cost_periods *ret_periods, struct ix_err *err) {
    struct listing l = {
        .e = ix_sqlite_of(warehouse), .arena = arena, .size = sizeof(struct ix_cost_period)};
    const void *items = NULL;
    enum ix_code code = finish(&l, each_row(&l, periods, 0, take_period, err), &items, err);
    if (code == IX_OK) {
        *ret_periods = (struct ix_cost_periods){items, l.count};
    }
    return code;
}

/* ---- how far bills go ---- */

/* The newest billing period of each source, of which more may come. */
static const char ends[] =
    "SELECT s.name, max(p.begin), p.until FROM cost_period p JOIN source s ON s.sid = p.sid "
    "GROUP BY p.sid HAVING p.until IS NOT NULL ORDER BY s.name";

static enum ix_code take_end(struct listing *l, sqlite3_stmt *s, struct ix_err *err) {
    struct ix_cost_end *end = add_item(l);
    if (!end) {
        return ix_err_nomem(err);
    }
    end->source = ix_arena_copy(l->arena, ix_sqlite_text(s, 0));
    end->begin_ms = sqlite3_column_int64(s, 1);
    end->until_ms = sqlite3_column_int64(s, 2);
    return IX_OK;
}

enum ix_code ix_sqlite_cost_ends(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                 struct ix_cost_ends *ret_ends, struct ix_err *err) {
    struct listing l = {
        .e = ix_sqlite_of(warehouse), .arena = arena, .size = sizeof(struct ix_cost_end)};
    const void *items = NULL;
    enum ix_code code = finish(&l, each_row(&l, ends, 0, take_end, err), &items, err);
    if (code == IX_OK) {
        *ret_ends = (struct ix_cost_ends){items, l.count};
    }
    return code;
}

/* ---- what runs did ---- */

static const char changes[] =
    "SELECT c.run, s.name, c.begin, c.currency, c.metric, c.was_known, c.old_lines, c.old_nano, "
    "c.old_atto, c.new_lines, c.new_nano, c.new_atto FROM cost_change c "
    "JOIN run r ON r.run = c.run JOIN source s ON s.sid = r.sid WHERE ?1 = 0 OR c.run = ?1 "
    "ORDER BY c.run DESC, c.begin, c.currency, c.metric";

static enum ix_code take_change(struct listing *l, sqlite3_stmt *s, struct ix_err *err) {
    int metric = sqlite3_column_int(s, 4);
    struct ix_cost_change *c = metric == 0 ? add_item(l) : last_item(l);
    if (!c) {
        return ix_err_nomem(err);
    }
    if (metric < 0 || metric >= IX_COST_METRIC_COUNT) {
        return ix_err_set(err, IX_CORRUPT, "a change of a bill is of no metric");
    }
    if (metric == 0) {
        c->run = sqlite3_column_int64(s, 0);
        c->source = ix_arena_copy(l->arena, ix_sqlite_text(s, 1));
        c->begin_ms = sqlite3_column_int64(s, 2);
        c->currency = currency_of(l, s, 3);
        c->was_known = sqlite3_column_int(s, 5) != 0;
        c->old_lines = sqlite3_column_int64(s, 6);
        c->new_lines = sqlite3_column_int64(s, 9);
    }
    c->old_total[metric] =
        (struct ix_money){sqlite3_column_int64(s, 7), sqlite3_column_int64(s, 8)};
    c->new_total[metric] =
        (struct ix_money){sqlite3_column_int64(s, 10), sqlite3_column_int64(s, 11)};
    return IX_OK;
}

enum ix_code ix_sqlite_cost_changes(struct ix_warehouse *warehouse, int64_t run,
                                    struct ix_arena *arena, struct ix_cost_changes *ret_changes,
                                    struct ix_err *err) {
    struct listing l = {
        .e = ix_sqlite_of(warehouse), .arena = arena, .size = sizeof(struct ix_cost_change)};
    const void *items = NULL;
    enum ix_code code = finish(&l, each_row(&l, changes, run, take_change, err), &items, err);
    if (code == IX_OK) {
        *ret_changes = (struct ix_cost_changes){items, l.count};
    }
    return code;
}

/* ---- names ---- */

static const char extra_columns[] =
    "SELECT name FROM cost_column WHERE class = 1 AND ?1 = 0 ORDER BY name";

static enum ix_code take_name(struct listing *l, sqlite3_stmt *s, struct ix_err *err) {
    struct ix_sv *name = add_item(l);
    if (!name) {
        return ix_err_nomem(err);
    }
    *name = ix_arena_copy(l->arena, ix_sqlite_text(s, 0));
    return ix_arena_check(l->arena, err);
}

static enum ix_code take_keys(struct listing *l, struct ix_map *met, struct ix_sv tags,
                              struct ix_arena *scratch, struct ix_err *err) {
    struct ix_json *node = NULL;
    enum ix_code code = ix_json_parse(scratch, tags, &node, err);
    for (const struct ix_json *m = ix_json_first(node); code == IX_OK && m; m = ix_json_next(m)) {
        bool added = false;
        struct ix_sv *name = NULL;
        if (!ix_map_put(met, ix_json_key(m), &added) || (added && !(name = add_item(l)))) {
            return ix_err_nomem(err);
        }
        if (added) {
            *name = ix_arena_copy(l->arena, ix_json_key(m));
        }
    }
    ix_arena_reset(scratch);
    return code;
}

static int compare_names(const void *a, const void *b) {
    return ix_sv_cmp(*(const struct ix_sv *)a, *(const struct ix_sv *)b);
}

/* Out of the sets of tags that lines have. */
static enum ix_code tag_keys(struct listing *l, struct ix_err *err) {
    static const struct ix_cost_dimension tags = {.kind = IX_COST_BY_COLUMN,
                                                  .column = IX_FOCUS_Tags};
    const struct ix_cost_question question = {.from_ms = IX_TIME_UNKNOWN,
                                              .until_ms = IX_TIME_UNKNOWN,
                                              .dimensions = &tags,
                                              .dimension_count = 1};
    struct ix_cost_answer answer = {0};
    struct ix_arena arena;
    struct ix_arena scratch;
    struct ix_map met;
    ix_arena_init(&arena, 0);
    ix_arena_init(&scratch, 0);
    ix_map_init(&met, &arena);
    enum ix_code code = ix_sqlite_cost(&l->e->warehouse, &question, &arena, &answer, err);
    for (size_t i = 0; code == IX_OK && i < answer.count; i++) {
        if (answer.rows[i].values[0].data) {
            code = take_keys(l, &met, answer.rows[i].values[0], &scratch, err);
        }
    }
    if (code == IX_OK && l->count) {
        qsort(l->items, l->count, l->size, compare_names);
    }
    ix_arena_done(&scratch);
    ix_arena_done(&arena);
    return code;
}

enum ix_code ix_sqlite_cost_names(struct ix_warehouse *warehouse, enum ix_cost_names names,
                                  struct ix_arena *arena, struct ix_cost_name_list *ret_names,
                                  struct ix_err *err) {
    struct listing l = {.e = ix_sqlite_of(warehouse), .arena = arena, .size = sizeof(struct ix_sv)};
    const void *items = NULL;
    enum ix_code code = names == IX_COST_TAG_KEYS ? tag_keys(&l, err)
                                                  : each_row(&l, extra_columns, 0, take_name, err);
    code = finish(&l, code, &items, err);
    if (code == IX_OK) {
        *ret_names = (struct ix_cost_name_list){items, l.count};
    }
    return code;
}
