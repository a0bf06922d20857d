/* Rows of the reports. Sums stay exact; only shares and percentages are doubles. */
#include "query/cost/making.h"
#include "query/cost/name.h"

/* ---- totals ---- */

struct ix_cost_total *ix_cost_total_of(const struct ix_cost_totals *totals, struct ix_sv currency) {
    for (size_t i = 0; i < totals->count; i++) {
        if (ix_sv_eq(totals->items[i].currency, currency)) {
            return &totals->items[i];
        }
    }
    return NULL;
}

enum ix_code ix_cost_add_up(struct ix_cost_making *m, const struct ix_cost_answer *answer,
                            struct ix_cost_totals *totals) {
    const struct ix_cost_row *rows = answer->totals ? answer->totals : answer->rows;
    size_t count = answer->totals ? answer->total_count : answer->count;
    totals->items = ix_arena_array(m->arena, count + 1, sizeof *totals->items);
    if (!totals->items) {
        return ix_err_nomem(m->err);
    }
    for (size_t i = 0; i < count; i++) {
        const struct ix_cost_row *row = &rows[i];
        struct ix_cost_total *total = ix_cost_total_of(totals, row->currency);
        if (!total) {
            total = &totals->items[totals->count++];
            *total = (struct ix_cost_total){.currency = row->currency};
        }
        total->lines += row->lines;
        total->unknown += row->unknown;
        if (ix_money_add(&total->sum, row->sum, m->err) != IX_OK) {
            return ix_err_wrap(m->err, "the total in %.*s", IX_SV_FMT(row->currency));
        }
    }
    return IX_OK;
}

/* ---- rows as JSON ---- */

size_t ix_cost_making_shown(const struct ix_cost_making *m, size_t count) {
    int64_t limit = m->request->limit;
    return limit > 0 && (size_t)limit < count ? (size_t)limit : count;
}

struct ix_json *ix_cost_text_node(struct ix_cost_making *m, struct ix_sv text) {
    return text.data ? ix_json_new_string(m->arena, text) : ix_json_new_null(m->arena);
}

struct ix_json *ix_cost_money_node(struct ix_cost_making *m, struct ix_money amount) {
    char text[IX_MONEY_TEXT_SIZE];
    return ix_json_new_string(m->arena, ix_money_format(amount, text));
}

struct ix_json *ix_cost_percent_node(struct ix_cost_making *m, struct ix_money part,
                                     struct ix_money whole) {
    if (ix_money_is_zero(whole)) {
        return ix_json_new_null(m->arena);
    }
    char text[IX_DECIMALS_SIZE];
    double percent = ix_money_double(part) / ix_money_double(whole) * 100;
    return ix_json_new_string(m->arena, ix_decimals(percent, 1, text));
}

void ix_cost_set(struct ix_cost_making *m, struct ix_json *row, const char *name,
                 struct ix_json *value) {
    ix_json_set(m->arena, row, ix_sv_cstr(name), value);
}

struct ix_json *ix_cost_row_node(struct ix_cost_making *m, const struct ix_cost_row *row,
                                 bool with_period) {
    struct ix_json *node = ix_json_new_object(m->arena);
    if (with_period && !ix_sv_empty(m->grain_name)) {
        ix_json_set(m->arena, node, m->grain_name,
                    ix_json_new_string(
                        m->arena, ix_cost_period_text(m->arena, m->question.grain, row->begin_ms)));
    }
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        ix_json_set(m->arena, node, m->names[i], ix_cost_text_node(m, row->values[i]));
    }
    ix_cost_set(m, node, "currency", ix_cost_text_node(m, row->currency));
    return node;
}

struct ix_json *ix_cost_totals_node(struct ix_cost_making *m, const struct ix_cost_totals *totals) {
    struct ix_json *array = ix_json_new_array(m->arena);
    for (size_t i = 0; i < totals->count; i++) {
        const struct ix_cost_total *total = &totals->items[i];
        struct ix_json *node = ix_json_new_object(m->arena);
        ix_cost_set(m, node, "currency", ix_cost_text_node(m, total->currency));
        ix_cost_set(m, node, "cost", ix_cost_money_node(m, total->sum));
        ix_cost_set(m, node, "lines", ix_json_new_int64(m->arena, total->lines));
        ix_cost_set(m, node, "unknown", ix_json_new_int64(m->arena, total->unknown));
        ix_json_append(array, node);
    }
    return array;
}

struct ix_json *ix_cost_time_node(struct ix_cost_making *m, int64_t ms) {
    char text[IX_TIME_TEXT_SIZE];
    return ms == IX_TIME_UNKNOWN ? ix_json_new_null(m->arena)
                                 : ix_json_new_string(m->arena, ix_time_format(ms, text));
}

