/* YAML documents as JSON trees, read by libyaml, one document at a time.
 *
 * Plain scalars are resolved by YAML 1.2's core schema (null, booleans, integers, floats), since
 * that is what the tools whose files we read settle on; a leading zero ("0123") stays text, large
 * integers keep their exact text. Anchors, aliases and merge keys ("<<") are expanded, with the
 * expansion bounded ("billion laughs"). Repeated keys: the last one counts. Keys that are no
 * strings become their text.
 *
 * The words of YAML 1.1 ("yes", "no", "on", "off"), times and sexagesimals stay text; so does a
 * quoted scalar or one with a tag, except YAML's own tags ("!!int").
 *
 * A tag of the document's own ("!Ref", "!GetAtt") is handed to the caller's function, which gives
 * the node to keep; without one such tags are ignored.
 */
#ifndef IX_BASE_YAML_H
#define IX_BASE_YAML_H

#include "base/json.h"
#include "base/stream.h"

enum {
    IX_YAML_DEPTH_MAX = 128,
    IX_YAML_NODES_MAX = 4 << 20,      /* in one document, aliases expanded */
    IX_YAML_DOCUMENT_MAX = 256 << 20, /* bytes */
};

/* `tag` as written, with its "!"; `value` the untagged value. Returns the node that stands for
 * both (may be `value` itself), NULL when memory is gone. */
typedef struct ix_json *ix_yaml_tag_fn(void *context, struct ix_arena *arena, struct ix_sv tag,
                                       struct ix_json *value);

struct ix_yaml_reader;

IX_MUST_CHECK enum ix_code ix_yaml_reader_open(struct ix_stream *stream, ix_yaml_tag_fn *tag_fn,
                                               void *tag_context,
                                               struct ix_yaml_reader **ret_reader,
                                               struct ix_err *err);
void ix_yaml_reader_close(struct ix_yaml_reader *reader); /* takes NULL */

/* From now on `seen` is told of every node where it begins, lines from 1: for errors about what a
 * node says. A node that stands for an alias is where the alias is; what is in it is nowhere. */
typedef void ix_yaml_seen_fn(void *context, const struct ix_json *node, int64_t line);
void ix_yaml_reader_watch(struct ix_yaml_reader *reader, ix_yaml_seen_fn *seen, void *context);

/* The next document, an empty one as JSON null. *ret_node NULL: no more. *ret_line: where the
 * document begins, from 1. Errors name line and column. */
IX_MUST_CHECK enum ix_code ix_yaml_reader_next(struct ix_yaml_reader *reader,
                                               struct ix_arena *arena, struct ix_json **ret_node,
                                               int64_t *ret_line, struct ix_err *err);

/* Writes a JSON tree as YAML (block style), for people to read. */
void ix_yaml_write(struct ix_buf *buf, const struct ix_json *node);

#endif
