/* The bill of the run that is being written, between the file that takes lines (cost_load.c) and
 * the one that publishes them (cost_publish.c). */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_LOAD_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_LOAD_H

#include <stdatomic.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_store.h"

struct ix_cost_total {
    struct ix_cost_total *next;
    struct ix_sv currency; /* empty: null */
    int64_t lines;
    struct ix_money sum[IX_COST_METRIC_COUNT];
    int64_t unknown[IX_COST_METRIC_COUNT];
};

struct ix_cost_load;
struct ix_cost_loading;

/* A segment on its way: lines are gathered into it, then it is written, and may be taken again. */
struct ix_cost_filling {
    struct ix_cost_filling *next; /* all of the load */
    struct ix_cost_segment *segment;
    struct ix_cost_load *load;
    struct ix_cost_loading *period;
    bool open;         /* of the reader: lines may be added */
    atomic_bool waits; /* to be written */
};

/* One billing period. Who reads lines has the first members, who writes segments the others, which
 * may be another thread (intake.h). */
struct ix_cost_loading {
    int64_t begin_ms;
    int64_t lines, rounded;
    /* the latest end of a charge of a day or less, and of any: what is charged for a month in its
     * first days says nothing of how far the bill goes; 0: there is none */
    int64_t until_ms, until_any_ms;
    uint64_t digest[2];
    struct ix_cost_filling *filling; /* NULL: none is open */
    int64_t used;                    /* at which line of the load its segment was last turned to */

    int64_t pid; /* 0: it has no row yet */
    struct ix_cost_total *totals;
    struct ix_cost_rollup *rollup;
    struct ix_cost_loading *next; /* that has a rollup */
};

struct ix_cost_load {
    /* of who writes segments, but for names.extra, which only grows */
    struct ix_cost_writer writer;
    struct ix_arena totals;
    struct ix_cost_loading *rolled; /* periods that have a rollup */

    /* of who reads lines */
    struct ix_arena arena;
    struct ix_cost_loading **periods; /* malloc'ed; they are in the arena */
    size_t period_count;
    struct ix_cost_filling *fillings;
    struct ix_cost_loading *last;
    int64_t lines;
    struct ix_buf text;
    uint64_t digest[2]; /* of the line at hand */
    uint64_t name_hash[IX_COST_AT_EXTRA];
};

/* Puts the line into the segment of its period, which is open and has room for it. */
IX_MUST_CHECK enum ix_code ix_cost_load_line(struct ix_cost_load *load,
                                             struct ix_cost_loading *period,
                                             const struct ix_cost_line *line, struct ix_err *err);
/* Writes all that is still in memory. */
IX_MUST_CHECK enum ix_code ix_cost_load_finish(struct ix_cost_load *load, struct ix_err *err);

#endif
