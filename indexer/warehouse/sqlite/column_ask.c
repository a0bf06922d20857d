/* What SQL asks of the columns. Each function takes or gives sets (rid_set.h) and passes over
 * chunks one after another; of no resource is a row looked at.
 *
 *   ix_living(all)                      what is not deleted, or all there is
 *   ix_words_in(column, set of words)   whose word is one of these
 *   ix_between(column, low, high)       low <= value < high; the greatest `high` is no bound
 *   ix_flagged(mask)                    with some of these flags
 *   ix_tally_of(set, column, …)         [[word, …, count], …] as JSON, over the set
 *   ix_tokens(blob)                     of search_docsize: the sum of its numbers
 */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/column_visit.h"
#include "indexer/warehouse/sqlite/rid_set.h"

enum { CHUNK_WORDS = IX_CHUNK_ROWS / 64 };

void ix_column_fail(sqlite3_context *context, const struct ix_err *err) {
    struct ix_sqlite *e = sqlite3_user_data(context);
    if (err->code == IX_NOMEM) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (e->callback_err.code == IX_OK) {
        e->callback_err = *err;
    }
    sqlite3_result_error(context, err->text, -1);
}

void ix_column_give_set(sqlite3_context *context, struct ix_rid_set *set,
                        const struct ix_err *err) {
    if (err->code == IX_OK) {
        ix_rid_set_result(set, context);
    } else {
        ix_rid_set_done(set);
        ix_column_fail(context, err);
    }
}

/* ---- which rows of a chunk ---- */

struct scan {
    enum ix_column_id id;
    uint64_t (*rows)(const struct scan *scan, const struct ix_column *column, size_t word);
    int64_t low, high;        /* rows_between, both inclusive */
    struct ix_rid_view words; /* rows_of_words */
    uint64_t mask;            /* rows_flagged */
};

static size_t rows_from(const struct ix_column *column, size_t word) {
    size_t first = word * 64;
    size_t left = first < column->count ? column->count - first : 0;
    return left < 64 ? left : 64;
}

/* The codes of the values low to high in a chunk. */
struct codes {
    uint64_t low, span; /* low <= code <= low + span */
};

/* False: none of them is. */
static bool codes_between(const struct ix_column *column, int64_t low, int64_t high,
                          struct codes *ret) {
    const uint64_t top = column->width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * column->width) - 1;
    if (column->width == 0 || high < low || high < column->base) {
        return false;
    }
    uint64_t least = low > column->base ? (uint64_t)low - (uint64_t)column->base + 1 : 1;
    uint64_t most = (uint64_t)high - (uint64_t)column->base;
    most = most >= top ? top : most + 1;
    *ret = (struct codes){least, most - least};
    return least <= most;
}

/* Loops of one width each, without a branch: compilers compare many codes at once. */
#define MARK(type)                                                                                 \
    static void mark_##type(const unsigned char *bytes, size_t count, const struct codes *codes,   \
                            unsigned char marks[64]) {                                             \
        type all[64];                                                                              \
        const type low = (type)codes->low;                                                         \
        const type span = (type)codes->span;                                                       \
        memcpy(all, bytes, count * sizeof *all);                                                   \
        for (size_t i = 0; i < count; i++) {                                                       \
            marks[i] = (type)(all[i] - low) <= span;                                               \
        }                                                                                          \
    }
MARK(uint8_t)
MARK(uint16_t)
MARK(uint32_t)
MARK(uint64_t)
#undef MARK

/* Bytes that are 0 or 1 as bits: the product moves the lowest bit of byte i to bit 56 + i. */
static uint64_t bits_of(const unsigned char marks[64]) {
    uint64_t bits = 0;
    for (size_t i = 0; i < 8; i++) {
        uint64_t eight = ix_column_eight(marks + 8 * i);
        bits |= (eight * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    return bits;
}

static uint64_t rows_between(const struct scan *scan, const struct ix_column *column, size_t word) {
    static void (*const mark[])(const unsigned char *bytes, size_t count, const struct codes *codes,
                                unsigned char marks[64]) = {
        [1] = mark_uint8_t, [2] = mark_uint16_t, [4] = mark_uint32_t, [8] = mark_uint64_t};
    struct codes codes;
    unsigned char marks[64] = {0};
    if (!codes_between(column, scan->low, scan->high, &codes)) {
        return 0;
    }
    mark[column->width](column->codes + word * 64 * column->width, rows_from(column, word), &codes,
                        marks);
    return bits_of(marks);
}

static uint64_t rows_of_words(const struct scan *scan, const struct ix_column *column,
                              size_t word) {
    size_t count = rows_from(column, word);
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t wid = ix_column_value(column, word * 64 + i);
        bool in = wid >= 0 && (ix_rid_view_word(&scan->words, (size_t)wid / 64) >> (wid & 63) & 1);
        bits |= (uint64_t)in << i;
    }
    return bits;
}

static uint64_t rows_flagged(const struct scan *scan, const struct ix_column *column, size_t word) {
    size_t count = rows_from(column, word);
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t flags = ix_column_value(column, word * 64 + i);
        bits |= (uint64_t)(flags != IX_COLUMN_NULL && ((uint64_t)flags & scan->mask)) << i;
    }
    return bits;
}

