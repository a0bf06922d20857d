/* A bill on its way in: lines are put into the segment of their billing period; a full segment is
 * written and summed, while the reader of the bill reads on (intake.h). Nothing grows with the
 * number of lines but the roll-ups, which are written when they hold many rows, and the texts,
 * which are forgotten when they are many.
 */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_load.h"
#include "indexer/warehouse/sqlite/intake.h"

enum {
    OPEN_MAX = 16,                /* segments being gathered at a time */
    SEGMENT_BYTES_MAX = 64 << 20, /* of texts */
    PERIODS_MAX = 10000,          /* of a run */
    SEGMENTS_WAITING = 2,         /* to be written, or being written */
};

static struct ix_cost_load *new_load(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_cost_load *load = calloc(1, sizeof *load);
    if (!load || !(load->writer.zstd = ix_zstd_new())) {
        free(load);
        ix_err_nomem(err);
        return NULL;
    }
    load->writer.e = e;
    ix_arena_init(&load->arena, 0);
    ix_arena_init(&load->totals, 0);
    if (ix_cost_names_begin(&load->writer.names, e, err) != IX_OK) {
        ix_cost_names_done(&load->writer.names);
        ix_zstd_free(load->writer.zstd);
        free(load);
        return NULL;
    }
    return load;
}

void ix_cost_end(struct ix_sqlite *e) {
    struct ix_cost_load *load = e->run.cost;
    for (struct ix_cost_filling *f = load ? load->fillings : NULL; f; f = f->next) {
        ix_cost_segment_free(f->segment);
    }
    for (struct ix_cost_loading *p = load ? load->rolled : NULL; p; p = p->next) {
        ix_cost_rollup_free(p->rollup);
    }
    if (load) {
        ix_cost_names_done(&load->writer.names);
        ix_cost_writer_done(&load->writer);
        ix_buf_done(&load->text);
        ix_arena_done(&load->totals);
        ix_arena_done(&load->arena);
        free(load->periods);
    }
    free(load);
    e->run.cost = NULL;
}

/* ---- periods ---- */

static struct ix_cost_loading *add_period(struct ix_cost_load *load, int64_t begin_ms,
                                          struct ix_err *err) {
    struct ix_cost_loading *p = IX_NEW(&load->arena, struct ix_cost_loading);
    struct ix_cost_loading **periods =
        realloc(load->periods, (load->period_count + 1) * sizeof(struct ix_cost_loading *));
    if (periods) {
        load->periods = periods;
    }
    if (!p || !periods) {
        ix_err_nomem(err);
        return NULL;
    }
    if (load->period_count == PERIODS_MAX) {
        ix_err_set(err, IX_LIMIT, "the bill has more than %d billing periods", PERIODS_MAX);
        return NULL;
    }
    p->begin_ms = begin_ms;
    periods[load->period_count++] = p;
    return p;
}

static struct ix_cost_loading *find_period(struct ix_cost_load *load, int64_t begin_ms,
                                           struct ix_err *err) {
    if (load->last && load->last->begin_ms == begin_ms) {
        return load->last;
    }
    for (size_t i = 0; i < load->period_count; i++) {
        if (load->periods[i]->begin_ms == begin_ms) {
            return load->periods[i];
        }
    }
    return add_period(load, begin_ms, err);
}

/* ---- writing what is full ---- */

static struct ix_cost_total *find_total(struct ix_cost_load *load, struct ix_cost_loading *p,
                                        struct ix_sv currency) {
    for (struct ix_cost_total *t = p->totals; t; t = t->next) {
        if (ix_sv_eq(t->currency, currency)) {
            return t;
        }
    }
    struct ix_cost_total *t = IX_NEW(&load->totals, struct ix_cost_total);
    struct ix_sv copy = ix_arena_copy(&load->totals, currency);
    if (!t || !copy.data) {
        return NULL;
    }
    t->currency = copy;
    t->next = p->totals;
    return p->totals = t;
}

static enum ix_code add_to_total(struct ix_cost_total *t, const struct ix_cost_segment *segment,
                                 uint32_t line, struct ix_err *err) {
    t->lines++;
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        const struct ix_cost_amounts *a = &segment->amounts[m];
        const struct ix_money amount = {a->nano[line], a->atto[line]};
        t->unknown[m] += !a->known[line];
        if (ix_money_add(&t->sum[m], amount, err) != IX_OK) {
            return ix_err_wrap(err, "the sum of %s cost in %.*s of a billing period",
                               ix_cost_metric_name((enum ix_cost_metric)m), IX_SV_FMT(t->currency));
        }
    }
    return IX_OK;
}

