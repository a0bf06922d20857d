/* The same question without its conditions, but for the basis: bills and estimates are never one
 * sum. */
#include "query/cost/covers.h"

static bool is_of_some(const struct ix_cost_making *m) {
    bool some = m->question.rids != NULL;
    for (size_t i = 0; !some && i < m->question.filter_count; i++) {
        some = m->filters[i].of.kind != IX_COST_BY_BASIS;
    }
    return some;
}

/* *ret_known false: what is beside the report has a currency without a rate, or is more than an
 * amount can be. The report stands all the same. */
static enum ix_code read_all(struct ix_cost_making *m, struct ix_cost_totals *ret,
                             bool *ret_known) {
    struct ix_err *err = m->err;
    struct ix_err fault = {0};
    struct ix_cost_filter basis[IX_COST_FILTERS_MAX];
    struct ix_cost_question all = {.metric = m->question.metric,
                                   .from_ms = m->question.from_ms,
                                   .until_ms = m->question.until_ms,
                                   .filters = basis};
    struct ix_cost_answer answer;
    for (size_t i = 0; i < m->question.filter_count; i++) {
        if (m->filters[i].of.kind == IX_COST_BY_BASIS) {
            basis[all.filter_count++] = m->filters[i];
        }
    }
    m->err = &fault;
    enum ix_code code = ix_cost_making_ask(m, &all, &answer);
    code = code == IX_OK ? ix_cost_add_up(m, &answer, ret) : code;
    m->err = err;
    *ret_known = code == IX_OK;
    bool small = code == IX_OK || code == IX_INVALID || code == IX_LIMIT;
    return small ? IX_OK : ix_err_set(err, code, "%s", fault.text);
}

static struct ix_json *covered(struct ix_cost_making *m, const struct ix_json *total,
                               const struct ix_cost_totals *all) {
    struct ix_json *node = ix_json_new_object(m->arena);
    struct ix_sv currency = ix_json_string(ix_json_get(total, "currency"));
    const struct ix_cost_total *whole = ix_cost_total_of(all, currency);
    struct ix_money part = {0};
    struct ix_err unknown = {0};
    bool rounded = false;
    bool known = whole && ix_money_parse(ix_json_get_string(total, "cost"), &part, &rounded,
                                         &unknown) == IX_OK;
    ix_cost_set(m, node, "currency", ix_cost_text_node(m, currency));
    ix_cost_set(m, node, "of",
                whole ? ix_cost_money_node(m, whole->sum) : ix_json_new_null(m->arena));
    ix_cost_set(m, node, "percent",
                known ? ix_cost_percent_node(m, part, whole->sum) : ix_json_new_null(m->arena));
    return node;
}

enum ix_code ix_cost_covers(struct ix_cost_making *m, struct ix_cost_report *report) {
    const struct ix_json *totals = ix_json_get(report->meta, "totals");
    struct ix_json *covers = ix_json_new_array(m->arena);
    struct ix_cost_totals all = {0};
    bool known = true;
    if (!ix_json_first(totals) || !is_of_some(m)) {
        return IX_OK;
    }
    if (read_all(m, &all, &known) != IX_OK || !known) {
        return m->err->code;
    }
    for (const struct ix_json *t = ix_json_first(totals); t; t = ix_json_next(t)) {
        ix_json_append(covers, covered(m, t, &all));
    }
    ix_cost_set(m, report->meta, "covers", covers);
    if (m->rates) { /* more of them were taken */
        ix_cost_set(m, report->meta, "converted", ix_cost_rates_node(m));
    }
    return ix_arena_check(m->arena, m->err);
}
