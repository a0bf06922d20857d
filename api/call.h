/* A call: one request on its way to a response, as the handlers of routes see it. */
#ifndef IX_API_CALL_H
#define IX_API_CALL_H

#include "api/answers.h"
#include "api/api.h"
#include "api/media.h"
#include "api/spool.h"
#include "base/json.h"
#include "indexer/warehouse/warehouse.h"

struct ix_route;

/* What the parameters of all routes set; each route's table names the members it uses. */
struct ix_arguments {
    struct ix_sv uid; /* of the path */
    struct ix_sv q;
    int64_t limit;
    struct ix_sv cursor;
    bool properties;
    bool count;
    struct ix_sv format;
    bool end_mark; /* CSV that is not complete ends with a mark, and is not cut off */
    struct ix_sv word;
    struct ix_sv text;
    int64_t position; /* -1: the end of text */
    struct ix_sv source;
    struct ix_sv report, metric, by, where, query, in, from, until, versus, of,
        rates; /* of costs */
    bool compare;
};

struct ix_call {
    struct ix_api *api;
    struct ix_api_worker *worker;
    const struct ix_api_request *request;
    const struct ix_route *route;
    struct ix_arguments arguments;
    enum ix_media media; /* what the caller takes best of what the route gives */
    bool in_query;       /* the place of an error is one in arguments.q or .text */
    bool is_get;         /* GET or HEAD */
    struct ix_api_response *response;
    struct ix_arena *arena; /* the response's */
};

const struct ix_api_options *ix_api_options_of(const struct ix_api *api);
struct ix_spools *ix_api_spools(struct ix_api *api);
/* False when nobody writes any. */
bool ix_api_write_metrics(struct ix_api *api, struct ix_buf *out);
struct ix_api *ix_worker_api(const struct ix_api_worker *worker);

/* The worker's reader of the warehouse; it watches the request's `cancelled`. IX_BUSY with
 * words when nothing is indexed yet. Stays the worker's. */
IX_MUST_CHECK enum ix_code ix_worker_reader(struct ix_api_worker *worker, const bool *cancelled,
                                            struct ix_warehouse **ret_reader, struct ix_err *err);
/* The file that it reads, as a number. The same generation of another file is another state. */
uint64_t ix_worker_file(const struct ix_api_worker *worker);
/* What opening the warehouse said, as an error that is no fault of the request; returns its code.
 */
enum ix_code ix_open_fault(struct ix_err *err);
/* The request is over: its `cancelled` is looked at no more. */
void ix_worker_rest(struct ix_api_worker *worker);
/* What it has answered; within a snapshot of its reader, whose state they are of then. */
IX_MUST_CHECK enum ix_code ix_worker_answers(struct ix_api_worker *worker,
                                             struct ix_answers **ret_answers, struct ix_err *err);
/* Closes the reader, so that the next request opens it again: after errors of the file. */
void ix_worker_drop_reader(struct ix_api_worker *worker);

/* The first header of that name, any case; empty when there is none. */
struct ix_sv ix_request_header(const struct ix_api_request *request, const char *name);

/* `value` is borrowed for the life of the response. */
void ix_reply_header(struct ix_call *call, const char *name, struct ix_sv value);
/* Sets status, Content-Type and body; `body` must be in the response's arena or constant. */
void ix_reply_text(struct ix_call *call, int status, const char *content_type, struct ix_sv body);
/* The node written out, with a line end. */
IX_MUST_CHECK enum ix_code ix_reply_json(struct ix_call *call, const struct ix_json *node,
                                         struct ix_err *err);
/* The same with an entity tag of what it says, and 304 where that is known already. `generation`:
 * of the warehouse; 0 where it does not matter. */
IX_MUST_CHECK enum ix_code ix_reply_kept_json(struct ix_call *call, int64_t generation,
                                              const struct ix_json *node, struct ix_err *err);
/* Copies the buffer's contents and frees it; the error that it stands for. */
IX_MUST_CHECK enum ix_code ix_reply_buf(struct ix_call *call, const char *content_type,
                                        struct ix_buf *buf, struct ix_err *err);

/* What may be kept and asked about again: sets ETag and, when If-None-Match names it, makes the
 * response 304 and returns true: then there is nothing more to do. The tag is weak; it stands for
 * `generation`, for everything in `about`, and for this version of the program. Answers to POST are
 * never kept. */
bool ix_reply_unchanged(struct ix_call *call, int64_t generation, struct ix_sv about);
void ix_reply_never_keep(struct ix_call *call); /* Cache-Control: no-store */

/* "Not Found" for "404". */
const char *ix_problem_title(struct ix_sv status);
/* Appends the problem document (RFC 9457) that `err` stands for; `in_query`: its place is one in
 * the query. */
void ix_problem_write(struct ix_buf *buf, int status, const char *code, const struct ix_err *err,
                      bool in_query);

/* Makes the response the problem that `err` stands for, whatever it was before. */
void ix_reply_problem(struct ix_call *call, const struct ix_err *err);
/* The same with a status and a code of HTTP's own: "method_not_allowed". */
void ix_reply_http_problem(struct ix_call *call, int status, const char *code,
                           const struct ix_err *err);

#endif
