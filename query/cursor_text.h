/* The text of a `next` cursor: the keys of the last row, bound to one generation of the warehouse
 * and to one query. Opaque to its users; a cursor that was changed or is of another query is
 * refused. */
#ifndef IX_QUERY_CURSOR_TEXT_H
#define IX_QUERY_CURSOR_TEXT_H

#include "query/lower.h"

IX_MUST_CHECK enum ix_code ix_cursor_write(struct ix_arena *arena, int64_t generation,
                                           struct ix_sv query, const struct ix_keyset *keys,
                                           struct ix_sv *ret_text, struct ix_err *err);
/* `generation` -1: of any. */
IX_MUST_CHECK enum ix_code ix_cursor_read(struct ix_arena *arena, struct ix_sv text,
                                          int64_t generation, struct ix_sv query,
                                          struct ix_keyset *ret_keys, struct ix_err *err);

#endif
