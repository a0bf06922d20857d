/* The SQLite engine's own types and pieces; nothing outside this folder sees them. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_ENGINE_H
#define IX_INDEXER_WAREHOUSE_SQLITE_ENGINE_H

#include <sqlite3.h>

#include "base/buf.h"
#include "base/map.h"
#include "indexer/warehouse/backend.h"

enum {
    IX_SCHEMA_VERSION = 4,          /* PRAGMA user_version */
    IX_APPLICATION_ID = 0x49584458, /* "IXDX": PRAGMA application_id */
    IX_PAGE_SIZE = 16384,
    IX_STATEMENTS_KEPT = 24, /* of searches, ready for the next one of the same form */
    IX_BUSY_MS = 10000,      /* how long SQLite's own locks are waited for */
};

/* Numbers of one property stand apart in prop_num by what can be asked of them. */
enum ix_number_class {
    IX_NUMBER_SHORT, /* a double is all of it */
    IX_NUMBER_LONG,  /* near the double; the document has the rest */
    IX_NUMBER_TIME,  /* ms of a text that reads as a time */
    IX_NUMBER_CLASSES
};

/* Statements that are prepared once and used often; statements.def has their text. */
enum ix_statement {
#define IX_STATEMENT(symbol, sql) IX_STATEMENT_##symbol,
#include "indexer/warehouse/sqlite/statements.def"
#undef IX_STATEMENT
    IX_STATEMENT_COUNT
};

struct ix_sqlite;
struct ix_batch;
struct ix_text;
struct ix_row_source;
struct ix_facts;
struct ix_intake;
struct ix_cost_load;
struct ix_column_cache;
struct ix_names;
struct ix_said;

/* The run that is being written. */
struct ix_sqlite_run {
    struct ix_sink sink;
    struct ix_sqlite *engine;
    bool active;
    bool known_source; /* it has had a run */
    bool known_any;    /* there were resources before */
    int64_t sid, run, started_ms;
    struct ix_sv source, kind, location; /* in `keep` */
    struct ix_arena keep;                /* of the run: words found */
    struct ix_map words;                 /* field 0x1F value -> wid */
    struct ix_map paths;                 /* property path -> pid */
    struct ix_arena scratch;             /* of one record */
    struct ix_buf text;                  /* for one text at a time */
    struct ix_intake *intake;
    struct ix_batch *batch;
    struct ix_text *text_index;
    struct ix_cost_load *cost; /* NULL: no line of a bill has come */
    struct ix_run_result result;
    bool relations_changed;
};

struct ix_sqlite {
    struct ix_warehouse warehouse;
    sqlite3 *db;
    bool writer;
    int lock_fd; /* -1: none */
    char *folder;
    int64_t log_max_bytes;
    bool unlogged; /* log.c: its first run is being written */
    sqlite3_stmt *statements[IX_STATEMENT_COUNT];
    struct ix_sqlite_run run;
    uint64_t term_seed;                     /* postings.h */
    struct ix_row_source *rows;             /* rows.h; while they are inserted */
    sqlite3_stmt *kept[IX_STATEMENTS_KEPT]; /* read.c; the oldest first */
    size_t kept_count;
    struct ix_column_cache *columns; /* column.h; NULL: none was read */
    struct ix_names *names;          /* show.h; NULL: none was read */
    struct ix_cost_room *cost_room;  /* cost_scan.h; NULL: no costs were asked for */
    int snapshots;
    /* the deadline of the statement that runs */
    int64_t query_time_ms;
    int64_t deadline_ms; /* of CLOCK_MONOTONIC; 0: none */
    const bool *cancelled;
    struct ix_err callback_err; /* what a test or map said while a statement ran */
};

static inline struct ix_sqlite *ix_sqlite_of(struct ix_warehouse *warehouse) {
    return (struct ix_sqlite *)warehouse;
}

