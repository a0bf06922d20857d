/* The exchange format: one JSON object a line (NDJSON), each with a member `record`.
 *
 * What `infradex index --dry-run -o ndjson` prints, what `infradex export` writes and what
 * collectors/ndjson reads. docs/COLLECTORS.md describes every member for people; this header is the
 * one list of names that writer and reader share. Unknown members are ignored by readers, members
 * that are null or absent mean unknown.
 *
 *   resource  what one source says of one thing
 *   relation  an edge between two things
 *   cost      a line of a bill, in the words of FOCUS (indexer/model/cost.h)
 *   scope     how far a slice of the source was read (only whole ones may retire)
 *   note      something left out, or a remark
 *   summary   the last line: counts, and what was skipped and why
 */
#ifndef IX_INDEXER_MODEL_RECORD_H
#define IX_INDEXER_MODEL_RECORD_H

#include "base/json_writer.h"
#include "indexer/model/sink.h"

/* symbol, name in the record, member of ix_resource; the text members in the order written. The
 * first list is always written (null when unknown), the second only when known. */
#define IX_RECORD_MEMBERS(ROW)                                                                     \
    ROW(source, source)                                                                            \
    ROW(source_kind, source_kind)                                                                  \
    ROW(address, address)                                                                          \
    ROW(native_type, native_type)                                                                  \
    ROW(native_id, native_id)                                                                      \
    ROW(name, name)                                                                                \
    ROW(provider, provider)                                                                        \
    ROW(account, account)                                                                          \
    ROW(region, region)

#define IX_RECORD_OPTIONAL_MEMBERS(ROW)                                                            \
    ROW(variant, variant)                                                                          \
    ROW(scope, scope)                                                                              \
    ROW(zone, zone)                                                                                \
    ROW(stack, stack)                                                                              \
    ROW(project, project)                                                                          \
    ROW(provider_address, provider_address)                                                        \
    ROW(provider_version, provider_version)

/* What normalisation derives: written for people and programs that read; readers of the exchange
 * format derive it again and ignore these. */
#define IX_RECORD_DERIVED_MEMBERS(ROW)                                                             \
    ROW(uid, uid)                                                                                  \
    ROW(type, type)                                                                                \
    ROW(kind, kind)                                                                                \
    ROW(category, category)                                                                        \
    ROW(service, service)                                                                          \
    ROW(managed_by, managed_by)

/* Each appends one record without a line end. */
void ix_record_write_resource(struct ix_buf *buf, const struct ix_resource *resource);
/* `source_kind` is left out when it is empty. */
void ix_record_write_relation(struct ix_buf *buf, const struct ix_relation *relation,
                              struct ix_sv source_kind);
void ix_record_write_cost(struct ix_buf *buf, const struct ix_cost_line *line);
void ix_record_write_scope(struct ix_buf *buf, const struct ix_scope *scope,
                           struct ix_sv source_kind);
void ix_record_write_note(struct ix_buf *buf, const struct ix_note *note, struct ix_sv source_kind);

/* Pieces that other writers of resources share. */
void ix_record_write_flags(struct ix_json_writer *w, uint32_t flags);
/* {"key": "value"} of the tags of one class; of a repeated key the last. */
void ix_record_write_tags(struct ix_json_writer *w, const struct ix_tag *tags, size_t count,
                          enum ix_tag_class tag_class);
void ix_record_write_time(struct ix_json_writer *w, int64_t ms); /* null when unknown */

/* A sink that gives each record's line (with its line end) to `write`. */
struct ix_record_sink {
    struct ix_sink sink;
    enum ix_code (*write)(void *context, struct ix_sv line, struct ix_err *err);
    void *context;
    struct ix_buf line;
    struct ix_buf kind; /* of the source at hand, until a record has said it */
};

void ix_record_sink_init(struct ix_record_sink *sink,
                         enum ix_code (*write)(void *context, struct ix_sv line,
                                               struct ix_err *err),
                         void *context);
/* What follows is of another source, of this kind: its first record says so, whichever it is. */
void ix_record_sink_begin(struct ix_record_sink *sink, struct ix_sv source_kind);
void ix_record_sink_done(struct ix_record_sink *sink);

#endif
