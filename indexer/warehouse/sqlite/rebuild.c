/* A new warehouse of the rows of another one. Two things need it: a repair, when what is derived is
 * so damaged that it cannot be emptied where it stands, and a warehouse of an older schema.
 *
 * A warehouse of today's schema is made in a folder beside, the base rows are copied into it table
 * by table and column by column (by name: what is not there yet takes its default), everything else
 * is derived from them, it is examined, and only then its pages take the place of the old ones, in
 * one transaction. Until then the old warehouse is only read; readers never notice. It takes as
 * much room again, twice, for as long as it lasts. */
#include <stdio.h>
#include <unistd.h>

#include "indexer/warehouse/sqlite/engine.h"

enum { PATH_SIZE = 4096 };

/* ---- the folder beside ---- */

static bool path_in(const char *folder, const char *name, char path[PATH_SIZE]) {
    return snprintf(path, PATH_SIZE, "%s/%s", folder, name) < PATH_SIZE;
}

static void remove_beside(const char *beside) {
    static const char *const files[] = {"infradex.db", "infradex.db-wal", "infradex.db-shm",
                                        "infradex.db-journal", "infradex.lock"};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (path_in(beside, files[i], path)) {
            unlink(path);
        }
    }
    rmdir(beside);
}

/* ---- copying rows ---- */

/* The tables of the new schema that hold base rows: all but those that a repair fills. */
static const char base_tables[] =
    "SELECT n.name FROM main.sqlite_schema n JOIN old.sqlite_schema o "
    "ON o.name = n.name AND o.type = 'table' "
    "WHERE n.type = 'table' AND n.sql NOT LIKE 'CREATE VIRTUAL%' AND n.name NOT IN ('tag', 'ref', "
    "'address', 'resource_column') "
    "AND n.name NOT GLOB 'sqlite_*' AND n.name NOT GLOB 'prop_*' AND n.name NOT GLOB 'search_*'";

/* "INSERT ... (columns that both have) SELECT ..." of one table. No index of the old one is
 * trusted; a table without rowid is itself one, and must be named not to be read through another.
 */
static const char copy_statement[] =
    "SELECT printf('INSERT OR REPLACE INTO main.\"%w\" (%s) SELECT %s FROM old.\"%w\" %s', "
    "?1, group_concat(name), group_concat(name), ?1, "
    "coalesce((SELECT printf('INDEXED BY \"%w\"', name) FROM pragma_index_list(?1, 'old') "
    "WHERE origin = 'pk'), 'NOT INDEXED')) FROM (SELECT '\"' || name || '\"' AS name "
    "FROM pragma_table_info(?1, 'main') WHERE name IN "
    "(SELECT name FROM pragma_table_info(?1, 'old')))";

