/* A reader a run, each with a window of its bytes; a heap of readers by the word at hand, and of
 * equal words by the run. */
#include "indexer/warehouse/sqlite/text_runs.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/head.h"
#include "indexer/warehouse/sqlite/text_varint.h"

enum { PART_BYTES = 128 << 10 };

/* ---- putting aside ---- */

static enum ix_code add_part(struct ix_sqlite *e, struct ix_sv bytes, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_TEXT_PART_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_blob64(s, 1, bytes.data, bytes.size, SQLITE_STATIC);
    return ix_sqlite_run_statement(e, s, err);
}

enum ix_code ix_text_runs_add(struct ix_text_runs *runs, struct ix_sqlite *e, struct ix_sv run,
                              struct ix_err *err) {
    if (runs->count == runs->capacity) {
        size_t capacity = runs->capacity ? runs->capacity * 2 : 16;
        int64_t *ends = realloc(runs->ends, capacity * sizeof *ends);
        if (!ends) {
            return ix_err_nomem(err);
        }
        runs->ends = ends;
        runs->capacity = capacity;
    }
    int64_t end = runs->count ? runs->ends[runs->count - 1] : 1;
    for (size_t at = 0; at < run.size; at += PART_BYTES, end++) {
        if (add_part(e, ix_sv_sub(run, at, at + PART_BYTES), err) != IX_OK) {
            return err->code;
        }
    }
    runs->ends[runs->count++] = end;
    return IX_OK;
}

enum ix_code ix_text_runs_clear(struct ix_text_runs *runs, struct ix_sqlite *e,
                                struct ix_err *err) {
    runs->count = 0;
    return ix_sqlite_exec(e,
                          "CREATE TEMP TABLE IF NOT EXISTS text_part "
                          "(part INTEGER PRIMARY KEY, bytes BLOB); DELETE FROM temp.text_part",
                          err);
}

void ix_text_runs_done(struct ix_text_runs *runs) {
    free(runs->ends);
    *runs = (struct ix_text_runs){0};
}

/* ---- reading a run ---- */

struct reader {
    struct ix_sqlite *e;
    struct ix_err *err;
    size_t run;
    int64_t part, end;    /* the next part to read, and behind the last one */
    struct ix_buf window; /* what was read of it */
    struct ix_sv bytes;   /* what is left of the window, or of a run in memory */
    uint64_t first;       /* eight bytes of the word, as a number that compares as they do */
    struct ix_sv word, list;
    int64_t last;
};

static void read_part(struct reader *r) {
    sqlite3_stmt *s = ix_sqlite_statement(r->e, IX_STATEMENT_TEXT_PART, r->err);
    bool row = false;
    if (!s) {
        return;
    }
    if (r->bytes.size > 0) {
        memmove(r->window.data, r->bytes.data, r->bytes.size);
    }
    r->window.size = r->bytes.size;
    sqlite3_bind_int64(s, 1, r->part++);
    if (ix_sqlite_step(r->e, s, &row, r->err) == IX_OK && row) {
        ix_buf_add(&r->window, ix_sqlite_text(s, 0));
    }
    sqlite3_reset(s);
    if (ix_buf_check(&r->window, r->err) == IX_OK && !row) {
        ix_err_set(r->err, IX_IO, "words that were put aside are gone");
    }
    r->bytes = ix_buf_sv(&r->window);
}

/* At least `size` bytes are at hand, unless the run ends before. */
static void need(struct reader *r, size_t size) {
    while (r->bytes.size < size && r->part < r->end && r->err->code == IX_OK) {
        read_part(r);
    }
}

static uint64_t take_number(struct reader *r, size_t *at) {
    uint64_t value = 0;
    *at += ix_varint_get((const unsigned char *)r->bytes.data + *at, r->bytes.size - *at, &value);
    return value;
}

/* False at the end of the run, or with an error. */
static bool next_word(struct reader *r) {
    enum { HEAD_MAX = 3 * IX_VARINT_MAX + UINT8_MAX };
    need(r, HEAD_MAX);
    if (r->bytes.size == 0 || r->err->code != IX_OK) {
        return false;
    }
    size_t word = 0;
    size_t word_size = (size_t)take_number(r, &word);
    size_t list = word + word_size;
    r->last = (int64_t)take_number(r, &list);
    size_t list_size = (size_t)take_number(r, &list);
    need(r, list + list_size);
    if (r->err->code != IX_OK) {
        return false;
    }
    r->word = ix_sv_sub(r->bytes, word, word + word_size);
    r->list = ix_sv_sub(r->bytes, list, list + list_size);
    r->first = ix_head(r->word, 0);
    r->bytes = ix_sv_from(r->bytes, list + list_size);
    return true;
}

/* ---- merging ---- */

static int compare(const struct reader *a, const struct reader *b) {
    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }
    int words = ix_sv_cmp(a->word, b->word);
    return words ? words : (a->run > b->run) - (a->run < b->run);
}

static void sift(struct reader **heap, size_t count, size_t at) {
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && compare(heap[child + 1], heap[child]) < 0;
        if (compare(heap[at], heap[child]) <= 0) {
            return;
        }
        struct reader *moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

static void merge_heap(struct reader **heap, size_t count, struct ix_text_segment *into) {
    struct ix_buf word = {0}; /* that the segment was given last */
    for (size_t i = count; i-- > 0;) {
        sift(heap, count, i);
    }
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
        sift(heap, count, 0);
        (void)(ix_buf_check(&word, into->err) == IX_OK); /* into->err keeps it */
    }
    ix_buf_done(&word);
}

enum ix_code ix_text_runs_merge(struct ix_text_runs *runs, struct ix_sv last,
                                struct ix_text_segment *into) {
    size_t all = runs->count + 1;
    struct reader *readers = calloc(all, sizeof *readers);
    struct reader **heap = calloc(all, sizeof *heap);
    size_t count = 0;
    for (size_t i = 0; readers && heap && i < all; i++) {
        bool aside = i < runs->count;
        readers[i] = (struct reader){
            .e = into->e,
            .err = into->err,
            .run = i,
            .part = i ? runs->ends[i - 1] : 1,
            .end = aside ? runs->ends[i] : 0,
            .bytes = aside ? (struct ix_sv){0} : last,
        };
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
        ix_buf_done(&readers[i].window);
    }
    free(readers);
    free(heap);
    return into->err->code;
}
