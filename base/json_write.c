/* Trees as text. Our own writer and not cJSON's: exact numbers byte for byte, the shortest text of
 * the others, members in order or sorted, and a buffer that says when memory is gone. */
#include <stdlib.h>

#include "base/json.h"
#include "base/json_scan.h"

static void write_escaped(struct ix_buf *buf, unsigned char c) {
    static const char short_escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (const char *e = short_escapes; *e; e += 2) {
        if (c == (unsigned char)e[0]) {
            ix_buf_add_char(buf, '\\');
            ix_buf_add_char(buf, e[1]);
            return;
        }
    }
    ix_buf_printf(buf, "\\u%04x", c);
}

static void write_text(struct ix_buf *buf, struct ix_sv text) {
    size_t plain = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            ix_buf_add(buf, ix_sv_sub(text, plain, i));
            write_escaped(buf, c);
            plain = i + 1;
        }
    }
    ix_buf_add(buf, ix_sv_from(text, plain));
}

/* What does not belong to a well-formed sequence as U+FFFD. */
static void write_broken(struct ix_buf *buf, struct ix_sv text) {
    for (size_t at = 0; at < text.size;) {
        size_t size = ix_sv_utf8_size(text, at);
        if (size) {
            write_text(buf, ix_sv_sub(text, at, at + size));
        } else {
            ix_buf_add(buf, IX_JSON_REPLACEMENT);
        }
        at += size ? size : 1;
    }
}

void ix_json_write_string(struct ix_buf *buf, struct ix_sv text) {
    ix_buf_add_char(buf, '"');
    if (ix_sv_is_utf8(text)) {
        write_text(buf, text);
    } else {
        write_broken(buf, text);
    }
    ix_buf_add_char(buf, '"');
}

static void write_number(struct ix_buf *buf, const struct ix_json *json) {
    char text[IX_JSON_NUMBER_SIZE];
    ix_buf_add(buf, ix_json_number_into(json, text));
}

static void write_node(struct ix_buf *buf, const struct ix_json *json, bool canonical);

static void write_member(struct ix_buf *buf, const struct ix_json *member, bool canonical,
                         bool first) {
    ix_buf_add_cstr(buf, first ? "" : ",");
    ix_json_write_string(buf, ix_json_key(member));
    ix_buf_add_char(buf, ':');
    write_node(buf, member, canonical);
}

static int by_key(const void *a, const void *b) {
    const struct ix_json *const *x = a;
    const struct ix_json *const *y = b;
    return ix_sv_cmp(ix_json_key(*x), ix_json_key(*y));
}

static void write_sorted(struct ix_buf *buf, const struct ix_json *object) {
    enum { FEW = 64 };
    const struct ix_json *few[FEW];
    size_t count = ix_json_count(object);
    const struct ix_json **members = count <= FEW ? few : malloc(count * sizeof *members);
    if (!members) {
        buf->failed = true;
        return;
    }
    size_t i = 0;
    for (const struct ix_json *m = ix_json_first(object); m; m = ix_json_next(m)) {
        members[i++] = m;
    }
    qsort(members, count, sizeof *members, by_key);
    for (i = 0; i < count; i++) {
        write_member(buf, members[i], true, i == 0);
    }
    if (members != few) {
        free(members);
    }
}

static void write_object(struct ix_buf *buf, const struct ix_json *object, bool canonical) {
    ix_buf_add_char(buf, '{');
    if (canonical) {
        write_sorted(buf, object);
    } else {
        for (const struct ix_json *m = ix_json_first(object); m; m = ix_json_next(m)) {
            write_member(buf, m, false, m == ix_json_first(object));
        }
    }
    ix_buf_add_char(buf, '}');
}

static void write_array(struct ix_buf *buf, const struct ix_json *array, bool canonical) {
    ix_buf_add_char(buf, '[');
    for (const struct ix_json *n = ix_json_first(array); n; n = ix_json_next(n)) {
        ix_buf_add_cstr(buf, n == ix_json_first(array) ? "" : ",");
        write_node(buf, n, canonical);
    }
    ix_buf_add_char(buf, ']');
}

static void write_node(struct ix_buf *buf, const struct ix_json *json, bool canonical) {
    switch (ix_json_kind(json)) {
    case IX_JSON_TRUE:
        ix_buf_add_cstr(buf, "true");
        break;
    case IX_JSON_FALSE:
        ix_buf_add_cstr(buf, "false");
        break;
    case IX_JSON_NUMBER:
        write_number(buf, json);
        break;
    case IX_JSON_STRING:
        ix_json_write_string(buf, ix_json_string(json));
        break;
    case IX_JSON_ARRAY:
        write_array(buf, json, canonical);
        break;
    case IX_JSON_OBJECT:
        write_object(buf, json, canonical);
        break;
    default:
        ix_buf_add_cstr(buf, "null");
    }
}

void ix_json_write(struct ix_buf *buf, const struct ix_json *json) {
    write_node(buf, json, false);
}

void ix_json_write_canonical(struct ix_buf *buf, const struct ix_json *json) {
    write_node(buf, json, true);
}
