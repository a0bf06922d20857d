/* "did you mean": the nearest of some words. */
#ifndef IX_QUERY_SUGGEST_H
#define IX_QUERY_SUGGEST_H

#include "base/sv.h"

struct ix_suggest {
    struct ix_sv wanted, best;
    uint64_t letters; /* of `wanted`, a bit for each */
    size_t distance;
};

/* About a quarter of the letters may differ, three at most. */
void ix_suggest_init(struct ix_suggest *suggest, struct ix_sv wanted);
/* Each of the words in `words` (separated by spaces) is looked at. */
void ix_suggest_add(struct ix_suggest *suggest, const char *words);

/* Every name and alias of query/field.def, and the classes of tags. */
void ix_suggest_add_fields(struct ix_suggest *suggest);

enum { IX_SUGGEST_HINT_SIZE = 128 };
/* "; did you mean ‘region’?" into `hint`, or `otherwise` when nothing is near. */
const char *ix_suggest_hint(const struct ix_suggest *suggest, char hint[IX_SUGGEST_HINT_SIZE],
                            const char *otherwise);

/* The word that such a hint in `message` suggests; empty when there is none. */
struct ix_sv ix_suggest_hinted(struct ix_sv message);

#endif
