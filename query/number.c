/* A number is its sign, its digits without zeros at either end, and where the point stands: the
 * value is 0.DIGITS times ten to `scale`. Of two with one sign the larger scale is farther from
 * zero, and of equal scales the digits decide like text. */
#include "query/number.h"

struct decimal {
    bool negative;
    struct ix_sv digits; /* as written, perhaps with a point between */
    int64_t scale;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Exponents beyond this are as good as endless, and sums of them fit. */
static int64_t exponent_of(struct ix_sv text) {
    const int64_t limit = INT64_C(1) << 40;
    int64_t value = 0;
    bool negative = !ix_sv_empty(text) && text.data[0] == '-';
    for (size_t i = 0; i < text.size; i++) {
        value = !is_digit(text.data[i]) || value > limit ? value : value * 10 + text.data[i] - '0';
    }
    return negative ? -value : value;
}

static struct decimal decimal_of(struct ix_sv text) {
    struct decimal d = {.negative = !ix_sv_empty(text) && text.data[0] == '-'};
    size_t mantissa = 0, first = 0, point = 0;
    while (mantissa < text.size && text.data[mantissa] != 'e' && text.data[mantissa] != 'E') {
        mantissa++;
    }
    while (first < mantissa && (!is_digit(text.data[first]) || text.data[first] == '0')) {
        first++;
    }
    struct ix_sv significand = ix_sv_sub(text, 0, mantissa);
    point = ix_sv_find_char(significand, '.');
    point = point == IX_SV_NPOS ? mantissa : point;
    size_t last = mantissa;
    while (last > first && (!is_digit(text.data[last - 1]) || text.data[last - 1] == '0')) {
        last--;
    }
    d.digits = ix_sv_sub(text, first, last);
    d.scale = first < point ? (int64_t)(point - first) : -(int64_t)(first - point - 1);
    d.scale += exponent_of(ix_sv_from(text, mantissa + 1));
    return d;
}

/* The next digit, past a point; '0' behind the end. */
static char next_digit(struct ix_sv digits, size_t *at) {
    *at += *at < digits.size && digits.data[*at] == '.';
    return *at < digits.size ? digits.data[(*at)++] : '0';
}

static int compare_digits(struct ix_sv a, struct ix_sv b) {
    size_t i = 0, k = 0;
    while (i < a.size || k < b.size) {
        char x = next_digit(a, &i), y = next_digit(b, &k);
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return 0;
}

static int sign_of(const struct decimal *d) {
    return ix_sv_empty(d->digits) ? 0 : d->negative ? -1 : 1;
}

int ix_number_cmp(struct ix_sv a, struct ix_sv b) {
    struct decimal x = decimal_of(a), y = decimal_of(b);
    int sign = sign_of(&x), other = sign_of(&y);
    if (sign != other || sign == 0) {
        return (sign > other) - (sign < other);
    }
    if (x.scale != y.scale) {
        return x.scale < y.scale ? -sign : sign;
    }
    return sign * compare_digits(x.digits, y.digits);
}

bool ix_number_is_short(struct ix_sv text) {
    enum { DIGITS_EXACT = 15 };
    size_t digits = 0;
    for (size_t i = 0; i < text.size && text.data[i] != 'e' && text.data[i] != 'E'; i++) {
        digits += is_digit(text.data[i]);
    }
    return digits <= DIGITS_EXACT;
}
