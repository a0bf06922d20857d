/* Whether roll-ups and totals are what the lines come to, and making them anew when not. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

/* ---- comparing ---- */

static bool same_row(const struct ix_cost_row *a, const struct ix_cost_row *b, size_t values) {
    bool same = a->begin_ms == b->begin_ms && ix_sv_eq(a->currency, b->currency) &&
                ix_money_compare(a->sum, b->sum) == 0 && a->lines == b->lines &&
                a->unknown == b->unknown;
    for (size_t i = 0; same && i < values; i++) {
        same = ix_sv_eq(a->values[i], b->values[i]) && !a->values[i].data == !b->values[i].data;
    }
    return same;
}

static bool same_answer(const struct ix_cost_answer *a, const struct ix_cost_answer *b,
                        size_t values) {
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = same_row(&a->rows[i], &b->rows[i], values);
    }
    return same;
}

enum { BY = 3 }; /* source, billing period, and one column */

static struct ix_cost_question question_by(struct ix_cost_dimension dimensions[BY],
                                           enum ix_cost_metric metric, enum ix_cost_grain grain) {
    dimensions[0] = (struct ix_cost_dimension){.kind = IX_COST_BY_SOURCE};
    dimensions[1] = (struct ix_cost_dimension){.kind = IX_COST_BY_COLUMN,
                                               .column = IX_FOCUS_BillingPeriodStart};
    return (struct ix_cost_question){.metric = metric,
                                     .grain = grain,
                                     .from_ms = IX_TIME_UNKNOWN,
                                     .until_ms = IX_TIME_UNKNOWN,
                                     .dimensions = dimensions,
                                     .dimension_count = BY - 1};
}

/* Where a billing period has the level. */
static enum ix_code compare(struct ix_sqlite *e, enum ix_cost_level level,
                            const struct ix_cost_question *q, bool *agree, struct ix_err *err) {
    struct ix_cost_answer rolled = {0};
    struct ix_cost_answer lines = {0};
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_cost_ask(e, q, 1 << level, level, &arena, &rolled, err);
    if (code == IX_OK) {
        code = ix_cost_ask(e, q, 1 << IX_COST_LINES, level, &arena, &lines, err);
    }
    *agree &= code == IX_OK && same_answer(&rolled, &lines, q->dimension_count);
    ix_arena_done(&arena);
    return code;
}

static enum ix_code compare_column(struct ix_sqlite *e, enum ix_cost_level level,
                                   enum ix_cost_metric metric, uint16_t column, bool *agree,
                                   struct ix_err *err) {
    struct ix_cost_dimension dimensions[BY] = {0};
    struct ix_cost_question q = question_by(dimensions, metric, ix_cost_levels[level].grain);
    if (column != IX_FOCUS_ChargePeriodStart) {
        dimensions[BY - 1] = (struct ix_cost_dimension){.kind = IX_COST_BY_COLUMN,
                                                        .column = (enum ix_focus_column)column};
        q.dimension_count = BY;
    }
    return compare(e, level, &q, agree, err);
}

static bool is_asked_for(uint16_t column) {
    static const uint16_t asked[] = {IX_FOCUS_ServiceName, IX_FOCUS_SubAccountId, IX_FOCUS_RegionId,
                                     IX_FOCUS_ResourceId, IX_FOCUS_ChargeCategory};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if (asked[i] == column) {
            return true;
        }
    }
    return false;
}

/* All metrics by day or month; one of them by each of what people ask for most, for lines that were
 * put elsewhere would be missed in any. */
static enum ix_code compare_level(struct ix_sqlite *e, enum ix_cost_level level, bool *agree,
                                  struct ix_err *err) {
    const struct ix_cost_level_info *info = &ix_cost_levels[level];
    enum ix_code code = IX_OK;
    for (int m = 0; code == IX_OK && m < IX_COST_METRIC_COUNT; m++) {
        code = compare_column(e, level, (enum ix_cost_metric)m, IX_FOCUS_ChargePeriodStart, agree,
                              err);
    }
    for (size_t i = 0; code == IX_OK && *agree && i < info->count; i++) {
        if (is_asked_for(info->columns[i])) {
            code = compare_column(e, level, IX_COST_BILLED, info->columns[i], agree, err);
        }
    }
    return code;
}