static struct ix_json *dated_rate(struct ix_cost_making *m, const struct ix_cost_rate *rate) {
    struct ix_json *node = ix_json_new_object(m->arena);
    bool month = rate->end_ms != IX_TIME_UNKNOWN;
    enum ix_cost_grain grain = month ? IX_COST_GRAIN_MONTH : IX_COST_GRAIN_DAY;
    struct ix_sv when = ix_cost_period_text(m->arena, grain, rate->begin_ms);
    ix_cost_set(m, node, "from", ix_cost_text_node(m, rate->from));
    ix_cost_set(m, node, month ? "month" : "since", ix_cost_text_node(m, when));
    ix_cost_set(m, node, "rate", ix_cost_money_node(m, rate->rate));
    return node;
}

/* {"to": "USD", "rates": {"EUR": "1.0832"}}, and those that have a time as far as some sum took
 * them: "dated": [{"from": "EUR", "month": "2025-03", "rate": "1.09"}] */
struct ix_json *ix_cost_rates_node(struct ix_cost_making *m) {
    struct ix_json *node = ix_json_new_object(m->arena);
    struct ix_json *rates = ix_json_new_object(m->arena);
    struct ix_json *dated = ix_json_new_array(m->arena);
    for (size_t i = 0; i < m->rates->count; i++) {
        const struct ix_cost_rate *rate = &m->rates->items[i];
        if (rate->begin_ms == IX_TIME_UNKNOWN) {
            ix_json_set(m->arena, rates, rate->from, ix_cost_money_node(m, rate->rate));
        } else if (rate->used) {
            ix_json_append(dated, dated_rate(m, rate));
        }
    }
    ix_cost_set(m, node, "to", ix_cost_text_node(m, m->rates->to));
    ix_cost_set(m, node, "rates", rates);
    if (m->rates->by_day || m->rates->by_month) {
        ix_cost_set(m, node, "dated", dated);
    }
    return node;
}

static struct ix_json *partial_node(struct ix_cost_making *m) {
    struct ix_json *array = ix_json_new_array(m->arena);
    for (size_t i = 0; i < m->partial.count; i++) {
        struct ix_json *node = ix_json_new_object(m->arena);
        struct ix_sv month =
            ix_cost_period_text(m->arena, IX_COST_GRAIN_MONTH, m->partial.items[i].begin_ms);
        ix_cost_set(m, node, "month", ix_json_new_string(m->arena, month));
        ix_cost_set(m, node, "source", ix_cost_text_node(m, m->partial.items[i].source));
        ix_cost_set(m, node, "until", ix_cost_time_node(m, m->partial.items[i].until_ms));
        ix_json_append(array, node);
    }
    return array;
}

/* bill, estimate, or null where it may be both. */
static struct ix_json *basis_node(struct ix_cost_making *m) {
    struct ix_sv basis = m->bills_alone ? IX_SV("bill") : (struct ix_sv){0};
    for (size_t i = 0; i < m->question.filter_count; i++) {
        const struct ix_cost_filter *filter = &m->filters[i];
        if (filter->of.kind == IX_COST_BY_BASIS && filter->value_count == 1 && !filter->negate) {
            basis = filter->values[0];
        }
    }
    return ix_cost_text_node(m, basis);
}

struct ix_json *ix_cost_meta_node(struct ix_cost_making *m, const struct ix_cost_answer *answer,
                                  struct ix_json *totals, size_t rows) {
    struct ix_json *meta = ix_json_new_object(m->arena);
    ix_cost_set(m, meta, "metric",
                ix_json_new_string(m->arena, ix_sv_cstr(ix_cost_metric_name(m->question.metric))));
    ix_cost_set(m, meta, "basis", basis_node(m));
    ix_cost_set(m, meta, "from", ix_cost_time_node(m, m->question.from_ms));
    ix_cost_set(m, meta, "until", ix_cost_time_node(m, m->question.until_ms));
    if (m->rates) {
        ix_cost_set(m, meta, "converted", ix_cost_rates_node(m));
    }
    ix_cost_set(m, meta, "generation", ix_json_new_int64(m->arena, answer->generation));
    ix_cost_set(m, meta, "totals", totals);
    ix_cost_set(m, meta, "rows", ix_json_new_int64(m->arena, (int64_t)rows));
    ix_cost_set(m, meta, "partial", partial_node(m));
    ix_cost_set(m, meta, "rolled_up", ix_json_new_bool(m->arena, answer->rolled_up));
    return meta;
}

struct ix_sv ix_cost_row_columns(struct ix_cost_making *m, const char *last, bool with_period) {
    struct ix_sv names = with_period ? m->grain_name : (struct ix_sv){0};
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        if (ix_sv_eq(m->names[i], IX_SV("currency"))) {
            continue; /* every row has it anyway */
        }
        names = ix_arena_printf(m->arena, "%.*s%s%.*s", IX_SV_FMT(names),
                                ix_sv_empty(names) ? "" : ",", IX_SV_FMT(m->names[i]));
    }
    return ix_arena_printf(m->arena, "%.*s%s%s", IX_SV_FMT(names), ix_sv_empty(names) ? "" : ",",
                           last);
}
