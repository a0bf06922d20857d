/* ix_json_writer: JSON written piece by piece into a buffer, commas and nesting kept right.
 *
 * For answers and records whose members are known one after another; a tree is not built.
 * Nesting deeper than IX_JSON_WRITER_DEPTH is a programmer's error (asserted).
 */
#ifndef IX_BASE_JSON_WRITER_H
#define IX_BASE_JSON_WRITER_H

#include "base/json.h"

enum { IX_JSON_WRITER_DEPTH = 64 };

struct ix_json_writer {
    struct ix_buf *buf; /* borrowed */
    bool comma[IX_JSON_WRITER_DEPTH];
    size_t depth;
    bool after_key;
    size_t indent; /* spaces a level; 0: compact */
};

void ix_jw_init(struct ix_json_writer *w, struct ix_buf *buf, size_t indent);
void ix_jw_object_begin(struct ix_json_writer *w);
void ix_jw_object_end(struct ix_json_writer *w);
void ix_jw_array_begin(struct ix_json_writer *w);
void ix_jw_array_end(struct ix_json_writer *w);
void ix_jw_key(struct ix_json_writer *w, const char *name);
void ix_jw_key_sv(struct ix_json_writer *w, struct ix_sv name);
void ix_jw_string(struct ix_json_writer *w, struct ix_sv value);
void ix_jw_int64(struct ix_json_writer *w, int64_t value);
void ix_jw_bool(struct ix_json_writer *w, bool value);
void ix_jw_null(struct ix_json_writer *w);
void ix_jw_node(struct ix_json_writer *w, const struct ix_json *node); /* NULL writes null */

/* key + value in one call */
void ix_jw_member_string(struct ix_json_writer *w, const char *name, struct ix_sv value);
void ix_jw_member_int64(struct ix_json_writer *w, const char *name, int64_t value);
void ix_jw_member_bool(struct ix_json_writer *w, const char *name, bool value);
/* Left out when the text is empty. */
void ix_jw_member_optional(struct ix_json_writer *w, const char *name, struct ix_sv value);

#endif
