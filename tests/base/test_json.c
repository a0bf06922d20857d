/* JSON trees: what is kept exactly, what is refused and where, and what writing gives back. */
#include "base/json.h"

#include <criterion/criterion.h>

static struct ix_arena arena;
static struct ix_buf buf;

static void begin(void) {
    ix_arena_init(&arena, 0);
}

static void end(void) {
    ix_arena_done(&arena);
    ix_buf_done(&buf);
}

TestSuite(json, .init = begin, .fini = end);

static struct ix_json *parse(struct ix_sv text) {
    struct ix_err err = {0};
    struct ix_json *node = NULL;
    enum ix_code code = ix_json_parse(&arena, text, &node, &err);
    cr_assert_eq(code, IX_OK, "%.*s: %s", IX_SV_FMT(text), err.text);
    return node;
}

static const char *written(const struct ix_json *node) {
    ix_buf_clear(&buf);
    ix_json_write(&buf, node);
    return ix_buf_cstr(&buf);
}

Test(json, writes_numbers_as_they_were_read) {
    static const char *const numbers[] = {
        "0",
        "-0",
        "1",
        "9007199254740993",
        "12345678901234567890",
        "1.50",
        "0.1",
        "1e3",
        "1E+3",
        "1e15",
        "1e+15",
        "-1.0",
        "1e999",
        "1e-7",
        "123456789012345",
        "3.141592653589793238462643383279",
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct ix_json *node = parse(ix_sv_cstr(numbers[i]));
        cr_expect_eq(ix_json_kind(node), IX_JSON_NUMBER, "%s", numbers[i]);
        cr_expect_str_eq(written(node), numbers[i]);
        cr_expect(ix_sv_eq_cstr(ix_json_number_text(&arena, node), numbers[i]), "%s", numbers[i]);
    }
}

Test(json, gives_integers_only_when_they_are_exact) {
    int64_t value = 0;
    cr_expect(ix_json_int64(parse(IX_SV("9007199254740993")), &value));
    cr_expect_eq(value, INT64_C(9007199254740993));
    cr_expect(ix_json_int64(parse(IX_SV("-9223372036854775808")), &value));
    cr_expect_eq(value, INT64_MIN);
    cr_expect_not(ix_json_int64(parse(IX_SV("9223372036854775808")), &value));
    cr_expect_not(ix_json_int64(parse(IX_SV("1.5")), &value));
    cr_expect_not(ix_json_int64(parse(IX_SV("\"1\"")), &value));
}

Test(json, keeps_strings_that_look_like_its_own_marks) {
    static const char text[] = "[\"\\u001fN12\",\"\\u001FS\",\"\\u001f\",12345678901234567890]";
    struct ix_json *node = parse(ix_sv_cstr(text));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 0)), IX_SV("\x1FN12")));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 1)), IX_SV("\x1FS")));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 2)), IX_SV("\x1F")));
    cr_expect_eq(ix_json_kind(ix_json_at(node, 3)), IX_JSON_NUMBER);
    struct ix_json *object = parse(IX_SV("{\"\\u001fN1\":1,\"\\u001fS\":2}"));
    cr_expect_not_null(ix_json_get(object, "\x1FN1"));
    cr_expect_not_null(ix_json_get(object, "\x1FS"));
}

Test(json, replaces_what_no_string_may_hold) {
    struct ix_json *node =
        parse(IX_SV("[\"a\\u0000b\",\"\\ud800\",\"\\ud83d\\ude00\",\"\\udc00x\",\"\xC0\xAF\"]"));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 0)), IX_SV("a\xEF\xBF\xBD"
                                                                  "b")));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 1)), IX_SV("\xEF\xBF\xBD")));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 2)), IX_SV("\xF0\x9F\x98\x80")));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 3)), IX_SV("\xEF\xBF\xBDx")));
    cr_expect(ix_sv_eq(ix_json_string(ix_json_at(node, 4)), IX_SV("\xEF\xBF\xBD\xEF\xBF\xBD")));
}

