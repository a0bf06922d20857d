/* Sums made while loading. Each level is a table from its key (the numbers of the texts, and the
 * day or month) to sums; lines of a segment are added column by column. What grows too large is
 * written as it stands and begun again: a reader adds the rows of a level anyway, so the same key
 * may occur in several of its segments. */
#include <stdlib.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_digits.h"
#include "indexer/warehouse/sqlite/cost_store.h"

enum { FIRST_ROWS = 256 };
static const int64_t null_key = INT64_MIN;

struct sums {
    struct ix_money sum[IX_COST_METRIC_COUNT];
    int64_t lines;
    int64_t unknown[IX_COST_METRIC_COUNT];
};

struct table {
    enum ix_cost_level level;
    size_t keys;   /* numbers in a key */
    int64_t lines; /* that were added */
    bool written;  /* some of it */
    bool off;      /* given up: as many rows as lines, nearly, or a sum that does not fit */
    size_t count, capacity;
    int64_t *key; /* of row i at i * keys; malloc'ed, as all below */
    uint64_t *hash;
    struct sums *sums;
    uint32_t *slots; /* row + 1; twice the capacity */
};

struct ix_cost_rollup {
    int64_t pid;
    struct table tables[IX_COST_LEVELS];
};

struct ix_cost_rollup *ix_cost_rollup_new(int64_t pid) {
    struct ix_cost_rollup *rollup = calloc(1, sizeof *rollup);
    for (int i = IX_COST_LINES + 1; rollup && i < IX_COST_LEVELS; i++) {
        rollup->tables[i].level = (enum ix_cost_level)i;
        rollup->tables[i].keys = ix_cost_levels[i].count;
    }
    if (rollup) {
        rollup->pid = pid;
    }
    return rollup;
}

static void empty(struct table *t) {
    free(t->key);
    free(t->hash);
    free(t->sums);
    free(t->slots);
    *t = (struct table){.level = t->level,
                        .keys = t->keys,
                        .lines = t->lines,
                        .written = t->written,
                        .off = t->off};
}

void ix_cost_rollup_free(struct ix_cost_rollup *rollup) {
    for (int i = IX_COST_LINES + 1; rollup && i < IX_COST_LEVELS; i++) {
        empty(&rollup->tables[i]);
    }
    free(rollup);
}

size_t ix_cost_rollup_rows(const struct ix_cost_rollup *rollup) {
    size_t rows = 0;
    for (int i = IX_COST_LINES + 1; i < IX_COST_LEVELS; i++) {
        rows += rollup->tables[i].count;
    }
    return rows;
}

/* ---- the table ---- */

static void place(struct table *t, size_t row) {
    size_t mask = t->capacity * 2 - 1;
    size_t at = t->hash[row] & mask;
    while (t->slots[at]) {
        at = (at + 1) & mask;
    }
    t->slots[at] = (uint32_t)row + 1;
}

static bool resize(void *array, size_t count, size_t size) {
    void **items = array;
    void *larger = realloc(*items, count * size);
    *items = larger ? larger : *items;
    return larger != NULL;
}

static bool grow(struct table *t) {
    size_t capacity = t->capacity ? t->capacity * 2 : FIRST_ROWS;
    if (!resize(&t->key, capacity * t->keys, sizeof *t->key) ||
        !resize(&t->hash, capacity, sizeof *t->hash) ||
        !resize(&t->sums, capacity, sizeof *t->sums) ||
        !resize(&t->slots, capacity * 2, sizeof *t->slots)) {
        return false;
    }
    memset(t->slots, 0, capacity * 2 * sizeof *t->slots);
    t->capacity = capacity;
    for (size_t i = 0; i < t->count; i++) {
        place(t, i);
    }
    return true;
}

/* Room for as many more rows as are about to be found. */
static bool reserve(struct table *t, size_t more) {
    bool made = true;
    while (made && (t->count + more) * 4 >= t->capacity * 3) {
        made = grow(t);
    }
    return made;
}

/* The row with that key, zeroed when it is new; there is room for it. */
static struct sums *find(struct table *t, const int64_t *key, uint64_t hash) {
    const size_t size = t->keys * sizeof *key;
    const size_t mask = t->capacity * 2 - 1;
    size_t at = hash & mask;
    for (; t->slots[at]; at = (at + 1) & mask) {
        size_t row = t->slots[at] - 1;
        if (t->hash[row] == hash && memcmp(t->key + row * t->keys, key, size) == 0) {
            return &t->sums[row];
        }
    }
    t->slots[at] = (uint32_t)t->count + 1;
    memcpy(t->key + t->count * t->keys, key, size);
    t->hash[t->count] = hash;
    t->sums[t->count] = (struct sums){0};
    return &t->sums[t->count++];
}

