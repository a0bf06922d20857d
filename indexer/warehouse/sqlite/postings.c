/* Lists of rids as bytes, segments, their merging, and the table that reads them.
 *
 * Segments are numbered upwards. A void row (rid, seg) makes the rid's postings in segments up to
 * that number void; a merged segment has a new number and holds nothing void, so what is void stays
 * true of it. A void row is dropped once no segment is that old. */
#include "indexer/warehouse/sqlite/postings.h"

#include <stdlib.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/rid_set.h"
#include "indexer/warehouse/sqlite/rows.h"

enum {
    FAN_IN = 8,               /* segments of one size that are merged */
    SMALLEST_CLASS = 1 << 14, /* postings; below, all are of one size */
    VOID_SHARE = 4,           /* of the resources, void: everything is merged */
};

uint64_t ix_postings_term(const struct ix_sqlite *e, struct ix_sv text) {
    return ix_hash_seeded(text, e->term_seed);
}

uint64_t ix_postings_part(uint64_t term, int64_t rid) {
    uint64_t x = term ^ ((uint64_t)rid * UINT64_C(0x9E3779B97F4A7C15));
    x = (x ^ x >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return x ^ x >> 32;
}

/* ---- lists ---- */

struct rids {
    int64_t *items;
    size_t count, capacity;
};

static bool rids_add(struct rids *rids, int64_t rid) {
    if (rids->count == rids->capacity) {
        size_t capacity = rids->capacity ? rids->capacity * 2 : 64;
        int64_t *items = realloc(rids->items, capacity * sizeof *items);
        if (!items) {
            return false;
        }
        rids->items = items;
        rids->capacity = capacity;
    }
    rids->items[rids->count++] = rid;
    return true;
}

static void encode(struct ix_buf *out, int64_t rid, int64_t before) {
    uint64_t difference = (uint64_t)(rid - before);
    for (; difference >= 0x80; difference >>= 7) {
        ix_buf_add_char(out, (char)(0x80 | (difference & 0x7F)));
    }
    ix_buf_add_char(out, (char)difference);
}

/* False for bytes that are no such list. */
static bool decode(struct ix_sv bytes, size_t *at, int64_t *rid) {
    uint64_t difference = 0;
    for (unsigned shift = 0; *at < bytes.size && shift < 63; shift += 7) {
        unsigned char byte = (unsigned char)bytes.data[(*at)++];
        difference |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *rid += (int64_t)difference;
            return *rid > 0;
        }
    }
    return false;
}

static enum ix_code damaged(struct ix_err *err) {
    return ix_err_set(err, IX_CORRUPT, "the property index is damaged; run: infradex repair");
}

/* ---- what is void ---- */

enum ix_code ix_postings_void(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_POSTING_VOID, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code any_void(struct ix_sqlite *e, bool *ret_any, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_VOID_ANY, err);
    if (!s) {
        return err->code;
    }
    enum ix_code code = ix_sqlite_step(e, s, ret_any, err);
    sqlite3_reset(s);
    return code;
}

static enum ix_code is_void(struct ix_sqlite *e, int64_t rid, int64_t seg, bool *ret_void,
                            struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_VOID_FIND, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    enum ix_code code = ix_sqlite_step(e, s, ret_void, err);
    *ret_void = *ret_void && sqlite3_column_int64(s, 0) >= seg;
    sqlite3_reset(s);
    return code;
}

/* Adds the rids of a list that are not void. */
static enum ix_code take_list(struct ix_sqlite *e, struct ix_sv list, int64_t seg, bool voids,
                              struct rids *rids, struct ix_err *err) {
    size_t at = 0;
    int64_t rid = 0;
    while (at < list.size) {
        bool dropped = false;
        if (!decode(list, &at, &rid)) {
            return damaged(err);
        }
        if (voids && is_void(e, rid, seg, &dropped, err) != IX_OK) {
            return err->code;
        }
        if (!dropped && !rids_add(rids, rid)) {
            return ix_err_nomem(err);
        }
    }
    return IX_OK;
}

/* ---- writing a segment ---- */

