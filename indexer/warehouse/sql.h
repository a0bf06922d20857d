/* ix_sql: a statement being written: text with ?N places, and the values bound to them.
 *
 * User data enters only through the bind functions; ix_sql_text takes constant text alone. So what
 * a user typed can never become SQL.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQL_H
#define IX_INDEXER_WAREHOUSE_SQL_H

#include "base/arena.h"
#include "base/buf.h"

/* A condition that the engine asks for, value by value: what an index cannot decide. It may be
 * called any number of times while the statement runs, from the thread that runs it. Filling `err`
 * ends the statement with that error. The value is NULL-free text, or JSON where a clause says so.
 */
struct ix_value_test {
    bool (*holds)(void *context, struct ix_sv value, struct ix_err *err);
    void *context; /* must outlive the statement */
};

/* A value made of another one by the caller: `out` left empty is NULL. Else as ix_value_test. */
struct ix_value_map {
    void (*map)(void *context, struct ix_sv value, struct ix_buf *out, struct ix_err *err);
    void *context;
};

enum ix_bind_kind {
    IX_BIND_NULL,
    IX_BIND_INT,
    IX_BIND_REAL,
    IX_BIND_TEXT,
    IX_BIND_BLOB,
    IX_BIND_TEST,
    IX_BIND_MAP,
};

struct ix_bind {
    enum ix_bind_kind kind;
    int64_t integer;
    double real;
    struct ix_sv text;                /* in the arena */
    const struct ix_value_test *test; /* of TEST; borrowed */
    const struct ix_value_map *map;   /* of MAP; borrowed */
};

enum { IX_SQL_BINDS_MAX = 30000 }; /* below SQLite's SQLITE_MAX_VARIABLE_NUMBER (32766) */

struct ix_sql {
    struct ix_arena *arena; /* borrowed; holds the bound texts */
    struct ix_buf text;
    struct ix_bind *binds; /* malloc'ed */
    size_t bind_count, bind_capacity;
    bool failed; /* out of memory or too many binds; sticky */
};

void ix_sql_init(struct ix_sql *sql, struct ix_arena *arena);
void ix_sql_done(struct ix_sql *sql); /* takes NULL or zeroed */

/* Constant text only: never anything a user typed. */
void ix_sql_text(struct ix_sql *sql, const char *text);
/* Writes the next "?N" and binds the value. */
void ix_sql_bind_text(struct ix_sql *sql, struct ix_sv value);
void ix_sql_bind_blob(struct ix_sql *sql, struct ix_sv value);
void ix_sql_bind_int(struct ix_sql *sql, int64_t value);
void ix_sql_bind_real(struct ix_sql *sql, double value);
void ix_sql_bind_test(struct ix_sql *sql, const struct ix_value_test *test);
void ix_sql_bind_map(struct ix_sql *sql, const struct ix_value_map *map);
/* Appends another statement's text and binds, its places renumbered. */
void ix_sql_append(struct ix_sql *sql, const struct ix_sql *part);

IX_MUST_CHECK enum ix_code ix_sql_check(const struct ix_sql *sql, struct ix_err *err);

#endif
