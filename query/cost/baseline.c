#include "query/cost/baseline.h"

#include <math.h>
#include <stdlib.h>

enum { WEEK = IX_BASELINE_WEEK, WEEKS = IX_BASELINE_WEEKS, DAYS = WEEK * WEEKS };
enum { WEEK_DAYS_MIN = WEEK / 2 + 1 };

static const double mad_to_deviation = 1.4826;
static const double spread_least = 0.02; /* of the level: a perfectly even series is not certain */
static const double fading = 0.99;       /* of the trend, a day */

static int by_value(const void *a, const void *b) {
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* Sorts them. */
static double median(double *values, size_t count) {
    if (count == 0) {
        return 0;
    }
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The days that count, newest first, and how many days before `end` each of them is. */
struct days {
    double value[DAYS];
    double at[DAYS];
    int before[DAYS];
    size_t count;
};

static void take_days(const double *values, const bool *skip, size_t begin, size_t end,
                      struct days *days) {
    days->count = 0;
    for (size_t back = 1; back <= DAYS && back <= end - begin; back++) {
        const size_t i = end - back;
        if (!skip || !skip[i]) {
            days->value[days->count] = values[i];
            days->at[days->count] = -(double)back;
            days->before[days->count++] = (int)back;
        }
    }
}

/* The medians of the weeks of which most days count, and their middles. */
static size_t take_weeks(const struct days *days, double *medians, double *middles) {
    size_t weeks = 0;
    size_t i = 0;
    for (int week = 0; week < WEEKS; week++) {
        double values[WEEK];
        size_t count = 0;
        for (; i < days->count && days->before[i] <= (week + 1) * WEEK; i++) {
            values[count++] = days->value[i];
        }
        if (count >= WEEK_DAYS_MIN) {
            middles[weeks] = -(double)(week * WEEK) - (WEEK + 1) / 2.0;
            medians[weeks++] = median(values, count);
        }
    }
    return weeks;
}

static void fit_line(const double *medians, const double *middles, size_t weeks,
                     struct ix_baseline *ret) {
    double values[WEEKS * WEEKS];
    size_t count = 0;
    for (size_t i = 0; i < weeks; i++) {
        for (size_t k = i + 1; k < weeks; k++) {
            values[count++] = (medians[i] - medians[k]) / (middles[i] - middles[k]);
        }
    }
    ret->slope = median(values, count);
    for (count = 0; count < weeks; count++) {
        values[count] = medians[count] - ret->slope * middles[count];
    }
    ret->level = median(values, count);
}

/* The weekday, counted from the first day after. */
static size_t weekday_of(int before) {
    return (size_t)((WEEK - before % WEEK) % WEEK);
}

static void fit_weekdays(struct days *days, struct ix_baseline *ret) {
    for (size_t i = 0; i < days->count; i++) {
        days->value[i] -= ret->level + ret->slope * days->at[i];
    }
    for (size_t weekday = 0; weekday < WEEK; weekday++) {
        double values[WEEKS];
        size_t count = 0;
        for (size_t i = 0; i < days->count; i++) {
            if (weekday_of(days->before[i]) == weekday) {
                values[count++] = days->value[i];
            }
        }
        ret->weekday[weekday] = count > 1 ? median(values, count) : 0;
    }
}

/* A day to come lies further off than the days that a median of `n` was taken of: the variance of a
 * median is pi / 2n of theirs, which it adds to the one and takes from the others. */
static double widening(double n) {
    const double of_median = M_PI / 2 / n;
    return sqrt((1 + of_median) / (1 - of_median));
}

bool ix_baseline_fit(const double *values, const bool *skip, size_t begin, size_t end,
                     struct ix_baseline *ret) {
    struct days days;
    double medians[WEEKS];
    double middles[WEEKS];
    take_days(values, skip, begin, end, &days);
    const size_t weeks = take_weeks(&days, medians, middles);
    if (weeks < IX_BASELINE_WEEKS_MIN) {
        return false;
    }
    fit_line(medians, middles, weeks, ret);
    fit_weekdays(&days, ret);
    for (size_t i = 0; i < days.count; i++) {
        days.value[i] = fabs(days.value[i] - ret->weekday[weekday_of(days.before[i])]);
    }
    ret->spread =
        mad_to_deviation * median(days.value, days.count) * widening((double)days.count / WEEK);
    ret->spread = fmax(ret->spread, spread_least * fabs(ret->level));
    return true;
}

void ix_baseline_follow(struct ix_baseline *baseline, const double *values, size_t begin,
                        size_t end) {
    double beside[2 * WEEK];
    size_t count = 0;
    for (size_t back = 1; back <= sizeof beside / sizeof *beside && back <= end - begin; back++) {
        beside[count++] = values[end - back] - baseline->level + baseline->slope * (double)back -
                          baseline->weekday[weekday_of((int)back)];
    }
    const double moved = median(beside, count);
    if (fabs(moved) > baseline->spread) {
        baseline->level += moved;
        baseline->slope = 0; /* it was that of another level */
    }
}

double ix_baseline_expected(const struct ix_baseline *baseline, size_t ahead) {
    double trend = baseline->slope * (1 - pow(fading, (double)ahead)) / (1 - fading);
    return baseline->level + trend + baseline->weekday[ahead % WEEK];
}
