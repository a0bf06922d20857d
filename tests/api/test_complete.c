/* Completion: what is suggested where. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/api/called.h"

static void complete(struct world *w, const char *text) {
    struct ix_buf body = {0};
    ix_buf_add_cstr(&body, "{\"text\":");
    ix_json_write_string(&body, ix_sv_cstr(text));
    ix_buf_add_cstr(&body, "}");
    cr_assert_eq(post(w, "/api/v1/complete", "application/json", ix_buf_cstr(&body)), 200, "%s: %s",
                 text, body_text(w));
    ix_buf_done(&body);
}

static const struct ix_json *find_item(struct world *w, const char *text) {
    const struct ix_json *items = ix_json_get(body(w), "items");
    for (const struct ix_json *n = ix_json_first(items); n; n = ix_json_next(n)) {
        if (ix_sv_eq_cstr(ix_json_get_string(n, "text"), text)) {
            return n;
        }
    }
    return NULL;
}

Test(complete, each_place_has_its_kind_of_words) {
    static const struct {
        const char *text;
        int64_t start;
        const char *item, *kind;
        const char *not_item;
    } cases[] = {
        {"", 0, "region:", "field", "eu-west-1"},
        {"web reg", 4, "region:", "field", "kind:"},
        {"region", 0, "region=", "operator",
         "region:"
         " "},
        {"created", 0, "created>=", "operator", "created~"},
        {"region:", 7, "eu-west-1", "value", "region:"},
        {"region:eu-", 7, "eu-west-1", "value", "us-east-1"},
        {"region=eu-", 7, "eu-west-1", "value", "us-east-1"},
        {"-region:(us-east-1) region:us-east-1,eu", 37, "eu-central-1", "value", "us-east-1"},
        {"region:(us-east-1 OR eu", 21, "eu-central-1", "value", "us-east-1"},
        {"region:us-east-1, reg", 18, "region:", "field", "us-east-1"},
        {"region:(us-east-1) enc", 19, "encrypted:", "field", "us-east-1"},
        {"tag.env:", 8, "prod", "value", "web"},
        {"tag.env=p", 8, "prod", "value", "test"},
        {"web tag.", 4, "tag.env:", "field", "label.env:"},
        {"tag.N", 0, "tag.note:", "field", "tag.env:"},
        {"label.e", 0, "label.env:", "field", "label.note:"},
        {"annotation.", 0, NULL, NULL, "tag.env:"},
        {"encrypted:", 10, "unknown", "value", "prod"},
        {"is:prot", 3, "protected", "value", "planned"},
        {"created:no", 8, "now-7d", "value", "today"},
        {"cos", 0, "cost.month>", "field", "cost:"},
        {"web cost.mo", 4, "cost.month>", "field", "cost.day>"},
        {"cost.month:", 11, NULL, NULL, "cost.month>"},
        {"web | ", 6, "where", "stage", "region:"},
        {"web | pro", 6, "project", "stage", "where"},
        {"web | sum", 6, "summarize", "stage", "where"},
        {"web | ext", 6, NULL, NULL, "extend"},
        {"web | count by reg", 15, "region:", "field", "where"},
        {"web | cos", 6, "cost", "stage", "where"},
        {"web | cost b", 11, "billed", "keyword", "since"},
        {"web | cost by ser", 14, "service", "field", "amount"},
        {"web | cost usd by month, resource.k", 25, "resource.kind", "field", "kind:"},
        {"web | cost by month last ", 25, "6mo", "value", "by"},
        {"web | cost by month | summarize sum(am", 36, "amount", "field", "service"},
        {"web | cost by month | so", 22, "sort", "stage", "amount"},
        {"web | as nd", 9, "ndjson", "format", "csv"},
        {".instance", 0, ".instance_type", "property", ".bucket"},
        {"web A", 4, "AND", "keyword", "OR"},
        {"\"open", 5, NULL, NULL, "region:"},
    };
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t start = -1;
        complete(&w, cases[i].text);
        cr_expect(ix_json_int64(ix_json_get(body(&w), "start"), &start) && start == cases[i].start,
                  "%s: %s", cases[i].text, body_text(&w));
        const struct ix_json *item = cases[i].item ? find_item(&w, cases[i].item) : NULL;
        cr_expect(!cases[i].item || item, "%s: %s", cases[i].text, body_text(&w));
        cr_expect(!item || ix_sv_eq_cstr(ix_json_get_string(item, "kind"), cases[i].kind), "%s: %s",
                  cases[i].text, body_text(&w));
        cr_expect_null(find_item(&w, cases[i].not_item), "%s: %s", cases[i].text, body_text(&w));
    }
    world_done(&w);
}

Test(complete, values_come_with_their_counts) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    complete(&w, "region:");
    const struct ix_json *item = find_item(&w, "eu-west-1");
    int64_t count = 0;
    cr_expect(ix_json_int64(ix_json_get(item, "count"), &count));
    cr_expect_eq(count, 2);
    world_done(&w);
}

Test(complete, what_is_suggested_can_be_typed) {
    struct world w;
    world_init(&w);
    cr_assert_eq(post(&w, "/api/v1/ingest", "application/x-ndjson",
                      "{\"record\":\"resource\",\"source\":\"s\",\"address\":\"a\",\"native_type\":"
                      "\"t\",\"tags\":{\"k\":\"two words, \\\"quoted\\\"\"}}\n"),
                 200);
    complete(&w, "tag.k:");
    cr_expect(find_item(&w, "\"two words, \\\"quoted\\\"\""), "%s", body_text(&w));
    world_done(&w);
}

Test(complete, a_key_that_must_be_quoted_is) {
    struct world w;
    world_init(&w);
    cr_assert_eq(post(&w, "/api/v1/ingest", "application/x-ndjson",
                      "{\"record\":\"resource\",\"source\":\"s\",\"address\":\"a\",\"native_type\":"
                      "\"t\",\"name\":\"found\",\"tags\":{\"aws:stack name\":\"x\",\"app.io/name\":"
                      "\"y\"}}\n"),
                 200);
    complete(&w, "tag.a");
    cr_expect(find_item(&w, "tag.\"aws:stack name\":"), "%s", body_text(&w));
    cr_expect(find_item(&w, "tag.app.io/name:"), "%s", body_text(&w));
    cr_expect_eq(get(&w, "/api/v1/search?q=tag.%22aws:stack+name%22:x"), 200);
    cr_expect_str_eq(at(&w, "items.0.name"), "\"found\"");
    cr_expect_eq(get(&w, "/api/v1/search?q=tag.app.io/name:y"), 200);
    cr_expect_str_eq(at(&w, "items.0.name"), "\"found\"");
    complete(&w, "tag.app.io/name:");
    cr_expect(find_item(&w, "y"), "%s", body_text(&w));
    world_done(&w);
}

Test(complete, only_the_text_before_the_position_counts) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(post(&w, "/api/v1/complete", "application/json",
                      "{\"text\":\"reg kind:instance\",\"position\":3}"),
                 200);
    cr_expect_str_eq(at(&w, "end"), "3");
    cr_expect(find_item(&w, "region:"));
    post(&w, "/api/v1/complete", "application/json", "{\"text\":\"reg\",\"position\":90}");
    cr_expect_str_eq(at(&w, "end"), "3");
    post(&w, "/api/v1/complete", "application/json", "{\"text\":\"aä\",\"position\":2.0}");
    cr_expect_str_eq(at(&w, "end"), "1");
    world_done(&w);
}

Test(complete, without_a_warehouse_names_are_still_known) {
    struct world w;
    world_init(&w);
    complete(&w, "reg");
    cr_expect(find_item(&w, "region:"));
    complete(&w, "region:");
    cr_expect_str_eq(at(&w, "items"), "[]");
    world_done(&w);
}
