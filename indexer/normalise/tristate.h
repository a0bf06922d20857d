/* Encrypted and public: yes, no, or not known, read from the properties of a type by the rows of
 * tristate.def. What no row speaks of stays unknown; unknown is never taken for no. */
#ifndef IX_INDEXER_NORMALISE_TRISTATE_H
#define IX_INDEXER_NORMALISE_TRISTATE_H

#include "indexer/model/resource.h"

/* `type` is canonical; `properties` may be NULL. */
enum ix_tristate ix_tristate_encrypted(struct ix_sv type, const struct ix_json *properties);
enum ix_tristate ix_tristate_public(struct ix_sv type, const struct ix_json *properties);
/* All rules in words, NULL at the end: "encrypted aws.ec2.volume: encrypted is true". */
extern const char *const ix_tristate_rules[];

#endif
