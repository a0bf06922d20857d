/* Cells of bills as values: what stands for nothing, amounts, times, tags, in the spellings that
 * exports really have. */
#ifndef IX_COLLECTORS_BILLS_VALUES_H
#define IX_COLLECTORS_BILLS_VALUES_H

#include "base/json.h"
#include "base/money.h"

/* The empty cell, NULL, null, -, Not Applicable, N/A, None: the specification has the first alone,
 * files have them all. `quoted` texts stand for themselves, but for the empty one. */
bool ix_bill_is_null(struct ix_sv cell, bool quoted);

/* A decimal number as FOCUS writes it: without a currency sign, with a point, without marks between
 * thousands. 1,5 becomes 1.5; 1,234.5 and 1.234,5 become 1234.5; where a comma could be either
 * (1,234) it is no number. "$1,234.50 " becomes 1234.50, "($5.00)" and "-$5.00" become -5.00; the
 * sign says no currency. In the arena or `cell`; false: no number. */
bool ix_bill_decimal(struct ix_arena *arena, struct ix_sv cell, struct ix_sv *ret_decimal);

/* Why such a cell is none: "no decimal number", or that nobody can say which one it is. */
const char *ix_bill_decimal_fault(struct ix_sv cell);

/* ISO 8601 in all its spellings, with a space for the T, without zone (UTC), "2023-11-13T10:00Z";
 * M/D/YYYY and M/D/YY with or without a time; D.M.YYYY; YYYYMM and YYYYMMDD. */
bool ix_bill_time(struct ix_sv cell, int64_t *ret_ms);

/* An object out of JSON (or what Python prints) with or without its braces, out of [{"key": "team",
 * "value": "a"}], or out of "key=value; key=value". Values are texts; what is no text is kept as it
 * is. NULL when it is nothing of that, or empty. */
const struct ix_json *ix_bill_tags(struct ix_arena *arena, struct ix_sv cell);

/* The first of the calendar month. */
int64_t ix_bill_month(int64_t ms);

#endif
