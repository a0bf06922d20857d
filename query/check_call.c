/* Function tests: len(.disks)>4, lower(.name)="web", round(.cpu * 2) > 3.
 *
 * `len` against a number is a test of its own. `lower` and `upper` with = are the any-case
 * whole-value test, when the value could be the outcome at all (lower(x) is never "Web"). All else
 * is two expressions compared.
 */
#include "base/time.h"
#include "query/check.h"
#include "query/evaluate.h"
#include "query/semver.h"
#include "query/unit.h"

static struct ix_span expr_span(const struct ix_expr *expr) {
    return (struct ix_span){expr->begin, expr->end};
}

static bool is_outcome(struct ix_sv text, enum ix_func func) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (func == IX_FUNC_LOWER ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z') {
            return false;
        }
    }
    return true;
}

/* ---- the shapes that are tests of their own, so that an index may help ---- */

static bool is_path(const struct ix_expr *expr) {
    return expr->kind == IX_EXPR_TARGET && expr->target.kind == IX_TARGET_PATH;
}

static bool is_tag(const struct ix_expr *expr) {
    return expr->kind == IX_EXPR_TARGET && expr->target.kind == IX_TARGET_TAG;
}

static bool is_len(const struct ix_node *node, struct ix_quantity *ret_quantity) {
    return node->left.kind == IX_EXPR_CALL && node->left.func == IX_FUNC_LEN && !node->alone &&
           node->left.arg_count == 1 && is_path(&node->left.args[0]) &&
           node->right.kind == IX_EXPR_LITERAL && node->right.literal.kind == IX_LITERAL_BARE &&
           ix_quantity_parse(node->right.literal.text, ret_quantity) &&
           ix_sv_empty(ret_quantity->unit);
}

static struct ix_pred *len_pred(struct ix_checker *checker, const struct ix_node *node,
                                double number) {
    const struct ix_target *path = &node->left.args[0].target;
    struct ix_pred *pred =
        ix_pred_new(checker, IX_PRED_LEN, (struct ix_span){node->begin, node->end});
    if (pred) {
        pred->len.path = (struct ix_path){path->steps, path->step_count};
        pred->len.test = ix_check_number_test(checker, node->op, number);
    }
    return ix_pred_not_if(checker, node->op == IX_COMPARE_NE, pred);
}

/* Letters and quotes: nothing that could be a field, a pattern, a number or a time. */
static bool is_text(const struct ix_expr *expr) {
    static const char *const values[] = {"true", "false", "now", "today", "yesterday"};
    struct ix_sv name = expr->target.name;
    bool word = expr->kind == IX_EXPR_TARGET && expr->target.kind == IX_TARGET_FIELD &&
                !ix_field_find(name) && ix_sv_find_char(name, '*') == IX_SV_NPOS &&
                ix_sv_find_char(name, '?') == IX_SV_NPOS;
    for (size_t i = 0; word && i < sizeof values / sizeof values[0]; i++) {
        word = !ix_sv_starts_nocase(name, ix_sv_cstr(values[i]));
    }
    return word || (expr->kind == IX_EXPR_LITERAL && expr->literal.kind == IX_LITERAL_QUOTED);
}

static bool is_case(const struct ix_node *node) {
    bool equal = node->op == IX_COMPARE_EQ || node->op == IX_COMPARE_NE;
    return node->left.kind == IX_EXPR_CALL && equal && !node->alone &&
           (node->left.func == IX_FUNC_LOWER || node->left.func == IX_FUNC_UPPER) &&
           node->left.arg_count == 1 &&
           (is_path(&node->left.args[0]) || is_tag(&node->left.args[0])) && is_text(&node->right);
}

static struct ix_pred *case_pred(struct ix_checker *checker, const struct ix_node *node) {
    bool word = node->right.kind == IX_EXPR_TARGET;
    struct ix_literal literal = {
        .kind = IX_LITERAL_QUOTED,
        .text = word ? node->right.target.name : node->right.literal.text,
    };
    struct ix_match match = {.kind = IX_MATCH_VALUES, .values = &literal, .value_count = 1};
    const struct ix_target *target = &node->left.args[0].target;
    struct ix_span span = {node->begin, node->end};
    struct ix_pred *pred = NULL;
    if (!is_outcome(literal.text, node->left.func)) {
        pred = ix_pred_new(checker, IX_PRED_FALSE, span);
    } else if (target->kind == IX_TARGET_PATH) {
        pred = ix_check_path(checker, target, &match, span);
    } else {
        pred = ix_check_tag(checker, target, &match, span);
    }
    return ix_pred_not_if(checker, node->op == IX_COMPARE_NE, pred);
}

/* ---- any other ---- */

static bool is_known(char gives) {
    return gives != 'v';
}

