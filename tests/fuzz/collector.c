/* A sink that asserts, behind each collector in turn. The records pass through the normaliser, as
 * they do in the program. */
#include "tests/fuzz/collector.h"

#include <assert.h>

#include "collectors/run.h"
#include "indexer/normalise/normalise.h"

struct checking {
    struct ix_sink sink;
    int64_t scopes;
};

static enum ix_code open_bytes(const struct ix_input *input, struct ix_stream **ret_stream,
                               struct ix_err *err) {
    const struct ix_sv *bytes = input->open_context;
    return ix_stream_open_memory(*bytes, ret_stream, err);
}

struct ix_input fuzz_input(const struct ix_sv *bytes) {
    return (struct ix_input){
        .path = IX_SV("fuzz"),
        .base_name = IX_SV("fuzz"),
        .open = open_bytes,
        .open_context = (void *)(uintptr_t)bytes,
    };
}

static enum ix_code take_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    (void)sink, (void)err;
    enum ix_json_kind kind = ix_json_kind(resource->properties);
    assert(!ix_sv_empty(resource->address) && !ix_sv_empty(resource->uid));
    assert(kind == IX_JSON_OBJECT || kind == IX_JSON_NONE);
    return IX_OK;
}

static enum ix_code take_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    (void)sink, (void)err;
    assert(!ix_sv_empty(relation->from_address) && !ix_sv_empty(relation->type));
    assert(ix_sv_empty(relation->to_address) != ix_sv_empty(relation->to_id));
    return IX_OK;
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    (void)err;
    assert((scope->outcome == IX_SCOPE_WHOLE) == (scope->error == IX_OK));
    ((struct checking *)sink)->scopes++;
    return IX_OK;
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    (void)sink, (void)err;
    assert(!ix_sv_empty(note->reason));
    return IX_OK;
}

static enum ix_code take_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    bool known = false;
    (void)sink, (void)err;
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        known |= line->cost_known[m];
        assert(line->cost[m].atto >= 0 && line->cost[m].atto < 1000000000);
    }
    assert(known && line->row > 0);
    assert(line->charge_start_ms != IX_TIME_UNKNOWN && line->billing_start_ms != IX_TIME_UNKNOWN);
    for (int c = 0; c < IX_FOCUS_COUNT; c++) {
        assert(line->text[c].data || line->text[c].size == 0);
    }
    return IX_OK;
}

static void collect(const struct ix_collector *collector, const struct ix_input *input,
                    const struct ix_recognised *recognised) {
    struct checking checking = {{.resource = take_resource,
                                 .relation = take_relation,
                                 .scope = take_scope,
                                 .note = take_note,
                                 .cost = take_cost},
                                0};
    struct ix_normaliser *normaliser = NULL;
    struct ix_err err = {0};
    const struct ix_collect_env env = {
        .input = input,
        .recognised = recognised,
        .source = IX_SV("fuzz"),
    };
    enum ix_code code = ix_normaliser_new(&checking.sink, &normaliser, &err);
    assert(code == IX_OK);
    code = collector->collect(&env, ix_normaliser_sink(normaliser), &err);
    assert(code == err.code && (code == IX_OK) == (err.text[0] == '\0'));
    assert(code != IX_OK || checking.scopes > 0);
    ix_normaliser_free(normaliser);
}

int fuzz_collector(const struct ix_collector *collector, const uint8_t *data, size_t size) {
    struct ix_sv bytes = ix_sv_of((const char *)data, size);
    struct ix_input input = fuzz_input(&bytes);
    struct ix_recognised recognised = {0};
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    if (ix_input_inspect(&input, &arena, &err) == IX_OK) {
        collector->recognise(&input, &arena, &recognised);
        bool unread = recognised.claim == IX_CLAIM_REFUSE || recognised.claim == IX_CLAIM_IGNORE;
        assert(unread != ix_sv_empty(recognised.reason));
        if (recognised.claim == IX_CLAIM_READ) {
            collect(collector, &input, &recognised);
        }
    }
    ix_arena_done(&arena);
    return 0;
}
