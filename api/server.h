/* The HTTP server: sockets in front of api.h.
 *
 * libmicrohttpd's threads (epoll) read and write sockets and never run SQL: a request whose head
 * and body are whole goes into a bounded queue, its connection is suspended, a worker answers it,
 * the connection is resumed. A full queue is answered at once with 503 and Retry-After; what needs
 * no warehouse (/livez, /metrics) never waits in it.
 *
 * The program gives signals, the log's destination and the clock; this part has none of its own.
 */
#ifndef IX_API_SERVER_H
#define IX_API_SERVER_H

#include "api/api.h"

struct ix_server;

struct ix_server_options {
    const char *address; /* numeric, IPv4 or IPv6 */
    uint16_t port;       /* 0: any free one, see ix_server_port */
    bool any_address;    /* false: only loopback addresses are taken */
    int64_t io_threads, workers;
    int64_t connections_max, connections_per_address_max; /* 0: no limit */
    int64_t queue_max;
    int64_t idle_ms;    /* a connection on which nothing moves, or no request comes, is closed */
    int64_t request_ms; /* from a request's first line to its end; large bodies get more */
    int64_t (*now_ms)(void); /* UTC */
    int64_t (*now_us)(void); /* from any point on, never backwards: for durations */
    /* One call a request, after its answer is sent or given up; from any thread. NULL: none. */
    void (*log)(void *context, struct ix_sv line);
    void *log_context;
    bool log_json; /* a JSON object a line; else key=value */
};

/* IX_INVALID for an address that is not loopback or not an address; IX_BUSY when the port is in
 * use; IX_IO. `api` must outlive the server. */
IX_MUST_CHECK enum ix_code ix_server_start(struct ix_api *api,
                                           const struct ix_server_options *options,
                                           struct ix_server **ret_server, struct ix_err *err);
uint16_t ix_server_port(const struct ix_server *server);
/* Takes no new requests and waits at most `grace_ms` for those it has; then ends. Takes NULL. */
void ix_server_stop(struct ix_server *server, int64_t grace_ms);

#endif
