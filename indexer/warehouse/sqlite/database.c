/* Opening, closing and the small pieces that every other file uses. */
#include "indexer/warehouse/sqlite/best.h"
#include "indexer/warehouse/sqlite/engine.h"
#include "indexer/warehouse/sqlite/show.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "indexer/warehouse/sqlite/batch.h"
#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/intake.h"
#include "indexer/warehouse/sqlite/rid_set.h"
#include "indexer/warehouse/sqlite/rows.h"
#include "indexer/warehouse/sqlite/schema_text.h"
#include "indexer/warehouse/sqlite/text.h"

enum { PROGRESS_STEPS = 10000, CACHE_KIB = 32 << 10 };

/* ---- errors, statements ---- */

enum ix_code ix_sqlite_code(int result) {
    if (result == SQLITE_IOERR_NOMEM) {
        return IX_NOMEM;
    }
    switch (result & 0xFF) {
    case SQLITE_NOMEM:
        return IX_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return IX_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT: /* rows that the engine itself made */
        return IX_CORRUPT;
    case SQLITE_INTERRUPT:
        return IX_LIMIT;
    case SQLITE_TOOBIG:
        return IX_LIMIT;
    default:
        return IX_IO;
    }
}

static enum ix_code say_stopped(const struct ix_sqlite *e, struct ix_err *err) {
    bool stopped = e->cancelled && *e->cancelled;
    return stopped ? ix_err_set(err, IX_CANCELLED, "stopped")
                   : ix_err_set(err, IX_LIMIT,
                                "the query took longer than %g s; narrow it, or allow more time",
                                (double)e->query_time_ms / IX_SECOND_MS);
}

enum ix_code ix_sqlite_fail(struct ix_sqlite *e, const char *what, struct ix_err *err) {
    if (e->callback_err.code != IX_OK) {
        struct ix_err cause = e->callback_err;
        e->callback_err = (struct ix_err){0};
        return ix_err_set_at(err, cause.code, cause.begin, cause.end, "%s", cause.text);
    }
    int result = sqlite3_extended_errcode(e->db);
    if (result == SQLITE_OK) {
        return ix_err_nomem(err); /* which the connection does not always notice by itself */
    }
    if ((result & 0xFF) == SQLITE_INTERRUPT) {
        return say_stopped(e, err);
    }
    if (strstr(sqlite3_errmsg(e->db), "parser stack overflow")) {
        return ix_err_set(err, IX_LIMIT,
                          "the query nests more groups and relations than the engine can hold; use "
                          "fewer, or `| where` and hops one after another");
    }
    return ix_err_set(err, ix_sqlite_code(result), "%s: %s", what, sqlite3_errmsg(e->db));
}

enum ix_code ix_sqlite_exec(struct ix_sqlite *e, const char *sql, struct ix_err *err) {
    return sqlite3_exec(e->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? IX_OK
               : ix_sqlite_fail(e, "the warehouse", err);
}

static const char *const statement_texts[] = {
#define IX_STATEMENT(symbol, sql) sql,
#include "indexer/warehouse/sqlite/statements.def"
#undef IX_STATEMENT
};

sqlite3_stmt *ix_sqlite_statement(struct ix_sqlite *e, enum ix_statement which,
                                  struct ix_err *err) {
    sqlite3_stmt **s = &e->statements[which];
    if (*s) {
        sqlite3_reset(*s);
        sqlite3_clear_bindings(*s);
    } else if (sqlite3_prepare_v3(e->db, statement_texts[which], -1, SQLITE_PREPARE_PERSISTENT, s,
                                  NULL) != SQLITE_OK) {
        ix_sqlite_fail(e, "preparing a statement", err);
        return NULL;
    }
    return *s;
}

void ix_sqlite_bind_text(sqlite3_stmt *s, int at, struct ix_sv text) {
    sqlite3_bind_text64(s, at, text.data ? text.data : "", text.size, SQLITE_STATIC, SQLITE_UTF8);
}

void ix_sqlite_bind_optional(sqlite3_stmt *s, int at, struct ix_sv text) {
    if (!ix_sv_empty(text)) {
        ix_sqlite_bind_text(s, at, text);
    }
}

void ix_sqlite_bind_time(sqlite3_stmt *s, int at, int64_t ms) {
    if (ms != IX_TIME_UNKNOWN) {
        sqlite3_bind_int64(s, at, ms);
    }
}

void ix_sqlite_bind_id(sqlite3_stmt *s, int at, int64_t id) {
    if (id != 0) {
        sqlite3_bind_int64(s, at, id);
    }
}

struct ix_sv ix_sqlite_text(sqlite3_stmt *s, int column) {
    const void *text = sqlite3_column_blob(s, column);
    return ix_sv_of(text, text ? (size_t)sqlite3_column_bytes(s, column) : 0);
}

struct ix_value ix_sqlite_value(sqlite3_stmt *s, int column) {
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
        return (struct ix_value){.kind = IX_VALUE_INT, .integer = sqlite3_column_int64(s, column)};
    case SQLITE_FLOAT:
        return (struct ix_value){.kind = IX_VALUE_REAL, .real = sqlite3_column_double(s, column)};
    case SQLITE_TEXT:
        return (struct ix_value){.kind = IX_VALUE_TEXT, .text = ix_sqlite_text(s, column)};
    case SQLITE_BLOB:
        return (struct ix_value){.kind = IX_VALUE_BLOB, .text = ix_sqlite_text(s, column)};
    default:
        return (struct ix_value){.kind = IX_VALUE_NULL};
    }
}

