/* The stage `cost`: its rows were asked of the warehouse before (query/cost/stage.h). */
#include "query/lower_pipeline.h"

bool ix_pipeline_cost(struct ix_pipeline *p, const struct ix_cost_rows *rows) {
    struct ix_sv names[IX_COST_DIMENSIONS_MAX + 4];
    const size_t amount = ix_cost_rows_amount(rows);
    struct ix_sql sql;
    if (!rows->document.data) {
        ix_err_set_at(p->l.err, IX_UNSUPPORTED, rows->begin, rows->end,
                      "costs cannot be asked for here");
        return false;
    }
    p->column_count = ix_cost_rows_columns(rows, names);
    for (size_t i = 0; i < p->column_count; i++) {
        p->cells[i] = i == amount ? IX_CELL_JSON : IX_CELL_PLAIN;
        p->money[i] = i == amount;
    }
    ix_sql_init(&sql, p->l.arena);
    p->l.dialect->table_of(&sql, rows->document, p->money, p->column_count);
    ix_pipeline_become_rows(p, sql);
    return true;
}
