/* The small parts: slices, arenas, times, globs, regular expressions, addresses, hashes, maps,
 * options and the piecewise JSON writer. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include "base/glob.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/json_writer.h"
#include "base/map.h"
#include "base/option.h"
#include "base/regex.h"
#include "base/time.h"
#include "base/zstd.h"

Test(sv, tells_well_formed_utf8) {
    cr_expect(ix_sv_is_utf8(IX_SV("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")));
    cr_expect_not(ix_sv_is_utf8(IX_SV("\xC0\x80")));
    cr_expect_not(ix_sv_is_utf8(IX_SV("\xED\xA0\x80")));
    cr_expect_not(ix_sv_is_utf8(IX_SV("\xF4\x90\x80\x80")));
    cr_expect_not(ix_sv_is_utf8(IX_SV("\xE2\x82")));
    cr_expect(ix_sv_is_utf8(IX_SV("eight by\xC3\xA9te and more")));
    cr_expect_not(ix_sv_is_utf8(IX_SV("eight bytes and\xFFmore after")));
    cr_expect_not(ix_sv_is_utf8(IX_SV("\xC3\xA9 eight bytes and mor\xC3")));
    cr_expect_eq(ix_sv_utf8_size(IX_SV("\xE2\x82\xAC"), 0), 3);
    cr_expect_eq(ix_sv_utf8_size(IX_SV("a"), 1), 0);
}

Test(err, keeps_the_reason_behind_a_long_path) {
    char path[2 * IX_ERR_TEXT_SIZE];
    memset(path, 'd', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    struct ix_err err = {0};
    cr_expect_eq(ix_err_errno(&err, EACCES, "%s", path), IX_DENIED);
    cr_expect(strstr(err.text, "d: Permission denied"), "%s", err.text);
    cr_expect_eq(strncmp(err.text, "...d", 4), 0, "%s", err.text);
    err = (struct ix_err){0};
    cr_expect_eq(ix_err_errno(&err, EACCES, "%s", "short"), IX_DENIED);
    cr_expect_str_eq(err.text, "short: Permission denied");
}

Test(arena, stays_failed_after_the_limit) {
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 1024);
    cr_expect_not_null(ix_arena_alloc(&arena, 900));
    cr_expect_null(ix_arena_alloc(&arena, 900));
    cr_expect_null(ix_arena_alloc(&arena, 1));
    cr_expect_eq(ix_arena_check(&arena, &err), IX_LIMIT);
    ix_arena_reset(&arena);
    cr_expect_not_null(ix_arena_alloc(&arena, 900));
    ix_arena_done(&arena);
}

Test(time, reads_what_tools_write) {
    static const struct {
        const char *text, *same;
    } cases[] = {
        {"2025-03-04", "2025-03-04T00:00:00Z"},
        {"2025-03-04T05:06:07Z", "2025-03-04T05:06:07Z"},
        {"2025-03-04 05:06:07.123456", "2025-03-04T05:06:07.123Z"},
        {"2025-03-04T05:06:07+02:00", "2025-03-04T03:06:07Z"},
        {"2025-03-04T05:06:07-0530", "2025-03-04T10:36:07Z"},
        {"2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z"},
        {"0001-01-01", "0001-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
        {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 0;
        char text[IX_TIME_TEXT_SIZE];
        cr_assert(ix_time_parse(ix_sv_cstr(cases[i].text), &ms), "%s", cases[i].text);
        cr_expect(ix_sv_eq_cstr(ix_time_format(ms, text), cases[i].same), "%s gives %s",
                  cases[i].text, text);
    }
}

Test(time, refuses_what_is_no_time) {
    static const char *const texts[] = {
        "",
        "2025",
        "2025-03",
        "2025-02-29",
        "2025-13-01",
        "0000-01-01",
        "2025-03-04T24:00:00Z",
        "2025-03-04T05:06:07.Z",
        "2025-03-04x",
        "2025-03-04T05:06:07+25:00",
        "2025-3-4",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t ms;
        cr_expect_not(ix_time_parse(ix_sv_cstr(texts[i]), &ms), "%s", texts[i]);
    }
}

Test(time, gives_the_period_that_was_written) {
    static const struct {
        const char *text, *begin, *end;
    } cases[] = {
        {"2024", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"},
        {"2024-12", "2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"},
        {"2024-02-28", "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z"},
        {"2024-02-28T05:06", "2024-02-28T05:06:00Z", "2024-02-28T05:07:00Z"},
        {"2024-02-28T05:06:07Z", "2024-02-28T05:06:07Z", "2024-02-28T05:06:08Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t from = 0;
        int64_t to = 0;
        char text[IX_TIME_TEXT_SIZE];
        cr_assert(ix_time_parse_period(ix_sv_cstr(cases[i].text), &from, &to));
        cr_expect(ix_sv_eq_cstr(ix_time_format(from, text), cases[i].begin), "%s", cases[i].text);
        cr_expect(ix_sv_eq_cstr(ix_time_format(to, text), cases[i].end), "%s", cases[i].text);
    }
}

Test(time, goes_to_the_calendar_and_back_for_every_day) {
    int64_t first = ix_time_from_civil((struct ix_civil){.year = 1, .month = 1, .day = 1});
    int64_t last = ix_time_from_civil((struct ix_civil){.year = 9999, .month = 12, .day = 31});
    for (int64_t ms = first; ms <= last; ms += IX_DAY_MS) {
        cr_assert_eq(ix_time_from_civil(ix_time_to_civil(ms)), ms);
    }
}

Test(time, clamps_the_day_when_months_are_added) {
    int64_t ms = ix_time_from_civil((struct ix_civil){.year = 2024, .month = 1, .day = 31});
    cr_expect_eq(ix_time_to_civil(ix_time_add_months(ms, 1)).day, 29);
    cr_expect_eq(ix_time_to_civil(ix_time_add_months(ms, -2)).day, 30);
    cr_expect_eq(ix_time_to_civil(ix_time_add_months(ms, -2)).year, 2023);
}

Test(glob, matches_stars_question_marks_and_escapes) {
    static const struct {
        const char *pattern, *text;
        bool nocase, matches;
    } cases[] = {
        {"", "", false, true},
        {"*", "", false, true},
        {"a*", "abc", false, true},
        {"a*c", "abcbc", false, true},
        {"a*d", "abc", false, false},
        {"*b*", "abc", false, true},
        {"a?c",
         "a\xC3\xA9"
         "c",
         false, true},
        {"a?c", "ac", false, false},
        {"A*", "abc", false, false},
        {"A*", "abc", true, true},
        {"a\\*", "a*", false, true},
        {"a\\*", "ab", false, false},
        {"[a]", "[a]", false, true},
        {"[a]", "a", false, false},
        {"abc", "abcd", false, false},
        {"**a**", "bab", false, true},
        {"a\\", "a\\", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(
            ix_glob_match(ix_sv_cstr(cases[i].pattern), ix_sv_cstr(cases[i].text), cases[i].nocase),
            cases[i].matches, "%s on %s", cases[i].pattern, cases[i].text);
    }
}

static bool found(const char *pattern, const char *text, bool nocase) {
    struct ix_regex *regex = NULL;
    struct ix_err err = {0};
    bool answer = false;
    cr_assert_eq(ix_regex_new(ix_sv_cstr(pattern), nocase, &regex, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_regex_search(regex, ix_sv_cstr(text), &answer, &err), IX_OK, "%s", err.text);
    ix_regex_free(regex);
    return answer;
}

Test(regex, searches_anywhere) {
    cr_expect(found("b+c", "abbbcd", false));
    cr_expect_not(found("^b", "abc", false));
    cr_expect(found("PROD", "my-prod", true));
    cr_expect(found("^.$", "\xC3\xA9", false));
    cr_expect_not(found(".", "\xFF", false));
}

Test(regex, points_into_a_faulty_pattern) {
    struct ix_regex *regex = NULL;
    struct ix_err err = {0};
    cr_expect_eq(ix_regex_new(IX_SV("ab(c"), false, &regex, &err), IX_INVALID);
    cr_expect_eq(err.begin, 4);
}

Test(regex, gives_up_instead_of_hanging) {
    struct ix_regex *regex = NULL;
    struct ix_err err = {0};
    bool answer;
    char text[200];
    memset(text, 'a', sizeof text);
    cr_assert_eq(ix_regex_new(IX_SV("^(a+)+b$"), false, &regex, &err), IX_OK);
    text[sizeof text - 2] = 'b';
    cr_expect_eq(ix_regex_search(regex, ix_sv_of(text, sizeof text), &answer, &err), IX_LIMIT);
    ix_regex_free(regex);
}

static bool contains(const char *network, const char *address) {
    struct ix_ip_range range;
    struct ix_ip_range one;
    cr_assert(ix_ip_parse(ix_sv_cstr(network), &range), "%s", network);
    cr_assert(ix_ip_parse(ix_sv_cstr(address), &one), "%s", address);
    return ix_ip_cmp(range.first, one.first) <= 0 && ix_ip_cmp(one.last, range.last) <= 0;
}

Test(ip, makes_networks_ranges_of_keys) {
    cr_expect(contains("10.0.0.0/8", "10.255.255.255"));
    cr_expect_not(contains("10.0.0.0/8", "11.0.0.0"));
    cr_expect(contains("10.1.2.3/8", "10.0.0.0"));
    cr_expect(contains("0.0.0.0/0", "255.1.2.3"));
    cr_expect_not(contains("0.0.0.0/0", "2001:db8::1"));
    cr_expect(contains("2001:db8::/32", "2001:db8:ffff::"));
    cr_expect(contains("::ffff:10.0.0.1", "10.0.0.1"));
    cr_expect(contains("10.0.0.0/16", "10.0.4.0/24"));
}

Test(ip, refuses_what_is_no_address) {
    static const char *const texts[] = {"",         "10.0.0",      "10.0.0.0/33", "10.0.0.0/",
                                        "::/129",   "10.0.0.0/-1", "a",           "10.0.0.256",
                                        " 1.2.3.4", "1.2.3.4/8/8"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ix_ip_range range;
        cr_expect_not(ix_ip_parse(ix_sv_cstr(texts[i]), &range), "%s", texts[i]);
    }
}

Test(hash, is_the_published_value) {
    /* XXH3_128bits of no bytes with seed 0, from xxHash's own sanity tests */
    static const uint8_t empty[16] = {0x99, 0xAA, 0x06, 0xD3, 0x01, 0x47, 0x98, 0xD8,
                                      0x60, 0x01, 0xC3, 0x24, 0x46, 0x8D, 0x49, 0x7F};
    struct ix_hash hash = ix_hash_of((struct ix_sv){0});
    cr_expect_arr_eq(hash.bytes, empty, sizeof empty);
    cr_expect_not(ix_hash_eq(hash, ix_hash_of(IX_SV("a"))));
}

