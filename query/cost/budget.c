/* What budgets have left, and whether they will hold. Each is about the period in which the last
 * day lies that any of its lines is of. */
#include "query/cost/budgets.h"

#include "query/cost/name.h"
#include "query/cost/outlook.h"

/* One budget's period. */
struct standing {
    const struct ix_cost_budget *budget;
    int64_t begin_ms, end_ms;
    struct ix_money spent;
    bool known; /* the forecast */
    double forecast;
    bool has_bounds;
    double low, high;
};

static bool is_broken(const struct standing *s) {
    return ix_money_compare(s->spent, s->budget->amount) > 0;
}

static bool will_break(const struct standing *s) {
    return s->known && s->forecast > ix_money_double(s->budget->amount);
}

static const char *state_of(const struct standing *s) {
    return is_broken(s) ? "broken" : !s->known ? "unknown" : will_break(s) ? "breaking" : "ok";
}

/* ---- the period ---- */

static int months_of(enum ix_cost_grain per) {
    return per == IX_COST_GRAIN_YEAR ? 12 : per == IX_COST_GRAIN_QUARTER ? 3 : 1;
}

static void set_period(struct standing *s, int64_t ms) {
    const int months = months_of(s->budget->per);
    struct ix_civil c = ix_time_to_civil(ms);
    c.month -= (c.month - 1) % months;
    s->begin_ms = ix_time_from_civil((struct ix_civil){.year = c.year, .month = c.month, .day = 1});
    s->end_ms = ix_time_add_months(s->begin_ms, months);
}

/* ---- what is spent, and what is to come ---- */

static const struct ix_cost_series *series_of(const struct ix_cost_outlook *outlook,
                                              struct ix_sv currency) {
    for (size_t i = 0; i < outlook->all.count; i++) {
        if (ix_sv_eq(outlook->all.items[i].row->currency, currency)) {
            return &outlook->all.items[i];
        }
    }
    return NULL;
}

/* What is spent, and the months to come up to the period's end. */
static enum ix_code look_ahead(const struct ix_cost_outlook *o, const struct ix_cost_series *series,
                               struct standing *s) {
    struct ix_cost_month months[IX_COST_OUTLOOK_MONTHS];
    struct ix_cost_making *m = o->m;
    const int64_t known_until = o->all.begin_ms + (int64_t)o->origin * IX_DAY_MS;
    if (ix_cost_series_sum(&o->all, series, ix_cost_series_day(&o->all, s->begin_ms),
                           ix_cost_series_day(&o->all, s->end_ms), &s->spent, m->err) != IX_OK ||
        ix_cost_outlook_months(o, series, months, IX_COST_OUTLOOK_MONTHS) != IX_OK) {
        return m->err->code;
    }
    s->forecast = s->low = s->high = ix_money_double(s->spent);
    s->known = s->has_bounds = true;
    for (size_t i = 0; known_until < s->end_ms && i < IX_COST_OUTLOOK_MONTHS; i++) {
        const struct ix_cost_month *month = &months[i];
        const double so_far = ix_money_double(month->so_far);
        if (month->begin_ms >= s->end_ms) {
            break;
        }
        s->known = s->known && month->known;
        s->has_bounds = s->has_bounds && month->has_bounds;
        s->forecast += month->total - so_far;
        s->low += month->low - so_far;
        s->high += month->high - so_far;
    }
    return IX_OK;
}

static enum ix_code stand(struct ix_cost_making *of, struct standing *s) {
    struct ix_cost_outlook outlook;
    enum ix_code code = ix_cost_making_read(of);
    code = code == IX_OK ? ix_cost_outlook_read(of, &of->question, &outlook) : code;
    const struct ix_cost_series *series =
        code == IX_OK ? series_of(&outlook, s->budget->currency) : NULL;
    if (series) {
        set_period(s, outlook.all.begin_ms + (int64_t)(outlook.all.days - 1) * IX_DAY_MS);
        code = look_ahead(&outlook, series, s);
    }
    ix_cost_making_done(of);
    return code;
}

