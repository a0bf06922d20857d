/* Units, durations and time expressions. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/time.h"
#include "query/number.h"
#include "query/unit.h"
#include "query/when.h"

#define NOW_MS INT64_C(1742040000000) /* 2025-03-15T12:00:00Z, a Saturday */

static void quantity_is(const char *text, double number, const char *unit) {
    struct ix_quantity quantity;
    cr_assert(ix_quantity_parse(ix_sv_cstr(text), &quantity), "%s", text);
    cr_expect(fabs(quantity.number - number) < 1e-12 && ix_sv_eq_cstr(quantity.unit, unit),
              "%s: %g ‘%.*s’", text, quantity.number, IX_SV_FMT(quantity.unit));
}

Test(values, numbers_are_split_from_their_units) {
    quantity_is("100GiB", 100, "GiB");
    quantity_is("-1.5e3", -1500, "");
    quantity_is("2e", 2, "e");
    quantity_is("3.", 3, ".");
    quantity_is("$20", 20, "$");
    quantity_is("€0.5", 0.5, "€");
    quantity_is("80%", 80, "%");
    struct ix_quantity quantity;
    static const char *const bad[] = {"", "-", "x1", "$", "$5x", "GiB", ".5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_not(ix_quantity_parse(ix_sv_cstr(bad[i]), &quantity), "%s", bad[i]);
    }
}

Test(values, bytes_have_decimal_and_binary_units) {
    cr_expect_eq(ix_unit_bytes(IX_SV("KB")), 1000);
    cr_expect_eq(ix_unit_bytes(IX_SV("KiB")), 1024);
    cr_expect_eq(ix_unit_bytes(IX_SV("Gi")), 1073741824.0);
    cr_expect_eq(ix_unit_bytes(IX_SV("gib")), 1073741824.0);
    cr_expect_eq(ix_unit_bytes(IX_SV("")), 1);
    cr_expect_eq(ix_unit_bytes(IX_SV("m")), 0);
}

Test(values, durations_keep_months_apart) {
    struct ix_duration duration;
    cr_assert(ix_duration_parse(IX_SV("1.5h"), &duration));
    cr_expect_eq(duration.ms, 90 * (int64_t)IX_MINUTE_MS);
    cr_assert(ix_duration_parse(IX_SV("2y"), &duration));
    cr_expect_eq(duration.months, 24);
    cr_expect_eq(duration.ms, 0);
    static const char *const bad[] = {"", "5", "5x", "-1d", "0.5mo", "99999y", "1e300d", "d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_not(ix_duration_parse(ix_sv_cstr(bad[i]), &duration), "%s", bad[i]);
    }
}

Test(values, a_duration_stays_inside_the_calendar) {
    struct ix_duration duration;
    cr_assert(ix_duration_parse(IX_SV("1000y"), &duration));
    int64_t far = NOW_MS;
    for (int i = 0; i < 20; i++) {
        far = ix_duration_add(far, duration, -1);
    }
    cr_expect_eq(ix_time_to_civil(far).year, 1);
    for (int i = 0; i < 20; i++) {
        far = ix_duration_add(far, duration, 1);
    }
    cr_expect_eq(ix_time_to_civil(far).year, 9999);
}

static void period_is(struct ix_when when, const char *text, const char *begin, const char *end) {
    int64_t from = 0, to = 0, want_from = 0, want_to = 0;
    cr_assert(ix_time_parse(ix_sv_cstr(begin), &want_from));
    cr_assert(ix_time_parse(ix_sv_cstr(end), &want_to));
    cr_assert(ix_when_parse(&when, ix_sv_cstr(text), &from, &to), "%s", text);
    char a[IX_TIME_TEXT_SIZE], b[IX_TIME_TEXT_SIZE];
    struct ix_sv x = ix_time_format(from, a), y = ix_time_format(to, b);
    cr_expect(from == want_from && to == want_to, "%s: %.*s to %.*s", text, IX_SV_FMT(x),
              IX_SV_FMT(y));
}

