/* Responses: what handlers put together them with, and what becomes of errors.
 *
 * A problem is a document (RFC 9457) whose `code` says what a program can do about it, whose
 * `position` points into the query, and whose `suggestion` could stand there instead. */
#include <inttypes.h>

#include "api/call.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "query/suggest.h"

enum { HEADERS_MAX = 12 };

struct ix_sv ix_request_header(const struct ix_api_request *request, const char *name) {
    struct ix_sv wanted = ix_sv_cstr(name);
    for (size_t i = 0; i < request->header_count; i++) {
        if (ix_sv_eq_nocase(request->headers[i].name, wanted)) {
            return ix_sv_trim(request->headers[i].value);
        }
    }
    return (struct ix_sv){0};
}

void ix_reply_header(struct ix_call *call, const char *name, struct ix_sv value) {
    struct ix_api_response *response = call->response;
    struct ix_api_header *headers = (struct ix_api_header *)response->headers;
    if (!headers) {
        headers = ix_arena_array(call->arena, HEADERS_MAX, sizeof *headers);
        response->headers = headers;
    }
    if (headers && response->header_count < HEADERS_MAX) {
        headers[response->header_count++] = (struct ix_api_header){ix_sv_cstr(name), value};
    }
}

void ix_reply_text(struct ix_call *call, int status, const char *content_type, struct ix_sv body) {
    call->response->status = status;
    call->response->body = body;
    ix_reply_header(call, "Content-Type", ix_sv_cstr(content_type));
}

enum ix_code ix_reply_buf(struct ix_call *call, const char *content_type, struct ix_buf *buf,
                          struct ix_err *err) {
    enum ix_code code = ix_buf_check(buf, err);
    struct ix_sv body = ix_arena_copy(call->arena, ix_buf_sv(buf));
    ix_buf_done(buf);
    code = code == IX_OK ? ix_arena_check(call->arena, err) : code;
    if (code == IX_OK) {
        ix_reply_text(call, 200, content_type, body);
    }
    return code;
}

enum ix_code ix_reply_json(struct ix_call *call, const struct ix_json *node, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_json_write(&buf, node);
    ix_buf_add_char(&buf, '\n');
    return ix_reply_buf(call, ix_media_content_type(IX_MEDIA_JSON), &buf, err);
}

/* ---- what clients keep ---- */

void ix_reply_never_keep(struct ix_call *call) {
    ix_reply_header(call, "Cache-Control", IX_SV("no-store"));
}

/* Compared weakly (RFC 9110 section 8.8.3.2): W/ does not count. */
static struct ix_sv opaque(struct ix_sv tag) {
    return ix_sv_starts(tag, IX_SV("W/")) ? ix_sv_from(tag, 2) : tag;
}

static bool names_tag(struct ix_sv list, struct ix_sv tag) {
    struct ix_sv item;
    while (ix_sv_split(&list, ',', &item)) {
        item = ix_sv_trim(item);
        if (ix_sv_eq(item, IX_SV("*")) || ix_sv_eq(opaque(item), opaque(tag))) {
            return true;
        }
    }
    return false;
}

bool ix_reply_unchanged(struct ix_call *call, int64_t generation, struct ix_sv about) {
    if (!call->is_get) {
        ix_reply_never_keep(call);
        return false;
    }
    struct ix_sv version = ix_sv_cstr(ix_api_options_of(call->api)->version);
    uint64_t file = generation ? ix_worker_file(call->worker) : 0;
    uint64_t seed = ix_hash_seeded(version, (uint64_t)call->media ^ file);
    struct ix_sv tag = ix_arena_printf(call->arena, "W/\"%" PRId64 "-%016" PRIx64 "\"", generation,
                                       ix_hash_seeded(about, seed));
    ix_reply_header(call, "ETag", tag);
    ix_reply_header(call, "Cache-Control", IX_SV("private, no-cache"));
    bool same = names_tag(ix_request_header(call->request, "If-None-Match"), tag);
    if (same) {
        call->response->status = 304;
    }
    return same;
}

enum ix_code ix_reply_kept_json(struct ix_call *call, int64_t generation,
                                const struct ix_json *node, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_json_write(&buf, node);
    ix_buf_add_char(&buf, '\n');
    if (ix_reply_unchanged(call, generation, ix_buf_sv(&buf))) {
        ix_buf_done(&buf);
        return IX_OK;
    }
    return ix_reply_buf(call, ix_media_content_type(IX_MEDIA_JSON), &buf, err);
}

/* ---- problems ---- */

static const struct {
    int status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
};

static const char *title_of(int status) {
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

const char *ix_problem_title(struct ix_sv status) {
    int64_t number = 0;
    (void)ix_sv_to_int64(status, &number);
    return title_of((int)number);
}

void ix_problem_write(struct ix_buf *buf, int status, const char *code, const struct ix_err *err,
                      bool in_query) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "type", IX_SV("about:blank"));
    ix_jw_member_string(&w, "title", ix_sv_cstr(title_of(status)));
    ix_jw_member_int64(&w, "status", status);
    ix_jw_member_string(&w, "detail", ix_sv_cstr(err->text));
    ix_jw_member_string(&w, "code", ix_sv_cstr(code));
    if (in_query && err->end > 0) {
        ix_jw_key(&w, "position");
        ix_jw_object_begin(&w);
        ix_jw_member_int64(&w, "start", (int64_t)err->begin);
        ix_jw_member_int64(&w, "end", (int64_t)err->end);
        ix_jw_object_end(&w);
    }
    ix_jw_member_optional(&w, "suggestion", ix_suggest_hinted(ix_sv_cstr(err->text)));
    ix_jw_object_end(&w);
    ix_buf_add_char(buf, '\n');
}

void ix_reply_http_problem(struct ix_call *call, int status, const char *code,
                           const struct ix_err *err) {
    struct ix_buf buf = {0};
    struct ix_err ignored = {0};
    call->response->header_count = 0;
    ix_problem_write(&buf, status, code, err, call->in_query);
    if (ix_reply_buf(call, IX_PROBLEM_TYPE, &buf, &ignored) != IX_OK) { /* not even that */
        ix_reply_text(call, 503, IX_PROBLEM_TYPE,
                      IX_SV("{\"title\":\"Service Unavailable\",\"status\":503,"
                            "\"detail\":\"out of memory\",\"code\":\"nomem\"}\n"));
        return;
    }
    call->response->status = status;
    ix_reply_never_keep(call);
    if (status == 503) {
        ix_reply_header(call, "Retry-After", IX_SV("1"));
    }
}

void ix_reply_problem(struct ix_call *call, const struct ix_err *err) {
    ix_reply_http_problem(call, ix_code_http_status(err->code), ix_code_name(err->code), err);
}
