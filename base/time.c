/* Calendar arithmetic by days since the epoch (the proleptic Gregorian calendar), and a reader for
 * the ways in which tools write ISO 8601. No time zone database: offsets only. */
#include "base/time.h"

#include <stdio.h>
#include <time.h>

int64_t ix_time_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * IX_SECOND_MS + now.tv_nsec / 1000000;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

enum { DAYS_IN_400_YEARS = 146097, EPOCH_FROM_YEAR_0 = 719468 };

/* Years begin in March here, so that the leap day is the last one of a year. */
static int64_t days_from_civil(int year, int month, int day) {
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_IN_400_YEARS + day_of_era - EPOCH_FROM_YEAR_0;
}

int64_t ix_time_from_civil(struct ix_civil c) {
    return days_from_civil(c.year, c.month, c.day) * IX_DAY_MS + (int64_t)c.hour * IX_HOUR_MS +
           (int64_t)c.minute * IX_MINUTE_MS + (int64_t)c.second * IX_SECOND_MS + c.millisecond;
}

struct ix_civil ix_time_to_civil(int64_t ms) {
    int64_t day = ms / IX_DAY_MS - (ms % IX_DAY_MS < 0);
    int64_t rest = ms - day * IX_DAY_MS;
    int64_t z = day + EPOCH_FROM_YEAR_0;
    int64_t era = (z >= 0 ? z : z - (DAYS_IN_400_YEARS - 1)) / DAYS_IN_400_YEARS;
    int64_t day_of_era = z - era * DAYS_IN_400_YEARS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / (DAYS_IN_400_YEARS - 1)) /
                          365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * day_of_year + 2) / 153;
    int month = (int)(m < 10 ? m + 3 : m - 9);
    return (struct ix_civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * m + 2) / 5 + 1),
        .hour = (int)(rest / IX_HOUR_MS),
        .minute = (int)(rest / IX_MINUTE_MS % 60),
        .second = (int)(rest / IX_SECOND_MS % 60),
        .millisecond = (int)(rest % IX_SECOND_MS),
    };
}

int64_t ix_time_add_months(int64_t ms, int months) {
    struct ix_civil c = ix_time_to_civil(ms);
    int total = c.year * 12 + c.month - 1 + months;
    c.year = total / 12;
    c.month = total % 12 + 1;
    int longest = days_in_month(c.year, c.month);
    c.day = c.day > longest ? longest : c.day;
    return ix_time_from_civil(c);
}

/* ---- reading ---- */

struct reader {
    struct ix_sv text;
    size_t at;
};

static bool read_digits(struct reader *r, size_t count, int *ret_value) {
    int value = 0;
    for (size_t i = 0; i < count; i++, r->at++) {
        if (r->at == r->text.size || r->text.data[r->at] < '0' || r->text.data[r->at] > '9') {
            return false;
        }
        value = value * 10 + (r->text.data[r->at] - '0');
    }
    *ret_value = value;
    return true;
}

static bool accept(struct reader *r, char c) {
    bool here = r->at < r->text.size && r->text.data[r->at] == c;
    r->at += here;
    return here;
}

static bool at_end(const struct reader *r) {
    return r->at == r->text.size;
}

/* The fraction of a second: any number of digits, cut to milliseconds. */
static bool read_fraction(struct reader *r, int *ret_millisecond) {
    int scale = 100;
    size_t from = r->at;
    *ret_millisecond = 0;
    for (int digit; read_digits(r, 1, &digit); scale /= 10) {
        *ret_millisecond += digit * scale;
    }
    return r->at > from;
}

/* "", "Z", "+02", "+0200", "+02:00"; a space in front is let pass. */
static bool read_zone(struct reader *r, int64_t *ret_offset_ms) {
    int hours = 0;
    int minutes = 0;
    *ret_offset_ms = 0;
    accept(r, ' ');
    if (accept(r, 'Z') || accept(r, 'z') || at_end(r)) {
        return true;
    }
    if (ix_sv_eq(ix_sv_from(r->text, r->at), IX_SV("UTC"))) {
        r->at += 3;
        return true;
    }
    bool west = accept(r, '-');
    if ((!west && !accept(r, '+')) || !read_digits(r, 2, &hours)) {
        return false;
    }
    accept(r, ':');
    if (!at_end(r) && !read_digits(r, 2, &minutes)) {
        return false;
    }
    *ret_offset_ms = (west ? -1 : 1) * ((int64_t)hours * IX_HOUR_MS + minutes * IX_MINUTE_MS);
    return hours < 24 && minutes < 60;
}

