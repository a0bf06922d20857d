/* Tables of what texts and properties become in the indexes. */
#include <criterion/criterion.h>

#include "base/buf.h"
#include "indexer/model/property.h"
#include "indexer/model/words.h"

static int add_word(void *context, const struct ix_word *word) {
    struct ix_buf *out = context;
    ix_buf_add_cstr(out, out->size ? word->beside ? "/" : " " : "");
    ix_buf_add(out, ix_sv_of(word->text, word->size));
    return 0;
}

Test(words, fall_apart_as_people_read_them) {
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"", ""},
        {" .-_ ", ""},
        {"arn:aws:s3:::my-bucket/key", "arn aws s3 my bucket key"},
        {"i-0abc123def", "i 0abc123def"},
        {"camelCase", "camel/camelcase case"},
        {"HTTPServer", "http/httpserver server"},
        {"bucketV2", "bucket/bucketv2 v2"},
        {"snake_case_name", "snake case name"},
        {"payments-api-prod-7f3c", "payments api prod 7f3c"},
        {"module.db.aws_rds.main[0]", "module db aws rds main 0"},
        {"10.0.0.0/16", "10 0 0 0 16"},
        {"2001:db8::1", "2001 db8 1"},
        {"/var/log/Syslog", "var log syslog"},
        {"\xC3\xBC"
         "ber-caf\xC3\xA9",
         "\xC3\xBC"
         "ber caf\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_buf out = {0};
        ix_words_visit(ix_sv_cstr(rows[i].text), false, add_word, &out);
        struct ix_sv words = ix_buf_sv(&out);
        cr_assert(ix_sv_eq_cstr(words, rows[i].words), "%s: %.*s", rows[i].text, IX_SV_FMT(words));
        ix_buf_done(&out);
    }
}

