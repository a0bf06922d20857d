/* A reader that holds on to an old state: it sees that state, and cannot make the write-ahead log
 * grow without end. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>

#include "tests/fault/world.h"

enum { LOG_MAX_BYTES = 6 << 20, RUNS_MAX = 100 };

static int64_t log_size(const struct world *w) {
    char path[WORLD_PATH_SIZE];
    struct stat file;
    world_file(w, "infradex.db-wal", path);
    return stat(path, &file) == 0 ? (int64_t)file.st_size : 0;
}

static struct ix_hash hash_of(struct ix_warehouse *warehouse) {
    struct ix_err err = {0};
    struct ix_hash hash = {0};
    cr_assert_eq(ix_warehouse_content_hash(warehouse, &hash, &err), IX_OK, "%s", err.text);
    return hash;
}

Test(readers, one_held_open_stops_runs_before_the_log_passes_its_limit) {
    struct world w;
    struct ix_warehouse *writer;
    struct ix_warehouse *reader;
    struct ix_err err = {0};
    bool kept = true;
    int64_t largest_run = 0;
    int runs = 0;
    const struct ix_open_options options = {.mode = IX_OPEN_WRITE, .log_max_bytes = LOG_MAX_BYTES};
    world_make(&w);
    cr_assert_eq(ix_warehouse_open(w.folder, &options, &writer, &err), IX_OK, "%s", err.text);
    cr_assert_eq(world_index_into(writer, world_input(&w, 1), &kept, &err), IX_OK, "%s", err.text);
    cr_assert_eq(world_open(w.folder, IX_OPEN_READ, &reader, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_warehouse_snapshot_begin(reader, &err), IX_OK, "%s", err.text);
    struct ix_hash held = hash_of(reader);
    struct ix_hash newest = held;
    while (err.code == IX_OK && runs < RUNS_MAX) {
        int64_t before = log_size(&w);
        if (world_index_into(writer, world_input(&w, 2 + runs), &kept, &err) == IX_OK) {
            int64_t grown = log_size(&w) - before;
            largest_run = grown > largest_run ? grown : largest_run;
            newest = hash_of(writer);
            runs++;
        }
    }
    cr_assert_eq(err.code, IX_BUSY, "after %d runs: %s", runs, err.text);
    cr_assert_not_null(strstr(err.text, "reader"), "%s", err.text);
    cr_assert_gt(runs, 1);
    cr_assert_leq(log_size(&w), LOG_MAX_BYTES + largest_run);
    cr_assert(ix_hash_eq(hash_of(reader), held), "the reader's state changed under it");
    cr_assert(ix_hash_eq(hash_of(writer), newest), "a published run is gone");
    ix_warehouse_snapshot_end(reader);
    err = (struct ix_err){0};
    cr_assert_eq(world_index_into(writer, world_input(&w, 2 + runs), &kept, &err), IX_OK, "%s",
                 err.text);
    cr_assert_leq(log_size(&w), largest_run * 2, "the log was not emptied");
    cr_assert(ix_hash_eq(hash_of(reader), hash_of(writer)));
    ix_warehouse_close(reader);
    ix_warehouse_close(writer);
    world_done(&w);
}

Test(readers, those_that_let_go_keep_the_log_at_the_length_of_a_run) {
    enum { ROUNDS = 40 };
    struct world w;
    struct ix_warehouse *writer;
    struct ix_warehouse *reader;
    struct ix_err err = {0};
    struct ix_buf answers = {0};
    bool kept = true;
    int64_t early = 0;
    world_make(&w);
    cr_assert_eq(world_open(w.folder, IX_OPEN_WRITE, &writer, &err), IX_OK, "%s", err.text);
    cr_assert_eq(world_index_into(writer, world_input(&w, 1), &kept, &err), IX_OK, "%s", err.text);
    cr_assert_eq(world_open(w.folder, IX_OPEN_READ, &reader, &err), IX_OK, "%s", err.text);
    for (int i = 0; i < ROUNDS; i++) {
        cr_assert_eq(world_search_in(reader, &answers, &err), IX_OK, "%s", err.text);
        ix_buf_clear(&answers);
        cr_assert_eq(world_index_into(writer, world_input(&w, i), &kept, &err), IX_OK, "%s",
                     err.text);
        early = i < ROUNDS / 4 && log_size(&w) > early ? log_size(&w) : early;
    }
    cr_assert_leq(log_size(&w), early * 2);
    ix_buf_done(&answers);
    ix_warehouse_close(reader);
    ix_warehouse_close(writer);
    world_done(&w);
}
