/* Stored in one of two forms, whichever is small; where both are about as small, as the second,
 * which is several times faster to read.
 *
 * One Zstandard frame of: kind, width of a code (0: every line has code 1), number of values, the
 * values (numbers as differences, texts as sizes and then bytes), the codes. Of amounts: kind,
 * flags, the arrays. Numbers are LEB128, differences and signed ones folded (zigzag). Arrays are
 * little-endian as the machines are.
 *
 * Or packed: the byte PACKED (no frame begins with it), kind, flags; the arrays or codes in as many
 * bits as they need (cost_pack.h); the number of values and the values as a Zstandard frame; and a
 * hash of all that, since in packed numbers nothing else shows that a bit is another one. */
#include "indexer/warehouse/sqlite/cost_column.h"

#include <stdlib.h>

#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_pack.h"

enum { FLAG_ATTO = 1, FLAG_UNKNOWN = 2 };
enum { PLAIN_MAX = 1 << 28 };
enum { PACKED = 1, PACKED_HEAD = 3, PACKED_HASH = 8 };

/* ---- writing ---- */

static void write_numbers(struct ix_buf *buf, const struct ix_cost_gather *g,
                          const int64_t *numbers) {
    uint64_t before = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        uint64_t number = (uint64_t)(numbers ? numbers[i] : g->entries[i].number);
        int64_t difference = (int64_t)(number - before);
        ix_cost_varint_add(buf, ((uint64_t)difference << 1) ^ (uint64_t)(difference >> 63));
        before = number;
    }
}

static void write_texts(struct ix_buf *buf, const struct ix_cost_gather *g) {
    for (uint32_t i = 0; i < g->count; i++) {
        ix_cost_varint_add(buf, g->entries[i].size);
    }
    ix_buf_add(buf, ix_buf_sv(&g->texts)); /* they stand in order */
}

static unsigned width_of(const struct ix_cost_gather *g, uint32_t lines) {
    bool nulls = false;
    for (uint32_t i = 0; !nulls && g->count == 1 && i < lines; i++) {
        nulls = g->codes[i] == 0;
    }
    if (g->count == 1 && !nulls) {
        return 0;
    }
    return g->count <= UINT8_MAX ? 1 : 2;
}

static void write_codes(struct ix_buf *buf, const struct ix_cost_gather *g, uint32_t lines,
                        unsigned width) {
    char *to = ix_buf_reserve(buf, (size_t)lines * width + 1);
    for (uint32_t i = 0; to && width == 1 && i < lines; i++) {
        to[i] = (char)g->codes[i];
    }
    if (to && width == 2) {
        memcpy(to, g->codes, lines * sizeof *g->codes);
    }
    buf->size += to ? (size_t)lines * width : 0;
}

static enum ix_code pack(struct ix_buf *plain, struct ix_zstd *zstd, struct ix_buf *packed,
                         struct ix_err *err) {
    enum ix_code code = ix_buf_check(plain, err);
    ix_buf_clear(packed);
    return code == IX_OK ? ix_zstd_compress(zstd, ix_buf_sv(plain), packed, err) : code;
}

static void add_head(struct ix_buf *packed, enum ix_cost_kind kind, unsigned flags) {
    const char head[PACKED_HEAD] = {PACKED, (char)kind, (char)flags};
    ix_buf_add(packed, ix_sv_of(head, sizeof head));
}

/* Of what was begun at `from`. */
static void add_hash(struct ix_buf *packed, size_t from) {
    uint64_t hash = ix_hash_short(ix_sv_from(ix_buf_sv(packed), from));
    ix_buf_add(packed, ix_sv_of((const char *)&hash, sizeof hash));
}

/* A fifth more bytes is worth the time that reading saves. */
static bool is_worth_it(size_t packed, size_t compressed) {
    return packed <= compressed + compressed / 5;
}

static void write_values(struct ix_buf *plain, const struct ix_cost_gather *g,
                         const int64_t *numbers) {
    ix_cost_varint_add(plain, g->count);
    if (g->is_text && !numbers) {
        write_texts(plain, g);
    } else {
        write_numbers(plain, g, numbers);
    }
}

static enum ix_code add_values(const struct ix_cost_gather *g, const int64_t *numbers,
                               struct ix_zstd *zstd, struct ix_buf *plain, struct ix_buf *packed,
                               struct ix_err *err) {
    ix_buf_clear(plain);
    write_values(plain, g, numbers);
    enum ix_code code = ix_buf_check(plain, err);
    return code == IX_OK ? ix_zstd_compress(zstd, ix_buf_sv(plain), packed, err) : code;
}

