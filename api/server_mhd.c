/* libmicrohttpd: its threads, its callbacks, and nothing else. What a request means is decided in
 * server_exchange.c; here a step becomes what the library calls it.
 *
 * The library calls for each request: on_target once the first line is whole, on_request for the
 * head, for each run of bytes of the body and at the end of it, and again after a suspended
 * connection was resumed; on_read for the bytes of a stream; on_end when all is sent or given up.
 */
#include <errno.h>
#include <stdlib.h>

#include <microhttpd.h>

#include "api/server_inside.h"

enum {
    CONNECTION_MEMORY = 32 << 10, /* the head of a request must fit; also what is sent at once */
    STREAM_BLOCK = 16 << 10,
    SPARE_CONNECTIONS = 64, /* over the limit: accepted to be told so */
};

struct ix_wire {
    struct MHD_Daemon *daemon;
    bool quiet;
};

/* ---- the request ---- */

static struct ix_connection *connection_of(struct MHD_Connection *mhd) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void *on_target(void *context, const char *target, struct MHD_Connection *mhd) {
    struct ix_connection *connection = connection_of(mhd);
    return connection ? ix_exchange_new(context, connection, mhd, ix_sv_cstr(target)) : NULL;
}

struct headers {
    struct ix_api_header *list; /* room for IX_GUARD_HEADERS_MAX */
    size_t count;
};

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size) {
    struct headers *headers = context;
    (void)kind;
    if (headers->count < IX_GUARD_HEADERS_MAX) {
        headers->list[headers->count] =
            (struct ix_api_header){ix_sv_of(name, name_size), ix_sv_of(value, value_size)};
    }
    headers->count++;
    return MHD_YES;
}

static enum ix_step take_head(struct ix_exchange *x, struct MHD_Connection *mhd, const char *method,
                              const char *version) {
    struct headers headers = {
        .list = ix_arena_array(&x->arena, IX_GUARD_HEADERS_MAX, sizeof *headers.list)};
    if (!headers.list) {
        return IX_STEP_CLOSE;
    }
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, take_header, &headers);
    const struct ix_head head = {
        .method = ix_sv_cstr(method),
        .target = x->target,
        .version = ix_sv_cstr(version),
        .headers = headers.list,
        .header_count = headers.count,
    };
    return ix_exchange_take_head(x, &head);
}

/* ---- the answer ---- */

/* Put there at the end, which is where the library looks for it. An answer without it would look
 * like one to HTTP/1.0. */
static bool add_trailer(struct ix_exchange *x) {
    struct ix_sv value = ix_api_stream_trailer(x->response.stream);
    if (ix_sv_empty(value) || !x->request.takes_trailers) {
        return true;
    }
    struct ix_sv text = ix_arena_copy(&x->arena, value); /* terminated */
    return !x->arena.failed &&
           MHD_add_response_footer(x->sending, IX_API_TRAILER, text.data) == MHD_YES;
}

static ssize_t on_read(void *context, uint64_t position, char *to, size_t size) {
    struct ix_exchange *x = context;
    (void)position;
    ptrdiff_t got = ix_exchange_read(x, to, size);
    if (got == IX_READ_WAIT) {
        struct MHD_Connection *mhd = x->handle;
        MHD_suspend_connection(mhd);
        if (!ix_exchange_submit_piece(x)) {
            MHD_resume_connection(mhd);
        }
    }
    if (got == IX_READ_END && add_trailer(x)) {
        return (ssize_t)MHD_CONTENT_READER_END_OF_STREAM;
    }
    return got < 0 ? (ssize_t)MHD_CONTENT_READER_END_WITH_ERROR : (ssize_t)got;
}

static struct MHD_Response *make_body(struct ix_exchange *x) {
    if (x->response.stream) {
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_read, x, NULL);
    }
    struct ix_sv body = x->response.body;
    return MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.data,
                                           MHD_RESPMEM_PERSISTENT);
}

static bool add_header(struct ix_exchange *x, struct MHD_Response *body, struct ix_sv name,
                       struct ix_sv value) {
    struct ix_sv name_text = ix_arena_copy(&x->arena, name); /* terminated */
    struct ix_sv value_text = ix_arena_copy(&x->arena, value);
    return !x->arena.failed &&
           MHD_add_response_header(body, name_text.data, value_text.data) == MHD_YES;
}

static bool add_headers(struct ix_exchange *x, struct MHD_Response *body) {
    bool good = add_header(x, body, IX_SV("X-Request-Id"), x->request_id);
    for (size_t i = 0; good && i < x->response.header_count; i++) {
        good = add_header(x, body, x->response.headers[i].name, x->response.headers[i].value);
    }
    if (good && ix_server_is_draining(x->server)) {
        good = add_header(x, body, IX_SV("Connection"), IX_SV("close"));
    }
    return good;
}

