/* Days that cost something else than the weeks before them say.
 *
 * Each day is laid beside the baseline of the days before it (query/cost/baseline.h), without days
 * that stood out themselves. What stands out for a week is a new level, and the days before it no
 * longer count. */
#include "query/cost/series.h"

#include <math.h>
#include <stdlib.h>

#include "query/cost/baseline.h"

enum {
    SHIFT_DAYS = IX_BASELINE_WEEK, /* that stand out in a row are a new level */
    NEWEST_DAYS = 2,               /* of a bill may still grow: they are never too cheap */
    NAMED_MOST = 3,                /* resources of an anomaly that are named */
    LOOKED_MOST = 40,              /* anomalies whose resources are looked up */
};
static const double outside = 5;        /* spreads from what is expected */
static const double outside_share = .1; /* and of that so much at least */
static const double outside_least = 1;  /* and so many units of the currency */

struct anomaly {
    const struct ix_cost_series *series;
    size_t day, days;
    struct ix_money cost;
    double expected, low, high;
    double excess;  /* cost less expected */
    double spreads; /* of its oddest day */
    bool shift;
};

struct watching {
    struct ix_cost_making *m;
    struct ix_cost_series_set set;
    size_t first; /* day that is looked at; those before are history */
    struct anomaly *items;
    size_t count, capacity;
    size_t judged; /* days of series that a baseline was known for */
    bool *skip;
};

/* ---- one series ---- */

static struct anomaly *new_anomaly(struct watching *w) {
    if (w->count == w->capacity) {
        const size_t capacity = w->capacity ? 2 * w->capacity : 64;
        struct anomaly *items = ix_arena_array(w->m->arena, capacity, sizeof *items);
        if (!items) {
            return NULL;
        }
        if (w->count) {
            memcpy(items, w->items, w->count * sizeof *items);
        }
        w->items = items;
        w->capacity = capacity;
    }
    return &w->items[w->count++];
}

static bool stands_out(const struct watching *w, const struct ix_baseline *baseline, double value,
                       size_t day) {
    const double expected = ix_baseline_expected(baseline, 0);
    const double off = fabs(value - expected);
    bool may_grow = value < expected && day + NEWEST_DAYS >= w->set.days;
    return !may_grow && off > outside * baseline->spread && off > outside_share * fabs(expected) &&
           off >= outside_least;
}

static enum ix_code add_day(struct watching *w, struct anomaly *a,
                            const struct ix_baseline *baseline, size_t day) {
    const double expected = ix_baseline_expected(baseline, 0);
    const double off = a->series->values[day] - expected;
    a->days++;
    a->expected += expected;
    a->low += expected - outside * baseline->spread;
    a->high += expected + outside * baseline->spread;
    a->excess += off;
    a->spreads = fmax(a->spreads, fabs(off) / fmax(baseline->spread, 1e-9));
    return ix_money_add(&a->cost, a->series->sums[day], w->m->err);
}

/* Whether the day goes on with the anomaly of the day before, to the same side. */
static bool goes_on(const struct watching *w, const struct ix_cost_series *series, size_t day,
                    double off) {
    const struct anomaly *last = w->count ? &w->items[w->count - 1] : NULL;
    return last && last->series == series && last->day + last->days == day && !last->shift &&
           (last->excess > 0) == (off > 0);
}

static enum ix_code take_day(struct watching *w, const struct ix_cost_series *series,
                             const struct ix_baseline *baseline, size_t day, size_t *begin) {
    const double off = series->values[day] - ix_baseline_expected(baseline, 0);
    struct anomaly *anomaly;
    if (goes_on(w, series, day, off)) {
        anomaly = &w->items[w->count - 1];
    } else {
        anomaly = new_anomaly(w);
        if (!anomaly) {
            return ix_err_nomem(w->m->err);
        }
        *anomaly = (struct anomaly){.series = series, .day = day};
    }
    w->skip[day] = true;
    enum ix_code code = add_day(w, anomaly, baseline, day);
    if (anomaly->days == SHIFT_DAYS) {
        anomaly->shift = true;
        *begin = anomaly->day;
        memset(&w->skip[anomaly->day], 0, anomaly->days * sizeof *w->skip);
    }
    return code;
}

static enum ix_code watch_series(struct watching *w, const struct ix_cost_series *series) {
    enum ix_code code = IX_OK;
    size_t begin = 0;
    size_t kept = w->count;
    memset(w->skip, 0, w->set.days * sizeof *w->skip);
    while (begin < w->set.days && series->values[begin] == 0) {
        begin++; /* it was not there yet */
    }
    for (size_t day = begin; code == IX_OK && day < w->set.days; day++) {
        struct ix_baseline baseline;
        if (!ix_baseline_fit(series->values, w->skip, begin, day, &baseline)) {
            continue;
        }
        w->judged += day >= w->first;
        if (stands_out(w, &baseline, series->values[day], day)) {
            code = take_day(w, series, &baseline, day, &begin);
        }
    }
    for (size_t i = kept; i < w->count; i++) { /* those that end in the history are not asked for */
        if (w->items[i].day + w->items[i].days > w->first) {
            w->items[kept++] = w->items[i];
        }
    }
    w->count = kept;
    return code;
}