/* ---- adding ---- */

/* The key's part of each code of a column; [0] is null. */
static const int64_t *key_parts(const struct ix_cost_segment *segment, enum ix_cost_grain grain,
                                size_t column, struct ix_arena *arena) {
    const struct ix_cost_gather *g = &segment->columns[column];
    int64_t *parts = ix_arena_alloc(arena, ((size_t)g->count + 1) * sizeof *parts);
    for (uint32_t i = 0; parts && i < g->count; i++) {
        int64_t number =
            segment->numbers[column] ? segment->numbers[column][i] : g->entries[i].number;
        parts[i + 1] =
            column == IX_FOCUS_ChargePeriodStart ? ix_cost_period_begin(grain, number) : number;
    }
    if (parts) {
        parts[0] = null_key;
    }
    return parts;
}

struct adding {
    const struct ix_cost_segment *segment;
    struct ix_cost_digits digits;
    struct ix_arena arena;
    const int64_t *parts[IX_COST_KEYS_MAX];
    const uint16_t *codes[IX_COST_KEYS_MAX]; /* NULL: null on all lines */
    uint16_t varying[IX_COST_KEYS_MAX];      /* parts that are not the same on all lines */
    size_t varying_count;
    struct sums *sums; /* of the segment's groups */
};

/* Times that are cut to the same day or month are the same. */
static enum ix_code add_times(struct adding *a, const struct ix_cost_gather *g,
                              const int64_t *parts, struct ix_err *err) {
    uint32_t *map = ix_arena_alloc(&a->arena, ((size_t)g->count + 1) * sizeof *map);
    if (!map) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i <= g->count; i++) {
        uint32_t same = 0;
        while (parts[same] != parts[i]) {
            same++;
        }
        map[i] = same;
    }
    return ix_cost_digits_add(&a->digits, g->codes, 0, g->count, map, err);
}

static enum ix_code add_keys(struct adding *a, const struct table *t, struct ix_err *err) {
    const struct ix_cost_level_info *level = &ix_cost_levels[t->level];
    enum ix_code code = IX_OK;
    ix_cost_digits_begin(&a->digits, a->segment->lines, &a->arena);
    for (size_t k = 0; code == IX_OK && k < level->count; k++) {
        size_t column = level->columns[k];
        const struct ix_cost_gather *g = &a->segment->columns[column];
        a->parts[k] = key_parts(a->segment, level->grain, column, &a->arena);
        a->codes[k] = g->count ? g->codes : NULL;
        code = ix_arena_check(&a->arena, err);
        if (code == IX_OK && column == IX_FOCUS_ChargePeriodStart) {
            code = add_times(a, g, a->parts[k], err);
        } else if (code == IX_OK && g->count) {
            code = ix_cost_digits_add(&a->digits, g->codes, 0, g->count, NULL, err);
        }
    }
    return code == IX_OK ? ix_cost_digits_finish(&a->digits, err) : code;
}

static enum ix_code too_large(int metric, struct ix_err *err) {
    return ix_err_wrap(err, "the sum of %s cost of a service, account or resource",
                       ix_cost_metric_name((enum ix_cost_metric)metric));
}

static enum ix_code add_amount(struct sums *sums, int metric, struct ix_money amount,
                               struct ix_err *err) {
    struct ix_money *sum = &sums->sum[metric];
    if (amount.atto == 0) {
        if (__builtin_add_overflow(sum->nano, amount.nano, &sum->nano)) {
            ix_err_set(err, IX_LIMIT, "it does not fit");
            return too_large(metric, err);
        }
        return IX_OK;
    }
    return ix_money_add(sum, amount, err) == IX_OK ? IX_OK : too_large(metric, err);
}

/* Groups are many: each is fetched once a line, and not once an amount. */
static enum ix_code add_amounts(struct adding *a, struct ix_err *err) {
    const struct ix_cost_amounts *amounts = a->segment->amounts;
    enum ix_code code = IX_OK;
    for (uint32_t i = 0; code == IX_OK && i < a->segment->lines; i++) {
        struct sums *sums = &a->sums[a->digits.group ? a->digits.group[i] : 0];
        sums->lines++;
        for (int m = 0; code == IX_OK && m < IX_COST_METRIC_COUNT; m++) {
            const struct ix_money amount = {amounts[m].nano[i], amounts[m].atto[i]};
            sums->unknown[m] += !amounts[m].known[i];
            code = add_amount(sums, m, amount, err);
        }
    }
    return code;
}

