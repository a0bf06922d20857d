/* What commitments (reservations, savings plans, committed use) do: how much of what was bought is
 * used, how much of what could be covered is covered, and what is saved.
 *
 * After FOCUS: usage that a commitment covers names it (CommitmentDiscountId); a line of status
 * Unused is what was bought and not used; PricingCategory Standard is usage that none covers. */
#include "query/cost/making.h"

enum dimension { CATEGORY, PRICING, COMMITMENT, STATUS, FIXED };
static const enum ix_focus_column fixed[FIXED] = {
    [CATEGORY] = IX_FOCUS_ChargeCategory,
    [PRICING] = IX_FOCUS_PricingCategory,
    [COMMITMENT] = IX_FOCUS_CommitmentDiscountId,
    [STATUS] = IX_FOCUS_CommitmentDiscountStatus,
};

/* A sum, and whether every line says it. */
struct sum {
    struct ix_money amount;
    bool unknown;
};

/* One row of the report. */
struct group {
    const struct ix_cost_row *row;
    struct sum used, unused;       /* effective */
    struct sum covered, uncovered; /* contracted: what they would cost without a commitment */
};

struct groups {
    struct ix_cost_making *m;
    struct ix_cost_question question;
    struct ix_cost_dimension dimensions[IX_COST_DIMENSIONS_MAX];
    struct group *items;
    size_t count;
    size_t first; /* of those of the same period and values: one for each currency */
};

static bool is(struct ix_sv value, const char *word) {
    return ix_sv_eq_nocase(value, ix_sv_cstr(word));
}

/* ---- adding up ---- */

static bool same_values(const struct groups *g, const struct ix_cost_row *a,
                        const struct ix_cost_row *b) {
    bool same = a->begin_ms == b->begin_ms;
    for (size_t i = 0; same && i < g->m->question.dimension_count; i++) {
        struct ix_sv x = a->values[i];
        struct ix_sv y = b->values[i];
        same = !x.data == !y.data && ix_sv_eq(x, y);
    }
    return same;
}

/* The group of the row; rows come in the order of their values. */
static struct group *group_of(struct groups *g, const struct ix_cost_row *row) {
    if (g->count > 0 && !same_values(g, g->items[g->count - 1].row, row)) {
        g->first = g->count;
    }
    for (size_t i = g->first; i < g->count; i++) {
        if (ix_sv_eq(g->items[i].row->currency, row->currency)) {
            return &g->items[i];
        }
    }
    g->items[g->count] = (struct group){.row = row};
    return &g->items[g->count++];
}

static enum ix_code add(struct groups *g, struct sum *sum, const struct ix_cost_row *row) {
    sum->unknown = sum->unknown || row->unknown > 0;
    return ix_money_add(&sum->amount, row->sum, g->m->err) == IX_OK
               ? IX_OK
               : ix_err_wrap(g->m->err, "a total in %.*s", IX_SV_FMT(row->currency));
}

/* `effective` and `contracted` are of the same lines. */
static enum ix_code add_row(struct groups *g, const struct ix_cost_row *effective,
                            const struct ix_cost_row *contracted) {
    const struct ix_sv *fixed_values = &effective->values[g->m->question.dimension_count];
    struct ix_sv pricing = fixed_values[PRICING];
    if (is(fixed_values[STATUS], "Unused")) {
        return add(g, &group_of(g, effective)->unused, effective);
    }
    if (!is(fixed_values[CATEGORY], "Usage")) {
        return IX_OK;
    }
    if (fixed_values[COMMITMENT].data || is(pricing, "Committed")) {
        struct group *group = group_of(g, effective);
        return add(g, &group->used, effective) == IX_OK ? add(g, &group->covered, contracted)
                                                        : g->m->err->code;
    }
    return !pricing.data || is(pricing, "Standard")
               ? add(g, &group_of(g, effective)->uncovered, contracted)
               : IX_OK;
}

static enum ix_code make_question(struct groups *g) {
    struct ix_cost_making *m = g->m;
    const size_t asked = m->question.dimension_count;
    if (asked + FIXED > IX_COST_DIMENSIONS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "commitments take up to %d dimensions",
                          IX_COST_DIMENSIONS_MAX - FIXED);
    }
    for (size_t i = 0; i < asked; i++) {
        g->dimensions[i] = m->dimensions[i];
    }
    for (size_t i = 0; i < FIXED; i++) {
        g->dimensions[asked + i] =
            (struct ix_cost_dimension){.kind = IX_COST_BY_COLUMN, .column = fixed[i]};
    }
    g->question = m->question;
    g->question.dimensions = g->dimensions;
    g->question.dimension_count = asked + FIXED;
    return IX_OK;
}

