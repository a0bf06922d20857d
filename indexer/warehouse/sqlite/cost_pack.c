#include "indexer/warehouse/sqlite/cost_pack.h"

enum { BLOCK = IX_COST_PACK_BLOCK, WIDTH_MAX = 57, WHOLE = 64, SCALE_MAX = 9, VARINT_MAX = 10 };

static const int64_t scales[SCALE_MAX + 1] = {1,      10,      100,      1000,      10000,
                                              100000, 1000000, 10000000, 100000000, 1000000000};

/* ---- packing ---- */

/* A block's numbers, whatever their type. */
static void widen(enum ix_cost_pack_type type, const void *numbers, uint32_t first, uint32_t count,
                  int64_t *to) {
    for (uint32_t i = 0; i < count; i++) {
        switch (type) {
        case IX_COST_PACK_U8:
            to[i] = ((const uint8_t *)numbers)[first + i];
            break;
        case IX_COST_PACK_U16:
            to[i] = ((const uint16_t *)numbers)[first + i];
            break;
        case IX_COST_PACK_U32:
            to[i] = ((const uint32_t *)numbers)[first + i];
            break;
        default:
            to[i] = ((const int64_t *)numbers)[first + i];
        }
    }
}

static uint32_t block_size(uint32_t first, uint32_t count) {
    return count - first < BLOCK ? count - first : BLOCK;
}

static unsigned find_scale(enum ix_cost_pack_type type, const void *numbers, uint32_t count) {
    int64_t block[BLOCK];
    unsigned scale = type == IX_COST_PACK_I64 || type == IX_COST_PACK_U32 ? SCALE_MAX : 0;
    for (uint32_t first = 0; scale > 0 && first < count; first += BLOCK) {
        uint32_t size = block_size(first, count);
        widen(type, numbers, first, size, block);
        for (uint32_t i = 0; i < size; i++) {
            while (block[i] % scales[scale] != 0) {
                scale--;
            }
        }
    }
    return scale;
}

void ix_cost_varint_add(struct ix_buf *buf, uint64_t value) {
    char *to = ix_buf_reserve(buf, VARINT_MAX);
    size_t size = 0;
    while (to && value >= 0x80) {
        to[size++] = (char)(value | 0x80);
        value >>= 7;
    }
    if (to) {
        to[size++] = (char)value;
        buf->size += size;
    }
}

static unsigned width_of(uint64_t greatest) {
    unsigned width = greatest ? 64 - (unsigned)__builtin_clzll(greatest) : 0;
    return width > WIDTH_MAX ? WHOLE : width;
}

static size_t bytes_of(uint32_t count, unsigned width) {
    return ((size_t)count * width + 7) / 8;
}

/* A number's bits lie in eight bytes from the one in which they begin. */
static void put_bits(char *to, const int64_t *block, uint32_t count, int64_t least,
                     unsigned width) {
    for (uint32_t i = 0; i < count; i++) {
        char *at = to + (size_t)i * width / 8;
        uint64_t more = (uint64_t)block[i] - (uint64_t)least;
        uint64_t bits;
        memcpy(&bits, at, sizeof bits);
        bits |= more << ((size_t)i * width % 8);
        memcpy(at, &bits, sizeof bits);
    }
}

static void pack_block(struct ix_buf *buf, const int64_t *block, uint32_t count) {
    int64_t least = block[0];
    int64_t greatest = block[0];
    for (uint32_t i = 1; i < count; i++) {
        least = block[i] < least ? block[i] : least;
        greatest = block[i] > greatest ? block[i] : greatest;
    }
    unsigned width = width_of((uint64_t)greatest - (uint64_t)least);
    size_t bytes = bytes_of(count, width);
    ix_cost_varint_add(buf, ((uint64_t)least << 1) ^ (uint64_t)(least >> 63));
    ix_buf_add_char(buf, (char)width);
    char *to = ix_buf_reserve(buf, bytes + IX_COST_PACK_SLACK);
    if (to) {
        memset(to, 0, bytes + IX_COST_PACK_SLACK);
        put_bits(to, block, width ? count : 0, least, width);
        buf->size += bytes;
    }
}

