/* One pass over the text with a bit for each open container. The places of what cJSON would lose
 * are rewritten on the way: the text is copied only from the first such place on. */
#include "base/json_scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

enum { NUMBER_MAX = 400 };

struct scan {
    struct ix_sv text;
    size_t at, copied; /* bytes of `text` that are in `out` already */
    struct ix_buf *out;
    struct ix_err *err;
    bool is_object[IX_JSON_DEPTH_MAX];
    size_t depth;
};

static enum ix_code fail_with(struct scan *s, enum ix_code code, size_t at, const char *what) {
    size_t line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < at && i < s->text.size; i++) {
        if (s->text.data[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    return ix_err_set_at(s->err, code, at, at + 1, "line %zu, column %zu: %s", line,
                         at - line_start + 1, what);
}

static enum ix_code fail_at(struct scan *s, size_t at, const char *what) {
    return fail_with(s, IX_INVALID, at, what);
}

static int peek(const struct scan *s) {
    return s->at < s->text.size ? (unsigned char)s->text.data[s->at] : -1;
}

static void skip_white(struct scan *s) {
    for (int c = peek(s); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(s)) {
        s->at++;
    }
}

/* Puts `by` in the place of [from, s->at). */
static void rewrite(struct scan *s, size_t from, struct ix_sv before, struct ix_sv kept,
                    struct ix_sv after) {
    ix_buf_add(s->out, ix_sv_sub(s->text, s->copied, from));
    ix_buf_add(s->out, before);
    ix_buf_add(s->out, kept);
    ix_buf_add(s->out, after);
    s->copied = s->at;
}

/* ---- strings ---- */

static int hex_digit(int c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits at `at`, -1 when they are none. */
static int32_t hex4(const struct scan *s, size_t at) {
    int32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = at + i < s->text.size ? hex_digit((unsigned char)s->text.data[at + i]) : -1;
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

/* \uXXXX at s->at (on the backslash): pairs pass, NUL and lone halves become U+FFFD. */
static enum ix_code scan_unicode(struct scan *s) {
    size_t from = s->at;
    int32_t first = hex4(s, from + 2);
    if (first < 0) {
        return fail_at(s, from, "four hexadecimal digits must follow \\u");
    }
    s->at += 6;
    bool high = first >= 0xD800 && first <= 0xDBFF;
    bool low = first >= 0xDC00 && first <= 0xDFFF;
    if (high && s->at + 6 <= s->text.size && s->text.data[s->at] == '\\' &&
        s->text.data[s->at + 1] == 'u') {
        int32_t second = hex4(s, s->at + 2);
        if (second >= 0xDC00 && second <= 0xDFFF) {
            s->at += 6;
            return IX_OK;
        }
    }
    if (high || low || first == 0) {
        rewrite(s, from, IX_SV("\\ufffd"), (struct ix_sv){0}, (struct ix_sv){0});
    }
    return IX_OK;
}

static enum ix_code scan_escape(struct scan *s) {
    int c = s->at + 1 < s->text.size ? (unsigned char)s->text.data[s->at + 1] : -1;
    if (c == 'u') {
        return scan_unicode(s);
    }
    if (c <= 0 || !strchr("\"\\/bfnrt", c)) {
        return fail_at(s, s->at, "unknown escape in a string");
    }
    s->at += 2;
    return IX_OK;
}

/* A string that begins with U+001F, escaped, would look like a mark of ours. */
static void guard_mark(struct scan *s) {
    if (hex4(s, s->at + 2) == 0x1F && s->text.data[s->at] == '\\' &&
        s->text.data[s->at + 1] == 'u') {
        rewrite(s, s->at, IX_SV("\\u001fS"), (struct ix_sv){0}, (struct ix_sv){0});
    }
}

/* Up to `end`, bytes that are no UTF-8 become U+FFFD. */
static void mend_utf8(struct scan *s, size_t end) {
    while (s->at < end) {
        size_t size = ix_sv_utf8_size(s->text, s->at);
        s->at += size ? size : 1;
        if (size == 0) {
            rewrite(s, s->at - 1, IX_SV("\xEF\xBF\xBD"), (struct ix_sv){0}, (struct ix_sv){0});
        }
    }
}

/* Over the bytes that mean themselves. */
static void skip_plain(struct scan *s) {
    const unsigned char *data = (const unsigned char *)s->text.data;
    size_t at = s->at;
    unsigned char seen = 0;
    while (at < s->text.size && data[at] >= 0x20 && data[at] != '"' && data[at] != '\\') {
        seen |= data[at++];
    }
    if (seen & 0x80) {
        mend_utf8(s, at);
    }
    s->at = at;
}

static enum ix_code scan_string(struct scan *s) {
    size_t from = s->at++;
    guard_mark(s);
    for (;;) {
        skip_plain(s);
        int c = peek(s);
        if (c < 0) {
            return fail_at(s, from, "this string does not end");
        }
        if (c == '"') {
            s->at++;
            return IX_OK;
        }
        if (c < 0x20) {
            return fail_at(s, s->at, "a control character inside a string");
        }
        if (scan_escape(s) != IX_OK) {
            return s->err->code;
        }
    }
}

/* ---- numbers ---- */

/* What printf's "%.0f" gives, at a tenth of its cost: most numbers are whole. */
static struct ix_sv format_whole(double value, char text[IX_JSON_NUMBER_SIZE]) {
    size_t at = IX_JSON_NUMBER_SIZE;
    uint64_t rest = (uint64_t)fabs(value);
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (signbit(value)) {
        text[--at] = '-';
    }
    return ix_sv_of(text + at, IX_JSON_NUMBER_SIZE - at);
}

struct ix_sv ix_json_format_double(double value, char text[IX_JSON_NUMBER_SIZE]) {
    const double exact_limit = 9007199254740992.0;
    int size = 0;
    if (value == floor(value) && fabs(value) < exact_limit) {
        return format_whole(value, text);
    }
    for (int digits = 15; digits <= 17; digits++) {
        size = snprintf(text, IX_JSON_NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    return ix_sv_of(text, (size_t)size);
}

/* Written by us, a double gives exactly this text back. */
static bool is_exact(struct ix_sv token, double value) {
    char again[IX_JSON_NUMBER_SIZE];
    return isfinite(value) && !(value == 0 && signbit(value)) &&
           ix_sv_eq(token, ix_json_format_double(value, again));
}

/* The common case, told without converting: an integer of few digits. */
static bool is_short_integer(struct ix_sv token) {
    enum { SAFE_DIGITS = 15 };
    bool leading_zero = token.size > 1 && token.data[0] == '0';
    for (size_t i = 0; i < token.size; i++) {
        if (token.data[i] < '0' || token.data[i] > '9') {
            return false;
        }
    }
    return token.size <= SAFE_DIGITS && !leading_zero;
}

static enum ix_code scan_number(struct scan *s) {
    size_t from = s->at;
    for (int c = peek(s);
         (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
         c = peek(s)) {
        s->at++;
    }
    struct ix_sv token = ix_sv_sub(s->text, from, s->at);
    double value;
    if (is_short_integer(token)) {
        return IX_OK;
    }
    if (token.size > NUMBER_MAX) {
        return fail_with(s, IX_LIMIT, from, "a number of more than 400 digits");
    }
    if (!ix_sv_to_double(token, &value)) {
        return fail_at(s, from, "this is not a number");
    }
    if (!is_exact(token, value)) {
        rewrite(s, from, IX_SV("\"\\u001fN"), token, IX_SV("\""));
    }
    return IX_OK;
}

static enum ix_code scan_word(struct scan *s, struct ix_sv word) {
    if (!ix_sv_starts(ix_sv_from(s->text, s->at), word)) {
        return fail_at(s, s->at, "expected a value");
    }
    s->at += word.size;
    return IX_OK;
}

/* ---- structure ---- */

static enum ix_code scan_scalar(struct scan *s) {
    int c = peek(s);
    switch (c) {
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, IX_SV("true"));
    case 'f':
        return scan_word(s, IX_SV("false"));
    case 'n':
        return scan_word(s, IX_SV("null"));
    case -1:
        return fail_at(s, s->at, "the text ends where a value should be");
    default:
        return c == '-' || (c >= '0' && c <= '9') ? scan_number(s)
                                                  : fail_at(s, s->at, "expected a value");
    }
}

static enum ix_code scan_key(struct scan *s) {
    skip_white(s);
    if (peek(s) != '"') {
        return fail_at(s, s->at, "expected a name in double quotes");
    }
    enum ix_code code = scan_string(s);
    skip_white(s);
    if (code == IX_OK && peek(s) != ':') {
        code = fail_at(s, s->at, "expected a colon after the name");
    }
    s->at++;
    return code;
}

static enum ix_code open_container(struct scan *s, bool is_object) {
    if (s->depth == IX_JSON_DEPTH_MAX) {
        return fail_with(s, IX_LIMIT, s->at, "arrays and objects nest deeper than 256");
    }
    s->is_object[s->depth++] = is_object;
    s->at++;
    return IX_OK;
}

/* After a value: closes what ends here; true when another value follows. */
static enum ix_code after_value(struct scan *s, bool *ret_more) {
    for (*ret_more = false; s->depth > 0;) {
        bool is_object = s->is_object[s->depth - 1];
        skip_white(s);
        int c = peek(s);
        if (c == ',') {
            s->at++;
            *ret_more = true;
            return is_object ? scan_key(s) : IX_OK;
        }
        if (c != (is_object ? '}' : ']')) {
            return fail_at(s, s->at,
                           c < 0       ? "the text ends in the middle"
                           : is_object ? "expected a comma or }"
                                       : "expected a comma or ]");
        }
        s->at++;
        s->depth--;
    }
    return IX_OK;
}

/* One value begins here; an opened container leaves *ret_closed false when its first value follows.
 */
static enum ix_code scan_value_start(struct scan *s, bool *ret_closed) {
    skip_white(s);
    int c = peek(s);
    *ret_closed = true;
    if (c != '{' && c != '[') {
        return scan_scalar(s);
    }
    enum ix_code code = open_container(s, c == '{');
    skip_white(s);
    if (code != IX_OK || peek(s) == (c == '{' ? '}' : ']')) {
        return code; /* an empty one is closed by after_value */
    }
    *ret_closed = false;
    return c == '{' ? scan_key(s) : IX_OK;
}

static enum ix_code scan_document(struct scan *s) {
    for (bool more = true; more;) {
        bool closed;
        enum ix_code code = scan_value_start(s, &closed);
        if (code == IX_OK && closed) {
            code = after_value(s, &more);
        }
        if (code != IX_OK) {
            return code;
        }
    }
    skip_white(s);
    return peek(s) < 0 ? IX_OK : fail_at(s, s->at, "something follows the value");
}

enum ix_code ix_json_scan(struct ix_sv text, struct ix_buf *rewritten, struct ix_sv *ret_text,
                          bool *ret_marked, struct ix_err *err) {
    struct scan s = {.text = text, .out = rewritten, .err = err};
    enum ix_code code = scan_document(&s);
    if (code != IX_OK) {
        return code;
    }
    *ret_marked = s.copied > 0;
    *ret_text = text;
    if (s.copied > 0) {
        ix_buf_add(rewritten, ix_sv_from(text, s.copied));
        *ret_text = ix_buf_sv(rewritten);
        code = ix_buf_check(rewritten, err);
    }
    return code;
}
