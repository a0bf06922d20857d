/* Which files are one delivery of a bill. Exports come in parts: what a provider says about a
 * period is all of them together, and a newer delivery of the period stands in the place of the
 * older. Told by how the providers lay their files out, never by what merely looks alike:
 *
 *   AWS Data Exports
 * <export>/data/BILLING_PERIOD=2025-01/[<time>-<execution>/]<export>-00001.csv.gz AWS legacy
 * reports     <report>/20250101-20250201/[<assembly>/]<report>-1.csv.gz Azure exports [<time>/,
 * <export>/ and 20250101-20250131/ in some order][<run>/]part_0_0001.csv parts by number
 * <name>-00001.csv, and BigQuery's <name>-000000000000.csv (or .json)
 */
#ifndef IX_COLLECTORS_DELIVERY_H
#define IX_COLLECTORS_DELIVERY_H

#include "base/arena.h"

struct ix_delivery {
    struct ix_sv source;  /* all deliveries of one export have the same */
    struct ix_sv period;  /* what the layout says of the period; may be empty */
    struct ix_sv version; /* of that period: deliveries differ; may be empty */
    bool in_time;         /* a version that comes later in the order of bytes is a newer one */
};

/* `path` is absolute. False: the file stands by itself. Errors of memory stay in the arena. */
bool ix_delivery_find(struct ix_arena *arena, struct ix_sv path, struct ix_delivery *ret_delivery);

#endif
