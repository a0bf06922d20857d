/* The lexer: a position in the text and a few rules about what may begin where. It never looks at
 * field names; whether `a:b` is a field and a value is the parser's question. */
#include "query/lex.h"

#include <stdarg.h>
#include <stdio.h>

char ix_lex_char(const struct ix_lexer *lexer, size_t ahead) {
    size_t at = lexer->pos + ahead;
    return at < lexer->text.size ? lexer->text.data[at] : '\0';
}

bool ix_lex_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

bool ix_lex_ends_word(char c) {
    return c == '\0' || ix_lex_is_space(c) || strchr("()|\",{}[]<>=~!", c) != NULL;
}

void ix_lex_space(struct ix_lexer *lexer) {
    while (ix_lex_is_space(ix_lex_char(lexer, 0))) {
        lexer->pos++;
    }
}

const char *ix_token_name(enum ix_token_kind kind) {
    static const char *const names[] = {
#define IX_TOKEN_ROW(symbol, name) [IX_TOKEN_##symbol] = (name),
#include "query/token.def"
#undef IX_TOKEN_ROW
    };
    return names[kind];
}

static size_t column_of(struct ix_sv text, size_t at) {
    size_t column = 1;
    for (size_t i = 0; i < at && i < text.size; i++) {
        column += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    }
    return column;
}

enum ix_code ix_query_fail(struct ix_err *err, struct ix_sv text, enum ix_code code, size_t begin,
                           size_t end, const char *hint, const char *format, ...) {
    char what[IX_ERR_TEXT_SIZE / 2];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return ix_err_set_at(err, code, begin, end, "%s (column %zu)%s", what, column_of(text, begin),
                         hint);
}

int ix_query_shown(struct ix_sv text) {
    enum { SHOWN_MAX = 60 };
    size_t size = text.size > SHOWN_MAX ? SHOWN_MAX : text.size;
    while (size < text.size && size > 0 && ((unsigned char)text.data[size] & 0xC0) == 0x80) {
        size--;
    }
    return (int)size;
}

/* ---- quoted texts and regexes ---- */

/* The place of the closing quote, or the end of the text. */
static size_t find_quote(const struct ix_lexer *lexer, bool *ret_escaped) {
    size_t at = lexer->pos + 1;
    *ret_escaped = false;
    while (at < lexer->text.size && lexer->text.data[at] != '"') {
        bool escape = lexer->text.data[at] == '\\' && at + 1 < lexer->text.size;
        *ret_escaped |= escape;
        at += escape ? 2 : 1;
    }
    return at;
}

/* `\"` and `\\` are escapes; any other backslash is itself. */
static struct ix_sv undo_escapes(struct ix_arena *arena, struct ix_sv raw) {
    char *to = ix_arena_alloc(arena, raw.size + 1);
    if (!to) {
        return (struct ix_sv){0};
    }
    size_t size = 0;
    for (size_t i = 0; i < raw.size; i++) {
        bool escape = raw.data[i] == '\\' && i + 1 < raw.size &&
                      (raw.data[i + 1] == '"' || raw.data[i + 1] == '\\');
        i += escape;
        to[size++] = raw.data[i];
    }
    return ix_sv_of(to, size);
}

static enum ix_code lex_string(struct ix_lexer *lexer, struct ix_sv *ret_text, struct ix_err *err) {
    bool escaped = false;
    size_t begin = lexer->pos, close = find_quote(lexer, &escaped);
    if (close >= lexer->text.size) {
        return ix_query_fail(err, lexer->text, IX_INVALID, begin, begin + 1,
                             "; add the closing quote", "a quoted text that never ends");
    }
    struct ix_sv raw = ix_sv_sub(lexer->text, begin + 1, close);
    *ret_text = escaped ? undo_escapes(lexer->arena, raw) : raw;
    lexer->pos = close + 1;
    return IX_OK;
}

/* A regex begins with `/`, and behind the first unescaped `/` stand an optional i and the end of a
 * word: so Azure ids (`/subscriptions/...`) stay words. */
static bool lex_regex(struct ix_lexer *lexer, struct ix_sv *ret_text, bool *ret_nocase) {
    if (ix_lex_char(lexer, 0) != '/') {
        return false;
    }
    size_t length = 1;
    for (char c; (c = ix_lex_char(lexer, length)) != '/'; length += c == '\\' ? 2 : 1) {
        if (c == '\0') {
            return false;
        }
    }
    bool nocase = ix_lex_char(lexer, length + 1) == 'i';
    if (length == 1 || !ix_lex_ends_word(ix_lex_char(lexer, length + 1 + nocase))) {
        return false;
    }
    *ret_text = ix_sv_sub(lexer->text, lexer->pos + 1, lexer->pos + length);
    *ret_nocase = nocase;
    lexer->pos += length + 1 + nocase;
    return true;
}

/* ---- words ---- */

/* `ago(7d)` is one value although it holds parentheses. */
static size_t ago_size(const struct ix_lexer *lexer) {
    struct ix_sv rest = ix_sv_from(lexer->text, lexer->pos);
    if (!ix_sv_starts_nocase(rest, IX_SV("ago("))) {
        return 0;
    }
    size_t size = sizeof "ago(" - 1;
    while (!ix_lex_ends_word(ix_lex_char(lexer, size))) {
        size++;
    }
    return ix_lex_char(lexer, size) == ')' ? size + 1 : 0;
}

