/* Numbers with units: 100GiB, 30d, $20, 80%. */
#ifndef IX_QUERY_UNIT_H
#define IX_QUERY_UNIT_H

#include "base/sv.h"

struct ix_quantity {
    double number;
    struct ix_sv number_text; /* as written, a JSON number */
    struct ix_sv unit;        /* what follows it, or the money sign before it; may be empty */
};

/* Splits "100GiB"; false when the text does not begin with a number (after a money sign). */
bool ix_quantity_parse(struct ix_sv text, struct ix_quantity *ret_quantity);
/* True when the unit is one of the language's (units of bytes and time, %, money). */
bool ix_unit_known(struct ix_sv unit);
/* How many bytes one is: KB = 1000, KiB = Ki = 1024 (IEC 80000-13); "" is 1. 0: not a unit of
 * bytes. */
double ix_unit_bytes(struct ix_sv unit);

/* A duration: calendar months are kept apart, since they differ in length. */
struct ix_duration {
    int64_t months, ms;
};
/* "30d", "6mo", "1.5h"; units ms s m h d w mo y. */
bool ix_duration_parse(struct ix_sv text, struct ix_duration *ret_duration);
/* `direction` 1: after, -1: before. Bounded to the years that ix_civil knows. */
int64_t ix_duration_add(int64_t ms, struct ix_duration duration, int direction);

#endif
