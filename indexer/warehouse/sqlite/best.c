/* ix_best(search, held, called, count, weight of each column, …): of a query that is phrases joined
 * by AND, the `count` best (0: all) of the set `held`; those of the set `called` come first.
 *
 * It gives the same ranks as ix_rank (rank.c), but is called for the first match alone and finds
 * the others itself: each phrase is looked up once, which counts it for its weight and says where
 * it is. Row by row SQL did that twice, and most of its time went into handing over what is no best
 * row.
 *
 * Matches are kept as numbers of four bytes, of a range of rids at a time, so that memory does not
 * grow with the warehouse. The result is a blob for the table ix_ranked, in no order. */
#include "indexer/warehouse/sqlite/best.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/rank.h"
#include "indexer/warehouse/sqlite/rid_set.h"

enum {
    RANGE_NUMBERS = 8 << 20, /* kept of a range of rids: 32 MiB, and once more while it grows */
    STEPS_BETWEEN_LOOKS = 1 << 14,
    BEST_FIRST = 64,
    WEIGHTS_MAX = 16,
};

struct best {
    struct ix_sqlite *e;
    struct ix_rid_view held, called;
    uint32_t weights[WEIGHTS_MAX];
    int weight_count;
    int phrases;
    double average; /* size of a text, in tokens */
    double *idf;
    int64_t *texts; /* that have each phrase */
    /* a range: of each resource its rid and the hits of each phrase, weighted */
    int64_t begin, end;
    size_t range; /* as many rids */
    int phrase;   /* that is looked up */
    uint32_t *rows;
    size_t count, capacity, at, kept;
    uint32_t steps;
    /* the sizes of a chunk */
    int64_t chunk;
    struct ix_column sizes;
    /* the best so far; full: a heap whose first is the worst */
    struct ix_ranked *list;
    size_t list_count, list_capacity, wanted;
    struct ix_err err;
};

/* ---- looking a phrase up ---- */

static uint32_t *row_at(const struct best *b, size_t at) {
    return b->rows + at * (size_t)(1 + b->phrases);
}

/* A place for one more row; NULL without memory. */
static uint32_t *new_row(struct best *b) {
    if (b->count == b->capacity) {
        size_t capacity = b->capacity ? 2 * b->capacity : 1024;
        capacity = capacity > b->range && b->capacity < b->range ? b->range : capacity;
        size_t size = capacity * (size_t)(1 + b->phrases) * sizeof *b->rows;
        uint32_t *rows = realloc(b->rows, size);
        if (!rows) {
            ix_err_nomem(&b->err);
            return NULL;
        }
        b->rows = rows;
        b->capacity = capacity;
    }
    return row_at(b, b->count++);
}

static bool is_in(const struct ix_rid_view *set, int64_t rid) {
    return ix_rid_view_word(set, (size_t)rid / 64) >> (rid & 63) & 1;
}

/* The row of this rid, when it has all phrases before this one; both come in the order of rids. */
static uint32_t *row_of(struct best *b, int64_t rid) {
    if (b->phrase == 0) {
        uint32_t *row = is_in(&b->held, rid) ? new_row(b) : NULL;
        if (row) {
            row[0] = (uint32_t)rid;
        }
        return row;
    }
    while (b->at < b->count && row_at(b, b->at)[0] < rid) {
        b->at++;
    }
    if (b->at == b->count || row_at(b, b->at)[0] != rid) {
        return NULL;
    }
    uint32_t *row = row_at(b, b->kept++);
    if (b->kept <= b->at) {
        memcpy(row, row_at(b, b->at), (size_t)(1 + b->phrase) * sizeof *row);
    }
    b->at++;
    return row;
}

static int count_hits(const Fts5ExtensionApi *api, Fts5Context *fts, const struct best *b,
                      uint32_t *ret_hits) {
    Fts5PhraseIter at;
    int column;
    int place;
    uint32_t hits = 0;
    int result = api->xPhraseFirst(fts, 0, &at, &column, &place);
    while (result == SQLITE_OK && column >= 0) {
        hits += column < b->weight_count ? b->weights[column] : 1;
        api->xPhraseNext(fts, &at, &column, &place);
    }
    *ret_hits = hits;
    return result;
}

