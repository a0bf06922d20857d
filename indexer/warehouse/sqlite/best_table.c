/* SELECT rid, rank, inexact FROM ix_ranked(blob of ix_best): its rows, in no order. An
 * eponymous-only virtual table (https://sqlite.org/vtab.html, section 2.1.2). */
#include "indexer/warehouse/sqlite/best.h"

enum { RID, RANK, INEXACT, LIST };

struct cursor {
    sqlite3_vtab_cursor base;
    sqlite3_value *list; /* kept while its rows are read */
    const unsigned char *rows;
    size_t count, at;
};

static int connect_table(sqlite3 *db, void *context, int count, const char *const *words,
                         sqlite3_vtab **ret_table, char **ret_error) {
    (void)context, (void)count, (void)words, (void)ret_error;
    int result = sqlite3_declare_vtab(
        db, "CREATE TABLE ix_ranked (rid INTEGER, rank, inexact, list HIDDEN)");
    sqlite3_vtab *table = result == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (!table) {
        return result == SQLITE_OK ? SQLITE_NOMEM : result;
    }
    *table = (sqlite3_vtab){0};
    *ret_table = table;
    return sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
}

static int disconnect_table(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].usable && info->aConstraint[i].iColumn == LIST &&
            info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ) {
            info->aConstraintUsage[i].argvIndex = 1;
            info->aConstraintUsage[i].omit = 1;
            info->estimatedCost = 100;
            return SQLITE_OK;
        }
    }
    return SQLITE_CONSTRAINT;
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
    sqlite3_value_free(((struct cursor *)base)->list);
    sqlite3_free(base);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                  sqlite3_value **values) {
    (void)number, (void)text, (void)count;
    struct cursor *cursor = (struct cursor *)base;
    sqlite3_value_free(cursor->list);
    cursor->list = sqlite3_value_dup(values[0]);
    if (!cursor->list) {
        return SQLITE_NOMEM;
    }
    cursor->rows = sqlite3_value_blob(cursor->list);
    cursor->count = (size_t)sqlite3_value_bytes(cursor->list) / sizeof(struct ix_ranked);
    cursor->at = 0;
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base) {
    ((struct cursor *)base)->at++;
    return SQLITE_OK;
}

static int is_end(sqlite3_vtab_cursor *base) {
    const struct cursor *cursor = (const struct cursor *)base;
    return cursor->at >= cursor->count;
}

static struct ix_ranked row_of(const struct cursor *cursor) {
    struct ix_ranked row; /* the bytes of a value stand anywhere */
    memcpy(&row, cursor->rows + cursor->at * sizeof row, sizeof row);
    return row;
}

static int column_value(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    const struct ix_ranked row = row_of((const struct cursor *)base);
    if (column == RID) {
        sqlite3_result_int64(context, row.rid);
    } else if (column == RANK) {
        sqlite3_result_double(context, row.rank);
    } else if (column == INEXACT) {
        sqlite3_result_int64(context, row.inexact);
    }
    return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid) {
    *ret_rowid = row_of((const struct cursor *)base).rid;
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

enum ix_code ix_best_add_table(struct ix_sqlite *e, struct ix_err *err) {
    return sqlite3_create_module_v2(e->db, "ix_ranked", &module, NULL, NULL) == SQLITE_OK
               ? IX_OK
               : ix_err_nomem(err);
}
