/* Keeping the warehouse well: examining, rebuilding, copying, and the hash of what it holds. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/batch.h"
#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/cost_store.h"
#include "indexer/warehouse/sqlite/schema_text.h"
#include "indexer/warehouse/sqlite/text.h"

/* ---- examining ---- */

struct examination {
    struct ix_sqlite *e;
    int64_t now_ms;
    void (*tell)(void *context, const struct ix_finding *finding);
    void *context;
    struct ix_err *err;
};

static void tell(struct examination *x, enum ix_finding_level level, const char *check,
                 const char *format, ...) IX_PRINTF(4, 5);

static void tell(struct examination *x, enum ix_finding_level level, const char *check,
                 const char *format, ...) {
    struct ix_finding finding = {.level = level, .check = check};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding.text, sizeof finding.text, format, arguments);
    va_end(arguments);
    x->tell(x->context, &finding);
}

static void check_schema(struct examination *x) {
    tell(x, IX_FINDING_OK, "schema", "version %d, SQLite %s", IX_SCHEMA_VERSION,
         sqlite3_libversion());
}

/* Without memory, or with nowhere to put what is sorted, nothing can be said of the warehouse: the
 * whole examination fails. */
static bool told_nothing(struct examination *x, const struct ix_err *why) {
    bool nothing = why->code == IX_NOMEM || why->code == IX_BUSY || why->code == IX_CANCELLED ||
                   why->code == IX_LIMIT;
    if (nothing) {
        ix_err_set(x->err, why->code, "%s", why->text);
    }
    return nothing;
}

/* integrity_check and quick_check put what they met while reading into words. */
static bool says_no_memory(const char *found) {
    static const char *const spellings[] = {"error code=", "error code "};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const char *said = strstr(found, spellings[i]);
        if (said && strtol(said + strlen(spellings[i]), NULL, 10) == SQLITE_NOMEM) {
            return true;
        }
    }
    return false;
}

static void check_integrity(struct examination *x) {
    sqlite3_stmt *s = NULL;
    struct ix_err why = {0};
    bool row = false;
    char found[128] = "";
    if (sqlite3_prepare_v2(x->e->db, "PRAGMA integrity_check(1)", -1, &s, NULL) != SQLITE_OK) {
        ix_sqlite_fail(x->e, "integrity", &why);
    } else if (ix_sqlite_step(x->e, s, &row, &why) == IX_OK && row) {
        snprintf(found, sizeof found, "%.*s", IX_SV_FMT(ix_sv_sub(ix_sqlite_text(s, 0), 0, 120)));
    }
    sqlite3_finalize(s);
    if (row && (!found[0] || says_no_memory(found))) {
        ix_err_nomem(&why);
    }
    if (told_nothing(x, &why)) {
        return;
    }
    if (!row) {
        snprintf(found, sizeof found, "%.120s", why.text);
    }
    if (row && strcmp(found, "ok") == 0) {
        tell(x, IX_FINDING_OK, "integrity", "every page is well");
    } else {
        tell(x, IX_FINDING_BROKEN, "integrity", "%s; restore a backup, or index again", found);
    }
}

static void tell_of_index(struct examination *x, const char *check, bool agrees) {
    tell(x, agrees ? IX_FINDING_OK : IX_FINDING_BROKEN, check,
         agrees ? "agrees with the rows" : "does not agree with the rows; run: infradex repair");
}

/* FTS5 compares its index with the rows only when asked with rank 1. */
static void check_text_index(struct examination *x) {
    struct ix_err why = {0};
    bool agrees =
        ix_sqlite_exec(x->e, "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)",
                       &why) == IX_OK;
    if (!told_nothing(x, &why)) {
        tell_of_index(x, "text index", agrees);
    }
}

/* All that the documents have that belongs into sorted tables, as sums. */
static enum ix_code sum_documents(struct ix_sqlite *e, sqlite3_stmt *s,
                                  uint64_t sums[IX_BATCH_KINDS], struct ix_err *err) {
    enum { ROWS_AT_ONCE = 1 << 20 };
    bool row = true;
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        e->run.batch->summing = true;
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            code = ix_sqlite_derive_rows(e, s, err);
        }
        if (code == IX_OK && e->run.batch->of[IX_BATCH_TERMS].count > ROWS_AT_ONCE) {
            code = ix_batch_sum(e, sums, err);
        }
    }
    return code == IX_OK ? ix_batch_sum(e, sums, err) : code;
}

