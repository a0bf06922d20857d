/* One report while it is made: what every report reads from a request, and how its rows are
 * written. For the reports of this folder alone. Whatever is made is in the arena; errors of memory
 * show when the report checks it. */
#ifndef IX_QUERY_COST_MAKING_H
#define IX_QUERY_COST_MAKING_H

#include "query/cost/cost.h"
#include "query/cost/rates.h"

struct ix_cost_making {
    struct ix_warehouse *warehouse;
    const struct ix_cost_verb *verb;
    const struct ix_cost_request *request; /* what it left out is filled in */
    struct ix_arena *arena;
    struct ix_err *err;
    struct ix_cost_question question;
    struct ix_cost_dimension dimensions[IX_COST_DIMENSIONS_MAX];
    struct ix_sv names[IX_COST_DIMENSIONS_MAX]; /* of the dimensions, as they were asked for */
    struct ix_sv grain_name;                    /* empty: no period of time among them */
    struct ix_cost_filter filters[IX_COST_FILTERS_MAX];
    bool bills_alone;             /* the request names no basis */
    struct ix_cost_rates *rates;  /* NULL: every currency by itself */
    struct ix_cost_ends partial;  /* months that the span reaches into */
    struct ix_lowered *resources; /* that the request's query finds; ix_cost_making_done ends it */
};

/* The reports of this folder, for verbs.c. */
ix_cost_make ix_cost_make_report, ix_cost_make_movers, ix_cost_make_periods, ix_cost_make_changes,
    ix_cost_make_untagged, ix_cost_make_show, ix_cost_make_tree, ix_cost_make_allocate,
    ix_cost_make_unit, ix_cost_make_explain, ix_cost_make_commitments, ix_cost_make_anomalies,
    ix_cost_make_forecast, ix_cost_make_budget;

/* What the warehouse says, in the currency of the request's rates if it has any. */
IX_MUST_CHECK enum ix_code ix_cost_making_ask(struct ix_cost_making *making,
                                              const struct ix_cost_question *question,
                                              struct ix_cost_answer *ret_answer);
/* Fills in the question from the request; whoever made the making ends it. */
IX_MUST_CHECK enum ix_code ix_cost_making_read(struct ix_cost_making *making);
void ix_cost_making_done(struct ix_cost_making *making);
/* Only lines with (or without) one of the values count. IX_LIMIT. */
IX_MUST_CHECK enum ix_code ix_cost_making_filter(struct ix_cost_making *making,
                                                 const struct ix_cost_filter *filter);
/* IX_INVALID unless the question has a beginning and an end; `example` says how to give them. */
IX_MUST_CHECK enum ix_code ix_cost_making_need_span(struct ix_cost_making *making,
                                                    const char *example);
/* What the question's span, which has both ends, is compared with: what the request says, or as
 * long a span right before it. */
IX_MUST_CHECK enum ix_code ix_cost_making_versus(struct ix_cost_making *making, int64_t *ret_from,
                                                 int64_t *ret_until);

/* How many of `count` rows the report shows. */
size_t ix_cost_making_shown(const struct ix_cost_making *making, size_t count);

struct ix_cost_total {
    struct ix_sv currency;
    struct ix_money sum;
    int64_t lines, unknown;
};

struct ix_cost_totals {
    struct ix_cost_total *items; /* one a currency, in the order they were met */
    size_t count;
};

IX_MUST_CHECK enum ix_code ix_cost_add_up(struct ix_cost_making *making,
                                          const struct ix_cost_answer *answer,
                                          struct ix_cost_totals *ret_totals);
/* NULL: there is none. */
struct ix_cost_total *ix_cost_total_of(const struct ix_cost_totals *totals, struct ix_sv currency);

/* The report that the question's sums are, each with its share of the total of its currency in
 * `whole`; NULL: of what is in the report. */
IX_MUST_CHECK enum ix_code ix_cost_making_sums(struct ix_cost_making *making,
                                               const struct ix_cost_totals *whole,
                                               struct ix_cost_report *ret_report);

/* ---- rows as JSON ---- */

struct ix_json *ix_cost_text_node(struct ix_cost_making *making, struct ix_sv text); /* or null */
struct ix_json *ix_cost_money_node(struct ix_cost_making *making, struct ix_money amount);
/* One decimal of a percent, as text; null when there is nothing to compare with. */
struct ix_json *ix_cost_percent_node(struct ix_cost_making *making, struct ix_money part,
                                     struct ix_money whole);
struct ix_json *ix_cost_time_node(struct ix_cost_making *making, int64_t ms); /* or null */
struct ix_json *ix_cost_totals_node(struct ix_cost_making *making,
                                    const struct ix_cost_totals *totals);
/* The row's period, dimensions and currency by their names. */
struct ix_json *ix_cost_row_node(struct ix_cost_making *making, const struct ix_cost_row *row,
                                 bool with_period);
/* The names of such a row's members, and `last` behind them. */
struct ix_sv ix_cost_row_columns(struct ix_cost_making *making, const char *last, bool with_period);
/* What was asked, of which generation, and the totals; `rows` of all, also beyond the limit. */
struct ix_json *ix_cost_meta_node(struct ix_cost_making *making,
                                  const struct ix_cost_answer *answer, struct ix_json *totals,
                                  size_t rows);
/* The rates of the request that sums were converted at so far. */
struct ix_json *ix_cost_rates_node(struct ix_cost_making *making);
void ix_cost_set(struct ix_cost_making *making, struct ix_json *row, const char *name,
                 struct ix_json *value);

#endif
