/* Every n-th allocation finds no memory. What is done ends with "out of memory" or does all it
 * should; what is left holds the run before or the whole run. Leaks are found by the sanitizer. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "query/cost/cost.h"
#include "tests/fault/drill.h"
#include "tests/fault/memory.h"

enum { TRIES = 300 };

static void tell_broken(void *context, const struct ix_finding *finding) {
    cr_assert_neq(finding->level, IX_FINDING_BROKEN, "%s: %s", finding->check, finding->text);
    ++*(int *)context;
}

static enum ix_code do_check(struct drill *d, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    int findings = 0;
    enum ix_code code = world_open(d->w.folder, IX_OPEN_WRITE_EXISTING, &warehouse, err);
    code = code == IX_OK ? ix_warehouse_check(warehouse, 0, tell_broken, &findings, err) : code;
    ix_warehouse_close(warehouse);
    cr_assert(code != IX_OK || findings >= 7, "%d", findings);
    return code;
}

/* ---- reports of cost: they read, and what they say is compared ---- */

static const struct asking {
    const char *verb;
    struct ix_cost_request request;
} reports[] = {
#define SV(text)                                                                                   \
    { (text), sizeof(text) - 1 }
    {"report", {.by = SV("month,service,resource.name"), .rates = SV("EUR,USD,1.1")}},
    {"report",
     {.by = SV("month,resource.owner,resource.stack,resource.tag.team"),
      .rates = SV("EUR,USD,1.1\nEUR,USD,2,2025-02\nEUR,USD,3,2025-03-04")}},
    {"report", {.query = SV("cost.forecast:>=0 or cost.basis:bill")}},
    {"top", {.query = SV("kind:volume cost.prev>0 or name:web"), .in = SV("2025-03")}},
    {"movers", {.in = SV("2025-03")}},
    {"explain", {.versus = SV("2025-02"), .in = SV("2025-03")}},
    {"untagged", {.of = SV("team")}},
    {"show", {.of = SV("source:inventory|machine")}},
    {"show", {.of = SV("i-00000000000000001")}},
    {"tree", {.of = SV("source:inventory|stack")}},
    {"unallocated", {.by = SV("match")}},
    {"commitments", {.by = SV("service")}},
    {"anomalies", {.from = SV("2025-02-15")}},
    {"forecast", {.by = SV("service")}},
    {"budget", {.text = SV("budgets: [{name: a, amount: 9 USD, query: name:web, per: quarter}]")}},
    {"allocate",
     {.text = SV("dimension: team\nrules: [{target: a, where: service=Compute}, "
                 "{split: in proportion}]")}},
    {"unit", {.text = SV("2025-01,1200\n2025-02,1500")}},
    {"periods", {.by = SV("")}},
    {"changes", {.by = SV("")}},
#undef SV
};

static const struct asking *asked; /* by do_report */
static struct ix_buf *reported;

static enum ix_code do_report(struct drill *d, struct ix_err *err) {
    const int64_t now_ms = INT64_C(1743500000000); /* 2025-04-01 */
    struct ix_cost_request request = asked->request;
    struct ix_cost_report report = {0};
    struct ix_warehouse *warehouse = NULL;
    const struct ix_cost_verb *verb;
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    ix_buf_clear(reported);
    request.metric = IX_SV("effective");
    request.now_ms = now_ms;
    enum ix_code code = ix_cost_verb_find(ix_sv_cstr(asked->verb), &verb, err);
    code = code == IX_OK ? world_open(d->w.folder, IX_OPEN_READ, &warehouse, err) : code;
    code = code == IX_OK ? ix_cost_report(warehouse, verb, &request, &arena, &report, err) : code;
    if (code == IX_OK) {
        ix_json_write(reported, report.rows);
        code = ix_buf_check(reported, err);
    }
    ix_warehouse_close(warehouse);
    ix_arena_done(&arena);
    return code;
}

static bool only_reads(drill_doing *what) {
    return what == drill_search || what == do_report;
}

