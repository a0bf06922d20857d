/* Keeping the columns as the rows are: chunk by chunk, in the order of rids.
 *
 * A chunk that something of was touched is decoded, the touched rows are put in, and what has
 * become other bytes is written. So a run pays for the chunks that it touches, and of those for the
 * columns that it changes. Examining takes the same way from nothing, and compares instead. */
#include "indexer/warehouse/sqlite/column.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/rid_set.h"

enum { WORDS = IX_CHUNK_ROWS / 64 };

/* The rows of a select, ascending by rid: rid, is there a row, is it not deleted, the columns. */
enum { ROW_RID, ROW_KNOWN, ROW_CURRENT, ROW_VALUES };

static const char row_columns[] = "r.rid IS NOT NULL, r.rid IS NOT NULL AND r.deleted IS NULL"
#define IX_COLUMN(symbol, from) ", " from
#include "indexer/warehouse/sqlite/column.def"
#undef IX_COLUMN
    ;
static const char of_touched[] = "FROM temp.touched t LEFT JOIN resource r ON r.rid = t.rid "
                                 "LEFT JOIN search_docsize z ON z.id = t.rid ORDER BY t.rid";
static const char of_all[] = "FROM resource r LEFT JOIN search_docsize z ON z.id = r.rid "
                             "ORDER BY r.rid";

struct chunk {
    int64_t values[IX_COLUMN_VALUES][IX_CHUNK_ROWS];
    uint64_t bits[IX_COLUMN_ID_COUNT - IX_COLUMN_VALUES][WORDS];
};

struct writing {
    struct ix_sqlite *e;
    struct chunk *chunk;
    int64_t number; /* of the chunk; -1: none yet */
    bool compares;  /* instead of writing */
    bool differs;
    int64_t parts; /* that are not empty, so far */
    struct ix_buf bytes;
    struct ix_err *err;
};

/* ---- a chunk from and to the table ---- */

static void take_column(struct writing *w, const struct ix_column *column, int id) {
    if (id < IX_COLUMN_VALUES) {
        for (size_t i = 0; i < IX_CHUNK_ROWS; i++) {
            w->chunk->values[id][i] = ix_column_value(column, i);
        }
        return;
    }
    for (size_t i = 0; i < WORDS; i++) {
        w->chunk->bits[id - IX_COLUMN_VALUES][i] = ix_column_word(column, i);
    }
}

/* From nothing when it is only compared, or is not there yet. */
static enum ix_code load_chunk(struct writing *w) {
    static const struct ix_column nothing = {0};
    size_t chunks = 0;
    enum ix_code code = w->compares ? IX_OK : ix_column_chunks(w->e, &chunks, w->err);
    for (int id = 0; code == IX_OK && id < IX_COLUMN_ID_COUNT; id++) {
        struct ix_column column;
        if (w->number >= (int64_t)chunks) {
            take_column(w, &nothing, id);
            continue;
        }
        code = ix_column_open(w->e, (size_t)w->number, (enum ix_column_id)id, &column, w->err);
        if (code == IX_OK) {
            take_column(w, &column, id);
            ix_column_release(w->e, &column);
        }
    }
    return code;
}

/* The bytes of the table: whether they are those of the column. */
static enum ix_code is_as_written(struct writing *w, int64_t part, bool *ret_same) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(w->e, IX_STATEMENT_COLUMN_GET, w->err);
    if (!s) {
        return w->err->code;
    }
    sqlite3_bind_int64(s, 1, part);
    enum ix_code code = ix_sqlite_step(w->e, s, &row, w->err);
    *ret_same = code == IX_OK &&
                (row ? ix_sv_eq(ix_sqlite_text(s, 0), ix_buf_sv(&w->bytes)) : w->bytes.size == 0);
    sqlite3_reset(s);
    return code;
}

static enum ix_code write_part(struct writing *w, int64_t part) {
    bool gone = w->bytes.size == 0;
    sqlite3_stmt *s = ix_sqlite_statement(
        w->e, gone ? IX_STATEMENT_COLUMN_DROP : IX_STATEMENT_COLUMN_PUT, w->err);
    if (!s) {
        return w->err->code;
    }
    sqlite3_bind_int64(s, 1, part);
    if (!gone) {
        sqlite3_bind_blob64(s, 2, w->bytes.data, w->bytes.size, SQLITE_STATIC);
    }
    return ix_sqlite_run_statement(w->e, s, w->err);
}

static enum ix_code finish_part(struct writing *w, int id) {
    int64_t part = w->number * IX_COLUMN_SLOTS + id;
    bool same = false;
    enum ix_code code =
        id < IX_COLUMN_VALUES
            ? ix_column_encode(w->chunk->values[id], &w->bytes, w->err)
            : ix_column_encode_bits(w->chunk->bits[id - IX_COLUMN_VALUES], &w->bytes, w->err);
    code = code == IX_OK ? is_as_written(w, part, &same) : code;
    w->parts += w->bytes.size > 0;
    w->differs = w->differs || !same;
    return code == IX_OK && !same && !w->compares ? write_part(w, part) : code;
}

