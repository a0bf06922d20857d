/* Lines of bills kept well: examined, mended, rebuilt, exported. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "bill.h"

static const struct ix_cost_dimension by_service = {.kind = IX_COST_BY_COLUMN,
                                                    .column = IX_FOCUS_ServiceName};
static const struct ix_cost_question question = {.from_ms = IX_TIME_UNKNOWN,
                                                 .until_ms = IX_TIME_UNKNOWN,
                                                 .dimensions = &by_service,
                                                 .dimension_count = 1};

static const struct bill_line lines[] = {
    {.billing = "2024-03-01",
     .begin = "2024-03-02T05:00:00Z",
     .service = "Compute",
     .account = "111",
     .region = "eu",
     .category = "Usage",
     .currency = "USD",
     .resource = "i-1",
     .description = "a \"text\"",
     .tags = "{\"k\": \"v\", \"t\": true}",
     .extra = "{\"x_a\": {\"deep\": [1, null]}, \"x_b\": null, \"x_c\": \"1.50\"}",
     .amount = {"1.000000000000000001", "-1.25", NULL, "2"}},
    {.billing = "2024-03-01",
     .begin = "2024-03-03",
     .service = "",
     .currency = "USD",
     .amount = {"0.1", NULL, NULL, NULL}},
    {.billing = "2024-04-01", .begin = "2024-04-01", .currency = "EUR", .amount = {"3"}},
};
enum { LINES = sizeof lines / sizeof *lines };

static void import(struct store *s) {
    store_begin(s, "bill", "focus");
    for (size_t i = 0; i < LINES; i++) {
        bill_put(s, &lines[i]);
    }
    store_publish(s);
}

static void change(struct store *s, const char *sql) {
    ix_warehouse_close(s->w);
    s->w = NULL;
    store_raw(s, sql);
    store_reopen(s, IX_OPEN_WRITE);
}

static void repair(struct store *s) {
    struct ix_err err = {0};
    cr_assert_eq(ix_warehouse_repair(s->w, &err), IX_OK, "%s", err.text);
    cr_assert_str_eq(store_broken(s), "");
}

Test(cost_care, sums_that_are_not_what_the_lines_come_to_are_found_and_mended) {
    static const char *const damages[] = {
        "UPDATE cost_total SET nano = nano + 1 WHERE metric = 2",
        "UPDATE cost_total SET lines = lines + 1",
        "DELETE FROM cost_total",
        /* the amounts of one metric in the place of another */
        "UPDATE cost_data SET bytes = (SELECT d.bytes FROM cost_data d JOIN cost_column c "
        "ON c.cid = d.part & 65535 WHERE c.name = 'ListCost' AND d.part >> 16 = "
        "cost_data.part >> 16) WHERE part & 65535 = (SELECT cid FROM cost_column "
        "WHERE name = 'BilledCost') AND part >> 16 IN (SELECT seg FROM cost_segment "
        "WHERE level = 2)",
        "UPDATE cost_data SET bytes = (SELECT d.bytes FROM cost_data d JOIN cost_column c "
        "ON c.cid = d.part & 65535 WHERE c.name = 'ListCost' AND d.part >> 16 = "
        "cost_data.part >> 16) WHERE part & 65535 = (SELECT cid FROM cost_column "
        "WHERE name = 'BilledCost') AND part >> 16 IN (SELECT seg FROM cost_segment "
        "WHERE level = 6)",
        /* rows that were written twice */
        "INSERT INTO cost_data SELECT part + 65536 * 1000, bytes FROM cost_data; "
        "INSERT INTO cost_segment SELECT seg + 1000, pid, level, lines, first, last "
        "FROM cost_segment WHERE level = 4; "
        "DELETE FROM cost_data WHERE part >> 16 NOT IN (SELECT seg FROM cost_segment)",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct store s;
        store_open(&s);
        import(&s);
        struct ix_hash hash = store_hash(&s);
        cr_assert_str_eq(store_broken(&s), "");
        change(&s, damages[i]);
        cr_assert_str_eq(store_broken(&s), "sums of bills|", "damage %zu", i);
        repair(&s);
        cr_assert(ix_hash_eq(store_hash(&s), hash));
        cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_segment WHERE level > 0"), 12);
        store_done(&s);
    }
}

Test(cost_care, a_repair_looks_resources_up_again) {
    static const struct ix_cost_dimension by_match = {.kind = IX_COST_BY_MATCH};
    struct ix_cost_question q = question;
    struct store s;
    q.dimensions = &by_match;
    store_open(&s);
    import(&s);
    store_begin(&s, "net", "terraform");
    store_put_more(&s,
                   (struct ix_resource){.address = IX_SV("a"),
                                        .uid = IX_SV("a"),
                                        .native_id = IX_SV("i-1"),
                                        .account = IX_SV("111")},
                   "{}");
    store_publish(&s);
    const char *joined = "matched 1.000000000000000001 USD 1 0\n"
                         "no resource id 3 EUR 1 0\nno resource id 0.1 USD 1 0\n";
    cr_assert_str_eq(bill_answer(&s, &q), joined);
    change(&s, "DELETE FROM cost_join");
    cr_assert_str_neq(bill_answer(&s, &q), joined);
    repair(&s);
    cr_assert_str_eq(bill_answer(&s, &q), joined);
    store_done(&s);
}

