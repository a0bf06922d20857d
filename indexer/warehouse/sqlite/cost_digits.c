#include "indexer/warehouse/sqlite/cost_digits.h"

enum { DENSE_MIN = 1 << 8, DENSE_MAX = 1 << 17 };

enum ix_code ix_cost_digits_begin(struct ix_cost_digits *digits, uint32_t lines,
                                  struct ix_arena *arena, struct ix_err *err) {
    *digits = (struct ix_cost_digits){.arena = arena, .lines = lines, .groups = 1};
    digits->size = DENSE_MIN;
    while (digits->size < DENSE_MAX && digits->size < (uint64_t)lines * 2) {
        digits->size *= 2;
    }
    digits->table = ix_arena_zalloc(arena, digits->size * sizeof *digits->table);
    return ix_arena_check(arena, err);
}

/* Counts the groups that occur anew. */
static enum ix_code count_groups(struct ix_cost_digits *a, uint64_t range, struct ix_err *err) {
    uint32_t *first = ix_arena_alloc(a->arena, ((size_t)a->lines + 1) * sizeof *first);
    if (!first) {
        return ix_err_nomem(err);
    }
    a->groups = 0;
    for (uint32_t i = 0; i < a->lines; i++) {
        uint32_t *at = &a->table[a->group[i]];
        if (*at == 0) {
            first[a->groups] = i;
            *at = ++a->groups;
        }
        a->group[i] = *at - 1;
    }
    memset(a->table, 0, range * sizeof *a->table);
    a->first = first;
    return IX_OK;
}

/* Two numbers into one, where they are too many for a table: by hashing. */
static enum ix_code hash_groups(struct ix_cost_digits *a, const uint16_t *codes,
                                const uint32_t *small, struct ix_err *err) {
    uint64_t *pairs = ix_arena_alloc(a->arena, a->size * sizeof *pairs);
    uint32_t *first = ix_arena_alloc(a->arena, ((size_t)a->lines + 1) * sizeof *first);
    if (!pairs || !first) {
        return ix_err_nomem(err);
    }
    a->groups = 0;
    for (uint32_t i = 0; i < a->lines; i++) {
        uint64_t pair = (uint64_t)a->group[i] << 32 | small[codes[i]];
        uint64_t at = (pair * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (a->size - 1);
        while (a->table[at] && pairs[at] != pair) {
            at = (at + 1) & (a->size - 1);
        }
        if (a->table[at] == 0) {
            pairs[at] = pair;
            first[a->groups] = i;
            a->table[at] = ++a->groups;
        }
        a->group[i] = a->table[at] - 1;
    }
    memset(a->table, 0, a->size * sizeof *a->table);
    a->first = first;
    return IX_OK;
}

/* Numbers from 0 on for what the map gives. */
static enum ix_code make_small(struct ix_cost_digits *a, const uint32_t *map, uint32_t count,
                               uint32_t **ret_small, uint32_t *ret_range, struct ix_err *err) {
    uint32_t *small = ix_arena_alloc(a->arena, ((size_t)count + 1) * sizeof *small);
    uint32_t greatest = 0;
    for (uint32_t i = 0; map && i <= count; i++) {
        greatest = map[i] > greatest ? map[i] : greatest;
    }
    uint32_t *met = map ? ix_arena_zalloc(a->arena, ((size_t)greatest + 1) * sizeof *met) : NULL;
    *ret_range = map ? 0 : count + 1;
    if (!small || (map && !met)) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i <= count; i++) {
        if (map && met[map[i]] == 0) {
            met[map[i]] = ++*ret_range;
        }
        small[i] = map ? met[map[i]] - 1 : i;
    }
    *ret_small = small;
    return IX_OK;
}

static enum ix_code add_digit(struct ix_cost_digits *a, const uint16_t *codes,
                              const uint32_t *small, uint32_t range, struct ix_err *err) {
    uint64_t all = (uint64_t)a->groups * range;
    if (!a->group && !(a->group = ix_arena_zalloc(a->arena, (a->lines + 1) * sizeof *a->group))) {
        return ix_err_nomem(err);
    }
    if (all > a->size) {
        return hash_groups(a, codes, small, err);
    }
    for (uint32_t i = 0; i < a->lines; i++) {
        a->group[i] = a->group[i] * range + small[codes[i]];
    }
    return count_groups(a, all, err);
}

enum ix_code ix_cost_digits_add(struct ix_cost_digits *digits, const uint16_t *codes,
                                uint32_t count, const uint32_t *map, struct ix_err *err) {
    uint32_t *small = NULL;
    uint32_t range = 0;
    enum ix_code code = make_small(digits, map, count, &small, &range, err);
    return code == IX_OK && range > 1 ? add_digit(digits, codes, small, range, err) : code;
}