static enum ix_code fail_once(struct drill *d, drill_doing *what, struct fault_memory_plan plan,
                              int64_t *ret_count) {
    struct ix_err err = {0};
    char where[200];
    if (!only_reads(what)) {
        world_put_back(&d->w);
    }
    fault_memory_begin(plan);
    enum ix_code code = what(d, &err);
    *ret_count = fault_memory_end();
    snprintf(where, sizeof where, "%s allocation %lld (%s: %.60s)", plan.lasting ? "from" : "at",
             (long long)plan.at, ix_code_name(code), err.text);
    cr_assert_eq(code, err.code, "%s", where);
    cr_assert(code == IX_OK || code == IX_NOMEM, "%s: another error", where);
    if (what == drill_search && code == IX_OK) {
        drill_answers_are_right(d, where);
    }
    if (what == do_report && code == IX_OK) {
        cr_assert(ix_sv_eq(ix_buf_sv(reported), ix_buf_sv(&d->expected)),
                  "%s: %s: another report, and no error", asked->verb, where);
    }
    if (!only_reads(what)) {
        drill_is_whole(d, what, code, where);
    }
    return code;
}

static void fail_each(struct drill *d, drill_doing *what, struct fault_memory_plan plan,
                      int64_t most) {
    int64_t count = 0;
    int64_t ignored = 0;
    int64_t errors = 0;
    cr_assert_eq(fail_once(d, what, plan, &count), IX_OK);
    for (plan.at = 1; plan.at > 0 && plan.at <= count;
         plan.at = world_next_try(plan.at, count, most)) {
        errors += fail_once(d, what, plan, &ignored) != IX_OK;
    }
    cr_assert(errors > 0, "none of %lld faults was noticed", (long long)count);
}

Test(memory, every_allocation_of_indexing_may_fail) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_index, (struct fault_memory_plan){0}, TRIES);
    fail_each(&d, drill_index, (struct fault_memory_plan){.lasting = true}, TRIES / 3);
    drill_finish(&d);
}

Test(memory, every_allocation_of_reading_each_format_may_fail) {
    static const char *const inputs[] = {
        "fixtures/terraform/sensitive.tfstate",
        "fixtures/terraform/plan.json",
        "fixtures/pulumi/everything.json",
        "fixtures/cloudformation/twin.yaml",
        "fixtures/kubernetes/shop.yaml",
        "fuzz/corpus/bills/aws",
        "fuzz/corpus/bills/google",
        "fuzz/corpus/bills/google-python",
        "fuzz/corpus/bills/spreadsheet",
        "fuzz/corpus/opencost/allocation",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct drill d;
        fault_memory_install();
        drill_prepare(&d, world_fixture(inputs[i]));
        fail_each(&d, drill_index, (struct fault_memory_plan){0}, TRIES / 3);
        drill_finish(&d);
    }
}

Test(memory, every_allocation_of_searching_may_fail) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_search, (struct fault_memory_plan){0}, TRIES * 5);
    fail_each(&d, drill_search, (struct fault_memory_plan){.lasting = true}, TRIES);
    drill_finish(&d);
}

Test(memory, every_allocation_of_a_report_of_cost_may_fail) {
    static const char *const inputs[] = {"fixtures/costs/bill.csv",
                                         "fixtures/costs/inventory-before.ndjson",
                                         "fixtures/costs/inventory.ndjson"};
    struct drill d;
    bool kept = false;
    struct ix_err err = {0};
    fault_memory_install();
    drill_prepare(&d, NULL);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        cr_assert_eq(world_index(&d.w, world_fixture(inputs[i]), &kept, &err), IX_OK, "%s",
                     err.text);
    }
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        asked = &reports[i];
        reported = &d.expected;
        cr_assert_eq(do_report(&d, &err), IX_OK, "%s: %s", asked->verb, err.text);
        cr_assert_gt(d.expected.size, 2, "%s says nothing", asked->verb);
        reported = &d.answers;
        fail_each(&d, do_report, (struct fault_memory_plan){0}, TRIES / 3);
        fail_each(&d, do_report, (struct fault_memory_plan){.lasting = true}, TRIES / 10);
    }
    drill_finish(&d);
}

Test(memory, every_allocation_of_repairing_may_fail) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_repair, (struct fault_memory_plan){0}, TRIES);
    drill_finish(&d);
}

Test(memory, no_allocation_that_fails_makes_a_check_find_anything_broken) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, do_check, (struct fault_memory_plan){0}, TRIES);
    drill_finish(&d);
}

Test(memory, every_allocation_of_copying_may_fail) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_backup, (struct fault_memory_plan){0}, TRIES / 2);
    drill_finish(&d);
}
