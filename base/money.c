/* Digits are read into a 128-bit integer of 10^-18 units, which is then split: what fits the two
 * members always fits there, so only the ends need checks. */
#include "base/money.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide;

enum { DECIMALS = 18, EXPONENT_MAX = 1000 };
static const int64_t nano_units = 1000000000; /* of either member in the next */

/* ---- reading ---- */

struct number {
    bool negative;
    struct ix_sv whole, fraction; /* digits */
    int exponent;
};

static struct ix_sv take_digits(struct ix_sv *text) {
    size_t size = 0;
    while (size < text->size && text->data[size] >= '0' && text->data[size] <= '9') {
        size++;
    }
    struct ix_sv digits = ix_sv_sub(*text, 0, size);
    *text = ix_sv_from(*text, size);
    return digits;
}

static bool take_char(struct ix_sv *text, char c) {
    bool is = text->size > 0 && text->data[0] == c;
    *text = ix_sv_from(*text, is);
    return is;
}

static bool take_exponent(struct ix_sv *text, int *exponent) {
    if (!take_char(text, 'e') && !take_char(text, 'E')) {
        return true;
    }
    bool negative = take_char(text, '-');
    if (!negative) {
        (void)take_char(text, '+');
    }
    struct ix_sv digits = take_digits(text);
    int value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        value = value * 10 + (digits.data[i] - '0');
        value = value > EXPONENT_MAX ? EXPONENT_MAX : value; /* out of range either way */
    }
    *exponent = negative ? -value : value;
    return digits.size > 0;
}

static bool read_number(struct ix_sv text, struct number *n) {
    *n = (struct number){.negative = take_char(&text, '-')};
    if (!n->negative) {
        (void)take_char(&text, '+');
    }
    n->whole = take_digits(&text);
    if (take_char(&text, '.')) {
        n->fraction = take_digits(&text);
    }
    return n->whole.size + n->fraction.size > 0 && take_exponent(&text, &n->exponent) &&
           text.size == 0;
}

static char digit_at(const struct number *n, size_t i) {
    return i < n->whole.size ? n->whole.data[i] : n->fraction.data[i - n->whole.size];
}

/* What is cut off, against half of the last place kept: less than 0, 0, more than 0. */
static int compare_with_half(const struct number *n, size_t from, size_t count) {
    int first = digit_at(n, from) - '0';
    if (first != 5) {
        return first < 5 ? -1 : 1;
    }
    for (size_t i = from + 1; i < count; i++) {
        if (digit_at(n, i) != '0') {
            return 1;
        }
    }
    return 0;
}

static bool any_digit(const struct number *n, size_t from, size_t count) {
    for (size_t i = from; i < count; i++) {
        if (digit_at(n, i) != '0') {
            return true;
        }
    }
    return false;
}

static bool append_digit(wide *value, int digit) {
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, digit, value);
}

/* Rounds half to even where digits of the number lie below 10^-18. */
static bool to_units(const struct number *n, wide *ret_units, bool *rounded) {
    size_t count = n->whole.size + n->fraction.size;
    int64_t places = (int64_t)n->whole.size + n->exponent + DECIMALS; /* digits that are kept */
    wide units = 0;
    for (int64_t i = 0; i < places; i++) {
        int digit = i < (int64_t)count ? digit_at(n, (size_t)i) - '0' : 0;
        if (units == 0 && i >= (int64_t)count) {
            break;
        }
        if (!append_digit(&units, digit)) {
            return false;
        }
    }
    size_t kept = places > 0 ? (size_t)places : 0;
    if (kept < count && any_digit(n, kept, count)) {
        int half = places < 0 ? -1 : compare_with_half(n, kept, count);
        units += half > 0 || (half == 0 && units % 2 != 0);
        *rounded = true;
    }
    *ret_units = n->negative ? -units : units;
    return true;
}

/* ---- the two members ---- */

static wide units_of(struct ix_money amount) {
    return (wide)amount.nano * nano_units + amount.atto;
}

static bool from_units(wide units, struct ix_money *amount) {
    wide nano = units / nano_units;
    int64_t atto = (int64_t)(units % nano_units);
    if (atto < 0) {
        atto += nano_units;
        nano--;
    }
    if (nano < INT64_MIN || nano > INT64_MAX) {
        return false;
    }
    *amount = (struct ix_money){.nano = (int64_t)nano, .atto = atto};
    return true;
}

static enum ix_code does_not_fit(struct ix_err *err) {
    return ix_err_set(err, IX_LIMIT, "an amount beyond 9.2 thousand million units");
}

/* What most amounts are: few digits before the point, none that would be rounded, no exponent. The
 * members are then the digits themselves. */
static bool is_short(const struct number *n) {
    enum { WHOLE_MAX = 9 };
    return n->exponent == 0 && n->whole.size <= WHOLE_MAX && n->fraction.size <= DECIMALS;
}

/* `count` digits of the text from `from` on, with zeros behind its end. */
static int64_t digits_from(struct ix_sv text, size_t from, size_t count) {
    int64_t value = 0;
    for (size_t i = from; i < from + count; i++) {
        value = value * 10 + (i < text.size ? text.data[i] - '0' : 0);
    }
    return value;
}

