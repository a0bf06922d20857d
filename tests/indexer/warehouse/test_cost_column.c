/* Columns of bill lines as they are stored: whatever form is chosen, what was put in comes out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_column.h"
#include "indexer/warehouse/sqlite/cost_pack.h"

static uint64_t next(uint64_t *state) { /* splitmix64 */
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* ---- packing ---- */

/* Packs, unpacks from exactly as much memory as is promised, and compares. */
static void there_and_back(const int64_t *numbers, uint32_t count) {
    struct ix_buf buf = {0};
    int64_t *got = malloc((count + 1) * sizeof *got);
    ix_cost_pack(&buf, IX_COST_PACK_I64, numbers, count);
    char *exact = calloc(1, buf.size + IX_COST_PACK_SLACK);
    memcpy(exact, buf.data, buf.size);
    for (size_t size = 0; size < buf.size; size++) {
        struct ix_sv cut = ix_sv_of(exact, size);
        bool unpacked = ix_cost_unpack(&cut, IX_COST_PACK_I64, got, count);
        cr_assert(!unpacked, "%zu of %zu bytes", size, buf.size);
        size += size > 64 ? 61 : 0;
    }
    struct ix_sv rest = ix_sv_of(exact, buf.size);
    cr_assert(ix_cost_unpack(&rest, IX_COST_PACK_I64, got, count));
    cr_assert_eq(rest.size, 0);
    cr_assert(count == 0 || memcmp(got, numbers, count * sizeof *got) == 0);
    free(exact);
    free(got);
    ix_buf_done(&buf);
}

Test(cost_pack, numbers_of_any_width_come_back) {
    enum { COUNT = IX_COST_PACK_BLOCK * 2 + 3 };
    static int64_t numbers[COUNT];
    uint64_t state = 1;
    for (unsigned width = 0; width <= 64; width++) {
        for (int round = 0; round < 4; round++) {
            uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
            uint64_t base = round == 1 ? 0 : next(&state);
            for (int i = 0; i < COUNT; i++) {
                numbers[i] = (int64_t)(base + (next(&state) & mask));
            }
            there_and_back(numbers, round == 3 ? IX_COST_PACK_BLOCK : COUNT);
        }
    }
}

static void codes_there_and_back(const uint16_t *codes, uint32_t count) {
    struct ix_buf buf = {0};
    struct ix_cost_range range = {0};
    struct ix_cost_range is = {UINT16_MAX, 0};
    uint16_t *got = malloc(((size_t)count + 1) * sizeof *got);
    for (uint32_t i = 0; i < count; i++) {
        is.lowest = codes[i] < is.lowest ? codes[i] : is.lowest;
        is.greatest = codes[i] > is.greatest ? codes[i] : is.greatest;
    }
    ix_cost_pack(&buf, IX_COST_PACK_U16, codes, count);
    char *exact = calloc(1, buf.size + IX_COST_PACK_SLACK);
    memcpy(exact, buf.data, buf.size);
    for (size_t size = 0; size < buf.size; size += 29) {
        struct ix_sv cut = ix_sv_of(exact, size);
        cr_assert(!ix_cost_unpack_codes(&cut, got, count, &range));
    }
    struct ix_sv rest = ix_sv_of(exact, buf.size);
    cr_assert(ix_cost_unpack_codes(&rest, got, count, &range));
    cr_assert_eq(rest.size, 0);
    cr_assert_eq(memcmp(got, codes, count * sizeof *got), 0);
    cr_assert_eq(range.lowest, is.lowest);
    cr_assert_eq(range.greatest, is.greatest);
    free(exact);
    free(got);
    ix_buf_done(&buf);
}

Test(cost_pack, codes_of_any_width_come_back_with_their_range) {
    enum { COUNT = IX_COST_PACK_BLOCK * 2 + 13 };
    static uint16_t codes[COUNT];
    uint64_t state = 2;
    for (unsigned width = 0; width <= 16; width++) {
        for (uint32_t round = 0; round < 8; round++) {
            uint32_t mask = (1U << width) - 1;
            uint32_t base = round % 2 ? UINT16_MAX - mask : (uint32_t)next(&state) % 9 & ~mask;
            for (int i = 0; i < COUNT; i++) {
                codes[i] = (uint16_t)(base + (next(&state) & mask));
            }
            codes_there_and_back(codes, COUNT - round * 17);
        }
    }
}

