#include "indexer/warehouse/sqlite/spill.h"

#include <stdlib.h>

enum { PART_BYTES = 128 << 10 };

enum ix_code ix_spill_begin(struct ix_sqlite *e, struct ix_err *err) {
    return ix_sqlite_exec(e,
                          "CREATE TEMP TABLE IF NOT EXISTS spill "
                          "(part INTEGER PRIMARY KEY, bytes BLOB); DELETE FROM temp.spill",
                          err);
}

static enum ix_code add_part(struct ix_sqlite *e, struct ix_sv bytes, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SPILL_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_blob64(s, 1, bytes.data, bytes.size, SQLITE_STATIC);
    return ix_sqlite_run_statement(e, s, err);
}

enum ix_code ix_spill_add(struct ix_spill *spill, struct ix_sqlite *e, struct ix_sv bytes,
                          struct ix_err *err) {
    if (spill->count == spill->capacity) {
        size_t capacity = spill->capacity ? spill->capacity * 2 : 16;
        struct ix_spill_piece *pieces = realloc(spill->pieces, capacity * sizeof *pieces);
        if (!pieces) {
            return ix_err_nomem(err);
        }
        spill->pieces = pieces;
        spill->capacity = capacity;
    }
    struct ix_spill_piece piece = {0};
    for (size_t at = 0; at < bytes.size; at += PART_BYTES) {
        if (add_part(e, ix_sv_sub(bytes, at, at + PART_BYTES), err) != IX_OK) {
            return err->code;
        }
        piece.end = sqlite3_last_insert_rowid(e->db) + 1;
        piece.begin = at ? piece.begin : piece.end - 1;
    }
    spill->pieces[spill->count++] = piece;
    return IX_OK;
}

enum ix_code ix_spill_clear(struct ix_spill *spill, struct ix_sqlite *e, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < spill->count && code == IX_OK; i++) {
        sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SPILL_DROP, err);
        if (!s) {
            return err->code;
        }
        sqlite3_bind_int64(s, 1, spill->pieces[i].begin);
        sqlite3_bind_int64(s, 2, spill->pieces[i].end);
        code = ix_sqlite_run_statement(e, s, err);
    }
    spill->count = 0;
    return code;
}

void ix_spill_done(struct ix_spill *spill) {
    free(spill->pieces);
    *spill = (struct ix_spill){0};
}

/* ---- reading ---- */

struct ix_spill_reader ix_spill_open(const struct ix_spill *spill, size_t piece,
                                     struct ix_sqlite *e, struct ix_err *err) {
    return (struct ix_spill_reader){
        .e = e,
        .err = err,
        .part = spill->pieces[piece].begin,
        .end = spill->pieces[piece].end,
    };
}

static void read_part(struct ix_spill_reader *r) {
    sqlite3_stmt *s = ix_sqlite_statement(r->e, IX_STATEMENT_SPILL_PART, r->err);
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
        ix_err_set(r->err, IX_IO, "what was put aside is gone");
    }
    r->bytes = ix_buf_sv(&r->window);
}

void ix_spill_need(struct ix_spill_reader *r, size_t size) {
    while (r->bytes.size < size && r->part < r->end && r->err->code == IX_OK) {
        read_part(r);
    }
}

void ix_spill_close(struct ix_spill_reader *r) {
    ix_buf_done(&r->window);
}
