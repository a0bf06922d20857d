/* ix_k8s_reading: one input on its way from bytes to pushed records.
 *
 * Whatever wraps the objects (a document, a list, a watch event, a sequence), each of them comes
 * down to one tree, and all that is said of it lives until the next one. What outlives an object is
 * bounded by the limits below; when one is passed, a note says what is missing.
 *
 * Not public: included by the files of this folder alone.
 */
#ifndef IX_COLLECTORS_KUBERNETES_READING_H
#define IX_COLLECTORS_KUBERNETES_READING_H

#include "base/map.h"
#include "collectors/collector.h"
#include "collectors/kubernetes/select.h"

enum {
    IX_K8S_DOCUMENT_MAX = 1 << 30, /* bytes in memory of one document or list item */
    IX_K8S_OBJECT_MAX = 256 << 20, /* bytes in memory of what is said of one object */
    IX_K8S_SEEN_MAX = 192 << 20,   /* bytes in memory of the addresses that were met */
    IX_K8S_SELECT_MAX = 128 << 20, /* bytes in memory of labels and selectors */
    IX_K8S_NOTES_MAX = 20,         /* notes of what was left out; the rest is counted */
    IX_K8S_MESSAGE_MAX = 200,      /* bytes shown of an API server's message */
};

struct ix_k8s_reading {
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_arena document; /* the tree at hand */
    struct ix_arena arena;    /* what is said of one object */
    struct ix_arena seen_arena;
    struct ix_map seen;   /* hash of an address: how often it was met */
    struct ix_map events; /* hash of an address: number of the last event that tells of it */
    struct ix_k8s_selection selection;
    int64_t line;      /* where the document at hand begins */
    int64_t event;     /* number of the event at hand, from 1; 0: none */
    bool counting;     /* the first pass over watch events: nothing is pushed */
    bool paged;        /* a list ended with a `continue` token */
    int64_t remaining; /* items that the list says are on other pages; 0: not said */
    int64_t objects, left_out, superseded, deleted, secrets;
};

/* A remark; `skipped`: the document at hand was left out. */
IX_MUST_CHECK enum ix_code ix_k8s_note(struct ix_k8s_reading *r, struct ix_sv reason, bool skipped,
                                       struct ix_err *err);
/* The document at hand is not indexed: the first IX_K8S_NOTES_MAX are named, all are counted. */
IX_MUST_CHECK enum ix_code ix_k8s_leave_out(struct ix_k8s_reading *r, struct ix_sv reason,
                                            struct ix_err *err);
/* The remarks and the outcome that stand at the end of an input. */
IX_MUST_CHECK enum ix_code ix_k8s_finish(struct ix_k8s_reading *r, struct ix_err *err);

#endif
