/* Rows in the order of their table, and into it by one statement. Of texts the different values are
 * sorted, and each text is then counted to where its value's lie. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/batch.h"
#include "indexer/warehouse/sqlite/head.h"

/* ---- sorting ---- */

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

enum ix_code ix_batch_sort(struct ix_batch *b, enum ix_batch_kind kind, struct ix_err *err) {
    struct ix_batch_rows *rows = &b->of[kind];
    if (kind != IX_BATCH_NUMBERS) {
        return sort_texts(rows, &b->values[kind], err);
    }
    if (rows->count > 0) {
        qsort(rows->rows, rows->count, sizeof(struct ix_batch_number), by_number);
    }
    return IX_OK;
}

/* ---- tables ---- */

static void number_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct ix_batch_row *row = &((struct ix_batch_source *)source)->row;
    if (column == 1) {
        sqlite3_result_double(context, row->number);
    } else {
        sqlite3_result_int64(context, column ? row->rid : row->key);
    }
}

/* key, value, rid, last: of tags, references and addresses as many as they have */
static void text_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct ix_batch_row *row = &((struct ix_batch_source *)source)->row;
    if (column == 1) {
        const char *text = row->text.size ? row->text.data : ""; /* no text is not NULL */
        sqlite3_result_text64(context, text, row->text.size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_result_int64(context, column == 0 ? row->key : column == 2 ? row->rid : row->last);
    }
}

static void address_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct ix_batch_row *row = &((struct ix_batch_source *)source)->row;
    if (column == 1) {
        sqlite3_result_blob64(context, row->text.data, row->text.size, SQLITE_STATIC);
    } else {
        sqlite3_result_int64(context, row->rid);
    }
}

/* The second: when there were resources before the run. */
static const struct table {
    const char *sql[2];
    void (*column)(struct ix_row_source *source, sqlite3_context *context, int column);
} tables[IX_BATCH_KINDS] = {
    [IX_BATCH_NUMBERS] =
        {{"INSERT OR IGNORE INTO prop_num (key, num, rid) SELECT a, b, c FROM ix_rows"},
         number_column},
    [IX_BATCH_TAGS] =
        {{"INSERT OR IGNORE INTO tag (key, value, rid, class) SELECT a, b, c, d FROM ix_rows"},
         text_column},
    [IX_BATCH_REFERENCES] =
        {{"INSERT OR IGNORE INTO ref (value, rid, pid) SELECT b, c, d FROM ix_rows",
          "INSERT INTO temp.run_ref (value, rid, pid) SELECT b, c, d FROM ix_rows"},
         text_column},
    [IX_BATCH_ADDRESSES] = {{"INSERT OR IGNORE INTO address (range, rid) SELECT b, c FROM ix_rows"},
                            address_column},
};

bool ix_batch_has_second(const struct ix_sqlite *e, enum ix_batch_kind kind) {
    return e->run.known_any && tables[kind].sql[1];
}

enum ix_code ix_batch_insert_from(struct ix_sqlite *e, enum ix_batch_kind kind, bool also,
                                  struct ix_batch_source *rows, struct ix_err *err) {
    rows->source.column = tables[kind].column;
    rows->source.err = err;
    return ix_rows_insert(e, tables[kind].sql[also], &rows->source);
}

/* ---- from memory ---- */

struct sorted {
    struct ix_batch_source base;
    const struct ix_batch *batch;
    enum ix_batch_kind kind;
    size_t at;
};

static bool next_sorted(struct ix_row_source *source) {
    struct sorted *s = (struct sorted *)source;
    const struct ix_batch_rows *rows = &s->batch->of[s->kind];
    if (s->at == rows->count) {
        return false;
    }
    if (s->kind == IX_BATCH_NUMBERS) {
        const struct ix_batch_number *n = (const struct ix_batch_number *)rows->rows + s->at++;
        s->base.row = (struct ix_batch_row){.key = n->key, .number = n->number, .rid = n->rid};
        return true;
    }
    const struct ix_batch_text *t = (const struct ix_batch_text *)rows->rows + s->at++;
    const struct ix_batch_value *v =
        (const struct ix_batch_value *)s->batch->values[s->kind].rows + t->value;
    s->base.row =
        (struct ix_batch_row){.key = v->key, .text = v->text, .rid = t->rid, .last = t->last};
    return true;
}

enum ix_code ix_batch_insert(struct ix_sqlite *e, enum ix_batch_kind kind, struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (e->run.batch->of[kind].count == 0) {
        return IX_OK;
    }
    for (int also = 0; code == IX_OK && also <= ix_batch_has_second(e, kind); also++) {
        struct sorted sorted = {
            .base.source.next = next_sorted, .batch = e->run.batch, .kind = kind};
        code = ix_batch_insert_from(e, kind, also, &sorted.base, err);
    }
    return code;
}
