/* Runs: what they change, what they leave alone, and what stays of the past. */
#include <criterion/criterion.h>

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
