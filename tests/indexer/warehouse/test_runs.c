/* Runs: what they change, what they leave alone, and what stays of the past. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "indexer/warehouse/sqlite/engine.h"
#include "store.h"

static void two_things(struct store *s) {
    store_begin(s, "net", "terraform");
    store_put(s, "aws_vpc.a", "uid-a", "{\"cidr\": \"10.0.0.0/16\", \"n\": 1}");
    store_put(s, "aws_vpc.b", "uid-b", "{\"cidr\": \"10.1.0.0/16\"}");
    store_relate(s, "aws_vpc.a", "aws_vpc.b");
    store_publish(s);
}

Test(runs, indexing_twice_changes_nothing) {
    struct store s;
    store_open(&s);
    two_things(&s);
    cr_assert_eq(s.result.added, 2);
    struct ix_hash hash = store_hash(&s);
    int64_t generation = store_generation(&s);
    int64_t changes = store_number(&s, "SELECT count(*) FROM change");
    two_things(&s);
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    cr_assert_eq(generation, store_generation(&s));
    cr_assert_eq(changes, store_number(&s, "SELECT count(*) FROM change"));
    cr_assert_eq(s.result.unchanged, 2);
    cr_assert_eq(s.result.added + s.result.changed + s.result.retired, 0);
    store_done(&s);
}

static void from_terraform(struct store *s) {
    store_begin(s, "state", "terraform");
    store_put(s, "aws_vpc.a", "uid-a", "{\"cidr\": \"10.0.0.0/16\", \"x\": \"made\"}");
    store_relate(s, "aws_vpc.a", "#uid-c");
    store_publish(s);
}

static void from_cloud(struct store *s) {
    store_begin(s, "live", "aws");
    store_put(s, "vpc-1", "uid-a", "{\"x\": \"seen\", \"up\": true}");
    store_put(s, "vpc-3", "uid-c", "{}");
    store_publish(s);
}

Test(runs, the_order_of_sources_does_not_matter) {
    struct store s;
    struct store t;
    store_open(&s);
    store_open(&t);
    from_terraform(&s);
    from_cloud(&s);
    from_cloud(&t);
    from_terraform(&t);
    cr_assert(ix_hash_eq(store_hash(&s), store_hash(&t)));
    store_done(&s);
    store_done(&t);
}

Test(runs, one_uid_is_one_resource_and_the_live_word_counts_more) {
    struct store s;
    store_open(&s);
    from_terraform(&s);
    from_cloud(&s);
    cr_assert_str_eq(store_rows(&s, "SELECT d.props, r.address, count(*) FROM resource r "
                                    "JOIN document d ON d.did = r.document "
                                    "JOIN observation USING (rid) WHERE uid = 'uid-a'"),
                     "{\"cidr\":\"10.0.0.0/16\",\"up\":true,\"x\":\"seen\"}|vpc-1|2\n");
    store_begin(&s, "live", "aws");
    store_put(&s, "vpc-3", "uid-c", "{}");
    store_publish(&s);
    cr_assert_eq(s.result.retired, 0);
    cr_assert_str_eq(store_rows(&s, "SELECT d.props, address, deleted FROM resource r "
                                    "JOIN document d ON d.did = r.document WHERE uid = 'uid-a'"),
                     "{\"cidr\":\"10.0.0.0/16\",\"x\":\"made\"}|aws_vpc.a|-\n");
    store_done(&s);
}

Test(runs, what_is_gone_is_retired_and_its_row_stays) {
    struct store s;
    store_open(&s);
    two_things(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.a", "uid-a", "{\"cidr\": \"10.0.0.0/16\", \"n\": 1}");
    store_publish(&s);
    cr_assert_eq(s.result.retired, 1);
    cr_assert_str_eq(store_rows(&s, "SELECT uid, deleted IS NOT NULL FROM resource ORDER BY uid"),
                     "uid-a|0\nuid-b|1\n");
    cr_assert_str_eq(store_rows(&s, "SELECT count(*) FROM edge"), "0\n");
    two_things(&s);
    cr_assert_str_eq(store_rows(&s, "SELECT op FROM change JOIN resource USING (rid) "
                                    "WHERE uid = 'uid-b' ORDER BY cid"),
                     "added\nretired\nreturned\n");
    cr_assert_str_eq(store_rows(&s, "SELECT deleted FROM resource WHERE uid = 'uid-b'"), "-\n");
    store_done(&s);
}

Test(runs, a_partial_scope_retires_nothing) {
    struct store s;
    store_open(&s);
    two_things(&s);
    struct ix_hash hash = store_hash(&s);
    store_begin(&s, "net", "terraform");
    store_scope(&s, "", IX_SCOPE_PARTIAL);
    store_publish_as_is(&s);
    cr_assert_eq(s.result.retired, 0);
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    store_done(&s);
}

Test(runs, a_discarded_run_leaves_only_its_line) {
    struct store s;
    store_open(&s);
    two_things(&s);
    struct ix_hash hash = store_hash(&s);
    int64_t generation = store_generation(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.a", "uid-a", "{\"cidr\": \"changed\"}");
    store_put(&s, "aws_vpc.z", "uid-z", "{}");
    store_discard(&s);
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    cr_assert_eq(generation, store_generation(&s));
    cr_assert_str_eq(store_rows(&s, "SELECT outcome, error_text FROM run ORDER BY run"),
                     "published|-\ndiscarded|the disk went away\n");
    cr_assert_str_empty(store_broken(&s));
    store_done(&s);
}

Test(runs, closing_discards_the_open_run) {
    struct store s;
    store_open(&s);
    two_things(&s);
    struct ix_hash hash = store_hash(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.z", "uid-z", "{}");
    store_reopen(&s, IX_OPEN_WRITE);
    cr_assert(ix_hash_eq(hash, store_hash(&s)));
    store_done(&s);
}

Test(runs, history_says_which_paths_changed_from_what_to_what) {
    struct store s;
    store_open(&s);
    two_things(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.a", "uid-a", "{\"cidr\": \"10.9.0.0/16\", \"new\": {\"deep\": true}}");
    store_put(&s, "aws_vpc.b", "uid-b", "{\"cidr\": \"10.1.0.0/16\"}");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, "SELECT path, old, new FROM change WHERE op = 'changed' "
                                    "ORDER BY path"),
                     ".cidr|\"10.0.0.0/16\"|\"10.9.0.0/16\"\n"
                     ".n|1|-\n"
                     ".new|-|{\"deep\":true}\n");
    cr_assert_str_eq(store_rows(&s, "SELECT json_extract(state, '$.properties.cidr') FROM version"),
                     "10.0.0.0/16\n");
    store_done(&s);
}

static void put_set(struct store *s, const char *properties) {
    store_begin(s, "net", "terraform");
    store_put(s, "aws_vpc.a", "uid-a", properties);
    store_publish(s);
}

Test(runs, noise_and_the_order_of_arrays_are_no_history) {
    struct store s;
    store_open(&s);
    put_set(&s, "{\"etag\": \"1\", \"groups\": [\"a\", \"b\"]}");
    put_set(&s, "{\"etag\": \"2\", \"groups\": [\"b\", \"a\"]}");
    cr_assert_eq(s.result.changed, 0);
    cr_assert_str_eq(store_rows(&s, "SELECT count(*) FROM version"), "0\n");
    cr_assert_str_eq(store_rows(&s, "SELECT op FROM change"), "added\n");
    put_set(&s, "{\"etag\": \"2\", \"groups\": [\"b\", \"b\"]}");
    cr_assert_eq(s.result.changed, 1);
    store_done(&s);
}

Test(runs, a_second_source_is_a_visible_change) {
    struct store s;
    store_open(&s);
    put_set(&s, "{}");
    int64_t generation = store_generation(&s);
    store_begin(&s, "other", "terraform");
    store_put(&s, "aws_vpc.a", "uid-a", "{}");
    store_publish(&s);
    cr_assert_gt(store_generation(&s), generation);
    store_done(&s);
}

Test(runs, an_address_that_changes_its_identity_moves) {
    struct store s;
    store_open(&s);
    put_set(&s, "{\"a\": 1}");
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.a", "uid-other", "{\"a\": 2}");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, "SELECT uid, deleted IS NULL FROM resource ORDER BY uid"),
                     "uid-a|0\nuid-other|1\n");
    cr_assert_str_empty(store_broken(&s));
    store_done(&s);
}

Test(runs, of_one_address_pushed_twice_the_last_counts) {
    struct store s;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.a", "uid-first", "{}");
    store_put(&s, "aws_vpc.a", "uid-last", "{}");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, "SELECT uid FROM resource"), "uid-last\n");
    cr_assert_eq(s.result.added, 1);
    cr_assert_eq(s.result.retired, 0);
    cr_assert_str_empty(store_broken(&s));
    store_done(&s);
}

/* ---- the first run of all (log.c) ---- */

