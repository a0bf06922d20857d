/* How much of all cost a report is about: for reports of some of the lines. */
#ifndef IX_QUERY_COST_COVERS_H
#define IX_QUERY_COST_COVERS_H

#include "query/cost/making.h"

/* Adds to the report's meta "covers": [{"currency", "of", "percent"}], what its totals are beside
 * those of all lines of the same metric, basis and span. Nothing where the report is of all, or
 * what is beside it cannot be converted. */
IX_MUST_CHECK enum ix_code ix_cost_covers(struct ix_cost_making *making,
                                          struct ix_cost_report *report);

#endif
