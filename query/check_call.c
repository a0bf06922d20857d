/* Function tests: len(.disks)>4, lower(.name)="web".
 *
 * `len` is a test of its own. `lower` and `upper` with = are the any-case whole-value test, when
 * the value could be the outcome at all (lower(x) is never "Web").
 */
#include "query/check.h"
#include "query/unit.h"

struct func_row {
    const char *name;
    bool ready;
};

static const struct func_row funcs[] = {
#define IX_FUNC_ROW(symbol, name, ready, help) [IX_FUNC_##symbol] = {(name), (ready)},
#include "query/func.def"
#undef IX_FUNC_ROW
};

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

static struct ix_pred *len_pred(struct ix_checker *checker, const struct ix_node *node,
                                const struct ix_target *path) {
    struct ix_quantity quantity;
    struct ix_span span = {node->begin, node->end};
    if (node->right.kind != IX_EXPR_LITERAL ||
        !ix_quantity_parse(node->right.literal.text, &quantity) || !ix_sv_empty(quantity.unit)) {
        ix_check_fail(checker, IX_INVALID, expr_span(&node->right), "; for example len(.disks)>4",
                      "expected a number to compare a length with");
        return NULL;
    }
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_LEN, span);
    if (pred) {
        pred->len.path = (struct ix_path){path->steps, path->step_count};
        pred->len.test = ix_check_number_test(checker, node->op, quantity.number);
    }
    return ix_pred_not_if(checker, node->op == IX_COMPARE_NE, pred);
}

/* The right side as a text; names without quotes are texts here. */
static bool text_of(struct ix_checker *checker, const struct ix_expr *expr,
                    struct ix_sv *ret_text) {
    if (expr->kind == IX_EXPR_LITERAL) {
        *ret_text = expr->literal.text;
        return true;
    }
    if (expr->kind == IX_EXPR_TARGET && expr->target.kind == IX_TARGET_FIELD) {
        *ret_text = expr->target.name;
        return true;
    }
    ix_check_fail(checker, IX_UNSUPPORTED, expr_span(expr), "; write a quoted text",
                  "comparing with another property is not part of this version yet");
    return false;
}

static struct ix_pred *case_pred(struct ix_checker *checker, const struct ix_node *node,
                                 const struct ix_target *target) {
    struct ix_literal literal = {.kind = IX_LITERAL_QUOTED};
    struct ix_match match = {.kind = IX_MATCH_VALUES, .values = &literal, .value_count = 1};
    struct ix_span span = {node->begin, node->end};
    if (node->op != IX_COMPARE_EQ && node->op != IX_COMPARE_NE) {
        ix_check_fail(checker, IX_INVALID, span, "",
                      "‘%s’ is compared with = or !=", funcs[node->left.func].name);
        return NULL;
    }
    if (!text_of(checker, &node->right, &literal.text)) {
        return NULL;
    }
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

struct ix_pred *ix_check_call(struct ix_checker *checker, const struct ix_node *node) {
    const struct ix_expr *left = &node->left;
    const struct func_row *row = &funcs[left->func];
    if (!row->ready) {
        ix_check_fail(checker, IX_UNSUPPORTED, expr_span(left), "; len, lower and upper work",
                      "the function ‘%s’ is not part of this version yet", row->name);
        return NULL;
    }
    bool fits = left->arg_count == 1 && left->args[0].kind == IX_EXPR_TARGET &&
                (left->args[0].target.kind == IX_TARGET_PATH ||
                 (left->func != IX_FUNC_LEN && left->args[0].target.kind == IX_TARGET_TAG));
    if (!fits) {
        ix_check_fail(checker, IX_INVALID, expr_span(left), "; for example len(.disks)>4",
                      "‘%s’ takes one .property", row->name);
        return NULL;
    }
    return left->func == IX_FUNC_LEN ? len_pred(checker, node, &left->args[0].target)
                                     : case_pred(checker, node, &left->args[0].target);
}
