/* Whether the sorted tables hold what the documents say, row by row, without sorting or keeping
 * either: each row is hashed, and the hashes are added. A table keeps one of equal rows, so equal
 * ones of a resource count once. */
#include <stdlib.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/batch.h"

/* ---- one row ---- */

static uint64_t part_of(uint64_t hash, int64_t a, int64_t b, int64_t c) {
    const int64_t numbers[] = {(int64_t)hash, a, b, c};
    return ix_hash_short(ix_sv_of((const char *)numbers, sizeof numbers));
}

static uint64_t number_part(int64_t key, double number, int64_t rid) {
    int64_t bits;
    number += 0.0; /* the table keeps no sign of a zero */
    memcpy(&bits, &number, sizeof bits);
    return part_of(0, key, bits, rid);
}

static uint64_t text_part(int64_t key, struct ix_sv folded, int64_t rid, int64_t last) {
    return part_of(ix_hash_short(folded), key, rid, last);
}

/* ---- what was gathered ---- */

static int64_t gathered(const struct ix_batch *b, enum ix_batch_kind kind, size_t at,
                        uint64_t *ret_part) {
    const char *rows = b->of[kind].rows;
    if (kind == IX_BATCH_TERMS) {
        const struct ix_posting *p = (const struct ix_posting *)rows + at;
        *ret_part = ix_postings_part(p->term, p->rid);
        return p->rid;
    }
    if (kind == IX_BATCH_NUMBERS) {
        const struct ix_batch_number *n = (const struct ix_batch_number *)rows + at;
        *ret_part = number_part(n->key, n->number, n->rid);
        return n->rid;
    }
    const struct ix_batch_text *t = (const struct ix_batch_text *)rows + at;
    const struct ix_batch_value *v = (const struct ix_batch_value *)b->values[kind].rows + t->value;
    *ret_part = text_part(v->key, v->folded, t->rid, t->last);
    return t->rid;
}

static int by_part(const void *a, const void *b) {
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static uint64_t sum_different(uint64_t *parts, size_t count) {
    uint64_t sum = 0;
    qsort(parts, count, sizeof *parts, by_part);
    for (size_t i = 0; i < count; i++) {
        sum += i == 0 || parts[i] != parts[i - 1] ? parts[i] : 0;
    }
    return sum;
}

static void sum_kind(const struct ix_batch *b, enum ix_batch_kind kind, uint64_t *parts,
                     uint64_t *sum) {
    int64_t rid = 0;
    size_t count = 0;
    for (size_t i = 0; i < b->of[kind].count; i++) {
        uint64_t part;
        int64_t next = gathered(b, kind, i, &part);
        if (next != rid) {
            *sum += sum_different(parts, count);
            count = 0;
            rid = next;
        }
        parts[count++] = part;
    }
    *sum += sum_different(parts, count);
}

enum ix_code ix_batch_sum(struct ix_sqlite *e, uint64_t sums[IX_BATCH_KINDS], struct ix_err *err) {
    const struct ix_batch *b = e->run.batch;
    size_t most = 1;
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        most = b->of[i].count > most ? b->of[i].count : most;
    }
    uint64_t *parts = malloc(most * sizeof *parts);
    if (!parts) {
        return ix_err_nomem(err);
    }
    for (int i = 0; i < IX_BATCH_KINDS; i++) {
        sum_kind(b, (enum ix_batch_kind)i, parts, &sums[i]);
    }
    free(parts);
    return ix_batch_begin(e, err);
}

/* ---- what is stored ---- */

/* The columns of a number: key, number, rid; of a text: key, value, rid, last. */
static const char *const stored[IX_BATCH_KINDS] = {
    [IX_BATCH_NUMBERS] = "SELECT key, num, rid FROM prop_num",
    [IX_BATCH_TAGS] = "SELECT key, value, rid, class FROM tag",
    [IX_BATCH_REFERENCES] = "SELECT 0, value, rid, pid FROM ref",
    [IX_BATCH_ADDRESSES] = "SELECT 0, range, rid, 0 FROM address",
};

static uint64_t stored_part(sqlite3_stmt *s, enum ix_batch_kind kind, struct ix_arena *arena) {
    int64_t key = sqlite3_column_int64(s, 0);
    int64_t rid = sqlite3_column_int64(s, 2);
    if (kind == IX_BATCH_NUMBERS) {
        return number_part(key, sqlite3_column_double(s, 1), rid);
    }
    struct ix_sv text = ix_sqlite_text(s, 1);
    struct ix_sv folded = kind == IX_BATCH_ADDRESSES ? text : ix_batch_fold(arena, text);
    return text_part(key, folded, rid, sqlite3_column_int64(s, 3));
}

static enum ix_code sum_table(struct ix_sqlite *e, enum ix_batch_kind kind, uint64_t *sum,
                              struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    struct ix_arena arena;
    bool row = true;
    if (sqlite3_prepare_v2(e->db, stored[kind], -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "comparing", err);
    }
    ix_arena_init(&arena, 0);
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            *sum += stored_part(s, kind, &arena);
            code = ix_arena_check(&arena, err);
            ix_arena_reset(&arena);
        }
    }
    ix_arena_done(&arena);
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_batch_sum_stored(struct ix_sqlite *e, uint64_t sums[IX_BATCH_KINDS],
                                 struct ix_err *err) {
    enum ix_code code = ix_postings_sum(e, &sums[IX_BATCH_TERMS], err);
    for (int i = 0; code == IX_OK && i < IX_BATCH_KINDS; i++) {
        code = stored[i] ? sum_table(e, (enum ix_batch_kind)i, &sums[i], err) : IX_OK;
    }
    return code;
}
