/* Lines of bills: what is asked of them equals what they come to, and what runs do to them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "bill.h"

#define ALL .from_ms = IX_TIME_UNKNOWN, .until_ms = IX_TIME_UNKNOWN

static const struct ix_cost_dimension by_service = {.kind = IX_COST_BY_COLUMN,
                                                    .column = IX_FOCUS_ServiceName};
static const struct ix_cost_question total_by_service = {ALL, .dimensions = &by_service,
                                                         .dimension_count = 1};

static const struct bill_line simple = {.billing = "2024-03-01",
                                        .begin = "2024-03-02T05:00:00Z",
                                        .service = "Compute",
                                        .account = "111",
                                        .currency = "USD",
                                        .amount = {"1.5", "1.25", NULL, "2"}};

static struct bill_line with_amount(const char *amount) {
    struct bill_line line = simple;
    line.amount[IX_COST_BILLED] = amount;
    return line;
}

static void import(struct store *s, const struct bill_line *lines, size_t count) {
    store_begin(s, "bill", "focus");
    for (size_t i = 0; i < count; i++) {
        bill_put(s, &lines[i]);
    }
    store_publish(s);
}

/* ---- exactness ---- */

Test(cost, sums_are_exact_to_the_last_decimal_and_currencies_stay_apart) {
    struct store s;
    struct bill_line lines[] = {with_amount("0.1"), with_amount("0.2"),
                                with_amount("-0.300000000000000001"), with_amount("7")};
    lines[3].currency = "EUR";
    store_open(&s);
    import(&s, lines, 4);
    cr_assert_str_eq(bill_answer(&s, &total_by_service),
                     "Compute 7 EUR 1 0\nCompute -0.000000000000000001 USD 3 0\n");
    struct ix_cost_question list = total_by_service;
    list.metric = IX_COST_LIST;
    cr_assert_str_eq(bill_answer(&s, &list), "Compute 0 EUR 1 1\nCompute 0 USD 3 3\n");
    cr_assert_str_eq(store_broken(&s), "");
    store_done(&s);
}

Test(cost, a_sum_that_does_not_fit_is_named) {
    struct store s;
    struct ix_err err = {0};
    const struct bill_line lines[] = {with_amount("9000000000"), with_amount("9000000000")};
    store_open(&s);
    store_begin(&s, "bill", "focus");
    bill_put(&s, &lines[0]);
    bill_put(&s, &lines[1]);
    cr_assert_eq(ix_warehouse_run_publish(s.w, s.now, &s.result, &err), IX_LIMIT);
    cr_assert_not_null(strstr(err.text, "the sum of billed cost"), "%s", err.text);
    cr_assert_str_eq(bill_answer(&s, &total_by_service), "");
    store_done(&s);
}

Test(cost, null_is_a_group_of_its_own_and_not_the_empty_text) {
    struct store s;
    struct bill_line lines[] = {simple, simple, simple};
    lines[1].service = "";
    lines[2].service = NULL;
    store_open(&s);
    import(&s, lines, 3);
    cr_assert_str_eq(bill_answer(&s, &total_by_service),
                     " 1.5 USD 1 0\nCompute 1.5 USD 1 0\n- 1.5 USD 1 0\n");
    store_done(&s);
}

/* ---- random lines, random questions ---- */

enum { RANDOM_LINES = 700 };

