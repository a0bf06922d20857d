/* What happens to a request on its way, without a word of how it is read and written. */
#include "api/server_exchange.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/server_inside.h"

enum { DROPPED_BODY_MAX = 64 << 10 };

/* ---- beginning and end ---- */

struct ix_exchange *ix_exchange_new(struct ix_server *server, struct ix_connection *connection,
                                    void *handle, struct ix_sv target) {
    struct ix_exchange *x = calloc(1, sizeof *x);
    if (!x) {
        return NULL;
    }
    x->server = server;
    x->connection = connection;
    x->handle = handle;
    x->started_us = ix_server_now_us(server);
    ix_arena_init(&x->arena, 0);
    x->target = ix_arena_copy(&x->arena, target);
    if (x->arena.failed) {
        ix_arena_done(&x->arena);
        free(x);
        return NULL;
    }
    uint64_t number = __atomic_add_fetch(&server->exchanges, 1, __ATOMIC_RELAXED);
    ix_request_id_make(server->seed, number, x->made_id);
    x->request_id = ix_sv_cstr(x->made_id);
    if (!ix_connection_enter(&server->connections, connection, IX_CONNECTION_RECEIVING,
                             x->started_us)) {
        x->stage = IX_EXCHANGE_REFUSED;
    }
    __atomic_add_fetch(&server->active, 1, __ATOMIC_RELAXED);
    return x;
}

static struct ix_sv client_text(const struct ix_ip *ip, char text[INET6_ADDRSTRLEN]) {
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool is_v4 = memcmp(ip->bytes, mapped, sizeof mapped) == 0;
    const void *address = is_v4 ? ip->bytes + sizeof mapped : ip->bytes;
    return ix_sv_cstr(inet_ntop(is_v4 ? AF_INET : AF_INET6, address, text, INET6_ADDRSTRLEN) ? text
                                                                                             : "");
}

static void write_log(struct ix_exchange *x, enum ix_log_end end, int64_t duration_us) {
    const struct ix_server_options *options = &x->server->options;
    char client[INET6_ADDRSTRLEN];
    struct ix_buf buf = {0};
    const struct ix_log_line line = {
        .ended_ms = options->now_ms(),
        .method = x->method,
        .path = x->path,
        .route = ix_sv_cstr(x->route ? x->route->path : NULL),
        .status = x->status,
        .end = end,
        .body_bytes = x->body_bytes,
        .answer_bytes = x->answer_bytes,
        .duration_us = duration_us,
        .client = client_text(&x->connection->address, client),
        .request_id = x->request_id,
        .trace_id = x->trace,
        .parent_id = x->parent,
    };
    ix_log_line_write(&buf, &line, options->log_json);
    if (!buf.failed) {
        options->log(options->log_context, ix_buf_sv(&buf));
    }
    ix_buf_done(&buf);
}

void ix_exchange_end(struct ix_exchange *x, enum ix_log_end end) {
    struct ix_server *server = x->server;
    int64_t now_us = ix_server_now_us(server);
    ix_connection_watch(&server->connections, x->connection, NULL);
    (void)ix_connection_enter(&server->connections, x->connection, IX_CONNECTION_IDLE, now_us);
    if (x->connection->was_slow && x->status == 0) {
        x->status = 408;
        end = IX_LOG_TIMEOUT;
    }
    if (x->status > 0) {
        ix_metrics_answered(server->metrics, x->method, x->route ? x->route->path : NULL, x->status,
                            now_us - x->started_us);
    }
    if (server->options.log) {
        write_log(x, end, now_us - x->started_us);
    }
    ix_api_response_done(&x->response);
    ix_buf_done(&x->body);
    ix_buf_done(&x->piece);
    ix_arena_done(&x->arena);
    free(x);
    __atomic_sub_fetch(&server->active, 1, __ATOMIC_RELEASE);
}

/* ---- refusing ---- */

static void write_date(struct ix_buf *buf, int64_t now_ms) {
    char text[64];
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm when;
    if (gmtime_r(&seconds, &when) &&
        strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &when) > 0) {
        ix_buf_add_cstr(buf, text);
    }
}

static void write_problem(struct ix_buf *buf, const struct ix_refusal *refusal) {
    struct ix_err err = {0};
    ix_err_set(&err, IX_INVALID, "%s", refusal->detail);
    ix_problem_write(buf, refusal->status, refusal->code, &err, false);
}

void ix_refusal_write(struct ix_buf *buf, const struct ix_refusal *refusal, struct ix_sv id,
                      int64_t now_ms, bool head_only) {
    struct ix_buf body = {0};
    char status[16];
    snprintf(status, sizeof status, "%d", refusal->status);
    write_problem(&body, refusal);
    ix_buf_printf(buf, "HTTP/1.1 %s %s\r\n", status, ix_problem_title(ix_sv_cstr(status)));
    write_date(buf, now_ms);
    ix_buf_printf(buf,
                  "Content-Type: " IX_PROBLEM_TYPE "\r\nContent-Length: %zu\r\n"
                  "Cache-Control: no-store\r\nConnection: close\r\n",
                  body.size);
    if (refusal->status == 503) {
        ix_buf_add_cstr(buf, "Retry-After: 1\r\n");
    }
    if (!ix_sv_empty(id)) {
        ix_buf_printf(buf, "X-Request-Id: %.*s\r\n", IX_SV_FMT(id));
    }
    ix_buf_add_cstr(buf, "\r\n");
    if (!head_only) {
        ix_buf_add(buf, ix_buf_sv(&body));
    }
    ix_buf_done(&body);
}