static enum ix_code derived_sums(struct ix_sqlite *e, uint64_t sums[IX_BATCH_KINDS],
                                 struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    const char *sql = "SELECT r.rid, r.uid, r.id, d.props, d.tags FROM resource r "
                      "JOIN document d ON d.did = r.document";
    ix_sqlite_forget(e);
    if (ix_batch_begin(e, err) != IX_OK) {
        return err->code;
    }
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the documents", err);
    }
    enum ix_code code = sum_documents(e, s, sums, err);
    sqlite3_finalize(s);
    return code;
}

/* Words and paths that no table knows are made on the way, and rolled back: nothing may stand
 * under them. */
static void check_derived_tables(struct examination *x) {
    static const char *const names[IX_BATCH_KINDS] = {
        [IX_BATCH_TERMS] = "property index",
        [IX_BATCH_NUMBERS] = "numbers",
        [IX_BATCH_TAGS] = "tags",
        [IX_BATCH_REFERENCES] = "references",
        [IX_BATCH_ADDRESSES] = "addresses",
    };
    struct ix_err why = {0};
    uint64_t have[IX_BATCH_KINDS] = {0};
    uint64_t should[IX_BATCH_KINDS] = {0};
    bool read = ix_sqlite_exec(x->e, "BEGIN IMMEDIATE", &why) == IX_OK &&
                derived_sums(x->e, should, &why) == IX_OK &&
                ix_batch_sum_stored(x->e, have, &why) == IX_OK;
    (void)sqlite3_exec(x->e->db, "ROLLBACK", NULL, NULL, NULL);
    ix_sqlite_forget(x->e);
    bool told = !told_nothing(x, &why);
    for (int i = 0; told && i < IX_BATCH_KINDS; i++) {
        tell_of_index(x, names[i], read && have[i] == should[i]);
    }
}

static void check_columns(struct examination *x) {
    struct ix_err why = {0};
    bool agree = false;
    bool agrees = ix_column_agree(x->e, &agree, &why) == IX_OK && agree;
    if (!told_nothing(x, &why)) {
        tell_of_index(x, "columns", agrees);
    }
}

static void check_bills(struct examination *x) {
    struct ix_err why = {0};
    bool agree = false;
    bool agrees = ix_cost_agree(x->e, &agree, &why) == IX_OK && agree;
    if (!told_nothing(x, &why)) {
        tell_of_index(x, "sums of bills", agrees);
    }
}

static void check_disk(struct examination *x) {
    struct statvfs disk;
    int64_t pages = 0;
    const int64_t gib = INT64_C(1) << 30;
    (void)(ix_sqlite_number(x->e, "PRAGMA page_count", 0, &pages, x->err) == IX_OK);
    double size_gib = (double)pages * IX_PAGE_SIZE / (double)gib;
    if (statvfs(x->e->folder, &disk) != 0) {
        tell(x, IX_FINDING_WARNING, "disk", "the room on the disk could not be told");
        return;
    }
    double free_gib = (double)disk.f_bavail * (double)disk.f_frsize / (double)gib;
    bool scarce = free_gib < 1 || free_gib < size_gib;
    tell(x, scarce ? IX_FINDING_WARNING : IX_FINDING_OK, "disk", "%.2f GiB used, %.1f GiB free%s",
         size_gib, free_gib, scarce ? "; a large run may not fit" : "");
}

static void check_freshness(struct examination *x) {
    enum { STALE_DAYS = 7 };
    char sql[160];
    int64_t sources = 0;
    int64_t stale = 0;
    int64_t never = 0;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM source WHERE last_whole < %" PRId64,
             x->now_ms - STALE_DAYS * (int64_t)IX_DAY_MS);
    (void)(ix_sqlite_number(x->e, "SELECT count(*) FROM source", 0, &sources, x->err) == IX_OK);
    (void)(ix_sqlite_number(x->e, sql, 0, &stale, x->err) == IX_OK);
    (void)(ix_sqlite_number(x->e, "SELECT count(*) FROM source WHERE last_whole IS NULL", 0, &never,
                            x->err) == IX_OK);
    bool fine = stale + never == 0;
    tell(x, fine ? IX_FINDING_OK : IX_FINDING_WARNING, "freshness",
         "%" PRId64 " sources, %" PRId64 " not read whole for %d days, %" PRId64
         " never; see infradex sources",
         sources, stale, STALE_DAYS, never);
}

