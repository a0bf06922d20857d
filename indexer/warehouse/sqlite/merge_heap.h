/* What comes first of several sorted readers: a heap of pointers to them. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_MERGE_HEAP_H
#define IX_INDEXER_WAREHOUSE_SQLITE_MERGE_HEAP_H

#include <stddef.h>

/* Below 0: `a` comes before `b`. */
typedef int ix_merge_compare(const void *a, const void *b);

/* Puts the reader at `at`, which has gone on, to where it belongs among those below it. In a
 * header, since the comparison is most of a merge and is known where it is called. */
static inline void ix_merge_sift(void **heap, size_t count, size_t at, ix_merge_compare *compare) {
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && compare(heap[child + 1], heap[child]) < 0;
        if (compare(heap[at], heap[child]) <= 0) {
            return;
        }
        void *moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

/* All of them, in any order before. */
static inline void ix_merge_begin(void **heap, size_t count, ix_merge_compare *compare) {
    for (size_t i = count; i-- > 0;) {
        ix_merge_sift(heap, count, i, compare);
    }
}

#endif