static enum ix_code add_sums(struct sums *to, const struct sums *from, struct ix_err *err) {
    to->lines += from->lines;
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        to->unknown[m] += from->unknown[m];
        if (ix_money_add(&to->sum[m], from->sum[m], err) != IX_OK) {
            return too_large(m, err);
        }
    }
    return IX_OK;
}

/* Some groups on their way to the rows of the table, which are larger than any cache: what is
 * looked for is said of all of them first, so that memory is waited for once. */
enum { BATCH = 16 };
struct batch {
    uint32_t groups[BATCH];
    uint64_t hashes[BATCH];
    size_t count;
    int64_t keys[BATCH][IX_COST_KEYS_MAX];
};

/* The parts of a key that are the same for all lines stand in it already. */
static void make_keys(const struct adding *a, const struct table *t, struct batch *batch) {
    for (size_t b = 0; b < batch->count; b++) {
        uint32_t group = batch->groups[b];
        uint32_t line = a->digits.first ? a->digits.first[group] : 0;
        int64_t *key = batch->keys[b];
        for (size_t v = 0; v < a->varying_count; v++) {
            const size_t k = a->varying[v];
            key[k] = a->parts[k][a->codes[k][line]];
        }
        batch->hashes[b] = ix_hash_short(ix_sv_of((const char *)key, t->keys * sizeof *key));
        __builtin_prefetch(&t->slots[batch->hashes[b] & (t->capacity * 2 - 1)]);
    }
    for (size_t b = 0; b < batch->count; b++) {
        uint32_t slot = t->slots[batch->hashes[b] & (t->capacity * 2 - 1)];
        if (slot) {
            __builtin_prefetch(&t->hash[slot - 1]);
            __builtin_prefetch(&t->key[(slot - 1) * t->keys]);
            __builtin_prefetch(&t->sums[slot - 1], 1);
        }
    }
}

static enum ix_code pass_batch(struct adding *a, struct table *t, struct batch *batch,
                               struct ix_err *err) {
    enum ix_code code = reserve(t, BATCH) ? IX_OK : ix_err_nomem(err);
    if (code == IX_OK) {
        make_keys(a, t, batch);
    }
    for (size_t b = 0; code == IX_OK && b < batch->count; b++) {
        struct sums *sums = find(t, batch->keys[b], batch->hashes[b]);
        code = add_sums(sums, &a->sums[batch->groups[b]], err);
    }
    batch->count = 0;
    return code;
}

static void begin_batch(struct adding *a, const struct table *t, struct batch *batch) {
    batch->count = 0;
    a->varying_count = 0;
    for (size_t k = 0; k < t->keys; k++) {
        const uint16_t code = a->codes[k] ? a->codes[k][0] : 0;
        bool same = true;
        for (uint32_t i = 1; a->codes[k] && same && i < a->segment->lines; i++) {
            same = a->codes[k][i] == code;
        }
        for (size_t b = 0; b < BATCH; b++) {
            batch->keys[b][k] = a->parts[k][code];
        }
        a->varying[a->varying_count] = (uint16_t)k;
        a->varying_count += !same;
    }
}

static enum ix_code pass_on(struct adding *a, struct table *t, struct ix_err *err) {
    struct batch batch;
    enum ix_code code = IX_OK;
    begin_batch(a, t, &batch);
    for (uint32_t i = 0; code == IX_OK && i < a->digits.groups; i++) {
        batch.groups[batch.count] = i;
        batch.count += a->sums[i].lines > 0;
        if (batch.count == BATCH || i + 1 == a->digits.groups) {
            code = pass_batch(a, t, &batch, err);
        }
    }
    return code;
}

static enum ix_code add_lines(struct adding *a, struct table *t, struct ix_err *err) {
    enum ix_code code = add_keys(a, t, err);
    a->sums = ix_arena_array(&a->arena, a->digits.groups, sizeof *a->sums);
    code = code == IX_OK ? ix_arena_check(&a->arena, err) : code;
    code = code == IX_OK ? add_amounts(a, err) : code;
    t->lines += a->segment->lines;
    return code == IX_OK ? pass_on(a, t, err) : code;
}

static void give_up(struct table *t) {
    t->off = true;
    empty(t);
}

/* A level that hardly sums up anything is given up, unless the bill is small altogether. */
static void weigh(struct table *t, int64_t enough) {
    if (!t->written && t->lines >= enough && (int64_t)t->count * 2 > t->lines) {
        give_up(t);
    }
}

/* Of days one segment tells enough; of months later segments may add to rows that are there. Of
 * resources alone only the whole month tells: there are as many in its first days. */