static enum ix_code add_totals(struct ix_cost_load *load, struct ix_cost_loading *p,
                               const struct ix_cost_segment *segment, struct ix_err *err) {
    const struct ix_cost_gather *g = &segment->columns[IX_FOCUS_BillingCurrency];
    struct ix_cost_total *total = NULL;
    uint32_t of = UINT32_MAX;
    enum ix_code code = IX_OK;
    for (uint32_t i = 0; code == IX_OK && i < segment->lines; i++) {
        uint32_t currency = i < g->lines ? g->codes[i] : 0;
        if (currency != of) {
            of = currency;
            total = find_total(load, p, of ? ix_cost_gather_entry(g, of - 1) : (struct ix_sv){0});
        }
        code = total ? add_to_total(total, segment, i, err) : ix_err_nomem(err);
    }
    return code;
}

/* All but those of one period (NULL: all): bills are mostly in the order of time, and then the
 * others are done with, while what is written of it now would have the same rows again later. */
static enum ix_code write_rollups(struct ix_cost_load *load, const struct ix_cost_loading *but,
                                  struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (struct ix_cost_loading *p = load->rolled; code == IX_OK && p; p = p->next) {
        code = p != but ? ix_cost_rollup_write(p->rollup, &load->writer, err) : IX_OK;
    }
    return code;
}

static enum ix_code roll_up(struct ix_cost_load *load, struct ix_cost_loading *p,
                            const struct ix_cost_segment *segment, struct ix_err *err) {
    size_t rows = 0;
    if (!p->rollup) {
        p->rollup = ix_cost_rollup_new(p->pid);
        if (!p->rollup) {
            return ix_err_nomem(err);
        }
        p->next = load->rolled;
        load->rolled = p;
    }
    enum ix_code code = ix_cost_rollup_add(p->rollup, segment, err);
    for (const struct ix_cost_loading *r = load->rolled; r; r = r->next) {
        rows += ix_cost_rollup_rows(r->rollup);
    }
    if (code == IX_OK && rows > IX_COST_ROLLUP_ROWS_MAX) {
        bool too_many = ix_cost_rollup_rows(p->rollup) > IX_COST_ROLLUP_ROWS_MAX;
        code = write_rollups(load, too_many ? NULL : p, err);
    }
    return code;
}

static enum ix_code add_period_row(struct ix_sqlite *e, struct ix_cost_loading *p,
                                   struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_PERIOD_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, e->run.sid);
    sqlite3_bind_int64(s, 2, p->begin_ms);
    sqlite3_bind_int64(s, 3, e->run.run);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    p->pid = sqlite3_last_insert_rowid(e->db);
    return code;
}

/* An ix_intake_work. The segment may then be taken again, empty. */
static enum ix_code write_segment(struct ix_sqlite *e, void *context, struct ix_err *err) {
    struct ix_cost_filling *f = context;
    struct ix_cost_loading *p = f->period;
    enum ix_code code = p->pid ? IX_OK : add_period_row(e, p, err);
    f->segment->pid = p->pid;
    code = code == IX_OK ? ix_cost_segment_write(&f->load->writer, f->segment, IX_COST_LINES, err)
                         : code;
    code = code == IX_OK ? roll_up(f->load, p, f->segment, err) : code;
    code = code == IX_OK ? ix_cost_join_note(&f->load->writer, f->segment, err) : code;
    code = code == IX_OK ? add_totals(f->load, p, f->segment, err) : code;
    ix_cost_segment_clear(f->segment);
    atomic_store(&f->waits, false);
    return code;
}

/* ---- segments that are open ---- */

static enum ix_code hand_over(struct ix_cost_load *load, struct ix_cost_loading *p,
                              struct ix_err *err) {
    struct ix_cost_filling *f = p->filling;
    p->filling = NULL;
    f->open = false;
    atomic_store(&f->waits, true);
    return ix_intake_do(load->writer.e, write_segment, f, SEGMENTS_WAITING, err);
}

