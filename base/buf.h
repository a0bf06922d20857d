/* ix_buf: a growing run of bytes that the caller owns.
 *
 * Appending never returns an error; when memory is gone or the limit is passed, `failed` stays
 * set, the contents stay as they were, and ix_buf_check tells once at the end.
 */
#ifndef IX_BASE_BUF_H
#define IX_BASE_BUF_H

#include "base/err.h"
#include "base/sv.h"

struct ix_buf {
    char *data; /* malloc'ed; not terminated (see ix_buf_cstr) */
    size_t size, capacity;
    size_t limit; /* bytes; 0: none */
    bool failed;  /* sticky */
};

void ix_buf_done(struct ix_buf *buf);  /* frees; takes NULL or zeroed */
void ix_buf_clear(struct ix_buf *buf); /* empties, keeps the memory and the limit */

void ix_buf_add(struct ix_buf *buf, struct ix_sv sv);
void ix_buf_add_cstr(struct ix_buf *buf, const char *text);
void ix_buf_add_char(struct ix_buf *buf, char c);
void ix_buf_printf(struct ix_buf *buf, const char *format, ...) IX_PRINTF(2, 3);
/* Room for `size` more bytes, not yet counted in `size`; NULL when it cannot be had. */
char *ix_buf_reserve(struct ix_buf *buf, size_t size);

static inline struct ix_sv ix_buf_sv(const struct ix_buf *buf) {
    return ix_sv_of(buf->data, buf->size);
}
/* Terminates without counting the terminator; "" when nothing could be had. */
const char *ix_buf_cstr(struct ix_buf *buf);

IX_MUST_CHECK enum ix_code ix_buf_check(const struct ix_buf *buf, struct ix_err *err);

#endif
