/* From a request to its route and back: what holds for every route stands here, in the order in
 * which HTTP wants it checked. Handlers see only requests that their row of the table allows. */
#include <stdio.h>

#include "api/arguments.h"
#include "api/route.h"
#include "api/stream.h"
#include "base/gzip.h"

enum { RESPONSE_ARENA_MAX = 512 << 20, WORDS_SIZE = 128 };

static bool is_method(struct ix_sv method, const char *name) {
    return ix_sv_eq_cstr(method, name);
}

/* HEAD is answered as GET; the server leaves out the body. */
static bool takes_method(const struct ix_route *route, struct ix_sv method) {
    return is_method(method, route->method) ||
           (is_method(method, "HEAD") && strcmp(route->method, "GET") == 0);
}

/* "GET, HEAD, OPTIONS" of all routes with this path; empty when there is none. */
static struct ix_sv allowed_methods(struct ix_call *call) {
    struct ix_sv allowed = {0};
    struct ix_sv uid;
    for (const struct ix_route *r = ix_routes; r->name; r++) {
        if (ix_route_matches(r, call->request->path, &uid)) {
            allowed = ix_arena_printf(call->arena, "%.*s%s%s, ", IX_SV_FMT(allowed), r->method,
                                      strcmp(r->method, "GET") == 0 ? ", HEAD" : "");
        }
    }
    return ix_sv_empty(allowed) ? allowed
                                : ix_arena_printf(call->arena, "%.*sOPTIONS", IX_SV_FMT(allowed));
}

static void refuse(struct ix_call *call, int status, const char *code, const char *detail) {
    struct ix_err err = {0};
    ix_err_set(&err, IX_INVALID, "%s", detail);
    ix_reply_http_problem(call, status, code, &err);
}

static bool is_get(struct ix_sv method) {
    return is_method(method, "GET") || is_method(method, "HEAD");
}

/* No route takes the method there: why. */
static void answer_unrouted(struct ix_call *call) {
    struct ix_sv allowed = allowed_methods(call);
    if (ix_sv_empty(allowed)) {
        refuse(call, 404, "not_found", "there is nothing at this path; see /api/v1/openapi.json");
        return;
    }
    if (is_method(call->request->method, "OPTIONS")) {
        call->response->status = 204;
    } else {
        refuse(call, 405, "method_not_allowed", "this path does not take that method; see Allow");
    }
    ix_reply_header(call, "Allow", allowed);
}

static const struct ix_route *find_route(const struct ix_api_request *request,
                                         struct ix_sv *ret_uid) {
    for (const struct ix_route *r = ix_routes; r->name; r++) {
        if (takes_method(r, request->method) && ix_route_matches(r, request->path, ret_uid)) {
            return r;
        }
    }
    return NULL;
}

/* ---- what holds for every route ---- */

static bool check_body(struct ix_call *call) {
    const struct ix_route *route = call->route;
    char words[WORDS_SIZE];
    if (!route->body_type) {
        return true;
    }
    int64_t own = ix_api_options_of(call->api)->body_bytes_max;
    int64_t most = own > 0 && own < route->body_bytes_max ? own : route->body_bytes_max;
    struct ix_sv type = ix_request_header(call->request, "Content-Type");
    type = ix_sv_trim(ix_sv_sub(type, 0, ix_sv_find_char(type, ';')));
    if (!ix_sv_eq_nocase(type, ix_sv_cstr(route->body_type))) {
        snprintf(words, sizeof words, "the body must be %s", route->body_type);
        refuse(call, 415, "unsupported_media_type", words);
        return false;
    }
    struct ix_sv coding = ix_request_header(call->request, "Content-Encoding");
    if (!ix_sv_empty(coding) && !ix_sv_eq_nocase(coding, IX_SV("identity"))) {
        refuse(call, 415, "unsupported_media_type", "bodies are taken without Content-Encoding");
        return false;
    }
    if ((uint64_t)call->request->body.size > (uint64_t)most) {
        snprintf(words, sizeof words, "the body may have %lld bytes", (long long)most);
        refuse(call, 413, "too_large", words);
        return false;
    }
    return true;
}

/* `format=` says it for sure, else the Accept header does. */
static bool choose_media(struct ix_call *call) {
    struct ix_sv format = call->arguments.format;
    for (int i = 0; i < IX_MEDIA_COUNT && !ix_sv_empty(format); i++) {
        const char *name = ix_media_format((enum ix_media)i);
        if (name && (call->route->media & (1u << i)) && ix_sv_eq_cstr(format, name)) {
            call->media = (enum ix_media)i;
            return true;
        }
    }
    if (!ix_media_choose(ix_request_header(call->request, "Accept"), call->route->media,
                         &call->media)) {
        refuse(call, 406, "not_acceptable", "nothing of what Accept names can be given here");
        return false;
    }
    return true;
}

static void answer(struct ix_call *call, struct ix_sv uid) {
    struct ix_err err = {0};
    if (!check_body(call)) {
        return;
    }
    if (ix_arguments_read(call, uid, &err) != IX_OK) {
        ix_reply_problem(call, &err);
        return;
    }
    if (!choose_media(call)) {
        return;
    }
    if (call->route->handle(call, &err) != IX_OK) {
        ix_reply_problem(call, &err);
    }
    if (err.code == IX_IO || err.code == IX_CORRUPT) {
        ix_worker_drop_reader(call->worker); /* the file may be another one by now */
    }
}

/* Small bodies gain nothing. */
static void compress(struct ix_call *call) {
    enum { WORTH_IT = 1024 };
    struct ix_api_response *response = call->response;
    struct ix_buf buf = {0};
    struct ix_err ignored = {0};
    if (response->body.size < WORTH_IT ||
        !ix_media_takes_coding(ix_request_header(call->request, "Accept-Encoding"), "gzip")) {
        return;
    }
    if (ix_gzip(&buf, response->body, &ignored) == IX_OK && buf.size < response->body.size) {
        struct ix_sv body = ix_arena_copy(call->arena, ix_buf_sv(&buf));
        if (!ix_sv_empty(body)) {
            response->body = body;
            ix_reply_header(call, "Content-Encoding", IX_SV("gzip"));
        }
    }
    ix_buf_done(&buf);
}

/* Every answer depends on these two, those that were refused for them too. */
static void say_variants(struct ix_call *call) {
    ix_reply_header(call, "Vary", IX_SV("Accept, Accept-Encoding"));
}

void ix_api_dispatch(struct ix_api_worker *worker, const struct ix_api_request *request,
                     struct ix_api_response *ret_response) {
    *ret_response = (struct ix_api_response){.status = 500};
    ix_arena_init(&ret_response->arena, RESPONSE_ARENA_MAX);
    struct ix_sv uid = {0};
    struct ix_call call = {
        .api = ix_worker_api(worker),
        .worker = worker,
        .request = request,
        .route = find_route(request, &uid),
        .is_get = is_get(request->method),
        .arguments = {.position = -1},
        .response = ret_response,
        .arena = &ret_response->arena,
    };
    if (call.route) {
        answer(&call, uid);
        say_variants(&call);
        compress(&call);
    } else {
        answer_unrouted(&call);
    }
    ix_worker_rest(worker);
}

void ix_api_response_done(struct ix_api_response *response) {
    ix_api_stream_close(response->stream);
    ix_arena_done(&response->arena);
    *response = (struct ix_api_response){0};
}
