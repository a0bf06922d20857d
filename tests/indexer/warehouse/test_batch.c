/* What is derived is written in batches; a small limit makes many of them in one run. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "indexer/warehouse/sqlite/batch.h"
#include "store.h"

static void put_many(struct store *s, const char *region) {
    char address[32];
    char properties[400];
    store_begin(s, "here", "terraform");
    ix_sqlite_of(s->w)->run.batch->rows_max = 5;
    for (int i = 0; i < 30; i++) {
        snprintf(address, sizeof address, "aws_vpc.n%d", i);
        snprintf(properties, sizeof properties,
                 "{\"region\":\"%s\",\"ports\":[80,443,80,%d,80,443],\"rules\":[{\"to\":80,\"ip\":"
                 "\"10.0.0.%d\"},{\"to\":80,\"ip\":\"10.0.0.%d\"},{\"to\":80,\"vpc\":"
                 "\"vpc-0a1b2c3d\"},{\"to\":80,\"vpc\":\"vpc-0a1b2c3d\"}]}",
                 region, i, i, i);
        store_put(s, address, address, properties);
    }
    store_publish(s);
}

/* Each value of a resource stands in its table and in the property index once, wherever a batch
 * ends. */
Test(batch, a_resource_is_not_split_between_two) {
    struct store s;
    store_open(&s);
    put_many(&s, "eu-west-1");
    cr_expect_str_empty(store_broken(&s));
    cr_expect_gt(store_number(&s, "SELECT count(*) FROM prop_segment"), 1);
    put_many(&s, "eu-west-2");
    cr_expect_str_empty(store_broken(&s));
    store_done(&s);
}

/* ---- what is put aside (batch_aside.c) ---- */

/* Tags in capitals and not, one that is long enough for several parts, numbers, addresses, ids;
 * every one in several batches. */
static void put_varied(struct store *s, int count, const char *shade) {
    enum { LONG = 20000 };
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    for (int i = 0; i < count; i++) {
        const struct ix_tag tags[] = {
            {IX_TAG, IX_SV("Empty"), IX_SV("")}, /* before all others */
            {IX_TAG, IX_SV("Team"), i % 2 ? IX_SV("Web") : IX_SV("web")},
            {IX_TAG, IX_SV("note"), ix_sv_of(text, (size_t)LONG - (size_t)i)},
            {IX_LABEL, IX_SV("Team"), ix_sv_cstr(shade)},
        };
        char address[32];
        char properties[300];
        snprintf(address, sizeof address, "aws_vpc.n%d", i);
        snprintf(properties, sizeof properties,
                 "{\"size\":%d,\"cost\":-%d.5,\"at\":\"2024-05-0%dT00:00:00Z\",\"shade\":\"%s\","
                 "\"ip\":\"10.0.%d.1\",\"net\":\"10.0.0.0/16\",\"vpc\":\"vpc-0A1b2c3d%d\"}",
                 i % 7, i, 1 + i % 9, shade, i % 5, i % 3);
        store_put_more(s,
                       (struct ix_resource){.address = ix_sv_cstr(address),
                                            .uid = ix_sv_cstr(address),
                                            .tags = (struct ix_tag *)tags,
                                            .tag_count = sizeof tags / sizeof *tags},
                       properties);
    }
}

static int64_t count_aside(const struct store *s) {
    const struct ix_batch *b = ix_sqlite_of(s->w)->run.batch;
    return (int64_t)b->aside[IX_BATCH_TAGS].count;
}

Test(batch, what_was_put_aside_is_merged_into_the_tables) {
    struct store whole;
    struct store s;
    static const char all[] =
        "SELECT key, num, rid FROM prop_num UNION ALL "
        "SELECT key, substr(value, 1, 9), rid * 10 + class FROM tag UNION ALL "
        "SELECT pid, value, rid FROM ref UNION ALL "
        "SELECT 0, hex(range), rid FROM address";
    static char expected[1 << 16];
    char sum[400];
    snprintf(sum, sizeof sum, "SELECT key, num, count(*), sum(rid) FROM (%s) GROUP BY 1, 2", all);
    store_open(&whole);
    store_begin(&whole, "here", "terraform");
    put_varied(&whole, 60, "dark");
    store_publish(&whole);
    snprintf(expected, sizeof expected, "%s", store_rows(&whole, sum));
    store_done(&whole);
    store_open(&s);
    store_begin(&s, "here", "terraform");
    ix_sqlite_of(s.w)->run.batch->rows_max = 50;
    put_varied(&s, 60, "dark");
    store_scope(&s, "", IX_SCOPE_WHOLE); /* what was put is with the batch */
    cr_expect_gt(count_aside(&s), 2);
    store_publish_as_is(&s);
    cr_expect_eq(count_aside(&s), 0);
    cr_expect_str_empty(store_broken(&s));
    cr_expect_str_eq(store_rows(&s, sum), expected);
    store_done(&s);
}

Test(batch, what_changes_again_is_taken_out_of_what_was_put_aside) {
    struct store s;
    store_open(&s);
    for (int run = 0; run < 2; run++) { /* new, and known */
        store_begin(&s, "here", "terraform");
        ix_sqlite_of(s.w)->run.batch->rows_max = 50;
        put_varied(&s, 40, run ? "grey" : "dark");
        put_varied(&s, 40, run ? "blue" : "light");
        store_publish(&s);
        cr_expect_str_empty(store_broken(&s));
    }
    cr_expect_str_eq(store_rows(&s, "SELECT value, count(*) FROM tag WHERE class = 1 GROUP BY 1"),
                     "blue|40\n");
    store_done(&s);
}

Test(batch, a_discarded_run_leaves_nothing_aside) {
    struct store s;
    store_open(&s);
    store_begin(&s, "here", "terraform");
    ix_sqlite_of(s.w)->run.batch->rows_max = 50;
    put_varied(&s, 40, "dark");
    store_discard(&s);
    store_begin(&s, "here", "terraform");
    put_varied(&s, 3, "light");
    store_publish(&s);
    cr_expect_str_empty(store_broken(&s));
    cr_expect_eq(store_number(&s, "SELECT count(*) FROM tag"), 12);
    store_done(&s);
}
