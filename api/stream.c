/* A stream is the same query again and again, each time from where the run before ended. Between
 * pieces it holds neither the warehouse nor much memory, so that a thousand slow readers hinder
 * nobody. There are two ways to that.
 *
 * Where nobody asks for an order, the engine's own is taken: there a piece costs little more than
 * its rows. Such a stream runs the query once for each piece, and keeps a cursor and a few numbers
 * in between. A piece may see a later generation than the one before it: what was there all the
 * time is given once, what came or went may be given or not. The end mark says whether that
 * happened.
 *
 * Any other order is made anew, and words are looked up anew, for every run. So the runs are few
 * and large, all of them before the first byte of the answer and in one snapshot; what does not fit
 * into a piece goes into a file (spool.h), and pieces are read from there. The rows are those of
 * one generation, and when there is no room for them, that is still a status. */
#include "api/stream.h"

#include <stdlib.h>

#include "api/answer.h"
#include "api/end_mark.h"

enum {
    PIECE_BYTES = 64 << 10,
    FIRST_PIECE_ROWS = 128,
    PIECE_ROWS_MAX = 20000,
    SPOOLED_ROWS_MAX = 8192, /* of a run: resources are wide, and each run has its time */
    SPOOLED_ROWS_MIN = 128,
    ALL_ROWS = INT32_MAX,
};

struct ix_api_stream {
    struct ix_api *api;
    const struct ix_arguments *arguments; /* in the response's arena */
    int64_t now_ms;
    const bool *cancelled;
    enum ix_media media;
    bool head_only; /* its rows are not wanted */
    bool says_why;  /* it can end with the reason why it is not complete */
    bool begun;
    bool any_order;         /* may be taken */
    bool at_once;           /* all rows are made before the first is given */
    struct ix_spool *spool; /* those rows; NULL: they fit into a piece */
    int64_t run_rows;       /* how many the next run asks for: about a piece */
    int64_t run_rows_max;
    struct ix_arena names; /* of columns */
    struct ix_format_columns columns;
    struct ix_buf cursor; /* where the next run begins; empty: at the beginning */
    int64_t rows;         /* given so far */
    int64_t first_generation, last_generation;
    struct ix_buf piece;   /* the first one, until it is taken */
    struct ix_buf trailer; /* of CSV, once it has ended */
    bool ended, broken;
};

/* What a run gave before it ended. */
struct piece {
    int64_t rows;
    bool more;           /* the query has more rows than were given */
    struct ix_json *end; /* the tail, after the last row */
    struct ix_err fault; /* of the query: why there are no more */
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
    s->run_rows = s->at_once || next > s->run_rows_max ? s->run_rows_max : next;
}

/* ---- rows ---- */

static void choose_way(struct ix_api_stream *s, const struct ix_answer *answer) {
    s->at_once = !s->head_only && !ix_answer_pages_cheaply(answer);
    s->run_rows_max = !s->at_once                      ? PIECE_ROWS_MAX
                      : ix_answer_is_resources(answer) ? SPOOLED_ROWS_MAX
                                                       : ALL_ROWS;
}

