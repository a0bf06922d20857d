/* What this program tests. */
#include "tests/support/collected.h"

extern const struct ix_collector ix_collector_terraform;

const struct tested tested = {
    .collector = &ix_collector_terraform,
    .fixtures = "terraform",
    .usual_name = "terraform.tfstate",
};
