/* Reading: statements with their values and tests bound, cursors over them, snapshots.
 *
 * To prepare a statement takes longer than a search that finds little. What a user asks is bound
 * and never in the text, so texts recur, and the statements of searches are kept. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/engine.h"

/* ---- preparing ---- */

static void bind(sqlite3_stmt *s, int at, const struct ix_bind *value) {
    switch (value->kind) {
    case IX_BIND_NULL:
        sqlite3_bind_null(s, at);
        break;
    case IX_BIND_INT:
        sqlite3_bind_int64(s, at, value->integer);
        break;
    case IX_BIND_REAL:
        sqlite3_bind_double(s, at, value->real);
        break;
    case IX_BIND_TEXT:
        ix_sqlite_bind_text(s, at, value->text);
        break;
    case IX_BIND_BLOB:
        sqlite3_bind_blob64(s, at, value->text.data ? value->text.data : "", value->text.size,
                            SQLITE_STATIC);
        break;
    case IX_BIND_TEST:
        sqlite3_bind_pointer(s, at, (void *)(uintptr_t)value->test, IX_TEST_POINTER, NULL);
        break;
    case IX_BIND_MAP:
        sqlite3_bind_pointer(s, at, (void *)(uintptr_t)value->map, IX_MAP_POINTER, NULL);
        break;
    }
}

static void bind_all(sqlite3_stmt *s, const struct ix_sql *sql) {
    for (size_t i = 0; i < sql->bind_count; i++) {
        bind(s, (int)i + 1, &sql->binds[i]);
    }
}

enum ix_code ix_sqlite_prepare(struct ix_sqlite *e, const struct ix_sql *sql, const char *prefix,
                               sqlite3_stmt **ret_statement, struct ix_err *err) {
    struct ix_buf text = {0};
    sqlite3_stmt *s = NULL;
    ix_buf_add_cstr(&text, prefix);
    ix_buf_add(&text, ix_buf_sv(&sql->text));
    enum ix_code code = ix_buf_check(&text, err);
    if (code == IX_OK &&
        sqlite3_prepare_v2(e->db, text.data, (int)text.size, &s, NULL) != SQLITE_OK) {
        code = ix_sqlite_fail(e, "the query", err);
    }
    ix_buf_done(&text);
    if (code == IX_OK) {
        bind_all(s, sql);
    }
    *ret_statement = s;
    return code;
}

/* ---- statements that are kept ---- */

void ix_sqlite_forget_statements(struct ix_sqlite *e) {
    for (size_t i = 0; i < e->kept_count; i++) {
        sqlite3_finalize(e->kept[i]);
    }
    e->kept_count = 0;
}

static sqlite3_stmt *take_out(struct ix_sqlite *e, size_t at) {
    sqlite3_stmt *s = e->kept[at];
    e->kept_count--;
    memmove(e->kept + at, e->kept + at + 1, (e->kept_count - at) * sizeof *e->kept);
    return s;
}

/* One of this text that nobody uses; NULL: there is none. */
static sqlite3_stmt *take_kept(struct ix_sqlite *e, struct ix_sv text) {
    for (size_t i = e->kept_count; i-- > 0;) {
        if (ix_sv_eq(ix_sv_cstr(sqlite3_sql(e->kept[i])), text)) {
            return take_out(e, i);
        }
    }
    return NULL;
}

/* What has failed is not trusted again. */
static void keep(struct ix_sqlite *e, sqlite3_stmt *s) {
    if (sqlite3_reset(s) != SQLITE_OK) {
        sqlite3_finalize(s);
        return;
    }
    sqlite3_clear_bindings(s);
    if (e->kept_count == IX_STATEMENTS_KEPT) {
        sqlite3_finalize(take_out(e, 0));
    }
    e->kept[e->kept_count++] = s;
}

