/* A stream is the same query again and again, each time from where the piece before ended. Between
 * pieces it keeps a cursor and a few numbers, so that a thousand slow readers hold neither memory
 * nor the warehouse.
 *
 * Indexing goes on meanwhile. A piece may see a later generation than the one before it: what was
 * there all the time is given once, what came or went may be given or not. The end mark says
 * whether that happened. Where nobody asks for an order, the engine's own is taken: there a piece
 * costs little more than its rows. Any other order is made anew, and words are looked up anew, for
 * every piece; so those pieces are larger. */
#include "api/stream.h"

#include <stdlib.h>

#include "api/answer.h"
#include "base/json_writer.h"

enum {
    PIECE_BYTES = 64 << 10,
    COSTLY_PIECE_BYTES = 512 << 10,
    FIRST_PIECE_ROWS = 128,
    PIECE_ROWS_MAX = 20000,
};

struct ix_api_stream {
    struct ix_api *api;
    const struct ix_arguments *arguments; /* in the response's arena */
    int64_t now_ms;
    const bool *cancelled;
    enum ix_media media;
    bool begun;
    bool any_order;        /* may be taken */
    bool cheap;            /* a piece costs little more than its rows */
    int64_t run_rows;      /* how many the next run asks for: about a piece */
    struct ix_arena names; /* of columns */
    struct ix_format_columns columns;
    struct ix_buf cursor; /* where the next piece begins; empty: at the beginning */
    int64_t rows;         /* given so far */
    int64_t first_generation, last_generation;
    struct ix_buf piece; /* the first one, until it is taken */
    bool ended, broken;
};

/* What a run gave before it ended. */
struct piece {
    int64_t rows;
    bool more;           /* the query has more rows than were given */
    struct ix_json *end; /* the tail, after the last row */
};

static int64_t rows_left(const struct ix_api_stream *s) {
    return s->arguments->limit > 0 ? s->arguments->limit - s->rows : INT64_MAX;
}

static int64_t piece_rows(const struct ix_api_stream *s) {
    return rows_left(s) < s->run_rows ? rows_left(s) : s->run_rows;
}

/* Rows are of any size: the next run asks for a little more than made a piece, or for twice as many
 * when these did not. */
static void learn_size(struct ix_api_stream *s, int64_t rows, bool is_full) {
    int64_t next = is_full ? rows + rows / 8 + 1 : 2 * s->run_rows;
    s->run_rows = next < PIECE_ROWS_MAX ? next : PIECE_ROWS_MAX;
}

/* ---- rows ---- */

static enum ix_code begin_rows(struct ix_api_stream *s, const struct ix_answer *answer,
                               struct ix_buf *out, struct ix_err *err) {
    s->last_generation = ix_answer_generation(answer);
    if (s->begun) {
        return IX_OK;
    }
    s->first_generation = s->last_generation;
    s->cheap = ix_answer_pages_cheaply(answer);
    enum ix_code code = ix_answer_columns(answer, &s->names, &s->columns, err);
    if (code == IX_OK && s->media == IX_MEDIA_CSV) {
        ix_format_csv_heading(out, &s->columns);
    }
    s->begun = code == IX_OK;
    return code;
}

static void write_row(const struct ix_api_stream *s, const struct ix_json *row,
                      struct ix_buf *out) {
    if (s->media == IX_MEDIA_CSV) {
        ix_format_csv_row(out, &s->columns, row);
    } else {
        ix_format_ndjson_row(out, row);
    }
}