Test(map, finds_what_was_put) {
    struct ix_arena arena;
    struct ix_map map;
    ix_arena_init(&arena, 0);
    ix_map_init(&map, &arena);
    cr_expect_null(ix_map_find(&map, IX_SV("none")));
    for (int64_t i = 0; i < 10000; i++) {
        char key[20];
        bool added;
        int size = snprintf(key, sizeof key, "key %d", (int)(i % 5000));
        union ix_map_value *value = ix_map_put(&map, ix_sv_of(key, (size_t)size), &added);
        cr_assert_not_null(value);
        cr_assert_eq(added, i < 5000);
        value->number += i;
    }
    cr_expect_eq(map.count, 5000);
    cr_expect_eq(ix_map_find(&map, IX_SV("key 7"))->number, 7 + 5007);
    size_t visited = 0;
    for (const struct ix_map_slot *s = NULL; (s = ix_map_each(&map, s));) {
        visited++;
    }
    cr_expect_eq(visited, 5000);
    ix_arena_done(&arena);
}

struct settings {
    bool strict;
    struct ix_sv name, format;
    int64_t limit;
};

static const struct ix_option options[] = {
    {.name = "strict", .type = IX_OPTION_FLAG, .offset = offsetof(struct settings, strict)},
    {.name = "name", .type = IX_OPTION_TEXT, .offset = offsetof(struct settings, name)},
    {.name = "output",
     .letter = 'o',
     .type = IX_OPTION_CHOICE,
     .fallback = "table",
     .choices = "table|json",
     .offset = offsetof(struct settings, format)},
    {.name = "limit",
     .type = IX_OPTION_NUMBER,
     .fallback = "100",
     .offset = offsetof(struct settings, limit)},
    {0},
};

