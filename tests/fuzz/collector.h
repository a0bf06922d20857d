/* What the fuzz programs of collectors share: any bytes as an input of one collector. What it
 * claims it collects or refuses with a word; what it pushes is named; what went well ends with a
 * scope. */
#ifndef IX_TESTS_FUZZ_COLLECTOR_H
#define IX_TESTS_FUZZ_COLLECTOR_H

#include "collectors/collector.h"

/* An input of these bytes, which must outlive it. */
struct ix_input fuzz_input(const struct ix_sv *bytes);

int fuzz_collector(const struct ix_collector *collector, const uint8_t *data, size_t size);

/* The whole of a fuzz program. */
#define FUZZ_COLLECTOR(name)                                                                       \
    extern const struct ix_collector ix_collector_##name;                                          \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                  \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                                 \
        return fuzz_collector(&ix_collector_##name, data, size);                                   \
    }                                                                                              \
    _Static_assert(true, "takes the semicolon")

#endif
