/* The segment at hand: its columns, read when first asked for, and the resources its lines name. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

struct ix_cost_scan *ix_cost_scan_new(void) {
    struct ix_cost_scan *scan = calloc(1, sizeof *scan);
    if (scan) {
        ix_arena_init(&scan->part.arena, 0);
    }
    return scan;
}

enum ix_code ix_cost_scan_begin(struct ix_cost_scan *scan, struct ix_sqlite *e,
                                struct ix_err *err) {
    scan->e = e;
    scan->zstd = ix_zstd_new();
    return scan->zstd ? ix_cost_names_begin(&scan->names, e, err) : ix_err_nomem(err);
}

void ix_cost_scan_free(struct ix_cost_scan *scan) {
    if (scan) {
        ix_cost_names_done(&scan->names);
        ix_arena_done(&scan->part.arena);
        ix_zstd_free(scan->zstd);
        ix_buf_done(&scan->plain);
        free(scan->pairs);
        free(scan->pair_of.items);
    }
    free(scan);
}

enum ix_code ix_cost_part_open(struct ix_cost_scan *scan, sqlite3_stmt *s, struct ix_err *err) {
    struct ix_cost_part *part = &scan->part;
    ix_arena_reset(&part->arena);
    memset(part->columns, 0, sizeof part->columns);
    part->joined = NULL;
    part->rows = NULL;
    part->seg = sqlite3_column_int64(s, 0);
    part->pid = sqlite3_column_int64(s, 1);
    part->level = (enum ix_cost_level)sqlite3_column_int(s, 2);
    int64_t lines = sqlite3_column_int64(s, 3);
    part->first_ms = sqlite3_column_int64(s, 4);
    part->last_ms = sqlite3_column_int64(s, 5);
    part->begin_ms = sqlite3_column_int64(s, 6);
    part->source = ix_arena_copy(&part->arena, ix_sqlite_text(s, 7));
    if (lines <= 0 || lines > IX_COST_SEGMENT_LINES) {
        return ix_err_set(err, IX_CORRUPT, "a segment of bill lines has no possible size");
    }
    part->lines = (uint32_t)lines;
    return ix_arena_check(&part->arena, err);
}

/* ---- columns of the segment at hand ---- */

static enum ix_code read_column(struct ix_cost_scan *scan, size_t index,
                                struct ix_cost_column *column, struct ix_err *err) {
    struct ix_cost_part *part = &scan->part;
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(scan->e, IX_STATEMENT_COST_DATA_GET, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, (part->seg << IX_COST_CID_BITS) | scan->names.cids[index]);
    enum ix_code code = ix_sqlite_step(scan->e, s, &row, err);
    if (code == IX_OK && row) {
        code = ix_cost_column_read(ix_sqlite_text(s, 0), part->lines, scan->zstd, &scan->plain,
                                   &part->arena, column, err);
    }
    sqlite3_reset(s);
    return code;
}

enum ix_code ix_cost_part_column(struct ix_cost_scan *scan, size_t index,
                                 const struct ix_cost_column **ret_column, struct ix_err *err) {
    struct ix_cost_part *part = &scan->part;
    enum ix_code code = IX_OK;
    if (!part->columns[index]) {
        struct ix_cost_column *column = IX_NEW(&part->arena, struct ix_cost_column);
        if (!column) {
            return ix_err_nomem(err);
        }
        if (scan->names.cids[index]) {
            code = read_column(scan, index, column, err);
        }
        part->columns[index] = code == IX_OK ? column : NULL;
    }
    if (code == IX_OK) {
        *ret_column = part->columns[index];
    }
    return code;
}

/* ---- the join ---- */

static enum ix_code add_pair(struct ix_cost_scan *scan, sqlite3_stmt *s, size_t *capacity,
                             struct ix_err *err) {
    enum { FIRST_PAIRS = 1024 };
    if (scan->pair_count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : FIRST_PAIRS;
        struct ix_cost_pair *pairs = realloc(scan->pairs, larger * sizeof *pairs);
        if (!pairs) {
            return ix_err_nomem(err);
        }
        scan->pairs = pairs;
        *capacity = larger;
    }
    uint32_t *first = ix_cost_memo_at(&scan->pair_of, (size_t)sqlite3_column_int64(s, 0));
    if (!first) {
        return ix_err_nomem(err);
    }
    bool known = sqlite3_column_type(s, 2) != SQLITE_NULL;
    scan->pairs[scan->pair_count++] =
        (struct ix_cost_pair){sqlite3_column_int64(s, 1),
                              known ? sqlite3_column_int64(s, 2) : IX_COST_RID_UNKNOWN, *first};
    *first = (uint32_t)scan->pair_count;
    return IX_OK;
}

