/* Columns: expressions for fields, properties and tags; the inside of lower.c. */
#ifndef IX_QUERY_LOWER_COLUMN_H
#define IX_QUERY_LOWER_COLUMN_H

#include "query/lower_pred.h"

/* Writes the value of a FIELD, PROP or TAG column of the row; *ret_cell: how to read it. */
bool ix_lower_column(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column,
                     enum ix_cell *ret_cell);

/* Writes the number that stands for the value of a column of few values; false: it has none. */
bool ix_lower_column_key(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column);

/* Of the field `cost`. */
bool ix_lower_cost_column(struct ix_lowering *l, struct ix_sql *sql,
                          const struct ix_column *column);

#endif
