/* The fastest ordinary level: what is stored is read far more often than what a better level would
 * save is worth. */
#include "base/zstd.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { LEVEL = 1 };

struct ix_zstd {
    ZSTD_CCtx *compress; /* each made when first needed */
    ZSTD_DCtx *expand;
};

struct ix_zstd *ix_zstd_new(void) {
    return calloc(1, sizeof(struct ix_zstd));
}

void ix_zstd_free(struct ix_zstd *zstd) {
    if (zstd) {
        ZSTD_freeCCtx(zstd->compress);
        ZSTD_freeDCtx(zstd->expand);
    }
    free(zstd);
}

enum ix_code ix_zstd_compress(struct ix_zstd *zstd, struct ix_sv bytes, struct ix_buf *buf,
                              struct ix_err *err) {
    size_t room = ZSTD_compressBound(bytes.size);
    char *to = ix_buf_reserve(buf, room);
    if (!zstd->compress) {
        zstd->compress = ZSTD_createCCtx();
    }
    if (!to || !zstd->compress) {
        return ix_err_nomem(err);
    }
    size_t size = ZSTD_compressCCtx(zstd->compress, to, room, bytes.data, bytes.size, LEVEL);
    if (ZSTD_isError(size)) { /* there is room enough, so it is memory */
        return ix_err_nomem(err);
    }
    buf->size += size;
    return IX_OK;
}

enum ix_code ix_zstd_expand(struct ix_zstd *zstd, struct ix_sv frame, size_t limit,
                            struct ix_buf *buf, struct ix_err *err) {
    unsigned long long size = ZSTD_getFrameContentSize(frame.data, frame.size);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > limit) {
        return ix_err_set(err, IX_CORRUPT, "a compressed part does not hold together");
    }
    char *to = ix_buf_reserve(buf, size + 1);
    if (!zstd->expand) {
        zstd->expand = ZSTD_createDCtx();
    }
    if (!to || !zstd->expand) {
        return ix_err_nomem(err);
    }
    size_t got = ZSTD_decompressDCtx(zstd->expand, to, size, frame.data, frame.size);
    if (ZSTD_isError(got) && ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation) {
        return ix_err_nomem(err);
    }
    if (got != size) {
        return ix_err_set(err, IX_CORRUPT, "a compressed part does not hold together");
    }
    buf->size += got;
    return IX_OK;
}
