/* `summarize`: groups of the working set, and what each is in numbers. */
#include "query/lower_pipeline.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

static bool fail(struct ix_pipeline *p, const struct ix_column *column, const char *what) {
    ix_err_set_at(p->l.err, IX_INVALID, column->begin, column->end, "%s", what);
    return false;
}

/* Whether the aggregate can be made of such a column, and the cell that it gives. */
static bool fits(struct ix_pipeline *p, const struct ix_plan_aggregate *a, enum ix_cell cell,
                 enum ix_cell *ret_cell) {
    const bool bound = a->kind == IX_AGGREGATE_LEAST || a->kind == IX_AGGREGATE_MOST;
    *ret_cell = IX_CELL_PLAIN;
    if (a->kind == IX_AGGREGATE_DIFFERENT) {
        return true;
    }
    if (a->column.cost && a->column.cost->several) {
        return fail(p, &a->column,
                    "costs in several currencies are never added; name one, for example "
                    "cost.usd.month");
    }
    if (a->column.cost && a->kind != IX_AGGREGATE_SHARE) {
        *ret_cell = IX_CELL_JSON;
    } else if (cell == IX_CELL_TIME && bound) {
        *ret_cell = IX_CELL_TIME;
    } else if (cell != IX_CELL_JSON && !(cell == IX_CELL_PLAIN && bound)) {
        return fail(p, &a->column,
                    cell == IX_CELL_TIME || cell == IX_CELL_AGE
                        ? "of times there is a min and a max, as in max(created)"
                        : "this is no number to add up; min, max and dcount take it");
    }
    return true;
}

static bool write_aggregate(struct ix_pipeline *p, struct ix_sql *sql,
                            const struct ix_plan_aggregate *a, enum ix_cell *ret_cell) {
    const struct ix_cost_field *cost = a->column.cost;
    const bool money = cost && !cost->is_change;
    enum ix_cell cell = IX_CELL_PLAIN;
    struct ix_sql value;
    struct ix_sql number;
    bool done = true;
    ix_sql_init(&value, p->l.arena);
    ix_sql_init(&number, p->l.arena);
    *ret_cell = IX_CELL_PLAIN;
    if (a->kind != IX_AGGREGATE_COUNT) {
        done = ix_lower_column(&p->l, &value, &a->column, &cell) && fits(p, a, cell, ret_cell);
    }
    if (cell == IX_CELL_JSON && !money && a->kind != IX_AGGREGATE_DIFFERENT) {
        p->l.dialect->sortable(&number, &value);
        *ret_cell = IX_CELL_PLAIN;
    } else {
        ix_sql_append(&number, &value);
    }
    p->l.dialect->aggregate(sql, a->kind, a->fraction, money, &number);
    ix_sql_done(&number);
    ix_sql_done(&value);
    return done;
}

bool ix_pipeline_summarize(struct ix_pipeline *p, const struct ix_stage *stage) {
    struct ix_sql sql;
    ix_sql_init(&sql, p->l.arena);
    bool done = ix_pipeline_freeze_if_cut(p);
    text(&sql, "SELECT ");
    done = done && ix_pipeline_columns(p, &sql, stage->columns, stage->column_count);
    const size_t by = stage->column_count;
    for (size_t i = 0; done && i < stage->aggregate_count; i++) {
        text(&sql, by + i > 0 ? ", " : "");
        done = write_aggregate(p, &sql, &stage->aggregates[i], &p->cells[by + i]);
        text(&sql, " AS ");
        ix_pipeline_numbered(&sql, 'c', by + i);
    }
    text(&sql, " ");
    p->l.dialect->from(&sql, p->l.scope);
    ix_pipeline_condition(p, &sql);
    if (by > 0) {
        text(&sql, " GROUP BY ");
        ix_pipeline_numbers(&sql, by);
        text(&sql, " ORDER BY ");
        ix_pipeline_numbers(&sql, by);
    }
    p->column_count = by + stage->aggregate_count;
    ix_pipeline_become_rows(p, sql);
    return done;
}
