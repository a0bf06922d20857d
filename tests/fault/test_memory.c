/* Every n-th allocation finds no memory. What is done ends with "out of memory" or does all it
 * should; what is left holds the run before or the whole run. Leaks are found by the sanitizer. */
#include <criterion/criterion.h>
#include <stdio.h>

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

static enum ix_code fail_once(struct drill *d, drill_doing *what, struct fault_memory_plan plan,
                              int64_t *ret_count) {
    struct ix_err err = {0};
    char where[200];
    if (what != drill_search) {
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
    if (what != drill_search) {
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

Test(memory, every_allocation_of_indexing_may_fail, .timeout = 3600) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_index, (struct fault_memory_plan){0}, TRIES);
    fail_each(&d, drill_index, (struct fault_memory_plan){.lasting = true}, TRIES / 3);
    drill_finish(&d);
}

Test(memory, every_allocation_of_reading_each_format_may_fail, .timeout = 3600) {
    static const char *const inputs[] = {
        "fixtures/terraform/sensitive.tfstate",
        "fixtures/terraform/plan.json",
        "fixtures/pulumi/everything.json",
        "fixtures/cloudformation/twin.yaml",
        "fixtures/kubernetes/shop.yaml",
        "fuzz/corpus/bills/aws",
        "fuzz/corpus/bills/google",
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

Test(memory, every_allocation_of_searching_may_fail, .timeout = 3600) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_search, (struct fault_memory_plan){0}, TRIES * 5);
    fail_each(&d, drill_search, (struct fault_memory_plan){.lasting = true}, TRIES);
    drill_finish(&d);
}

Test(memory, every_allocation_of_repairing_may_fail, .timeout = 3600) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_repair, (struct fault_memory_plan){0}, TRIES);
    drill_finish(&d);
}

Test(memory, no_allocation_that_fails_makes_a_check_find_anything_broken, .timeout = 3600) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, do_check, (struct fault_memory_plan){0}, TRIES);
    drill_finish(&d);
}

Test(memory, every_allocation_of_copying_may_fail, .timeout = 3600) {
    struct drill d;
    fault_memory_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_backup, (struct fault_memory_plan){0}, TRIES / 2);
    drill_finish(&d);
}
