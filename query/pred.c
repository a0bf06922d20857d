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

static size_t flat_count(enum ix_pred_kind kind, struct ix_pred **items, size_t count) {
    size_t flat = 0;
    for (size_t i = 0; i < count; i++) {
        flat += items[i]->kind == kind ? items[i]->list.count : 1;
    }
    return flat;
}

/* What says nothing falls out, what decides all stands alone, and a list of the same kind gives up
 * its items: so plans are no deeper than their meaning. */
static struct ix_pred *flat_list(struct ix_checker *checker, enum ix_pred_kind kind,
                                 struct ix_pred **items, size_t count, struct ix_span span) {
    enum ix_pred_kind nothing = kind == IX_PRED_AND ? IX_PRED_TRUE : IX_PRED_FALSE;
    enum ix_pred_kind all = kind == IX_PRED_AND ? IX_PRED_FALSE : IX_PRED_TRUE;
    struct ix_pred *pred = ix_pred_new(checker, kind, span);
    size_t capacity = flat_count(kind, items, count), kept = 0;
    struct ix_pred **flat = ix_arena_array(checker->arena, capacity + 1, sizeof *flat);
    if (!pred || !flat) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (items[i]->kind == all) {
            return items[i];
        }
        bool same = items[i]->kind == kind;
        for (size_t k = 0; k < (same ? items[i]->list.count : 1); k++) {
            struct ix_pred *item = same ? items[i]->list.items[k] : items[i];
            if (item->kind != nothing) {
                flat[kept++] = item;
            }
        }
    }
    pred->list.items = flat;
    pred->list.count = kept;
    return kept == 0 ? ix_pred_new(checker, nothing, span) : kept == 1 ? flat[0] : pred;
}

struct ix_pred *ix_pred_list(struct ix_checker *checker, enum ix_pred_kind kind,
                             struct ix_pred **items, size_t count, struct ix_span span) {
    return count == 1 ? items[0] : flat_list(checker, kind, items, count, span);
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
