/* The values of a dimension: from what a segment has to texts, each text one number for the whole
 * question. What a text or resource comes to is remembered by its number. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

enum { FIRST_VALUES = 64 };
static const uint32_t null_value = 0;

/* ---- what it is ---- */

static bool is_amount(enum ix_focus_column column) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        if (ix_cost_metric_column((enum ix_cost_metric)m) == column) {
            return true;
        }
    }
    return false;
}

static bool is_text_column(size_t column) {
    return column >= IX_COST_AT_EXTRA ||
           (column < IX_FOCUS_COUNT && ix_focus_columns[column].type != IX_FOCUS_TIME);
}

bool ix_cost_values_is_joined(const struct ix_cost_values *v) {
    return v->of.kind == IX_COST_BY_RESOURCE || v->of.kind == IX_COST_BY_RESOURCE_TAG ||
           v->of.kind == IX_COST_BY_RESOURCE_TAGGED || v->of.kind == IX_COST_BY_MATCH;
}

bool ix_cost_values_in_level(const struct ix_cost_values *v, enum ix_cost_level level) {
    switch (v->of.kind) {
    case IX_COST_BY_SOURCE:
        return true;
    case IX_COST_BY_RESOURCE:
    case IX_COST_BY_RESOURCE_TAG: /* one that changed is told by day */
    case IX_COST_BY_RESOURCE_TAGGED:
    case IX_COST_BY_MATCH:
        return v->past_count == 0 && ix_cost_level_has(level, IX_FOCUS_ResourceId);
    case IX_COST_BY_COLUMN:
        return v->column == IX_FOCUS_BillingPeriodStart ||
               (v->column != IX_FOCUS_ChargePeriodStart && ix_cost_level_has(level, v->column));
    default:
        return ix_cost_level_has(level, v->column);
    }
}

/* ---- numbers of values ---- */

uint32_t *ix_cost_memo_at(struct ix_cost_memo *memo, size_t index) {
    if (index > UINT32_MAX) {
        return NULL; /* nothing has as many */
    }
    if (index >= memo->capacity) {
        size_t capacity = memo->capacity ? memo->capacity : FIRST_VALUES;
        while (capacity <= index) {
            capacity *= 2;
        }
        uint32_t *items = realloc(memo->items, capacity * sizeof *items);
        if (!items) {
            return NULL;
        }
        memset(items + memo->capacity, 0, (capacity - memo->capacity) * sizeof *items);
        memo->items = items;
        memo->capacity = capacity;
    }
    return &memo->items[index];
}

static bool is_among(const struct ix_cost_filter *filter, struct ix_sv value) {
    for (size_t i = 0; i < filter->value_count; i++) {
        bool null = !filter->values[i].data;
        if (null ? !value.data : value.data && ix_sv_eq(filter->values[i], value)) {
            return true;
        }
    }
    return false;
}

static bool decide(const struct ix_cost_filter *filter, struct ix_sv value, struct ix_err *err) {
    bool holds = is_among(filter, value);
    if (!holds && filter->test && value.data) {
        holds = filter->test->holds(filter->test->context, value, err);
    }
    return holds != filter->negate;
}

static bool room(struct ix_cost_values *v) {
    if (v->count < v->capacity) {
        return true;
    }
    size_t capacity = v->capacity ? v->capacity * 2 : FIRST_VALUES;
    struct ix_sv *texts = realloc(v->texts, capacity * sizeof *texts);
    v->texts = texts ? texts : v->texts;
    bool *passes = texts ? realloc(v->passes, capacity * sizeof *passes) : NULL;
    v->passes = passes ? passes : v->passes;
    v->capacity = passes ? capacity : v->capacity;
    return passes != NULL;
}

static bool room_for_tids(struct ix_cost_values *v) {
    if (v->count < v->capacity) {
        return true;
    }
    size_t capacity = v->capacity ? v->capacity * 2 : FIRST_VALUES;
    uint32_t *tids = realloc(v->tids, capacity * sizeof *tids);
    v->tids = tids ? tids : v->tids;
    v->capacity = tids ? capacity : v->capacity;
    return tids != NULL;
}

