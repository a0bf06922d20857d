/* What the warehouse holds of bills, and what each run did to it. */
#include "query/cost/making.h"
#include "query/cost/name.h"

static struct ix_json *month_node(struct ix_cost_making *m, int64_t ms) {
    return ix_json_new_string(m->arena, ix_cost_period_text(m->arena, IX_COST_GRAIN_MONTH, ms));
}

static struct ix_json *int_node(struct ix_cost_making *m, int64_t value) {
    return ix_json_new_int64(m->arena, value);
}

static struct ix_json *period_node(struct ix_cost_making *m, const struct ix_cost_period *p) {
    struct ix_json *row = ix_json_new_object(m->arena);
    ix_cost_set(m, row, "source", ix_cost_text_node(m, p->source));
    ix_cost_set(m, row, "kind", ix_cost_text_node(m, p->source_kind));
    ix_cost_set(m, row, "month", month_node(m, p->begin_ms));
    ix_cost_set(m, row, "currency", ix_cost_text_node(m, p->currency));
    for (int metric = 0; metric < IX_COST_METRIC_COUNT; metric++) {
        bool known = p->unknown[metric] < p->lines;
        ix_cost_set(m, row, ix_cost_metric_name((enum ix_cost_metric)metric),
                    known ? ix_cost_money_node(m, p->total[metric]) : ix_json_new_null(m->arena));
    }
    ix_cost_set(m, row, "lines", int_node(m, p->lines));
    ix_cost_set(m, row, "rounded", int_node(m, p->rounded));
    ix_cost_set(m, row, "imported", ix_cost_time_node(m, p->imported_ms));
    ix_cost_set(m, row, "run", int_node(m, p->run));
    return row;
}

enum ix_code ix_cost_make_periods(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct ix_cost_periods found;
    if (ix_warehouse_cost_periods(m->warehouse, m->arena, &found, m->err) != IX_OK) {
        return m->err->code;
    }
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < ix_cost_making_shown(m, found.count); i++) {
        ix_json_append(ret->rows, period_node(m, &found.items[i]));
    }
    ret->columns = IX_SV("month,currency,billed,effective,lines,imported,source");
    ret->meta = ix_json_new_object(m->arena);
    ix_cost_set(m, ret->meta, "rows", int_node(m, (int64_t)found.count));
    return ix_arena_check(m->arena, m->err);
}

static struct ix_json *change_node(struct ix_cost_making *m, const struct ix_cost_change *c,
                                   struct ix_money difference) {
    struct ix_json *row = ix_json_new_object(m->arena);
    ix_cost_set(m, row, "run", int_node(m, c->run));
    ix_cost_set(m, row, "source", ix_cost_text_node(m, c->source));
    ix_cost_set(m, row, "month", month_node(m, c->begin_ms));
    ix_cost_set(m, row, "currency", ix_cost_text_node(m, c->currency));
    ix_cost_set(m, row, "first", ix_json_new_bool(m->arena, !c->was_known));
    ix_cost_set(m, row, "lines_before", int_node(m, c->old_lines));
    ix_cost_set(m, row, "lines", int_node(m, c->new_lines));
    ix_cost_set(m, row, "billed_before", ix_cost_money_node(m, c->old_total[IX_COST_BILLED]));
    ix_cost_set(m, row, "billed", ix_cost_money_node(m, c->new_total[IX_COST_BILLED]));
    ix_cost_set(m, row, "difference", ix_cost_money_node(m, difference));
    return row;
}

enum ix_code ix_cost_make_changes(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct ix_cost_changes found;
    if (ix_warehouse_cost_changes(m->warehouse, 0, m->arena, &found, m->err) != IX_OK) {
        return m->err->code;
    }
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < ix_cost_making_shown(m, found.count); i++) {
        const struct ix_cost_change *c = &found.items[i];
        struct ix_money difference = c->new_total[IX_COST_BILLED];
        if (ix_money_subtract(&difference, c->old_total[IX_COST_BILLED], m->err) != IX_OK) {
            return m->err->code;
        }
        ix_json_append(ret->rows, change_node(m, c, difference));
    }
    ret->columns = IX_SV("run,month,currency,first,billed_before,billed,difference,lines,source");
    ret->meta = ix_json_new_object(m->arena);
    ix_cost_set(m, ret->meta, "rows", int_node(m, (int64_t)found.count));
    return ix_arena_check(m->arena, m->err);
}
