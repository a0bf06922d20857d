/* The names of dimensions of cost that people type: service, account, tag.team, month, ... */
#ifndef IX_QUERY_COST_NAME_H
#define IX_QUERY_COST_NAME_H

#include "indexer/warehouse/cost.h"

/* What a name stands for: a dimension, or a grain of the calendar. */
struct ix_cost_name {
    bool is_grain;
    enum ix_cost_grain grain;
    struct ix_cost_dimension dimension; /* its key is of the name */
};

/* Short words (service), columns of FOCUS in any case (ServiceName), columns beside them (x_Team),
 * tag.KEY of the bill, resource.tag.KEY, resource.label.KEY and resource.FIELD of what the
 * inventory knows, and day, week, month, quarter, year. IX_INVALID with a suggestion. */
IX_MUST_CHECK enum ix_code ix_cost_name_find(struct ix_sv name, struct ix_cost_name *ret_name,
                                             struct ix_err *err);
/* Each short word, and each field of a resource behind its prefix; for completion. */
typedef void ix_cost_name_fn(void *context, const char *prefix, const char *name);
void ix_cost_name_each(ix_cost_name_fn *take, void *context);
/* The calendar period that the time lies in (UTC, weeks from Monday on); IX_TIME_UNKNOWN: of no
 * grain. */
int64_t ix_cost_grain_begin(enum ix_cost_grain grain, int64_t ms);
/* "2025", "2025-Q1", "2025-03", "2025-03-04" (also of a week): the calendar period that begins
 * there. */
struct ix_sv ix_cost_period_text(struct ix_arena *arena, enum ix_cost_grain grain,
                                 int64_t begin_ms);

#endif
