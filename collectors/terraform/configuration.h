/* The code behind a plan: which blocks refer to which. A plan's changes do not tell what depends on
 * what; its `configuration` does, with expressions and what each of them refers to. Source:
 * Terraform's "JSON Output Format", configuration representation.
 */
#ifndef IX_COLLECTORS_TERRAFORM_CONFIGURATION_H
#define IX_COLLECTORS_TERRAFORM_CONFIGURATION_H

#include "collectors/terraform/reading.h"

/* Reads the value of `configuration` into reading->references. */
IX_MUST_CHECK enum ix_code ix_tf_configuration_read(struct ix_tf_reading *reading,
                                                    struct ix_err *err);

/* What the block of this instance refers to: an array of addresses from the root, as
 * ix_tf_instance.absolute; NULL when nothing is known. */
const struct ix_json *ix_tf_configuration_find(struct ix_tf_reading *reading, struct ix_sv address);

#endif