/* A tag's column of values says what the sets of tags say, which is what the roll-up has. */
static enum ix_code compare_tag(struct ix_sqlite *e, struct ix_sv key, bool *agree,
                                struct ix_err *err) {
    const enum ix_cost_level level = IX_COST_RESOURCE_MONTH;
    struct ix_cost_dimension dimensions[BY] = {0};
    struct ix_cost_question q = question_by(dimensions, IX_COST_BILLED, IX_COST_GRAIN_MONTH);
    dimensions[BY - 1] = (struct ix_cost_dimension){.kind = IX_COST_BY_TAG, .key = key};
    q.dimension_count = BY;
    return compare(e, level, &q, agree, err);
}

static enum ix_code compare_tags(struct ix_sqlite *e, bool *agree, struct ix_err *err) {
    enum { ENOUGH = 16 };
    struct ix_cost_names_store *names = calloc(1, sizeof *names);
    enum ix_code code = names ? ix_cost_names_begin(names, e, err) : ix_err_nomem(err);
    for (size_t i = 0; code == IX_OK && *agree && i < names->tag_count && i < ENOUGH; i++) {
        code = compare_tag(e, names->tag_names[i], agree, err);
    }
    if (names) {
        ix_cost_names_done(names);
    }
    free(names);
    return code;
}

/* ---- totals ---- */

static bool is_of(const struct ix_cost_row *row, const struct ix_cost_period *p) {
    char text[IX_TIME_TEXT_SIZE];
    return ix_sv_eq(row->values[0], p->source) &&
           ix_sv_eq(row->values[1], ix_time_format(p->begin_ms, text)) &&
           ix_sv_eq(row->currency, p->currency);
}

static bool has_total(const struct ix_cost_periods *periods, enum ix_cost_metric metric,
                      const struct ix_cost_row *row) {
    for (size_t i = 0; i < periods->count; i++) {
        const struct ix_cost_period *p = &periods->items[i];
        if (is_of(row, p)) {
            return p->lines == row->lines && p->unknown[metric] == row->unknown &&
                   ix_money_compare(p->total[metric], row->sum) == 0;
        }
    }
    return false;
}

static enum ix_code ask_totals(struct ix_sqlite *e, enum ix_cost_metric metric,
                               struct ix_arena *arena, struct ix_cost_answer *ret_answer,
                               struct ix_err *err) {
    struct ix_cost_dimension dimensions[BY] = {0};
    const struct ix_cost_question q = question_by(dimensions, metric, IX_COST_GRAIN_NONE);
    return ix_cost_ask(e, &q, 1 << IX_COST_LINES, IX_COST_LINES, arena, ret_answer, err);
}

static enum ix_code compare_totals(struct ix_sqlite *e, bool *agree, struct ix_err *err) {
    struct ix_cost_periods periods = {0};
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_sqlite_cost_periods(&e->warehouse, &arena, &periods, err);
    for (int m = 0; code == IX_OK && m < IX_COST_METRIC_COUNT; m++) {
        struct ix_cost_answer answer = {0};
        code = ask_totals(e, (enum ix_cost_metric)m, &arena, &answer, err);
        *agree &= code == IX_OK && answer.count == periods.count;
        for (size_t i = 0; *agree && i < answer.count; i++) {
            *agree = has_total(&periods, (enum ix_cost_metric)m, &answer.rows[i]);
        }
    }
    ix_arena_done(&arena);
    return code;
}

enum ix_code ix_cost_agree(struct ix_sqlite *e, bool *ret_agree, struct ix_err *err) {
    bool agree = true;
    enum ix_code code = compare_totals(e, &agree, err);
    for (int i = IX_COST_LINES + 1; code == IX_OK && agree && i < IX_COST_LEVELS; i++) {
        code = compare_level(e, (enum ix_cost_level)i, &agree, err);
    }
    code = code == IX_OK && agree ? compare_tags(e, &agree, err) : code;
    *ret_agree = agree;
    return code;
}

/* ---- making them anew ---- */

static enum ix_code drop_rollups(struct ix_sqlite *e, struct ix_err *err) {
    int64_t seg = 0;
    enum ix_code code = IX_OK;
    do {
        code = ix_sqlite_number(e, "SELECT seg FROM cost_segment WHERE level > 0 LIMIT 1", 0, &seg,
                                err);
        code = code == IX_OK && seg ? ix_cost_drop_segment(e, seg, err) : code;
    } while (code == IX_OK && seg);
    return code;
}

