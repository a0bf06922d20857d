/* Every time is a period. So `created:2025-03` is inside the month, `>2025-03` is after its last
 * moment and `>=2025-03` from its first, and rounding (`now/d`) falls out of the same rule. */
#include "query/when.h"

#include "base/time.h"
#include "query/unit.h"

static int64_t floor_to(int64_t value, int64_t step) {
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

static void day_of(const struct ix_when *when, int64_t ms, int64_t *ret_begin, int64_t *ret_end) {
    *ret_begin = floor_to(ms + when->zone_offset_ms, IX_DAY_MS) - when->zone_offset_ms;
    *ret_end = *ret_begin + IX_DAY_MS;
}

/* The month or year around `ms`. */
static void months_of(const struct ix_when *when, int64_t ms, int months, int64_t *ret_begin,
                      int64_t *ret_end) {
    struct ix_civil civil = ix_time_to_civil(ms + when->zone_offset_ms);
    int64_t begin = ix_time_from_civil(
        (struct ix_civil){.year = civil.year, .month = months == 12 ? 1 : civil.month, .day = 1});
    *ret_begin = begin - when->zone_offset_ms;
    *ret_end = ix_time_add_months(begin, months) - when->zone_offset_ms;
}

/* Weeks begin on Monday (ISO 8601); 1970-01-01 was a Thursday. */
static void week_of(const struct ix_when *when, int64_t ms, int64_t *ret_begin, int64_t *ret_end) {
    const int64_t week_ms = 7 * (int64_t)IX_DAY_MS, monday_ms = 4 * (int64_t)IX_DAY_MS;
    int64_t local = ms + when->zone_offset_ms - monday_ms;
    *ret_begin = floor_to(local, week_ms) + monday_ms - when->zone_offset_ms;
    *ret_end = *ret_begin + week_ms;
}

static void step_of(int64_t ms, int64_t step, int64_t *ret_begin, int64_t *ret_end) {
    *ret_begin = floor_to(ms, step);
    *ret_end = *ret_begin + step;
}

static bool round_down(const struct ix_when *when, struct ix_sv unit, int64_t ms,
                       int64_t *ret_begin, int64_t *ret_end) {
    if (ix_sv_eq_cstr(unit, "s")) {
        step_of(ms, IX_SECOND_MS, ret_begin, ret_end);
    } else if (ix_sv_eq_cstr(unit, "m")) {
        step_of(ms, IX_MINUTE_MS, ret_begin, ret_end);
    } else if (ix_sv_eq_cstr(unit, "h")) {
        step_of(ms, IX_HOUR_MS, ret_begin, ret_end);
    } else if (ix_sv_eq_cstr(unit, "d")) {
        day_of(when, ms, ret_begin, ret_end);
    } else if (ix_sv_eq_cstr(unit, "w")) {
        week_of(when, ms, ret_begin, ret_end);
    } else if (ix_sv_eq_cstr(unit, "mo")) {
        months_of(when, ms, 1, ret_begin, ret_end);
    } else if (ix_sv_eq_cstr(unit, "y")) {
        months_of(when, ms, 12, ret_begin, ret_end);
    } else {
        return false;
    }
    return true;
}

/* Behind `now`: any number of +7d and -1h, then perhaps /d. */
static bool now_with(const struct ix_when *when, struct ix_sv rest, int64_t *ret_begin,
                     int64_t *ret_end) {
    int64_t ms = when->now_ms;
    while (!ix_sv_empty(rest) && rest.data[0] != '/') {
        struct ix_duration duration;
        size_t size = 1;
        if (rest.data[0] != '+' && rest.data[0] != '-') {
            return false;
        }
        while (size < rest.size && !strchr("+-/", rest.data[size])) {
            size++;
        }
        if (!ix_duration_parse(ix_sv_sub(rest, 1, size), &duration)) {
            return false;
        }
        ms = ix_duration_add(ms, duration, rest.data[0] == '+' ? 1 : -1);
        rest = ix_sv_from(rest, size);
    }
    *ret_begin = ms;
    *ret_end = ms + 1;
    return ix_sv_empty(rest) || round_down(when, ix_sv_from(rest, 1), ms, ret_begin, ret_end);
}

static bool ago(const struct ix_when *when, struct ix_sv text, int64_t *ret_begin,
                int64_t *ret_end) {
    struct ix_duration duration;
    struct ix_sv inside = ix_sv_trim(ix_sv_sub(text, 4, text.size - 1));
    if (!ix_sv_ends(text, IX_SV(")")) || !ix_duration_parse(inside, &duration)) {
        return false;
    }
    *ret_begin = ix_duration_add(when->now_ms, duration, -1);
    *ret_end = *ret_begin + 1;
    return true;
}

/* A zone stands at the end of a time of day: Z, +02:00, -0130. */
static bool has_zone(struct ix_sv text) {
    const size_t date_size = sizeof "2025-03-04" - 1;
    struct ix_sv clock = ix_sv_from(text, date_size);
    return ix_sv_ends(clock, IX_SV("Z")) || ix_sv_ends(clock, IX_SV("z")) ||
           ix_sv_find_char(clock, '+') != IX_SV_NPOS || ix_sv_find_char(clock, '-') != IX_SV_NPOS;
}

bool ix_when_parse(const struct ix_when *when, struct ix_sv text, int64_t *ret_begin_ms,
                   int64_t *ret_end_ms) {
    if (ix_sv_starts_nocase(text, IX_SV("now"))) {
        return now_with(when, ix_sv_from(text, 3), ret_begin_ms, ret_end_ms);
    }
    if (ix_sv_starts_nocase(text, IX_SV("ago("))) {
        return ago(when, text, ret_begin_ms, ret_end_ms);
    }
    if (ix_sv_eq_nocase(text, IX_SV("today"))) {
        day_of(when, when->now_ms, ret_begin_ms, ret_end_ms);
        return true;
    }
    if (ix_sv_eq_nocase(text, IX_SV("yesterday"))) {
        day_of(when, when->now_ms - IX_DAY_MS, ret_begin_ms, ret_end_ms);
        return true;
    }
    if (!ix_time_parse_period(text, ret_begin_ms, ret_end_ms)) {
        return false;
    }
    if (!has_zone(text)) {
        *ret_begin_ms -= when->zone_offset_ms;
        *ret_end_ms -= when->zone_offset_ms;
    }
    return true;
}

bool ix_when_moves(struct ix_sv text) {
    return ix_sv_starts_nocase(text, IX_SV("now")) || ix_sv_starts_nocase(text, IX_SV("ago(")) ||
           ix_sv_eq_nocase(text, IX_SV("today")) || ix_sv_eq_nocase(text, IX_SV("yesterday"));
}
