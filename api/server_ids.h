/* Names by which a request is found again: its own id, and the trace it belongs to.
 *
 * Source: W3C Trace Context (traceparent, section 3.2). */
#ifndef IX_API_SERVER_IDS_H
#define IX_API_SERVER_IDS_H

#include "base/sv.h"

enum { IX_REQUEST_ID_MAX = 64, IX_REQUEST_ID_SIZE = 17 /* of one made here, with its end */ };

/* True when a client's X-Request-Id may be taken over: 1 to 64 letters, digits, and -._ */
bool ix_request_id_is_sane(struct ix_sv id);
/* Writes 16 hex digits. `seed` once for each process, at random; `number` never the same twice. */
void ix_request_id_make(uint64_t seed, uint64_t number, char ret_text[IX_REQUEST_ID_SIZE]);

/* The trace's and the parent's id (32 and 16 hex digits, slices of `header`); false, and nothing,
 * when it is no valid traceparent. */
bool ix_traceparent_parse(struct ix_sv header, struct ix_sv *ret_trace, struct ix_sv *ret_parent);

#endif
