/* Rows become series: each row finds its chart, its period and its series, and is added there. What
 * goes beyond the number of series that can be told apart is added up as one more. */
#include "query/chart/chart.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/time.h"

enum { COLUMNS_MAX = 64 };

enum step { STEP_NONE, STEP_DAY, STEP_WEEK, STEP_MONTH, STEP_QUARTER, STEP_YEAR };

static const char *const step_names[] = {
    [STEP_DAY] = "day",         [STEP_WEEK] = "week", [STEP_MONTH] = "month",
    [STEP_QUARTER] = "quarter", [STEP_YEAR] = "year",
};

/* Which column is what. */
struct shape {
    struct ix_sv time, unit, value;
    enum step step;
    struct ix_sv names[COLUMNS_MAX];
    size_t name_count;
};

struct making {
    struct ix_arena *arena;
    struct shape shape;
    struct ix_chart *charts;
    struct ix_map *series; /* of each chart: its series by name */
    size_t chart_count;
    struct ix_sv *periods;
    size_t period_count;
    struct ix_map period_of;
    size_t row_count, cell_count;
    struct ix_err *err;
};

/* ---- the columns ---- */

static enum step step_of(struct ix_sv name) {
    for (int step = STEP_DAY; step <= STEP_YEAR; step++) {
        if (ix_sv_eq_cstr(name, step_names[step])) {
            return (enum step)step;
        }
    }
    return STEP_NONE;
}

static bool is_among(struct ix_sv name, struct ix_sv list) {
    struct ix_sv other;
    while (ix_sv_split(&list, ',', &other)) {
        if (ix_sv_eq(name, other)) {
            return true;
        }
    }
    return false;
}

static struct ix_sv last_of(struct ix_sv list) {
    struct ix_sv last = {0};
    struct ix_sv name;
    while (ix_sv_split(&list, ',', &name)) {
        last = name;
    }
    return last;
}

static void take_column(struct shape *s, struct ix_sv name) {
    if (s->step == STEP_NONE && step_of(name) != STEP_NONE) {
        s->step = step_of(name);
        s->time = name;
    } else if (ix_sv_eq_cstr(name, "currency")) {
        s->unit = name;
    } else if (s->name_count < COLUMNS_MAX) {
        s->names[s->name_count++] = name;
    }
}

/* Names stand before the numbers. */
static enum ix_code read_shape(struct making *m, struct ix_sv columns, struct ix_sv amounts) {
    struct shape *s = &m->shape;
    struct ix_sv numbers = ix_sv_empty(amounts) ? last_of(columns) : amounts;
    struct ix_sv rest = numbers;
    struct ix_sv name;
    (void)ix_sv_split(&rest, ',', &s->value);
    while (ix_sv_split(&columns, ',', &name) && !is_among(name, numbers)) {
        take_column(s, name);
    }
    if (s->name_count == 0 && s->step == STEP_NONE && ix_sv_empty(s->unit)) {
        return ix_err_set(m->err, IX_INVALID,
                          "a chart needs a column of names before its numbers, "
                          "as in `| count by kind`");
    }
    return IX_OK;
}

/* ---- periods ---- */

/* "2025-Q3" is its first month here. */
static bool begin_of(enum step step, struct ix_sv text, int64_t *ret_ms) {
    char month[] = "0000-00";
    int64_t ignored;
    if (step == STEP_QUARTER && text.size == sizeof month - 1 && text.data[6] >= '1' &&
        text.data[6] <= '4') {
        int first = (text.data[6] - '1') * 3 + 1;
        memcpy(month, text.data, 5);
        month[5] = (char)('0' + first / 10);
        month[6] = (char)('0' + first % 10);
        text = ix_sv_cstr(month);
    }
    return ix_time_parse_period(text, ret_ms, &ignored);
}

static int64_t next_begin(enum step step, int64_t ms) {
    static const int months[] = {[STEP_MONTH] = 1, [STEP_QUARTER] = 3, [STEP_YEAR] = 12};
    enum { DAYS_IN_WEEK = 7 };
    if (step == STEP_DAY || step == STEP_WEEK) {
        return ms + IX_DAY_MS * (step == STEP_WEEK ? DAYS_IN_WEEK : 1);
    }
    return ix_time_add_months(ms, months[step]);
}

