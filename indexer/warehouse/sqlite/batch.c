/* Growing arrays. Full ones are put in order and put aside, and merged into the tables at the end:
 * a table that is written once, in its order, costs a third of one that each batch goes through
 * again, whatever its size. Terms go into segments of their own (postings.h).
 *
 * A resource that changes again before its rows are written withdraws them: it notes how far each
 * array had got, and what of it stands before is left out. What was put aside is merged first. */
#include "indexer/warehouse/sqlite/batch.h"

#include <stdlib.h>

enum { ROWS_MAX = 3 << 20, TEXTS_MAX = 64 << 20 }; /* rows of one kind; bytes of texts */

struct withdrawn {
    int64_t rid;
    size_t before[IX_BATCH_KINDS];
};

static const size_t sizes[IX_BATCH_KINDS] = {
    [IX_BATCH_TERMS] = sizeof(struct ix_posting),
    [IX_BATCH_NUMBERS] = sizeof(struct ix_batch_number),
    [IX_BATCH_TAGS] = sizeof(struct ix_batch_text),
    [IX_BATCH_REFERENCES] = sizeof(struct ix_batch_text),
    [IX_BATCH_ADDRESSES] = sizeof(struct ix_batch_text),
};

/* ---- what was withdrawn ---- */

/* Of several of one rid the latest comes first. */
static int by_rid(const void *a, const void *b) {
    const struct withdrawn *x = a;
    const struct withdrawn *y = b;
    if (x->rid != y->rid) {
        return x->rid < y->rid ? -1 : 1;
    }
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        if (x->before[i] != y->before[i]) {
            return x->before[i] > y->before[i] ? -1 : 1;
        }
    }
    return 0;
}

static int64_t rid_of(enum ix_batch_kind kind, const char *row) {
    switch (kind) {
    case IX_BATCH_TERMS:
        return ((const struct ix_posting *)row)->rid;
    case IX_BATCH_NUMBERS:
        return ((const struct ix_batch_number *)row)->rid;
    default:
        return ((const struct ix_batch_text *)row)->rid;
    }
}

/* The first of the rid in the sorted list, or NULL. */
static const struct withdrawn *find_withdrawn(const struct ix_batch_rows *list, int64_t rid) {
    const struct withdrawn *all = (const struct withdrawn *)list->rows;
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all[middle].rid < rid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->count && all[low].rid == rid ? &all[low] : NULL;
}

static void leave_out(struct ix_batch *b, enum ix_batch_kind kind) {
    struct ix_batch_rows *rows = &b->of[kind];
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        char *row = rows->rows + i * sizes[kind];
        const struct withdrawn *w = find_withdrawn(&b->withdrawn, rid_of(kind, row));
        if (!w || i >= w->before[kind]) {
            memmove(rows->rows + kept++ * sizes[kind], row, sizes[kind]);
        }
    }
    rows->count = kept;
}

/* ---- sets ---- */

static void begin_set(struct ix_batch *b) {
    ix_arena_reset(&b->texts);
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        b->of[i].count = 0;
        b->values[i].count = 0;
        ix_map_init(&b->numbers[i], &b->texts);
    }
    b->withdrawn.count = 0;
}

/* Terms are written, all else is in its order. */
static enum ix_code end_set(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    if (b->withdrawn.count > 0) {
        qsort(b->withdrawn.rows, b->withdrawn.count, sizeof(struct withdrawn), by_rid);
        for (int i = 0; i < IX_BATCH_KINDS; i++) {
            leave_out(b, (enum ix_batch_kind)i);
        }
    }
    enum ix_code code = ix_postings_write(e, (struct ix_posting *)b->of[IX_BATCH_TERMS].rows,
                                          b->of[IX_BATCH_TERMS].count, err);
    for (int i = IX_BATCH_TERMS + 1; code == IX_OK && i < IX_BATCH_KINDS; i++) {
        code = ix_batch_sort(b, (enum ix_batch_kind)i, err);
    }
    return code;
}

static enum ix_code put_aside(struct ix_sqlite *e, struct ix_err *err) {
    enum ix_code code = end_set(e, err);
    for (int i = IX_BATCH_TERMS + 1; code == IX_OK && i < IX_BATCH_KINDS; i++) {
        code = ix_batch_put_aside(e, (enum ix_batch_kind)i, err);
    }
    begin_set(e->run.batch);
    return code;
}

static enum ix_code merge(struct ix_sqlite *e, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (int i = IX_BATCH_TERMS + 1; code == IX_OK && i < IX_BATCH_KINDS; i++) {
        code = ix_batch_merge(e, (enum ix_batch_kind)i, err);
    }
    return code;
}

enum ix_code ix_batch_flush(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    if (b->aside[IX_BATCH_NUMBERS].count > 0) {
        return put_aside(e, err) == IX_OK ? merge(e, err) : err->code;
    }
    enum ix_code code = end_set(e, err);
    for (int i = IX_BATCH_TERMS + 1; code == IX_OK && i < IX_BATCH_KINDS; i++) {
        code = ix_batch_insert(e, (enum ix_batch_kind)i, err);
    }
    begin_set(b);
    return code;
}

/* ---- gathering ---- */

static void *add_row(struct ix_batch_rows *rows, size_t size, struct ix_err *err) {
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity ? rows->capacity * 2 : 1024;
        char *grown = realloc(rows->rows, capacity * size);
        if (!grown) {
            ix_err_nomem(err);
            return NULL;
        }
        rows->rows = grown;
        rows->capacity = capacity;
    }
    return rows->rows + rows->count++ * size;
}

