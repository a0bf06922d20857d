/* What this program tests. */
#include "tests/support/collected.h"

extern const struct ix_collector ix_collector_bills;

const struct tested tested = {
    .collector = &ix_collector_bills,
    .usual_name = "bill.csv",
};