static enum ix_code add_value(struct ix_cost_scan *scan, struct ix_cost_values *v,
                              struct ix_sv text, struct ix_err *err) {
    if (!room(v)) {
        return ix_err_nomem(err);
    }
    /* never without pointer: only null is */
    v->texts[v->count] = text.data ? ix_arena_copy(scan->arena, text) : (struct ix_sv){0};
    v->passes[v->count] = !v->when || decide(v->when, text, err);
    v->count++;
    return err->code == IX_OK ? ix_arena_check(scan->arena, err) : err->code;
}

static enum ix_code add_tid(struct ix_cost_values *v, uint32_t tid, struct ix_err *err) {
    if (!room_for_tids(v)) {
        return ix_err_nomem(err);
    }
    v->tids[v->count++] = tid;
    return IX_OK;
}

static enum ix_code number_of(struct ix_cost_scan *scan, struct ix_cost_values *v,
                              struct ix_sv text, uint32_t *ret_number, struct ix_err *err) {
    bool added = false;
    *ret_number = null_value;
    if (!text.data) {
        return IX_OK;
    }
    union ix_map_value *value = ix_map_put(&v->numbers, text, &added);
    if (!value) {
        return ix_err_nomem(err);
    }
    if (added) {
        value->number = (int64_t)v->count;
    }
    *ret_number = (uint32_t)value->number;
    return added ? add_value(scan, v, text, err) : IX_OK;
}

/* ---- beginning ---- */

static enum ix_code prepare_resource(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                     struct ix_err *err) {
    struct ix_sql sql;
    enum ix_stored stored = v->of.kind == IX_COST_BY_RESOURCE ? v->of.stored : IX_STORED_TAGS;
    ix_sql_init(&sql, scan->arena);
    ix_sql_text(&sql, "SELECT ");
    ix_sqlite_dialect.value(&sql, stored);
    ix_sql_text(&sql, " FROM resource r WHERE r.rid = ?1");
    enum ix_code code = ix_sql_check(&sql, err);
    code = code == IX_OK ? ix_sqlite_prepare(scan->e, &sql, "", &v->resource, err) : code;
    ix_sql_done(&sql);
    return code;
}

static enum ix_code begin_resource(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                   struct ix_err *err) {
    bool document = v->of.stored == IX_STORED_PROPERTIES || v->of.stored >= IX_STORED_COUNT;
    if (v->of.kind == IX_COST_BY_RESOURCE && document) {
        return ix_err_set(err, IX_INVALID, "costs are not asked for by a whole document");
    }
    enum ix_code code = prepare_resource(scan, v, err);
    return code == IX_OK ? ix_cost_past_begin(scan, v, err) : code;
}

static enum ix_code begin_kind(struct ix_cost_scan *scan, struct ix_cost_values *v,
                               struct ix_err *err) {
    switch (v->of.kind) {
    case IX_COST_BY_COLUMN:
        v->column = v->of.column;
        return is_amount(v->of.column)
                   ? ix_err_set(err, IX_INVALID, "%s is an amount; costs are not asked for by it",
                                ix_focus_columns[v->of.column].name)
                   : IX_OK;
    case IX_COST_BY_TAG:
        v->column = IX_FOCUS_Tags;
        v->tag_column = ix_cost_names_find_tag(&scan->names, v->of.key);
        ix_json_write_string(&v->quoted, v->of.key);
        return ix_buf_check(&v->quoted, err);
    case IX_COST_BY_EXTRA:
        return ix_cost_names_extra(&scan->names, v->of.key, &v->column, err);
    case IX_COST_BY_BASIS:
        v->column = IX_COST_AT_BASIS;
        return IX_OK;
    case IX_COST_BY_RESOURCE:
    case IX_COST_BY_RESOURCE_TAG:
    case IX_COST_BY_RESOURCE_TAGGED:
        return begin_resource(scan, v, err);
    default:
        return IX_OK;
    }
}

/* Where all texts of a column are in cost_text, each stands there once: its number is as good. */
static bool has_one_number(const struct ix_cost_values *v) {
    return v->of.kind == IX_COST_BY_COLUMN && ix_cost_is_numbered(v->of.column) &&
           is_text_column(v->of.column);
}

