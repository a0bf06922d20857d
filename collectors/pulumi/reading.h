/* ix_pulumi_reading: one state on its way from bytes to pushed records.
 *
 * Resources are read one at a time into `arena`, which is emptied after each. What must be known
 * beyond one of them lives in `keep`: it grows with pending operations, old copies and provider
 * configurations, of which a state has few, and not with its resources.
 *
 * Not public: included by the files of this folder alone.
 */
#ifndef IX_COLLECTORS_PULUMI_READING_H
#define IX_COLLECTORS_PULUMI_READING_H

#include "base/map.h"
#include "collectors/collector.h"
#include "collectors/pulumi/value.h"

enum {
    IX_PULUMI_ELEMENT_MAX = 1 << 30, /* bytes in memory of one resource */
    IX_PULUMI_KEEP_MAX = 256 << 20,
};

struct ix_pulumi_reading {
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_arena arena;   /* of one resource */
    struct ix_arena keep;    /* of the whole state */
    struct ix_map pending;   /* URN: 1 awaited among the resources, 2 met there, 3 pushed itself */
    struct ix_map old;       /* URN: copies with `delete` so far */
    struct ix_map providers; /* URN: the version of the provider's plugin (struct ix_sv) */
    struct ix_sv stack_urn;  /* of the stack's root; empty when the state has none */
    struct ix_pulumi_values values;
    int64_t resources;
    int64_t failed_inits;
};

enum { IX_PULUMI_AWAITED = 1, IX_PULUMI_MET = 2, IX_PULUMI_PUSHED = 3 };

#endif