static size_t word_size(const struct ix_lexer *lexer) {
    size_t size = ago_size(lexer);
    while (!ix_lex_ends_word(ix_lex_char(lexer, size))) {
        size++;
    }
    return size;
}

static bool has_wildcard(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\\') {
            i++;
        } else if (text.data[i] == '*' || text.data[i] == '?') {
            return true;
        }
    }
    return false;
}

enum ix_code ix_lex_value(struct ix_lexer *lexer, struct ix_literal *ret_literal, bool *ret_found,
                          struct ix_err *err) {
    struct ix_literal literal = {.begin = lexer->pos};
    enum ix_code code = IX_OK;
    if (ix_lex_char(lexer, 0) == '"') {
        literal.kind = IX_LITERAL_QUOTED;
        code = lex_string(lexer, &literal.text, err);
    } else if (lex_regex(lexer, &literal.text, &literal.nocase)) {
        literal.kind = IX_LITERAL_REGEX;
    } else {
        literal.text = ix_sv_sub(lexer->text, lexer->pos, lexer->pos + word_size(lexer));
        literal.kind = has_wildcard(literal.text) ? IX_LITERAL_GLOB : IX_LITERAL_BARE;
        lexer->pos += literal.text.size;
    }
    literal.end = lexer->pos;
    *ret_found = literal.end > literal.begin;
    *ret_literal = literal;
    return code;
}

/* ---- tokens ---- */

struct operator_row {
    const char *text;
    enum ix_token_kind kind;
};

/* The longer ones first: the first that fits counts. */
static const struct operator_row operators[] = {
    {"<-->", IX_TOKEN_ARROW_BOTH},
    {"<--", IX_TOKEN_ARROW_IN},
    {"<-[", IX_TOKEN_EDGE_IN},
    {"-->", IX_TOKEN_ARROW_OUT},
    {"-[", IX_TOKEN_EDGE_OUT},
    {"<=", IX_TOKEN_LE},
    {">=", IX_TOKEN_GE},
    {"==", IX_TOKEN_EQ},
    {"!=", IX_TOKEN_NE},
    {"!~", IX_TOKEN_NOT_LIKE},
    {"<", IX_TOKEN_LT},
    {">", IX_TOKEN_GT},
    {"=", IX_TOKEN_EQ},
    {"~", IX_TOKEN_LIKE},
    {"!", IX_TOKEN_BANG},
    {"(", IX_TOKEN_LPAREN},
    {")", IX_TOKEN_RPAREN},
    {"[", IX_TOKEN_LBRACKET},
    {"]", IX_TOKEN_RBRACKET},
    {"{", IX_TOKEN_LBRACE},
    {"}", IX_TOKEN_RBRACE},
    {"|", IX_TOKEN_PIPE},
    {",", IX_TOKEN_COMMA},
};

static bool lex_operator(struct ix_lexer *lexer, enum ix_token_kind *ret_kind) {
    struct ix_sv rest = ix_sv_from(lexer->text, lexer->pos);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        struct ix_sv text = ix_sv_cstr(operators[i].text);
        if (ix_sv_starts(rest, text)) {
            lexer->pos += text.size;
            *ret_kind = operators[i].kind;
            return true;
        }
    }
    return false;
}

static bool lex_minus(struct ix_lexer *lexer) {
    char next = ix_lex_char(lexer, 1);
    if (ix_lex_char(lexer, 0) != '-' || next == '\0' || next == '-' || next == '[' || next == '>' ||
        ix_lex_is_space(next)) {
        return false;
    }
    lexer->pos++;
    return true;
}

static void lex_word(struct ix_lexer *lexer, struct ix_token *token) {
    size_t size = 0;
    while (!ix_lex_ends_word(ix_lex_char(lexer, size))) {
        size++;
    }
    token->kind = IX_TOKEN_WORD;
    token->text = ix_sv_sub(lexer->text, lexer->pos, lexer->pos + size);
    lexer->pos += size;
}

enum ix_code ix_lex_next(struct ix_lexer *lexer, struct ix_token *ret_token, struct ix_err *err) {
    ix_lex_space(lexer);
    struct ix_token token = {.kind = IX_TOKEN_END, .begin = lexer->pos};
    enum ix_code code = IX_OK;
    if (lexer->pos >= lexer->text.size || lex_operator(lexer, &token.kind)) {
        /* the operator, or nothing, is read */
    } else if (ix_lex_char(lexer, 0) == '"') {
        token.kind = IX_TOKEN_STRING;
        code = lex_string(lexer, &token.text, err);
    } else if (lex_regex(lexer, &token.text, &token.nocase)) {
        token.kind = IX_TOKEN_REGEX;
    } else if (lex_minus(lexer)) {
        token.kind = IX_TOKEN_MINUS;
    } else {
        lex_word(lexer, &token);
    }
    token.end = lexer->pos;
    *ret_token = token;
    return code;
}
