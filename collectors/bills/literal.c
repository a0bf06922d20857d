/* Tables of BigQuery are often saved as CSV by a script, and then nested columns are what Python
 * prints of them: [{'name': 'Free', 'amount': -5e-06, 'id': None}]. Numbers are the same in both,
 * so texts and three words are all that has to be written anew. */
#include "collectors/bills/literal.h"

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* \xhh is \u00hh, \' needs no backslash; all else that is printed is the same. The bytes taken. */
static size_t put_escape(struct ix_buf *to, struct ix_sv rest) {
    enum { HEX = 4 };
    char c = rest.size > 1 ? rest.data[1] : '\0';
    if (c == '\'') {
        ix_buf_add_char(to, c);
    } else if (c == 'x' && rest.size >= HEX && is_hex(rest.data[2]) && is_hex(rest.data[3])) {
        ix_buf_add_cstr(to, "\\u00");
        ix_buf_add(to, ix_sv_sub(rest, 2, HEX));
        return HEX;
    } else {
        ix_buf_add(to, ix_sv_sub(rest, 0, 2));
    }
    return 2;
}

/* The text that `rest` begins with; the bytes taken. One that is never closed takes all. */
static size_t put_text(struct ix_buf *to, struct ix_sv rest) {
    char quote = rest.data[0];
    size_t i = 1;
    ix_buf_add_char(to, '"');
    while (i < rest.size && rest.data[i] != quote) {
        if (rest.data[i] == '\\') {
            i += put_escape(to, ix_sv_from(rest, i));
            continue;
        }
        if (rest.data[i] == '"') {
            ix_buf_add_char(to, '\\');
        }
        ix_buf_add_char(to, rest.data[i++]);
    }
    ix_buf_add_char(to, '"');
    return i + 1;
}

static size_t put_word(struct ix_buf *to, struct ix_sv rest) {
    static const struct {
        struct ix_sv theirs;
        const char *json;
    } words[] = {{{"None", 4}, "null"}, {{"True", 4}, "true"}, {{"False", 5}, "false"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ix_sv_starts(rest, words[i].theirs)) {
            ix_buf_add_cstr(to, words[i].json);
            return words[i].theirs.size;
        }
    }
    ix_buf_add_char(to, rest.data[0]);
    return 1;
}

static enum ix_code parse_literal(struct ix_arena *arena, struct ix_sv cell,
                                  struct ix_json **ret_node, struct ix_err *err) {
    struct ix_buf json = {0};
    size_t i = 0;
    while (i < cell.size) {
        struct ix_sv rest = ix_sv_from(cell, i);
        bool quote = rest.data[0] == '\'' || rest.data[0] == '"';
        i += quote ? put_text(&json, rest) : put_word(&json, rest);
    }
    enum ix_code code = ix_buf_check(&json, err);
    code = code == IX_OK ? ix_json_parse(arena, ix_buf_sv(&json), ret_node, err) : code;
    ix_buf_done(&json);
    return code;
}

enum ix_code ix_bill_json(struct ix_arena *arena, struct ix_sv cell, struct ix_json **ret_node,
                          struct ix_err *err) {
    struct ix_err no_json = {0};
    struct ix_err no_literal = {0};
    enum ix_code code = ix_json_parse(arena, cell, ret_node, &no_json);
    if (code != IX_INVALID) {
        return code == IX_OK ? code : ix_err_set(err, code, "%s", no_json.text);
    }
    code = parse_literal(arena, cell, ret_node, &no_literal);
    if (code == IX_NOMEM) {
        return ix_err_nomem(err);
    }
    return code == IX_OK ? code : ix_err_set(err, IX_INVALID, "%s", no_json.text);
}
