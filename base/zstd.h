/* Zstandard (RFC 8878) over whole runs of memory: for what is stored compressed. Streams of unknown
 * size are ix_stream's. */
#ifndef IX_BASE_ZSTD_H
#define IX_BASE_ZSTD_H

#include "base/buf.h"

struct ix_zstd; /* the working memory of either direction, kept from call to call */

/* NULL: out of memory. */
struct ix_zstd *ix_zstd_new(void);
void ix_zstd_free(struct ix_zstd *zstd); /* takes NULL */

/* Appends one frame, which says its own size. */
IX_MUST_CHECK enum ix_code ix_zstd_compress(struct ix_zstd *zstd, struct ix_sv bytes,
                                            struct ix_buf *buf, struct ix_err *err);
/* Appends what the frame holds. IX_CORRUPT when it is none, or is larger than `limit` bytes. */
IX_MUST_CHECK enum ix_code ix_zstd_expand(struct ix_zstd *zstd, struct ix_sv frame, size_t limit,
                                          struct ix_buf *buf, struct ix_err *err);

#endif