static void check_lock(struct examination *x) {
    char owner[256];
    struct ix_sv held =
        x->e->writer ? IX_SV("this process") : ix_sqlite_lock_owner(x->e->folder, owner);
    tell(x, IX_FINDING_OK, "lock", "%.*s", IX_SV_FMT(ix_sv_empty(held) ? IX_SV("free") : held));
}

enum ix_code ix_sqlite_check(struct ix_warehouse *warehouse, int64_t now_ms,
                             void (*tell_fn)(void *context, const struct ix_finding *finding),
                             void *context, struct ix_err *err) {
    struct examination x = {ix_sqlite_of(warehouse), now_ms, tell_fn, context, err};
    check_schema(&x);
    check_integrity(&x);
    if (x.e->writer) {
        check_text_index(&x);
        check_derived_tables(&x);
        check_columns(&x);
        check_bills(&x);
    } else {
        tell(&x, IX_FINDING_WARNING, "text index",
             "not compared with the rows: another process is writing; ask again later");
    }
    check_disk(&x);
    check_freshness(&x);
    check_lock(&x);
    return err->code;
}

/* ---- rebuilding ---- */

static enum ix_code derive_everything(struct ix_sqlite *e, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    if (sqlite3_prepare_v2(e->db, "SELECT rid FROM resource", -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "repairing", err);
    }
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            code = ix_sqlite_derive(e, sqlite3_column_int64(s, 0), err);
        }
    }
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_sqlite_repair(struct ix_warehouse *warehouse, struct ix_err *err) {
    static const char empty_all[] = "INSERT INTO search (search) VALUES ('delete-all');"
                                    "DELETE FROM tag; DELETE FROM ref; DELETE FROM address; DELETE "
                                    "FROM prop_num; DELETE FROM prop_path;";
    /* what is derived is read through these indexes, which may be the damaged ones */
    static const char begin[] =
        "BEGIN IMMEDIATE; REINDEX resource; REINDEX observation; REINDEX source; REINDEX word;";
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    e->run.known_any = false;
    ix_sqlite_forget(e);
    enum ix_code code = ix_spill_begin(e, err);
    code = code == IX_OK ? ix_text_begin(e, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, begin, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, empty_all, err) : code;
    code = code == IX_OK ? ix_postings_clear(e, err) : code;
    code = code == IX_OK ? ix_batch_begin(e, err) : code;
    code = code == IX_OK ? derive_everything(e, err) : code;
    code = code == IX_OK ? ix_batch_flush(e, err) : code;
    code = code == IX_OK ? ix_text_flush(e, err) : code;
    code = code == IX_OK ? ix_postings_tidy(e, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, ix_sqlite_indexes, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, "REINDEX", err) : code;
    code = code == IX_OK ? ix_column_rebuild(e, err) : code;
    code = code == IX_OK ? ix_cost_repair(e, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, "ANALYZE; COMMIT", err) : code;
    if (code != IX_OK) {
        (void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return code;
}

/* ---- copying ---- */

/* What does not hold together is told apart from what could not be read. */
static enum ix_code verify_copy(const char *file, struct ix_err *err) {
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    enum ix_code code = IX_OK;
    int result = sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s, NULL);
    }
    bool row = result == SQLITE_OK && (result = sqlite3_step(s)) == SQLITE_ROW;
    const char *found = row ? (const char *)sqlite3_column_text(s, 0) : NULL;
    bool unread = row && (!found || says_no_memory(found));
    result = unread ? SQLITE_NOMEM : result;
    if (found && !unread && strcmp(found, "ok") != 0) {
        code = ix_err_set(err, IX_CORRUPT, "%s: the copy does not hold together", file);
    } else if (!found || unread) {
        code = ix_err_set(err, ix_sqlite_code(result), "%s: the copy cannot be examined: %s", file,
                          sqlite3_errstr(result));
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    return code;
}

static enum ix_code copy_pages(struct ix_sqlite *e, const char *file, struct ix_err *err) {
    enum { PAGES_AT_ONCE = 4096 };
    sqlite3 *to = NULL;
    enum ix_code code = IX_OK;
    if (sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
        code = ix_err_set(err, ix_sqlite_code(to ? sqlite3_errcode(to) : SQLITE_NOMEM), "%s: %s",
                          file, to ? sqlite3_errmsg(to) : "out of memory");
        sqlite3_close(to);
        return code;
    }
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", e->db, "main");
    int result = backup ? SQLITE_OK : sqlite3_errcode(to);
    while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED) {
        result = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        if (e->cancelled && *e->cancelled) {
            result = SQLITE_INTERRUPT;
        }
    }
    sqlite3_backup_finish(backup);
    if (result != SQLITE_DONE) {
        code = ix_err_set(err, ix_sqlite_code(result), "%s: the copy was not finished: %s", file,
                          sqlite3_errstr(result));
    } else if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK) {
        code = ix_err_set(err, ix_sqlite_code(sqlite3_errcode(to)), "%s: %s", file,
                          sqlite3_errmsg(to));
    }
    sqlite3_close(to);
    return code;
}

