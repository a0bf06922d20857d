/* An exchange: one request and its answer, from the request's first line to the last byte sent.
 *
 * The wire's threads bring the request and take the answer; while an exchange waits, a worker has
 * it. One thread at a time: it is handed over by the queue and by ix_wire_resume, and needs no lock
 * of its own.
 */
#ifndef IX_API_SERVER_EXCHANGE_H
#define IX_API_SERVER_EXCHANGE_H

#include "api/route.h"
#include "api/server_connections.h"
#include "api/server_guard.h"
#include "api/server_ids.h"
#include "api/server_log.h"
#include "api/server_queue.h"

struct ix_server;

enum ix_exchange_stage {
    IX_EXCHANGE_RECEIVING,
    IX_EXCHANGE_REFUSED,   /* answered already, past the library: what comes is thrown away */
    IX_EXCHANGE_WORKING,   /* a worker makes the response, or will */
    IX_EXCHANGE_ANSWERED,  /* the response is there */
    IX_EXCHANGE_ABANDONED, /* the server ended before a worker took it */
};

struct ix_exchange {
    struct ix_job job; /* first: the queue's */
    struct ix_server *server;
    struct ix_connection *connection; /* borrowed */
    void *handle;                     /* the wire's */
    void *sending;                    /* the wire's, of an answer that is a stream */
    enum ix_exchange_stage stage;
    struct ix_arena arena;
    struct ix_sv method; /* borrowed from the wire until the end */
    struct ix_sv target, path, query;
    const struct ix_route *route; /* NULL: none has this path */
    struct ix_sv request_id, trace, parent;
    char made_id[IX_REQUEST_ID_SIZE];
    struct ix_buf body;
    int64_t body_max, body_bytes;
    bool keeps_body; /* false: no route wants it, it is read and dropped */
    struct ix_api_request request;
    struct ix_api_response response;
    struct ix_buf piece; /* of a stream: made, and not yet taken from piece_at on */
    size_t piece_at;
    bool more; /* the stream has more pieces than this one */
    bool cancelled;
    int status;
    int64_t started_us, answer_bytes;
};

/* What the wire is to do next. */
enum ix_step {
    IX_STEP_GO_ON, /* read on */
    IX_STEP_WAIT,  /* suspend the connection, then call ix_exchange_submit */
    IX_STEP_REPLY, /* send exchange->response */
    IX_STEP_CLOSE,
};

/* `target` is copied; NULL when memory is gone. */
struct ix_exchange *ix_exchange_new(struct ix_server *server, struct ix_connection *connection,
                                    void *handle, struct ix_sv target);
/* Logs and frees. `end`: how the wire saw it. */
void ix_exchange_end(struct ix_exchange *exchange, enum ix_log_end end);

/* The head is there; its slices stay good until the end. GO_ON. */
enum ix_step ix_exchange_take_head(struct ix_exchange *exchange, const struct ix_head *head);
void ix_exchange_take_body(struct ix_exchange *exchange, struct ix_sv bytes);
/* The request is whole. WAIT, REPLY or CLOSE. */
enum ix_step ix_exchange_received(struct ix_exchange *exchange);
/* Into the queue, or answered with 503 when that is full: false, and it does not wait at all. */
bool ix_exchange_submit(struct ix_exchange *exchange);
/* After it waited: REPLY or CLOSE. */
enum ix_step ix_exchange_resumed(const struct ix_exchange *exchange);

/* Why there are no bytes. */
enum ix_read {
    IX_READ_WAIT = 0,    /* suspend the connection, then call ix_exchange_submit_piece */
    IX_READ_END = -1,    /* that was all */
    IX_READ_BROKEN = -2, /* there should be more: close without the end of the body */
};
/* Takes bytes of the stream: how many, or enum ix_read. */
ptrdiff_t ix_exchange_read(struct ix_exchange *exchange, char *to, size_t size);
/* False: the server ends, and it does not wait; the next read says BROKEN. */
bool ix_exchange_submit_piece(struct ix_exchange *exchange);

/* On a worker's thread: the response, or its next piece; then resumes the wire. */
void ix_exchange_work(struct ix_exchange *exchange, struct ix_api_worker *worker);
/* It will not be worked on any more: the server ends. Resumes the wire. */
void ix_exchange_abandon(struct ix_exchange *exchange);

/* Appends a whole answer, head and problem document, that closes its connection; for those that no
 * response can be queued for. `id` may be empty. */
void ix_refusal_write(struct ix_buf *buf, const struct ix_refusal *refusal, struct ix_sv id,
                      int64_t now_ms, bool head_only);

#endif
