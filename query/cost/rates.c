#include "query/cost/rates.h"

#include <stdlib.h>

#include "base/csv.h"
#include "query/cost/name.h"
#include "query/cost/split.h"

enum { CELLS = 3, CELLS_DATED = 4, CURRENCY_SIZE = 3, MONTH_SIZE = 7 };

static const struct ix_money unity = {.nano = 1000000000};

static enum ix_code fail(struct ix_sv name, int64_t line, const char *what, struct ix_err *err) {
    return ix_err_set(err, IX_INVALID, "%.*s, line %lld: %s", IX_SV_FMT(name), (long long)line,
                      what);
}

/* ---- reading ---- */

/* A month has an end; a day has none but the next rate. */
static bool read_time(struct ix_sv cell, struct ix_cost_rates *rates, struct ix_cost_rate *rate) {
    bool month = cell.size == MONTH_SIZE;
    rate->begin_ms = rate->end_ms = IX_TIME_UNKNOWN;
    if (ix_sv_empty(cell)) {
        return true;
    }
    bool day = !month && ix_time_parse(cell, &rate->begin_ms) && rate->begin_ms % IX_DAY_MS == 0;
    month = month && ix_time_parse_period(cell, &rate->begin_ms, &rate->end_ms);
    rates->by_month |= month;
    rates->by_day |= day;
    return day || month;
}

static enum ix_code add_rate(struct ix_cost_rates *rates, const struct ix_csv_row *row,
                             struct ix_sv name, struct ix_arena *arena, struct ix_err *err) {
    struct ix_sv from = ix_sv_trim(row->cells[0]);
    struct ix_sv to = ix_sv_trim(row->cells[1]);
    struct ix_sv when = row->count > CELLS ? ix_sv_trim(row->cells[CELLS]) : (struct ix_sv){0};
    struct ix_err no_number = {0};
    struct ix_cost_rate rate = {0};
    bool rounded = false;
    if (ix_money_parse(ix_sv_trim(row->cells[2]), &rate.rate, &rounded, &no_number) != IX_OK ||
        rounded || rate.rate.nano < 0 || ix_money_is_zero(rate.rate)) {
        return fail(name, row->line, "a rate is a number above 0, of up to 18 decimals", err);
    }
    if (from.size != CURRENCY_SIZE || to.size != CURRENCY_SIZE || ix_sv_eq(from, to) ||
        (rates->count > 0 && !ix_sv_eq(to, rates->to))) {
        return fail(name, row->line, "expected two codes of currencies, the second always the same",
                    err);
    }
    if (!read_time(when, rates, &rate)) {
        return fail(name, row->line, "a rate holds in a month, 2025-03, or from a day, 2025-03-04",
                    err);
    }
    if (rates->count == IX_COST_RATES_MAX) {
        return fail(name, row->line, "there are more than 5000 rates", err);
    }
    rates->to = rates->count > 0 ? rates->to : ix_arena_copy(arena, to);
    rate.from = ix_arena_copy(arena, from);
    rates->items[rates->count++] = rate;
    return ix_arena_check(arena, err); /* the next row is compared with these */
}

static bool is_heading(const struct ix_csv_row *row) {
    return ix_sv_eq_nocase(ix_sv_trim(row->cells[0]), IX_SV("from"));
}

static enum ix_code read_rows(struct ix_csv *csv, struct ix_sv name, struct ix_arena *arena,
                              struct ix_cost_rates *rates, struct ix_err *err) {
    struct ix_csv_row row;
    bool more = true;
    enum ix_code code = ix_csv_next(csv, &row, &more, err);
    for (bool first = true; code == IX_OK && more; first = false) {
        if (row.count != CELLS && row.count != CELLS_DATED) {
            return fail(name, row.line,
                        "expected from, to, rate and perhaps a month or day, as in "
                        "EUR,USD,1.0832,2025-03",
                        err);
        }
        code = first && is_heading(&row) ? IX_OK : add_rate(rates, &row, name, arena, err);
        code = code == IX_OK ? ix_csv_next(csv, &row, &more, err) : code;
    }
    return code == IX_OK && rates->count == 0 ? fail(name, 1, "there is no rate", err) : code;
}

static int by_time(const void *a, const void *b) {
    const struct ix_cost_rate *x = a;
    const struct ix_cost_rate *y = b;
    int order = ix_sv_cmp(x->from, y->from);
    return order != 0 ? order : (x->begin_ms > y->begin_ms) - (x->begin_ms < y->begin_ms);
}

static enum ix_code order(struct ix_cost_rates *rates, struct ix_sv name, struct ix_err *err) {
    qsort(rates->items, rates->count, sizeof *rates->items, by_time);
    for (size_t i = 1; i < rates->count; i++) {
        if (by_time(&rates->items[i - 1], &rates->items[i]) == 0) {
            return ix_err_set(err, IX_INVALID, "%.*s: two rates of %.*s begin at the same time",
                              IX_SV_FMT(name), IX_SV_FMT(rates->items[i].from));
        }
    }
    return IX_OK;
}

enum ix_code ix_cost_rates_read(struct ix_sv text, struct ix_sv name, struct ix_arena *arena,
                                struct ix_cost_rates *ret, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_csv *csv = NULL;
    *ret = (struct ix_cost_rates){0};
    ret->items = ix_arena_array(arena, IX_COST_RATES_MAX, sizeof *ret->items);
    enum ix_code code = ret->items ? ix_stream_open_memory(text, &stream, err) : ix_err_nomem(err);
    code = code == IX_OK ? ix_csv_new(stream, &csv, err) : code;
    code = code == IX_OK ? read_rows(csv, name, arena, ret, err) : code;
    code = code == IX_OK ? ix_arena_check(arena, err) : code;
    ix_csv_free(csv);
    ix_stream_close(stream);
    return code == IX_OK ? order(ret, name, err) : code;
}

