/* What a day is expected to cost, from the days before it.
 *
 * Of the last twelve weeks: the trend is the line through the weeks' medians after Theil (1950) and
 * Sen (1968), each weekday has the median of what its days lie beside it, and the spread is the
 * median absolute deviation of what is left, times 1.4826 (Rousseeuw and Croux 1993), widened for
 * how few days each median is of. Medians are not moved by the few odd days that are looked for.
 */
#ifndef IX_QUERY_COST_BASELINE_H
#define IX_QUERY_COST_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

enum { IX_BASELINE_WEEK = 7, IX_BASELINE_WEEKS = 12, IX_BASELINE_WEEKS_MIN = 4 };

struct ix_baseline {
    double level, slope;              /* at the first day after those it was made of; a day */
    double weekday[IX_BASELINE_WEEK]; /* of that day, the next, ... */
    double spread;                    /* as a standard deviation, for one day */
};

/* Of values[begin..end), without those that are `skip`ped (NULL: none). False: fewer than four
 * weeks in which most days count. */
bool ix_baseline_fit(const double *values, const bool *skip, size_t begin, size_t end,
                     struct ix_baseline *ret_baseline);
/* Moves the level to that of the last two weeks of the same values when it changed meanwhile: when
 * their median lies more than a spread beside what was expected. For looking ahead. */
void ix_baseline_follow(struct ix_baseline *baseline, const double *values, size_t begin,
                        size_t end);
/* Of the day so many after the first one. The trend fades with the distance, by 1 % a day. */
double ix_baseline_expected(const struct ix_baseline *baseline, size_t ahead);

#endif