static enum ix_code begin_rows(struct ix_api_stream *s, const struct ix_answer *answer,
                               struct ix_buf *out, struct ix_err *err) {
    s->last_generation = ix_answer_generation(answer);
    if (s->begun) {
        return IX_OK;
    }
    s->first_generation = s->last_generation;
    choose_way(s, answer);
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

static enum ix_code spool_piece(struct ix_api_stream *s, struct ix_buf *out, struct ix_err *err) {
    enum ix_code code = ix_buf_check(out, err);
    if (code == IX_OK && !s->spool) {
        code = ix_spool_new(ix_api_spools(s->api), &s->spool, err);
    }
    code = code == IX_OK ? ix_spool_add(s->spool, ix_buf_sv(out), err) : code;
    ix_buf_clear(out);
    return code;
}

/* Until the piece is full, or as many pieces as there are. */
static enum ix_code write_rows(struct ix_api_stream *s, struct ix_answer *answer,
                               struct ix_buf *out, struct piece *piece, struct ix_err *err) {
    size_t enough = out->size + PIECE_BYTES;
    enum ix_code code = IX_OK;
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    while (code == IX_OK && out->size < enough) {
        struct ix_json *row;
        if (ix_answer_next(answer, &arena, &row, &piece->fault) != IX_OK || !row) {
            break;
        }
        write_row(s, row, out);
        piece->rows++;
        ix_arena_reset(&arena);
        if (s->at_once && out->size >= enough) {
            code = spool_piece(s, out, err);
        }
    }
    bool is_full = out->size >= enough;
    piece->more = piece->fault.code != IX_OK || is_full || ix_answer_has_more(answer);
    learn_size(s, piece->rows, is_full);
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
    enum ix_code code = begin_rows(s, answer, out, err);
    code = code == IX_OK ? write_rows(s, answer, out, piece, err) : code;
    if (code != IX_OK) {
        return code;
    }
    enum ix_code fault = piece->fault.code;
    s->rows += piece->rows;
    if (fault != IX_OK && (piece->rows == 0 || fault == IX_CANCELLED || fault == IX_NOMEM)) {
        *err = piece->fault;
        return fault;
    }
    return piece->rows > 0 && piece->more ? keep_place(s, answer, err) : IX_OK;
}

/* ---- runs ---- */

static enum ix_code run(struct ix_api_stream *s, struct ix_warehouse *reader,
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
    struct ix_answer *answer;
    enum ix_code code = ix_query_run(reader, s->arguments->q, &settings, &answer, err);
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

/* A run that had no time for its first row may have it for fewer rows. */
static bool asks_for_fewer(struct ix_api_stream *s, const struct piece *piece, struct ix_err *err) {
    if (piece->fault.code != IX_LIMIT || piece->rows > 0 || s->run_rows_max <= SPOOLED_ROWS_MIN) {
        return false;
    }
    s->run_rows_max = s->run_rows / 4 > SPOOLED_ROWS_MIN ? s->run_rows / 4 : SPOOLED_ROWS_MIN;
    s->run_rows = s->run_rows_max;
    *err = (struct ix_err){0};
    return true;
}

/* The first run tells whether there are to be others before the first piece is given. */
static enum ix_code run_in_snapshot(struct ix_api_stream *s, struct ix_warehouse *reader,
                                    struct ix_arena *arena, struct ix_buf *out, struct piece *piece,
                                    struct ix_err *err) {
    enum ix_code code = ix_warehouse_snapshot_begin(reader, err);
    if (code != IX_OK) {
        return code;
    }
    bool again;
    do {
        *piece = (struct piece){0};
        code = run(s, reader, arena, out, piece, err);
        again = code == IX_OK ? !piece->end : s->rows > 0 && asks_for_fewer(s, piece, err);
    } while (s->at_once && again);
    ix_warehouse_snapshot_end(reader);
    return code;
}

/* ---- the end ---- */

static void end_stream(struct ix_api_stream *s, const struct ix_json *tail,
                       const struct ix_err *fault, struct ix_buf *out) {
    const struct ix_end_mark mark = {
        .rows = s->rows,
        .consistent = s->first_generation == s->last_generation,
        .generation = s->last_generation,
        .tail = tail,
        .fault = fault,
    };
    bool is_csv = s->media == IX_MEDIA_CSV;
    s->ended = true;
    if (is_csv) {
        ix_end_mark_field(&s->trailer, &mark);
    } else {
        ix_end_mark_line(out, &mark);
    }
    s->broken = out->failed || s->trailer.failed || (fault->code != IX_OK && !s->says_why);
}

/* What does not fit into one piece is read from the file from its beginning on. */
static enum ix_code end_spool(struct ix_api_stream *s, struct ix_buf *out, struct ix_err *err) {
    enum ix_code code = spool_piece(s, out, err);
    ix_buf_done(out);
    s->ended = false;
    return code;
}

/* Before the first piece is out an error is returned; after it, it ends the stream. That time ran
 * out after some rows ends it, too, when all are made at once and the end can say so. */
static enum ix_code next_piece(struct ix_api_stream *s, struct ix_api_worker *worker,
                               struct ix_buf *out, struct ix_err *err) {
    struct ix_arena arena;
    struct piece piece = {0};
    struct ix_warehouse *reader;
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_worker_reader(worker, s->cancelled, &reader, err);
    code = code == IX_OK ? run_in_snapshot(s, reader, &arena, out, &piece, err) : code;
    if (s->at_once && s->says_why && s->rows > 0 && piece.fault.code == IX_LIMIT) {
        end_stream(s, NULL, &piece.fault, out);
        *err = (struct ix_err){0};
        code = IX_OK;
    } else if (code == IX_OK && s->at_once && !s->says_why && piece.fault.code == IX_LIMIT) {
        *err = piece.fault; /* whether more rows follow is not known, and nothing could say so */
        code = err->code;
    } else if (code == IX_OK && piece.end) {
        end_stream(s, piece.end, err, out);
    }
    if (code == IX_OK && s->spool) {
        code = end_spool(s, out, err);
    }
    ix_arena_done(&arena);
    return code;
}

static void take_spooled(struct ix_api_stream *s, struct ix_buf *out) {
    struct ix_err ignored = {0};
    if (ix_spool_read(s->spool, PIECE_BYTES, out, &ignored) != IX_OK) {
        s->broken = s->ended = true;
    } else if (ix_spool_is_read(s->spool)) {
        s->ended = true;
        ix_spool_free(s->spool); /* its room is wanted, however slowly this piece is read */
        s->spool = NULL;
    }
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
    if (s->spool) {
        take_spooled(s, out);
    } else if (s->piece.size > 0) {
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

struct ix_sv ix_api_stream_trailer(const struct ix_api_stream *s) {
    return ix_buf_sv(&s->trailer);
}

void ix_api_stream_close(struct ix_api_stream *s) {
    if (s) {
        ix_arena_done(&s->names);
        ix_buf_done(&s->cursor);
        ix_buf_done(&s->piece);
        ix_buf_done(&s->trailer);
        ix_spool_free(s->spool);
        free(s);
    }
}

/* ---- beginning ---- */

/* NDJSON always can. CSV that is not complete is cut off unless somebody said that the field behind
 * it will be read: most programs throw away what follows a body. */
static bool says_why(const struct ix_call *call) {
    return call->media == IX_MEDIA_NDJSON ||
           (call->arguments.end_mark && call->request->takes_trailers);
}

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
    s->head_only = ix_sv_eq(call->request->method, IX_SV("HEAD"));
    s->media = call->media;
    s->says_why = says_why(call);
    s->any_order = arguments->limit == 0 && ix_sv_empty(arguments->cursor);
    ix_arena_init(&s->names, 0);
    s->run_rows = FIRST_PIECE_ROWS;
    s->run_rows_max = PIECE_ROWS_MAX;
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
    bool has_field = s->media == IX_MEDIA_CSV;
    if (s->ended) {
        if (has_field) {
            ix_reply_header(call, IX_API_TRAILER,
                            ix_arena_copy(call->arena, ix_buf_sv(&s->trailer)));
        }
        code = ix_reply_buf(call, content_type, &s->piece, err);
        ix_api_stream_close(s);
        return code;
    }
    if (has_field && call->request->takes_trailers) {
        ix_reply_header(call, "Trailer", IX_SV(IX_API_TRAILER));
    }
    ix_reply_text(call, 200, content_type, (struct ix_sv){0});
    call->response->stream = s;
    return IX_OK;
}