/* ---- rows ---- */

static int by_excess(const void *a, const void *b) {
    const struct anomaly *x = a;
    const struct anomaly *y = b;
    int currency = ix_sv_cmp(x->series->row->currency, y->series->row->currency);
    double more = fabs(y->excess) - fabs(x->excess);
    return currency   ? currency
           : more > 0 ? 1
           : more < 0 ? -1
                      : (x->day > y->day) - (x->day < y->day);
}

struct resource {
    struct ix_sv id;
    struct ix_money change;
};

static int by_change(const void *a, const void *b) {
    return ix_money_compare(((const struct resource *)a)->change,
                            ((const struct resource *)b)->change);
}

/* The resources of the series' lines in these days; only what has the series' values counts. */
static enum ix_code read_resources(struct watching *w, const struct anomaly *a, int64_t from_ms,
                                   struct ix_cost_answer *ret) {
    struct ix_cost_making *m = w->m;
    const struct ix_cost_dimension resource = {.kind = IX_COST_BY_COLUMN,
                                               .column = IX_FOCUS_ResourceId};
    const struct ix_cost_dimension currency = {.kind = IX_COST_BY_COLUMN,
                                               .column = IX_FOCUS_BillingCurrency};
    const size_t known = m->question.filter_count;
    struct ix_cost_filter filters[IX_COST_FILTERS_MAX + IX_COST_DIMENSIONS_MAX + 1];
    struct ix_cost_question question = m->question;
    memcpy(filters, m->filters, known * sizeof *filters);
    question.filter_count = known + !m->rates; /* converted, it is no longer that of the bill */
    filters[known] = (struct ix_cost_filter){
        .of = currency, .values = &a->series->row->currency, .value_count = 1};
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        filters[question.filter_count++] = (struct ix_cost_filter){
            .of = m->dimensions[i], .values = &a->series->row->values[i], .value_count = 1};
    }
    question.filters = filters;
    question.dimensions = &resource;
    question.dimension_count = 1;
    question.from_ms = from_ms;
    question.until_ms = from_ms + (int64_t)a->days * IX_DAY_MS;
    return ix_cost_making_ask(m, &question, ret);
}

/* Adds the sums, or takes them off. Both answers are in the order of the ids. */
static enum ix_code merge(struct watching *w, const struct ix_cost_answer *now,
                          const struct ix_cost_answer *before, struct resource *list,
                          size_t *ret_count) {
    enum ix_code code = IX_OK;
    size_t b = 0;
    size_t n = 0;
    *ret_count = 0;
    while (code == IX_OK && (b < before->count || n < now->count)) {
        struct ix_sv was = b < before->count ? before->rows[b].values[0] : (struct ix_sv){0};
        struct ix_sv is = n < now->count ? now->rows[n].values[0] : (struct ix_sv){0};
        int order = b == before->count      ? 1
                    : n == now->count       ? -1
                    : !was.data != !is.data ? (was.data ? -1 : 1)
                                            : ix_sv_cmp(was, is);
        struct resource *r = &list[(*ret_count)++];
        *r = (struct resource){.id = order <= 0 ? was : is};
        r->change = order >= 0 ? now->rows[n++].sum : (struct ix_money){0};
        code = order <= 0 ? ix_money_subtract(&r->change, before->rows[b++].sum, w->m->err) : IX_OK;
    }
    return code;
}

/* Whose cost rose (or fell, as the whole did) most since the same days of the week before. */
static enum ix_code add_resources(struct watching *w, const struct anomaly *a,
                                  struct ix_json *row) {
    struct ix_cost_making *m = w->m;
    const int64_t from = w->set.begin_ms + (int64_t)a->day * IX_DAY_MS;
    struct ix_json *nodes = ix_json_new_array(m->arena);
    struct ix_cost_answer now, before;
    size_t count = 0;
    size_t weeks = (a->days + IX_BASELINE_WEEK - 1) / IX_BASELINE_WEEK;
    if (read_resources(w, a, from, &now) != IX_OK ||
        read_resources(w, a, from - (int64_t)(weeks * IX_BASELINE_WEEK) * IX_DAY_MS, &before) !=
            IX_OK) {
        return m->err->code;
    }
    struct resource *list = ix_arena_array(m->arena, now.count + before.count + 1, sizeof *list);
    enum ix_code code = list ? merge(w, &now, &before, list, &count) : ix_err_nomem(m->err);
    if (code != IX_OK) {
        return code;
    }
    qsort(list, count, sizeof *list, by_change);
    for (size_t i = 0; i < count && i < NAMED_MOST; i++) {
        const struct resource *r = &list[a->excess > 0 ? count - 1 - i : i];
        const bool same_way = (r->change.nano < 0) != (a->excess > 0);
        if (!same_way || ix_money_is_zero(r->change)) {
            break;
        }
        struct ix_json *node = ix_json_new_object(m->arena);
        ix_cost_set(m, node, "resource", ix_cost_text_node(m, r->id));
        ix_cost_set(m, node, "change", ix_cost_money_node(m, r->change));
        ix_json_append(nodes, node);
    }
    ix_cost_set(m, row, "resources", nodes);
    ix_cost_set(m, row, "largest",
                ix_json_clone(m->arena, ix_json_get(ix_json_first(nodes), "resource")));
    return IX_OK;
}

