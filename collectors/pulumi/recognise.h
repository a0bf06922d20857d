/* What an input is in the world of Pulumi: a state, or one of the files that lie beside states. */
#ifndef IX_COLLECTORS_PULUMI_RECOGNISE_H
#define IX_COLLECTORS_PULUMI_RECOGNISE_H

#include "collectors/collector.h"

enum { IX_PULUMI_VERSION_MAX = 4 }; /* of checkpoints and deployments */

/* As ix_collector.recognise. */
void ix_pulumi_recognise(const struct ix_input *input, struct ix_arena *arena,
                         struct ix_recognised *ret);

/* The features a state of version 4 needs and this reader does not know, as "a, b"; empty when
 * there are none. In the arena. */
struct ix_sv ix_pulumi_unknown_features(const struct ix_json *outline, struct ix_arena *arena);

/* The engine's own word, in the snapshot's metadata, that its entries do not fit together. */
bool ix_pulumi_has_integrity_error(const struct ix_json *outline);

#endif
