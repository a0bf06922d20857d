/* Why one thing costs something else: by hand, and that the parts always add up. */
#include "query/cost/effects.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "query/cost/split.h"

enum { ROUNDS = 20000 };

static struct ix_money money(const char *text) {
    struct ix_money amount = {0};
    struct ix_err err = {0};
    bool rounded = false;
    cr_assert_eq(ix_money_parse(ix_sv_cstr(text), &amount, &rounded, &err), IX_OK, "%s", text);
    return amount;
}

static struct ix_cost_used used(const char *cost, const char *quantity, const char *covered_cost,
                                const char *covered_quantity) {
    return (struct ix_cost_used){.cost = {money(cost), money(covered_cost)},
                                 .quantity = {money(quantity), money(covered_quantity)}};
}

static void expect(struct ix_cost_used before, struct ix_cost_used now, const char *usage,
                   const char *commitment, const char *price) {
    struct ix_cost_effects effects;
    char text[IX_MONEY_TEXT_SIZE];
    cr_assert(ix_cost_effects(&before, &now, &effects));
    cr_expect(ix_sv_eq_cstr(ix_money_format(effects.usage, text), usage), "usage %s", text);
    cr_expect(ix_sv_eq_cstr(ix_money_format(effects.commitment, text), commitment), "commitment %s",
              text);
    cr_expect(ix_sv_eq_cstr(ix_money_format(effects.price, text), price), "price %s", text);
}

Test(effects, are_of_quantity_at_the_old_price_and_of_price_for_the_rest) {
    expect(used("10", "100", "0", "0"), used("13", "120", "0", "0"), "2", "0", "1");
    expect(used("10", "100", "0", "0"), used("5", "100", "0", "0"), "0", "0", "-5");
    expect(used("1", "3", "0", "0"), used("1", "2", "0", "0"), "-0.333333333333333333", "0",
           "0.333333333333333333");
}

Test(effects, of_what_begins_or_ends_are_usage) {
    expect(used("0", "0", "0", "0"), used("7", "10", "0", "0"), "7", "0", "0");
    expect(used("7", "10", "0", "0"), used("0", "0", "0", "0"), "-7", "0", "0");
}

Test(effects, of_a_commitment_are_what_moved_under_it) {
    /* 200 of 300 hours are covered now, at half the price */
    expect(used("30", "300", "0", "0"), used("10", "100", "10", "200"), "0", "-10", "0");
    /* the same share is covered, of twice as much, and what is not covered became dearer */
    expect(used("10", "100", "5", "100"), used("22", "200", "10", "200"), "15", "0", "2");
    /* a commitment ended, and its price is that of before */
    expect(used("0", "0", "5", "100"), used("10", "100", "0", "0"), "0", "5", "0");
}

Test(effects, need_quantities) {
    struct ix_cost_effects effects;
    struct ix_cost_used none = used("1", "0", "0", "0");
    struct ix_cost_used some = used("1", "1", "0", "0");
    struct ix_cost_used below = used("1", "-1", "0", "0");
    cr_expect_not(ix_cost_effects(&none, &none, &effects));
    cr_expect_not(ix_cost_effects(&below, &some, &effects));
    cr_expect_not(ix_cost_effects(&some, &below, &effects));
}

static struct ix_money some_money(bool may_be_negative) {
    static const int64_t sizes[] = {1, 1000, 1000000000, 1000000000000};
    struct ix_money amount = {.nano = rand() % 5 ? rand() % sizes[rand() % 4] : 0,
                              .atto = rand() % 3 ? rand() % 1000000000 : 0};
    amount.nano = may_be_negative && rand() % 9 == 0 ? -amount.nano : amount.nano;
    return amount;
}

static struct ix_money sum_of(struct ix_money a, struct ix_money b, struct ix_money c) {
    struct ix_err err = {0};
    cr_assert_eq(ix_money_add(&a, b, &err), IX_OK);
    cr_assert_eq(ix_money_add(&a, c, &err), IX_OK);
    return a;
}

Test(effects, add_up_to_the_difference_exactly) {
    int explained = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct ix_cost_used at[2];
        struct ix_cost_effects e;
        struct ix_err err = {0};
        srand((unsigned)round);
        for (int i = 0; i < 4; i++) {
            at[i / 2].cost[i % 2] = some_money(true);
            at[i / 2].quantity[i % 2] = some_money(false);
        }
        if (!ix_cost_effects(&at[0], &at[1], &e)) {
            continue;
        }
        struct ix_money change = sum_of(at[1].cost[0], at[1].cost[1], (struct ix_money){0});
        cr_assert_eq(ix_money_subtract(&change, at[0].cost[0], &err), IX_OK);
        cr_assert_eq(ix_money_subtract(&change, at[0].cost[1], &err), IX_OK);
        cr_expect_eq(ix_money_compare(sum_of(e.usage, e.commitment, e.price), change), 0,
                     "round %d", round);
        explained++;
    }
    cr_expect_gt(explained, ROUNDS / 2, "only %d were explained", explained);
}

/* ---- proportions ---- */

static void expect_proportion(const char *amount, const char *by, const char *whole,
                              const char *wanted) {
    struct ix_money result;
    char text[IX_MONEY_TEXT_SIZE];
    bool done = ix_cost_proportion(money(amount), money(by), money(whole), &result);
    cr_expect_eq(done, wanted != NULL, "%s * %s / %s", amount, by, whole);
    cr_expect(!done || !wanted || ix_sv_eq_cstr(ix_money_format(result, text), wanted),
              "%s * %s / %s = %s", amount, by, whole, text);
}

Test(proportion, is_rounded_half_to_even) {
    expect_proportion("0.000000000000000001", "1", "2", "0");
    expect_proportion("0.000000000000000003", "1", "2", "0.000000000000000002");
    expect_proportion("-0.000000000000000003", "1", "2", "-0.000000000000000002");
    expect_proportion("1", "2", "3", "0.666666666666666667");
    expect_proportion("1", "-20", "3", "-6.666666666666666667");
    expect_proportion("-9223372036", "-1", "9223372036", "1");
    expect_proportion("9223372036.854775807", "0.5", "0.5", "9223372036.854775807");
    expect_proportion("0.3", "1000000000", "0.000000000000000003", NULL);
    expect_proportion("9223372036", "2", "1", NULL);
    expect_proportion("1", "1", "0", NULL);
    expect_proportion("0", "1000000000", "0.000000000000000001", "0");
}
