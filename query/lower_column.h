/* Columns: expressions for fields, properties and tags; the inside of lower.c. */
#ifndef IX_QUERY_LOWER_COLUMN_H
#define IX_QUERY_LOWER_COLUMN_H

#include "query/lower_pred.h"

/* Writes the value of a FIELD, PROP or TAG column of the row; *ret_cell: how to read it. */
bool ix_lower_column(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column,
                     enum ix_cell *ret_cell);

/* The same for grouping: something equal exactly where the value is; and the value again, of a
 * column `name` that holds it. */
bool ix_lower_column_key(struct ix_lowering *l, struct ix_sql *sql, const struct ix_column *column,
                         enum ix_cell *ret_cell);
void ix_lower_column_of_key(struct ix_lowering *l, struct ix_sql *sql,
                            const struct ix_column *column, const char *name);

#endif
