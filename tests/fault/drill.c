/* The drill that failing calls of the disk and of the memory share. */
#include "tests/fault/drill.h"

#include <criterion/criterion.h>
#include <stdio.h>

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

void drill_prepare(struct drill *d, const char *input) {
    struct ix_err err = {0};
    *d = (struct drill){0};
    world_make(&d->w);
    d->before = indexed(d, world_input(&d->w, 1));
    world_keep(&d->w);
    cr_assert_eq(world_search(&d->w, &d->expected, &err), IX_OK, "%s", err.text);
    cr_assert_gt(d->expected.size, 5000);
    d->input = input ? input : world_input(&d->w, 2);
    d->after = indexed(d, d->input);
    cr_assert(!ix_hash_eq(d->before, d->after));
    world_put_back(&d->w);
}

void drill_finish(struct drill *d) {
    ix_buf_done(&d->answers);
    ix_buf_done(&d->expected);
    world_done(&d->w);
}

enum ix_code drill_index(struct drill *d, struct ix_err *err) {
    bool kept = false;
    return world_index(&d->w, d->input, &kept, err);
}

enum ix_code drill_search(struct drill *d, struct ix_err *err) {
    return world_search(&d->w, &d->answers, err);
}

enum ix_code drill_repair(struct drill *d, struct ix_err *err) {
    return world_repair(&d->w, err);
}

enum ix_code drill_backup(struct drill *d, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    char path[WORLD_PATH_SIZE];
    world_file(&d->w, "copy.db", path);
    remove(path);
    enum ix_code code = world_open(d->w.folder, IX_OPEN_READ, &warehouse, err);
    code = code == IX_OK ? ix_warehouse_backup(warehouse, path, err) : code;
    ix_warehouse_close(warehouse);
    return code;
}

void drill_is_whole(struct drill *d, drill_doing *what, enum ix_code code, const char *where) {
    struct world_look look = world_look_at(d->w.folder);
    cr_assert_eq(look.code, IX_OK, "%s: %s", where, look.err.text);
    cr_assert_str_empty(look.broken, "%s: %s", where, look.broken);
    bool old = ix_hash_eq(look.hash, d->before);
    bool new = what == drill_index &&ix_hash_eq(look.hash, d->after);
    cr_assert(old || new, "%s: neither the run before nor the whole run", where);
    cr_assert(code != IX_OK || what != drill_index || new, "%s: the run is said to be there",
              where);
}

void drill_answers_are_right(struct drill *d, const char *where) {
    cr_assert(ix_sv_eq(ix_buf_sv(&d->answers), ix_buf_sv(&d->expected)),
              "%s: other answers, and no error", where);
}
