/* Media types that routes answer with, and choosing one of them (RFC 9110 section 12.5). */
#ifndef IX_API_MEDIA_H
#define IX_API_MEDIA_H

#include <stdbool.h>

#include "base/sv.h"

enum ix_media {
    IX_MEDIA_JSON,
    IX_MEDIA_NDJSON,
    IX_MEDIA_CSV,
    IX_MEDIA_TEXT,
    IX_MEDIA_OPENAPI,
    IX_MEDIA_METRICS,
    IX_MEDIA_COUNT
};

#define IX_PROBLEM_TYPE "application/problem+json"

/* "text/csv": without parameters. */
const char *ix_media_name(enum ix_media media);
/* As Content-Type: "text/csv; charset=utf-8; header=present". */
const char *ix_media_content_type(enum ix_media media);
/* What `format=` calls it ("csv"); NULL when it has no name there. */
const char *ix_media_format(enum ix_media media);

/* The best of `offered` (a mask of 1u << enum ix_media) for an Accept header; of equals the first
 * of the enum. An empty header takes anything. False: none is acceptable. */
bool ix_media_choose(struct ix_sv accept, unsigned offered, enum ix_media *ret_media);

/* True when a header like Accept-Encoding takes the coding: named or "*", with a weight above 0. */
bool ix_media_takes_coding(struct ix_sv header, const char *coding);

#endif
