/* Sums by dimensions: the warehouse adds up, and here rows become what people read. */
#include <stdlib.h>

#include "query/cost/earlier.h"

/* Of equal sums the first stays so: rows are told apart by where they stand. */
static int by_cost(const void *a, const void *b) {
    const struct ix_cost_row *x = *(const struct ix_cost_row *const *)a;
    const struct ix_cost_row *y = *(const struct ix_cost_row *const *)b;
    int order = ix_sv_cmp(x->currency, y->currency);
    order = order ? order : ix_money_compare(y->sum, x->sum);
    return order ? order : (x > y) - (x < y);
}

/* `whole` is what shares are shares of. */
static struct ix_json *report_row(struct ix_cost_making *m, const struct ix_cost_row *row,
                                  const struct ix_cost_totals *whole) {
    struct ix_json *node = ix_cost_row_node(m, row, true);
    const struct ix_cost_total *total = ix_cost_total_of(whole, row->currency);
    bool known = row->unknown < row->lines;
    ix_cost_set(m, node, "cost",
                known ? ix_cost_money_node(m, row->sum) : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "share",
                known && total ? ix_cost_percent_node(m, row->sum, total->sum)
                               : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "lines", ix_json_new_int64(m->arena, row->lines));
    ix_cost_set(m, node, "unknown", ix_json_new_int64(m->arena, row->unknown));
    return node;
}

/* Where the largest rows come first, the warehouse gives no others: it need not look up their
 * texts. What is converted has other sums there. */
static enum ix_code ask(struct ix_cost_making *m, struct ix_cost_answer *ret_answer,
                        struct ix_cost_totals *ret_totals) {
    struct ix_cost_question question = m->question;
    if (m->verb->order == IX_COST_LARGEST_FIRST && m->request->limit > 0 && !m->rates) {
        question.largest = (size_t)m->request->limit;
    }
    enum ix_code code = ix_cost_making_ask(m, &question, ret_answer);
    return code == IX_OK ? ix_cost_add_up(m, ret_answer, ret_totals) : code;
}

enum ix_code ix_cost_making_sums(struct ix_cost_making *m, const struct ix_cost_totals *whole,
                                 struct ix_cost_report *ret) {
    struct ix_cost_answer answer;
    struct ix_cost_totals totals = {0};
    if (ask(m, &answer, &totals) != IX_OK) {
        return m->err->code;
    }
    const struct ix_cost_row **rows = ix_arena_array(m->arena, answer.count + 1, sizeof *rows);
    if (!rows) {
        return ix_err_nomem(m->err);
    }
    for (size_t i = 0; i < answer.count; i++) {
        rows[i] = &answer.rows[i];
    }
    if (m->verb->order == IX_COST_LARGEST_FIRST) {
        qsort(rows, answer.count, sizeof *rows, by_cost);
    }
    size_t shown = ix_cost_making_shown(m, answer.count);
    struct ix_cost_earlier earlier = {0};
    if (m->request->compare && ix_cost_earlier_read(m, &earlier) != IX_OK) {
        return m->err->code;
    }
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < shown; i++) {
        struct ix_json *node = report_row(m, rows[i], whole ? whole : &totals);
        if (m->request->compare && ix_cost_earlier_set(m, &earlier, rows[i], node) != IX_OK) {
            return m->err->code;
        }
        ix_json_append(ret->rows, node);
    }
    ret->columns = ix_cost_row_columns(
        m,
        m->request->compare ? "currency,cost,before,change,percent,share,lines,unknown"
                            : "currency,cost,share,lines,unknown",
        true);
    ret->meta = ix_cost_meta_node(m, &answer, ix_cost_totals_node(m, &totals), answer.found);
    return ix_arena_check(m->arena, m->err);
}

enum ix_code ix_cost_make_report(struct ix_cost_making *m, struct ix_cost_report *ret) {
    return ix_cost_making_read(m) == IX_OK ? ix_cost_making_sums(m, NULL, ret) : m->err->code;
}
