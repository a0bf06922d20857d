/* Sums of each day, side by side, for reports that look at how cost goes on. Exact sums; what is
 * calculated from them is in doubles and said in two decimals. */
#ifndef IX_QUERY_COST_SERIES_H
#define IX_QUERY_COST_SERIES_H

#include "base/map.h"
#include "query/cost/making.h"

enum { IX_COST_SERIES_CELLS_MAX = 4000000 }; /* series times days */

struct ix_cost_series {
    const struct ix_cost_row *row; /* of its first day, for its values and its currency */
    struct ix_money *sums;         /* of each day; 0 where no line is */
    double *values;                /* the same */
    bool known;                    /* some line says the metric */
};

struct ix_cost_series_set {
    struct ix_cost_series *items; /* in the order of their first day, then values */
    size_t count;
    int64_t begin_ms; /* of the first day that any line is of */
    size_t days;      /* up to and with the last one */
    struct ix_cost_answer answer;
    struct ix_map by_values; /* number in `items` */
};

/* The question by day instead of its grain. IX_LIMIT when there are too many. */
IX_MUST_CHECK enum ix_code ix_cost_series_read(struct ix_cost_making *making,
                                               const struct ix_cost_question *question,
                                               struct ix_cost_series_set *ret_set);
/* The series of the same values and currency; *ret NULL: there is none. */
IX_MUST_CHECK enum ix_code ix_cost_series_like(const struct ix_cost_series_set *set,
                                               const struct ix_cost_row *row, size_t value_count,
                                               const struct ix_cost_series **ret_series,
                                               struct ix_err *err);
/* Days since the set begins; may be outside of it. */
int64_t ix_cost_series_day(const struct ix_cost_series_set *set, int64_t ms);

/* Two decimals, as text. */
struct ix_json *ix_cost_estimate_node(struct ix_cost_making *making, double amount);
/* "2025-03-04" */
struct ix_json *ix_cost_date_node(struct ix_cost_making *making, int64_t ms);

#endif
