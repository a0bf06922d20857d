/* The strict grammar of one JSON value (RFC 8259), and what cJSON would lose of it. */
#ifndef IX_BASE_JSON_SCAN_H
#define IX_BASE_JSON_SCAN_H

#include "base/buf.h"

enum { IX_JSON_NUMBER_SIZE = 40 };

/* The shortest text that reads back as the same double; integers below 2^53 without a point. */
struct ix_sv ix_json_format_double(double value, char text[IX_JSON_NUMBER_SIZE]);

/* Checks that `text` is one JSON value. Where cJSON would lose something (see json.c), *ret_text is
 * a rewritten text in `rewritten`; else it is `text` itself. Errors as ix_json_parse. */
IX_MUST_CHECK enum ix_code ix_json_scan(struct ix_sv text, struct ix_buf *rewritten,
                                        struct ix_sv *ret_text, bool *ret_marked,
                                        struct ix_err *err);

#endif
