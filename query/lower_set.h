/* Conditions as sets (ix_dialect_sets), as far as they can be said so; the inside of lower.c. */
#ifndef IX_QUERY_LOWER_SET_H
#define IX_QUERY_LOWER_SET_H

#include "query/lower_pred.h"

/* What a set says of a condition. */
enum ix_set_fit {
    IX_SET_UNKNOWN, /* nothing */
    IX_SET_NARROWS, /* whatever it holds of is in the set; the row decides */
    IX_SET_DECIDES,
};

/* Appends the set of the condition to `sql`, unless it is UNKNOWN; l->err when something fails. */
enum ix_set_fit ix_lower_set_of(struct ix_lowering *l, struct ix_sql *sql,
                                const struct ix_pred *pred);

#endif
