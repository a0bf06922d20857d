/* Figures about the server, in Prometheus' text format 0.0.4, named as OpenTelemetry's conventions
 * for HTTP servers are when they are written for Prometheus. Safe to call from any thread. */
#ifndef IX_API_SERVER_METRICS_H
#define IX_API_SERVER_METRICS_H

#include "api/api.h"

enum ix_rejection {
    IX_REJECTED_QUEUE,       /* full */
    IX_REJECTED_CONNECTIONS, /* too many, in all or from one address */
    IX_REJECTED_HEAD,        /* refused by the guard */
    IX_REJECTED_BODY,        /* too large */
    IX_REJECTED_SLOW,        /* brought its request too slowly */
    IX_REJECTED_COUNT
};

struct ix_metrics;

/* NULL when memory is gone. */
struct ix_metrics *ix_metrics_new(void);
void ix_metrics_free(struct ix_metrics *metrics); /* takes NULL */

/* `method`: as sent; what is no method of HTTP is counted as _OTHER. `route`: of the table, a
 * constant; NULL: none. */
void ix_metrics_answered(struct ix_metrics *metrics, struct ix_sv method, const char *route,
                         int status, int64_t duration_us);
void ix_metrics_rejected(struct ix_metrics *metrics, enum ix_rejection why);

/* What is known elsewhere at the moment of asking. */
struct ix_metrics_now {
    int64_t active_requests, connections, queue_length, generation;
    struct ix_api_spooled spooled;
};
void ix_metrics_write(struct ix_metrics *metrics, const struct ix_metrics_now *now,
                      struct ix_buf *out);

#endif