Test(cost_care, what_does_not_hold_together_is_said) {
    static const char *const damages[] = {
        "UPDATE cost_data SET bytes = x'00'",
        "UPDATE cost_data SET bytes = substr(bytes, 1, length(bytes) - 1)",
        "UPDATE cost_segment SET lines = lines + 1",
        "UPDATE cost_segment SET lines = 1000000",
        "DELETE FROM cost_data",
        "DELETE FROM cost_text",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct store s;
        struct ix_arena arena;
        struct ix_cost_answer answer = {0};
        struct ix_err err = {0};
        store_open(&s);
        import(&s);
        change(&s, damages[i]);
        ix_arena_init(&arena, 0);
        enum ix_code code = ix_warehouse_cost(s.w, &question, &arena, &answer, &err);
        cr_assert_eq(code, IX_CORRUPT, "damage %zu: %s", i, err.text);
        cr_assert_str_eq(store_broken(&s), "sums of bills|", "damage %zu", i);
        ix_arena_done(&arena);
        store_done(&s);
    }
}

/* ---- exporting ---- */

struct again { /* takes what another warehouse exports */
    struct ix_sink sink;
    struct store *to;
    size_t lines;
};

static enum ix_code put_again(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct again *again = (struct again *)sink;
    cr_assert(ix_sv_eq(line->source, IX_SV("bill")));
    cr_assert(ix_sv_eq(line->source_kind, IX_SV("focus")));
    again->lines++;
    return ix_sink_cost(again->to->sink, line, err);
}

Test(cost_care, what_is_exported_and_read_again_is_the_same) {
    struct store s;
    struct store copy;
    struct ix_err err = {0};
    store_open(&s);
    store_open(&copy);
    import(&s);
    struct again again = {.sink = {.cost = put_again}, .to = &copy};
    store_begin(&copy, "bill", "focus");
    cr_assert_eq(ix_warehouse_export(s.w, NULL, &again.sink, &err), IX_OK, "%s", err.text);
    store_publish(&copy);
    cr_assert_eq(again.lines, LINES);
    cr_assert(ix_hash_eq(store_hash(&s), store_hash(&copy)));
    store_done(&copy);
    store_done(&s);
}

/* ---- tags that have columns of their own ---- */

enum { TAGGED_LINES = 1200, TAG_TEXT_SIZE = 128 };
static char tagged_text[TAGGED_LINES][TAG_TEXT_SIZE];
static struct bill_line tagged[TAGGED_LINES];

static const char *tags_of(int i, char text[TAG_TEXT_SIZE]) {
    static const char *const teams[] = {"\"a\"", "\"\"",          "null", "true",
                                        "1.50",  "\"q\\\"\\\\\"", "\"b\""};
    const char *team = teams[i / 10 % 7];
    if (i % 7 == 0) {
        return NULL;
    }
    if (i % 5 == 0) {
        snprintf(text, TAG_TEXT_SIZE, "{\"name\":\"n%d\"}", i % 600);
    } else {
        snprintf(text, TAG_TEXT_SIZE, "{\"k\\\"e\":\"v%d\",\"name\":\"n%d\",\"team\":%s}", i % 2,
                 i % 600, team);
    }
    return text;
}

static void import_tagged(struct store *s) {
    store_begin(s, "bill", "focus");
    for (int i = 0; i < TAGGED_LINES; i++) {
        tagged[i] = (struct bill_line){.billing = i < 900 ? "2024-03-01" : "2024-04-01",
                                       .begin = i % 2 ? "2024-03-02" : "2024-04-03",
                                       .currency = "USD",
                                       .resource = i % 3 ? "r" : NULL,
                                       .tags = tags_of(i, tagged_text[i]),
                                       .amount = {i % 4 ? "1.25" : NULL, NULL, NULL, NULL}};
        bill_put(s, &tagged[i]);
    }
    store_publish(s);
}

static void compare_tags(struct store *s, const char *name) {
    static const char *const keys[] = {"team", "name", "k\"e", "none"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct ix_cost_dimension by = {.kind = IX_COST_BY_TAG, .key = ix_sv_cstr(keys[i])};
        const struct ix_sv values[] = {{NULL, 0}, IX_SV("a")};
        const struct ix_cost_filter without = {
            .of = by, .values = values, .value_count = 2, .negate = i == 1};
        struct ix_cost_question q = question;
        q.grain = IX_COST_GRAIN_MONTH;
        q.dimensions = &by;
        bill_compare(s, tagged, TAGGED_LINES, &q, name);
        q.filters = &without;
        q.filter_count = 1;
        bill_compare(s, tagged, TAGGED_LINES, &q, name);
    }
}

Test(cost_care, tags_have_columns_of_their_own_that_say_what_the_sets_say) {
    static const char drop[] = "DELETE FROM cost_data WHERE part & 65535 IN "
                               "(SELECT cid FROM cost_column WHERE class = 2)";
    static const char swap[] =
        "UPDATE cost_data SET bytes = (SELECT d.bytes FROM cost_data d JOIN cost_column c ON "
        "c.cid = d.part & 65535 WHERE c.class = 2 AND c.name = 'name' AND "
        "d.part >> 16 = cost_data.part >> 16) WHERE part & 65535 = "
        "(SELECT cid FROM cost_column WHERE class = 2 AND name = 'team')";
    struct store s;
    store_open(&s);
    import_tagged(&s);
    struct ix_hash hash = store_hash(&s);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_column WHERE class = 2"), 3);
    compare_tags(&s, "columns");
    cr_assert_str_eq(store_broken(&s), "");
    change(&s, drop);
    compare_tags(&s, "sets");
    cr_assert_str_eq(store_broken(&s), "");
    repair(&s);
    compare_tags(&s, "columns again");
    change(&s, swap);
    cr_assert_str_eq(store_broken(&s), "sums of bills|");
    repair(&s);
    compare_tags(&s, "mended");
    cr_assert(ix_hash_eq(store_hash(&s), hash));
    store_done(&s);
}
