/* Order of numbers by their decimal text: exact at any length, where doubles take neighbours above
 * 2^53 for equal. */
#ifndef IX_QUERY_NUMBER_H
#define IX_QUERY_NUMBER_H

#include "base/sv.h"

/* -1, 0 or 1. Both are JSON numbers (RFC 8259 section 6): "1e2" equals "100.0". */
int ix_number_cmp(struct ix_sv a, struct ix_sv b);
/* True when a double tells the number from every other of so few digits: an index of doubles is
 * exact for it. */
bool ix_number_is_short(struct ix_sv text);

#endif