/* Those that the last lines of a whole segment were not of. The bill goes on with another period,
 * so they are written before its first segment is: its sums may be what pushes theirs out. */
static enum ix_code close_passed(struct ix_cost_load *load, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < load->period_count; i++) {
        struct ix_cost_loading *p = load->periods[i];
        if (p->filling && load->lines - p->used >= IX_COST_SEGMENT_LINES) {
            code = hand_over(load, p, err);
        }
    }
    return code;
}

/* Segments are large: of a bill of many periods side by side, few are open. */
static enum ix_code close_idle(struct ix_cost_load *load, struct ix_err *err) {
    struct ix_cost_loading *oldest = NULL;
    size_t open = 0;
    enum ix_code code = close_passed(load, err);
    for (size_t i = 0; i < load->period_count; i++) {
        struct ix_cost_loading *p = load->periods[i];
        open += p->filling != NULL;
        if (p->filling && (!oldest || p->used < oldest->used)) {
            oldest = p;
        }
    }
    return code == IX_OK && open >= OPEN_MAX ? hand_over(load, oldest, err) : code;
}

static struct ix_cost_filling *take_segment(struct ix_cost_load *load) {
    struct ix_cost_filling *f = load->fillings;
    while (f && (f->open || atomic_load(&f->waits))) {
        f = f->next;
    }
    if (f || !(f = IX_NEW(&load->arena, struct ix_cost_filling))) {
        return f;
    }
    f->load = load;
    f->segment = ix_cost_segment_new();
    f->next = load->fillings;
    load->fillings = f;
    return f->segment ? f : NULL;
}

static enum ix_code open_segment(struct ix_cost_load *load, struct ix_cost_loading *p,
                                 struct ix_err *err) {
    p->used = ++load->lines;
    if (p == load->last && p->filling) {
        return IX_OK;
    }
    if (!p->filling) {
        enum ix_code code = close_idle(load, err);
        struct ix_cost_filling *f = code == IX_OK ? take_segment(load) : NULL;
        if (!f) {
            return code == IX_OK ? ix_err_nomem(err) : code;
        }
        f->open = true;
        f->period = p;
        p->filling = f;
    }
    load->last = p;
    return IX_OK;
}

/* ---- lines ---- */

static enum ix_code begin(struct ix_sqlite *e, struct ix_err *err) {
    enum ix_code code = e->run.cost ? IX_OK : ix_intake_settle(e, err);
    if (code != IX_OK || e->run.cost || !(e->run.cost = new_load(e, err))) {
        return err->code;
    }
    for (size_t i = 0; i < IX_COST_AT_EXTRA; i++) {
        e->run.cost->name_hash[i] = i < IX_FOCUS_COUNT
                                        ? ix_hash_short(ix_sv_cstr(ix_focus_columns[i].name))
                                        : (uint64_t)(i - IX_FOCUS_COUNT + 1);
    }
    return IX_OK;
}

enum ix_code ix_cost_sink(struct ix_sink *sink, const struct ix_cost_line *line,
                          struct ix_err *err) {
    struct ix_sqlite *e = ((struct ix_sqlite_run *)sink)->engine;
    enum ix_code code = e->run.cost ? IX_OK : begin(e, err);
    if (code != IX_OK) {
        return code;
    }
    struct ix_cost_load *load = e->run.cost;
    struct ix_cost_loading *p = find_period(load, line->billing_start_ms, err);
    code = p ? open_segment(load, p, err) : err->code;
    code = code == IX_OK ? ix_cost_load_line(load, p, line, err) : code;
    const struct ix_cost_segment *segment = p && p->filling ? p->filling->segment : NULL;
    bool full =
        segment && (segment->lines == IX_COST_SEGMENT_LINES || segment->bytes > SEGMENT_BYTES_MAX);
    code = code == IX_OK && full ? close_passed(load, err) : code;
    return code == IX_OK && full ? hand_over(load, p, err) : code;
}

enum ix_code ix_cost_load_finish(struct ix_cost_load *load, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < load->period_count; i++) {
        struct ix_cost_filling *f = load->periods[i]->filling;
        code = f && f->segment->lines ? write_segment(load->writer.e, f, err) : code;
    }
    return code == IX_OK ? write_rollups(load, NULL, err) : code;
}