/* `packed` has the column compressed; the packed form takes its place when that is worth it. */
static enum ix_code pack_codes(const struct ix_cost_gather *g, uint32_t lines,
                               const int64_t *numbers, struct ix_zstd *zstd, struct ix_buf *plain,
                               struct ix_buf *packed, struct ix_err *err) {
    const size_t compressed = packed->size;
    enum ix_code code = IX_OK;
    add_head(packed, g->is_text && !numbers ? IX_COST_TEXTS : IX_COST_NUMBERS, 0);
    ix_cost_pack(packed, IX_COST_PACK_U16, g->codes, lines);
    bool worth_it = is_worth_it(packed->size - compressed, compressed);
    if (worth_it) {
        code = add_values(g, numbers, zstd, plain, packed, err);
        add_hash(packed, compressed);
        worth_it = is_worth_it(packed->size - compressed, compressed);
    }
    code = code == IX_OK ? ix_buf_check(packed, err) : code;
    if (code == IX_OK && worth_it) {
        memmove(packed->data, packed->data + compressed, packed->size - compressed);
    }
    packed->size = worth_it ? packed->size - compressed : compressed;
    return code;
}

enum ix_code ix_cost_gather_write(const struct ix_cost_gather *g, uint32_t lines,
                                  const int64_t *numbers, struct ix_zstd *zstd,
                                  struct ix_buf *plain, struct ix_buf *packed, struct ix_err *err) {
    unsigned width = width_of(g, lines);
    ix_buf_clear(plain);
    ix_buf_add_char(plain, g->is_text && !numbers ? IX_COST_TEXTS : IX_COST_NUMBERS);
    ix_buf_add_char(plain, (char)width);
    write_values(plain, g, numbers);
    write_codes(plain, g, lines, width);
    enum ix_code code = pack(plain, zstd, packed, err);
    return code == IX_OK && width > 0 ? pack_codes(g, lines, numbers, zstd, plain, packed, err)
                                      : code;
}

static unsigned flags_of(const struct ix_cost_amounts *a) {
    return (a->has_atto ? FLAG_ATTO : 0U) | (a->has_unknown ? FLAG_UNKNOWN : 0U);
}

static void write_arrays(struct ix_buf *plain, const struct ix_cost_amounts *a, uint32_t first,
                         uint32_t lines) {
    ix_buf_clear(plain);
    ix_buf_add_char(plain, IX_COST_AMOUNTS);
    ix_buf_add_char(plain, (char)flags_of(a));
    ix_buf_add(plain, ix_sv_of((const char *)(a->nano + first), lines * sizeof *a->nano));
    if (a->has_atto) {
        ix_buf_add(plain, ix_sv_of((const char *)(a->atto + first), lines * sizeof *a->atto));
    }
    if (a->has_unknown) {
        ix_buf_add(plain, ix_sv_of((const char *)(a->known + first), lines));
    }
}

static void pack_arrays(struct ix_buf *packed, const struct ix_cost_amounts *a, uint32_t lines) {
    ix_buf_clear(packed);
    add_head(packed, IX_COST_AMOUNTS, flags_of(a));
    ix_cost_pack(packed, IX_COST_PACK_I64, a->nano, lines);
    if (a->has_atto) {
        ix_cost_pack(packed, IX_COST_PACK_U32, a->atto, lines);
    }
    if (a->has_unknown) {
        ix_cost_pack(packed, IX_COST_PACK_U8, a->known, lines);
    }
    add_hash(packed, 0);
}

/* Amounts hardly shrink, so how they would compress is told by a part of them. */
enum ix_code ix_cost_amounts_write(const struct ix_cost_amounts *a, uint32_t lines,
                                   struct ix_zstd *zstd, struct ix_buf *plain,
                                   struct ix_buf *packed, struct ix_err *err) {
    enum { SAMPLE = 1 << 14 };
    const uint32_t sample = lines < SAMPLE ? lines : SAMPLE;
    pack_arrays(packed, a, lines);
    write_arrays(plain, a, (lines - sample) / 2, sample);
    const size_t size = packed->size;
    enum ix_code code = ix_buf_check(packed, err);
    code = code == IX_OK ? ix_buf_check(plain, err) : code;
    code = code == IX_OK ? ix_zstd_compress(zstd, ix_buf_sv(plain), packed, err) : code;
    if (code == IX_OK && is_worth_it(size * sample, (packed->size - size) * lines)) {
        packed->size = size;
        return IX_OK;
    }
    write_arrays(plain, a, 0, lines);
    return code == IX_OK ? pack(plain, zstd, packed, err) : code;
}

/* ---- reading ---- */

struct reader {
    struct ix_sv rest;
    uint32_t lines;
    struct ix_arena *arena;
    bool broken;
};

