/* The description of the interface for programs: OpenAPI 3.1. */
#ifndef IX_API_OPENAPI_H
#define IX_API_OPENAPI_H

#include "base/buf.h"

/* Appends the document. */
void ix_openapi_write(struct ix_buf *buf, const char *version);

#endif
