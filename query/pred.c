/* Small constructors for predicates. */
#include "query/check.h"

struct ix_pred *ix_pred_new(struct ix_checker *checker, enum ix_pred_kind kind,
                            struct ix_span span) {
    struct ix_pred *pred = IX_NEW(checker->arena, struct ix_pred);
    if (pred) {
        pred->kind = kind;
        pred->begin = span.begin;
        pred->end = span.end;
    }
    return pred;
}

struct ix_pred *ix_pred_not(struct ix_checker *checker, struct ix_pred *inner) {
    if (!inner) {
        return NULL;
    }
    if (inner->kind == IX_PRED_NOT) {
        return inner->inner;
    }
    struct ix_span span = {inner->begin, inner->end};
    if (inner->kind == IX_PRED_TRUE || inner->kind == IX_PRED_FALSE) {
        return ix_pred_new(checker, inner->kind == IX_PRED_TRUE ? IX_PRED_FALSE : IX_PRED_TRUE,
                           span);
    }
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_NOT, span);
    if (pred) {
        pred->inner = inner;
    }
    return pred;
}

struct ix_pred *ix_pred_not_if(struct ix_checker *checker, bool negated, struct ix_pred *inner) {
    return negated ? ix_pred_not(checker, inner) : inner;
}

struct ix_pred *ix_pred_list(struct ix_checker *checker, enum ix_pred_kind kind,
                             struct ix_pred **items, size_t count, struct ix_span span) {
    if (count == 0) {
        return ix_pred_new(checker, kind == IX_PRED_AND ? IX_PRED_TRUE : IX_PRED_FALSE, span);
    }
    if (count == 1) {
        return items[0];
    }
    struct ix_pred *pred = ix_pred_new(checker, kind, span);
    if (pred) {
        pred->list.items = items;
        pred->list.count = count;
    }
    return pred;
}

struct ix_pred *ix_pred_pair(struct ix_checker *checker, enum ix_pred_kind kind, struct ix_pred *a,
                             struct ix_pred *b) {
    struct ix_pred **items = ix_arena_array(checker->arena, 2, sizeof *items);
    if (!a || !b || !items) {
        return NULL;
    }
    items[0] = a;
    items[1] = b;
    return ix_pred_list(checker, kind, items, 2, (struct ix_span){a->begin, b->end});
}
