/* Exchange rates that a user gives, as CSV: from, to, rate ("EUR,USD,1.0832"), a heading or none.
 * All rows are to one currency, which amounts are then shown in. A fourth cell says when a rate
 * holds: in a month ("2025-03") or from a day on ("2025-03-04"). Of several of a currency that hold
 * on the day of a charge, the one that began last counts; one without a time holds always, and
 * gives way to all others. */
#ifndef IX_QUERY_COST_RATES_H
#define IX_QUERY_COST_RATES_H

#include "indexer/warehouse/cost.h"

enum { IX_COST_RATES_MAX = 5000 };

struct ix_cost_rate {
    struct ix_sv from;
    struct ix_money rate;
    int64_t begin_ms, end_ms; /* [begin, end) of charges; IX_TIME_UNKNOWN: no bound */
    bool used;                /* for some sum so far */
};

struct ix_cost_rates {
    struct ix_sv to;            /* empty: nothing is converted */
    struct ix_cost_rate *items; /* by currency, then time */
    size_t count;
    bool by_month, by_day; /* some hold in a month, some from a day on */
};

/* Texts are of the arena. IX_INVALID names the line of `name`. */
IX_MUST_CHECK enum ix_code ix_cost_rates_read(struct ix_sv text, struct ix_sv name,
                                              struct ix_arena *arena,
                                              struct ix_cost_rates *ret_rates, struct ix_err *err);
/* How finely to ask for what has this grain, so that each sum has one rate. */
enum ix_cost_grain ix_cost_rates_grain(const struct ix_cost_rates *rates, enum ix_cost_grain grain);
/* The answer, which has that grain, in the currency of the rates and in `grain`: each sum times its
 * rate, rounded half to even at 10^-18, rows of the same period and values together. IX_INVALID
 * when there is no rate for a currency or a time. */
IX_MUST_CHECK enum ix_code ix_cost_rates_apply(const struct ix_cost_rates *rates,
                                               const struct ix_cost_question *question,
                                               struct ix_arena *arena,
                                               struct ix_cost_answer *answer, struct ix_err *err);

#endif
