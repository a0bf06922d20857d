/* A warehouse of an older schema is brought up to date, after a copy that can be gone back to; one
 * of a newer schema is left alone. The older one is made here, by
 * taking away what an older program would not have had (an index, a column, derived tables). */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/fault/vfs.h"
#include "tests/fault/world.h"

struct drill {
    struct world w;
    struct ix_hash hash;
    struct ix_buf answers, expected;
};

static void change_file(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void prepare(struct drill *d, const char *sql) {
    struct ix_err err = {0};
    bool kept = false;
    char path[WORLD_PATH_SIZE];
    *d = (struct drill){0};
    fault_vfs_install();
    world_make(&d->w);
    for (int state = 1; state <= 2; state++) {
        cr_assert_eq(world_index(&d->w, world_input(&d->w, state), &kept, &err), IX_OK, "%s",
                     err.text);
    }
    d->hash = world_look_at(d->w.folder).hash;
    cr_assert_eq(world_search(&d->w, &d->expected, &err), IX_OK, "%s", err.text);
    cr_assert_str_empty(world_look_at(d->w.folder).broken);
    world_file(&d->w, "infradex.db", path);
    change_file(path, sql);
    world_keep(&d->w);
}

static const char older[] = "PRAGMA user_version = 1; DROP TABLE prop_num; DROP TABLE prop_void;"
                            "DROP INDEX change_by_time; ALTER TABLE run DROP COLUMN relations";

static void finish(struct drill *d) {
    ix_buf_done(&d->answers);
    ix_buf_done(&d->expected);
    world_done(&d->w);
}

static bool is_there(const struct drill *d, const char *name) {
    char path[WORLD_PATH_SIZE];
    world_file(&d->w, name, path);
    return access(path, F_OK) == 0;
}

Test(schema, an_older_one_is_migrated_after_a_verified_copy) {
    struct drill d;
    struct world copy;
    struct ix_err err = {0};
    char from[WORLD_PATH_SIZE];
    char to[WORLD_PATH_SIZE];
    prepare(&d, older);
    struct world_look look = world_look_at(d.w.folder);
    cr_assert_eq(look.code, IX_OK, "%s", look.err.text);
    cr_assert_str_empty(look.broken, "%s", look.broken);
    cr_assert(ix_hash_eq(look.hash, d.hash));
    cr_assert_eq(world_search(&d.w, &d.answers, &err), IX_OK, "%s", err.text);
    cr_assert(ix_sv_eq(ix_buf_sv(&d.answers), ix_buf_sv(&d.expected)));
    cr_assert(is_there(&d, "schema-1.db"));
    cr_assert_not(is_there(&d, "rebuild"));
    /* the copy is the older warehouse, and can be migrated once more */
    world_make(&copy);
    world_file(&d.w, "schema-1.db", from);
    world_file(&copy, "infradex.db", to);
    cr_assert_eq(rename(from, to), 0);
    cr_assert_eq(world_search(&copy, &d.answers, &err), IX_UNSUPPORTED);
    look = world_look_at(copy.folder);
    cr_assert_eq(look.code, IX_OK, "%s", look.err.text);
    cr_assert(ix_hash_eq(look.hash, d.hash));
    world_done(&copy);
    finish(&d);
}

Test(schema, what_was_migrated_can_be_written_to) {
    struct drill d;
    struct ix_err err = {0};
    bool kept = false;
    prepare(&d, older);
    cr_assert_eq(world_index(&d.w, world_input(&d.w, 3), &kept, &err), IX_OK, "%s", err.text);
    struct world_look look = world_look_at(d.w.folder);
    cr_assert_eq(look.code, IX_OK, "%s", look.err.text);
    cr_assert_str_empty(look.broken, "%s", look.broken);
    cr_assert(!ix_hash_eq(look.hash, d.hash));
    finish(&d);
}

Test(schema, readers_of_an_older_one_are_told_what_to_do) {
    struct drill d;
    struct ix_err err = {0};
    prepare(&d, older);
    cr_assert_eq(world_search(&d.w, &d.answers, &err), IX_UNSUPPORTED);
    cr_assert_not_null(strstr(err.text, "older"), "%s", err.text);
    cr_assert_not(is_there(&d, "schema-1.db"));
    finish(&d);
}

Test(schema, a_newer_one_is_refused_and_left_alone) {
    struct drill d;
    struct ix_err err = {0};
    bool kept = false;
    prepare(&d, "PRAGMA user_version = 999");
    cr_assert_eq(world_index(&d.w, world_input(&d.w, 3), &kept, &err), IX_UNSUPPORTED);
    cr_assert_not_null(strstr(err.text, "newer"), "%s", err.text);
    err = (struct ix_err){0};
    cr_assert_eq(world_search(&d.w, &d.answers, &err), IX_UNSUPPORTED);
    err = (struct ix_err){0};
    cr_assert_eq(world_repair(&d.w, &err), IX_UNSUPPORTED);
    finish(&d);
}

/* Wherever it breaks off, the old warehouse is there or the new one, and the next attempt ends it.
 */
Test(schema, a_migration_that_breaks_off_can_be_made_again) {
    enum { TRIES = 150 };
    struct drill d;
    struct ix_err err = {0};
    struct ix_warehouse *warehouse;
    prepare(&d, older);
    fault_io_begin((struct fault_io_plan){.kinds = FAULT_ANY});
    cr_assert_eq(world_open(d.w.folder, IX_OPEN_WRITE, &warehouse, &err), IX_OK, "%s", err.text);
    int64_t count = fault_io_end();
    ix_warehouse_close(warehouse);
    int failed = 0;
    int tried = 0;
    for (int64_t at = 1; at > 0; at = world_next_try(at, count, TRIES)) {
        tried++;
        world_empty(&d.w, d.w.folder);
        world_put_back(&d.w);
        err = (struct ix_err){0};
        fault_io_begin((struct fault_io_plan){.kinds = FAULT_ANY, .at = at, .lasting = at % 2});
        failed += world_open(d.w.folder, IX_OPEN_WRITE, &warehouse, &err) != IX_OK;
        ix_warehouse_close(warehouse);
        fault_io_end();
        struct world_look look = world_look_at(d.w.folder);
        cr_assert_eq(look.code, IX_OK, "after fault %lld: %s", (long long)at, look.err.text);
        cr_assert_str_empty(look.broken, "after fault %lld: %s", (long long)at, look.broken);
        cr_assert(ix_hash_eq(look.hash, d.hash), "after fault %lld", (long long)at);
    }
    cr_assert_gt(failed, tried / 4);
    finish(&d);
}
