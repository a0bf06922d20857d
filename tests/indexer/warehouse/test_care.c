/* Opening, locking, examining, repairing and copying. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"

static enum ix_code try_open(const struct store *s, struct ix_open_options options,
                             struct ix_err *err) {
    struct ix_warehouse *w = NULL;
    *err = (struct ix_err){0};
    enum ix_code code = ix_warehouse_open(s->folder, &options, &w, err);
    ix_warehouse_close(w);
    return code;
}

static void fill(struct store *s) {
    store_begin(s, "net", "terraform");
    store_put(s, "aws_vpc.a", "uid-a", "{\"cidr\": \"10.0.0.0/16\", \"n\": 1}");
    store_put(s, "aws_vpc.b", "uid-b", "{\"cidr\": \"10.1.0.0/16\"}");
    store_publish(s);
}

Test(care, a_second_writer_is_told_who_writes) {
    struct store s;
    struct ix_err err;
    char process[32];
    store_open(&s);
    snprintf(process, sizeof process, "process %ld,", (long)getpid());
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_WRITE}, &err), IX_BUSY);
    cr_assert_not_null(strstr(err.text, process), "%s", err.text);
    const struct ix_open_options patient = {.mode = IX_OPEN_WRITE, .wait_ms = 100};
    cr_assert_eq(try_open(&s, patient, &err), IX_BUSY);
    ix_warehouse_close(s.w);
    s.w = NULL;
    cr_assert_eq(try_open(&s, patient, &err), IX_OK, "%s", err.text);
    store_done(&s);
}

Test(care, a_writer_that_waits_gets_its_turn) {
    struct store s;
    struct ix_err err;
    int pipe_ends[2];
    char held = 0;
    store_open(&s);
    ix_warehouse_close(s.w);
    s.w = NULL;
    cr_assert_eq(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        store_reopen(&s, IX_OPEN_WRITE);
        bool told = write(pipe_ends[1], "w", 1) == 1;
        usleep(300000);
        ix_warehouse_close(s.w);
        _exit(told ? 0 : 1);
    }
    cr_assert_eq(read(pipe_ends[0], &held, 1), 1);
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_WRITE}, &err), IX_BUSY);
    const struct ix_open_options patient = {.mode = IX_OPEN_WRITE, .wait_ms = 20000};
    cr_assert_eq(try_open(&s, patient, &err), IX_OK, "%s", err.text);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    store_done(&s);
}

Test(care, a_reader_sees_the_old_state_until_the_run_is_published) {
    struct store s;
    struct store reader;
    store_open(&s);
    fill(&s);
    reader = s;
    reader.w = NULL;
    store_reopen(&reader, IX_OPEN_READ);
    struct ix_hash hash = store_hash(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.z", "uid-z", "{}");
    cr_assert(ix_hash_eq(hash, store_hash(&reader)));
    store_publish(&s);
    cr_assert(!ix_hash_eq(hash, store_hash(&reader)));
    cr_assert(ix_hash_eq(store_hash(&s), store_hash(&reader)));
    ix_warehouse_close(reader.w);
    store_done(&s);
}

Test(care, readers_need_a_warehouse_that_exists) {
    struct store s;
    struct ix_err err;
    store_open(&s);
    ix_warehouse_close(s.w);
    s.w = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/infradex.db", s.folder);
    cr_assert_eq(remove(path), 0);
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_READ}, &err), IX_NOT_FOUND);
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_WRITE_EXISTING}, &err),
                 IX_NOT_FOUND);
    store_done(&s);
}

Test(care, a_newer_schema_and_a_strange_file_are_refused) {
    struct store s;
    struct ix_err err;
    store_open(&s);
    ix_warehouse_close(s.w);
    s.w = NULL;
    store_raw(&s, "PRAGMA user_version = 999");
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_READ}, &err),
                 IX_UNSUPPORTED);
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_WRITE}, &err),
                 IX_UNSUPPORTED);
    store_raw(&s, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    cr_assert_eq(try_open(&s, (struct ix_open_options){.mode = IX_OPEN_WRITE}, &err), IX_CORRUPT);
    store_done(&s);
}

Test(care, a_copy_made_while_a_run_is_open_holds_the_published_state) {
    struct store s;
    struct ix_err err = {0};
    char copy[128];
    char path[128];
    store_open(&s);
    fill(&s);
    struct store reader = s;
    reader.w = NULL;
    store_reopen(&reader, IX_OPEN_READ);
    struct ix_hash hash = store_hash(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.z", "uid-z", "{}");
    snprintf(copy, sizeof copy, "%s/copy.db", s.folder);
    snprintf(path, sizeof path, "%s/infradex.db", s.folder);
    cr_assert_eq(ix_warehouse_backup(reader.w, copy, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_warehouse_backup(reader.w, copy, &err), IX_INVALID);
    store_publish(&s);
    ix_warehouse_close(reader.w);
    ix_warehouse_close(s.w);
    s.w = NULL;
    cr_assert_eq(rename(copy, path), 0);
    store_reopen(&s, IX_OPEN_WRITE);
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    cr_assert_str_empty(store_broken(&s));
    store_done(&s);
}

Test(care, an_index_out_of_step_is_found_and_mended) {
    struct store s;
    struct ix_err err = {0};
    store_open(&s);
    fill(&s);
    struct ix_hash hash = store_hash(&s);
    cr_assert_str_empty(store_broken(&s));
    ix_warehouse_close(s.w);
    s.w = NULL;
    store_raw(&s, "UPDATE document SET props = '{\"q\":1}' WHERE did = "
                  "(SELECT document FROM resource WHERE uid = 'uid-a')");
    store_reopen(&s, IX_OPEN_WRITE);
    cr_assert_str_eq(store_broken(&s), "text index|property index|numbers|addresses|");
    cr_assert_eq(ix_warehouse_repair(s.w, &err), IX_OK, "%s", err.text);
    cr_assert_str_empty(store_broken(&s));
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    store_done(&s);
}

/* Tables that answer by themselves are compared value by value. */
Test(care, a_derived_row_that_says_something_else_is_found_and_mended) {
    static const struct {
        const char *sql, *broken;
    } rows[] = {
        {"UPDATE prop_num SET num = num + 1 WHERE rid = 1", "numbers|"},
        {"DELETE FROM prop_num WHERE rid = 1", "numbers|"},
        {"UPDATE tag SET value = value || 'x'", "tags|"},
        {"UPDATE tag SET class = 1 - class", "tags|"},
        {"INSERT INTO ref VALUES ('vpc-00000000', 1, 1)", "references|"},
        {"UPDATE address SET rid = rid + 1000", "addresses|"},
    };
    const struct ix_tag tag = {IX_TAG, IX_SV("Team"), IX_SV("Shop")};
    struct store s;
    struct ix_err err = {0};
    store_open(&s);
    store_begin(&s, "net", "terraform");
    store_put_more(
        &s,
        (struct ix_resource){
            .address = IX_SV("aws_vpc.a"), .uid = IX_SV("uid-a"), .tags = &tag, .tag_count = 1},
        "{\"cidr\": \"10.0.0.0/16\", \"n\": 1, \"peer\": \"vpc-0123456789\"}");
    store_publish(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ix_warehouse_close(s.w);
        s.w = NULL;
        store_raw(&s, rows[i].sql);
        store_reopen(&s, IX_OPEN_WRITE);
        cr_assert_str_eq(store_broken(&s), rows[i].broken, "%s", rows[i].sql);
        cr_assert_eq(ix_warehouse_repair(s.w, &err), IX_OK, "%s", err.text);
        cr_assert_str_empty(store_broken(&s), "%s", rows[i].sql);
    }
    store_done(&s);
}

