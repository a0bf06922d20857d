/* The lines of one segment, added into groups: which lines agree in all keys is told by their
 * codes, one pass adds the amounts, and the segment's groups go to those of the question. */
#include "indexer/warehouse/sqlite/cost_digits.h"
#include "indexer/warehouse/sqlite/cost_scan.h"

enum { KEYS_MAX = IX_COST_DIMENSIONS_MAX + 2 }; /* calendar period, currency */

struct key {
    const uint16_t *codes; /* NULL: all lines have code 0 */
    const uint32_t *map;   /* code -> number of the value */
};

struct adding {
    struct ix_cost_scan *scan;
    uint32_t lines;
    struct ix_arena *arena;
    struct key keys[KEYS_MAX];
    size_t key_count;
    uint8_t *skip; /* lines that do not count; NULL: all do */
    struct ix_cost_digits digits;
};

/* ---- which lines count ---- */

static enum ix_code skip_by_codes(struct adding *a, const uint16_t *codes, uint32_t count,
                                  const bool *passes, bool *ret_none, struct ix_err *err) {
    uint32_t passing = 0;
    for (uint32_t i = 0; i <= count; i++) {
        passing += passes[i];
    }
    if (passing == count + 1) {
        return IX_OK;
    }
    if (passing == 0 || !codes) {
        *ret_none |= passing == 0 || !passes[0];
        return IX_OK;
    }
    if (!a->skip && !(a->skip = ix_arena_zalloc(a->arena, a->lines + 1))) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i < a->lines; i++) {
        a->skip[i] |= !passes[codes[i]];
    }
    return IX_OK;
}

static enum ix_code filter(struct adding *a, struct ix_cost_values *values, bool *ret_none,
                           struct ix_err *err) {
    const uint16_t *codes = NULL;
    const uint32_t *map = NULL;
    uint32_t count = 0;
    enum ix_code code = ix_cost_values_map(a->scan, values, &codes, &count, &map, err);
    bool *passes = ix_arena_alloc(a->arena, (size_t)count + 1);
    code = code == IX_OK ? ix_arena_check(a->arena, err) : code;
    for (uint32_t i = 0; code == IX_OK && i <= count; i++) {
        passes[i] = values->passes[map[i]];
    }
    return code == IX_OK ? skip_by_codes(a, codes, count, passes, ret_none, err) : code;
}

static enum ix_code filter_rids(struct adding *a, bool *ret_none, struct ix_err *err) {
    const struct ix_cost_column *joined = NULL;
    enum ix_code code = ix_cost_part_joined(a->scan, &joined, err);
    bool *passes = code == IX_OK ? ix_arena_alloc(a->arena, (size_t)joined->count + 1) : NULL;
    code = code == IX_OK ? ix_arena_check(a->arena, err) : code;
    if (code != IX_OK) {
        return code;
    }
    passes[0] = false;
    for (uint32_t i = 0; i < joined->count; i++) {
        passes[i + 1] = ix_cost_rid_counts(a->scan, joined->numbers[i]);
    }
    return skip_by_codes(a, joined->codes, joined->count, passes, ret_none, err);
}

static enum ix_code filter_times(struct adding *a, bool *ret_none, struct ix_err *err) {
    const struct ix_cost_question *q = a->scan->question;
    const struct ix_cost_part *part = &a->scan->part;
    const struct ix_cost_column *times = NULL;
    bool below = q->from_ms != IX_TIME_UNKNOWN && part->first_ms < q->from_ms;
    bool above = q->until_ms != IX_TIME_UNKNOWN && part->last_ms >= q->until_ms;
    if (!below && !above) {
        return IX_OK;
    }
    enum ix_code code = ix_cost_part_column(a->scan, IX_FOCUS_ChargePeriodStart, &times, err);
    bool *passes = code == IX_OK ? ix_arena_alloc(a->arena, (size_t)times->count + 1) : NULL;
    code = code == IX_OK ? ix_arena_check(a->arena, err) : code;
    if (code != IX_OK) {
        return code;
    }
    passes[0] = false;
    for (uint32_t i = 0; i < times->count; i++) {
        int64_t at = times->numbers[i];
        passes[i + 1] = (q->from_ms == IX_TIME_UNKNOWN || at >= q->from_ms) &&
                        (q->until_ms == IX_TIME_UNKNOWN || at < q->until_ms);
    }
    return skip_by_codes(a, times->codes, times->count, passes, ret_none, err);
}

static enum ix_code filter_all(struct adding *a, bool *ret_none, struct ix_err *err) {
    const struct ix_cost_question *q = a->scan->question;
    enum ix_code code = filter_times(a, ret_none, err);
    for (size_t i = 0; code == IX_OK && !*ret_none && i < q->filter_count; i++) {
        code = filter(a, &a->scan->filters[i], ret_none, err);
    }
    return code == IX_OK && !*ret_none && q->rids ? filter_rids(a, ret_none, err) : code;
}

/* ---- which group a line is in ---- */

static enum ix_code add_key(struct adding *a, const uint16_t *codes, uint32_t count,
                            const uint32_t *map, struct ix_err *err) {
    a->keys[a->key_count++] = (struct key){codes, map};
    return codes ? ix_cost_digits_add(&a->digits, codes, count, map, err) : IX_OK;
}