static enum ix_code read_from(const char *folder, struct ix_err *err) {
    const struct ix_open_options options = {.mode = IX_OPEN_READ};
    struct ix_warehouse *reader = NULL;
    *err = (struct ix_err){0};
    enum ix_code code = ix_warehouse_open(folder, &options, &reader, err);
    ix_warehouse_close(reader);
    return code;
}

static void begin_with_one(struct store *s) {
    store_begin(s, "here", "terraform");
    store_put(s, "aws_vpc.a", "a", "{}");
    store_scope(s, "", IX_SCOPE_WHOLE); /* what was put is written, not only gathered */
}

Test(runs, who_reads_during_the_first_run_is_told_to_come_back) {
    struct store s;
    struct ix_err err;
    store_open(&s);
    begin_with_one(&s);
    cr_expect_eq(read_from(s.folder, &err), IX_BUSY, "%s", err.text);
    cr_expect_not_null(strstr(err.text, "first run"), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "process "), "who it is: %s", err.text);
    store_publish_as_is(&s);
    cr_expect_eq(read_from(s.folder, &err), IX_OK, "%s", err.text);
    cr_expect_str_eq(store_rows(&s, "PRAGMA journal_mode"), "wal\n");
    begin_with_one(&s); /* and the second one hinders nobody */
    cr_expect_eq(read_from(s.folder, &err), IX_OK, "%s", err.text);
    store_done(&s);
}

