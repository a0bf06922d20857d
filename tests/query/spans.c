/* Every node knows the bytes it came from, and the check passes them on; also notes. */
#include "query/plan.h"

#include <criterion/criterion.h>

static const char *const kinds[] = {"instance", "volume", NULL};

struct planned {
    struct ix_arena arena;
    struct ix_query query;
    struct ix_plan plan;
};

static void setup(struct planned *planned, const char *text) {
    struct ix_query_settings settings = {.now_ms = 0, .kinds = kinds};
    struct ix_err err = {0};
    *planned = (struct planned){0};
    ix_arena_init(&planned->arena, 0);
    cr_assert_eq(ix_query_parse(&planned->arena, ix_sv_cstr(text), &planned->query, &err), IX_OK,
                 "%s: %s", text, err.text);
    cr_assert_eq(ix_query_check(&planned->arena, &planned->query, &settings, &planned->plan, &err),
                 IX_OK, "%s: %s", text, err.text);
}

static void span_is(const struct planned *planned, size_t begin, size_t end, const char *expected) {
    struct ix_sv slice = ix_sv_sub(planned->query.text, begin, end);
    cr_expect(ix_sv_eq_cstr(slice, expected), "‘%.*s’ and not ‘%s’", IX_SV_FMT(slice), expected);
}

Test(spans, predicates_keep_the_bytes_they_came_from) {
    static const char *const expected[] = {
        "name:(a, b)",          "-tag.env:x", "\"two words\"",   "/re/i",  ".a[*]{ b:1 c>2 }",
        "has(--> kind:volume)", "len(.x)>1",  "all .y[*].z = 1", "région",
    };
    enum { COUNT = sizeof expected / sizeof expected[0] };
    struct planned planned;
    struct ix_buf text = {0};
    for (size_t i = 0; i < COUNT; i++) {
        ix_buf_printf(&text, "%s  ", expected[i]);
    }
    setup(&planned, ix_buf_cstr(&text));
    const struct ix_pred *search = planned.plan.search;
    cr_assert_eq(search->kind, IX_PRED_AND);
    cr_assert_eq(search->list.count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        const struct ix_pred *item = search->list.items[i];
        bool negated = item->kind == IX_PRED_NOT;
        span_is(&planned, item->begin, item->end, expected[i] + negated);
    }
    ix_arena_done(&planned.arena);
    ix_buf_done(&text);
}

Test(spans, stages_and_columns_keep_theirs) {
    struct planned planned;
    setup(&planned, "a | where b c | count by tag.env as e, .x[*].y");
    cr_assert_eq(planned.plan.stage_count, 2);
    const struct ix_stage *where = &planned.plan.stages[0], *count = &planned.plan.stages[1];
    span_is(&planned, where->begin, where->end, "where b c");
    span_is(&planned, count->columns[0].begin, count->columns[0].end, "tag.env");
    span_is(&planned, count->columns[1].begin, count->columns[1].end, ".x[*].y");
    cr_expect(ix_sv_eq_cstr(count->columns[0].name, "e"));
    cr_assert_eq(planned.plan.column_count, 3);
    cr_expect(ix_sv_eq_cstr(planned.plan.columns[2], "count"));
    ix_arena_done(&planned.arena);
}

Test(spans, a_word_that_no_kind_has_gets_a_note) {
    struct planned planned;
    setup(&planned, "kind:(volume, instnce)");
    cr_assert_eq(planned.plan.note_count, 1);
    cr_expect(ix_sv_eq_cstr(planned.plan.notes[0],
                            "no kind is called ‘instnce’; did you mean ‘instance’?"),
              "%.*s", IX_SV_FMT(planned.plan.notes[0]));
    ix_arena_done(&planned.arena);
}
