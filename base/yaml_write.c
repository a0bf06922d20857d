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

static void write_string(struct ix_buf *buf, struct ix_sv text) {
    if (is_plain(text)) {
        ix_buf_add(buf, text);
    } else {
        ix_json_write_string(buf, text);
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

/* The lines of a container; `first_indented`: the first line stands after "- " already. */
static void write_lines(struct ix_buf *buf, const struct ix_json *node, size_t depth,
                        bool first_indented) {
    bool object = ix_json_kind(node) == IX_JSON_OBJECT;
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        if (n != ix_json_first(node) || !first_indented) {
            indent(buf, depth);
        }
        if (object) {
            write_string(buf, ix_json_key(n));
            ix_buf_add_char(buf, ':');
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
