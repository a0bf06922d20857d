/* Any bytes as JSON: no crash, and what is read is written so that it reads back as the same.
 *
 * The tree parser and the pull reader are two implementations of one grammar, so they must agree
 * on what is a document. */
#include <assert.h>

#include "base/json_reader.h"

enum { MEMORY_MAX = 64 << 20 };

static void write_and_read_back(const struct ix_json *node) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_buf first = {0};
    struct ix_buf second = {0};
    struct ix_json *again = NULL;
    ix_arena_init(&arena, MEMORY_MAX);
    ix_json_write_canonical(&first, node);
    enum ix_code code = ix_json_parse(&arena, ix_buf_sv(&first), &again, &err);
    assert(code == IX_OK || code == IX_LIMIT);
    if (code == IX_OK) {
        ix_json_write_canonical(&second, again);
        assert(ix_sv_eq(ix_buf_sv(&first), ix_buf_sv(&second)));
    }
    ix_buf_done(&first);
    ix_buf_done(&second);
    ix_arena_done(&arena);
}

static enum ix_code parse_tree(struct ix_sv text) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_json *node = NULL;
    ix_arena_init(&arena, MEMORY_MAX);
    enum ix_code code = ix_json_parse(&arena, text, &node, &err);
    if (code == IX_OK) {
        write_and_read_back(node);
        assert(ix_json_equal(node, node));
    }
    ix_arena_done(&arena);
    return code;
}

/* Walks event by event; *ret_documents: values at the top. */
static enum ix_code walk_events(struct ix_json_reader *reader, size_t *ret_documents) {
    struct ix_err err = {0};
    struct ix_json_event event = {.kind = IX_JSON_EVENT_ARRAY_BEGIN};
    *ret_documents = 0;
    while (event.kind != IX_JSON_EVENT_END) {
        enum ix_code code = ix_json_reader_next(reader, &event, &err);
        if (code != IX_OK) {
            assert(err.text[0] != '\0');
            return code;
        }
        bool begins = event.kind == IX_JSON_EVENT_OBJECT_BEGIN ||
                      event.kind == IX_JSON_EVENT_ARRAY_BEGIN || event.kind == IX_JSON_EVENT_SCALAR;
        *ret_documents += begins && event.depth == 0;
    }
    return IX_OK;
}

static enum ix_code walk(struct ix_sv text, size_t *ret_documents) {
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_json_reader *reader = NULL;
    enum ix_code code = ix_stream_open_memory(text, &stream, &err);
    code = code == IX_OK ? ix_json_reader_open(stream, &reader, &err) : code;
    code = code == IX_OK ? walk_events(reader, ret_documents) : code;
    ix_json_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

static enum ix_code skip_all(struct ix_sv text) {
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_json_reader *reader = NULL;
    enum ix_json_kind kind = IX_JSON_NULL;
    enum ix_code code = ix_stream_open_memory(text, &stream, &err);
    code = code == IX_OK ? ix_json_reader_open(stream, &reader, &err) : code;
    while (code == IX_OK && kind != IX_JSON_NONE) {
        code = ix_json_reader_peek(reader, &kind, &err);
        if (code == IX_OK && kind != IX_JSON_NONE) {
            code = ix_json_reader_skip(reader, &err);
        }
    }
    ix_json_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

static enum ix_code outline(struct ix_sv text, size_t budget_bytes) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_json *node = NULL;
    ix_arena_init(&arena, MEMORY_MAX);
    enum ix_code code = ix_stream_open_memory(text, &stream, &err);
    code = code == IX_OK ? ix_json_outline(stream, budget_bytes, &arena, &node, &err) : code;
    ix_stream_close(stream);
    ix_arena_done(&arena);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv text = ix_sv_of((const char *)data, size);
    size_t documents = 0;
    enum ix_code tree = parse_tree(text);
    enum ix_code events = walk(text, &documents);
    enum ix_code skipped = skip_all(text);
    bool plain = size < 2 || ((data[0] != 0x1F || data[1] != 0x8B) && data[0] != 0x28);
    if (tree == IX_OK && plain) {
        assert(events == IX_OK && skipped == IX_OK && documents == 1);
        assert(outline(text, 0) == IX_OK);
    }
    (void)outline(text, size / 2 + 1);
    return 0;
}