static const char *pick(const char *const *from, size_t count) {
    return from[(size_t)rand() % count];
}
#define PICK(...)                                                                                  \
    pick((const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void make_line(struct bill_line *line, char *begin, char *amount, char *description) {
    int month = 1 + rand() % 4;
    snprintf(begin, 32, "2024-%02d-%02dT%02d:00:00Z", month, 1 + rand() % 28, rand() % 24);
    snprintf(amount, 32, "%d.%09d%09d", rand() % 2000 - 1000, rand() % 1000000000,
             rand() % 3 ? 0 : rand() % 1000000000);
    snprintf(description, 32, "item %d", rand());
    *line = (struct bill_line){
        .billing = month == 1 ? "2024-01-01" : "2024-02-01",
        .begin = begin,
        .service = PICK("Compute", "Storage", "Queue", NULL),
        .account = PICK("111", "222"),
        .region = PICK("eu-west-1", "us-east-1", NULL),
        .category = PICK("Usage", "Tax", "Credit"),
        .currency = PICK("USD", "USD", "USD", "EUR"),
        .resource = PICK("i-1", "i-2", "arn:aws:s3:::b", "", NULL),
        .description = description,
        .tags = PICK("{\"env\":\"prod\",\"team\":\"a\\\"b\"}", "{\"env\":\"dev\"}",
                     "{\"env\":\"\",\"team\":\"x\"}", "{\"team\":true}", "{}", NULL),
        .extra = PICK("{\"x_n\":\"1\"}", "{\"x_deep\":{\"env\":\"no\"},\"x_n\":2}", NULL),
        .amount = {amount, PICK("0", "0.5", NULL), PICK("-3.25", NULL), amount},
    };
}

static const struct ix_cost_dimension choices[] = {
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ServiceName},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_SubAccountId},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_RegionId},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ChargeCategory},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ResourceId},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ChargeDescription},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_Tags},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_BillingPeriodStart},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ChargePeriodStart},
    {.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("env")},
    {.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("team")},
    {.kind = IX_COST_BY_EXTRA, .key = IX_SV_INIT("x_n")},
};
enum { CHOICES = sizeof choices / sizeof *choices };

static const struct ix_sv filter_values[] = {
    IX_SV_INIT("Compute"), IX_SV_INIT("111"),  IX_SV_INIT("i-1"), IX_SV_INIT(""),
    IX_SV_INIT("prod"),    IX_SV_INIT("true"), IX_SV_INIT("2"),   {NULL, 0},
};

static void ask_at_random(struct store *s, const struct bill_line *lines, int round) {
    static const char *const bounds[] = {"2024-01-01", "2024-02-01", "2024-02-17",
                                         "2024-03-05T07:00:00Z"};
    struct ix_cost_dimension dimensions[4];
    struct ix_cost_filter filters[2];
    char name[64];
    struct ix_cost_question q = {ALL,
                                 .metric = (enum ix_cost_metric)(rand() % IX_COST_METRIC_COUNT),
                                 .grain = (enum ix_cost_grain)(rand() % 6),
                                 .dimensions = dimensions,
                                 .dimension_count = (size_t)rand() % 4,
                                 .filters = filters,
                                 .filter_count = (size_t)rand() % 3};
    for (size_t i = 0; i < q.dimension_count; i++) {
        dimensions[i] = choices[rand() % CHOICES];
    }
    for (size_t i = 0; i < q.filter_count; i++) {
        filters[i] = (struct ix_cost_filter){.of = choices[rand() % CHOICES],
                                             .values = filter_values + rand() % 6,
                                             .value_count = (size_t)rand() % 3,
                                             .negate = rand() % 2};
    }
    if (rand() % 2) {
        cr_assert(ix_time_parse(ix_sv_cstr(bounds[rand() % 4]), &q.from_ms));
    }
    if (rand() % 3 == 0) {
        cr_assert(ix_time_parse(ix_sv_cstr(bounds[rand() % 4]), &q.until_ms));
    }
    snprintf(name, sizeof name, "round %d", round);
    bill_compare(s, lines, RANDOM_LINES, &q, name);
}

Test(cost, every_answer_equals_the_lines_added_one_by_one) {
    static struct bill_line lines[RANDOM_LINES];
    static char texts[RANDOM_LINES][3][32];
    struct store s;
    srand(4);
    store_open(&s);
    for (int i = 0; i < RANDOM_LINES; i++) {
        make_line(&lines[i], texts[i][0], texts[i][1], texts[i][2]);
    }
    import(&s, lines, RANDOM_LINES);
    for (int round = 0; round < 300; round++) {
        ask_at_random(&s, lines, round);
    }
    store_done(&s);
}