/* Past the library: it takes a response only before a body or after it, and speaks no problem
 * documents by itself. */
static void refuse(struct ix_exchange *x, const struct ix_refusal *refusal, enum ix_rejection why) {
    struct ix_buf buf = {0};
    struct ix_server *server = x->server;
    ix_refusal_write(&buf, refusal, x->request_id, server->options.now_ms(),
                     ix_sv_eq_cstr(x->method, "HEAD"));
    ix_connection_refuse(&server->connections, x->connection,
                         buf.failed ? (struct ix_sv){0} : ix_buf_sv(&buf),
                         ix_server_now_us(server));
    ix_buf_done(&buf);
    ix_buf_done(&x->body);
    ix_metrics_rejected(server->metrics, why);
    x->stage = IX_EXCHANGE_REFUSED;
    x->status = refusal->status;
}

static void refuse_body(struct ix_exchange *x) {
    char words[64];
    snprintf(words, sizeof words, "the body may have %lld bytes", (long long)x->body_max);
    const struct ix_refusal refusal = {413, "too_large", words};
    refuse(x, &refusal, IX_REJECTED_BODY);
}

/* ---- receiving ---- */

static bool has_method(const struct ix_route *route, struct ix_sv method) {
    return ix_sv_eq_cstr(method, route->method) ||
           (ix_sv_eq_cstr(method, "HEAD") && strcmp(route->method, "GET") == 0);
}

/* The route of path and method; of the path alone when no method fits. */
static const struct ix_route *find_route(struct ix_sv method, struct ix_sv path) {
    const struct ix_route *near = NULL;
    struct ix_sv uid;
    for (const struct ix_route *r = ix_routes; r->name; r++) {
        if (ix_route_matches(r, path, &uid)) {
            if (has_method(r, method)) {
                return r;
            }
            near = near ? near : r;
        }
    }
    return near;
}

static void limit_body(struct ix_exchange *x) {
    const struct ix_route *route = x->route;
    int64_t own = ix_api_options_of(x->server->api)->body_bytes_max;
    x->keeps_body = route && route->body_type && has_method(route, x->method);
    x->body_max = x->keeps_body ? route->body_bytes_max : DROPPED_BODY_MAX;
    if (x->keeps_body && own > 0 && own < x->body_max) {
        x->body_max = own;
    }
}

static struct ix_sv header_of(const struct ix_head *head, const char *name) {
    const struct ix_api_request request = {.headers = head->headers,
                                           .header_count = head->header_count};
    return ix_request_header(&request, name);
}

static void name_request(struct ix_exchange *x, const struct ix_head *head) {
    struct ix_sv id = header_of(head, "X-Request-Id");
    if (ix_request_id_is_sane(id)) {
        x->request_id = id;
    }
    (void)ix_traceparent_parse(header_of(head, "traceparent"), &x->trace, &x->parent);
}

enum ix_step ix_exchange_take_head(struct ix_exchange *x, const struct ix_head *head) {
    x->method = head->method;
    if (x->stage == IX_EXCHANGE_REFUSED) {
        return IX_STEP_GO_ON;
    }
    ix_guard_split_target(x->target, &x->path, &x->query);
    const struct ix_refusal *refusal = ix_guard_refusal(head);
    if (refusal) {
        refuse(x, refusal, IX_REJECTED_HEAD);
        return IX_STEP_GO_ON;
    }
    name_request(x, head);
    x->route = find_route(x->method, x->path);
    x->request.headers = head->headers;
    x->request.header_count = head->header_count;
    x->request.takes_trailers = !ix_sv_eq_cstr(head->version, "HTTP/1.0");
    limit_body(x);
    if (ix_guard_content_length(head) > (uint64_t)x->body_max) {
        refuse_body(x);
    }
    return IX_STEP_GO_ON;
}

void ix_exchange_take_body(struct ix_exchange *x, struct ix_sv bytes) {
    if (x->stage == IX_EXCHANGE_REFUSED) {
        return;
    }
    x->body_bytes += (int64_t)bytes.size;
    ix_connection_brought(&x->server->connections, x->connection, bytes.size);
    if (x->body_bytes > x->body_max) {
        refuse_body(x);
    } else if (x->keeps_body) {
        ix_buf_add(&x->body, bytes);
    }
}

/* ---- answering ---- */

