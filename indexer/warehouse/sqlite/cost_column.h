/* One column of a segment of bill lines: gathered line by line, written as one compressed run of
 * bytes, read back as codes.
 *
 * A segment has up to IX_COST_SEGMENT_LINES lines. A column of texts or numbers is the list of its
 * different values and a 16-bit code a line; code 0 is null. So whatever is asked of a column is
 * decided once for each value, and what remains for each line is a look-up in a small array. A
 * column of amounts is an array of nano units, and of the rests only when one is not 0.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_COLUMN_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_COLUMN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/money.h"
#include "base/zstd.h"

enum { IX_COST_SEGMENT_LINES = 65535 };

enum ix_cost_kind {
    IX_COST_NUMBERS = 1, /* times, counts; or texts by their number in cost_text */
    IX_COST_TEXTS,       /* texts that stand in the segment itself */
    IX_COST_AMOUNTS,
};

/* ---- gathering ---- */

struct ix_cost_entry {
    uint64_t hash;
    int64_t number; /* of a text: where it begins in `texts` */
    uint32_t size;  /* of a text */
};

struct ix_cost_gather {
    bool is_text;
    uint32_t count;                /* entries; entry i has code i + 1 */
    struct ix_cost_entry *entries; /* malloc'ed, as all below */
    uint32_t entry_capacity;
    uint32_t *slots; /* code, 0: free; above it 16 bits of the hash */
    uint32_t slot_capacity;
    uint16_t *codes;
    uint32_t lines; /* of `codes` that are filled; the rest is null */
    uint32_t last;  /* code of the newest value */
    struct ix_buf texts;
};

struct ix_cost_amounts {
    int64_t *nano; /* malloc'ed */
    uint32_t *atto;
    uint8_t *known;
    bool has_atto, has_unknown;
};

void ix_cost_gather_done(struct ix_cost_gather *gather);
void ix_cost_gather_clear(struct ix_cost_gather *gather);
/* The value of line `line`, which is not before any line given so far; *ret_hash: of the value. */
IX_MUST_CHECK bool ix_cost_gather_text(struct ix_cost_gather *gather, uint32_t line,
                                       struct ix_sv text, uint64_t *ret_hash);
IX_MUST_CHECK bool ix_cost_gather_number(struct ix_cost_gather *gather, uint32_t line,
                                         int64_t number, uint64_t *ret_hash);
/* A text on its way, of a line that is put as a whole: all of its columns are first told what to
 * expect, then to approach it, then given the cell; the column is not touched otherwise between. */
struct ix_cost_cell {
    struct ix_sv text; /* the caller's, as long as that takes */
    uint64_t hash;     /* made by expecting it */
    uint32_t code;     /* of the newest value, when that is it; else 0 */
    uint32_t likely;   /* of the value that may be it, by a part of the hash; else 0 */
};
void ix_cost_gather_expect(const struct ix_cost_gather *gather, struct ix_cost_cell *cell);
void ix_cost_gather_approach(const struct ix_cost_gather *gather, struct ix_cost_cell *cell);
void ix_cost_gather_arrive(const struct ix_cost_gather *gather, const struct ix_cost_cell *cell);
/* As ix_cost_gather_text. */
IX_MUST_CHECK bool ix_cost_gather_cell(struct ix_cost_gather *gather, uint32_t line,
                                       const struct ix_cost_cell *cell);
/* What was given so far was of values, not of lines: value i has now code i + 1 in `codes`. From
 * here on the gather has the lines that those codes are of. */
IX_MUST_CHECK bool ix_cost_gather_spread(struct ix_cost_gather *gather, uint32_t values,
                                         const uint16_t *codes, uint32_t lines);
/* Lines up to there have no value but those given. */
void ix_cost_gather_pad(struct ix_cost_gather *gather, uint32_t lines);
static inline struct ix_sv ix_cost_gather_entry(const struct ix_cost_gather *gather, uint32_t at) {
    const struct ix_cost_entry *entry = &gather->entries[at];
    return ix_sv_of(gather->texts.data + entry->number, entry->size);
}

void ix_cost_amounts_done(struct ix_cost_amounts *amounts);
IX_MUST_CHECK bool ix_cost_amounts_put(struct ix_cost_amounts *amounts, uint32_t line,
                                       struct ix_money amount, bool known);
void ix_cost_amounts_clear(struct ix_cost_amounts *amounts);

/* ---- writing ---- */

/* The column is padded up to `lines`. `numbers`: what stands for the texts (NULL: the texts
 * themselves, or the numbers, are written). `plain` is scratch; `packed` is what is stored. */
IX_MUST_CHECK enum ix_code ix_cost_gather_write(const struct ix_cost_gather *gather, uint32_t lines,
                                                const int64_t *numbers, struct ix_zstd *zstd,
                                                struct ix_buf *plain, struct ix_buf *packed,
                                                struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cost_amounts_write(const struct ix_cost_amounts *amounts,
                                                 uint32_t lines, struct ix_zstd *zstd,
                                                 struct ix_buf *plain, struct ix_buf *packed,
                                                 struct ix_err *err);

/* ---- reading ---- */

struct ix_cost_column {
    enum ix_cost_kind kind;
    uint32_t count;            /* values; code i + 1 is value i */
    const int64_t *numbers;    /* of NUMBERS */
    const struct ix_sv *texts; /* of TEXTS */
    const uint16_t *codes;
    uint16_t lowest, greatest; /* code that occurs */
    /* of AMOUNTS */
    const int64_t *nano;
    const uint32_t *atto; /* NULL: all 0 */
    const uint8_t *known; /* NULL: all are */
};

/* Everything is in the arena. IX_CORRUPT when it does not hold together. */
IX_MUST_CHECK enum ix_code
ix_cost_column_read(struct ix_sv packed, uint32_t lines, struct ix_zstd *zstd, struct ix_buf *plain,
                    struct ix_arena *arena, struct ix_cost_column *ret_column, struct ix_err *err);

#endif
