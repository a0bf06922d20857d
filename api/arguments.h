/* The parameters of a request, read by the route's table: from the path, the query part, and the
 * members of a JSON body. */
#ifndef IX_API_ARGUMENTS_H
#define IX_API_ARGUMENTS_H

#include "api/call.h"

/* Fills in call->arguments. `uid`: what stood in the path, encoded. IX_INVALID for what is unknown
 * (with a suggestion), given twice, malformed, or no UTF-8; IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_arguments_read(struct ix_call *call, struct ix_sv uid,
                                             struct ix_err *err);

#endif
