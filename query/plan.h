/* The plan: what a query means. Names are resolved, values typed, times absolute; there is no SQL
 * word in it, and everything that can be said by simpler nodes has been said by them:
 *
 *   != !~ missing no() none   NOT around the positive test
 *   < <= > >= a..b, days      IX_OP_RANGE
 *   any                       the plain test; `all` an ELEMENT
 *   age, size, state, owner   tests of `created`, of properties, of tags
 *   is:x                      the test that x stands for
 *   mixed lists               OR of one test for each operator
 *   len(.x)>4, lower(.x)="y"  LEN, and a test of the whole value; other functions a COMPARE
 *
 * NOT is complement: it also holds for resources that lack what is tested. A test holds when any
 * one of a resource's values passes (fields of trait MANY, array elements, tags).
 *
 * Everything lives in the arena given to ix_query_check, except the query text that spans
 * ([begin, end) bytes) refer to.
 */
#ifndef IX_QUERY_PLAN_H
#define IX_QUERY_PLAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ip.h"
#include "indexer/model/resource.h"
#include "query/ast.h"
#include "query/cost/field.h"
#include "query/cost/stage.h"
#include "query/field.h"

/* ---- values and tests ---- */

enum ix_operand_kind {
    IX_OPERAND_TEXT,
    IX_OPERAND_NUMBER,   /* JSON numbers, and strings that read as numbers */
    IX_OPERAND_BOOL,     /* JSON booleans, and the strings "true" and "false", any case */
    IX_OPERAND_NULL,     /* JSON null, and the string "null", any case */
    IX_OPERAND_TIME,     /* [begin_ms, end_ms); of properties: strings that read as times */
    IX_OPERAND_IP,       /* an address or network */
    IX_OPERAND_FLAG,     /* one bit of enum ix_flag */
    IX_OPERAND_TRISTATE, /* enum ix_tristate */
};

struct ix_operand {
    enum ix_operand_kind kind;
    struct ix_sv text; /* as written, without quotes and escapes; a pattern of GLOB keeps
                          backslashes before literal wildcards (base/glob.h); of NUMBER a JSON
                          number, which is compared to its last digit */
    double number;     /* the nearest double of it */
    int64_t begin_ms, end_ms;
    struct ix_ip_range ip;
    uint32_t flag;
    enum ix_tristate tristate;
    bool boolean;
    bool nocase;           /* of a regex */
    struct ix_money money; /* of a cost: the number, exactly */
    struct ix_sv currency; /* "USD"; empty: any */
    bool is_percent;       /* of a cost: `number` is one */
};

enum ix_op {
    IX_OP_EXISTS, /* no values. A property that is null, {} or [] does not exist */
    IX_OP_WORDS,  /* text: its words stand in the value in this order and side by side, any case */
    IX_OP_WHOLE,  /* text: the whole value, any case (ASCII) */
    IX_OP_EQ,     /* text: the whole value, exact case; number, bool, null, flag, tristate: equal */
    IX_OP_GLOB,   /* text: the whole value, any case, by base/glob.h */
    IX_OP_REGEX,  /* text: found anywhere in the value, by base/regex.h; already compiled once */
    IX_OP_RANGE,  /* number, time, version text, plain text by bytes: between low and high */
    IX_OP_INSIDE, /* ip: the value's address, or whole network, is inside */
};

struct ix_test {
    enum ix_op op;
    struct ix_operand *values; /* all of one op; any one of them may pass. RANGE: unused */
    size_t value_count;
    /* RANGE; kinds of both ends agree. Of times, begin_ms is the bound and the ends are already
     * half-open (low_open false, high_open true). */
    struct ix_operand low, high;
    bool has_low, low_open, has_high, high_open;
};

/* ---- property paths ---- */

/* Paths walk JSON. Names also pass through arrays, so `.a.b`, `.a[*].b` mean the same: b of a, or b
 * of any element of a. At the end of a path an array stands for its elements (not for len()).
 * Of values, WORDS, GLOB and REGEX look at the text of any scalar (numbers and booleans as JSON
 * writes them); WHOLE and EQ of a text, and RANGE of texts and times, only at strings: a quoted
 * value never equals a number. [*] on what is no array is that value itself. [n] counts from 0 and
 * needs an array. `**` is any number of names and elements, none included. The empty path is the
 * value itself (inside ELEMENT).
 */
struct ix_path {
    struct ix_path_step *steps; /* see ast.h */
    size_t count;
};

/* ---- expressions ---- */

enum ix_expression_kind {
    IX_EXPRESSION_VALUE, /* operand */
    IX_EXPRESSION_PATH,  /* path: each scalar at it */
    IX_EXPRESSION_FIELD, /* column */
    IX_EXPRESSION_TAG,   /* tag_classes, tag_key */
    IX_EXPRESSION_CALL,  /* func of args */
    IX_EXPRESSION_SUM,   /* args[0] op args[1] */
};

