/* Globs: `*` any run of bytes, `?` one character (UTF-8), everything else itself. A backslash takes
 * the next byte literally. No brackets: in infrastructure names they are ordinary bytes. */
#ifndef IX_BASE_GLOB_H
#define IX_BASE_GLOB_H

#include "base/sv.h"

bool ix_glob_match(struct ix_sv pattern, struct ix_sv text, bool nocase);

#endif
