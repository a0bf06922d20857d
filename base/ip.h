/* IP addresses and networks (RFC 4291, RFC 4632): IPv4 as v4-mapped IPv6, 16 bytes, big-endian, so
 * that a network is a range of keys. */
#ifndef IX_BASE_IP_H
#define IX_BASE_IP_H

#include "base/sv.h"

struct ix_ip {
    uint8_t bytes[16];
};

struct ix_ip_range {
    struct ix_ip first, last; /* inclusive */
};

/* An address, or a network "10.0.0.0/8" (host bits are ignored). False when it is neither. */
bool ix_ip_parse(struct ix_sv text, struct ix_ip_range *ret_range);
static inline int ix_ip_cmp(struct ix_ip a, struct ix_ip b) {
    return memcmp(a.bytes, b.bytes, sizeof a.bytes);
}

#endif