/* Every text that has the phrase is counted, whatever the range. */
static int take_text(const Fts5ExtensionApi *api, Fts5Context *fts, void *context) {
    struct best *b = context;
    int64_t rid = api->xRowid(fts);
    bool counts = b->begin == 0;
    b->texts[b->phrase] += counts;
    if (++b->steps % STEPS_BETWEEN_LOOKS == 0 && ix_sqlite_pause(b->e, &b->err) != IX_OK) {
        return SQLITE_ERROR;
    }
    if (rid < b->begin || rid >= b->end) {
        return rid < b->begin || counts ? SQLITE_OK : SQLITE_DONE;
    }
    uint32_t *row = row_of(b, rid);
    if (!row) {
        return b->err.code == IX_OK ? SQLITE_OK : SQLITE_NOMEM;
    }
    return count_hits(api, fts, b, &row[1 + b->phrase]);
}

static int look_up(const Fts5ExtensionApi *api, Fts5Context *fts, struct best *b) {
    int result = SQLITE_OK;
    b->count = 0;
    for (b->phrase = 0; result == SQLITE_OK && b->phrase < b->phrases; b->phrase++) {
        b->at = b->kept = 0;
        result = api->xQueryPhrase(fts, b->phrase, b, take_text);
        b->count = b->phrase == 0 ? b->count : b->kept;
    }
    return result;
}

static int weigh_phrases(const Fts5ExtensionApi *api, Fts5Context *fts, struct best *b) {
    sqlite3_int64 texts = 0;
    sqlite3_int64 tokens = 0;
    int result = api->xRowCount(fts, &texts);
    result = result == SQLITE_OK ? api->xColumnTotalSize(fts, -1, &tokens) : result;
    b->average = ix_rank_average(texts, tokens);
    for (int i = 0; i < b->phrases; i++) {
        b->idf[i] = ix_rank_idf(texts, b->texts[i]);
    }
    return result;
}

/* ---- the best ---- */

static bool is_worse(const struct ix_ranked *a, const struct ix_ranked *b) {
    if (a->inexact != b->inexact) {
        return a->inexact > b->inexact;
    }
    return a->rank != b->rank ? a->rank > b->rank : a->rid > b->rid;
}

static void sift_down(struct ix_ranked *list, size_t count, size_t at) {
    struct ix_ranked moved = list[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        child += child + 1 < count && is_worse(&list[child + 1], &list[child]);
        if (!is_worse(&list[child], &moved)) {
            break;
        }
        list[at] = list[child];
    }
    list[at] = moved;
}

static bool add_to_list(struct best *b, const struct ix_ranked *row) {
    if (b->list_count == b->list_capacity) {
        size_t capacity = b->list_capacity ? 2 * b->list_capacity : BEST_FIRST;
        struct ix_ranked *list = sqlite3_realloc64(b->list, capacity * sizeof *list);
        if (!list) {
            return false;
        }
        b->list = list;
        b->list_capacity = capacity;
    }
    b->list[b->list_count++] = *row;
    for (size_t at = b->list_count / 2; b->list_count == b->wanted && at-- > 0;) {
        sift_down(b->list, b->list_count, at);
    }
    return true;
}

static bool offer(struct best *b, const struct ix_ranked *row) {
    if (b->wanted == 0 || b->list_count < b->wanted) {
        return add_to_list(b, row);
    }
    if (is_worse(&b->list[0], row)) {
        b->list[0] = *row;
        sift_down(b->list, b->list_count, 0);
    }
    return true;
}

/* ---- sizes ---- */

static void release_sizes(struct best *b) {
    if (b->chunk >= 0) {
        ix_column_release(b->e, &b->sizes);
    }
    b->chunk = -1;
}

static enum ix_code open_sizes(struct best *b, int64_t chunk) {
    size_t chunks = 0;
    release_sizes(b);
    b->sizes = (struct ix_column){0};
    if (ix_column_chunks(b->e, &chunks, &b->err) == IX_OK && (size_t)chunk < chunks &&
        ix_column_open(b->e, (size_t)chunk, IX_COLUMN_TOKENS, &b->sizes, &b->err) == IX_OK) {
        b->chunk = chunk;
    }
    return b->err.code;
}