/* ---- database.c ---- */
/* What SQLite's result (also an extended one) is to us. */
enum ix_code ix_sqlite_code(int result);
/* The error that the database reports, with `what` was tried in front. */
enum ix_code ix_sqlite_fail(struct ix_sqlite *e, const char *what, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_exec(struct ix_sqlite *e, const char *sql, struct ix_err *err);
/* A cached statement, reset and without values; NULL and `err` when it cannot be prepared. */
sqlite3_stmt *ix_sqlite_statement(struct ix_sqlite *e, enum ix_statement which, struct ix_err *err);
void ix_sqlite_bind_text(sqlite3_stmt *s, int at, struct ix_sv text); /* borrowed while it runs */
void ix_sqlite_bind_optional(sqlite3_stmt *s, int at, struct ix_sv text); /* empty: NULL */
void ix_sqlite_bind_time(sqlite3_stmt *s, int at, int64_t ms);            /* unknown: NULL */
void ix_sqlite_bind_id(sqlite3_stmt *s, int at, int64_t id);              /* 0: NULL */
struct ix_sv ix_sqlite_text(sqlite3_stmt *s, int column);     /* borrowed until the next step */
struct ix_value ix_sqlite_value(sqlite3_stmt *s, int column); /* its text is borrowed as well */
/* One step that gives a row (*ret_row) or ends. */
IX_MUST_CHECK enum ix_code ix_sqlite_step(struct ix_sqlite *e, sqlite3_stmt *s, bool *ret_row,
                                          struct ix_err *err);
/* For statements that give no row. */
IX_MUST_CHECK enum ix_code ix_sqlite_run_statement(struct ix_sqlite *e, sqlite3_stmt *s,
                                                   struct ix_err *err);
/* The number in the first column of the first row; `otherwise` when there is none. */
IX_MUST_CHECK enum ix_code ix_sqlite_number(struct ix_sqlite *e, const char *sql, int64_t otherwise,
                                            int64_t *ret_number, struct ix_err *err);

/* The resource with this uid, also one that is gone; 0: none. */
IX_MUST_CHECK enum ix_code ix_sqlite_find_resource(struct ix_sqlite *e, struct ix_sv uid,
                                                   int64_t *ret_rid, struct ix_err *err);

/* Terms are hashed with it; it is a row. */
IX_MUST_CHECK enum ix_code ix_sqlite_read_seed(struct ix_sqlite *e, struct ix_err *err);

/* The deadline of the statement that begins now. */
void ix_sqlite_start_clock(struct ix_sqlite *e);
/* Whether statements end when their time is over or who asked went away. One that is kept counts
 * its steps over all of its runs, so even the shortest is asked about now and then: those that are
 * no query run without a limit. */
void ix_sqlite_limit(struct ix_sqlite *e, bool limited);
/* For long work between statements: IX_CANCELLED, or IX_LIMIT past the deadline. */
IX_MUST_CHECK enum ix_code ix_sqlite_pause(struct ix_sqlite *e, struct ix_err *err);

/* ---- aggregate.c, functions.c, tokenizer.c ---- */
#define IX_TEST_POINTER "ix_value_test"
#define IX_MAP_POINTER  "ix_value_map"
IX_MUST_CHECK enum ix_code ix_sqlite_add_functions(struct ix_sqlite *e, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_add_aggregate(struct ix_sqlite *e, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_add_tokenizers(struct ix_sqlite *e, struct ix_err *err);

/* ---- lock.c ---- */
IX_MUST_CHECK enum ix_code ix_sqlite_lock(const char *folder, int64_t wait_ms,
                                          const bool *cancelled, int *ret_fd, struct ix_err *err);
void ix_sqlite_unlock(int fd);
/* Who holds the lock, in words; empty when nobody does. */
struct ix_sv ix_sqlite_lock_owner(const char *folder, char text[256]);

/* ---- words.c ---- */
/* The number of a word of a vocabulary, made when it is new; 0 for the empty one. */
IX_MUST_CHECK enum ix_code ix_sqlite_word(struct ix_sqlite *e, const char *field,
                                          struct ix_sv value, int64_t *ret_wid, struct ix_err *err);

/* ---- derive.c: what is derived from one resource ---- */
IX_MUST_CHECK enum ix_code ix_sqlite_derive(struct ix_sqlite *e, int64_t rid, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_underive(struct ix_sqlite *e, int64_t rid, struct ix_err *err);
/* Of a resource that has only this observation and no row was read of. */
IX_MUST_CHECK enum ix_code ix_sqlite_derive_new(struct ix_sqlite *e, int64_t rid,
                                                const struct ix_said *said, struct ix_err *err);
/* Only what belongs into sorted tables, into the batch; of a row rid, uid, id, properties, tags. */
IX_MUST_CHECK enum ix_code ix_sqlite_derive_rows(struct ix_sqlite *e, sqlite3_stmt *row,
                                                 struct ix_err *err);
/* The texts of what may become one, ahead of that, on the collector's side. */
IX_MUST_CHECK enum ix_code ix_sqlite_gather(struct ix_sqlite *e, struct ix_said *said,
                                            struct ix_arena *arena, struct ix_err *err);

/* ---- observe.c ---- */
IX_MUST_CHECK enum ix_code ix_sqlite_observe(struct ix_sqlite *e, const struct ix_said *said,
                                             struct ix_err *err);
/* Takes the resource out of the derived tables, once in a run, before anything of it changes. */
IX_MUST_CHECK enum ix_code ix_sqlite_touch(struct ix_sqlite *e, int64_t rid, struct ix_err *err);
/* Documents are never rewritten: what changes gets a new one, and the old one is dropped by one of
 * the statements DOCUMENT_DROP_… when nothing shows it any more. */
IX_MUST_CHECK enum ix_code ix_sqlite_add_document(struct ix_sqlite *e, struct ix_sv props,
                                                  struct ix_sv tags, int64_t *ret_did,
                                                  struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_drop_document(struct ix_sqlite *e, enum ix_statement how,
                                                   int64_t did, int64_t rid, struct ix_err *err);

/* ---- merge.c ---- */
/* The hash of a resource's state. */
IX_MUST_CHECK enum ix_code ix_sqlite_state_hash(struct ix_sqlite *e, const struct ix_facts *facts,
                                                struct ix_sv address, struct ix_sv props,
                                                struct ix_sv tags, struct ix_hash *ret_hash,
                                                struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_merge(struct ix_sqlite *e, int64_t rid, bool is_new,
                                           int64_t now_ms, struct ix_err *err);

/* ---- relate.c ---- */
IX_MUST_CHECK enum ix_code
ix_sqlite_put_relation(struct ix_sqlite *e, const struct ix_relation *relation, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_relate(struct ix_sqlite *e, struct ix_err *err);

/* ---- run.c ---- */
/* The numbers of words and paths that are remembered. */
void ix_sqlite_forget(struct ix_sqlite *e);
enum ix_code ix_sqlite_run_begin(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                                 struct ix_sink **ret_sink, struct ix_err *err);
enum ix_code ix_sqlite_run_publish(struct ix_warehouse *warehouse, int64_t ended_ms,
                                   struct ix_run_result *ret_result, struct ix_err *err);
enum ix_code ix_sqlite_run_discard(struct ix_warehouse *warehouse, int64_t ended_ms,
                                   const struct ix_err *why, struct ix_err *err);

/* ---- read.c, list.c, export.c ---- */
void ix_sqlite_forget_statements(struct ix_sqlite *e);
enum ix_code ix_sqlite_select(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                              struct ix_cursor **ret_cursor, struct ix_err *err);
enum ix_code ix_sqlite_explain(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                               struct ix_arena *arena, struct ix_sv *ret_text, struct ix_err *err);
/* One of this text that was kept and is free, or a new one; without values. */
IX_MUST_CHECK enum ix_code ix_sqlite_prepare_kept(struct ix_sqlite *e, struct ix_sv text,
                                                  sqlite3_stmt **ret_statement, struct ix_err *err);
/* A cursor over a statement, which it keeps for the next one of its text when it is closed. */
IX_MUST_CHECK enum ix_code ix_sqlite_cursor(struct ix_sqlite *e, sqlite3_stmt *s,
                                            struct ix_cursor **ret_cursor, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_sqlite_prepare(struct ix_sqlite *e, const struct ix_sql *sql,
                                             const char *prefix, sqlite3_stmt **ret_statement,
                                             struct ix_err *err);
enum ix_code ix_sqlite_list(struct ix_warehouse *warehouse, enum ix_listing listing,
                            struct ix_sv word, int64_t limit, struct ix_cursor **ret_cursor,
                            struct ix_err *err);
enum ix_code ix_sqlite_export(struct ix_warehouse *warehouse, const struct ix_sql *rids,
                              struct ix_sink *sink, struct ix_err *err);
enum ix_code ix_sqlite_snapshot(struct ix_warehouse *warehouse, bool begin, struct ix_err *err);
enum ix_code ix_sqlite_generation(struct ix_warehouse *warehouse, int64_t *ret_generation,
                                  struct ix_err *err);
enum ix_code ix_sqlite_version(struct ix_warehouse *warehouse, uint64_t *ret_version,
                               struct ix_err *err);

/* ---- cost_ask.c, cost_list.c ---- */
void ix_sqlite_forget_cost_room(struct ix_sqlite *e);
enum ix_code ix_sqlite_cost(struct ix_warehouse *warehouse, const struct ix_cost_question *question,
                            struct ix_arena *arena, struct ix_cost_answer *ret_answer,
                            struct ix_err *err);
enum ix_code ix_sqlite_cost_periods(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                    struct ix_cost_periods *ret_periods, struct ix_err *err);
enum ix_code ix_sqlite_cost_changes(struct ix_warehouse *warehouse, int64_t run,
                                    struct ix_arena *arena, struct ix_cost_changes *ret_changes,
                                    struct ix_err *err);
enum ix_code ix_sqlite_cost_ends(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                 struct ix_cost_ends *ret_ends, struct ix_err *err);
enum ix_code ix_sqlite_cost_names(struct ix_warehouse *warehouse, enum ix_cost_names names,
                                  struct ix_arena *arena, struct ix_cost_name_list *ret_names,
                                  struct ix_err *err);

/* ---- care.c ---- */
enum ix_code ix_sqlite_check(struct ix_warehouse *warehouse, int64_t now_ms,
                             void (*tell)(void *context, const struct ix_finding *finding),
                             void *context, struct ix_err *err);
enum ix_code ix_sqlite_repair(struct ix_warehouse *warehouse, struct ix_err *err);
enum ix_code ix_sqlite_backup(struct ix_warehouse *warehouse, const char *file, struct ix_err *err);
enum ix_code ix_sqlite_content_hash(struct ix_warehouse *warehouse, struct ix_hash *ret_hash,
                                    struct ix_err *err);

/* ---- log.c ---- */
/* ix_sqlite_run_begin, unless the write-ahead log is too long: IX_BUSY. */
enum ix_code ix_sqlite_run_admit(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                                 struct ix_sink **ret_sink, struct ix_err *err);

/* After it: the write-ahead log is used (again). */
void ix_sqlite_log_again(struct ix_sqlite *e);
/* Before reading: IX_BUSY while the first run of all is being written; what a broken one left is
 * taken back. */
IX_MUST_CHECK enum ix_code ix_sqlite_first_run(const char *folder, const char *path,
                                               struct ix_err *err);

/* ---- rebuild.c ---- */
/* As ix_sqlite_repair, and by rebuilding where that is not enough. */
enum ix_code ix_sqlite_mend(struct ix_warehouse *warehouse, struct ix_err *err);
/* Everything anew from the base rows, in a file beside that then takes the place of this one. */
IX_MUST_CHECK enum ix_code ix_sqlite_rebuild(struct ix_sqlite *e, struct ix_err *err);
/* From an older schema to this one, after a verified copy into the data folder. */
IX_MUST_CHECK enum ix_code ix_sqlite_migrate(struct ix_sqlite *e, int64_t version,
                                             struct ix_err *err);

extern const struct ix_dialect ix_sqlite_dialect;

#endif