/* By term, eight bits at a time; those of a term keep their order. */
static bool sort_by_term(struct ix_posting *postings, size_t count) {
    struct ix_posting *other = malloc((count ? count : 1) * sizeof *other);
    if (!other) {
        return false;
    }
    struct ix_posting *from = postings;
    struct ix_posting *to = other;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t places[257] = {0};
        for (size_t i = 0; i < count; i++) {
            places[(from[i].term >> shift & 0xFF) + 1]++;
        }
        for (size_t i = 1; i < 257; i++) {
            places[i] += places[i - 1];
        }
        for (size_t i = 0; i < count; i++) {
            to[places[from[i].term >> shift & 0xFF]++] = from[i];
        }
        struct ix_posting *swapped = from;
        from = to;
        to = swapped;
    }
    free(other); /* after eight passes the result is where it began */
    return true;
}

static int by_number(const void *a, const void *b) {
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void sort_rids(struct rids *rids) {
    size_t ordered = 1;
    while (ordered < rids->count && rids->items[ordered - 1] <= rids->items[ordered]) {
        ordered++;
    }
    if (ordered < rids->count) {
        qsort(rids->items, rids->count, sizeof *rids->items, by_number);
    }
}

/* A segment while it is written: terms come in the table's order, each with its rids. */
struct segment {
    struct ix_row_source source;
    struct ix_sqlite *e;
    int64_t seg, postings;
    bool (*gather)(struct segment *g); /* the next term and its rids; false: no more, or *err */
    uint64_t term;
    struct rids rids;
    struct ix_buf list;

    /* from postings in memory, sorted as unsigned numbers; the table orders terms as signed ones,
     * so the upper half, which begins at `middle`, comes first */
    const struct ix_posting *sorted;
    size_t count, at, middle;

    /* from other segments */
    sqlite3_stmt *rows;
    bool row, voids;
};

static bool next_list(struct ix_row_source *source) {
    struct segment *g = (struct segment *)source;
    int64_t before = 0;
    g->rids.count = 0;
    if (!g->gather(g)) {
        return false;
    }
    ix_buf_clear(&g->list);
    sort_rids(&g->rids);
    for (size_t i = 0; i < g->rids.count; i++) {
        if (g->rids.items[i] != before) {
            encode(&g->list, g->rids.items[i], before);
            before = g->rids.items[i];
            g->postings++;
        }
    }
    return ix_buf_check(&g->list, source->err) == IX_OK;
}

static void list_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    struct segment *g = (struct segment *)source;
    if (column == 2) {
        sqlite3_result_blob64(context, g->list.data, g->list.size, SQLITE_STATIC);
    } else {
        sqlite3_result_int64(context, column ? (int64_t)g->term : g->seg);
    }
}

static enum ix_code write_segment(struct segment *g, struct ix_err *err) {
    g->source = (struct ix_row_source){.next = next_list, .column = list_column, .err = err};
    enum ix_code code =
        ix_sqlite_number(g->e,
                         "SELECT max(coalesce((SELECT max(seg) FROM prop_segment), 0), "
                         "coalesce((SELECT max(seg) FROM prop_void), 0)) + 1",
                         1, &g->seg, err);
    if (code == IX_OK) {
        code = ix_rows_insert(g->e,
                              "INSERT INTO prop_posting (seg, term, rids) "
                              "SELECT a, b, c FROM ix_rows",
                              &g->source);
    }
    free(g->rids.items);
    ix_buf_done(&g->list);
    sqlite3_stmt *s =
        code == IX_OK ? ix_sqlite_statement(g->e, IX_STATEMENT_SEGMENT_ADD, err) : NULL;
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, g->seg);
    sqlite3_bind_int64(s, 2, g->postings);
    return ix_sqlite_run_statement(g->e, s, err);
}

static bool gather_sorted(struct segment *g) {
    if (g->at == g->count) {
        return false;
    }
    const struct ix_posting *p = &g->sorted[(g->middle + g->at) % g->count];
    g->term = p->term;
    do {
        if (!rids_add(&g->rids, p->rid)) {
            ix_err_nomem(g->source.err);
            return false;
        }
        p = &g->sorted[(g->middle + ++g->at) % g->count];
    } while (g->at < g->count && p->term == g->term);
    return true;
}

enum ix_code ix_postings_write(struct ix_sqlite *e, struct ix_posting *postings, size_t count,
                               struct ix_err *err) {
    struct segment g = {.e = e, .gather = gather_sorted, .sorted = postings, .count = count};
    if (count == 0) {
        return IX_OK;
    }
    if (!sort_by_term(postings, count)) {
        return ix_err_nomem(err);
    }
    while (g.middle < count && postings[g.middle].term >> 63 == 0) {
        g.middle++;
    }
    return write_segment(&g, err);
}