static struct ix_sv text_of(struct ix_arena *arena, enum step step, int64_t ms) {
    enum { MONTHS_IN_QUARTER = 3 };
    struct ix_civil c = ix_time_to_civil(ms);
    switch (step) {
    case STEP_YEAR:
        return ix_arena_printf(arena, "%04d", c.year);
    case STEP_QUARTER:
        return ix_arena_printf(arena, "%04d-Q%d", c.year, (c.month - 1) / MONTHS_IN_QUARTER + 1);
    case STEP_MONTH:
        return ix_arena_printf(arena, "%04d-%02d", c.year, c.month);
    default:
        return ix_arena_printf(arena, "%04d-%02d-%02d", c.year, c.month, c.day);
    }
}

static enum ix_code add_period(struct making *m, struct ix_sv text) {
    if (m->period_count == IX_CHART_PERIODS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "more than %d %ss in one chart; ask for longer ones",
                          IX_CHART_PERIODS_MAX, step_names[m->shape.step]);
    }
    union ix_map_value *at = ix_map_put(&m->period_of, text, NULL);
    if (!at || !text.data) {
        return ix_err_nomem(m->err);
    }
    at->number = (int64_t)m->period_count;
    m->periods[m->period_count++] = text;
    return IX_OK;
}

/* From the first to the last that a row has, also those between that no row has. */
static enum ix_code find_periods(struct making *m, const struct ix_json *rows) {
    int64_t first = INT64_MAX;
    int64_t last = INT64_MIN;
    for (const struct ix_json *row = ix_json_first(rows); row; row = ix_json_next(row)) {
        struct ix_sv text = ix_json_string(ix_json_get_sv(row, m->shape.time));
        int64_t begin;
        if (!begin_of(m->shape.step, text, &begin)) {
            return ix_err_set(m->err, IX_INVALID, "‘%.*s’ is no %s to draw", IX_SV_FMT(text),
                              step_names[m->shape.step]);
        }
        first = begin < first ? begin : first;
        last = begin > last ? begin : last;
    }
    enum ix_code code = IX_OK;
    for (int64_t at = first; code == IX_OK && at <= last; at = next_begin(m->shape.step, at)) {
        code = add_period(m, text_of(m->arena, m->shape.step, at));
    }
    return code;
}

/* ---- series ---- */

static struct ix_sv cell_text(struct making *m, const struct ix_json *node) {
    struct ix_sv text = {0};
    if (!node || ix_json_kind(node) == IX_JSON_NULL) {
        return IX_SV("(none)");
    }
    return ix_json_scalar_text(m->arena, node, &text) ? text : IX_SV("(several)");
}

static struct ix_sv name_of(struct making *m, const struct ix_json *row) {
    struct ix_sv name = {0};
    for (size_t i = 0; i < m->shape.name_count; i++) {
        struct ix_sv part = cell_text(m, ix_json_get_sv(row, m->shape.names[i]));
        name =
            i ? ix_arena_printf(m->arena, "%.*s · %.*s", IX_SV_FMT(name), IX_SV_FMT(part)) : part;
    }
    return m->shape.name_count ? name : m->shape.value;
}

/* NULL with the error. */
static struct ix_chart *chart_of(struct making *m, struct ix_sv unit, size_t *ret_index) {
    for (*ret_index = 0; *ret_index < m->chart_count; ++*ret_index) {
        if (ix_sv_eq(m->charts[*ret_index].unit, unit)) {
            return &m->charts[*ret_index];
        }
    }
    if (m->chart_count == IX_CHART_UNITS_MAX) {
        ix_err_set(m->err, IX_LIMIT, "more than %d currencies to draw", IX_CHART_UNITS_MAX);
        return NULL;
    }
    struct ix_chart *chart = &m->charts[m->chart_count];
    struct ix_chart_series *series = ix_arena_array(m->arena, m->row_count, sizeof *series);
    if (!series) {
        ix_err_nomem(m->err);
        return NULL;
    }
    ix_map_init(&m->series[m->chart_count++], m->arena);
    *chart = (struct ix_chart){
        .unit = unit, .periods = m->periods, .period_count = m->period_count, .series = series};
    return chart;
}

