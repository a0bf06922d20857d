/* A bill on its way in: lines are put into the segment of their billing period; a full segment is
 * written and summed. Nothing grows with the number of lines but the roll-ups, which are written
 * when they hold many rows, and the texts, which are forgotten when they are many.
 *
 * Whether a billing period came again unchanged is told by a digest of its lines that does not
 * depend on their order: the sum of a hash of each line. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_load.h"
#include "indexer/warehouse/sqlite/intake.h"

enum {
    OPEN_MAX = 16,                /* segments being gathered at a time */
    SEGMENT_BYTES_MAX = 64 << 20, /* of texts */
    PERIODS_MAX = 10000,          /* of a run */
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
    for (size_t i = 0; load && i < load->period_count; i++) {
        ix_cost_segment_free(load->periods[i]->segment);
        ix_cost_rollup_free(load->periods[i]->rollup);
    }
    if (load) {
        ix_cost_names_done(&load->writer.names);
        ix_zstd_free(load->writer.zstd);
        ix_buf_done(&load->writer.plain);
        ix_buf_done(&load->writer.packed);
        ix_buf_done(&load->text);
        ix_arena_done(&load->arena);
        free(load->periods);
    }
    free(load);
    e->run.cost = NULL;
}

/* ---- periods ---- */

static enum ix_code add_period_row(struct ix_sqlite *e, int64_t begin_ms, int64_t *ret_pid,
                                   struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_PERIOD_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, e->run.sid);
    sqlite3_bind_int64(s, 2, begin_ms);
    sqlite3_bind_int64(s, 3, e->run.run);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    *ret_pid = sqlite3_last_insert_rowid(e->db);
    return code;
}

static struct ix_cost_loading *add_period(struct ix_cost_load *load, int64_t begin_ms,
                                          struct ix_err *err) {
    struct ix_sqlite *e = load->writer.e;
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
    if (ix_intake_settle(e, err) != IX_OK || add_period_row(e, begin_ms, &p->pid, err) != IX_OK) {
        return NULL;
    }
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
    struct ix_cost_total *t = IX_NEW(&load->arena, struct ix_cost_total);
    struct ix_sv copy = ix_arena_copy(&load->arena, currency);
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
                               struct ix_err *err) {
    const struct ix_cost_segment *segment = p->segment;
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

static enum ix_code write_rollups(struct ix_cost_load *load, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < load->period_count; i++) {
        if (load->periods[i]->rollup) {
            code = ix_cost_rollup_write(load->periods[i]->rollup, &load->writer, err);
        }
    }
    return code;
}

static enum ix_code roll_up(struct ix_cost_load *load, struct ix_cost_loading *p,
                            struct ix_err *err) {
    size_t rows = 0;
    if (!p->rollup && !(p->rollup = ix_cost_rollup_new(p->pid))) {
        return ix_err_nomem(err);
    }
    enum ix_code code = ix_cost_rollup_add(p->rollup, p->segment, err);
    for (size_t i = 0; i < load->period_count; i++) {
        rows += load->periods[i]->rollup ? ix_cost_rollup_rows(load->periods[i]->rollup) : 0;
    }
    return code == IX_OK && rows > IX_COST_ROLLUP_ROWS_MAX ? write_rollups(load, err) : code;
}

/* The segment is kept, empty, for the lines that follow. */
static enum ix_code write_segment(struct ix_cost_load *load, struct ix_cost_loading *p,
                                  struct ix_err *err) {
    if (!p->segment || p->segment->lines == 0) {
        return IX_OK;
    }
    p->segment->pid = p->pid;
    enum ix_code code = ix_intake_settle(load->writer.e, err);
    code =
        code == IX_OK ? ix_cost_segment_write(&load->writer, p->segment, IX_COST_LINES, err) : code;
    code = code == IX_OK ? roll_up(load, p, err) : code;
    code = code == IX_OK ? ix_cost_join_note(&load->writer, p->segment, err) : code;
    code = code == IX_OK ? add_totals(load, p, err) : code;
    ix_cost_segment_clear(p->segment);
    return code;
}

/* Segments are large: of a bill of many periods side by side, few are open. */
static enum ix_code close_oldest(struct ix_cost_load *load, struct ix_err *err) {
    struct ix_cost_loading *oldest = NULL;
    size_t open = 0;
    for (size_t i = 0; i < load->period_count; i++) {
        struct ix_cost_loading *p = load->periods[i];
        open += p->segment != NULL;
        if (p->segment && (!oldest || p->used < oldest->used)) {
            oldest = p;
        }
    }
    if (open < OPEN_MAX) {
        return IX_OK;
    }
    enum ix_code code = write_segment(load, oldest, err);
    ix_cost_segment_free(oldest->segment);
    oldest->segment = NULL;
    return code;
}

static enum ix_code open_segment(struct ix_cost_load *load, struct ix_cost_loading *p,
                                 struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (p == load->last && p->segment) {
        return IX_OK;
    }
    if (!p->segment) {
        code = close_oldest(load, err);
        p->segment = code == IX_OK ? ix_cost_segment_new() : NULL;
        code = code == IX_OK && !p->segment ? ix_err_nomem(err) : code;
    }
    p->used = ++load->clock;
    load->last = p;
    return code;
}

/* ---- one line ---- */

