/* Byte-slice primitives. Nothing here allocates; nothing here knows what the bytes mean. */
#include "base/sv.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

int ix_sv_cmp(struct ix_sv a, struct ix_sv b) {
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool ix_sv_eq_nocase(struct ix_sv a, struct ix_sv b) {
    return a.size == b.size && (a.size == 0 || strncasecmp(a.data, b.data, a.size) == 0);
}

bool ix_sv_eq_cstr(struct ix_sv a, const char *b) {
    return ix_sv_eq(a, ix_sv_cstr(b));
}

bool ix_sv_starts(struct ix_sv sv, struct ix_sv prefix) {
    return sv.size >= prefix.size && ix_sv_eq(ix_sv_sub(sv, 0, prefix.size), prefix);
}

bool ix_sv_ends(struct ix_sv sv, struct ix_sv suffix) {
    return sv.size >= suffix.size && ix_sv_eq(ix_sv_from(sv, sv.size - suffix.size), suffix);
}

bool ix_sv_starts_nocase(struct ix_sv sv, struct ix_sv prefix) {
    return sv.size >= prefix.size && ix_sv_eq_nocase(ix_sv_sub(sv, 0, prefix.size), prefix);
}

size_t ix_sv_find(struct ix_sv sv, struct ix_sv needle) {
    if (needle.size == 0) {
        return 0;
    }
    if (needle.size > sv.size) {
        return IX_SV_NPOS;
    }
    const char *at = memmem(sv.data, sv.size, needle.data, needle.size);
    return at ? (size_t)(at - sv.data) : IX_SV_NPOS;
}

size_t ix_sv_find_nocase(struct ix_sv sv, struct ix_sv needle) {
    for (size_t at = 0; at + needle.size <= sv.size; at++) {
        if (ix_sv_eq_nocase(ix_sv_sub(sv, at, at + needle.size), needle)) {
            return at;
        }
    }
    return IX_SV_NPOS;
}

size_t ix_sv_find_char(struct ix_sv sv, char c) {
    const char *at = sv.size ? memchr(sv.data, c, sv.size) : NULL;
    return at ? (size_t)(at - sv.data) : IX_SV_NPOS;
}

size_t ix_sv_rfind_char(struct ix_sv sv, char c) {
    const char *at = sv.size ? memrchr(sv.data, c, sv.size) : NULL;
    return at ? (size_t)(at - sv.data) : IX_SV_NPOS;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct ix_sv ix_sv_trim(struct ix_sv sv) {
    while (sv.size && is_space(sv.data[0])) {
        sv = ix_sv_from(sv, 1);
    }
    while (sv.size && is_space(sv.data[sv.size - 1])) {
        sv.size--;
    }
    return sv;
}

bool ix_sv_split(struct ix_sv *rest, char separator, struct ix_sv *ret_head) {
    if (rest->size == 0) {
        return false;
    }
    size_t at = ix_sv_find_char(*rest, separator);
    *ret_head = ix_sv_sub(*rest, 0, at);
    *rest = at == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(*rest, at + 1);
    return true;
}

bool ix_sv_to_int64(struct ix_sv sv, int64_t *ret_value) {
    size_t at = 0;
    bool negative = sv.size && sv.data[0] == '-';
    at += negative;
    if (at == sv.size) {
        return false;
    }
    int64_t value = 0; /* kept negative: INT64_MIN has no positive twin */
    for (; at < sv.size; at++) {
        if (sv.data[at] < '0' || sv.data[at] > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, sv.data[at] - '0', &value)) {
            return false;
        }
    }
    if (!negative && value == INT64_MIN) {
        return false;
    }
    *ret_value = negative ? value : -value;
    return true;
}

static size_t skip_digits(struct ix_sv sv, size_t at) {
    while (at < sv.size && sv.data[at] >= '0' && sv.data[at] <= '9') {
        at++;
    }
    return at;
}

static bool is_json_number(struct ix_sv sv) {
    size_t at = sv.size && sv.data[0] == '-' ? 1 : 0;
    size_t digits = skip_digits(sv, at);
    if (digits == at || (sv.data[at] == '0' && digits > at + 1)) {
        return false;
    }
    at = digits;
    if (at < sv.size && sv.data[at] == '.') {
        size_t fraction = skip_digits(sv, at + 1);
        if (fraction == at + 1) {
            return false;
        }
        at = fraction;
    }
    if (at < sv.size && (sv.data[at] == 'e' || sv.data[at] == 'E')) {
        at++;
        at += at < sv.size && (sv.data[at] == '+' || sv.data[at] == '-');
        size_t exponent = skip_digits(sv, at);
        if (exponent == at) {
            return false;
        }
        at = exponent;
    }
    return at == sv.size;
}

bool ix_sv_to_double(struct ix_sv sv, double *ret_value) {
    enum { LONGEST_NUMBER = 400 };
    char text[LONGEST_NUMBER + 1];
    if (sv.size > LONGEST_NUMBER || !is_json_number(sv)) {
        return false;
    }
    memcpy(text, sv.data, sv.size);
    text[sv.size] = '\0';
    /* The programs never call setlocale for LC_NUMERIC, so the decimal point is a point. */
    *ret_value = strtod(text, NULL);
    return true;
}

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static bool same_letter(char a, char b) {
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t ix_sv_distance(struct ix_sv a, struct ix_sv b) {
    enum { LONGEST = 64 };
    if (a.size > LONGEST || b.size > LONGEST) {
        return SIZE_MAX;
    }
    size_t row[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= a.size; i++) {
        for (size_t j = 0; j <= b.size; j++) {
            if (i == 0 || j == 0) {
                row[i][j] = i + j;
                continue;
            }
            size_t replace = row[i - 1][j - 1] + !same_letter(a.data[i - 1], b.data[j - 1]);
            row[i][j] = smallest(row[i - 1][j] + 1, row[i][j - 1] + 1, replace);
            if (i > 1 && j > 1 && same_letter(a.data[i - 1], b.data[j - 2]) &&
                same_letter(a.data[i - 2], b.data[j - 1]) && row[i - 2][j - 2] + 1 < row[i][j]) {
                row[i][j] = row[i - 2][j - 2] + 1;
            }
        }
    }
    return row[a.size][b.size];
}

size_t ix_sv_utf8_size(struct ix_sv sv, size_t at) {
    if (at >= sv.size) {
        return 0;
    }
    const unsigned char *s = (const unsigned char *)sv.data + at;
    size_t left = sv.size - at;
    if (s[0] < 0x80) {
        return 1;
    }
    size_t length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || left < length) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] > 0x9F;
    bool beyond = s[0] == 0xF4 && s[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

/* Where eight bytes at a time are ASCII no longer, or too few are left for that. */
static size_t skip_ascii(struct ix_sv sv, size_t at) {
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t eight = 0;
    while (sv.size - at >= sizeof eight) {
        memcpy(&eight, sv.data + at, sizeof eight);
        if (eight & high) {
            break;
        }
        at += sizeof eight;
    }
    return at;
}

bool ix_sv_is_utf8(struct ix_sv sv) {
    for (size_t at = skip_ascii(sv, 0); at < sv.size;) {
        size_t length = ix_sv_utf8_size(sv, at);
        if (length == 0) {
            return false;
        }
        at = length > 1 ? skip_ascii(sv, at + length) : at + 1;
    }
    return true;
}
