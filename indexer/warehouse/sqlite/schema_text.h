/* The .sql files of this folder as texts; meson writes schema_text.c from them. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_SCHEMA_TEXT_H
#define IX_INDEXER_WAREHOUSE_SQLITE_SCHEMA_TEXT_H

extern const char ix_sqlite_schema[];  /* schema.sql: a new warehouse */
extern const char ix_sqlite_indexes[]; /* indexes.sql: after the first load; harmless again */

#endif
