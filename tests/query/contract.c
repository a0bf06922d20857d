/* Walks a plan and holds each node against the comments of query/plan.h. */
#include "tests/query/contract.h"

static const char *of_pred(const struct ix_pred *pred, bool in_element);

static const char *of_range(const struct ix_test *test) {
    if (test->value_count != 0 || (!test->has_low && !test->has_high)) {
        return "a RANGE has ends and no values";
    }
    if (test->has_low && test->has_high && test->low.kind != test->high.kind) {
        return "the ends of a RANGE are of one kind";
    }
    if (test->has_low && test->low.kind == IX_OPERAND_TIME && test->low_open) {
        return "times are closed below";
    }
    if (test->has_high && test->high.kind == IX_OPERAND_TIME && !test->high_open) {
        return "times are open above";
    }
    return NULL;
}

static const char *of_test(const struct ix_test *test) {
    if (test->op == IX_OP_RANGE) {
        return of_range(test);
    }
    if ((test->op == IX_OP_EXISTS) != (test->value_count == 0)) {
        return "EXISTS alone has no values";
    }
    for (size_t i = 0; i < test->value_count; i++) {
        enum ix_operand_kind kind = test->values[i].kind;
        bool text_op = test->op == IX_OP_WORDS || test->op == IX_OP_WHOLE ||
                       test->op == IX_OP_GLOB || test->op == IX_OP_REGEX;
        if (text_op && kind != IX_OPERAND_TEXT) {
            return "an operator of text has texts";
        }
        if ((test->op == IX_OP_INSIDE) != (kind == IX_OPERAND_IP)) {
            return "INSIDE is for addresses";
        }
    }
    return NULL;
}

static const char *of_list(const struct ix_pred *pred, bool in_element) {
    const char *broken = pred->list.count < 2 ? "a list has two items or more" : NULL;
    for (size_t i = 0; !broken && i < pred->list.count; i++) {
        broken = of_pred(pred->list.items[i], in_element);
    }
    return broken;
}

static const char *of_tag(const struct ix_pred *pred) {
    const char *broken = of_test(&pred->tag.key_test);
    if (!broken && (pred->tag.classes == 0 || pred->tag.classes >= 1u << IX_TAG_CLASS_COUNT)) {
        broken = "a tag has a class";
    }
    return broken ? broken : of_test(&pred->tag.test);
}

static const char *of_hop(const struct ix_hop *hop) {
    if (hop->basis == 0 || hop->min_depth < 0 || hop->max_depth < hop->min_depth ||
        hop->max_depth > IX_HOP_DEPTH_MAX) {
        return "a hop has a basis and a range of depths";
    }
    return NULL;
}

static const char *of_relation(const struct ix_pred *pred) {
    const char *broken = pred->relation.hop_count == 0 ? "a relation has a hop" : NULL;
    for (size_t i = 0; !broken && i < pred->relation.hop_count; i++) {
        broken = of_hop(&pred->relation.hops[i]);
    }
    if (!broken && pred->relation.is_count) {
        broken = of_test(&pred->relation.count);
    }
    return broken ? broken : of_pred(pred->relation.where, false);
}

static bool fits_element(enum ix_pred_kind kind) {
    return kind != IX_PRED_TEXT && kind != IX_PRED_FIELD && kind != IX_PRED_TAG &&
           kind != IX_PRED_RELATION;
}

static const char *of_pred(const struct ix_pred *pred, bool in_element) {
    if (!pred) {
        return "no predicate is NULL";
    }
    if (pred->begin > pred->end) {
        return "a span begins before it ends";
    }
    if (in_element && !fits_element(pred->kind)) {
        return "an element is tested by its properties only";
    }
    switch (pred->kind) {
    case IX_PRED_AND:
    case IX_PRED_OR:
        return of_list(pred, in_element);
    case IX_PRED_NOT:
        return pred->inner && pred->inner->kind == IX_PRED_NOT ? "NOT of NOT is said plainly"
                                                               : of_pred(pred->inner, in_element);
    case IX_PRED_FIELD:
        return of_test(&pred->field.test);
    case IX_PRED_TAG:
        return of_tag(pred);
    case IX_PRED_PROP:
        return !in_element && pred->prop.path.count == 0 ? "only an element has the empty path"
                                                         : of_test(&pred->prop.test);
    case IX_PRED_ELEMENT:
        return of_pred(pred->element.inner, true);
    case IX_PRED_LEN:
        return of_test(&pred->len.test);
    case IX_PRED_RELATION:
        return of_relation(pred);
    default:
        return NULL;
    }
}

static const char *of_stage(const struct ix_stage *stage) {
    bool has_pred = stage->kind == IX_STAGE_WHERE || stage->kind == IX_STAGE_HOP;
    if (has_pred != (stage->pred != NULL) ||
        (stage->kind == IX_STAGE_HOP) != (stage->hop != NULL)) {
        return "where and hop have a predicate, hop has an arrow";
    }
    for (size_t i = 0; i < stage->column_count; i++) {
        if (ix_sv_empty(stage->columns[i].name)) {
            return "a column has a name";
        }
    }
    const char *broken = stage->hop ? of_hop(stage->hop) : NULL;
    return broken || !stage->pred ? broken : of_pred(stage->pred, false);
}

const char *broken_promise(const struct ix_plan *plan) {
    const char *broken = of_pred(plan->search, false);
    for (size_t i = 0; !broken && i < plan->stage_count; i++) {
        broken = of_stage(&plan->stages[i]);
    }
    return broken;
}
