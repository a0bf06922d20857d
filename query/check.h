/* Between the files of the check: from what was written to what is meant.
 *
 * Functions give NULL or false once something failed; checker->err then says what (or the arena
 * ran out).
 */
#ifndef IX_QUERY_CHECK_H
#define IX_QUERY_CHECK_H

#include "query/lex.h"
#include "query/plan.h"
#include "query/when.h"

#include <stddef.h>

enum { IX_NOTES_MAX = 20, IX_DEFINITIONS_MAX = 20 };

struct ix_checker {
    struct ix_arena *arena;
    struct ix_err *err;
    struct ix_sv text; /* of the query */
    struct ix_when when;
    const char *const *kinds, *const *categories, *const *types; /* may be NULL */
    bool *include_deleted;            /* set when the part at hand names `deleted` */
    bool moves;                       /* something read so far moves on with the clock */
    const struct ix_node *basis_node; /* the one `basis:` test that is allowed there */
    bool relative;                    /* inside { } */
    bool branch;                      /* of if(), which may be a value written out */
    struct ix_sv notes[IX_NOTES_MAX];
    size_t note_count;
    struct ix_sv definitions[IX_DEFINITIONS_MAX];
    size_t definition_count;
    struct ix_cost_field *costs[IX_QUERY_COSTS_MAX];
    size_t cost_count;
};

/* Bytes of the query that an error or a node points at. */
struct ix_span {
    size_t begin, end;
};

void ix_check_fail(struct ix_checker *checker, enum ix_code code, struct ix_span span,
                   const char *hint, const char *format, ...) IX_PRINTF(5, 6);
/* For meta.notes; the same note once. */
void ix_check_note(struct ix_checker *checker, struct ix_sv note);
/* What a flag stands for, for `explain`; the same once. */
void ix_check_define(struct ix_checker *checker, struct ix_sv definition);

/* ---- pred.c: building; NULL when the arena failed or an argument is NULL ---- */

struct ix_pred *ix_pred_new(struct ix_checker *checker, enum ix_pred_kind kind,
                            struct ix_span span);
struct ix_pred *ix_pred_not(struct ix_checker *checker, struct ix_pred *inner);
struct ix_pred *ix_pred_not_if(struct ix_checker *checker, bool negated, struct ix_pred *inner);
struct ix_pred *ix_pred_pair(struct ix_checker *checker, enum ix_pred_kind kind, struct ix_pred *a,
                             struct ix_pred *b);
/* One item stands for itself, none is TRUE (AND) or FALSE (OR); lists of the same kind inside give
 * up their items. */
struct ix_pred *ix_pred_list(struct ix_checker *checker, enum ix_pred_kind kind,
                             struct ix_pred **items, size_t count, struct ix_span span);

/* ---- check_test.c: values by class ---- */

enum ix_value_class {
    IX_CLASS_WORDS,    /* `:` is words in order */
    IX_CLASS_WHOLE,    /* `:` is the whole value */
    IX_CLASS_PROPERTY, /* numbers, booleans, null, times and words, as each value looks */
    IX_CLASS_VERSION,
    IX_CLASS_TIME,
    IX_CLASS_IP,
    IX_CLASS_NUMBER,
    IX_CLASS_MONEY,   /* $20, 20EUR, 20 */
    IX_CLASS_PERCENT, /* 20%, 20 */
};

/* What a test is put into: a predicate with its `test` still empty. */
struct ix_leaf {
    struct ix_pred proto;
    size_t test_offset; /* of the struct ix_test inside struct ix_pred */
    enum ix_value_class class_;
    struct ix_sv what; /* for errors: the field or path as written */
};
#define IX_TEST_OFFSET(member) offsetof(struct ix_pred, member)

/* The whole match as predicates over the leaf. */
struct ix_pred *ix_check_match(struct ix_checker *checker, const struct ix_leaf *leaf,
                               const struct ix_match *match);
struct ix_pred *ix_check_leaf(struct ix_checker *checker, const struct ix_leaf *leaf,
                              const struct ix_test *test);
/* `op` a number: =, <, ... as a test (NE: as EQ, to be negated by the caller). */
struct ix_test ix_check_number_test(struct ix_checker *checker, enum ix_compare op, double number);
/* IX_INVALID at the literal when the pattern is none. */
bool ix_check_regex(struct ix_checker *checker, const struct ix_literal *literal);
struct ix_test ix_check_text_test(struct ix_checker *checker, enum ix_op op, struct ix_sv text);

