/* A reader a run, each with a window of its bytes; a heap of readers by the word at hand, and of
 * equal words by the run. */
#include "indexer/warehouse/sqlite/text_runs.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/head.h"
#include "indexer/warehouse/sqlite/merge_heap.h"
#include "indexer/warehouse/sqlite/text_varint.h"

/* ---- reading a run ---- */

struct reader {
    struct ix_spill_reader from; /* a run in memory is all at hand */
    size_t run;
    uint64_t first; /* eight bytes of the word, as a number that compares as they do */
    struct ix_sv word, list;
    int64_t last;
};

static uint64_t take_number(struct reader *r, size_t *at) {
    uint64_t value = 0;
    *at += ix_varint_get((const unsigned char *)r->from.bytes.data + *at, r->from.bytes.size - *at,
                         &value);
    return value;
}

/* False at the end of the run, or with an error. */
static bool next_word(struct reader *r) {
    enum { HEAD_MAX = 3 * IX_VARINT_MAX + UINT8_MAX };
    ix_spill_need(&r->from, HEAD_MAX);
    if (r->from.bytes.size == 0 || r->from.err->code != IX_OK) {
        return false;
    }
    size_t word = 0;
    size_t word_size = (size_t)take_number(r, &word);
    size_t list = word + word_size;
    r->last = (int64_t)take_number(r, &list);
    size_t list_size = (size_t)take_number(r, &list);
    ix_spill_need(&r->from, list + list_size);
    if (r->from.err->code != IX_OK) {
        return false;
    }
    r->word = ix_sv_sub(r->from.bytes, word, word + word_size);
    r->list = ix_sv_sub(r->from.bytes, list, list + list_size);
    r->first = ix_head(r->word, 0);
    r->from.bytes = ix_sv_from(r->from.bytes, list + list_size);
    return true;
}

/* ---- merging ---- */

static int compare(const void *x, const void *y) {
    const struct reader *a = x;
    const struct reader *b = y;
    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }
    int words = ix_sv_cmp(a->word, b->word);
    return words ? words : (a->run > b->run) - (a->run < b->run);
}

static void merge_heap(void **heap, size_t count, struct ix_text_segment *into) {
    struct ix_buf word = {0}; /* that the segment was given last */
    ix_merge_begin(heap, count, compare);
    while (count > 0 && into->err->code == IX_OK) {
        struct reader *r = heap[0];
        if (!ix_sv_eq(r->word, ix_buf_sv(&word))) {
            ix_buf_clear(&word);
            ix_buf_add(&word, r->word);
            ix_text_segment_word(into, r->word);
        }
        ix_text_segment_list(into, r->list, r->last);
        if (!next_word(r)) {
            heap[0] = heap[--count];
        }
        ix_merge_sift(heap, count, 0, compare);
        (void)(ix_buf_check(&word, into->err) == IX_OK); /* into->err keeps it */
    }
    ix_buf_done(&word);
}

enum ix_code ix_text_runs_merge(const struct ix_spill *runs, struct ix_sv last,
                                struct ix_text_segment *into) {
    size_t all = runs->count + 1;
    struct reader *readers = calloc(all, sizeof *readers);
    void **heap = calloc(all, sizeof *heap);
    size_t count = 0;
    for (size_t i = 0; readers && heap && i < all; i++) {
        readers[i].run = i;
        readers[i].from = i < runs->count
                              ? ix_spill_open(runs, i, into->e, into->err)
                              : (struct ix_spill_reader){.err = into->err, .bytes = last};
        if (next_word(&readers[i])) {
            heap[count++] = &readers[i];
        }
    }
    if (readers && heap) {
        merge_heap(heap, count, into);
    } else {
        ix_err_nomem(into->err);
    }
    for (size_t i = 0; readers && i < all; i++) {
        ix_spill_close(&readers[i].from);
    }
    free(readers);
    free(heap);
    return into->err->code;
}
