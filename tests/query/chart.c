/* Charts: the numbers of rows, by period and series. */
#include <criterion/criterion.h>

#include "query/chart/svg.h"

static struct ix_arena arena;

static void begin(void) {
    ix_arena_init(&arena, 0);
}

static void end(void) {
    ix_arena_done(&arena);
}

static enum ix_code make(const char *columns, const char *amounts, const char *rows,
                         struct ix_charts *charts, struct ix_err *err) {
    struct ix_json *node;
    cr_assert_eq(ix_json_parse(&arena, ix_sv_cstr(rows), &node, err), IX_OK, "%s", err->text);
    return ix_charts_make(&arena, ix_sv_cstr(columns), ix_sv_cstr(amounts), node, charts, err);
}

static void make_well(const char *columns, const char *amounts, const char *rows,
                      struct ix_charts *charts) {
    struct ix_err err = {0};
    cr_assert_eq(make(columns, amounts, rows, charts, &err), IX_OK, "%s", err.text);
}

static const char *label(const struct ix_charts *charts, struct ix_chart_cell cell) {
    return ix_chart_label(charts, &arena, cell).data;
}

TestSuite(chart, .init = begin, .fini = end);

Test(chart, has_every_period_and_knows_which_are_not_known) {
    struct ix_charts charts;
    make_well("quarter,service,currency,cost", "cost",
              "[{\"quarter\":\"2024-Q4\",\"service\":\"A\",\"currency\":\"EUR\",\"cost\":\"1.5\"},"
              "{\"quarter\":\"2025-Q2\",\"service\":\"A\",\"currency\":\"EUR\",\"cost\":null},"
              "{\"quarter\":\"2025-Q2\",\"service\":\"B\",\"currency\":\"EUR\",\"cost\":\"0\"}]",
              &charts);
    const struct ix_chart *chart = &charts.items[0];
    cr_assert_eq(chart->period_count, 3);
    cr_expect(ix_sv_eq_cstr(chart->periods[1], "2025-Q1"), "%.*s", IX_SV_FMT(chart->periods[1]));
    cr_assert_eq(chart->series_count, 2);
    cr_expect_str_eq(label(&charts, chart->series[0].cells[0]), "1.50");
    cr_expect_str_eq(label(&charts, chart->series[0].cells[1]), "unknown");
    cr_expect_str_eq(label(&charts, chart->series[0].cells[2]), "unknown");
    cr_expect_str_eq(label(&charts, chart->series[1].cells[2]), "0.00");
}

Test(chart, keeps_currencies_apart_and_columns_of_amounts_out_of_names) {
    struct ix_charts charts;
    make_well(
        "service,currency,before,now,change", "change,before,now",
        "[{\"service\":\"A\",\"currency\":\"EUR\",\"before\":\"1\",\"now\":\"3\",\"change\":\"2\"},"
        "{\"service\":\"A\",\"currency\":\"USD\",\"before\":\"9\",\"now\":\"3\",\"change\":\"-6\"}"
        "]",
        &charts);
    cr_assert_eq(charts.count, 2);
    cr_expect_not(charts.has_time);
    cr_expect(ix_sv_eq_cstr(charts.items[1].unit, "USD"));
    cr_expect(ix_sv_eq_cstr(charts.items[1].series[0].name, "A"));
    cr_expect_str_eq(label(&charts, charts.items[1].series[0].total), "-6.00");
}

Test(chart, puts_the_small_series_together_to_the_last_digit) {
    struct ix_charts charts;
    struct ix_buf rows = {0};
    for (int i = 0; i < 40; i++) {
        ix_buf_printf(&rows, "%s{\"kind\":\"k%d\",\"count\":%d}", i ? "," : "[", i, 1000 - i);
    }
    ix_buf_add_cstr(&rows, "]");
    make_well("kind,count", "", ix_buf_cstr(&rows), &charts);
    const struct ix_chart *chart = &charts.items[0];
    cr_assert_eq(chart->series_count, IX_CHART_SERIES_MAX + 1);
    cr_expect(ix_sv_eq_cstr(chart->series[0].name, "k0"));
    cr_expect(ix_sv_eq_cstr(chart->series[IX_CHART_SERIES_MAX].name, "others (10)"));
    cr_expect_str_eq(label(&charts, chart->series[IX_CHART_SERIES_MAX].total), "9655");
    ix_buf_done(&rows);
}

Test(chart, is_refused_where_there_are_no_numbers_or_no_names) {
    struct ix_charts charts;
    struct ix_err err = {0};
    cr_expect_eq(make("name,id", "", "[{\"name\":\"a\",\"id\":\"i-1\"}]", &charts, &err),
                 IX_INVALID);
    cr_expect(strstr(err.text, "‘id’ is no column of numbers"), "%s", err.text);
    err = (struct ix_err){0};
    cr_expect_eq(make("count", "", "[{\"count\":1}]", &charts, &err), IX_INVALID);
    cr_expect(strstr(err.text, "needs a column of names"), "%s", err.text);
    err = (struct ix_err){0};
    cr_expect_eq(make("day,n", "", "[{\"day\":\"Monday\",\"n\":1}]", &charts, &err), IX_INVALID);
    cr_expect(strstr(err.text, "‘Monday’ is no day"), "%s", err.text);
}

Test(chart, of_a_thousand_years_of_days_is_too_long) {
    struct ix_charts charts;
    struct ix_err err = {0};
    cr_expect_eq(make("day,n", "",
                      "[{\"day\":\"1025-01-01\",\"n\":1},{\"day\":\"2025-01-01\",\"n\":1}]",
                      &charts, &err),
                 IX_LIMIT);
    cr_expect(strstr(err.text, "ask for longer ones"), "%s", err.text);
}

Test(chart, of_nothing_is_a_picture_that_says_so) {
    struct ix_charts charts;
    struct ix_buf svg = {0};
    make_well("month,currency,cost", "cost", "[]", &charts);
    ix_charts_write_svg(&svg, &charts, IX_SV("a <title>"), &arena);
    cr_expect(strstr(ix_buf_cstr(&svg), "nothing to draw"), "%s", ix_buf_cstr(&svg));
    cr_expect(strstr(ix_buf_cstr(&svg), "a &lt;title&gt;"), "%s", ix_buf_cstr(&svg));
    ix_buf_done(&svg);
}