static struct ix_money short_amount(const struct number *n) {
    const size_t half = DECIMALS / 2;
    struct ix_money amount = {
        .nano = digits_from(n->whole, 0, n->whole.size) * nano_units +
                digits_from(n->fraction, 0, half),
        .atto = digits_from(n->fraction, half, half),
    };
    if (n->negative) {
        amount.nano = -amount.nano - (amount.atto > 0);
        amount.atto = amount.atto > 0 ? nano_units - amount.atto : 0;
    }
    return amount;
}

bool ix_money_is_number(struct ix_sv text) {
    struct number number;
    return read_number(text, &number);
}

enum ix_code ix_money_parse(struct ix_sv text, struct ix_money *ret_amount, bool *ret_rounded,
                            struct ix_err *err) {
    struct number number;
    wide units = 0;
    if (!read_number(text, &number)) {
        return ix_err_set(err, IX_INVALID, "is no decimal number");
    }
    if (is_short(&number)) {
        *ret_amount = short_amount(&number);
        return IX_OK;
    }
    if (!to_units(&number, &units, ret_rounded) || !from_units(units, ret_amount)) {
        return does_not_fit(err);
    }
    return IX_OK;
}

enum ix_code ix_money_add(struct ix_money *amount, struct ix_money other, struct ix_err *err) {
    int64_t nano;
    if (other.atto == 0 && !__builtin_add_overflow(amount->nano, other.nano, &nano)) {
        amount->nano = nano; /* nothing is carried */
        return IX_OK;
    }
    return from_units(units_of(*amount) + units_of(other), amount) ? IX_OK : does_not_fit(err);
}

enum ix_code ix_money_subtract(struct ix_money *amount, struct ix_money other, struct ix_err *err) {
    return from_units(units_of(*amount) - units_of(other), amount) ? IX_OK : does_not_fit(err);
}

int ix_money_compare(struct ix_money a, struct ix_money b) {
    if (a.nano != b.nano) {
        return a.nano < b.nano ? -1 : 1;
    }
    return (a.atto > b.atto) - (a.atto < b.atto);
}

/* ---- writing ---- */

struct ix_sv ix_money_format(struct ix_money amount, char text[static IX_MONEY_TEXT_SIZE]) {
    wide units = units_of(amount);
    bool negative = units < 0;
    units = negative ? -units : units;
    wide per_one = (wide)nano_units * nano_units;
    long long whole = (long long)(units / per_one);
    long long fraction = (long long)(units % per_one);
    int size = snprintf(text, IX_MONEY_TEXT_SIZE, "%s%lld.%0*lld", negative ? "-" : "", whole,
                        DECIMALS, fraction);
    while (text[size - 1] == '0') {
        size--;
    }
    size -= text[size - 1] == '.';
    text[size] = '\0';
    return ix_sv_of(text, (size_t)size);
}

/* The amount in hundredths, half to even. */
static int64_t hundredths_of(struct ix_money amount, bool *ret_rounded) {
    const wide one = (wide)nano_units * nano_units / 100;
    wide units = units_of(amount);
    wide whole = units / one;
    wide twice = units % one * 2;
    twice = twice < 0 ? -twice : twice;
    *ret_rounded = *ret_rounded || twice != 0;
    bool up = twice > one || (twice == one && whole % 2 != 0);
    return (int64_t)(whole + (up ? (units < 0 ? -1 : 1) : 0));
}

struct ix_sv ix_money_display(struct ix_money amount, char text[static IX_MONEY_DISPLAY_SIZE],
                              bool *ret_rounded) {
    int64_t hundredths = hundredths_of(amount, ret_rounded);
    if (hundredths == 0 && !ix_money_is_zero(amount)) {
        return ix_sv_of(text, (size_t)snprintf(text, IX_MONEY_DISPLAY_SIZE, "%s",
                                               amount.nano < 0 ? ">-0.01" : "<0.01"));
    }
    char digits[IX_MONEY_DISPLAY_SIZE];
    int64_t size = hundredths < 0 ? -hundredths : hundredths;
    int count = snprintf(digits, sizeof digits, "%lld", (long long)(size / 100));
    size_t at = 0;
    if (hundredths < 0) {
        text[at++] = '-';
    }
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    at += (size_t)snprintf(text + at, IX_MONEY_DISPLAY_SIZE - at, ".%02d", (int)(size % 100));
    return ix_sv_of(text, at);
}

double ix_money_double(struct ix_money amount) {
    return (double)amount.nano / 1e9 + (double)amount.atto / 1e18;
}

struct ix_sv ix_decimals(double value, int decimals, char text[static IX_DECIMALS_SIZE]) {
    int size = snprintf(text, IX_DECIMALS_SIZE, "%.*f", decimals, value);
    bool nothing = strspn(text, "-0.") == (size_t)size;
    return ix_sv_from(ix_sv_of(text, (size_t)size), nothing && text[0] == '-');
}
