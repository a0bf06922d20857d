/* Searching: the answer of query/run.h as one JSON document, or as a stream (stream.c). */
#include "api/answer.h"
#include "api/handlers.h"
#include "api/route.h"
#include "api/stream.h"
#include "base/time.h"

enum { PAGE_USUAL = 50 };

struct ix_run_query_settings
ix_answer_settings(const struct ix_api *api, const struct ix_arguments *arguments, int64_t now_ms) {
    const struct ix_api_options *options = ix_api_options_of(api);
    return (struct ix_run_query_settings){
        .now_ms = now_ms,
        .properties = arguments->properties,
        .count = arguments->count,
        .cursor = arguments->cursor,
        .kinds = options->kinds,
        .categories = options->categories,
        .types = options->types,
        .rules = options->rules,
    };
}

enum ix_code ix_answer_columns(const struct ix_answer *answer, struct ix_arena *arena,
                               struct ix_format_columns *ret_columns, struct ix_err *err) {
    *ret_columns = (struct ix_format_columns){0};
    if (ix_answer_is_resources(answer)) {
        return ix_format_columns_add(ret_columns, IX_SV(IX_FORMAT_USUAL_COLUMNS), err);
    }
    size_t count = ix_answer_column_count(answer);
    if (count > IX_FORMAT_COLUMNS_MAX) {
        return ix_err_set(err, IX_LIMIT, "more than %d columns", IX_FORMAT_COLUMNS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        ret_columns->names[i] = ix_arena_copy(arena, ix_answer_column(answer, i));
    }
    ret_columns->count = count;
    return ix_arena_check(arena, err);
}

static int64_t page_limit(const struct ix_call *call) {
    int64_t most = ix_api_options_of(call->api)->rows_max;
    int64_t wanted = call->arguments.limit ? call->arguments.limit : PAGE_USUAL;
    return most > 0 && wanted > most ? most : wanted;
}

/* ---- once more ---- */

/* Everything but the state of the warehouse that the document depends on. */
static struct ix_sv what_is_asked(struct ix_call *call) {
    const struct ix_arguments *a = &call->arguments;
    struct ix_buf buf = {0};
    ix_buf_printf(&buf, "%s %zu ", call->route->name, a->q.size); /* where one ends is said */
    ix_buf_add(&buf, a->q);
    ix_buf_add_char(&buf, ' ');
    ix_buf_add(&buf, a->cursor);
    ix_buf_printf(&buf, " %lld %d %d", (long long)page_limit(call), a->properties, a->count);
    struct ix_sv asked = ix_arena_copy(call->arena, ix_buf_sv(&buf));
    call->arena->failed = call->arena->failed || buf.failed;
    ix_buf_done(&buf);
    return asked;
}

/* In the tail nothing before that time can hold these bytes: a count, and a cursor of letters. */
static void keep_document(struct ix_call *call, struct ix_answers *answers, struct ix_sv document,
                          size_t tail) {
    static const struct ix_sv name = IX_SV_INIT("\"as_of\":\"");
    struct ix_sv asked = what_is_asked(call);
    size_t at = ix_sv_find(ix_sv_from(document, tail), name);
    if (at == IX_SV_NPOS || call->arena->failed) {
        return;
    }
    size_t begin = tail + at + name.size;
    size_t end = begin + ix_sv_find_char(ix_sv_from(document, begin), '"');
    const struct ix_answer_parts parts = {ix_sv_sub(document, 0, begin), ix_sv_from(document, end)};
    ix_answers_keep(answers, asked, &parts);
}

static enum ix_code reply_kept(struct ix_call *call, const struct ix_answer_parts *parts,
                               struct ix_err *err) {
    char text[IX_TIME_TEXT_SIZE];
    struct ix_sv as_of = ix_time_format(call->request->now_ms, text);
    ix_reply_text(call, 200, ix_media_content_type(IX_MEDIA_JSON),
                  ix_answer_join(call->arena, parts, as_of));
    return ix_arena_check(call->arena, err);
}

/* *ret_done: that was the whole answer. */
static enum ix_code answer_again(struct ix_call *call, const struct ix_answers *answers,
                                 int64_t generation, bool *ret_done, struct ix_err *err) {
    struct ix_answer_parts parts;
    struct ix_sv asked = what_is_asked(call);
    if (ix_arena_check(call->arena, err) != IX_OK) {
        return err->code;
    }
    *ret_done = call->media == IX_MEDIA_JSON && ix_answers_find(answers, asked, &parts);
    return !*ret_done || ix_reply_unchanged(call, generation, asked)
               ? IX_OK
               : reply_kept(call, &parts, err);
}

/* ---- one document ---- */

static enum ix_code write_rows(struct ix_buf *buf, struct ix_answer *answer,
                               const struct ix_format_columns *columns, struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code;
    for (bool first = true;; first = false) {
        struct ix_json *row;
        code = ix_answer_next(answer, &arena, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        ix_format_json_row(buf, columns, row, first);
        ix_arena_reset(&arena);
    }
    ix_arena_done(&arena);
    return code;
}

/* A limit on the way (time, above all) ends the rows, not the answer: it is told as incomplete. */
static enum ix_code write_what_there_is(struct ix_call *call, struct ix_buf *buf,
                                        struct ix_answer *answer,
                                        const struct ix_format_columns *columns,
                                        struct ix_err *err) {
    struct ix_err fault = {0};
    if (write_rows(buf, answer, columns, &fault) == IX_LIMIT) {
        ix_answer_cut(answer, ix_arena_copy(call->arena, ix_sv_cstr(fault.text)).data);
        call->response->header_count = 0; /* no ETag: it may be whole next time */
        ix_reply_never_keep(call);
        return IX_OK;
    }
    *err = fault;
    return fault.code;
}

/* `answers`: it becomes one of them; NULL: next time it may be another one. */
static enum ix_code write_document(struct ix_call *call, struct ix_answer *answer,
                                   struct ix_answers *answers, struct ix_err *err) {
    struct ix_buf buf = {0};
    struct ix_json *tail = NULL;
    struct ix_format_columns columns;
    enum ix_code code = ix_answer_columns(answer, call->arena, &columns, err);
    if (code != IX_OK) {
        return code;
    }
    const struct ix_format_columns *shown = ix_answer_is_resources(answer) ? NULL : &columns;
    ix_format_json_begin(&buf, shown);
    code = write_what_there_is(call, &buf, answer, shown, err);
    size_t rows_end = buf.size;
    code = code == IX_OK ? ix_answer_tail(answer, call->arena, &tail, err) : code;
    if (code != IX_OK) {
        ix_buf_done(&buf);
        return code;
    }
    ix_format_json_end(&buf, tail);
    if (answers && !buf.failed && !ix_answer_is_cut(answer)) {
        keep_document(call, answers, ix_buf_sv(&buf), rows_end);
    }
    return ix_reply_buf(call, ix_media_content_type(IX_MEDIA_JSON), &buf, err);
}

static enum ix_code write_explanation(struct ix_call *call, struct ix_sv explanation,
                                      struct ix_err *err) {
    struct ix_json *node = ix_json_new_object(call->arena);
    ix_json_set_string(call->arena, node, "explanation", explanation);
    return ix_reply_json(call, node, err);
}

static enum ix_code answer_page(struct ix_call *call, struct ix_answer *answer,
                                struct ix_answers *answers, struct ix_err *err) {
    bool moves = ix_answer_moves(answer);
    if (moves) {
        ix_reply_never_keep(call);
    } else if (ix_reply_unchanged(call, ix_answer_generation(answer), what_is_asked(call))) {
        return IX_OK;
    }
    struct ix_sv explanation = ix_answer_explanation(answer);
    bool stays = !moves && ix_answer_format(answer) == IX_FORMAT_DEFAULT;
    return ix_sv_empty(explanation) ? write_document(call, answer, stays ? answers : NULL, err)
                                    : write_explanation(call, explanation, err);
}

/* ---- which form ---- */

/* `| as csv` counts where neither `format=` nor Accept insists on another form. */
static enum ix_media media_of(const struct ix_call *call, const struct ix_answer *answer) {
    static const enum ix_media asked[] = {
        [IX_FORMAT_CSV] = IX_MEDIA_CSV,
        [IX_FORMAT_NDJSON] = IX_MEDIA_NDJSON,
        [IX_FORMAT_JSON] = IX_MEDIA_JSON,
    };
    enum ix_media media = call->media;
    enum ix_plan_format format = ix_answer_format(answer);
    bool known = format == IX_FORMAT_CSV || format == IX_FORMAT_NDJSON || format == IX_FORMAT_JSON;
    if (known && ix_sv_empty(call->arguments.format)) {
        (void)ix_media_choose(ix_request_header(call->request, "Accept"), 1u << asked[format],
                              &media);
    }
    return media;
}

static enum ix_code answer_anew(struct ix_call *call, struct ix_warehouse *reader,
                                struct ix_answers *answers, struct ix_err *err) {
    struct ix_run_query_settings settings =
        ix_answer_settings(call->api, &call->arguments, call->request->now_ms);
    settings.limit = page_limit(call);
    struct ix_answer *answer;
    enum ix_code code = ix_query_run(reader, call->arguments.q, &settings, &answer, err);
    if (code != IX_OK) {
        return code;
    }
    call->media = media_of(call, answer);
    code = call->media == IX_MEDIA_JSON ? answer_page(call, answer, answers, err) : IX_OK;
    ix_answer_close(answer);
    return code;
}

/* As a document; else the form is known afterwards. */
static enum ix_code answer(struct ix_call *call, struct ix_warehouse *reader, struct ix_err *err) {
    struct ix_answers *answers;
    int64_t generation = 0;
    bool done = false;
    enum ix_code code = ix_warehouse_snapshot_begin(reader, err);
    if (code != IX_OK) {
        return code;
    }
    code = ix_worker_answers(call->worker, &answers, err);
    code = code == IX_OK ? ix_warehouse_generation(reader, &generation, err) : code;
    code = code == IX_OK ? answer_again(call, answers, generation, &done, err) : code;
    if (code == IX_OK && !done) {
        code = answer_anew(call, reader, answers, err);
    }
    ix_warehouse_snapshot_end(reader);
    return code;
}

enum ix_code ix_api_search(struct ix_call *call, struct ix_err *err) {
    struct ix_warehouse *reader;
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
    if (code != IX_OK) {
        return code;
    }
    call->in_query = true;
    code = answer(call, reader, err);
    return code != IX_OK || call->media == IX_MEDIA_JSON ? code : ix_stream_answer(call, err);
}
