/* An error drawn under the query: the line at fault, carets below the bytes, the message.
 *
 *   regoin:us-east-1
 *   ^^^^^^
 *   unknown field ‘regoin’ (column 1); did you mean ‘region’?
 */
#ifndef IX_QUERY_CARET_H
#define IX_QUERY_CARET_H

#include "base/buf.h"

/* Appends the drawing, each line ended. Without a place in `err` only the message. A long line is
 * shown around the place. */
void ix_caret_print(struct ix_buf *buf, struct ix_sv text, const struct ix_err *err);

#endif