static enum ix_code add_period(struct adding *a, struct ix_err *err) {
    const struct ix_cost_part *part = &a->scan->part;
    enum ix_cost_grain grain = a->scan->question->grain;
    const struct ix_cost_column *times = NULL;
    bool one = grain == IX_COST_GRAIN_NONE || ix_cost_period_begin(grain, part->first_ms) ==
                                                  ix_cost_period_begin(grain, part->last_ms);
    enum ix_code code =
        one ? IX_OK : ix_cost_part_column(a->scan, IX_FOCUS_ChargePeriodStart, &times, err);
    uint32_t count = code == IX_OK && !one ? times->count : 0;
    uint32_t *map = ix_arena_alloc(a->arena, ((size_t)count + 1) * sizeof *map);
    code = code == IX_OK ? ix_arena_check(a->arena, err) : code;
    if (code == IX_OK) {
        code = ix_cost_period_number(a->scan, part->first_ms, &map[0], err);
    }
    for (uint32_t i = 0; code == IX_OK && i < count; i++) {
        code = ix_cost_period_number(a->scan, times->numbers[i], &map[i + 1], err);
    }
    return code == IX_OK ? add_key(a, one ? NULL : times->codes, count, map, err) : code;
}

static enum ix_code add_values(struct adding *a, struct ix_cost_values *values,
                               struct ix_err *err) {
    const uint16_t *codes = NULL;
    const uint32_t *map = NULL;
    uint32_t count = 0;
    enum ix_code code = ix_cost_values_map(a->scan, values, &codes, &count, &map, err);
    return code == IX_OK ? add_key(a, codes, count, map, err) : code;
}

static enum ix_code add_keys(struct adding *a, struct ix_err *err) {
    enum ix_code code = add_period(a, err);
    code = code == IX_OK ? add_values(a, &a->scan->currency, err) : code;
    for (size_t i = 0; code == IX_OK && i < a->scan->question->dimension_count; i++) {
        code = add_values(a, &a->scan->dimensions[i], err);
    }
    return code;
}

/* ---- adding ---- */

struct weights { /* of a roll-up's row: how many lines it stands for */
    const struct ix_cost_column *lines, *unknown;
};

static int64_t weight(const struct ix_cost_column *column, uint32_t line) {
    return column->codes && column->codes[line] ? column->numbers[column->codes[line] - 1] : 0;
}

static void add_lines(const struct adding *a, const struct ix_cost_column *amounts,
                      const struct weights *weights, struct ix_cost_group *groups) {
    for (uint32_t i = 0; i < a->lines; i++) {
        if (a->skip && a->skip[i]) {
            continue;
        }
        struct ix_cost_group *g = &groups[a->digits.group ? a->digits.group[i] : 0];
        g->nano += amounts->nano[i];
        g->lines += weights->lines ? weight(weights->lines, i) : 1;
        if (amounts->atto) {
            g->atto += amounts->atto[i];
        }
        if (weights->unknown) {
            g->unknown += weight(weights->unknown, i);
        } else if (amounts->known) {
            g->unknown += !amounts->known[i];
        }
    }
}

static enum ix_code read_weights(struct adding *a, struct weights *weights, struct ix_err *err) {
    *weights = (struct weights){0};
    if (a->scan->part.level == IX_COST_LINES) {
        return IX_OK;
    }
    size_t unknown = IX_COST_AT_UNKNOWN + a->scan->question->metric;
    enum ix_code code = ix_cost_part_column(a->scan, IX_COST_AT_COUNT, &weights->lines, err);
    return code == IX_OK ? ix_cost_part_column(a->scan, unknown, &weights->unknown, err) : code;
}

static enum ix_code pass_on(struct adding *a, const struct ix_cost_group *groups,
                            struct ix_err *err) {
    uint32_t key[KEYS_MAX];
    enum ix_code code = IX_OK;
    for (uint32_t i = 0; code == IX_OK && i < a->digits.groups; i++) {
        uint32_t line = a->digits.first ? a->digits.first[i] : 0;
        for (size_t k = 0; k < a->key_count; k++) {
            const struct key *from = &a->keys[k];
            key[k] = from->map[from->codes ? from->codes[line] : 0];
        }
        if (groups[i].lines > 0) {
            code = ix_cost_groups_add(&a->scan->groups, key, &groups[i], err);
        }
    }
    return code;
}

static enum ix_code add_amounts(struct adding *a, struct ix_err *err) {
    const struct ix_cost_column *amounts = NULL;
    struct weights weights;
    size_t column = ix_cost_metric_column(a->scan->question->metric);
    enum ix_code code = ix_cost_part_column(a->scan, column, &amounts, err);
    code = code == IX_OK ? read_weights(a, &weights, err) : code;
    if (code != IX_OK) {
        return code;
    }
    if (!amounts->nano) {
        return ix_err_set(err, IX_CORRUPT, "a segment of bill lines has no amounts");
    }
    struct ix_cost_group *groups = ix_arena_array(a->arena, a->digits.groups, sizeof *groups);
    if (!groups) {
        return ix_err_nomem(err);
    }
    add_lines(a, amounts, &weights, groups);
    return pass_on(a, groups, err);
}

enum ix_code ix_cost_add_part(struct ix_cost_scan *scan, struct ix_err *err) {
    struct adding a = {.scan = scan, .lines = scan->part.lines, .arena = &scan->part.arena};
    bool none = false;
    enum ix_code code = ix_cost_digits_begin(&a.digits, a.lines, a.arena, err);
    code = code == IX_OK ? filter_all(&a, &none, err) : code;
    if (code != IX_OK || none) {
        return code;
    }
    code = add_keys(&a, err);
    return code == IX_OK ? add_amounts(&a, err) : code;
}
