/* What the rows of the route table call: one function a route or a few that belong together. Each
 * fills in the response of the call, or gives an error that becomes a problem document. */
#ifndef IX_API_HANDLERS_H
#define IX_API_HANDLERS_H

#include "api/call.h"

IX_MUST_CHECK enum ix_code ix_api_search(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_resource(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_history(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_relations(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_sources(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_runs(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_types(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_fields(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_costs(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_ingest(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_complete(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_openapi(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_livez(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_readyz(struct ix_call *call, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_api_metrics(struct ix_call *call, struct ix_err *err);

#endif