/* How sure it is that chance alone does not do this, were the days around the baseline normal. */
static struct ix_json *confidence_node(struct ix_cost_making *m, double spreads) {
    const double most = 99.99;
    double percent = erf(spreads / sqrt(2)) * 100;
    return ix_json_new_string(m->arena, ix_arena_printf(m->arena, "%.2f", fmin(percent, most)));
}

static enum ix_code make_row(struct watching *w, const struct anomaly *a, bool look_up,
                             struct ix_json *rows) {
    struct ix_cost_making *m = w->m;
    struct ix_json *node = ix_json_new_object(m->arena);
    ix_cost_set(m, node, "day",
                ix_cost_date_node(m, w->set.begin_ms + (int64_t)a->day * IX_DAY_MS));
    ix_cost_set(m, node, "days", ix_json_new_int64(m->arena, (int64_t)a->days));
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        ix_json_set(m->arena, node, m->names[i], ix_cost_text_node(m, a->series->row->values[i]));
    }
    ix_cost_set(m, node, "currency", ix_cost_text_node(m, a->series->row->currency));
    ix_cost_set(m, node, "cost", ix_cost_money_node(m, a->cost));
    ix_cost_set(m, node, "expected", ix_cost_estimate_node(m, a->expected));
    ix_cost_set(m, node, "low", ix_cost_estimate_node(m, a->low));
    ix_cost_set(m, node, "high", ix_cost_estimate_node(m, a->high));
    ix_cost_set(m, node, "excess", ix_cost_estimate_node(m, a->excess));
    ix_cost_set(m, node, "confidence", confidence_node(m, a->spreads));
    ix_cost_set(m, node, "new_level", ix_json_new_bool(m->arena, a->shift));
    ix_json_append(rows, node);
    return look_up ? add_resources(w, a, node) : IX_OK;
}

static enum ix_code make_rows(struct watching *w, struct ix_cost_report *ret) {
    struct ix_cost_making *m = w->m;
    struct ix_cost_totals totals = {0};
    enum ix_code code = IX_OK;
    if (w->count > 0) {
        qsort(w->items, w->count, sizeof *w->items, by_excess);
    }
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; code == IX_OK && i < ix_cost_making_shown(m, w->count); i++) {
        code = make_row(w, &w->items[i], i < LOOKED_MOST, ret->rows);
    }
    ret->columns = ix_arena_printf(
        m->arena, "day,days,%.*s",
        IX_SV_FMT(ix_cost_row_columns(
            m, "currency,cost,expected,low,high,excess,confidence,largest", false)));
    code = code == IX_OK ? ix_cost_add_up(m, &w->set.answer, &totals) : code;
    if (code == IX_OK) {
        ret->meta = ix_cost_meta_node(m, &w->set.answer, ix_cost_totals_node(m, &totals), w->count);
        ix_cost_set(m, ret->meta, "series", ix_json_new_int64(m->arena, (int64_t)w->set.count));
        ix_cost_set(m, ret->meta, "series_days", ix_json_new_int64(m->arena, (int64_t)w->judged));
    }
    return code == IX_OK ? ix_arena_check(m->arena, m->err) : code;
}

/* With the weeks before its beginning, which is then `first`. */
static enum ix_code read_series(struct watching *w) {
    struct ix_cost_making *m = w->m;
    struct ix_cost_question question = m->question;
    const int64_t from = question.from_ms;
    if (from != IX_TIME_UNKNOWN) {
        question.from_ms -= (int64_t)(IX_BASELINE_WEEKS + 1) * IX_BASELINE_WEEK * IX_DAY_MS;
    }
    if (ix_cost_series_read(m, &question, &w->set) != IX_OK) {
        return m->err->code;
    }
    int64_t first = from == IX_TIME_UNKNOWN ? 0 : ix_cost_series_day(&w->set, from);
    w->first = first > 0 ? (size_t)first : 0;
    w->skip = ix_arena_array(m->arena, w->set.days + 1, sizeof *w->skip);
    return w->skip ? IX_OK : ix_err_nomem(m->err);
}

enum ix_code ix_cost_make_anomalies(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct watching w = {.m = m};
    if (ix_cost_making_read(m) != IX_OK) {
        return m->err->code;
    }
    if (m->question.grain != IX_COST_GRAIN_NONE) {
        return ix_err_set(m->err, IX_INVALID, "‘%.*s’: anomalies are looked for by day",
                          IX_SV_FMT(m->grain_name));
    }
    enum ix_code code = read_series(&w);
    for (size_t i = 0; code == IX_OK && i < w.set.count; i++) {
        code = watch_series(&w, &w.set.items[i]);
    }
    return code == IX_OK ? make_rows(&w, ret) : code;
}
