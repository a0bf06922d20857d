/* What requests are made of: percent-encoding, query parts, options by other names, gzip. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/gzip.h"
#include "base/option.h"
#include "base/stream.h"
#include "base/uri.h"

static const struct decoding {
    const char *text;
    bool plus_is_space;
    const char *expected; /* NULL: an error */
    size_t fault;
} decodings[] = {
    {"plain", true, "plain", 0},   {"", true, "", 0},
    {"a+b", true, "a b", 0},       {"a+b", false, "a+b", 0},
    {"%41%7a%7A", true, "Azz", 0}, {"%25%2B", true, "%+", 0},
    {"%c3%A4", true, "ä", 0},      {"%", true, NULL, 0},
    {"a%4", true, NULL, 1},        {"%4g", true, NULL, 0},
    {"%%41", true, NULL, 0},       {"ok%+1", true, NULL, 2},
};

Test(web, percent_decoding_is_strict) {
    for (size_t i = 0; i < sizeof decodings / sizeof *decodings; i++) {
        const struct decoding *d = &decodings[i];
        struct ix_arena arena;
        struct ix_sv text = {0};
        struct ix_err err = {0};
        ix_arena_init(&arena, 0);
        enum ix_code code =
            ix_uri_decode(&arena, ix_sv_cstr(d->text), d->plus_is_space, &text, &err);
        cr_expect_eq(code, d->expected ? IX_OK : IX_INVALID, "%s", d->text);
        cr_expect(!d->expected || ix_sv_eq_cstr(text, d->expected), "%s: %.*s", d->text,
                  IX_SV_FMT(text));
        cr_expect(d->expected || err.begin == d->fault, "%s: %zu", d->text, err.begin);
        ix_arena_done(&arena);
    }
}

Test(web, every_byte_comes_back_from_its_encoding) {
    struct ix_arena arena;
    struct ix_buf encoded = {0};
    struct ix_sv decoded = {0};
    struct ix_err err = {0};
    char bytes[256];
    ix_arena_init(&arena, 0);
    for (int i = 0; i < 256; i++) {
        bytes[i] = (char)i;
    }
    ix_uri_encode(&encoded, ix_sv_of(bytes, sizeof bytes));
    cr_assert_eq(ix_uri_decode(&arena, ix_buf_sv(&encoded), true, &decoded, &err), IX_OK);
    cr_expect(ix_sv_eq(decoded, ix_sv_of(bytes, sizeof bytes)));
    cr_expect(ix_sv_is_utf8(ix_buf_sv(&encoded)));
    ix_buf_done(&encoded);
    ix_arena_done(&arena);
}

Test(web, query_parts_fall_into_fields) {
    static const char *const expected[] = {"a=1", "b=", "=c", "d=e=f"};
    struct ix_sv rest = IX_SV("&a=1&&b&=c&d=e=f&");
    struct ix_sv name;
    struct ix_sv value;
    size_t count = 0;
    while (ix_uri_field(&rest, &name, &value)) {
        char text[32];
        snprintf(text, sizeof text, "%.*s=%.*s", IX_SV_FMT(name), IX_SV_FMT(value));
        cr_assert_lt(count, 4);
        cr_expect_str_eq(text, expected[count]);
        count++;
    }
    cr_expect_eq(count, 4);
}

struct settings {
    int64_t number;
    bool flag;
    struct ix_sv word;
};

static const struct ix_option options[] = {
    {"number", 0, IX_OPTION_NUMBER, "N", "3", offsetof(struct settings, number), "2..5", ""},
    {"flag", 0, IX_OPTION_FLAG, NULL, "true", offsetof(struct settings, flag), NULL, ""},
    {"word", 0, IX_OPTION_CHOICE, "W", NULL, offsetof(struct settings, word), "one|two", ""},
    {0},
};

Test(web, options_are_called_as_the_caller_calls_them) {
    static const struct {
        size_t option;
        const char *text, *message; /* NULL: taken */
    } cases[] = {
        {0, "2", NULL},
        {0, "5", NULL},
        {0, "1", "number is a number from 2 to 5"},
        {0, "6", "number is a number from 2 to 5"},
        {0, "x", "number needs a whole number, not 'x'"},
        {1, "false", NULL},
        {1, "1", "flag is true or false, not '1'"},
        {2, "two", NULL},
        {2, "three", "word is one of one|two, not 'three'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings = {0};
        struct ix_err err = {0};
        const struct ix_option *o = &options[cases[i].option];
        enum ix_code code =
            ix_option_set_as(o, o->name, &settings, ix_sv_cstr(cases[i].text), &err);
        cr_expect_eq(code, cases[i].message ? IX_INVALID : IX_OK, "%s", cases[i].text);
        cr_expect_str_eq(err.text, cases[i].message ? cases[i].message : "");
    }
    struct settings settings = {0};
    struct ix_err err = {0};
    cr_assert_eq(ix_option_defaults(options, &settings, &err), IX_OK);
    cr_expect(settings.number == 3 && settings.flag);
}

Test(web, what_gzip_made_a_stream_reads) {
    static const size_t sizes[] = {0, 1, 1000, 300000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ix_stream *stream;
        struct ix_err err = {0};
        struct ix_buf bytes = {0};
        struct ix_buf packed = {0};
        for (size_t at = 0; at < sizes[i]; at++) {
            ix_buf_add_char(&bytes, (char)(at * at >> 7));
        }
        cr_assert_eq(ix_gzip(&packed, ix_buf_sv(&bytes), &err), IX_OK, "%s", err.text);
        cr_assert_eq(ix_stream_open_memory(ix_buf_sv(&packed), &stream, &err), IX_OK);
        char *read = malloc(sizes[i] + 1);
        size_t size = 0;
        for (size_t got = 1; got > 0; size += got) {
            cr_assert_eq(ix_stream_read(stream, read + size, sizes[i] + 1 - size, &got, &err),
                         IX_OK, "%s", err.text);
        }
        cr_expect(ix_sv_eq(ix_sv_of(read, size), ix_buf_sv(&bytes)), "%zu bytes", sizes[i]);
        free(read);
        ix_stream_close(stream);
        ix_buf_done(&bytes);
        ix_buf_done(&packed);
    }
}
