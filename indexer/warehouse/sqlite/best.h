/* The resources that answer words best, found in one call of FTS5: see best.c. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_BEST_H
#define IX_INDEXER_WAREHOUSE_SQLITE_BEST_H

#include "indexer/warehouse/sqlite/engine.h"

/* A row of its result. */
struct ix_ranked {
    int64_t rid;
    double rank;     /* smaller is better */
    int64_t inexact; /* 0: it is called what was asked for, else 1 */
};

/* Adds ix_best to FTS5; a result code of SQLite. */
int ix_best_add(struct ix_sqlite *e, fts5_api *fts);
/* Adds the table ix_ranked, which reads what ix_best gives. */
IX_MUST_CHECK enum ix_code ix_best_add_table(struct ix_sqlite *e, struct ix_err *err);

#endif