/* ---- which rate ---- */

enum ix_cost_grain ix_cost_rates_grain(const struct ix_cost_rates *rates,
                                       enum ix_cost_grain grain) {
    bool days = grain == IX_COST_GRAIN_DAY || grain == IX_COST_GRAIN_WEEK;
    if (!rates->by_day && !rates->by_month) {
        return grain;
    }
    return rates->by_day || days ? IX_COST_GRAIN_DAY : IX_COST_GRAIN_MONTH;
}

static bool holds(const struct ix_cost_rate *rate, int64_t ms) {
    return rate->end_ms == IX_TIME_UNKNOWN || ms < rate->end_ms;
}

/* The last of the currency that began by then and is not over. */
static struct ix_cost_rate *rate_of(const struct ix_cost_rates *rates, struct ix_sv currency,
                                    int64_t ms) {
    const struct ix_cost_rate wanted = {.from = currency, .begin_ms = ms};
    size_t low = 0;
    size_t high = rates->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_time(&rates->items[middle], &wanted) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low > 0 && ix_sv_eq(rates->items[low - 1].from, currency)) {
        if (holds(&rates->items[--low], ms)) {
            return &rates->items[low];
        }
    }
    return NULL;
}

static enum ix_code no_rate(const struct ix_cost_rates *rates, const struct ix_cost_row *row,
                            struct ix_err *err) {
    enum { DATE_SIZE = 10 };
    char day[IX_TIME_TEXT_SIZE];
    bool dated = row->begin_ms != IX_TIME_UNKNOWN && (rates->by_day || rates->by_month);
    struct ix_sv from =
        ix_sv_empty(row->currency) ? IX_SV("costs without a currency") : row->currency;
    struct ix_sv when =
        dated ? ix_sv_sub(ix_time_format(row->begin_ms, day), 0, DATE_SIZE) : (struct ix_sv){0};
    return ix_err_set(err, IX_INVALID, "there is no rate from %.*s to %.*s%s%.*s", IX_SV_FMT(from),
                      IX_SV_FMT(rates->to), dated ? " on " : "", IX_SV_FMT(when));
}

/* ---- converting ---- */

static enum ix_code convert(const struct ix_cost_rates *rates, struct ix_cost_row *row,
                            struct ix_err *err) {
    if (ix_sv_eq(row->currency, rates->to)) {
        return IX_OK;
    }
    struct ix_cost_rate *rate = rate_of(rates, row->currency, row->begin_ms);
    if (!rate) {
        return no_rate(rates, row, err);
    }
    rate->used = true;
    row->currency = rates->to;
    return ix_cost_proportion(row->sum, rate->rate, unity, &row->sum)
               ? IX_OK
               : ix_err_set(err, IX_LIMIT, "a sum in %.*s does not fit", IX_SV_FMT(rates->to));
}

/* Null last, as answers are ordered. */
static int compare_values(const struct ix_sv *a, const struct ix_sv *b, size_t count) {
    int order = 0;
    for (size_t i = 0; order == 0 && i < count; i++) {
        order = a[i].data && b[i].data ? ix_sv_cmp(a[i], b[i]) : !a[i].data - !b[i].data;
    }
    return order;
}

struct ordered { /* a row, and what else its place depends on */
    struct ix_cost_row row;
    size_t value_count;
};

static int by_period_and_values(const void *a, const void *b) {
    const struct ordered *x = a;
    const struct ordered *y = b;
    int order = (x->row.begin_ms > y->row.begin_ms) - (x->row.begin_ms < y->row.begin_ms);
    return order != 0 ? order : compare_values(x->row.values, y->row.values, x->value_count);
}

static enum ix_code add_row(struct ix_cost_row *to, const struct ix_cost_row *row,
                            struct ix_err *err) {
    to->lines += row->lines;
    to->unknown += row->unknown;
    return ix_money_add(&to->sum, row->sum, err);
}

/* Rows that differed by their currency, or by days of one period, are one. */
static enum ix_code join(struct ordered *all, struct ix_cost_answer *answer,
                         struct ix_cost_row *rows, struct ix_err *err) {
    enum ix_code code = IX_OK;
    size_t kept = 0;
    qsort(all, answer->count, sizeof *all, by_period_and_values);
    for (size_t i = 0; code == IX_OK && i < answer->count; i++) {
        if (i > 0 && by_period_and_values(&all[i - 1], &all[i]) == 0) {
            code = add_row(&rows[kept - 1], &all[i].row, err);
        } else {
            rows[kept++] = all[i].row;
        }
    }
    answer->rows = rows;
    answer->count = answer->found = kept;
    return code;
}

enum ix_code ix_cost_rates_apply(const struct ix_cost_rates *rates,
                                 const struct ix_cost_question *question, struct ix_arena *arena,
                                 struct ix_cost_answer *answer, struct ix_err *err) {
    struct ordered *all = ix_arena_array(arena, answer->count + 1, sizeof *all);
    struct ix_cost_row *rows = ix_arena_array(arena, answer->count + 1, sizeof *rows);
    enum ix_code code = all && rows ? IX_OK : ix_err_nomem(err);
    for (size_t i = 0; code == IX_OK && i < answer->count; i++) {
        all[i] = (struct ordered){answer->rows[i], question->dimension_count};
        code = convert(rates, &all[i].row, err);
        all[i].row.begin_ms = ix_cost_grain_begin(question->grain, all[i].row.begin_ms);
    }
    return code == IX_OK ? join(all, answer, rows, err) : code;
}
