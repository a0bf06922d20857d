/* Templates: what a stack is meant to hold.
 *
 * A template says what should exist, so its resources are flagged `planned` and have no id. The
 * address is the logical id; a template does not know its stack. `properties` is the member
 * `Properties` as it stands, functions included, plus the other attributes of the resource under
 * names with a dollar sign in front ($Condition, $DeletionPolicy), which no property can have, and
 * in $Exports the names under which outputs export something of it.
 * Source: AWS CloudFormation User Guide, "Template reference: sections, resource attributes".
 */
#ifndef IX_COLLECTORS_CLOUDFORMATION_TEMPLATE_H
#define IX_COLLECTORS_CLOUDFORMATION_TEMPLATE_H

#include "collectors/cloudformation/reading.h"

/* The input as a JSON template, streamed twice: first the logical ids, then the resources. */
IX_MUST_CHECK enum ix_code ix_cfn_template_stream(struct ix_cfn_reading *r, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cfn_template_tree(struct ix_cfn_reading *r,
                                                const struct ix_json *tree, struct ix_err *err);
/* A TemplateBody: the template as an object, or its text in JSON or YAML. */
ix_cfn_read_fn ix_cfn_template_body;

#endif