static bool may_be_later(const struct ix_cost_scan *scan, const struct ix_cost_values *v) {
    return scan->question->largest > 0 && !v->when && v != &scan->currency && has_one_number(v);
}

enum ix_code ix_cost_values_begin(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                  const struct ix_cost_dimension *of,
                                  const struct ix_cost_filter *when, struct ix_err *err) {
    *v = (struct ix_cost_values){.of = *of, .when = when};
    ix_map_init(&v->numbers, scan->arena);
    v->later = may_be_later(scan, v);
    enum ix_code code = v->later ? add_tid(v, 0, err) /* null has number 0 */
                                 : add_value(scan, v, (struct ix_sv){0}, err);
    return code == IX_OK ? begin_kind(scan, v, err) : code;
}

void ix_cost_values_done(struct ix_cost_values *v) {
    free(v->texts);
    free(v->passes);
    free(v->tids);
    free(v->memo.items);
    free(v->past);
    ix_buf_done(&v->quoted);
    sqlite3_finalize(v->resource);
    *v = (struct ix_cost_values){0};
}

/* ---- from a text of the bill ---- */

enum ix_code ix_cost_values_json_number(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                        struct ix_sv json, uint32_t *ret_number,
                                        struct ix_err *err) {
    struct ix_sv text = {0};
    enum ix_code code = ix_cost_json_text(&scan->part.arena, json, &text, err);
    return code == IX_OK ? number_of(scan, v, text, ret_number, err) : code;
}

/* `plain`: it is a tag's value, not the set of tags. */
static enum ix_code number_of_text(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                   struct ix_sv text, bool plain, uint32_t *ret_number,
                                   struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (plain) {
        text.data = text.data ? text.data : "";
    } else if (v->of.kind == IX_COST_BY_TAG) {
        text = ix_cost_json_member(text, ix_buf_sv(&v->quoted));
        code = ix_cost_json_text(&scan->part.arena, text, &text, err);
    } else if (v->of.kind == IX_COST_BY_EXTRA) {
        code = ix_cost_json_text(&scan->part.arena, text, &text, err);
    }
    return code == IX_OK ? number_of(scan, v, text, ret_number, err) : code;
}

/* ---- from numbers ---- */

static bool is_possible(int64_t tid) {
    return tid > 0 && tid <= UINT32_MAX;
}

static enum ix_code value_of_text(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                  struct ix_sv text, uint32_t *ret_number, struct ix_err *err) {
    if (has_one_number(v)) { /* no need to compare it with others */
        text.data = text.data ? text.data : "";
        *ret_number = (uint32_t)v->count;
        return add_value(scan, v, text, err);
    }
    return number_of_text(scan, v, text, false, ret_number, err);
}

/* Texts that lie near each other are read one after another: much less work than one by one. */
static enum ix_code read_range(struct ix_cost_scan *scan, struct ix_cost_values *v, int64_t first,
                               int64_t last, const bool *wanted, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(scan->e, IX_STATEMENT_COST_TEXT_RANGE, err);
    bool row = true;
    enum ix_code code = s ? IX_OK : err->code;
    if (s) {
        sqlite3_bind_int64(s, 1, first);
        sqlite3_bind_int64(s, 2, last);
    }
    while (code == IX_OK && row) {
        uint32_t number = 0;
        code = ix_sqlite_step(scan->e, s, &row, err);
        int64_t tid = code == IX_OK && row ? sqlite3_column_int64(s, 0) : first;
        if (code == IX_OK && row && wanted[tid - first]) {
            code = value_of_text(scan, v, ix_sqlite_text(s, 1), &number, err);
            v->memo.items[tid] = code == IX_OK ? number + 1 : 0;
        }
    }
    if (s) {
        sqlite3_reset(s);
    }
    return code;
}

