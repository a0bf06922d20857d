/* 128-bit content hashes (XXH3-128 of xxHash): equal content, equal hash. Not for secrets and not
 * against somebody who builds collisions; a hash only ever says "unchanged". */
#ifndef IX_BASE_HASH_H
#define IX_BASE_HASH_H

#include "base/sv.h"

struct ix_hash {
    uint8_t bytes[16]; /* big-endian canonical form, the same on every machine */
};

struct ix_hash ix_hash_of(struct ix_sv bytes);
uint64_t ix_hash_short(struct ix_sv bytes); /* 64 bits, for tables in memory */
uint64_t ix_hash_seeded(struct ix_sv bytes, uint64_t seed);
static inline bool ix_hash_eq(struct ix_hash a, struct ix_hash b) {
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

#endif
