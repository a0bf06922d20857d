/* What this program tests. */
#include "tests/support/collected.h"

extern const struct ix_collector ix_collector_kubernetes;

const struct tested tested = {
    .collector = &ix_collector_kubernetes,
    .fixtures = "kubernetes",
    .usual_name = "state.json",
};
