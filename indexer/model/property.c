/* One pass over the text, with one growing and shrinking path. The text is our own, so its grammar
 * is only followed, not examined; a text that breaks it (a damaged file) ends the walk. */
#include "indexer/model/property.h"

static bool needs_quotes(struct ix_sv name) {
    return ix_sv_empty(name) || ix_sv_find_char(name, '.') != IX_SV_NPOS ||
           ix_sv_find_char(name, '[') != IX_SV_NPOS || ix_sv_find_char(name, '"') != IX_SV_NPOS;
}

void ix_property_path_add(struct ix_buf *path, struct ix_sv name) {
    if (!needs_quotes(name)) {
        if (path->size) {
            ix_buf_add_char(path, '.');
        }
        ix_buf_add(path, name);
        return;
    }
    ix_buf_add_cstr(path, "[\"");
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        if (c == '"' || c == '\\') {
            ix_buf_add_char(path, '\\');
        }
        ix_buf_add_char(path, c);
    }
    ix_buf_add_cstr(path, "\"]");
}

void ix_property_value_add(struct ix_buf *term, struct ix_sv value, bool folded) {
    value = ix_sv_sub(value, 0, IX_PROPERTY_VALUE_MAX);
    char *to = ix_buf_reserve(term, value.size + 1);
    if (!to) {
        return;
    }
    *to++ = folded ? '~' : '=';
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        to[i] = folded && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    term->size += value.size + 1;
}

static bool has_capital(struct ix_sv value) {
    value = ix_sv_sub(value, 0, IX_PROPERTY_VALUE_MAX);
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] >= 'A' && value.data[i] <= 'Z') {
            return true;
        }
    }
    return false;
}

static enum ix_code give_term(struct ix_buf *term, ix_term_fn *add, void *context,
                              struct ix_err *err) {
    enum ix_code code = ix_buf_check(term, err);
    return code == IX_OK ? add(context, ix_buf_sv(term), err) : code;
}

enum ix_code ix_property_terms(const struct ix_property *property, struct ix_buf *term,
                               ix_term_fn *add, void *context, struct ix_err *err) {
    size_t path = property->path.size;
    ix_buf_clear(term);
    ix_buf_add(term, property->path);
    enum ix_code code = give_term(term, add, context, err);
    if (code != IX_OK || property->kind == IX_JSON_OBJECT) {
        return code;
    }
    ix_property_value_add(term, property->text, false);
    code = give_term(term, add, context, err);
    if (code == IX_OK && has_capital(property->text)) {
        term->size = path;
        ix_property_value_add(term, property->text, true);
        code = give_term(term, add, context, err);
    }
    return code;
}

/* ---- reading ---- */

struct reader {
    struct ix_sv text;
    size_t at;
    struct ix_buf unescaped; /* of the string read last, when it had escapes */
};

static char peek(const struct reader *r) {
    return r->at < r->text.size ? r->text.data[r->at] : '\0';
}

static bool take(struct reader *r, char c) {
    bool there = peek(r) == c;
    r->at += there;
    return there;
}

static void add_code_point(struct ix_buf *out, unsigned code) {
    if (code < 0x80) {
        ix_buf_add_char(out, (char)code);
    } else if (code < 0x800) {
        ix_buf_add_char(out, (char)(0xC0 | code >> 6));
        ix_buf_add_char(out, (char)(0x80 | (code & 0x3F)));
    } else {
        ix_buf_add_char(out, (char)(0xE0 | code >> 12));
        ix_buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
        ix_buf_add_char(out, (char)(0x80 | (code & 0x3F)));
    }
}

/* Our writer escapes the two characters that must be, and controls: no surrogates. */
static bool read_escape(struct reader *r) {
    static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    char c = peek(r);
    r->at++;
    for (const char *e = escapes; *e; e += 2) {
        if (*e == c) {
            ix_buf_add_char(&r->unescaped, e[1]);
            return true;
        }
    }
    unsigned code = 0;
    for (int i = 0; c == 'u' && i < 4; i++, r->at++) {
        char digit = peek(r);
        const char *digits = "0123456789abcdef";
        const char *found = digit ? strchr(digits, digit) : NULL;
        if (!found) {
            return false;
        }
        code = code << 4 | (unsigned)(found - digits);
    }
    add_code_point(&r->unescaped, code);
    return c == 'u';
}

static bool read_escaped(struct reader *r, size_t begin, struct ix_sv *ret_string) {
    ix_buf_clear(&r->unescaped);
    ix_buf_add(&r->unescaped, ix_sv_sub(r->text, begin, r->at));
    while (r->at < r->text.size && peek(r) != '"') {
        if (!take(r, '\\')) {
            ix_buf_add_char(&r->unescaped, r->text.data[r->at++]);
        } else if (!read_escape(r)) {
            return false;
        }
    }
    *ret_string = ix_buf_sv(&r->unescaped);
    return take(r, '"') && !r->unescaped.failed;
}