static enum ix_code copy_column(struct ix_cost_scan *scan, size_t index,
                                struct ix_cost_segment *segment, struct ix_err *err) {
    const struct ix_cost_column *column = NULL;
    uint64_t ignored = 0;
    enum ix_code code = ix_cost_part_column(scan, index, &column, err);
    if (code == IX_OK && column->codes && !column->numbers) {
        return ix_err_set(err, IX_CORRUPT, "a column of bill lines is not by number");
    }
    for (uint32_t i = 0; code == IX_OK && column->codes && i < scan->part.lines; i++) {
        if (column->codes[i] &&
            !ix_cost_gather_number(&segment->columns[index], i,
                                   column->numbers[column->codes[i] - 1], &ignored)) {
            code = ix_err_nomem(err);
        }
    }
    if (code == IX_OK && segment->columns[index].count) {
        ix_cost_gather_pad(&segment->columns[index], scan->part.lines);
    }
    return code;
}

static enum ix_code copy_amounts(struct ix_cost_scan *scan, enum ix_cost_metric metric,
                                 struct ix_cost_segment *segment, struct ix_err *err) {
    const struct ix_cost_column *column = NULL;
    enum ix_code code = ix_cost_part_column(scan, ix_cost_metric_column(metric), &column, err);
    if (code == IX_OK && !column->nano) {
        code = ix_err_set(err, IX_CORRUPT, "a segment of bill lines has no amounts");
    }
    for (uint32_t i = 0; code == IX_OK && i < scan->part.lines; i++) {
        const struct ix_money amount = {column->nano[i], column->atto ? column->atto[i] : 0};
        bool known = !column->known || column->known[i];
        if (!ix_cost_amounts_put(&segment->amounts[metric], i, amount, known)) {
            code = ix_err_nomem(err);
        }
    }
    return code;
}

static enum ix_code copy_part(struct ix_cost_scan *scan, struct ix_cost_segment *segment,
                              struct ix_err *err) {
    const struct ix_cost_level_info *widest = &ix_cost_levels[IX_COST_RESOURCE_MONTH];
    enum ix_code code = IX_OK;
    ix_cost_segment_clear(segment);
    for (size_t i = 0; code == IX_OK && i < widest->count; i++) {
        code = copy_column(scan, widest->columns[i], segment, err);
    }
    for (int m = 0; code == IX_OK && m < IX_COST_METRIC_COUNT; m++) {
        code = copy_amounts(scan, (enum ix_cost_metric)m, segment, err);
    }
    segment->pid = scan->part.pid;
    segment->lines = scan->part.lines;
    return code;
}

struct mending {
    struct ix_cost_scan *scan;
    struct ix_cost_writer writer;
    struct ix_cost_segment *segment;
    struct ix_cost_rollup *rollup; /* of the period at hand */
    int64_t pid;
};

static enum ix_code write_rollup(struct mending *m, struct ix_err *err) {
    enum ix_code code = m->rollup ? ix_cost_rollup_write(m->rollup, &m->writer, err) : IX_OK;
    ix_cost_rollup_free(m->rollup);
    m->rollup = NULL;
    return code;
}

static enum ix_code mend_tags(struct mending *m, struct ix_err *err) {
    const struct ix_cost_column *tags = NULL;
    struct ix_arena *arena = &m->scan->part.arena;
    enum ix_code code = ix_cost_part_column(m->scan, IX_FOCUS_Tags, &tags, err);
    if (code != IX_OK || !tags->codes) {
        return code;
    }
    struct ix_sv *sets = ix_arena_array(arena, (size_t)tags->count + 1, sizeof *sets);
    code = ix_arena_check(arena, err);
    for (uint32_t i = 0; code == IX_OK && i < tags->count; i++) {
        code = ix_cost_text(m->writer.e, tags->numbers[i], arena, &sets[i], err);
    }
    const struct ix_cost_tag_sets all = {sets, tags->count, tags->codes, m->scan->part.lines};
    return code == IX_OK ? ix_cost_tags_write(&m->writer, m->scan->part.seg, &all, err) : code;
}

static enum ix_code mend_part(struct mending *m, sqlite3_stmt *row, struct ix_err *err) {
    enum ix_code code = ix_cost_part_open(m->scan, row, err);
    if (code == IX_OK && m->pid != m->scan->part.pid) {
        code = write_rollup(m, err);
        m->pid = m->scan->part.pid;
        m->rollup = ix_cost_rollup_new(m->pid);
    }
    code = code == IX_OK && !m->rollup ? ix_err_nomem(err) : code;
    code = code == IX_OK ? copy_part(m->scan, m->segment, err) : code;
    code = code == IX_OK ? ix_cost_rollup_add(m->rollup, m->segment, err) : code;
    code = code == IX_OK ? ix_cost_join_note(&m->writer, m->segment, err) : code;
    code = code == IX_OK ? mend_tags(m, err) : code;
    if (code == IX_OK && ix_cost_rollup_rows(m->rollup) > IX_COST_ROLLUP_ROWS_MAX) {
        code = ix_cost_rollup_write(m->rollup, &m->writer, err);
    }
    return code;
}

