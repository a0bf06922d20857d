/* A span of time beside an earlier one. */
#include <stdlib.h>

#include "query/cost/making.h"

struct move {
    const struct ix_cost_row *row;             /* of either span, for its dimensions */
    struct ix_money before, now, change, size; /* size: of the change, never negative */
};

static int compare_values(const struct ix_cost_making *m, const struct ix_cost_row *a,
                          const struct ix_cost_row *b) {
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        struct ix_sv x = a->values[i];
        struct ix_sv y = b->values[i];
        int result = !x.data != !y.data ? (x.data ? -1 : 1) : ix_sv_cmp(x, y);
        if (result) {
            return result;
        }
    }
    return ix_sv_cmp(a->currency, b->currency);
}

static int by_change(const void *a, const void *b) {
    const struct move *x = a;
    const struct move *y = b;
    int currency = ix_sv_cmp(x->row->currency, y->row->currency);
    return currency ? currency : ix_money_compare(y->size, x->size);
}

/* What changed, and how much that is whichever way it went. */
static enum ix_code measure(struct move *move, struct ix_err *err) {
    bool up = ix_money_compare(move->now, move->before) >= 0;
    move->change = move->now;
    move->size = up ? move->now : move->before;
    enum ix_code code = ix_money_subtract(&move->change, move->before, err);
    return code == IX_OK ? ix_money_subtract(&move->size, up ? move->before : move->now, err)
                         : code;
}

/* Both answers are sorted by their values. */
static enum ix_code pair(struct ix_cost_making *m, const struct ix_cost_answer *before,
                         const struct ix_cost_answer *now, struct move **ret_moves,
                         size_t *ret_count) {
    struct move *moves = ix_arena_array(m->arena, before->count + now->count + 1, sizeof *moves);
    size_t b = 0;
    size_t n = 0;
    *ret_count = 0;
    while (moves && (b < before->count || n < now->count)) {
        int order = b == before->count ? 1
                    : n == now->count  ? -1
                                       : compare_values(m, &before->rows[b], &now->rows[n]);
        struct move *move = &moves[(*ret_count)++];
        move->row = order <= 0 ? &before->rows[b] : &now->rows[n];
        move->before = order <= 0 ? before->rows[b++].sum : (struct ix_money){0};
        move->now = order >= 0 ? now->rows[n++].sum : (struct ix_money){0};
        if (measure(move, m->err) != IX_OK) {
            return m->err->code;
        }
    }
    *ret_moves = moves;
    return moves ? IX_OK : ix_err_nomem(m->err);
}

static struct ix_json *move_row(struct ix_cost_making *m, const struct move *move) {
    struct ix_json *node = ix_cost_row_node(m, move->row, false);
    ix_cost_set(m, node, "before", ix_cost_money_node(m, move->before));
    ix_cost_set(m, node, "now", ix_cost_money_node(m, move->now));
    ix_cost_set(m, node, "change", ix_cost_money_node(m, move->change));
    ix_cost_set(m, node, "percent", ix_cost_percent_node(m, move->change, move->before));
    return node;
}

static enum ix_code make_movers(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct ix_cost_answer before;
    struct ix_cost_answer now;
    struct ix_cost_question earlier = m->question;
    struct ix_cost_totals totals = {0};
    struct move *moves = NULL;
    size_t count = 0;
    if (ix_cost_making_versus(m, &earlier.from_ms, &earlier.until_ms) != IX_OK ||
        ix_cost_making_ask(m, &m->question, &now) != IX_OK ||
        ix_cost_making_ask(m, &earlier, &before) != IX_OK ||
        pair(m, &before, &now, &moves, &count) != IX_OK ||
        ix_cost_add_up(m, &now, &totals) != IX_OK) {
        return m->err->code;
    }
    qsort(moves, count, sizeof *moves, by_change);
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < ix_cost_making_shown(m, count); i++) {
        ix_json_append(ret->rows, move_row(m, &moves[i]));
    }
    ret->columns = ix_cost_row_columns(m, "currency,before,now,change,percent", false);
    ret->meta = ix_cost_meta_node(m, &now, ix_cost_totals_node(m, &totals), count);
    ix_cost_set(m, ret->meta, "before_from", ix_cost_time_node(m, earlier.from_ms));
    ix_cost_set(m, ret->meta, "before_until", ix_cost_time_node(m, earlier.until_ms));
    return ix_arena_check(m->arena, m->err);
}

enum ix_code ix_cost_make_movers(struct ix_cost_making *m, struct ix_cost_report *ret) {
    if (ix_cost_making_read(m) != IX_OK) {
        return m->err->code;
    }
    if (m->question.grain != IX_COST_GRAIN_NONE) {
        return ix_err_set(m->err, IX_INVALID, "‘%.*s’: movers compare two spans of time as wholes",
                          IX_SV_FMT(m->grain_name));
    }
    return ix_cost_making_need_span(m, "--in 2025-03, or --from and --until") == IX_OK
               ? make_movers(m, ret)
               : m->err->code;
}
