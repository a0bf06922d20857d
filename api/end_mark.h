/* What the end of a stream says: whether that was all, and of which state.
 *
 * NDJSON has it as its last line, which is a row for programs that do not know it. CSV has no such
 * place: there it is a field of HTTP beside the body (IX_API_TRAILER), behind it where the body
 * comes in chunks, else in front of it.
 *
 * Source: RFC 9110 section 6.5 (fields behind a body), RFC 9651 (the field: a Dictionary).
 */
#ifndef IX_API_END_MARK_H
#define IX_API_END_MARK_H

#include "api/api.h"
#include "base/json.h"

struct ix_end_mark {
    int64_t rows;
    bool consistent; /* all rows are of one generation */
    int64_t generation;
    const struct ix_json *tail; /* ix_answer_tail; NULL when the query did not come to its end */
    const struct ix_err *fault; /* why there is no more; its code is IX_OK when all is said */
};

/* {"end": true, "rows": 5, ...} and a line end. */
void ix_end_mark_line(struct ix_buf *out, const struct ix_end_mark *mark);
/* rows=5, complete, consistent, generation=7: a value of IX_API_TRAILER, of printing ASCII alone.
 */
void ix_end_mark_field(struct ix_buf *out, const struct ix_end_mark *mark);

#endif
