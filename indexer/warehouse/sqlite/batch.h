/* What is derived from resources and belongs into sorted tables: gathered in memory, written in the
 * tables' own order. Rows that arrive in order cost a fraction of rows that arrive anywhere. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_BATCH_H
#define IX_INDEXER_WAREHOUSE_SQLITE_BATCH_H

#include "base/arena.h"
#include "indexer/warehouse/sqlite/postings.h"
#include "indexer/warehouse/sqlite/rows.h"
#include "indexer/warehouse/sqlite/spill.h"

enum ix_batch_kind {
    IX_BATCH_TERMS,
    IX_BATCH_NUMBERS,
    IX_BATCH_TAGS,
    IX_BATCH_REFERENCES,
    IX_BATCH_ADDRESSES,
    IX_BATCH_KINDS
};

struct ix_batch_rows {
    char *rows;
    size_t count, capacity; /* in rows */
};

/* What the rows are: of terms struct ix_posting. */
struct ix_batch_number {
    int64_t key, rid;
    double number;
};

/* A tag, a reference or an address; most values come many times, and stand once. */
struct ix_batch_text {
    int64_t rid;
    uint32_t value, last; /* its value's number; class, or pid */
};

struct ix_batch_value {
    struct ix_sv text, folded; /* folded: what it is sorted by */
    int64_t key;               /* of a tag */
    size_t end;                /* while they are sorted: where its texts end */
};

struct ix_batch {
    struct ix_batch_rows of[IX_BATCH_KINDS];
    struct ix_batch_rows values[IX_BATCH_KINDS]; /* of tags, references and addresses */
    struct ix_map numbers[IX_BATCH_KINDS];       /* of these values */
    struct ix_batch_rows withdrawn;
    struct ix_spill aside[IX_BATCH_KINDS]; /* full ones, each in its order; none of terms */
    struct ix_arena texts;                 /* values, and what they are found by */
    int64_t rid;                           /* the resource at hand */
    size_t rows_max;                       /* of one kind; a test makes it small */
    bool summing;                          /* nothing is written, however much is gathered */
};

/* An empty one; its memory is kept for the next run. */
IX_MUST_CHECK enum ix_code ix_batch_begin(struct ix_sqlite *e, struct ix_err *err);
void ix_batch_done(struct ix_sqlite *e);

/* Texts are copied. With the first of a resource, what has grown to its limit is put aside. */
IX_MUST_CHECK enum ix_code ix_batch_term(struct ix_sqlite *e, int64_t rid, struct ix_sv term,
                                         struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_batch_number(struct ix_sqlite *e, int64_t rid, int64_t key,
                                           double number, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_batch_tag(struct ix_sqlite *e, int64_t rid, int64_t key,
                                        struct ix_sv value, enum ix_tag_class class_,
                                        struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_batch_reference(struct ix_sqlite *e, int64_t rid, int64_t pid,
                                              struct ix_sv value, struct ix_err *err);
/* `range` as in table address. */
IX_MUST_CHECK enum ix_code ix_batch_address(struct ix_sqlite *e, int64_t rid, struct ix_sv range,
                                            struct ix_err *err);
/* What was gathered of `rid` so far is not written. */
IX_MUST_CHECK enum ix_code ix_batch_withdraw(struct ix_sqlite *e, int64_t rid, struct ix_err *err);
/* All that was gathered is in the tables. */
IX_MUST_CHECK enum ix_code ix_batch_flush(struct ix_sqlite *e, struct ix_err *err);

/* ---- what was gathered of one kind, but terms, and its table (batch_rows.c) ---- */

/* A row of any of the tables; a table has some of the columns. */
struct ix_batch_row {
    int64_t key, rid;
    double number;
    struct ix_sv text, folded; /* the latter only where rows are compared */
    uint32_t last;
};

struct ix_batch_source {
    struct ix_row_source source; /* its `next` sets `row` */
    struct ix_batch_row row;
};

/* Puts the rows in the order of their table. */
IX_MUST_CHECK enum ix_code ix_batch_sort(struct ix_batch *b, enum ix_batch_kind kind,
                                         struct ix_err *err);
/* Inserts what was sorted. */
IX_MUST_CHECK enum ix_code ix_batch_insert(struct ix_sqlite *e, enum ix_batch_kind kind,
                                           struct ix_err *err);
/* Inserts the rows of a source; `also`: into the second table of the kind, if it has one. */
IX_MUST_CHECK enum ix_code ix_batch_insert_from(struct ix_sqlite *e, enum ix_batch_kind kind,
                                                bool also, struct ix_batch_source *rows,
                                                struct ix_err *err);
bool ix_batch_has_second(const struct ix_sqlite *e, enum ix_batch_kind kind);

/* ---- putting aside (batch_aside.c) ---- */

IX_MUST_CHECK enum ix_code ix_batch_put_aside(struct ix_sqlite *e, enum ix_batch_kind kind,
                                              struct ix_err *err);
/* All that was put aside of the kind is in its table, and no longer aside. */
IX_MUST_CHECK enum ix_code ix_batch_merge(struct ix_sqlite *e, enum ix_batch_kind kind,
                                          struct ix_err *err);

/* ---- comparing (batch_sum.c): sums of rows, whatever their order; equal tables, equal sums ----
 */

/* Of the rows that were gathered, which are then forgotten; those of a resource stand together. */
IX_MUST_CHECK enum ix_code ix_batch_sum(struct ix_sqlite *e, uint64_t sums[IX_BATCH_KINDS],
                                        struct ix_err *err);
/* Of the tables that such rows are written to. */
IX_MUST_CHECK enum ix_code ix_batch_sum_stored(struct ix_sqlite *e, uint64_t sums[IX_BATCH_KINDS],
                                               struct ix_err *err);
/* As the tables compare texts. */
struct ix_sv ix_batch_fold(struct ix_arena *arena, struct ix_sv value);

#endif
