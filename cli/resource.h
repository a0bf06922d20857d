/* One resource, named by a person. */
#ifndef IX_CLI_RESOURCE_H
#define IX_CLI_RESOURCE_H

#include "cli/command.h"

/* The uid of what `name` means: a uid, else a provider's id, else an address, else a name, deleted
 * ones too. IX_NOT_FOUND, and IX_INVALID (with the uids) when several are called so. */
IX_MUST_CHECK enum ix_code ix_resource_find(struct ix_invocation *invocation,
                                            struct ix_warehouse *warehouse, struct ix_sv name,
                                            struct ix_sv *ret_uid, struct ix_err *err);

#endif
