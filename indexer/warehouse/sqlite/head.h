/* Eight bytes of a text as one number, the first the most significant: numbers compare as the bytes
 * do, so most comparisons of texts that are put in order need not read the texts. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_HEAD_H
#define IX_INDEXER_WAREHOUSE_SQLITE_HEAD_H

#include "base/sv.h"

/* Of the bytes from `at` on; what is behind the end counts as 0. */
static inline uint64_t ix_head(struct ix_sv text, size_t at) {
    uint64_t head = 0;
    for (size_t i = at; i < at + sizeof head; i++) {
        head = head << 8 | (i < text.size ? (unsigned char)text.data[i] : 0);
    }
    return head;
}

#endif
