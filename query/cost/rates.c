#include "query/cost/rates.h"

#include "base/csv.h"
#include "query/cost/split.h"

enum { CELLS = 3, CURRENCY_SIZE = 3 };

static const struct ix_money unity = {.nano = 1000000000};

static enum ix_code fail(struct ix_sv name, int64_t line, const char *what, struct ix_err *err) {
    return ix_err_set(err, IX_INVALID, "%.*s, line %lld: %s", IX_SV_FMT(name), (long long)line,
                      what);
}

static const struct ix_cost_rate *rate_of(const struct ix_cost_rates *rates,
                                          struct ix_sv currency) {
    for (size_t i = 0; i < rates->count; i++) {
        if (ix_sv_eq(rates->items[i].from, currency)) {
            return &rates->items[i];
        }
    }
    return NULL;
}

/* ---- reading ---- */

static enum ix_code add_rate(struct ix_cost_rates *rates, const struct ix_csv_row *row,
                             struct ix_sv name, struct ix_arena *arena, struct ix_err *err) {
    struct ix_sv from = ix_sv_trim(row->cells[0]);
    struct ix_sv to = ix_sv_trim(row->cells[1]);
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
    if (rate_of(rates, from) || rates->count == IX_COST_RATES_MAX) {
        return fail(name, row->line, "this currency is there twice, or there are more than 200",
                    err);
    }
    rates->to = rates->count > 0 ? rates->to : ix_arena_copy(arena, to);
    rate.from = ix_arena_copy(arena, from);
    rates->items[rates->count++] = rate;
    return IX_OK;
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
        if (row.count != CELLS) {
            return fail(name, row.line, "expected from, to and rate, as in EUR,USD,1.0832", err);
        }
        code = first && is_heading(&row) ? IX_OK : add_rate(rates, &row, name, arena, err);
        code = code == IX_OK ? ix_csv_next(csv, &row, &more, err) : code;
    }
    return code == IX_OK && rates->count == 0 ? fail(name, 1, "there is no rate", err) : code;
}

enum ix_code ix_cost_rates_read(struct ix_sv text, struct ix_sv name, struct ix_arena *arena,
                                struct ix_cost_rates *ret, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_csv *csv = NULL;
    *ret = (struct ix_cost_rates){0};
    enum ix_code code = ix_stream_open_memory(text, &stream, err);
    code = code == IX_OK ? ix_csv_new(stream, &csv, err) : code;
    code = code == IX_OK ? read_rows(csv, name, arena, ret, err) : code;
    ix_csv_free(csv);
    ix_stream_close(stream);
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

/* ---- converting ---- */

static bool same_values(const struct ix_cost_row *a, const struct ix_cost_row *b, size_t count) {
    bool same = a->begin_ms == b->begin_ms;
    for (size_t i = 0; same && i < count; i++) {
        same = !a->values[i].data == !b->values[i].data && ix_sv_eq(a->values[i], b->values[i]);
    }
    return same;
}

static enum ix_code convert(const struct ix_cost_rates *rates, struct ix_cost_row *row,
                            struct ix_err *err) {
    const struct ix_cost_rate *rate = rate_of(rates, row->currency);
    if (ix_sv_eq(row->currency, rates->to)) {
        return IX_OK;
    }
    if (!rate) {
        return ix_err_set(err, IX_INVALID, "there is no rate from %.*s to %.*s",
                          IX_SV_FMT(ix_sv_empty(row->currency) ? IX_SV("costs without a currency")
                                                               : row->currency),
                          IX_SV_FMT(rates->to));
    }
    row->currency = rates->to;
    return ix_cost_proportion(row->sum, rate->rate, unity, &row->sum)
               ? IX_OK
               : ix_err_set(err, IX_LIMIT, "a sum in %.*s does not fit", IX_SV_FMT(rates->to));
}

/* Rows of the same values are neighbours: they differ by their currency alone. */
enum ix_code ix_cost_rates_apply(const struct ix_cost_rates *rates, size_t dimension_count,
                                 struct ix_arena *arena, struct ix_cost_answer *answer,
                                 struct ix_err *err) {
    struct ix_cost_row *rows = ix_arena_array(arena, answer->count + 1, sizeof *rows);
    enum ix_code code = rows ? IX_OK : ix_err_nomem(err);
    size_t kept = 0;
    for (size_t i = 0; code == IX_OK && i < answer->count; i++) {
        struct ix_cost_row row = answer->rows[i];
        code = convert(rates, &row, err);
        if (code == IX_OK && kept > 0 && same_values(&rows[kept - 1], &row, dimension_count)) {
            rows[kept - 1].lines += row.lines;
            rows[kept - 1].unknown += row.unknown;
            code = ix_money_add(&rows[kept - 1].sum, row.sum, err);
        } else if (code == IX_OK) {
            rows[kept++] = row;
        }
    }
    answer->rows = rows;
    answer->count = kept;
    return code;
}
