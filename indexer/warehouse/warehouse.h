/* The warehouse, as its callers see it: one folder with one SQLite file, written by one at a time,
 * read by many.
 *
 * Writing goes through runs: a run is one collection of one source; its rows become visible all at
 * once when it is published, or never. Reading goes through ix_cursor. Which engine is below is not
 * seen here (engine writers: backend.h, dialect.h).
 */
#ifndef IX_INDEXER_WAREHOUSE_WAREHOUSE_H
#define IX_INDEXER_WAREHOUSE_WAREHOUSE_H

#include "indexer/model/sink.h"
#include "indexer/warehouse/sql.h"

struct ix_warehouse;

enum ix_open_mode {
    IX_OPEN_READ,           /* never creates, never writes, needs no lock */
    IX_OPEN_WRITE,          /* creates when missing; holds the writer's lock until closed */
    IX_OPEN_WRITE_EXISTING, /* as WRITE, but IX_NOT_FOUND when missing */
};

enum { IX_LOG_MAX_BYTES = 1 << 30 };

struct ix_open_options {
    enum ix_open_mode mode;
    int64_t wait_ms;       /* for the writer's lock; 0: IX_BUSY at once, naming the owner */
    int64_t query_time_ms; /* readers: a query running longer ends with IX_LIMIT; 0: no limit */
    const bool *cancelled; /* looked at while queries run; NULL: never */
    /* writers: no run begins (IX_BUSY) while the write-ahead log is longer and a reader holds on to
     * an old state; 0: IX_LOG_MAX_BYTES */
    int64_t log_max_bytes;
};

/* `folder`: the data folder; the file in it is infradex.db. IX_NOT_FOUND when reading and there is
 * none; IX_BUSY; IX_UNSUPPORTED for a newer schema; IX_CORRUPT. */
IX_MUST_CHECK enum ix_code ix_warehouse_open(const char *folder,
                                             const struct ix_open_options *options,
                                             struct ix_warehouse **ret_warehouse,
                                             struct ix_err *err);
void ix_warehouse_close(struct ix_warehouse *warehouse); /* takes NULL; discards an open run */
/* Looks at another `cancelled` from now on (NULL: at none): a reader that serves one request after
 * another. It must live until the next call or the close. */
void ix_warehouse_watch(struct ix_warehouse *warehouse, const bool *cancelled);

/* ---- writing ---- */

struct ix_run_info {
    struct ix_sv source, source_kind;
    struct ix_sv location; /* path or endpoint, for people */
    int64_t started_ms;
};

/* What a run did. */
struct ix_run_result {
    int64_t run;        /* its number */
    int64_t generation; /* of the warehouse after it */
    int64_t seen, added, changed, unchanged, retired, relations, notes;
};

/* One run at a time. *ret_sink takes normalised records (put a normaliser in front) and belongs to
 * the warehouse; it is good until publish or discard. */
IX_MUST_CHECK enum ix_code ix_warehouse_run_begin(struct ix_warehouse *warehouse,
                                                  const struct ix_run_info *info,
                                                  struct ix_sink **ret_sink, struct ix_err *err);
/* Retires what whole scopes no longer contain, makes everything visible. On an error the run is
 * discarded. */
IX_MUST_CHECK enum ix_code ix_warehouse_run_publish(struct ix_warehouse *warehouse,
                                                    int64_t ended_ms,
                                                    struct ix_run_result *ret_result,
                                                    struct ix_err *err);
/* Nothing of the run stays but a line in the run log with the reason. */
IX_MUST_CHECK enum ix_code ix_warehouse_run_discard(struct ix_warehouse *warehouse,
                                                    int64_t ended_ms, const struct ix_err *why,
                                                    struct ix_err *err);

/* ---- reading ---- */

enum ix_value_kind { IX_VALUE_NULL, IX_VALUE_INT, IX_VALUE_REAL, IX_VALUE_TEXT, IX_VALUE_BLOB };

struct ix_value {
    enum ix_value_kind kind;
    int64_t integer;
    double real;
    struct ix_sv text; /* of TEXT and BLOB; borrowed until the next call on its cursor */
};

struct ix_cursor;
struct ix_dialect;

/* Runs a statement that query/lower built with this warehouse's dialect. */
IX_MUST_CHECK enum ix_code ix_warehouse_select(struct ix_warehouse *warehouse,
                                               const struct ix_sql *sql,
                                               struct ix_cursor **ret_cursor, struct ix_err *err);
/* *ret_row false: done. */
IX_MUST_CHECK enum ix_code ix_cursor_next(struct ix_cursor *cursor, bool *ret_row,
                                          struct ix_err *err);
size_t ix_cursor_column_count(const struct ix_cursor *cursor);
struct ix_value ix_cursor_value(const struct ix_cursor *cursor, size_t column);
void ix_cursor_close(struct ix_cursor *cursor); /* takes NULL */

