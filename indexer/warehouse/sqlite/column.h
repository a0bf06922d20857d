/* Facts of resources once more, by columns: what facets, filters, sorts and ranks read of many
 * resources and of each only a number.
 *
 * A column is kept in chunks of IX_CHUNK_ROWS resources (table resource_column). A chunk is a
 * width, a base and an array of codes of that width: 0 is NULL, c is base + c - 1. A chunk of
 * nothing but NULL has no row. Two more columns have a bit for each resource: whether there is a
 * row (KNOWN), and whether it is not deleted (CURRENT).
 *
 * Chunks that were read are kept, up to IX_COLUMN_CACHE_BYTES for each connection, for as long as
 * nobody has written to the warehouse.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COLUMN_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COLUMN_H

#include "indexer/warehouse/sqlite/engine.h"

enum {
    IX_CHUNK_ROWS = 16384,
    IX_COLUMN_CACHE_BYTES = 48 << 20,
    IX_COLUMN_WORDS_MAX = 1 << 22, /* in arrays of one place for each word */
    IX_COLUMN_SLOTS = 64, /* a chunk has at most so many columns: part = chunk * 64 + column */
};

enum ix_column_id {
#define IX_COLUMN(symbol, from) IX_COLUMN_##symbol,
#include "indexer/warehouse/sqlite/column.def"
#undef IX_COLUMN
    IX_COLUMN_VALUES, /* so many have codes */
    IX_COLUMN_KNOWN = IX_COLUMN_VALUES,
    IX_COLUMN_CURRENT,
    IX_COLUMN_ID_COUNT
};

#define IX_COLUMN_NULL INT64_MIN

/* A chunk of a column while it is looked at. Rows from `count` on are NULL. */
struct ix_column {
    const unsigned char *codes; /* in this machine's order; of a bitmap: its words */
    uint32_t width;             /* of a code, bytes: 0 (all are NULL), 1, 2, 4, 8 */
    uint32_t count;
    int64_t base;
    size_t slot; /* of the cache */
};

/* Eight bytes, the lowest first. */
static inline uint64_t ix_column_eight(const unsigned char *bytes) {
    uint64_t number = 0;
    for (uint32_t i = 0; i < 8; i++) {
        number |= (uint64_t)bytes[i] << (8 * i);
    }
    return number;
}

/* The code of a row below `count`. */
static inline uint64_t ix_column_code(const struct ix_column *column, size_t row) {
    const unsigned char *at = column->codes + row * column->width;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (column->width) {
    case 1:
        return at[0];
    case 2:
        memcpy(&two, at, sizeof two);
        return two;
    case 4:
        memcpy(&four, at, sizeof four);
        return four;
    default:
        memcpy(&eight, at, sizeof eight);
        return eight;
    }
}

/* IX_COLUMN_NULL where there is none. */
static inline int64_t ix_column_value(const struct ix_column *column, size_t row) {
    uint64_t code = row < column->count ? ix_column_code(column, row) : 0;
    return code ? (int64_t)((uint64_t)column->base + code - 1) : IX_COLUMN_NULL;
}

/* The 64 bits from row `word` * 64 on, of a bitmap. */
static inline uint64_t ix_column_word(const struct ix_column *column, size_t word) {
    uint64_t bits = 0;
    if ((word + 1) * 64 <= column->count) {
        memcpy(&bits, column->codes + word * 8, sizeof bits);
    }
    return bits;
}

/* What of a chunk is written; empty for nothing but NULL. The same values, the same bytes. */
IX_MUST_CHECK enum ix_code ix_column_encode(const int64_t *values, struct ix_buf *out,
                                            struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_column_encode_bits(const uint64_t *words, struct ix_buf *out,
                                                 struct ix_err *err);

/* ---- reading ---- */
struct ix_column_cache;

/* How many chunks there are, seen or not. */
IX_MUST_CHECK enum ix_code ix_column_chunks(struct ix_sqlite *e, size_t *ret_count,
                                            struct ix_err *err);
/* A chunk, good until it is released. IX_CORRUPT when its bytes are no chunk. */
IX_MUST_CHECK enum ix_code ix_column_open(struct ix_sqlite *e, size_t chunk, enum ix_column_id id,
                                          struct ix_column *ret_column, struct ix_err *err);
void ix_column_release(struct ix_sqlite *e, const struct ix_column *column);
/* Nothing that was read counts any more: somebody writes. */
void ix_column_forget(struct ix_sqlite *e);
void ix_column_done(struct ix_sqlite *e);

/* The place of each word of a vocabulary in the order of its words, from 1; words that differ in
 * case alone share one. places[wid], 0 from `count` on and for what is no such word; NULL: the
 * column has no words. Borrowed until the next call. *ret_ordered is false where there are too many
 * words for such an array. */
IX_MUST_CHECK enum ix_code ix_column_places(struct ix_sqlite *e, enum ix_column_id id,
                                            const uint32_t **ret_places, size_t *ret_count,
                                            bool *ret_ordered, struct ix_err *err);

/* tag_column.c: codes for the values of a tag, as they were read, the oldest first */
enum { IX_TAG_COLUMNS_KEPT = 8, IX_TAG_COLUMN_BYTES = 32 << 20 };
struct ix_tag_columns {
    struct ix_tag_column *columns[IX_TAG_COLUMNS_KEPT];
    size_t count, bytes;
};

void ix_tag_columns_forget(struct ix_tag_columns *kept);
/* Those that are right for the state that the statement sees. */
IX_MUST_CHECK enum ix_code ix_column_tags(struct ix_sqlite *e, struct ix_tag_columns **ret_kept,
                                          struct ix_err *err);
void ix_tag_tally(sqlite3_context *context, int count, sqlite3_value **values);

/* column_names.c: places[rid] is that of its name, from 1; names that differ in case alone share
 * one. 0, and from `count` on: it has none. */
enum { IX_NAME_PLACES_MAX = 1 << 22 }; /* 16 MiB; no places where rids are greater */
struct ix_name_places {
    uint32_t *items;
    size_t count;
    size_t asked; /* so many rows were read for want of places */
    bool read, refused;
};

void ix_name_places_forget(struct ix_name_places *names);
/* Those that are right for the state that the statement sees, read or not. */
IX_MUST_CHECK enum ix_code
ix_column_name_places(struct ix_sqlite *e, struct ix_name_places **ret_names, struct ix_err *err);
/* The places, where it has paid to make them: without them `rows` more names have to be read. Else
 * *ret_names is NULL. */
IX_MUST_CHECK enum ix_code ix_column_names(struct ix_sqlite *e, size_t rows,
                                           const struct ix_name_places **ret_names,
                                           struct ix_err *err);

/* The error ends the statement; its words wait in the engine, which is the function's own data. */
void ix_column_fail(sqlite3_context *context, const struct ix_err *err);
/* column_ask.c: ix_living, ix_words_in, ix_between, ix_flagged, ix_tally_of */
IX_MUST_CHECK enum ix_code ix_column_add_functions(struct ix_sqlite *e, struct ix_err *err);

/* ---- column_write.c ---- */
/* The columns of what the run touched: after its rows and their text are written. */
IX_MUST_CHECK enum ix_code ix_column_publish(struct ix_sqlite *e, struct ix_err *err);
/* All of them anew. */
IX_MUST_CHECK enum ix_code ix_column_rebuild(struct ix_sqlite *e, struct ix_err *err);
/* Whether they say what the rows say. */
IX_MUST_CHECK enum ix_code ix_column_agree(struct ix_sqlite *e, bool *ret_agree,
                                           struct ix_err *err);

#endif
