/* What a month will cost, asked for like sums: for the field `cost.forecast` of queries. */
#ifndef IX_QUERY_COST_EXPECTED_H
#define IX_QUERY_COST_EXPECTED_H

#include "indexer/warehouse/cost.h"

/* Answers the question with what each combination of its dimensions will cost in the month, by the
 * method of query/cost/outlook.h, in two decimals; what has too few days has no row. The question
 * begins before the month and ends where nothing more is known; *ret_known_ms is the day from which
 * on it is a forecast. IX_LIMIT when there are too many combinations. */
IX_MUST_CHECK enum ix_code ix_cost_expected(struct ix_warehouse *warehouse,
                                            const struct ix_cost_question *question,
                                            int64_t month_ms, struct ix_arena *arena,
                                            struct ix_cost_answer *ret_answer,
                                            int64_t *ret_known_ms, struct ix_err *err);

#endif