static enum ix_code new_series(struct making *m, struct ix_chart *chart, struct ix_sv name) {
    m->cell_count += m->period_count;
    if (m->cell_count > IX_CHART_CELLS_MAX) {
        return ix_err_set(m->err, IX_LIMIT,
                          "too much to draw; ask for longer periods or fewer names");
    }
    struct ix_chart_cell *cells = ix_arena_array(m->arena, m->period_count, sizeof *cells);
    chart->series[chart->series_count++] = (struct ix_chart_series){.name = name, .cells = cells};
    return cells ? IX_OK : ix_err_nomem(m->err);
}

static enum ix_code find_series(struct making *m, const struct ix_json *row,
                                struct ix_chart_series **ret) {
    size_t index;
    struct ix_sv unit = ix_sv_empty(m->shape.unit)
                            ? (struct ix_sv){0}
                            : ix_json_string(ix_json_get_sv(row, m->shape.unit));
    struct ix_sv name = name_of(m, row);
    struct ix_chart *chart = chart_of(m, unit, &index);
    bool added = false;
    if (!chart) {
        return m->err->code;
    }
    union ix_map_value *at = ix_map_put(&m->series[index], name, &added);
    if (!at) {
        return ix_err_nomem(m->err);
    }
    if (added) {
        at->number = (int64_t)chart->series_count;
        if (new_series(m, chart, name) != IX_OK) {
            return m->err->code;
        }
    }
    *ret = &chart->series[at->number];
    return IX_OK;
}

static enum ix_code add_cell(struct ix_chart_cell *to, struct ix_money amount, struct ix_err *err) {
    to->known = true;
    return ix_money_add(&to->sum, amount, err);
}

static enum ix_code read_value(struct making *m, const struct ix_json *node,
                               struct ix_money *ret_amount) {
    struct ix_sv text = {0};
    struct ix_err fault = {0};
    bool rounded = false;
    if (ix_json_scalar_text(m->arena, node, &text) &&
        ix_money_parse(text, ret_amount, &rounded, &fault) == IX_OK) {
        return IX_OK;
    }
    return ix_err_set(
        m->err, IX_INVALID,
        "‘%.*s’ is no column of numbers to draw; a chart is of counts and sums, as in "
        "`| count by kind`",
        IX_SV_FMT(m->shape.value));
}

static size_t period_of(const struct making *m, const struct ix_json *row) {
    const union ix_map_value *at =
        m->shape.step == STEP_NONE
            ? NULL
            : ix_map_find(&m->period_of, ix_json_string(ix_json_get_sv(row, m->shape.time)));
    return at ? (size_t)at->number : 0;
}

static enum ix_code add_row(struct making *m, const struct ix_json *row) {
    const struct ix_json *node = ix_json_get_sv(row, m->shape.value);
    struct ix_chart_series *series = NULL;
    struct ix_money amount = {0};
    if (find_series(m, row, &series) != IX_OK) {
        return m->err->code;
    }
    if (!node || ix_json_kind(node) == IX_JSON_NULL) {
        return IX_OK; /* unknown */
    }
    if (read_value(m, node, &amount) != IX_OK ||
        add_cell(&series->cells[period_of(m, row)], amount, m->err) != IX_OK) {
        return m->err->code;
    }
    return add_cell(&series->total, amount, m->err);
}

/* ---- the largest ---- */

static double size_of(const struct ix_chart_series *series) {
    double size = ix_money_double(series->total.sum);
    return size < 0 ? -size : size;
}

static int by_size(const void *a, const void *b) {
    const struct ix_chart_series *x = a;
    const struct ix_chart_series *y = b;
    double one = size_of(x);
    double other = size_of(y);
    return one != other ? (one < other ? 1 : -1) : ix_sv_cmp(x->name, y->name);
}

