#include "indexer/warehouse/sqlite/cost_digits.h"

enum { TABLE_MIN = 1 << 8, TABLE_MAX = 1 << 17, FEW_GROUPS = 1 << 10 };

void ix_cost_digits_begin(struct ix_cost_digits *digits, uint32_t lines, struct ix_arena *arena) {
    *digits = (struct ix_cost_digits){.arena = arena, .lines = lines, .groups = 1};
    digits->size = TABLE_MIN;
    while (digits->size < TABLE_MAX && digits->size < (uint64_t)lines * 2) {
        digits->size *= 2;
    }
}

/* ---- only the groups that occur ---- */

static bool need_table(struct ix_cost_digits *a) {
    if (!a->table) {
        a->table = ix_arena_zalloc(a->arena, a->size * sizeof *a->table);
    }
    return a->table != NULL;
}

/* Numbers the groups that occur anew. */
static enum ix_code count_groups(struct ix_cost_digits *a, struct ix_err *err) {
    uint32_t *first = ix_arena_alloc(a->arena, ((size_t)a->lines + 1) * sizeof *first);
    const uint64_t range = a->groups;
    if (!first || !need_table(a)) {
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

/* ---- a digit ---- */

/* Numbers from 0 on for what the map gives. */
static enum ix_code make_small(struct ix_cost_digits *a, const uint32_t *map, uint32_t lowest,
                               uint32_t greatest, uint32_t *small, uint32_t *ret_range,
                               struct ix_err *err) {
    uint32_t last = 0;
    for (uint32_t i = lowest; i <= greatest; i++) {
        last = map[i] > last ? map[i] : last;
    }
    uint32_t *met = ix_arena_zalloc(a->arena, ((size_t)last + 1) * sizeof *met);
    *ret_range = 0;
    if (!met) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = lowest; i <= greatest; i++) {
        if (met[map[i]] == 0) {
            met[map[i]] = ++*ret_range;
        }
        small[i] = met[map[i]] - 1;
    }
    return IX_OK;
}

/* Two numbers into one, where they are too many for a table: by hashing. */
static enum ix_code hash_groups(struct ix_cost_digits *a, const uint16_t *codes,
                                const uint32_t *small, struct ix_err *err) {
    uint64_t *pairs = ix_arena_alloc(a->arena, a->size * sizeof *pairs);
    uint32_t *first = ix_arena_alloc(a->arena, ((size_t)a->lines + 1) * sizeof *first);
    if (!pairs || !first || !need_table(a)) {
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

static enum ix_code first_digit(struct ix_cost_digits *a, const uint16_t *codes,
                                const uint32_t *small, uint32_t range, struct ix_err *err) {
    const uint32_t lines = a->lines;
    uint32_t *group = ix_arena_alloc(a->arena, ((size_t)lines + 1) * sizeof *group);
    if (!group) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i < lines; i++) {
        group[i] = small[codes[i]];
    }
    a->group = group;
    a->groups = range;
    while (a->size < range) { /* few lines may be of a column of many values */
        a->size *= 2;
    }
    return IX_OK;
}

/* True where lines of one group agree in the digit anyway, as those of a resource do in its
 * account: there is nothing to tell apart, and mostly the first lines show when there is. */
static bool is_told(struct ix_cost_digits *a, const uint16_t *codes, const uint32_t *small) {
    bool told = need_table(a);
    for (uint32_t i = 0; told && i < a->lines; i++) {
        uint32_t *at = &a->table[a->group[i]];
        uint32_t digit = small[codes[i]] + 1;
        *at = *at ? *at : digit;
        told = *at == digit;
    }
    if (a->table) {
        memset(a->table, 0, a->groups * sizeof *a->table);
    }
    return told;
}

static enum ix_code add_digit(struct ix_cost_digits *a, const uint16_t *codes,
                              const uint32_t *small, uint32_t range, struct ix_err *err) {
    if (!a->group) {
        return first_digit(a, codes, small, range, err);
    }
    if ((uint64_t)a->groups * range > a->size && is_told(a, codes, small)) {
        return IX_OK;
    }
    a->several = true;
    if ((uint64_t)a->groups * range > a->size && count_groups(a, err) != IX_OK) {
        return err->code;
    }
    if ((uint64_t)a->groups * range > a->size) {
        return hash_groups(a, codes, small, err);
    }
    for (uint32_t i = 0; i < a->lines; i++) {
        a->group[i] = a->group[i] * range + small[codes[i]];
    }
    a->groups *= range;
    return IX_OK;
}

enum ix_code ix_cost_digits_add(struct ix_cost_digits *digits, const uint16_t *codes,
                                uint32_t lowest, uint32_t greatest, const uint32_t *map,
                                struct ix_err *err) {
    uint32_t range = greatest - lowest + 1;
    if (range == 1) {
        return IX_OK;
    }
    uint32_t *small = ix_arena_alloc(digits->arena, ((size_t)greatest + 1) * sizeof *small);
    if (!small) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = lowest; !map && i <= greatest; i++) {
        small[i] = i - lowest;
    }
    enum ix_code code = map ? make_small(digits, map, lowest, greatest, small, &range, err) : IX_OK;
    return code == IX_OK && range > 1 ? add_digit(digits, codes, small, range, err) : code;
}

/* ---- the end ---- */

/* Where all groups occur, the first lines show them. */
static enum ix_code find_lines(struct ix_cost_digits *a, struct ix_err *err) {
    const uint32_t none = UINT32_MAX;
    uint32_t *first = ix_arena_alloc(a->arena, a->groups * sizeof *first);
    uint32_t found = 0;
    if (!first) {
        return ix_err_nomem(err);
    }
    memset(first, 0xFF, a->groups * sizeof *first);
    for (uint32_t i = 0; found < a->groups && i < a->lines; i++) {
        uint32_t *at = &first[a->group[i]];
        found += *at == none;
        *at = *at == none ? i : *at;
    }
    for (uint32_t i = 0; found < a->groups && i < a->groups; i++) {
        first[i] = first[i] == none ? 0 : first[i];
    }
    a->first = first;
    return IX_OK;
}

enum ix_code ix_cost_digits_finish(struct ix_cost_digits *a, struct ix_err *err) {
    if (!a->group) {
        return IX_OK;
    }
    /* of one digit nearly all groups occur */
    bool sparse = a->several || a->groups > a->lines;
    return sparse && a->groups > FEW_GROUPS ? count_groups(a, err) : find_lines(a, err);
}
