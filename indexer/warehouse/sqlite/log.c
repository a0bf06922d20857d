/* How long the write-ahead log may become. After each run it is copied into the database as far as
 * readers allow, and begins anew when all of it was; but a reader that holds on to an old state
 * stops that, and every run makes the log longer. So before a run the log is looked at: when it has
 * grown past its limit and cannot be emptied, no run begins until the reader has let go. The log is
 * therefore never longer than its limit and one run.
 *
 * The first run of all has no such log, when nobody else has the warehouse open: a rollback journal
 * keeps what was there before, which is next to nothing, so pages are written once and in their
 * place, where the log would have them written twice. Who opens the warehouse meanwhile is told to
 * come back (ix_sqlite_first_run); there is nothing to read before the run is published. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/warehouse/sqlite/engine.h"

enum { LOG_WAIT_MS = 2000, MIB = 1 << 20 };

static int64_t log_size(const struct ix_sqlite *e) {
    char path[4096];
    struct stat file;
    bool named = snprintf(path, sizeof path, "%s/infradex.db-wal", e->folder) < (int)sizeof path;
    return named && stat(path, &file) == 0 ? (int64_t)file.st_size : 0;
}

static enum ix_code empty_log(struct ix_sqlite *e, int64_t size, struct ix_err *err) {
    sqlite3_busy_timeout(e->db, LOG_WAIT_MS);
    int result = sqlite3_wal_checkpoint_v2(e->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(e->db, IX_BUSY_MS);
    if ((result & 0xFF) == SQLITE_BUSY) {
        return ix_err_set(err, IX_BUSY,
                          "the write-ahead log has grown to %lld MiB and cannot be emptied while a "
                          "reader holds an old state; end long exports and queries, then try again",
                          (long long)(size / MIB));
    }
    return result == SQLITE_OK ? IX_OK : ix_sqlite_fail(e, "the write-ahead log", err);
}

/* ---- the first run ---- */

/* Whether it came to be so: it does not while others have the warehouse open. */
static bool set_journal(struct ix_sqlite *e, const char *mode, int wait_ms) {
    char sql[64];
    sqlite3_stmt *s = NULL;
    snprintf(sql, sizeof sql, "PRAGMA journal_mode=%s", mode);
    sqlite3_busy_timeout(e->db, wait_ms);
    bool set = sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) == SQLITE_OK &&
               sqlite3_step(s) == SQLITE_ROW &&
               sqlite3_stricmp((const char *)sqlite3_column_text(s, 0), mode) == 0;
    sqlite3_finalize(s);
    sqlite3_busy_timeout(e->db, IX_BUSY_MS);
    return set;
}

static enum ix_code choose_journal(struct ix_sqlite *e, struct ix_err *err) {
    int64_t generation = 0;
    enum ix_code code = ix_sqlite_generation(&e->warehouse, &generation, err);
    if (code == IX_OK && generation == 0) {
        e->unlogged = set_journal(e, "DELETE", 0);
    }
    return code;
}

/* Should somebody read just now and for long, the next one that opens it for writing does it. */
void ix_sqlite_log_again(struct ix_sqlite *e) {
    e->unlogged = e->unlogged && !set_journal(e, "WAL", IX_BUSY_MS);
}

/* A journal that nobody is writing was left by a process that ended before its time; only who may
 * write can take back what is half there. */
static enum ix_code roll_back(const char *path, struct ix_err *err) {
    sqlite3 *db = NULL;
    int result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK) {
        sqlite3_busy_timeout(db, IX_BUSY_MS);
        result = sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
    }
    if (result != SQLITE_OK) {
        ix_err_set(err, ix_sqlite_code(result),
                   "%s: its first run broke off, and cannot be taken "
                   "back: %s",
                   path, db ? sqlite3_errmsg(db) : "out of memory");
    }
    sqlite3_close(db);
    return err->code;
}

enum ix_code ix_sqlite_first_run(const char *folder, const char *path, struct ix_err *err) {
    char journal[4096];
    char owner[256];
    bool named = snprintf(journal, sizeof journal, "%s-journal", path) < (int)sizeof journal;
    if (!named || access(journal, F_OK) != 0) {
        return IX_OK;
    }
    if (ix_sqlite_lock_owner(folder, owner).size == 0) {
        return roll_back(path, err);
    }
    return ix_err_set(err, IX_BUSY,
                      "the first run of this warehouse is being written (%s), and there is nothing "
                      "to read before; try again when it is published",
                      owner);
}

enum ix_code ix_sqlite_run_admit(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                                 struct ix_sink **ret_sink, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    int64_t size = log_size(e);
    enum ix_code code = size > e->log_max_bytes ? empty_log(e, size, err) : IX_OK;
    code = code == IX_OK ? choose_journal(e, err) : code;
    code = code == IX_OK ? ix_sqlite_run_begin(warehouse, info, ret_sink, err) : code;
    if (code != IX_OK) {
        ix_sqlite_log_again(e);
    }
    return code;
}