/* Whether a text that is written down reads as such a kind. */
static bool reads_as(const struct ix_expression *text, char kind) {
    double number;
    int64_t ms;
    struct ix_sv value = text->operand.text;
    switch (kind) {
    case 'n':
        return !text->quoted && ix_sv_to_double(value, &number);
    case 'm':
        return ix_time_parse(value, &ms);
    default:
        return kind == 't' || kind == 'v';
    }
}

/* Whether values of the two sides can ever meet: text is read as the other side needs it. */
static bool can_meet(const struct ix_expression *a, const struct ix_expression *b) {
    if (a->gives == 't' && a->kind == IX_EXPRESSION_VALUE) {
        return reads_as(a, b->gives);
    }
    if (b->gives == 't' && b->kind == IX_EXPRESSION_VALUE) {
        return reads_as(b, a->gives);
    }
    return a->gives == b->gives || !is_known(a->gives) || !is_known(b->gives) ||
           ((a->gives == 't' || b->gives == 't') && a->gives != 'd' && b->gives != 'd');
}

static bool is_version(const struct ix_expression *x) {
    return x->kind != IX_EXPRESSION_VALUE ? strchr("vtns", x->gives) != NULL
                                          : ix_semver_is(x->operand.text);
}

/* Beside a version, 2 and 2024-05 are versions too. */
static void as_written(struct ix_expression *x) {
    if (x->kind == IX_EXPRESSION_VALUE && x->gives != 'b') {
        x->gives = 't';
        x->operand.kind = IX_OPERAND_TEXT;
    }
}

static bool sides_fit(struct ix_checker *checker, const struct ix_node *node,
                      struct ix_expression *left, struct ix_expression *right) {
    struct ix_span span = {node->right.begin, node->right.end};
    bool versions = left->gives == 's' || right->gives == 's';
    if (versions && (!is_version(left) || !is_version(right))) {
        ix_check_fail(checker, IX_INVALID, is_version(right) ? expr_span(&node->left) : span,
                      "; for example semver(.version)>=1.24.0", "this is not a version");
        return false;
    }
    if (versions) {
        as_written(left);
        as_written(right);
    }
    if (!versions && !can_meet(left, right)) {
        ix_check_fail(checker, IX_INVALID, span, "", "%s is never compared with %s",
                      ix_check_kind_name(left->gives), ix_check_kind_name(right->gives));
        return false;
    }
    bool truth = left->gives == 'b' || right->gives == 'b';
    if (truth && node->op != IX_COMPARE_EQ && node->op != IX_COMPARE_NE) {
        ix_check_fail(checker, IX_INVALID, span,
                      "; compare with = or !=", "true and false have no order");
        return false;
    }
    return true;
}

/* A comparison of constants. */
static struct ix_pred *decided(struct ix_checker *checker, const struct ix_pred *pred) {
    bool holds = false;
    if (ix_evaluate(checker->arena, pred, NULL, &holds, checker->err) != IX_OK) {
        return NULL;
    }
    return ix_pred_new(checker, holds ? IX_PRED_TRUE : IX_PRED_FALSE,
                       (struct ix_span){pred->begin, pred->end});
}

static struct ix_pred *compare_pred(struct ix_checker *checker, const struct ix_node *node) {
    struct ix_check_sum sum = {.checker = checker};
    struct ix_expression *left = IX_NEW(checker->arena, struct ix_expression);
    struct ix_expression *right = IX_NEW(checker->arena, struct ix_expression);
    struct ix_pred *pred =
        ix_pred_new(checker, IX_PRED_COMPARE, (struct ix_span){node->begin, node->end});
    if (!left || !right || !pred || !ix_check_expression(&sum, &node->left, false, left)) {
        return NULL;
    }
    if (node->alone) {
        *right = (struct ix_expression){.gives = 'b'};
        right->operand = (struct ix_operand){.kind = IX_OPERAND_BOOL, .boolean = true};
    } else if (!ix_check_expression(&sum, &node->right, true, right)) {
        return NULL;
    }
    if (!node->alone && !sides_fit(checker, node, left, right)) {
        return NULL;
    }
    if (!sum.of_resource && !checker->branch) {
        ix_check_fail(checker, IX_INVALID, expr_span(&node->left), "; for example len(.disks)>4",
                      "nothing of a resource is tested here");
        return NULL;
    }
    bool unequal = !node->alone && node->op == IX_COMPARE_NE;
    pred->compare.left = left;
    pred->compare.right = right;
    pred->compare.op = node->alone || unequal ? IX_COMPARE_EQ : node->op;
    pred->compare.fields = sum.fields;
    pred->compare.field_count = sum.field_count;
    pred->compare.of_row = sum.of_row;
    return ix_pred_not_if(checker, unequal, sum.of_resource ? pred : decided(checker, pred));
}

/* ---- if ---- */

