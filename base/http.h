/* One HTTP request, and the whole of its answer.
 *
 * http and https only, certificates checked, no redirects, no proxy, no cookies. What comes back
 * is undone from gzip and bounded. Any status is an answer; errors are of the exchange itself.
 */
#ifndef IX_BASE_HTTP_H
#define IX_BASE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct ix_http_request {
    struct ix_sv method;       /* GET or POST */
    struct ix_sv url;          /* absolute, encoded */
    struct ix_sv accept;       /* may be empty */
    struct ix_sv content_type; /* of the body; POST only */
    struct ix_sv body;
    int64_t timeout_ms;      /* for the whole exchange; 0: none */
    size_t answer_bytes_max; /* 0: none */
    const bool *cancelled;   /* looked at about once a second; NULL: never */
};

struct ix_http_answer {
    int status;
    char content_type[128]; /* without parameters; "" when there is none */
    struct ix_buf body;
};

/* IX_INVALID for what is no such URL, IX_IO with the reason, IX_LIMIT, IX_CANCELLED, IX_NOMEM. On
 * success `ret_answer` must be ended. */
IX_MUST_CHECK enum ix_code ix_http_fetch(const struct ix_http_request *request,
                                         struct ix_http_answer *ret_answer, struct ix_err *err);
void ix_http_answer_done(struct ix_http_answer *answer); /* takes NULL or zeroed */

#endif
