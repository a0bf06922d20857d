/* Globs: `*` any run of bytes, `?` one character (UTF-8), everything else itself. A backslash takes
 * the next byte literally. No brackets: in infrastructure names they are ordinary bytes. */
#ifndef IX_BASE_GLOB_H
#define IX_BASE_GLOB_H

#include "base/sv.h"

bool ix_glob_match(struct ix_sv pattern, struct ix_sv text, bool nocase);
bool ix_glob_has_wildcard(struct ix_sv pattern);
/* The literal bytes before the first wildcard. */
struct ix_sv ix_glob_prefix(struct ix_sv pattern);

#endif
