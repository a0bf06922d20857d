/* Rules of allocation as people write them (docs/COSTS.md, Allocation): YAML with a `dimension` and
 * `rules`, of which the first that takes a line has it. */
#ifndef IX_QUERY_COST_RULES_H
#define IX_QUERY_COST_RULES_H

#include "base/arena.h"
#include "base/money.h"

enum {
    IX_COST_RULES_MAX = 1000,
    IX_COST_TARGETS_MAX = 1000,
};

enum ix_cost_manner {
    IX_COST_DIRECT,        /* all of it to one target */
    IX_COST_EVENLY,        /* the same to each */
    IX_COST_BY_WEIGHTS,    /* as the rule says */
    IX_COST_IN_PROPORTION, /* to what the direct rules gave each */
};

struct ix_cost_part {
    size_t target;
    struct ix_money weight; /* of IX_COST_BY_WEIGHTS and IX_COST_EVENLY */
};

struct ix_cost_rule {
    struct ix_sv name;         /* as given, or "rule 3" */
    struct ix_sv where, query; /* both must hold; empty: nothing to hold */
    int64_t line;
    enum ix_cost_manner manner;
    const struct ix_cost_part *parts; /* one when direct */
    size_t part_count;
};

struct ix_cost_rules {
    struct ix_sv dimension;
    struct ix_sv *targets;
    size_t target_count;
    struct ix_cost_rule *rules;
    size_t rule_count;
};

/* What no rule takes goes to this target. */
#define IX_COST_UNALLOCATED "unallocated"

/* The rules are of the arena. IX_INVALID names the line of `name` and what to do. */
IX_MUST_CHECK enum ix_code ix_cost_rules_read(struct ix_sv text, struct ix_sv name,
                                              struct ix_arena *arena,
                                              struct ix_cost_rules *ret_rules, struct ix_err *err);

#endif
