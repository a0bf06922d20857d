/* The field table, suggestions, and the carets. */
#include <criterion/criterion.h>

#include "query/caret.h"
#include "query/field.h"
#include "query/suggest.h"

Test(names, every_name_and_alias_finds_its_own_field) {
    for (enum ix_field field = 0; field < IX_FIELD_COUNT; field++) {
        const struct ix_field_info *info = ix_field_info(field);
        struct ix_sv rest = ix_sv_cstr(info->aliases), alias;
        cr_expect_eq(info->field, field);
        cr_expect_eq(ix_field_find(ix_sv_cstr(info->name)), info, "%s", info->name);
        cr_expect_gt(strlen(info->help), 0, "%s has no help", info->name);
        while (ix_sv_split(&rest, ' ', &alias)) {
            cr_expect_eq(ix_field_find(alias), info, "%.*s", IX_SV_FMT(alias));
        }
    }
}

Test(names, ignore_letter_case_and_know_parts_of_cost) {
    cr_expect_eq(ix_field_find(IX_SV("ReGion"))->field, IX_FIELD_REGION);
    cr_expect_eq(ix_field_find(IX_SV("parentUrn"))->field, IX_FIELD_PARENT);
    cr_expect_eq(ix_field_find(IX_SV("cost.billed.mtd"))->field, IX_FIELD_COST);
    cr_expect_null(ix_field_find(IX_SV("costs")));
    cr_expect_null(ix_field_find(IX_SV("")));
}

static void suggestion_is(const char *wanted, const char *expected) {
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, ix_sv_cstr(wanted));
    ix_suggest_add_fields(&suggest);
    cr_expect(ix_sv_eq_cstr(suggest.best, expected), "%s: ‘%.*s’", wanted, IX_SV_FMT(suggest.best));
}

Test(names, suggest_what_is_near_and_nothing_else) {
    suggestion_is("regoin", "region");
    suggestion_is("Regin", "region");
    suggestion_is("naem", "name");
    suggestion_is("managd_by", "managed_by");
    suggestion_is("port", "");
    suggestion_is("a", "");
    suggestion_is("payments", "");
}

/* What is passed over without its distance could not have been nearer. */
Test(names, suggest_what_the_distance_alone_would) {
    enum { ROUNDS = 3000, SIZE = 12 };
    uint32_t state = 7;
    for (int round = 0; round < ROUNDS; round++) {
        char words[2][SIZE + 1] = {{0}};
        for (int w = 0; w < 2; w++) {
            state = state * 1664525 + 1013904223;
            for (size_t i = 0; i < 3 + (state >> 24) % (SIZE - 2); i++) {
                words[w][i] = "abcdABC_"[(state >> (i % 20)) % 8];
            }
        }
        struct ix_suggest suggest;
        struct ix_sv wanted = ix_sv_cstr(words[0]);
        struct ix_sv word = ix_sv_cstr(words[1]);
        ix_suggest_init(&suggest, wanted);
        size_t distance = ix_sv_distance(wanted, word);
        bool near_enough = distance < suggest.distance && distance < word.size;
        ix_suggest_add(&suggest, words[1]);
        cr_expect_eq(!ix_sv_empty(suggest.best), near_enough, "%s %s", words[0], words[1]);
    }
}

static void drawing_is(const char *text, size_t begin, size_t end, const char *expected) {
    struct ix_buf buf = {0};
    struct ix_err err = {.code = IX_INVALID, .begin = begin, .end = end, .text = "message"};
    ix_caret_print(&buf, ix_sv_cstr(text), &err);
    cr_expect_str_eq(ix_buf_cstr(&buf), expected, "%s", ix_buf_cstr(&buf));
    ix_buf_done(&buf);
}

Test(names, carets_stand_under_the_fault) {
    drawing_is("a bc d", 2, 4, "a bc d\n  ^^\nmessage\n");
    drawing_is("a bc", 4, 4, "a bc\n    ^\nmessage\n");
    drawing_is("äö bc", 5, 7, "äö bc\n   ^^\nmessage\n");
    drawing_is("a\nbc d\ne", 2, 4, "bc d\n^^\nmessage\n");
    drawing_is("a\tb", 2, 3, "a b\n  ^\nmessage\n");
    drawing_is("a b", 0, 0, "message\n");
    drawing_is("a b", 9, 12, "a b\n   ^\nmessage\n");
}

Test(names, carets_show_a_window_of_a_long_line) {
    struct ix_buf text = {0}, buf = {0};
    for (int i = 0; i < 500; i++) {
        ix_buf_add_cstr(&text, "abcd ");
    }
    struct ix_err err = {.code = IX_INVALID, .begin = 1000, .end = 1004, .text = "message"};
    ix_caret_print(&buf, ix_buf_sv(&text), &err);
    cr_expect_lt(buf.size, 300);
    cr_expect_neq(ix_sv_find(ix_buf_sv(&buf), IX_SV("^^^^\nmessage\n")), IX_SV_NPOS);
    ix_buf_done(&text);
    ix_buf_done(&buf);
}
