/* Amounts and weights are 128-bit integers of 10^-18 units. A product of two of them would not fit,
 * so the share is divided bit by bit, with its remainder kept: that is exact, and short. */
#include "query/cost/split.h"

#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 signed_wide;

enum { AMOUNT_BITS = 94 }; /* 2^63 nano of 10^9 */
static const int64_t nano_units = 1000000000;

struct share {
    size_t at;
    wide value, remainder;
};

static signed_wide of_money(struct ix_money amount) {
    return (signed_wide)amount.nano * nano_units + amount.atto;
}

static struct ix_money to_money(signed_wide units) {
    signed_wide atto = units % nano_units;
    atto += atto < 0 ? nano_units : 0;
    return (struct ix_money){.nano = (int64_t)((units - atto) / nano_units), .atto = (int64_t)atto};
}

static wide weight_of(struct ix_money weight) {
    return weight.nano < 0 ? 0 : (wide)of_money(weight);
}

/* amount * weight / whole, with weight <= whole. */
static void divide(wide amount, wide weight, wide whole, struct share *share) {
    share->value = share->remainder = 0;
    for (int bit = AMOUNT_BITS; bit >= 0; bit--) {
        share->value *= 2;
        share->remainder = share->remainder * 2 + (amount >> bit & 1 ? weight : 0);
        for (; share->remainder >= whole; share->remainder -= whole) {
            share->value++;
        }
    }
}

static int by_remainder(const void *a, const void *b) {
    const struct share *x = a;
    const struct share *y = b;
    if (x->remainder != y->remainder) {
        return x->remainder > y->remainder ? -1 : 1;
    }
    return x->at < y->at ? -1 : 1;
}

enum ix_code ix_cost_split(struct ix_arena *scratch, struct ix_money amount,
                           const struct ix_money *weights, size_t count, struct ix_money *parts,
                           bool *ret_done, struct ix_err *err) {
    struct share *shares = ix_arena_array(scratch, count + 1, sizeof *shares);
    wide whole = 0;
    if (count > IX_COST_PARTS_MAX) {
        return ix_err_set(err, IX_LIMIT, "more than %d parts of one amount", IX_COST_PARTS_MAX);
    }
    if (!shares) {
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        whole += weight_of(weights[i]);
    }
    *ret_done = whole > 0;
    if (!*ret_done) {
        return IX_OK;
    }
    signed_wide units = of_money(amount);
    wide left = (wide)(units < 0 ? -units : units);
    const wide size = left;
    for (size_t i = 0; i < count; i++) {
        shares[i].at = i;
        divide(size, weight_of(weights[i]), whole, &shares[i]);
        left -= shares[i].value;
    }
    qsort(shares, count, sizeof *shares, by_remainder);
    for (size_t i = 0; i < count; i++) {
        signed_wide part = (signed_wide)(shares[i].value + (i < left));
        parts[shares[i].at] = to_money(units < 0 ? -part : part);
    }
    return IX_OK;
}

/* 2^94 times 10^9 is below 2^124, so that this is one division. */
bool ix_cost_quotient(struct ix_money amount, struct ix_money by, struct ix_money *ret_quotient) {
    signed_wide units = of_money(amount);
    const wide divisor = weight_of(by);
    if (divisor == 0) {
        return false;
    }
    const wide size = (wide)(units < 0 ? -units : units) * (wide)nano_units;
    wide nano = size / divisor;
    const wide twice = size % divisor * 2;
    nano += twice > divisor || (twice == divisor && nano % 2 == 1);
    if (nano > INT64_MAX) {
        return false;
    }
    *ret_quotient = (struct ix_money){.nano = units < 0 ? -(int64_t)nano : (int64_t)nano};
    return true;
}

bool ix_cost_proportion(struct ix_money amount, struct ix_money by, struct ix_money whole,
                        struct ix_money *ret) {
    const wide divisor = weight_of(whole);
    const wide most = (wide)1 << AMOUNT_BITS;
    signed_wide x = of_money(amount);
    signed_wide y = of_money(by);
    const wide size = (wide)(x < 0 ? -x : x);
    const wide weight = (wide)(y < 0 ? -y : y);
    struct share share;
    if (divisor == 0 || (size > 0 && weight / divisor > most / size)) {
        return false;
    }
    divide(size, weight % divisor, divisor, &share);
    wide value = size * (weight / divisor) + share.value;
    const wide twice = share.remainder * 2;
    value += twice > divisor || (twice == divisor && value % 2 == 1);
    if (value / (wide)nano_units > INT64_MAX) {
        return false;
    }
    *ret = to_money((x < 0) != (y < 0) ? -(signed_wide)value : (signed_wide)value);
    return true;
}