static uint64_t rows_of_bitmap(const struct scan *scan, const struct ix_column *column,
                               size_t word) {
    (void)scan;
    return ix_column_word(column, word);
}

static enum ix_code scan_chunk(struct ix_sqlite *e, const struct scan *scan, size_t chunk,
                               struct ix_rid_set *set, struct ix_err *err) {
    struct ix_column column;
    uint64_t words[CHUNK_WORDS];
    uint64_t any = 0;
    size_t first = chunk * CHUNK_WORDS;
    if (ix_column_open(e, chunk, scan->id, &column, err) != IX_OK) {
        return err->code;
    }
    size_t count = (column.count + 63) / 64;
    for (size_t w = 0; w < count; w++) {
        words[w] = scan->rows(scan, &column, w);
        any |= words[w];
    }
    ix_column_release(e, &column);
    if (any && !ix_rid_set_reach(set, first, first + count)) {
        return ix_err_nomem(err);
    }
    if (any) {
        memcpy(ix_rid_set_word(set, first), words, count * sizeof *words);
    }
    return IX_OK;
}

static void scan_all(sqlite3_context *context, const struct scan *scan) {
    struct ix_sqlite *e = sqlite3_user_data(context);
    struct ix_rid_set set = {0};
    struct ix_err err = {0};
    size_t chunks = 0;
    enum ix_code code = ix_column_chunks(e, &chunks, &err);
    for (size_t i = 0; code == IX_OK && i < chunks; i++) {
        code = scan_chunk(e, scan, i, &set, &err);
    }
    ix_column_give_set(context, &set, &err);
}

/* ---- sets of what has a value ---- */

enum ix_column_id ix_column_of(sqlite3_value *value) {
    int id = sqlite3_value_int(value);
    return id >= 0 && id < IX_COLUMN_VALUES ? (enum ix_column_id)id : IX_COLUMN_TYPE;
}

static void living(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    bool all = sqlite3_value_int(values[0]) != 0;
    const struct scan scan = {.id = all ? IX_COLUMN_KNOWN : IX_COLUMN_CURRENT,
                              .rows = rows_of_bitmap};
    scan_all(context, &scan);
}

/* One word, as there mostly is, is a range. */
static void words_in(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct scan scan = {
        .id = ix_column_of(values[0]), .rows = rows_of_words, .words = ix_rid_view_of(values[1])};
    size_t words = ix_rid_view_count(&scan.words);
    if (words == 0) {
        sqlite3_result_zeroblob(context, 8);
        return;
    }
    for (size_t i = 0; words == 1 && i < scan.words.count; i++) {
        uint64_t bits = ix_rid_view_word(&scan.words, scan.words.first + i);
        if (bits) {
            scan.low = scan.high = (int64_t)(scan.words.first + i) * 64 + __builtin_ctzll(bits);
            scan.rows = rows_between;
        }
    }
    scan_all(context, &scan);
}

static void between(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    int64_t high = sqlite3_value_int64(values[2]);
    struct scan scan = {.id = ix_column_of(values[0]),
                        .rows = rows_between,
                        .low = sqlite3_value_int64(values[1]),
                        .high = high == INT64_MAX || high == INT64_MIN ? high : high - 1};
    scan_all(context, &scan);
}

static void flagged(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    const struct scan scan = {.id = IX_COLUMN_FLAGS,
                              .rows = rows_flagged,
                              .mask = (uint64_t)sqlite3_value_int64(values[0])};
    scan_all(context, &scan);
}

/* ---- passing over a set ---- */