static enum ix_code copy_table(struct ix_sqlite *fresh, struct ix_sv table, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = false;
    if (sqlite3_prepare_v2(fresh->db, copy_statement, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(fresh, "the tables", err);
    }
    ix_sqlite_bind_text(s, 1, table);
    enum ix_code code = ix_sqlite_step(fresh, s, &row, err);
    if (code == IX_OK && sqlite3_column_text(s, 0) == NULL) {
        code = ix_err_nomem(err);
    }
    if (code == IX_OK) {
        code = ix_sqlite_exec(fresh, (const char *)sqlite3_column_text(s, 0), err);
    }
    sqlite3_finalize(s);
    if (code == IX_CORRUPT) {
        ix_err_wrap(err, "the rows themselves (%.*s) are damaged; restore a backup, or index again",
                    IX_SV_FMT(table));
    }
    return code;
}

static enum ix_code copy_tables(struct ix_sqlite *fresh, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    if (sqlite3_prepare_v2(fresh->db, base_tables, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(fresh, "the tables", err);
    }
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(fresh, s, &row, err);
        code = code == IX_OK && row ? copy_table(fresh, ix_sqlite_text(s, 0), err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

static enum ix_code attach(struct ix_sqlite *fresh, const char *path, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(fresh->db, "ATTACH ?1 AS old", -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(fresh, "the old warehouse", err);
    }
    ix_sqlite_bind_text(s, 1, ix_sv_cstr(path));
    enum ix_code code = ix_sqlite_run_statement(fresh, s, err);
    sqlite3_finalize(s);
    return code;
}

static enum ix_code copy_rows(struct ix_sqlite *fresh, const char *old, struct ix_err *err) {
    enum ix_code code = attach(fresh, old, err);
    code = code == IX_OK ? ix_sqlite_exec(fresh, "BEGIN IMMEDIATE", err) : code;
    code = code == IX_OK ? copy_tables(fresh, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(fresh, "COMMIT; DETACH old", err) : code;
    if (code != IX_OK) {
        (void)sqlite3_exec(fresh->db, "ROLLBACK", NULL, NULL, NULL);
        return code;
    }
    return ix_sqlite_read_seed(fresh, err); /* it was copied */
}

/* ---- examining and taking its place ---- */

static void note_broken(void *context, const struct ix_finding *finding) {
    struct ix_err *why = context;
    if (finding->level == IX_FINDING_BROKEN) {
        ix_err_set(why, IX_CORRUPT, "%s: %s", finding->check, finding->text);
    }
}

static enum ix_code examine(struct ix_sqlite *fresh, struct ix_err *err) {
    struct ix_err why = {0};
    enum ix_code code = ix_sqlite_check(&fresh->warehouse, 0, note_broken, &why, err);
    return code == IX_OK && why.code != IX_OK ? ix_err_set(err, why.code, "%s", why.text) : code;
}

static enum ix_code take_place(struct ix_sqlite *fresh, const char *path, struct ix_err *err) {
    sqlite3 *to = NULL;
    int result = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
    sqlite3_backup *pages =
        result == SQLITE_OK ? sqlite3_backup_init(to, "main", fresh->db, "main") : NULL;
    if (pages) {
        result = sqlite3_backup_step(pages, -1);
        sqlite3_backup_finish(pages);
    } else if (result == SQLITE_OK) {
        result = sqlite3_errcode(to);
    }
    sqlite3_close(to);
    return result == SQLITE_DONE
               ? IX_OK
               : ix_err_set(err, ix_sqlite_code(result), "%s: %s", path, sqlite3_errstr(result));
}

static enum ix_code rebuild_in(struct ix_sqlite *e, const char *beside, struct ix_err *err) {
    const struct ix_open_options options = {.mode = IX_OPEN_WRITE, .cancelled = e->cancelled};
    struct ix_warehouse *warehouse = NULL;
    char path[PATH_SIZE];
    if (!path_in(e->folder, "infradex.db", path)) {
        return ix_err_set(err, IX_INVALID, "the name of the data folder is too long");
    }
    remove_beside(beside); /* of a rebuilding that was killed */
    enum ix_code code = ix_backend_sqlite.open(beside, &options, &warehouse, err);
    if (code != IX_OK) {
        return code;
    }
    struct ix_sqlite *fresh = ix_sqlite_of(warehouse);
    code = copy_rows(fresh, path, err);
    code = code == IX_OK ? ix_sqlite_repair(warehouse, err) : code;
    code = code == IX_OK ? examine(fresh, err) : code;
    code = code == IX_OK ? take_place(fresh, path, err) : code;
    ix_backend_sqlite.close(warehouse);
    return code;
}

enum ix_code ix_sqlite_rebuild(struct ix_sqlite *e, struct ix_err *err) {
    char beside[PATH_SIZE];
    if (!path_in(e->folder, "rebuild", beside)) {
        return ix_err_set(err, IX_INVALID, "the name of the data folder is too long");
    }
    enum ix_code code = rebuild_in(e, beside, err);
    remove_beside(beside);
    return code;
}

/* ---- who needs it ---- */

static bool is_sound(struct ix_sqlite *e, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = false;
    bool sound =
        sqlite3_prepare_v2(e->db, "PRAGMA integrity_check(1)", -1, &s, NULL) == SQLITE_OK &&
        ix_sqlite_step(e, s, &row, err) == IX_OK && row &&
        ix_sv_eq(ix_sqlite_text(s, 0), IX_SV("ok"));
    sqlite3_finalize(s);
    return sound;
}

enum ix_code ix_sqlite_mend(struct ix_warehouse *warehouse, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    enum ix_code code = ix_sqlite_repair(warehouse, err);
    if (code != IX_OK && code != IX_CORRUPT) {
        return code;
    }
    if (code == IX_OK && (is_sound(e, err) || err->code != IX_OK)) {
        return err->code;
    }
    *err = (struct ix_err){0};
    return ix_sqlite_rebuild(e, err);
}

/* The copy stays: who wants to go back to the older program has it. */
enum ix_code ix_sqlite_migrate(struct ix_sqlite *e, int64_t version, struct ix_err *err) {
    char copy[PATH_SIZE];
    char name[64];
    int tries = 0;
    do {
        snprintf(name, sizeof name, tries ? "schema-%lld-%d.db" : "schema-%lld.db",
                 (long long)version, tries);
        if (!path_in(e->folder, name, copy)) {
            return ix_err_set(err, IX_INVALID, "the name of the data folder is too long");
        }
        tries++;
    } while (access(copy, F_OK) == 0);
    enum ix_code code = ix_sqlite_backup(&e->warehouse, copy, err);
    code = code == IX_OK ? ix_sqlite_rebuild(e, err) : code;
    if (code != IX_OK) {
        ix_err_wrap(err, "bringing the warehouse from schema %lld to %d", (long long)version,
                    IX_SCHEMA_VERSION);
    }
    return code;
}
