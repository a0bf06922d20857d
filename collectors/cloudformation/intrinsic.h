/* Intrinsic functions: expressions that only a deployment resolves.
 *
 * In JSON a function is an object with one member: {"Ref": "Bucket"}, {"Fn::GetAtt": ["Bucket",
 * "Arn"]}; YAML also has short tags (!Ref Bucket, !GetAtt Bucket.Arn) that mean the same and become
 * the same tree. Source: AWS CloudFormation User Guide, "Intrinsic function reference", "Condition
 * functions" and "Rule functions".
 */
#ifndef IX_COLLECTORS_CLOUDFORMATION_INTRINSIC_H
#define IX_COLLECTORS_CLOUDFORMATION_INTRINSIC_H

#include "base/json.h"

/* An ix_yaml_tag_fn: the long form of a short tag. A tag that is no function leaves its value. */
struct ix_json *ix_cfn_long_form(void *context, struct ix_arena *arena, struct ix_sv tag,
                                 struct ix_json *value);

/* Whether this member makes a function of the object it stands in. */
bool ix_cfn_is_function_member(const struct ix_json *member);
/* Whether a function stands anywhere in this value. */
bool ix_cfn_has_function(const struct ix_json *node);

struct ix_cfn_place; /* the way down to a property */

enum ix_cfn_reference {
    IX_CFN_NAME,   /* a logical id, a parameter or a pseudo parameter (AWS::Region) */
    IX_CFN_EXPORT, /* the name of what another stack exports (Fn::ImportValue), when it is text */
};

/* What a function refers to. `place`, good during the call: the property that holds the function;
 * NULL for the whole value. */
typedef void ix_cfn_reference_fn(void *context, enum ix_cfn_reference kind, struct ix_sv name,
                                 const struct ix_cfn_place *place);
void ix_cfn_each_reference(const struct ix_json *properties, ix_cfn_reference_fn *visit,
                           void *context);
/* "Policies[0].PolicyName" */
struct ix_sv ix_cfn_place_text(struct ix_arena *arena, const struct ix_cfn_place *place);

#endif
