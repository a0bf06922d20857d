/* YAML: which words mean what, documents, anchors, tags, bounds, and writing. */
#include "base/yaml.h"

#include <criterion/criterion.h>

static struct ix_arena arena;
static struct ix_buf buf;
static struct ix_stream *stream;
static struct ix_yaml_reader *reader;
static struct ix_err err;
static int64_t line;

static void begin(void) {
    ix_arena_init(&arena, 0);
}

static void close_reader(void) {
    ix_yaml_reader_close(reader);
    ix_stream_close(stream);
    reader = NULL;
    stream = NULL;
    err = (struct ix_err){0};
}

static void end(void) {
    close_reader();
    ix_arena_done(&arena);
    ix_buf_done(&buf);
}

TestSuite(yaml, .init = begin, .fini = end);

static void open_text(struct ix_sv text, ix_yaml_tag_fn *tag_fn) {
    close_reader();
    cr_assert_eq(ix_stream_open_memory(text, &stream, &err), IX_OK);
    cr_assert_eq(ix_yaml_reader_open(stream, tag_fn, NULL, &reader, &err), IX_OK);
}

/* The next document as JSON, "" when there is none. */
static const char *next(void) {
    struct ix_json *node = NULL;
    enum ix_code code = ix_yaml_reader_next(reader, &arena, &node, &line, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
    ix_buf_clear(&buf);
    if (node) {
        ix_json_write(&buf, node);
    }
    return ix_buf_cstr(&buf);
}

static const char *as_json(const char *text) {
    open_text(ix_sv_cstr(text), NULL);
    return next();
}

Test(yaml, resolves_plain_scalars_by_the_core_schema) {
    static const char *const pairs[][2] = {
        {"null", "null"},
        {"~", "null"},
        {"true", "true"},
        {"False", "false"},
        {"yes", "\"yes\""},
        {"on", "\"on\""},
        {"12", "12"},
        {"-3", "-3"},
        {"+4", "4"},
        {"0123", "\"0123\""},
        {"0x1F", "31"},
        {"0o17", "15"},
        {"1.50", "1.50"},
        {".5", "0.5"},
        {"1.", "1.0"},
        {"1e3", "1e3"},
        {"1_000", "\"1_000\""},
        {".inf", "\".inf\""},
        {"1.2.3", "\"1.2.3\""},
        {"2024-01-01", "\"2024-01-01\""},
        {"10:30", "\"10:30\""},
        {"'12'", "\"12\""},
        {"\"true\"", "\"true\""},
        {"!!int \"3\"", "3"},
        {"!!str 3", "\"3\""},
        {"! 3", "\"3\""},
        {"!own 3", "\"3\""},
        {"12345678901234567890", "12345678901234567890"},
        {"''", "\"\""},
        {"-", "[null]"},
        {"+", "\"+\""},
        {".", "\".\""},
        {"\"a\\0b\"", "\"a\xEF\xBF\xBD"
                      "b\""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        cr_expect_str_eq(as_json(pairs[i][0]), pairs[i][1], "%s gives %s", pairs[i][0],
                         ix_buf_cstr(&buf));
    }
}

Test(yaml, reads_documents_one_by_one) {
    open_text(IX_SV("# nothing yet\na: 1\n---\n---\n- b\n...\n"), NULL);
    cr_expect_str_eq(next(), "{\"a\":1}");
    cr_expect_str_eq(next(), "null");
    cr_expect_str_eq(next(), "[\"b\"]");
    cr_expect_eq(line, 4);
    cr_expect_str_eq(next(), "");
    cr_expect_str_eq(next(), "");
    cr_expect_str_eq(as_json("# only words\n"), "");
}

Test(yaml, expands_anchors_and_merge_keys) {
    cr_expect_str_eq(as_json("a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, b: 3}\n"),
                     "{\"a\":{\"b\":1,\"c\":2},\"d\":{\"b\":1,\"c\":2},\"e\":{\"b\":3,\"c\":2}}");
    cr_expect_str_eq(as_json("- &p {a: 1}\n- &q {a: 2, b: 2}\n- {<<: [*p, *q]}\n"),
                     "[{\"a\":1},{\"a\":2,\"b\":2},{\"a\":1,\"b\":2}]");
}

Test(yaml, keeps_the_last_of_repeated_keys_and_the_text_of_other_keys) {
    cr_expect_str_eq(as_json("a: 1\na: 2\n1: x\n[1, 2]: y\n~: z\n"),
                     "{\"a\":2,\"1\":\"x\",\"[1,2]\":\"y\",\"null\":\"z\"}");
}

static struct ix_json *keep_tag(void *context, struct ix_arena *to, struct ix_sv tag,
                                struct ix_json *value) {
    (void)context;
    struct ix_json *object = ix_json_new_object(to);
    ix_json_set(to, object, tag, value);
    return object;
}

Test(yaml, hands_tags_of_the_document_to_the_caller) {
    open_text(IX_SV("- !Ref A\n- !If [c, !Sub \"x\", 1]\n- !M {a: !GetAtt b.c}\n- !!str 1\n"),
              keep_tag);
    cr_expect_str_eq(next(), "[{\"!Ref\":\"A\"},{\"!If\":[\"c\",{\"!Sub\":\"x\"},1]},"
                             "{\"!M\":{\"a\":{\"!GetAtt\":\"b.c\"}}},\"1\"]");
}

static enum ix_code read_code(struct ix_sv text) {
    struct ix_json *node;
    open_text(text, NULL);
    return ix_yaml_reader_next(reader, &arena, &node, &line, &err);
}

Test(yaml, says_where_it_is_broken) {
    cr_expect_eq(read_code(IX_SV("a: 1\nb: [1, 2\nc: 3\n")), IX_INVALID);
    cr_expect_not_null(strstr(err.text, "line 3"), "%s", err.text);
    cr_expect_eq(read_code(IX_SV("a: *none\n")), IX_INVALID);
    cr_expect_eq(read_code(IX_SV("a: &x [*x]\n")), IX_INVALID);
    cr_expect_eq(read_code(IX_SV("a: \x01\n")), IX_INVALID);
}

Test(yaml, ends_after_an_error) {
    struct ix_json *node;
    struct ix_err again = {0};
    cr_expect_eq(read_code(IX_SV("[}")), IX_INVALID);
    cr_expect_eq(ix_yaml_reader_next(reader, &arena, &node, &line, &again), IX_OK);
    cr_expect_null(node);
}

Test(yaml, bounds_depth_aliases_and_keys) {
    static char deep[1000];
    memset(deep, '[', sizeof deep);
    cr_expect_eq(read_code(ix_sv_of(deep, sizeof deep)), IX_LIMIT);
    struct ix_buf text = {0};
    ix_buf_add_cstr(&text, "a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
        ix_buf_printf(&text, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    }
    cr_expect_eq(read_code(ix_buf_sv(&text)), IX_LIMIT);
    ix_buf_clear(&text);
    ix_buf_add_cstr(&text, "a0: &a0 [x]\n");
    for (int i = 1; i < 400; i++) {
        ix_buf_printf(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    }
    cr_expect_eq(read_code(ix_buf_sv(&text)), IX_LIMIT);
    ix_buf_clear(&text);
    for (int i = 0; i < 60; i++) {
        ix_buf_add_cstr(&text, "{? ");
    }
    ix_buf_add_cstr(&text, "{a: b}");
    for (int i = 0; i < 60; i++) {
        ix_buf_add_cstr(&text, " : c}");
    }
    cr_expect_eq(read_code(ix_buf_sv(&text)), IX_LIMIT);
    ix_buf_done(&text);
}

Test(yaml, writes_what_reads_back_as_the_same) {
    static const char *const values[] = {
        "{\"a\":[1,{\"b\":[[],{}]},[2,[3]]],\"c d\":\"x\",\"\":null}",
        "[\"yes\",\"null\",\"1\",\"- a\",\"a: b\",\"#\",\" s \",\"\",\"a\\nb\",\"No\",\"~\",\"=\"]",
        "[\"\\u007f\\u0085\\u2028\\ufeff\\ufffe\\u00a0\\ud83d\\ude00\",1.50,12345678901234567890]",
        "\"just text\"",
        "[]",
        "{}",
        "null",
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct ix_json *node;
        struct ix_json *again;
        struct ix_buf yaml = {0};
        err = (struct ix_err){0};
        cr_assert_eq(ix_json_parse(&arena, ix_sv_cstr(values[i]), &node, &err), IX_OK);
        ix_yaml_write(&yaml, node);
        open_text(ix_buf_sv(&yaml), NULL);
        cr_assert_eq(ix_yaml_reader_next(reader, &arena, &again, &line, &err), IX_OK, "%s: %s",
                     ix_buf_cstr(&yaml), err.text);
        cr_expect(ix_json_equal(node, again), "%s", ix_buf_cstr(&yaml));
        ix_buf_done(&yaml);
    }
}

Test(yaml, writes_long_keys) {
    char key[2000];
    struct ix_json *node = ix_json_new_object(&arena);
    struct ix_json *again;
    memset(key, 'k', sizeof key);
    ix_json_set(&arena, node, ix_sv_of(key, sizeof key), ix_json_new_array(&arena));
    ix_json_append(ix_json_first(node), ix_json_new_bool(&arena, true));
    ix_yaml_write(&buf, node);
    open_text(ix_buf_sv(&buf), NULL);
    cr_assert_eq(ix_yaml_reader_next(reader, &arena, &again, &line, &err), IX_OK, "%s", err.text);
    cr_expect(ix_json_equal(node, again));
}
