/* What is refused, and with which words. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/api/called.h"

static const struct refused {
    const char *method, *target, *headers, *body;
    int status;
    const char *code;
    const char *words; /* in the detail */
} refused[] = {
    {"GET", "/", NULL, "", 404, "not_found", "nothing at this path"},
    {"GET", "/api/v1/search/", NULL, "", 404, "not_found", "nothing at this path"},
    {"GET", "/api/v1/resources/", NULL, "", 404, "not_found", "nothing at this path"},
    {"GET", "/api/v1/resources/a/b", NULL, "", 404, "not_found", "nothing at this path"},
    {"PUT", "/api/v1/search", NULL, "", 405, "method_not_allowed", "Allow"},
    {"get", "/api/v1/search", NULL, "", 405, "method_not_allowed", "Allow"},
    {"GET", "/api/v1/ingest", NULL, "", 405, "method_not_allowed", "Allow"},

    {"GET", "/api/v1/search?limt=5", NULL, "", 400, "invalid", "did you mean ‘limit’"},
    {"GET", "/api/v1/search?uid=5", NULL, "", 400, "invalid", "unknown parameter"},
    {"GET", "/api/v1/search?limit=five", NULL, "", 400, "invalid", "limit needs a whole number"},
    {"GET", "/api/v1/search?limit=-1", NULL, "", 400, "invalid", "limit needs a whole number"},
    {"GET", "/api/v1/search?limit=", NULL, "", 400, "invalid", "limit needs a whole number"},
    {"GET", "/api/v1/runs?limit=0", NULL, "", 400, "invalid", "from 1 to 10000"},
    {"GET", "/api/v1/search?limit=99999999999999999999", NULL, "", 400, "invalid", "limit"},
    {"GET", "/api/v1/search?q=a&q=b", NULL, "", 400, "invalid", "q is given twice"},
    {"GET", "/api/v1/search?q=%4", NULL, "", 400, "invalid", "hexadecimal"},
    {"GET", "/api/v1/search?q=%zz", NULL, "", 400, "invalid", "hexadecimal"},
    {"GET", "/api/v1/search?%=1", NULL, "", 400, "invalid", "hexadecimal"},
    {"GET", "/api/v1/search?q=%FF", NULL, "", 400, "invalid", "UTF-8"},
    {"GET", "/api/v1/search?q=a%00b", NULL, "", 400, "invalid", "UTF-8"},
    {"GET", "/api/v1/resources/%FF", NULL, "", 400, "invalid", "UTF-8"},
    {"GET", "/api/v1/resources/%f", NULL, "", 400, "invalid", "hexadecimal"},
    {"GET", "/api/v1/search?properties=yes", NULL, "", 400, "invalid", "true or false"},
    {"GET", "/api/v1/search?format=xml", NULL, "", 400, "invalid", "json|ndjson|csv"},
    {"GET", "/api/v1/search?cursor=abc", NULL, "", 400, "invalid", "cursor"},

    {"GET", "/api/v1/search", "Accept: text/html", "", 406, "not_acceptable", "Accept"},
    {"GET", "/api/v1/sources", "Accept: text/csv", "", 406, "not_acceptable", "Accept"},
    {"GET", "/livez", "Accept: application/json;q=0", "", 406, "not_acceptable", "Accept"},

    {"POST", "/api/v1/search", NULL, "{}", 415, "unsupported_media_type", "application/json"},
    {"POST", "/api/v1/search", "Content-Type: text/plain", "{}", 415, "unsupported_media_type",
     "application/json"},
    {"POST", "/api/v1/ingest", "Content-Type: application/json", "{}", 415,
     "unsupported_media_type", "application/x-ndjson"},
    {"POST", "/api/v1/search", "Content-Type: application/json\nContent-Encoding: gzip", "{}", 415,
     "unsupported_media_type", "Content-Encoding"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "", 400, "invalid", "the body"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "{\"q\":", 400, "invalid",
     "the body"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "[1]", 400, "invalid",
     "JSON object"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "{\"q\": 1}", 400, "invalid",
     "q must be a string"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "{\"limit\": \"1\"}", 400,
     "invalid", "limit must be a whole number"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "{\"limit\": 1.5}", 400, "invalid",
     "limit needs a whole number"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "{\"count\": null}", 400,
     "invalid", "count must be true or false"},
    {"POST", "/api/v1/search", "Content-Type: application/json", "{\"query\": \"a\"}", 400,
     "invalid", "unknown parameter ‘query’"},
    {"POST", "/api/v1/search?limit=1", "Content-Type: application/json", "{\"limit\": 2}", 400,
     "invalid", "given twice"},
};

Test(requests, what_is_wrong_is_a_problem_document) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct refused *r = &refused[i];
        int status = call(&w, r->method, r->target, r->headers, ix_sv_cstr(r->body));
        cr_expect_eq(status, r->status, "%s %s %s: %d %s", r->method, r->target, r->body, status,
                     body_text(&w));
        cr_expect_str_eq(header(&w, "Content-Type"), "application/problem+json");
        cr_expect_str_eq(header(&w, "Cache-Control"), "no-store");
        cr_expect(ix_sv_eq_cstr(ix_json_get_string(body(&w), "code"), r->code), "%s %s: %s",
                  r->method, r->target, body_text(&w));
        struct ix_sv detail = ix_json_get_string(body(&w), "detail");
        cr_expect_neq(ix_sv_find(detail, ix_sv_cstr(r->words)), IX_SV_NPOS, "%s %s: %s", r->method,
                      r->target, body_text(&w));
    }
    world_done(&w);
}

