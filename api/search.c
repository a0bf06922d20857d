/* Searching: the answer of query/run.h as one JSON document. */
#include "api/handlers.h"
#include "query/run.h"

enum { PAGE_USUAL = 50 };

static int64_t page_limit(const struct ix_call *call) {
    int64_t most = ix_api_options_of(call->api)->rows_max;
    int64_t wanted = call->arguments.limit ? call->arguments.limit : PAGE_USUAL;
    return most > 0 && wanted > most ? most : wanted;
}

static void write_columns(struct ix_buf *buf, const struct ix_answer *answer) {
    ix_buf_add_cstr(buf, "{\"columns\":[");
    for (size_t i = 0; i < ix_answer_column_count(answer); i++) {
        ix_buf_add_cstr(buf, i ? "," : "");
        ix_json_write_string(buf, ix_answer_column(answer, i));
    }
    ix_buf_add_cstr(buf, "],\"rows\":[");
}

static void write_row(struct ix_buf *buf, const struct ix_answer *answer,
                      const struct ix_json *row) {
    if (ix_answer_is_resources(answer)) {
        ix_json_write(buf, row);
        return;
    }
    ix_buf_add_char(buf, '[');
    for (const struct ix_json *n = ix_json_first(row); n; n = ix_json_next(n)) {
        ix_json_write(buf, n);
        ix_buf_add_cstr(buf, ix_json_next(n) ? "," : "");
    }
    ix_buf_add_char(buf, ']');
}

static enum ix_code write_rows(struct ix_buf *buf, struct ix_answer *answer, struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code;
    for (int64_t rows = 0;; rows++) {
        struct ix_json *row;
        code = ix_answer_next(answer, &arena, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        ix_buf_add_cstr(buf, rows ? ",\n" : "\n");
        write_row(buf, answer, row);
        ix_arena_reset(&arena);
    }
    ix_arena_done(&arena);
    return code;
}

static void write_tail(struct ix_buf *buf, const struct ix_json *tail) {
    ix_buf_add_cstr(buf, "\n]");
    for (const struct ix_json *n = ix_json_first(tail); n; n = ix_json_next(n)) {
        ix_buf_add_char(buf, ',');
        ix_json_write_string(buf, ix_json_key(n));
        ix_buf_add_char(buf, ':');
        ix_json_write(buf, n);
    }
    ix_buf_add_cstr(buf, "}\n");
}

static enum ix_code write_answer(struct ix_call *call, struct ix_answer *answer,
                                 struct ix_err *err) {
    struct ix_buf buf = {0};
    struct ix_json *tail;
    if (ix_answer_is_resources(answer)) {
        ix_buf_add_cstr(&buf, "{\"items\":[");
    } else {
        write_columns(&buf, answer);
    }
    enum ix_code code = write_rows(&buf, answer, err);
    code = code == IX_OK ? ix_answer_tail(answer, call->arena, &tail, err) : code;
    if (code != IX_OK) {
        ix_buf_done(&buf);
        return code;
    }
    write_tail(&buf, tail);
    return ix_reply_buf(call, ix_media_content_type(IX_MEDIA_JSON), &buf, err);
}

enum ix_code ix_api_search(struct ix_call *call, struct ix_err *err) {
    const struct ix_api_options *options = ix_api_options_of(call->api);
    const struct ix_run_query_settings settings = {
        .now_ms = call->request->now_ms,
        .limit = page_limit(call),
        .properties = call->arguments.properties,
        .count = call->arguments.count,
        .cursor = call->arguments.cursor,
        .kinds = options->kinds,
        .categories = options->categories,
        .types = options->types,
    };
    struct ix_warehouse *reader;
    struct ix_answer *answer;
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
    if (code != IX_OK) {
        return code;
    }
    call->in_query = true;
    code = ix_query_run(reader, call->arguments.q, &settings, &answer, err);
    if (code == IX_OK) {
        code = write_answer(call, answer, err);
        ix_answer_close(answer);
    }
    return code;
}
