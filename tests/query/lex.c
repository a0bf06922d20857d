/* The lexer's rules about what may begin where (docs/QUERY.md, lexical rules). */
#include "query/lex.h"

#include <criterion/criterion.h>

/* The kinds of all tokens, as names separated by spaces. */
static void kinds_are(const char *text, const char *expected) {
    struct ix_arena arena;
    struct ix_buf buf = {0};
    struct ix_err err = {0};
    struct ix_token token;
    ix_arena_init(&arena, 0);
    struct ix_lexer lexer = {.text = ix_sv_cstr(text), .arena = &arena};
    do {
        cr_assert_eq(ix_lex_next(&lexer, &token, &err), IX_OK, "%s: %s", text, err.text);
        ix_buf_printf(&buf, "%s%s", buf.size > 0 ? " " : "", ix_token_name(token.kind));
    } while (token.kind != IX_TOKEN_END);
    cr_expect_str_eq(ix_buf_cstr(&buf), expected, "%s: %s", text, ix_buf_cstr(&buf));
    ix_buf_done(&buf);
    ix_arena_done(&arena);
}

Test(lex, words_run_to_white_space_or_a_delimiter) {
    kinds_are("a-b c.d/e:f@g_h+i#j%k&l;m'n$o*p?q", "a word a word the end");
    kinds_are("a(b)c", "a word ‘(’ a word ‘)’ a word the end");
    kinds_are("a|b,c{d}e[f]", "a word ‘|’ a word ‘,’ a word ‘{’ a word ‘}’ a word ‘[’ a word ‘]’ "
                              "the end");
    kinds_are("age>30d", "a word ‘>’ a word the end");
    kinds_are("a!=b!~c~d==e", "a word ‘!=’ a word ‘!~’ a word ‘~’ a word ‘=’ a word the end");
}

Test(lex, a_dash_negates_only_where_a_term_begins) {
    kinds_are("-a", "‘-’ a word the end");
    kinds_are("a-b", "a word the end");
    kinds_are("- a", "a word a word the end");
    kinds_are("--a", "a word the end");
    kinds_are("-->", "‘-->’ the end");
    kinds_are("-[x]->", "‘-[’ a word ‘]’ a word ‘>’ the end");
    kinds_are("-(a)", "‘-’ ‘(’ a word ‘)’ the end");
}

Test(lex, arrows_come_before_comparisons) {
    kinds_are("<-- <--> <-[ < <=", "‘<--’ ‘<-->’ ‘<-[’ ‘<’ ‘<=’ the end");
    kinds_are("cost < -5", "a word ‘<’ ‘-’ a word the end");
}

Test(lex, a_regex_ends_at_a_slash_with_a_delimiter_behind) {
    kinds_are("/a b/ c", "a regular expression a word the end");
    kinds_are("/a/i)", "a regular expression ‘)’ the end");
    kinds_are("/a\\/b/", "a regular expression the end");
    kinds_are("/subscriptions/x/y", "a word the end");
    kinds_are("//", "a word the end");
    kinds_are("/a/x", "a word the end");
}

Test(lex, quotes_switch_everything_off) {
    kinds_are("\"a | (b)\"c", "a quoted text a word the end");
    kinds_are("\"a\\\"b\\\\\"", "a quoted text the end");
}

Test(lex, escapes_in_quotes_are_undone) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_token token;
    ix_arena_init(&arena, 0);
    struct ix_lexer lexer = {.text = IX_SV("\"a\\\"b\\\\c\\d\""), .arena = &arena};
    cr_assert_eq(ix_lex_next(&lexer, &token, &err), IX_OK);
    cr_expect(ix_sv_eq_cstr(token.text, "a\"b\\c\\d"), "%.*s", IX_SV_FMT(token.text));
    ix_arena_done(&arena);
}

Test(lex, a_quote_that_never_ends_is_an_error_at_the_quote) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_token token;
    ix_arena_init(&arena, 0);
    struct ix_lexer lexer = {.text = IX_SV("  \"abc\\"), .arena = &arena};
    cr_assert_eq(ix_lex_next(&lexer, &token, &err), IX_INVALID);
    cr_expect_eq(err.begin, 2);
    cr_expect_eq(err.end, 3);
    ix_arena_done(&arena);
}

static void value_is(const char *text, enum ix_literal_kind kind, const char *expected) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_literal literal;
    bool found = false;
    ix_arena_init(&arena, 0);
    struct ix_lexer lexer = {.text = ix_sv_cstr(text), .arena = &arena};
    cr_assert_eq(ix_lex_value(&lexer, &literal, &found, &err), IX_OK);
    cr_expect(found && literal.kind == kind && ix_sv_eq_cstr(literal.text, expected),
              "%s: kind %d, ‘%.*s’", text, (int)literal.kind, IX_SV_FMT(literal.text));
    ix_arena_done(&arena);
}

Test(lex, values_know_their_kind) {
    value_is("t3.micro rest", IX_LITERAL_BARE, "t3.micro");
    value_is("t3.* rest", IX_LITERAL_GLOB, "t3.*");
    value_is("a\\*b", IX_LITERAL_BARE, "a\\*b");
    value_is("\"t3.*\"", IX_LITERAL_QUOTED, "t3.*");
    value_is("/^a$/i", IX_LITERAL_REGEX, "^a$");
    value_is("ago(7d)..now", IX_LITERAL_BARE, "ago(7d)..now");
    value_is("ago (7d)", IX_LITERAL_BARE, "ago");
    value_is("aws:s3/bucket:Bucket)", IX_LITERAL_BARE, "aws:s3/bucket:Bucket");
}
