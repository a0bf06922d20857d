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

Test(properties, become_terms_of_paths_and_values) {
    static const struct {
        const char *json, *terms; /* '|' for the separator */
    } rows[] = {
        {"{}", ""},
        {"{\"a\": null, \"b\": {}, \"c\": []}", ""},
        {"{\"a\": \"Big\"}", "a|a=big"},
        {"{\"a\": true, \"b\": \"true\"}", "a|a=true|b|b=true"},
        {"{\"n\": 10.0}", "n|n=10.0"},
        {"{\"rules\": [{\"port\": 22}, {\"port\": 22}]}", "rules|rules.port|rules.port=22"},
        {"{\"a.b\": 1}", "[\"a.b\"]|[\"a.b\"]=1"},
        {"{\"x\": {\"q\\\"\": false}}", "x|x[\"q\\\"\"]|x[\"q\\\"\"]=false"},
        {"{\"s\": \"a\\u001fb\"}", "s|s=a b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_arena arena;
        struct ix_buf out = {0};
        struct ix_json *node = NULL;
        struct ix_err err = {0};
        ix_arena_init(&arena, 0);
        cr_assert_eq(ix_json_parse(&arena, ix_sv_cstr(rows[i].json), &node, &err), IX_OK);
        ix_property_terms(&out, node);
        for (size_t k = 0; k < out.size; k++) {
            out.data[k] = out.data[k] == IX_TERM_SEPARATOR ? '|' : out.data[k];
        }
        cr_assert(ix_sv_eq_cstr(ix_buf_sv(&out), rows[i].terms), "%s: %.*s", rows[i].json,
                  IX_SV_FMT(ix_buf_sv(&out)));
        ix_buf_done(&out);
        ix_arena_done(&arena);
    }
}
