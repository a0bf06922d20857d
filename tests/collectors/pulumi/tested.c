/* What this program tests. */
#include "tests/support/collected.h"

extern const struct ix_collector ix_collector_pulumi;

const struct tested tested = {
    .collector = &ix_collector_pulumi,
    .fixtures = "pulumi",
    .usual_name = "state.json",
};
