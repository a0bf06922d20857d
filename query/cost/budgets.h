/* Budgets as people write them (docs/COSTS.md, Budgets): YAML with a list of `budgets`. */
#ifndef IX_QUERY_COST_BUDGETS_H
#define IX_QUERY_COST_BUDGETS_H

#include "indexer/warehouse/cost.h"

enum { IX_COST_BUDGETS_MAX = 1000 };

struct ix_cost_budget {
    struct ix_sv name;
    struct ix_money amount;
    struct ix_sv currency;             /* three capitals */
    enum ix_cost_grain per;            /* MONTH, QUARTER or YEAR */
    struct ix_sv where, query, metric; /* empty: all lines, effective */
    int64_t line;                      /* of the file, for errors */
};

struct ix_cost_budgets {
    struct ix_cost_budget *items;
    size_t count;
};

/* Everything is of the arena. IX_INVALID names the line of `name` and what to do. */
IX_MUST_CHECK enum ix_code ix_cost_budgets_read(struct ix_sv text, struct ix_sv name,
                                                struct ix_arena *arena,
                                                struct ix_cost_budgets *ret_budgets,
                                                struct ix_err *err);

#endif
