/* What this program tests. */
#include "tests/support/collected.h"

extern const struct ix_collector ix_collector_cloudformation;

const struct tested tested = {
    .collector = &ix_collector_cloudformation,
    .fixtures = "cloudformation",
    .usual_name = "input",
};
