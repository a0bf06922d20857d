/* The amounts of one segment's lines, added up by group.
 *
 * Nearly all amounts are below 2^47 nano units, 140 thousand units of a currency: as many as a
 * segment has lines fit 64 bits, so no carry has to be looked after. Where one is larger, its
 * segment is added in 128 bits. */
#include "indexer/warehouse/sqlite/cost_digits.h"
#include "indexer/warehouse/sqlite/cost_scan.h"

enum { LANES = 4, FEW = 1 << 9 }; /* such sums fit the nearest cache */

struct summing {
    struct ix_arena *arena;
    const uint32_t *rows; /* that count; NULL: all */
    uint32_t lines;       /* of them */
    uint32_t groups;
    const uint32_t *group; /* of each line that counts; NULL: all are group 0 */
};

static uint32_t row_of(const struct summing *s, uint32_t line) {
    return s->rows ? s->rows[line] : line;
}

static uint32_t group_of(const struct summing *s, uint32_t line) {
    return s->group ? s->group[line] : 0;
}

/* ---- nano units, and lines ---- */

static bool fit(const struct summing *s, const int64_t *nano) {
    const uint64_t half = UINT64_C(1) << 46;
    uint64_t all = 0;
    for (uint32_t i = 0; i < s->lines; i++) {
        all |= (uint64_t)nano[i] + half;
    }
    return all < half * 2;
}

static const int64_t *pick_nano(const struct summing *s, const int64_t *nano) {
    int64_t *picked = ix_arena_alloc(s->arena, ((size_t)s->lines + 1) * sizeof *picked);
    for (uint32_t i = 0; picked && i < s->lines; i++) {
        picked[i] = nano[s->rows[i]];
    }
    return picked;
}

static void add_one_group(const struct summing *s, const int64_t *nano,
                          struct ix_cost_nano_lines *to) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->lines; i++) {
        sum += nano[i];
    }
    to->nano = sum;
    to->lines = s->lines;
}

/* Lines that follow each other are often of one group, and what has just been written is slow to
 * read again: so where groups are few each of four lines has sums of its own, in turn. */
static void add_few_groups(const struct summing *s, const int64_t *nano,
                           struct ix_cost_nano_lines *to) {
    const uint32_t *group = s->group;
    struct ix_cost_nano_lines *const lanes[LANES] = {to, to + s->groups, to + s->groups * 2,
                                                     to + s->groups * 3};
    const uint32_t whole = s->lines / LANES * LANES;
    for (uint32_t i = 0; i < whole; i += LANES) {
        for (uint32_t lane = 0; lane < LANES; lane++) {
            struct ix_cost_nano_lines *at = &lanes[lane][group[i + lane]];
            at->nano += nano[i + lane];
            at->lines++;
        }
    }
    for (uint32_t i = whole; i < s->lines; i++) {
        to[group[i]].nano += nano[i];
        to[group[i]].lines++;
    }
    for (uint32_t i = 0; i < s->groups * (LANES - 1); i++) {
        to[i % s->groups].nano += to[s->groups + i].nano;
        to[i % s->groups].lines += to[s->groups + i].lines;
    }
}

static void add_groups(const struct summing *s, const int64_t *nano,
                       struct ix_cost_nano_lines *to) {
    for (uint32_t i = 0; i < s->lines; i++) {
        struct ix_cost_nano_lines *at = &to[s->group[i]];
        at->nano += nano[i];
        at->lines++;
    }
}

static enum ix_code add_wide(const struct summing *s, const int64_t *nano,
                             struct ix_cost_part_sums *sums, struct ix_err *err) {
    sums->wide = ix_arena_array(s->arena, s->groups, sizeof *sums->wide);
    for (uint32_t i = 0; sums->wide && i < s->lines; i++) {
        sums->wide[group_of(s, i)] += nano[i];
        sums->narrow[group_of(s, i)].lines++;
    }
    return sums->wide ? IX_OK : ix_err_nomem(err);
}

static enum ix_code add_nano(const struct summing *s, const int64_t *nano,
                             struct ix_cost_part_sums *sums, struct ix_err *err) {
    const bool few = s->groups <= FEW;
    nano = s->rows ? pick_nano(s, nano) : nano;
    sums->narrow =
        ix_arena_array(s->arena, (size_t)s->groups * (few ? LANES : 1), sizeof *sums->narrow);
    if (!nano || !sums->narrow) {
        return ix_err_nomem(err);
    }
    if (!fit(s, nano)) {
        return add_wide(s, nano, sums, err);
    }
    if (!s->group) {
        add_one_group(s, nano, sums->narrow);
    } else if (few) {
        add_few_groups(s, nano, sums->narrow);
    } else {
        add_groups(s, nano, sums->narrow);
    }
    return IX_OK;
}