static enum ix_code read_groups(struct groups *g, struct ix_cost_answer *ret_answer) {
    struct ix_cost_making *m = g->m;
    struct ix_cost_question contracted = g->question;
    struct ix_cost_answer beside;
    enum ix_code code = IX_OK;
    if (m->question.metric != IX_COST_EFFECTIVE) {
        return ix_err_set(m->err, IX_INVALID,
                          "commitments lay effective beside contracted cost; leave --metric out");
    }
    contracted.metric = IX_COST_CONTRACTED;
    if (ix_cost_making_ask(m, &g->question, ret_answer) != IX_OK ||
        ix_cost_making_ask(m, &contracted, &beside) != IX_OK) {
        return m->err->code;
    }
    g->items = ix_arena_array(m->arena, ret_answer->count + 1, sizeof *g->items);
    if (!g->items) {
        return ix_err_nomem(m->err);
    }
    if (ret_answer->count != beside.count) { /* one snapshot, the same lines */
        return ix_err_set(m->err, IX_CORRUPT,
                          "two metrics of the same lines do not match; see infradex doctor");
    }
    for (size_t i = 0; code == IX_OK && i < beside.count; i++) {
        code = add_row(g, &ret_answer->rows[i], &beside.rows[i]);
    }
    return code;
}

/* ---- rows ---- */

static struct ix_json *sum_node(struct ix_cost_making *m, const struct sum *sum) {
    return sum->unknown ? ix_json_new_null(m->arena) : ix_cost_money_node(m, sum->amount);
}

/* The share that `part` is of both. */
static enum ix_code share_node(struct ix_cost_making *m, const struct sum *part,
                               const struct sum *rest, struct ix_json **ret) {
    struct ix_money whole = part->amount;
    if (ix_money_add(&whole, rest->amount, m->err) != IX_OK) {
        return m->err->code;
    }
    *ret = part->unknown || rest->unknown ? ix_json_new_null(m->arena)
                                          : ix_cost_percent_node(m, part->amount, whole);
    return IX_OK;
}

/* What is covered would have cost `covered`: less what was paid for it, used or not. */
static enum ix_code saved_of(struct ix_cost_making *m, const struct group *group, struct sum *ret) {
    *ret = group->covered;
    ret->unknown = ret->unknown || group->used.unknown || group->unused.unknown;
    return ix_money_subtract(&ret->amount, group->used.amount, m->err) == IX_OK
               ? ix_money_subtract(&ret->amount, group->unused.amount, m->err)
               : m->err->code;
}

static enum ix_code make_row(struct ix_cost_making *m, const struct group *group,
                             struct ix_json *rows) {
    struct ix_json *node = ix_cost_row_node(m, group->row, true);
    struct ix_json *utilisation = NULL;
    struct ix_json *coverage = NULL;
    struct sum saved;
    if (share_node(m, &group->used, &group->unused, &utilisation) != IX_OK ||
        share_node(m, &group->covered, &group->uncovered, &coverage) != IX_OK ||
        saved_of(m, group, &saved) != IX_OK) {
        return m->err->code;
    }
    ix_cost_set(m, node, "used", sum_node(m, &group->used));
    ix_cost_set(m, node, "unused", sum_node(m, &group->unused));
    ix_cost_set(m, node, "utilisation", utilisation);
    ix_cost_set(m, node, "covered", sum_node(m, &group->covered));
    ix_cost_set(m, node, "uncovered", sum_node(m, &group->uncovered));
    ix_cost_set(m, node, "coverage", coverage);
    ix_cost_set(m, node, "saved", sum_node(m, &saved));
    ix_json_append(rows, node);
    return IX_OK;
}

enum ix_code ix_cost_make_commitments(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct groups g = {.m = m};
    struct ix_cost_answer answer;
    struct ix_cost_totals totals = {0};
    if (ix_cost_making_read(m) != IX_OK || make_question(&g) != IX_OK ||
        read_groups(&g, &answer) != IX_OK || ix_cost_add_up(m, &answer, &totals) != IX_OK) {
        return m->err->code;
    }
    enum ix_code code = IX_OK;
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; code == IX_OK && i < ix_cost_making_shown(m, g.count); i++) {
        code = make_row(m, &g.items[i], ret->rows);
    }
    ret->columns = ix_cost_row_columns(
        m, "currency,used,unused,utilisation,covered,uncovered,coverage,saved", true);
    ret->meta = ix_cost_meta_node(m, &answer, ix_cost_totals_node(m, &totals), g.count);
    return code == IX_OK ? ix_arena_check(m->arena, m->err) : code;
}
