/* The billing periods of a run take the place of those that the source had. Until the run's
 * transaction ends nobody sees them, so old and new ones may stand side by side here. */
#include "indexer/warehouse/sqlite/cost_load.h"

/* ---- dropping ---- */

enum ix_code ix_cost_drop_segment(struct ix_sqlite *e, int64_t seg, struct ix_err *err) {
    const int64_t parts = INT64_C(1) << IX_COST_CID_BITS;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_DATA_DROP, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, seg * parts);
    sqlite3_bind_int64(s, 2, seg * parts + parts - 1);
    if (ix_sqlite_run_statement(e, s, err) != IX_OK) {
        return err->code;
    }
    s = ix_sqlite_statement(e, IX_STATEMENT_COST_SEGMENT_DROP, err);
    if (s) {
        sqlite3_bind_int64(s, 1, seg);
    }
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code any_segment(struct ix_sqlite *e, int64_t pid, int64_t *ret_seg,
                                struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_SEGMENT_OF, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, pid);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *ret_seg = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return code;
}

enum ix_code ix_cost_drop_level(struct ix_sqlite *e, int64_t pid, enum ix_cost_level level,
                                struct ix_err *err) {
    int64_t seg = 0;
    enum ix_code code = IX_OK;
    do {
        bool row = false;
        sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_SEGMENT_AT, err);
        if (!s) {
            return err->code;
        }
        sqlite3_bind_int64(s, 1, pid);
        sqlite3_bind_int(s, 2, level);
        code = ix_sqlite_step(e, s, &row, err);
        seg = row ? sqlite3_column_int64(s, 0) : 0;
        sqlite3_reset(s);
        code = code == IX_OK && seg ? ix_cost_drop_segment(e, seg, err) : code;
    } while (code == IX_OK && seg);
    return code;
}

static enum ix_code drop_rows(struct ix_sqlite *e, enum ix_statement which, int64_t pid,
                              struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, which, err);
    if (s) {
        sqlite3_bind_int64(s, 1, pid);
    }
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code drop_period(struct ix_sqlite *e, int64_t pid, struct ix_err *err) {
    int64_t seg = 0;
    enum ix_code code = any_segment(e, pid, &seg, err);
    while (code == IX_OK && seg) {
        code = ix_cost_drop_segment(e, seg, err);
        code = code == IX_OK ? any_segment(e, pid, &seg, err) : code;
    }
    code = code == IX_OK ? drop_rows(e, IX_STATEMENT_COST_TOTAL_DROP, pid, err) : code;
    return code == IX_OK ? drop_rows(e, IX_STATEMENT_COST_PERIOD_DROP, pid, err) : code;
}

/* ---- one period ---- */

static enum ix_code write_total(struct ix_sqlite *e, int64_t pid, const struct ix_cost_total *t,
                                struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (int m = 0; code == IX_OK && m < IX_COST_METRIC_COUNT; m++) {
        sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_TOTAL_ADD, err);
        if (!s) {
            return err->code;
        }
        sqlite3_bind_int64(s, 1, pid);
        ix_sqlite_bind_text(s, 2, t->currency);
        sqlite3_bind_int(s, 3, m);
        sqlite3_bind_int64(s, 4, t->lines);
        sqlite3_bind_int64(s, 5, t->unknown[m]);
        sqlite3_bind_int64(s, 6, t->sum[m].nano);
        sqlite3_bind_int64(s, 7, t->sum[m].atto);
        code = ix_sqlite_run_statement(e, s, err);
    }
    return code;
}

static enum ix_code finish_period(struct ix_sqlite *e, const struct ix_cost_loading *p,
                                  struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_PERIOD_FINISH, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, p->pid);
    sqlite3_bind_int64(s, 2, p->lines);
    sqlite3_bind_int64(s, 3, p->rounded);
    sqlite3_bind_blob(s, 4, p->digest, sizeof p->digest, SQLITE_STATIC);
    sqlite3_bind_int64(s, 5, p->until_ms ? p->until_ms : p->until_any_ms);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    for (const struct ix_cost_total *t = p->totals; code == IX_OK && t; t = t->next) {
        code = write_total(e, p->pid, t, err);
    }
    return code;
}

/* *ret_pid 0: the source had nothing for the period. */
static enum ix_code find_old(struct ix_sqlite *e, const struct ix_cost_loading *p, int64_t *ret_pid,
                             bool *ret_same, struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_PERIOD_OLD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, e->run.sid);
    sqlite3_bind_int64(s, 2, p->begin_ms);
    sqlite3_bind_int64(s, 3, p->pid);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    const struct ix_sv digest = ix_sv_of((const char *)p->digest, sizeof p->digest);
    *ret_pid = row ? sqlite3_column_int64(s, 0) : 0;
    *ret_same =
        row && sqlite3_column_int64(s, 1) == p->lines && ix_sv_eq(ix_sqlite_text(s, 2), digest);
    sqlite3_reset(s);
    return code;
}

static enum ix_code note_change(struct ix_sqlite *e, const struct ix_cost_loading *p, int64_t old,
                                struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_CHANGE_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, e->run.run);
    sqlite3_bind_int64(s, 2, p->begin_ms);
    sqlite3_bind_int64(s, 3, old);
    sqlite3_bind_int64(s, 4, p->pid);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code replace(struct ix_sqlite *e, const struct ix_cost_loading *p, bool *ret_changed,
                            struct ix_err *err) {
    int64_t old = 0;
    bool same = false;
    enum ix_code code = find_old(e, p, &old, &same, err);
    if (code != IX_OK || same) {
        return code == IX_OK ? drop_period(e, p->pid, err) : code;
    }
    *ret_changed = true;
    code = finish_period(e, p, err);
    code = code == IX_OK ? note_change(e, p, old, err) : code;
    return code == IX_OK && old ? drop_period(e, old, err) : code;
}

enum ix_code ix_cost_publish(struct ix_sqlite *e, bool *ret_changed, struct ix_err *err) {
    struct ix_cost_load *load = e->run.cost;
    bool changed = false;
    enum ix_code code = load ? ix_cost_load_finish(load, err) : IX_OK;
    for (size_t i = 0; code == IX_OK && load && i < load->period_count; i++) {
        code = replace(e, load->periods[i], &changed, err);
    }
    *ret_changed = changed;
    return code == IX_OK ? ix_cost_join_resolve(e, false, err) : code;
}
