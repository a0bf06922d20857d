/* Arrows: -->, <--, <-->, -[type,type*1..3]->, and the tests has(), no() and count() over them. */
#include "query/parse.h"

bool ix_parse_at_hop(struct ix_token token) {
    return token.kind == IX_TOKEN_ARROW_OUT || token.kind == IX_TOKEN_ARROW_IN ||
           token.kind == IX_TOKEN_ARROW_BOTH || token.kind == IX_TOKEN_EDGE_OUT ||
           token.kind == IX_TOKEN_EDGE_IN;
}

static bool is_edge_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool edge_name(struct ix_parser *parser, struct ix_parse_list *types) {
    struct ix_edge_name *name =
        ix_parse_list_add(parser, types, sizeof *name, IX_HOP_TYPES_MAX, "edge types in one arrow");
    size_t size = 0;
    if (!name) {
        return false;
    }
    while (is_edge_char(ix_lex_char(&parser->lexer, size))) {
        size++;
    }
    if (size == 0) {
        ix_parse_fail(parser, parser->lexer.pos, parser->lexer.pos + 1,
                      "; for example -[depends_on*1..3]->", "expected an edge type");
        return false;
    }
    name->begin = parser->lexer.pos;
    name->end = parser->lexer.pos += size;
    name->name = ix_sv_sub(parser->lexer.text, name->begin, name->end);
    return true;
}

/* Digits right here; false when there are none. */
static bool depth(struct ix_parser *parser, int64_t *ret_depth) {
    size_t size = 0;
    while (ix_lex_char(&parser->lexer, size) >= '0' && ix_lex_char(&parser->lexer, size) <= '9') {
        size++;
    }
    struct ix_sv digits =
        ix_sv_sub(parser->lexer.text, parser->lexer.pos, parser->lexer.pos + size);
    if (size == 0) {
        return false;
    }
    if (!ix_sv_to_int64(digits, ret_depth) || *ret_depth > IX_HOP_DEPTH_MAX) {
        ix_parse_fail(parser, parser->lexer.pos, parser->lexer.pos + size, "",
                      "a traversal may go at most %d deep", IX_HOP_DEPTH_MAX);
    }
    parser->lexer.pos += size;
    return true;
}

/* Behind `*`: nothing is 1..cap, n is exactly n, a..b with either end left out. */
static bool depth_range(struct ix_parser *parser, struct ix_hop_node *hop) {
    size_t begin = parser->lexer.pos;
    hop->min_depth = 1;
    hop->max_depth = IX_HOP_DEPTH_CAP;
    bool exact = depth(parser, &hop->min_depth);
    if (ix_lex_char(&parser->lexer, 0) == '.' && ix_lex_char(&parser->lexer, 1) == '.') {
        parser->lexer.pos += 2;
        if (!depth(parser, &hop->max_depth) && hop->max_depth < hop->min_depth) {
            hop->max_depth = hop->min_depth;
        }
    } else if (exact) {
        hop->max_depth = hop->min_depth;
    }
    if (!ix_parse_failed(parser) && hop->max_depth < hop->min_depth) {
        ix_parse_fail(parser, begin, parser->lexer.pos, "", "the range of depths is empty");
    }
    return !ix_parse_failed(parser);
}

static bool edge_body(struct ix_parser *parser, struct ix_hop_node *hop) {
    struct ix_parse_list types = {0};
    struct ix_lexer *lexer = &parser->lexer;
    ix_lex_space(lexer);
    while (ix_lex_char(lexer, 0) != '*' && ix_lex_char(lexer, 0) != ']') {
        if (!edge_name(parser, &types)) {
            return false;
        }
        ix_lex_space(lexer);
        if (ix_lex_char(lexer, 0) == ',') {
            lexer->pos++;
            ix_lex_space(lexer);
        }
    }
    hop->types = types.items;
    hop->type_count = types.count;
    if (ix_lex_char(lexer, 0) == '*') {
        lexer->pos++;
        if (!depth_range(parser, hop)) {
            return false;
        }
    }
    return ix_parse_expect(parser, IX_TOKEN_RBRACKET);
}

