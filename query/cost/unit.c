/* What one costs: the cost of a calendar period beside a series of the user's own, such as the
 * orders of each day, as CSV of time and value. Quotients are the one amount here that is rounded:
 * half to even, at the ninth decimal. */
#include "base/csv.h"
#include "base/map.h"
#include "query/cost/making.h"
#include "query/cost/name.h"
#include "query/cost/split.h"

enum { DIGITS = 9, CELLS = 2 };

struct series {
    struct ix_cost_making *m;
    struct ix_map periods; /* by their text: struct ix_money */
};

static enum ix_code fail(struct series *s, int64_t line, const char *what) {
    return ix_err_set(s->m->err, IX_INVALID, "%.*s, line %lld: %s",
                      IX_SV_FMT(s->m->request->text_name), (long long)line, what);
}

/* ---- the series ---- */

/* The calendar period of the question that the time is in. */
static struct ix_sv period_of(struct ix_cost_making *m, int64_t ms) {
    const enum ix_cost_grain grain = m->question.grain;
    return grain == IX_COST_GRAIN_NONE
               ? IX_SV("all")
               : ix_cost_period_text(m->arena, grain, ix_cost_grain_begin(grain, ms));
}

static bool is_asked(const struct ix_cost_question *q, int64_t begin, int64_t end) {
    return (q->from_ms == IX_TIME_UNKNOWN || begin >= q->from_ms) &&
           (q->until_ms == IX_TIME_UNKNOWN || end <= q->until_ms);
}

static enum ix_code add_value(struct series *s, int64_t line, int64_t begin, int64_t end,
                              struct ix_money value) {
    struct ix_sv period = period_of(s->m, begin);
    if (!is_asked(&s->m->question, begin, end)) {
        return IX_OK;
    }
    if (!ix_sv_eq(period, period_of(s->m, end - 1))) {
        return fail(s, line, "this time is longer than the periods of the report; use --by month");
    }
    union ix_map_value *slot = ix_map_put(&s->periods, period, NULL);
    if (slot && !slot->pointer) {
        slot->pointer = IX_NEW(s->m->arena, struct ix_money);
    }
    return slot && slot->pointer ? ix_money_add(slot->pointer, value, s->m->err)
                                 : ix_err_nomem(s->m->err);
}

/* The first row may be a heading. */
static enum ix_code add_row(struct series *s, const struct ix_csv_row *row, bool first) {
    struct ix_err no_number = {0};
    struct ix_money value;
    bool rounded = false;
    int64_t begin;
    int64_t end;
    if (row->count != CELLS) {
        return fail(s, row->line, "expected a time and a value, as in 2025-03-04,120");
    }
    if (!ix_time_parse_period(ix_sv_trim(row->cells[0]), &begin, &end)) {
        return first ? IX_OK : fail(s, row->line, "no time; for example 2025-03 or 2025-03-04");
    }
    if (ix_money_parse(ix_sv_trim(row->cells[1]), &value, &rounded, &no_number) != IX_OK ||
        rounded || value.nano < 0) {
        return fail(s, row->line, "a value is a number from 0 on, of up to 18 decimals");
    }
    return add_value(s, row->line, begin, end, value);
}

static enum ix_code read_series(struct series *s) {
    struct ix_stream *stream = NULL;
    struct ix_csv *csv = NULL;
    struct ix_csv_row row;
    bool more = true;
    enum ix_code code = ix_stream_open_memory(s->m->request->text, &stream, s->m->err);
    code = code == IX_OK ? ix_csv_new(stream, &csv, s->m->err) : code;
    for (bool first = true; code == IX_OK && more; first = false) {
        code = ix_csv_next(csv, &row, &more, s->m->err);
        code = code == IX_OK && more ? add_row(s, &row, first) : code;
    }
    ix_csv_free(csv);
    ix_stream_close(stream);
    return code;
}

/* ---- rows ---- */

static struct ix_json *unit_row(struct series *s, const struct ix_cost_row *row) {
    struct ix_cost_making *m = s->m;
    struct ix_json *node = ix_cost_row_node(m, row, true);
    const union ix_map_value *slot = ix_map_find(&s->periods, period_of(m, row->begin_ms));
    const struct ix_money *units = slot ? slot->pointer : NULL;
    bool known = row->unknown < row->lines;
    struct ix_money one;
    bool has = known && units && ix_cost_quotient(row->sum, *units, &one);
    ix_cost_set(m, node, "cost",
                known ? ix_cost_money_node(m, row->sum) : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "units",
                units ? ix_cost_money_node(m, *units) : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "unit_cost",
                has ? ix_cost_money_node(m, one) : ix_json_new_null(m->arena));
    return node;
}

enum ix_code ix_cost_make_unit(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct series s = {.m = m};
    struct ix_cost_answer answer;
    struct ix_cost_totals totals = {0};
    ix_map_init(&s.periods, m->arena);
    if (ix_cost_making_read(m) != IX_OK || read_series(&s) != IX_OK ||
        ix_cost_making_ask(m, &m->question, &answer) != IX_OK ||
        ix_cost_add_up(m, &answer, &totals) != IX_OK) {
        return m->err->code;
    }
    size_t shown = ix_cost_making_shown(m, answer.count);
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < shown; i++) {
        ix_json_append(ret->rows, unit_row(&s, &answer.rows[i]));
    }
    ret->columns = ix_cost_row_columns(m, "currency,cost,units,unit_cost", true);
    ret->meta = ix_cost_meta_node(m, &answer, ix_cost_totals_node(m, &totals), answer.count);
    ix_cost_set(m, ret->meta, "digits", ix_json_new_int64(m->arena, DIGITS));
    return ix_arena_check(m->arena, m->err);
}
