/* The search part: or, and, not, groups, and what a word turns out to be.
 *
 * A word is decided in this order: a path, a call, a quantifier, a tag, a field with a value, a
 * field with an operator, a keyword, text. A word with a colon is never silently text: either the
 * part before the colon is a field, or the whole looks like an id or address, or it is an error.
 */
#include "query/parse.h"

#include "base/ip.h"

struct ix_node *ix_parse_node(struct ix_parser *parser, enum ix_node_kind kind, size_t begin) {
    struct ix_node *node = IX_NEW(parser->arena, struct ix_node);
    if (node) {
        *node = (struct ix_node){.kind = kind, .begin = begin, .distance = -1};
    }
    return node;
}

static struct ix_node *ended(struct ix_parser *parser, struct ix_node *node) {
    if (node) {
        node->end = parser->lexer.pos;
    }
    return node;
}

static bool count_term(struct ix_parser *parser, size_t at) {
    if (++parser->terms > IX_QUERY_TERMS_MAX) {
        ix_query_fail(parser->err, parser->lexer.text, IX_LIMIT, at, at, "",
                      "a query may have at most %d tests", IX_QUERY_TERMS_MAX);
        return false;
    }
    return true;
}

bool ix_parse_enter(struct ix_parser *parser, size_t at) {
    if (++parser->depth > IX_QUERY_DEPTH_MAX) {
        ix_query_fail(parser->err, parser->lexer.text, IX_LIMIT, at, at, "",
                      "groups may be nested at most %d deep", IX_QUERY_DEPTH_MAX);
        return false;
    }
    return true;
}

/* ---- text ---- */

static bool is_mac(struct ix_sv word) {
    if (word.size != sizeof "00:11:22:33:44:55" - 1) {
        return false;
    }
    for (size_t i = 0; i < word.size; i++) {
        const char *allowed = i % 3 == 2 ? ":" : "0123456789abcdefABCDEF";
        if (!strchr(allowed, word.data[i])) {
            return false;
        }
    }
    return true;
}

/* arn:..., urn:pulumi:..., scheme://..., an IPv6 or MAC address. `urn:` alone is a field, since
 * that is what it is in Pulumi's search. */
static bool is_literal(struct ix_sv word) {
    struct ix_ip_range range;
    size_t scheme = ix_sv_find(word, IX_SV("://"));
    return ix_sv_starts_nocase(word, IX_SV("arn:")) ||
           ix_sv_starts_nocase(word, IX_SV("urn:pulumi:")) ||
           (scheme != IX_SV_NPOS && scheme > 0 && scheme == ix_sv_find_char(word, ':')) ||
           is_mac(word) || ix_ip_parse(word, &range);
}

/* The query of an URL holds bytes that end other words: https://example.org/a?b=c. */
static void extend_url(struct ix_parser *parser, struct ix_literal *literal) {
    struct ix_lexer *lexer = &parser->lexer;
    if (literal->kind > IX_LITERAL_GLOB || ix_sv_find(literal->text, IX_SV("://")) == IX_SV_NPOS) {
        return;
    }
    for (char c;
         c = ix_lex_char(lexer, 0), c != '\0' && (!ix_lex_ends_word(c) || strchr("=~!", c));) {
        lexer->pos++;
    }
    literal->text = ix_sv_sub(lexer->text, literal->begin, lexer->pos);
    literal->end = lexer->pos;
    if (ix_sv_find_char(literal->text, '*') == IX_SV_NPOS) {
        literal->kind = IX_LITERAL_BARE; /* its `?` is no wildcard */
    }
}

static struct ix_node *text_node(struct ix_parser *parser, struct ix_token token) {
    struct ix_node *node = ix_parse_node(parser, IX_NODE_TEXT, token.begin);
    bool found = false;
    parser->lexer.pos = token.begin;
    if (!node || ix_lex_value(&parser->lexer, &node->literal, &found, parser->err) != IX_OK) {
        return NULL;
    }
    extend_url(parser, &node->literal);
    return count_term(parser, token.begin) ? ended(parser, node) : NULL;
}

/* "a b", and "a b"~5 without a space between. */
static struct ix_node *phrase_node(struct ix_parser *parser, struct ix_token token) {
    enum { DISTANCE_MAX = 1000 };
    struct ix_node *node = text_node(parser, token);
    if (node && ix_lex_char(&parser->lexer, 0) == '~') {
        parser->lexer.pos++;
        if (!ix_parse_int(parser, "a number of words after ‘~’", 0, DISTANCE_MAX,
                          &node->distance)) {
            return NULL;
        }
    }
    return ended(parser, node);
}

