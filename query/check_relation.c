/* Relations: arrows with their edge types, and the tests over them.
 *
 * Each edge type has two names: depends_on, and dependents for the same edge walked backwards. An
 * inferred edge is followed only when its type is named or `basis:` asks for it, so that guesses
 * never slip into a plain -->.
 */
#include "query/check.h"
#include "query/suggest.h"
#include "query/unit.h"

struct relation_row {
    const char *name, *inverse;
};

static const struct relation_row relations[] = {
#define IX_RELATION_ROW(name, inverse, help) {(name), (inverse)},
#include "indexer/model/relation.def"
#undef IX_RELATION_ROW
};
enum { RELATIONS = sizeof relations / sizeof relations[0] };

/* ---- hops ---- */

static void unknown_edge(struct ix_checker *checker, const struct ix_edge_name *edge) {
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, edge->name);
    for (size_t i = 0; i < RELATIONS; i++) {
        ix_suggest_add(&suggest, relations[i].name);
        ix_suggest_add(&suggest, relations[i].inverse);
    }
    ix_check_fail(checker, IX_INVALID, (struct ix_span){edge->begin, edge->end},
                  ix_suggest_hint(&suggest, hint,
                                  "; known are depends_on, parent, provided_by, in_stack, owner, "
                                  "selects, uses, runs_on, attached_to, targets, references"),
                  "unknown edge type ‘%.*s’", ix_query_shown(edge->name), edge->name.data);
}

static const struct relation_row *find_edge(struct ix_sv name, bool *ret_inverse) {
    for (size_t i = 0; i < RELATIONS; i++) {
        *ret_inverse = ix_sv_eq_nocase(name, ix_sv_cstr(relations[i].inverse));
        if (*ret_inverse || ix_sv_eq_nocase(name, ix_sv_cstr(relations[i].name))) {
            return &relations[i];
        }
    }
    return NULL;
}

static enum ix_hop_direction turned(enum ix_hop_direction direction) {
    return direction == IX_HOP_OUT ? IX_HOP_IN : direction == IX_HOP_IN ? IX_HOP_OUT : IX_HOP_BOTH;
}

bool ix_check_hop(struct ix_checker *checker, const struct ix_hop_node *node,
                  struct ix_hop *ret_hop) {
    struct ix_hop hop = {
        .direction = node->direction,
        .basis = IX_BASIS_DECLARED | (node->type_count > 0 ? IX_BASIS_INFERRED : 0),
        .min_depth = node->min_depth,
        .max_depth = node->max_depth,
        .begin = node->begin,
        .end = node->end,
        .type_count = node->type_count,
    };
    hop.types = ix_arena_array(checker->arena, node->type_count + 1, sizeof *hop.types);
    bool first_inverse = false;
    for (size_t i = 0; hop.types && i < node->type_count; i++) {
        bool inverse = false;
        const struct relation_row *row = find_edge(node->types[i].name, &inverse);
        if (!row) {
            unknown_edge(checker, &node->types[i]);
            return false;
        }
        first_inverse = i == 0 ? inverse : first_inverse;
        if (inverse != first_inverse) {
            ix_check_fail(checker, IX_INVALID,
                          (struct ix_span){node->types[i].begin, node->types[i].end}, "",
                          "‘%s’ points the other way than the types before it",
                          inverse ? row->inverse : row->name);
            return false;
        }
        hop.types[i] = ix_sv_cstr(row->name);
    }
    if (first_inverse) {
        hop.direction = turned(hop.direction);
    }
    *ret_hop = hop;
    return hop.types != NULL;
}

/* ---- basis: ---- */

static const struct ix_node *basis_test(const struct ix_node *node) {
    const struct ix_field_info *info = NULL;
    if (node->kind == IX_NODE_TEST && node->target.kind == IX_TARGET_FIELD) {
        info = ix_field_find(node->target.name);
    }
    return info && info->kind == IX_KIND_BASIS ? node : NULL;
}

