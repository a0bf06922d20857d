/* Any bytes as an input of the Kubernetes collector: what it claims it collects or refuses with
 * a word, and what it pushes is named. */
#include <assert.h>

#include "collectors/run.h"

extern const struct ix_collector ix_collector_kubernetes;

static enum ix_code open_bytes(const struct ix_input *input, struct ix_stream **ret_stream,
                               struct ix_err *err) {
    const struct ix_sv *bytes = input->open_context;
    return ix_stream_open_memory(*bytes, ret_stream, err);
}

static enum ix_code take_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    (void)sink;
    (void)err;
    assert(!ix_sv_empty(resource->native_type));
    assert(ix_json_kind(resource->properties) == IX_JSON_OBJECT);
    return IX_OK;
}

static enum ix_code take_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    (void)sink;
    (void)err;
    assert(ix_sv_empty(relation->to_address) || ix_sv_empty(relation->to_id));
    return IX_OK;
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    (void)sink;
    (void)err;
    assert((scope->outcome == IX_SCOPE_WHOLE) == (scope->error == IX_OK));
    return IX_OK;
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    (void)sink;
    (void)err;
    assert(!ix_sv_empty(note->reason));
    return IX_OK;
}

static void collect(const struct ix_input *input, const struct ix_recognised *recognised) {
    struct ix_sink sink = {take_resource, take_relation, take_scope, take_note};
    struct ix_collect_env env = {
        .input = input,
        .recognised = recognised,
        .source = IX_SV("fuzz"),
    };
    struct ix_err err = {0};
    enum ix_code code = ix_collector_kubernetes.collect(&env, &sink, &err);
    assert(code == IX_OK || err.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_sv bytes = ix_sv_of((const char *)data, size);
    struct ix_input input = {
        .path = IX_SV("fuzz"),
        .base_name = IX_SV("fuzz"),
        .open = open_bytes,
        .open_context = &bytes,
    };
    struct ix_recognised recognised;
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    if (ix_input_inspect(&input, &arena, &err) == IX_OK) {
        ix_collector_kubernetes.recognise(&input, &arena, &recognised);
        bool said = !ix_sv_empty(recognised.reason);
        assert(said ==
               (recognised.claim == IX_CLAIM_REFUSE || recognised.claim == IX_CLAIM_IGNORE));
        if (recognised.claim == IX_CLAIM_READ) {
            collect(&input, &recognised);
        }
    }
    ix_arena_done(&arena);
    return 0;
}
