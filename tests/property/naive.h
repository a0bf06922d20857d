/* A second opinion on what a plan finds: every thing in memory is looked at, one after another, by
 * the plain words of query/plan.h. It shares nothing with the engine but the plan, the definition
 * of words and the JSON trees. */
#ifndef IX_TESTS_PROPERTY_NAIVE_H
#define IX_TESTS_PROPERTY_NAIVE_H

#include "query/plan.h"

enum { NAIVE_TAGS_MAX = 4 };

struct naive_thing {
    struct ix_resource resource; /* as it was indexed */
    struct ix_tag tags[NAIVE_TAGS_MAX];
    bool deleted;
};

struct naive_edge {
    size_t from, to;
    struct ix_sv type;
};

struct naive_world {
    struct naive_thing *things;
    size_t count;
    struct naive_edge *edges;
    size_t edge_count;
    struct ix_arena *arena;
};

/* found[i]: thing i is in the answer. Understands WHERE and HOP; returns false for other stages. */
bool naive_find(const struct naive_world *world, const struct ix_plan *plan, bool *found);

#endif
