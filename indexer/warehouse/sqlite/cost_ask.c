/* A question from its beginning to its answer: what it needs, from which level each billing period
 * answers it with the fewest rows, the segments one after another, and the rows in order. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

/* ---- calendar ---- */

int64_t ix_cost_period_begin(enum ix_cost_grain grain, int64_t ms) {
    enum { WEEK_DAYS = 7, EPOCH_WEEKDAY = 3 }; /* 1970-01-01 was a Thursday */
    int64_t day = ms / IX_DAY_MS - (ms % IX_DAY_MS < 0);
    struct ix_civil at = ix_time_to_civil(ms);
    switch (grain) {
    case IX_COST_GRAIN_DAY:
        return day * IX_DAY_MS;
    case IX_COST_GRAIN_WEEK:
        return (day - ((day + EPOCH_WEEKDAY) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS) * IX_DAY_MS;
    case IX_COST_GRAIN_MONTH:
        return ix_time_from_civil((struct ix_civil){.year = at.year, .month = at.month, .day = 1});
    case IX_COST_GRAIN_QUARTER:
        return ix_time_from_civil(
            (struct ix_civil){.year = at.year, .month = (at.month - 1) / 3 * 3 + 1, .day = 1});
    case IX_COST_GRAIN_YEAR:
        return ix_time_from_civil((struct ix_civil){.year = at.year, .month = 1, .day = 1});
    default:
        return IX_TIME_UNKNOWN;
    }
}

/* Lines come nearly in order, so the newest period is looked at first. */
enum ix_code ix_cost_period_number(struct ix_cost_scan *scan, int64_t ms, uint32_t *ret_number,
                                   struct ix_err *err) {
    int64_t begin = ix_cost_period_begin(scan->question->grain, ms);
    for (size_t i = scan->begin_count; i > 0; i--) {
        if (scan->begins[i - 1] == begin) {
            *ret_number = (uint32_t)(i - 1);
            return IX_OK;
        }
    }
    int64_t *begins = realloc(scan->begins, (scan->begin_count + 1) * sizeof *begins);
    if (!begins) {
        return ix_err_nomem(err);
    }
    scan->begins = begins;
    *ret_number = (uint32_t)scan->begin_count;
    begins[scan->begin_count++] = begin;
    return IX_OK;
}

/* ---- a set of resources ---- */

bool ix_cost_rid_counts(const struct ix_cost_scan *scan, int64_t rid) {
    return rid > 0 && (size_t)rid / 64 < scan->rid_words &&
           (scan->rids[rid / 64] >> (rid % 64) & 1) != 0;
}

static bool add_rid(struct ix_cost_scan *scan, size_t rid) {
    if (rid / 64 >= scan->rid_words) {
        size_t words = (rid / 64 + 1) * 2;
        uint64_t *rids = realloc(scan->rids, words * sizeof *rids);
        if (!rids) {
            return false;
        }
        memset(rids + scan->rid_words, 0, (words - scan->rid_words) * sizeof *rids);
        scan->rids = rids;
        scan->rid_words = words;
    }
    scan->rids[rid / 64] |= UINT64_C(1) << (rid % 64);
    return true;
}

static enum ix_code read_rids(struct ix_cost_scan *scan, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = ix_sqlite_prepare(scan->e, scan->question->rids, "", &s, err);
    while (code == IX_OK && row) {
        code = ix_sqlite_step(scan->e, s, &row, err);
        if (code == IX_OK && row && !add_rid(scan, (size_t)sqlite3_column_int64(s, 0))) {
            code = ix_err_nomem(err);
        }
    }
    sqlite3_finalize(s);
    return code;
}

/* ---- which level ---- */

static bool is_period(enum ix_cost_grain grain, int64_t ms) {
    return ms == IX_TIME_UNKNOWN || ix_cost_period_begin(grain, ms) == ms;
}

static bool serves(const struct ix_cost_scan *scan, enum ix_cost_level level) {
    const struct ix_cost_question *q = scan->question;
    enum ix_cost_grain grain = ix_cost_levels[level].grain;
    bool served = is_period(grain, q->from_ms) && is_period(grain, q->until_ms);
    if (grain == IX_COST_GRAIN_MONTH) {
        served &= q->grain != IX_COST_GRAIN_DAY && q->grain != IX_COST_GRAIN_WEEK;
    }
    served &= !q->rids || ix_cost_level_has(level, IX_FOCUS_ResourceId);
    for (size_t i = 0; i < q->dimension_count; i++) {
        served &= ix_cost_values_in_level(&scan->dimensions[i], level);
    }
    for (size_t i = 0; i < q->filter_count; i++) {
        served &= ix_cost_values_in_level(&scan->filters[i], level);
    }
    return served;
}

/* A bit for each level that can answer; ix_sqlite_cost_segments takes the one with the fewest rows
 * in each billing period. */
static int serving(const struct ix_cost_scan *scan) {
    int mask = 1 << IX_COST_LINES;
    for (int i = IX_COST_LINES + 1; i < IX_COST_LEVELS; i++) {
        mask |= serves(scan, (enum ix_cost_level)i) << i;
    }
    return mask;
}

/* How many lines with a column for the tag are read in the time of one sum with its set of tags. */
static int weight_of_sets(const struct ix_cost_scan *scan) {
    enum { LINES_OF_A_SET = 4 };
    const struct ix_cost_question *q = scan->question;
    bool tag = false;
    for (size_t i = 0; i < q->dimension_count; i++) {
        tag |= scan->dimensions[i].tag_column != 0;
    }
    for (size_t i = 0; i < q->filter_count; i++) {
        tag |= scan->filters[i].tag_column != 0;
    }
    return tag ? LINES_OF_A_SET : 1;
}

/* ?1: the levels; ?2, ?3: from, until; ?4: only billing periods that have this level; ?5: what a
 * row of a roll-up weighs */
static const char segments[] =
    "WITH rows AS (SELECT pid, level, sum(lines) * iif(level > 0, ?5, 1) AS n FROM cost_segment s "
    "WHERE (?1 >> level) & 1 AND (?4 = 0 OR EXISTS (SELECT 1 FROM cost_segment h "
    "WHERE h.pid = s.pid AND h.level = ?4)) GROUP BY pid, level), "
    "best AS (SELECT pid, level, min(n) FROM rows GROUP BY pid) "
    "SELECT " IX_COST_PART_COLUMNS " "
    "FROM best b JOIN cost_period p ON p.pid = b.pid JOIN source s ON s.sid = p.sid "
    "JOIN cost_segment g ON g.pid = b.pid AND g.level = b.level "
    "WHERE (?2 IS NULL OR g.last >= ?2) AND (?3 IS NULL OR g.first < ?3) ORDER BY g.seg";

static enum ix_code add_segment(struct ix_cost_scan *scan, sqlite3_stmt *s, struct ix_err *err) {
    enum ix_code code = ix_cost_part_open(scan, s, err);
    scan->read += scan->part.lines;
    scan->any_line |= scan->part.level == IX_COST_LINES;
    code = code == IX_OK ? ix_sqlite_pause(scan->e, err) : code;
    return code == IX_OK ? ix_cost_add_part(scan, err) : code;
}

static enum ix_code add_segments(struct ix_cost_scan *scan, struct ix_err *err) {
    const struct ix_cost_question *q = scan->question;
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = IX_OK;
    if (sqlite3_prepare_v2(scan->e->db, segments, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(scan->e, "the lines of bills", err);
    }
    sqlite3_bind_int(s, 1, scan->levels ? scan->levels : serving(scan));
    sqlite3_bind_int(s, 4, scan->having);
    sqlite3_bind_int(s, 5, weight_of_sets(scan));
    ix_sqlite_bind_time(s, 2, q->from_ms);
    ix_sqlite_bind_time(s, 3, q->until_ms);
    while (code == IX_OK && row) {
        code = ix_sqlite_step(scan->e, s, &row, err);
        code = code == IX_OK && row ? add_segment(scan, s, err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

/* ---- the answer ---- */

static enum ix_code make_row(const struct ix_cost_scan *scan, size_t at, struct ix_sv *values,
                             struct ix_cost_row *row, struct ix_err *err) {
    const uint32_t *key = scan->groups.key + at * scan->groups.keys;
    const struct ix_cost_group *group = &scan->groups.groups[at];
    *row = (struct ix_cost_row){.begin_ms = scan->begins[key[0]],
                                .currency = scan->currency.texts[key[1]],
                                .values = values,
                                .lines = group->lines,
                                .unknown = group->unknown};
    for (size_t i = 0; i < scan->question->dimension_count; i++) {
        values[i] = scan->dimensions[i].texts[key[2 + i]];
    }
    return ix_cost_group_sum(group, &row->sum)
               ? IX_OK
               : ix_err_set(err, IX_LIMIT, "the sum of %s cost in %.*s does not fit",
                            ix_cost_metric_name(scan->question->metric), IX_SV_FMT(row->currency));
}

static enum ix_code make_rows(struct ix_cost_scan *scan, struct ix_cost_answer *answer,
                              struct ix_err *err) {
    size_t count = scan->groups.count;
    size_t values = scan->question->dimension_count;
    uint32_t *order = NULL;
    if (ix_cost_order(scan, &order, &scan->part.arena, err) != IX_OK) {
        return err->code;
    }
    struct ix_cost_row *rows = ix_arena_array(scan->arena, count + 1, sizeof *rows);
    struct ix_sv *texts = ix_arena_array(scan->arena, count * values + 1, sizeof *texts);
    enum ix_code code = ix_arena_check(scan->arena, err);
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        code = make_row(scan, order[i], texts + i * values, &rows[i], err);
    }
    answer->rows = rows;
    answer->count = count;
    return code;
}

static enum ix_code make_answer(struct ix_cost_scan *scan, struct ix_cost_answer *ret_answer,
                                struct ix_err *err) {
    struct ix_cost_answer answer = {
        .found = scan->groups.count, .rolled_up = !scan->any_line, .read = scan->read};
    enum ix_code code = ix_sqlite_generation(&scan->e->warehouse, &answer.generation, err);
    ix_arena_reset(&scan->part.arena); /* the segments are done with */
    if (code == IX_OK && scan->question->largest > 0) {
        code = ix_cost_keep_largest(scan, &answer, err);
    }
    code = code == IX_OK ? make_rows(scan, &answer, err) : code;
    if (code == IX_OK) {
        *ret_answer = answer;
    }
    return code;
}

/* ---- from end to end ---- */

static enum ix_code begin(struct ix_cost_scan *scan, struct ix_err *err) {
    static const struct ix_cost_dimension currency = {.kind = IX_COST_BY_COLUMN,
                                                      .column = IX_FOCUS_BillingCurrency};
    const struct ix_cost_question *q = scan->question;
    enum ix_code code = ix_cost_scan_begin(scan, scan->e, err);
    code = code == IX_OK ? ix_cost_values_begin(scan, &scan->currency, &currency, NULL, err) : code;
    for (size_t i = 0; code == IX_OK && i < q->dimension_count; i++) {
        code = ix_cost_values_begin(scan, &scan->dimensions[i], &q->dimensions[i], NULL, err);
    }
    for (size_t i = 0; code == IX_OK && i < q->filter_count; i++) {
        code =
            ix_cost_values_begin(scan, &scan->filters[i], &q->filters[i].of, &q->filters[i], err);
    }
    scan->groups.keys = q->dimension_count + 2;
    return code == IX_OK && q->rids ? read_rids(scan, err) : code;
}

/* A question that is asked while another one is finds no room, and leaves its own. */
static void take_room(struct ix_cost_scan *scan) {
    struct ix_cost_room *room = scan->e->cost_room;
    if (room) {
        scan->part.arena = room->arena;
        scan->groups = room->groups;
        free(room);
        scan->e->cost_room = NULL;
    }
}

static void leave_room(struct ix_cost_scan *scan) {
    struct ix_cost_room *room = scan->e->cost_room ? NULL : malloc(sizeof *room);
    if (room) {
        ix_arena_reset(&scan->part.arena);
        ix_cost_groups_clear(&scan->groups);
        *room = (struct ix_cost_room){.arena = scan->part.arena, .groups = scan->groups};
        ix_arena_init(&scan->part.arena, 0);
        scan->groups = (struct ix_cost_groups){0};
        scan->e->cost_room = room;
    }
}

void ix_sqlite_forget_cost_room(struct ix_sqlite *e) {
    if (e->cost_room) {
        ix_arena_done(&e->cost_room->arena);
        ix_cost_groups_done(&e->cost_room->groups);
        free(e->cost_room);
        e->cost_room = NULL;
    }
}

static void done(struct ix_cost_scan *scan) {
    leave_room(scan);
    ix_cost_values_done(&scan->currency);
    for (size_t i = 0; i < IX_COST_DIMENSIONS_MAX; i++) {
        ix_cost_values_done(&scan->dimensions[i]);
    }
    for (size_t i = 0; i < IX_COST_FILTERS_MAX; i++) {
        ix_cost_values_done(&scan->filters[i]);
    }
    ix_cost_groups_done(&scan->groups);
    free(scan->begins);
    free(scan->rids);
    ix_cost_scan_free(scan);
}

static enum ix_code check(const struct ix_cost_question *q, struct ix_err *err) {
    if (q->dimension_count > IX_COST_DIMENSIONS_MAX || q->filter_count > IX_COST_FILTERS_MAX) {
        return ix_err_set(err, IX_LIMIT,
                          "costs are asked for by %d dimensions and %d filters at most",
                          IX_COST_DIMENSIONS_MAX, IX_COST_FILTERS_MAX);
    }
    return IX_OK;
}

static enum ix_code ask(struct ix_cost_scan *scan, struct ix_cost_answer *ret_answer,
                        struct ix_err *err) {
    enum ix_code code = begin(scan, err);
    code = code == IX_OK ? add_segments(scan, err) : code;
    return code == IX_OK ? make_answer(scan, ret_answer, err) : code;
}

enum ix_code ix_cost_ask(struct ix_sqlite *e, const struct ix_cost_question *question, int levels,
                         enum ix_cost_level having, struct ix_arena *arena,
                         struct ix_cost_answer *ret_answer, struct ix_err *err) {
    enum ix_code code = check(question, err);
    struct ix_cost_scan *scan = code == IX_OK ? ix_cost_scan_new() : NULL;
    if (!scan) {
        return code == IX_OK ? ix_err_nomem(err) : code;
    }
    scan->e = e;
    take_room(scan);
    scan->levels = levels;
    scan->having = having;
    scan->question = question;
    scan->arena = arena;
    ix_sqlite_start_clock(e);
    code = ix_sqlite_snapshot(&e->warehouse, true, err);
    if (code == IX_OK) {
        code = ask(scan, ret_answer, err);
        ix_warehouse_snapshot_end(&e->warehouse);
    }
    done(scan);
    return code;
}

enum ix_code ix_sqlite_cost(struct ix_warehouse *warehouse, const struct ix_cost_question *question,
                            struct ix_arena *arena, struct ix_cost_answer *ret_answer,
                            struct ix_err *err) {
    return ix_cost_ask(ix_sqlite_of(warehouse), question, 0, IX_COST_LINES, arena, ret_answer, err);
}
