/* Growing arrays, each sorted as its table is and then inserted by one statement. Of texts the
 * different values are sorted, and each text is then counted to where its value's lie. A resource
 * that changes again before its rows are written withdraws them: it notes how far each array had
 * got, and what of it stands before is left out. */
#include "indexer/warehouse/sqlite/batch.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/head.h"
#include "indexer/warehouse/sqlite/rows.h"

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
    if (next && !b->summing && is_full(b) && ix_batch_flush(e, err) != IX_OK) {
        return NULL;
    }
    return add_row(&b->of[kind], sizes[kind], err);
}

enum ix_code ix_batch_begin(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_batch *b = e->run.batch;
    if (!b && !(b = e->run.batch = calloc(1, sizeof *b))) {
        return ix_err_nomem(err);
    }
    ix_arena_reset(&b->texts);
    b->rows_max = b->rows_max ? b->rows_max : ROWS_MAX;
    b->summing = false;
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        b->of[i].count = 0;
        b->values[i].count = 0;
        ix_map_init(&b->numbers[i], &b->texts);
    }
    b->withdrawn.count = 0;
    return IX_OK;
}

void ix_batch_done(struct ix_sqlite *e) {
    struct ix_batch *b = e->run.batch;
    for (int i = 0; b && i < IX_BATCH_KINDS; i++) {
        free(b->of[i].rows);
        free(b->values[i].rows);
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

/* ---- writing ---- */

static int by_key(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int by_number(const void *a, const void *b) {
    const struct ix_batch_number *x = a;
    const struct ix_batch_number *y = b;
    int result = by_key(x->key, y->key);
    result = result ? result : (x->number > y->number) - (x->number < y->number);
    return result ? result : by_key(x->rid, y->rid);
}

/* Values in their order: by key, then by the text, of which the first bytes stand as numbers that
 * compare as they do. */
struct order {
    int64_t key;
    uint64_t first, second;
    const struct ix_batch_value *value;
};

static int by_value(const void *a, const void *b) {
    const struct order *x = a;
    const struct order *y = b;
    if (x->key != y->key) {
        return by_key(x->key, y->key);
    }
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->second != y->second) {
        return x->second < y->second ? -1 : 1;
    }
    return ix_sv_cmp(x->value->folded, y->value->folded);
}

static struct order *order_values(const struct ix_batch_rows *values) {
    struct order *orders = malloc((values->count + 1) * sizeof *orders);
    for (size_t i = 0; orders && i < values->count; i++) {
        const struct ix_batch_value *value = (const struct ix_batch_value *)values->rows + i;
        orders[i] =
            (struct order){value->key, ix_head(value->folded, 0), ix_head(value->folded, 8), value};
    }
    if (orders) {
        qsort(orders, values->count, sizeof *orders, by_value);
    }
    return orders;
}

/* Where each value's texts begin, which becomes where they end while they are put there. */
static void count_texts(const struct ix_batch_rows *texts, struct ix_batch_rows *values,
                        const struct order *orders) {
    const struct ix_batch_text *text = (const struct ix_batch_text *)texts->rows;
    struct ix_batch_value *value = (struct ix_batch_value *)values->rows;
    for (size_t i = 0; i < values->count; i++) {
        value[i].end = 0;
    }
    for (size_t i = 0; i < texts->count; i++) {
        value[text[i].value].end++;
    }
    size_t end = 0;
    for (size_t i = 0; i < values->count; i++) {
        struct ix_batch_value *next = value + (orders[i].value - value);
        size_t count = next->end;
        next->end = end;
        end += count;
    }
}

/* Those of a value keep the order in which they came, which is mostly that of the rids. */
static enum ix_code sort_texts(struct ix_batch_rows *texts, struct ix_batch_rows *values,
                               struct ix_err *err) {
    struct order *orders = order_values(values);
    struct ix_batch_text *sorted = orders ? malloc((texts->count + 1) * sizeof *sorted) : NULL;
    const struct ix_batch_text *text = (const struct ix_batch_text *)texts->rows;
    struct ix_batch_value *value = (struct ix_batch_value *)values->rows;
    if (sorted) {
        count_texts(texts, values, orders);
        for (size_t i = 0; i < texts->count; i++) {
            sorted[value[text[i].value].end++] = text[i];
        }
        free(texts->rows);
        texts->rows = (char *)sorted;
        texts->capacity = texts->count + 1;
    }
    free(orders);
    return sorted ? IX_OK : ix_err_nomem(err);
}

static enum ix_code sort_rows(struct ix_batch *b, enum ix_batch_kind kind, struct ix_err *err) {
    struct ix_batch_rows *rows = &b->of[kind];
    if (kind != IX_BATCH_NUMBERS) {
        return sort_texts(rows, &b->values[kind], err);
    }
    qsort(rows->rows, rows->count, sizes[kind], by_number);
    return IX_OK;
}

/* ---- as rows ---- */

struct sorted {
    struct ix_row_source source;
    const struct ix_batch_rows *rows;
    const struct ix_batch_value *values; /* of texts */
    size_t size, at;                     /* of a row; the one after the current */
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
    const struct ix_batch_number *n = current(source);
    if (column == 1) {
        sqlite3_result_double(context, n->number);
    } else {
        sqlite3_result_int64(context, column ? n->rid : n->key);
    }
}

static const struct ix_batch_value *value_of(struct ix_row_source *source) {
    const struct ix_batch_text *t = current(source);
    return ((const struct sorted *)source)->values + t->value;
}

/* key, value, rid, last: of tags, references and addresses as many as they have */
static void text_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct ix_batch_text *t = current(source);
    const struct ix_batch_value *v = value_of(source);
    if (column == 1) {
        sqlite3_result_text64(context, v->text.data, v->text.size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_result_int64(context, column == 0 ? v->key : column == 2 ? t->rid : t->last);
    }
}

static void address_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct ix_batch_text *t = current(source);
    if (column == 1) {
        struct ix_sv range = value_of(source)->text;
        sqlite3_result_blob64(context, range.data, range.size, SQLITE_STATIC);
    } else {
        sqlite3_result_int64(context, t->rid);
    }
}

/* The tables beside the postings. `also`: when there were resources before the run. */
static const struct table {
    enum ix_batch_kind kind;
    const char *sql, *also;
    void (*column)(struct ix_row_source *source, sqlite3_context *context, int column);
} tables[] = {
    {IX_BATCH_NUMBERS, "INSERT OR IGNORE INTO prop_num (key, num, rid) SELECT a, b, c FROM ix_rows",
     NULL, number_column},
    {IX_BATCH_TAGS,
     "INSERT OR IGNORE INTO tag (key, value, rid, class) SELECT a, b, c, d FROM ix_rows", NULL,
     text_column},
    {IX_BATCH_REFERENCES, "INSERT OR IGNORE INTO ref (value, rid, pid) SELECT b, c, d FROM ix_rows",
     "INSERT INTO temp.run_ref (value, rid, pid) SELECT b, c, d FROM ix_rows", text_column},
    {IX_BATCH_ADDRESSES, "INSERT OR IGNORE INTO address (range, rid) SELECT b, c FROM ix_rows",
     NULL, address_column},
};

static enum ix_code insert_rows(struct ix_sqlite *e, const struct table *table, const char *sql,
                                struct ix_err *err) {
    struct sorted sorted = {
        .source = {.next = next_sorted, .column = table->column, .err = err},
        .rows = &e->run.batch->of[table->kind],
        .values = (const struct ix_batch_value *)e->run.batch->values[table->kind].rows,
        .size = sizes[table->kind],
    };
    return ix_rows_insert(e, sql, &sorted.source);
}

static enum ix_code write_sorted(struct ix_sqlite *e, const struct table *table,
                                 struct ix_err *err) {
    if (e->run.batch->of[table->kind].count == 0) {
        return IX_OK;
    }
    enum ix_code code = sort_rows(e->run.batch, table->kind, err);
    code = code == IX_OK ? insert_rows(e, table, table->sql, err) : code;
    return code == IX_OK && table->also && e->run.known_any
               ? insert_rows(e, table, table->also, err)
               : code;
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
