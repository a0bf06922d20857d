/* Expressions: columns behind project, sort and count by, and the sums of function tests. */
#include "query/field.h"
#include "query/parse.h"

bool ix_parse_find_func(struct ix_sv name, enum ix_func *ret_func) {
    static const char *const names[] = {
#define IX_FUNC_ROW(symbol, name, takes, gives, help) [IX_FUNC_##symbol] = (name),
#include "query/func.def"
#undef IX_FUNC_ROW
    };
    for (enum ix_func func = 0; func < IX_FUNC_TOTAL; func++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(names[func]))) {
            *ret_func = func;
            return true;
        }
    }
    return false;
}

bool ix_parse_is_test(const struct ix_expr *expr) {
    static const char gives[] = {
#define IX_FUNC_ROW(symbol, name, takes, gives, help) [IX_FUNC_##symbol] = (gives),
#include "query/func.def"
#undef IX_FUNC_ROW
    };
    return expr->kind == IX_EXPR_CALL && gives[expr->func] == 'b';
}

/* A test as in the search part, up to the comma behind it. */
static bool condition(struct ix_parser *parser, struct ix_expr *expr) {
    bool sums = parser->sums;
    bool outer = parser->condition;
    parser->sums = false;
    parser->condition = true;
    expr->condition = ix_parse_or(parser);
    parser->sums = sums;
    parser->condition = outer;
    return expr->condition && ix_parse_expect(parser, IX_TOKEN_COMMA);
}

static bool call_expr(struct ix_parser *parser, struct ix_expr *expr) {
    enum { ARGS_MAX = 16 };
    struct ix_parse_list args = {0};
    expr->kind = IX_EXPR_CALL;
    parser->lexer.pos++;
    if (!ix_parse_enter(parser, expr->begin) ||
        (expr->func == IX_FUNC_IF && !condition(parser, expr))) {
        return false;
    }
    if (!ix_parse_accept(parser, IX_TOKEN_RPAREN)) {
        do {
            struct ix_expr *arg =
                ix_parse_list_add(parser, &args, sizeof *arg, ARGS_MAX, "values in one call");
            if (!arg || !ix_parse_sum(parser, arg)) {
                return false;
            }
        } while (ix_parse_accept(parser, IX_TOKEN_COMMA));
        if (!ix_parse_expect(parser, IX_TOKEN_RPAREN)) {
            return false;
        }
    }
    parser->depth--;
    expr->args = args.items;
    expr->arg_count = args.count;
    return true;
}

