/* A segment of the text index, written page by page as FTS5 lays it out.
 *
 * The layout is that of SQLite's ext/fts5/fts5_index.c (the essay at its head: "Segment leaves",
 * "Segment doclist indexes"), which every later FTS5 reads. Words come in their order, the lists of
 * a word in the order of their rids.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_TEXT_SEGMENT_H
#define IX_INDEXER_WAREHOUSE_SQLITE_TEXT_SEGMENT_H

#include "indexer/warehouse/sqlite/engine.h"

enum {
    IX_TEXT_PAGE = 4050, /* FTS5's `pgsz`, unless it is configured */
    IX_TEXT_LEVELS = 8,  /* of an index of pages */
};

/* An index of the pages that the list of one word fills: its own pages, level by level. */
struct ix_text_page_index {
    struct ix_buf bytes;
    int64_t page, before; /* the number of this page; the rid that was added last */
};

struct ix_text_segment {
    struct ix_sqlite *e;
    struct ix_err *err;
    int64_t number;
    int64_t page; /* of the leaf that is being filled, from 1 */
    struct ix_buf leaf, footer, word;
    size_t word_at; /* where the last word of the leaf begins */
    bool no_word, no_rid, list_begins;
    int64_t rid; /* that was added last */
    /* what the table search_idx gets once it is known whether the word has an index of pages */
    struct ix_buf key;
    int64_t key_page, pages_without_word;
    struct ix_text_page_index levels[IX_TEXT_LEVELS];
};

/* `err` keeps the first error of all that follows. */
void ix_text_segment_begin(struct ix_text_segment *s, struct ix_sqlite *e, int64_t number,
                           struct ix_err *err);
void ix_text_segment_word(struct ix_text_segment *s, struct ix_sv word);
/* Of the word given last; `list` as in text_words.h, `last` its last rid. */
void ix_text_segment_list(struct ix_text_segment *s, struct ix_sv list, int64_t last);
/* Writes what is left; *ret_pages: how many there are. */
IX_MUST_CHECK enum ix_code ix_text_segment_end(struct ix_text_segment *s, int64_t *ret_pages);
void ix_text_segment_done(struct ix_text_segment *s);

#endif
