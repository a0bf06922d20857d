/* Reports of cost: sums by dimensions, and what changed between two spans of time. Rows are JSON
 * objects whose amounts are exact decimal texts; every currency stands by itself. */
#ifndef IX_QUERY_COST_REPORT_H
#define IX_QUERY_COST_REPORT_H

#include "base/json.h"
#include "indexer/warehouse/cost.h"

enum ix_cost_order { IX_COST_BY_VALUES, IX_COST_LARGEST_FIRST };

struct ix_cost_request {
    struct ix_sv metric; /* billed, effective, list, contracted */
    struct ix_sv by;     /* names of ix_cost_name_find, separated by commas; at most one grain */
    /* "service=AmazonEC2,region!=us-east-1|us-west-2,tag.team=": all must hold; a | b is one of
     * them, no text is a line without that value */
    struct ix_sv where;
    struct ix_sv from,
        until;       /* times of the query language; empty: no bound. until is not within */
    struct ix_sv in; /* a calendar period or day, in the place of both */
    enum ix_cost_order order;
    int64_t limit; /* rows, the largest of them when ordered so; 0: all */
    int64_t now_ms;
};

struct ix_cost_report {
    struct ix_sv columns; /* names of the rows' members, separated by commas */
    struct ix_json *rows; /* an array */
    /* metric, basis (bill; null: the request names it itself), from, until, generation, totals
     * [{currency, cost, lines, unknown}], rows (of all, also those beyond the limit), rolled_up */
    struct ix_json *meta;
};

/* Members: the dimensions by their names, currency, cost (null when the bill says it of no line),
 * share (percent of its currency's total), lines, unknown (lines of which the bill does not say
 * it). */
IX_MUST_CHECK enum ix_code ix_cost_report(struct ix_warehouse *warehouse,
                                          const struct ix_cost_request *request,
                                          struct ix_arena *arena, struct ix_cost_report *ret_report,
                                          struct ix_err *err);
/* The span of the request beside the one of equal length before it (a calendar month beside the
 * month before): members are the dimensions, currency, before, now, change, percent. Largest change
 * first. */
IX_MUST_CHECK enum ix_code ix_cost_movers(struct ix_warehouse *warehouse,
                                          const struct ix_cost_request *request,
                                          struct ix_arena *arena, struct ix_cost_report *ret_report,
                                          struct ix_err *err);

#endif
