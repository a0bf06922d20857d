/* Time expressions: 2025-03, 2025-03-04T05:06Z, now-7d, now-1d/d, ago(7d), today, yesterday. */
#ifndef IX_QUERY_WHEN_H
#define IX_QUERY_WHEN_H

#include "base/sv.h"

struct ix_when {
    int64_t now_ms;
    int64_t zone_offset_ms; /* of what is written without a zone */
};

/* The period [begin, end) that the text names: a day, a month, or one millisecond for an instant.
 * `now-1d/d` is the whole day. False when the text is no time. */
bool ix_when_parse(const struct ix_when *when, struct ix_sv text, int64_t *ret_begin_ms,
                   int64_t *ret_end_ms);

/* True when what the text names moves on with the clock: now-7d, today. */
bool ix_when_moves(struct ix_sv text);

#endif