static bool visit_rows(struct ix_visit *visit, const struct ix_rid_view *view,
                       const struct ix_column *columns, size_t chunk) {
    for (size_t w = 0; w < CHUNK_WORDS; w++) {
        uint64_t bits = ix_rid_view_word(view, chunk * CHUNK_WORDS + w);
        for (; bits; bits &= bits - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(bits);
            if (!visit->row(visit, columns, row, (int64_t)(chunk * IX_CHUNK_ROWS + row))) {
                return false;
            }
        }
    }
    return true;
}

static bool is_empty_chunk(const struct ix_rid_view *view, size_t chunk) {
    uint64_t any = 0;
    for (size_t w = 0; w < CHUNK_WORDS; w++) {
        any |= ix_rid_view_word(view, chunk * CHUNK_WORDS + w);
    }
    return any == 0;
}

static enum ix_code visit_chunk(struct ix_sqlite *e, struct ix_visit *visit,
                                const struct ix_rid_view *view, size_t chunk, struct ix_err *err) {
    struct ix_column columns[IX_VISIT_COLUMNS_MAX];
    size_t opened = 0;
    enum ix_code code = IX_OK;
    while (code == IX_OK && opened < visit->count) {
        code = ix_column_open(e, chunk, visit->ids[opened], &columns[opened], err);
        opened += code == IX_OK;
    }
    if (code == IX_OK && !visit_rows(visit, view, columns, chunk)) {
        code = ix_err_nomem(err);
    }
    for (size_t i = 0; i < opened; i++) {
        ix_column_release(e, &columns[i]);
    }
    return code;
}

enum ix_code ix_visit_set(struct ix_sqlite *e, struct ix_visit *visit,
                          const struct ix_rid_view *view, struct ix_err *err) {
    size_t chunks = 0;
    enum ix_code code = ix_column_chunks(e, &chunks, err);
    size_t end = (view->first + view->count + CHUNK_WORDS - 1) / CHUNK_WORDS;
    for (size_t i = view->first / CHUNK_WORDS; code == IX_OK && i < chunks && i < end; i++) {
        if (!is_empty_chunk(view, i)) {
            code = visit_chunk(e, visit, view, i, err);
        }
    }
    return code;
}

/* ---- counting by one column: an array of counts, by word ---- */

struct counts {
    struct ix_visit visit;
    int64_t *items;
    size_t capacity;
    int64_t unknown;
    bool too_many; /* words, for such an array: what was counted counts for nothing */
};

static bool count_row(struct ix_visit *visit, const struct ix_column *columns, size_t row,
                      int64_t rid) {
    struct counts *c = (struct counts *)visit;
    int64_t wid = ix_column_value(&columns[0], row);
    (void)rid;
    if (wid == IX_COLUMN_NULL) {
        c->unknown++;
        return true;
    }
    if (wid < 0 || wid >= IX_COLUMN_WORDS_MAX) {
        c->too_many = true;
        return true;
    }
    if ((size_t)wid >= c->capacity) {
        size_t capacity = (size_t)wid * 2 + 64;
        int64_t *items = realloc(c->items, capacity * sizeof *items);
        if (!items) {
            return false;
        }
        memset(items + c->capacity, 0, (capacity - c->capacity) * sizeof *items);
        c->items = items;
        c->capacity = capacity;
    }
    c->items[wid]++;
    return true;
}

static void write_counts(struct ix_buf *out, const struct counts *c) {
    ix_buf_add_char(out, '[');
    if (c->unknown) {
        ix_buf_printf(out, "[null,%lld]", (long long)c->unknown);
    }
    for (size_t i = 0; i < c->capacity; i++) {
        if (c->items[i]) {
            ix_buf_printf(out, "%s[%zu,%lld]", out->size > 1 ? "," : "", i, (long long)c->items[i]);
        }
    }
    ix_buf_add_char(out, ']');
}

/* ---- counting by several ---- */

struct combinations {
    struct ix_visit visit;
    struct ix_arena arena;
    struct ix_map counts; /* the values, one after another -> count */
};

static bool combine_row(struct ix_visit *visit, const struct ix_column *columns, size_t row,
                        int64_t rid) {
    struct combinations *c = (struct combinations *)visit;
    int64_t key[IX_VISIT_COLUMNS_MAX];
    (void)rid;
    for (size_t i = 0; i < visit->count; i++) {
        key[i] = ix_column_value(&columns[i], row);
    }
    union ix_map_value *counted =
        ix_map_put(&c->counts, ix_sv_of((const char *)key, visit->count * sizeof *key), NULL);
    if (counted) {
        counted->number++;
    }
    return counted != NULL;
}