/* ---- check.c ---- */

struct ix_pred *ix_check_node(struct ix_checker *checker, const struct ix_node *node);
struct ix_pred *ix_check_text(struct ix_checker *checker, const struct ix_literal *literal,
                              int64_t distance);

/* ---- check_field.c, check_fact.c, check_target.c, check_call.c, check_relation.c ---- */

struct ix_pred *ix_check_field(struct ix_checker *checker, const struct ix_target *target,
                               const struct ix_match *match, struct ix_span span);
struct ix_pred *ix_check_field_leaf(struct ix_checker *checker, enum ix_field field,
                                    enum ix_value_class class_, const struct ix_match *match,
                                    struct ix_span span);
/* Each value of the match by itself; `literal` NULL asks for existence. Order has no meaning. */
typedef struct ix_pred *ix_check_value_fn(struct ix_checker *checker,
                                          const struct ix_field_info *info,
                                          const struct ix_literal *literal, struct ix_span span);
struct ix_pred *ix_check_each(struct ix_checker *checker, const struct ix_field_info *info,
                              const struct ix_match *match, struct ix_span span,
                              ix_check_value_fn *fn);
/* Words that stand for facts: is:, encrypted:, flag:, protected:, deleted:. */
struct ix_pred *ix_check_fact(struct ix_checker *checker, const struct ix_field_info *info,
                              const struct ix_match *match, struct ix_span span);
struct ix_pred *ix_check_later(struct ix_checker *checker, const struct ix_field_info *info,
                               struct ix_span span);

/* ---- check_cost.c ---- */

/* Of the stage at `at`; NULL with the error. */
struct ix_cost_rows *ix_check_cost_stage(struct ix_checker *checker, const struct ix_query *query,
                                         size_t at);

/* The cost field of that name, of the plan; NULL with the error at the span. */
struct ix_cost_field *ix_check_cost(struct ix_checker *checker, struct ix_sv name,
                                    struct ix_span span);

struct ix_pred *ix_check_tag(struct ix_checker *checker, const struct ix_target *target,
                             const struct ix_match *match, struct ix_span span);
unsigned ix_check_tag_classes(enum ix_tag_class tag_class);
struct ix_pred *ix_check_any_tag(struct ix_checker *checker, unsigned classes, struct ix_span span);
struct ix_pred *ix_check_path(struct ix_checker *checker, const struct ix_target *target,
                              const struct ix_match *match, struct ix_span span);
/* A property by a constant path like "metadata.namespace". */
struct ix_path ix_check_fixed_path(struct ix_checker *checker, struct ix_sv text);

/* A column that is calculated; NULL with the error. */
struct ix_computed *ix_check_computed(struct ix_checker *checker, const struct ix_expr *expr);
struct ix_pred *ix_check_call(struct ix_checker *checker, const struct ix_node *node);

/* ---- check_sum.c: expressions ---- */

enum { IX_SUM_FIELDS_MAX = 16 }; /* different fields in one test */

struct ix_check_sum {
    struct ix_checker *checker;
    enum ix_field *fields;
    size_t field_count;
    bool of_row, of_resource; /* what was named so far */
};
/* `may_be_text`: a bare word that is no field is a text. */
bool ix_check_expression(struct ix_check_sum *sum, const struct ix_expr *expr, bool may_be_text,
                         struct ix_expression *ret_expression);
/* "a number", "a time": the kinds of func.def in words. */
const char *ix_check_kind_name(char gives);

struct ix_pred *ix_check_relation(struct ix_checker *checker, const struct ix_node *node);
struct ix_pred *ix_check_related(struct ix_checker *checker, const struct ix_field_info *info,
                                 const struct ix_match *match, struct ix_span span);
bool ix_check_hop(struct ix_checker *checker, const struct ix_hop_node *node,
                  struct ix_hop *ret_hop);
/* The conditions on what a hop reaches, with their own scope. `inner` may be NULL. `basis`: 0 when
 * the query does not name one. */
struct ix_pred *ix_check_reached(struct ix_checker *checker, const struct ix_node *inner,
                                 struct ix_span span, bool *ret_include_deleted,
                                 unsigned *ret_basis);

/* ---- check_stage.c ---- */

bool ix_check_stages(struct ix_checker *checker, const struct ix_query *query,
                     struct ix_plan *plan);

#endif