static enum ix_code read_pairs(struct ix_cost_scan *scan, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    size_t capacity = 0;
    bool row = true;
    enum ix_code code = IX_OK;
    const char *sql = "SELECT resource, account, rid FROM cost_join";
    if (sqlite3_prepare_v2(scan->e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(scan->e, "the resources of bills", err);
    }
    while (code == IX_OK && row) {
        code = ix_sqlite_step(scan->e, s, &row, err);
        code = code == IX_OK && row ? add_pair(scan, s, &capacity, err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

static int64_t find_rid(const struct ix_cost_scan *scan, int64_t id, int64_t account) {
    uint32_t at = (size_t)id < scan->pair_of.capacity ? scan->pair_of.items[id] : 0;
    while (at && scan->pairs[at - 1].account != account) {
        at = scan->pairs[at - 1].next;
    }
    return at ? scan->pairs[at - 1].rid : IX_COST_RID_UNKNOWN;
}

/* What the newest line with an id had; an id nearly always has one account. */
struct newest {
    uint32_t account; /* code + 1; 0: none yet */
    uint32_t rid;     /* code in the joined column */
};

static void join_lines(struct ix_cost_scan *scan, const struct ix_cost_column *ids,
                       const struct ix_cost_column *accounts, struct newest *newest,
                       int64_t *numbers, uint16_t *codes, struct ix_cost_column *joined) {
    uint32_t none = 0;
    for (uint32_t i = 0; i < scan->part.lines; i++) {
        uint32_t id = ids->codes ? ids->codes[i] : 0;
        uint32_t account = id && accounts->codes ? accounts->codes[i] : 0;
        uint32_t *code = id ? &newest[id].rid : &none;
        if (*code == 0 || (id && newest[id].account != account + 1)) {
            newest[id].account = account + 1;
            numbers[joined->count++] = id ? find_rid(scan, ids->numbers[id - 1],
                                                     account ? accounts->numbers[account - 1] : 0)
                                          : IX_COST_RID_NO_ID;
            *code = joined->count;
        }
        codes[i] = (uint16_t)*code;
    }
}

enum ix_code ix_cost_part_joined(struct ix_cost_scan *scan,
                                 const struct ix_cost_column **ret_column, struct ix_err *err) {
    struct ix_cost_part *part = &scan->part;
    const struct ix_cost_column *ids = NULL;
    const struct ix_cost_column *accounts = NULL;
    if (part->joined) {
        *ret_column = part->joined;
        return IX_OK;
    }
    enum ix_code code = scan->pairs ? IX_OK : read_pairs(scan, err);
    code = code == IX_OK ? ix_cost_part_column(scan, IX_FOCUS_ResourceId, &ids, err) : code;
    code = code == IX_OK ? ix_cost_part_column(scan, IX_FOCUS_SubAccountId, &accounts, err) : code;
    if (code != IX_OK) {
        return code;
    }
    if ((ids->codes && !ids->numbers) || (accounts->codes && !accounts->numbers)) {
        return ix_err_set(err, IX_CORRUPT, "a segment of bill lines names its resources by text");
    }
    struct ix_cost_column *joined = IX_NEW(&part->arena, struct ix_cost_column);
    struct newest *newest = ix_arena_array(&part->arena, (size_t)ids->count + 1, sizeof *newest);
    int64_t *numbers = ix_arena_alloc(&part->arena, (part->lines + 1) * sizeof *numbers);
    uint16_t *codes = ix_arena_alloc(&part->arena, (part->lines + 1) * sizeof *codes);
    code = ix_arena_check(&part->arena, err);
    if (code == IX_OK) {
        joined->kind = IX_COST_NUMBERS;
        joined->numbers = numbers;
        joined->codes = codes;
        join_lines(scan, ids, accounts, newest, numbers, codes, joined);
        joined->lowest = 1;
        joined->greatest = (uint16_t)joined->count;
        *ret_column = part->joined = joined;
    }
    return code;
}
