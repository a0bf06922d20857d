/* One call of zlib into a buffer that is large enough beforehand, so there is no loop to get wrong.
 */
#include "base/gzip.h"

#include <zlib.h>

enum { BYTES_MAX = 1 << 30, GZIP_WINDOW = 15 + 16 /* zlib's way to say gzip */, MEMORY_LEVEL = 8 };

enum ix_code ix_gzip(struct ix_buf *out, struct ix_sv bytes, struct ix_err *err) {
    z_stream z = {0};
    if (bytes.size > BYTES_MAX) {
        return ix_err_set(err, IX_LIMIT, "more than %d bytes to compress", BYTES_MAX);
    }
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return ix_err_nomem(err);
    }
    size_t bound = deflateBound(&z, (uLong)bytes.size);
    char *room = ix_buf_reserve(out, bound);
    if (room) {
        z.next_in = (Bytef *)bytes.data;
        z.avail_in = (uInt)bytes.size;
        z.next_out = (Bytef *)room;
        z.avail_out = (uInt)bound;
        bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
        out->size += whole ? bound - z.avail_out : 0;
        out->failed = out->failed || !whole;
    }
    deflateEnd(&z);
    return ix_buf_check(out, err);
}
