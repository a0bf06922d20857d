/* Amounts: what is read, what is rounded and said to be, what does not fit, and sums to the last
 * decimal. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/money.h"

__extension__ typedef __int128 wide;

static struct ix_money money(const char *text) {
    struct ix_money amount = {0};
    struct ix_err err = {0};
    bool rounded = false;
    cr_assert_eq(ix_money_parse(ix_sv_cstr(text), &amount, &rounded, &err), IX_OK, "%s: %s", text,
                 err.text);
    cr_assert(!rounded, "%s", text);
    return amount;
}

static const char *shown(struct ix_money amount) {
    static char text[IX_MONEY_TEXT_SIZE];
    ix_money_format(amount, text);
    return text;
}

Test(money, reads_plain_numbers_and_exponents_exactly) {
    static const char *const rows[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"-0.0", "0"},
        {"12.50", "12.5"},
        {"+3", "3"},
        {".5", "0.5"},
        {"5.", "5"},
        {"-0.000000000000000001", "-0.000000000000000001"},
        {"-1.5", "-1.5"},
        {"0.012264277499950943", "0.012264277499950943"},
        {"1.5E-7", "0.00000015"},
        {"1e3", "1000"},
        {"1E-18", "0.000000000000000001"},
        {"0.00001e5", "1"},
        {"0e999999999999", "0"},
        {"1000000000000000e-15", "1"},
        {"9223372036.854775807999999999", "9223372036.854775807999999999"},
        {"-9223372036.854775808", "-9223372036.854775808"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_str_eq(shown(money(rows[i][0])), rows[i][1]);
    }
}

Test(money, rounds_half_to_even_below_the_last_decimal_and_says_so) {
    static const char *const rows[][2] = {
        {"0.0000000000000000014", "0.000000000000000001"},
        {"0.0000000000000000015", "0.000000000000000002"},
        {"0.0000000000000000025", "0.000000000000000002"},
        {"0.00000000000000000250000001", "0.000000000000000003"},
        {"-0.0000000000000000015", "-0.000000000000000002"},
        {"16.296932136636644627485419", "16.296932136636644627"},
        {"0.9999999999999999999", "1"},
        {"5e-19", "0"},
        {"6e-19", "0.000000000000000001"},
        {"1e-900", "0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_money amount = {0};
        struct ix_err err = {0};
        bool rounded = false;
        cr_assert_eq(ix_money_parse(ix_sv_cstr(rows[i][0]), &amount, &rounded, &err), IX_OK);
        cr_expect(rounded, "%s", rows[i][0]);
        cr_expect_str_eq(shown(amount), rows[i][1]);
    }
}

Test(money, refuses_what_is_no_number) {
    static const char *const rows[] = {"",    "-",   ".",    "1,5", "1.2.3", "$1",  "1e",   "1e+",
                                       "NaN", "inf", "0x10", "1 ",  " 1",    "--1", "1_000"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_money amount = {.nano = 7};
        struct ix_err err = {0};
        bool rounded = false;
        cr_expect_eq(ix_money_parse(ix_sv_cstr(rows[i]), &amount, &rounded, &err), IX_INVALID,
                     "'%s'", rows[i]);
        cr_expect_eq(amount.nano, 7);
    }
}

Test(money, says_what_does_not_fit) {
    static const char *const rows[] = {"9223372036.854775808", "-9223372036.854775809", "1e10",
                                       "1e1000", "123456789012345678901234567890123456789012"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_money amount = {0};
        struct ix_err err = {0};
        bool rounded = false;
        cr_expect_eq(ix_money_parse(ix_sv_cstr(rows[i]), &amount, &rounded, &err), IX_LIMIT, "%s",
                     rows[i]);
    }
}

Test(money, a_sum_that_does_not_fit_changes_nothing) {
    struct ix_money sum = money("9223372036.854775807999999999");
    struct ix_err err = {0};
    cr_expect_eq(ix_money_add(&sum, money("0.000000000000000001"), &err), IX_LIMIT);
    cr_expect_str_eq(shown(sum), "9223372036.854775807999999999");
    struct ix_err other = {0};
    cr_expect_eq(ix_money_subtract(&sum, money("0.000000000000000001"), &other), IX_OK);
    cr_expect_str_eq(shown(sum), "9223372036.854775807999999998");
}

Test(money, is_compared_by_value) {
    static const char *const ascending[] = {"-2", "-1.000000000000000001", "-1",  "-0.5",
                                            "0",  "0.000000000000000001",  "0.5", "1"};
    for (size_t i = 0; i < sizeof ascending / sizeof *ascending; i++) {
        for (size_t j = 0; j < sizeof ascending / sizeof *ascending; j++) {
            int result = ix_money_compare(money(ascending[i]), money(ascending[j]));
            cr_expect_eq((result > 0) - (result < 0), (i > j) - (i < j));
        }
    }
    cr_expect(ix_money_is_zero(money("-0.000")));
    cr_expect(!ix_money_is_zero(money("-0.000000000000000001")));
}

/* Random amounts, added up here and, digit by digit, in 128 bits of 10^-18. */
Test(money, sums_are_exact_to_the_last_decimal) {
    wide expected = 0;
    struct ix_money sum = {0};
    srand(7);
    for (int i = 0; i < 20000; i++) {
        long long whole = rand() % 100000;
        long long fraction = ((long long)rand() << 31 ^ rand()) % 1000000000000000000;
        bool negative = rand() % 2;
        char text[64];
        struct ix_err err = {0};
        snprintf(text, sizeof text, "%s%lld.%018lld", negative ? "-" : "", whole, fraction);
        wide units = (wide)whole * 1000000000000000000 + fraction;
        expected += negative ? -units : units;
        cr_assert_eq(ix_money_add(&sum, money(text), &err), IX_OK);
    }
    cr_expect(sum.atto >= 0 && sum.atto < 1000000000);
    cr_expect((wide)sum.nano * 1000000000 + sum.atto == expected);
    cr_expect(ix_money_compare(money(shown(sum)), sum) == 0);
}