/* After the opening quote. */
static bool read_string(struct reader *r, struct ix_sv *ret_string) {
    size_t begin = r->at;
    while (r->at < r->text.size && r->text.data[r->at] != '"' && r->text.data[r->at] != '\\') {
        r->at++;
    }
    if (peek(r) == '\\') {
        return read_escaped(r, begin, ret_string);
    }
    *ret_string = ix_sv_sub(r->text, begin, r->at);
    return take(r, '"');
}

/* A number, true, false or null. */
static struct ix_sv read_plain(struct reader *r) {
    size_t begin = r->at;
    while (r->at < r->text.size && !strchr(",:]}[{\"", r->text.data[r->at])) {
        r->at++;
    }
    return ix_sv_sub(r->text, begin, r->at);
}

static enum ix_json_kind kind_of(struct ix_sv plain) {
    switch (plain.size ? plain.data[0] : '\0') {
    case 't':
        return IX_JSON_TRUE;
    case 'f':
        return IX_JSON_FALSE;
    case 'n':
        return IX_JSON_NULL;
    case '\0':
        return IX_JSON_NONE;
    default:
        return IX_JSON_NUMBER;
    }
}

/* ---- paths and values ---- */

struct walk {
    struct reader r;
    struct ix_buf path;
    size_t depth;
    ix_property_fn *visit;
    void *context;
    struct ix_err *err;
};

static bool walk_value(struct walk *w);

static bool tell(struct walk *w, enum ix_json_kind kind, struct ix_sv text) {
    if (w->path.size && w->path.size <= IX_PROPERTY_PATH_MAX && kind != IX_JSON_NULL) {
        const struct ix_property property = {ix_buf_sv(&w->path), kind, text};
        return w->visit(w->context, &property, w->err) == IX_OK;
    }
    return true;
}

static bool walk_member(struct walk *w) {
    size_t size = w->path.size;
    struct ix_sv name;
    if (!take(&w->r, '"') || !read_string(&w->r, &name) || !take(&w->r, ':')) {
        return false;
    }
    ix_property_path_add(&w->path, name);
    bool well = walk_value(w);
    w->path.size = size;
    return well;
}

static bool walk_object(struct walk *w) {
    if (take(&w->r, '}')) {
        return true;
    }
    if (!tell(w, IX_JSON_OBJECT, (struct ix_sv){0})) {
        return false;
    }
    do {
        if (!walk_member(w)) {
            return false;
        }
    } while (take(&w->r, ','));
    return take(&w->r, '}');
}

static bool walk_array(struct walk *w) {
    if (take(&w->r, ']')) {
        return true;
    }
    do {
        if (!walk_value(w)) {
            return false;
        }
    } while (take(&w->r, ','));
    return take(&w->r, ']');
}

static bool walk_nested(struct walk *w, bool object) {
    bool well = ++w->depth <= IX_JSON_DEPTH_MAX + 1 && (object ? walk_object(w) : walk_array(w));
    w->depth--;
    return well;
}

static bool walk_value(struct walk *w) {
    struct ix_sv text;
    if (take(&w->r, '{')) {
        return walk_nested(w, true);
    }
    if (take(&w->r, '[')) {
        return walk_nested(w, false);
    }
    if (take(&w->r, '"')) {
        return read_string(&w->r, &text) && tell(w, IX_JSON_STRING, text);
    }
    text = read_plain(&w->r);
    return text.size > 0 && tell(w, kind_of(text), text);
}

/* Why a walk ended: what was told first, else memory, else the text. */
static enum ix_code end_walk(const struct reader *r, bool well, bool out_of_memory,
                             struct ix_err *err) {
    if (err->code != IX_OK) {
        return err->code;
    }
    if (out_of_memory || r->unescaped.failed) {
        return ix_err_nomem(err);
    }
    return well && r->at == r->text.size
               ? IX_OK
               : ix_err_set(err, IX_CORRUPT,
                            "a stored document is damaged at byte %zu; restore a backup, or index "
                            "again",
                            r->at);
}

enum ix_code ix_property_visit(struct ix_sv document, ix_property_fn *visit, void *context,
                               struct ix_err *err) {
    struct walk w = {.r = {.text = document}, .visit = visit, .context = context, .err = err};
    bool well = document.size == 0 || walk_value(&w);
    enum ix_code code = end_walk(&w.r, well, w.path.failed, err);
    ix_buf_done(&w.path);
    ix_buf_done(&w.r.unescaped);
    return code;
}

/* ---- words ---- */

enum ix_code ix_property_words(struct ix_buf *words, struct ix_sv document, struct ix_err *err) {
    struct reader r = {.text = document};
    bool well = true;
    while (well && r.at < document.size) {
        struct ix_sv text = {0};
        if (take(&r, '"')) {
            well = read_string(&r, &text);
        } else if (strchr(",:]}[{", peek(&r))) {
            r.at++;
        } else {
            text = read_plain(&r);
            text.size = kind_of(text) == IX_JSON_NUMBER ? text.size : 0;
        }
        if (text.size) {
            ix_buf_add(words, text);
            ix_buf_add_char(words, peek(&r) == ':' ? ' ' : '\n');
        }
    }
    enum ix_code code = end_walk(&r, well, words->failed, err);
    ix_buf_done(&r.unescaped);
    return code;
}