/* ---- tests ---- */

/* Behind the target: its match, or an element in braces. */
static struct ix_node *test_node(struct ix_parser *parser, const struct ix_target *target) {
    struct ix_node *node = ix_parse_node(parser, IX_NODE_TEST, target->begin);
    struct ix_token token;
    if (!node || !count_term(parser, target->begin) || !ix_parse_peek(parser, &token)) {
        return NULL;
    }
    node->target = *target;
    if (target->kind != IX_TARGET_PATH || token.kind != IX_TOKEN_LBRACE) {
        return ix_parse_match(parser, target, &node->match) ? ended(parser, node) : NULL;
    }
    bool outer = parser->relative;
    node->kind = IX_NODE_ELEMENT;
    parser->lexer.pos = token.end;
    parser->relative = true;
    node->inner = ix_parse_enter(parser, token.begin) ? ix_parse_or(parser) : NULL;
    parser->relative = outer;
    parser->depth--;
    return node->inner && ix_parse_expect(parser, IX_TOKEN_RBRACE) ? ended(parser, node) : NULL;
}

static struct ix_node *path_node(struct ix_parser *parser, size_t begin, bool relative) {
    struct ix_target target;
    parser->lexer.pos = begin;
    return ix_parse_path(parser, relative, &target) ? test_node(parser, &target) : NULL;
}

static struct ix_node *quantified_node(struct ix_parser *parser, struct ix_token token,
                                       enum ix_quantifier quantifier) {
    parser->lexer.pos = token.end;
    ix_lex_space(&parser->lexer);
    bool relative = parser->relative && ix_lex_char(&parser->lexer, 0) != '.';
    struct ix_node *test = path_node(parser, parser->lexer.pos, relative);
    struct ix_node *node = test ? ix_parse_node(parser, IX_NODE_QUANTIFIED, token.begin) : NULL;
    if (node) {
        node->quantifier = quantifier;
        node->target = test->target;
        node->match = test->match;
        node->inner = test->inner;
    }
    return ended(parser, node);
}

static struct ix_node *tag_node(struct ix_parser *parser, size_t begin, enum ix_tag_class tag_class,
                                size_t size) {
    struct ix_target target;
    parser->lexer.pos = begin;
    return ix_parse_tag(parser, tag_class, size, &target) ? test_node(parser, &target) : NULL;
}

/* `_exists_:x` asks what `x:` asks. */
static struct ix_node *exists_node(struct ix_parser *parser, size_t begin, size_t end) {
    struct ix_node *node = ix_parse_node(parser, IX_NODE_TEST, begin);
    struct ix_sv word = ix_sv_sub(parser->lexer.text, end + 1, parser->lexer.text.size);
    enum ix_tag_class tag_class;
    size_t size = 0;
    bool good = node && count_term(parser, begin);
    parser->lexer.pos = end + 1;
    if (good && ix_lex_char(&parser->lexer, 0) == '.') {
        good = ix_parse_path(parser, false, &node->target);
    } else if (good && ix_parse_at_tag(word, &tag_class, &size)) {
        good = ix_parse_tag(parser, tag_class, size, &node->target);
    } else if (good) {
        struct ix_token token;
        good = ix_parse_peek(parser, &token) && token.kind == IX_TOKEN_WORD;
        if (!good) {
            ix_parse_expected(parser, "the name of a field", "");
        } else if (ix_parse_is_word(token, "tags") || ix_parse_is_word(token, "labels")) {
            node->target = (struct ix_target){.kind = IX_TARGET_TAG_ANY, .begin = token.begin};
            node->target.tag_class = ix_parse_is_word(token, "tags") ? IX_TAG : IX_LABEL;
            parser->lexer.pos = node->target.end = token.end;
        } else {
            good = ix_parse_field(parser, token.begin, token.end, &node->target);
        }
    }
    return good ? ended(parser, node) : NULL;
}

static struct ix_node *field_node(struct ix_parser *parser, size_t begin, size_t end) {
    struct ix_target target;
    return ix_parse_field(parser, begin, end, &target) ? test_node(parser, &target) : NULL;
}

/* ---- calls ---- */