Test(runs, a_first_run_beside_a_reader_hinders_nobody) {
    struct store s;
    const struct ix_open_options options = {.mode = IX_OPEN_READ};
    struct ix_warehouse *reader = NULL;
    struct ix_err err = {0};
    int64_t generation = -1;
    store_open(&s);
    cr_assert_eq(ix_warehouse_open(s.folder, &options, &reader, &err), IX_OK, "%s", err.text);
    begin_with_one(&s);
    cr_expect_eq(ix_warehouse_generation(reader, &generation, &err), IX_OK, "%s", err.text);
    cr_expect_eq(generation, 0);
    store_publish_as_is(&s);
    cr_expect_eq(ix_warehouse_generation(reader, &generation, &err), IX_OK, "%s", err.text);
    cr_expect_eq(generation, 1);
    ix_warehouse_close(reader);
    store_done(&s);
}

static void copy_file(const char *from_folder, const char *to_folder, const char *name) {
    char from[128];
    char to[128];
    char bytes[4096];
    snprintf(from, sizeof from, "%s/%s", from_folder, name);
    snprintf(to, sizeof to, "%s/%s", to_folder, name);
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    cr_assert(in && out, "%s", name);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, in)) > 0;) {
        cr_assert_eq(fwrite(bytes, 1, size, out), size);
    }
    fclose(in);
    cr_assert_eq(fclose(out), 0);
}

/* As if its writer had been killed: the files are there, and nobody holds the lock. */
Test(runs, a_reader_takes_back_a_first_run_that_broke_off) {
    struct store s;
    struct store left;
    struct ix_err err;
    store_open(&s);
    store_open(&left);
    struct ix_hash empty = store_hash(&left);
    ix_warehouse_close(left.w);
    left.w = NULL;
    store_begin(&s, "here", "terraform");
    cr_assert_eq(sqlite3_exec(ix_sqlite_of(s.w)->db, "PRAGMA cache_size=5", NULL, NULL, NULL),
                 SQLITE_OK); /* pages reach the file before their time */
    for (int i = 0; i < 100; i++) {
        char address[32];
        snprintf(address, sizeof address, "aws_vpc.n%d", i);
        store_put(&s, address, address, "{}");
    }
    store_scope(&s, "", IX_SCOPE_WHOLE);
    copy_file(s.folder, left.folder, "infradex.db");
    copy_file(s.folder, left.folder, "infradex.db-journal");
    cr_expect_eq(read_from(left.folder, &err), IX_OK, "%s", err.text);
    store_reopen(&left, IX_OPEN_READ);
    cr_expect(ix_hash_eq(store_hash(&left), empty));
    store_done(&left);
    store_done(&s);
}