Test(cost, bills_of_many_segments_and_many_periods_are_read_whole) {
    enum { LINES = 70000, PERIODS = 20 };
    static char texts[PERIODS][16];
    static const struct ix_cost_dimension by_description = {.kind = IX_COST_BY_COLUMN,
                                                            .column = IX_FOCUS_ChargeDescription};
    struct store s;
    char description[16];
    store_open(&s);
    store_begin(&s, "bill", "focus");
    for (int i = 0; i < LINES; i++) {
        struct bill_line line = with_amount("0.000000001");
        char *billing = texts[i % PERIODS];
        snprintf(billing, sizeof texts[0], "20%02d-01-01", i < LINES - 400 ? 10 : 20 + i % 20);
        snprintf(description, sizeof description, "%d", i);
        line.billing = line.begin = billing;
        line.description = description;
        bill_put(&s, &line);
    }
    store_publish(&s);
    cr_assert_str_eq(bill_answer(&s, &(struct ix_cost_question){ALL}), "0.00007 USD 70000 0\n");
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_period"), 21);
    const struct ix_sv value = IX_SV("65540");
    const struct ix_cost_filter filter = {by_description, &value, 1, NULL, false};
    const struct ix_cost_question one = {ALL,
                                         .grain = IX_COST_GRAIN_YEAR,
                                         .dimensions = &by_description,
                                         .dimension_count = 1,
                                         .filters = &filter,
                                         .filter_count = 1};
    cr_assert_str_eq(bill_answer(&s, &one), "2010-01-01 65540 0.000000001 USD 1 0\n");
    cr_assert_str_eq(store_broken(&s), "");
    store_done(&s);
}

/* ---- runs ---- */

Test(cost, the_same_bill_again_changes_nothing_in_whatever_order) {
    struct store s;
    struct bill_line lines[] = {with_amount("1"), with_amount("2"), with_amount("3")};
    lines[1].extra = "{\"x_a\": 1, \"x_b\": 2}";
    lines[2].billing = "2024-04-01";
    store_open(&s);
    import(&s, lines, 3);
    int64_t generation = store_generation(&s);
    struct ix_hash hash = store_hash(&s);
    struct bill_line again[] = {lines[2], lines[1], lines[0]};
    again[1].extra = "{\"x_b\": 2, \"x_a\": 1}";
    import(&s, again, 3);
    cr_assert_eq(store_generation(&s), generation);
    cr_assert(ix_hash_eq(store_hash(&s), hash));
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_period"), 2);
    again[0].amount[IX_COST_LIST] = "0";
    import(&s, again, 3);
    cr_assert_eq(store_generation(&s), generation + 1, "unknown is not 0");
    cr_assert_not(ix_hash_eq(store_hash(&s), hash));
    store_done(&s);
}

static const char *changes(struct store *s, int64_t run) {
    static struct ix_buf text;
    struct ix_arena arena;
    struct ix_cost_changes list = {0};
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    ix_buf_clear(&text);
    cr_assert_eq(ix_warehouse_cost_changes(s->w, run, &arena, &list, &err), IX_OK, "%s", err.text);
    for (size_t i = 0; i < list.count; i++) {
        const struct ix_cost_change *c = &list.items[i];
        char at[IX_TIME_TEXT_SIZE];
        char old[IX_MONEY_TEXT_SIZE];
        char now[IX_MONEY_TEXT_SIZE];
        ix_buf_printf(
            &text, "%.10s %.*s %s %lld %.*s -> %lld %.*s\n", ix_time_format(c->begin_ms, at).data,
            IX_SV_FMT(c->currency), c->was_known ? "again" : "new", (long long)c->old_lines,
            IX_SV_FMT(ix_money_format(c->old_total[IX_COST_BILLED], old)), (long long)c->new_lines,
            IX_SV_FMT(ix_money_format(c->new_total[IX_COST_BILLED], now)));
    }
    ix_arena_done(&arena);
    return ix_buf_cstr(&text);
}

