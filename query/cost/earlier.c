#include "query/cost/earlier.h"

#include <inttypes.h>

/* The calendar period before the one that begins there. */
static int64_t period_before(enum ix_cost_grain grain, int64_t begin_ms) {
    enum { WEEK_DAYS = 7, QUARTER_MONTHS = 3, YEAR_MONTHS = 12 };
    switch (grain) {
    case IX_COST_GRAIN_DAY:
        return begin_ms - IX_DAY_MS;
    case IX_COST_GRAIN_WEEK:
        return begin_ms - WEEK_DAYS * (int64_t)IX_DAY_MS;
    case IX_COST_GRAIN_QUARTER:
        return ix_time_add_months(begin_ms, -QUARTER_MONTHS);
    case IX_COST_GRAIN_YEAR:
        return ix_time_add_months(begin_ms, -YEAR_MONTHS);
    default:
        return ix_time_add_months(begin_ms, -1);
    }
}

/* A text that no other row of the answer has. */
static struct ix_sv key_of(struct ix_cost_making *m, int64_t begin_ms,
                           const struct ix_cost_row *row) {
    struct ix_sv key =
        ix_arena_printf(m->arena, "%" PRId64 " %.*s", begin_ms, IX_SV_FMT(row->currency));
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        struct ix_sv value = row->values[i];
        key = ix_arena_printf(m->arena, "%.*s %zd:%.*s", IX_SV_FMT(key),
                              value.data ? (ptrdiff_t)value.size : -1, IX_SV_FMT(value));
    }
    return key;
}

static enum ix_code question_of(struct ix_cost_making *m, struct ix_cost_question *ret) {
    *ret = m->question;
    if (ret->grain == IX_COST_GRAIN_NONE) {
        return ix_cost_making_need_span(m, "--in 2025-03, or --from and --until") == IX_OK
                   ? ix_cost_making_versus(m, &ret->from_ms, &ret->until_ms)
                   : m->err->code;
    }
    if (ret->from_ms != IX_TIME_UNKNOWN) {
        ret->from_ms = period_before(ret->grain, ret->from_ms);
    }
    return IX_OK;
}

enum ix_code ix_cost_earlier_read(struct ix_cost_making *m, struct ix_cost_earlier *ret) {
    struct ix_cost_question question;
    struct ix_cost_answer answer;
    if (question_of(m, &question) != IX_OK || ix_cost_making_ask(m, &question, &answer) != IX_OK) {
        return m->err->code;
    }
    ix_map_init(&ret->sums, m->arena);
    ret->first_ms = answer.count ? answer.rows[0].begin_ms : IX_TIME_UNKNOWN;
    for (size_t i = 0; i < answer.count; i++) {
        const struct ix_cost_row *row = &answer.rows[i];
        union ix_map_value *value = ix_map_put(&ret->sums, key_of(m, row->begin_ms, row), NULL);
        if (!value) {
            return ix_err_nomem(m->err);
        }
        value->pointer = (void *)(uintptr_t)row;
    }
    return ix_arena_check(m->arena, m->err);
}

enum ix_code ix_cost_earlier_set(struct ix_cost_making *m, const struct ix_cost_earlier *earlier,
                                 const struct ix_cost_row *row, struct ix_json *node) {
    const bool periods = m->question.grain != IX_COST_GRAIN_NONE;
    const int64_t begin = periods ? period_before(m->question.grain, row->begin_ms) : row->begin_ms;
    const union ix_map_value *found = ix_map_find(&earlier->sums, key_of(m, begin, row));
    const struct ix_cost_row *before = found ? found->pointer : NULL;
    const bool known =
        before ? before->unknown < before->lines
               : earlier->first_ms != IX_TIME_UNKNOWN && (!periods || begin >= earlier->first_ms);
    const struct ix_money was = before ? before->sum : (struct ix_money){0};
    struct ix_money change = row->sum;
    if (!known || row->unknown == row->lines) {
        ix_cost_set(m, node, "before",
                    known ? ix_cost_money_node(m, was) : ix_json_new_null(m->arena));
        ix_cost_set(m, node, "change", ix_json_new_null(m->arena));
        ix_cost_set(m, node, "percent", ix_json_new_null(m->arena));
        return IX_OK;
    }
    if (ix_money_subtract(&change, was, m->err) != IX_OK) {
        return ix_err_wrap(m->err, "a difference of sums");
    }
    ix_cost_set(m, node, "before", ix_cost_money_node(m, was));
    ix_cost_set(m, node, "change", ix_cost_money_node(m, change));
    ix_cost_set(m, node, "percent", ix_cost_percent_node(m, change, was));
    return IX_OK;
}
