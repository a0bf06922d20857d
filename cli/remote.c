/* A search at a server: pages of JSON, one request each, given out as the rows they hold, so that
 * what is printed is what the warehouse behind the server would have given here. */
#include "cli/found.h"

#include <stdlib.h>

#include "base/http.h"
#include "base/json_writer.h"
#include "base/time.h"

enum { PAGE_ROWS = 1000, ANSWER_BYTES_MAX = 256 << 20 };

struct remote {
    struct ix_found found; /* first: it is what callers hold */
    struct ix_invocation *invocation;
    struct ix_sv text;
    struct ix_arena arena; /* of the page at hand */
    struct ix_json *page;
    struct ix_json *row; /* the next one to give; NULL: the page is used up */
    int64_t rows;        /* given so far */
    int64_t pages;
    struct ix_arena first; /* of the count, which only the first page tells */
    struct ix_json *count;
};

/* ---- requests ---- */

static int64_t rows_wanted(const struct remote *r) {
    int64_t limit = r->invocation->settings.limit;
    int64_t left = limit > 0 ? limit - r->rows : PAGE_ROWS;
    return left < PAGE_ROWS ? left : PAGE_ROWS;
}

static void write_question(struct ix_buf *buf, const struct remote *r, struct ix_sv cursor) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "q", r->text);
    ix_jw_member_int64(&w, "limit", rows_wanted(r));
    ix_jw_member_optional(&w, "cursor", cursor);
    ix_jw_member_bool(&w, "properties", ix_found_with_properties(r->invocation));
    ix_jw_member_bool(&w, "count", r->pages == 0);
    ix_jw_member_string(&w, "format", IX_SV("json"));
    ix_jw_object_end(&w);
}

/* "http://host:port/" and "http://host:port" are the same server. */
static struct ix_sv address_of(const struct remote *r) {
    struct ix_sv base = r->invocation->settings.url;
    while (ix_sv_ends(base, IX_SV("/"))) {
        base.size--;
    }
    return ix_arena_printf(r->invocation->arena, "%.*s/api/v1/search", IX_SV_FMT(base));
}

/* ---- answers ---- */

/* The server's words, as an error of the same code and place. */
static enum ix_code read_problem(const struct remote *r, int status, struct ix_err *err) {
    struct ix_sv name = ix_json_get_string(r->page, "code");
    struct ix_sv detail = ix_json_get_string(r->page, "detail");
    int64_t start = 0;
    int64_t end = 0;
    (void)ix_json_int64(ix_json_path(r->page, "position", "start", NULL), &start);
    (void)ix_json_int64(ix_json_path(r->page, "position", "end", NULL), &end);
    bool inside = start >= 0 && start <= end && end <= (int64_t)r->text.size;
    for (int code = IX_INVALID; code < IX_CODE_COUNT; code++) {
        if (ix_sv_eq_cstr(name, ix_code_name((enum ix_code)code))) {
            return ix_err_set_at(err, (enum ix_code)code, inside ? (size_t)start : 0,
                                 inside ? (size_t)end : 0, "%.*s", IX_SV_FMT(detail));
        }
    }
    return ix_err_set(err, IX_IO, "the server answered %d %.*s", status, IX_SV_FMT(detail));
}

static enum ix_code check_page(const struct remote *r, struct ix_err *err) {
    struct ix_sv mode = ix_json_string(ix_json_path(r->page, "meta", "result_mode", NULL));
    if (ix_sv_eq(mode, IX_SV("incomplete"))) {
        return ix_err_set(err, IX_LIMIT, "the query took longer than the server allows; narrow it");
    }
    bool whole = ix_json_get(r->page, "explanation") ||
                 (ix_json_kind(ix_json_get(r->page, "meta")) == IX_JSON_OBJECT &&
                  ix_json_kind(ix_json_get(r->page, r->found.is_resources ? "items" : "rows")) ==
                      IX_JSON_ARRAY);
    return whole ? IX_OK : ix_err_set(err, IX_IO, "that is no answer of an infradex server");
}

static enum ix_code read_answer(struct remote *r, const struct ix_http_answer *answer,
                                struct ix_err *err) {
    struct ix_err fault = {0};
    ix_arena_reset(&r->arena);
    r->page = NULL;
    if (ix_json_parse(&r->arena, ix_buf_sv(&answer->body), &r->page, &fault) != IX_OK) {
        return ix_err_set(err, IX_IO, "the server answered %d with what is no JSON",
                          answer->status);
    }
    if (answer->status != 200) {
        return read_problem(r, answer->status, err);
    }
    r->found.is_resources = ix_json_get(r->page, "items") != NULL;
    return check_page(r, err);
}

static enum ix_code fetch_page(struct remote *r, struct ix_sv cursor, struct ix_err *err) {
    struct ix_buf question = {0};
    struct ix_http_answer answer = {0};
    write_question(&question, r, cursor);
    const struct ix_http_request request = {
        .method = IX_SV("POST"),
        .url = address_of(r),
        .accept = IX_SV("application/json"),
        .content_type = IX_SV("application/json"),
        .body = ix_buf_sv(&question),
        .timeout_ms = r->invocation->settings.timeout_s * IX_SECOND_MS,
        .answer_bytes_max = ANSWER_BYTES_MAX,
        .cancelled = r->invocation->interrupted,
    };
    enum ix_code code = ix_buf_check(&question, err);
    code = code == IX_OK ? ix_http_fetch(&request, &answer, err) : code;
    if (code == IX_OK) {
        code = read_answer(r, &answer, err);
        ix_http_answer_done(&answer);
    } else {
        ix_err_wrap(err, "%.*s", IX_SV_FMT(r->invocation->settings.url));
    }
    ix_buf_done(&question);
    if (code == IX_OK) {
        r->row = ix_json_first(ix_json_get(r->page, r->found.is_resources ? "items" : "rows"));
        r->pages++;
    }
    return code;
}

