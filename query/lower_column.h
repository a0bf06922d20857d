/* Columns: expressions for fields, properties and tags; the inside of lower.c. */
#ifndef IX_QUERY_LOWER_COLUMN_H
#define IX_QUERY_LOWER_COLUMN_H

#include "query/lower_pred.h"

/* Writes the value of a FIELD, PROP or TAG column of the row; *ret_cell: how to read it. */
bool ix_lower_column(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column,
                     enum ix_cell *ret_cell);

/* The stored column that says all of a column; false: none does. */
bool ix_lower_column_stored(const struct ix_column *column, enum ix_stored *ret_stored);

/* Of the field `cost`. */
bool ix_lower_cost_column(struct ix_lowering *l, struct ix_sql *sql,
                          const struct ix_column *column);

#endif