static void weigh_early(struct table *t) {
    const struct ix_cost_level_info *level = &ix_cost_levels[t->level];
    bool by_day = level->grain == IX_COST_GRAIN_DAY;
    if (!level->in_order) {
        weigh(t, by_day ? IX_COST_SEGMENT_LINES : IX_COST_SEGMENT_LINES + 1);
    }
}

/* What the sums of resources would be too large for stands in the finer levels all the same. */
static enum ix_code add_or_give_up(struct adding *a, struct table *t, struct ix_err *err) {
    enum ix_code code = add_lines(a, t, err);
    if (code == IX_LIMIT && ix_cost_levels[t->level].in_order) {
        *err = (struct ix_err){0};
        code = IX_OK;
        give_up(t);
    }
    return code;
}

enum ix_code ix_cost_rollup_add(struct ix_cost_rollup *rollup,
                                const struct ix_cost_segment *segment, struct ix_err *err) {
    struct adding a = {.segment = segment};
    enum ix_code code = IX_OK;
    ix_arena_init(&a.arena, 0);
    for (int i = IX_COST_LINES + 1; code == IX_OK && i < IX_COST_LEVELS; i++) {
        if (!rollup->tables[i].off) {
            code = add_or_give_up(&a, &rollup->tables[i], err);
            weigh_early(&rollup->tables[i]);
            ix_arena_reset(&a.arena);
        }
    }
    ix_arena_done(&a.arena);
    return code;
}

/* ---- writing ---- */

static bool put_row(struct ix_cost_segment *segment, const struct table *t, size_t row) {
    const struct sums *sums = &t->sums[row];
    uint32_t line = segment->lines++;
    uint64_t ignored = 0;
    bool put =
        ix_cost_gather_number(&segment->columns[IX_COST_AT_COUNT], line, sums->lines, &ignored);
    for (size_t k = 0; put && k < t->keys; k++) {
        int64_t part = t->key[row * t->keys + k];
        size_t column = ix_cost_levels[t->level].columns[k];
        put = part == null_key ||
              ix_cost_gather_number(&segment->columns[column], line, part, &ignored);
    }
    for (int m = 0; put && m < IX_COST_METRIC_COUNT; m++) {
        put = ix_cost_amounts_put(&segment->amounts[m], line, sums->sum[m], true) &&
              (sums->unknown[m] == 0 ||
               ix_cost_gather_number(&segment->columns[IX_COST_AT_UNKNOWN + m], line,
                                     sums->unknown[m], &ignored));
    }
    return put;
}

static enum ix_code write_rows(const struct table *t, const uint32_t *order,
                               struct ix_cost_segment *segment, struct ix_cost_writer *writer,
                               struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < t->count; i++) {
        code = put_row(segment, t, order ? order[i] : i) ? IX_OK : ix_err_nomem(err);
        if (code == IX_OK && (segment->lines == IX_COST_SEGMENT_LINES || i + 1 == t->count)) {
            code = ix_cost_segment_write(writer, segment, t->level, err);
            ix_cost_segment_clear(segment);
        }
    }
    return code;
}

static enum ix_code write_table(struct table *t, struct ix_cost_segment *segment,
                                struct ix_cost_writer *writer, struct ix_err *err) {
    const bool in_order = ix_cost_levels[t->level].in_order;
    uint32_t *order = NULL;
    enum ix_code code = IX_OK;
    if (in_order) {
        weigh(t, IX_COST_SEGMENT_LINES + 1);
    }
    if (t->off && t->written) { /* an earlier part alone would be less than the whole */
        t->written = false;
        code = ix_cost_drop_level(writer->e, segment->pid, t->level, err);
    }
    if (code == IX_OK && in_order && t->count > 0) {
        code = ix_cost_order_rows(t->key, t->keys, t->count, &order, err);
    }
    code = code == IX_OK ? write_rows(t, order, segment, writer, err) : code;
    free(order);
    t->written |= t->count > 0;
    empty(t);
    return code;
}

enum ix_code ix_cost_rollup_write(struct ix_cost_rollup *rollup, struct ix_cost_writer *writer,
                                  struct ix_err *err) {
    struct ix_cost_segment *segment = ix_cost_segment_new();
    enum ix_code code = segment ? IX_OK : ix_err_nomem(err);
    for (int i = IX_COST_LINES + 1; code == IX_OK && i < IX_COST_LEVELS; i++) {
        segment->pid = rollup->pid;
        code = write_table(&rollup->tables[i], segment, writer, err);
    }
    ix_cost_segment_free(segment);
    return code;
}