/* ---- merging ---- */

/* Of some terms nothing is left. */
static bool gather_rows(struct segment *g) {
    struct ix_err *err = g->source.err;
    while (g->row && g->rids.count == 0) {
        g->term = (uint64_t)sqlite3_column_int64(g->rows, 0);
        do {
            if (take_list(g->e, ix_sqlite_text(g->rows, 2), sqlite3_column_int64(g->rows, 1),
                          g->voids, &g->rids, err) != IX_OK ||
                ix_sqlite_step(g->e, g->rows, &g->row, err) != IX_OK) {
                return false;
            }
        } while (g->row && (uint64_t)sqlite3_column_int64(g->rows, 0) == g->term);
    }
    return g->rids.count > 0;
}

static enum ix_code read_segments(struct ix_sqlite *e, struct ix_sv these, struct ix_err *err) {
    struct segment g = {.e = e, .gather = gather_rows};
    struct ix_buf sql = {0};
    ix_buf_printf(&sql,
                  "SELECT term, seg, rids FROM prop_posting WHERE seg IN (%.*s) ORDER BY term",
                  IX_SV_FMT(these));
    enum ix_code code = ix_buf_check(&sql, err);
    if (code == IX_OK &&
        sqlite3_prepare_v2(e->db, sql.data, (int)sql.size, &g.rows, NULL) != SQLITE_OK) {
        code = ix_sqlite_fail(e, "the property index", err);
    }
    code = code == IX_OK ? any_void(e, &g.voids, err) : code;
    code = code == IX_OK ? ix_sqlite_step(e, g.rows, &g.row, err) : code;
    code = code == IX_OK ? write_segment(&g, err) : code;
    sqlite3_finalize(g.rows);
    ix_buf_done(&sql);
    return code;
}

static enum ix_code drop_segments(struct ix_sqlite *e, struct ix_sv these, struct ix_err *err) {
    struct ix_buf sql = {0};
    ix_buf_printf(&sql,
                  "DELETE FROM prop_posting WHERE seg IN (%.*s);"
                  "DELETE FROM prop_segment WHERE seg IN (%.*s);"
                  "DELETE FROM prop_void WHERE seg < (SELECT min(seg) FROM prop_segment)",
                  IX_SV_FMT(these), IX_SV_FMT(these));
    const char *text = ix_buf_cstr(&sql);
    enum ix_code code = ix_buf_check(&sql, err);
    code = code == IX_OK ? ix_sqlite_exec(e, text, err) : code;
    ix_buf_done(&sql);
    return code;
}

/* The segments in `these` (a list of numbers, as SQL) become one. */
static enum ix_code merge_segments(struct ix_sqlite *e, struct ix_sv these, struct ix_err *err) {
    enum ix_code code = read_segments(e, these, err);
    return code == IX_OK ? drop_segments(e, these, err) : code;
}

static unsigned size_class(int64_t postings) {
    unsigned class_ = 0;
    for (int64_t size = SMALLEST_CLASS; postings > size && class_ < 31; size *= FAN_IN) {
        class_++;
    }
    return class_;
}

/* The numbers of FAN_IN segments of the smallest size that has so many, or of all segments. */
static enum ix_code choose(struct ix_sqlite *e, bool all, struct ix_buf *these,
                           struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    size_t count = 0;
    unsigned of_class = 0;
    if (sqlite3_prepare_v2(e->db, "SELECT seg, postings FROM prop_segment ORDER BY postings, seg",
                           -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the property index", err);
    }
    enum ix_code code = IX_OK;
    while (code == IX_OK && row && (all || count < FAN_IN)) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        unsigned class_ = size_class(sqlite3_column_int64(s, 1));
        if (!all && class_ != of_class) {
            ix_buf_clear(these);
            count = 0;
        }
        of_class = class_;
        ix_buf_printf(these, count++ ? ",%lld" : "%lld", (long long)sqlite3_column_int64(s, 0));
    }
    sqlite3_finalize(s);
    if (!all && count < FAN_IN) {
        ix_buf_clear(these);
    }
    return code == IX_OK ? ix_buf_check(these, err) : code;
}

