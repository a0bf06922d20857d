/* Versions by the order of Semantic Versioning 2.0.0 (semver.org, section 11). */
#ifndef IX_QUERY_SEMVER_H
#define IX_QUERY_SEMVER_H

#include "base/sv.h"

/* True for `1.2.3-rc.1+build`, also with a `v` in front and with minor and patch left out. */
bool ix_semver_is(struct ix_sv text);
/* -1, 0 or 1, of two that are versions. Numbers may have any number of digits; what stands behind
 * `+` does not count. */
int ix_semver_cmp(struct ix_sv a, struct ix_sv b);

#endif
