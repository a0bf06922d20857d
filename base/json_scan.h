/* Between the files of the JSON tree: the strict grammar of one value (RFC 8259), what cJSON would
 * lose of it, and the text of numbers. */
#ifndef IX_BASE_JSON_SCAN_H
#define IX_BASE_JSON_SCAN_H

#include "base/json.h"

#define IX_JSON_REPLACEMENT IX_SV("\xEF\xBF\xBD") /* U+FFFD */

enum { IX_JSON_NUMBER_SIZE = 40 };

/* The shortest text that reads back as the same double; integers below 2^53 without a point. */
struct ix_sv ix_json_format_double(double value, char text[IX_JSON_NUMBER_SIZE]);

/* Checks that `text` is one JSON value. Where cJSON would lose something (see json.c), *ret_text is
 * a rewritten text in `rewritten`; else it is `text` itself. Errors as ix_json_parse. */
IX_MUST_CHECK enum ix_code ix_json_scan(struct ix_sv text, struct ix_buf *rewritten,
                                        struct ix_sv *ret_text, bool *ret_marked,
                                        struct ix_err *err);

/* The text of a number node: its own exact text, or in `text`. */
struct ix_sv ix_json_number_into(const struct ix_json *node, char text[IX_JSON_NUMBER_SIZE]);

#endif
