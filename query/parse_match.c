/* How a target is tested: `:` and what may follow it, operators, lists.
 *
 * The parser does not know types yet. It only tells shapes apart: nothing (exists), one value, a
 * list, a range, a comparison. `a..b` is a range when both sides look like a number or a time.
 */
#include "query/parse.h"

bool ix_parse_compare(enum ix_token_kind kind, enum ix_compare *ret_op) {
    static const struct {
        enum ix_token_kind token;
        enum ix_compare op;
    } rows[] = {
        {IX_TOKEN_EQ, IX_COMPARE_EQ},     {IX_TOKEN_NE, IX_COMPARE_NE},
        {IX_TOKEN_GT, IX_COMPARE_GT},     {IX_TOKEN_GE, IX_COMPARE_GE},
        {IX_TOKEN_LT, IX_COMPARE_LT},     {IX_TOKEN_LE, IX_COMPARE_LE},
        {IX_TOKEN_LIKE, IX_COMPARE_LIKE}, {IX_TOKEN_NOT_LIKE, IX_COMPARE_NOT_LIKE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].token == kind) {
            *ret_op = rows[i].op;
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

static struct ix_literal *add_value(struct ix_parser *parser, struct ix_parse_list *values) {
    struct ix_literal literal;
    bool found = false;
    if (ix_lex_value(&parser->lexer, &literal, &found, parser->err) != IX_OK) {
        return NULL;
    }
    if (!found) {
        ix_parse_expected(parser, "a value", "");
        return NULL;
    }
    struct ix_literal *slot = ix_parse_list_add(parser, values, sizeof literal, IX_QUERY_VALUES_MAX,
                                                "values in one list");
    if (slot) {
        *slot = literal;
    }
    return slot;
}

static bool finish(struct ix_parser *parser, const struct ix_parse_list *values,
                   struct ix_match *match) {
    match->values = values->items;
    match->value_count = values->count;
    match->end = parser->lexer.pos;
    return !ix_parse_failed(parser);
}

/* a,b,c with nothing between; the first one is read. */
static bool comma_values(struct ix_parser *parser, struct ix_parse_list *values) {
    while (!parser->condition && ix_lex_char(&parser->lexer, 0) == ',') {
        parser->lexer.pos++;
        if (ix_lex_ends_word(ix_lex_char(&parser->lexer, 0)) &&
            ix_lex_char(&parser->lexer, 0) != '"') {
            ix_parse_fail(parser, parser->lexer.pos - 1, parser->lexer.pos,
                          "; no space after the comma, or write field:(a, b)",
                          "expected a value right behind ‘,’");
            return false;
        }
        if (!add_value(parser, values)) {
            return false;
        }
    }
    return true;
}

/* Behind the opening bracket: values separated by commas or OR, up to `close`. */
static bool list_values(struct ix_parser *parser, enum ix_token_kind close,
                        struct ix_parse_list *values) {
    do {
        ix_lex_space(&parser->lexer);
        if (!add_value(parser, values)) {
            return false;
        }
    } while (ix_parse_accept(parser, IX_TOKEN_COMMA) || ix_parse_accept_word(parser, "or"));
    if (ix_parse_accept(parser, close)) {
        return true;
    }
    ix_parse_expected(parser, close == IX_TOKEN_RPAREN ? "‘,’, OR or ‘)’" : "‘,’ or ‘]’", "");
    return false;
}

/* ---- ranges ---- */

static bool looks_like_bound(struct ix_sv text) {
    static const char *const starts[] = {"now", "today", "yesterday", "ago("};
    if (ix_sv_empty(text) || ix_sv_eq_cstr(text, "*") || strchr("0123456789-+$", text.data[0])) {
        return true;
    }
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (ix_sv_starts_nocase(text, ix_sv_cstr(starts[i]))) {
            return true;
        }
    }
    return ix_sv_starts(text, IX_SV("€")) || ix_sv_starts(text, IX_SV("£"));
}

static bool is_open(struct ix_sv text) {
    return ix_sv_empty(text) || ix_sv_eq_cstr(text, "*");
}

/* Splits one bare value `a..b` into the two ends. */
static bool split_range(struct ix_parser *parser, struct ix_parse_list *values,
                        struct ix_match *match) {
    struct ix_literal whole = *(struct ix_literal *)values->items;
    size_t dots = ix_sv_find(whole.text, IX_SV(".."));
    if (values->count != 1 || whole.kind > IX_LITERAL_GLOB || dots == IX_SV_NPOS) {
        return false;
    }
    struct ix_sv low = ix_sv_sub(whole.text, 0, dots), high = ix_sv_from(whole.text, dots + 2);
    if (!looks_like_bound(low) || !looks_like_bound(high) || (is_open(low) && is_open(high))) {
        return false;
    }
    struct ix_literal *ends = ix_arena_array(parser->arena, 2, sizeof *ends);
    if (ends) {
        ends[0] =
            (struct ix_literal){.text = low, .begin = whole.begin, .end = whole.begin + low.size};
        ends[1] =
            (struct ix_literal){.text = high, .begin = whole.end - high.size, .end = whole.end};
        *values = (struct ix_parse_list){.items = ends, .count = 2, .capacity = 2};
        match->kind = IX_MATCH_RANGE;
        match->no_low = is_open(low);
        match->no_high = is_open(high);
    }
    return true;
}

/* Behind `[`: `a to b]`, or a list `a, b]`. */
static bool bracket_match(struct ix_parser *parser, struct ix_match *match) {
    struct ix_parse_list values = {0};
    ix_lex_space(&parser->lexer);
    size_t begin = parser->lexer.pos;
    if (!add_value(parser, &values)) {
        return false;
    }
    if (!ix_parse_accept_word(parser, "to")) {
        parser->lexer.pos = begin;
        values.count = 0;
        match->kind = IX_MATCH_VALUES;
        return list_values(parser, IX_TOKEN_RBRACKET, &values) && finish(parser, &values, match);
    }
    ix_lex_space(&parser->lexer);
    if (!add_value(parser, &values) || !ix_parse_expect(parser, IX_TOKEN_RBRACKET)) {
        return false;
    }
    const struct ix_literal *ends = values.items;
    match->kind = IX_MATCH_RANGE;
    match->no_low = ends[0].kind == IX_LITERAL_GLOB && is_open(ends[0].text);
    match->no_high = ends[1].kind == IX_LITERAL_GLOB && is_open(ends[1].text);
    if (match->no_low && match->no_high) {
        match->kind = IX_MATCH_EXISTS;
    }
    return finish(parser, &values, match);
}

/* ---- matches ---- */

bool ix_parse_values(struct ix_parser *parser, struct ix_match *ret_match) {
    struct ix_match match = {.kind = IX_MATCH_VALUES, .begin = parser->lexer.pos};
    struct ix_parse_list values = {0};
    bool good = false;
    if (ix_lex_char(&parser->lexer, 0) == '(') {
        parser->lexer.pos++;
        good = list_values(parser, IX_TOKEN_RPAREN, &values);
    } else {
        good = add_value(parser, &values) && comma_values(parser, &values);
    }
    if (good && !split_range(parser, &values, &match)) {
        const struct ix_literal *first = values.items;
        if (values.count == 1 && first->kind == IX_LITERAL_GLOB && is_open(first->text)) {
            match.kind = IX_MATCH_EXISTS;
        }
    }
    good = good && finish(parser, &values, &match);
    *ret_match = match;
    return good;
}

static bool compare_match(struct ix_parser *parser, enum ix_compare op,
                          struct ix_match *ret_match) {
    struct ix_match match = {.kind = IX_MATCH_COMPARE, .op = op, .begin = parser->lexer.pos};
    struct ix_parse_list values = {0};
    ix_lex_space(&parser->lexer);
    bool good = add_value(parser, &values) && finish(parser, &values, &match);
    *ret_match = match;
    return good;
}

/* `name:-foo` is `-name:foo`; `.port:-1` is a number. */
static bool at_negation(const struct ix_parser *parser) {
    char next = ix_lex_char(&parser->lexer, 1);
    return ix_lex_char(&parser->lexer, 0) == '-' && !strchr("0123456789.$", next) &&
           (next == '"' || next == '(' || !ix_lex_ends_word(next));
}

static bool at_nothing(const struct ix_parser *parser) {
    char c = ix_lex_char(&parser->lexer, 0);
    return c == '\0' || ix_lex_is_space(c) || strchr(")|}]", c);
}

/* Behind the colon. */
static bool colon_match(struct ix_parser *parser, struct ix_match *ret_match) {
    struct ix_match match = {.kind = IX_MATCH_EXISTS, .begin = parser->lexer.pos};
    struct ix_token token;
    enum ix_compare op;
    bool good = true;
    if (at_nothing(parser)) {
        match.end = parser->lexer.pos;
        *ret_match = match;
        return true;
    }
    if (at_negation(parser)) {
        parser->lexer.pos++;
        match.negated = true;
    }
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    bool negated = match.negated;
    if (ix_parse_compare(token.kind, &op)) {
        parser->lexer.pos = token.end;
        good = compare_match(parser, op, &match);
    } else if (token.kind == IX_TOKEN_LBRACKET) {
        parser->lexer.pos = token.end;
        good = bracket_match(parser, &match);
    } else {
        good = ix_parse_values(parser, &match);
    }
    match.negated = negated;
    *ret_match = match;
    return good;
}

/* `in (a, b)`, behind the word. */
static bool in_match(struct ix_parser *parser, bool negated, struct ix_match *ret_match) {
    struct ix_match match = {
        .kind = IX_MATCH_VALUES, .negated = negated, .begin = parser->lexer.pos};
    struct ix_parse_list values = {0};
    enum ix_token_kind close = IX_TOKEN_RPAREN;
    if (!ix_parse_accept(parser, IX_TOKEN_LPAREN)) {
        close = IX_TOKEN_RBRACKET;
        if (!ix_parse_accept(parser, IX_TOKEN_LBRACKET)) {
            ix_parse_expected(parser, "a list after ‘in’", "; for example region in (a, b)");
            return false;
        }
    }
    bool good = list_values(parser, close, &values) && finish(parser, &values, &match);
    *ret_match = match;
    return good;
}

/* `not` only counts here when `in` follows. */
static bool accept_not_in(struct ix_parser *parser) {
    size_t pos = parser->lexer.pos;
    if (ix_parse_accept_word(parser, "not") && ix_parse_accept_word(parser, "in")) {
        return true;
    }
    parser->lexer.pos = pos;
    return false;
}

/* `in` is an operator only in front of a list; elsewhere it is a keyword out of place. */
static bool at_list(struct ix_parser *parser) {
    struct ix_token token;
    return (ix_parse_accept_word(parser, "in") || accept_not_in(parser)) &&
           ix_parse_peek(parser, &token) &&
           (token.kind == IX_TOKEN_LPAREN || token.kind == IX_TOKEN_LBRACKET);
}

bool ix_parse_at_match(struct ix_parser *parser) {
    size_t pos = parser->lexer.pos;
    struct ix_token token;
    enum ix_compare op;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    bool found = ix_parse_compare(token.kind, &op) || at_list(parser);
    parser->lexer.pos = pos;
    return found;
}

static void no_operator(struct ix_parser *parser, const struct ix_target *target) {
    struct ix_sv name = ix_sv_sub(parser->lexer.text, target->begin, target->end);
    ix_parse_fail(parser, target->begin, target->end,
                  "; add ‘:’ to ask whether it exists, or quote it to search the text",
                  "expected an operator after ‘%.*s’", ix_query_shown(name), name.data);
}

bool ix_parse_match(struct ix_parser *parser, const struct ix_target *target,
                    struct ix_match *ret_match) {
    struct ix_token token;
    enum ix_compare op;
    if (target->kind == IX_TARGET_TAG_ANY && !ix_sv_empty(target->name)) {
        return ix_parse_values(parser, ret_match);
    }
    if (ix_lex_char(&parser->lexer, 0) == ':') {
        parser->lexer.pos++;
        return colon_match(parser, ret_match);
    }
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (ix_parse_compare(token.kind, &op)) {
        parser->lexer.pos = token.end;
        return compare_match(parser, op, ret_match);
    }
    if (ix_parse_accept_word(parser, "in")) {
        return in_match(parser, false, ret_match);
    }
    if (accept_not_in(parser)) {
        return in_match(parser, true, ret_match);
    }
    if (!ix_parse_failed(parser)) {
        no_operator(parser, target);
    }
    return false;
}
