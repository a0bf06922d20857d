/* ix_money: exact amounts of money, from decimal text to sums and back, never through a double.
 *
 * An amount is a 64-bit integer of nano units (10^-9) and the rest below a nano in units of 10^-18.
 * That holds 18 decimals of up to 9.2 thousand million units; a sum that would not fit is an error,
 * never a wrong amount. An amount knows no currency: whoever adds keeps currencies apart.
 */
#ifndef IX_BASE_MONEY_H
#define IX_BASE_MONEY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sv.h"

/* The value is nano * 10^-9 + atto * 10^-18 with 0 <= atto < 10^9, so equal amounts have equal
 * members; nano carries the sign (-0.5 atto is nano -1, atto 10^9 - ...). Zeroed is 0. */
struct ix_money {
    int64_t nano;
    int64_t atto;
};

enum { IX_MONEY_TEXT_SIZE = 40 }; /* of ix_money_format, the closing 0 included */

/* Decimal text, plain or with an exponent ("-1.5", ".5", "1.5E-7"); nothing else may stand in it.
 * Digits below 10^-18 are rounded half to even, and then *ret_rounded is set (never cleared).
 * IX_INVALID for what is no number, IX_LIMIT for what does not fit. */
IX_MUST_CHECK enum ix_code ix_money_parse(struct ix_sv text, struct ix_money *ret_amount,
                                          bool *ret_rounded, struct ix_err *err);

/* Whether ix_money_parse would read it, if it fits. */
bool ix_money_is_number(struct ix_sv text);

/* IX_LIMIT when the sum does not fit; *amount is then unchanged. The caller names the sum. */
IX_MUST_CHECK enum ix_code ix_money_add(struct ix_money *amount, struct ix_money other,
                                        struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_money_subtract(struct ix_money *amount, struct ix_money other,
                                             struct ix_err *err);
/* Less than 0, 0, more than 0. */
int ix_money_compare(struct ix_money a, struct ix_money b);
static inline bool ix_money_is_zero(struct ix_money amount) {
    return amount.nano == 0 && amount.atto == 0;
}

/* The shortest decimal text that is exactly the amount: "0", "-12.5", "0.000000000000000001". */
struct ix_sv ix_money_format(struct ix_money amount, char text[static IX_MONEY_TEXT_SIZE]);

enum { IX_MONEY_DISPLAY_SIZE = 32 }; /* of ix_money_display, the closing 0 included */

/* For people: hundredths, rounded half to even, and thousands apart: "-1,234.50". What would be
 * rounded to nothing is "<0.01" or ">-0.01". *ret_rounded is set (never cleared) when digits were
 * left out. */
struct ix_sv ix_money_display(struct ix_money amount, char text[static IX_MONEY_DISPLAY_SIZE],
                              bool *ret_rounded);

/* For shares, bars and trends shown to people, never for sums. */
double ix_money_double(struct ix_money amount);

enum { IX_DECIMALS_SIZE = 352 }; /* of ix_decimals, the closing 0 included */

/* Such a share in so many decimals, 18 at most. What is rounded to nothing has no sign: "0.0". */
struct ix_sv ix_decimals(double value, int decimals, char text[static IX_DECIMALS_SIZE]);

#endif