static uint64_t read_varint(struct reader *r) {
    uint64_t value = 0;
    r->broken |= !ix_cost_varint_take(&r->rest, &value);
    return value;
}

/* An aligned copy; NULL when there is not as much. */
static void *read_array(struct reader *r, size_t count, size_t size) {
    void *items = r->rest.size >= count * size ? ix_arena_alloc(r->arena, count * size + 1) : NULL;
    r->broken |= r->rest.size < count * size;
    if (items) {
        memcpy(items, r->rest.data, count * size);
        r->rest = ix_sv_from(r->rest, count * size);
    }
    return items;
}

static const int64_t *read_numbers(struct reader *r, uint32_t count) {
    int64_t *numbers = ix_arena_alloc(r->arena, ((size_t)count + 1) * sizeof *numbers);
    uint64_t before = 0;
    for (uint32_t i = 0; numbers && i < count && !r->broken; i++) {
        uint64_t folded = read_varint(r);
        before += (folded >> 1) ^ (0 - (folded & 1));
        numbers[i] = (int64_t)before;
    }
    return numbers;
}

static const struct ix_sv *read_texts(struct reader *r, uint32_t count) {
    struct ix_sv *texts = ix_arena_alloc(r->arena, ((size_t)count + 1) * sizeof *texts);
    size_t total = 0;
    for (uint32_t i = 0; texts && i < count && !r->broken; i++) {
        size_t size = (size_t)read_varint(r);
        r->broken |= size > r->rest.size;
        texts[i] = ix_sv_of(NULL, r->broken ? 0 : size);
        total += texts[i].size;
    }
    char *bytes = r->broken ? NULL : read_array(r, total, 1);
    for (uint32_t i = 0; bytes && i < count; i++) {
        texts[i].data = bytes;
        bytes += texts[i].size;
    }
    return texts;
}

/* All must be of values that are there. */
static void take_codes(struct reader *r, const uint16_t *codes, struct ix_cost_range range,
                       struct ix_cost_column *column) {
    column->codes = codes;
    column->lowest = range.lowest;
    column->greatest = range.greatest;
    r->broken |= range.greatest > column->count;
}

static struct ix_cost_range range_of(const uint16_t *codes, uint32_t count) {
    struct ix_cost_range range = {UINT16_MAX, 0};
    for (uint32_t i = 0; i < count; i++) {
        range.lowest = codes[i] < range.lowest ? codes[i] : range.lowest;
        range.greatest = codes[i] > range.greatest ? codes[i] : range.greatest;
    }
    return range;
}

static void widen_codes(const uint8_t *from, unsigned width, uint32_t lines, uint16_t *codes) {
    if (width == 2) {
        memcpy(codes, from, lines * sizeof *codes);
        return;
    }
    for (uint32_t i = 0; i < lines; i++) {
        codes[i] = from[i];
    }
}

static void fill_codes(uint16_t *codes, uint32_t lines) {
    for (uint32_t i = 0; i < lines; i++) {
        codes[i] = 1;
    }
}

static void read_codes(struct reader *r, unsigned width, struct ix_cost_column *column) {
    uint16_t *codes = ix_arena_alloc(r->arena, ((size_t)r->lines + 1) * sizeof *codes);
    r->broken |=
        width > 2 || r->rest.size != (size_t)r->lines * width || (width == 0 && !column->count);
    if (!codes || r->broken) {
        return;
    }
    if (width == 0) {
        fill_codes(codes, r->lines);
        take_codes(r, codes, (struct ix_cost_range){1, 1}, column);
    } else {
        widen_codes((const uint8_t *)r->rest.data, width, r->lines, codes);
        take_codes(r, codes, range_of(codes, r->lines), column);
    }
}

static void read_amounts(struct reader *r, unsigned flags, struct ix_cost_column *column) {
    column->nano = read_array(r, r->lines, sizeof *column->nano);
    column->atto = flags & FLAG_ATTO ? read_array(r, r->lines, sizeof *column->atto) : NULL;
    column->known = flags & FLAG_UNKNOWN ? read_array(r, r->lines, 1) : NULL;
    r->broken |= r->rest.size != 0;
}

static void read_values(struct reader *r, struct ix_cost_column *column) {
    uint64_t count = read_varint(r);
    r->broken |= count > IX_COST_SEGMENT_LINES;
    column->count = r->broken ? 0 : (uint32_t)count;
    if (column->kind == IX_COST_TEXTS) {
        column->texts = read_texts(r, column->count);
    } else {
        column->numbers = read_numbers(r, column->count);
    }
}

