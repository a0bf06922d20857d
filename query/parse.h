/* Between the files of the parser: one struct that walks the text, and who parses what.
 *
 * Recursive descent. Functions give NULL or false once something failed; parser->err then says
 * what, and everybody returns at once.
 */
#ifndef IX_QUERY_PARSE_H
#define IX_QUERY_PARSE_H

#include "query/lex.h"

struct ix_parser {
    struct ix_lexer lexer; /* lexer.pos: everything before it is parsed */
    struct ix_arena *arena;
    struct ix_err *err;
    int depth;      /* of groups, negations and elements */
    int relations;  /* around what is parsed */
    int terms;      /* tests so far */
    bool relative;  /* inside { }: names are properties of the element; or of the rows' columns */
    bool columns;   /* a stage before made columns of the resources */
    bool sums;      /* inside a function test: `*` behind a path multiplies */
    bool condition; /* of if(): a comma ends it, lists stand in parentheses */
};

/* A growing array of elements of one size in the arena. */
struct ix_parse_list {
    void *items;
    size_t count, capacity;
};
/* Room for one more, zeroed; NULL when the arena failed or `limit` is reached (err says so). */
void *ix_parse_list_add(struct ix_parser *parser, struct ix_parse_list *list, size_t item_size,
                        size_t limit, const char *what);

/* ---- tokens ---- */

/* The next token, not passed. False: err is filled. */
bool ix_parse_peek(struct ix_parser *parser, struct ix_token *ret_token);
/* Passes the next token if it is of this kind. */
bool ix_parse_accept(struct ix_parser *parser, enum ix_token_kind kind);
/* The same, and an error if it is not. */
bool ix_parse_expect(struct ix_parser *parser, enum ix_token_kind kind);
/* The word in any letter case. */
bool ix_parse_accept_word(struct ix_parser *parser, const char *word);
bool ix_parse_at_word(struct ix_parser *parser, const char *word);
/* Passes a whole number between `low` and `high`; `what` names it in the error. */
bool ix_parse_int(struct ix_parser *parser, const char *what, int64_t low, int64_t high,
                  int64_t *ret_value);
bool ix_parse_is_word(struct ix_token token, const char *word);
bool ix_parse_failed(const struct ix_parser *parser);

/* "expected WHAT (column N)HINT" at the next token. */
void ix_parse_expected(struct ix_parser *parser, const char *what, const char *hint);
void ix_parse_fail(struct ix_parser *parser, size_t begin, size_t end, const char *hint,
                   const char *format, ...) IX_PRINTF(5, 6);

/* ---- parse.c: the search part ---- */

struct ix_node *ix_parse_or(struct ix_parser *parser);
struct ix_node *ix_parse_node(struct ix_parser *parser, enum ix_node_kind kind, size_t begin);
/* One deeper; false (and err) past the limit. Pairs with parser->depth--. */
bool ix_parse_enter(struct ix_parser *parser, size_t at);
/* True when a term can begin with this token. */
bool ix_parse_begins_term(struct ix_token token);

/* ---- parse_target.c: what is tested ---- */

/* True when the word is `tag`, `labels`, ... followed by `.`, `[` or `:`. */
bool ix_parse_at_tag(struct ix_sv word, enum ix_tag_class *ret_class, size_t *ret_size);
/* At `tag`, `label`, ...: reads the reference. `size`: of the class word. */
bool ix_parse_tag(struct ix_parser *parser, enum ix_tag_class tag_class, size_t size,
                  struct ix_target *ret_target);
/* At `.name` (at `name` when `relative`). */
bool ix_parse_path(struct ix_parser *parser, bool relative, struct ix_target *ret_target);
/* A field name, "unknown field" with a suggestion otherwise. `word`: where it is in the text. */
bool ix_parse_field(struct ix_parser *parser, size_t begin, size_t end,
                    struct ix_target *ret_target);

/* ---- parse_match.c: how it is tested ---- */

/* `:match` right here, an operator and a value, or [not] in (list). */
bool ix_parse_match(struct ix_parser *parser, const struct ix_target *target,
                    struct ix_match *ret_match);
/* Of tag:k=v: the values behind the `=`. */
bool ix_parse_values(struct ix_parser *parser, struct ix_match *ret_match);
/* True when an operator of ix_parse_match follows. */
bool ix_parse_at_match(struct ix_parser *parser);
bool ix_parse_compare(enum ix_token_kind kind, enum ix_compare *ret_op);

/* ---- parse_relation.c ---- */

bool ix_parse_at_hop(struct ix_token token);
bool ix_parse_hop(struct ix_parser *parser, struct ix_hop_node *ret_hop);
/* Behind `has`, `no` or `count`, at the parenthesis. */
struct ix_node *ix_parse_relation(struct ix_parser *parser, enum ix_node_kind kind, size_t begin);

/* ---- parse_stage.c, parse_expr.c ---- */

bool ix_parse_stages(struct ix_parser *parser, struct ix_query *query);
bool ix_parse_expr(struct ix_parser *parser, struct ix_expr *ret_expr);
/* The same with + - * / % between: `round(.cpu * 2)`. */
bool ix_parse_sum(struct ix_parser *parser, struct ix_expr *ret_expr);
/* A function that is true or false by itself. */
bool ix_parse_is_test(const struct ix_expr *expr);
/* `a, b as c desc`; stops in front of anything else. `sums`: calculated ones too, `a/2`. */
bool ix_parse_items(struct ix_parser *parser, bool sums, struct ix_item **ret_items,
                    size_t *ret_count);
/* ---- parse_cost.c ---- */

/* What stands behind `| cost`. */
bool ix_parse_cost(struct ix_parser *parser, struct ix_cost_node **ret_node);

/* The function of this name; false when there is none. */
bool ix_parse_find_func(struct ix_sv name, enum ix_func *ret_func);

#endif