static bool is_full(const struct ix_batch *b) {
    bool full = b->texts.used_bytes >= TEXTS_MAX;
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        full = full || b->of[i].count >= b->rows_max;
    }
    return full;
}

/* It is written only between two resources: a term that one has several times stands once in a
 * segment, and must not stand in two. */
static void *add(struct ix_sqlite *e, enum ix_batch_kind kind, int64_t rid, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    bool next = rid != b->rid;
    b->rid = rid;
    if (next && !b->summing && is_full(b) && put_aside(e, err) != IX_OK) {
        return NULL;
    }
    return add_row(&b->of[kind], sizes[kind], err);
}

enum ix_code ix_batch_begin(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    if (!b && !(b = e->run.batch = calloc(1, sizeof *b))) {
        return ix_err_nomem(err);
    }
    b->rows_max = b->rows_max ? b->rows_max : ROWS_MAX;
    b->summing = false;
    begin_set(b);
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        b->aside[i].count = 0; /* ix_spill_begin has emptied all */
    }
    return IX_OK;
}

void ix_batch_done(struct ix_sqlite *e) {
    struct ix_batch *b = e->run.batch;
    for (int i = 0; b && i < IX_BATCH_KINDS; i++) {
        free(b->of[i].rows);
        free(b->values[i].rows);
        ix_spill_done(&b->aside[i]);
    }
    if (b) {
        free(b->withdrawn.rows);
        ix_arena_done(&b->texts);
    }
    free(b);
    e->run.batch = NULL;
}

enum ix_code ix_batch_term(struct ix_sqlite *e, int64_t rid, struct ix_sv term,
                           struct ix_err *err) {
    struct ix_posting *row = add(e, IX_BATCH_TERMS, rid, err);
    if (!row) {
        return err->code;
    }
    *row = (struct ix_posting){ix_postings_term(e, term), rid};
    return IX_OK;
}

enum ix_code ix_batch_number(struct ix_sqlite *e, int64_t rid, int64_t key, double number,
                             struct ix_err *err) {
    struct ix_batch_number *row = add(e, IX_BATCH_NUMBERS, rid, err);
    if (!row) {
        return err->code;
    }
    *row = (struct ix_batch_number){key, rid, number};
    return IX_OK;
}

/* As SQLite's NOCASE compares; most values have no capitals, and are their own folded text. */
struct ix_sv ix_batch_fold(struct ix_arena *arena, struct ix_sv value) {
    size_t at = 0;
    while (at < value.size && !(value.data[at] >= 'A' && value.data[at] <= 'Z')) {
        at++;
    }
    char *folded = at < value.size ? ix_arena_alloc(arena, value.size) : NULL;
    if (!folded) {
        return value;
    }
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return ix_sv_of(folded, value.size);
}

/* The number of a value; a key is part of what it is known by. */
static bool find_value(struct ix_batch *b, enum ix_batch_kind kind, int64_t key, struct ix_sv text,
                       uint32_t *ret_value, struct ix_err *err) {
    enum { SHORT = 512 };
    char known_by[sizeof key + SHORT];
    bool added = true;
    union ix_map_value short_of_room = {0};
    union ix_map_value *number = &short_of_room; /* a long one is kept each time */
    if (text.size <= SHORT) {
        memcpy(known_by, &key, sizeof key);
        if (text.size > 0) {
            memcpy(known_by + sizeof key, text.data, text.size);
        }
        number = ix_map_put(&b->numbers[kind], ix_sv_of(known_by, sizeof key + text.size), &added);
    }
    struct ix_batch_value *value =
        number && added ? add_row(&b->values[kind], sizeof *value, err) : NULL;
    if (value) {
        number->number = (int64_t)b->values[kind].count - 1;
        *value = (struct ix_batch_value){.text = ix_arena_copy(&b->texts, text), .key = key};
        value->folded =
            kind == IX_BATCH_ADDRESSES ? value->text : ix_batch_fold(&b->texts, value->text);
    }
    if (!number || (added && !value)) {
        return false;
    }
    *ret_value = (uint32_t)number->number;
    return !b->texts.failed;
}

static enum ix_code add_text(struct ix_sqlite *e, enum ix_batch_kind kind, int64_t rid, int64_t key,
                             struct ix_sv text, int64_t last, struct ix_err *err) {
    struct ix_batch_text *row = add(e, kind, rid, err);
    if (!row) {
        return err->code;
    }
    *row = (struct ix_batch_text){.rid = rid, .last = (uint32_t)last};
    return find_value(e->run.batch, kind, key, text, &row->value, err) ? IX_OK : ix_err_nomem(err);
}

enum ix_code ix_batch_tag(struct ix_sqlite *e, int64_t rid, int64_t key, struct ix_sv value,
                          enum ix_tag_class class_, struct ix_err *err) {
    return add_text(e, IX_BATCH_TAGS, rid, key, value, class_, err);
}

enum ix_code ix_batch_reference(struct ix_sqlite *e, int64_t rid, int64_t pid, struct ix_sv value,
                                struct ix_err *err) {
    return add_text(e, IX_BATCH_REFERENCES, rid, 0, value, pid, err);
}

enum ix_code ix_batch_address(struct ix_sqlite *e, int64_t rid, struct ix_sv range,
                              struct ix_err *err) {
    return add_text(e, IX_BATCH_ADDRESSES, rid, 0, range, 0, err);
}

enum ix_code ix_batch_withdraw(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    struct withdrawn *row =
        merge(e, err) == IX_OK ? add_row(&b->withdrawn, sizeof *row, err) : NULL;
    if (!row) {
        return err->code;
    }
    row->rid = rid;
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        row->before[i] = b->of[i].count;
    }
    return IX_OK;
}