/* A response without a worker; the connection goes on. */
static void answer_problem(struct ix_exchange *x, const struct ix_refusal *refusal) {
    static const struct ix_api_header headers[] = {
        {IX_SV_INIT("Content-Type"), IX_SV_INIT(IX_PROBLEM_TYPE)},
        {IX_SV_INIT("Cache-Control"), IX_SV_INIT("no-store")},
        {IX_SV_INIT("Retry-After"), IX_SV_INIT("1")},
    };
    struct ix_buf buf = {0};
    write_problem(&buf, refusal);
    ix_arena_init(&x->response.arena, 0);
    x->response.status = refusal->status;
    x->response.headers = headers;
    x->response.header_count = sizeof headers / sizeof *headers;
    x->response.body = ix_arena_copy(&x->response.arena, ix_buf_sv(&buf));
    x->stage = IX_EXCHANGE_ANSWERED;
    ix_buf_done(&buf);
}

/* What must be said even when all workers are busy, and needs no warehouse. */
static bool is_answered_at_once(struct ix_sv path) {
    return ix_sv_eq_cstr(path, "/livez") || ix_sv_eq_cstr(path, "/metrics");
}

static void make_response(struct ix_exchange *x, struct ix_api_worker *worker) {
    x->request.method = x->method;
    x->request.path = x->path;
    x->request.query = x->query;
    x->request.body = ix_buf_sv(&x->body);
    x->request.now_ms = x->server->options.now_ms();
    x->request.cancelled = &x->cancelled;
    ix_api_dispatch(worker, &x->request, &x->response);
    x->more = x->response.stream != NULL;
    x->stage = IX_EXCHANGE_ANSWERED;
}

static void answer_at_once(struct ix_exchange *x) {
    pthread_mutex_lock(&x->server->front_lock);
    make_response(x, x->server->front);
    pthread_mutex_unlock(&x->server->front_lock);
}

enum ix_step ix_exchange_received(struct ix_exchange *x) {
    static const struct ix_refusal no_memory = {503, "nomem", "out of memory for the body"};
    struct ix_connections *connections = &x->server->connections;
    if (x->stage == IX_EXCHANGE_REFUSED ||
        !ix_connection_enter(connections, x->connection, IX_CONNECTION_WORKING,
                             ix_server_now_us(x->server))) {
        return IX_STEP_CLOSE;
    }
    if (x->body.failed) {
        answer_problem(x, &no_memory);
        return IX_STEP_REPLY;
    }
    if (is_answered_at_once(x->path)) {
        answer_at_once(x);
        return IX_STEP_REPLY;
    }
    x->stage = IX_EXCHANGE_WORKING;
    ix_connection_watch(connections, x->connection, &x->cancelled);
    return IX_STEP_WAIT;
}

bool ix_exchange_submit(struct ix_exchange *x) {
    static const struct ix_refusal full = {503, "busy",
                                           "too many requests are waiting; try again in a second"};
    if (ix_queue_add(&x->server->queue, &x->job)) {
        return true;
    }
    ix_metrics_rejected(x->server->metrics, IX_REJECTED_QUEUE);
    answer_problem(x, &full);
    return false;
}

enum ix_step ix_exchange_resumed(const struct ix_exchange *x) {
    return x->stage == IX_EXCHANGE_ANSWERED ? IX_STEP_REPLY : IX_STEP_CLOSE;
}

/* ---- streams ---- */

ptrdiff_t ix_exchange_read(struct ix_exchange *x, char *to, size_t size) {
    size_t left = x->piece.size - x->piece_at;
    if (x->stage == IX_EXCHANGE_ABANDONED || x->piece.failed) {
        return IX_READ_BROKEN;
    }
    if (left > 0) {
        size = size < left ? size : left;
        memcpy(to, x->piece.data + x->piece_at, size);
        x->piece_at += size;
        x->answer_bytes += (int64_t)size;
        return (ptrdiff_t)size;
    }
    ix_buf_done(&x->piece); /* so that whoever reads slowly holds nothing that is sent */
    x->piece_at = 0;
    if (x->more) {
        return IX_READ_WAIT;
    }
    return ix_api_stream_broken(x->response.stream) ? IX_READ_BROKEN : IX_READ_END;
}

bool ix_exchange_submit_piece(struct ix_exchange *x) {
    if (ix_queue_add_going_on(&x->server->queue, &x->job)) {
        return true;
    }
    x->stage = IX_EXCHANGE_ABANDONED;
    return false;
}

/* ---- workers ---- */

void ix_exchange_work(struct ix_exchange *x, struct ix_api_worker *worker) {
    if (x->stage == IX_EXCHANGE_WORKING) {
        make_response(x, worker);
    }
    bool is_head = ix_sv_eq_cstr(x->method, "HEAD");
    if (x->response.stream && x->more && !is_head) {
        ix_api_stream_next(x->response.stream, worker, &x->piece, &x->more);
    }
    ix_wire_resume(x->handle);
}

void ix_exchange_abandon(struct ix_exchange *x) {
    x->stage = IX_EXCHANGE_ABANDONED;
    ix_wire_resume(x->handle);
}