/* `len(.a) + 1 > 2`, or `contains(.a, "x")` by itself. */
static struct ix_node *func_node(struct ix_parser *parser, struct ix_token token) {
    struct ix_node *node = ix_parse_node(parser, IX_NODE_CALL, token.begin);
    struct ix_token op;
    parser->lexer.pos = token.begin;
    if (!node || !count_term(parser, token.begin) || !ix_parse_sum(parser, &node->left)) {
        return NULL;
    }
    size_t end = parser->lexer.pos;
    if (!ix_parse_peek(parser, &op)) {
        return NULL;
    }
    if (ix_parse_compare(op.kind, &node->op) && node->op < IX_COMPARE_LIKE) {
        parser->lexer.pos = op.end;
        return ix_parse_sum(parser, &node->right) ? ended(parser, node) : NULL;
    }
    if (!ix_parse_is_test(&node->left)) {
        ix_parse_expected(parser, "a comparison", "; for example len(.disks)>4");
        return NULL;
    }
    node->alone = true;
    parser->lexer.pos = end;
    return ended(parser, node);
}

/* A word with `(` right behind it. */
static struct ix_node *call_node(struct ix_parser *parser, struct ix_token token) {
    static const char *const names[] = {"has", "no", "count"};
    static const enum ix_node_kind kinds[] = {IX_NODE_HAS, IX_NODE_NO, IX_NODE_COUNT};
    enum ix_func func;
    for (size_t i = 0; i < 3; i++) {
        if (ix_parse_is_word(token, names[i])) {
            parser->lexer.pos = token.end;
            return count_term(parser, token.begin)
                       ? ended(parser, ix_parse_relation(parser, kinds[i], token.begin))
                       : NULL;
        }
    }
    if (ix_parse_find_func(token.text, &func)) {
        return func_node(parser, token);
    }
    ix_parse_fail(parser, token.begin, token.end,
                  "; functions are has, no, count, len, lower, upper, contains and others (see "
                  "docs/QUERY.md). A space before ‘(’ begins a group",
                  "unknown function ‘%.*s’", ix_query_shown(token.text), token.text.data);
    return NULL;
}

/* ---- words ---- */

static bool at_quantifier(const struct ix_parser *parser, struct ix_token token,
                          enum ix_quantifier *ret_quantifier) {
    static const char *const names[] = {"any", "all", "none"};
    struct ix_lexer lexer = parser->lexer;
    lexer.pos = token.end;
    ix_lex_space(&lexer);
    if (ix_lex_char(&lexer, 0) != '.') {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        if (ix_parse_is_word(token, names[i])) {
            *ret_quantifier = (enum ix_quantifier)i;
            return true;
        }
    }
    return false;
}

static bool is_keyword(struct ix_token token) {
    static const char *const words[] = {"and", "or", "not", "in", "to", "by", "as"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ix_parse_is_word(token, words[i])) {
            return true;
        }
    }
    return false;
}

static struct ix_node *colon_node(struct ix_parser *parser, struct ix_token token, size_t colon) {
    struct ix_sv name = ix_sv_sub(token.text, 0, colon);
    if (is_literal(token.text)) {
        return text_node(parser, token);
    }
    if (ix_sv_eq_cstr(name, "_exists_")) {
        return exists_node(parser, token.begin, token.begin + colon);
    }
    return field_node(parser, token.begin, token.begin + colon);
}

/* A word without a colon: a field when an operator follows, else text. */
static struct ix_node *plain_node(struct ix_parser *parser, struct ix_token token) {
    if (is_keyword(token)) {
        ix_parse_fail(parser, token.begin, token.end, "; quote it to search for the word",
                      "‘%.*s’ is a keyword and cannot stand here", IX_SV_FMT(token.text));
        return NULL;
    }
    parser->lexer.pos = token.end;
    if (ix_parse_at_match(parser)) {
        return field_node(parser, token.begin, token.end);
    }
    return ix_parse_failed(parser) ? NULL : text_node(parser, token);
}

static struct ix_node *relative_node(struct ix_parser *parser, struct ix_token token) {
    enum ix_func func;
    char next = token.end < parser->lexer.text.size ? parser->lexer.text.data[token.end] : '\0';
    if (next == '(' && ix_parse_find_func(token.text, &func)) {
        return func_node(parser, token);
    }
    return path_node(parser, token.begin, token.text.data[0] != '.');
}

static struct ix_node *word_node(struct ix_parser *parser, struct ix_token token) {
    struct ix_sv text = parser->lexer.text;
    size_t colon = ix_sv_find_char(token.text, ':'), size = 0;
    enum ix_quantifier quantifier;
    enum ix_tag_class tag_class;
    if (at_quantifier(parser, token, &quantifier)) {
        return quantified_node(parser, token, quantifier);
    }
    if (parser->relative) {
        return relative_node(parser, token);
    }
    if (token.text.data[0] == '.') {
        return path_node(parser, token.begin, false);
    }
    if (ix_parse_at_tag(ix_sv_from(text, token.begin), &tag_class, &size)) {
        return tag_node(parser, token.begin, tag_class, size);
    }
    if (colon != IX_SV_NPOS) {
        return colon_node(parser, token, colon);
    }
    if (token.end < text.size && text.data[token.end] == '(' && !is_keyword(token)) {
        return call_node(parser, token);
    }
    return plain_node(parser, token);
}

