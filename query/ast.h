/* The query as it was written: nothing resolved, nothing simplified, every node with the bytes it
 * came from. query/plan.h has what it means.
 *
 * The tree lives in the arena given to ix_query_parse; texts are slices of that arena or of the
 * query text, which must outlive the tree. Specification: docs/QUERY.md, grammar.
 */
#ifndef IX_QUERY_AST_H
#define IX_QUERY_AST_H

#include "base/arena.h"
#include "indexer/model/resource.h"

enum {
    IX_QUERY_TEXT_MAX = 64 << 10, /* bytes */
    IX_QUERY_DEPTH_MAX = 100,     /* nested groups, negations and elements */
    IX_QUERY_RELATIONS_MAX = 50,  /* has() in has() */
    IX_QUERY_TERMS_MAX = 1000,    /* tests in one query */
    IX_QUERY_VALUES_MAX = 10000,  /* values in one list */
    IX_QUERY_STAGES_MAX = 100,
    IX_QUERY_ITEMS_MAX = 100, /* columns of one stage */
    IX_PATH_STEPS_MAX = 64,
    IX_QUERY_COSTS_MAX = 16, /* different cost fields in one query */
    IX_HOPS_MAX = 8,         /* hops in one relation test */
    IX_HOP_TYPES_MAX = 32,   /* edge types in one hop */
    IX_HOP_DEPTH_MAX = 64,   /* that may be asked for */
    IX_HOP_DEPTH_CAP = 8,    /* when none is named: `*` is 1..8 */
};

/* ---- values ---- */

enum ix_literal_kind { IX_LITERAL_BARE, IX_LITERAL_GLOB, IX_LITERAL_QUOTED, IX_LITERAL_REGEX };

struct ix_literal {
    enum ix_literal_kind kind;
    struct ix_sv text; /* without quotes, their escapes undone; a regex without its slashes */
    bool nocase;       /* /regex/i */
    size_t begin, end;
};

/* ---- what is tested ---- */

enum ix_path_step_kind {
    IX_STEP_NAME,  /* a member */
    IX_STEP_EACH,  /* [*] */
    IX_STEP_INDEX, /* [0] */
    IX_STEP_DEEP,  /* ** */
};

struct ix_path_step {
    enum ix_path_step_kind kind;
    struct ix_sv name;
    int64_t index;
};

enum ix_target_kind {
    IX_TARGET_FIELD,     /* name */
    IX_TARGET_PATH,      /* steps */
    IX_TARGET_TAG,       /* tag_class, name: the key */
    IX_TARGET_TAG_KEY,   /* tag.key: any key of the class */
    IX_TARGET_TAG_VALUE, /* tag.value: any value */
    IX_TARGET_TAG_ANY,   /* tag:none, tag:k=v (name: k, values: v), tag: */
};

struct ix_target {
    enum ix_target_kind kind;
    struct ix_sv name;
    enum ix_tag_class tag_class;
    struct ix_path_step *steps;
    size_t step_count;
    size_t begin, end;
};

enum ix_compare {
    IX_COMPARE_EQ,
    IX_COMPARE_NE,
    IX_COMPARE_GT,
    IX_COMPARE_GE,
    IX_COMPARE_LT,
    IX_COMPARE_LE,
    IX_COMPARE_LIKE,     /* ~ : regex */
    IX_COMPARE_NOT_LIKE, /* !~ */
};

enum ix_match_kind {
    IX_MATCH_EXISTS,  /* `field:` or `field:*` */
    IX_MATCH_VALUES,  /* `field:a,b`, `field:(a OR b)`, `field in (a, b)`: any of values */
    IX_MATCH_COMPARE, /* op and values[0] */
    IX_MATCH_RANGE,   /* values[0] to values[1], each may be missing (no_low, no_high) */
};

struct ix_match {
    enum ix_match_kind kind;
    bool negated; /* `not in`, `field:-value` */
    enum ix_compare op;
    struct ix_literal *values;
    size_t value_count;
    bool no_low, no_high; /* RANGE without that bound */
    size_t begin, end;
};

/* ---- expressions: columns and function tests ---- */

enum ix_expr_kind { IX_EXPR_LITERAL, IX_EXPR_TARGET, IX_EXPR_CALL, IX_EXPR_SUM };

enum ix_func {
#define IX_FUNC_ROW(symbol, name, takes, gives, help) IX_FUNC_##symbol,
#include "query/func.def"
#undef IX_FUNC_ROW
    IX_FUNC_TOTAL
};

