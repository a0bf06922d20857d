/* Runs of words (text_words.h) on their way into one segment: put aside (spill.h), and then merged.
 * Runs come in the order of their rids, so the lists of a word follow each other. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_TEXT_RUNS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_TEXT_RUNS_H

#include "indexer/warehouse/sqlite/spill.h"
#include "indexer/warehouse/sqlite/text_segment.h"

/* All that was put aside, and then `last`, which may be empty. */
IX_MUST_CHECK enum ix_code ix_text_runs_merge(const struct ix_spill *runs, struct ix_sv last,
                                              struct ix_text_segment *into);

#endif
