/* Growing arrays, each sorted as its table is and then inserted by one statement. A resource that
 * changes again before its rows are written withdraws them: it notes how far each array had got,
 * and what of it stands before is left out. */
#include "indexer/warehouse/sqlite/batch.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/rows.h"

enum { ROWS_MAX = 1 << 22, TEXTS_MAX = 32 << 20 }; /* rows of one kind; bytes of texts */

struct number {
    int64_t key, rid;
    double number;
};

struct text {                   /* a tag, a reference or an address */
    struct ix_sv value, folded; /* folded: what it is sorted by */
    int64_t key;                /* of a tag */
    int64_t rid, last;          /* class, or pid */
};

struct withdrawn {
    int64_t rid;
    size_t before[IX_BATCH_KINDS];
};

static const size_t sizes[IX_BATCH_KINDS] = {
    [IX_BATCH_TERMS] = sizeof(struct ix_posting), [IX_BATCH_NUMBERS] = sizeof(struct number),
    [IX_BATCH_TAGS] = sizeof(struct text),        [IX_BATCH_REFERENCES] = sizeof(struct text),
    [IX_BATCH_ADDRESSES] = sizeof(struct text),
};

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

static void *add(struct ix_sqlite *e, enum ix_batch_kind kind, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    bool full = b->of[kind].count >= ROWS_MAX || b->texts.used_bytes >= TEXTS_MAX;
    if (full && ix_batch_flush(e, err) != IX_OK) {
        return NULL;
    }
    return add_row(&b->of[kind], sizes[kind], err);
}

enum ix_code ix_batch_begin(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    if (!b && !(b = e->run.batch = calloc(1, sizeof *b))) {
        return ix_err_nomem(err);
    }
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        b->of[i].count = 0;
    }
    b->withdrawn.count = 0;
    ix_arena_reset(&b->texts);
    return IX_OK;
}

void ix_batch_done(struct ix_sqlite *e) {
    struct ix_batch *b = e->run.batch;
    for (int i = 0; b && i < IX_BATCH_KINDS; i++) {
        free(b->of[i].rows);
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
    struct ix_posting *row = add(e, IX_BATCH_TERMS, err);
    if (!row) {
        return err->code;
    }
    *row = (struct ix_posting){ix_postings_term(e, term), rid};
    return IX_OK;
}

enum ix_code ix_batch_number(struct ix_sqlite *e, int64_t rid, int64_t key, double number,
                             struct ix_err *err) {
    struct number *row = add(e, IX_BATCH_NUMBERS, err);
    if (!row) {
        return err->code;
    }
    *row = (struct number){key, rid, number};
    return IX_OK;
}

/* As SQLite's NOCASE compares; most values have no capitals, and are their own folded text. */
static struct ix_sv fold(struct ix_arena *arena, struct ix_sv value) {
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

static enum ix_code add_text(struct ix_sqlite *e, enum ix_batch_kind kind, struct text text,
                             struct ix_err *err) {
    struct text *row = add(e, kind, err);
    if (!row) {
        return err->code;
    }
    text.value = ix_arena_copy(&e->run.batch->texts, text.value);
    text.folded = fold(&e->run.batch->texts, text.value);
    *row = text;
    return ix_arena_check(&e->run.batch->texts, err);
}

enum ix_code ix_batch_tag(struct ix_sqlite *e, int64_t rid, int64_t key, struct ix_sv value,
                          enum ix_tag_class class_, struct ix_err *err) {
    return add_text(e, IX_BATCH_TAGS,
                    (struct text){.value = value, .key = key, .rid = rid, .last = class_}, err);
}

enum ix_code ix_batch_reference(struct ix_sqlite *e, int64_t rid, int64_t pid, struct ix_sv value,
                                struct ix_err *err) {
    return add_text(e, IX_BATCH_REFERENCES, (struct text){.value = value, .rid = rid, .last = pid},
                    err);
}

enum ix_code ix_batch_address(struct ix_sqlite *e, int64_t rid, struct ix_sv range,
                              struct ix_err *err) {
    return add_text(e, IX_BATCH_ADDRESSES, (struct text){.value = range, .rid = rid}, err);
}

/* ---- withdrawing ---- */

enum ix_code ix_batch_withdraw(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    struct withdrawn *row = add_row(&b->withdrawn, sizeof *row, err);
    if (!row) {
        return err->code;
    }
    row->rid = rid;
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        row->before[i] = b->of[i].count;
    }
    return IX_OK;
}

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
        return ((const struct number *)row)->rid;
    default:
        return ((const struct text *)row)->rid;
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

/* ---- writing ---- */

static int by_key(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int by_number(const void *a, const void *b) {
    const struct number *x = a;
    const struct number *y = b;
    int result = by_key(x->key, y->key);
    result = result ? result : (x->number > y->number) - (x->number < y->number);
    return result ? result : by_key(x->rid, y->rid);
}

static int by_text(const void *a, const void *b) {
    const struct text *x = a;
    const struct text *y = b;
    int result = by_key(x->key, y->key);
    result = result ? result : ix_sv_cmp(x->folded, y->folded);
    result = result ? result : by_key(x->rid, y->rid);
    return result ? result : by_key(x->last, y->last);
}

static int by_bytes(const void *a, const void *b) {
    const struct text *x = a;
    const struct text *y = b;
    int result = ix_sv_cmp(x->value, y->value);
    return result ? result : by_key(x->rid, y->rid);
}

/* ---- as rows ---- */

struct sorted {
    struct ix_row_source source;
    const struct ix_batch_rows *rows;
    size_t size, at; /* of a row; the one after the current */
};

static bool next_sorted(struct ix_row_source *source) {
    struct sorted *sorted = (struct sorted *)source;
    return sorted->at++ < sorted->rows->count;
}

static const void *current(struct ix_row_source *source) {
    const struct sorted *sorted = (const struct sorted *)source;
    return sorted->rows->rows + (sorted->at - 1) * sorted->size;
}

static void number_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct number *n = current(source);
    if (column == 1) {
        sqlite3_result_double(context, n->number);
    } else {
        sqlite3_result_int64(context, column ? n->rid : n->key);
    }
}

/* key, value, rid, last: of tags, references and addresses as many as they have */
static void text_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct text *t = current(source);
    if (column == 1) {
        sqlite3_result_text64(context, t->value.data, t->value.size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_result_int64(context, column == 0 ? t->key : column == 2 ? t->rid : t->last);
    }
}

static void address_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct text *t = current(source);
    if (column == 1) {
        sqlite3_result_blob64(context, t->value.data, t->value.size, SQLITE_STATIC);
    } else {
        sqlite3_result_int64(context, t->rid);
    }
}

