/* Percent-encoding both ways, and the cutting of query parts into fields. */
#include "base/uri.h"

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_plain(struct ix_sv text, bool plus_is_space) {
    return ix_sv_find_char(text, '%') == IX_SV_NPOS &&
           (!plus_is_space || ix_sv_find_char(text, '+') == IX_SV_NPOS);
}

enum ix_code ix_uri_decode(struct ix_arena *arena, struct ix_sv text, bool plus_is_space,
                           struct ix_sv *ret_text, struct ix_err *err) {
    if (is_plain(text, plus_is_space)) {
        *ret_text = text;
        return IX_OK;
    }
    char *bytes = ix_arena_alloc(arena, text.size);
    if (!bytes) {
        return ix_arena_check(arena, err);
    }
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.size ? hex_value(text.data[i + 1]) : -1;
            int low = i + 2 < text.size ? hex_value(text.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return ix_err_set_at(err, IX_INVALID, i, i + 1,
                                     "two hexadecimal digits must follow '%%'");
            }
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        bytes[size++] = c;
    }
    *ret_text = ix_sv_of(bytes, size);
    return IX_OK;
}

static bool is_unreserved(char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void ix_uri_encode(struct ix_buf *buf, struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (is_unreserved(text.data[i])) {
            ix_buf_add_char(buf, text.data[i]);
        } else {
            ix_buf_printf(buf, "%%%02X", (unsigned)(unsigned char)text.data[i]);
        }
    }
}

bool ix_uri_field(struct ix_sv *rest, struct ix_sv *ret_name, struct ix_sv *ret_value) {
    struct ix_sv field;
    while (ix_sv_split(rest, '&', &field)) {
        if (!ix_sv_empty(field)) {
            size_t equals = ix_sv_find_char(field, '=');
            *ret_name = ix_sv_sub(field, 0, equals);
            *ret_value = equals == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(field, equals + 1);
            return true;
        }
    }
    return false;
}