Test(option, sets_members_by_the_table) {
    struct settings settings = {0};
    struct ix_err err = {0};
    cr_assert_eq(ix_option_defaults(options, &settings, &err), IX_OK);
    cr_expect(ix_sv_eq(settings.format, IX_SV("table")));
    cr_expect_eq(settings.limit, 100);
    const struct ix_option *output = ix_option_find_letter(options, 'o');
    cr_assert_not_null(output);
    cr_expect_eq(ix_option_set(output, &settings, IX_SV("json"), &err), IX_OK);
    cr_expect(ix_sv_eq(settings.format, IX_SV("json")));
    const struct ix_option *strict = ix_option_find(options, IX_SV("strict"));
    cr_expect_eq(ix_option_set(strict, &settings, IX_SV("true"), &err), IX_OK);
    cr_expect(settings.strict);
    cr_expect_null(ix_option_find(options, IX_SV("stric")));
}

Test(option, names_the_option_in_errors) {
    struct settings settings = {0};
    struct ix_err err = {0};
    cr_expect_eq(ix_option_set(&options[2], &settings, IX_SV("xml"), &err), IX_INVALID);
    cr_expect_not_null(strstr(err.text, "--output"));
    err = (struct ix_err){0};
    cr_expect_eq(ix_option_set(&options[3], &settings, IX_SV("-1"), &err), IX_INVALID);
    cr_expect_not_null(strstr(err.text, "--limit"));
}

