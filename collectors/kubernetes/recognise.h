/* Whether an input is Kubernetes' business, from its outline. */
#ifndef IX_COLLECTORS_KUBERNETES_RECOGNISE_H
#define IX_COLLECTORS_KUBERNETES_RECOGNISE_H

#include "collectors/collector.h"

void ix_k8s_recognise(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret_recognised);

/* What an API server says in a Status, shortened; empty when `node` is none. */
struct ix_sv ix_k8s_status_message(const struct ix_json *node);

#endif
