/* What this program tests. */
#include "tests/support/collected.h"

extern const struct ix_collector ix_collector_ndjson;

const struct tested tested = {
    .collector = &ix_collector_ndjson,
    .usual_name = "records.ndjson",
};
