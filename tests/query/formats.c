/* Rows written out: cells, CSV, JSON documents. */
#include <criterion/criterion.h>

#include "query/format.h"
#include "query/suggest.h"

struct row {
    struct ix_arena arena;
    struct ix_json *node;
    struct ix_format_columns columns;
    struct ix_buf out;
};

static void row_init(struct row *r, const char *json, const char *columns) {
    struct ix_err err = {0};
    *r = (struct row){0};
    ix_arena_init(&r->arena, 0);
    cr_assert_eq(ix_json_parse(&r->arena, ix_sv_cstr(json), &r->node, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_format_columns_add(&r->columns, ix_sv_cstr(columns), &err), IX_OK);
}

static void row_done(struct row *r) {
    ix_buf_done(&r->out);
    ix_arena_done(&r->arena);
}

Test(formats, cells_of_csv) {
    static const struct {
        const char *json, *columns, *expected;
    } cases[] = {
        {"{\"a\":\"x\",\"b\":1.50}", "b, a", "1.50,x\r\n"},
        {"{\"a\":\"say \\\"hi\\\"\"}", "a", "\"say \"\"hi\"\"\"\r\n"},
        {"{\"a\":\"two\\r\\nlines\",\"b\":null}", "a,b", "\"two\r\nlines\",\r\n"},
        {"{\"a\":[1,\"b\",true],\"b\":[{\"c\":1}]}", "a,b",
         "\"1, b, true\",\"[{\"\"c\"\":1}]\"\r\n"},
        {"{\"a\":{\"b.c\":1,\"b\":{\"c\":2}},\"a.b\":3}", "a.b.c,a.b,a.x", "1,3,\r\n"},
        {"{}", "a", "\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row r;
        row_init(&r, cases[i].json, cases[i].columns);
        ix_format_csv_row(&r.out, &r.columns, r.node);
        cr_expect_str_eq(ix_buf_cstr(&r.out), cases[i].expected, "%s: %s", cases[i].json,
                         ix_buf_cstr(&r.out));
        row_done(&r);
    }
}

Test(formats, a_document_of_objects_and_one_of_columns) {
    struct row r;
    row_init(&r, "{\"a\":1,\"b\":\"x\"}", "b,c");
    ix_format_json_begin(&r.out, NULL);
    ix_format_json_row(&r.out, NULL, r.node, true);
    ix_format_json_row(&r.out, NULL, r.node, false);
    ix_format_json_end(&r.out, r.node);
    cr_expect_str_eq(ix_buf_cstr(&r.out),
                     "{\"items\":[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":1,\"b\":\"x\"}\n],\"a\":1,"
                     "\"b\":\"x\"}\n");
    ix_buf_clear(&r.out);
    ix_format_json_begin(&r.out, &r.columns);
    ix_format_json_row(&r.out, &r.columns, r.node, true);
    ix_format_json_end(&r.out, NULL);
    cr_expect_str_eq(ix_buf_cstr(&r.out),
                     "{\"columns\":[\"b\",\"c\"],\"rows\":[\n[\"x\",null]\n]}\n");
    row_done(&r);
}

Test(formats, only_so_many_columns) {
    struct ix_format_columns columns = {0};
    struct ix_err err = {0};
    struct ix_buf list = {0};
    for (int i = 0; i < IX_FORMAT_COLUMNS_MAX; i++) {
        ix_buf_printf(&list, "c%d,,", i);
    }
    cr_expect_eq(ix_format_columns_add(&columns, ix_buf_sv(&list), &err), IX_OK);
    cr_expect_eq(columns.count, IX_FORMAT_COLUMNS_MAX);
    cr_expect_eq(ix_format_columns_add(&columns, IX_SV("one"), &err), IX_LIMIT);
    ix_buf_done(&list);
}

Test(formats, a_hint_gives_its_word_back) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, IX_SV("regoin"));
    ix_suggest_add(&suggest, "region zone");
    cr_expect(ix_sv_eq_cstr(ix_suggest_hinted(ix_sv_cstr(ix_suggest_hint(&suggest, hint, ""))),
                            "region"));
    cr_expect(ix_sv_empty(ix_suggest_hinted(IX_SV("unknown field ‘regoin’"))));
}
