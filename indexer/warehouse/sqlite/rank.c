/* ix_rank(weight of each column, …): how well a resource answers words; smaller is better. For
 * words that must stand near each other; other queries are ranked at once (best.c), to the same
 * numbers.
 *
 * It is the BM25 of FTS5's own bm25() (https://sqlite.org/fts5.html, section 5.1.1; k1 = 1.2,
 * b = 0.75), number by number. But that one looks up the size of each match's text in a table,
 * which is most of the work where a word is common: here sizes come from a column (column.h). And
 * it takes the places of words as the index has them, instead of sorting them first. */
#include "indexer/warehouse/sqlite/rank.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/column.h"

struct rank {
    double average; /* size of a text, in tokens */
    int phrases;
    double *idf;  /* of each phrase */
    double *hits; /* of this row's, weighted */
    /* the sizes of the chunk that was looked at last, a copy */
    int64_t chunk;
    struct ix_column sizes;
    unsigned char *codes;
};

static void free_rank(void *memory) {
    struct rank *r = memory;
    if (r) {
        free(r->idf);
        free(r->hits);
        free(r->codes);
        free(r);
    }
}

/* ---- what is the same for all rows of a query ---- */

static int count_hit(const Fts5ExtensionApi *api, Fts5Context *fts, void *context) {
    sqlite3_int64 *count = context;
    (void)api, (void)fts;
    ++*count;
    return SQLITE_OK;
}

static int weigh_phrases(const Fts5ExtensionApi *api, Fts5Context *fts, struct rank *r) {
    sqlite3_int64 rows = 0;
    sqlite3_int64 tokens = 0;
    int result = api->xRowCount(fts, &rows);
    result = result == SQLITE_OK ? api->xColumnTotalSize(fts, -1, &tokens) : result;
    r->average = ix_rank_average(rows, tokens);
    for (int i = 0; result == SQLITE_OK && i < r->phrases; i++) {
        sqlite3_int64 hits = 0;
        result = api->xQueryPhrase(fts, i, &hits, count_hit);
        r->idf[i] = ix_rank_idf(rows, hits);
    }
    return result;
}

static int make_rank(const Fts5ExtensionApi *api, Fts5Context *fts, struct rank **ret_rank) {
    struct rank *r = calloc(1, sizeof *r);
    if (!r) {
        return SQLITE_NOMEM;
    }
    r->phrases = api->xPhraseCount(fts);
    r->idf = calloc((size_t)r->phrases + 1, sizeof *r->idf);
    r->hits = calloc((size_t)r->phrases + 1, sizeof *r->hits);
    r->chunk = -1;
    int result = r->idf && r->hits ? weigh_phrases(api, fts, r) : SQLITE_NOMEM;
    if (result != SQLITE_OK) {
        free_rank(r);
        return result;
    }
    *ret_rank = r;
    return api->xSetAuxdata(fts, r, free_rank); /* frees it when it fails */
}

/* ---- one row ---- */

static enum ix_code copy_sizes(struct ix_sqlite *e, struct rank *r, int64_t chunk,
                               struct ix_err *err) {
    size_t chunks = 0;
    struct ix_column column = {0};
    free(r->codes);
    r->codes = NULL;
    r->sizes = (struct ix_column){0};
    enum ix_code code = ix_column_chunks(e, &chunks, err);
    if (code != IX_OK || (size_t)chunk >= chunks) {
        return code;
    }
    if (ix_column_open(e, (size_t)chunk, IX_COLUMN_TOKENS, &column, err) != IX_OK) {
        return err->code;
    }
    size_t size = (size_t)column.count * column.width;
    r->codes = malloc(size + 1);
    if (r->codes && size > 0) {
        memcpy(r->codes, column.codes, size);
        r->sizes = column;
        r->sizes.codes = r->codes;
    }
    ix_column_release(e, &column);
    r->chunk = chunk;
    return r->codes ? IX_OK : ix_err_nomem(err);
}

/* Where no column has it, the index is asked. */
static int size_of(const Fts5ExtensionApi *api, Fts5Context *fts, struct rank *r,
                   double *ret_size) {
    struct ix_sqlite *e = api->xUserData(fts);
    int64_t rid = api->xRowid(fts);
    struct ix_err err = {0};
    int tokens = 0;
    if (rid / IX_CHUNK_ROWS != r->chunk && copy_sizes(e, r, rid / IX_CHUNK_ROWS, &err) != IX_OK) {
        e->callback_err = err;
        return err.code == IX_NOMEM ? SQLITE_NOMEM : SQLITE_ERROR;
    }
    int64_t size = ix_column_value(&r->sizes, (size_t)(rid % IX_CHUNK_ROWS));
    if (size != IX_COLUMN_NULL) {
        *ret_size = (double)size;
        return SQLITE_OK;
    }
    int result = api->xColumnSize(fts, -1, &tokens);
    *ret_size = tokens;
    return result;
}

static int count_hits(const Fts5ExtensionApi *api, Fts5Context *fts, struct rank *r, int count,
                      sqlite3_value **weights) {
    int result = SQLITE_OK;
    for (int i = 0; result == SQLITE_OK && i < r->phrases; i++) {
        Fts5PhraseIter at;
        int column;
        int place;
        r->hits[i] = 0;
        result = api->xPhraseFirst(fts, i, &at, &column, &place);
        while (result == SQLITE_OK && column >= 0) {
            r->hits[i] += column < count ? sqlite3_value_double(weights[column]) : 1;
            api->xPhraseNext(fts, &at, &column, &place);
        }
    }
    return result;
}

static double score_of(const struct rank *r, double size) {
    double score = 0;
    for (int i = 0; i < r->phrases; i++) {
        score += ix_rank_part(r->idf[i], r->hits[i], size, r->average);
    }
    return -score;
}

static void rank_row(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context,
                     int count, sqlite3_value **weights) {
    struct rank *r = api->xGetAuxdata(fts, 0);
    double size = 0;
    int result = r ? SQLITE_OK : make_rank(api, fts, &r);
    result = result == SQLITE_OK ? count_hits(api, fts, r, count, weights) : result;
    result = result == SQLITE_OK ? size_of(api, fts, r, &size) : result;
    if (result == SQLITE_OK) {
        sqlite3_result_double(context, score_of(r, size));
    } else {
        sqlite3_result_error_code(context, result);
    }
}

int ix_rank_add(struct ix_sqlite *e, fts5_api *fts) {
    return fts->xCreateFunction(fts, "ix_rank", e, rank_row, NULL);
}