void ix_cost_pack(struct ix_buf *buf, enum ix_cost_pack_type type, const void *numbers,
                  uint32_t count) {
    int64_t block[BLOCK];
    unsigned scale = find_scale(type, numbers, count);
    ix_buf_add_char(buf, (char)scale);
    for (uint32_t first = 0; first < count; first += BLOCK) {
        uint32_t size = block_size(first, count);
        widen(type, numbers, first, size, block);
        for (uint32_t i = 0; scale > 0 && i < size; i++) {
            block[i] /= scales[scale];
        }
        pack_block(buf, block, size);
    }
}

/* ---- unpacking ---- */

bool ix_cost_varint_take(struct ix_sv *rest, uint64_t *ret_value) {
    uint64_t value = 0;
    for (size_t i = 0; i < rest->size && i < VARINT_MAX; i++) {
        uint8_t byte = (uint8_t)rest->data[i];
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80) {
            *rest = ix_sv_from(*rest, i + 1);
            *ret_value = value;
            return true;
        }
    }
    return false;
}

/* Eight numbers begin at a byte, whatever their width. Where the compiler knows the width it knows
 * each of their shifts, which makes half of the work. What is damaged may wrap around; a checksum
 * is the caller's. */
enum { ROW = 8 };
#define GET_ROWS(name, word, type)                                                                 \
    static inline void name##_row(const char *from, unsigned width, word least, word scale,        \
                                  type *to) {                                                      \
        const word mask = (word)(((word)1 << width) - 1);                                          \
        for (unsigned i = 0; i < ROW; i++) {                                                       \
            word bits;                                                                             \
            memcpy(&bits, from + (size_t)(i * width / 8), sizeof bits);                            \
            to[i] = (type)(least + (bits >> (i * width % 8) & mask) * scale);                      \
        }                                                                                          \
    }                                                                                              \
    static inline uint32_t name##_rows(const char *from, uint32_t count, unsigned width,           \
                                       word least, word scale, type *to) {                         \
        const uint32_t rows = count / ROW;                                                         \
        for (uint32_t i = 0; i < rows; i++) {                                                      \
            name##_row(from + (size_t)i * width, width, least, scale, to + (size_t)i * ROW);       \
        }                                                                                          \
        return rows * ROW;                                                                         \
    }
GET_ROWS(long, uint64_t, int64_t)
GET_ROWS(short, uint32_t, uint16_t)

#define WIDTHS_SHORT(of)                                                                           \
    of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8) of(9) of(10) of(11) of(12) of(13) of(14) of(15)
#define WIDTHS_LONG(of)                                                                            \
    of(16) of(17) of(18) of(19) of(20) of(21) of(22) of(23) of(24) of(25) of(26) of(27) of(28)     \
        of(29) of(30) of(31) of(32) of(33) of(34) of(35) of(36)

/* How many were got: multiples of ROW, none of a rare width. */
static uint32_t get_long(const char *from, uint32_t count, unsigned width, uint64_t least,
                         uint64_t scale, int64_t *to) {
    switch (width) {
#define OF(w)                                                                                      \
    case w:                                                                                        \
        return long_rows(from, count, w, least, scale, to);
        WIDTHS_SHORT(OF)
        WIDTHS_LONG(OF)
#undef OF
    default:
        return 0;
    }
}

static uint32_t get_short(const char *from, uint32_t count, unsigned width, uint32_t least,
                          uint16_t *to) {
    switch (width) {
#define OF(w)                                                                                      \
    case w:                                                                                        \
        return short_rows(from, count, w, least, 1, to);
        WIDTHS_SHORT(OF)
#undef OF
    default:
        return 0;
    }
}

static uint64_t get_one(const char *from, uint32_t at, unsigned width) {
    const uint64_t mask = width == WHOLE ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    uint64_t bits;
    memcpy(&bits, from + (size_t)at * width / 8, sizeof bits);
    return bits >> ((size_t)at * width % 8) & mask;
}

struct block {
    const char *bits;
    uint32_t count;
    unsigned width;
    uint64_t least;
};

static bool take_block(struct ix_sv *rest, uint32_t count, struct block *block) {
    uint64_t folded = 0;
    if (!ix_cost_varint_take(rest, &folded) || rest->size == 0) {
        return false;
    }
    unsigned width = (uint8_t)rest->data[0];
    size_t bytes = bytes_of(count, width);
    *rest = ix_sv_from(*rest, 1);
    if ((width > WIDTH_MAX && width != WHOLE) || rest->size < bytes) {
        return false;
    }
    *block = (struct block){rest->data, count, width, (folded >> 1) ^ (0 - (folded & 1))};
    *rest = ix_sv_from(*rest, bytes);
    return true;
}