static void write_combinations(struct ix_buf *out, const struct combinations *c) {
    const struct ix_map_slot *slot = NULL;
    ix_buf_add_char(out, '[');
    while ((slot = ix_map_each(&c->counts, slot))) {
        int64_t key[IX_VISIT_COLUMNS_MAX];
        memcpy(key, slot->key.data, slot->key.size);
        ix_buf_add_cstr(out, out->size > 1 ? ",[" : "[");
        for (size_t i = 0; i < c->visit.count; i++) {
            if (key[i] == IX_COLUMN_NULL) {
                ix_buf_add_cstr(out, "null,");
            } else {
                ix_buf_printf(out, "%lld,", (long long)key[i]);
            }
        }
        ix_buf_printf(out, "%lld]", (long long)slot->value.number);
    }
    ix_buf_add_char(out, ']');
}

static void give_text(sqlite3_context *context, struct ix_buf *out, struct ix_err *err) {
    if (err->code == IX_OK && ix_buf_check(out, err) == IX_OK) {
        sqlite3_result_text64(context, out->data, out->size, SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
        ix_column_fail(context, err);
    }
    ix_buf_done(out);
}

/* False: there are too many words. */
static bool tally_words(struct ix_sqlite *e, const struct ix_rid_view *view, enum ix_column_id id,
                        struct ix_buf *out, struct ix_err *err) {
    struct counts c = {.visit = {.ids = {id}, .count = 1, .row = count_row}};
    bool counted = ix_visit_set(e, &c.visit, view, err) == IX_OK && !c.too_many;
    if (counted) {
        write_counts(out, &c);
    }
    free(c.items);
    return counted || err->code != IX_OK;
}

static void tally_combinations(struct ix_sqlite *e, const struct ix_rid_view *view,
                               struct combinations *c, struct ix_buf *out, struct ix_err *err) {
    ix_arena_init(&c->arena, 0);
    ix_map_init(&c->counts, &c->arena);
    if (ix_visit_set(e, &c->visit, view, err) == IX_OK) {
        write_combinations(out, c);
    }
    ix_arena_done(&c->arena);
}

/* ix_tally_of(set, column, …) */
static void tally_of(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_sqlite *e = sqlite3_user_data(context);
    struct combinations c = {.visit = {.row = combine_row}};
    struct ix_rid_view view = ix_rid_view_of(values[0]);
    struct ix_err err = {0};
    struct ix_buf out = {0};
    for (int i = 1; i < count && c.visit.count < IX_VISIT_COLUMNS_MAX; i++) {
        c.visit.ids[c.visit.count++] = ix_column_of(values[i]);
    }
    if (count != 2 || !tally_words(e, &view, c.visit.ids[0], &out, &err)) {
        tally_combinations(e, &view, &c, &out, &err);
    }
    give_text(context, &out, &err);
}

/* ---- sizes of texts ---- */

/* FTS5's table of sizes has a number of tokens for each column of its, as SQLite's varints
 * (https://sqlite.org/fileformat2.html, section 1.6, "varint"). */
static void tokens(sqlite3_context *context, int count, sqlite3_value **values) {
    const unsigned char *bytes = sqlite3_value_blob(values[0]);
    int size = bytes ? sqlite3_value_bytes(values[0]) : 0;
    int64_t sum = 0;
    uint32_t number = 0;
    (void)count;
    for (int i = 0; i < size; i++) {
        number = number << 7 | (bytes[i] & 0x7F);
        if (bytes[i] < 0x80) {
            sum += number;
            number = 0;
        }
    }
    if (bytes) {
        sqlite3_result_int64(context, sum);
    }
}

/* ---- adding them ---- */

enum ix_code ix_column_add_functions(struct ix_sqlite *e, struct ix_err *err) {
    static const struct {
        const char *name;
        int count;
        void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {
        {"ix_living", 1, living},   {"ix_words_in", 2, words_in},      {"ix_between", 3, between},
        {"ix_flagged", 1, flagged}, {"ix_tally_of", -1, tally_of},     {"ix_first", 5, ix_first_of},
        {"ix_tokens", 1, tokens},   {"ix_tag_tally", 3, ix_tag_tally},
    };
    enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS }; /* in a statement */
    int result = SQLITE_OK;
    for (size_t i = 0; result == SQLITE_OK && i < sizeof functions / sizeof *functions; i++) {
        result = sqlite3_create_function_v2(e->db, functions[i].name, functions[i].count, PURE, e,
                                            functions[i].function, NULL, NULL, NULL);
    }
    return result == SQLITE_OK ? IX_OK : ix_err_nomem(err);
}
