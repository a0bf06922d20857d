/* Rows that one statement inserts, pulled from memory: INSERT … SELECT a, b, c FROM ix_rows.
 *
 * One statement for many rows keeps its place in the table, so rows that come in the table's order
 * cost a fraction of what a statement for each costs: no search from the root, no start and end. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_ROWS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_ROWS_H

#include "indexer/warehouse/sqlite/engine.h"

enum { IX_ROW_COLUMNS = 4 }; /* a, b, c, d */

struct ix_row_source {
    bool (*next)(struct ix_row_source *source); /* the first one too; false: no more, or *err */
    void (*column)(struct ix_row_source *source, sqlite3_context *context, int column);
    struct ix_err *err;
};

/* Adds the table ix_rows; it gives the rows of the source that is inserted from. */
IX_MUST_CHECK enum ix_code ix_rows_add_table(struct ix_sqlite *e, struct ix_err *err);
/* Runs `sql` with the source's rows; one source at a time. */
IX_MUST_CHECK enum ix_code ix_rows_insert(struct ix_sqlite *e, const char *sql,
                                          struct ix_row_source *source);

#endif
