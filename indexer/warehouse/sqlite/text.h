/* The text index (FTS5's table `search`), as the rest of the engine writes it.
 *
 * What is added is gathered, put in order and written as a segment of FTS5's own form, at a
 * fraction of what inserting costs (docs/decisions/0010-text-index.md). What is taken out goes
 * through FTS5, which also merges segments and answers. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_TEXT_H
#define IX_INDEXER_WAREHOUSE_SQLITE_TEXT_H

#include "indexer/warehouse/sqlite/text_words.h"

struct ix_sqlite;

/* Nothing is gathered; memory is kept for the next run. After ix_spill_begin. */
IX_MUST_CHECK enum ix_code ix_text_begin(struct ix_sqlite *e, struct ix_err *err);
void ix_text_done(struct ix_sqlite *e);

/* Ahead of the writer, on the collector's side: the texts of a record, of which nobody knows yet
 * whether it is a new resource. Records are named in the order in which they were gathered. Room is
 * made before a record is begun, since that may have the writer take all records before it. */
IX_MUST_CHECK enum ix_code ix_text_make_room(struct ix_sqlite *e, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_text_gather(struct ix_sqlite *e,
                                          const struct ix_sv columns[IX_TEXT_COLUMNS],
                                          struct ix_text_words **ret_words, struct ix_err *err);
/* On the writer's side. `rid`: as in text_words.h; 0: it is no new resource. */
void ix_text_name(struct ix_sqlite *e, struct ix_text_words *words, int64_t rid);

/* ---- on the writer's side, in runs and repairs that gather nothing ahead ---- */
/* The texts are those of the view search_text. */
IX_MUST_CHECK enum ix_code ix_text_add(struct ix_sqlite *e, int64_t rid,
                                       const struct ix_sv columns[IX_TEXT_COLUMNS],
                                       struct ix_err *err);
/* With the texts that were added. */
IX_MUST_CHECK enum ix_code ix_text_remove(struct ix_sqlite *e, int64_t rid,
                                          const struct ix_sv columns[IX_TEXT_COLUMNS],
                                          struct ix_err *err);
/* All that was gathered is in the index; nothing is being gathered ahead. */
IX_MUST_CHECK enum ix_code ix_text_flush(struct ix_sqlite *e, struct ix_err *err);

#endif
