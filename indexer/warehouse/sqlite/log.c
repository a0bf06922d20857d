/* How long the write-ahead log may become. After each run it is copied into the database as far as
 * readers allow, and begins anew when all of it was; but a reader that holds on to an old state
 * stops that, and every run makes the log longer. So before a run the log is looked at: when it has
 * grown past its limit and cannot be emptied, no run begins until the reader has let go. The log is
 * therefore never longer than its limit and one run. */
#include <stdio.h>
#include <sys/stat.h>

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

enum ix_code ix_sqlite_run_admit(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                                 struct ix_sink **ret_sink, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    int64_t size = log_size(e);
    enum ix_code code = size > e->log_max_bytes ? empty_log(e, size, err) : IX_OK;
    return code == IX_OK ? ix_sqlite_run_begin(warehouse, info, ret_sink, err) : code;
}
