/* Parse, check, lower, ask, and give rows (row.h). Everything that lives as long as the answer is
 * in its arena; each row is in the caller's. */
#include "query/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "query/cursor_text.h"
#include "query/lower.h"
#include "query/row.h"

enum { ANSWER_ARENA_MAX = 256 << 20 };

struct ix_answer {
    struct ix_warehouse *warehouse;
    struct ix_arena arena;
    struct ix_sv text;
    struct ix_plan plan;
    struct ix_run_query_settings settings;
    struct ix_lowered lowered;
    struct ix_cursor *cursor;
    bool snapshot; /* begun, to be ended */
    int64_t generation;
    int64_t rows;    /* given so far */
    int64_t skipped; /* rows of columns that earlier answers gave */
    bool more;       /* there is at least one row after the last given */
    bool cut;        /* ended early */
    const char *why_cut;
    struct ix_keyset last;
    struct ix_arena last_arena; /* of the texts of `last` */
    struct ix_sv explanation;
};

/* ---- beginning ---- */

static enum ix_code understand(struct ix_arena *arena, struct ix_sv text,
                               const struct ix_run_query_settings *given, struct ix_plan *plan,
                               struct ix_err *err) {
    struct ix_query query;
    const struct ix_query_settings settings = {
        .now_ms = given->now_ms,
        .kinds = given->kinds,
        .categories = given->categories,
        .types = given->types,
    };
    enum ix_code code = ix_query_parse(arena, text, &query, err);
    return code == IX_OK ? ix_query_check(arena, &query, &settings, plan, err) : code;
}

/* What the query says of costs, and what that means, is found before it is lowered. */
static enum ix_code read_costs(struct ix_warehouse *warehouse, struct ix_arena *arena,
                               struct ix_plan *plan, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < plan->cost_count; i++) {
        code = ix_cost_field_read(warehouse, plan->costs[i], arena, err);
        if (code == IX_OK) {
            plan->notes[plan->note_count++] = ix_cost_field_meaning(arena, plan->costs[i]);
        }
    }
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