struct ix_expr {
    enum ix_expr_kind kind;
    struct ix_literal literal;
    struct ix_target target;
    enum ix_func func;
    char op;              /* SUM: one of + - * / % between two args */
    struct ix_expr *args; /* CALL, SUM */
    size_t arg_count;
    struct ix_node *condition; /* of if(): its first argument; args are the other two */
    size_t begin, end;
};

struct ix_item {
    struct ix_sv name; /* `name = expr` or `expr as name`; empty: none given */
    struct ix_expr expr;
    bool descending, ascending; /* as written; neither: not said */
};

/* ---- relations ---- */

enum ix_hop_direction { IX_HOP_OUT, IX_HOP_IN, IX_HOP_BOTH };

struct ix_edge_name {
    struct ix_sv name;
    size_t begin, end;
};

struct ix_hop_node {
    enum ix_hop_direction direction;
    struct ix_edge_name *types;
    size_t type_count;
    int64_t min_depth, max_depth;
    size_t begin, end;
};

/* ---- the search part ---- */

enum ix_node_kind {
    IX_NODE_OR,
    IX_NODE_AND,
    IX_NODE_NOT,
    IX_NODE_TEXT,
    IX_NODE_TEST,       /* target and match */
    IX_NODE_ELEMENT,    /* target (a path) and inner */
    IX_NODE_QUANTIFIED, /* quantifier, target (a path), match or inner */
    IX_NODE_CALL,       /* left op right; left begins with a function. Or left `alone` */
    IX_NODE_HAS,
    IX_NODE_NO,
    IX_NODE_COUNT,
};

enum ix_quantifier { IX_QUANTIFIER_ANY, IX_QUANTIFIER_ALL, IX_QUANTIFIER_NONE };

struct ix_node {
    enum ix_node_kind kind;
    size_t begin, end;
    bool in_parens;
    struct ix_node **items; /* OR, AND */
    size_t item_count;
    struct ix_node *inner;     /* NOT, ELEMENT, QUANTIFIED; HAS, NO, COUNT: NULL when not given */
    struct ix_literal literal; /* TEXT */
    int64_t distance;          /* TEXT "a b"~N; -1: none */
    struct ix_target target;
    struct ix_match match;
    enum ix_quantifier quantifier;
    struct ix_expr left, right; /* CALL */
    bool alone;                 /* CALL: a function that is true or false, and nothing else */
    enum ix_compare op;         /* CALL, COUNT */
    struct ix_hop_node *hops;
    size_t hop_count;
    int64_t n; /* COUNT */
};

/* ---- stages ---- */

enum ix_verb {
#define IX_VERB_ROW(symbol, name, aliases, ready, meanwhile) IX_VERB_##symbol,
#include "query/stage.def"
#undef IX_VERB_ROW
    IX_VERB_TOTAL
};

/* `n = count()`, `sum(.cpu) as cores` */
struct ix_aggregate_node {
    struct ix_sv name;    /* of the column; empty: as written */
    size_t row;           /* of aggregate.def */
    struct ix_expr value; /* where it takes one */
    size_t begin, end;
};

struct ix_word_node {
    struct ix_sv text; /* empty: not written */
    size_t begin, end;
};

/* `cost billed usd by month, service last 6mo` */
struct ix_cost_node {
    struct ix_word_node *kinds; /* metric and currency, in any order */
    size_t kind_count;
    struct ix_word_node *by;
    size_t by_count;
    struct ix_word_node last, since, until, in;
};

struct ix_stage_node {
    enum ix_verb verb;
    size_t begin, end;
    struct ix_node *search;    /* WHERE; HOP: NULL when not given */
    struct ix_hop_node *hop;   /* HOP */
    struct ix_cost_node *cost; /* COST */
    struct ix_item *items;
    size_t item_count;
    struct ix_aggregate_node *aggregates; /* SUMMARIZE; items: by what */
    size_t aggregate_count;
    int64_t n;         /* TOP, LIMIT, SKIP, FACET (0: not said) */
    struct ix_sv name; /* HOP `as name`; AS: the format */
    size_t name_begin, name_end;
};

struct ix_query {
    struct ix_sv text;      /* borrowed */
    struct ix_node *search; /* NULL: none */
    struct ix_stage_node *stages;
    size_t stage_count;
};

/* IX_INVALID (err->begin, err->end: the bytes at fault), IX_UNSUPPORTED (a stage that this version
 * does not do), IX_LIMIT, IX_NOMEM. `text` must be UTF-8. */
IX_MUST_CHECK enum ix_code ix_query_parse(struct ix_arena *arena, struct ix_sv text,
                                          struct ix_query *ret_query, struct ix_err *err);

#endif