/* ---- rows ---- */

/* A row of columns as the object that it is in the warehouse. */
static struct ix_json *row_object(const struct remote *r, struct ix_arena *arena) {
    struct ix_json *object = ix_json_new_object(arena);
    const struct ix_json *name = ix_json_first(ix_json_get(r->page, "columns"));
    const struct ix_json *value = ix_json_first(r->row);
    for (; name && value; name = ix_json_next(name), value = ix_json_next(value)) {
        ix_json_set(arena, object, ix_json_string(name), ix_json_clone(arena, value));
    }
    return object;
}

static enum ix_code turn_page(struct remote *r, struct ix_err *err) {
    int64_t limit = r->invocation->settings.limit;
    struct ix_sv next = ix_json_get_string(r->page, "next");
    if (ix_sv_empty(next) || (limit > 0 && r->rows >= limit)) {
        return IX_OK;
    }
    struct ix_sv cursor = ix_arena_copy(r->invocation->arena, next);
    return fetch_page(r, cursor, err);
}

static enum ix_code next_row(struct ix_found *found, struct ix_arena *arena,
                             struct ix_json **ret_row, struct ix_err *err) {
    struct remote *r = (struct remote *)found;
    *ret_row = NULL;
    enum ix_code code = r->row ? IX_OK : turn_page(r, err);
    if (code == IX_OK && r->row) {
        *ret_row = found->is_resources ? ix_json_clone(arena, r->row) : row_object(r, arena);
        r->row = ix_json_next(r->row);
        r->rows++;
        code = ix_arena_check(arena, err);
    }
    return code;
}

/* Of several pages the first one counted; when they were all, that is their number. */
static void set_count(struct remote *r, struct ix_arena *arena, struct ix_json *tail) {
    bool all = ix_json_kind(ix_json_get(r->page, "next")) == IX_JSON_NULL;
    if (r->pages > 1 && all && ix_sv_empty(r->invocation->settings.cursor)) {
        struct ix_json *count = ix_json_new_object(arena);
        ix_json_set(arena, count, IX_SV("value"), ix_json_new_int64(arena, r->rows));
        ix_json_set(arena, count, IX_SV("exact"), ix_json_new_bool(arena, true));
        ix_json_set(arena, tail, IX_SV("count"), count);
    } else {
        ix_json_set(arena, tail, IX_SV("count"), ix_json_clone(arena, r->count));
    }
}

static enum ix_code read_tail(struct ix_found *found, struct ix_json **ret_tail,
                              struct ix_err *err) {
    struct remote *r = (struct remote *)found;
    struct ix_arena *arena = r->invocation->arena;
    *ret_tail = ix_json_new_object(arena);
    set_count(r, arena, *ret_tail);
    ix_json_set(arena, *ret_tail, IX_SV("next"),
                ix_json_clone(arena, ix_json_get(r->page, "next")));
    ix_json_set(arena, *ret_tail, IX_SV("meta"),
                ix_json_clone(arena, ix_json_get(r->page, "meta")));
    return ix_arena_check(arena, err);
}

/* ---- opening ---- */

static void close_remote(struct ix_found *found) {
    struct remote *r = (struct remote *)found;
    ix_arena_done(&r->arena);
    ix_arena_done(&r->first);
    free(r);
}

static void describe(struct remote *r) {
    struct ix_found *f = &r->found;
    struct ix_arena *arena = r->invocation->arena;
    f->next = next_row;
    f->tail = read_tail;
    f->close = close_remote;
    f->explanation = ix_arena_copy(arena, ix_json_get_string(r->page, "explanation"));
    f->format = ix_arena_copy(arena, ix_json_string(ix_json_path(r->page, "meta", "format", NULL)));
    r->count = ix_json_clone(&r->first, ix_json_get(r->page, "count"));
    const struct ix_json *column = ix_json_first(ix_json_get(r->page, "columns"));
    for (; column; column = ix_json_next(column)) {
        f->columns =
            ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(f->columns),
                            ix_sv_empty(f->columns) ? "" : ",", IX_SV_FMT(ix_json_string(column)));
    }
}

enum ix_code ix_found_at_server(struct ix_invocation *invocation, struct ix_sv text,
                                struct ix_found **ret_found, struct ix_err *err) {
    if (!ix_sv_empty(invocation->settings.data)) {
        return ix_err_set(err, IX_INVALID, "--url and --data exclude each other");
    }
    struct remote *r = calloc(1, sizeof *r);
    if (!r) {
        return ix_err_nomem(err);
    }
    r->invocation = invocation;
    r->text = text;
    ix_arena_init(&r->arena, 0);
    ix_arena_init(&r->first, 0);
    enum ix_code code = fetch_page(r, invocation->settings.cursor, err);
    if (code != IX_OK) {
        close_remote(&r->found);
        return code;
    }
    describe(r);
    *ret_found = &r->found;
    return IX_OK;
}
