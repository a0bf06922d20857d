/* The exchange format: what is written is read back as it was, and what is wrong is named by its
 * line. */
#include <criterion/criterion.h>

#include "collectors/run.h"
#include "indexer/model/record.h"

extern const struct ix_collector ix_collector_ndjson;

struct collected {
    struct ix_buf lines; /* the records that were pushed, as they are written */
    enum ix_code code;
    struct ix_err err;
};

static enum ix_code open_bytes(const struct ix_input *input, struct ix_stream **ret_stream,
                               struct ix_err *err) {
    const struct ix_sv *bytes = input->open_context;
    return ix_stream_open_memory(*bytes, ret_stream, err);
}

static enum ix_code keep_line(void *context, struct ix_sv line, struct ix_err *err) {
    struct ix_buf *lines = context;
    ix_buf_add(lines, line);
    return ix_buf_check(lines, err);
}

/* `source`: what the user called it; NULL: the name that the records carry. */
static struct collected collect(struct ix_sv bytes, const char *source) {
    struct ix_arena arena;
    struct ix_recognised recognised = {0};
    struct ix_record_sink sink;
    struct collected c = {0};
    struct ix_input input = {
        .path = IX_SV("test"),
        .base_name = IX_SV("test"),
        .open = open_bytes,
        .open_context = &bytes,
    };
    ix_arena_init(&arena, 0);
    cr_assert_eq(ix_input_inspect(&input, &arena, &c.err), IX_OK, "%s", c.err.text);
    ix_collector_ndjson.recognise(&input, &arena, &recognised);
    cr_assert_eq(recognised.claim, IX_CLAIM_READ);
    ix_record_sink_init(&sink, keep_line, &c.lines);
    const struct ix_collect_env env = {
        .input = &input,
        .recognised = &recognised,
        .source = source ? ix_sv_cstr(source) : recognised.source_hint,
    };
    c.code = ix_collector_ndjson.collect(&env, &sink.sink, &c.err);
    ix_record_sink_done(&sink);
    ix_arena_done(&arena);
    return c;
}

static void collected_done(struct collected *c) {
    ix_buf_done(&c->lines);
}

static const char *text_of(struct collected *c) {
    return ix_buf_cstr(&c->lines);
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
    struct collected c = collect(IX_SV(WHOLE), NULL);
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_str_eq(text_of(&c), WHOLE);
    collected_done(&c);
}

Test(ndjson, of_a_named_source_carries_that_name) {
    struct collected c = collect(IX_SV(WHOLE), "mine");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_null(strstr(text_of(&c), "demo"));
    cr_assert(strstr(text_of(&c), "\"source\":\"mine\""));
    collected_done(&c);
}

#define LEAST "{\"record\":\"resource\",\"address\":\"a\",\"native_type\":\"t\"}\n"

Test(ndjson, without_a_word_about_scopes_is_whole) {
    struct collected c = collect(IX_SV(LEAST), "s");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(strstr(text_of(&c), "\"scope\":\"\",\"outcome\":\"whole\""), "%s", text_of(&c));
    collected_done(&c);
}

Test(ndjson, with_a_scope_of_its_own_is_not_called_whole) {
    struct collected c = collect(
        IX_SV(LEAST "{\"record\":\"scope\",\"scope\":\"x\",\"outcome\":\"failed\"}\n"), "s");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_null(strstr(text_of(&c), "whole"));
    collected_done(&c);
}

Test(ndjson, may_have_empty_lines_a_mark_and_no_last_line_end) {
    struct collected c =
        collect(IX_SV("\xEF\xBB\xBF" LEAST "\r\n\n  \n{\"record\":\"summary\"}"), "s");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    collected_done(&c);
}

Test(ndjson, reads_a_summary_in_front_too) {
    struct collected c = collect(IX_SV("{\"record\":\"summary\"}\n" LEAST), "s");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
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
        struct collected c = collect(ix_buf_sv(&bytes), "s");
        cr_assert_eq(c.code, IX_INVALID, "row %zu: %d", i, (int)c.code);
        cr_assert(strstr(c.err.text, wrong[i].words), "row %zu: %s", i, c.err.text);
        cr_assert(strstr(c.err.text, "line 2"), "row %zu: %s", i, c.err.text);
        collected_done(&c);
        ix_buf_done(&bytes);
    }
}

Test(ndjson, of_two_sources_is_refused_unless_the_user_names_one) {
    const struct ix_sv both = IX_SV(
        "{\"record\":\"resource\",\"source\":\"a\",\"address\":\"1\",\"native_type\":\"t\"}\n"
        "{\"record\":\"resource\",\"source\":\"b\",\"address\":\"2\",\"native_type\":\"t\"}\n");
    struct collected c = collect(both, NULL);
    cr_assert_eq(c.code, IX_INVALID);
    cr_assert(strstr(c.err.text, "one stream is one source"), "%s", c.err.text);
    collected_done(&c);
    c = collect(both, "one");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    collected_done(&c);
}

static enum ix_code count_line(void *context, struct ix_sv line, struct ix_err *err) {
    int64_t *count = context;
    (void)line, (void)err;
    ++*count;
    return IX_OK;
}

/* Many lines, each of which goes through the same small arena. */
Test(ndjson, of_many_lines_is_read_line_by_line) {
    enum { LINES = 200000 };
    struct ix_buf bytes = {0};
    int64_t count = 0;
    for (int i = 0; i < LINES; i++) {
        ix_buf_add_cstr(&bytes, LEAST);
    }
    struct ix_sv all = ix_buf_sv(&bytes);
    struct ix_input input = {.path = IX_SV("x"), .open = open_bytes, .open_context = &all};
    const struct ix_recognised recognised = {.claim = IX_CLAIM_READ};
    const struct ix_collect_env env = {
        .input = &input,
        .recognised = &recognised,
        .source = IX_SV("s"),
    };
    struct ix_record_sink sink;
    struct ix_err err = {0};
    ix_record_sink_init(&sink, count_line, &count);
    cr_assert_eq(ix_collector_ndjson.collect(&env, &sink.sink, &err), IX_OK, "%s", err.text);
    cr_assert_eq(count, LINES + 1);
    ix_record_sink_done(&sink);
    ix_buf_done(&bytes);
}
