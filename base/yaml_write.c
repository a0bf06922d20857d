/* JSON trees as YAML block style. A string is quoted, as in JSON, whenever a reader of YAML 1.1
 * or 1.2 could take it for something else. */
#include <ctype.h>

#include "base/yaml.h"

enum { STEP = 2 };

static bool is_plain_char(char c) {
    return isalnum((unsigned char)c) || strchr("_-./@+", c) != NULL;
}

/* Letters first, plain characters only, and no word that means something. */
static bool is_plain(struct ix_sv text) {
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    if (ix_sv_empty(text) || !isalpha((unsigned char)text.data[0])) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\0' || !is_plain_char(text.data[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ix_sv_eq_nocase(text, ix_sv_cstr(words[i]))) {
            return false;
        }
    }
    return true;
}

/* The length of a character at the front that YAML does not take as it is inside double quotes
 * (YAML 1.2.2, section 5.1: not printable; section 5.4: line breaks of YAML 1.1), 0 for others. */
static size_t special_size(struct ix_sv text) {
    const unsigned char *s = (const unsigned char *)text.data;
    if (s[0] == 0x7F) {
        return 1;
    }
    if (s[0] == 0xC2) {
        return s[1] < 0xA0 ? 2 : 0;
    }
    bool line_break = s[0] == 0xE2 && s[1] == 0x80 && (s[2] == 0xA8 || s[2] == 0xA9);
    bool mark = s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF;
    bool no_character = s[0] == 0xEF && s[1] == 0xBF && s[2] >= 0xBE;
    return line_break || mark || no_character ? 3 : 0;
}

static unsigned code_point(struct ix_sv text, size_t size) {
    const unsigned char *s = (const unsigned char *)text.data;
    return size == 1   ? s[0]
           : size == 2 ? (s[0] & 0x1FU) << 6 | (s[1] & 0x3FU)
                       : (s[0] & 0x0FU) << 12 | (s[1] & 0x3FU) << 6 | (s[2] & 0x3FU);
}

/* The JSON string, which is UTF-8, with the special characters escaped. */
static void write_quoted(struct ix_buf *buf, struct ix_sv text) {
    struct ix_buf json = {0};
    ix_json_write_string(&json, text);
    struct ix_sv rest = ix_buf_sv(&json);
    buf->failed = buf->failed || json.failed;
    for (size_t at = 0; at < rest.size;) {
        size_t size = special_size(ix_sv_from(rest, at));
        if (size) {
            ix_buf_add(buf, ix_sv_sub(rest, 0, at));
            ix_buf_printf(buf, "\\u%04x", code_point(ix_sv_from(rest, at), size));
            rest = ix_sv_from(rest, at + size);
            at = 0;
        } else {
            at++;
        }
    }
    ix_buf_add(buf, rest);
    ix_buf_done(&json);
}

static void write_string(struct ix_buf *buf, struct ix_sv text) {
    if (is_plain(text)) {
        ix_buf_add(buf, text);
    } else {
        write_quoted(buf, text);
    }
}

static void indent(struct ix_buf *buf, size_t depth) {
    for (size_t i = 0; i < depth * STEP; i++) {
        ix_buf_add_char(buf, ' ');
    }
}

static bool is_filled_container(const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    return (kind == IX_JSON_OBJECT || kind == IX_JSON_ARRAY) && ix_json_first(node);
}

static void write_scalar(struct ix_buf *buf, const struct ix_json *node) {
    if (ix_json_kind(node) == IX_JSON_STRING) {
        write_string(buf, ix_json_string(node));
    } else {
        ix_json_write(buf, node); /* numbers, words, {} and [] are the same in YAML */
    }
    ix_buf_add_char(buf, '\n');
}

/* A key of more than 1024 characters needs a question mark (YAML 1.2.2, section 7.4.2). */
static void write_key(struct ix_buf *buf, struct ix_sv name, size_t depth) {
    enum { SIMPLE_KEY_MAX = 160 }; /* six times as long when all of it is escaped */
    bool simple = name.size <= SIMPLE_KEY_MAX;
    ix_buf_add_cstr(buf, simple ? "" : "? ");
    write_string(buf, name);
    if (!simple) {
        ix_buf_add_char(buf, '\n');
        indent(buf, depth);
    }
    ix_buf_add_char(buf, ':');
}

/* The lines of a container; `first_indented`: the first line stands after "- " already. */
static void write_lines(struct ix_buf *buf, const struct ix_json *node, size_t depth,
                        bool first_indented) {
    bool object = ix_json_kind(node) == IX_JSON_OBJECT;
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        if (n != ix_json_first(node) || !first_indented) {
            indent(buf, depth);
        }
        if (object) {
            write_key(buf, ix_json_key(n), depth);
        } else {
            ix_buf_add_char(buf, '-');
        }
        if (!is_filled_container(n)) {
            ix_buf_add_char(buf, ' ');
            write_scalar(buf, n);
        } else {
            ix_buf_add_char(buf, object ? '\n' : ' ');
            write_lines(buf, n, depth + 1, !object);
        }
    }
}

void ix_yaml_write(struct ix_buf *buf, const struct ix_json *node) {
    if (is_filled_container(node)) {
        write_lines(buf, node, 0, false);
    } else {
        write_scalar(buf, node);
    }
}
