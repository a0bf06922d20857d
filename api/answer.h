/* Running a call's query: the settings that pages and streams share. */
#ifndef IX_API_ANSWER_H
#define IX_API_ANSWER_H

#include "api/call.h"
#include "query/format.h"
#include "query/run.h"

/* With what the parameters say but the limit. */
struct ix_run_query_settings
ix_answer_settings(const struct ix_api *api, const struct ix_arguments *arguments, int64_t now_ms);

/* The columns of the answer's rows (the usual ones of resources); their names are in `arena`. */
IX_MUST_CHECK enum ix_code ix_answer_columns(const struct ix_answer *answer, struct ix_arena *arena,
                                             struct ix_format_columns *ret_columns,
                                             struct ix_err *err);

#endif
