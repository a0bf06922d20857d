/* What months to come will cost, and how far such forecasts were off before.
 *
 * Usage goes on as its baseline says (query/cost/baseline.h), day by day. All other charges
 * (purchases, taxes, credits) are of months: what is usual is the median of the last three. The
 * same is done as of the same day of each of the last twelve months; what came of those months is
 * how good it is. Bounds are the smallest and the largest of those errors: of n of them, the next
 * one is between with probability (n - 1) / (n + 1) if they are exchangeable (conformal prediction:
 * Vovk, Gammerman and Shafer 2005).
 */
#ifndef IX_QUERY_COST_OUTLOOK_H
#define IX_QUERY_COST_OUTLOOK_H

#include "query/cost/series.h"

enum {
    IX_COST_OUTLOOK_MONTHS = 13, /* that can be asked for: this one and a year */
    IX_COST_BACKTESTS = 12,
    IX_COST_BACKTESTS_MIN = 3, /* for bounds */
};

struct ix_cost_month {
    int64_t begin_ms;
    struct ix_money so_far; /* exact, of the days that are known */
    bool known;             /* else there are too few days, or no line says the metric */
    double total;
    size_t backtests;
    double error;     /* mean of the absolute errors, as a share; of backtests > 0 */
    bool has_bounds;  /* backtests >= IX_COST_BACKTESTS_MIN */
    double low, high; /* of the total */
};

struct ix_cost_outlook {
    struct ix_cost_making *m;
    struct ix_cost_series_set all, usage;
    size_t value_count;
    size_t origin; /* the first day of `all` that is not known */
};

IX_MUST_CHECK enum ix_code ix_cost_outlook_read(struct ix_cost_making *making,
                                                const struct ix_cost_question *question,
                                                struct ix_cost_outlook *ret_outlook);
/* The month of the first day that is not known, and those after it. */
IX_MUST_CHECK enum ix_code ix_cost_outlook_months(const struct ix_cost_outlook *outlook,
                                                  const struct ix_cost_series *series,
                                                  struct ix_cost_month *ret_months, size_t count);
/* Of one month alone, without looking at how good such forecasts were. Unknown with too few days,
 * or more than a year ahead. */
IX_MUST_CHECK enum ix_code ix_cost_outlook_total(const struct ix_cost_outlook *outlook,
                                                 const struct ix_cost_series *series,
                                                 int64_t month_ms, bool *ret_known,
                                                 double *ret_total);
/* Exact, of the days of `all` from one day to before another. */
IX_MUST_CHECK enum ix_code ix_cost_series_sum(const struct ix_cost_series_set *set,
                                              const struct ix_cost_series *series, int64_t begin,
                                              int64_t end, struct ix_money *ret_sum,
                                              struct ix_err *err);

#endif
