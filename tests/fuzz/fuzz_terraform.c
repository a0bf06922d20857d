/* Any bytes as a state or plan: no crash, no hang, no leak, and what is collected without an error
 * ends with one whole scope. */
#include <assert.h>

#include "collectors/run.h"

extern const struct ix_collector ix_collector_terraform;

struct counter {
    struct ix_sink sink;
    int64_t scopes;
};

static enum ix_code take_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    (void)sink;
    (void)err;
    assert(!ix_sv_empty(resource->address) && !ix_sv_empty(resource->native_type));
    return IX_OK;
}

static enum ix_code take_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    (void)sink;
    (void)err;
    assert(!ix_sv_empty(relation->from_address) && !ix_sv_empty(relation->to_address));
    return IX_OK;
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    (void)err;
    assert(scope->outcome == IX_SCOPE_WHOLE);
    ((struct counter *)sink)->scopes++;
    return IX_OK;
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    (void)sink;
    (void)err;
    assert(!ix_sv_empty(note->reason));
    return IX_OK;
}

static enum ix_code open_memory(const struct ix_input *input, struct ix_stream **ret_stream,
                                struct ix_err *err) {
    const struct ix_sv *bytes = input->open_context;
    return ix_stream_open_memory(*bytes, ret_stream, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv bytes = ix_sv_of((const char *)data, size);
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    struct ix_input input = {
        .path = IX_SV("input"),
        .base_name = IX_SV("input"),
        .open = open_memory,
        .open_context = &bytes,
    };
    struct ix_recognised recognised = {0};
    if (ix_input_inspect(&input, &arena, &err) == IX_OK) {
        ix_collector_terraform.recognise(&input, &arena, &recognised);
    }
    if (recognised.claim == IX_CLAIM_READ) {
        struct counter counter = {{take_resource, take_relation, take_scope, take_note}, 0};
        const struct ix_collect_env env = {.input = &input, .recognised = &recognised};
        enum ix_code code = ix_collector_terraform.collect(&env, &counter.sink, &err);
        assert(code == err.code);
        assert(counter.scopes == (code == IX_OK));
    }
    ix_arena_done(&arena);
    return 0;
}