/* `used`: which values lines have that count; NULL: all may be. */
static enum ix_code read_ahead(struct ix_cost_scan *scan, struct ix_cost_values *v,
                               const struct ix_cost_column *column, const bool *used,
                               struct ix_err *err) {
    enum { MANY = 64, SPARSE = 8 };
    int64_t first = INT64_MAX;
    int64_t last = 0;
    int64_t count = 0;
    for (uint32_t i = 0; i < column->count; i++) {
        int64_t tid = column->numbers[i];
        bool known = !is_possible(tid) || (used && !used[i + 1]) ||
                     ((size_t)tid < v->memo.capacity && v->memo.items[tid]);
        first = !known && tid < first ? tid : first;
        last = !known && tid > last ? tid : last;
        count += !known;
    }
    if (count < MANY || last - first > count * SPARSE) {
        return IX_OK; /* what is needed is read when it is met */
    }
    bool *wanted = ix_arena_zalloc(&scan->part.arena, (size_t)(last - first + 1));
    if (!wanted || !ix_cost_memo_at(&v->memo, (size_t)last)) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i < column->count; i++) {
        int64_t tid = column->numbers[i];
        if (tid >= first && tid <= last && (!used || used[i + 1])) {
            wanted[tid - first] = v->memo.items[tid] == 0;
        }
    }
    return read_range(scan, v, first, last, wanted, err);
}

static enum ix_code value_of_tid(struct ix_cost_scan *scan, struct ix_cost_values *v, int64_t tid,
                                 uint32_t *ret_number, struct ix_err *err) {
    struct ix_sv text = {0};
    if (v->later) {
        *ret_number = (uint32_t)v->count;
        return add_tid(v, (uint32_t)tid, err);
    }
    enum ix_code code = ix_cost_text(scan->e, tid, &scan->part.arena, &text, err);
    return code == IX_OK ? value_of_text(scan, v, text, ret_number, err) : code;
}

static enum ix_code number_of_tid(struct ix_cost_scan *scan, struct ix_cost_values *v, int64_t tid,
                                  uint32_t *ret_number, struct ix_err *err) {
    if (!is_possible(tid)) {
        return ix_err_set(err, IX_CORRUPT, "a column of bill lines names no text");
    }
    uint32_t *known = ix_cost_memo_at(&v->memo, (size_t)tid);
    if (!known) {
        return ix_err_nomem(err);
    }
    if (*known == 0) {
        if (value_of_tid(scan, v, tid, ret_number, err) != IX_OK) {
            return err->code;
        }
        *known = *ret_number + 1;
    }
    *ret_number = *known - 1;
    return IX_OK;
}

/* Of all tags of a resource, the one that is meant. */
static enum ix_code tag_text(struct ix_cost_scan *scan, const struct ix_cost_values *v,
                             struct ix_sv *text, struct ix_err *err) {
    struct ix_buf names[2] = {{0}, {0}};
    ix_json_write_string(&names[0], ix_sv_cstr(ix_tag_class_name(v->of.tag_class)));
    ix_json_write_string(&names[1], v->of.key);
    enum ix_code code = ix_buf_check(&names[0], err);
    code = code == IX_OK ? ix_buf_check(&names[1], err) : code;
    for (size_t i = 0; code == IX_OK && i < 2; i++) {
        *text = ix_cost_json_member(*text, ix_buf_sv(&names[i]));
    }
    code = code == IX_OK ? ix_cost_json_text(&scan->part.arena, *text, text, err) : code;
    ix_buf_done(&names[0]);
    ix_buf_done(&names[1]);
    return code;
}

static const struct ix_json *tag_called(const struct ix_json *tags, struct ix_sv word) {
    for (const struct ix_json *t = ix_json_first(tags); t; t = ix_json_next(t)) {
        if (ix_sv_eq_nocase(ix_json_key(t), word)) {
            return t;
        }
    }
    return NULL;
}

const struct ix_json *ix_cost_values_tagged(const struct ix_cost_values *v,
                                            const struct ix_json *tags) {
    static const enum ix_tag_class classes[] = {IX_TAG, IX_LABEL};
    struct ix_sv rest = v->of.key;
    struct ix_sv word;
    const struct ix_json *found = NULL;
    while (!found && ix_sv_split(&rest, ' ', &word)) {
        for (size_t c = 0; !found && c < sizeof classes / sizeof *classes; c++) {
            found = tag_called(ix_json_get(tags, ix_tag_class_name(classes[c])), word);
        }
    }
    return found;
}

