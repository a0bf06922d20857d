/* What a request's head must be before anything is made of it.
 *
 * libmicrohttpd reads requests leniently, even when told to be strict: it takes the last of
 * repeated lengths, or a length beside a transfer coding, where another server in front of this one
 * might take the first. Two programs that see different requests in the same bytes are how requests
 * are smuggled; so everything ambiguous is refused here, and the connection closed.
 *
 * Source: RFC 9110 (fields, methods), RFC 9112 (request line, framing).
 */
#ifndef IX_API_SERVER_GUARD_H
#define IX_API_SERVER_GUARD_H

#include "api/api.h"

enum { IX_GUARD_HEADERS_MAX = 100 };

/* A head as it was parsed; all slices are borrowed for the call. */
struct ix_head {
    struct ix_sv method, target, version; /* "GET", "/api/v1/search?q=x", "HTTP/1.1" */
    const struct ix_api_header *headers;
    size_t header_count; /* more than IX_GUARD_HEADERS_MAX is refused */
};

struct ix_refusal {
    int status;
    const char *code, *detail; /* of the problem document; constants */
};

/* Why the request must be refused; NULL when it is in order. */
const struct ix_refusal *ix_guard_refusal(const struct ix_head *head);

/* Cuts a target in origin form or absolute form (RFC 9112 section 3.2) into its path and what is
 * after '?'. One that is not in order gives slices of it all the same. */
void ix_guard_split_target(struct ix_sv target, struct ix_sv *ret_path, struct ix_sv *ret_query);

/* The bytes that Content-Length announces; 0 when there is none. For heads found in order. */
uint64_t ix_guard_content_length(const struct ix_head *head);
bool ix_guard_expects_continue(const struct ix_head *head);

#endif
