/* The way of records, and of full segments of bills, from the collector into the database.
 *
 * On the collector's side a record is made ready: its documents as texts, its hash, a copy that
 * outlives the call. Ready records gather in loads. A run of one load is written by who gathered
 * it; once a run is larger, a thread of its own writes the full loads while the collector reads on.
 * So the database is used by one thread at a time, and what a run holds in memory is bounded by the
 * loads.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_INTAKE_H
#define IX_INDEXER_WAREHOUSE_SQLITE_INTAKE_H

#include "indexer/warehouse/sqlite/engine.h"

struct ix_text_words;

/* What a source says of one thing, ready to be written. */
struct ix_said {
    struct ix_resource resource; /* without properties and tags: they are the texts */
    struct ix_sv props, tags;    /* as they are stored */
    struct ix_hash hash;         /* of all that was said */
    struct ix_text_words *words; /* its texts were gathered here (text.h); NULL: they were not */
};

IX_MUST_CHECK enum ix_code ix_intake_begin(struct ix_sqlite *e, struct ix_err *err);
/* An error may be that of a record that was taken before. */
IX_MUST_CHECK enum ix_code
ix_intake_resource(struct ix_sqlite *e, const struct ix_resource *resource, struct ix_err *err);
IX_MUST_CHECK enum ix_code
ix_intake_relation(struct ix_sqlite *e, const struct ix_relation *relation, struct ix_err *err);
/* Work on the database that waits for its turn behind all that was taken. The caller waits while
 * more than `most` loads and pieces of work, this one among them, are not done. `context` must live
 * until it is done or the intake is ended. */
enum { IX_INTAKE_LOADS = 16 };
typedef enum ix_code ix_intake_work(struct ix_sqlite *e, void *context, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_intake_do(struct ix_sqlite *e, ix_intake_work *work, void *context,
                                        size_t most, struct ix_err *err);
/* Writes all that was taken. Until the next record the caller may use the database. */
IX_MUST_CHECK enum ix_code ix_intake_settle(struct ix_sqlite *e, struct ix_err *err);
/* Ends the run's thread; what was not written is forgotten. */
void ix_intake_end(struct ix_sqlite *e);
void ix_intake_done(struct ix_sqlite *e); /* as end, and frees */

#endif
