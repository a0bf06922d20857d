/* Every n-th allocation finds no memory. What is done ends with "out of memory" or does all it
 * should; what is left holds the run before or the whole run. Leaks are found by the sanitizer. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/fault/memory.h"
#include "tests/fault/world.h"

enum { TRIES = 300 };

struct drill {
    struct world w;
    const char *input;
    struct ix_hash before, after;
    struct ix_buf answers, expected;
};

static struct ix_hash indexed(struct drill *d, const char *input) {
    struct ix_err err = {0};
    bool kept = false;
    cr_assert_eq(world_index(&d->w, input, &kept, &err), IX_OK, "%s", err.text);
    cr_assert(kept);
    struct world_look look = world_look_at(d->w.folder);
    cr_assert_eq(look.code, IX_OK, "%s", look.err.text);
    cr_assert_str_empty(look.broken, "%s", look.broken);
    return look.hash;
}

/* State 1 is in the warehouse; `input` (NULL: state 2) is to come. */
static void prepare(struct drill *d, const char *input) {
    struct ix_err err = {0};
    *d = (struct drill){0};
    fault_memory_install();
    world_make(&d->w);
    d->before = indexed(d, world_input(&d->w, 1));
    world_keep(&d->w);
    cr_assert_eq(world_search(&d->w, &d->expected, &err), IX_OK, "%s", err.text);
    d->input = input ? input : world_input(&d->w, 2);
    d->after = indexed(d, d->input);
    cr_assert(!ix_hash_eq(d->before, d->after));
    world_put_back(&d->w);
}

static void finish(struct drill *d) {
    ix_buf_done(&d->answers);
    ix_buf_done(&d->expected);
    world_done(&d->w);
}

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

static enum ix_code fail_once(struct drill *d, doing *what, struct fault_memory_plan plan,
                              int64_t *ret_count) {
    struct ix_err err = {0};
    char where[200];
    if (what != do_search) {
        world_put_back(&d->w);
    }
    fault_memory_begin(plan);
    enum ix_code code = what(d, &err);
    *ret_count = fault_memory_end();
    snprintf(where, sizeof where, "%s allocation %lld (%s: %.60s)", plan.lasting ? "from" : "at",
             (long long)plan.at, ix_code_name(code), err.text);
    cr_assert_eq(code, err.code, "%s", where);
    cr_assert(code == IX_OK || code == IX_NOMEM, "%s: another error", where);
    if (what == do_search && code == IX_OK) {
        cr_assert(ix_sv_eq(ix_buf_sv(&d->answers), ix_buf_sv(&d->expected)),
                  "%s: other answers, and no error", where);
    }
    if (what != do_search) {
        is_whole(d, what, code, where);
    }
    return code;
}

static void fail_each(struct drill *d, doing *what, struct fault_memory_plan plan, int64_t most) {
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
    prepare(&d, NULL);
    fail_each(&d, do_index, (struct fault_memory_plan){0}, TRIES);
    fail_each(&d, do_index, (struct fault_memory_plan){.lasting = true}, TRIES / 3);
    finish(&d);
}

Test(memory, every_allocation_of_reading_each_format_may_fail, .timeout = 3600) {
    static const char *const inputs[] = {"terraform/sensitive.tfstate", "terraform/plan.json",
                                         "pulumi/everything.json", "cloudformation/twin.yaml",
                                         "kubernetes/shop.yaml"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct drill d;
        prepare(&d, world_fixture(inputs[i]));
        fail_each(&d, do_index, (struct fault_memory_plan){0}, TRIES / 3);
        finish(&d);
    }
}

Test(memory, every_allocation_of_searching_may_fail, .timeout = 3600) {
    struct drill d;
    prepare(&d, NULL);
    fail_each(&d, do_search, (struct fault_memory_plan){0}, TRIES * 5);
    fail_each(&d, do_search, (struct fault_memory_plan){.lasting = true}, TRIES);
    finish(&d);
}

Test(memory, every_allocation_of_repairing_may_fail, .timeout = 3600) {
    struct drill d;
    prepare(&d, NULL);
    fail_each(&d, do_repair, (struct fault_memory_plan){0}, TRIES);
    finish(&d);
}

Test(memory, no_allocation_that_fails_makes_a_check_find_anything_broken, .timeout = 3600) {
    struct drill d;
    prepare(&d, NULL);
    fail_each(&d, do_check, (struct fault_memory_plan){0}, TRIES);
    finish(&d);
}

Test(memory, every_allocation_of_copying_may_fail, .timeout = 3600) {
    struct drill d;
    prepare(&d, NULL);
    fail_each(&d, do_backup, (struct fault_memory_plan){0}, TRIES / 2);
    finish(&d);
}