Test(values, times_are_periods) {
    struct ix_when when = {.now_ms = NOW_MS};
    period_is(when, "2025-03", "2025-03-01", "2025-04-01");
    period_is(when, "2025-03-04", "2025-03-04", "2025-03-05");
    period_is(when, "2024", "2024-01-01", "2025-01-01");
    period_is(when, "now", "2025-03-15T12:00:00Z", "2025-03-15T12:00:00.001Z");
    period_is(when, "now-7d", "2025-03-08T12:00:00Z", "2025-03-08T12:00:00.001Z");
    period_is(when, "now-1mo+2h", "2025-02-15T14:00:00Z", "2025-02-15T14:00:00.001Z");
    period_is(when, "now-1d/d", "2025-03-14", "2025-03-15");
    period_is(when, "now/w", "2025-03-10", "2025-03-17");
    period_is(when, "now/mo", "2025-03-01", "2025-04-01");
    period_is(when, "now/y", "2025-01-01", "2026-01-01");
    period_is(when, "now/h", "2025-03-15T12:00:00Z", "2025-03-15T13:00:00Z");
    period_is(when, "ago(36h)", "2025-03-14T00:00:00Z", "2025-03-14T00:00:00.001Z");
    period_is(when, "today", "2025-03-15", "2025-03-16");
    period_is(when, "YESTERDAY", "2025-03-14", "2025-03-15");
}

Test(values, a_zone_moves_what_is_written_without_one) {
    struct ix_when when = {.now_ms = NOW_MS, .zone_offset_ms = 2 * (int64_t)IX_HOUR_MS};
    period_is(when, "2025-03-04", "2025-03-03T22:00:00Z", "2025-03-04T22:00:00Z");
    period_is(when, "today", "2025-03-14T22:00:00Z", "2025-03-15T22:00:00Z");
    period_is(when, "now-7d", "2025-03-08T12:00:00Z", "2025-03-08T12:00:00.001Z");
    period_is(when, "2025-03-04T05:06:07Z", "2025-03-04T05:06:07Z", "2025-03-04T05:06:08Z");
}

Test(values, what_is_no_time_is_refused) {
    struct ix_when when = {.now_ms = NOW_MS};
    static const char *const bad[] = {"",      "soon",    "now-",    "now7d",   "now-7",
                                      "now/x", "ago(7d",  "ago()",   "2025-13", "-7d",
                                      "now/",  "nowhere", "now-7d/", "ago(x)",  "2025-1-1"};
    int64_t begin, end;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_not(ix_when_parse(&when, ix_sv_cstr(bad[i]), &begin, &end), "%s", bad[i]);
    }
}

Test(values, numbers_are_ordered_to_their_last_digit) {
    static const char *const rising[] = {"-1e400",
                                         "-9007199254740993",
                                         "-9007199254740992",
                                         "-0.10000000000000000001",
                                         "-0.1",
                                         "-1e-400",
                                         "0",
                                         "1E-400",
                                         "0.1",
                                         "0.1000000000000001",
                                         "1",
                                         "9.99",
                                         "10",
                                         "99.5",
                                         "9007199254740992",
                                         "9007199254740992.5",
                                         "9007199254740993",
                                         "1e16",
                                         "1.0000000000000001e16",
                                         "1e400"};
    enum { COUNT = sizeof rising / sizeof rising[0] };
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < COUNT; k++) {
            cr_expect_eq(ix_number_cmp(ix_sv_cstr(rising[i]), ix_sv_cstr(rising[k])),
                         (i > k) - (i < k), "%s and %s", rising[i], rising[k]);
        }
    }
    static const char *const equal[] = {"100", "1e2", "100.00", "1.00E+02", "0.1e3", "10000e-2"};
    for (size_t i = 0; i < sizeof equal / sizeof equal[0]; i++) {
        cr_expect_eq(ix_number_cmp(ix_sv_cstr(equal[i]), IX_SV("100")), 0, "%s", equal[i]);
    }
    cr_expect_eq(ix_number_cmp(IX_SV("-0.0"), IX_SV("0e5")), 0);
    cr_expect(ix_number_is_short(IX_SV("123456789012345")));
    cr_expect_not(ix_number_is_short(IX_SV("1234567890123456")));
}
