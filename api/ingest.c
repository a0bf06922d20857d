/* Ingest: a body in the exchange format becomes runs of the warehouse, as `infradex index -` would
 * make of it. Whoever else is writing goes first: the lock is not waited for, because a worker that
 * waits answers nobody. */
#include "api/handlers.h"
#include "api/route.h"
#include "collectors/run.h"
#include "indexer/normalise/normalise.h"
#include "query/listing.h"

enum { NOTES_MAX = 100 };

struct ingest {
    struct ix_run_target target;
    struct ix_call *call;
    struct ix_warehouse *writer;
    struct ix_normaliser *normaliser;
    struct ix_sv source;
    struct ix_json *runs;
    int64_t notes;
    struct ix_err fault; /* of the input */
};

static int64_t now_ms(const struct ingest *in) {
    const struct ix_api_options *options = ix_api_options_of(in->call->api);
    return options->now_ms ? options->now_ms() : in->call->request->now_ms;
}

/* ---- the target of the runner ---- */

static enum ix_code begin_run(struct ix_run_target *target, struct ix_sv source,
                              struct ix_sv source_kind, struct ix_sv path,
                              struct ix_sink **ret_sink, struct ix_err *err) {
    struct ingest *in = (struct ingest *)target;
    const struct ix_run_info info = {
        .source = source,
        .source_kind = source_kind,
        .location = path,
        .started_ms = now_ms(in),
    };
    struct ix_sink *sink;
    in->source = ix_arena_copy(in->call->arena, source);
    enum ix_code code = ix_warehouse_run_begin(in->writer, &info, &sink, err);
    code = code == IX_OK ? ix_normaliser_new(sink, &in->normaliser, err) : code;
    if (code == IX_OK) {
        *ret_sink = ix_normaliser_sink(in->normaliser);
    }
    return code;
}

static void add_result(struct ingest *in, const struct ix_run_result *result) {
    const struct {
        const char *name;
        int64_t value;
    } members[] = {
        {"run", result->run},         {"generation", result->generation},
        {"seen", result->seen},       {"added", result->added},
        {"changed", result->changed}, {"unchanged", result->unchanged},
        {"retired", result->retired}, {"relations", result->relations},
        {"notes", result->notes},
    };
    struct ix_arena *arena = in->call->arena;
    struct ix_json *node = ix_json_new_object(arena);
    ix_json_set_string(arena, node, "source", in->source);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        ix_json_set(arena, node, ix_sv_cstr(members[i].name),
                    ix_json_new_int64(arena, members[i].value));
    }
    ix_json_append(in->runs, node);
    in->notes += result->notes;
}

static enum ix_code end_run(struct ix_run_target *target, enum ix_input_outcome outcome,
                            const struct ix_err *why, struct ix_err *err) {
    struct ingest *in = (struct ingest *)target;
    struct ix_run_result result;
    ix_normaliser_free(in->normaliser);
    in->normaliser = NULL;
    if (outcome != IX_INPUT_INDEXED) {
        return ix_warehouse_run_discard(in->writer, now_ms(in), why, err);
    }
    enum ix_code code = ix_warehouse_run_publish(in->writer, now_ms(in), &result, err);
    if (code == IX_OK) {
        add_result(in, &result);
    }
    return code;
}

static void on_report(struct ix_run_target *target, const struct ix_input_report *report) {
    struct ingest *in = (struct ingest *)target;
    if (report->outcome != IX_INPUT_INDEXED) {
        ix_err_set(&in->fault, report->code == IX_OK ? IX_INVALID : report->code, "%.*s",
                   IX_SV_FMT(report->reason));
    }
}

/* ---- the input ---- */

static enum ix_code open_body(const struct ix_input *input, struct ix_stream **ret_stream,
                              struct ix_err *err) {
    const struct ix_sv *body = input->open_context;
    return ix_stream_open_memory(*body, ret_stream, err);
}

/* Other formats are for files; what is compressed could be of any size. */
static enum ix_code check_format(struct ix_call *call, struct ix_input *input, struct ix_err *err) {
    struct ix_recognised recognised = {0};
    struct ix_sv body = ix_sv_trim(call->request->body);
    const struct ix_collector *collector = NULL;
    if (!ix_sv_empty(body) && body.data[0] == '{') {
        enum ix_code code = ix_input_inspect(input, call->arena, err);
        if (code != IX_OK) {
            return code;
        }
        collector = ix_input_recognise(input, call->arena, &recognised);
    }
    if (!collector || strcmp(collector->name, "ndjson") != 0) {
        return ix_err_set(err, IX_INVALID,
                          "the body is not the exchange format: an object a line, each with a "
                          "\"record\"");
    }
    return IX_OK;
}

static enum ix_code run_body(struct ingest *in, struct ix_input *input, struct ix_err *err) {
    struct ix_call *call = in->call;
    const struct ix_run_settings settings = {
        .source = call->arguments.source,
        .stdin_fd = -1,
        .now_ms = call->request->now_ms,
        .cancelled = call->request->cancelled,
    };
    struct ix_run_counts counts;
    enum ix_code code = ix_run_input(input, &settings, &in->target, &counts, err);
    ix_normaliser_free(in->normaliser);
    in->normaliser = NULL;
    if (code == IX_OK && in->fault.code != IX_OK) {
        *err = in->fault;
    }
    return err->code;
}

/* ---- the answer ---- */

/* The newest notes are those of the runs just made: nobody else could write. */
static enum ix_code add_notes(struct ingest *in, struct ix_json *answer, struct ix_err *err) {
    struct ix_json *notes = ix_json_new_array(in->call->arena);
    bool more = false;
    enum ix_code code = IX_OK;
    if (in->notes > 0) {
        int64_t limit = in->notes < NOTES_MAX ? in->notes : NOTES_MAX;
        code = ix_listing_read(in->writer, IX_LIST_NOTES, (struct ix_sv){0}, limit, in->call->arena,
                               &notes, &more, err);
    }
    ix_json_set(in->call->arena, answer, IX_SV("notes"), notes);
    return code;
}

static enum ix_code ingest(struct ingest *in, struct ix_input *input, struct ix_err *err) {
    struct ix_json *answer = ix_json_new_object(in->call->arena);
    in->target = (struct ix_run_target){begin_run, end_run, on_report};
    in->runs = ix_json_new_array(in->call->arena);
    ix_json_set(in->call->arena, answer, IX_SV("runs"), in->runs);
    enum ix_code code = run_body(in, input, err);
    code = code == IX_OK ? add_notes(in, answer, err) : code;
    if (code == IX_OK) {
        ix_reply_never_keep(in->call);
        code = ix_reply_json(in->call, answer, err);
    }
    return code;
}

enum ix_code ix_api_ingest(struct ix_call *call, struct ix_err *err) {
    struct ingest in = {.call = call};
    const struct ix_open_options options = {
        .mode = IX_OPEN_WRITE,
        .cancelled = call->request->cancelled,
    };
    struct ix_sv body = call->request->body;
    struct ix_input input = {
        .path = IX_SV("http"),
        .base_name = IX_SV("http.ndjson"),
        .open = open_body,
        .open_context = &body,
    };
    enum ix_code code = check_format(call, &input, err);
    if (code == IX_OK) {
        code = ix_warehouse_open(ix_api_options_of(call->api)->folder, &options, &in.writer, err);
        code = code == IX_OK ? IX_OK : ix_open_fault(err);
    }
    if (code == IX_OK) {
        code = ingest(&in, &input, err);
        ix_warehouse_close(in.writer);
    }
    return code;
}
