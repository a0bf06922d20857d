/* What nobody put a tag on: lines without it in the bill, of resources without it. */
#include "query/cost/making.h"

static enum ix_code keep_without(struct ix_cost_making *m, enum ix_cost_dimension_kind where) {
    static const struct ix_sv nothing = {0};
    return ix_cost_making_filter(
        m, &(struct ix_cost_filter){
               .of = {.kind = where, .key = m->request->of}, .values = &nothing, .value_count = 1});
}

/* The total of all lines, tagged or not: what the rows are a share of. */
static enum ix_code read_whole(struct ix_cost_making *m, struct ix_cost_totals *ret_whole) {
    struct ix_cost_question whole = m->question;
    struct ix_cost_answer answer;
    whole.grain = IX_COST_GRAIN_NONE;
    whole.dimension_count = 0;
    return ix_cost_making_ask(m, &whole, &answer) == IX_OK ? ix_cost_add_up(m, &answer, ret_whole)
                                                           : m->err->code;
}

enum ix_code ix_cost_make_untagged(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct ix_cost_totals whole = {0};
    if (ix_cost_making_read(m) != IX_OK || read_whole(m, &whole) != IX_OK ||
        keep_without(m, IX_COST_BY_TAG) != IX_OK ||
        keep_without(m, IX_COST_BY_RESOURCE_TAG) != IX_OK ||
        ix_cost_making_sums(m, &whole, ret) != IX_OK) {
        return m->err->code;
    }
    ix_cost_set(m, ret->meta, "whole", ix_cost_totals_node(m, &whole));
    return ix_arena_check(m->arena, m->err);
}
