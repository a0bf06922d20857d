/* Any bytes as an input of the CloudFormation collector. */
#include "tests/fuzz/collector.h"

FUZZ_COLLECTOR(cloudformation);
