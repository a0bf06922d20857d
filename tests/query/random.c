/* Queries put together at random from the pieces of the language: each gives a plan that keeps its
 * promises, or an error with a place inside the text and a line of words. */
#include <criterion/criterion.h>

#include "query/plan.h"
#include "tests/query/contract.h"

static const char *const pieces[] = {
    "a",           "payments",   "\"x y\"",
    "~3",          "/re/i",      "pay*",
    " ",           " ",          " ",
    " AND ",       " OR ",       " NOT ",
    "-",           "(",          ")",
    "name:",       "name=",      "type:",
    "region!=",    "created:",   "age>",
    "30d",         "now-7d",     "2025-03",
    "..",          "[",          " to ",
    "]",           ",",          ".a",
    "[*]",         "[0]",        ".**",
    "{",           "}",          ".b:",
    "1",           "-1",         "10GiB",
    "true",        "null",       "\"1\"",
    "tag.env:",    "tag:",       "k=v",
    "none",        "label[",     "\"k\"",
    "any ",        "all ",       "len(",
    ">4",          "lower(",     "has(",
    "no(",         "count(",     "--> ",
    "<-- ",        "-[",         "depends_on",
    "*1..3",       "]->",        "]-",
    "is:",         "public",     "deleted:",
    "source:",     "live",       "size:>",
    "encrypted:",  "false",      " in (",
    " not in ",    "| ",         "count by ",
    "facet ",      "sort by ",   "top 3 by ",
    "limit 5 ",    "project ",   "distinct ",
    "as ",         "json",       "explain",
    "where ",      "_exists_:",  "dependency_count:",
    "parent.urn:", "basis:any",  "ip:",
    "10.0.0.0/8",  "version:<2", "flag:",
    "tainted",     "é",          "é:",
    "<",           ">=",         "!=",
    "=",
};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

/* xorshift64: the same queries on every machine. */
static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void compose(uint64_t *state, struct ix_buf *buf) {
    enum { LENGTH_MAX = 14 };
    size_t length = 1 + next_random(state) % LENGTH_MAX;
    ix_buf_clear(buf);
    for (size_t i = 0; i < length; i++) {
        ix_buf_add_cstr(buf, pieces[next_random(state) % PIECES]);
    }
}

/* True when it was a plan. */
static bool answer_keeps_promises(struct ix_sv text) {
    struct ix_query_settings settings = {.now_ms = INT64_C(1742040000000)};
    struct ix_arena arena;
    struct ix_query query;
    struct ix_plan plan;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_query_parse(&arena, text, &query, &err);
    if (code == IX_OK) {
        code = ix_query_check(&arena, &query, &settings, &plan, &err);
    }
    if (code == IX_OK) {
        const char *broken = broken_promise(&plan);
        cr_expect_null(broken, "%.*s: %s", IX_SV_FMT(text), broken ? broken : "");
    } else {
        bool said = code == IX_INVALID || code == IX_UNSUPPORTED;
        cr_expect(said && err.code == code && err.begin <= err.end && err.end <= text.size + 1 &&
                      err.text[0] != '\0' && ix_sv_is_utf8(ix_sv_cstr(err.text)),
                  "%.*s: %s at %zu..%zu: %s", IX_SV_FMT(text), ix_code_name(err.code), err.begin,
                  err.end, err.text);
    }
    ix_arena_done(&arena);
    return code == IX_OK;
}

Test(random, queries_give_a_sound_plan_or_an_error_with_a_place) {
    enum { QUERIES = 60000, PLANS_MIN = 3000 };
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    struct ix_buf buf = {0};
    size_t plans = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        compose(&state, &buf);
        plans += answer_keeps_promises(ix_buf_sv(&buf));
    }
    cr_expect_geq(plans, PLANS_MIN, "only %zu were plans", plans);
    ix_buf_done(&buf);
}

Test(random, every_beginning_of_a_query_is_answered) {
    static const char *const queries[] = {
        "type:security_group .ingress[*]{ (protocol:-1 OR fromPort<=22 AND toPort>=22) AND "
        "cidr:0.0.0.0/0 } | count by region, tag.\"a b\" as k desc",
        "kind:load_balancer no(-[targets,uses*1..3]-> kind:instance state:running) "
        "name:(a, \"b\\\"c\", /d/i, e*) created:[2025-01-01 to now-1d/d] | <-[parent*0..4]- as x "
        "all .c[*].s = ISSUED | top 10 by created asc | as json | explain",
    };
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        struct ix_sv text = ix_sv_cstr(queries[i]);
        for (size_t size = 0; size <= text.size; size++) {
            (void)answer_keeps_promises(ix_sv_sub(text, 0, size));
        }
        cr_expect(answer_keeps_promises(text), "%s", queries[i]);
    }
}