static enum ix_code mend_parts(struct mending *m, struct ix_err *err) {
    static const char lines[] =
        "SELECT " IX_COST_PART_COLUMNS " FROM cost_segment g JOIN cost_period p ON p.pid = g.pid "
        "JOIN source s ON s.sid = p.sid WHERE g.level = 0 "
        "ORDER BY g.pid, g.seg";
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = IX_OK;
    if (sqlite3_prepare_v2(m->writer.e->db, lines, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(m->writer.e, "the lines of bills", err);
    }
    while (code == IX_OK && row) {
        code = ix_sqlite_step(m->writer.e, s, &row, err);
        code = code == IX_OK && row ? mend_part(m, s, err) : code;
    }
    sqlite3_finalize(s);
    return code == IX_OK ? write_rollup(m, err) : code;
}

static enum ix_code write_total(struct ix_sqlite *e, int metric, const struct ix_cost_row *row,
                                struct ix_err *err) {
    static const char sql[] =
        "INSERT INTO cost_total (pid, currency, metric, lines, unknown, nano, atto) "
        "SELECT p.pid, ?3, ?4, ?5, ?6, ?7, ?8 FROM cost_period p JOIN source s ON s.sid = p.sid "
        "WHERE s.name = ?1 AND p.begin = ?2";
    sqlite3_stmt *s = NULL;
    int64_t begin = 0;
    (void)ix_time_parse(row->values[1], &begin); /* it was written by ix_time_format */
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the totals of bills", err);
    }
    ix_sqlite_bind_text(s, 1, row->values[0]);
    sqlite3_bind_int64(s, 2, begin);
    ix_sqlite_bind_text(s, 3, row->currency);
    sqlite3_bind_int(s, 4, metric);
    sqlite3_bind_int64(s, 5, row->lines);
    sqlite3_bind_int64(s, 6, row->unknown);
    sqlite3_bind_int64(s, 7, row->sum.nano);
    sqlite3_bind_int64(s, 8, row->sum.atto);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    sqlite3_finalize(s);
    return code;
}

static enum ix_code mend_totals(struct ix_sqlite *e, struct ix_err *err) {
    enum ix_code code = ix_sqlite_exec(e, "DELETE FROM cost_total", err);
    for (int m = 0; code == IX_OK && m < IX_COST_METRIC_COUNT; m++) {
        struct ix_cost_answer answer = {0};
        struct ix_arena arena;
        ix_arena_init(&arena, 0);
        code = ask_totals(e, (enum ix_cost_metric)m, &arena, &answer, err);
        for (size_t i = 0; code == IX_OK && i < answer.count; i++) {
            code = write_total(e, m, &answer.rows[i], err);
        }
        ix_arena_done(&arena);
    }
    return code;
}

static enum ix_code mend(struct mending *m, struct ix_sqlite *e, struct ix_err *err) {
    m->writer.e = e;
    m->writer.zstd = ix_zstd_new();
    m->segment = ix_cost_segment_new();
    if (!m->writer.zstd || !m->segment) {
        return ix_err_nomem(err);
    }
    enum ix_code code = ix_cost_names_begin(&m->writer.names, e, err);
    code = code == IX_OK ? ix_cost_scan_begin(m->scan, e, err) : code;
    return code == IX_OK ? mend_parts(m, err) : code;
}

enum ix_code ix_cost_repair(struct ix_sqlite *e, struct ix_err *err) {
    struct mending m = {.scan = ix_cost_scan_new()};
    enum ix_code code = m.scan ? drop_rollups(e, err) : ix_err_nomem(err);
    code = code == IX_OK ? ix_cost_tags_drop(e, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, "DELETE FROM cost_join", err) : code;
    code = code == IX_OK ? mend(&m, e, err) : code;
    code = code == IX_OK ? mend_totals(e, err) : code;
    code = code == IX_OK ? ix_cost_join_resolve(e, true, err) : code;
    ix_cost_rollup_free(m.rollup);
    ix_cost_segment_free(m.segment);
    ix_cost_names_done(&m.writer.names);
    ix_cost_writer_done(&m.writer);
    ix_cost_scan_free(m.scan);
    return code;
}
