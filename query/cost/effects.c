#include "query/cost/effects.h"

#include "query/cost/split.h"

static bool add(struct ix_money *sum, struct ix_money amount) {
    struct ix_err does_not_fit = {0};
    return ix_money_add(sum, amount, &does_not_fit) == IX_OK;
}

static bool subtract(struct ix_money *sum, struct ix_money amount) {
    struct ix_err does_not_fit = {0};
    return ix_money_subtract(sum, amount, &does_not_fit) == IX_OK;
}

static bool total(const struct ix_money *amounts, struct ix_money *ret) {
    *ret = amounts[IX_COST_FREE];
    return add(ret, amounts[IX_COST_COMMITTED]);
}

static bool is_below_zero(const struct ix_cost_used *used) {
    return used->quantity[IX_COST_FREE].nano < 0 || used->quantity[IX_COST_COMMITTED].nano < 0;
}

/* `quantity` at the price that the share had before, or has now. */
static bool priced(const struct ix_cost_used *before, const struct ix_cost_used *now, int cover,
                   struct ix_money quantity, struct ix_money *ret) {
    const struct ix_cost_used *of = ix_money_is_zero(before->quantity[cover]) ? now : before;
    return ix_cost_proportion(of->cost[cover], quantity, of->quantity[cover], ret);
}

/* What moved from one share to the other, at the difference of their prices. */
static bool moved(const struct ix_cost_used *before, const struct ix_cost_used *now,
                  struct ix_money was, struct ix_money is, struct ix_money *ret) {
    struct ix_money expected; /* covered now, were the share as before */
    struct ix_money shift = now->quantity[IX_COST_COMMITTED];
    struct ix_money elsewhere;
    *ret = (struct ix_money){0};
    if (!ix_cost_proportion(is, before->quantity[IX_COST_COMMITTED], was, &expected) ||
        !subtract(&shift, expected)) {
        return false;
    }
    return ix_money_is_zero(shift) ||
           (priced(before, now, IX_COST_COMMITTED, shift, ret) &&
            priced(before, now, IX_COST_FREE, shift, &elsewhere) && subtract(ret, elsewhere));
}

bool ix_cost_effects(const struct ix_cost_used *before, const struct ix_cost_used *now,
                     struct ix_cost_effects *ret) {
    struct ix_money was, is, cost_was, difference;
    *ret = (struct ix_cost_effects){{0}, {0}, {0}};
    if (is_below_zero(before) || is_below_zero(now) || !total(before->quantity, &was) ||
        !total(now->quantity, &is) || !total(before->cost, &cost_was) ||
        !total(now->cost, &difference) || !subtract(&difference, cost_was)) {
        return false;
    }
    if (ix_money_is_zero(was) || ix_money_is_zero(is)) { /* begun, or ended */
        ret->usage = difference;
        return !ix_money_is_zero(was) || !ix_money_is_zero(is);
    }
    ret->price = difference;
    struct ix_money more = is;
    return subtract(&more, was) && ix_cost_proportion(cost_was, more, was, &ret->usage) &&
           moved(before, now, was, is, &ret->commitment) && subtract(&ret->price, ret->usage) &&
           subtract(&ret->price, ret->commitment);
}