Test(words, match_where_they_stand_side_by_side) {
    static const struct {
        const char *text, *asked;
        bool found;
    } rows[] = {
        {"payments-api-prod", "api prod", true},
        {"payments-api-prod", "payments prod", false},
        {"payments-api-prod", "api-prod", true},
        {"bucketV2", "bucketv2", true},
        {"bucketV2", "bucket V2", true},
        {"a a b", "a b", true},
        {"payments-api-prod", "prod api", false},
        {"anything", "", false},
        {"", "a", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool found = ix_words_match(ix_sv_cstr(rows[i].text), ix_sv_cstr(rows[i].asked));
        cr_assert_eq(found, rows[i].found, "%s in %s", rows[i].asked, rows[i].text);
    }
}

Test(words, longer_than_the_limit_are_cut) {
    char text[200];
    struct ix_buf out = {0};
    memset(text, 'a', sizeof text);
    ix_words_visit(ix_sv_of(text, sizeof text), false, add_word, &out);
    cr_assert_eq(out.size, IX_WORD_MAX);
    ix_buf_done(&out);
}

/* "path kind text|" of each property. */
static enum ix_code add_property(void *context, const struct ix_property *property,
                                 struct ix_err *err) {
    struct ix_buf *out = context;
    (void)err;
    static const char *const kinds[] = {
        [IX_JSON_FALSE] = "no",    [IX_JSON_TRUE] = "yes",      [IX_JSON_NUMBER] = "number",
        [IX_JSON_STRING] = "text", [IX_JSON_OBJECT] = "object",
    };
    ix_buf_add(out, property->path);
    ix_buf_printf(out, " %s %.*s|", kinds[property->kind], IX_SV_FMT(property->text));
    return IX_OK;
}

Test(properties, are_read_from_the_stored_text) {
    static const struct {
        const char *json, *properties;
    } rows[] = {
        {"{}", ""},
        {"", ""},
        {"{\"a\":null,\"b\":{},\"c\":[]}", ""},
        {"{\"a\":\"Big\"}", "a text Big|"},
        {"{\"a\":true,\"b\":\"true\",\"c\":false}", "a yes true|b text true|c no false|"},
        {"{\"n\":10.0}", "n number 10.0|"},
        {"{\"rules\":[{\"port\":22},{\"port\":-1e5}]}",
         "rules object |rules.port number 22|rules object |rules.port number -1e5|"},
        {"{\"a.b\":1}", "[\"a.b\"] number 1|"},
        {"{\"x\":{\"q\\\"\":false}}", "x object |x[\"q\\\"\"] no false|"},
        {"{\"s\":\"a\\u001fb\\n\\\\\"}", "s text a\x1F"
                                         "b\n\\|"},
        {"{\"a\":[[1],[\"x\"]]}", "a number 1|a text x|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_buf out = {0};
        struct ix_err err = {0};
        cr_assert_eq(ix_property_visit(ix_sv_cstr(rows[i].json), add_property, &out, &err), IX_OK,
                     "%s: %s", rows[i].json, err.text);
        cr_assert(ix_sv_eq_cstr(ix_buf_sv(&out), rows[i].properties), "%s: %.*s", rows[i].json,
                  IX_SV_FMT(ix_buf_sv(&out)));
        ix_buf_done(&out);
    }
}

Test(properties, of_a_damaged_text_are_an_error) {
    static const char *const texts[] = {"{",   "{\"a\"",     "{\"a\":}",          "{\"a\":1", "[1",
                                        "{}x", "{\"a\":\"b", "{\"a\":\"\\u00\"}", "}",        "\""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ix_buf out = {0};
        struct ix_err err = {0};
        cr_assert_eq(ix_property_visit(ix_sv_cstr(texts[i]), add_property, &out, &err), IX_CORRUPT,
                     "%s", texts[i]);
        ix_buf_done(&out);
    }
}

Test(properties, give_their_names_texts_and_numbers_as_words) {
    struct ix_buf out = {0};
    struct ix_err err = {0};
    cr_assert_eq(ix_property_words(
                     &out, IX_SV("{\"a\":\"b c\",\"d\":[1.5,true,null,{\"e\\\"\":\"\"}]}"), &err),
                 IX_OK);
    cr_assert(ix_sv_eq_cstr(ix_buf_sv(&out), "a b c\nd 1.5\ne\" "), "%.*s",
              IX_SV_FMT(ix_buf_sv(&out)));
    ix_buf_done(&out);
}

static enum ix_code join_term(void *context, struct ix_sv term, struct ix_err *err) {
    (void)err;
    ix_buf_add(context, term);
    ix_buf_add_char(context, '|');
    return IX_OK;
}

Test(properties, have_terms_of_path_value_and_folded_value) {
    struct ix_buf term = {0};
    struct ix_buf out = {0};
    const struct ix_property properties[] = {
        {IX_SV("a"), IX_JSON_OBJECT, {0}},
        {IX_SV("a.b"), IX_JSON_STRING, IX_SV("Big")},
        {IX_SV("n"), IX_JSON_NUMBER, IX_SV("10.0")},
    };
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        struct ix_err err = {0};
        cr_assert_eq(ix_property_terms(&properties[i], &term, join_term, &out, &err), IX_OK);
    }
    cr_assert(ix_sv_eq_cstr(ix_buf_sv(&out), "a|a.b|a.b=Big|a.b~big|n|n=10.0|"), "%.*s",
              IX_SV_FMT(ix_buf_sv(&out)));
    ix_buf_done(&out);
    ix_buf_done(&term);
}

Test(properties, cut_the_value_of_a_term) {
    struct ix_buf term = {0};
    char text[IX_PROPERTY_VALUE_MAX + 10];
    memset(text, 'A', sizeof text);
    ix_property_value_add(&term, ix_sv_of(text, sizeof text), true);
    cr_assert_eq(term.size, 1 + IX_PROPERTY_VALUE_MAX);
    cr_assert(ix_sv_starts(ix_buf_sv(&term), IX_SV("~aaa")));
    ix_buf_done(&term);
}
