/* JSON kept inside a text (policies, container definitions) becomes a structure, so that its parts
 * can be searched and its secrets found by their names. */
#ifndef IX_INDEXER_NORMALISE_UNFOLD_H
#define IX_INDEXER_NORMALISE_UNFOLD_H

#include "base/json.h"

/* In place. A text that is no JSON object or array, or too large or deep, stays a text. */
void ix_unfold(struct ix_arena *arena, struct ix_json *node);

#endif