/* ---- or, and, not, groups ---- */

static struct ix_node *group_node(struct ix_parser *parser, struct ix_token token) {
    parser->lexer.pos = token.end;
    struct ix_node *node = ix_parse_enter(parser, token.begin) ? ix_parse_or(parser) : NULL;
    parser->depth--;
    if (!node || !ix_parse_expect(parser, IX_TOKEN_RPAREN)) {
        return NULL;
    }
    node->in_parens = true;
    return node;
}

static struct ix_node *primary_node(struct ix_parser *parser, struct ix_token token) {
    switch (token.kind) {
    case IX_TOKEN_LPAREN:
        return group_node(parser, token);
    case IX_TOKEN_STRING:
    case IX_TOKEN_REGEX:
        if (!parser->relative) {
            return phrase_node(parser, token);
        }
        return token.kind == IX_TOKEN_STRING ? path_node(parser, token.begin, true)
                                             : path_node(parser, token.begin, false);
    case IX_TOKEN_WORD:
        return word_node(parser, token);
    case IX_TOKEN_LT:
    case IX_TOKEN_LE:
        ix_parse_expected(parser, "a term", "; a traversal is written <-- or <-[type]-");
        return NULL;
    case IX_TOKEN_COMMA:
        ix_parse_expected(parser, "a term", "; lists are written field:a,b or field:(a, b)");
        return NULL;
    default:
        ix_parse_expected(parser, "a term", "");
        return NULL;
    }
}

static struct ix_node *unary_node(struct ix_parser *parser) {
    struct ix_token token;
    if (!ix_parse_peek(parser, &token)) {
        return NULL;
    }
    if (token.kind != IX_TOKEN_MINUS && !ix_parse_is_word(token, "not")) {
        return primary_node(parser, token);
    }
    struct ix_node *node = ix_parse_node(parser, IX_NODE_NOT, token.begin);
    parser->lexer.pos = token.end;
    if (!node || !ix_parse_enter(parser, token.begin)) {
        return NULL;
    }
    node->inner = unary_node(parser);
    parser->depth--;
    return node->inner ? ended(parser, node) : NULL;
}

bool ix_parse_begins_term(struct ix_token token) {
    return (token.kind == IX_TOKEN_WORD && !ix_parse_is_word(token, "or")) ||
           token.kind == IX_TOKEN_STRING || token.kind == IX_TOKEN_REGEX ||
           token.kind == IX_TOKEN_LPAREN || token.kind == IX_TOKEN_MINUS;
}

/* One item stands for itself; several become a node of `kind`. */
static struct ix_node *joined(struct ix_parser *parser, enum ix_node_kind kind,
                              const struct ix_parse_list *list) {
    struct ix_node **items = list->items;
    if (list->count == 1) {
        return items[0];
    }
    struct ix_node *node = ix_parse_node(parser, kind, items[0]->begin);
    if (node) {
        node->items = items;
        node->item_count = list->count;
        node->end = items[list->count - 1]->end;
    }
    return node;
}

static struct ix_node *and_node(struct ix_parser *parser) {
    struct ix_parse_list list = {0};
    struct ix_token token;
    do {
        struct ix_node **slot =
            ix_parse_list_add(parser, &list, sizeof *slot, IX_QUERY_TERMS_MAX, "tests in a row");
        struct ix_node *item = slot ? unary_node(parser) : NULL;
        if (!item) {
            return NULL;
        }
        *slot = item;
        if (!ix_parse_peek(parser, &token)) {
            return NULL;
        }
    } while (ix_parse_accept_word(parser, "and") || ix_parse_begins_term(token));
    return joined(parser, IX_NODE_AND, &list);
}

struct ix_node *ix_parse_or(struct ix_parser *parser) {
    struct ix_parse_list list = {0};
    do {
        struct ix_node **slot =
            ix_parse_list_add(parser, &list, sizeof *slot, IX_QUERY_TERMS_MAX, "alternatives");
        struct ix_node *item = slot ? and_node(parser) : NULL;
        if (!item) {
            return NULL;
        }
        *slot = item;
    } while (ix_parse_accept_word(parser, "or"));
    return ix_parse_failed(parser) ? NULL : joined(parser, IX_NODE_OR, &list);
}
