/* Runs of words (text_words.h) on their way into one segment: put aside in a temporary table, which
 * spills to disk by itself, and then merged. Runs come in the order of their rids, so the lists of
 * a word follow each other. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_TEXT_RUNS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_TEXT_RUNS_H

#include "indexer/warehouse/sqlite/text_segment.h"

struct ix_text_runs {
    int64_t *ends; /* the part behind the last one of each run */
    size_t count, capacity;
};

/* Takes a copy of the run. */
IX_MUST_CHECK enum ix_code ix_text_runs_add(struct ix_text_runs *runs, struct ix_sqlite *e,
                                            struct ix_sv run, struct ix_err *err);
/* All that was put aside, and then `last`, which may be empty. */
IX_MUST_CHECK enum ix_code ix_text_runs_merge(struct ix_text_runs *runs, struct ix_sv last,
                                              struct ix_text_segment *into);
/* Also what an earlier transaction left behind. */
IX_MUST_CHECK enum ix_code ix_text_runs_clear(struct ix_text_runs *runs, struct ix_sqlite *e,
                                              struct ix_err *err);
void ix_text_runs_done(struct ix_text_runs *runs);

#endif
