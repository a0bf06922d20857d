/* The lines of one segment, added into groups: which lines count and which of them agree in all
 * keys is told by their codes, then the amounts are added (cost_sum.c), and the segment's groups go
 * to those of the question. */
#include "indexer/warehouse/sqlite/cost_digits.h"
#include "indexer/warehouse/sqlite/cost_scan.h"

enum { KEYS_MAX = IX_COST_DIMENSIONS_MAX + 2 }; /* calendar period, currency */

struct adding {
    struct ix_cost_scan *scan;
    struct ix_arena *arena;
    uint32_t lines;                       /* that count */
    struct ix_cost_mapped keys[KEYS_MAX]; /* their codes are of the lines that count */
    size_t key_count;
    struct ix_cost_digits digits;
};

/* ---- which lines count ---- */

static bool all_pass(const struct ix_cost_mapped *of, const bool *passes) {
    bool all = true;
    for (uint32_t i = of->lowest; i <= of->greatest; i++) {
        all &= passes[i];
    }
    return all;
}

/* Of the lines that counted so far those remain that pass. */
static enum ix_code keep(struct adding *a, const struct ix_cost_mapped *of, const bool *passes,
                         struct ix_err *err) {
    struct ix_cost_part *part = &a->scan->part;
    uint32_t count = 0;
    if (all_pass(of, passes)) {
        return IX_OK;
    }
    uint32_t *rows = ix_arena_alloc(a->arena, ((size_t)a->lines + 1) * sizeof *rows);
    if (!rows) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; of->codes && i < a->lines; i++) {
        uint32_t row = part->rows ? part->rows[i] : i;
        rows[count] = row;
        count += passes[of->codes[row]];
    }
    part->rows = rows;
    part->row_count = a->lines = count;
    return IX_OK;
}

static enum ix_code filter(struct adding *a, struct ix_cost_values *values, struct ix_err *err) {
    struct ix_cost_mapped of = {0};
    enum ix_code code = ix_cost_values_map(a->scan, values, &of, err);
    bool *passes = ix_arena_alloc(a->arena, (size_t)of.greatest + 1);
    code = code == IX_OK ? ix_arena_check(a->arena, err) : code;
    for (uint32_t i = of.lowest; code == IX_OK && i <= of.greatest; i++) {
        passes[i] = values->passes[of.map[i]];
    }
    return code == IX_OK ? keep(a, &of, passes, err) : code;
}

static enum ix_code keep_column(struct adding *a, const struct ix_cost_column *column,
                                const bool *passes, struct ix_err *err) {
    const struct ix_cost_mapped of = {
        .codes = column->codes, .lowest = column->lowest, .greatest = column->greatest};
    return keep(a, &of, passes, err);
}

static enum ix_code filter_rids(struct adding *a, struct ix_err *err) {
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
    return keep_column(a, joined, passes, err);
}

static enum ix_code filter_times(struct adding *a, struct ix_err *err) {
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
    return keep_column(a, times, passes, err);
}

static enum ix_code filter_all(struct adding *a, struct ix_err *err) {
    const struct ix_cost_question *q = a->scan->question;
    enum ix_code code = filter_times(a, err);
    for (size_t i = 0; code == IX_OK && a->lines > 0 && i < q->filter_count; i++) {
        code = filter(a, &a->scan->filters[i], err);
    }
    return code == IX_OK && a->lines > 0 && q->rids ? filter_rids(a, err) : code;
}

/* ---- which group a line is in ---- */

static bool pick_codes(struct adding *a, const uint16_t **codes) {
    const uint32_t *rows = a->scan->part.rows;
    if (!rows || !*codes) {
        return true;
    }
    uint16_t *picked = ix_arena_alloc(a->arena, ((size_t)a->lines + 1) * sizeof *picked);
    for (uint32_t i = 0; picked && i < a->lines; i++) {
        picked[i] = (*codes)[rows[i]];
    }
    *codes = picked;
    return picked != NULL;
}

static enum ix_code add_key(struct adding *a, struct ix_cost_mapped key, struct ix_err *err) {
    if (!pick_codes(a, &key.codes)) {
        return ix_err_nomem(err);
    }
    a->keys[a->key_count++] = key;
    return key.codes ? ix_cost_digits_add(&a->digits, key.codes, key.lowest, key.greatest,
                                          key.distinct ? NULL : key.map, err)
                     : IX_OK;
}

static enum ix_code add_period(struct adding *a, struct ix_err *err) {
    static const struct ix_cost_column none = {0};
    const struct ix_cost_part *part = &a->scan->part;
    enum ix_cost_grain grain = a->scan->question->grain;
    const struct ix_cost_column *times = &none;
    bool one = grain == IX_COST_GRAIN_NONE || ix_cost_period_begin(grain, part->first_ms) ==
                                                  ix_cost_period_begin(grain, part->last_ms);
    enum ix_code code =
        one ? IX_OK : ix_cost_part_column(a->scan, IX_FOCUS_ChargePeriodStart, &times, err);
    uint32_t *map = ix_arena_alloc(a->arena, ((size_t)times->count + 1) * sizeof *map);
    code = code == IX_OK ? ix_arena_check(a->arena, err) : code;
    if (code == IX_OK) {
        code = ix_cost_period_number(a->scan, part->first_ms, &map[0], err);
    }
    for (uint32_t i = 0; code == IX_OK && i < times->count; i++) {
        code = ix_cost_period_number(a->scan, times->numbers[i], &map[i + 1], err);
    }
    const struct ix_cost_mapped key = {
        .codes = times->codes, .lowest = times->lowest, .greatest = times->greatest, .map = map};
    return code == IX_OK ? add_key(a, key, err) : code;
}

