/* A thin wall around xxHash. */
#include "base/hash.h"

#include <xxhash.h>

struct ix_hash ix_hash_of(struct ix_sv bytes) {
    struct ix_hash hash;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data, bytes.size));
    memcpy(hash.bytes, canonical.digest, sizeof hash.bytes);
    return hash;
}

uint64_t ix_hash_short(struct ix_sv bytes) {
    return XXH3_64bits(bytes.data, bytes.size);
}

uint64_t ix_hash_seeded(struct ix_sv bytes, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data, bytes.size, seed);
}