/* f(if(c, a, b)) > 1 is (c AND f(a) > 1) OR (NOT c AND f(b) > 1), so a condition may be any test
 * and no index is lost by it. */

enum { IFS_MAX = 8 }; /* in one test, as two of them side by side make four */

static const struct ix_expr *find_if(const struct ix_expr *expr, size_t *count) {
    const struct ix_expr *found = NULL;
    for (size_t i = 0; i < expr->arg_count; i++) {
        const struct ix_expr *inner = find_if(&expr->args[i], count);
        found = found ? found : inner;
    }
    bool is_if = expr->kind == IX_EXPR_CALL && expr->func == IX_FUNC_IF;
    *count += is_if;
    return is_if ? expr : found;
}

/* A copy with `by` in the place of `which`. */
static bool exchange(struct ix_checker *checker, const struct ix_expr *expr,
                     const struct ix_expr *which, const struct ix_expr *by,
                     struct ix_expr *ret_expr) {
    if (expr == which) {
        *ret_expr = *by;
        return true;
    }
    *ret_expr = *expr;
    if (expr->arg_count == 0) {
        return true;
    }
    ret_expr->args = ix_arena_array(checker->arena, expr->arg_count, sizeof *ret_expr->args);
    for (size_t i = 0; ret_expr->args && i < expr->arg_count; i++) {
        if (!exchange(checker, &expr->args[i], which, by, &ret_expr->args[i])) {
            return false;
        }
    }
    return ret_expr->args != NULL;
}

static struct ix_pred *branch_pred(struct ix_checker *checker, const struct ix_node *node,
                                   const struct ix_expr *which, bool first) {
    struct ix_node *copy = IX_NEW(checker->arena, struct ix_node);
    if (!copy) {
        return NULL;
    }
    *copy = *node;
    if (!exchange(checker, &node->left, which, &which->args[first ? 0 : 1], &copy->left) ||
        (!node->alone &&
         !exchange(checker, &node->right, which, &which->args[first ? 0 : 1], &copy->right))) {
        return NULL;
    }
    struct ix_pred *condition = ix_check_node(checker, which->condition);
    bool outer = checker->branch;
    checker->branch = true;
    struct ix_pred *test = condition ? ix_check_call(checker, copy) : NULL;
    checker->branch = outer;
    return test ? ix_pred_pair(checker, IX_PRED_AND, ix_pred_not_if(checker, !first, condition),
                               test)
                : NULL;
}

static struct ix_pred *if_pred(struct ix_checker *checker, const struct ix_node *node,
                               const struct ix_expr *which, size_t count) {
    if (count > IFS_MAX || which->arg_count != 2) {
        ix_check_fail(checker, count > IFS_MAX ? IX_LIMIT : IX_INVALID, expr_span(which),
                      "; for example if(region:(a, b), .size, .capacity)>100",
                      count > IFS_MAX ? "more than %d times ‘if’ in one test"
                                      : "‘if’ takes a test and %d values",
                      count > IFS_MAX ? IFS_MAX : 2);
        return NULL;
    }
    struct ix_pred *yes = branch_pred(checker, node, which, true);
    struct ix_pred *no = yes ? branch_pred(checker, node, which, false) : NULL;
    return no ? ix_pred_pair(checker, IX_PRED_OR, yes, no) : NULL;
}

struct ix_pred *ix_check_call(struct ix_checker *checker, const struct ix_node *node) {
    struct ix_quantity quantity;
    size_t ifs = 0;
    const struct ix_expr *which = find_if(&node->left, &ifs);
    const struct ix_expr *right = node->alone ? NULL : find_if(&node->right, &ifs);
    if (which || right) {
        return if_pred(checker, node, which ? which : right, ifs);
    }
    if (is_len(node, &quantity)) {
        return len_pred(checker, node, quantity.number);
    }
    return is_case(node) ? case_pred(checker, node) : compare_pred(checker, node);
}

struct ix_computed *ix_check_computed(struct ix_checker *checker, const struct ix_expr *expr) {
    struct ix_check_sum sum = {.checker = checker};
    struct ix_computed *computed = IX_NEW(checker->arena, struct ix_computed);
    size_t ifs = 0;
    const struct ix_expr *which = find_if(expr, &ifs);
    if (which) {
        ix_check_fail(checker, IX_UNSUPPORTED, expr_span(which), "; in tests it works",
                      "‘if’ is no column in this version");
        return NULL;
    }
    if (!computed || !ix_check_expression(&sum, expr, false, &computed->expression)) {
        return NULL;
    }
    if (!sum.of_resource) {
        ix_check_fail(checker, IX_INVALID, expr_span(expr), "; for example size/1GiB",
                      "nothing of a resource is calculated here");
        return NULL;
    }
    computed->fields = sum.fields;
    computed->field_count = sum.field_count;
    computed->of_row = sum.of_row;
    return computed;
}
