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

/* Values at a path; `open`: arrays at its end stand for their elements. */
size_t naive_reach(const struct ix_path *path, const struct ix_json *from, bool open,
                   const struct ix_json **nodes, size_t room);
/* COMPARE of a thing, or of an element (`thing` NULL). */
bool naive_compare_holds(const struct naive_world *world, const struct ix_pred *pred,
                         const struct ix_resource *thing, const struct ix_json *node);

#endif