static const char *displayed(const char *text, bool *ret_rounded) {
    static char display[IX_MONEY_DISPLAY_SIZE];
    (void)ix_money_display(money(text), display, ret_rounded);
    return display;
}

Test(money, is_shown_to_people_in_hundredths_with_thousands_apart) {
    const char *const cases[][2] = {
        {"0", "0.00"},
        {"-0.1", "-0.10"},
        {"999.99", "999.99"},
        {"1000", "1,000.00"},
        {"-1234567.5", "-1,234,567.50"},
        {"9223372036.85", "9,223,372,036.85"},
    };
    bool rounded = false;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_str_eq(displayed(cases[i][0], &rounded), cases[i][1], "%s", cases[i][0]);
        cr_expect_not(rounded, "%s", cases[i][0]);
    }
}

Test(money, that_is_shown_shorter_says_so_and_never_becomes_nothing) {
    const char *const cases[][2] = {
        {"0.005", "<0.01"},
        {"-0.000000000000000001", ">-0.01"},
        {"0.015", "0.02"},
        {"0.025", "0.02"},
        {"-0.025", "-0.02"},
        {"0.025000000000000001", "0.03"},
        {"-999.995000000000000001", "-1,000.00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool rounded = false;
        cr_expect_str_eq(displayed(cases[i][0], &rounded), cases[i][1], "%s", cases[i][0]);
        cr_expect(rounded, "%s", cases[i][0]);
    }
}

Test(money, a_share_that_is_rounded_to_nothing_has_no_sign) {
    const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {
        {-0.04, 1, "0.0"}, {-0.06, 1, "-0.1"},   {0.04, 1, "0.0"},    {-0.0, 2, "0.00"},
        {-0.4, 0, "0"},    {-12.25, 1, "-12.2"}, {-100, 1, "-100.0"}, {1e300 * 1e10, 1, "inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[IX_DECIMALS_SIZE];
        struct ix_sv shown = ix_decimals(cases[i].value, cases[i].decimals, text);
        cr_expect(ix_sv_eq_cstr(shown, cases[i].text), "%s: %.*s", cases[i].text, IX_SV_FMT(shown));
    }
    char text[IX_DECIMALS_SIZE];
    cr_expect_eq(ix_decimals(-1.7976931348623157e308, 18, text).size, 309 + 1 + 1 + 18);
}