Test(cost, a_correction_replaces_one_period_of_one_source) {
    static const struct ix_cost_dimension by[] = {
        {.kind = IX_COST_BY_SOURCE},
        {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_BillingPeriodStart}};
    const struct ix_cost_question q = {ALL, .dimensions = by, .dimension_count = 2};
    struct store s;
    struct bill_line march[] = {with_amount("1"), with_amount("2")};
    struct bill_line april = with_amount("4");
    april.billing = "2024-04-01";
    store_open(&s);
    store_begin(&s, "other", "focus");
    bill_put(&s, &march[0]);
    store_publish(&s);
    import(&s, march, 2);
    import(&s, &april, 1);
    cr_assert_str_eq(changes(&s, s.result.run), "2024-04-01 USD new 0 0 -> 1 4\n");
    march[1].amount[IX_COST_BILLED] = "2.5";
    march[0].currency = "EUR";
    import(&s, march, 2);
    cr_assert_str_eq(bill_answer(&s, &q), "bill 2024-03-01T00:00:00Z 1 EUR 1 0\n"
                                          "bill 2024-03-01T00:00:00Z 2.5 USD 1 0\n"
                                          "bill 2024-04-01T00:00:00Z 4 USD 1 0\n"
                                          "other 2024-03-01T00:00:00Z 1 USD 1 0\n");
    cr_assert_str_eq(changes(&s, s.result.run), "2024-03-01 EUR again 0 0 -> 1 1\n"
                                                "2024-03-01 USD again 2 3 -> 1 2.5\n");
    cr_assert_str_eq(store_broken(&s), "");
    store_done(&s);
}

Test(cost, a_failed_run_leaves_nothing) {
    struct store s;
    const struct bill_line line = simple;
    store_open(&s);
    import(&s, &line, 1);
    struct ix_hash hash = store_hash(&s);
    store_begin(&s, "bill", "focus");
    for (int i = 0; i < 66000; i++) { /* some of it was written */
        bill_put(&s, &line);
    }
    store_discard(&s);
    cr_assert(ix_hash_eq(store_hash(&s), hash));
    cr_assert_str_eq(bill_answer(&s, &total_by_service), "Compute 1.5 USD 1 0\n");
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_segment WHERE level = 0"), 1);
    store_done(&s);
}

Test(cost, periods_and_names_are_listed) {
    struct store s;
    struct ix_arena arena;
    struct ix_cost_periods periods = {0};
    struct ix_cost_name_list names = {0};
    struct ix_err err = {0};
    struct bill_line line = simple;
    line.tags = "{\"team\": \"a\", \"env\": true}";
    line.extra = "{\"x_b\": 1, \"x_a\": null}";
    store_open(&s);
    import(&s, &line, 1);
    ix_arena_init(&arena, 0);
    cr_assert_eq(ix_warehouse_cost_periods(s.w, &arena, &periods, &err), IX_OK, "%s", err.text);
    cr_assert_eq(periods.count, 1);
    cr_assert(ix_sv_eq(periods.items[0].source, IX_SV("bill")));
    cr_assert(ix_sv_eq(periods.items[0].currency, IX_SV("USD")));
    cr_assert_eq(periods.items[0].unknown[IX_COST_LIST], 1);
    cr_assert_eq(periods.items[0].total[IX_COST_CONTRACTED].nano, 2000000000);
    cr_assert_eq(periods.items[0].imported_ms, s.now + 500);
    cr_assert_eq(ix_warehouse_cost_names(s.w, IX_COST_TAG_KEYS, &arena, &names, &err), IX_OK);
    cr_assert_eq(names.count, 2);
    cr_assert(ix_sv_eq(names.items[0], IX_SV("env")) && ix_sv_eq(names.items[1], IX_SV("team")));
    cr_assert_eq(ix_warehouse_cost_names(s.w, IX_COST_EXTRA_COLUMNS, &arena, &names, &err), IX_OK);
    cr_assert_eq(names.count, 2);
    cr_assert(ix_sv_eq(names.items[0], IX_SV("x_a")) && ix_sv_eq(names.items[1], IX_SV("x_b")));
    ix_arena_done(&arena);
    store_done(&s);
}

/* ---- resources ---- */

static const struct ix_cost_dimension by_resource[] = {
    {.kind = IX_COST_BY_MATCH},
    {.kind = IX_COST_BY_RESOURCE, .stored = IX_STORED_UID},
    {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ResourceId}};
static const struct ix_cost_question resources = {ALL, .dimensions = by_resource,
                                                  .dimension_count = 3};

static void put_resource(struct store *s, const char *uid, const char *id, const char *account) {
    const struct ix_resource r = {.address = ix_sv_cstr(uid),
                                  .uid = ix_sv_cstr(uid),
                                  .native_id = ix_sv_cstr(id),
                                  .account = ix_sv_cstr(account)};
    store_put_more(s, r, "{}");
}

