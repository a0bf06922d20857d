/* Percent-encoding (RFC 3986 section 2.1) and the fields of a form or query part
 * (application/x-www-form-urlencoded, WHATWG URL section 5).
 *
 * Decoding is strict: a `%` that two hex digits do not follow is an error, never taken as it is.
 * What comes out may hold any byte, NUL among them.
 */
#ifndef IX_BASE_URI_H
#define IX_BASE_URI_H

#include "base/arena.h"
#include "base/buf.h"

/* `plus_is_space`: as in forms. The result is `text` itself when nothing had to be decoded, else in
 * `arena`. IX_INVALID with the place in `text`, IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_uri_decode(struct ix_arena *arena, struct ix_sv text,
                                         bool plus_is_space, struct ix_sv *ret_text,
                                         struct ix_err *err);
/* Appends `text` with every byte but letters, digits and -._~ as %XX. */
void ix_uri_encode(struct ix_buf *buf, struct ix_sv text);

/* Cuts the next field, still encoded, off the front of a query part. Empty fields ("a&&b") are
 * passed over. False: there was no more. */
bool ix_uri_field(struct ix_sv *rest, struct ix_sv *ret_name, struct ix_sv *ret_value);

#endif