static enum ix_code write_rows(struct ix_api_stream *s, struct ix_answer *answer,
                               struct ix_buf *out, struct piece *piece, struct ix_err *err) {
    size_t enough = out->size + (s->cheap ? PIECE_BYTES : COSTLY_PIECE_BYTES);
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code = IX_OK;
    while (out->size < enough) {
        struct ix_json *row;
        code = ix_answer_next(answer, &arena, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        write_row(s, row, out);
        piece->rows++;
        ix_arena_reset(&arena);
    }
    piece->more = code != IX_OK || out->size >= enough || ix_answer_has_more(answer);
    learn_size(s, piece->rows, out->size >= enough);
    ix_arena_done(&arena);
    return code;
}

static enum ix_code keep_place(struct ix_api_stream *s, struct ix_answer *answer,
                               struct ix_err *err) {
    struct ix_sv text;
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_answer_cursor(answer, &arena, &text, err);
    if (code == IX_OK) {
        ix_buf_clear(&s->cursor);
        ix_buf_add(&s->cursor, text);
        code = ix_buf_check(&s->cursor, err);
    }
    ix_arena_done(&arena);
    return code;
}

/* Rows of one run. What went wrong after some of them does not count: the next run says it again,
 * or has the time that this one lacked. */
static enum ix_code take_rows(struct ix_api_stream *s, struct ix_answer *answer, struct ix_buf *out,
                              struct piece *piece, struct ix_err *err) {
    struct ix_err fault = {0};
    enum ix_code code = begin_rows(s, answer, out, err);
    if (code != IX_OK) {
        return code;
    }
    code = write_rows(s, answer, out, piece, &fault);
    s->rows += piece->rows;
    if (code != IX_OK && (piece->rows == 0 || code == IX_CANCELLED || code == IX_NOMEM)) {
        *err = fault;
        return code;
    }
    return piece->rows > 0 && piece->more ? keep_place(s, answer, err) : IX_OK;
}

static enum ix_code run_piece(struct ix_api_stream *s, struct ix_api_worker *worker,
                              struct ix_arena *arena, struct ix_buf *out, struct piece *piece,
                              struct ix_err *err) {
    struct ix_run_query_settings settings = ix_answer_settings(s->api, s->arguments, s->now_ms);
    settings.limit = piece_rows(s);
    settings.count = false;
    settings.any_order = s->any_order;
    if (s->begun) {
        settings.cursor = ix_buf_sv(&s->cursor);
        settings.any_generation = true;
    }
    struct ix_warehouse *reader;
    struct ix_answer *answer;
    enum ix_code code = ix_worker_reader(worker, s->cancelled, &reader, err);
    code = code == IX_OK ? ix_query_run(reader, s->arguments->q, &settings, &answer, err) : code;
    if (code != IX_OK) {
        return code;
    }
    if (ix_sv_empty(ix_answer_explanation(answer))) {
        code = take_rows(s, answer, out, piece, err);
    } else {
        code = ix_err_set(err, IX_INVALID, "an explanation is given in JSON only");
    }
    if (code == IX_OK && (!piece->more || rows_left(s) == 0)) {
        code = ix_answer_tail(answer, arena, &piece->end, err);
    }
    ix_answer_close(answer);
    return code;
}

/* ---- the end ---- */

/* The last line of NDJSON. `fault`: why there is no more; its code is IX_OK when all is said. */
static void write_end_mark(const struct ix_api_stream *s, const struct ix_json *tail,
                           const struct ix_err *fault, struct ix_buf *out) {
    struct ix_json_writer w;
    ix_jw_init(&w, out, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_bool(&w, "end", true);
    ix_jw_member_int64(&w, "rows", s->rows);
    ix_jw_member_bool(&w, "complete", fault->code == IX_OK);
    ix_jw_member_bool(&w, "consistent", s->first_generation == s->last_generation);
    if (tail) {
        ix_jw_key(&w, "next");
        ix_jw_node(&w, ix_json_get(tail, "next"));
        ix_jw_key(&w, "meta");
        ix_jw_node(&w, ix_json_get(tail, "meta"));
    }
    if (fault->code != IX_OK) {
        ix_jw_member_string(&w, "code", ix_sv_cstr(ix_code_name(fault->code)));
        ix_jw_member_string(&w, "detail", ix_sv_cstr(fault->text));
    }
    ix_jw_object_end(&w);
    ix_buf_add_char(out, '\n');
}

static void end_stream(struct ix_api_stream *s, const struct ix_json *tail,
                       const struct ix_err *fault, struct ix_buf *out) {
    s->ended = true;
    if (s->media == IX_MEDIA_NDJSON) {
        write_end_mark(s, tail, fault, out);
    }
    s->broken = out->failed || (s->media == IX_MEDIA_CSV && fault->code != IX_OK);
}

/* Before the first piece is out an error is returned; after it, it ends the stream. */
static enum ix_code next_piece(struct ix_api_stream *s, struct ix_api_worker *worker,
                               struct ix_buf *out, struct ix_err *err) {
    struct ix_arena arena;
    struct piece piece = {0};
    ix_arena_init(&arena, 0);
    enum ix_code code = run_piece(s, worker, &arena, out, &piece, err);
    if (code == IX_OK && piece.end) {
        end_stream(s, piece.end, err, out);
    }
    ix_arena_done(&arena);
    return code;
}

static void take_first_piece(struct ix_api_stream *s, struct ix_buf *out) {
    ix_buf_add(out, ix_buf_sv(&s->piece));
    ix_buf_done(&s->piece);
    s->broken = out->failed;
    s->ended = s->ended || out->failed;
}

void ix_api_stream_next(struct ix_api_stream *s, struct ix_api_worker *worker, struct ix_buf *out,
                        bool *ret_more) {
    struct ix_err err = {0};
    if (s->piece.size > 0) {
        take_first_piece(s, out);
    } else if (next_piece(s, worker, out, &err) != IX_OK) {
        end_stream(s, NULL, &err, out);
    }
    ix_worker_rest(worker);
    *ret_more = !s->ended;
}

bool ix_api_stream_broken(const struct ix_api_stream *s) {
    return s->broken;
}

void ix_api_stream_close(struct ix_api_stream *s) {
    if (s) {
        ix_arena_done(&s->names);
        ix_buf_done(&s->cursor);
        ix_buf_done(&s->piece);
        free(s);
    }
}

/* ---- beginning ---- */

static struct ix_api_stream *new_stream(struct ix_call *call) {
    struct ix_api_stream *s = calloc(1, sizeof *s);
    struct ix_arguments *arguments = IX_NEW(call->arena, struct ix_arguments);
    if (!s || !arguments) {
        free(s);
        return NULL;
    }
    *arguments = call->arguments;
    s->api = call->api;
    s->arguments = arguments;
    s->now_ms = call->request->now_ms;
    s->cancelled = call->request->cancelled;
    s->media = call->media;
    s->any_order = arguments->limit == 0 && ix_sv_empty(arguments->cursor);
    ix_arena_init(&s->names, 0);
    s->run_rows = FIRST_PIECE_ROWS;
    ix_buf_add(&s->cursor, arguments->cursor);
    return s;
}

enum ix_code ix_stream_answer(struct ix_call *call, struct ix_err *err) {
    struct ix_api_stream *s = new_stream(call);
    if (!s) {
        return ix_err_nomem(err);
    }
    enum ix_code code = next_piece(s, call->worker, &s->piece, err);
    code = code == IX_OK ? ix_buf_check(&s->piece, err) : code;
    if (code != IX_OK) {
        ix_api_stream_close(s);
        return code;
    }
    ix_reply_never_keep(call);
    const char *content_type = ix_media_content_type(s->media);
    if (s->ended) {
        code = ix_reply_buf(call, content_type, &s->piece, err);
        ix_api_stream_close(s);
        return code;
    }
    ix_reply_text(call, 200, content_type, (struct ix_sv){0});
    call->response->stream = s;
    return IX_OK;
}
