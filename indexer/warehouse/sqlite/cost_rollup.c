/* Sums made while loading. Each level is a table from its key (the numbers of the texts, and the
 * day or month) to sums; lines of a segment are added column by column. What grows too large is
 * written as it stands and begun again: a reader adds the rows of a level anyway, so the same key
 * may occur in several of its segments. */
#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_store.h"

#include <stdlib.h>

#define BY_DAY                                                                                     \
    IX_FOCUS_ChargePeriodStart, IX_FOCUS_BillingCurrency, IX_COST_AT_BASIS, IX_FOCUS_ServiceName,  \
        IX_FOCUS_ServiceCategory, IX_FOCUS_ServiceSubcategory, IX_FOCUS_SubAccountId,              \
        IX_FOCUS_SubAccountName, IX_FOCUS_SubAccountType, IX_FOCUS_BillingAccountId,               \
        IX_FOCUS_BillingAccountName, IX_FOCUS_BillingAccountType, IX_FOCUS_RegionId,               \
        IX_FOCUS_RegionName, IX_FOCUS_ChargeCategory, IX_FOCUS_ChargeClass,                        \
        IX_FOCUS_ChargeFrequency, IX_FOCUS_PricingCategory, IX_FOCUS_CommitmentDiscountStatus,     \
        IX_FOCUS_CommitmentDiscountType, IX_FOCUS_ProviderName, IX_FOCUS_PublisherName,            \
        IX_FOCUS_ServiceProviderName, IX_FOCUS_InvoiceIssuerName, IX_FOCUS_InvoiceId

static const uint16_t by_day[] = {BY_DAY};
static const uint16_t by_resource_month[] = {BY_DAY, IX_FOCUS_ResourceId, IX_FOCUS_ResourceName,
                                             IX_FOCUS_ResourceType, IX_FOCUS_Tags};

const struct ix_cost_level_info ix_cost_levels[IX_COST_LEVELS] = {
    [IX_COST_BY_DAY] = {by_day, sizeof by_day / sizeof *by_day},
    [IX_COST_BY_RESOURCE_MONTH] = {by_resource_month,
                                   sizeof by_resource_month / sizeof *by_resource_month},
};

enum { FIRST_ROWS = 256 };
static const int64_t null_key = INT64_MIN;

struct sums {
    struct ix_money sum[IX_COST_METRIC_COUNT];
    int64_t lines;
    int64_t unknown[IX_COST_METRIC_COUNT];
};

