/* Vocabularies: words become numbers once; a map remembers what this run has seen. */
#include "indexer/warehouse/sqlite/engine.h"

static enum ix_code find_or_add(struct ix_sqlite *e, const char *field, struct ix_sv value,
                                int64_t *ret_wid, struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_WORD_FIND, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, ix_sv_cstr(field));
    ix_sqlite_bind_text(s, 2, value);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *ret_wid = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    if (code != IX_OK || row) {
        return code;
    }
    s = ix_sqlite_statement(e, IX_STATEMENT_WORD_ADD, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, ix_sv_cstr(field));
    ix_sqlite_bind_text(s, 2, value);
    code = ix_sqlite_run_statement(e, s, err);
    *ret_wid = sqlite3_last_insert_rowid(e->db);
    return code;
}

enum ix_code ix_sqlite_word(struct ix_sqlite *e, const char *field, struct ix_sv value,
                            int64_t *ret_wid, struct ix_err *err) {
    enum { SHORT = 256 };
    char text[SHORT];
    size_t head = strlen(field) + 1;
    *ret_wid = 0;
    if (ix_sv_empty(value)) {
        return IX_OK;
    }
    if (head + value.size > SHORT) {
        return find_or_add(e, field, value, ret_wid, err);
    }
    memcpy(text, field, head); /* its end parts the two */
    memcpy(text + head, value.data, value.size);
    bool added = false;
    union ix_map_value *known =
        ix_map_put(&e->run.words, ix_sv_of(text, head + value.size), &added);
    if (!known) {
        return ix_err_nomem(err);
    }
    enum ix_code code = added ? find_or_add(e, field, value, &known->number, err) : IX_OK;
    *ret_wid = known->number;
    return code;
}
