/* Carets count characters, not bytes, and stand under the line that holds the place, so that they
 * fit also below text that is not ASCII or has several lines. */
#include "query/caret.h"

enum { SHOWN_BEFORE = 60, SHOWN_AFTER = 60 }; /* bytes of a long line around the place */

static bool begins_character(char c) {
    return ((unsigned char)c & 0xC0) != 0x80;
}

static size_t line_begin(struct ix_sv text, size_t at) {
    size_t begin = at;
    while (begin > 0 && text.data[begin - 1] != '\n' &&
           (at - begin < SHOWN_BEFORE || !begins_character(text.data[begin]))) {
        begin--;
    }
    return begin;
}

static size_t line_end(struct ix_sv text, size_t at) {
    size_t end = at;
    while (end < text.size && text.data[end] != '\n' &&
           (end - at < SHOWN_AFTER || !begins_character(text.data[end]))) {
        end++;
    }
    return end;
}

/* Control characters would move the carets. */
static void add_line(struct ix_buf *buf, struct ix_sv line) {
    for (size_t i = 0; i < line.size; i++) {
        ix_buf_add_char(buf, (unsigned char)line.data[i] < ' ' ? ' ' : line.data[i]);
    }
    ix_buf_add_char(buf, '\n');
}

static void add_per_character(struct ix_buf *buf, struct ix_sv text, char c) {
    for (size_t i = 0; i < text.size; i++) {
        if (begins_character(text.data[i])) {
            ix_buf_add_char(buf, c);
        }
    }
}

void ix_caret_print(struct ix_buf *buf, struct ix_sv text, const struct ix_err *err) {
    size_t at = err->begin < text.size ? err->begin : text.size;
    bool placed = err->end > err->begin || err->begin > 0;
    if (placed) {
        size_t begin = line_begin(text, at), end = line_end(text, at);
        size_t stop = err->end < end ? err->end : end;
        add_line(buf, ix_sv_sub(text, begin, end));
        add_per_character(buf, ix_sv_sub(text, begin, at), ' ');
        add_per_character(buf, ix_sv_sub(text, at, stop > at ? stop : at), '^');
        ix_buf_add_cstr(buf, stop > at ? "\n" : "^\n");
    }
    ix_buf_add_cstr(buf, err->text);
    ix_buf_add_char(buf, '\n');
}
