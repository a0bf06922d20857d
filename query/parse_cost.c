/* The stage `cost`: words, in an order that reads well. */
#include "query/parse.h"

static bool is_word(struct ix_token token) {
    return token.kind == IX_TOKEN_WORD || token.kind == IX_TOKEN_STRING;
}

static bool take_word(struct ix_parser *parser, const char *what, const char *hint,
                      struct ix_word_node *ret) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (!is_word(token)) {
        ix_parse_expected(parser, what, hint);
        return false;
    }
    *ret = (struct ix_word_node){token.text, token.begin, token.end};
    parser->lexer.pos = token.end;
    return true;
}

static bool is_keyword(struct ix_token token) {
    static const char *const words[] = {"by", "last", "since", "until", "in"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ix_parse_is_word(token, words[i])) {
            return true;
        }
    }
    return false;
}

/* Metric and currency. */
static bool take_kinds(struct ix_parser *parser, struct ix_cost_node *node) {
    enum { KINDS_MAX = 4 };
    struct ix_parse_list list = {0};
    struct ix_token token;
    while (ix_parse_peek(parser, &token) && is_word(token) && !is_keyword(token)) {
        struct ix_word_node *word =
            ix_parse_list_add(parser, &list, sizeof *word, KINDS_MAX, "words before ‘by’");
        if (!word || !take_word(parser, "a metric", "", word)) {
            return false;
        }
    }
    node->kinds = list.items;
    node->kind_count = list.count;
    return !ix_parse_failed(parser);
}

static bool take_names(struct ix_parser *parser, struct ix_cost_node *node) {
    struct ix_parse_list list = {0};
    do {
        struct ix_word_node *word =
            ix_parse_list_add(parser, &list, sizeof *word, IX_QUERY_ITEMS_MAX, "names");
        if (!word ||
            !take_word(parser, "a name after ‘by’", "; for example cost by month, service", word)) {
            return false;
        }
    } while (ix_parse_accept(parser, IX_TOKEN_COMMA));
    node->by = list.items;
    node->by_count = list.count;
    return true;
}

static bool take_span(struct ix_parser *parser, struct ix_cost_node *node) {
    const struct {
        const char *word, *hint;
        struct ix_word_node *to;
    } spans[] = {
        {"last", "; for example last 6mo", &node->last},
        {"since", "; for example since 2025-01", &node->since},
        {"until", "; for example until 2025-04", &node->until},
        {"in", "; for example in 2025-03", &node->in},
    };
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        if (ix_parse_accept_word(parser, spans[i].word) &&
            !take_word(parser, "a time", spans[i].hint, spans[i].to)) {
            return false;
        }
    }
    return !ix_parse_failed(parser);
}

bool ix_parse_cost(struct ix_parser *parser, struct ix_cost_node **ret_node) {
    struct ix_cost_node *node = IX_NEW(parser->arena, struct ix_cost_node);
    *ret_node = node;
    return node && take_kinds(parser, node) &&
           (!ix_parse_accept_word(parser, "by") || take_names(parser, node)) &&
           take_span(parser, node);
}