enum ix_code ix_sqlite_step(struct ix_sqlite *e, sqlite3_stmt *s, bool *ret_row,
                            struct ix_err *err) {
    int result = sqlite3_step(s);
    *ret_row = result == SQLITE_ROW;
    if (result == SQLITE_ROW || result == SQLITE_DONE) {
        return IX_OK;
    }
    /* without memory the statement may know the error and the connection not */
    return sqlite3_errcode(e->db) == SQLITE_OK
               ? ix_err_set(err, ix_sqlite_code(result), "the warehouse: %s",
                            sqlite3_errstr(result))
               : ix_sqlite_fail(e, "the warehouse", err);
}

enum ix_code ix_sqlite_run_statement(struct ix_sqlite *e, sqlite3_stmt *s, struct ix_err *err) {
    bool row;
    enum ix_code code = s ? ix_sqlite_step(e, s, &row, err) : err->code;
    if (s) {
        sqlite3_reset(s);
    }
    return code;
}

enum ix_code ix_sqlite_number(struct ix_sqlite *e, const char *sql, int64_t otherwise,
                              int64_t *ret_number, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = false;
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the warehouse", err);
    }
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *ret_number = row ? sqlite3_column_int64(s, 0) : otherwise;
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_sqlite_find_resource(struct ix_sqlite *e, struct ix_sv uid, int64_t *ret_rid,
                                     struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_RESOURCE_FIND, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, uid);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *ret_rid = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return code;
}

/* ---- deadlines ---- */

static int64_t monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * IX_SECOND_MS + now.tv_nsec / 1000000;
}

static int on_progress(void *context) {
    struct ix_sqlite *e = context;
    bool stopped = e->cancelled && *e->cancelled;
    return stopped || (e->deadline_ms && monotonic_ms() > e->deadline_ms);
}

enum ix_code ix_sqlite_pause(struct ix_sqlite *e, struct ix_err *err) {
    return on_progress(e) ? say_stopped(e, err) : IX_OK;
}

void ix_sqlite_limit(struct ix_sqlite *e, bool limited) {
    sqlite3_progress_handler(e->db, limited ? PROGRESS_STEPS : 0, on_progress, e);
}

void ix_sqlite_start_clock(struct ix_sqlite *e) {
    e->deadline_ms = e->query_time_ms ? monotonic_ms() + e->query_time_ms : 0;
}

/* ---- opening ---- */

static enum ix_code make_folder(const char *folder, struct ix_err *err) {
    char path[4096];
    size_t size = strlen(folder);
    if (size == 0 || size >= sizeof path) {
        return ix_err_set(err, IX_INVALID, "the name of the data folder is empty or too long");
    }
    memcpy(path, folder, size + 1);
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        char kept = path[i];
        path[i] = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return ix_err_errno(err, errno, "%s", path);
        }
        path[i] = kept;
    }
    return IX_OK;
}

/* SQLite takes what is shorter than its header for a new, empty file, and would begin anew. */
static enum ix_code refuse_cut_file(const char *path, struct ix_err *err) {
    enum { HEADER_BYTES = 100 };
    struct stat file;
    bool cut = stat(path, &file) == 0 && file.st_size > 0 && file.st_size < HEADER_BYTES;
    return cut ? ix_err_set(err, IX_CORRUPT, "%s: nearly nothing is left of it; restore a backup",
                            path)
               : IX_OK;
}