static enum MHD_Result reply(struct ix_exchange *x) {
    struct MHD_Response *body = make_body(x);
    if (!body) {
        return MHD_NO;
    }
    x->sending = body;
    x->status = x->response.status;
    bool has_body = !ix_sv_eq_cstr(x->method, "HEAD") && x->status != MHD_HTTP_NOT_MODIFIED &&
                    x->status != MHD_HTTP_NO_CONTENT;
    x->answer_bytes = has_body ? (int64_t)x->response.body.size : 0;
    enum MHD_Result result =
        add_headers(x, body) ? MHD_queue_response(x->handle, (unsigned)x->status, body) : MHD_NO;
    MHD_destroy_response(body);
    return result;
}

static enum MHD_Result wait_for_worker(struct ix_exchange *x) {
    struct MHD_Connection *mhd = x->handle;
    MHD_suspend_connection(mhd);
    if (!ix_exchange_submit(x)) {
        MHD_resume_connection(mhd);
    }
    return MHD_YES;
}

static enum MHD_Result take_step(struct ix_exchange *x, enum ix_step step) {
    switch (step) {
    case IX_STEP_GO_ON:
        return MHD_YES;
    case IX_STEP_WAIT:
        return wait_for_worker(x);
    case IX_STEP_REPLY:
        return reply(x);
    case IX_STEP_CLOSE:
        break;
    }
    return MHD_NO;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd, const char *path,
                                  const char *method, const char *version, const char *body,
                                  size_t *body_size, void **exchange) {
    struct ix_exchange *x = *exchange;
    (void)context;
    (void)path; /* decoded, and without its query part: the target is taken as it was sent */
    if (!x) {
        return MHD_NO; /* out of memory at its beginning */
    }
    if (!x->method.data) {
        return take_step(x, take_head(x, mhd, method, version));
    }
    if (*body_size > 0) {
        ix_exchange_take_body(x, ix_sv_of(body, *body_size));
        *body_size = 0;
        return MHD_YES;
    }
    bool is_new = x->stage == IX_EXCHANGE_RECEIVING || x->stage == IX_EXCHANGE_REFUSED;
    return take_step(x, is_new ? ix_exchange_received(x) : ix_exchange_resumed(x));
}

/* ---- ends ---- */

static enum ix_log_end end_of(enum MHD_RequestTerminationCode why) {
    switch (why) {
    case MHD_REQUEST_TERMINATED_COMPLETED_OK:
        return IX_LOG_ANSWERED;
    case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
        return IX_LOG_TIMEOUT;
    case MHD_REQUEST_TERMINATED_READ_ERROR:
    case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
        return IX_LOG_CLIENT_GONE;
    case MHD_REQUEST_TERMINATED_WITH_ERROR:
    case MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN:
        break;
    }
    return IX_LOG_CUT_SHORT;
}

static void on_end(void *context, struct MHD_Connection *mhd, void **exchange,
                   enum MHD_RequestTerminationCode why) {
    (void)context;
    (void)mhd;
    if (*exchange) {
        ix_exchange_end(*exchange, end_of(why));
        *exchange = NULL;
    }
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **connection,
                          enum MHD_ConnectionNotificationCode what) {
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        ix_server_disconnected(context, *connection);
        *connection = NULL;
        return;
    }
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    *connection = ix_server_connected(context, fd->connect_fd, address->client_addr);
}

/* ---- the daemon ---- */

static intptr_t accepted_most(int64_t connections_max) {
    enum { MANY = 1 << 20 };
    int64_t most = connections_max > 0 && connections_max < MANY ? connections_max : MANY;
    return 2 * most + SPARE_CONNECTIONS; /* threads share it out unevenly */
}

static struct MHD_Daemon *start_daemon(struct ix_server *server,
                                       const struct ix_wire_options *options) {
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, options->listening, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_end, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server},
        {MHD_OPTION_THREAD_POOL_SIZE, options->threads > 1 ? options->threads : 0, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, accepted_most(options->connections_max), NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (options->idle_ms + 999) / 1000, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_ARRAY, items,
                            MHD_OPTION_END);
}

enum ix_code ix_wire_open(struct ix_server *server, const struct ix_wire_options *options,
                          struct ix_wire **ret_wire, struct ix_err *err) {
    struct ix_wire *wire = calloc(1, sizeof *wire);
    if (!wire) {
        return ix_err_nomem(err);
    }
    wire->daemon = start_daemon(server, options);
    if (!wire->daemon) {
        int fault = errno;
        free(wire);
        return ix_err_errno(err, fault, "starting libmicrohttpd");
    }
    *ret_wire = wire;
    return IX_OK;
}

void ix_wire_quiesce(struct ix_wire *wire) {
    MHD_socket listening = wire->quiet ? MHD_INVALID_SOCKET : MHD_quiesce_daemon(wire->daemon);
    wire->quiet = true;
    if (listening != MHD_INVALID_SOCKET) {
        shutdown(listening, SHUT_RDWR); /* clients in the backlog are told at once */
    }
}

void ix_wire_close(struct ix_wire *wire) {
    if (wire) {
        MHD_stop_daemon(wire->daemon);
        free(wire);
    }
}

void ix_wire_resume(void *handle) {
    MHD_resume_connection(handle);
}
