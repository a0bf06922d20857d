/* The HTTP interface without HTTP: requests in, responses out.
 *
 * What a route does is a function of the warehouse and the request; sockets, threads, queues and
 * limits of connections belong to the server (server.h). So most tests call ix_api_dispatch and
 * open no socket.
 *
 * One ix_api per process, not written after it was opened and shared by all threads. One
 * ix_api_worker per thread that runs SQL: it holds that thread's reader of the warehouse.
 *
 * Source: RFC 9110 (HTTP semantics), RFC 9457 (problems), OpenAPI 3.1 (the description).
 */
#ifndef IX_API_API_H
#define IX_API_API_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sv.h"

struct ix_api;
struct ix_api_worker;

struct ix_api_options {
    const char *folder;      /* the data folder; borrowed for the life of the ix_api */
    const char *version;     /* of the program */
    int64_t query_time_ms;   /* a query running longer is answered as incomplete; 0: no limit */
    int64_t rows_max;        /* of one page; 0: no limit; a stream has none */
    int64_t spool_bytes_max; /* of all streams whose rows are kept in `folder`; 0: no limit */
    int64_t body_bytes_max;  /* of a request's body; routes may lower it; 0: theirs alone */
    int64_t (*now_ms)(void); /* for what takes time: runs; NULL: the request's time */
    const char *const *kinds, *const *categories, *const *types; /* known words; NULL at the end */
    const char *const *rules; /* of encrypted and public, for explain; as in query/run.h */
};

IX_MUST_CHECK enum ix_code ix_api_open(const struct ix_api_options *options,
                                       struct ix_api **ret_api, struct ix_err *err);
void ix_api_close(struct ix_api *api); /* takes NULL; after its workers */

/* Who writes the text of /metrics (Prometheus' text format) into `out`; without one the path is not
 * there. Before the first request. */
void ix_api_set_metrics(struct ix_api *api, void (*write)(void *context, struct ix_buf *out),
                        void *context);

IX_MUST_CHECK enum ix_code ix_api_worker_open(struct ix_api *api, struct ix_api_worker **ret_worker,
                                              struct ix_err *err);
void ix_api_worker_close(struct ix_api_worker *worker); /* takes NULL */
/* Streams whose rows are kept in files, now and since the beginning; see stream.c. */
struct ix_api_spooled {
    int64_t open, bytes;
    int64_t made, refused;
};
struct ix_api_spooled ix_api_spooled_now(const struct ix_api *api);
/* The warehouse's generation; 0 when nothing is indexed yet, or it cannot be read. */
int64_t ix_api_worker_generation(struct ix_api_worker *worker);

struct ix_api_header {
    struct ix_sv name, value;
};

/* All slices are borrowed for the call; those of a stream's request until the stream is closed. */
struct ix_api_request {
    struct ix_sv method;
    struct ix_sv path;  /* as sent, before '?'; still percent-encoded */
    struct ix_sv query; /* as sent, after '?' */
    const struct ix_api_header *headers;
    size_t header_count;
    struct ix_sv body;
    bool takes_trailers; /* HTTP/1.1: fields can follow the body of a stream */
    int64_t now_ms;
    const bool
        *cancelled; /* becomes true when the client is gone or the server ends; may be NULL */
};

/* A body of any length, made piece by piece on a worker's thread. */
struct ix_api_stream;

struct ix_api_response {
    int status;
    const struct ix_api_header *headers; /* Content-Type and what the route adds; in `arena` */
    size_t header_count;
    struct ix_sv body; /* in `arena`; when there is no stream */
    struct ix_api_stream *stream;
    struct ix_arena arena; /* everything of the response */
};

/* Always fills in a response: what goes wrong is a problem document with its status. A response to
 * HEAD is the one to GET: the server sends its head alone. */
void ix_api_dispatch(struct ix_api_worker *worker, const struct ix_api_request *request,
                     struct ix_api_response *ret_response);
void ix_api_response_done(struct ix_api_response *response); /* closes the stream as well */

/* Appends the next piece to `out`; *ret_more false: that was the last one. Holds no reader of the
 * warehouse open between calls, and may be called with another worker than before. An error can no
 * longer be a status: the stream writes it as its end mark, or is broken (below). */
void ix_api_stream_next(struct ix_api_stream *stream, struct ix_api_worker *worker,
                        struct ix_buf *out, bool *ret_more);
/* True after the last piece when the body is not whole and has no way to say so (CSV): the
 * connection must be closed without the end of the body (the last chunk), so that the client sees
 * it. */
bool ix_api_stream_broken(const struct ix_api_stream *stream);
/* After the last piece: the value of the field that follows the body and that the response's
 * `Trailer` names; empty when there is none. Good as long as the stream. */
#define IX_API_TRAILER "Infradex-End"
struct ix_sv ix_api_stream_trailer(const struct ix_api_stream *stream);

#endif
