/* Answers that are kept: the same bytes again, never of another state, and never too many. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/answers.h"
#include "tests/api/called.h"

/* ---- the table ---- */

static void keep(struct ix_answers *answers, const char *asked, struct ix_sv before,
                 const char *after) {
    const struct ix_answer_parts parts = {before, ix_sv_cstr(after)};
    ix_answers_keep(answers, ix_sv_cstr(asked), &parts);
}

static bool knows(const struct ix_answers *answers, const char *asked, const char *before,
                  const char *after) {
    struct ix_answer_parts parts;
    return ix_answers_find(answers, ix_sv_cstr(asked), &parts) &&
           ix_sv_eq_cstr(parts.before, before) && ix_sv_eq_cstr(parts.after, after);
}

Test(answers, are_of_one_version) {
    struct ix_answers answers = {0};
    ix_answers_are_of(&answers, 7);
    keep(&answers, "a", IX_SV("x"), "y");
    keep(&answers, "b", IX_SV(""), "");
    ix_answers_are_of(&answers, 7);
    cr_expect(knows(&answers, "a", "x", "y"));
    cr_expect(knows(&answers, "b", "", ""));
    cr_expect_not(knows(&answers, "c", "", ""));
    keep(&answers, "a", IX_SV("later"), "");
    cr_expect(knows(&answers, "a", "later", ""));
    ix_answers_are_of(&answers, 8);
    cr_expect_not(knows(&answers, "a", "later", ""));
    cr_expect_eq(answers.bytes, 0);
    ix_answers_forget(&answers);
}

Test(answers, are_bounded) {
    struct ix_answers answers = {0};
    char *bytes = calloc(1, IX_ANSWER_BYTES_MAX);
    char asked[16];
    cr_assert_not_null(bytes);
    keep(&answers, "large", ix_sv_of(bytes, IX_ANSWER_BYTES_MAX), "");
    cr_expect_eq(answers.bytes, 0);
    for (int i = 0; i < 2000; i++) {
        snprintf(asked, sizeof asked, "%d", i);
        keep(&answers, asked, ix_sv_of(bytes, (size_t)i * 97), "");
        cr_assert_leq(answers.bytes, IX_ANSWERS_BYTES);
    }
    cr_expect_gt(answers.bytes, 0);
    ix_answers_forget(&answers);
    cr_expect_eq(answers.bytes, 0);
    free(bytes);
}

/* ---- asked of the interface ---- */

static const char search[] = "/api/v1/search?q=kind:volume&count=true";

Test(answers, are_the_same_again_but_for_their_time) {
    static const char *const targets[] = {search, "/api/v1/search?q=%7C+count+by+type",
                                          "/api/v1/search?q=web&properties=true"};
    struct world w;
    world_init(&w);
    world_fill(&w);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        get(&w, targets[i]);
        const char *first = body_text(&w);
        const char *tag = header(&w, "ETag");
        cr_expect_eq(get(&w, targets[i]), 200);
        cr_expect_str_eq(body_text(&w), first);
        cr_expect_str_eq(header(&w, "ETag"), tag);
        cr_expect_str_eq(header(&w, "Content-Type"), "application/json");
        w.later_ms = 61500;
        cr_expect_eq(get(&w, targets[i]), 200);
        cr_expect_str_eq(at(&w, "meta.as_of"), "\"2025-03-15T12:01:01.500Z\"");
        w.later_ms = 0;
        get(&w, targets[i]);
        cr_expect_str_eq(body_text(&w), first);
    }
    world_done(&w);
}

Test(answers, are_not_those_of_before_a_run) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    get(&w, "/api/v1/search?q=type:*");
    const char *count = at(&w, "count.value");
    const char *freshness = at(&w, "meta.freshness");
    world_fill_many(&w, 3);
    get(&w, "/api/v1/search?q=type:*");
    cr_expect_str_neq(at(&w, "count.value"), count);
    cr_expect_str_neq(at(&w, "meta.freshness"), freshness);
    world_done(&w);
}

Test(answers, of_one_resource_are_not_those_of_before_a_run) {
    struct world w;
    world_init(&w);
    world_fill_many(&w, 2);
    get(&w, "/api/v1/search?q=name:n1");
    struct ix_sv uid = ix_json_get_string(ix_json_at(ix_json_get(body(&w), "items"), 0), "uid");
    const char *target = ix_arena_printf(&w.arena, "/api/v1/resources/%.*s", IX_SV_FMT(uid)).data;
    cr_expect_eq(get(&w, target), 200);
    const char *first = body_text(&w);
    cr_expect_eq(get(&w, target), 200);
    cr_expect_str_eq(body_text(&w), first);
    cr_expect_str_eq(at(&w, "deleted"), "null");
    world_fill_many(&w, 1); /* n1 is gone */
    cr_expect_eq(get(&w, target), 200);
    cr_expect_str_neq(at(&w, "deleted"), "null");
    cr_expect_eq(get(&w, ix_arena_printf(&w.arena, "%s%%00", target).data) / 100, 4);
    world_done(&w);
}

/* What is in the query decides as well as what is beside it. */
Test(answers, are_those_of_their_form) {
    struct world w;
    world_init(&w);
    world_fill(&w);
    cr_expect_eq(get(&w, "/api/v1/search?q=web+%7C+as+csv&format=json"), 200);
    cr_expect_eq(strncmp(body_text(&w), "{", 1), 0);
    cr_expect_eq(get(&w, "/api/v1/search?q=web+%7C+as+csv"), 200);
    cr_expect_eq(strncmp(header(&w, "Content-Type"), "text/csv", 8), 0);
    cr_expect_eq(get(&w, "/api/v1/search?q=web"), 200);
    cr_expect_eq(get(&w, "/api/v1/search?q=web&format=ndjson"), 200);
    cr_expect_eq(strncmp(header(&w, "Content-Type"), "application/x-ndjson", 20), 0);
    world_done(&w);
}

/* What is asked before an answer is given again is no query: the time of the last query, which has
 * passed, does not end it. A statement that is kept is asked about once in many runs. */
Test(answers, are_given_again_after_the_time_of_the_query) {
    enum { QUERY_TIME_MS = 200, TIMES = 2500 };
    struct world w;
    world_init_with(&w, (struct ix_api_options){.query_time_ms = QUERY_TIME_MS, .rows_max = 1000});
    world_fill(&w);
    cr_expect_eq(get(&w, search), 200);
    const struct timespec pause = {.tv_nsec = 2 * QUERY_TIME_MS * INT64_C(1000000)};
    nanosleep(&pause, NULL);
    int answered = 0;
    for (int i = 0; i < TIMES; i++) {
        answered += get(&w, search) == 200;
    }
    cr_expect_eq(answered, TIMES);
    world_done(&w);
}
