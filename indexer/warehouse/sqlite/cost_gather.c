/* A column being gathered. Which value a line has is found by the hash of its bytes. The tables of
 * columns with many values are larger than any cache, and most of the time of a look-up is waiting
 * for memory; so who puts a whole line first says all that it will look for, column by column, and
 * the waits of its columns are one wait. */
#include <stdlib.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_column.h"

enum { FIRST_ENTRIES = 64 };

void ix_cost_gather_done(struct ix_cost_gather *gather) {
    free(gather->entries);
    free(gather->slots);
    free(gather->codes);
    ix_buf_done(&gather->texts);
    *gather = (struct ix_cost_gather){0};
}

void ix_cost_gather_clear(struct ix_cost_gather *gather) {
    if (gather->slots && gather->count > 0) {
        memset(gather->slots, 0, gather->slot_capacity * sizeof *gather->slots);
    }
    gather->count = gather->lines = gather->last = 0;
    ix_buf_clear(&gather->texts);
}

/* Slots tell most values apart by themselves: what they stand for is not in the cache. */
static uint32_t slot_of(uint64_t hash, uint32_t code) {
    return (uint32_t)(hash >> 48) << 16 | code;
}

static void place(struct ix_cost_gather *g, uint64_t hash, uint32_t code) {
    uint32_t at = (uint32_t)hash & (g->slot_capacity - 1);
    while (g->slots[at]) {
        at = (at + 1) & (g->slot_capacity - 1);
    }
    g->slots[at] = slot_of(hash, code);
}

static bool grow(struct ix_cost_gather *g) {
    uint32_t capacity = g->entry_capacity ? g->entry_capacity * 2 : FIRST_ENTRIES;
    struct ix_cost_entry *entries = realloc(g->entries, capacity * sizeof *entries);
    if (!entries) {
        return false;
    }
    g->entries = entries;
    uint32_t *slots = calloc((size_t)capacity * 2, sizeof *slots);
    if (!slots) {
        return false;
    }
    free(g->slots);
    g->slots = slots;
    g->entry_capacity = capacity;
    g->slot_capacity = capacity * 2;
    for (uint32_t i = 0; i < g->count; i++) {
        place(g, entries[i].hash, i + 1);
    }
    return true;
}

static bool room_for_codes(struct ix_cost_gather *g) {
    if (!g->codes) {
        g->codes = malloc(IX_COST_SEGMENT_LINES * sizeof *g->codes);
    }
    return g->codes != NULL;
}

void ix_cost_gather_pad(struct ix_cost_gather *g, uint32_t lines) {
    if (lines > g->lines) {
        memset(g->codes + g->lines, 0, (lines - g->lines) * sizeof *g->codes);
        g->lines = lines;
    }
}

bool ix_cost_gather_spread(struct ix_cost_gather *g, uint32_t values, const uint16_t *codes,
                           uint32_t lines) {
    uint16_t *of_value = malloc(((size_t)values + 1) * sizeof *of_value);
    if (!of_value || !room_for_codes(g)) {
        free(of_value);
        return false;
    }
    ix_cost_gather_pad(g, values);
    of_value[0] = 0;
    memcpy(of_value + 1, g->codes, values * sizeof *of_value);
    for (uint32_t i = 0; i < lines; i++) {
        g->codes[i] = of_value[codes[i]];
    }
    g->lines = lines;
    free(of_value);
    return true;
}

/* The lines between the last one that had a value and this one have none. */
static bool put_code(struct ix_cost_gather *g, uint32_t line, uint32_t code) {
    if (!room_for_codes(g)) {
        return false;
    }
    ix_cost_gather_pad(g, line);
    g->codes[line] = (uint16_t)code;
    g->lines = line + 1;
    g->last = code;
    return true;
}

static bool add_entry(struct ix_cost_gather *g, struct ix_cost_entry entry) {
    if (g->count == g->entry_capacity && !grow(g)) {
        return false;
    }
    g->entries[g->count++] = entry;
    place(g, entry.hash, g->count);
    return true;
}

static bool is_entry(const struct ix_cost_gather *g, uint32_t slot, uint64_t hash,
                     struct ix_sv text, int64_t number) {
    const uint32_t code = slot & IX_COST_SEGMENT_LINES;
    if (slot != slot_of(hash, code)) {
        return false;
    }
    const struct ix_cost_entry *entry = &g->entries[code - 1];
    return entry->hash == hash && (g->is_text ? ix_sv_eq(ix_cost_gather_entry(g, code - 1), text)
                                              : entry->number == number);
}

/* 0: none. */
static uint32_t find(const struct ix_cost_gather *g, uint64_t hash, struct ix_sv text,
                     int64_t number) {
    uint32_t at = (uint32_t)hash & (g->slot_capacity - 1);
    while (g->slot_capacity && g->slots[at] && !is_entry(g, g->slots[at], hash, text, number)) {
        at = (at + 1) & (g->slot_capacity - 1);
    }
    return g->slot_capacity ? g->slots[at] & IX_COST_SEGMENT_LINES : 0;
}