enum ix_code ix_sqlite_prepare_kept(struct ix_sqlite *e, struct ix_sv text,
                                    sqlite3_stmt **ret_statement, struct ix_err *err) {
    *ret_statement = take_kept(e, text);
    if (!*ret_statement &&
        sqlite3_prepare_v2(e->db, text.data, (int)text.size, ret_statement, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the query", err);
    }
    return IX_OK;
}

static enum ix_code prepare_or_take(struct ix_sqlite *e, const struct ix_sql *sql,
                                    sqlite3_stmt **ret_statement, struct ix_err *err) {
    enum ix_code code = ix_buf_check(&sql->text, err);
    code =
        code == IX_OK ? ix_sqlite_prepare_kept(e, ix_buf_sv(&sql->text), ret_statement, err) : code;
    if (code == IX_OK) {
        bind_all(*ret_statement, sql);
    }
    return code;
}

/* ---- cursors ---- */

struct cursor {
    struct ix_cursor cursor;
    struct ix_sqlite *engine;
    sqlite3_stmt *statement;
};

static sqlite3_stmt *statement_of(const struct ix_cursor *cursor) {
    return ((const struct cursor *)cursor)->statement;
}

static enum ix_code cursor_next(struct ix_cursor *cursor, bool *ret_row, struct ix_err *err) {
    return ix_sqlite_step(((struct cursor *)cursor)->engine, statement_of(cursor), ret_row, err);
}

static size_t cursor_column_count(const struct ix_cursor *cursor) {
    return (size_t)sqlite3_column_count(statement_of(cursor));
}

static struct ix_sv cursor_column_name(const struct ix_cursor *cursor, size_t column) {
    return ix_sv_cstr(sqlite3_column_name(statement_of(cursor), (int)column));
}

static struct ix_value cursor_value(const struct ix_cursor *cursor, size_t column) {
    return ix_sqlite_value(statement_of(cursor), (int)column);
}

static void cursor_close(struct ix_cursor *cursor) {
    struct cursor *c = (struct cursor *)cursor;
    keep(c->engine, c->statement);
    free(c);
}

static const struct ix_cursor_ops cursor_ops = {
    .next = cursor_next,
    .column_count = cursor_column_count,
    .column_name = cursor_column_name,
    .value = cursor_value,
    .close = cursor_close,
};

enum ix_code ix_sqlite_cursor(struct ix_sqlite *e, sqlite3_stmt *s, struct ix_cursor **ret_cursor,
                              struct ix_err *err) {
    struct cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor) {
        sqlite3_finalize(s);
        return ix_err_nomem(err);
    }
    *cursor = (struct cursor){.cursor = {&cursor_ops}, .engine = e, .statement = s};
    *ret_cursor = &cursor->cursor;
    return IX_OK;
}

/* ---- the functions of the backend ---- */

enum ix_code ix_sqlite_select(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                              struct ix_cursor **ret_cursor, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    sqlite3_stmt *s = NULL;
    if (prepare_or_take(e, sql, &s, err) != IX_OK) {
        return err->code;
    }
    ix_sqlite_start_clock(e);
    return ix_sqlite_cursor(e, s, ret_cursor, err);
}

enum ix_code ix_sqlite_explain(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                               struct ix_arena *arena, struct ix_sv *ret_text, struct ix_err *err) {
    enum { ID, PARENT, UNUSED, DETAIL };
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    struct ix_buf text = {0};
    sqlite3_stmt *s;
    bool row = true;
    enum ix_code code = ix_sqlite_prepare(e, sql, "EXPLAIN QUERY PLAN ", &s, err);
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            bool inner = sqlite3_column_int(s, PARENT) != 0;
            ix_buf_add_cstr(&text, inner ? "    " : "  ");
            ix_buf_add(&text, ix_sqlite_text(s, DETAIL));
            ix_buf_add_char(&text, '\n');
        }
    }
    sqlite3_finalize(s);
    *ret_text = ix_arena_copy(arena, ix_buf_sv(&text));
    ix_buf_done(&text);
    return code;
}

static enum ix_code run_kept(struct ix_sqlite *e, enum ix_statement which, struct ix_err *err) {
    ix_sqlite_limit(e, false);
    enum ix_code code = ix_sqlite_run_statement(e, ix_sqlite_statement(e, which, err), err);
    ix_sqlite_limit(e, true);
    return code;
}

/* Also when memory is gone: a state that is held on to would be seen for ever. */
static void let_go(struct ix_sqlite *e) {
    struct ix_err ignored = {0};
    if (run_kept(e, IX_STATEMENT_SNAPSHOT_END, &ignored) != IX_OK) {
        (void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

enum ix_code ix_sqlite_snapshot(struct ix_warehouse *warehouse, bool begin, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    if (e->writer) {
        return IX_OK; /* nobody else writes */
    }
    if (!begin) {
        e->snapshots--;
        if (e->snapshots == 0) {
            let_go(e);
        }
        return IX_OK;
    }
    if (e->snapshots == 0) {
        if (!sqlite3_get_autocommit(e->db)) { /* letting go failed twice */
            let_go(e);
        }
        if (run_kept(e, IX_STATEMENT_SNAPSHOT_BEGIN, err) != IX_OK) {
            return err->code;
        }
    }
    e->snapshots++;
    return IX_OK;
}

enum ix_code ix_sqlite_generation(struct ix_warehouse *warehouse, int64_t *ret_generation,
                                  struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_GENERATION, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_limit(e, false);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *ret_generation = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    ix_sqlite_limit(e, true);
    return code;
}

/* The data version is that of the state that was read last: so something is read first. */
enum ix_code ix_sqlite_version(struct ix_warehouse *warehouse, uint64_t *ret_version,
                               struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    unsigned others = 0;
    int64_t generation;
    enum ix_code code = ix_sqlite_generation(warehouse, &generation, err);
    sqlite3_file_control(e->db, "main", SQLITE_FCNTL_DATA_VERSION, &others);
    *ret_version = (uint64_t)others << 32 ^ (uint64_t)sqlite3_total_changes64(e->db);
    return code;
}