/* What values mean together is said in query/evaluate.h. */
struct ix_expression {
    enum ix_expression_kind kind;
    char gives;                /* a letter of func.def; v: known only by each value */
    bool quoted;               /* VALUE: a text in quotes is never a number */
    struct ix_operand operand; /* VALUE; of d: number is in ms */
    struct ix_path path;
    size_t place; /* FIELD: index into the fields of the predicate */
    unsigned tag_classes;
    struct ix_sv tag_key;
    enum ix_func func;
    char op; /* SUM: one of + - * / % */
    struct ix_expression *args;
    size_t arg_count;
};

/* ---- predicates ---- */

enum ix_pred_kind {
    IX_PRED_TRUE,  /* every resource in scope */
    IX_PRED_FALSE, /* none */
    IX_PRED_AND,   /* list, two or more */
    IX_PRED_OR,    /* list, two or more */
    IX_PRED_NOT,   /* inner */
    IX_PRED_TEXT,
    IX_PRED_FIELD,
    IX_PRED_TAG,
    IX_PRED_PROP,
    IX_PRED_ELEMENT,
    IX_PRED_LEN,
    IX_PRED_COMPARE,
    IX_PRED_RELATION,
    IX_PRED_COST,
};

enum ix_text_kind {
    IX_TEXT_WORD,   /* the tokens of one word, side by side: "10.68.19.32", "payments-api" */
    IX_TEXT_PHRASE, /* the same of a quoted text */
    IX_TEXT_NEAR,   /* all tokens within `distance` of each other, any order */
    IX_TEXT_PREFIX, /* a token that begins so (`pay*`, text without the star) */
    IX_TEXT_GLOB,   /* name, an id, type or address as a whole, any case */
    IX_TEXT_REGEX,  /* found in name, an id, type or address */
};

enum { IX_BASIS_DECLARED = 1, IX_BASIS_INFERRED = 2 };

struct ix_hop {
    enum ix_hop_direction direction; /* see ast.h */
    struct ix_sv *types;             /* of model/relation.def; none: any type */
    size_t type_count;
    unsigned basis;               /* mask of what may be followed */
    int64_t min_depth, max_depth; /* 1,1: direct. min 0 keeps the start */
    size_t begin, end;
};

struct ix_pred {
    enum ix_pred_kind kind;
    size_t begin, end; /* bytes of the query text */
    union {
        struct {
            struct ix_pred **items;
            size_t count;
        } list;
        struct ix_pred *inner;
        struct {
            enum ix_text_kind kind;
            struct ix_sv text;
            int64_t distance;
            bool nocase; /* REGEX */
        } text;
        struct {
            enum ix_field field;
            struct ix_test test;
        } field;
        struct {
            unsigned classes;        /* mask of 1u << enum ix_tag_class */
            struct ix_test key_test; /* EXISTS: any key */
            struct ix_test test;     /* of the value of such a tag; EXISTS: any value, also "" */
        } tag;
        struct {
            struct ix_path path;
            struct ix_test test;
        } prop; /* at the top: of the resource's properties; inside ELEMENT: of the element */
        struct {
            struct ix_path path;
            bool all; /* every element, and there is one; else any element */
            struct ix_pred
                *inner; /* of AND, OR, NOT, PROP, ELEMENT, LEN, COMPARE, TRUE, FALSE only */
        } element;
        struct {
            struct ix_expression *left, *right;
            enum ix_compare op;    /* EQ, GT, GE, LT, LE */
            enum ix_field *fields; /* that the expressions name */
            size_t field_count;
            bool of_row; /* fields or tags are named, not only properties */
        } compare;
        struct {
            struct ix_path path; /* elements of an array, members of an object, characters of a
                                    string; anything else has no length and fails */
            struct ix_test test; /* EQ or RANGE of numbers */
        } len;
        struct {
            struct ix_hop *hops; /* walked one after another from the resource */
            size_t hop_count;
            struct ix_pred *where; /* of what is reached; never NULL (TRUE) */
            bool include_deleted;  /* else only what exists is reached */
            bool is_count;         /* false: at least one is reached */
            struct ix_test count;  /* of how many different ones: EQ or RANGE of numbers */
        } relation;
        struct {
            struct ix_cost_field *field; /* one of the plan's */
            struct ix_test test;         /* EXISTS, EQ or RANGE of numbers; of texts of a basis */
        } cost;
    };
};

/* ---- columns and stages ---- */

enum ix_column_kind {
    IX_COLUMN_FIELD,  /* PROPERTY fields: the first of the paths in `backing` with a scalar;
                         TAGGED fields: the first of its keys */
    IX_COLUMN_PROP,   /* the value at the path; several: a JSON array */
    IX_COLUMN_TAG,    /* the value of the tag with exactly this key */
    IX_COLUMN_RESULT, /* a column of the rows so far (after count by, project, distinct) */
    IX_COLUMN_COMPUTED,
};

