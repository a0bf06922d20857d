/* The cost fields of the query language: what a resource costs in a span of time.
 *
 *   cost.WINDOW, cost.METRIC.WINDOW, cost.CURRENCY.WINDOW, cost.METRIC.CURRENCY.WINDOW
 *
 *   day       yesterday                        mtd       this month, up to now
 *   30d       the 30 days before today         month     the last full month
 *   prev      the full month before that       change    month beside prev, in percent
 *   forecast  this month to its end (query/cost/outlook.h), in two decimals
 *   estimate  month, as an estimate says it and no bill
 *   basis     bill, estimate or both, whenever it was: what names the resource
 *
 * Calendar days and months in UTC. The metric is effective unless the name says otherwise. Sums are
 * exact; a resource has one for each currency. One that no line names has none: unknown, not 0.
 */
#ifndef IX_QUERY_COST_FIELD_H
#define IX_QUERY_COST_FIELD_H

#include "indexer/warehouse/cost.h"

struct ix_cost_value {
    int64_t rid;
    struct ix_sv currency;
    struct ix_money sum;
    double percent;    /* of a change */
    struct ix_sv text; /* of a basis */
};

struct ix_cost_field {
    struct ix_sv name; /* as written */
    enum ix_cost_metric metric;
    struct ix_sv currency; /* in capitals; empty: all, each by itself */
    bool estimate, is_change, is_forecast, is_basis;
    int64_t from_ms, until_ms;
    int64_t month_ms;  /* of a forecast: what it is of; the span is what it is made from */
    int64_t known_ms;  /* of one that was read: the day from which on nothing is known */
    int64_t before_ms; /* of a change: what it is beside begins here, and ends at from_ms */
    /* once read, in the arena: by rid, then currency. NULL: not read */
    struct ix_cost_value *values;
    size_t count;
    bool several; /* currencies; else `of` is the one, where there is any */
    struct ix_sv of;
};

/* billed, effective (or amortized), list, contracted: in any case. */
bool ix_cost_metric_find(struct ix_sv word, enum ix_cost_metric *ret_metric);
/* Three letters, where there is no currency yet; capitals in the arena. */
bool ix_cost_currency_find(struct ix_arena *arena, struct ix_sv word, struct ix_sv *ret_currency);

/* The windows, separated by spaces, for suggestions. */
extern const char ix_cost_field_windows[];

/* IX_INVALID with a suggestion. The name stays borrowed; the currency is in the arena. */
IX_MUST_CHECK enum ix_code ix_cost_field_parse(struct ix_arena *arena, struct ix_sv name,
                                               int64_t now_ms, struct ix_cost_field *ret_field,
                                               struct ix_err *err);
/* Of one that was read:
 * "cost.month: effective cost from 2026-10-01 until before 2026-11-01, from bills; EUR" */
struct ix_sv ix_cost_field_meaning(struct ix_arena *arena, const struct ix_cost_field *field);

IX_MUST_CHECK enum ix_code ix_cost_field_read(struct ix_warehouse *warehouse,
                                              struct ix_cost_field *field, struct ix_arena *arena,
                                              struct ix_err *err);
/* The resource's values; *ret_count 0: none. */
const struct ix_cost_value *ix_cost_field_of(const struct ix_cost_field *field, int64_t rid,
                                             size_t *ret_count);

#endif
