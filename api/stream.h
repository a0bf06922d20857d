/* Answers of any length, as NDJSON or CSV, made piece by piece. */
#ifndef IX_API_STREAM_H
#define IX_API_STREAM_H

#include "api/call.h"

/* Answers the search of the call in call->media, from the first piece, which tells whether there is
 * an answer at all. When that is the whole of it, the response has a body, else a stream. */
IX_MUST_CHECK enum ix_code ix_stream_answer(struct ix_call *call, struct ix_err *err);

void ix_api_stream_close(struct ix_api_stream *stream); /* takes NULL */

#endif
