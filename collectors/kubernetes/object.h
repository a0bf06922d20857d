/* One object: from its tree to what is pushed.
 *
 * Address: [namespace/]Kind[.group]/name ("default/Deployment.apps/web", "Node/a"), so that kinds
 * of the same name in different API groups stay apart. A repeated address gets the variants
 * "copy:2", "copy:3", ... Properties are the whole object but for metadata.managedFields (which
 * tells what each client last wrote, not what the thing is) and its secrets (clean.h).
 */
#ifndef IX_COLLECTORS_KUBERNETES_OBJECT_H
#define IX_COLLECTORS_KUBERNETES_OBJECT_H

#include "collectors/kubernetes/reading.h"

struct ix_k8s_place {
    struct ix_sv space, kind, group, name; /* `space` empty: of the whole cluster, or not said */
};

struct ix_k8s_place ix_k8s_place_of(const struct ix_json *object);
struct ix_sv ix_k8s_address(struct ix_arena *arena, struct ix_k8s_place place);

/* Pushes the object and its relations, and keeps its labels and selectors. Changes the tree. */
IX_MUST_CHECK enum ix_code ix_k8s_read_object(struct ix_k8s_reading *r, struct ix_json *object,
                                              struct ix_err *err);

/* The first pass over watch events. IX_LIMIT when there are too many objects to remember. */
IX_MUST_CHECK enum ix_code ix_k8s_count_event(struct ix_k8s_reading *r,
                                              const struct ix_json *object, struct ix_err *err);
/* In the second pass: no later event tells of the same object. */
bool ix_k8s_is_last_event(struct ix_k8s_reading *r, const struct ix_json *object);

#endif
