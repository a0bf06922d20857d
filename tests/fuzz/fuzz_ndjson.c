/* Any bytes as an exchange stream. What is read and written again is a stream too, and reading that
 * one gives the same bytes: the reader and the writer agree on the format. */
#include <assert.h>

#include "collectors/run.h"
#include "indexer/model/record.h"
#include "tests/fuzz/collector.h"

extern const struct ix_collector ix_collector_ndjson;

static enum ix_code keep_line(void *context, struct ix_sv line, struct ix_err *err) {
    struct ix_buf *lines = context;
    ix_buf_add(lines, line);
    return ix_buf_check(lines, err);
}

static enum ix_code begin_source(void *context, struct ix_sv source, struct ix_sv source_kind,
                                 struct ix_err *err) {
    struct ix_record_sink *sink = context;
    (void)source;
    ix_record_sink_begin(sink, source_kind);
    return ix_buf_check(&sink->kind, err);
}

static enum ix_code collect(const struct ix_input *input, const struct ix_recognised *recognised,
                            struct ix_buf *lines) {
    struct ix_record_sink sink;
    const struct ix_collect_env env = {
        .input = input,
        .recognised = recognised,
        .source = IX_SV("fuzz"),
        .begin_source = begin_source,
        .begin_source_context = &sink,
    };
    struct ix_err err = {0};
    ix_record_sink_init(&sink, keep_line, lines);
    enum ix_code code = ix_collector_ndjson.collect(&env, &sink.sink, &err);
    ix_record_sink_done(&sink);
    assert(code == IX_OK || err.text[0] != '\0');
    return code;
}

/* False when the bytes are no exchange stream, or a broken one. */
static bool read_again(struct ix_sv bytes, struct ix_buf *lines) {
    struct ix_input input = fuzz_input(&bytes);
    struct ix_recognised recognised = {0};
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    bool good = ix_input_inspect(&input, &arena, &err) == IX_OK;
    if (good) {
        ix_collector_ndjson.recognise(&input, &arena, &recognised);
        good = recognised.claim == IX_CLAIM_READ && collect(&input, &recognised, lines) == IX_OK;
    }
    ix_arena_done(&arena);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_buf once = {0};
    struct ix_buf twice = {0};
    if (read_again(ix_sv_of((const char *)data, size), &once)) {
        bool good = read_again(ix_buf_sv(&once), &twice);
        assert(good);
        assert(ix_sv_eq(ix_buf_sv(&once), ix_buf_sv(&twice)));
    }
    ix_buf_done(&once);
    ix_buf_done(&twice);
    return 0;
}
