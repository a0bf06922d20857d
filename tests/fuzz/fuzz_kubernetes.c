/* Any bytes as an input of the Kubernetes collector. */
#include "tests/fuzz/collector.h"

FUZZ_COLLECTOR(kubernetes);
