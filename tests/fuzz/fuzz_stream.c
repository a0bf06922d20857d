/* Any bytes as a file: plain, gzip or Zstandard. Read in one way and in another, the same comes
 * out. */
#include <assert.h>

#include "base/buf.h"
#include "base/stream.h"

enum { OUTPUT_MAX = 1 << 20, LINE_MAX_BYTES = 4096 };

/* Reads pieces of `piece` bytes until the end, an error or OUTPUT_MAX. */
static enum ix_code read_all(struct ix_sv bytes, size_t piece, struct ix_buf *to) {
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_stream_open_memory(bytes, &stream, &err);
    size_t got = 1;
    while (code == IX_OK && got > 0 && to->size < OUTPUT_MAX) {
        char *at = ix_buf_reserve(to, piece);
        assert(at);
        code = ix_stream_read(stream, at, piece, &got, &err);
        assert(got <= piece);
        to->size += code == IX_OK ? got : 0;
    }
    ix_stream_close(stream);
    return code;
}

static void read_lines(struct ix_sv bytes) {
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_stream_open_memory(bytes, &stream, &err);
    bool more = true;
    size_t total = 0;
    while (code == IX_OK && more && total < OUTPUT_MAX) {
        struct ix_sv line = {0};
        code = ix_stream_line(stream, LINE_MAX_BYTES, &line, &more, &err);
        assert(code != IX_OK || line.size <= LINE_MAX_BYTES);
        assert(ix_sv_find_char(line, '\n') == IX_SV_NPOS);
        total += line.size + 1;
    }
    ix_stream_close(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv bytes = ix_sv_of((const char *)data, size);
    struct ix_buf large = {0};
    struct ix_buf small = {0};
    enum ix_code first = read_all(bytes, 64 << 10, &large);
    enum ix_code second = read_all(bytes, 100, &small);
    size_t shared = large.size < small.size ? large.size : small.size;
    assert(shared == 0 || memcmp(large.data, small.data, shared) == 0);
    bool whole = large.size < OUTPUT_MAX && small.size < OUTPUT_MAX;
    assert(!whole || (first == second && (first != IX_OK || large.size == small.size)));
    read_lines(bytes);
    ix_buf_done(&large);
    ix_buf_done(&small);
    return 0;
}
