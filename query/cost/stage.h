/* The stage `cost` of the query language: what the resources before it cost, as rows of columns.
 *
 *   cost [METRIC] [CURRENCY] [by NAME, ...] [last D | since T [until T] | in PERIOD]
 *
 * A row is the exact sum of one calendar period, of each different combination of the dimensions
 * that the stage or those behind it name, and of one currency. Without a condition before it the
 * stage is about all lines of the bills, also those of no known resource. */
#ifndef IX_QUERY_COST_STAGE_H
#define IX_QUERY_COST_STAGE_H

#include "query/cost/name.h"

enum { IX_COST_STAGE_ROWS_MAX = 200000 };

struct ix_cost_rows {
    enum ix_cost_metric metric;
    struct ix_sv currency; /* in capitals; empty: all, each by itself */
    enum ix_cost_grain grain;
    struct ix_sv grain_name;
    int64_t from_ms, until_ms; /* IX_TIME_UNKNOWN: no bound */
    struct ix_cost_dimension dimensions[IX_COST_DIMENSIONS_MAX];
    struct ix_sv names[IX_COST_DIMENSIONS_MAX]; /* as they were written */
    size_t dimension_count;
    bool everything;             /* no condition stands before the stage */
    bool names_basis;            /* else of bills alone */
    size_t begin, end;           /* of the stage in the query */
    size_t stage;                /* how many stages stand before it */
    bool adds_up;                /* a stage adds its amounts up without telling currencies apart, */
    size_t adds_begin, adds_end; /* there */
    /* once read: a JSON array of arrays (period, dimensions, currency, amount, lines), each in the
     * order of the columns. NULL: not read */
    struct ix_sv document;
    struct ix_cost_ends partial; /* months that it reaches into */
};

/* The columns of such rows; `names` has room for IX_COST_DIMENSIONS_MAX + 4. */
size_t ix_cost_rows_columns(const struct ix_cost_rows *rows, struct ix_sv *names);
/* Which of them is the amount. */
size_t ix_cost_rows_amount(const struct ix_cost_rows *rows);

/* Adds the dimension, or the grain, once. IX_INVALID with a suggestion; IX_LIMIT. */
IX_MUST_CHECK enum ix_code ix_cost_rows_add(struct ix_cost_rows *rows, struct ix_sv name,
                                            struct ix_err *err);

/* `rids`: a select of the resources; unused when `everything`. IX_INVALID when several currencies
 * would be added up; IX_LIMIT when there are too many rows. */
IX_MUST_CHECK enum ix_code ix_cost_rows_read(struct ix_warehouse *warehouse,
                                             struct ix_cost_rows *rows, const struct ix_sql *rids,
                                             struct ix_arena *arena, struct ix_err *err);
/* "cost: effective cost from 2026-05-01 until before 2026-11-24, from bills" */
struct ix_sv ix_cost_rows_meaning(struct ix_arena *arena, const struct ix_cost_rows *rows);

#endif
