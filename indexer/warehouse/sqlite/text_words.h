/* Words of many resources, gathered in memory and turned into one sorted run of lists.
 *
 * A run is a row of entries in the order of their words: the size of the word and the word, the
 * last rid of its list, the size of the list in bytes, and the list: for each resource that has the
 * word the rid (as a difference, the first one whole), twice the size of its places, and the
 * places, as FTS5 keeps them in a doclist (the essay in SQLite's ext/fts5/fts5_index.c). Numbers
 * are varints.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_TEXT_WORDS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_TEXT_WORDS_H

#include "base/buf.h"

enum { IX_TEXT_COLUMNS = 5 }; /* of table search */

enum { IX_TEXT_RESOURCES_MAX = 1 << 16 }; /* in one run */

struct ix_text_resource {
    size_t end;                       /* its words end there */
    uint32_t counts[IX_TEXT_COLUMNS]; /* places of each column, as FTS5 counts them */
};

struct ix_text_slot;
struct ix_text_term;
struct ix_text_place;
struct ix_text_order;

/* Zeroed is empty. */
struct ix_text_words {
    struct ix_text_slot *slots; /* open addressing, from words to terms */
    size_t slot_count;          /* a power of two */
    struct ix_text_term *terms;
    size_t term_count, term_capacity;
    struct ix_buf texts;          /* of the terms */
    struct ix_text_place *places; /* in the order of the texts; once arranged, of the words */
    size_t place_count, place_capacity;
    struct ix_text_order *orders; /* of the terms, once arranged */
    struct ix_text_resource *resources;
    size_t resource_count, resource_capacity;
    /* what they are, which may be found out later and by another thread: those that are named so
     * far, ascending; below 0: it is not in the run, and none is further down than that */
    int64_t *rids;
    size_t named;
};

void ix_text_words_clear(struct ix_text_words *w); /* keeps its memory */
void ix_text_words_done(struct ix_text_words *w);

/* It has grown to its limit: make a run of it before more is added. */
bool ix_text_words_full(const struct ix_text_words *w);
IX_MUST_CHECK enum ix_code ix_text_words_add(struct ix_text_words *w,
                                             const struct ix_sv columns[IX_TEXT_COLUMNS],
                                             struct ix_err *err);
/* The next one that has no name yet; `rid` is above all that were named, or 0: it is not in the
 * run. */
void ix_text_words_name(struct ix_text_words *w, int64_t rid);
/* Leaves the resource out of the run; false when it is not there. */
bool ix_text_words_withdraw(struct ix_text_words *w, int64_t rid);
/* The larger part of making a run, for which nothing needs a name yet: puts words and places in
 * their order. Nothing is added after it. */
IX_MUST_CHECK enum ix_code ix_text_words_arrange(struct ix_text_words *w, struct ix_err *err);
/* Appends the run to `run`, arranging what is not yet; all are named. */
IX_MUST_CHECK enum ix_code ix_text_words_sort(struct ix_text_words *w, struct ix_buf *run,
                                              struct ix_err *err);

#endif
