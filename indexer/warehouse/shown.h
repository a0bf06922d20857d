/* What an answer shows of one resource, read by its number: for those who have found which
 * resources they want. */
#ifndef IX_INDEXER_WAREHOUSE_SHOWN_H
#define IX_INDEXER_WAREHOUSE_SHOWN_H

#include "indexer/warehouse/dialect.h"
#include "indexer/warehouse/warehouse.h"

/* A text without data is unknown. */
struct ix_shown_source {
    struct ix_sv source, source_kind, address, variant, native_type, native_id;
};

/* Texts are good until the next call, those of documents as long as the arena. */
struct ix_shown {
    /* as ix_dialect.value says them; NULL of what each source says for itself, and of PROPERTIES
     * when they were not asked for */
    struct ix_value values[IX_STORED_COUNT];
    const struct ix_shown_source *sources; /* in the order of their rank */
    size_t source_count;
};

/* Within a snapshot. IX_CORRUPT: there is no such resource. */
IX_MUST_CHECK enum ix_code ix_warehouse_show(struct ix_warehouse *warehouse, int64_t rid,
                                             bool properties, struct ix_arena *arena,
                                             struct ix_shown *ret_shown, struct ix_err *err);

#endif