static enum ix_code open_database(struct ix_sqlite *e, const char *path, int flags,
                                  struct ix_err *err) {
    if (refuse_cut_file(path, err) != IX_OK) {
        return err->code;
    }
    int result = sqlite3_open_v2(path, &e->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK) {
        return ix_err_set(err, ix_sqlite_code(result), "%s: %s", path,
                          e->db ? sqlite3_errmsg(e->db) : "out of memory");
    }
    sqlite3_extended_result_codes(e->db, 1);
    sqlite3_busy_timeout(e->db, IX_BUSY_MS);
    sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(e->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    ix_sqlite_limit(e, true);
    enum ix_code code = ix_sqlite_add_functions(e, err);
    code = code == IX_OK ? ix_postings_add_table(e, err) : code;
    code = code == IX_OK ? ix_rows_add_table(e, err) : code;
    code = code == IX_OK ? ix_rid_set_add_functions(e, err) : code;
    code = code == IX_OK ? ix_column_add_functions(e, err) : code;
    code = code == IX_OK ? ix_names_add_function(e, err) : code;
    code = code == IX_OK ? ix_best_add_table(e, err) : code;
    code = code == IX_OK ? ix_sqlite_add_aggregate(e, err) : code;
    return code == IX_OK ? ix_sqlite_add_tokenizers(e, err) : code;
}

static enum ix_code set_up_writer(struct ix_sqlite *e, struct ix_err *err) {
    char pragmas[256];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=EXTRA; "
             "PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=0; PRAGMA secure_delete=OFF; "
             "PRAGMA cache_size=-%d; PRAGMA temp_store=FILE",
             IX_PAGE_SIZE, CACHE_KIB);
    return ix_sqlite_exec(e, pragmas, err);
}