/* Reads what the budget is about as if it were a report of its own. */
static enum ix_code read_standing(struct ix_cost_making *m, const struct ix_cost_budget *budget,
                                  struct standing *ret) {
    const struct ix_cost_request request = {
        .metric = ix_sv_empty(budget->metric) ? m->request->metric : budget->metric,
        .where = ix_arena_printf(m->arena, "%.*s,%.*s", IX_SV_FMT(m->request->where),
                                 IX_SV_FMT(budget->where)),
        .query = budget->query,
        .until = m->request->until,
        .rates = m->request->rates,
        .rates_name = m->request->rates_name,
        .now_ms = m->request->now_ms,
    };
    struct ix_cost_making *of = IX_NEW(m->arena, struct ix_cost_making);
    *ret = (struct standing){.budget = budget, .begin_ms = IX_TIME_UNKNOWN};
    if (!of) {
        return ix_err_nomem(m->err);
    }
    *of = (struct ix_cost_making){
        .warehouse = m->warehouse, .request = &request, .arena = m->arena, .err = m->err};
    return stand(of, ret) == IX_OK
               ? IX_OK
               : ix_err_wrap(m->err, "%.*s, line %lld: %.*s", IX_SV_FMT(m->request->text_name),
                             (long long)budget->line, IX_SV_FMT(budget->name));
}

/* ---- rows ---- */

static struct ix_json *estimate(struct ix_cost_making *m, bool known, double amount) {
    return known ? ix_cost_estimate_node(m, amount) : ix_json_new_null(m->arena);
}

static void add_row(struct ix_cost_making *m, const struct standing *s, struct ix_json *rows) {
    const struct ix_cost_budget *budget = s->budget;
    const bool any = s->begin_ms != IX_TIME_UNKNOWN;
    struct ix_json *node = ix_json_new_object(m->arena);
    struct ix_sv period =
        any ? ix_cost_period_text(m->arena, budget->per, s->begin_ms) : (struct ix_sv){0};
    ix_cost_set(m, node, "name", ix_json_new_string(m->arena, budget->name));
    ix_cost_set(m, node, "period", ix_cost_text_node(m, period));
    ix_cost_set(m, node, "currency", ix_json_new_string(m->arena, budget->currency));
    ix_cost_set(m, node, "budget", ix_cost_money_node(m, budget->amount));
    ix_cost_set(m, node, "spent",
                any ? ix_cost_money_node(m, s->spent) : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "used",
                any ? ix_cost_percent_node(m, s->spent, budget->amount)
                    : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "forecast", estimate(m, s->known, s->forecast));
    ix_cost_set(m, node, "low", estimate(m, s->has_bounds, s->low));
    ix_cost_set(m, node, "high", estimate(m, s->has_bounds, s->high));
    ix_cost_set(m, node, "state", ix_json_new_string(m->arena, ix_sv_cstr(state_of(s))));
    ix_json_append(rows, node);
}

enum ix_code ix_cost_make_budget(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct ix_cost_budgets budgets;
    struct ix_cost_answer nothing = {0};
    enum ix_code code = ix_cost_making_read(m);
    if (code == IX_OK && (m->question.dimension_count > 0 || !ix_sv_empty(m->grain_name))) {
        return ix_err_set(m->err, IX_INVALID, "each budget says what it is about; leave --by out");
    }
    code = code == IX_OK ? ix_cost_budgets_read(m->request->text, m->request->text_name, m->arena,
                                                &budgets, m->err)
                         : code;
    code =
        code == IX_OK ? ix_warehouse_generation(m->warehouse, &nothing.generation, m->err) : code;
    if (code != IX_OK) {
        return code;
    }
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; code == IX_OK && i < budgets.count; i++) {
        struct standing standing;
        code = read_standing(m, &budgets.items[i], &standing);
        if (code == IX_OK) {
            add_row(m, &standing, ret->rows);
            ret->failed = ret->failed || is_broken(&standing) || will_break(&standing);
        }
    }
    ret->columns = IX_SV("name,period,currency,budget,spent,used,forecast,low,high,state");
    ret->meta = ix_cost_meta_node(m, &nothing, ix_json_new_array(m->arena), budgets.count);
    return code == IX_OK ? ix_arena_check(m->arena, m->err) : code;
}