/* What is calculated of a resource. */
struct ix_computed {
    struct ix_expression expression;
    enum ix_field *fields; /* that it names */
    size_t field_count;
    bool of_row; /* fields or tags are named, not only properties */
};

struct ix_column {
    enum ix_column_kind kind;
    struct ix_sv name; /* heading: as written, or after `as` / before `=` */
    enum ix_field field;
    struct ix_cost_field *cost; /* of the field `cost`: one of the plan's */
    struct ix_path path;
    unsigned tag_classes;
    struct ix_sv tag_key;
    struct ix_computed *computed;
    size_t result; /* index into the columns so far */
    bool descending;
    size_t begin, end;
};

enum ix_stage_kind {
    IX_STAGE_WHERE,        /* pred. Of columns: columns, those that are tested; a row is an array
                              of its values, and pred is about that */
    IX_STAGE_HOP,          /* hop, set_name, pred: moves the set to what is reached */
    IX_STAGE_COUNT,        /* columns: by what; none: one number. Result: columns, "count" */
    IX_STAGE_FACET,        /* columns, n: one result for each; rows are field, value, count */
    IX_STAGE_SORT,         /* columns */
    IX_STAGE_TOP,          /* n, columns */
    IX_STAGE_LIMIT,        /* n */
    IX_STAGE_SKIP,         /* n */
    IX_STAGE_PROJECT,      /* columns: the only ones from here on */
    IX_STAGE_PROJECT_AWAY, /* columns, all RESULT; or FIELDs to leave out of the usual ones */
    IX_STAGE_DISTINCT,     /* columns: their different values */
    IX_STAGE_SUMMARIZE,    /* aggregates, columns: by what. Result: columns, then aggregates */
    IX_STAGE_COST,         /* cost, which is the plan's cost_rows */
};

struct ix_plan_aggregate {
    enum ix_aggregate kind;
    double fraction;
    struct ix_column column; /* unless it counts; its name is that of the result */
};

struct ix_stage {
    enum ix_stage_kind kind;
    size_t begin, end;
    struct ix_pred *pred;
    struct ix_hop *hop;
    struct ix_sv set_name;
    bool include_deleted; /* HOP */
    struct ix_column *columns;
    size_t column_count;
    struct ix_plan_aggregate *aggregates;
    size_t aggregate_count;
    struct ix_cost_rows *cost;
    int64_t n;
};

enum ix_plan_format {
    IX_FORMAT_DEFAULT, /* nothing was asked */
#define IX_FORMAT_ROW(symbol, name, ready) IX_FORMAT_##symbol,
#include "query/format.def"
#undef IX_FORMAT_ROW
};

struct ix_plan {
    struct ix_pred *search; /* never NULL (TRUE for no search part) */
    bool include_deleted;   /* false: only what exists. Holds for the whole plan but relations */
    bool has_text;          /* a positive TEXT stands in a top-level AND: ranked by default */
    struct ix_stage *stages;
    size_t stage_count;
    bool explain;
    bool moves; /* what it means moves on with the clock: a time before now, an age */
    enum ix_plan_format format;
    struct ix_cost_field **costs; /* that are to be read before the plan is lowered */
    size_t cost_count;
    struct ix_cost_rows *cost_rows; /* of the stage `cost`, to be read as well; NULL: none */
    /* for meta.notes: how a mixed AND/OR was read, units, ...; with room for one of each cost and
     * one of the stage */
    struct ix_sv *notes;
    size_t note_count;
    struct ix_sv *definitions; /* what flags in it stand for */
    size_t definition_count;
    /* The columns of the answer; 0: resources as such (and FACET: field, value, count). */
    struct ix_sv *columns;
    size_t column_count;
};

struct ix_query_settings {
    int64_t now_ms;
    int64_t zone_offset_ms; /* of times written without a zone; 0: UTC */
    /* The words that `kind` and `category` hold, and the spellings of types, NULL at the end, so
     * that a note can suggest one; NULL: nothing is suggested. */
    const char *const *kinds, *const *categories, *const *types;
};

/* IX_INVALID, IX_UNSUPPORTED, IX_LIMIT, each with the place in the query text; IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_query_check(struct ix_arena *arena, const struct ix_query *query,
                                          const struct ix_query_settings *settings,
                                          struct ix_plan *ret_plan, struct ix_err *err);

/* A stable text, one node a line, for golden tests and `explain`. Never empty. */
void ix_plan_print(struct ix_buf *buf, const struct ix_plan *plan);
/* As it is written in a query; "" for IX_FORMAT_DEFAULT. */
const char *ix_plan_format_name(enum ix_plan_format format);
/* ".a[*].b" as it would be typed. */
void ix_path_print(struct ix_buf *buf, const struct ix_path *path);

#endif
