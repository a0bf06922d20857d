/* Columns and calls: what stands behind project, sort, count by, and inside len(). */
#include "query/parse.h"

bool ix_parse_find_func(struct ix_sv name, enum ix_func *ret_func) {
    static const char *const names[] = {
#define IX_FUNC_ROW(symbol, name, ready, help) [IX_FUNC_##symbol] = (name),
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

static bool call_expr(struct ix_parser *parser, struct ix_expr *expr) {
    enum { ARGS_MAX = 16 };
    struct ix_parse_list args = {0};
    expr->kind = IX_EXPR_CALL;
    parser->lexer.pos++;
    if (!ix_parse_enter(parser, expr->begin)) {
        return false;
    }
    if (!ix_parse_accept(parser, IX_TOKEN_RPAREN)) {
        do {
            struct ix_expr *arg =
                ix_parse_list_add(parser, &args, sizeof *arg, ARGS_MAX, "values in one call");
            if (!arg || !ix_parse_expr(parser, arg)) {
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

bool ix_parse_items(struct ix_parser *parser, struct ix_item **ret_items, size_t *ret_count) {
    struct ix_parse_list items = {0};
    do {
        struct ix_item *item =
            ix_parse_list_add(parser, &items, sizeof *item, IX_QUERY_ITEMS_MAX, "columns");
        if (!item || !item_name(parser, item) || !ix_parse_expr(parser, &item->expr) ||
            !item_tail(parser, item)) {
            return false;
        }
    } while (ix_parse_accept(parser, IX_TOKEN_COMMA));
    *ret_items = items.items;
    *ret_count = items.count;
    return !ix_parse_failed(parser);
}