static enum ix_code tagged_text(struct ix_cost_scan *scan, const struct ix_cost_values *v,
                                struct ix_sv *text, struct ix_err *err) {
    struct ix_json *document = NULL;
    if (!ix_sv_empty(*text) && ix_json_parse(&scan->part.arena, *text, &document, err) != IX_OK) {
        return err->code;
    }
    const struct ix_json *found = ix_cost_values_tagged(v, document);
    *text = found ? ix_json_string(found) : (struct ix_sv){0};
    text->data = found && !text->data ? "" : text->data;
    return IX_OK;
}

static enum ix_code resource_value(struct ix_cost_scan *scan, struct ix_cost_values *v, int64_t rid,
                                   uint32_t *ret_number, struct ix_err *err) {
    bool row = false;
    struct ix_sv text = {0};
    sqlite3_reset(v->resource);
    sqlite3_bind_int64(v->resource, 1, rid);
    enum ix_code code = ix_sqlite_step(scan->e, v->resource, &row, err);
    if (code == IX_OK && row && sqlite3_column_type(v->resource, 0) != SQLITE_NULL) {
        text = ix_sqlite_text(v->resource, 0);
        if (!text.data && sqlite3_errcode(scan->e->db) == SQLITE_NOMEM) {
            return ix_err_nomem(err); /* a number's text is made here */
        }
        text.data = text.data ? text.data : "";
    }
    if (code == IX_OK && v->of.kind == IX_COST_BY_RESOURCE_TAG) {
        code = tag_text(scan, v, &text, err);
    } else if (code == IX_OK && v->of.kind == IX_COST_BY_RESOURCE_TAGGED) {
        code = tagged_text(scan, v, &text, err);
    }
    code = code == IX_OK ? number_of(scan, v, text, ret_number, err) : code;
    sqlite3_reset(v->resource);
    return code;
}

static enum ix_code number_of_rid(struct ix_cost_scan *scan, struct ix_cost_values *v, int64_t rid,
                                  uint32_t *ret_number, struct ix_err *err) {
    if (v->of.kind == IX_COST_BY_MATCH) {
        struct ix_sv text = rid > 0                      ? IX_SV("matched")
                            : rid == IX_COST_RID_NO_ID   ? IX_SV("no resource id")
                            : rid == IX_COST_RID_SEVERAL ? IX_SV("several have the id")
                                                         : IX_SV("seen only in a bill");
        return number_of(scan, v, text, ret_number, err);
    }
    *ret_number = null_value;
    if (rid <= 0) {
        return IX_OK;
    }
    uint32_t *known = ix_cost_memo_at(&v->memo, (size_t)rid);
    if (!known) {
        return ix_err_nomem(err);
    }
    if (*known == 0) {
        enum ix_code code = resource_value(scan, v, rid, ret_number, err);
        if (code != IX_OK) {
            return code;
        }
        *known = *ret_number + 1;
    }
    *ret_number = *known - 1;
    return IX_OK;
}

static enum ix_code number_of_number(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                     int64_t number, uint32_t *ret_number, struct ix_err *err) {
    char text[IX_TIME_TEXT_SIZE];
    if (ix_cost_values_is_joined(v)) {
        return number_of_rid(scan, v, number, ret_number, err);
    }
    if (is_text_column(v->column)) {
        return number_of_tid(scan, v, number, ret_number, err);
    }
    if (v->column == IX_COST_AT_BASIS) {
        return number_of(scan, v, number == IX_COST_BILL ? IX_SV("bill") : IX_SV("estimate"),
                         ret_number, err);
    }
    return number_of(scan, v, ix_time_format(number, text), ret_number, err);
}

/* ---- a segment's ---- */

static enum ix_code constant(struct ix_cost_scan *scan, struct ix_cost_values *v, uint32_t *map,
                             struct ix_err *err) {
    char text[IX_TIME_TEXT_SIZE];
    return v->of.kind == IX_COST_BY_SOURCE
               ? number_of(scan, v, scan->part.source, map, err)
               : number_of(scan, v, ix_time_format(scan->part.begin_ms, text), map, err);
}