/* The tables beside the postings. */
static const struct table {
    enum ix_batch_kind kind;
    const char *sql;
    int (*order)(const void *a, const void *b);
    void (*column)(struct ix_row_source *source, sqlite3_context *context, int column);
} tables[] = {
    {IX_BATCH_NUMBERS, "INSERT OR IGNORE INTO prop_num (key, num, rid) SELECT a, b, c FROM ix_rows",
     by_number, number_column},
    {IX_BATCH_TAGS,
     "INSERT OR IGNORE INTO tag (key, value, rid, class) SELECT a, b, c, d FROM ix_rows", by_text,
     text_column},
    {IX_BATCH_REFERENCES, "INSERT OR IGNORE INTO ref (value, rid, pid) SELECT b, c, d FROM ix_rows",
     by_text, text_column},
    {IX_BATCH_ADDRESSES, "INSERT OR IGNORE INTO address (range, rid) SELECT b, c FROM ix_rows",
     by_bytes, address_column},
};

static enum ix_code write_sorted(struct ix_sqlite *e, const struct table *table,
                                 struct ix_err *err) {
    struct ix_batch_rows *rows = &e->run.batch->of[table->kind];
    struct sorted sorted = {
        .source = {.next = next_sorted, .column = table->column, .err = err},
        .rows = rows,
        .size = sizes[table->kind],
    };
    if (rows->count == 0) {
        return IX_OK;
    }
    qsort(rows->rows, rows->count, sorted.size, table->order);
    return ix_rows_insert(e, table->sql, &sorted.source);
}

enum ix_code ix_batch_flush(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    if (b->withdrawn.count > 0) {
        qsort(b->withdrawn.rows, b->withdrawn.count, sizeof(struct withdrawn), by_rid);
        for (int i = 0; i < IX_BATCH_KINDS; i++) {
            leave_out(b, (enum ix_batch_kind)i);
        }
    }
    enum ix_code code = ix_postings_write(e, (struct ix_posting *)b->of[IX_BATCH_TERMS].rows,
                                          b->of[IX_BATCH_TERMS].count, err);
    for (size_t i = 0; code == IX_OK && i < sizeof tables / sizeof *tables; i++) {
        code = write_sorted(e, &tables[i], err);
    }
    return code == IX_OK ? ix_batch_begin(e, err) : code;
}
