/* Long life: one writer and one reader stay open while runs come and go. What they hold of memory,
 * descriptors and log stays as it was. The long form takes ten minutes. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <malloc.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/fault/world.h"

enum { ROUNDS = 48, WARM = 16, LONG_S = 600, STATES = 8 };

/* Of the sanitizer, when there is one: what malloc has handed out. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

struct held {
    size_t memory;
    int descriptors;
    int64_t log;
};

static int open_descriptors(void) {
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    cr_assert_not_null(dir);
    while (readdir(dir)) {
        count++;
    }
    closedir(dir);
    return count;
}

static struct held look(const struct world *w) {
    char path[WORLD_PATH_SIZE];
    struct stat file = {0};
    struct held held = {.descriptors = open_descriptors()};
    world_file(w, "infradex.db-wal", path);
    held.log = stat(path, &file) == 0 ? (int64_t)file.st_size : 0;
    if (__sanitizer_get_current_allocated_bytes) {
        held.memory = __sanitizer_get_current_allocated_bytes();
    } else {
        struct mallinfo2 info = mallinfo2();
        held.memory = info.uordblks + info.hblkhd;
    }
    return held;
}

static struct held larger(struct held a, struct held b) {
    return (struct held){
        .memory = a.memory > b.memory ? a.memory : b.memory,
        .descriptors = a.descriptors > b.descriptors ? a.descriptors : b.descriptors,
        .log = a.log > b.log ? a.log : b.log,
    };
}

static void one_round(const struct world *w, struct ix_warehouse *writer,
                      struct ix_warehouse *reader, int round) {
    struct ix_err err = {0};
    struct ix_buf answers = {0};
    bool kept = false;
    enum ix_code code = world_index_into(writer, world_input(w, round % STATES), &kept, &err);
    cr_assert_eq(code, IX_OK, "round %d: %s", round, err.text);
    cr_assert_eq(world_search_in(reader, &answers, &err), IX_OK, "round %d: %s", round, err.text);
    ix_buf_done(&answers);
}

Test(soak, memory_descriptors_and_log_stay_flat) {
    struct world w;
    struct ix_warehouse *writer;
    struct ix_warehouse *reader;
    struct ix_err err = {0};
    struct held warm = {0};
    struct held later = {0};
    time_t end = time(NULL) + LONG_S;
    cr_assert_eq(sqlite3_initialize(),
                 SQLITE_OK); /* before the engine does: it counts its memory */
    world_make(&w);
    cr_assert_eq(world_open(w.folder, IX_OPEN_WRITE, &writer, &err), IX_OK, "%s", err.text);
    cr_assert_eq(world_open(w.folder, IX_OPEN_READ, &reader, &err), IX_OK, "%s", err.text);
    for (int round = 0; round < ROUNDS || (world_long() && time(NULL) < end); round++) {
        one_round(&w, writer, reader, round);
        warm = round < WARM ? larger(warm, look(&w)) : warm;
        later = round < WARM ? later : larger(later, look(&w));
    }
    /* the page caches grow with the database, up to their limit */
    int cache = 0;
    int ignored = 0;
    sqlite3_status(SQLITE_STATUS_MEMORY_USED, &cache, &ignored, 0);
    cr_assert_leq(later.descriptors, warm.descriptors);
    cr_assert_leq(later.log, warm.log * 2);
    cr_assert_leq(later.memory, warm.memory + warm.memory / 10 + (size_t)cache, "%zu, then %zu",
                  warm.memory, later.memory);
    ix_warehouse_close(reader);
    ix_warehouse_close(writer);
    world_done(&w);
}
