/* Sorted rows that are put aside, and merged into their table. Of numbers each stands by itself:
 * key, number, rid, as they are in memory. Of texts each value stands once: the sizes of the text
 * and of what it is sorted by (0: the text itself) and how many have it as varints (text_varint.h),
 * its key as eight bytes, both texts, and of each that has it the rid and the last column as
 * varints.
 *
 * A reader a piece; a heap of readers by the row at hand, and of equal ones by the piece. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/batch.h"
#include "indexer/warehouse/sqlite/head.h"
#include "indexer/warehouse/sqlite/merge_heap.h"
#include "indexer/warehouse/sqlite/text_varint.h"

/* ---- putting aside ---- */

static void add_value(struct ix_buf *out, const struct ix_batch_value *v, size_t count) {
    bool folds = v->folded.data != v->text.data;
    ix_varint_add(out, v->text.size);
    ix_varint_add(out, folds ? v->folded.size : 0);
    ix_varint_add(out, count);
    ix_buf_add(out, ix_sv_of((const char *)&v->key, sizeof v->key));
    ix_buf_add(out, v->text);
    if (folds) {
        ix_buf_add(out, v->folded);
    }
}

static void write_texts(const struct ix_batch *b, enum ix_batch_kind kind, struct ix_buf *out) {
    const struct ix_batch_text *texts = (const struct ix_batch_text *)b->of[kind].rows;
    const struct ix_batch_value *values = (const struct ix_batch_value *)b->values[kind].rows;
    size_t count = b->of[kind].count;
    for (size_t at = 0, end; at < count; at = end) {
        end = at + 1;
        while (end < count && texts[end].value == texts[at].value) {
            end++;
        }
        add_value(out, &values[texts[at].value], end - at);
        for (size_t i = at; i < end; i++) {
            ix_varint_add(out, (uint64_t)texts[i].rid);
            ix_varint_add(out, texts[i].last);
        }
    }
}

enum ix_code ix_batch_put_aside(struct ix_sqlite *e, enum ix_batch_kind kind, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    const struct ix_batch_rows *rows = &b->of[kind];
    if (kind == IX_BATCH_NUMBERS) {
        struct ix_sv bytes = ix_sv_of(rows->rows, rows->count * sizeof(struct ix_batch_number));
        return ix_spill_add(&b->aside[kind], e, bytes, err);
    }
    struct ix_buf bytes = {0};
    write_texts(b, kind, &bytes);
    enum ix_code code = ix_buf_check(&bytes, err);
    code = code == IX_OK ? ix_spill_add(&b->aside[kind], e, ix_buf_sv(&bytes), err) : code;
    ix_buf_done(&bytes);
    return code;
}

/* ---- reading ---- */

struct reader {
    struct ix_spill_reader from;
    size_t piece;
    uint64_t first, second; /* of what the row is sorted by, as numbers that compare as it does */
    struct ix_buf texts;
    struct ix_batch_row row;
    uint64_t left; /* more rows of the value */
};

static uint64_t take_varint(struct reader *r) {
    uint64_t value = 0;
    size_t size =
        ix_varint_get((const unsigned char *)r->from.bytes.data, r->from.bytes.size, &value);
    r->from.bytes = ix_sv_from(r->from.bytes, size);
    return value;
}

static void take_bytes(struct reader *r, void *to, size_t size) {
    memcpy(to, r->from.bytes.data, size);
    r->from.bytes = ix_sv_from(r->from.bytes, size);
}

static bool at_hand(struct reader *r, size_t size) {
    ix_spill_need(&r->from, size);
    return r->from.bytes.size > 0 && r->from.err->code == IX_OK;
}

static bool next_number(struct reader *r) {
    struct ix_batch_number n;
    if (!at_hand(r, sizeof n)) {
        return false;
    }
    take_bytes(r, &n, sizeof n);
    r->row = (struct ix_batch_row){.key = n.key, .number = n.number, .rid = n.rid};
    return true;
}

static bool next_value(struct reader *r) {
    enum { HEAD_MAX = 3 * IX_VARINT_MAX + sizeof r->row.key };
    if (!at_hand(r, HEAD_MAX)) {
        return false;
    }
    size_t size = (size_t)take_varint(r);
    size_t folded = (size_t)take_varint(r);
    r->left = take_varint(r);
    take_bytes(r, &r->row.key, sizeof r->row.key);
    ix_spill_need(&r->from, size + folded);
    if (r->from.err->code != IX_OK) {
        return false;
    }
    ix_buf_clear(&r->texts);
    ix_buf_add(&r->texts, ix_sv_sub(r->from.bytes, 0, size + folded));
    r->from.bytes = ix_sv_from(r->from.bytes, size + folded);
    r->row.text = ix_sv_sub(ix_buf_sv(&r->texts), 0, size);
    r->row.folded = folded ? ix_sv_from(ix_buf_sv(&r->texts), size) : r->row.text;
    r->first = ix_head(r->row.folded, 0);
    r->second = ix_head(r->row.folded, sizeof r->first);
    return ix_buf_check(&r->texts, r->from.err) == IX_OK;
}