Test(cost_pack, numbers_at_the_ends_come_back) {
    static const int64_t numbers[] = {INT64_MIN, INT64_MAX,   0,     -1,        1, 1000000000,
                                      10,        -1000000000, 12000, INT64_MIN, 5};
    for (uint32_t first = 0; first < 11; first++) {
        for (uint32_t end = first; end <= 11; end++) {
            there_and_back(numbers + first, end - first);
        }
    }
}

Test(cost_pack, a_common_power_of_ten_is_not_stored) {
    enum { COUNT = 1000 };
    static int64_t numbers[COUNT];
    struct ix_buf buf = {0};
    uint64_t state = 2;
    for (int i = 0; i < COUNT; i++) {
        numbers[i] = (int64_t)(next(&state) % 128) * 1000000000;
    }
    there_and_back(numbers, COUNT);
    ix_cost_pack(&buf, IX_COST_PACK_I64, numbers, COUNT);
    cr_assert_lt(buf.size, COUNT);
    ix_buf_done(&buf);
}

Test(cost_pack, what_does_not_fit_its_type_is_refused) {
    static const int64_t numbers[] = {0, 65536};
    uint16_t narrow[2];
    struct ix_buf buf = {0};
    ix_cost_pack(&buf, IX_COST_PACK_I64, numbers, 2);
    ix_buf_add(&buf, IX_SV("slack..."));
    struct ix_sv rest = ix_sv_of(buf.data, buf.size - IX_COST_PACK_SLACK);
    cr_assert(!ix_cost_unpack(&rest, IX_COST_PACK_U16, narrow, 2));
    ix_buf_done(&buf);
}

/* ---- columns ---- */

enum { LINES = 5000, ZSTD_FIRST = 0x28 };

struct form {
    struct ix_zstd *zstd;
    struct ix_buf plain, packed;
    struct ix_arena arena;
    struct ix_err err;
};

static void begin(struct form *f) {
    *f = (struct form){.zstd = ix_zstd_new()};
    ix_arena_init(&f->arena, 0);
}

static void done(struct form *f) {
    ix_zstd_free(f->zstd);
    ix_buf_done(&f->plain);
    ix_buf_done(&f->packed);
    ix_arena_done(&f->arena);
}

static enum ix_code read_back(struct form *f, struct ix_cost_column *column) {
    f->err = (struct ix_err){0};
    return ix_cost_column_read(ix_buf_sv(&f->packed), LINES, f->zstd, &f->plain, &f->arena, column,
                               &f->err);
}

/* Every byte of it, another one: the same is read, or it is said. */
static void damage(struct form *f, bool is_packed) {
    struct ix_cost_column column;
    for (size_t i = 0; i < f->packed.size; i += 1 + f->packed.size / 400) {
        f->packed.data[i] = (char)(f->packed.data[i] ^ 0x41);
        enum ix_code code = read_back(f, &column);
        cr_assert(!is_packed || code == IX_CORRUPT, "byte %zu: %s", i, f->err.text);
        f->packed.data[i] = (char)(f->packed.data[i] ^ 0x41);
        ix_arena_reset(&f->arena);
    }
    size_t size = f->packed.size;
    for (f->packed.size = 0; f->packed.size < size; f->packed.size += 1 + size / 100) {
        cr_assert_eq(read_back(f, &column), IX_CORRUPT);
    }
    f->packed.size = size;
    cr_assert_eq(read_back(f, &column), IX_OK);
}

struct amounts_case {
    uint64_t below, times;
    bool rests, unknown, packed;
};

static void check_amounts(const struct amounts_case *c) {
    struct ix_cost_amounts amounts = {0};
    struct ix_cost_column column = {0};
    struct form f;
    uint64_t state = 3;
    begin(&f);
    for (uint32_t i = 0; i < LINES; i++) {
        int64_t nano = (int64_t)(next(&state) % c->below * c->times) - 1000;
        struct ix_money amount = {nano, c->rests ? (int64_t)(next(&state) % 1000000000) : 0};
        cr_assert(ix_cost_amounts_put(&amounts, i, amount, !c->unknown || i % 3));
    }
    cr_assert_eq(ix_cost_amounts_write(&amounts, LINES, f.zstd, &f.plain, &f.packed, &f.err),
                 IX_OK);
    cr_assert_eq(f.packed.data[0] != ZSTD_FIRST, c->packed);
    cr_assert_eq(read_back(&f, &column), IX_OK, "%s", f.err.text);
    cr_assert_eq(memcmp(column.nano, amounts.nano, LINES * sizeof *column.nano), 0);
    cr_assert(!c->rests == !column.atto && !c->unknown == !column.known);
    cr_assert(!c->rests || memcmp(column.atto, amounts.atto, LINES * sizeof *column.atto) == 0);
    cr_assert(!c->unknown || memcmp(column.known, amounts.known, LINES) == 0);
    damage(&f, c->packed);
    ix_cost_amounts_done(&amounts);
    done(&f);
}

