/* Groups of an answer, found by their key.
 *
 * There may be hundreds of thousands, so what an addition costs is memory that is not at hand. The
 * numbers of a dimension's values come nearly in their order: eight that follow each other stand
 * side by side in the table, as their groups do. A slot has half of the hash beside the group, so
 * that only a group that is the one is looked at. And where it is known of all groups so far that
 * they differ, there is no table: it is made when the first of others comes. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

/* STEP: to a slot that another eight would have; odd, so that all slots are come to */
enum { KEPT_MAX = 8 << 20, FIRST_SLOTS = 512, SIDE_BY_SIDE = 8, STEP = SIDE_BY_SIDE + 1 };

void ix_cost_groups_done(struct ix_cost_groups *g) {
    free(g->key);
    free(g->groups);
    free(g->slots);
    *g = (struct ix_cost_groups){0};
}

void ix_cost_groups_clear(struct ix_cost_groups *g) {
    const size_t bytes = g->capacity * sizeof *g->groups + g->key_room * sizeof *g->key +
                         g->slot_room * sizeof *g->slots;
    if (bytes > KEPT_MAX) {
        ix_cost_groups_done(g);
    }
    g->count = g->slot_count = 0;
}

/* Keys are a few small numbers: to call a hash of bytes for them takes longer than to mix them. */
static uint64_t hash_of(const struct ix_cost_groups *g, const uint32_t *key) {
    uint64_t hash = 0;
    for (size_t i = 0; i < g->keys; i++) {
        hash = (hash ^ (i == g->widest ? key[i] / SIDE_BY_SIDE : key[i])) *
               UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return hash << 3 | key[g->widest] % SIDE_BY_SIDE;
}

static uint64_t slot_of(uint64_t hash, size_t group) {
    return (hash >> 32) << 32 | (group + 1);
}

static bool may_be(uint64_t slot, uint64_t hash) {
    return slot >> 32 == hash >> 32;
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

static void fill_slots(struct ix_cost_groups *g) {
    memset(g->slots, 0, g->slot_count * sizeof *g->slots);
    for (size_t i = 0; i < g->count; i++) {
        uint64_t hash = hash_of(g, g->key + i * g->keys);
        size_t at = hash & (g->slot_count - 1);
        while (g->slots[at]) {
            at = (at + STEP) & (g->slot_count - 1);
        }
        g->slots[at] = slot_of(hash, i);
    }
}

/* Two thirds of the slots are full at most. */
static bool grow_slots(struct ix_cost_groups *g, size_t count) {
    size_t slots = g->slot_count ? g->slot_count : FIRST_SLOTS;
    while (slots <= count + count / 2) {
        slots *= 2;
    }
    if (slots > g->slot_room) {
        free(g->slots);
        g->slots = malloc(slots * sizeof *g->slots);
        g->slot_room = g->slots ? slots : 0;
    }
    g->slot_count = slots > g->slot_room ? 0 : slots;
    if (g->slot_count > 0) {
        fill_slots(g);
    }
    return g->slot_count > 0;
}

/* What is not used of the groups is never touched, so there may be room for twice as many. Of the
 * slots all are: how many are needed is known of the first groups alone, others may be the same. */
bool ix_cost_groups_reserve(struct ix_cost_groups *g, size_t more, size_t widest, bool put) {
    const size_t capacity = (g->count + more) * 2;
    if (g->count + more > g->capacity) {
        if (!resize(&g->groups, capacity, sizeof *g->groups)) {
            return false;
        }
        g->capacity = capacity;
    }
    if ((g->count + more) * g->keys > g->key_room) {
        if (!resize(&g->key, capacity * g->keys, sizeof *g->key)) {
            return false;
        }
        g->key_room = capacity * g->keys;
    }
    if (g->count == 0) {
        g->widest = widest;
    }
    return put || g->slot_count > 0 || grow_slots(g, g->count + more);
}

static struct ix_cost_group *find(struct ix_cost_groups *g, const uint32_t *key) {
    const uint64_t hash = hash_of(g, key);
    size_t size = g->keys * sizeof *key;
    size_t mask = g->slot_count - 1;
    size_t at = hash & mask;
    for (; g->slots[at]; at = (at + STEP) & mask) {
        size_t group = (uint32_t)g->slots[at] - 1;
        if (may_be(g->slots[at], hash) && is_key(g, group, key)) {
            return &g->groups[group];
        }
    }
    g->slots[at] = slot_of(hash, g->count);
    memcpy(g->key + g->count * g->keys, key, size);
    g->groups[g->count] = (struct ix_cost_group){0};
    return &g->groups[g->count++];
}

static enum ix_code check_count(const struct ix_cost_groups *g, struct ix_err *err) {
    return g->count < IX_COST_ROWS_MAX
               ? IX_OK
               : ix_err_set(err, IX_LIMIT,
                            "the answer has more than %d rows; ask by fewer dimensions, or narrow "
                            "it",
                            IX_COST_ROWS_MAX);
}

enum ix_code ix_cost_groups_put(struct ix_cost_groups *g, const uint32_t *key,
                                const struct ix_cost_group *group, struct ix_err *err) {
    uint32_t *to = g->key + g->count * g->keys;
    if (check_count(g, err) != IX_OK) {
        return err->code;
    }
    for (size_t i = 0; i < g->keys; i++) {
        to[i] = key[i];
    }
    g->groups[g->count++] = *group;
    return IX_OK;
}

enum ix_code ix_cost_groups_add(struct ix_cost_groups *g, const uint32_t *key,
                                const struct ix_cost_group *add, struct ix_err *err) {
    if (check_count(g, err) != IX_OK) {
        return err->code;
    }
    if (g->count + g->count / 2 >= g->slot_count && !grow_slots(g, g->count + 1)) {
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
    ix_cost_wide carry = group->atto ? group->atto / atto_units : 0; /* a division is dear */
    ix_cost_wide atto = group->atto - carry * atto_units;
    if (atto < 0) {
        atto += atto_units;
        carry--;
    }
    ix_cost_wide nano = group->nano + carry;
    *ret_sum = (struct ix_money){(int64_t)nano, (int64_t)atto};
    return nano >= INT64_MIN && nano <= INT64_MAX;
}