static enum ix_code add_values(struct adding *a, struct ix_cost_values *values,
                               struct ix_err *err) {
    struct ix_cost_mapped key = {0};
    enum ix_code code = ix_cost_values_map(a->scan, values, &key, err);
    return code == IX_OK ? add_key(a, key, err) : code;
}

static enum ix_code add_keys(struct adding *a, struct ix_err *err) {
    enum ix_code code = add_period(a, err);
    code = code == IX_OK ? add_values(a, &a->scan->currency, err) : code;
    for (size_t i = 0; code == IX_OK && i < a->scan->question->dimension_count; i++) {
        code = add_values(a, &a->scan->dimensions[i], err);
    }
    return code == IX_OK ? ix_cost_digits_finish(&a->digits, err) : code;
}

static uint32_t key_of(const struct adding *a, uint32_t group, size_t key) {
    const struct ix_cost_mapped *from = &a->keys[key];
    uint32_t line = a->digits.first ? a->digits.first[group] : 0;
    return from->map[from->codes ? from->codes[line] : 0];
}

static size_t find_widest(const struct adding *a) {
    size_t widest = 0;
    for (size_t i = 1; i < a->key_count; i++) {
        const struct ix_cost_mapped *key = &a->keys[i];
        const struct ix_cost_mapped *most = &a->keys[widest];
        widest = key->greatest - key->lowest > most->greatest - most->lowest ? i : widest;
    }
    return widest;
}

/* The groups of the segment by the numbers of the widest key, where they are so many that it pays:
 * in about that order those of the question stand, and what is near is at hand. NULL: as they are.
 */
static enum ix_code order_groups(const struct adding *a, uint32_t **ret_order, struct ix_err *err) {
    enum { MANY_GROUPS = 1 << 10, SPARSE = 8 };
    const struct ix_cost_groups *all = &a->scan->groups;
    const uint32_t count = a->digits.groups;
    uint32_t greatest = 0;
    if (all->count == 0 || count < MANY_GROUPS) {
        return IX_OK;
    }
    uint32_t *numbers = ix_arena_alloc(a->arena, count * sizeof *numbers);
    uint32_t *order = ix_arena_alloc(a->arena, count * sizeof *order);
    for (uint32_t i = 0; numbers && i < count; i++) {
        numbers[i] = key_of(a, i, all->widest);
        greatest = numbers[i] > greatest ? numbers[i] : greatest;
    }
    if (numbers && greatest / SPARSE > count) {
        return IX_OK;
    }
    uint32_t *places = ix_arena_zalloc(a->arena, ((size_t)greatest + 2) * sizeof *places);
    if (!places || !order) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i < count; i++) {
        places[numbers[i] + 1]++;
    }
    for (uint32_t i = 0; i < greatest; i++) {
        places[i + 1] += places[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        order[places[numbers[i]]++] = i;
    }
    *ret_order = order;
    return IX_OK;
}

/* True where no group of the segment is one that is there: it has a value that none has. */
static bool are_new(const struct adding *a) {
    const struct ix_cost_groups *all = &a->scan->groups;
    bool fresh = false;
    for (size_t i = 0; i < a->key_count; i++) {
        fresh |= a->keys[i].fresh && (a->keys[i].lowest > 0 || all->count == 0);
    }
    return fresh && ix_cost_groups_may_put(all);
}

static enum ix_code pass_on(struct adding *a, const struct ix_cost_part_sums *sums,
                            struct ix_err *err) {
    uint32_t key[KEYS_MAX];
    uint32_t *order = NULL;
    const bool new = are_new(a);
    enum ix_code code = new ? IX_OK : order_groups(a, &order, err);
    if (code == IX_OK &&
        !ix_cost_groups_reserve(&a->scan->groups, a->digits.groups, find_widest(a), new)) {
        code = ix_err_nomem(err);
    }
    for (uint32_t i = 0; code == IX_OK && i < a->digits.groups; i++) {
        const uint32_t at = order ? order[i] : i;
        const struct ix_cost_group group = ix_cost_part_sum(sums, at);
        for (size_t k = 0; k < a->key_count; k++) {
            key[k] = key_of(a, at, k);
        }
        if (group.lines > 0) {
            code =
                (new ? ix_cost_groups_put : ix_cost_groups_add)(&a->scan->groups, key, &group, err);
        }
    }
    return code;
}

enum ix_code ix_cost_add_part(struct ix_cost_scan *scan, struct ix_err *err) {
    struct adding a = {.scan = scan, .lines = scan->part.lines, .arena = &scan->part.arena};
    struct ix_cost_part_sums sums = {0};
    enum ix_code code = filter_all(&a, err);
    if (code != IX_OK || a.lines == 0) {
        return code;
    }
    ix_cost_digits_begin(&a.digits, a.lines, a.arena);
    code = add_keys(&a, err);
    code = code == IX_OK ? ix_cost_part_add(scan, &a.digits, &sums, err) : code;
    return code == IX_OK ? pass_on(&a, &sums, err) : code;
}