static enum ix_code merge_chosen(struct ix_sqlite *e, bool all, bool *ret_merged,
                                 struct ix_err *err) {
    struct ix_buf these = {0};
    enum ix_code code = choose(e, all, &these, err);
    *ret_merged = code == IX_OK && these.size > 0;
    code = *ret_merged ? merge_segments(e, ix_buf_sv(&these), err) : code;
    ix_buf_done(&these);
    return code;
}

enum ix_code ix_postings_tidy(struct ix_sqlite *e, struct ix_err *err) {
    int64_t voids = 0;
    int64_t resources = 0;
    bool merged = true;
    enum ix_code code = ix_sqlite_number(e, "SELECT count(*) FROM prop_void", 0, &voids, err);
    if (code == IX_OK && voids > 0) {
        code = ix_sqlite_number(e, "SELECT count(*) FROM resource", 0, &resources, err);
    }
    if (code == IX_OK && voids * VOID_SHARE > resources) {
        code = merge_chosen(e, true, &merged, err);
    }
    while (code == IX_OK && merged) {
        code = merge_chosen(e, false, &merged, err);
    }
    return code;
}

enum ix_code ix_postings_clear(struct ix_sqlite *e, struct ix_err *err) {
    return ix_sqlite_exec(
        e, "DELETE FROM prop_posting; DELETE FROM prop_segment; DELETE FROM prop_void", err);
}

/* ---- the sum ---- */

enum ix_code ix_postings_sum(struct ix_sqlite *e, uint64_t *ret_sum, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    struct rids rids = {0};
    uint64_t sum = 0;
    bool row = true;
    bool voids = false;
    if (sqlite3_prepare_v2(e->db, "SELECT term, seg, rids FROM prop_posting", -1, &s, NULL) !=
        SQLITE_OK) {
        return ix_sqlite_fail(e, "the property index", err);
    }
    enum ix_code code = any_void(e, &voids, err);
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            uint64_t term = (uint64_t)sqlite3_column_int64(s, 0);
            rids.count = 0;
            code =
                take_list(e, ix_sqlite_text(s, 2), sqlite3_column_int64(s, 1), voids, &rids, err);
            for (size_t i = 0; i < rids.count; i++) {
                sum += ix_postings_part(term, rids.items[i]);
            }
        }
    }
    free(rids.items);
    sqlite3_finalize(s);
    *ret_sum = sum;
    return code;
}

/* ---- the table ix_prop: https://sqlite.org/vtab.html, section 2.1.2, eponymous-only ---- */

struct prop_table {
    sqlite3_vtab base;
    struct ix_sqlite *e;
};

struct prop_cursor {
    sqlite3_vtab_cursor base;
    struct rids rids;
    size_t at;
};

static int prop_connect(sqlite3 *db, void *context, int count, const char *const *words,
                        sqlite3_vtab **ret_table, char **ret_error) {
    (void)count, (void)words, (void)ret_error;
    int result =
        sqlite3_declare_vtab(db, "CREATE TABLE ix_prop (rid INTEGER, term INTEGER HIDDEN)");
    struct prop_table *table = result == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (!table) {
        return result == SQLITE_OK ? SQLITE_NOMEM : result;
    }
    *table = (struct prop_table){.e = context};
    *ret_table = &table->base;
    return sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
}

static int prop_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int prop_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    enum { RIDS_EXPECTED = 1000 };
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        bool term = info->aConstraint[i].iColumn == 1 &&
                    info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ;
        if (term && info->aConstraint[i].usable) {
            info->aConstraintUsage[i].argvIndex = 1;
            info->aConstraintUsage[i].omit = 1;
            info->estimatedRows = RIDS_EXPECTED;
            info->estimatedCost = RIDS_EXPECTED;
            return SQLITE_OK;
        }
    }
    return SQLITE_CONSTRAINT;
}

static int prop_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor) {
    (void)table;
    struct prop_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor) {
        return SQLITE_NOMEM;
    }
    *cursor = (struct prop_cursor){0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int prop_close(sqlite3_vtab_cursor *base) {
    struct prop_cursor *cursor = (struct prop_cursor *)base;
    free(cursor->rids.items);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static enum ix_code find_rids(struct ix_sqlite *e, int64_t term, struct rids *rids,
                              struct ix_err *err) {
    bool row = true;
    bool voids = false;
    if (any_void(e, &voids, err) != IX_OK) {
        return err->code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_POSTINGS_OF, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, term);
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            code = take_list(e, ix_sqlite_text(s, 1), sqlite3_column_int64(s, 0), voids, rids, err);
        }
    }
    sqlite3_reset(s);
    return code;
}

