/* The C library reads addresses; this file reads the rest: prefix lengths, and IPv4 as IPv6. */
#include "base/ip.h"

#include <arpa/inet.h>

enum { LONGEST = 64, V4_OFFSET = 12 };

/* The address as 16 bytes; *ret_bits: how many of them an address of its family really has. */
static bool parse_address(const char *text, struct ix_ip *ret_ip, int64_t *ret_bits) {
    struct ix_ip ip = {0};
    if (inet_pton(AF_INET, text, ip.bytes + V4_OFFSET) == 1) {
        ip.bytes[10] = ip.bytes[11] = 0xFF;
        *ret_bits = 32;
    } else if (inet_pton(AF_INET6, text, ip.bytes) == 1) {
        *ret_bits = 128;
    } else {
        return false;
    }
    *ret_ip = ip;
    return true;
}

/* Clears or sets all bits after the first `kept`. */
static struct ix_ip with_rest(struct ix_ip ip, int64_t kept, bool ones) {
    for (int64_t bit = kept; bit < 128; bit++) {
        uint8_t mask = (uint8_t)(0x80 >> (bit % 8));
        ip.bytes[bit / 8] = (uint8_t)(ones ? ip.bytes[bit / 8] | mask : ip.bytes[bit / 8] & ~mask);
    }
    return ip;
}

bool ix_ip_parse(struct ix_sv text, struct ix_ip_range *ret_range) {
    char address[LONGEST];
    size_t slash = ix_sv_find_char(text, '/');
    struct ix_sv head = ix_sv_sub(text, 0, slash);
    struct ix_ip ip;
    int64_t bits;
    if (head.size >= LONGEST) {
        return false;
    }
    memcpy(address, head.data ? head.data : "", head.size);
    address[head.size] = '\0';
    if (strlen(address) != head.size || !parse_address(address, &ip, &bits)) {
        return false;
    }
    int64_t prefix = bits;
    if (slash != IX_SV_NPOS &&
        (!ix_sv_to_int64(ix_sv_from(text, slash + 1), &prefix) || prefix < 0 || prefix > bits)) {
        return false;
    }
    int64_t kept = 128 - bits + prefix;
    *ret_range = (struct ix_ip_range){with_rest(ip, kept, false), with_rest(ip, kept, true)};
    return true;
}