static enum ix_code finish_chunk(struct writing *w) {
    enum ix_code code = IX_OK;
    for (int id = 0; code == IX_OK && w->number >= 0 && id < IX_COLUMN_ID_COUNT; id++) {
        code = finish_part(w, id);
    }
    return code;
}

/* ---- rows ---- */

static void put_bit(uint64_t *words, size_t row, bool is) {
    uint64_t bit = UINT64_C(1) << (row & 63);
    words[row / 64] = is ? words[row / 64] | bit : words[row / 64] & ~bit;
}

static void put_row(struct writing *w, sqlite3_stmt *s, size_t row) {
    for (int id = 0; id < IX_COLUMN_VALUES; id++) {
        bool known = sqlite3_column_type(s, ROW_VALUES + id) == SQLITE_INTEGER;
        w->chunk->values[id][row] =
            known ? sqlite3_column_int64(s, ROW_VALUES + id) : IX_COLUMN_NULL;
    }
    put_bit(w->chunk->bits[IX_COLUMN_KNOWN - IX_COLUMN_VALUES], row,
            sqlite3_column_int(s, ROW_KNOWN) != 0);
    put_bit(w->chunk->bits[IX_COLUMN_CURRENT - IX_COLUMN_VALUES], row,
            sqlite3_column_int(s, ROW_CURRENT) != 0);
}

static enum ix_code take_row(struct writing *w, sqlite3_stmt *s) {
    int64_t rid = sqlite3_column_int64(s, ROW_RID);
    if (rid < 0 || rid >= IX_RID_MAX) {
        return ix_err_set(w->err, IX_LIMIT, "more resources than one warehouse can hold");
    }
    if (rid / IX_CHUNK_ROWS != w->number) {
        if (finish_chunk(w) != IX_OK) {
            return w->err->code;
        }
        w->number = rid / IX_CHUNK_ROWS;
        if (load_chunk(w) != IX_OK) {
            return w->err->code;
        }
    }
    put_row(w, s, (size_t)(rid % IX_CHUNK_ROWS));
    return IX_OK;
}

static enum ix_code take_rows(struct writing *w, sqlite3_stmt *s) {
    bool row = true;
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(w->e, s, &row, w->err);
        code = code == IX_OK && row ? take_row(w, s) : code;
    }
    return code == IX_OK ? finish_chunk(w) : code;
}

/* The rows of `from`, whose rid is `rid`. */
static enum ix_code walk(struct writing *w, const char *rid, const char *from) {
    struct ix_buf sql = {0};
    sqlite3_stmt *s = NULL;
    ix_buf_printf(&sql, "SELECT %s, %s %s", rid, row_columns, from);
    w->number = -1;
    w->chunk = malloc(sizeof *w->chunk);
    enum ix_code code = w->chunk ? ix_buf_check(&sql, w->err) : ix_err_nomem(w->err);
    if (code == IX_OK &&
        sqlite3_prepare_v2(w->e->db, sql.data, (int)sql.size, &s, NULL) != SQLITE_OK) {
        code = ix_sqlite_fail(w->e, "the columns of resources", w->err);
    }
    code = code == IX_OK ? take_rows(w, s) : code;
    sqlite3_finalize(s);
    ix_buf_done(&sql);
    ix_buf_done(&w->bytes);
    free(w->chunk);
    return code;
}

/* ---- who needs it ---- */

enum ix_code ix_column_publish(struct ix_sqlite *e, struct ix_err *err) {
    struct writing w = {.e = e, .err = err};
    ix_column_forget(e);
    enum ix_code code = walk(&w, "t.rid", of_touched);
    ix_column_forget(e);
    return code;
}

enum ix_code ix_column_rebuild(struct ix_sqlite *e, struct ix_err *err) {
    struct writing w = {.e = e, .err = err};
    enum ix_code code = ix_sqlite_exec(e, "DELETE FROM resource_column", err);
    ix_column_forget(e);
    code = code == IX_OK ? walk(&w, "r.rid", of_all) : code;
    ix_column_forget(e);
    return code;
}

enum ix_code ix_column_agree(struct ix_sqlite *e, bool *ret_agree, struct ix_err *err) {
    struct writing w = {.e = e, .compares = true, .err = err};
    int64_t parts = 0;
    enum ix_code code = walk(&w, "r.rid", of_all);
    code = code == IX_OK
               ? ix_sqlite_number(e, "SELECT count(*) FROM resource_column", 0, &parts, err)
               : code;
    *ret_agree = code == IX_OK && !w.differs && parts == w.parts;
    return code;
}