/* The `basis:` test among conditions that all must hold. */
static const struct ix_node *find_basis(const struct ix_node *node) {
    if (!node || node->kind != IX_NODE_AND) {
        return node ? basis_test(node) : NULL;
    }
    for (size_t i = 0; i < node->item_count; i++) {
        if (basis_test(node->items[i])) {
            return node->items[i];
        }
    }
    return NULL;
}

static bool read_basis(struct ix_checker *checker, const struct ix_node *node,
                       unsigned *ret_basis) {
    static const char *const words[] = {"any", "declared", "inferred"};
    static const unsigned masks[] = {IX_BASIS_DECLARED | IX_BASIS_INFERRED, IX_BASIS_DECLARED,
                                     IX_BASIS_INFERRED};
    const struct ix_match *match = &node->match;
    unsigned basis = 0;
    for (size_t i = 0; match->kind == IX_MATCH_VALUES && !match->negated && i < match->value_count;
         i++) {
        for (size_t k = 0; k < 3; k++) {
            if (ix_sv_eq_nocase(match->values[i].text, ix_sv_cstr(words[k]))) {
                basis |= masks[k];
            }
        }
    }
    if (basis == 0) {
        ix_check_fail(checker, IX_INVALID, (struct ix_span){node->begin, node->end}, "",
                      "‘basis’ is declared, inferred or any");
    }
    *ret_basis = basis;
    return basis != 0;
}

struct ix_pred *ix_check_reached(struct ix_checker *checker, const struct ix_node *inner,
                                 struct ix_span span, bool *ret_include_deleted,
                                 unsigned *ret_basis) {
    const struct ix_node *outer_node = checker->basis_node;
    bool *outer = checker->include_deleted;
    struct ix_pred *pred = NULL;
    *ret_include_deleted = false;
    *ret_basis = 0;
    if (!inner) {
        return ix_pred_new(checker, IX_PRED_TRUE, span);
    }
    checker->basis_node = find_basis(inner);
    checker->include_deleted = ret_include_deleted;
    if (!checker->basis_node || read_basis(checker, checker->basis_node, ret_basis)) {
        pred = ix_check_node(checker, inner);
    }
    checker->include_deleted = outer;
    checker->basis_node = outer_node;
    return pred;
}

/* ---- has, no, count ---- */

static bool all_hops(struct ix_checker *checker, const struct ix_node *node, struct ix_pred *pred,
                     unsigned basis) {
    pred->relation.hop_count = node->hop_count;
    pred->relation.hops =
        ix_arena_array(checker->arena, node->hop_count, sizeof *pred->relation.hops);
    for (size_t i = 0; pred->relation.hops && i < node->hop_count; i++) {
        struct ix_hop *hop = &pred->relation.hops[i];
        if (!ix_check_hop(checker, &node->hops[i], hop)) {
            return false;
        }
        hop->basis = basis ? basis : hop->basis;
    }
    return pred->relation.hops != NULL;
}

struct ix_pred *ix_check_relation(struct ix_checker *checker, const struct ix_node *node) {
    struct ix_span span = {node->begin, node->end};
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_RELATION, span);
    unsigned basis = 0;
    if (!pred) {
        return NULL;
    }
    pred->relation.where =
        ix_check_reached(checker, node->inner, span, &pred->relation.include_deleted, &basis);
    if (!pred->relation.where || !all_hops(checker, node, pred, basis)) {
        return NULL;
    }
    if (node->kind == IX_NODE_COUNT) {
        pred->relation.is_count = true;
        pred->relation.count = ix_check_number_test(checker, node->op, (double)node->n);
    }
    bool negated =
        node->kind == IX_NODE_NO || (node->kind == IX_NODE_COUNT && node->op == IX_COMPARE_NE);
    return ix_pred_not_if(checker, negated, pred);
}

/* ---- relations that other tools write as fields ---- */

