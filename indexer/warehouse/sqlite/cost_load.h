/* The bill of the run that is being written, between the file that takes lines (cost_load.c) and
 * the one that publishes them (cost_publish.c). */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_LOAD_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_LOAD_H

#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_store.h"

struct ix_cost_total {
    struct ix_cost_total *next;
    struct ix_sv currency; /* empty: null */
    int64_t lines;
    struct ix_money sum[IX_COST_METRIC_COUNT];
    int64_t unknown[IX_COST_METRIC_COUNT];
};

struct ix_cost_loading { /* one billing period */
    int64_t begin_ms, pid;
    int64_t lines, rounded;
    uint64_t digest[2];
    struct ix_cost_total *totals;
    struct ix_cost_segment *segment; /* NULL: none is open */
    struct ix_cost_rollup *rollup;
    uint64_t used; /* when its segment was last turned to */
};

struct ix_cost_load {
    struct ix_cost_writer writer;
    struct ix_arena arena;
    struct ix_cost_loading **periods; /* malloc'ed; they are in the arena */
    size_t period_count;
    struct ix_cost_loading *last;
    uint64_t clock;
    struct ix_buf text;
    uint64_t digest[2]; /* of the line at hand */
    uint64_t name_hash[IX_COST_AT_EXTRA];
};

/* Writes all that is still in memory. */
IX_MUST_CHECK enum ix_code ix_cost_load_finish(struct ix_cost_load *load, struct ix_err *err);

#endif
