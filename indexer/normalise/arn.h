/* Amazon Resource Names: arn:partition:service:region:account:resource (AWS General Reference). */
#ifndef IX_INDEXER_NORMALISE_ARN_H
#define IX_INDEXER_NORMALISE_ARN_H

#include "base/arena.h"
#include "indexer/model/resource.h"
#include "indexer/normalise/type.h"

struct ix_arn {
    struct ix_sv whole, partition, service, region, account, resource;
};

/* False when the text is no ARN with a service and a resource. The parts borrow from `text`. */
bool ix_arn_parse(struct ix_sv text, struct ix_arn *ret_arn);
/* The thing's own ARN: from its members `arn` and `Arn`, or its native id. Settings, attachments
 * and versions often show the ARN of the thing that they belong to; that is not their own. */
bool ix_arn_own(const struct ix_resource *resource, const struct ix_type *family,
                struct ix_arn *ret_arn);
/* The partition that a region is in: aws, aws-cn, aws-us-gov. */
const char *ix_arn_partition(struct ix_sv region);
/* The ARN of the queue that a URL stands for, https://sqs.<region>.amazonaws.com/<account>/<name>:
 * states and stacks give it as the id of a queue (Amazon SQS Developer Guide, "Queue and message
 * identifiers"). False for any other text; the parts are in the arena. */
bool ix_arn_of_queue(struct ix_arena *arena, struct ix_sv url, struct ix_arn *ret_arn);

#endif