/* Where no column has it, the index is asked. */
static enum ix_code size_of(struct best *b, int64_t rid, double *ret_size) {
    int64_t chunk = rid / IX_CHUNK_ROWS;
    bool row = false;
    if (chunk != b->chunk && open_sizes(b, chunk) != IX_OK) {
        return b->err.code;
    }
    int64_t size = ix_column_value(&b->sizes, (size_t)(rid % IX_CHUNK_ROWS));
    *ret_size = (double)size;
    if (size != IX_COLUMN_NULL) {
        return IX_OK;
    }
    sqlite3_stmt *s = ix_sqlite_statement(b->e, IX_STATEMENT_TEXT_SIZE, &b->err);
    if (!s) {
        return b->err.code;
    }
    sqlite3_bind_int64(s, 1, rid);
    enum ix_code code = ix_sqlite_step(b->e, s, &row, &b->err);
    *ret_size = code == IX_OK && row ? sqlite3_column_double(s, 0) : 0;
    sqlite3_reset(s);
    return code;
}

static enum ix_code rank_rows(struct best *b) {
    for (size_t i = 0; i < b->count; i++) {
        const uint32_t *row = row_at(b, i);
        double size = 0;
        double score = 0;
        if (i % STEPS_BETWEEN_LOOKS == 0 && ix_sqlite_pause(b->e, &b->err) != IX_OK) {
            break;
        }
        if (size_of(b, row[0], &size) != IX_OK) {
            break;
        }
        for (int k = 0; k < b->phrases; k++) {
            score += ix_rank_part(b->idf[k], row[1 + k], size, b->average);
        }
        const struct ix_ranked ranked = {row[0], -score, !is_in(&b->called, row[0])};
        if (!offer(b, &ranked)) {
            ix_err_nomem(&b->err);
            break;
        }
    }
    release_sizes(b);
    return b->err.code;
}

/* ---- the function ---- */

static int find_best(const Fts5ExtensionApi *api, Fts5Context *fts, struct best *b) {
    int64_t range = RANGE_NUMBERS / (1 + b->phrases) + 1;
    b->range = (size_t)range;
    int64_t last = (int64_t)(b->held.first + b->held.count) * 64;
    int result = SQLITE_OK;
    for (b->end = range; result == SQLITE_OK && b->begin < last; b->end += range) {
        bool first = b->begin == 0;
        result = look_up(api, fts, b);
        result = result == SQLITE_OK && first ? weigh_phrases(api, fts, b) : result;
        if (result == SQLITE_OK && rank_rows(b) != IX_OK) {
            result = SQLITE_ERROR;
        }
        b->begin = b->end;
    }
    return result;
}

static bool begin(struct best *b, int count, sqlite3_value **values) {
    enum { HELD, CALLED, WANTED, WEIGHTS };
    b->held = ix_rid_view_of(values[HELD]);
    b->called = ix_rid_view_of(values[CALLED]);
    b->wanted = (size_t)sqlite3_value_int64(values[WANTED]);
    for (int i = WEIGHTS; i < count && b->weight_count < WEIGHTS_MAX; i++) {
        b->weights[b->weight_count++] = (uint32_t)sqlite3_value_int(values[i]);
    }
    b->idf = calloc((size_t)b->phrases + 1, sizeof *b->idf);
    b->texts = calloc((size_t)b->phrases + 1, sizeof *b->texts);
    return b->idf && b->texts;
}

static void best(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int count,
                 sqlite3_value **values) {
    struct best b = {.e = api->xUserData(fts), .phrases = api->xPhraseCount(fts), .chunk = -1};
    int result = begin(&b, count, values) ? find_best(api, fts, &b) : SQLITE_NOMEM;
    if (result == SQLITE_OK) {
        sqlite3_result_blob64(context, b.list, b.list_count * sizeof *b.list, sqlite3_free);
        b.list = NULL;
    } else if (b.err.code == IX_OK || b.err.code == IX_NOMEM) {
        sqlite3_result_error_code(context, b.err.code == IX_NOMEM ? SQLITE_NOMEM : result);
    } else {
        b.e->callback_err = b.err;
        sqlite3_result_error(context, b.err.text, -1);
    }
    sqlite3_free(b.list);
    free(b.rows);
    free(b.idf);
    free(b.texts);
}

int ix_best_add(struct ix_sqlite *e, fts5_api *fts) {
    return fts->xCreateFunction(fts, "ix_best", e, best, NULL);
}
