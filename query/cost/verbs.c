/* The reports there are, and what each asks for when nothing is said. */
#include "query/cost/making.h"
#include "query/suggest.h"

const struct ix_cost_verb ix_cost_verbs[] = {
    {"report", ix_cost_make_report, "month,service", "", IX_COST_BY_VALUES, 0,
     "sums by any dimensions", "cost (null: no line says it), share (percent), lines, unknown"},
    {"top", ix_cost_make_report, "resource,service", "", IX_COST_LARGEST_FIRST, 20,
     "the largest sums first", "cost, share, lines, unknown"},
    {"movers", ix_cost_make_movers, "service", "", IX_COST_LARGEST_FIRST, 20,
     "a span of time beside the one before it, largest change first; whole months are beside "
     "months",
     "before, now, change, percent"},
    {"unallocated", ix_cost_make_report, "match,service", "match!=matched", IX_COST_LARGEST_FIRST,
     0, "what no known resource stands for, and why", "cost, share, lines, unknown"},
    {"currencies", ix_cost_make_report, "", "", IX_COST_LARGEST_FIRST, 0,
     "the total of each currency", "cost, share, lines, unknown"},
    {"periods", ix_cost_make_periods, "", "", IX_COST_BY_VALUES, 0,
     "the billing periods that are held",
     "source, kind, month, billed, effective, list, contracted, lines, rounded, imported, run"},
    {"changes", ix_cost_make_changes, "", "", IX_COST_BY_VALUES, 0,
     "what each run did to the bills",
     "run, source, month, first, lines_before, lines, billed_before, billed, difference"},
    {0},
};

enum ix_code ix_cost_verb_find(struct ix_sv name, const struct ix_cost_verb **ret,
                               struct ix_err *err) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, name);
    for (const struct ix_cost_verb *verb = ix_cost_verbs; verb->name; verb++) {
        if (ix_sv_eq_cstr(name, verb->name)) {
            *ret = verb;
            return IX_OK;
        }
        ix_suggest_add(&suggest, verb->name);
    }
    return ix_err_set(err, IX_INVALID, "unknown report of costs ‘%.*s’%s", IX_SV_FMT(name),
                      ix_suggest_hint(&suggest, hint, "; infradex cost --help lists them"));
}

enum ix_code ix_cost_report(struct ix_warehouse *warehouse, const struct ix_cost_verb *verb,
                            const struct ix_cost_request *request, struct ix_arena *arena,
                            struct ix_cost_report *ret_report, struct ix_err *err) {
    struct ix_cost_request full = *request;
    struct ix_cost_making m = {
        .warehouse = warehouse, .verb = verb, .request = &full, .arena = arena, .err = err};
    *ret_report = (struct ix_cost_report){0};
    full.by = ix_sv_empty(request->by) ? ix_sv_cstr(verb->by) : request->by;
    full.where = ix_arena_printf(arena, "%s,%.*s", verb->where, IX_SV_FMT(request->where));
    full.limit = request->limit ? request->limit : verb->limit;
    return verb->make(&m, ret_report);
}