static void write_example(struct ix_buf *buf, size_t indent) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, indent);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "a", IX_SV("x\"y"));
    ix_jw_member_optional(&w, "left out", (struct ix_sv){0});
    ix_jw_key(&w, "b");
    ix_jw_array_begin(&w);
    ix_jw_int64(&w, INT64_MIN);
    ix_jw_bool(&w, true);
    ix_jw_node(&w, NULL);
    ix_jw_array_end(&w);
    ix_jw_key(&w, "c");
    ix_jw_object_begin(&w);
    ix_jw_object_end(&w);
    ix_jw_object_end(&w);
}

Test(json_writer, sets_commas_and_nesting) {
    struct ix_buf buf = {0};
    write_example(&buf, 0);
    cr_expect_str_eq(ix_buf_cstr(&buf), "{\"a\":\"x\\\"y\",\"b\":[-9223372036854775808,true,"
                                        "null],\"c\":{}}");
    ix_buf_clear(&buf);
    write_example(&buf, 1);
    cr_expect_str_eq(ix_buf_cstr(&buf), "{\n \"a\": \"x\\\"y\",\n \"b\": [\n  "
                                        "-9223372036854775808,\n  true,\n  null\n ],\n "
                                        "\"c\": {}\n}");
    ix_buf_done(&buf);
}

Test(zstd, gives_back_what_it_took_and_refuses_what_is_cut) {
    struct ix_zstd *zstd = ix_zstd_new();
    struct ix_buf packed = {0};
    struct ix_buf back = {0};
    struct ix_err err = {0};
    char text[5000];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)(i % 7);
    }
    const struct ix_sv whole = ix_sv_of(text, sizeof text);
    cr_assert_eq(ix_zstd_compress(zstd, whole, &packed, &err), IX_OK, "%s", err.text);
    cr_assert_lt(packed.size, 200);
    cr_assert_eq(ix_zstd_expand(zstd, ix_buf_sv(&packed), sizeof text, &back, &err), IX_OK);
    cr_assert(ix_sv_eq(ix_buf_sv(&back), whole));
    for (size_t size = 0; size < packed.size; size++) {
        err = (struct ix_err){0};
        struct ix_sv cut = ix_sv_sub(ix_buf_sv(&packed), 0, size);
        cr_assert_eq(ix_zstd_expand(zstd, cut, sizeof text, &back, &err), IX_CORRUPT);
    }
    err = (struct ix_err){0};
    cr_assert_eq(ix_zstd_expand(zstd, ix_buf_sv(&packed), sizeof text - 1, &back, &err),
                 IX_CORRUPT);
    cr_assert_eq(back.size, sizeof text);
    ix_buf_done(&back);
    ix_buf_done(&packed);
    ix_zstd_free(zstd);
}