static enum ix_code add_series(struct making *m, struct ix_chart_series *to,
                               const struct ix_chart_series *from) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < m->period_count; i++) {
        if (from->cells[i].known) {
            code = add_cell(&to->cells[i], from->cells[i].sum, m->err);
        }
    }
    if (code == IX_OK && from->total.known) {
        code = add_cell(&to->total, from->total.sum, m->err);
    }
    return code;
}

/* All beyond the number that is kept become one. */
static enum ix_code keep_largest(struct making *m, struct ix_chart *chart) {
    size_t most = m->shape.step == STEP_NONE ? IX_CHART_SERIES_MAX : IX_CHART_SERIES_OVER_TIME;
    enum ix_code code = IX_OK;
    qsort(chart->series, chart->series_count, sizeof *chart->series, by_size);
    if (chart->series_count <= most + 1) {
        return IX_OK;
    }
    struct ix_chart_series *others = &chart->series[most];
    for (size_t i = most + 1; code == IX_OK && i < chart->series_count; i++) {
        code = add_series(m, others, &chart->series[i]);
    }
    others->name = ix_arena_printf(m->arena, "others (%zu)", chart->series_count - most);
    chart->series_count = most + 1;
    return code;
}

/* ---- all ---- */

static enum ix_code make_charts(struct making *m, const struct ix_json *rows) {
    m->charts = ix_arena_array(m->arena, IX_CHART_UNITS_MAX, sizeof *m->charts);
    m->series = ix_arena_array(m->arena, IX_CHART_UNITS_MAX, sizeof *m->series);
    m->periods = ix_arena_array(m->arena, IX_CHART_PERIODS_MAX, sizeof *m->periods);
    if (!m->charts || !m->series || !m->periods) {
        return ix_err_nomem(m->err);
    }
    enum ix_code code = IX_OK;
    if (m->shape.step == STEP_NONE) {
        m->period_count = 1;
    } else {
        code = find_periods(m, rows);
    }
    for (const struct ix_json *row = ix_json_first(rows); code == IX_OK && row;
         row = ix_json_next(row)) {
        code = add_row(m, row);
    }
    for (size_t i = 0; code == IX_OK && i < m->chart_count; i++) {
        code = keep_largest(m, &m->charts[i]);
    }
    return code == IX_OK ? ix_arena_check(m->arena, m->err) : code;
}

enum ix_code ix_charts_make(struct ix_arena *arena, struct ix_sv columns, struct ix_sv amounts,
                            const struct ix_json *rows, struct ix_charts *ret_charts,
                            struct ix_err *err) {
    struct making m = {.arena = arena, .row_count = ix_json_count(rows), .err = err};
    *ret_charts = (struct ix_charts){.money = !ix_sv_empty(amounts)};
    ix_map_init(&m.period_of, arena);
    enum ix_code code = read_shape(&m, columns, amounts);
    if (code == IX_OK && m.row_count > IX_CHART_ROWS_MAX) {
        code = ix_err_set(err, IX_LIMIT, "more than %d rows to draw", IX_CHART_ROWS_MAX);
    }
    if (code == IX_OK && m.row_count > 0) {
        code = make_charts(&m, rows);
    }
    ret_charts->items = m.charts;
    ret_charts->count = m.chart_count;
    ret_charts->value = m.shape.value;
    ret_charts->has_time = m.shape.step != STEP_NONE;
    return code;
}

struct ix_sv ix_chart_label(const struct ix_charts *charts, struct ix_arena *arena,
                            struct ix_chart_cell cell) {
    char money[IX_MONEY_DISPLAY_SIZE];
    char number[IX_MONEY_TEXT_SIZE];
    bool rounded = false;
    if (!cell.known) {
        return IX_SV("unknown");
    }
    return ix_arena_copy(arena, charts->money ? ix_money_display(cell.sum, money, &rounded)
                                              : ix_money_format(cell.sum, number));
}