/* The stage `cost` is about what the stages before it leave. */
static enum ix_code read_cost_rows(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                   struct ix_plan *plan, struct ix_err *err) {
    struct ix_cost_rows *rows = plan->cost_rows;
    struct ix_lowered before = {0};
    enum ix_code code = IX_OK;
    if (!rows) {
        return IX_OK;
    }
    if (!rows->everything) {
        struct ix_plan set = *plan;
        set.stage_count = rows->stage;
        code = ix_lower_set(arena, ix_warehouse_dialect(warehouse), &set, &before, err);
    }
    code = code == IX_OK ? ix_cost_rows_read(warehouse, rows, &before.sql, arena, err) : code;
    ix_lowered_done(&before);
    if (code == IX_OK) {
        plan->notes[plan->note_count++] = ix_cost_rows_meaning(arena, rows);
    }
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

static enum ix_code lower_with(struct ix_answer *a, const struct ix_lower_settings *settings,
                               struct ix_err *err) {
    ix_lowered_done(&a->lowered);
    return ix_lower(&a->arena, ix_warehouse_dialect(a->warehouse), &a->plan, settings, &a->lowered,
                    err);
}

/* Rows of columns have no keys: their cursor counts them. */
static enum ix_code go_on(struct ix_answer *a, struct ix_lower_settings *settings,
                          struct ix_err *err) {
    const struct ix_keyset *after = &settings->after;
    bool counts = a->lowered.kind == IX_ANSWER_ROWS;
    bool fits = counts ? after->count == 1 && after->keys[0].kind == IX_BIND_INT &&
                             after->keys[0].integer >= 0
                       : after->count == a->lowered.key_count;
    if (!fits) {
        return ix_err_set(err, IX_INVALID,
                          "this is no cursor of an answer to this query; ask again without it");
    }
    settings->skip_rows = a->skipped = counts ? after->keys[0].integer : 0;
    return counts ? lower_with(a, settings, err) : IX_OK;
}

static enum ix_code lower(struct ix_answer *a, struct ix_err *err) {
    struct ix_lower_settings settings = {
        .limit = a->settings.limit,
        .any_order = a->settings.any_order,
    };
    int64_t generation = a->settings.any_generation ? -1 : a->generation;
    bool goes_on = !ix_sv_empty(a->settings.cursor);
    enum ix_code code = IX_OK;
    if (goes_on) {
        code = ix_cursor_read(&a->arena, a->settings.cursor, generation, a->text, &settings.after,
                              err);
    }
    code = code == IX_OK ? lower_with(a, &settings, err) : code;
    return code == IX_OK && goes_on ? go_on(a, &settings, err) : code;
}

/* The rules of a flag that the plan leaves to the types. */
static void explain_rules(struct ix_answer *a, struct ix_sv definition, struct ix_buf *buf) {
    struct ix_sv left_to_types = IX_SV(" is what each type's own properties say");
    size_t size = ix_sv_find(definition, left_to_types);
    if (size == IX_SV_NPOS) {
        return;
    }
    struct ix_sv flag = ix_sv_sub(definition, 0, size);
    for (const char *const *rule = a->settings.rules; rule && *rule; rule++) {
        struct ix_sv line = ix_sv_cstr(*rule);
        if (ix_sv_starts(line, flag) && line.size > size && line.data[size] == ' ') {
            ix_buf_add_cstr(buf, "  ");
            ix_buf_add(buf, ix_sv_from(line, size + 1));
            ix_buf_add_char(buf, '\n');
        }
    }
}

/* The plan, the statement, and how the engine will go about it. */
static enum ix_code explain(struct ix_answer *a, struct ix_err *err) {
    struct ix_buf buf = {0};
    struct ix_sv engine;
    ix_buf_add_cstr(&buf, "plan:\n");
    ix_plan_print(&buf, &a->plan);
    for (size_t i = 0; i < a->plan.definition_count; i++) {
        explain_rules(a, a->plan.definitions[i], &buf);
    }
    ix_buf_add_cstr(&buf, "\nstatement:\n");
    ix_buf_add(&buf, ix_buf_sv(&a->lowered.sql.text));
    ix_buf_add_cstr(&buf, "\n\nengine:\n");
    enum ix_code code =
        ix_warehouse_explain(a->warehouse, &a->lowered.sql, &a->arena, &engine, err);
    if (code == IX_OK) {
        ix_buf_add(&buf, engine);
        code = ix_buf_check(&buf, err);
    }
    a->explanation = ix_arena_copy(&a->arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return code == IX_OK ? ix_arena_check(&a->arena, err) : code;
}

static enum ix_code begin(struct ix_answer *a, struct ix_sv text, struct ix_err *err) {
    a->text = ix_arena_copy(&a->arena, text);
    enum ix_code code = understand(&a->arena, a->text, &a->settings, &a->plan, err);
    code = code == IX_OK ? ix_warehouse_snapshot_begin(a->warehouse, err) : code;
    if (code == IX_OK) {
        a->snapshot = true;
        code = ix_warehouse_generation(a->warehouse, &a->generation, err);
    }
    code = code == IX_OK ? read_costs(a->warehouse, &a->arena, &a->plan, err) : code;
    code = code == IX_OK ? read_cost_rows(a->warehouse, &a->arena, &a->plan, err) : code;
    code = code == IX_OK ? lower(a, err) : code;
    if (code == IX_OK && a->plan.explain) {
        return explain(a, err);
    }
    return code == IX_OK ? ix_warehouse_select(a->warehouse, &a->lowered.sql, &a->cursor, err)
                         : code;
}

enum ix_code ix_query_run(struct ix_warehouse *warehouse, struct ix_sv text,
                          const struct ix_run_query_settings *settings,
                          struct ix_answer **ret_answer, struct ix_err *err) {
    struct ix_answer *a = calloc(1, sizeof *a);
    if (!a) {
        return ix_err_nomem(err);
    }
    a->warehouse = warehouse;
    a->settings = *settings;
    ix_arena_init(&a->arena, ANSWER_ARENA_MAX);
    ix_arena_init(&a->last_arena, 0);
    enum ix_code code = begin(a, text, err);
    if (code != IX_OK) {
        ix_answer_close(a);
        return code;
    }
    *ret_answer = a;
    return IX_OK;
}

void ix_answer_close(struct ix_answer *a) {
    if (a) {
        ix_cursor_close(a->cursor);
        if (a->snapshot) {
            ix_warehouse_snapshot_end(a->warehouse);
        }
        ix_lowered_done(&a->lowered);
        ix_arena_done(&a->arena);
        ix_arena_done(&a->last_arena);
        free(a);
    }
}

bool ix_answer_is_resources(const struct ix_answer *a) {
    return a->lowered.kind == IX_ANSWER_RESOURCES;
}

size_t ix_answer_column_count(const struct ix_answer *a) {
    return ix_answer_is_resources(a) ? 0 : a->plan.column_count;
}

struct ix_sv ix_answer_column(const struct ix_answer *a, size_t column) {
    return a->plan.columns[column];
}

int64_t ix_answer_generation(const struct ix_answer *a) {
    return a->generation;
}

bool ix_answer_pages_cheaply(const struct ix_answer *a) {
    return a->lowered.any_order && !a->plan.has_text;
}

bool ix_answer_moves(const struct ix_answer *a) {
    bool moves = a->plan.moves;
    for (size_t i = 0; !ix_answer_is_resources(a) && i < a->lowered.cell_count; i++) {
        moves = moves || a->lowered.cells[i] == IX_CELL_AGE;
    }
    return moves;
}

bool ix_answer_has_more(const struct ix_answer *a) {
    return a->more;
}

void ix_answer_cut(struct ix_answer *a, const char *why) {
    a->cut = true;
    a->why_cut = why;
}

bool ix_answer_is_cut(const struct ix_answer *a) {
    return a->cut;
}

enum ix_plan_format ix_answer_format(const struct ix_answer *a) {
    return a->plan.format;
}

struct ix_sv ix_answer_explanation(const struct ix_answer *a) {
    return a->explanation;
}

/* ---- rows ---- */

/* Keeps the keys of the row, for the cursor of the next answer. At once: the engine's row is gone
 * when it stands one row ahead, or when the step to the next one failed. */
static void remember_keys(struct ix_answer *a) {
    ix_arena_reset(&a->last_arena);
    if (!ix_answer_is_resources(a)) {
        a->last.count = 1;
        a->last.keys[0] = (struct ix_bind){.kind = IX_BIND_INT, .integer = a->skipped + a->rows};
        return;
    }
    a->last.count = a->lowered.key_count;
    for (size_t i = 0; i < a->lowered.key_count; i++) {
        static const enum ix_bind_kind kinds[] = {
            [IX_VALUE_NULL] = IX_BIND_NULL, [IX_VALUE_INT] = IX_BIND_INT,
            [IX_VALUE_REAL] = IX_BIND_REAL, [IX_VALUE_TEXT] = IX_BIND_TEXT,
            [IX_VALUE_BLOB] = IX_BIND_BLOB,
        };
        struct ix_value value = ix_cursor_value(a->cursor, 1 + i);
        a->last.keys[i] = (struct ix_bind){
            .kind = kinds[value.kind],
            .integer = value.integer,
            .real = value.real,
            .text = ix_arena_copy(&a->last_arena, value.text),
        };
    }
}

static enum ix_code read_row(const struct ix_answer *a, struct ix_arena *arena,
                             struct ix_json **ret_row, struct ix_err *err) {
    struct ix_shown shown;
    bool properties = a->settings.properties;
    if (!ix_answer_is_resources(a)) {
        *ret_row = ix_row_of_columns(&a->plan, &a->lowered, a->cursor, a->settings.now_ms, arena);
        return IX_OK;
    }
    int64_t rid = ix_cursor_value(a->cursor, 0).integer;
    enum ix_code code = ix_warehouse_show(a->warehouse, rid, properties, arena, &shown, err);
    if (code == IX_OK) {
        *ret_row = ix_row_of_resource(&a->plan, &shown, properties, arena);
    }
    return code;
}

enum ix_code ix_answer_next(struct ix_answer *a, struct ix_arena *arena, struct ix_json **ret_row,
                            struct ix_err *err) {
    bool row = false;
    *ret_row = NULL;
    if (!a->cursor || a->more || a->cut) {
        return IX_OK;
    }
    enum ix_code code = ix_cursor_next(a->cursor, &row, err);
    if (code != IX_OK || !row) {
        return code;
    }
    if (a->settings.limit > 0 && a->rows == a->settings.limit) {
        a->more = true;
        return IX_OK;
    }
    code = read_row(a, arena, ret_row, err);
    if (code != IX_OK) { /* time may run out: then the row before is the last one given */
        return code;
    }
    a->rows++;
    remember_keys(a);
    code = ix_arena_check(arena, err);
    return code == IX_OK ? ix_arena_check(&a->last_arena, err) : code;
}

enum ix_code ix_answer_cursor(struct ix_answer *a, struct ix_arena *arena, struct ix_sv *ret_text,
                              struct ix_err *err) {
    enum ix_code code = ix_arena_check(&a->last_arena, err);
    return code == IX_OK ? ix_cursor_write(arena, a->generation, a->text, &a->last, ret_text, err)
                         : code;
}

/* ---- the tail ---- */

static void set(struct ix_arena *arena, struct ix_json *object, const char *name,
                struct ix_json *value) {
    ix_json_set(arena, object, ix_sv_cstr(name), value);
}

static enum ix_code count_all(struct ix_answer *a, int64_t *ret_count, struct ix_err *err) {
    struct ix_lowered lowered;
    struct ix_cursor *cursor = NULL;
    bool row = false;
    enum ix_code code = ix_lower_count(&a->arena, ix_warehouse_dialect(a->warehouse), &a->plan,
                                       IX_COUNT_CAP, &lowered, err);
    if (code != IX_OK) {
        return code;
    }
    code = ix_warehouse_select(a->warehouse, &lowered.sql, &cursor, err);
    code = code == IX_OK ? ix_cursor_next(cursor, &row, err) : code;
    if (code == IX_OK && row) {
        *ret_count = ix_cursor_value(cursor, 0).integer;
    }
    ix_cursor_close(cursor);
    ix_lowered_done(&lowered);
    return code;
}

/* How many there are: known when the answer shows them all, else counted up to a cap. */
static enum ix_code set_count(struct ix_answer *a, struct ix_arena *arena, struct ix_json *tail,
                              struct ix_err *err) {
    bool whole = !a->more && !a->cut && ix_sv_empty(a->settings.cursor);
    int64_t value = a->rows;
    bool exact = whole;
    if (!whole && !a->cut && a->settings.count) {
        enum ix_code code = count_all(a, &value, err);
        if (code != IX_OK) {
            return code;
        }
        exact = value <= IX_COUNT_CAP;
        value = exact ? value : IX_COUNT_CAP;
    }
    struct ix_json *count = ix_json_new_object(arena);
    set(arena, count, "value", ix_json_new_int64(arena, value));
    set(arena, count, "exact", ix_json_new_bool(arena, exact));
    set(arena, tail, "count", count);
    return IX_OK;
}

static enum ix_code set_next(struct ix_answer *a, struct ix_arena *arena, struct ix_json *tail,
                             struct ix_err *err) {
    struct ix_sv text = {0};
    enum ix_code code = IX_OK;
    if (a->more) {
        code = ix_cursor_write(arena, a->generation, a->text, &a->last, &text, err);
    }
    set(arena, tail, "next",
        ix_sv_empty(text) ? ix_json_new_null(arena) : ix_json_new_string(arena, text));
    return code;
}

static struct ix_json *notes_of(const struct ix_answer *a, struct ix_arena *arena) {
    struct ix_json *notes = ix_json_new_array(arena);
    for (size_t i = 0; i < a->plan.note_count; i++) {
        ix_json_append(notes, ix_json_new_string(arena, a->plan.notes[i]));
    }
    if (a->why_cut) {
        ix_json_append(notes, ix_json_new_string(arena, ix_sv_cstr(a->why_cut)));
    }
    return notes;
}

static const char *result_mode(const struct ix_answer *a) {
    return a->cut ? "incomplete" : a->more ? "truncated" : "exact";
}

/* What `| as` asked for, for whoever writes the rows out. */
static void set_format(const struct ix_answer *a, struct ix_arena *arena, struct ix_json *meta) {
    static const char *const names[] = {
        [IX_FORMAT_DEFAULT] = "",
#define IX_FORMAT_ROW(symbol, name, ready) [IX_FORMAT_##symbol] = (name),
#include "query/format.def"
#undef IX_FORMAT_ROW
    };
    if (a->plan.format != IX_FORMAT_DEFAULT) {
        ix_json_set_string(arena, meta, "format", ix_sv_cstr(names[a->plan.format]));
    }
}

static enum ix_code set_meta(struct ix_answer *a, struct ix_arena *arena, struct ix_json *tail,
                             struct ix_err *err) {
    char text[IX_TIME_TEXT_SIZE];
    struct ix_json *meta = ix_json_new_object(arena);
    struct ix_json *freshness = NULL;
    enum ix_code code = ix_warehouse_freshness(a->warehouse, arena, &freshness, err);
    set(arena, meta, "generation", ix_json_new_int64(arena, a->generation));
    set(arena, meta, "as_of", ix_json_new_string(arena, ix_time_format(a->settings.now_ms, text)));
    set(arena, meta, "result_mode", ix_json_new_string(arena, ix_sv_cstr(result_mode(a))));
    set_format(a, arena, meta);
    set(arena, meta, "visibility", ix_json_new_string(arena, IX_SV("complete")));
    set(arena, meta, "freshness", freshness ? freshness : ix_json_new_array(arena));
    set(arena, meta, "notes", notes_of(a, arena));
    set(arena, tail, "meta", meta);
    return code;
}

enum ix_code ix_answer_tail(struct ix_answer *a, struct ix_arena *arena, struct ix_json **ret_tail,
                            struct ix_err *err) {
    *ret_tail = ix_json_new_object(arena);
    ix_cursor_close(a->cursor);
    a->cursor = NULL;
    enum ix_code code = set_count(a, arena, *ret_tail, err);
    code = code == IX_OK ? set_next(a, arena, *ret_tail, err) : code;
    code = code == IX_OK ? set_meta(a, arena, *ret_tail, err) : code;
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

enum ix_code ix_query_select(struct ix_warehouse *warehouse, struct ix_sv text, int64_t now_ms,
                             struct ix_arena *arena, struct ix_lowered *ret, struct ix_err *err) {
    const struct ix_run_query_settings settings = {.now_ms = now_ms};
    struct ix_plan *plan = IX_NEW(arena, struct ix_plan);
    *ret = (struct ix_lowered){0};
    if (!plan) {
        return ix_err_nomem(err);
    }
    enum ix_code code = understand(arena, text, &settings, plan, err);
    code = code == IX_OK ? read_costs(warehouse, arena, plan, err) : code;
    return code == IX_OK ? ix_lower_set(arena, ix_warehouse_dialect(warehouse), plan, ret, err)
                         : code;
}

enum ix_code ix_query_export(struct ix_warehouse *warehouse, struct ix_sv text, int64_t now_ms,
                             struct ix_sink *sink, struct ix_err *err) {
    struct ix_arena arena;
    struct ix_lowered lowered;
    ix_arena_init(&arena, ANSWER_ARENA_MAX);
    enum ix_code code = ix_query_select(warehouse, text, now_ms, &arena, &lowered, err);
    if (code == IX_OK) {
        code = ix_warehouse_export(warehouse, &lowered.sql, sink, err);
    }
    ix_lowered_done(&lowered);
    ix_arena_done(&arena);
    return code;
}