/* How the engine would go about the statement, for people; in `arena`. */
IX_MUST_CHECK enum ix_code ix_warehouse_explain(struct ix_warehouse *warehouse,
                                                const struct ix_sql *sql, struct ix_arena *arena,
                                                struct ix_sv *ret_text, struct ix_err *err);
/* How fresh each source is: an array of {source, kind, last_whole, failed: [scopes]}. */
IX_MUST_CHECK enum ix_code ix_warehouse_freshness(struct ix_warehouse *warehouse,
                                                  struct ix_arena *arena, struct ix_json **ret_node,
                                                  struct ix_err *err);

/* What is kept beside resources, as rows with named columns. Columns whose name ends in "_ms" are
 * times. */
enum ix_listing {
    IX_LIST_SOURCES,   /* source, kind, resources, last_run_ms, last_whole_ms, location, failed
                          (scopes   whose newest reading was not whole, one a line) */
    IX_LIST_FRESHNESS, /* source, kind, last_whole_ms, failed: as above, without counting */
    IX_LIST_RUNS,      /* newest first: run, source, started_ms, ended_ms, outcome, seen, added,
                          changed, unchanged, retired, generation, error */
    IX_LIST_NOTES,     /* newest first: run, source, path, reason, skipped */
    IX_LIST_PATHS,     /* path, resources, example: property paths that hold `word` */
    IX_LIST_TAGS,      /* class (tag, label, annotation), key: whose "class.key" begins with `word`;
                          labels are those of tags, too */
    IX_LIST_HISTORY,   /* of the resource with uid `word`, newest first: at_ms, run, source, change,
                          path, old, new */
    IX_LIST_RELATIONS, /* of the resource with uid `word`: direction (to, from), type, basis,
                          uid, name, kind, path */
};
/* `limit` 0: all. */
IX_MUST_CHECK enum ix_code ix_warehouse_list(struct ix_warehouse *warehouse,
                                             enum ix_listing listing, struct ix_sv word,
                                             int64_t limit, struct ix_cursor **ret_cursor,
                                             struct ix_err *err);
struct ix_sv ix_cursor_column_name(const struct ix_cursor *cursor, size_t column);

/* Pushes what sources say (observations, then relations) into a sink, source by source, as
 * collectors did; then the lines of bills, source by source. `rids`: a select of the resources to
 * take, without bills; NULL: all that exist. */
IX_MUST_CHECK enum ix_code ix_warehouse_export(struct ix_warehouse *warehouse,
                                               const struct ix_sql *rids, struct ix_sink *sink,
                                               struct ix_err *err);

/* All selects between begin and end see one state of the warehouse. Only a begin that succeeded is
 * ended. */
IX_MUST_CHECK enum ix_code ix_warehouse_snapshot_begin(struct ix_warehouse *warehouse,
                                                       struct ix_err *err);
void ix_warehouse_snapshot_end(struct ix_warehouse *warehouse);

const struct ix_dialect *ix_warehouse_dialect(const struct ix_warehouse *warehouse);
IX_MUST_CHECK enum ix_code ix_warehouse_generation(struct ix_warehouse *warehouse,
                                                   int64_t *ret_generation, struct ix_err *err);
/* Within a snapshot: another number as soon as this warehouse sees anything that was written, a new
 * generation or not. Says nothing of the same file opened again. */
IX_MUST_CHECK enum ix_code ix_warehouse_version(struct ix_warehouse *warehouse,
                                                uint64_t *ret_version, struct ix_err *err);

/* ---- keeping it well ---- */

enum ix_finding_level { IX_FINDING_OK, IX_FINDING_WARNING, IX_FINDING_BROKEN };

struct ix_finding {
    enum ix_finding_level level;
    const char *check; /* "integrity", "text index", "sums of bills", "schema", "disk", ... */
    char text[256];    /* what was found, and what to do */
};

/* Calls `tell` once for each check. The code is IX_OK also when something is broken: the findings
 * say so. Needs IX_OPEN_WRITE for the text index's deep check. */
IX_MUST_CHECK enum ix_code ix_warehouse_check(struct ix_warehouse *warehouse, int64_t now_ms,
                                              void (*tell)(void *context,
                                                           const struct ix_finding *finding),
                                              void *context, struct ix_err *err);
/* Rebuilds everything that is derived (text and property index, tags, sums of bills) from the base
 * rows. */
IX_MUST_CHECK enum ix_code ix_warehouse_repair(struct ix_warehouse *warehouse, struct ix_err *err);
/* A consistent copy into a new file, while others write; verified after. IX_INVALID when the file
 * exists. */
IX_MUST_CHECK enum ix_code ix_warehouse_backup(struct ix_warehouse *warehouse, const char *file,
                                               struct ix_err *err);
/* A hash over everything a query can see, free of row numbers and of times of collection: equal
 * warehouses, equal hashes. For tests and `doctor`. */
IX_MUST_CHECK enum ix_code ix_warehouse_content_hash(struct ix_warehouse *warehouse,
                                                     struct ix_hash *ret_hash, struct ix_err *err);

#endif
