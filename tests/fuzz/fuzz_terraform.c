/* Any bytes as an input of the Terraform collector. */
#include "tests/fuzz/collector.h"

FUZZ_COLLECTOR(terraform);
