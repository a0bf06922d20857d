#include "query/cost/outlook.h"

#include <math.h>
#include <stdlib.h>

#include "query/cost/baseline.h"

enum { USUAL_MONTHS = 3 }; /* that other charges are the median of */

static const double smallest = 0.01; /* forecast that an error can be a share of */

/* One series, its days in doubles. */
struct days {
    const struct ix_cost_series_set *set;
    const double *all;
    double *usage; /* the same days */
    size_t begin;  /* of the first that has any */
};

/* ---- months ---- */

static int64_t month_begin(int64_t ms) {
    struct ix_civil c = ix_time_to_civil(ms);
    return ix_time_from_civil((struct ix_civil){.year = c.year, .month = c.month, .day = 1});
}

static int64_t at_day(const struct ix_cost_series_set *set, size_t day) {
    return set->begin_ms + (int64_t)day * IX_DAY_MS;
}

static size_t day_within(int64_t day, size_t end) {
    return day < 0 ? 0 : (size_t)day < end ? (size_t)day : end;
}

static double sum_of(const double *values, size_t begin, size_t end) {
    double sum = 0;
    for (size_t i = begin; i < end; i++) {
        sum += values[i];
    }
    return sum;
}

static double others_of(const struct days *d, size_t begin, size_t end) {
    return sum_of(d->all, begin, end) - sum_of(d->usage, begin, end);
}

static int by_value(const void *a, const void *b) {
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* Of the last whole months before the month. */
static double usual_others(const struct days *d, int64_t month) {
    double values[USUAL_MONTHS];
    int count = 0;
    for (int back = 1; back <= USUAL_MONTHS; back++) {
        int64_t begin = ix_cost_series_day(d->set, ix_time_add_months(month, -back));
        int64_t end = ix_cost_series_day(d->set, ix_time_add_months(month, 1 - back));
        if (begin >= (int64_t)d->begin) {
            values[count++] = others_of(d, (size_t)begin, (size_t)end);
        }
    }
    qsort(values, (size_t)count, sizeof *values, by_value);
    return count == 0 ? 0 : count % 2 ? values[count / 2] : (values[0] + values[1]) / 2;
}

/* What of the usual is still to come when so much has. */
static double still_to_come(double usual, double so_far) {
    double rest = usual - so_far;
    return (usual > 0) == (rest > 0) ? rest : 0;
}

/* ---- one forecast ---- */

/* Of the months from that of `origin` on, with the days before it known. */
static bool forecast(const struct days *d, size_t origin, double *totals, size_t count) {
    struct ix_baseline baseline;
    if (origin <= d->begin || !ix_baseline_fit(d->usage, NULL, d->begin, origin, &baseline)) {
        return false;
    }
    ix_baseline_follow(&baseline, d->usage, d->begin, origin);
    const int64_t first = month_begin(at_day(d->set, origin));
    const double usual = usual_others(d, first);
    for (size_t i = 0; i < count; i++) {
        const int64_t month = ix_time_add_months(first, (int)i);
        const size_t begin = day_within(ix_cost_series_day(d->set, month), origin);
        const int64_t end = ix_cost_series_day(d->set, ix_time_add_months(month, 1));
        const int64_t rest = i == 0 ? (int64_t)origin : ix_cost_series_day(d->set, month);
        totals[i] =
            sum_of(d->all, begin, origin) + still_to_come(usual, others_of(d, begin, origin));
        for (int64_t day = rest; day < end; day++) {
            double expected = ix_baseline_expected(&baseline, (size_t)(day - (int64_t)origin));
            totals[i] += baseline.level < 0 ? expected : fmax(expected, 0);
        }
    }
    return true;
}

/* ---- how good it is ---- */

struct errors {
    size_t count;
    double sum, least, most;
};

static void add_error(struct errors *e, double error) {
    e->least = e->count ? fmin(e->least, error) : error;
    e->most = e->count ? fmax(e->most, error) : error;
    e->sum += fabs(error);
    e->count++;
}

/* As of the same day, so many months before `origin`. */
static void backtest(const struct days *d, size_t origin, int back, struct errors *errors,
                     size_t count) {
    double totals[IX_COST_OUTLOOK_MONTHS];
    const int64_t then = ix_time_add_months(at_day(d->set, origin), -back);
    const int64_t day = ix_cost_series_day(d->set, then);
    if (day <= 0 || !forecast(d, (size_t)day, totals, count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const int64_t month = ix_time_add_months(month_begin(then), (int)i);
        const int64_t begin = ix_cost_series_day(d->set, month);
        const int64_t end = ix_cost_series_day(d->set, ix_time_add_months(month, 1));
        if (begin >= (int64_t)d->begin && end <= (int64_t)origin && fabs(totals[i]) >= smallest) {
            add_error(&errors[i], sum_of(d->all, (size_t)begin, (size_t)end) / totals[i] - 1);
        }
    }
}

static void set_bounds(struct ix_cost_month *month, const struct errors *errors) {
    month->backtests = errors->count;
    month->error = errors->count ? errors->sum / (double)errors->count : 0;
    month->has_bounds = month->known && errors->count >= IX_COST_BACKTESTS_MIN;
    if (month->has_bounds) {
        double a = month->total * (1 + errors->least);
        double b = month->total * (1 + errors->most);
        month->low = fmin(a, b);
        month->high = fmax(a, b);
    }
}

/* ---- all of it ---- */

enum ix_code ix_cost_outlook_read(struct ix_cost_making *m, const struct ix_cost_question *question,
                                  struct ix_cost_outlook *ret) {
    static const struct ix_sv usage = {"Usage", 5};
    struct ix_cost_filter filters[IX_COST_FILTERS_MAX];
    struct ix_cost_question of_usage = *question;
    *ret = (struct ix_cost_outlook){.m = m, .value_count = question->dimension_count};
    if (question->filter_count == IX_COST_FILTERS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "more than %d conditions", IX_COST_FILTERS_MAX - 1);
    }
    for (size_t i = 0; i < question->filter_count; i++) {
        filters[i] = question->filters[i];
    }
    filters[of_usage.filter_count++] = (struct ix_cost_filter){
        .of = {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ChargeCategory},
        .values = &usage,
        .value_count = 1};
    of_usage.filters = filters;
    enum ix_code code = ix_cost_series_read(m, question, &ret->all);
    code = code == IX_OK ? ix_cost_series_read(m, &of_usage, &ret->usage) : code;
    ret->origin = ret->all.days;
    return code;
}

/* The usage of the series on the days of `all`. */
static enum ix_code read_days(const struct ix_cost_outlook *o, const struct ix_cost_series *series,
                              struct days *ret) {
    const struct ix_cost_series *used = NULL;
    const int64_t shift =
        o->usage.days ? ix_cost_series_day(&o->all, o->usage.begin_ms) : 0; /* never before */
    *ret = (struct days){.set = &o->all, .all = series->values};
    ret->usage = ix_arena_array(o->m->arena, o->all.days + 1, sizeof *ret->usage);
    if (!ret->usage) {
        return ix_err_nomem(o->m->err);
    }
    if (ix_cost_series_like(&o->usage, series->row, o->value_count, &used, o->m->err) != IX_OK) {
        return o->m->err->code;
    }
    for (size_t i = 0; used && i < o->usage.days; i++) {
        ret->usage[(size_t)shift + i] = used->values[i];
    }
    while (ret->begin < o->all.days && series->values[ret->begin] == 0) {
        ret->begin++;
    }
    return IX_OK;
}

enum ix_code ix_cost_outlook_months(const struct ix_cost_outlook *o,
                                    const struct ix_cost_series *series,
                                    struct ix_cost_month *months, size_t count) {
    struct days days;
    double totals[IX_COST_OUTLOOK_MONTHS] = {0};
    struct errors errors[IX_COST_OUTLOOK_MONTHS] = {0};
    if (read_days(o, series, &days) != IX_OK) {
        return o->m->err->code;
    }
    const int64_t first = month_begin(at_day(&o->all, o->origin));
    const bool known = series->known && forecast(&days, o->origin, totals, count);
    for (int back = 1; known && back <= IX_COST_BACKTESTS; back++) {
        backtest(&days, o->origin, back, errors, count);
    }
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        const int64_t begin = ix_time_add_months(first, (int)i);
        months[i] = (struct ix_cost_month){.begin_ms = begin, .known = known, .total = totals[i]};
        set_bounds(&months[i], &errors[i]);
        code = ix_cost_series_sum(&o->all, series, ix_cost_series_day(&o->all, begin),
                                  (int64_t)o->origin, &months[i].so_far, o->m->err);
    }
    return code;
}

