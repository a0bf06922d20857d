/* What this month and the next three will cost (query/cost/outlook.h). */
#include "query/cost/name.h"
#include "query/cost/outlook.h"

enum { MONTHS = 4 };

static struct ix_json *estimate(struct ix_cost_making *m, bool known, double amount) {
    return known ? ix_cost_estimate_node(m, amount) : ix_json_new_null(m->arena);
}

static struct ix_json *percent(struct ix_cost_making *m, bool known, double share) {
    char text[IX_DECIMALS_SIZE];
    return known ? ix_json_new_string(m->arena, ix_decimals(share * 100, 1, text))
                 : ix_json_new_null(m->arena);
}

static void add_row(struct ix_cost_making *m, const struct ix_cost_series *series,
                    const struct ix_cost_month *month, struct ix_json *rows) {
    struct ix_json *node = ix_json_new_object(m->arena);
    const double n = (double)month->backtests;
    struct ix_sv name = ix_cost_period_text(m->arena, IX_COST_GRAIN_MONTH, month->begin_ms);
    ix_cost_set(m, node, "month", ix_json_new_string(m->arena, name));
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        ix_json_set(m->arena, node, m->names[i], ix_cost_text_node(m, series->row->values[i]));
    }
    ix_cost_set(m, node, "currency", ix_cost_text_node(m, series->row->currency));
    ix_cost_set(m, node, "so_far",
                series->known ? ix_cost_money_node(m, month->so_far) : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "forecast", estimate(m, month->known, month->total));
    ix_cost_set(m, node, "low", estimate(m, month->has_bounds, month->low));
    ix_cost_set(m, node, "high", estimate(m, month->has_bounds, month->high));
    ix_cost_set(m, node, "confidence", percent(m, month->has_bounds, (n - 1) / (n + 1)));
    ix_cost_set(m, node, "error", percent(m, month->backtests > 0, month->error));
    ix_cost_set(m, node, "backtests", ix_json_new_int64(m->arena, (int64_t)month->backtests));
    ix_json_append(rows, node);
}

static enum ix_code make_rows(struct ix_cost_making *m, const struct ix_cost_outlook *o,
                              struct ix_json *rows, size_t *ret_count) {
    enum ix_code code = IX_OK;
    *ret_count = 0;
    for (size_t i = 0; code == IX_OK && i < o->all.count; i++) {
        struct ix_cost_month months[MONTHS];
        code = ix_cost_outlook_months(o, &o->all.items[i], months, MONTHS);
        for (size_t k = 0; code == IX_OK && k < MONTHS; k++) {
            ++*ret_count;
            if (ix_cost_making_shown(m, *ret_count) == *ret_count) {
                add_row(m, &o->all.items[i], &months[k], rows);
            }
        }
    }
    return code;
}

enum ix_code ix_cost_make_forecast(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct ix_cost_outlook outlook;
    struct ix_cost_totals totals = {0};
    size_t count = 0;
    if (ix_cost_making_read(m) != IX_OK) {
        return m->err->code;
    }
    if (m->question.grain != IX_COST_GRAIN_NONE) {
        return ix_err_set(m->err, IX_INVALID, "‘%.*s’: a forecast is of months anyway",
                          IX_SV_FMT(m->grain_name));
    }
    ret->rows = ix_json_new_array(m->arena);
    if (ix_cost_outlook_read(m, &m->question, &outlook) != IX_OK ||
        make_rows(m, &outlook, ret->rows, &count) != IX_OK ||
        ix_cost_add_up(m, &outlook.all.answer, &totals) != IX_OK) {
        return m->err->code;
    }
    ret->columns = ix_arena_printf(
        m->arena, "month,%.*s",
        IX_SV_FMT(ix_cost_row_columns(
            m, "currency,so_far,forecast,low,high,confidence,error,backtests", false)));
    ret->meta = ix_cost_meta_node(m, &outlook.all.answer, ix_cost_totals_node(m, &totals), count);
    ix_cost_set(m, ret->meta, "known_until",
                ix_cost_time_node(m, outlook.all.days ? outlook.all.begin_ms +
                                                            (int64_t)outlook.origin * IX_DAY_MS
                                                      : IX_TIME_UNKNOWN));
    return ix_arena_check(m->arena, m->err);
}
