/* A run of bytes as one gzip member (RFC 1952). Reading it is base/stream.h's business. */
#ifndef IX_BASE_GZIP_H
#define IX_BASE_GZIP_H

#include "base/buf.h"

/* Appends to `out`; quick rather than small. IX_NOMEM; IX_LIMIT above 1 GiB. */
IX_MUST_CHECK enum ix_code ix_gzip(struct ix_buf *out, struct ix_sv bytes, struct ix_err *err);

#endif
