/* An eponymous-only virtual table over the current source
 * (https://sqlite.org/vtab.html, section 2.1.2). */
#include "indexer/warehouse/sqlite/rows.h"

struct table {
    sqlite3_vtab base;
    struct ix_sqlite *e;
};

struct cursor {
    sqlite3_vtab_cursor base;
    bool row;
    sqlite3_int64 number;
};

static struct ix_row_source *source_of(const sqlite3_vtab_cursor *base) {
    return ((struct table *)base->pVtab)->e->rows;
}

static int connect_table(sqlite3 *db, void *context, int count, const char *const *words,
                         sqlite3_vtab **ret_table, char **ret_error) {
    (void)count, (void)words, (void)ret_error;
    int result = sqlite3_declare_vtab(db, "CREATE TABLE ix_rows (a, b, c, d)");
    struct table *table = result == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (!table) {
        return result == SQLITE_OK ? SQLITE_NOMEM : result;
    }
    *table = (struct table){.e = context};
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table, (void)info; /* there is one way: all rows, once */
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor) {
    (void)table;
    struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor) {
        return SQLITE_NOMEM;
    }
    *cursor = (struct cursor){0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base) {
    sqlite3_free(base);
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base) {
    struct cursor *cursor = (struct cursor *)base;
    struct ix_row_source *source = source_of(base);
    cursor->row = source && source->next(source);
    cursor->number++;
    return source && source->err->code != IX_OK ? SQLITE_ERROR : SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                  sqlite3_value **values) {
    (void)number, (void)text, (void)count, (void)values;
    return next_row(base);
}

static int is_end(sqlite3_vtab_cursor *base) {
    return !((struct cursor *)base)->row;
}

static int column_value(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    struct ix_row_source *source = source_of(base);
    source->column(source, context, column);
    return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid) {
    *ret_rowid = ((struct cursor *)base)->number;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .xConnect = connect_table,
    .xBestIndex = best_index,
    .xDisconnect = disconnect_table,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next_row,
    .xEof = is_end,
    .xColumn = column_value,
    .xRowid = rowid,
};

enum ix_code ix_rows_add_table(struct ix_sqlite *e, struct ix_err *err) {
    return sqlite3_create_module_v2(e->db, "ix_rows", &module, e, NULL) == SQLITE_OK
               ? IX_OK
               : ix_err_nomem(err);
}

enum ix_code ix_rows_insert(struct ix_sqlite *e, const char *sql, struct ix_row_source *source) {
    sqlite3_stmt *s = NULL;
    struct ix_err *err = source->err;
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the rows", err);
    }
    e->rows = source;
    struct ix_err failed = {0};
    enum ix_code code = ix_sqlite_run_statement(e, s, &failed);
    e->rows = NULL;
    sqlite3_finalize(s);
    if (code != IX_OK && err->code == IX_OK) { /* what the source said comes first */
        *err = failed;
    }
    return err->code;
}
