/* Which resource a line names: its ResourceId by the rules of identity, as a uid, or as a bare id
 * within the line's account. Each pair of id and account that bills have stands once in cost_join
 * and is looked up when a run ends, so that bill and inventory may come in either order. An id that
 * two resources have in the account names none. */
#include "indexer/normalise/identity.h"
#include "indexer/warehouse/sqlite/cost_store.h"

/* ---- which ids there are ---- */

static enum ix_code add_pair(struct ix_sqlite *e, int64_t resource, int64_t account,
                             struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_JOIN_ADD, err);
    if (s) {
        sqlite3_bind_int64(s, 1, resource);
        sqlite3_bind_int64(s, 2, account);
    }
    return ix_sqlite_run_statement(e, s, err);
}

static int64_t number_at(const struct ix_cost_segment *segment, size_t column, uint32_t code) {
    const int64_t *numbers = segment->numbers[column];
    return numbers ? numbers[code - 1] : segment->columns[column].entries[code - 1].number;
}

static uint32_t code_at(const struct ix_cost_gather *g, uint32_t line) {
    return line < g->lines ? g->codes[line] : 0;
}

/* An id nearly always has one account, so the newest one of each id is remembered. */
static enum ix_code add_pairs(struct ix_sqlite *e, const struct ix_cost_segment *segment,
                              uint32_t *newest, struct ix_err *err) {
    const struct ix_cost_gather *ids = &segment->columns[IX_FOCUS_ResourceId];
    const struct ix_cost_gather *accounts = &segment->columns[IX_FOCUS_SubAccountId];
    enum ix_code code = IX_OK;
    for (uint32_t i = 0; code == IX_OK && i < ids->lines; i++) {
        uint32_t id = code_at(ids, i);
        uint32_t account = code_at(accounts, i);
        if (id && newest[id - 1] != account + 1) {
            newest[id - 1] = account + 1;
            code = add_pair(e, number_at(segment, IX_FOCUS_ResourceId, id),
                            account ? number_at(segment, IX_FOCUS_SubAccountId, account) : 0, err);
        }
    }
    return code;
}

enum ix_code ix_cost_join_note(struct ix_cost_writer *w, const struct ix_cost_segment *segment,
                               struct ix_err *err) {
    struct ix_arena arena;
    size_t ids = segment->columns[IX_FOCUS_ResourceId].count;
    ix_arena_init(&arena, 0);
    uint32_t *newest = ix_arena_array(&arena, ids + 1, sizeof *newest);
    enum ix_code code = ix_arena_check(&arena, err);
    code = code == IX_OK && ids ? add_pairs(w->e, segment, newest, err) : code;
    ix_arena_done(&arena);
    return code;
}

/* ---- looking them up ---- */

struct candidate {
    int64_t rid;
    int count;
};

/* Those of the account count; without any, those of which no account is known. What is there counts
 * before what is no more. */
static enum ix_code find_id(struct ix_sqlite *e, struct ix_sv id, struct ix_sv account,
                            int64_t *ret_rid, struct ix_err *err) {
    struct candidate candidates[4] = {0};
    bool row = true;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_JOIN_BY_ID, err);
    enum ix_code code = s ? IX_OK : err->code;
    if (s) {
        ix_sqlite_bind_text(s, 1, id);
    }
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        struct ix_sv of = ix_sqlite_text(s, 2);
        bool deleted = sqlite3_column_int(s, 1) != 0;
        if (ix_sv_empty(of) || ix_sv_eq(of, account)) {
            struct candidate *c = &candidates[2 * ix_sv_empty(of) + deleted];
            c->rid = sqlite3_column_int64(s, 0);
            c->count++;
        }
    }
    if (s) {
        sqlite3_reset(s);
    }
    size_t best = 0;
    while (best < 3 && candidates[best].count == 0) {
        best++;
    }
    *ret_rid = candidates[best].count > 1 ? IX_COST_RID_SEVERAL : candidates[best].rid;
    return code;
}

static enum ix_code find_resource(struct ix_sqlite *e, struct ix_sv id, struct ix_sv account,
                                  int64_t *ret_rid, struct ix_err *err) {
    struct ix_sv uid = ix_identity_id(&e->run.scratch, id);
    enum ix_code code = ix_arena_check(&e->run.scratch, err);
    code = code == IX_OK ? ix_sqlite_find_resource(e, uid, ret_rid, err) : code;
    code = code == IX_OK && !*ret_rid ? find_id(e, id, account, ret_rid, err) : code;
    ix_arena_reset(&e->run.scratch);
    return code;
}

static enum ix_code set_rid(struct ix_sqlite *e, sqlite3_stmt *row, int64_t rid,
                            struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_JOIN_SET, err);
    if (s) {
        sqlite3_bind_int64(s, 1, sqlite3_column_int64(row, 0));
        sqlite3_bind_int64(s, 2, sqlite3_column_int64(row, 1));
        sqlite3_bind_int64(s, 3, rid);
    }
    return ix_sqlite_run_statement(e, s, err);
}

/* Rows are read in the order of their key, which what is written does not change. */
static enum ix_code resolve_missing(struct ix_sqlite *e, struct ix_err *err) {
    static const char missing[] =
        "SELECT j.resource, j.account, i.value, a.value FROM cost_join j NOT INDEXED "
        "JOIN cost_text i ON i.tid = j.resource LEFT JOIN cost_text a ON a.tid = j.account "
        "WHERE j.rid IS NULL";
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = IX_OK;
    if (sqlite3_prepare_v2(e->db, missing, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the resources of bills", err);
    }
    while (code == IX_OK && row) {
        int64_t rid = 0;
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            code = find_resource(e, ix_sqlite_text(s, 2), ix_sqlite_text(s, 3), &rid, err);
            code = code == IX_OK && rid ? set_rid(e, s, rid, err) : code;
        }
    }
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_cost_join_resolve(struct ix_sqlite *e, bool all, struct ix_err *err) {
    static const char forget_touched[] =
        "UPDATE cost_join SET rid = NULL WHERE rid IN (SELECT rid FROM temp.touched) "
        "OR (rid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.rid = "
        "cost_join.rid))";
    int64_t any = 0;
    enum ix_code code =
        ix_sqlite_number(e, "SELECT EXISTS (SELECT 1 FROM cost_join)", 0, &any, err);
    if (code != IX_OK || !any) {
        return code;
    }
    code = ix_sqlite_exec(e, all ? "UPDATE cost_join SET rid = NULL" : forget_touched, err);
    return code == IX_OK ? resolve_missing(e, err) : code;
}