static bool next_text(struct reader *r) {
    if (r->left == 0 && !next_value(r)) {
        return false;
    }
    if (!at_hand(r, 2 * IX_VARINT_MAX)) {
        return false;
    }
    r->left--;
    r->row.rid = (int64_t)take_varint(r);
    r->row.last = (uint32_t)take_varint(r);
    return true;
}

/* ---- merging ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_numbers(const void *x, const void *y) {
    const struct reader *a = x;
    const struct reader *b = y;
    int result = ORDER(a->row.key, b->row.key);
    result = result ? result : ORDER(a->row.number, b->row.number);
    return result ? result : ORDER(a->row.rid, b->row.rid);
}

static int compare_texts(const void *x, const void *y) {
    const struct reader *a = x;
    const struct reader *b = y;
    int result = ORDER(a->row.key, b->row.key);
    result = result ? result : ORDER(a->first, b->first);
    result = result ? result : ORDER(a->second, b->second);
    result = result ? result : ix_sv_cmp(a->row.folded, b->row.folded);
    return result ? result : ORDER(a->piece, b->piece);
}

struct merged {
    struct ix_batch_source base;
    bool (*next)(struct reader *r);
    ix_merge_compare *compare;
    struct reader *readers;
    void **heap;  /* of readers */
    size_t count; /* in the heap */
    bool begun;
};

static bool next_merged(struct ix_row_source *source) {
    struct merged *m = (struct merged *)source;
    if (m->begun && m->count > 0) {
        struct reader *top = m->heap[0];
        bool same = top->left > 0; /* the next row of the value comes first as well */
        if (!m->next(top)) {
            m->heap[0] = m->heap[--m->count];
        }
        if (!same) {
            ix_merge_sift(m->heap, m->count, 0, m->compare);
        }
    }
    m->begun = true;
    if (m->count == 0 || source->err->code != IX_OK) {
        return false;
    }
    m->base.row = ((const struct reader *)m->heap[0])->row;
    return true;
}

static void close_merged(struct merged *m, size_t pieces) {
    for (size_t i = 0; m->readers && i < pieces; i++) {
        ix_spill_close(&m->readers[i].from);
        ix_buf_done(&m->readers[i].texts);
    }
    free(m->readers);
    free(m->heap);
}

static enum ix_code insert_merged(struct ix_sqlite *e, enum ix_batch_kind kind, bool also,
                                  struct ix_err *err) {
    const struct ix_spill *aside = &e->run.batch->aside[kind];
    bool numbers = kind == IX_BATCH_NUMBERS;
    struct merged m = {
        .base.source.next = next_merged,
        .next = numbers ? next_number : next_text,
        .compare = numbers ? compare_numbers : compare_texts,
        .readers = calloc(aside->count, sizeof *m.readers),
        .heap = calloc(aside->count, sizeof *m.heap),
    };
    if (!m.readers || !m.heap) {
        close_merged(&m, 0);
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < aside->count; i++) {
        m.readers[i].piece = i;
        m.readers[i].from = ix_spill_open(aside, i, e, err);
        if (m.next(&m.readers[i])) {
            m.heap[m.count++] = &m.readers[i];
        }
    }
    ix_merge_begin(m.heap, m.count, m.compare);
    enum ix_code code = err->code;
    code = code == IX_OK ? ix_batch_insert_from(e, kind, also, &m.base, err) : code;
    close_merged(&m, aside->count);
    return code;
}

enum ix_code ix_batch_merge(struct ix_sqlite *e, enum ix_batch_kind kind, struct ix_err *err) {
    struct ix_spill *aside = &e->run.batch->aside[kind];
    enum ix_code code = IX_OK;
    if (aside->count == 0) {
        return IX_OK;
    }
    for (int also = 0; code == IX_OK && also <= ix_batch_has_second(e, kind); also++) {
        code = insert_merged(e, kind, also, err);
    }
    return code == IX_OK ? ix_spill_clear(aside, e, err) : code;
}