static void get_numbers(const struct block *b, uint64_t scale, int64_t *to) {
    const uint64_t least = b->least * scale;
    for (uint32_t i = get_long(b->bits, b->count, b->width, least, scale, to); i < b->count; i++) {
        to[i] = (int64_t)(least + get_one(b->bits, i, b->width) * scale);
    }
}

/* False: not all that such a block could hold would fit. */
static bool get_codes(const struct block *b, uint16_t *to) {
    if (b->width >= 16 || b->least > UINT16_MAX ||
        b->least + (UINT64_C(1) << b->width) > UINT16_MAX) {
        return false;
    }
    const uint32_t least = (uint32_t)b->least;
    for (uint32_t i = get_short(b->bits, b->count, b->width, least, to); i < b->count; i++) {
        to[i] = (uint16_t)(least + get_one(b->bits, i, b->width));
    }
    return true;
}

#define NARROW(name, type, greatest)                                                               \
    static bool name(const int64_t *block, uint32_t count, type *to) {                             \
        uint64_t all = 0;                                                                          \
        for (uint32_t i = 0; i < count; i++) {                                                     \
            all |= (uint64_t)block[i];                                                             \
            to[i] = (type)block[i];                                                                \
        }                                                                                          \
        return all <= (greatest);                                                                  \
    }
NARROW(narrow_8, uint8_t, UINT8_MAX)
NARROW(narrow_16, uint16_t, UINT16_MAX)
NARROW(narrow_32, uint32_t, UINT32_MAX)

static bool narrow(enum ix_cost_pack_type type, const int64_t *block, uint32_t first,
                   uint32_t count, void *numbers) {
    switch (type) {
    case IX_COST_PACK_U8:
        return narrow_8(block, count, (uint8_t *)numbers + first);
    case IX_COST_PACK_U16:
        return narrow_16(block, count, (uint16_t *)numbers + first);
    case IX_COST_PACK_U32:
        return narrow_32(block, count, (uint32_t *)numbers + first);
    default:
        return true;
    }
}

static bool take_scale(struct ix_sv *rest, uint64_t *ret_scale) {
    unsigned scale = rest->size ? (uint8_t)rest->data[0] : SCALE_MAX + 1;
    if (scale > SCALE_MAX) {
        return false;
    }
    *rest = ix_sv_from(*rest, 1);
    *ret_scale = (uint64_t)scales[scale];
    return true;
}

bool ix_cost_unpack(struct ix_sv *rest, enum ix_cost_pack_type type, void *numbers,
                    uint32_t count) {
    int64_t narrowed[BLOCK];
    uint64_t scale = 0;
    bool whole = take_scale(rest, &scale);
    for (uint32_t first = 0; whole && first < count; first += BLOCK) {
        int64_t *to = type == IX_COST_PACK_I64 ? (int64_t *)numbers + first : narrowed;
        struct block block;
        whole = take_block(rest, block_size(first, count), &block);
        if (whole) {
            get_numbers(&block, scale, to);
            whole = narrow(type, to, first, block.count, numbers);
        }
    }
    return whole;
}

static void widen_range(const uint16_t *codes, uint32_t count, struct ix_cost_range *range) {
    uint16_t lowest = range->lowest;
    uint16_t greatest = range->greatest;
    for (uint32_t i = 0; i < count; i++) {
        lowest = codes[i] < lowest ? codes[i] : lowest;
        greatest = codes[i] > greatest ? codes[i] : greatest;
    }
    *range = (struct ix_cost_range){lowest, greatest};
}

bool ix_cost_unpack_codes(struct ix_sv *rest, uint16_t *codes, uint32_t count,
                          struct ix_cost_range *ret_range) {
    int64_t narrowed[BLOCK];
    struct ix_cost_range range = {UINT16_MAX, 0};
    uint64_t scale = 0;
    bool whole = take_scale(rest, &scale);
    for (uint32_t first = 0; whole && first < count; first += BLOCK) {
        struct block block;
        whole = take_block(rest, block_size(first, count), &block);
        if (whole && (scale != 1 || !get_codes(&block, codes + first))) {
            get_numbers(&block, scale, narrowed);
            whole = narrow_16(narrowed, block.count, codes + first);
        }
        widen_range(codes + first, whole ? block.count : 0, &range);
    }
    *ret_range = range;
    return whole;
}
