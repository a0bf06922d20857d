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
#ifndef IX_COLLECTORS_BILLS_DELIVERY_H
#define IX_COLLECTORS_BILLS_DELIVERY_H

#include "collectors/collector.h"

/* As ix_parting.find. */
bool ix_bill_find_delivery(struct ix_arena *arena, struct ix_sv path,
                           struct ix_delivery *ret_delivery);

#endif
