#include "bill.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t time_of(const char *text) {
    int64_t ms = 0;
    cr_assert(ix_time_parse(ix_sv_cstr(text), &ms), "%s", text);
    return ms;
}

static struct ix_json *json_of(struct ix_arena *arena, const char *text) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    if (text) {
        cr_assert_eq(ix_json_parse(arena, ix_sv_cstr(text), &node, &err), IX_OK, "%s", err.text);
    }
    return node;
}

static void put_amounts(const struct bill_line *from, struct ix_cost_line *line) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        bool rounded = false;
        struct ix_err err = {0};
        line->cost_known[m] = from->amount[m] != NULL;
        if (from->amount[m]) {
            enum ix_code code =
                ix_money_parse(ix_sv_cstr(from->amount[m]), &line->cost[m], &rounded, &err);
            cr_assert_eq(code, IX_OK, "%s", err.text);
        }
        line->cost_rounded += rounded;
    }
}

void bill_put(struct store *s, const struct bill_line *from) {
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    struct ix_cost_line line = {
        .source = ix_sv_cstr(s->source),
        .source_kind = ix_sv_cstr(s->kind),
        .billing_start_ms = time_of(from->billing),
        .billing_end_ms = IX_TIME_UNKNOWN,
        .charge_start_ms = time_of(from->begin),
        .charge_end_ms = IX_TIME_UNKNOWN,
        .tags = json_of(&arena, from->tags),
        .extra = json_of(&arena, from->extra),
    };
    line.text[IX_FOCUS_ServiceName] = ix_sv_cstr(from->service);
    line.text[IX_FOCUS_SubAccountId] = ix_sv_cstr(from->account);
    line.text[IX_FOCUS_RegionId] = ix_sv_cstr(from->region);
    line.text[IX_FOCUS_ChargeCategory] = ix_sv_cstr(from->category);
    line.text[IX_FOCUS_BillingCurrency] = ix_sv_cstr(from->currency);
    line.text[IX_FOCUS_ResourceId] = ix_sv_cstr(from->resource);
    line.text[IX_FOCUS_ChargeDescription] = ix_sv_cstr(from->description);
    put_amounts(from, &line);
    enum ix_code code = ix_sink_cost(s->sink, &line, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
    ix_arena_done(&arena);
}

/* ---- the naive way ---- */

static const char *column_value(const struct bill_line *line, enum ix_focus_column column) {
    switch (column) {
    case IX_FOCUS_ServiceName:
        return line->service;
    case IX_FOCUS_SubAccountId:
        return line->account;
    case IX_FOCUS_RegionId:
        return line->region;
    case IX_FOCUS_ChargeCategory:
        return line->category;
    case IX_FOCUS_ResourceId:
        return line->resource;
    case IX_FOCUS_ChargeDescription:
        return line->description;
    case IX_FOCUS_Tags:
        return line->tags;
    default:
        return NULL;
    }
}

static const char *member_value(const char *json, struct ix_sv key, char text[BILL_TEXT_SIZE]) {
    struct ix_arena arena;
    const char *value = NULL;
    ix_arena_init(&arena, 0);
    const struct ix_json *member = ix_json_get_sv(json_of(&arena, json), key);
    struct ix_sv found = {0};
    if (ix_json_scalar_text(&arena, member, &found)) {
        snprintf(text, BILL_TEXT_SIZE, "%.*s", IX_SV_FMT(found));
        value = text;
    }
    ix_arena_done(&arena);
    return value;
}

const char *bill_value(const struct bill_line *line, const struct ix_cost_dimension *of,
                       char text[BILL_TEXT_SIZE]) {
    switch (of->kind) {
    case IX_COST_BY_TAG:
        return member_value(line->tags, of->key, text);
    case IX_COST_BY_EXTRA:
        return member_value(line->extra, of->key, text);
    case IX_COST_BY_COLUMN:
        if (of->column == IX_FOCUS_BillingPeriodStart || of->column == IX_FOCUS_ChargePeriodStart) {
            bool billing = of->column == IX_FOCUS_BillingPeriodStart;
            char buffer[IX_TIME_TEXT_SIZE];
            struct ix_sv at =
                ix_time_format(time_of(billing ? line->billing : line->begin), buffer);
            snprintf(text, BILL_TEXT_SIZE, "%.*s", IX_SV_FMT(at));
            return text;
        }
        return column_value(line, of->column);
    default:
        return NULL;
    }
}

static int64_t begin_of(enum ix_cost_grain grain, int64_t ms) {
    struct ix_civil at = ix_time_to_civil(ms);
    struct ix_civil begin = {.year = at.year, .month = 1, .day = 1};
    int64_t day;
    switch (grain) {
    case IX_COST_GRAIN_NONE:
        return IX_TIME_UNKNOWN;
    case IX_COST_GRAIN_YEAR:
        return ix_time_from_civil(begin);
    case IX_COST_GRAIN_QUARTER:
        begin.month = at.month - (at.month - 1) % 3;
        return ix_time_from_civil(begin);
    case IX_COST_GRAIN_MONTH:
        begin.month = at.month;
        return ix_time_from_civil(begin);
    default:
        begin.month = at.month;
        begin.day = at.day;
        day = ix_time_from_civil(begin);
        while (grain == IX_COST_GRAIN_WEEK && (day - time_of("2024-01-01")) % (7 * IX_DAY_MS)) {
            day -= IX_DAY_MS;
        }
        return day;
    }
}

static bool passes(const struct bill_line *line, const struct ix_cost_filter *f) {
    char text[BILL_TEXT_SIZE];
    const char *value = bill_value(line, &f->of, text);
    bool among = false;
    for (size_t i = 0; i < f->value_count; i++) {
        bool null = !f->values[i].data;
        among |= null ? !value : value && ix_sv_eq_cstr(f->values[i], value);
    }
    return among != f->negate;
}

static bool counts(const struct bill_line *line, const struct ix_cost_question *q) {
    int64_t at = time_of(line->begin);
    if ((q->from_ms != IX_TIME_UNKNOWN && at < q->from_ms) ||
        (q->until_ms != IX_TIME_UNKNOWN && at >= q->until_ms)) {
        return false;
    }
    for (size_t i = 0; i < q->filter_count; i++) {
        if (!passes(line, &q->filters[i])) {
            return false;
        }
    }
    return true;
}

static bool is_row_of(const struct bill_line *line, const struct ix_cost_question *q,
                      const struct ix_cost_row *row) {
    bool same = begin_of(q->grain, time_of(line->begin)) == row->begin_ms &&
                ix_sv_eq_cstr(row->currency, line->currency);
    for (size_t i = 0; same && i < q->dimension_count; i++) {
        char text[BILL_TEXT_SIZE];
        const char *value = bill_value(line, &q->dimensions[i], text);
        same = value ? row->values[i].data && ix_sv_eq_cstr(row->values[i], value)
                     : !row->values[i].data;
    }
    return same;
}

struct expected {
    struct ix_money sum;
    int64_t lines, unknown;
};

static void expect_line(const struct bill_line *line, enum ix_cost_metric metric,
                        struct expected *e) {
    struct ix_money amount = {0};
    struct ix_err err = {0};
    bool rounded = false;
    e->lines++;
    if (!line->amount[metric]) {
        e->unknown++;
        return;
    }
    cr_assert_eq(ix_money_parse(ix_sv_cstr(line->amount[metric]), &amount, &rounded, &err), IX_OK);
    cr_assert_eq(ix_money_add(&e->sum, amount, &err), IX_OK);
}

static const struct ix_cost_row *find_row(const struct bill_line *line,
                                          const struct ix_cost_question *q,
                                          const struct ix_cost_answer *answer) {
    for (size_t i = 0; i < answer->count; i++) {
        if (is_row_of(line, q, &answer->rows[i])) {
            return &answer->rows[i];
        }
    }
    return NULL;
}

void bill_compare(struct store *s, const struct bill_line *lines, size_t count,
                  const struct ix_cost_question *q, const char *name) {
    struct ix_arena arena;
    struct ix_cost_answer answer = {0};
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    cr_assert_eq(ix_warehouse_cost(s->w, q, &arena, &answer, &err), IX_OK, "%s: %s", name,
                 err.text);
    struct expected *expected = calloc(answer.count + 1, sizeof *expected);
    for (size_t i = 0; i < count; i++) {
        if (counts(&lines[i], q)) {
            const struct ix_cost_row *row = find_row(&lines[i], q, &answer);
            cr_assert_not_null(row, "%s: no row for line %zu", name, i);
            expect_line(&lines[i], q->metric, &expected[row - answer.rows]);
        }
    }
    for (size_t i = 0; i < answer.count; i++) {
        cr_assert_eq(ix_money_compare(answer.rows[i].sum, expected[i].sum), 0, "%s: row %zu", name,
                     i);
        cr_assert_eq(answer.rows[i].lines, expected[i].lines, "%s: row %zu", name, i);
        cr_assert_eq(answer.rows[i].unknown, expected[i].unknown, "%s: row %zu", name, i);
        cr_assert_gt(expected[i].lines, 0, "%s: row %zu is of no line", name, i);
    }
    free(expected);
    ix_arena_done(&arena);
}

const char *bill_answer(struct store *s, const struct ix_cost_question *q) {
    static struct ix_buf text;
    struct ix_arena arena;
    struct ix_cost_answer answer = {0};
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    ix_buf_clear(&text);
    cr_assert_eq(ix_warehouse_cost(s->w, q, &arena, &answer, &err), IX_OK, "%s", err.text);
    for (size_t i = 0; i < answer.count; i++) {
        const struct ix_cost_row *row = &answer.rows[i];
        char sum[IX_MONEY_TEXT_SIZE];
        char begin[IX_TIME_TEXT_SIZE];
        if (row->begin_ms != IX_TIME_UNKNOWN) {
            ix_buf_printf(&text, "%.10s ", ix_time_format(row->begin_ms, begin).data);
        }
        for (size_t v = 0; v < q->dimension_count; v++) {
            ix_buf_add(&text, row->values[v].data ? row->values[v] : IX_SV("-"));
            ix_buf_add_char(&text, ' ');
        }
        ix_buf_printf(&text, "%.*s %.*s %lld %lld\n", IX_SV_FMT(ix_money_format(row->sum, sum)),
                      IX_SV_FMT(row->currency), (long long)row->lines, (long long)row->unknown);
    }
    ix_arena_done(&arena);
    return ix_buf_cstr(&text);
}
