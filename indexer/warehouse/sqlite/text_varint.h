/* SQLite's variable-length integers as FTS5 writes them (https://sqlite.org/fileformat2.html,
 * section 1.6): seven bits a byte, the highest first; a ninth byte has eight. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_TEXT_VARINT_H
#define IX_INDEXER_WAREHOUSE_SQLITE_TEXT_VARINT_H

#include "base/buf.h"

enum { IX_VARINT_MAX = 9 };

/* Room for IX_VARINT_MAX bytes at `to`; returns how many were written. `value` is below 2^63. */
static inline size_t ix_varint_put(unsigned char *to, uint64_t value) {
    size_t size = 1;
    while (value >> (7 * size)) {
        size++;
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char more = i + 1 < size ? 0x80 : 0;
        to[i] = (unsigned char)(more | (value >> (7 * (size - 1 - i)) & 0x7F));
    }
    return size;
}

/* Appends it; whether there was memory for it is told by ix_buf_check. */
static inline void ix_varint_add(struct ix_buf *buf, uint64_t value) {
    char *to = ix_buf_reserve(buf, IX_VARINT_MAX);
    if (to) {
        buf->size += ix_varint_put((unsigned char *)to, value);
    }
}

/* Of `size` bytes; returns how many were read, 0 when they end before the integer does. */
static inline size_t ix_varint_get(const unsigned char *from, size_t size, uint64_t *ret_value) {
    uint64_t value = 0;
    for (size_t i = 0; i < size && i < IX_VARINT_MAX - 1; i++) {
        value = value << 7 | (from[i] & 0x7F);
        if (from[i] < 0x80) {
            *ret_value = value;
            return i + 1;
        }
    }
    if (size < IX_VARINT_MAX) {
        return 0;
    }
    *ret_value = value << 8 | from[IX_VARINT_MAX - 1];
    return IX_VARINT_MAX;
}

#endif