/* Adds a value to the digest of its line: a sum, for the columns of `extra` have no order. */
static void digest(struct ix_cost_load *load, uint64_t column, uint64_t value) {
    uint64_t x = (value ^ (column * UINT64_C(0x9E3779B97F4A7C15))) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 31)) * UINT64_C(0x94D049BB133111EB);
    load->digest[0] += x ^ (x >> 29);
    load->digest[1] += (x * UINT64_C(0xD6E8FEB86659FD93)) ^ (x >> 32);
}

static bool put_text(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                     uint64_t name, struct ix_sv text) {
    uint64_t hash = 0;
    if (!text.data) {
        return true;
    }
    segment->bytes += text.size;
    bool put = ix_cost_gather_text(&segment->columns[column], segment->lines, text, &hash);
    digest(load, name, hash);
    return put;
}

static bool put_number(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                       int64_t number) {
    uint64_t hash = 0;
    bool put = ix_cost_gather_number(&segment->columns[column], segment->lines, number, &hash);
    digest(load, load->name_hash[column], hash);
    return put;
}

static bool put_time(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                     int64_t ms) {
    return ms == IX_TIME_UNKNOWN || put_number(load, segment, column, ms);
}

static bool put_json(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                     uint64_t name, const struct ix_json *node) {
    ix_buf_clear(&load->text);
    ix_json_write_canonical(&load->text, node);
    return !load->text.failed && put_text(load, segment, column, name, ix_buf_sv(&load->text));
}

static enum ix_code put_extra(struct ix_cost_load *load, struct ix_cost_segment *segment,
                              const struct ix_json *extra, struct ix_err *err) {
    for (const struct ix_json *m = ix_json_first(extra); m; m = ix_json_next(m)) {
        size_t column = 0;
        if (ix_cost_names_extra(&load->writer.names, ix_json_key(m), &column, err) != IX_OK) {
            return err->code;
        }
        segment->column_count =
            column >= segment->column_count ? column + 1 : segment->column_count;
        if (!put_json(load, segment, column, ix_hash_short(ix_json_key(m)), m)) {
            return ix_err_nomem(err);
        }
    }
    return IX_OK;
}

static bool put_amounts(struct ix_cost_load *load, struct ix_cost_segment *segment,
                        const struct ix_cost_line *line) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        bool known = line->cost_known[m];
        if (!ix_cost_amounts_put(&segment->amounts[m], segment->lines, line->cost[m], known)) {
            return false;
        }
        if (known) {
            size_t column = ix_cost_metric_column((enum ix_cost_metric)m);
            uint64_t value = (uint64_t)line->cost[m].nano * UINT64_C(0xFF51AFD7ED558CCD);
            digest(load, load->name_hash[column], value + (uint64_t)line->cost[m].atto);
        }
    }
    return true;
}

/* Not part of the digest: what was exported comes again with the rounded amounts. */
static bool put_rounded(struct ix_cost_segment *segment, int64_t rounded) {
    uint64_t ignored = 0;
    return rounded == 0 || ix_cost_gather_number(&segment->columns[IX_COST_AT_ROUNDED],
                                                 segment->lines, rounded, &ignored);
}

static bool put_columns(struct ix_cost_load *load, struct ix_cost_segment *segment,
                        const struct ix_cost_line *line) {
    for (size_t i = 0; i < IX_FOCUS_COUNT; i++) {
        if (line->text[i].data && i != IX_FOCUS_Tags &&
            !put_text(load, segment, i, load->name_hash[i], line->text[i])) {
            return false;
        }
    }
    return put_time(load, segment, IX_FOCUS_BillingPeriodEnd, line->billing_end_ms) &&
           put_time(load, segment, IX_FOCUS_ChargePeriodStart, line->charge_start_ms) &&
           put_time(load, segment, IX_FOCUS_ChargePeriodEnd, line->charge_end_ms) &&
           put_number(load, segment, IX_COST_AT_BASIS, line->basis) &&
           put_rounded(segment, line->cost_rounded) &&
           (!line->tags ||
            put_json(load, segment, IX_FOCUS_Tags, load->name_hash[IX_FOCUS_Tags], line->tags));
}

static enum ix_code put_line(struct ix_cost_load *load, struct ix_cost_loading *p,
                             const struct ix_cost_line *line, struct ix_err *err) {
    struct ix_cost_segment *segment = p->segment;
    load->digest[0] = load->digest[1] = 0;
    if (!put_columns(load, segment, line) || !put_amounts(load, segment, line)) {
        return ix_err_nomem(err);
    }
    enum ix_code code = put_extra(load, segment, line->extra, err);
    struct ix_hash hash = ix_hash_of(ix_sv_of((const char *)load->digest, sizeof load->digest));
    uint64_t halves[2];
    memcpy(halves, hash.bytes, sizeof halves);
    p->digest[0] += halves[0];
    p->digest[1] += halves[1];
    p->lines++;
    p->rounded += line->cost_rounded;
    segment->lines++;
    return code;
}

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
    code = code == IX_OK ? put_line(load, p, line, err) : code;
    if (code == IX_OK &&
        (p->segment->lines == IX_COST_SEGMENT_LINES || p->segment->bytes > SEGMENT_BYTES_MAX)) {
        code = write_segment(load, p, err);
    }
    return code;
}

enum ix_code ix_cost_load_finish(struct ix_cost_load *load, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < load->period_count; i++) {
        code = write_segment(load, load->periods[i], err);
    }
    return code == IX_OK ? write_rollups(load, err) : code;
}
