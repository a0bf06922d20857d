/* Groups of an answer, found by their key. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

enum { FIRST_GROUPS = 256 };

void ix_cost_groups_done(struct ix_cost_groups *g) {
    free(g->key);
    free(g->groups);
    free(g->slots);
    *g = (struct ix_cost_groups){0};
}

/* Keys are a few small numbers: to call a hash of bytes for them takes longer than to mix them. */
static uint64_t hash_of(const struct ix_cost_groups *g, const uint32_t *key) {
    uint64_t hash = 0;
    for (size_t i = 0; i < g->keys; i++) {
        hash = (hash ^ key[i]) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return hash;
}

static bool is_key(const struct ix_cost_groups *g, size_t at, const uint32_t *key) {
    const uint32_t *has = g->key + at * g->keys;
    bool same = true;
    for (size_t i = 0; same && i < g->keys; i++) {
        same = has[i] == key[i];
    }
    return same;
}

static bool resize(void *array, size_t count, size_t size) {
    void **items = array;
    void *larger = realloc(*items, count * size);
    *items = larger ? larger : *items;
    return larger != NULL;
}

static bool grow(struct ix_cost_groups *g) {
    size_t capacity = g->capacity ? g->capacity * 2 : FIRST_GROUPS;
    if (!resize(&g->key, capacity * g->keys, sizeof *g->key) ||
        !resize(&g->groups, capacity, sizeof *g->groups) ||
        !resize(&g->slots, capacity * 2, sizeof *g->slots)) {
        return false;
    }
    g->capacity = capacity;
    memset(g->slots, 0, capacity * 2 * sizeof *g->slots);
    for (size_t i = 0; i < g->count; i++) {
        size_t at = hash_of(g, g->key + i * g->keys) & (capacity * 2 - 1);
        while (g->slots[at]) {
            at = (at + 1) & (capacity * 2 - 1);
        }
        g->slots[at] = (uint32_t)i + 1;
    }
    return true;
}

static struct ix_cost_group *find(struct ix_cost_groups *g, const uint32_t *key) {
    size_t size = g->keys * sizeof *key;
    size_t mask = g->capacity * 2 - 1;
    size_t at = hash_of(g, key) & mask;
    for (; g->slots[at]; at = (at + 1) & mask) {
        if (is_key(g, g->slots[at] - 1, key)) {
            return &g->groups[g->slots[at] - 1];
        }
    }
    g->slots[at] = (uint32_t)g->count + 1;
    memcpy(g->key + g->count * g->keys, key, size);
    g->groups[g->count] = (struct ix_cost_group){0};
    return &g->groups[g->count++];
}

enum ix_code ix_cost_groups_add(struct ix_cost_groups *g, const uint32_t *key,
                                const struct ix_cost_group *add, struct ix_err *err) {
    if (g->count == IX_COST_ROWS_MAX) {
        return ix_err_set(err, IX_LIMIT,
                          "the answer has more than %d rows; ask by fewer dimensions, or narrow it",
                          IX_COST_ROWS_MAX);
    }
    if (g->count * 4 >= g->capacity * 3 && !grow(g)) {
        return ix_err_nomem(err);
    }
    struct ix_cost_group *group = find(g, key);
    group->nano += add->nano;
    group->atto += add->atto;
    group->lines += add->lines;
    group->unknown += add->unknown;
    return IX_OK;
}

bool ix_cost_group_sum(const struct ix_cost_group *group, struct ix_money *ret_sum) {
    const ix_cost_wide atto_units = 1000000000;
    ix_cost_wide carry = group->atto / atto_units;
    ix_cost_wide atto = group->atto % atto_units;
    if (atto < 0) {
        atto += atto_units;
        carry--;
    }
    ix_cost_wide nano = group->nano + carry;
    *ret_sum = (struct ix_money){(int64_t)nano, (int64_t)atto};
    return nano >= INT64_MIN && nano <= INT64_MAX;
}
