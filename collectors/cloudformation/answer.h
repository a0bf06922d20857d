/* Answers of the CloudFormation API: what a stack really holds, with physical ids.
 *
 * DescribeStacks and ListStacks give stacks; DescribeStackResources, ListStackResources,
 * DescribeStackResource and DescribeStackResourceDrifts give their resources; GetTemplate gives a
 * template. Stack sets are resources, their instances the stacks that they are, with the address
 * "set/account/region". The address of a stack is its name, of a resource "stack/logical id"
 * (ListStackResources does not name the stack: the logical id alone). `properties` is the entry as
 * the API gave it, with JSON that came as text made into structures. What is deleted
 * (DELETE_COMPLETE) does not exist and is counted, not pushed. Source: AWS CloudFormation API
 * Reference, data types Stack, StackSummary, StackResource, StackResourceSummary,
 * StackResourceDetail, StackResourceDrift, StackSet, StackInstanceSummary.
 */
#ifndef IX_COLLECTORS_CLOUDFORMATION_ANSWER_H
#define IX_COLLECTORS_CLOUDFORMATION_ANSWER_H

#include "collectors/cloudformation/reading.h"

/* DescribeStackResources shows the first hundred and does not say that there are more. */
enum { IX_CFN_LISTED_MAX = 100 };

IX_MUST_CHECK enum ix_code ix_cfn_answer_stream(struct ix_cfn_reading *r, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cfn_answer_tree(struct ix_cfn_reading *r, const struct ix_json *tree,
                                              struct ix_err *err);
/* The input as a LocalStack snapshot file: answers recorded by tests. Resources are pushed, with
 * the test's name in front of their address; stacks are counted, since a test records one stack
 * at several moments. */
IX_MUST_CHECK enum ix_code ix_cfn_snapshot_stream(struct ix_cfn_reading *r, struct ix_err *err);

#endif