Test(json, keeps_the_last_of_repeated_names) {
    struct ix_json *node = parse(IX_SV("{\"a\":1,\"b\":2,\"a\":3,\"A\":4}"));
    cr_expect_str_eq(written(node), "{\"b\":2,\"a\":3,\"A\":4}");
    struct ix_buf text = {0};
    ix_buf_add_char(&text, '{');
    for (int i = 0; i < 100; i++) {
        ix_buf_printf(&text, "\"k%d\":%d,", i % 40, i);
    }
    ix_buf_add_cstr(&text, "\"last\":0}");
    node = parse(ix_buf_sv(&text));
    ix_buf_done(&text);
    int64_t value = 0;
    cr_expect_eq(ix_json_count(node), 41);
    cr_expect(ix_json_int64(ix_json_get(node, "k7"), &value));
    cr_expect_eq(value, 87);
}

struct fault {
    const char *text;
    enum ix_code code;
    size_t at;
    const char *words;
};

Test(json, says_where_the_grammar_is_broken) {
    static const struct fault faults[] = {
        {"", IX_INVALID, 0, "line 1, column 1: the text ends where a value should be"},
        {"{\n  \"a\": 1,\n}", IX_INVALID, 12, "line 3, column 1: expected a name"},
        {"[1 2]", IX_INVALID, 3, "column 4: expected a comma or ]"},
        {"{\"a\" 1}", IX_INVALID, 5, "expected a colon"},
        {"[01]", IX_INVALID, 1, "not a number"},
        {"[1.]", IX_INVALID, 1, "not a number"},
        {"[.5]", IX_INVALID, 1, "expected a value"},
        {"nul", IX_INVALID, 0, "expected a value"},
        {"1 2", IX_INVALID, 2, "something follows the value"},
        {"\"a", IX_INVALID, 0, "does not end"},
        {"\"\\x\"", IX_INVALID, 1, "unknown escape"},
        {"\"\\u12g4\"", IX_INVALID, 1, "four hexadecimal digits"},
        {"\"a\nb\"", IX_INVALID, 2, "control character"},
        {"[[1]", IX_INVALID, 4, "ends in the middle"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct ix_err err = {0};
        struct ix_json *node = NULL;
        cr_expect_eq(ix_json_parse(&arena, ix_sv_cstr(faults[i].text), &node, &err), faults[i].code,
                     "%s", faults[i].text);
        cr_expect_eq(err.begin, faults[i].at, "%s: byte %zu", faults[i].text, err.begin);
        cr_expect_not_null(strstr(err.text, faults[i].words), "%s: %s", faults[i].text, err.text);
    }
}

Test(json, refuses_an_escape_of_a_nul_byte) {
    struct ix_err err = {0};
    struct ix_json *node = NULL;
    cr_expect_eq(ix_json_parse(&arena, IX_SV("\"\\\0\""), &node, &err), IX_INVALID);
    cr_expect_eq(err.begin, 1);
}

Test(json, bounds_the_depth) {
    char text[2 * IX_JSON_DEPTH_MAX + 2];
    memset(text, '[', IX_JSON_DEPTH_MAX + 1);
    memset(text + IX_JSON_DEPTH_MAX + 1, ']', IX_JSON_DEPTH_MAX + 1);
    struct ix_err err = {0};
    struct ix_json *node = NULL;
    cr_expect_eq(ix_json_parse(&arena, ix_sv_of(text, sizeof text), &node, &err), IX_LIMIT);
    cr_expect_eq(err.begin, IX_JSON_DEPTH_MAX);
    parse(ix_sv_of(text + 1, sizeof text - 2));
}

Test(json, says_that_memory_is_gone) {
    struct ix_arena small;
    struct ix_err err = {0};
    struct ix_json *node = NULL;
    ix_arena_init(&small, 512);
    enum ix_code code = ix_json_parse(&small, IX_SV("[1,2,3,4,5,6,7,8,9,10,11,12]"), &node, &err);
    cr_expect(code == IX_LIMIT || code == IX_NOMEM);
    cr_expect(small.failed);
    ix_arena_done(&small);
}

Test(json, looks_up_along_a_path_and_stops_at_nothing) {
    struct ix_json *node = parse(IX_SV("{\"a\":{\"b\":[10,{\"c\":\"x\"}]},\"t\":true}"));
    struct ix_json *list = ix_json_path(node, "a", "b", NULL);
    cr_expect_eq(ix_json_count(list), 2);
    cr_expect(ix_sv_eq(ix_json_get_string(ix_json_at(list, 1), "c"), IX_SV("x")));
    cr_expect_null(ix_json_path(node, "a", "none", "b", NULL));
    cr_expect_null(ix_json_get(list, "b"));
    cr_expect_null(ix_json_at(list, 2));
    cr_expect_eq(ix_json_kind(NULL), IX_JSON_NONE);
    cr_expect(ix_json_is_true(ix_json_get(node, "t")));
    cr_expect(ix_sv_empty(ix_json_get_string(node, "t")));
}

Test(json, builds_sets_removes_and_replaces) {
    struct ix_json *node = ix_json_new_object(&arena);
    ix_json_set_string(&arena, node, "a", IX_SV("x\"y\n"));
    ix_json_set(&arena, node, IX_SV("n"), ix_json_new_int64(&arena, INT64_MAX));
    ix_json_set(&arena, node, IX_SV("l"), ix_json_new_array(&arena));
    ix_json_append(ix_json_get(node, "l"), ix_json_new_bool(&arena, false));
    ix_json_append(ix_json_get(node, "l"), ix_json_new_null(&arena));
    ix_json_set(&arena, node, IX_SV("a"), ix_json_new_number(&arena, IX_SV("1.0")));
    cr_expect_str_eq(written(node), "{\"a\":1.0,\"n\":9223372036854775807,\"l\":[false,null]}");
    ix_json_become_string(&arena, ix_json_get(node, "l"), IX_SV("[secret]"));
    ix_json_remove(node, IX_SV("n"));
    cr_expect_str_eq(written(node), "{\"a\":1.0,\"l\":\"[secret]\"}");
    cr_expect_eq(ix_json_kind(ix_json_new_number(&arena, IX_SV("0x1"))), IX_JSON_STRING);
}

Test(json, clones_apart_from_the_original) {
    struct ix_json *node = parse(IX_SV("{\"a\":[1.50,\"x\"]}"));
    struct ix_json *copy = ix_json_clone(&arena, node);
    cr_expect(ix_json_equal(node, copy));
    ix_json_become_string(&arena, ix_json_get(copy, "a"), IX_SV("y"));
    cr_expect_str_eq(written(node), "{\"a\":[1.50,\"x\"]}");
    cr_expect_not(ix_json_equal(node, copy));
}

Test(json, compares_objects_without_regard_to_order) {
    cr_expect(
        ix_json_equal(parse(IX_SV("{\"a\":1,\"b\":[2]}")), parse(IX_SV("{\"b\":[2],\"a\":1}"))));
    cr_expect_not(ix_json_equal(parse(IX_SV("{\"a\":1}")), parse(IX_SV("{\"a\":1,\"b\":2}"))));
    cr_expect_not(ix_json_equal(parse(IX_SV("{\"a\":1,\"b\":2}")), parse(IX_SV("{\"a\":1}"))));
    cr_expect_not(ix_json_equal(parse(IX_SV("[1,2]")), parse(IX_SV("[1]"))));
    cr_expect_not(ix_json_equal(parse(IX_SV("1")), parse(IX_SV("\"1\""))));
}

Test(json, sorts_members_for_the_canonical_form) {
    struct ix_json *node =
        parse(IX_SV("{\"b\":{\"z\":1,\"y\":2},\"a\":[{\"d\":1,\"c\":2}],\"\":0}"));
    ix_buf_clear(&buf);
    ix_json_write_canonical(&buf, node);
    cr_expect_str_eq(ix_buf_cstr(&buf),
                     "{\"\":0,\"a\":[{\"c\":2,\"d\":1}],\"b\":{\"y\":2,\"z\":1}}");
}

Test(json, writes_broken_utf8_as_replacement) {
    ix_json_write_string(&buf, IX_SV("a\xFF"
                                     "b\xE2\x82\xAC\x01"));
    cr_expect_str_eq(ix_buf_cstr(&buf), "\"a\xEF\xBF\xBD"
                                        "b\xE2\x82\xAC\\u0001\"");
}