static void read_expanded(struct reader *r, struct ix_cost_column *column) {
    r->broken |= r->rest.size < 2;
    unsigned first = r->broken ? 0 : (uint8_t)r->rest.data[0];
    unsigned second = r->broken ? 0 : (uint8_t)r->rest.data[1];
    r->rest = ix_sv_from(r->rest, 2);
    column->kind = (enum ix_cost_kind)first;
    if (first == IX_COST_AMOUNTS) {
        read_amounts(r, second, column);
    } else if (first == IX_COST_NUMBERS || first == IX_COST_TEXTS) {
        read_values(r, column);
        read_codes(r, second, column);
    } else {
        r->broken = true;
    }
}

/* ---- what is packed ---- */

static void *unpack(struct reader *r, enum ix_cost_pack_type type, size_t size) {
    void *items = ix_arena_alloc(r->arena, ((size_t)r->lines + 1) * size);
    r->broken |= items && !r->broken && !ix_cost_unpack(&r->rest, type, items, r->lines);
    return items;
}

static void unpack_amounts(struct reader *r, unsigned flags, struct ix_cost_column *column) {
    column->nano = unpack(r, IX_COST_PACK_I64, sizeof *column->nano);
    if (flags & FLAG_ATTO) {
        column->atto = unpack(r, IX_COST_PACK_U32, sizeof *column->atto);
    }
    if (flags & FLAG_UNKNOWN) {
        column->known = unpack(r, IX_COST_PACK_U8, sizeof *column->known);
    }
    r->broken |= r->rest.size != 0;
}

static enum ix_code unpack_values(struct reader *r, struct ix_zstd *zstd, struct ix_buf *plain,
                                  struct ix_cost_column *column, struct ix_err *err) {
    uint16_t *codes = ix_arena_alloc(r->arena, ((size_t)r->lines + 1) * sizeof *codes);
    struct ix_cost_range range = {0};
    r->broken |= codes && !r->broken && !ix_cost_unpack_codes(&r->rest, codes, r->lines, &range);
    enum ix_code code =
        r->broken || !codes ? IX_OK : ix_zstd_expand(zstd, r->rest, PLAIN_MAX, plain, err);
    if (code == IX_OK && codes && !r->broken) {
        r->rest = ix_buf_sv(plain);
        read_values(r, column);
        r->broken |= r->rest.size != 0;
        take_codes(r, codes, range, column);
    }
    return code;
}

/* The hash is behind what is unpacked, so it is the slack that cost_pack.h asks for. */
static bool is_whole(struct ix_sv packed) {
    uint64_t hash;
    if (packed.size < PACKED_HEAD + PACKED_HASH) {
        return false;
    }
    memcpy(&hash, packed.data + packed.size - PACKED_HASH, sizeof hash);
    return hash == ix_hash_short(ix_sv_of(packed.data, packed.size - PACKED_HASH));
}

static enum ix_code read_packed(struct reader *r, struct ix_zstd *zstd, struct ix_buf *plain,
                                struct ix_cost_column *column, struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (r->broken || !is_whole(r->rest)) {
        r->broken = true;
        return IX_OK;
    }
    const uint8_t *head = (const uint8_t *)r->rest.data;
    column->kind = (enum ix_cost_kind)head[1];
    r->rest = ix_sv_sub(r->rest, PACKED_HEAD, r->rest.size - PACKED_HASH);
    if (column->kind == IX_COST_AMOUNTS) {
        unpack_amounts(r, head[2], column);
    } else if (column->kind == IX_COST_NUMBERS || column->kind == IX_COST_TEXTS) {
        code = unpack_values(r, zstd, plain, column, err);
    } else {
        r->broken = true;
    }
    return code;
}

enum ix_code ix_cost_column_read(struct ix_sv packed, uint32_t lines, struct ix_zstd *zstd,
                                 struct ix_buf *plain, struct ix_arena *arena,
                                 struct ix_cost_column *ret_column, struct ix_err *err) {
    struct ix_cost_column column = {0};
    struct reader r = {packed, lines, arena, lines > IX_COST_SEGMENT_LINES};
    enum ix_code code = IX_OK;
    ix_buf_clear(plain);
    if (packed.size > 0 && packed.data[0] == PACKED) {
        code = read_packed(&r, zstd, plain, &column, err);
    } else {
        code = ix_zstd_expand(zstd, packed, PLAIN_MAX, plain, err);
        r.rest = ix_buf_sv(plain);
        if (code == IX_OK) {
            read_expanded(&r, &column);
        }
    }
    code = code == IX_OK ? ix_arena_check(arena, err) : code; /* then it was not read either */
    if (code == IX_OK && r.broken) {
        code = ix_err_set(err, IX_CORRUPT, "a column of bill lines does not hold together");
    }
    if (code == IX_OK) {
        *ret_column = column;
    }
    return code;
}