/* How many rows the engine's own select gives. */
static int64_t selected(struct store *s, const char *select, const char *value) {
    struct ix_arena arena;
    struct ix_sql sql;
    struct ix_cursor *cursor = NULL;
    struct ix_err err = {0};
    bool row = false;
    int64_t count = 0;
    ix_arena_init(&arena, 0);
    ix_sql_init(&sql, &arena);
    ix_sql_text(&sql, select);
    ix_sql_bind_text(&sql, ix_sv_cstr(value));
    ix_sql_text(&sql, ")");
    cr_assert_eq(ix_warehouse_select(s->w, &sql, &cursor, &err), IX_OK, "%s", err.text);
    while (ix_cursor_next(cursor, &row, &err) == IX_OK && row) {
        count++;
    }
    cr_assert_eq(err.code, IX_OK, "%s", err.text);
    ix_cursor_close(cursor);
    ix_sql_done(&sql);
    ix_arena_done(&arena);
    return count;
}

/* How many resources have the word in their text. */
static int64_t found(struct store *s, const char *word) {
    return selected(s, "SELECT rowid FROM search WHERE search MATCH (", word);
}

/* How many resources have the term among their properties. */
static int64_t having(struct store *s, const char *term) {
    return selected(s, "SELECT rid FROM ix_prop WHERE term = ix_term(", term);
}

