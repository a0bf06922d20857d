/* The function by which resources that words find are put in order: see rank.c. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_RANK_H
#define IX_INDEXER_WAREHOUSE_SQLITE_RANK_H

#include "indexer/warehouse/sqlite/engine.h"

/* Adds ix_rank to FTS5; a result code of SQLite. */
int ix_rank_add(struct ix_sqlite *e, fts5_api *fts);

#endif