/* All at once: other statements may ask this table while the answer is read. */
static int prop_filter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                       sqlite3_value **values) {
    (void)number, (void)text;
    struct prop_cursor *cursor = (struct prop_cursor *)base;
    struct ix_sqlite *e = ((struct prop_table *)base->pVtab)->e;
    struct ix_err err = {0};
    cursor->rids.count = 0;
    cursor->at = 0;
    bool asked = count == 1 && sqlite3_value_type(values[0]) == SQLITE_INTEGER;
    if (asked && find_rids(e, sqlite3_value_int64(values[0]), &cursor->rids, &err) != IX_OK) {
        e->callback_err = err;
        return err.code == IX_NOMEM ? SQLITE_NOMEM : SQLITE_ERROR;
    }
    return SQLITE_OK;
}

static int prop_next(sqlite3_vtab_cursor *base) {
    ((struct prop_cursor *)base)->at++;
    return SQLITE_OK;
}

static int prop_eof(sqlite3_vtab_cursor *base) {
    const struct prop_cursor *cursor = (const struct prop_cursor *)base;
    return cursor->at >= cursor->rids.count;
}

static int prop_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    const struct prop_cursor *cursor = (const struct prop_cursor *)base;
    if (column == 0) {
        sqlite3_result_int64(context, cursor->rids.items[cursor->at]);
    }
    return SQLITE_OK;
}

static int prop_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid) {
    *ret_rowid = (sqlite3_int64)((const struct prop_cursor *)base)->at;
    return SQLITE_OK;
}

static const sqlite3_module prop_module = {
    .xConnect = prop_connect,
    .xBestIndex = prop_best_index,
    .xDisconnect = prop_disconnect,
    .xOpen = prop_open,
    .xClose = prop_close,
    .xFilter = prop_filter,
    .xNext = prop_next,
    .xEof = prop_eof,
    .xColumn = prop_column,
    .xRowid = prop_rowid,
};

/* ix_term(text) */
static void sql_term(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct ix_sqlite *e = sqlite3_user_data(context);
    const unsigned char *text = sqlite3_value_text(values[0]);
    size_t size = text ? (size_t)sqlite3_value_bytes(values[0]) : 0;
    sqlite3_result_int64(context, (int64_t)ix_postings_term(e, ix_sv_of((const char *)text, size)));
}

/* ix_having(term): the set of the resources that have it */
static void sql_having(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct ix_sqlite *e = sqlite3_user_data(context);
    struct rids rids = {0};
    struct ix_rid_set set = {0};
    struct ix_err err = {0};
    enum ix_code code = find_rids(e, sqlite3_value_int64(values[0]), &rids, &err);
    for (size_t i = 0; code == IX_OK && i < rids.count; i++) {
        if (rids.items[i] >= IX_RID_MAX) {
            code = damaged(&err);
        } else if (!ix_rid_set_add(&set, rids.items[i])) {
            code = ix_err_nomem(&err);
        }
    }
    free(rids.items);
    if (code == IX_OK) {
        ix_rid_set_result(&set, context);
        return;
    }
    ix_rid_set_done(&set);
    if (code == IX_NOMEM) {
        sqlite3_result_error_nomem(context);
    } else {
        e->callback_err = err;
        sqlite3_result_error(context, err.text, -1);
    }
}

enum ix_code ix_postings_add_table(struct ix_sqlite *e, struct ix_err *err) {
    enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };
    bool added = sqlite3_create_module_v2(e->db, "ix_prop", &prop_module, e, NULL) == SQLITE_OK &&
                 sqlite3_create_function_v2(e->db, "ix_term", 1, PURE, e, sql_term, NULL, NULL,
                                            NULL) == SQLITE_OK &&
                 sqlite3_create_function_v2(e->db, "ix_having", 1, PURE, e, sql_having, NULL, NULL,
                                            NULL) == SQLITE_OK;
    return added ? IX_OK : ix_err_nomem(err);
}
