/* Exchange rates that a user gives, as CSV: from, to, rate ("EUR,USD,1.0832"), a heading or none.
 * All rows are to one currency, which amounts are then shown in. */
#ifndef IX_QUERY_COST_RATES_H
#define IX_QUERY_COST_RATES_H

#include "indexer/warehouse/cost.h"

enum { IX_COST_RATES_MAX = 200 };

struct ix_cost_rate {
    struct ix_sv from;
    struct ix_money rate;
};

struct ix_cost_rates {
    struct ix_sv to; /* empty: nothing is converted */
    struct ix_cost_rate items[IX_COST_RATES_MAX];
    size_t count;
};

/* Texts are of the arena. IX_INVALID names the line of `name`. */
IX_MUST_CHECK enum ix_code ix_cost_rates_read(struct ix_sv text, struct ix_sv name,
                                              struct ix_arena *arena,
                                              struct ix_cost_rates *ret_rates, struct ix_err *err);
/* The answer in the currency of the rates: each sum times its rate, rounded half to even at 10^-18,
 * rows of the same values together. IX_INVALID when there is no rate for a currency. */
IX_MUST_CHECK enum ix_code ix_cost_rates_apply(const struct ix_cost_rates *rates,
                                               size_t dimension_count, struct ix_arena *arena,
                                               struct ix_cost_answer *answer, struct ix_err *err);

#endif
