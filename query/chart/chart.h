/* A chart's numbers, taken from rows that any answer may have.
 *
 * Of the columns before the numbers, the first that is named after a calendar period (day, week,
 * month, quarter, year) is the axis of time, the column `currency` keeps what must not be added
 * apart (a chart for each), the value is one column of numbers, and the others together name a
 * series. Numbers stay exact; only who draws turns them into lengths. A period without a row stands
 * in the chart as unknown, not as 0.
 */
#ifndef IX_QUERY_CHART_CHART_H
#define IX_QUERY_CHART_CHART_H

#include "base/json.h"
#include "base/money.h"

enum {
    IX_CHART_ROWS_MAX = 100000,
    IX_CHART_PERIODS_MAX = 1000,
    IX_CHART_CELLS_MAX = 1 << 21, /* series and periods, before the small ones are put together */
    IX_CHART_UNITS_MAX = 20,
    IX_CHART_SERIES_OVER_TIME = 9, /* the largest; the others are one more */
    IX_CHART_SERIES_MAX = 30,      /* where there is no time */
};

struct ix_chart_cell {
    struct ix_money sum;
    bool known;
};

struct ix_chart_series {
    struct ix_sv name;           /* "others (12)" of what has no place of its own */
    struct ix_chart_cell *cells; /* one for each period */
    struct ix_chart_cell total;
};

struct ix_chart {
    struct ix_sv unit;     /* the currency; empty: a count, or not said */
    struct ix_sv *periods; /* in their order, none left out; one without text: there is no time */
    size_t period_count;
    struct ix_chart_series *series; /* the largest totals first, whichever their sign */
    size_t series_count;
};

struct ix_charts {
    struct ix_chart *items; /* in the arena */
    size_t count;
    struct ix_sv value; /* the column that is drawn */
    bool has_time;
    bool money; /* drawn as amounts, else as numbers */
};

/* `columns`: of the rows, separated by commas, up to the numbers. `amounts`: which of them are
 * money, what is drawn first; empty: the last column is drawn, as a number. IX_INVALID says what is
 * missing to draw them; IX_LIMIT when there is too much. */
IX_MUST_CHECK enum ix_code ix_charts_make(struct ix_arena *arena, struct ix_sv columns,
                                          struct ix_sv amounts, const struct ix_json *rows,
                                          struct ix_charts *ret_charts, struct ix_err *err);

/* A number of the charts as people read it, in the arena. */
struct ix_sv ix_chart_label(const struct ix_charts *charts, struct ix_arena *arena,
                            struct ix_chart_cell cell);

#endif