Test(requests, a_fault_in_a_query_has_its_place_and_a_suggestion) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search?q=web+regoin:eu"), 400);
    cr_expect_str_eq(at(&w, "position"), "{\"start\":4,\"end\":10}");
    cr_expect_str_eq(at(&w, "suggestion"), "\"region\"");
    cr_expect_str_eq(at(&w, "title"), "\"Bad Request\"");
    cr_expect_str_eq(at(&w, "status"), "400");
    cr_expect_eq(get(&w, "/api/v1/search?q=check%3E1"), 400);
    cr_expect_str_eq(at(&w, "code"), "\"unsupported\"");
    cr_expect_eq(get(&w, "/api/v1/search?limt=1"), 400);
    cr_expect_str_eq(at(&w, "position"), "");
    cr_expect_str_eq(at(&w, "suggestion"), "\"limit\"");
    world_done(&w);
}

Test(requests, a_body_may_have_so_many_bytes) {
    struct world w;
    world_init_with(&w, (struct ix_api_options){.body_bytes_max = 20});
    cr_expect_eq(post(&w, "/api/v1/ingest", "application/x-ndjson", "{\"record\":\"resource\"}"),
                 413);
    cr_expect_str_eq(at(&w, "code"), "\"too_large\"");
    cr_expect(strstr(at(&w, "detail"), "20 bytes"));
    world_done(&w);
}

Test(requests, nothing_indexed_is_said_with_words) {
    struct world w;
    world_init(&w);
    cr_expect_eq(get(&w, "/api/v1/search"), 503);
    cr_expect(strstr(at(&w, "detail"), "nothing is indexed yet"));
    cr_expect_str_eq(header(&w, "Retry-After"), "1");
    world_done(&w);
}

Test(requests, a_cancelled_request_ends) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 3000);
    w.cancelled = true;
    cr_expect_eq(get(&w, "/api/v1/search?q=.size%3E5"), 503);
    cr_expect_str_eq(at(&w, "code"), "\"cancelled\"");
    w.cancelled = false;
    cr_expect_eq(get(&w, "/api/v1/search?q=.size%3E5"), 200);
    world_done(&w);
}

Test(requests, accept_chooses_by_weight) {
    static const struct {
        const char *accept, *type;
    } cases[] = {
        {"Accept: */*", "application/json"},
        {"Accept: text/*", "text/csv; charset=utf-8; header=present"},
        {"Accept: text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"},
        {"Accept: application/json;q=0.1, */*;q=0.2", "application/x-ndjson"},
        {"Accept: application/x-ndjson;q=bad, text/csv;q=0.001",
         "text/csv; charset=utf-8; header=present"},
        {"Accept: ", "application/json"},
    };
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(get_with(&w, "/api/v1/search", cases[i].accept), 200, "%s", cases[i].accept);
        cr_expect_str_eq(header(&w, "Content-Type"), cases[i].type, "%s", cases[i].accept);
        cr_expect_str_eq(header(&w, "Vary"), "Accept, Accept-Encoding");
    }
    cr_expect_eq(get_with(&w, "/api/v1/search?format=json", "Accept: text/csv"), 200);
    cr_expect_str_eq(header(&w, "Content-Type"), "application/json");
    world_done(&w);
}

Test(requests, a_query_whose_time_is_over_is_answered_incomplete) {
    struct world w;
    world_init_with(&w, (struct ix_api_options){.query_time_ms = 1, .rows_max = 1000});
    world_fill_many(&w, 8000);
    cr_expect_eq(get(&w, "/api/v1/search?q=.size~9.*9.*9.*8"), 200, "%s", body_text(&w));
    cr_expect_str_eq(at(&w, "meta.result_mode"), "\"incomplete\"");
    cr_expect(strstr(at(&w, "meta.notes"), "took longer"), "%s", at(&w, "meta.notes"));
    cr_expect_str_eq(at(&w, "count.exact"), "false");
    cr_expect_str_eq(at(&w, "next"), "null");
    cr_expect_str_eq(header(&w, "ETag"), "");
    cr_expect_str_eq(header(&w, "Cache-Control"), "no-store");
    world_done(&w);
}

Test(requests, a_warehouse_that_cannot_be_opened_is_the_servers_fault) {
    char path[96];
    struct world w;
    world_init(&w);
    snprintf(path, sizeof path, "%s/infradex.db", w.folder);
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs("this is no database, and far too long to be an empty one", file);
    fclose(file);
    cr_expect_eq(get(&w, "/api/v1/search"), 500, "%s", body_text(&w));
    cr_expect_eq(get(&w, "/readyz"), 503);
    cr_expect_eq(get(&w, "/livez"), 200);
    cr_assert_eq(remove(path), 0);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search"), 200);
    world_done(&w);
}