struct table {
    enum ix_cost_level level;
    size_t keys; /* numbers in a key */
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
    for (int i = IX_COST_BY_DAY; rollup && i < IX_COST_LEVELS; i++) {
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
    *t = (struct table){.level = t->level, .keys = t->keys};
}

void ix_cost_rollup_free(struct ix_cost_rollup *rollup) {
    for (int i = IX_COST_BY_DAY; rollup && i < IX_COST_LEVELS; i++) {
        empty(&rollup->tables[i]);
    }
    free(rollup);
}

size_t ix_cost_rollup_rows(const struct ix_cost_rollup *rollup) {
    size_t rows = 0;
    for (int i = IX_COST_BY_DAY; i < IX_COST_LEVELS; i++) {
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

/* The row with that key, zeroed when it is new; NULL: out of memory. */
static struct sums *find(struct table *t, const int64_t *key) {
    size_t size = t->keys * sizeof *key;
    uint64_t hash = ix_hash_short(ix_sv_of((const char *)key, size));
    if (t->count * 4 >= t->capacity * 3 && !grow(t)) {
        return NULL;
    }
    size_t mask = t->capacity * 2 - 1;
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

static int64_t cut_time(enum ix_cost_level level, int64_t ms) {
    if (level == IX_COST_BY_DAY) {
        int64_t day = ms / IX_DAY_MS - (ms % IX_DAY_MS < 0);
        return day * IX_DAY_MS;
    }
    struct ix_civil at = ix_time_to_civil(ms);
    return ix_time_from_civil((struct ix_civil){.year = at.year, .month = at.month, .day = 1});
}

/* The key's part of each code of a column; [0] is null. */
static const int64_t *key_parts(const struct ix_cost_segment *segment, enum ix_cost_level level,
                                size_t column, struct ix_arena *arena) {
    const struct ix_cost_gather *g = &segment->columns[column];
    int64_t *parts = ix_arena_alloc(arena, ((size_t)g->count + 1) * sizeof *parts);
    for (uint32_t i = 0; parts && i < g->count; i++) {
        int64_t number =
            segment->numbers[column] ? segment->numbers[column][i] : g->entries[i].number;
        parts[i + 1] = column == IX_FOCUS_ChargePeriodStart ? cut_time(level, number) : number;
    }
    if (parts) {
        parts[0] = null_key;
    }
    return parts;
}

struct parts {
    const int64_t *of[IX_COST_KEYS_MAX];
    const struct ix_cost_gather *gather[IX_COST_KEYS_MAX];
    size_t varying[IX_COST_KEYS_MAX]; /* the keys that are not the same on all lines */
    size_t varying_count;
    int64_t key[IX_COST_KEYS_MAX];
};

static bool is_constant(const struct ix_cost_gather *g, uint32_t lines) {
    if (g->count > 1 || (g->count == 1 && g->lines < lines)) {
        return false;
    }
    for (uint32_t i = 0; g->count == 1 && i < lines; i++) {
        if (!g->codes[i]) {
            return false;
        }
    }
    return true;
}

static void make_parts(const struct ix_cost_segment *segment, const struct table *t,
                       struct ix_arena *arena, struct parts *p) {
    p->varying_count = 0;
    for (size_t k = 0; k < t->keys; k++) {
        size_t column = ix_cost_levels[t->level].columns[k];
        p->gather[k] = &segment->columns[column];
        p->of[k] = key_parts(segment, t->level, column, arena);
        if (!is_constant(p->gather[k], segment->lines)) {
            p->varying[p->varying_count++] = k;
        } else if (p->of[k]) {
            p->key[k] = p->of[k][p->gather[k]->count];
        }
    }
}

static enum ix_code add_amounts(struct sums *sums, const struct ix_cost_segment *segment,
                                uint32_t line, struct ix_err *err) {
    sums->lines++;
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        const struct ix_cost_amounts *a = &segment->amounts[m];
        const struct ix_money amount = {a->nano[line], a->atto[line]};
        sums->unknown[m] += !a->known[line];
        if (ix_money_add(&sums->sum[m], amount, err) != IX_OK) {
            return ix_err_wrap(err, "the sum of %s cost of one service or resource",
                               ix_cost_metric_name((enum ix_cost_metric)m));
        }
    }
    return IX_OK;
}

static enum ix_code add_lines(struct table *t, const struct ix_cost_segment *segment,
                              struct parts *p, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (uint32_t line = 0; code == IX_OK && line < segment->lines; line++) {
        for (size_t v = 0; v < p->varying_count; v++) {
            size_t k = p->varying[v];
            const struct ix_cost_gather *g = p->gather[k];
            p->key[k] = p->of[k][line < g->lines ? g->codes[line] : 0];
        }
        struct sums *sums = find(t, p->key);
        code = sums ? add_amounts(sums, segment, line, err) : ix_err_nomem(err);
    }
    return code;
}

enum ix_code ix_cost_rollup_add(struct ix_cost_rollup *rollup,
                                const struct ix_cost_segment *segment, struct ix_err *err) {
    struct ix_arena arena;
    struct parts parts;
    enum ix_code code = IX_OK;
    ix_arena_init(&arena, 0);
    for (int i = IX_COST_BY_DAY; code == IX_OK && i < IX_COST_LEVELS; i++) {
        make_parts(segment, &rollup->tables[i], &arena, &parts);
        code = ix_arena_check(&arena, err);
        code = code == IX_OK ? add_lines(&rollup->tables[i], segment, &parts, err) : code;
    }
    ix_arena_done(&arena);
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

static enum ix_code write_table(struct table *t, struct ix_cost_segment *segment,
                                struct ix_cost_writer *writer, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t row = 0; code == IX_OK && row < t->count; row++) {
        code = put_row(segment, t, row) ? IX_OK : ix_err_nomem(err);
        if (code == IX_OK && (segment->lines == IX_COST_SEGMENT_LINES || row + 1 == t->count)) {
            code = ix_cost_segment_write(writer, segment, t->level, err);
            ix_cost_segment_clear(segment);
        }
    }
    empty(t);
    return code;
}

enum ix_code ix_cost_rollup_write(struct ix_cost_rollup *rollup, struct ix_cost_writer *writer,
                                  struct ix_err *err) {
    struct ix_cost_segment *segment = ix_cost_segment_new();
    enum ix_code code = segment ? IX_OK : ix_err_nomem(err);
    for (int i = IX_COST_BY_DAY; code == IX_OK && i < IX_COST_LEVELS; i++) {
        segment->pid = rollup->pid;
        code = write_table(&rollup->tables[i], segment, writer, err);
    }
    ix_cost_segment_free(segment);
    return code;
}
