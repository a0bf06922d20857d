/* The function by which resources that words find are put in order: see rank.c. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_RANK_H
#define IX_INDEXER_WAREHOUSE_SQLITE_RANK_H

#include <math.h>

#include "indexer/warehouse/sqlite/engine.h"

/* BM25 as FTS5 has it: of all texts, of a phrase, of a phrase in a text. The rank is minus the sum
 * of the last. */
static inline double ix_rank_average(int64_t texts, int64_t tokens) {
    return texts > 0 ? (double)tokens / (double)texts : 1;
}

static inline double ix_rank_idf(int64_t texts, int64_t with_phrase) {
    double idf = log(((double)(texts - with_phrase) + 0.5) / ((double)with_phrase + 0.5));
    return idf > 0 ? idf : 1e-6; /* also what most texts have counts a little */
}

static inline double ix_rank_part(double idf, double hits, double size, double average) {
    static const double k1 = 1.2;
    static const double b = 0.75;
    return idf * ((hits * (k1 + 1)) / (hits + k1 * (1 - b + b * size / average)));
}

/* Adds ix_rank to FTS5; a result code of SQLite. */
int ix_rank_add(struct ix_sqlite *e, fts5_api *fts);

#endif
