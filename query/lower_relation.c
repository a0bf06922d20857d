/* Relations. has() and no() walk backwards, once, from everything that `where` finds: a set of
 * starts, independent of the row, that the row is or is not in. A least depth above one, and
 * count(), ask for the row's own reach; they walk forwards from the row.
 *
 * Depth counts edges walked; the start itself is reached only at depth 0 (`*0..n`) or over a cycle.
 * docs/QUERY.md, "Relations". */
#include "query/lower_set.h"

static struct ix_edge_query edge_of(const struct ix_hop *hop, bool backwards) {
    bool out = hop->direction != IX_HOP_IN;
    bool in = hop->direction != IX_HOP_OUT;
    return (struct ix_edge_query){
        .types = hop->types,
        .type_count = hop->type_count,
        .declared = (hop->basis & IX_BASIS_DECLARED) != 0,
        .inferred = (hop->basis & IX_BASIS_INFERRED) != 0,
        .out = backwards ? in : out,
        .in = backwards ? out : in,
    };
}

/* A select of what is within the hop's depths of the set `from`. */
static void walk_set(struct ix_lowering *l, struct ix_sql *sql, const struct ix_sql *from,
                     const struct ix_hop *hop, bool backwards) {
    struct ix_edge_query edge = edge_of(hop, backwards);
    l->dialect->reach(sql, from, &edge, hop->min_depth, hop->max_depth);
}

bool ix_lower_hop(struct ix_lowering *l, struct ix_sql *sql, const struct ix_sql *from,
                  const struct ix_hop *hop) {
    walk_set(l, sql, from, hop, false);
    return true;
}

static bool select_rows(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *where) {
    l->dialect->resources(sql, l->scope);
    ix_sql_text(sql, " AND ");
    return ix_lower_pred(l, sql, where);
}

static void select_set(struct ix_lowering *l, struct ix_sql *sql, const struct ix_sql *set) {
    const struct ix_dialect_sets *sets = l->dialect->sets;
    struct ix_sql list;
    struct ix_sql alive;
    ix_sql_init(&list, l->arena);
    ix_sql_init(&alive, l->arena);
    sets->living(&list, l->scope);
    ix_sql_text(&list, ", ");
    ix_sql_append(&list, set);
    sets->join(&alive, IX_SET_BOTH, &list);
    sets->rids(sql, &alive);
    ix_sql_done(&list);
    ix_sql_done(&alive);
}

/* "SELECT rid …": what `where` finds, of a set where one decides it. */
static bool select_where(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_lowering inner = *l;
    struct ix_sql set;
    inner.depth += IX_LOWER_RELATION_DEPTH;
    inner.scope = pred->relation.include_deleted ? IX_SCOPE_WITH_DELETED : IX_SCOPE_CURRENT;
    ix_sql_init(&set, l->arena);
    bool decides = ix_lower_set_of(&inner, &set, pred->relation.where) == IX_SET_DECIDES;
    bool done = l->err->code == IX_OK;
    if (done && decides) {
        select_set(&inner, sql, &set);
    } else if (done) {
        done = select_rows(&inner, sql, pred->relation.where);
    }
    ix_sql_done(&set);
    return done;
}

static bool is_shallow(const struct ix_pred *pred) {
    for (size_t i = 0; i < pred->relation.hop_count; i++) {
        if (pred->relation.hops[i].min_depth > 1) {
            return false;
        }
    }
    return !pred->relation.is_count;
}

/* Backwards over all hops, the last one first. */
static bool lower_starts(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_sql set;
    ix_sql_init(&set, l->arena);
    bool done = select_where(l, &set, pred);
    for (size_t i = pred->relation.hop_count; done && i > 0; i--) {
        struct ix_sql wider;
        ix_sql_init(&wider, l->arena);
        walk_set(l, &wider, &set, &pred->relation.hops[i - 1], true);
        ix_sql_done(&set);
        set = wider;
    }
    if (done) {
        l->dialect->in_set(sql, &set);
    }
    ix_sql_done(&set);
    return done;
}

static int64_t bound_of(const struct ix_test *test, bool low) {
    if (test->op == IX_OP_EQ) {
        return (int64_t)test->values[0].number;
    }
    const struct ix_operand *end = low ? &test->low : &test->high;
    bool has = low ? test->has_low : test->has_high;
    bool open = low ? test->low_open : test->high_open;
    if (!has) {
        return low ? 0 : INT64_MAX;
    }
    return (int64_t)end->number + (open ? (low ? 1 : -1) : 0);
}

/* Forwards from the row: how many are reached that `where` finds. */
static bool lower_own_reach(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_sql set;
    struct ix_sql where;
    ix_sql_init(&set, l->arena);
    ix_sql_init(&where, l->arena);
    l->dialect->this_row(&set);
    for (size_t i = 0; i < pred->relation.hop_count; i++) {
        struct ix_sql wider;
        ix_sql_init(&wider, l->arena);
        walk_set(l, &wider, &set, &pred->relation.hops[i], false);
        ix_sql_done(&set);
        set = wider;
    }
    bool done = select_where(l, &where, pred);
    bool is_count = pred->relation.is_count;
    if (done) {
        l->dialect->count_in(sql, &set, &where,
                             is_count ? bound_of(&pred->relation.count, true) : 1,
                             is_count ? bound_of(&pred->relation.count, false) : INT64_MAX);
    }
    ix_sql_done(&set);
    ix_sql_done(&where);
    return done;
}

bool ix_lower_relation(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    return is_shallow(pred) ? lower_starts(l, sql, pred) : lower_own_reach(l, sql, pred);
}
