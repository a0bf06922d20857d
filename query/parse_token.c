/* What the parser's files share: looking at the next token, lists, and errors in one wording. */
#include "query/parse.h"

#include <stdarg.h>
#include <stdio.h>

bool ix_parse_failed(const struct ix_parser *parser) {
    return parser->err->code != IX_OK || parser->arena->failed;
}

void *ix_parse_list_add(struct ix_parser *parser, struct ix_parse_list *list, size_t item_size,
                        size_t limit, const char *what) {
    enum { FIRST_CAPACITY = 4 };
    if (list->count >= limit) {
        ix_query_fail(parser->err, parser->lexer.text, IX_LIMIT, parser->lexer.pos,
                      parser->lexer.pos, "", "there may be at most %zu %s", limit, what);
        return NULL;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : FIRST_CAPACITY;
        void *items = ix_arena_array(parser->arena, capacity, item_size);
        if (!items) {
            return NULL;
        }
        if (list->count > 0) {
            memcpy(items, list->items, list->count * item_size);
        }
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + item_size * list->count++;
}

bool ix_parse_peek(struct ix_parser *parser, struct ix_token *ret_token) {
    struct ix_lexer lexer = parser->lexer;
    return !ix_parse_failed(parser) && ix_lex_next(&lexer, ret_token, parser->err) == IX_OK;
}

bool ix_parse_is_word(struct ix_token token, const char *word) {
    return token.kind == IX_TOKEN_WORD && ix_sv_eq_nocase(token.text, ix_sv_cstr(word));
}

bool ix_parse_at_word(struct ix_parser *parser, const char *word) {
    struct ix_token token;
    return ix_parse_peek(parser, &token) && ix_parse_is_word(token, word);
}

bool ix_parse_accept_word(struct ix_parser *parser, const char *word) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token) || !ix_parse_is_word(token, word)) {
        return false;
    }
    parser->lexer.pos = token.end;
    return true;
}

bool ix_parse_accept(struct ix_parser *parser, enum ix_token_kind kind) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token) || token.kind != kind) {
        return false;
    }
    parser->lexer.pos = token.end;
    return true;
}

bool ix_parse_expect(struct ix_parser *parser, enum ix_token_kind kind) {
    if (ix_parse_accept(parser, kind)) {
        return true;
    }
    ix_parse_expected(parser, ix_token_name(kind), "");
    return false;
}

bool ix_parse_int(struct ix_parser *parser, const char *what, int64_t low, int64_t high,
                  int64_t *ret_value) {
    struct ix_token token;
    int64_t value = 0;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (token.kind != IX_TOKEN_WORD || !ix_sv_to_int64(token.text, &value)) {
        ix_parse_expected(parser, what, "");
        return false;
    }
    if (value < low || value > high) {
        ix_parse_fail(parser, token.begin, token.end, "", "%s must be from %lld to %lld", what,
                      (long long)low, (long long)high);
        return false;
    }
    parser->lexer.pos = token.end;
    *ret_value = value;
    return true;
}

void ix_parse_fail(struct ix_parser *parser, size_t begin, size_t end, const char *hint,
                   const char *format, ...) {
    char what[IX_ERR_TEXT_SIZE / 2];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    ix_query_fail(parser->err, parser->lexer.text, IX_INVALID, begin, end, hint, "%s", what);
}

void ix_parse_expected(struct ix_parser *parser, const char *what, const char *hint) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return;
    }
    if (token.kind == IX_TOKEN_END) {
        token.begin = token.end = parser->lexer.text.size;
    }
    ix_parse_fail(parser, token.begin, token.end, hint, "expected %s", what);
}