/* ---- the rest ---- */

static enum ix_code add_rests(const struct summing *s, const uint32_t *atto,
                              struct ix_cost_part_sums *sums, struct ix_err *err) {
    sums->atto = ix_arena_array(s->arena, s->groups, sizeof *sums->atto);
    for (uint32_t i = 0; sums->atto && i < s->lines; i++) {
        sums->atto[group_of(s, i)] += atto[row_of(s, i)];
    }
    return sums->atto ? IX_OK : ix_err_nomem(err);
}

static enum ix_code add_unknown(const struct summing *s, const uint8_t *known,
                                struct ix_cost_part_sums *sums, struct ix_err *err) {
    sums->unknown = ix_arena_array(s->arena, s->groups, sizeof *sums->unknown);
    for (uint32_t i = 0; sums->unknown && i < s->lines; i++) {
        sums->unknown[group_of(s, i)] += !known[row_of(s, i)];
    }
    return sums->unknown ? IX_OK : ix_err_nomem(err);
}

/* ---- roll-ups: how many lines a row stands for ---- */

static int64_t weight(const struct ix_cost_column *column, uint32_t row) {
    return column->codes && column->codes[row] ? column->numbers[column->codes[row] - 1] : 0;
}

static bool is_zero(const struct ix_cost_column *column) {
    bool zero = true;
    for (uint32_t i = 0; zero && column->codes && i < column->count; i++) {
        zero = column->numbers[i] == 0;
    }
    return zero;
}

static enum ix_code weigh(struct ix_cost_scan *scan, const struct summing *s,
                          struct ix_cost_part_sums *sums, struct ix_err *err) {
    const struct ix_cost_column *lines = NULL;
    const struct ix_cost_column *unknown = NULL;
    size_t column = IX_COST_AT_UNKNOWN + scan->question->metric;
    enum ix_code code = ix_cost_part_column(scan, IX_COST_AT_COUNT, &lines, err);
    code = code == IX_OK ? ix_cost_part_column(scan, column, &unknown, err) : code;
    for (uint32_t i = 0; code == IX_OK && i < s->groups; i++) {
        sums->narrow[i].lines = 0;
    }
    for (uint32_t i = 0; code == IX_OK && i < s->lines; i++) {
        sums->narrow[group_of(s, i)].lines += weight(lines, row_of(s, i));
    }
    if (code != IX_OK || is_zero(unknown)) {
        return code;
    }
    sums->unknown = ix_arena_array(s->arena, s->groups, sizeof *sums->unknown);
    for (uint32_t i = 0; sums->unknown && i < s->lines; i++) {
        sums->unknown[group_of(s, i)] += weight(unknown, row_of(s, i));
    }
    return sums->unknown ? IX_OK : ix_err_nomem(err);
}

/* ---- all of it ---- */

enum ix_code ix_cost_part_add(struct ix_cost_scan *scan, const struct ix_cost_digits *digits,
                              struct ix_cost_part_sums *ret_sums, struct ix_err *err) {
    const struct summing s = {.arena = &scan->part.arena,
                              .rows = scan->part.rows,
                              .lines = digits->lines,
                              .groups = digits->groups,
                              .group = digits->group};
    const struct ix_cost_column *amounts = NULL;
    size_t column = ix_cost_metric_column(scan->question->metric);
    enum ix_code code = ix_cost_part_column(scan, column, &amounts, err);
    if (code == IX_OK && !amounts->nano) {
        code = ix_err_set(err, IX_CORRUPT, "a segment of bill lines has no amounts");
    }
    code = code == IX_OK ? add_nano(&s, amounts->nano, ret_sums, err) : code;
    if (code == IX_OK && amounts->atto) {
        code = add_rests(&s, amounts->atto, ret_sums, err);
    }
    if (code == IX_OK && scan->part.level != IX_COST_LINES) {
        code = weigh(scan, &s, ret_sums, err);
    } else if (code == IX_OK && amounts->known) {
        code = add_unknown(&s, amounts->known, ret_sums, err);
    }
    return code;
}

struct ix_cost_group ix_cost_part_sum(const struct ix_cost_part_sums *sums, uint32_t group) {
    return (struct ix_cost_group){
        .nano = sums->wide ? sums->wide[group] : sums->narrow[group].nano,
        .atto = sums->atto ? sums->atto[group] : 0,
        .lines = sums->narrow[group].lines,
        .unknown = sums->unknown ? sums->unknown[group] : 0,
    };
}
