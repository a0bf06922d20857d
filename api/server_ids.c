/* Ids from outside go into logs and answers, so they are taken only in a form that cannot do harm
 * there. */
#include "api/server_ids.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

static bool is_hex(char c) { /* lower case alone: upper case is invalid in traceparent */
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_id_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

bool ix_request_id_is_sane(struct ix_sv id) {
    if (id.size == 0 || id.size > IX_REQUEST_ID_MAX) {
        return false;
    }
    for (size_t i = 0; i < id.size; i++) {
        if (!is_id_byte(id.data[i])) {
            return false;
        }
    }
    return true;
}

void ix_request_id_make(uint64_t seed, uint64_t number, char ret_text[IX_REQUEST_ID_SIZE]) {
    uint64_t id = ix_hash_seeded(ix_sv_of((const char *)&number, sizeof number), seed);
    snprintf(ret_text, IX_REQUEST_ID_SIZE, "%016" PRIx64, id);
}

static bool is_hex_id(struct ix_sv id) {
    bool any = false;
    for (size_t i = 0; i < id.size; i++) {
        if (!is_hex(id.data[i])) {
            return false;
        }
        any = any || id.data[i] != '0';
    }
    return any; /* all zeros stand for none */
}

bool ix_traceparent_parse(struct ix_sv header, struct ix_sv *ret_trace, struct ix_sv *ret_parent) {
    enum { TRACE_AT = 3, PARENT_AT = 36, FLAGS_AT = 53, SIZE = 55 };
    header = ix_sv_trim(header);
    if (header.size < SIZE || header.data[TRACE_AT - 1] != '-' ||
        header.data[PARENT_AT - 1] != '-' || header.data[FLAGS_AT - 1] != '-') {
        return false;
    }
    struct ix_sv version = ix_sv_sub(header, 0, TRACE_AT - 1);
    struct ix_sv trace = ix_sv_sub(header, TRACE_AT, PARENT_AT - 1);
    struct ix_sv parent = ix_sv_sub(header, PARENT_AT, FLAGS_AT - 1);
    bool is_first_version = ix_sv_eq(version, IX_SV("00"));
    bool ends_well = header.size == SIZE || (!is_first_version && header.data[SIZE] == '-');
    if (!ends_well || ix_sv_eq(version, IX_SV("ff")) || !is_hex(version.data[0]) ||
        !is_hex(version.data[1]) || !is_hex(header.data[FLAGS_AT]) ||
        !is_hex(header.data[FLAGS_AT + 1]) || !is_hex_id(trace) || !is_hex_id(parent)) {
        return false;
    }
    *ret_trace = trace;
    *ret_parent = parent;
    return true;
}