Test(cost, lines_find_their_resources_whichever_comes_first) {
    struct store s;
    struct bill_line lines[] = {simple, simple, simple, simple, simple};
    lines[0].resource = "arn:aws:s3:::b";
    lines[1].resource = "i-1";
    lines[2].resource = "i-1";
    lines[2].account = "222";
    lines[3].resource = "/Subscriptions/A/resourceGroups/G/providers/Microsoft.Compute/vms/V";
    store_open(&s);
    import(&s, lines, 5);
    const char *unknown = "no resource id - - 1.5 USD 1 0\n"
                          "seen only in a bill - /Subscriptions/A/resourceGroups/G/providers/"
                          "Microsoft.Compute/vms/V 1.5 USD 1 0\n"
                          "seen only in a bill - arn:aws:s3:::b 1.5 USD 1 0\n"
                          "seen only in a bill - i-1 3 USD 2 0\n";
    cr_assert_str_eq(bill_answer(&s, &resources), unknown);
    store_begin(&s, "net", "terraform");
    put_resource(&s, "arn:aws:s3:::b", "b", "111");
    put_resource(&s, "vm", "i-1", "111");
    put_resource(&s, "/subscriptions/a/resourcegroups/g/providers/microsoft.compute/vms/v", "v",
                 "a");
    store_publish(&s);
    const char *known = "matched /subscriptions/a/resourcegroups/g/providers/microsoft.compute/"
                        "vms/v /Subscriptions/A/resourceGroups/G/providers/Microsoft.Compute/vms/V"
                        " 1.5 USD 1 0\n"
                        "matched arn:aws:s3:::b arn:aws:s3:::b 1.5 USD 1 0\n"
                        "matched vm i-1 1.5 USD 1 0\n"
                        "no resource id - - 1.5 USD 1 0\n"
                        "seen only in a bill - i-1 1.5 USD 1 0\n";
    cr_assert_str_eq(bill_answer(&s, &resources), known);
    lines[4].description = "late";
    import(&s, lines, 5);
    cr_assert_str_eq(bill_answer(&s, &resources), known);
    cr_assert_str_eq(store_broken(&s), "");
    store_done(&s);
}

Test(cost, an_id_that_two_resources_of_the_account_have_names_none) {
    struct store s;
    struct bill_line line = simple;
    line.resource = "i-1";
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put_resource(&s, "one", "i-1", "111");
    put_resource(&s, "two", "i-1", "111");
    put_resource(&s, "three", "i-1", "");
    store_publish(&s);
    import(&s, &line, 1);
    cr_assert_str_eq(bill_answer(&s, &resources), "several have the id - i-1 1.5 USD 1 0\n");
    store_begin(&s, "net", "terraform");
    put_resource(&s, "one", "i-1", "111");
    store_publish(&s);
    cr_assert_str_eq(bill_answer(&s, &resources), "matched one i-1 1.5 USD 1 0\n");
    store_done(&s);
}

Test(cost, only_lines_of_chosen_resources_count) {
    struct store s;
    struct ix_arena arena;
    struct ix_sql rids;
    struct bill_line lines[] = {simple, simple};
    lines[0].resource = "i-1";
    lines[1].resource = "i-2";
    lines[1].amount[0] = "9";
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put_resource(&s, "one", "i-1", "111");
    put_resource(&s, "two", "i-2", "111");
    store_publish(&s);
    import(&s, lines, 2);
    ix_arena_init(&arena, 0);
    ix_sql_init(&rids, &arena);
    ix_sql_text(&rids, "SELECT rid FROM resource WHERE uid = ");
    ix_sql_bind_text(&rids, IX_SV("two"));
    struct ix_cost_question q = total_by_service;
    q.rids = &rids;
    cr_assert_str_eq(bill_answer(&s, &q), "Compute 9 USD 1 0\n");
    q.grain = IX_COST_GRAIN_DAY;
    cr_assert_str_eq(bill_answer(&s, &q), "2024-03-02 Compute 9 USD 1 0\n");
    ix_sql_done(&rids);
    ix_arena_done(&arena);
    store_done(&s);
}
