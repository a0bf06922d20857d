/* Whole numbers in as many bits as they need: for what is read by adding it up, where a general
 * compressor would save little and cost most of the time.
 *
 * Stored: the power of ten that all numbers are multiples of (one byte, the exponent), then for
 * each IX_COST_PACK_BLOCK numbers the smallest of them (LEB128, folded), a width in bits (0 to 57,
 * or 64), and of each number what it is more than the smallest, little-endian, one behind the
 * other. This is frame-of-reference coding (Goldstein, Ramakrishnan, Shaft: Compressing Relations
 * and Indexes, 1998). */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_PACK_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_PACK_H

#include "base/buf.h"

enum {
    IX_COST_PACK_BLOCK = 256,
    IX_COST_PACK_SLACK = 8, /* bytes that must be readable behind what is unpacked */
};

enum ix_cost_pack_type { IX_COST_PACK_U8, IX_COST_PACK_U16, IX_COST_PACK_U32, IX_COST_PACK_I64 };

/* Appends `count` numbers of that type. */
void ix_cost_pack(struct ix_buf *buf, enum ix_cost_pack_type type, const void *numbers,
                  uint32_t count);
/* Takes them off `rest`. False: it does not hold together, or a number does not fit its type. */
IX_MUST_CHECK bool ix_cost_unpack(struct ix_sv *rest, enum ix_cost_pack_type type, void *numbers,
                                  uint32_t count);

/* The same of U16, and between which all of them are. */
struct ix_cost_range {
    uint16_t lowest, greatest;
};
IX_MUST_CHECK bool ix_cost_unpack_codes(struct ix_sv *rest, uint16_t *codes, uint32_t count,
                                        struct ix_cost_range *ret_range);

/* LEB128. */
void ix_cost_varint_add(struct ix_buf *buf, uint64_t value);
IX_MUST_CHECK bool ix_cost_varint_take(struct ix_sv *rest, uint64_t *ret_value);

#endif
