/* Passing over a set of resources with some of their columns open: for functions that SQL calls
 * with sets. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COLUMN_VISIT_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COLUMN_VISIT_H

#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/rid_set.h"

enum { IX_VISIT_COLUMNS_MAX = IX_TALLY_COLUMNS_MAX };

/* What is done with each resource of a set: the chunk's columns, the row. False: no memory. */
struct ix_visit {
    enum ix_column_id ids[IX_VISIT_COLUMNS_MAX];
    size_t count;
    bool (*row)(struct ix_visit *visit, const struct ix_column *columns, size_t row, int64_t rid);
};

IX_MUST_CHECK enum ix_code ix_visit_set(struct ix_sqlite *e, struct ix_visit *visit,
                                        const struct ix_rid_view *view, struct ix_err *err);

/* The column that a number in SQL means. */
enum ix_column_id ix_column_of(sqlite3_value *value);
/* The set, which it takes, or the error is what the function gives. */
void ix_column_give_set(sqlite3_context *context, struct ix_rid_set *set, const struct ix_err *err);

/* column_first.c */
void ix_first_of(sqlite3_context *context, int count, sqlite3_value **values);

#endif
