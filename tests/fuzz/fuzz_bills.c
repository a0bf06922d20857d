/* Any bytes as a bill. */
#include "tests/fuzz/collector.h"

FUZZ_COLLECTOR(bills);
