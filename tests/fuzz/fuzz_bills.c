/* Any bytes as a bill, and as a file of which the rules of FOCUS are asked. */
#include <assert.h>

#include "collectors/bills/conformance.h"
#include "tests/fuzz/collector.h"

extern const struct ix_collector ix_collector_bills;

static void check_rules(struct ix_sv bytes) {
    struct ix_arena arena;
    struct ix_stream *stream = NULL;
    struct ix_conformance found;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_stream_open_memory(bytes, &stream, &err);
    code = code == IX_OK ? ix_conformance_check(stream, IX_SV("1.2"), &arena, NULL, &found, &err)
                         : code;
    assert(code == IX_OK || err.text[0] != '\0');
    for (size_t i = 0; code == IX_OK && i < found.count; i++) {
        assert((found.rules[i].state == IX_CONFORMANCE_BROKEN) == (found.rules[i].breaches > 0));
    }
    ix_stream_close(stream);
    ix_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check_rules(ix_sv_of((const char *)data, size));
    return fuzz_collector(&ix_collector_bills, data, size);
}
