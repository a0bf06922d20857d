/* The line that is logged for each request. */
#ifndef IX_API_SERVER_LOG_H
#define IX_API_SERVER_LOG_H

#include "base/buf.h"

/* What became of the answer. */
enum ix_log_end {
    IX_LOG_ANSWERED,
    IX_LOG_CLIENT_GONE, /* before it was all sent */
    IX_LOG_TIMEOUT,     /* the client brought or took too little for too long */
    IX_LOG_CUT_SHORT,   /* by us: refused, a fault, or the server ended */
};

/* Empty slices are left out. */
struct ix_log_line {
    int64_t ended_ms;          /* UTC */
    struct ix_sv method, path; /* the path without its query part: that may hold secrets */
    struct ix_sv route;        /* as the table of routes writes it */
    int status;                /* 0: there was none */
    enum ix_log_end end;
    int64_t body_bytes, answer_bytes; /* bodies, as sent */
    int64_t duration_us;
    struct ix_sv client, request_id, trace_id, parent_id;
};

/* Appends the line with its end. In key=value form, values that hold more than letters, digits and
 * plain signs are JSON strings. */
void ix_log_line_write(struct ix_buf *buf, const struct ix_log_line *line, bool as_json);

#endif