Test(cost_column, amounts_come_back_and_damage_is_told) {
    static const struct amounts_case cases[] = {
        {100000000, 1000, false, false, true}, {INT64_MAX / 2, 1, false, false, true},
        {100000000, 1, true, false, true},     {100000000, 1, true, true, false},
        {1, 1, false, false, false},           {2, 100000000000, false, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_amounts(&cases[i]);
    }
}

static void check_codes(uint32_t values, bool texts, bool nulls, bool packed) {
    struct ix_cost_gather gather = {0};
    struct ix_cost_column column = {0};
    struct form f;
    uint64_t state = values;
    uint64_t hash;
    int64_t said[LINES];
    char text[32];
    begin(&f);
    for (uint32_t i = 0; i < LINES; i++) {
        said[i] = nulls && next(&state) % 4 == 0 ? -1 : (int64_t)(next(&state) % values);
        snprintf(text, sizeof text, "value %d", (int)said[i]);
        cr_assert(said[i] < 0 ||
                  (texts ? ix_cost_gather_text(&gather, i, ix_sv_cstr(text), &hash)
                         : ix_cost_gather_number(&gather, i, said[i] * 1000 - 7, &hash)));
    }
    ix_cost_gather_pad(&gather, LINES);
    cr_assert_eq(ix_cost_gather_write(&gather, LINES, NULL, f.zstd, &f.plain, &f.packed, &f.err),
                 IX_OK);
    cr_assert_eq(f.packed.data[0] != ZSTD_FIRST, packed, "%u values", values);
    cr_assert_eq(read_back(&f, &column), IX_OK, "%s", f.err.text);
    for (uint32_t i = 0; i < LINES; i++) {
        uint32_t code = column.codes[i];
        snprintf(text, sizeof text, "value %d", (int)said[i]);
        cr_assert_eq(code == 0, said[i] < 0);
        cr_assert(code >= column.lowest && code <= column.greatest);
        cr_assert(code == 0 || (texts ? ix_sv_eq_cstr(column.texts[code - 1], text)
                                      : column.numbers[code - 1] == said[i] * 1000 - 7));
    }
    damage(&f, packed);
    ix_cost_gather_done(&gather);
    done(&f);
}

Test(cost_column, values_come_back_and_damage_is_told) {
    check_codes(1, false, false, false);
    check_codes(1, false, true, true);
    check_codes(2, true, false, true);
    check_codes(60, false, true, true);
    check_codes(900, true, true, true);
    check_codes(100000, true, false, true);
}

/* Texts that come back, new ones, and the same one twice in a row. */
Test(cost_column, lines_put_as_a_whole_are_those_put_value_by_value) {
    enum { WHOLE_LINES = 20000, VALUES = 6000 };
    struct ix_cost_gather one = {0};
    struct ix_cost_gather whole = {0};
    uint64_t state = 7;
    char text[32];
    for (uint32_t i = 0; i < WHOLE_LINES; i++) {
        uint64_t hash = 0;
        if (i % 3) {
            snprintf(text, sizeof text, "value %d", (int)(next(&state) % VALUES));
        }
        struct ix_cost_cell cell = {.text = i % 100 ? ix_sv_cstr(text) : IX_SV("")};
        cr_assert(ix_cost_gather_text(&one, i, cell.text, &hash));
        ix_cost_gather_expect(&whole, &cell);
        ix_cost_gather_approach(&whole, &cell);
        ix_cost_gather_arrive(&whole, &cell);
        cr_assert(ix_cost_gather_cell(&whole, i, &cell));
        cr_assert_eq(cell.hash, hash);
        cr_assert(ix_sv_eq(ix_cost_gather_entry(&whole, whole.codes[i] - 1U), cell.text));
    }
    cr_expect_eq(one.count, whole.count);
    cr_expect(memcmp(one.codes, whole.codes, WHOLE_LINES * sizeof *one.codes) == 0);
    ix_cost_gather_done(&one);
    ix_cost_gather_done(&whole);
}