static bool put_text(struct ix_cost_gather *g, uint32_t line, struct ix_sv text, uint64_t hash) {
    uint32_t code = find(g, hash, text, 0);
    if (!code) {
        size_t begin = g->texts.size;
        (void)ix_buf_reserve(&g->texts, text.size + 1); /* also the empty text stands somewhere */
        ix_buf_add(&g->texts, text);
        if (g->texts.failed ||
            !add_entry(g, (struct ix_cost_entry){hash, (int64_t)begin, (uint32_t)text.size})) {
            return false;
        }
        code = g->count;
    }
    return put_code(g, line, code);
}

/* Lines that follow each other often agree. */
static bool is_last(const struct ix_cost_gather *g, struct ix_sv text) {
    return g->last && ix_sv_eq(ix_cost_gather_entry(g, g->last - 1), text);
}

void ix_cost_gather_expect(const struct ix_cost_gather *g, struct ix_cost_cell *cell) {
    cell->code = is_last(g, cell->text) ? g->last : 0;
    if (cell->code) {
        cell->hash = g->entries[cell->code - 1].hash;
        return;
    }
    cell->hash = ix_hash_short(cell->text);
    if (g->slot_capacity) {
        __builtin_prefetch(&g->slots[(uint32_t)cell->hash & (g->slot_capacity - 1)], 1);
    }
}

/* The value that the first slot looked at speaks of, if it may be the cell's; else 0. */
static uint32_t likely(const struct ix_cost_gather *g, const struct ix_cost_cell *cell) {
    if (cell->code || !g->slot_capacity) {
        return 0;
    }
    const uint32_t slot = g->slots[(uint32_t)cell->hash & (g->slot_capacity - 1)];
    const uint32_t code = slot & IX_COST_SEGMENT_LINES;
    return slot == slot_of(cell->hash, code) ? code : 0;
}

void ix_cost_gather_approach(const struct ix_cost_gather *g, struct ix_cost_cell *cell) {
    cell->likely = likely(g, cell);
    if (cell->likely) {
        __builtin_prefetch(&g->entries[cell->likely - 1]);
    }
}

void ix_cost_gather_arrive(const struct ix_cost_gather *g, const struct ix_cost_cell *cell) {
    if (cell->likely) {
        const char *text = ix_cost_gather_entry(g, cell->likely - 1).data;
        __builtin_prefetch(text);
        __builtin_prefetch(text + cell->text.size);
    }
}

bool ix_cost_gather_cell(struct ix_cost_gather *g, uint32_t line, const struct ix_cost_cell *cell) {
    g->is_text = true;
    return cell->code ? put_code(g, line, cell->code) : put_text(g, line, cell->text, cell->hash);
}

bool ix_cost_gather_text(struct ix_cost_gather *g, uint32_t line, struct ix_sv text,
                         uint64_t *ret_hash) {
    struct ix_cost_cell cell = {.text = text};
    ix_cost_gather_expect(g, &cell);
    *ret_hash = cell.hash;
    return ix_cost_gather_cell(g, line, &cell);
}

static uint64_t hash_number(int64_t number) {
    uint64_t x = (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
    return x ^ (x >> 32);
}

bool ix_cost_gather_number(struct ix_cost_gather *g, uint32_t line, int64_t number,
                           uint64_t *ret_hash) {
    uint64_t hash = *ret_hash = hash_number(number);
    if (g->last && g->entries[g->last - 1].number == number) {
        return put_code(g, line, g->last);
    }
    uint32_t code = find(g, hash, (struct ix_sv){0}, number);
    if (!code) {
        if (!add_entry(g, (struct ix_cost_entry){hash, number, 0})) {
            return false;
        }
        code = g->count;
    }
    return put_code(g, line, code);
}

void ix_cost_amounts_done(struct ix_cost_amounts *amounts) {
    free(amounts->nano);
    free(amounts->atto);
    free(amounts->known);
    *amounts = (struct ix_cost_amounts){0};
}

void ix_cost_amounts_clear(struct ix_cost_amounts *amounts) {
    amounts->has_atto = amounts->has_unknown = false;
}

static bool room_for_amounts(struct ix_cost_amounts *a) {
    if (!a->nano) {
        a->nano = malloc(IX_COST_SEGMENT_LINES * sizeof *a->nano);
        a->atto = malloc(IX_COST_SEGMENT_LINES * sizeof *a->atto);
        a->known = malloc(IX_COST_SEGMENT_LINES);
    }
    return a->nano && a->atto && a->known;
}

bool ix_cost_amounts_put(struct ix_cost_amounts *a, uint32_t line, struct ix_money amount,
                         bool known) {
    if (!room_for_amounts(a)) {
        return false;
    }
    a->nano[line] = known ? amount.nano : 0;
    a->atto[line] = known ? (uint32_t)amount.atto : 0;
    a->known[line] = known;
    a->has_atto |= known && amount.atto != 0;
    a->has_unknown |= !known;
    return true;
}
