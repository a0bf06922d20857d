/* Every route of the table: what it answers, and that it answers as its row says. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "api/route.h"
#include "tests/api/called.h"

#define expect_text(actual, expected) cr_expect_str_eq((actual), (expected))

static const char *uid_of(struct world *w, const char *name) {
    char target[128];
    snprintf(target, sizeof target, "/api/v1/search?q=name%%3D%s", name);
    cr_assert_eq(get(w, target), 200);
    const char *uid = at(w, "items.0.uid");
    struct ix_buf encoded = {0};
    for (const char *c = uid + 1; c[1]; c++) {
        ix_buf_printf(&encoded, "%%%02X", (unsigned)(unsigned char)*c);
    }
    const char *copy = ix_arena_copy(&w->arena, ix_buf_sv(&encoded)).data;
    ix_buf_done(&encoded);
    return copy;
}

static int get_of(struct world *w, const char *name, const char *rest) {
    const char *uid = uid_of(w, name);
    return get(w, ix_arena_printf(&w->arena, "/api/v1/resources/%s%s", uid, rest).data);
}

Test(routes, a_search_finds_resources) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search?q=kind:instance+region:eu-*"), 200);
    expect_text(header(&w, "Content-Type"), "application/json");
    expect_text(at(&w, "items.0.name"), "\"web\"");
    expect_text(at(&w, "items.0.properties"), "");
    expect_text(at(&w, "items.1"), "");
    expect_text(at(&w, "count"), "{\"value\":1,\"exact\":true}");
    expect_text(at(&w, "next"), "null");
    expect_text(at(&w, "meta.as_of"), "\"2025-03-15T12:00:00Z\"");
    expect_text(at(&w, "meta.result_mode"), "\"exact\"");
    cr_expect_eq(get(&w, "/api/v1/search?q=name%3Dweb&properties=true"), 200);
    expect_text(at(&w, "items.0.properties.instance_type"), "\"t3.micro\"");
    world_done(&w);
}

Test(routes, a_search_may_stand_in_a_body) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    int status = post(&w, "/api/v1/search", "application/json; charset=utf-8",
                      "{\"q\": \"name=web\", \"properties\": true, \"limit\": 5}");
    cr_expect_eq(status, 200);
    expect_text(at(&w, "items.0.properties.instance_type"), "\"t3.micro\"");
    expect_text(header(&w, "ETag"), "");
    world_done(&w);
}

Test(routes, stages_answer_with_columns_and_explain_with_text) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search?q=%7C+count+by+region"), 200);
    expect_text(at(&w, "columns"), "[\"region\",\"count\"]");
    expect_text(at(&w, "rows.0"), "[\"eu-west-1\",2]");
    cr_expect_eq(get(&w, "/api/v1/search?q=name%3Dweb+%7C+explain"), 200);
    cr_expect(strstr(at(&w, "explanation"), "statement:"));
    world_done(&w);
}

Test(routes, pages_go_on_at_the_cursor) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 25);
    int64_t seen = 0;
    const char *target = "/api/v1/search?q=kind:volume&limit=10";
    for (int pages = 0; target && pages < 5; pages++) {
        cr_assert_eq(get(&w, target), 200, "%s", body_text(&w));
        seen += (int64_t)ix_json_count(ix_json_get(body(&w), "items"));
        struct ix_sv next = ix_json_get_string(body(&w), "next");
        expect_text(at(&w, "meta.result_mode"), ix_sv_empty(next) ? "\"exact\"" : "\"truncated\"");
        expect_text(at(&w, "count.value"), "25");
        target =
            ix_sv_empty(next)
                ? NULL
                : ix_arena_printf(&w.arena, "/api/v1/search?q=kind:volume&limit=10&cursor=%.*s",
                                  IX_SV_FMT(next))
                      .data;
    }
    cr_expect_eq(seen, 25);
    cr_expect_null(target);
    world_done(&w);
}

Test(routes, a_page_has_no_more_rows_than_the_server_allows) {
    struct world w;
    world_init_with(&w, (struct ix_api_options){.rows_max = 3});
    world_fill_many(&w, 5);
    cr_expect_eq(get(&w, "/api/v1/search?limit=5"), 200);
    cr_expect_eq(ix_json_count(ix_json_get(body(&w), "items")), 3);
    expect_text(at(&w, "meta.result_mode"), "\"truncated\"");
    world_done(&w);
}

Test(routes, one_resource_comes_whole) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get_of(&w, "web", ""), 200);
    expect_text(at(&w, "name"), "\"web\"");
    expect_text(at(&w, "properties.instance_type"), "\"t3.micro\"");
    expect_text(at(&w, "relations.0.name"), "\"acme-logs\"");
    expect_text(at(&w, "more_relations"), "");
    cr_expect_eq(get_of(&w, "web", "/relations"), 200);
    expect_text(at(&w, "items.0.type"), "\"depends_on\"");
    expect_text(at(&w, "count"), "{\"value\":1,\"exact\":true}");
    cr_expect_eq(get_of(&w, "web", "/history?limit=1"), 200);
    expect_text(at(&w, "items.0.source"), "\"shop\"");
    world_done(&w);
}

Test(routes, an_unknown_uid_is_not_found) {
    static const char *const paths[] = {"", "/history", "/relations"};
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < 3; i++) {
        const char *target =
            ix_arena_printf(&w.arena, "/api/v1/resources/%%22%%5C%%27%s", paths[i]).data;
        cr_expect_eq(get(&w, target), 404, "%s", target);
        expect_text(at(&w, "code"), "\"not_found\"");
    }
    world_done(&w);
}

Test(routes, lists_say_what_is_kept) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/sources"), 200);
    expect_text(at(&w, "items.0.source"), "\"net\"");
    expect_text(at(&w, "items.1.resources"), "3");
    expect_text(at(&w, "items.1.last_whole"), "\"2025-03-15T12:00:00Z\"");
    cr_expect_eq(get(&w, "/api/v1/runs?limit=1"), 200);
    expect_text(at(&w, "items.0.outcome"), "\"published\"");
    expect_text(at(&w, "count"), "{\"value\":1,\"exact\":false}");
    cr_expect_eq(get(&w, "/api/v1/types?word=aws_s3_bucket"), 200);
    expect_text(at(&w, "items.0.type"), "\"aws.s3.bucket\"");
    cr_expect_eq(get(&w, "/api/v1/fields"), 200);
    expect_text(at(&w, "items.0.field"), "\"id\"");
    expect_text(at(&w, "paths"), "[]");
    cr_expect_eq(get(&w, "/api/v1/fields?word=instance_type"), 200);
    expect_text(at(&w, "items"), "[]");
    expect_text(at(&w, "paths.0.resources"), "2");
    world_done(&w);
}

#define COST(amount, month, service)                                                               \
    "{\"record\":\"cost\",\"source\":\"bill\",\"BilledCost\":\"" amount                            \
    "\",\"EffectiveCost\":\"" amount                                                               \
    "\",\"BillingCurrency\":\"EUR\",\"BillingPeriodStart\":\"" month                               \
    "-01T00:00:00Z\",\"ChargePeriodStart\":\"" month "-02T00:00:00Z\",\"ServiceName\":\"" service  \
    "\"}\n"

Test(routes, costs_are_reported_and_compared) {
    struct world w;
    world_init(&w);
    cr_assert_eq(post(&w, "/api/v1/ingest", "application/x-ndjson",
                      COST("10.000000000000000001", "2025-01", "A") COST("4", "2025-01", "B")
                          COST("15", "2025-02", "A")),
                 200, "%s", body_text(&w));
    cr_assert_eq(get(&w, "/api/v1/costs/report?by=month"), 200, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "items.0.cost"), "\"14.000000000000000001\"");
    cr_expect_str_eq(at(&w, "items.1.month"), "\"2025-02\"");
    cr_expect_str_eq(at(&w, "meta.totals.0.cost"), "\"29.000000000000000001\"");
    cr_assert_eq(get(&w, "/api/v1/costs/top?by=service&limit=1"), 200);
    cr_expect_str_eq(at(&w, "items.0.service"), "\"A\"");
    cr_expect_str_eq(at(&w, "items.1"), "");
    cr_expect_str_eq(at(&w, "meta.rows"), "2");
    cr_assert_eq(get(&w, "/api/v1/costs/movers?in=2025-02"), 200, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "items.0.change"), "\"4.999999999999999999\"");
    cr_expect_str_eq(at(&w, "items.1.percent"), "\"-100.0\"");
    cr_expect_eq(get(&w, "/api/v1/costs/movers"), 400);
    cr_expect_eq(get(&w, "/api/v1/costs/show?of=nothing"), 404);
    cr_expect_eq(get(&w, "/api/v1/costs/budget"), 400);
    cr_assert_eq(post(&w, "/api/v1/costs/budget", "application/json",
                      "{\"text\":\"budgets: [{name: a, amount: 14 EUR}]\"}"),
                 200, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "items.0.state"), "\"broken\"");
    cr_assert_eq(post(&w, "/api/v1/costs/report", "application/json",
                      "{\"by\":\"month\",\"rates\":\"EUR,USD,2\"}"),
                 200, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "items.0.cost"), "\"28.000000000000000002\"");
    cr_expect_eq(post(&w, "/api/v1/costs/budget", "application/json", "{\"text\":\"budgets: 1\"}"),
                 400);
    cr_expect_eq(get(&w, "/api/v1/costs/report?by=servcie"), 400);
    cr_expect_not_null(strstr(body_text(&w), "did you mean ‘service’?"), "%s", body_text(&w));
    world_done(&w);
}

Test(routes, health_is_told_apart_from_readiness) {
    struct world w;
    world_init(&w);
    cr_expect_eq(get(&w, "/livez"), 200);
    cr_expect_eq(get(&w, "/readyz"), 503);
    expect_text(header(&w, "Retry-After"), "1");
    world_fill(&w);
    cr_expect_eq(get(&w, "/readyz"), 200);
    expect_text(at(&w, "status"), "\"ok\"");
    world_done(&w);
}

static void write_figure(void *context, struct ix_buf *out) {
    ix_buf_printf(out, "figure %d\n", *(int *)context);
}

Test(routes, metrics_are_written_by_the_server) {
    struct world w;
    int figure = 7;
    world_init(&w);
    cr_expect_eq(get(&w, "/metrics"), 404);
    ix_api_set_metrics(w.api, write_figure, &figure);
    cr_expect_eq(get(&w, "/metrics"), 200);
    expect_text(body_text(&w), "figure 7\n");
    expect_text(header(&w, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    world_done(&w);
}

Test(routes, every_row_of_the_table_is_reached) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (const struct ix_route *r = ix_routes; r->name; r++) {
        struct ix_sv path = ix_sv_cstr(r->path);
        size_t open = ix_sv_find_char(path, '{');
        const char *target = open == IX_SV_NPOS ? r->path
                                                : ix_arena_printf(&w.arena, "%.*snone%s", (int)open,
                                                                  r->path, strchr(r->path, '}') + 1)
                                                      .data;
        cr_expect_eq(call(&w, "DELETE", target, NULL, (struct ix_sv){0}), 405, "%s", target);
        cr_expect(strstr(header(&w, "Allow"), r->method), "%s: %s", target, header(&w, "Allow"));
        cr_expect_eq(call(&w, "OPTIONS", target, NULL, (struct ix_sv){0}), 204, "%s", target);
        cr_expect(strstr(header(&w, "Allow"), "OPTIONS"), "%s", target);
        cr_expect_neq(call(&w, r->method, target, NULL, (struct ix_sv){0}), 405, "%s", target);
        bool is_get = strcmp(r->method, "GET") == 0;
        int expected = is_get ? get(&w, target) : call(&w, "HEAD", target, NULL, ix_sv_of(NULL, 0));
        cr_expect_eq(call(&w, "HEAD", target, NULL, (struct ix_sv){0}), expected, "%s", target);
    }
    world_done(&w);
}