/* The codes of the lines that count, where they are so few that it pays to know. */
static enum ix_code find_used(struct ix_cost_scan *scan, const struct ix_cost_column *column,
                              const bool **ret_used, struct ix_err *err) {
    enum { MANY_VALUES = 64 };
    const struct ix_cost_part *part = &scan->part;
    if (!part->rows || !column->codes || column->count < MANY_VALUES) {
        return IX_OK;
    }
    bool *used = ix_arena_zalloc(&scan->part.arena, (size_t)column->count + 1);
    for (uint32_t i = 0; used && i < part->row_count; i++) {
        used[column->codes[part->rows[i]]] = true;
    }
    *ret_used = used;
    return used ? IX_OK : ix_err_nomem(err);
}

static enum ix_code map_column(struct ix_cost_scan *scan, struct ix_cost_values *v,
                               const struct ix_cost_column *column, uint32_t *map,
                               struct ix_err *err) {
    const bool *used = NULL;
    bool plain = v->tag_column && column == scan->part.columns[v->tag_column];
    bool texts = column->kind == IX_COST_NUMBERS && !ix_cost_values_is_joined(v) && !v->later &&
                 is_text_column(v->column);
    if (v->later && column->kind == IX_COST_TEXTS && column->count > 0) {
        return ix_err_set(err, IX_CORRUPT, "a column of bill lines is not by number");
    }
    enum ix_code code = find_used(scan, column, &used, err);
    code = code == IX_OK && texts ? read_ahead(scan, v, column, used, err) : code;
    map[0] = null_value;
    for (uint32_t i = 0; code == IX_OK && i < column->count; i++) {
        map[i + 1] = null_value;
        if (!used || used[i + 1]) {
            code = column->kind == IX_COST_TEXTS
                       ? number_of_text(scan, v, column->texts[i], plain, &map[i + 1], err)
                       : number_of_number(scan, v, column->numbers[i], &map[i + 1], err);
        }
    }
    return code;
}

static bool is_constant(const struct ix_cost_values *v) {
    return v->of.kind == IX_COST_BY_SOURCE ||
           (v->of.kind == IX_COST_BY_COLUMN && v->column == IX_FOCUS_BillingPeriodStart);
}

/* A tag's values have a column of their own where cost_tags.c made one. */
static enum ix_code find_column(struct ix_cost_scan *scan, const struct ix_cost_values *v,
                                const struct ix_cost_column **ret_column, struct ix_err *err) {
    static const struct ix_cost_column none = {0};
    enum ix_code code = IX_OK;
    *ret_column = &none;
    if (ix_cost_values_is_joined(v)) {
        return ix_cost_part_joined(scan, ret_column, err);
    }
    if (v->tag_column) {
        code = ix_cost_part_column(scan, v->tag_column, ret_column, err);
    }
    return code != IX_OK || (*ret_column)->codes || is_constant(v)
               ? code
               : ix_cost_part_column(scan, v->column, ret_column, err);
}

enum ix_code ix_cost_values_map(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                struct ix_cost_mapped *ret_mapped, struct ix_err *err) {
    const struct ix_cost_column *column = NULL;
    enum ix_code code = find_column(scan, v, &column, err);
    if (code != IX_OK) {
        return code;
    }
    const size_t before = v->count;
    uint32_t *map = ix_arena_alloc(&scan->part.arena, ((size_t)column->count + 1) * sizeof *map);
    code = ix_arena_check(&scan->part.arena, err);
    if (code == IX_OK) {
        code = is_constant(v) ? constant(scan, v, map, err) : map_column(scan, v, column, map, err);
    }
    *ret_mapped =
        (struct ix_cost_mapped){.codes = column->codes,
                                .lowest = column->lowest,
                                .greatest = column->greatest,
                                .map = map,
                                .distinct = v->of.kind == IX_COST_BY_COLUMN,
                                .fresh = v->of.kind == IX_COST_BY_COLUMN && column->codes &&
                                         v->count - before == column->count};
    return code == IX_OK && v->past_count > 0 ? ix_cost_past_map(scan, v, column, ret_mapped, err)
                                              : code;
}
