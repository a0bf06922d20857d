/* Any bytes as an answer of OpenCost. */
#include "tests/fuzz/collector.h"

FUZZ_COLLECTOR(opencost);
