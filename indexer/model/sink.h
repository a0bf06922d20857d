/* ix_sink: where a collector pushes what it finds.
 *
 * A sink is embedded first in a larger struct of its implementation. Everything passed in is
 * borrowed for the call; a sink copies what it keeps. An error stops the collection and comes back
 * from the collector unchanged. Sinks are chained: normalise -> writer, normalise -> ndjson.
 */
#ifndef IX_INDEXER_MODEL_SINK_H
#define IX_INDEXER_MODEL_SINK_H

#include "indexer/model/cost.h"
#include "indexer/model/resource.h"

struct ix_sink {
    enum ix_code (*resource)(struct ix_sink *sink, const struct ix_resource *resource,
                             struct ix_err *err);
    enum ix_code (*relation)(struct ix_sink *sink, const struct ix_relation *relation,
                             struct ix_err *err);
    enum ix_code (*scope)(struct ix_sink *sink, const struct ix_scope *scope, struct ix_err *err);
    enum ix_code (*note)(struct ix_sink *sink, const struct ix_note *note, struct ix_err *err);
    enum ix_code (*cost)(struct ix_sink *sink, const struct ix_cost_line *line, struct ix_err *err);
};

static inline IX_MUST_CHECK enum ix_code
ix_sink_resource(struct ix_sink *sink, const struct ix_resource *resource, struct ix_err *err) {
    return sink->resource(sink, resource, err);
}
static inline IX_MUST_CHECK enum ix_code
ix_sink_relation(struct ix_sink *sink, const struct ix_relation *relation, struct ix_err *err) {
    return sink->relation(sink, relation, err);
}
static inline IX_MUST_CHECK enum ix_code
ix_sink_scope(struct ix_sink *sink, const struct ix_scope *scope, struct ix_err *err) {
    return sink->scope(sink, scope, err);
}
static inline IX_MUST_CHECK enum ix_code
ix_sink_note(struct ix_sink *sink, const struct ix_note *note, struct ix_err *err) {
    return sink->note(sink, note, err);
}
static inline IX_MUST_CHECK enum ix_code
ix_sink_cost(struct ix_sink *sink, const struct ix_cost_line *line, struct ix_err *err) {
    return sink->cost(sink, line, err);
}

#endif