static struct ix_pred *related_to(struct ix_checker *checker, const struct ix_field_info *info,
                                  struct ix_pred *where, struct ix_span span) {
    struct ix_edge_name type = {ix_sv_cstr(info->backing), span.begin, span.end};
    struct ix_hop_node hop = {
        .direction = IX_HOP_OUT,
        .types = &type,
        .type_count = 1,
        .min_depth = 1,
        .max_depth = 1,
        .begin = span.begin,
        .end = span.end,
    };
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_RELATION, span);
    struct ix_hop *hops = ix_arena_array(checker->arena, 1, sizeof *hops);
    if (!pred || !hops || !where || !ix_check_hop(checker, &hop, hops)) {
        return NULL;
    }
    pred->relation.hops = hops;
    pred->relation.hop_count = 1;
    pred->relation.where = where;
    return pred;
}

/* dependency:x : something it depends on has x in its name, id or address. */
static struct ix_pred *related_value(struct ix_checker *checker, const struct ix_field_info *info,
                                     const struct ix_literal *literal, struct ix_span span) {
    static const enum ix_field fields[] = {IX_FIELD_NAME, IX_FIELD_ID, IX_FIELD_ADDRESS};
    enum { FIELDS = sizeof fields / sizeof fields[0] };
    if (!literal) {
        return related_to(checker, info, ix_pred_new(checker, IX_PRED_TRUE, span), span);
    }
    struct ix_literal value = *literal;
    struct ix_match match = {.kind = IX_MATCH_VALUES, .values = &value, .value_count = 1};
    struct ix_pred **items = ix_arena_array(checker->arena, FIELDS, sizeof *items);
    for (size_t i = 0; items && i < FIELDS; i++) {
        items[i] = ix_check_field_leaf(checker, fields[i], IX_CLASS_WORDS, &match, span);
        if (!items[i]) {
            return NULL;
        }
    }
    return items ? related_to(checker, info, ix_pred_list(checker, IX_PRED_OR, items, FIELDS, span),
                              span)
                 : NULL;
}

static struct ix_pred *count_of(struct ix_checker *checker, const struct ix_field_info *info,
                                enum ix_compare op, const struct ix_literal *literal,
                                struct ix_span span) {
    struct ix_quantity quantity;
    if (!ix_quantity_parse(literal->text, &quantity) || !ix_sv_empty(quantity.unit)) {
        ix_check_fail(checker, IX_INVALID, (struct ix_span){literal->begin, literal->end}, "",
                      "‘%s’ is compared with a number", info->name);
        return NULL;
    }
    struct ix_pred *pred =
        related_to(checker, info, ix_pred_new(checker, IX_PRED_TRUE, span), span);
    if (pred) {
        pred->relation.is_count = true;
        pred->relation.count = ix_check_number_test(checker, op, quantity.number);
    }
    return ix_pred_not_if(checker, op == IX_COMPARE_NE, pred);
}

static struct ix_pred *count_value(struct ix_checker *checker, const struct ix_field_info *info,
                                   const struct ix_literal *literal, struct ix_span span) {
    return literal ? count_of(checker, info, IX_COMPARE_EQ, literal, span)
                   : related_value(checker, info, NULL, span);
}

static struct ix_pred *count_range(struct ix_checker *checker, const struct ix_field_info *info,
                                   const struct ix_match *match, struct ix_span span) {
    struct ix_pred *low = match->no_low
                              ? ix_pred_new(checker, IX_PRED_TRUE, span)
                              : count_of(checker, info, IX_COMPARE_GE, &match->values[0], span);
    struct ix_pred *high = match->no_high
                               ? ix_pred_new(checker, IX_PRED_TRUE, span)
                               : count_of(checker, info, IX_COMPARE_LE, &match->values[1], span);
    return ix_pred_not_if(checker, match->negated, ix_pred_pair(checker, IX_PRED_AND, low, high));
}

struct ix_pred *ix_check_related(struct ix_checker *checker, const struct ix_field_info *info,
                                 const struct ix_match *match, struct ix_span span) {
    if (info->kind == IX_KIND_RELATED) {
        return ix_check_each(checker, info, match, span, related_value);
    }
    if (match->kind == IX_MATCH_RANGE) {
        return count_range(checker, info, match, span);
    }
    if (match->kind == IX_MATCH_COMPARE && match->op < IX_COMPARE_LIKE) {
        return count_of(checker, info, match->op, &match->values[0], span);
    }
    return ix_check_each(checker, info, match, span, count_value);
}