/* What was written, down to which unit. */
enum grain { YEAR, MONTH, DAY, MINUTE, SECOND, MILLISECOND };

static bool read_date(struct reader *r, struct ix_civil *c, enum grain *grain) {
    *c = (struct ix_civil){.month = 1, .day = 1};
    *grain = YEAR;
    if (!read_digits(r, 4, &c->year)) {
        return false;
    }
    if (accept(r, '-')) {
        *grain = MONTH;
        if (!read_digits(r, 2, &c->month)) {
            return false;
        }
    }
    if (*grain == MONTH && accept(r, '-')) {
        *grain = DAY;
        if (!read_digits(r, 2, &c->day)) {
            return false;
        }
    }
    return c->year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= days_in_month(c->year, c->month);
}

static bool read_clock(struct reader *r, struct ix_civil *c, enum grain *grain) {
    *grain = MINUTE;
    if (!read_digits(r, 2, &c->hour) || !accept(r, ':') || !read_digits(r, 2, &c->minute)) {
        return false;
    }
    if (accept(r, ':')) {
        *grain = SECOND;
        if (!read_digits(r, 2, &c->second)) {
            return false;
        }
        if (accept(r, '.') || accept(r, ',')) {
            *grain = MILLISECOND;
            if (!read_fraction(r, &c->millisecond)) {
                return false;
            }
        }
    }
    /* 60 is a leap second: the next second, as POSIX counts */
    return c->hour < 24 && c->minute < 60 && c->second <= 60;
}

static bool parse(struct ix_sv text, int64_t *ret_ms, enum grain *grain) {
    struct reader r = {.text = ix_sv_trim(text)};
    struct ix_civil c;
    int64_t offset_ms = 0;
    if (!read_date(&r, &c, grain)) {
        return false;
    }
    if (*grain == DAY && (accept(&r, 'T') || accept(&r, 't') || accept(&r, ' '))) {
        if (!read_clock(&r, &c, grain) || !read_zone(&r, &offset_ms)) {
            return false;
        }
    }
    *ret_ms = ix_time_from_civil(c) - offset_ms;
    return at_end(&r);
}

bool ix_time_parse(struct ix_sv text, int64_t *ret_ms) {
    enum grain grain;
    int64_t ms;
    if (!parse(text, &ms, &grain) || grain < DAY) {
        return false;
    }
    *ret_ms = ms;
    return true;
}

bool ix_time_parse_period(struct ix_sv text, int64_t *ret_begin_ms, int64_t *ret_end_ms) {
    static const int64_t lengths[] = {
        [DAY] = IX_DAY_MS,
        [MINUTE] = IX_MINUTE_MS,
        [SECOND] = IX_SECOND_MS,
        [MILLISECOND] = 1,
    };
    enum grain grain;
    int64_t ms;
    if (!parse(text, &ms, &grain)) {
        return false;
    }
    *ret_begin_ms = ms;
    *ret_end_ms =
        grain <= MONTH ? ix_time_add_months(ms, grain == YEAR ? 12 : 1) : ms + lengths[grain];
    return true;
}

static char *add_digits(char *to, int number, int digits) {
    for (int i = digits; i-- > 0; number /= 10) {
        to[i] = (char)('0' + number % 10);
    }
    return to + digits;
}

/* As below, of years that have four digits: every answer has several for each resource. */
static struct ix_sv format_usual(const struct ix_civil *c, char text[IX_TIME_TEXT_SIZE]) {
    static const char separators[] = "--T::";
    const int parts[] = {c->month, c->day, c->hour, c->minute, c->second};
    char *end = add_digits(text, c->year, 4);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *end++ = separators[i];
        end = add_digits(end, parts[i], 2);
    }
    if (c->millisecond) {
        *end++ = '.';
        end = add_digits(end, c->millisecond, 3);
    }
    *end++ = 'Z';
    *end = '\0';
    return ix_sv_of(text, (size_t)(end - text));
}

struct ix_sv ix_time_format(int64_t ms, char text[IX_TIME_TEXT_SIZE]) {
    struct ix_civil c = ix_time_to_civil(ms);
    if (c.year >= 0 && c.year <= 9999) {
        return format_usual(&c, text);
    }
    int size = snprintf(text, IX_TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month,
                        c.day, c.hour, c.minute, c.second);
    size_t used = (size_t)size < IX_TIME_TEXT_SIZE ? (size_t)size : IX_TIME_TEXT_SIZE - 1;
    int rest = snprintf(text + used, IX_TIME_TEXT_SIZE - used, c.millisecond ? ".%03dZ" : "Z",
                        c.millisecond);
    return ix_sv_of(text, used + (size_t)rest);
}
