/* Any bytes as an input of the Pulumi collector. */
#include "tests/fuzz/collector.h"

FUZZ_COLLECTOR(pulumi);
