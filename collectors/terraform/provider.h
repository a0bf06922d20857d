/* Provider configurations as states name them, in every form that was ever written:
 *
 *   provider["registry.terraform.io/hashicorp/aws"].west           0.13 and later
 *   module.net.provider["registry.opentofu.org/hashicorp/aws"]
 *   module.net.provider.aws.west, provider.aws                     0.11, 0.12
 *   aws.west, aws                                                  before 0.11
 *   registry.terraform.io/hashicorp/aws                            show -json
 */
#ifndef IX_COLLECTORS_TERRAFORM_PROVIDER_H
#define IX_COLLECTORS_TERRAFORM_PROVIDER_H

#include "base/sv.h"

struct ix_tf_provider {
    struct ix_sv name;    /* short, cloud-neutral where two providers serve one cloud: aws, azure,
                             gcp, kubernetes; else the provider's own: github */
    struct ix_sv address; /* the source address without quotes and alias; of the old forms, which
                             have none, the text as it was written */
};

/* `type` (aws_s3_bucket) names the provider when `text` is empty. Borrows from both. */
struct ix_tf_provider ix_tf_provider_parse(struct ix_sv text, struct ix_sv type);

#endif
