/* What query/plan.h promises to whoever reads a plan, checked on a plan. */
#ifndef IX_TESTS_QUERY_CONTRACT_H
#define IX_TESTS_QUERY_CONTRACT_H

#include "query/plan.h"

/* NULL when the plan keeps every promise, else the one it breaks. */
const char *broken_promise(const struct ix_plan *plan);

#endif
