/* What sums were a calendar period earlier; of a report without one, in the span before its own. */
#ifndef IX_QUERY_COST_EARLIER_H
#define IX_QUERY_COST_EARLIER_H

#include "base/map.h"
#include "query/cost/making.h"

struct ix_cost_earlier {
    struct ix_map sums; /* of struct ix_cost_row, by period, values and currency */
    int64_t first_ms;   /* of a report by periods: bills begin here; before it nothing is known */
};

IX_MUST_CHECK enum ix_code ix_cost_earlier_read(struct ix_cost_making *making,
                                                struct ix_cost_earlier *ret_earlier);
/* Sets before, change and percent of the row; null where nothing is known of the time before. */
IX_MUST_CHECK enum ix_code ix_cost_earlier_set(struct ix_cost_making *making,
                                               const struct ix_cost_earlier *earlier,
                                               const struct ix_cost_row *row, struct ix_json *node);

#endif
