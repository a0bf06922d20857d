/* One amount divided among several by weights, so that the parts add up to it to the last decimal:
 * each gets its share rounded towards 0 at 10^-18, and what is left over goes, one 10^-18 each, to
 * those that lost most by the rounding (the method of the largest remainder, after Hamilton); of
 * equal remainders the earlier comes first. */
#ifndef IX_QUERY_COST_SPLIT_H
#define IX_QUERY_COST_SPLIT_H

#include "base/arena.h"
#include "base/money.h"

enum { IX_COST_PARTS_MAX = 1000 };

/* `parts` has room for `count`. A weight below 0 counts as 0. *ret_done false, and nothing is
 * divided, when all weights are 0. IX_LIMIT beyond IX_COST_PARTS_MAX. Works in `scratch`. */
IX_MUST_CHECK enum ix_code ix_cost_split(struct ix_arena *scratch, struct ix_money amount,
                                         const struct ix_money *weights, size_t count,
                                         struct ix_money *parts, bool *ret_done,
                                         struct ix_err *err);

/* amount / by, rounded half to even at the ninth decimal. False when `by` is not above 0, or the
 * quotient does not fit. */
bool ix_cost_quotient(struct ix_money amount, struct ix_money by, struct ix_money *ret_quotient);

/* amount * by / whole, rounded half to even at 10^-18. False when `whole` is not above 0, or the
 * result does not fit. */
bool ix_cost_proportion(struct ix_money amount, struct ix_money by, struct ix_money whole,
                        struct ix_money *ret);

#endif
