/* Doubling growth with a sticky failure. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

void ix_buf_done(struct ix_buf *buf) {
    if (buf) {
        free(buf->data);
        *buf = (struct ix_buf){.limit = buf->limit};
    }
}

void ix_buf_clear(struct ix_buf *buf) {
    buf->size = 0;
    buf->failed = false;
}

char *ix_buf_reserve(struct ix_buf *buf, size_t size) {
    size_t needed;
    if (buf->failed || __builtin_add_overflow(buf->size, size, &needed) ||
        (buf->limit && needed > buf->limit)) {
        buf->failed = true;
        return NULL;
    }
    if (needed > buf->capacity) {
        size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
        while (capacity < needed) {
            capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
        }
        char *data = realloc(buf->data, capacity);
        if (!data) {
            buf->failed = true;
            return NULL;
        }
        buf->data = data;
        buf->capacity = capacity;
    }
    return buf->data + buf->size;
}

void ix_buf_add(struct ix_buf *buf, struct ix_sv sv) {
    char *to = sv.size ? ix_buf_reserve(buf, sv.size) : NULL;
    if (to) {
        memcpy(to, sv.data, sv.size);
        buf->size += sv.size;
    }
}

void ix_buf_add_cstr(struct ix_buf *buf, const char *text) {
    ix_buf_add(buf, ix_sv_cstr(text));
}

void ix_buf_add_char(struct ix_buf *buf, char c) {
    ix_buf_add(buf, ix_sv_of(&c, 1));
}

void ix_buf_printf(struct ix_buf *buf, const char *format, ...) {
    va_list measured;
    va_list written;
    va_start(measured, format);
    va_copy(written, measured);
    int size = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    char *to = size < 0 ? NULL : ix_buf_reserve(buf, (size_t)size + 1);
    if (to) {
        vsnprintf(to, (size_t)size + 1, format, written);
        buf->size += (size_t)size;
    }
    va_end(written);
}

const char *ix_buf_cstr(struct ix_buf *buf) {
    char *end = ix_buf_reserve(buf, 1);
    if (!end) {
        return "";
    }
    *end = '\0';
    return buf->data;
}

enum ix_code ix_buf_check(const struct ix_buf *buf, struct ix_err *err) {
    if (!buf->failed) {
        return IX_OK;
    }
    if (buf->limit && buf->capacity >= buf->limit / 2) {
        return ix_err_set(err, IX_LIMIT, "this is larger than the limit of %zu bytes", buf->limit);
    }
    return ix_err_nomem(err);
}
