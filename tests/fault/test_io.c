/* Every n-th input or output fails: opening, reading, writing, syncing, cutting, deleting, asking
 * for a size, mapping. What is done ends with an error and a reason or does all it should; what is
 * left holds the run before or the whole run, and every check finds it well. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/fault/drill.h"
#include "tests/fault/vfs.h"

enum { TRIES = 260 };

static enum ix_code fail_once(struct drill *d, drill_doing *what, struct fault_io_plan plan,
                              int64_t *ret_count) {
    struct ix_err err = {0};
    char where[200];
    world_put_back(&d->w);
    fault_io_begin(plan);
    enum ix_code code = what(d, &err);
    *ret_count = fault_io_end();
    snprintf(where, sizeof where, "%s%s %lld of kinds %x (%s: %.60s)", plan.lasting ? "from" : "at",
             plan.full ? ", full," : "", (long long)plan.at, plan.kinds, ix_code_name(code),
             err.text);
    cr_assert_eq(code, err.code, "%s", where);
    cr_assert(code == IX_OK || err.text[0], "%s: no words", where);
    if (what == drill_search && code == IX_OK) {
        drill_answers_are_right(d, where);
    }
    drill_is_whole(d, what, code, where);
    return code;
}

/* All tries of one kind of fault; at least one must have come through as an error. */
static void fail_each(struct drill *d, drill_doing *what, struct fault_io_plan plan, int64_t most) {
    int64_t count = 0;
    int64_t ignored = 0;
    int64_t errors = 0;
    cr_assert_eq(fail_once(d, what, plan, &count), IX_OK);
    for (plan.at = 1; plan.at > 0 && plan.at <= count;
         plan.at = world_next_try(plan.at, count, most)) {
        errors += fail_once(d, what, plan, &ignored) != IX_OK;
    }
    cr_assert(errors > 0, "none of %lld faults of kinds %x was noticed", (long long)count,
              plan.kinds);
}

Test(io, every_fault_while_indexing_leaves_a_whole_run) {
    struct drill d;
    fault_vfs_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_index, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES);
    fail_each(&d, drill_index, (struct fault_io_plan){.kinds = FAULT_ANY, .lasting = true},
              TRIES / 4);
    drill_finish(&d);
}

Test(io, a_disk_that_fills_while_indexing_leaves_a_whole_run) {
    struct drill d;
    const struct fault_io_plan once = {.kinds = FAULT_WRITE, .full = true};
    const struct fault_io_plan lasting = {.kinds = FAULT_WRITE, .full = true, .lasting = true};
    fault_vfs_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_index, once, TRIES / 4);
    fail_each(&d, drill_index, lasting, TRIES / 2);
    drill_finish(&d);
}

Test(io, a_sync_that_fails_leaves_a_whole_run) {
    struct drill d;
    fault_vfs_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_index, (struct fault_io_plan){.kinds = FAULT_SYNC}, TRIES);
    fail_each(&d, drill_index, (struct fault_io_plan){.kinds = FAULT_SYNC | FAULT_TRUNCATE}, TRIES);
    drill_finish(&d);
}

Test(io, every_fault_of_the_first_run_of_all_leaves_nothing_or_all) {
    struct drill d;
    fault_vfs_install();
    drill_prepare(&d, NULL);
    struct world empty;
    world_make(&empty);
    struct ix_err err = {0};
    bool kept = false;
    cr_assert_eq(world_index(&empty, d.input, &kept, &err), IX_OK, "%s", err.text);
    d.after = world_look_at(empty.folder).hash;
    world_done(&empty);
    ix_buf_clear(&d.w.kept); /* no file is put back */
    world_put_back(&d.w);
    d.before = world_look_at(d.w.folder).hash;
    fail_each(&d, drill_index, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES / 2);
    drill_finish(&d);
}

Test(io, every_fault_while_searching_is_an_error_or_the_right_answer) {
    struct drill d;
    fault_vfs_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_search, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES);
    drill_finish(&d);
}

Test(io, every_fault_while_repairing_changes_no_content) {
    struct drill d;
    fault_vfs_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_repair, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES);
    fail_each(&d, drill_repair,
              (struct fault_io_plan){.kinds = FAULT_WRITE, .full = true, .lasting = true},
              TRIES / 4);
    drill_finish(&d);
}

Test(io, every_fault_while_copying_leaves_no_half_copy) {
    struct drill d;
    fault_vfs_install();
    drill_prepare(&d, NULL);
    fail_each(&d, drill_backup, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES / 2);
    drill_finish(&d);
}