/* A name of letters stands for a field or column; anything else is a value. */
static bool is_name(struct ix_sv text) {
    char c = text.data[0];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool word_expr(struct ix_parser *parser, struct ix_token token, struct ix_expr *expr) {
    struct ix_sv rest = ix_sv_from(parser->lexer.text, token.begin);
    enum ix_tag_class tag_class;
    size_t size = 0;
    bool found = false;
    expr->kind = IX_EXPR_TARGET;
    parser->lexer.pos = token.begin;
    if (token.text.data[0] == '.') {
        return ix_parse_path(parser, false, &expr->target);
    }
    if (ix_parse_at_tag(rest, &tag_class, &size)) {
        return ix_parse_tag(parser, tag_class, size, &expr->target);
    }
    if (token.text.size < rest.size && rest.data[token.text.size] == '(' &&
        ix_parse_find_func(token.text, &expr->func)) {
        parser->lexer.pos = token.end;
        return call_expr(parser, expr);
    }
    if (is_name(token.text) && parser->relative) {
        return ix_parse_path(parser, true, &expr->target);
    }
    if (is_name(token.text)) {
        expr->target = (struct ix_target){
            .kind = IX_TARGET_FIELD, .name = token.text, .begin = token.begin, .end = token.end};
        parser->lexer.pos = token.end;
        return true;
    }
    expr->kind = IX_EXPR_LITERAL;
    return ix_lex_value(&parser->lexer, &expr->literal, &found, parser->err) == IX_OK;
}

bool ix_parse_expr(struct ix_parser *parser, struct ix_expr *ret_expr) {
    struct ix_expr expr = {0};
    struct ix_token token;
    bool found = false, good = false;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    expr.begin = token.begin;
    parser->lexer.pos = token.begin;
    if (token.kind == IX_TOKEN_WORD) {
        good = word_expr(parser, token, &expr);
    } else if (token.kind == IX_TOKEN_STRING || token.kind == IX_TOKEN_MINUS) {
        expr.kind = IX_EXPR_LITERAL;
        good = ix_lex_value(&parser->lexer, &expr.literal, &found, parser->err) == IX_OK;
    } else {
        ix_parse_expected(parser, "a field, a .property, a tag or a value", "");
    }
    expr.end = parser->lexer.pos;
    *ret_expr = expr;
    return good && !ix_parse_failed(parser);
}

/* ---- sums ---- */

static const char operators[] = "+-*/%";

static bool is_operator(char c) {
    return c != '\0' && strchr(operators, c);
}

/* One of `which` as an operator: with spaces on both sides or on neither, so that in `len(.a)>4 -b`
 * the minus begins a term. */
static bool accept_operator(struct ix_parser *parser, const char *which, char *ret_op) {
    struct ix_lexer lexer = parser->lexer;
    ix_lex_space(&lexer);
    char c = ix_lex_char(&lexer, 0), next = ix_lex_char(&lexer, 1);
    bool spaced = lexer.pos > parser->lexer.pos;
    bool arrow = c == '-' && (next == '-' || next == '[' || next == '>');
    if (c == '\0' || !strchr(which, c) || arrow || (spaced && !ix_lex_is_space(next))) {
        return false;
    }
    parser->lexer.pos = lexer.pos + 1;
    *ret_op = c;
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_at(struct ix_sv text, size_t at) {
    size_t size = 0;
    while (at + size < text.size && is_digit(text.data[at + size])) {
        size++;
    }
    return size;
}

/* The length of a number with its unit at the start of a word, when an operator or the end of the
 * word follows: 2 of `2*3`. 0: the word is one value (2025-03-04, 10.0.0.1, 1.2.3). */
static size_t number_size(struct ix_sv word) {
    enum { YEAR_DIGITS = 4 };
    size_t size = !ix_sv_empty(word) && word.data[0] == '-';
    size_t whole = digits_at(word, size);
    bool date = whole == YEAR_DIGITS && digits_at(word, size + YEAR_DIGITS + 1) > 0 &&
                word.data[size + YEAR_DIGITS] == '-';
    size += whole;
    if (size < word.size && word.data[size] == '.') {
        size += 1 + digits_at(word, size + 1);
    }
    while (size < word.size && ((word.data[size] | 32) >= 'a' && (word.data[size] | 32) <= 'z')) {
        size++;
    }
    return whole > 0 && !date && size < word.size && is_operator(word.data[size]) ? size : 0;
}

/* now, now-7d, now-1d/d, today, yesterday, ago(7d): one value, although it holds operators. */
static bool is_moment(struct ix_sv word) {
    static const char *const moments[] = {"now", "today", "yesterday", "ago"};
    size_t size = 0;
    while (size < word.size && !is_operator(word.data[size])) {
        size++;
    }
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        if (ix_sv_eq_nocase(ix_sv_sub(word, 0, size), ix_sv_cstr(moments[i]))) {
            return size == word.size || digits_at(word, size + 1) > 0;
        }
    }
    return false;
}

static bool value_atom(struct ix_parser *parser, size_t size, struct ix_expr *expr) {
    struct ix_lexer *lexer = &parser->lexer;
    bool found = false;
    expr->kind = IX_EXPR_LITERAL;
    if (size == 0) {
        return ix_lex_value(lexer, &expr->literal, &found, parser->err) == IX_OK;
    }
    expr->literal = (struct ix_literal){
        .kind = IX_LITERAL_BARE,
        .text = ix_sv_sub(lexer->text, lexer->pos, lexer->pos + size),
        .begin = lexer->pos,
        .end = lexer->pos + size,
    };
    lexer->pos += size;
    return true;
}

/* `size/1GiB`: a field up to the operator. Any other word is taken whole. */
static bool cut_at_field(const struct ix_parser *parser, struct ix_token *token) {
    size_t size = 0;
    while (size < token->text.size && !is_operator(token->text.data[size])) {
        size++;
    }
    struct ix_sv head = ix_sv_sub(token->text, 0, size);
    if (parser->relative || size == token->text.size || !ix_field_find(head)) {
        return false;
    }
    token->text = head;
    token->end = token->begin + size;
    return true;
}

static bool sum_atom(struct ix_parser *parser, struct ix_token token, struct ix_expr *expr) {
    struct ix_sv word = ix_sv_sub(parser->lexer.text, token.begin, token.end);
    size_t size;
    parser->lexer.pos = token.begin;
    switch (token.kind) {
    case IX_TOKEN_LPAREN: {
        size_t begin = token.begin;
        parser->lexer.pos = token.end;
        bool good = ix_parse_enter(parser, begin) && ix_parse_sum(parser, expr) &&
                    ix_parse_expect(parser, IX_TOKEN_RPAREN);
        parser->depth--;
        expr->begin = begin;
        return good;
    }
    case IX_TOKEN_MINUS:
        word = ix_sv_from(parser->lexer.text, token.begin);
        for (size = 1; !ix_lex_ends_word(ix_lex_char(&parser->lexer, size));) {
            size++;
        }
        return value_atom(parser, number_size(ix_sv_sub(word, 0, size)), expr);
    case IX_TOKEN_WORD:
        size = number_size(word);
        if (size > 0 || is_moment(word)) {
            return value_atom(parser, size, expr);
        }
        (void)cut_at_field(parser, &token);
        return word_expr(parser, token, expr);
    default:
        return ix_parse_expr(parser, expr);
    }
}

static bool binary(struct ix_parser *parser, char op, struct ix_expr left, struct ix_expr right,
                   struct ix_expr *ret_expr) {
    struct ix_expr *args = ix_arena_array(parser->arena, 2, sizeof *args);
    if (!args) {
        return false;
    }
    args[0] = left;
    args[1] = right;
    *ret_expr = (struct ix_expr){
        .kind = IX_EXPR_SUM,
        .op = op,
        .args = args,
        .arg_count = 2,
        .begin = left.begin,
        .end = right.end,
    };
    return true;
}

static bool one_atom(struct ix_parser *parser, struct ix_expr *ret_expr) {
    struct ix_token token;
    struct ix_expr expr = {0};
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    expr.begin = token.begin;
    bool good = sum_atom(parser, token, &expr);
    expr.end = parser->lexer.pos;
    *ret_expr = expr;
    return good && !ix_parse_failed(parser);
}

static bool product(struct ix_parser *parser, struct ix_expr *ret_expr) {
    struct ix_expr right;
    char op;
    if (!one_atom(parser, ret_expr)) {
        return false;
    }
    while (!ix_parse_is_test(ret_expr) && accept_operator(parser, "*/%", &op)) {
        if (!ix_parse_enter(parser, ret_expr->begin) || !one_atom(parser, &right) ||
            !binary(parser, op, *ret_expr, right, ret_expr)) {
            return false;
        }
    }
    return true;
}

static bool sum(struct ix_parser *parser, struct ix_expr *ret_expr) {
    struct ix_expr right;
    char op;
    if (!product(parser, ret_expr)) {
        return false;
    }
    while (!ix_parse_is_test(ret_expr) && accept_operator(parser, "+-", &op)) {
        if (!ix_parse_enter(parser, ret_expr->begin) || !product(parser, &right) ||
            !binary(parser, op, *ret_expr, right, ret_expr)) {
            return false;
        }
    }
    return true;
}

/* A long sum is a deep tree, so its operators count as nesting. */
bool ix_parse_sum(struct ix_parser *parser, struct ix_expr *ret_expr) {
    int depth = parser->depth;
    bool outer = parser->sums;
    parser->sums = true;
    bool good = sum(parser, ret_expr);
    parser->sums = outer;
    parser->depth = depth;
    return good;
}

/* ---- columns ---- */

/* `name = ` in front of an expression. */
static bool item_name(struct ix_parser *parser, struct ix_item *item) {
    size_t pos = parser->lexer.pos;
    struct ix_token name;
    if (!ix_parse_peek(parser, &name) || name.kind != IX_TOKEN_WORD || !is_name(name.text)) {
        return !ix_parse_failed(parser);
    }
    parser->lexer.pos = name.end;
    if (ix_parse_accept(parser, IX_TOKEN_EQ)) {
        item->name = name.text;
    } else {
        parser->lexer.pos = pos;
    }
    return !ix_parse_failed(parser);
}

static bool item_tail(struct ix_parser *parser, struct ix_item *item) {
    struct ix_token token;
    if (ix_parse_accept_word(parser, "as")) {
        if (!ix_parse_peek(parser, &token)) {
            return false;
        }
        if (token.kind != IX_TOKEN_WORD && token.kind != IX_TOKEN_STRING) {
            ix_parse_expected(parser, "a name after ‘as’", "");
            return false;
        }
        item->name = token.text;
        parser->lexer.pos = token.end;
    }
    item->ascending = ix_parse_accept_word(parser, "asc");
    item->descending = !item->ascending && ix_parse_accept_word(parser, "desc");
    return !ix_parse_failed(parser);
}

bool ix_parse_items(struct ix_parser *parser, bool sums, struct ix_item **ret_items,
                    size_t *ret_count) {
    struct ix_parse_list items = {0};
    do {
        struct ix_item *item =
            ix_parse_list_add(parser, &items, sizeof *item, IX_QUERY_ITEMS_MAX, "columns");
        if (!item || !item_name(parser, item) ||
            !(sums ? ix_parse_sum(parser, &item->expr) : ix_parse_expr(parser, &item->expr)) ||
            !item_tail(parser, item)) {
            return false;
        }
    } while (ix_parse_accept(parser, IX_TOKEN_COMMA));
    *ret_items = items.items;
    *ret_count = items.count;
    return !ix_parse_failed(parser);
}
