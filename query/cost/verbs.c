/* The reports there are, and what each asks for when nothing is said. */
#include "query/cost/covers.h"
#include "query/cost/making.h"
#include "query/suggest.h"

/* The rows of sums that are grouped. */
#define SUMS                                                                                       \
    "cost (null: no line says it), share (percent), lines, unknown; compared also before, "        \
    "change, "                                                                                     \
    "percent"

const struct ix_cost_verb ix_cost_verbs[] = {
    {.name = "report",
     .make = ix_cost_make_report,
     .by = "month,service",
     .where = "",
     .summary = "sums by any dimensions",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true},
    {.name = "top",
     .make = ix_cost_make_report,
     .by = "resource,service",
     .where = "",
     .order = IX_COST_LARGEST_FIRST,
     .limit = 20,
     .summary = "the largest sums first",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true},
    {.name = "movers",
     .make = ix_cost_make_movers,
     .by = "service",
     .where = "",
     .order = IX_COST_LARGEST_FIRST,
     .limit = 20,
     .summary = "a span of time beside the one before it, largest change first; whole months are "
                "beside months",
     .members = "before, now, change, percent",
     .amounts = "change,before,now",
     .compares = true},
    {.name = "explain",
     .make = ix_cost_make_explain,
     .by = "",
     .where = "",
     .order = IX_COST_LARGEST_FIRST,
     .limit = 40,
     .summary = "why one span of time costs something else than another, in parts that add up to "
                "the difference",
     .members = "part, change, resources, largest (of its resources: change, name, changes that "
                "the inventory saw), why",
     .amounts = "change",
     .usage = "FROM TO",
     .words = {offsetof(struct ix_cost_request, versus), offsetof(struct ix_cost_request, in)},
     .compares = true},
    {.name = "untagged",
     .make = ix_cost_make_untagged,
     .by = "resource,service",
     .where = "",
     .order = IX_COST_LARGEST_FIRST,
     .limit = 20,
     .summary = "what has no tag KEY, in the bill or at the resource; shares are of all cost",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true,
     .usage = "KEY",
     .words = {offsetof(struct ix_cost_request, of)}},
    {.name = "show",
     .make = ix_cost_make_show,
     .by = "month,charge",
     .where = "",
     .summary = "what one resource costs, month by month",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true,
     .usage = "UID",
     .words = {offsetof(struct ix_cost_request, of)}},
    {.name = "tree",
     .make = ix_cost_make_tree,
     .by = "resource.uid,resource.name,resource.type",
     .where = "",
     .order = IX_COST_LARGEST_FIRST,
     .limit = 20,
     .summary = "what a resource costs with all that is under it or needs it, each counted once",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true,
     .usage = "UID",
     .words = {offsetof(struct ix_cost_request, of)}},
    {.name = "anomalies",
     .make = ix_cost_make_anomalies,
     .by = "service",
     .where = "charge=Usage",
     .order = IX_COST_LARGEST_FIRST,
     .limit = 20,
     .summary = "days that cost something else than the weeks before them say",
     .members = "day, days, cost, expected, low, high, excess, confidence (percent), new_level "
                "(it lasted a week), resources (whose cost changed most in a week), largest",
     .amounts = "excess,cost,expected,low,high"},
    {.name = "forecast",
     .make = ix_cost_make_forecast,
     .by = "",
     .where = "",
     .summary = "what this month and the next three will cost, and how far such forecasts were off",
     .members = "month, so_far (exact), forecast, low, high, confidence (percent), error (mean of "
                "the backtests, percent), backtests; null: too few days to say",
     .amounts = "forecast,so_far,low,high"},
    {.name = "budget",
     .make = ix_cost_make_budget,
     .by = "",
     .where = "",
     .summary = "what budgets in YAML have left, and whether they will hold (exit code 6: not all)",
     .members = "name, period, budget, spent (exact), used (percent), forecast (of the period), "
                "low, high, state (ok, breaking, broken, unknown)",
     .amounts = "spent,budget,forecast,low,high",
     .takes_text = true},
    {.name = "unallocated",
     .make = ix_cost_make_report,
     .by = "match,service",
     .where = "match!=matched",
     .order = IX_COST_LARGEST_FIRST,
     .summary = "what no known resource stands for, and why",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true},
    {.name = "allocate",
     .make = ix_cost_make_allocate,
     .by = "",
     .where = "",
     .summary = "what each team, product, ... bears, by rules in YAML; the remainder is shown",
     .members = "target, rule, how (direct, split, remainder), cost, share (percent)",
     .amounts = "cost",
     .takes_text = true},
    {.name = "unit",
     .make = ix_cost_make_unit,
     .by = "month",
     .where = "",
     .summary = "cost per order, user or whatever a CSV of time and value counts",
     .members = "cost, units, unit_cost (nine decimals)",
     .amounts = "cost,units,unit_cost",
     .takes_text = true},
    {.name = "commitments",
     .make = ix_cost_make_commitments,
     .by = "commitment",
     .where = "",
     .summary = "how much of what was committed is used, covers, and saves",
     .members = "used, unused (effective cost), utilisation (percent), covered, uncovered "
                "(contracted cost), coverage (percent), saved; null: some line does not say",
     .amounts = "used,unused,covered,uncovered,saved"},
    {.name = "currencies",
     .make = ix_cost_make_report,
     .by = "",
     .where = "",
     .order = IX_COST_LARGEST_FIRST,
     .summary = "the total of each currency",
     .members = SUMS,
     .amounts = "cost,before,change",
     .sums = true},
    {.name = "periods",
     .make = ix_cost_make_periods,
     .by = "",
     .where = "",
     .summary = "the billing periods that are held",
     .members = "source, kind, month, billed, effective, list, contracted, lines, rounded, "
                "imported, run",
     .amounts = "billed,effective,list,contracted"},
    {.name = "changes",
     .make = ix_cost_make_changes,
     .by = "",
     .where = "",
     .summary = "what each run did to the bills",
     .members = "run, source, month, first, lines_before, lines, billed_before, billed, difference",
     .amounts = "billed_before,billed,difference"},
    {.name = NULL},
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

size_t ix_cost_verb_words(const struct ix_cost_verb *verb) {
    struct ix_sv rest = ix_sv_cstr(verb->usage ? verb->usage : "");
    struct ix_sv word;
    size_t count = 0;
    while (ix_sv_split(&rest, ' ', &word)) {
        count++;
    }
    return count;
}

/* What the report needs and the request does not have. */
static enum ix_code check_request(const struct ix_cost_verb *verb,
                                  const struct ix_cost_request *request, struct ix_err *err) {
    for (size_t i = 0; i < ix_cost_verb_words(verb); i++) {
        const struct ix_sv *word = (const void *)((const char *)request + verb->words[i]);
        if (ix_sv_empty(*word)) {
            return ix_err_set(err, IX_INVALID, "this report takes: %s", verb->usage);
        }
    }
    bool versus = verb->compares || (verb->sums && request->compare);
    if (!versus && !ix_sv_empty(request->versus)) {
        return ix_err_set(
            err, IX_INVALID,
            "this report compares nothing; movers and explain do, sums with --compare");
    }
    if (!verb->sums && request->compare) {
        return ix_err_set(err, IX_INVALID, "only sums are compared; movers compares spans of time");
    }
    if (verb->takes_text && !request->text.data) {
        return ix_err_set(err, IX_INVALID, "this report needs a file: --file FILE");
    }
    return IX_OK;
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
    if (check_request(verb, &full, err) != IX_OK) {
        return ix_err_wrap(err, "cost %s", verb->name);
    }
    /* whatever it asks for, it sees one state of the warehouse */
    if (ix_warehouse_snapshot_begin(warehouse, err) != IX_OK) {
        return err->code;
    }
    enum ix_code code = verb->make(&m, ret_report);
    code = code == IX_OK ? ix_cost_covers(&m, ret_report) : code;
    ix_cost_making_done(&m);
    ix_warehouse_snapshot_end(warehouse);
    return code;
}
