/* Cells as files spell them. */
#include <criterion/criterion.h>

#include "base/time.h"
#include "collectors/bills/values.h"

static struct ix_arena arena;

Test(bill_values, nothing_has_many_spellings) {
    static const char *const nothing[] = {"", "NULL", "null", "-", "Not Applicable", "N/A", "None"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        cr_expect(ix_bill_is_null(ix_sv_cstr(nothing[i]), false), "%s", nothing[i]);
        cr_expect_eq(ix_bill_is_null(ix_sv_cstr(nothing[i]), true), i == 0, "%s", nothing[i]);
    }
    cr_expect(!ix_bill_is_null(IX_SV("0"), false));
}

Test(bill_values, a_comma_is_read_where_it_can_only_be_the_point) {
    static const struct {
        const char *cell, *decimal; /* NULL: no number */
    } rows[] = {
        {"1.5", "1.5"},
        {"1,5", "1.5"},
        {"-0,000001", "-0.000001"},
        {"0,125", "0.125"},
        {"1,2345", "1.2345"},
        {"1,234", NULL},
        {"1.234,5", "1234.5"},
        {"1,234,567", "1234567"},
        {"-1,234.56", "-1234.56"},
        {"1,23,456.7", NULL},
        {"12,34.5", NULL},
        {"1,2,3", NULL},
        {"1.2,345.6", NULL},
        {",", NULL},
        {" 2.5 ", "2.5"},
        {"$5", "5"},
        {"$10,000.00 ", "10000.00"},
        {"-$1,000.50", "-1000.50"},
        {"$-5", "-5"},
        {"($1,000.50)", "-1000.50"},
        {"(5)", "-5"},
        {"1.234,56 \xE2\x82\xAC", "1234.56"},
        {"-(5)", NULL},
        {"$$5", NULL},
        {"$", NULL},
        {"()", NULL},
        {"5 EUR", NULL},
        {"1e-7", "1e-7"},
        {"abc", NULL},
    };
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ix_sv decimal;
        bool read = ix_bill_decimal(&arena, ix_sv_cstr(rows[i].cell), &decimal);
        cr_expect_eq(read, rows[i].decimal != NULL, "%s", rows[i].cell);
        cr_expect(!read || ix_sv_eq_cstr(decimal, rows[i].decimal), "%s", rows[i].cell);
    }
    ix_arena_done(&arena);
}

Test(bill_values, times_are_read_in_every_spelling) {
    static const struct {
        const char *cell, *time; /* NULL: no time */
    } rows[] = {
        {"2024-09-01T00:00:00Z", "2024-09-01T00:00:00Z"},
        {"2024-09-01 01:02:03", "2024-09-01T01:02:03Z"},
        {"2023-11-13T10:00Z", "2023-11-13T10:00:00Z"},
        {"2024-09-01", "2024-09-01T00:00:00Z"},
        {"9/2/2023", "2023-09-02T00:00:00Z"},
        {"09/22/2023", "2023-09-22T00:00:00Z"},
        {"4/1/25", "2025-04-01T00:00:00Z"},
        {"4/1/25 7:30", "2025-04-01T07:30:00Z"},
        {"202309", "2023-09-01T00:00:00Z"},
        {"20230930", "2023-09-30T00:00:00Z"},
        {"03.02.2021", "2021-02-03T00:00:00Z"},
        {"3.2.2021", "2021-02-03T00:00:00Z"},
        {"22/09/2023", NULL},
        {"31.02.2021", NULL},
        {"3.2.21", NULL},
        {"2/30/2023", NULL},
        {"soon", NULL},
        {"2023", NULL},
        {"202313", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ms = 0;
        char text[IX_TIME_TEXT_SIZE];
        bool read = ix_bill_time(ix_sv_cstr(rows[i].cell), &ms);
        cr_expect_eq(read, rows[i].time != NULL, "%s", rows[i].cell);
        if (read && rows[i].time) {
            cr_expect(ix_sv_eq_cstr(ix_time_format(ms, text), rows[i].time), "%s: %s", rows[i].cell,
                      text);
        }
    }
}

static bool tag_is(const char *cell, const char *key, const char *value) {
    const struct ix_json *tags = ix_bill_tags(&arena, ix_sv_cstr(cell));
    return tags && ix_sv_eq_cstr(ix_json_get_string(tags, key), value);
}

Test(bill_values, tags_come_with_braces_without_and_as_pairs) {
    ix_arena_init(&arena, 0);
    cr_expect(tag_is("{\"team\": \"a\", \"env\": \"b\"}", "env", "b"));
    cr_expect(tag_is("\"team\": \"a\",\"env\": \"b\"", "env", "b"));
    cr_expect(tag_is("team=a; env = b", "env", "b"));
    cr_expect(tag_is("[{\"key\": \"team\", \"value\": \"a\"}]", "team", "a"));
    cr_expect(tag_is("[{'key': 'team', 'value': \"o'\\x41\"}]", "team", "o'A"));
    cr_expect(tag_is("{'a\\'b': '\"', 'none': None, 'yes': True}", "a'b", "\""));
    cr_expect_null(ix_bill_tags(&arena, IX_SV("[{'key': 'team")));
    cr_expect_null(ix_bill_tags(&arena, IX_SV("{'key\\")));
    cr_expect_null(ix_bill_tags(&arena, IX_SV("[\"team\"]")));
    cr_expect_null(ix_bill_tags(&arena, IX_SV("{}")));
    cr_expect_null(ix_bill_tags(&arena, IX_SV("{\"team\": ")));
    cr_expect_null(ix_bill_tags(&arena, IX_SV("no tags here")));
    ix_arena_done(&arena);
}
