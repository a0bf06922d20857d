/* Why one thing costs something else than before: the analysis of variance by price, volume and
 * mix, as cost accounting teaches it
 * (C. T. Horngren et al., Cost Accounting: flexible-budget, quantity and mix variances).
 *
 *   usage       what the change of its quantity costs at the average price of before
 *   commitment  what it costs that another share of it is covered by a commitment, each share at
 *               the price it had before (or has now, where it had none)
 *   price       the rest
 *
 * The three add up to the difference exactly: two are rounded half to even at 10^-18, and the third
 * is what is left.
 */
#ifndef IX_QUERY_COST_EFFECTS_H
#define IX_QUERY_COST_EFFECTS_H

#include "base/money.h"

enum { IX_COST_FREE, IX_COST_COMMITTED, IX_COST_COVERS }; /* not covered, covered by a commitment */

/* Of one thing in one span of time. */
struct ix_cost_used {
    struct ix_money cost[IX_COST_COVERS];
    struct ix_money quantity[IX_COST_COVERS];
};

struct ix_cost_effects {
    struct ix_money usage, commitment, price;
};

/* False: quantities do not explain it (there are none, some are below 0, or a number does not
 * fit). */
bool ix_cost_effects(const struct ix_cost_used *before, const struct ix_cost_used *now,
                     struct ix_cost_effects *ret_effects);

#endif
