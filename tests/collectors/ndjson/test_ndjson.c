/* The exchange format: what is written is read back as it was, and what is wrong is named by its
 * line. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

static const char *text_of(struct collected *c) {
    return ix_buf_cstr(&c->lines);
}

static void collect_text(struct collected *c, struct ix_sv bytes) {
    collect_bytes(c, tested.usual_name, bytes);
    cr_assert_eq(c->code, IX_OK, "%s", c->err.text);
}

#define WHOLE                                                                                      \
    "{\"record\":\"resource\",\"source\":\"demo\",\"source_kind\":\"aws\",\"address\":\"vm/1\","   \
    "\"native_type\":\"acme_vm\",\"native_id\":\"i-1\",\"name\":\"one\",\"provider\":\"acme\","    \
    "\"account\":\"a\",\"region\":\"r\",\"created\":\"2024-01-02T03:04:05Z\",\"modified\":null,"   \
    "\"flags\":[\"protected\",\"external\"],\"tags\":{\"env\":\"prod\"},\"labels\":{\"a\":\"b\"}," \
    "\"annotations\":{\"c\":\"d\"},\"variant\":\"deposed:1\",\"scope\":\"s\",\"zone\":\"z\","      \
    "\"stack\":\"st\",\"project\":\"p\",\"provider_address\":\"x/y\","                             \
    "\"provider_version\":\"1.2\",\"properties\":{\"n\":18446744073709551617,\"d\":0.10}}\n"       \
    "{\"record\":\"relation\",\"source\":\"demo\",\"from\":\"vm/1\",\"type\":\"depends_on\","      \
    "\"basis\":\"declared\",\"to\":\"vm/2\",\"path\":\"a.b\"}\n"                                   \
    "{\"record\":\"relation\",\"source\":\"demo\",\"scope\":\"s\",\"from\":\"vm/1\","              \
    "\"from_variant\":\"deposed:1\",\"type\":\"uses\",\"basis\":\"inferred\",\"to_id\":\"i-9\"}\n" \
    "{\"record\":\"scope\",\"source\":\"demo\",\"scope\":\"s\",\"outcome\":\"partial\","           \
    "\"text\":\"rate limit\"}\n"                                                                   \
    "{\"record\":\"note\",\"source\":\"demo\",\"path\":\"x:1\",\"reason\":\"left out\","           \
    "\"skipped\":true}\n"

Test(ndjson, gives_back_every_member_as_it_was_written) {
    struct collected c;
    collect_text(&c, IX_SV(WHOLE));
    cr_assert_str_eq(text_of(&c), WHOLE);
    collected_done(&c);
}

Test(ndjson, of_a_named_source_carries_that_name) {
    struct collected c;
    collect_as_one_source(&c, IX_SV(WHOLE));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_null(strstr(text_of(&c), "demo"));
    cr_assert_not(has_note(&c, "several sources"));
    cr_assert(strstr(text_of(&c), "\"source\":\"test\""));
    collected_done(&c);
}

#define LEAST "{\"record\":\"resource\",\"address\":\"a\",\"native_type\":\"t\"}\n"

Test(ndjson, without_a_word_about_scopes_is_whole) {
    struct collected c;
    collect_text(&c, IX_SV(LEAST));
    cr_assert(strstr(text_of(&c), "\"scope\":\"\",\"outcome\":\"whole\""), "%s", text_of(&c));
    collected_done(&c);
}

Test(ndjson, with_a_scope_of_its_own_is_not_called_whole) {
    struct collected c;
    collect_text(&c,
                 IX_SV(LEAST "{\"record\":\"scope\",\"scope\":\"x\",\"outcome\":\"failed\"}\n"));
    cr_assert_null(strstr(text_of(&c), "whole"));
    collected_done(&c);
}

Test(ndjson, may_have_empty_lines_a_mark_and_no_last_line_end) {
    struct collected c;
    collect_text(&c, IX_SV("\xEF\xBB\xBF" LEAST "\r\n\n  \n{\"record\":\"summary\"}"));
    collected_done(&c);
}

Test(ndjson, reads_a_summary_in_front_too) {
    struct collected c;
    collect_text(&c, IX_SV("{\"record\":\"summary\"}\n" LEAST));
    cr_assert(strstr(text_of(&c), "\"address\":\"a\""));
    collected_done(&c);
}

#define RESOURCE "{\"record\":\"resource\",\"address\":\"a\",\"native_type\":\"t\","

static const struct {
    struct ix_sv line;
    const char *words;
} wrong[] = {
    {IX_SV_INIT("{\"record\":\"thing\"}"), "`record` must be"},
    {IX_SV_INIT("{\"no\":\"record\"}"), "`record` must be"},
    {IX_SV_INIT("[1]"), "`record` must be"},
    {IX_SV_INIT("{\"record\":\"resource\",\"address\":\"a\"}"), "`address` and `native_type`"},
    {IX_SV_INIT(RESOURCE "\"properties\":[1]}"), "`properties` must be an object"},
    {IX_SV_INIT(RESOURCE "\"created\":\"yesterday\"}"), "RFC 3339"},
    {IX_SV_INIT(RESOURCE "\"modified\":12}"), "RFC 3339"},
    {IX_SV_INIT(RESOURCE "\"native_id\":12}"), "`native_id` must be text"},
    {IX_SV_INIT(RESOURCE "\"stack\":[]}"), "`stack` must be text"},
    {IX_SV_INIT(RESOURCE "\"flags\":[\"shiny\"]}"), "no flag"},
    {IX_SV_INIT(RESOURCE "\"flags\":\"external\"}"), "`flags` must be a list"},
    {IX_SV_INIT(RESOURCE "\"tags\":{\"a\":1}}"), "tag values must be text"},
    {IX_SV_INIT(RESOURCE "\"tags\":[\"a\"]}"),
     "`tags`, `labels` and `annotations` must be objects"},
    {IX_SV_INIT(RESOURCE "\"labels\":\"a\"}"),
     "`tags`, `labels` and `annotations` must be objects"},
    {IX_SV_INIT("{\"record\":\"relation\",\"from\":\"a\",\"type\":\"uses\"}"), "one of `to`"},
    {IX_SV_INIT(
         "{\"record\":\"relation\",\"from\":\"a\",\"type\":\"u\",\"to\":\"b\",\"to_id\":\"c\"}"),
     "one of `to`"},
    {IX_SV_INIT("{\"record\":\"scope\",\"outcome\":\"good\"}"), "whole, partial or failed"},
    {IX_SV_INIT("{\"record\":\"resource\",\"addr"), "line 2"},
};

Test(ndjson, that_is_wrong_is_named_by_its_line) {
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ix_buf bytes = {0};
        ix_buf_add_cstr(&bytes, LEAST);
        ix_buf_add(&bytes, wrong[i].line);
        struct collected c;
        collect_bytes(&c, tested.usual_name, ix_buf_sv(&bytes));
        cr_assert_eq(c.code, IX_INVALID, "row %zu: %d", i, (int)c.code);
        cr_assert(strstr(c.err.text, wrong[i].words), "row %zu: %s", i, c.err.text);
        cr_assert(strstr(c.err.text, "line 2"), "row %zu: %s", i, c.err.text);
        collected_done(&c);
        ix_buf_done(&bytes);
    }
}

#define OF(source, address)                                                                        \
    "{\"record\":\"resource\",\"source\":\"" source "\",\"source_kind\":\"k-" source               \
    "\",\"address\":\"" address "\",\"native_type\":\"t\"}\n"
#define SCOPE(source) "{\"record\":\"scope\",\"source\":\"" source "\",\"scope\":\"\",\"outcome\":"

Test(ndjson, of_several_sources_is_read_one_source_after_the_other) {
    struct collected c;
    collect_text(&c,
                 IX_SV(OF("a", "1") LEAST OF("b", "1") SCOPE("b") "\"partial\"}\n" OF("c", "1")));
    cr_assert_str_eq(ix_buf_cstr(&c.sources), "a (k-a)\nb (k-b)\nc (k-c)\n");
    cr_expect_eq(count_records(&c, "resource"), 4);
    cr_expect(strstr(text_of(&c), SCOPE("a") "\"whole\"}"), "%s", text_of(&c));
    cr_expect(strstr(text_of(&c), SCOPE("b") "\"partial\"}"), "%s", text_of(&c));
    cr_expect_null(strstr(text_of(&c), SCOPE("b") "\"whole\"}"), "%s", text_of(&c));
    cr_expect(strstr(text_of(&c), SCOPE("c") "\"whole\"}"), "%s", text_of(&c));
    collected_done(&c);
}

Test(ndjson, whose_first_record_is_a_note_takes_its_kind_from_there) {
    struct collected c;
    collect_text(&c, IX_SV("{\"record\":\"note\",\"source\":\"a\",\"source_kind\":\"terraform\","
                           "\"reason\":\"x\"}\n" OF("a", "1")));
    cr_assert_str_eq(ix_buf_cstr(&c.sources), "a (terraform)\n");
    cr_expect(text_is(find_resource(&c, "1", ""), "source_kind", "terraform"));
    collected_done(&c);
}

Test(ndjson, without_sources_is_called_as_the_stream_is) {
    struct collected c;
    collect_text(&c, IX_SV(LEAST));
    cr_assert_str_eq(ix_buf_cstr(&c.sources), "test (ndjson)\n");
    collected_done(&c);
}

Test(ndjson, of_nothing_is_an_empty_source) {
    struct collected c;
    collect_text(&c, IX_SV("{\"record\":\"summary\"}\n"));
    cr_assert_str_eq(ix_buf_cstr(&c.sources), "test (ndjson)\n");
    cr_expect_eq(count_records(&c, "scope"), 1);
    collected_done(&c);
}

Test(ndjson, whose_sources_are_mixed_is_refused_unless_the_user_names_one) {
    const struct ix_sv mixed = IX_SV(OF("a", "1") OF("b", "1") OF("a", "2"));
    struct collected c;
    collect_bytes(&c, tested.usual_name, mixed);
    cr_assert_eq(c.code, IX_INVALID);
    cr_assert(strstr(c.err.text, "line 3: its `source` was there before"), "%s", c.err.text);
    collected_done(&c);
    collect_as_one_source(&c, mixed);
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_eq(c.sources.size, 0);
    cr_expect_eq(count_records(&c, "scope"), 1);
    cr_expect(has_note(&c, "several sources were taken as one"));
    collected_done(&c);
}

/* Many lines, each of which goes through the same small arena. */
Test(ndjson, of_many_lines_is_read_line_by_line) {
    enum { LINES = 100000 };
    struct ix_buf bytes = {0};
    struct collected c;
    for (int i = 0; i < LINES; i++) {
        ix_buf_add_cstr(&bytes, LEAST);
    }
    collect_text(&c, ix_buf_sv(&bytes));
    cr_assert_eq(count_records(&c, "resource"), LINES);
    collected_done(&c);
    ix_buf_done(&bytes);
}
