/* Every n-th input or output fails: opening, reading, writing, syncing, cutting, deleting, asking
 * for a size, mapping. What is done ends with an error and a reason or does all it should; what is
 * left holds the run before or the whole run, and every check finds it well. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/fault/vfs.h"
#include "tests/fault/world.h"

enum { TRIES = 260 };

struct drill {
    struct world w;
    const char *input;
    struct ix_hash before, after;
    struct ix_buf answers, expected;
};

static struct ix_hash indexed(struct drill *d, int state) {
    struct ix_err err = {0};
    bool kept = false;
    d->input = world_input(&d->w, state);
    cr_assert_eq(world_index(&d->w, d->input, &kept, &err), IX_OK, "%s", err.text);
    cr_assert(kept);
    struct world_look look = world_look_at(d->w.folder);
    cr_assert_eq(look.code, IX_OK, "%s", look.err.text);
    cr_assert_str_empty(look.broken, "%s", look.broken);
    return look.hash;
}

/* State 1 is in the warehouse, state 2 in the input file. */
static void prepare(struct drill *d) {
    struct ix_err err = {0};
    *d = (struct drill){0};
    fault_vfs_install();
    world_make(&d->w);
    d->before = indexed(d, 1);
    world_keep(&d->w);
    cr_assert_eq(world_search(&d->w, &d->expected, &err), IX_OK, "%s", err.text);
    cr_assert_gt(d->expected.size, 5000);
    d->after = indexed(d, 2);
    cr_assert(!ix_hash_eq(d->before, d->after));
    world_put_back(&d->w);
}

static void finish(struct drill *d) {
    ix_buf_done(&d->answers);
    ix_buf_done(&d->expected);
    world_done(&d->w);
}

/* One doing; its code, with `err` filled accordingly. */
typedef enum ix_code doing(struct drill *d, struct ix_err *err);

static enum ix_code do_index(struct drill *d, struct ix_err *err) {
    bool kept = false;
    return world_index(&d->w, d->input, &kept, err);
}

static enum ix_code do_search(struct drill *d, struct ix_err *err) {
    return world_search(&d->w, &d->answers, err);
}

static enum ix_code do_repair(struct drill *d, struct ix_err *err) {
    return world_repair(&d->w, err);
}

static enum ix_code do_backup(struct drill *d, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    char path[WORLD_PATH_SIZE];
    world_file(&d->w, "copy.db", path);
    remove(path);
    enum ix_code code = world_open(d->w.folder, IX_OPEN_READ, &warehouse, err);
    code = code == IX_OK ? ix_warehouse_backup(warehouse, path, err) : code;
    ix_warehouse_close(warehouse);
    return code;
}

static void is_whole(struct drill *d, doing *what, enum ix_code code, const char *where) {
    struct world_look look = world_look_at(d->w.folder);
    cr_assert_eq(look.code, IX_OK, "%s: %s", where, look.err.text);
    cr_assert_str_empty(look.broken, "%s: %s", where, look.broken);
    bool old = ix_hash_eq(look.hash, d->before);
    bool new = what == do_index &&ix_hash_eq(look.hash, d->after);
    cr_assert(old || new, "%s: neither the run before nor the whole run", where);
    cr_assert(code != IX_OK || what != do_index || new, "%s: the run is said to be there", where);
}

static void answers_are_right(struct drill *d, const char *where) {
    cr_assert(ix_sv_eq(ix_buf_sv(&d->answers), ix_buf_sv(&d->expected)),
              "%s: other answers, and no error", where);
}

static enum ix_code fail_once(struct drill *d, doing *what, struct fault_io_plan plan,
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
    if (what == do_search && code == IX_OK) {
        answers_are_right(d, where);
    }
    is_whole(d, what, code, where);
    return code;
}

/* All tries of one kind of fault; at least one must have come through as an error. */
static void fail_each(struct drill *d, doing *what, struct fault_io_plan plan, int64_t most) {
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

Test(io, every_fault_while_indexing_leaves_a_whole_run, .timeout = 900) {
    struct drill d;
    prepare(&d);
    fail_each(&d, do_index, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES);
    fail_each(&d, do_index, (struct fault_io_plan){.kinds = FAULT_ANY, .lasting = true}, TRIES / 4);
    finish(&d);
}

Test(io, a_disk_that_fills_while_indexing_leaves_a_whole_run, .timeout = 900) {
    struct drill d;
    const struct fault_io_plan once = {.kinds = FAULT_WRITE, .full = true};
    const struct fault_io_plan lasting = {.kinds = FAULT_WRITE, .full = true, .lasting = true};
    prepare(&d);
    fail_each(&d, do_index, once, TRIES / 4);
    fail_each(&d, do_index, lasting, TRIES / 2);
    finish(&d);
}

Test(io, a_sync_that_fails_leaves_a_whole_run, .timeout = 900) {
    struct drill d;
    prepare(&d);
    fail_each(&d, do_index, (struct fault_io_plan){.kinds = FAULT_SYNC}, TRIES);
    fail_each(&d, do_index, (struct fault_io_plan){.kinds = FAULT_SYNC | FAULT_TRUNCATE}, TRIES);
    finish(&d);
}

Test(io, every_fault_of_the_first_run_of_all_leaves_nothing_or_all, .timeout = 900) {
    struct drill d;
    prepare(&d);
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
    fail_each(&d, do_index, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES / 2);
    finish(&d);
}

Test(io, every_fault_while_searching_is_an_error_or_the_right_answer, .timeout = 900) {
    struct drill d;
    prepare(&d);
    fail_each(&d, do_search, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES);
    finish(&d);
}

Test(io, every_fault_while_repairing_changes_no_content, .timeout = 900) {
    struct drill d;
    prepare(&d);
    fail_each(&d, do_repair, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES);
    fail_each(&d, do_repair,
              (struct fault_io_plan){.kinds = FAULT_WRITE, .full = true, .lasting = true},
              TRIES / 4);
    finish(&d);
}

Test(io, every_fault_while_copying_leaves_no_half_copy, .timeout = 900) {
    struct drill d;
    prepare(&d);
    fail_each(&d, do_backup, (struct fault_io_plan){.kinds = FAULT_ANY}, TRIES / 2);
    finish(&d);
}
