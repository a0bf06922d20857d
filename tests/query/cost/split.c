/* Parts of amounts: that they add up is checked with a sum of its own, on many random amounts. */
#include "query/cost/split.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { ROUNDS = 3000, MANY = 40 };

static struct ix_money money(const char *text) {
    struct ix_money amount = {0};
    struct ix_err err = {0};
    bool rounded = false;
    cr_assert_eq(ix_money_parse(ix_sv_cstr(text), &amount, &rounded, &err), IX_OK, "%s", text);
    return amount;
}

static bool split(struct ix_money amount, const struct ix_money *weights, size_t count,
                  struct ix_money *parts) {
    struct ix_arena arena;
    struct ix_err err = {0};
    bool done = false;
    ix_arena_init(&arena, 1 << 20);
    cr_assert_eq(ix_cost_split(&arena, amount, weights, count, parts, &done, &err), IX_OK, "%s",
                 err.text);
    ix_arena_done(&arena);
    return done;
}

static void expect(const char *amount, const char *const *weights, const char *const *wanted) {
    struct ix_money parts[MANY];
    struct ix_money of[MANY];
    char text[IX_MONEY_TEXT_SIZE];
    size_t count = 0;
    for (; weights[count]; count++) {
        of[count] = money(weights[count]);
    }
    cr_assert(split(money(amount), of, count, parts));
    for (size_t i = 0; i < count; i++) {
        cr_expect(ix_sv_eq_cstr(ix_money_format(parts[i], text), wanted[i]), "%s of %s: %s", amount,
                  weights[i], text);
    }
}

Test(split, gives_what_is_left_to_the_largest_remainders) {
    expect("10", (const char *const[]){"1", "1", "1", NULL},
           (const char *const[]){"3.333333333333333334", "3.333333333333333333",
                                 "3.333333333333333333"});
    expect("0.000000000000000005", (const char *const[]){"1", "2", "0", NULL},
           (const char *const[]){"0.000000000000000002", "0.000000000000000003", "0"});
    expect("-1", (const char *const[]){"2", "1", NULL},
           (const char *const[]){"-0.666666666666666667", "-0.333333333333333333"});
    expect("9", (const char *const[]){"0.5", "-7", "0.25", NULL},
           (const char *const[]){"6", "0", "3"});
}

Test(split, holds_at_the_ends_of_what_an_amount_can_be) {
    const struct ix_money ends[] = {{INT64_MAX, 999999999}, {INT64_MIN, 0}};
    const struct ix_money weights[] = {{INT64_MAX, 999999999}, {0, 1}};
    for (size_t i = 0; i < 2; i++) {
        struct ix_money parts[2];
        struct ix_err err = {0};
        cr_assert(split(ends[i], weights, 2, parts));
        cr_assert_eq(ix_money_add(&parts[0], parts[1], &err), IX_OK);
        cr_expect_eq(ix_money_compare(parts[0], ends[i]), 0);
    }
}

Test(split, does_nothing_without_a_weight) {
    const struct ix_money weights[] = {{0, 0}, {-1000000000, 0}};
    struct ix_money parts[2];
    cr_expect(!split(money("1"), weights, 2, parts));
    cr_expect(!split(money("1"), weights, 0, parts));
}

static struct ix_money some(unsigned int *seed, int64_t size) {
    int64_t nano = ((int64_t)rand_r(seed) << 20 ^ rand_r(seed)) % size;
    return (struct ix_money){.nano = nano, .atto = rand_r(seed) % 1000000000};
}

/* The parts are the whole, and none has the other sign. */
Test(split, adds_up_to_the_whole_for_any_amount_and_weights) {
    static const int64_t sizes[] = {1, 1000, 1000000000, INT64_C(1) << 50};
    unsigned int seed = 20250321;
    for (int round = 0; round < ROUNDS; round++) {
        struct ix_money weights[MANY];
        struct ix_money parts[MANY];
        struct ix_money sum = {0};
        struct ix_money none = {0};
        struct ix_err err = {0};
        size_t count = 1 + (size_t)rand_r(&seed) % MANY;
        struct ix_money amount = some(&seed, sizes[round % 4]);
        bool negative = round % 3 == 0;
        if (negative) {
            cr_assert_eq(ix_money_subtract(&none, amount, &err), IX_OK);
            amount = none;
            none = (struct ix_money){0};
        }
        for (size_t i = 0; i < count; i++) {
            weights[i] = some(&seed, sizes[rand_r(&seed) % 4]);
        }
        weights[0].nano++;
        cr_assert(split(amount, weights, count, parts));
        for (size_t i = 0; i < count; i++) {
            int sign = ix_money_compare(parts[i], none);
            cr_assert(negative ? sign <= 0 : sign >= 0, "round %d", round);
            cr_assert_eq(ix_money_add(&sum, parts[i], &err), IX_OK);
        }
        cr_assert_eq(ix_money_compare(sum, amount), 0, "round %d", round);
    }
}

Test(quotient, is_rounded_half_to_even_at_the_ninth_decimal) {
    static const char *const rows[][3] = {
        {"10", "4", "2.5"},
        {"2", "3", "0.666666667"},
        {"-2", "3", "-0.666666667"},
        {"0.0000000005", "1", "0"},
        {"0.0000000015", "1", "0.000000002"},
        {"1", "0.000000001", "1000000000"},
    };
    struct ix_money quotient;
    char text[IX_MONEY_TEXT_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert(ix_cost_quotient(money(rows[i][0]), money(rows[i][1]), &quotient));
        cr_expect(ix_sv_eq_cstr(ix_money_format(quotient, text), rows[i][2]), "%s / %s is %s",
                  rows[i][0], rows[i][1], text);
    }
    cr_expect(!ix_cost_quotient(money("1"), money("0"), &quotient));
    cr_expect(!ix_cost_quotient(money("100"), money("0.000000001"), &quotient), "does not fit");
}
