/* Any bytes as YAML: no crash, no explosion of aliases, and each tree that is read is written so
 * that it reads back as the same tree. */
#include <assert.h>

#include "base/yaml.h"

enum { MEMORY_MAX = 64 << 20 };

static enum ix_code read_one(struct ix_sv text, struct ix_arena *arena, struct ix_json **ret_node) {
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_yaml_reader *reader = NULL;
    int64_t line = 0;
    enum ix_code code = ix_stream_open_memory(text, &stream, &err);
    code = code == IX_OK ? ix_yaml_reader_open(stream, NULL, NULL, &reader, &err) : code;
    code = code == IX_OK ? ix_yaml_reader_next(reader, arena, ret_node, &line, &err) : code;
    ix_yaml_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

static void write_and_read_back(const struct ix_json *node) {
    struct ix_arena arena;
    struct ix_buf yaml = {0};
    struct ix_json *again = NULL;
    ix_arena_init(&arena, MEMORY_MAX);
    ix_yaml_write(&yaml, node);
    enum ix_code code = read_one(ix_buf_sv(&yaml), &arena, &again);
    assert(code == IX_OK || code == IX_LIMIT);
    assert(code != IX_OK || ix_json_equal(node, again));
    ix_buf_done(&yaml);
    ix_arena_done(&arena);
}

/* Keeps a tag as a member beside the value, as the CloudFormation collector does. */
static struct ix_json *keep_tag(void *context, struct ix_arena *arena, struct ix_sv tag,
                                struct ix_json *value) {
    (void)context;
    struct ix_json *object = ix_json_new_object(arena);
    ix_json_set(arena, object, tag, value);
    return object;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_yaml_reader *reader = NULL;
    struct ix_json *node = NULL;
    int64_t line = 0;
    ix_arena_init(&arena, MEMORY_MAX);
    enum ix_code code = ix_stream_open_memory(ix_sv_of((const char *)data, size), &stream, &err);
    code = code == IX_OK ? ix_yaml_reader_open(stream, keep_tag, NULL, &reader, &err) : code;
    while (code == IX_OK &&
           (code = ix_yaml_reader_next(reader, &arena, &node, &line, &err)) == IX_OK && node) {
        write_and_read_back(node);
        ix_arena_reset(&arena);
    }
    assert(code == IX_OK || err.text[0] != '\0');
    ix_yaml_reader_close(reader);
    ix_stream_close(stream);
    ix_arena_done(&arena);
    return 0;
}
