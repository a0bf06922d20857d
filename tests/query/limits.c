/* Limits and hostile input: an error with a word, never a crash. */
#include "query/plan.h"

#include <criterion/criterion.h>

static enum ix_code run(struct ix_sv text, struct ix_err *err) {
    struct ix_query_settings settings = {.now_ms = 0};
    struct ix_arena arena;
    struct ix_query query;
    struct ix_plan plan;
    ix_arena_init(&arena, 0);
    enum ix_code code = ix_query_parse(&arena, text, &query, err);
    if (code == IX_OK) {
        code = ix_query_check(&arena, &query, &settings, &plan, err);
    }
    ix_arena_done(&arena);
    return code;
}

/* `head`, then `piece` `count` times, then `tail`. */
static void expect_code(const char *head, const char *piece, size_t count, const char *tail,
                        enum ix_code code) {
    struct ix_buf buf = {0};
    struct ix_err err = {0};
    ix_buf_add_cstr(&buf, head);
    for (size_t i = 0; i < count; i++) {
        ix_buf_add_cstr(&buf, piece);
    }
    ix_buf_add_cstr(&buf, tail);
    cr_expect_eq(run(ix_buf_sv(&buf), &err), code, "%s%s * %zu: %s %s", head, piece, count,
                 ix_code_name(err.code), err.text);
    ix_buf_done(&buf);
}

Test(limits, groups_may_be_deep_but_not_endless) {
    expect_code("", "(", IX_QUERY_DEPTH_MAX + 1, "", IX_LIMIT);
    expect_code("", "(", 20000, "", IX_LIMIT);
    expect_code("", "-", 1, "a", IX_OK);
    expect_code("", "NOT ", IX_QUERY_DEPTH_MAX, "a", IX_OK);
    expect_code("", "NOT ", IX_QUERY_DEPTH_MAX + 1, "a", IX_LIMIT);
    expect_code("", ".a{ ", IX_QUERY_DEPTH_MAX + 1, "", IX_LIMIT);
    expect_code(".a{ ", "a{ ", IX_QUERY_DEPTH_MAX + 1, "", IX_LIMIT);
    expect_code("", "has(--> ", IX_QUERY_DEPTH_MAX + 1, "", IX_LIMIT);
    expect_code("", "has(--> ", IX_QUERY_RELATIONS_MAX + 1, "", IX_LIMIT);
    expect_code("len(", "len(", IX_QUERY_DEPTH_MAX + 1, "", IX_LIMIT);
}

Test(limits, terms_are_counted) {
    expect_code("", "a ", IX_QUERY_TERMS_MAX, "", IX_OK);
    expect_code("", "a ", IX_QUERY_TERMS_MAX + 1, "", IX_LIMIT);
    expect_code("", "a OR ", IX_QUERY_TERMS_MAX, "a", IX_LIMIT);
}

Test(limits, lists_may_be_long_but_not_endless) {
    expect_code("name:(b", ",b", IX_QUERY_VALUES_MAX - 1, ")", IX_OK);
    expect_code("name:(b", ",b", IX_QUERY_VALUES_MAX, ")", IX_LIMIT);
    expect_code("state:(b", ",b", IX_QUERY_VALUES_MAX - 1, ")", IX_OK);
    expect_code("created:(2024", ",2024", 5000, ")", IX_OK);
}

Test(limits, stages_and_columns_are_counted) {
    expect_code("a", " | limit 5", IX_QUERY_STAGES_MAX, "", IX_OK);
    expect_code("a", " | limit 5", IX_QUERY_STAGES_MAX + 1, "", IX_LIMIT);
    expect_code("a | project b", ", b", IX_QUERY_ITEMS_MAX, "", IX_LIMIT);
    expect_code("a | project name", ", name", IX_QUERY_ITEMS_MAX - 1, " | count by name", IX_OK);
}

Test(limits, paths_and_arrows_are_counted) {
    expect_code("", ".a", IX_PATH_STEPS_MAX, ":x", IX_OK);
    expect_code("", ".a", IX_PATH_STEPS_MAX + 1, ":x", IX_LIMIT);
    expect_code("has(", "--> ", IX_HOPS_MAX, ")", IX_OK);
    expect_code("has(", "--> ", IX_HOPS_MAX + 1, ")", IX_LIMIT);
    expect_code("has(-[*65]->", "", 0, ")", IX_INVALID);
}

Test(limits, the_text_has_a_size) {
    expect_code("", "abcdefg ", IX_QUERY_TEXT_MAX / 8 + 1, "", IX_LIMIT);
}

Test(limits, bytes_that_are_no_text_are_refused) {
    struct ix_err err = {0};
    cr_expect_eq(run(IX_SV("a\xff"), &err), IX_INVALID);
    err = (struct ix_err){0};
    cr_expect_eq(run(IX_SV("a\0b"), &err), IX_INVALID);
    cr_expect_eq(err.begin, 1);
}

Test(limits, a_full_arena_is_an_error_and_no_crash) {
    static const char text[] = "a (b OR c:\"d\") .e[*]{f:1} | count by type";
    struct ix_query_settings settings = {.now_ms = 0};
    for (size_t limit = 1; limit < 4000; limit += 7) {
        struct ix_arena arena;
        struct ix_query query;
        struct ix_plan plan;
        struct ix_err err = {0};
        ix_arena_init(&arena, limit);
        enum ix_code code =
            ix_query_parse(&arena, IX_SV("name:(a, \"b\\\"c\") .e[*]{f:1}"), &query, &err);
        if (code == IX_OK) {
            code = ix_query_check(&arena, &query, &settings, &plan, &err);
        }
        cr_expect(code == IX_OK || code == IX_LIMIT || code == IX_NOMEM, "limit %zu of %s: %s %s",
                  limit, text, ix_code_name(code), err.text);
        ix_arena_done(&arena);
    }
}