Test(care, the_property_index_follows_every_change) {
    enum { RUNS = 60, THINGS = 8, SEGMENTS_MAX = 16 };
    struct store s;
    char text[64];
    store_open(&s);
    for (int run = 0; run < RUNS; run++) {
        store_begin(&s, "a", "terraform");
        for (int i = 0; i < THINGS; i++) {
            char address[16];
            char uid[16];
            snprintf(address, sizeof address, "vpc.%d", i);
            snprintf(uid, sizeof uid, "uid-%d", i);
            /* one in two changes; the last thing comes and goes */
            int value = i % 2 ? run : 0;
            snprintf(text, sizeof text, "{\"v\": \"x%d\", \"all\": true}", value);
            if (i < THINGS - 1 || run % 3 == 0) {
                store_put(&s, address, uid, text);
            }
        }
        store_publish(&s);
        snprintf(text, sizeof text, "v=x%d", run);
        /* what is retired keeps its terms: it may be asked for, too */
        cr_assert_eq(having(&s, "all=true"), THINGS);
        cr_assert_eq(having(&s, text), run % 3 == 0 ? (run ? 4 : 8) : 3, "run %d", run);
        cr_assert_str_empty(store_broken(&s), "run %d", run);
    }
    cr_assert_eq(having(&s, "v=x0"), 4);
    cr_assert_eq(having(&s, "v=x1"), 0);
    cr_assert_leq(store_number(&s, "SELECT count(*) FROM prop_segment"), SEGMENTS_MAX);
    store_done(&s);
}

Test(care, searches_find_the_same_after_a_repair) {
    struct store s;
    struct ix_err err = {0};
    store_open(&s);
    fill(&s);
    cr_assert_eq(found(&s, "cidr"), 2);
    ix_warehouse_close(s.w);
    s.w = NULL;
    store_raw(&s, "DELETE FROM search_data WHERE id > 10");
    store_reopen(&s, IX_OPEN_WRITE);
    cr_assert_not_null(strstr(store_broken(&s), "text index"));
    cr_assert_eq(ix_warehouse_repair(s.w, &err), IX_OK, "%s", err.text);
    cr_assert_eq(found(&s, "cidr"), 2);
    cr_assert_eq(found(&s, "vpc"), 2);
    cr_assert_str_empty(store_broken(&s));
    store_done(&s);
}

Test(care, repairing_what_is_well_changes_nothing) {
    struct store s;
    struct ix_err err = {0};
    char before[512];
    const char *derived = "SELECT path, num, rid FROM prop_num JOIN prop_path ON pid = key / 3 "
                          "UNION ALL SELECT value, pid, rid FROM ref ORDER BY 1, 2, 3";
    store_open(&s);
    fill(&s);
    snprintf(before, sizeof before, "%s", store_rows(&s, derived));
    struct ix_hash hash = store_hash(&s);
    cr_assert_eq(ix_warehouse_repair(s.w, &err), IX_OK, "%s", err.text);
    cr_assert_str_empty(store_broken(&s));
    cr_assert_str_eq(store_rows(&s, derived), before);
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    store_done(&s);
}

Test(care, a_query_that_takes_too_long_ends_with_a_limit) {
    struct store s;
    struct ix_err err = {0};
    struct ix_arena arena;
    struct ix_sql sql;
    struct ix_cursor *cursor = NULL;
    bool row = false;
    store_open(&s);
    ix_warehouse_close(s.w);
    s.w = NULL;
    const struct ix_open_options options = {.mode = IX_OPEN_READ, .query_time_ms = 50};
    cr_assert_eq(ix_warehouse_open(s.folder, &options, &s.w, &err), IX_OK);
    ix_arena_init(&arena, 0);
    ix_sql_init(&sql, &arena);
    ix_sql_text(&sql, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                      "SELECT max(i) FROM n");
    cr_assert_eq(ix_warehouse_select(s.w, &sql, &cursor, &err), IX_OK);
    cr_assert_eq(ix_cursor_next(cursor, &row, &err), IX_LIMIT);
    ix_cursor_close(cursor);
    ix_sql_done(&sql);
    ix_arena_done(&arena);
    store_done(&s);
}