enum ix_code ix_sqlite_backup(struct ix_warehouse *warehouse, const char *file,
                              struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    if (access(file, F_OK) == 0) {
        return ix_err_set(err, IX_INVALID, "%s exists; name a new file", file);
    }
    /* one state, however long the copy takes and whoever writes meanwhile */
    enum ix_code code = ix_sqlite_snapshot(warehouse, true, err);
    if (code == IX_OK) {
        code = copy_pages(e, file, err);
        ix_warehouse_snapshot_end(warehouse);
    }
    code = code == IX_OK ? verify_copy(file, err) : code;
    if (code != IX_OK) {
        unlink(file);
    }
    return code;
}

/* ---- the hash of the content ---- */

/* Row by row into one: hash(hash so far, row). */
static enum ix_code hash_rows(struct ix_sqlite *e, const char *sql, struct ix_hash *hash,
                              struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    struct ix_buf row_text = {0};
    bool row = true;
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the content", err);
    }
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        ix_buf_clear(&row_text);
        ix_buf_add(&row_text, ix_sv_of((const char *)hash->bytes, sizeof hash->bytes));
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            struct ix_sv text = ix_sqlite_text(s, i);
            ix_buf_printf(&row_text, "\x1F%zu\x1F", text.size);
            ix_buf_add(&row_text, text);
        }
        code = ix_buf_check(&row_text, err);
        *hash = ix_hash_of(ix_buf_sv(&row_text));
    }
    ix_buf_done(&row_text);
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_sqlite_content_hash(struct ix_warehouse *warehouse, struct ix_hash *ret_hash,
                                    struct ix_err *err) {
    static const char *const contents[] = {
        "SELECT uid, hash, deleted IS NOT NULL FROM resource ORDER BY uid",
        "SELECT s.name, s.kind, o.address, o.variant, o.hash, r.uid FROM observation o "
        "JOIN source s ON s.sid = o.sid JOIN resource r ON r.rid = o.rid "
        "WHERE o.deleted IS NULL ORDER BY s.name, o.address COLLATE BINARY, o.variant",
        "SELECT f.uid, w.value, t.uid, e.basis, coalesce(s.name, ''), e.path FROM edge e "
        "JOIN resource f ON f.rid = e.src JOIN resource t ON t.rid = e.dst "
        "JOIN word w ON w.wid = e.type LEFT JOIN source s ON s.sid = e.sid "
        "ORDER BY f.uid, w.value COLLATE BINARY, t.uid, e.basis, s.name, e.path",
        ("SELECT s.name, p.begin, p.lines, p.digest FROM cost_period p "
         "JOIN source s ON s.sid = p.sid ORDER BY s.name, p.begin"), /* one text, says clang */
    };
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    struct ix_hash hash = {0};
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < sizeof contents / sizeof *contents; i++) {
        code = hash_rows(e, contents[i], &hash, err);
    }
    if (code == IX_OK) {
        *ret_hash = hash;
    }
    return code;
}
