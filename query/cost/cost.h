/* Reports of cost. A report is a row of ix_cost_verbs; `infradex cost` and /api/v1/costs/ offer
 * them from there. Rows are JSON objects whose amounts are exact decimal texts; every currency
 * stands by itself, and bills and estimates are never one sum. */
#ifndef IX_QUERY_COST_COST_H
#define IX_QUERY_COST_COST_H

#include "base/json.h"
#include "indexer/warehouse/cost.h"

struct ix_cost_request {
    struct ix_sv metric; /* billed, effective, list, contracted */
    struct ix_sv by;     /* names of ix_cost_name_find, separated by commas; empty: the report's */
    /* "service=AmazonEC2,region!=us-east-1|us-west-2,tag.team=": all must hold; a | b is one of
     * them, no text is a line without that value */
    struct ix_sv where;
    struct ix_sv query; /* of the query language: only lines of the resources that it finds */
    struct ix_sv from,
        until;              /* times of the query language; empty: no bound. until is not within */
    struct ix_sv in;        /* a calendar period or day, in the place of both */
    struct ix_sv versus;    /* the period that theirs is compared with */
    struct ix_sv of;        /* what the report is about: a resource's uid, a tag */
    struct ix_sv text;      /* of a file that the report reads (rules, budgets, a series) */
    struct ix_sv text_name; /* for its errors */
    struct ix_sv rates;     /* query/cost/rates.h */
    struct ix_sv rates_name;
    bool compare;  /* sums with those of the calendar period before, or the span before */
    int64_t limit; /* rows, the largest of them when ordered so; 0: as many as the report shows */
    int64_t now_ms;
};

struct ix_cost_report {
    struct ix_sv columns; /* names of the rows' members that a table shows, separated by commas */
    struct ix_json *rows; /* an array */
    /* rows (of all, also those beyond the limit); of sums also metric, basis (bill, estimate; null:
     * of both), from, until, generation, totals [{currency, cost, lines, unknown}], rolled_up; of
     * reports of some of the lines covers [{currency, of, percent}] */
    struct ix_json *meta;
    bool failed; /* what it watches over does not hold: a budget is broken, or will be */
};

enum { IX_COST_WORDS_MAX = 2 };

enum ix_cost_order { IX_COST_BY_VALUES, IX_COST_LARGEST_FIRST };

struct ix_cost_making; /* query/cost/making.h */
typedef enum ix_code ix_cost_make(struct ix_cost_making *making, struct ix_cost_report *ret_report);

struct ix_cost_verb {
    const char *name; /* NULL ends the table */
    ix_cost_make *make;
    const char *by;    /* unless the request says otherwise */
    const char *where; /* before what the request says; "": nothing */
    enum ix_cost_order order;
    int64_t limit;                   /* unless the request says otherwise; 0: all */
    const char *summary;             /* half a line */
    const char *members;             /* of its rows, beside the dimensions */
    const char *amounts;             /* which of them are money, what a chart shows first */
    const char *usage;               /* of the words behind its name: "FROM TO"; NULL: none */
    size_t words[IX_COST_WORDS_MAX]; /* the member of ix_cost_request that each of them is, by
                                        offsetof */
    bool takes_text;                 /* needs a file */
    bool compares;                   /* two spans of time: takes `versus` */
    bool sums;                       /* its rows are sums: takes `compare` */
};

/* How many words the report takes. */
size_t ix_cost_verb_words(const struct ix_cost_verb *verb);

extern const struct ix_cost_verb ix_cost_verbs[];

/* IX_INVALID with a suggestion. */
IX_MUST_CHECK enum ix_code ix_cost_verb_find(struct ix_sv name, const struct ix_cost_verb **ret,
                                             struct ix_err *err);

/* The report is of the arena. IX_INVALID names what of the request cannot be. */
IX_MUST_CHECK enum ix_code ix_cost_report(struct ix_warehouse *warehouse,
                                          const struct ix_cost_verb *verb,
                                          const struct ix_cost_request *request,
                                          struct ix_arena *arena, struct ix_cost_report *ret_report,
                                          struct ix_err *err);

#endif
