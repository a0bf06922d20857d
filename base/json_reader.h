/* ix_json_reader: walks a JSON document of any size in a fixed amount of memory.
 *
 * The reader pulls bytes from a stream and gives events; at any value the caller may instead take
 * the whole value as a tree (parsed by cJSON from its slice, at most `IX_JSON_VALUE_MAX` bytes) or
 * skip it. So a state of a gigabyte is walked down to its "resources" array, and each element is
 * parsed by itself. The grammar of RFC 8259 is checked for everything that is walked or skipped;
 * a byte order mark in front is passed over. Several documents one after another (concatenated or
 * separated by white space) are read as a sequence: END comes after the last one.
 *
 *   for (;;) {
 *       struct ix_json_event event;
 *       CHECK(ix_json_reader_next(reader, &event, err));
 *       if (event.kind == IX_JSON_EVENT_KEY && ix_sv_eq(event.text, IX_SV("resources"))) ...
 *
 * Errors carry line and column of the document in their text and the byte in err->begin.
 */
#ifndef IX_BASE_JSON_READER_H
#define IX_BASE_JSON_READER_H

#include "base/json.h"
#include "base/stream.h"

enum { IX_JSON_VALUE_MAX = 256 << 20 }; /* bytes of one value taken as a tree */
enum { IX_JSON_KEY_MAX = 64 << 10 };

enum ix_json_event_kind {
    IX_JSON_EVENT_END, /* of the input */
    IX_JSON_EVENT_OBJECT_BEGIN,
    IX_JSON_EVENT_OBJECT_END,
    IX_JSON_EVENT_ARRAY_BEGIN,
    IX_JSON_EVENT_ARRAY_END,
    IX_JSON_EVENT_KEY,    /* text: the name, unescaped, good until the next call */
    IX_JSON_EVENT_SCALAR, /* a string, number, true, false or null begins: it is passed over
                             unless ix_json_reader_value takes it */
};

struct ix_json_event {
    enum ix_json_event_kind kind;
    struct ix_sv text;
    size_t depth; /* containers open around this event */
};

struct ix_json_reader;

/* The stream stays the caller's and must outlive the reader. */
IX_MUST_CHECK enum ix_code ix_json_reader_open(struct ix_stream *stream,
                                               struct ix_json_reader **ret_reader,
                                               struct ix_err *err);
void ix_json_reader_close(struct ix_json_reader *reader); /* takes NULL */

IX_MUST_CHECK enum ix_code ix_json_reader_next(struct ix_json_reader *reader,
                                               struct ix_json_event *ret_event, struct ix_err *err);

/* The next value as a tree in `arena`. Called where a value may begin: after KEY, or inside an
 * array. *ret_node NULL: the array ended (and its end is consumed) or the input ended. */
IX_MUST_CHECK enum ix_code ix_json_reader_value(struct ix_json_reader *reader,
                                                struct ix_arena *arena, struct ix_json **ret_node,
                                                struct ix_err *err);
/* The next value, checked and passed over in a fixed amount of memory. */
IX_MUST_CHECK enum ix_code ix_json_reader_skip(struct ix_json_reader *reader, struct ix_err *err);

/* Called where a value may begin: says what begins there and consumes nothing; IX_JSON_NONE where
 * the container or the input ends. */
IX_MUST_CHECK enum ix_code ix_json_reader_peek(struct ix_json_reader *reader,
                                               enum ix_json_kind *ret_kind, struct ix_err *err);

int64_t ix_json_reader_line(const struct ix_json_reader *reader);   /* from 1 */
int64_t ix_json_reader_offset(const struct ix_json_reader *reader); /* bytes walked, expanded */

/* An outline of a document: the tree with every array cut to its first IX_JSON_OUTLINE_ITEMS
 * elements, every object below the top to its first IX_JSON_OUTLINE_MEMBERS members, strings to
 * IX_JSON_OUTLINE_TEXT bytes, and depth to IX_JSON_OUTLINE_DEPTH (deeper containers are empty).
 * An empty input gives no node. Reads the first document only and, to be quick on large files,
 * stops with what it has after `budget_bytes` (0: reads it all, so the whole document is checked).
 * What recognition looks at. */
enum {
    IX_JSON_OUTLINE_ITEMS = 3,
    IX_JSON_OUTLINE_MEMBERS = 64,
    IX_JSON_OUTLINE_TEXT = 1024,
    IX_JSON_OUTLINE_DEPTH = 5,
};
IX_MUST_CHECK enum ix_code ix_json_outline(struct ix_stream *stream, size_t budget_bytes,
                                           struct ix_arena *arena, struct ix_json **ret_node,
                                           struct ix_err *err);

#endif
