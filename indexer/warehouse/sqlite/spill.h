/* Bytes of a run that are put aside until all of it was gathered: in a temporary table, which
 * spills to disk by itself. Each piece that is put aside is read again from its begin to its end;
 * several may be read side by side, to merge them. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_SPILL_H
#define IX_INDEXER_WAREHOUSE_SQLITE_SPILL_H

#include "indexer/warehouse/sqlite/engine.h"

/* Zeroed is empty. */
struct ix_spill {
    struct ix_spill_piece {
        int64_t begin, end; /* its rows of the table: the first one, and behind the last one */
    } * pieces;
    size_t count, capacity;
};

/* Empties the table, also of what an earlier transaction left. Before a transaction: a table that
 * is made in one would end the statements that are read from when FTS5 is told to forget (text.c).
 */
IX_MUST_CHECK enum ix_code ix_spill_begin(struct ix_sqlite *e, struct ix_err *err);
/* Takes a copy. */
IX_MUST_CHECK enum ix_code ix_spill_add(struct ix_spill *spill, struct ix_sqlite *e,
                                        struct ix_sv bytes, struct ix_err *err);
/* Its pieces are gone. */
IX_MUST_CHECK enum ix_code ix_spill_clear(struct ix_spill *spill, struct ix_sqlite *e,
                                          struct ix_err *err);
void ix_spill_done(struct ix_spill *spill);

struct ix_spill_reader {
    struct ix_sqlite *e;
    struct ix_err *err;
    int64_t part, end;
    struct ix_buf window;
    struct ix_sv bytes; /* what is at hand; good until more is needed */
};

/* `err` is where errors of reading go, now and later. */
struct ix_spill_reader ix_spill_open(const struct ix_spill *spill, size_t piece,
                                     struct ix_sqlite *e, struct ix_err *err);
/* At least `size` bytes are at hand, unless the piece ends before, or with an error. */
void ix_spill_need(struct ix_spill_reader *r, size_t size);
void ix_spill_close(struct ix_spill_reader *r);

#endif