/* How many months `later` is after `month`; below 0 when it is before. */
static int months_between(int64_t month, int64_t later) {
    struct ix_civil a = ix_time_to_civil(month);
    struct ix_civil b = ix_time_to_civil(later);
    return (b.year - a.year) * 12 + b.month - a.month;
}

enum ix_code ix_cost_outlook_total(const struct ix_cost_outlook *o,
                                   const struct ix_cost_series *series, int64_t month_ms,
                                   bool *ret_known, double *ret_total) {
    struct days days;
    double totals[IX_COST_OUTLOOK_MONTHS] = {0};
    *ret_known = false;
    if (!series->known) {
        return IX_OK;
    }
    if (read_days(o, series, &days) != IX_OK) {
        return o->m->err->code;
    }
    const int at = months_between(month_begin(at_day(&o->all, o->origin)), month_ms);
    if (at < 0) { /* all its days are known */
        const int64_t end = ix_cost_series_day(&o->all, ix_time_add_months(month_ms, 1));
        *ret_total = sum_of(days.all, day_within(ix_cost_series_day(&o->all, month_ms), o->origin),
                            day_within(end, o->origin));
        *ret_known = true;
    } else if (at < IX_COST_OUTLOOK_MONTHS) {
        *ret_known = forecast(&days, o->origin, totals, (size_t)at + 1);
        *ret_total = totals[at];
    }
    return IX_OK;
}

enum ix_code ix_cost_series_sum(const struct ix_cost_series_set *set,
                                const struct ix_cost_series *series, int64_t begin, int64_t end,
                                struct ix_money *ret, struct ix_err *err) {
    enum ix_code code = IX_OK;
    *ret = (struct ix_money){0};
    for (size_t i = day_within(begin, set->days); code == IX_OK && i < day_within(end, set->days);
         i++) {
        code = ix_money_add(ret, series->sums[i], err);
    }
    return code;
}