static enum ix_code create_schema(struct ix_sqlite *e, struct ix_err *err) {
    char stamp[256];
    enum ix_code code = ix_sqlite_exec(e, "BEGIN IMMEDIATE", err);
    code = code == IX_OK ? ix_sqlite_exec(e, ix_sqlite_schema, err) : code;
    snprintf(stamp, sizeof stamp,
             "INSERT INTO meta VALUES ('generation', 0), ('term_seed', random()); "
             "PRAGMA application_id=%d; "
             "PRAGMA user_version=%d; COMMIT",
             IX_APPLICATION_ID, IX_SCHEMA_VERSION);
    code = code == IX_OK ? ix_sqlite_exec(e, stamp, err) : code;
    if (code != IX_OK) {
        (void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return code;
}

/* What the file is: ours and of this version, ours and newer, empty, or somebody else's. */
static enum ix_code check_schema(struct ix_sqlite *e, bool *ret_empty, int64_t *ret_version,
                                 struct ix_err *err) {
    int64_t version = 0;
    int64_t application = 0;
    int64_t tables = 0;
    enum ix_code code = ix_sqlite_number(e, "PRAGMA user_version", 0, &version, err);
    if (code == IX_OK) {
        code = ix_sqlite_number(e, "PRAGMA application_id", 0, &application, err);
    }
    if (code == IX_OK) {
        code = ix_sqlite_number(e, "SELECT count(*) FROM sqlite_schema", 0, &tables, err);
    }
    if (code != IX_OK) {
        return code;
    }
    *ret_empty = tables == 0;
    *ret_version = version;
    if (tables > 0 && (application != IX_APPLICATION_ID || version < 0)) {
        return ix_err_set(err, IX_CORRUPT, "infradex.db is not a warehouse of infradex");
    }
    if (version > IX_SCHEMA_VERSION) {
        return ix_err_set(err, IX_UNSUPPORTED,
                          "the warehouse was written by a newer infradex (schema %lld, this one "
                          "knows %d); use that one",
                          (long long)version, IX_SCHEMA_VERSION);
    }
    return IX_OK;
}

enum ix_code ix_sqlite_read_seed(struct ix_sqlite *e, struct ix_err *err) {
    int64_t seed = 0;
    enum ix_code code =
        ix_sqlite_number(e, "SELECT value FROM meta WHERE key = 'term_seed'", 0, &seed, err);
    e->term_seed = (uint64_t)seed;
    return code;
}

static enum ix_code open_writer(struct ix_sqlite *e, const char *path,
                                const struct ix_open_options *options, struct ix_err *err) {
    bool empty = false;
    int64_t version = 0;
    bool may_create = options->mode == IX_OPEN_WRITE;
    if (!may_create && access(path, F_OK) != 0) {
        return ix_err_errno(err, errno, "%s", path);
    }
    enum ix_code code = may_create ? make_folder(e->folder, err) : IX_OK;
    if (code == IX_OK) {
        code = ix_sqlite_lock(e->folder, options->wait_ms, options->cancelled, &e->lock_fd, err);
    }
    if (code == IX_OK) {
        code = open_database(e, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    }
    code = code == IX_OK ? set_up_writer(e, err) : code;
    code = code == IX_OK ? check_schema(e, &empty, &version, err) : code;
    if (code == IX_OK && empty) {
        code = create_schema(e, err);
    } else if (code == IX_OK && version < IX_SCHEMA_VERSION) {
        code = ix_sqlite_migrate(e, version, err);
    }
    return code == IX_OK ? ix_sqlite_read_seed(e, err) : code;
}

static enum ix_code open_reader(struct ix_sqlite *e, const char *path, struct ix_err *err) {
    bool empty = false;
    int64_t version = 0;
    if (access(path, R_OK) != 0) {
        return ix_err_errno(err, errno, "%s", path);
    }
    enum ix_code code = ix_sqlite_first_run(e->folder, path, err);
    code = code == IX_OK ? open_database(e, path, SQLITE_OPEN_READONLY, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e,
                                          "PRAGMA query_only=ON; PRAGMA mmap_size=0; "
                                          "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY",
                                          err)
                         : code;
    code = code == IX_OK ? check_schema(e, &empty, &version, err) : code;
    if (code == IX_OK && empty) {
        code = ix_err_set(err, IX_NOT_FOUND, "%s is empty", path);
    } else if (code == IX_OK && version < IX_SCHEMA_VERSION) {
        code = ix_err_set(err, IX_UNSUPPORTED,
                          "the warehouse was written by an older infradex (schema %lld, this one "
                          "has %d); infradex doctor, or indexing, brings it up to date",
                          (long long)version, IX_SCHEMA_VERSION);
    }
    return code == IX_OK ? ix_sqlite_read_seed(e, err) : code;
}

static void close_engine(struct ix_warehouse *warehouse) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    struct ix_err ignored = {0};
    if (e->run.active) {
        const struct ix_err why = {.code = IX_CANCELLED, .text = "not finished"};
        (void)(ix_sqlite_run_discard(warehouse, e->run.started_ms, &why, &ignored) == IX_OK);
    }
    for (size_t i = 0; i < IX_STATEMENT_COUNT; i++) {
        sqlite3_finalize(e->statements[i]);
    }
    ix_sqlite_forget_statements(e);
    ix_sqlite_forget_cost_room(e);
    if (e->writer && e->db) { /* small again, unless somebody still reads the old state */
        sqlite3_wal_checkpoint_v2(e->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite3_close_v2(e->db);
    ix_sqlite_unlock(e->lock_fd);
    ix_arena_done(&e->run.keep);
    ix_arena_done(&e->run.scratch);
    ix_buf_done(&e->run.text);
    ix_batch_done(e);
    ix_text_done(e);
    ix_column_done(e);
    ix_names_free(e->names);
    ix_intake_done(e);
    free(e->folder);
    free(e);
}

static void watch(struct ix_warehouse *warehouse, const bool *cancelled) {
    ix_sqlite_of(warehouse)->cancelled = cancelled;
}

/* SQLite counts all memory of the process under one lock, for which readers on several threads
 * waited; nobody asks for these figures. Too late when the process used SQLite before: it counts
 * on. */
static void count_no_memory(void) {
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum ix_code open_engine(const char *folder, const struct ix_open_options *options,
                                struct ix_warehouse **ret_warehouse, struct ix_err *err) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct ix_sqlite *e = calloc(1, sizeof *e);
    char *path = NULL;
    pthread_once(&once, count_no_memory);
    if (!e || !(e->folder = strdup(folder)) || asprintf(&path, "%s/infradex.db", folder) < 0) {
        if (e) {
            free(e->folder);
        }
        free(e);
        return ix_err_nomem(err);
    }
    e->warehouse.backend = &ix_backend_sqlite;
    e->lock_fd = -1;
    e->writer = options->mode != IX_OPEN_READ;
    e->log_max_bytes = options->log_max_bytes ? options->log_max_bytes : IX_LOG_MAX_BYTES;
    e->query_time_ms = options->query_time_ms;
    e->cancelled = options->cancelled;
    enum ix_code code = e->writer ? open_writer(e, path, options, err) : open_reader(e, path, err);
    free(path);
    if (code != IX_OK) {
        e->writer = false; /* nothing to checkpoint */
        close_engine(&e->warehouse);
        return code;
    }
    *ret_warehouse = &e->warehouse;
    return IX_OK;
}

const struct ix_backend ix_backend_sqlite = {
    .name = "sqlite",
    .dialect = &ix_sqlite_dialect,
    .open = open_engine,
    .close = close_engine,
    .watch = watch,
    .run_begin = ix_sqlite_run_admit,
    .run_publish = ix_sqlite_run_publish,
    .run_discard = ix_sqlite_run_discard,
    .select = ix_sqlite_select,
    .show = ix_sqlite_show,
    .explain = ix_sqlite_explain,
    .list = ix_sqlite_list,
    .export = ix_sqlite_export,
    .snapshot = ix_sqlite_snapshot,
    .generation = ix_sqlite_generation,
    .version = ix_sqlite_version,
    .check = ix_sqlite_check,
    .repair = ix_sqlite_mend,
    .backup = ix_sqlite_backup,
    .content_hash = ix_sqlite_content_hash,
    .cost = ix_sqlite_cost,
    .cost_periods = ix_sqlite_cost_periods,
    .cost_changes = ix_sqlite_cost_changes,
    .cost_ends = ix_sqlite_cost_ends,
    .cost_names = ix_sqlite_cost_names,
};
