/* Which document of CloudFormation an outline shows, if any. Content decides: names of members and
 * the shape of what is below them. */
#ifndef IX_COLLECTORS_CLOUDFORMATION_DOCUMENT_H
#define IX_COLLECTORS_CLOUDFORMATION_DOCUMENT_H

#include "collectors/collector.h"

enum ix_cfn_document {
    IX_CFN_OTHER, /* not of CloudFormation */
    IX_CFN_TEMPLATE,
    IX_CFN_ANSWER,
    IX_CFN_SNAPSHOT, /* recorded by tests of LocalStack */
    IX_CFN_HISTORY,  /* stack events, change sets: nothing that exists */
};

struct ix_cfn_found {
    enum ix_cfn_document document;
    const char *format; /* constant text, as `reason`; not of OTHER */
    const char *reason; /* of HISTORY: why it is not read, and what to do */
    int confidence;
};

struct ix_cfn_found ix_cfn_document_of(const struct ix_json *outline);

#endif