/* Behind `]`: `->` or `-`, which together with the start gives the direction. */
static bool edge_end(struct ix_parser *parser, bool from_in, struct ix_hop_node *hop) {
    struct ix_lexer *lexer = &parser->lexer;
    bool out = ix_lex_char(lexer, 0) == '-' && ix_lex_char(lexer, 1) == '>';
    if (ix_lex_char(lexer, 0) != '-' || (!from_in && !out)) {
        ix_parse_fail(parser, lexer->pos - 1, lexer->pos,
                      "; arrows are -[type]->, <-[type]- and <-[type]->", "expected %s",
                      from_in ? "‘]-’ or ‘]->’" : "‘]->’");
        return false;
    }
    lexer->pos += out ? 2 : 1;
    hop->direction = !from_in ? IX_HOP_OUT : out ? IX_HOP_BOTH : IX_HOP_IN;
    return true;
}

bool ix_parse_hop(struct ix_parser *parser, struct ix_hop_node *ret_hop) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    struct ix_hop_node hop = {.min_depth = 1, .max_depth = 1, .begin = token.begin};
    bool good = true;
    parser->lexer.pos = token.end;
    if (token.kind == IX_TOKEN_EDGE_OUT || token.kind == IX_TOKEN_EDGE_IN) {
        good = edge_body(parser, &hop) && edge_end(parser, token.kind == IX_TOKEN_EDGE_IN, &hop);
    } else {
        hop.direction = token.kind == IX_TOKEN_ARROW_OUT  ? IX_HOP_OUT
                        : token.kind == IX_TOKEN_ARROW_IN ? IX_HOP_IN
                                                          : IX_HOP_BOTH;
    }
    hop.end = parser->lexer.pos;
    *ret_hop = hop;
    return good;
}

/* `= 5`, `>5` behind count(...). */
static bool count_test(struct ix_parser *parser, struct ix_node *node) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return false;
    }
    if (!ix_parse_compare(token.kind, &node->op) || node->op >= IX_COMPARE_LIKE) {
        ix_parse_expected(parser, "a comparison with a number", "; for example count(-->)>5");
        return false;
    }
    parser->lexer.pos = token.end;
    return ix_parse_int(parser, "a whole number", 0, INT64_MAX, &node->n);
}

struct ix_node *ix_parse_relation(struct ix_parser *parser, enum ix_node_kind kind, size_t begin) {
    struct ix_node *node = ix_parse_node(parser, kind, begin);
    struct ix_parse_list hops = {0};
    struct ix_token token;
    if (!node || !ix_parse_enter(parser, begin) || !ix_parse_expect(parser, IX_TOKEN_LPAREN)) {
        return NULL;
    }
    if (++parser->relations > IX_QUERY_RELATIONS_MAX) {
        ix_query_fail(parser->err, parser->lexer.text, IX_LIMIT, begin, begin, "",
                      "relations may be nested at most %d deep", IX_QUERY_RELATIONS_MAX);
        return NULL;
    }
    while (ix_parse_peek(parser, &token) && ix_parse_at_hop(token)) {
        struct ix_hop_node *hop =
            ix_parse_list_add(parser, &hops, sizeof *hop, IX_HOPS_MAX, "arrows in one test");
        if (!hop || !ix_parse_hop(parser, hop)) {
            return NULL;
        }
    }
    if (hops.count == 0) {
        ix_parse_expected(parser, "an arrow", "; for example has(--> kind:volume)");
        return NULL;
    }
    node->hops = hops.items;
    node->hop_count = hops.count;
    if (!ix_parse_failed(parser) && ix_parse_begins_term(token)) {
        node->inner = ix_parse_or(parser);
    }
    parser->depth--;
    parser->relations--;
    if (!ix_parse_expect(parser, IX_TOKEN_RPAREN)) {
        return NULL;
    }
    return kind != IX_NODE_COUNT || count_test(parser, node) ? node : NULL;
}
