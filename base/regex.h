/* Regular expressions by PCRE2, bounded: match, depth and heap limits are set, so that no pattern
 * can take a query hostage. UTF-8 mode; bytes that are no UTF-8 never match. */
#ifndef IX_BASE_REGEX_H
#define IX_BASE_REGEX_H

#include "base/err.h"
#include "base/sv.h"

enum { IX_REGEX_PATTERN_MAX = 1024, IX_REGEX_MATCH_LIMIT = 200000, IX_REGEX_HEAP_KIB = 4096 };

struct ix_regex;

/* A fault in the pattern: IX_INVALID, err->begin the byte in the pattern. */
IX_MUST_CHECK enum ix_code ix_regex_new(struct ix_sv pattern, bool nocase,
                                        struct ix_regex **ret_regex, struct ix_err *err);
void ix_regex_free(struct ix_regex *regex); /* takes NULL */
/* Anywhere in `text`. IX_LIMIT when the step budget is spent: the answer is unknown, not false. */
IX_MUST_CHECK enum ix_code ix_regex_search(const struct ix_regex *regex, struct ix_sv text,
                                           bool *ret_found, struct ix_err *err);

#endif
