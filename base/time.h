/* Times: milliseconds since 1970-01-01T00:00:00Z as int64, UTC throughout.
 *
 * Reads ISO 8601 / RFC 3339 as the tools write it ("2025-03-04", "2025-03-04T05:06:07.123456Z",
 * "+02:00", a space for the T, no zone = UTC). The proleptic Gregorian calendar; years 1 to 9999.
 */
#ifndef IX_BASE_TIME_H
#define IX_BASE_TIME_H

#include "base/arena.h"

#define IX_TIME_UNKNOWN INT64_MIN

enum {
    IX_SECOND_MS = 1000,
    IX_MINUTE_MS = 60 * IX_SECOND_MS,
    IX_HOUR_MS = 60 * IX_MINUTE_MS,
    IX_DAY_MS = 24 * IX_HOUR_MS,
};

struct ix_civil { /* a calendar time, UTC */
    int year, month, day, hour, minute, second, millisecond;
};

int64_t ix_time_now_ms(void); /* programs call it and pass the time down; parts do not */
/* A full instant or a date alone; false when the text is neither. */
bool ix_time_parse(struct ix_sv text, int64_t *ret_ms);
/* A period as written: "2025", "2025-03", "2025-03-04", or an instant (a period of 1 ms up to what
 * was written: "T05:06" is a minute). Half-open [begin, end). */
bool ix_time_parse_period(struct ix_sv text, int64_t *ret_begin_ms, int64_t *ret_end_ms);
int64_t ix_time_from_civil(struct ix_civil civil);
struct ix_civil ix_time_to_civil(int64_t ms);
/* Adds calendar months, the day clamped to the month's length. */
int64_t ix_time_add_months(int64_t ms, int months);

enum { IX_TIME_TEXT_SIZE = 32 };
/* "2025-03-04T05:06:07Z", with ".123" only when there are milliseconds. */
struct ix_sv ix_time_format(int64_t ms, char text[IX_TIME_TEXT_SIZE]);

#endif
