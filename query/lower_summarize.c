/* `summarize`: groups of the working set, and what each is in numbers. */
#include "query/lower_pipeline.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

static bool fail(struct ix_pipeline *p, const struct ix_column *column, const char *what) {
    ix_err_set_at(p->l.err, IX_INVALID, column->begin, column->end, "%s", what);
    return false;
}

/* What an aggregate is made of: a column of resources, or of rows that are columns. */
struct source {
    struct ix_sql value;
    enum ix_cell cell;
    bool money;
};

static bool write_source(struct ix_pipeline *p, const struct ix_column *column,
                         const enum ix_cell *cells, const bool *money, struct source *source) {
    if (column->kind == IX_COLUMN_RESULT) {
        ix_pipeline_numbered(&source->value, 'c', column->result);
        source->cell = cells[column->result];
        source->money = money[column->result];
        return true;
    }
    source->money = column->cost && !column->cost->is_change;
    return ix_lower_column(&p->l, &source->value, column, &source->cell);
}

/* Whether the aggregate can be made of such values, and the cell that it gives. */
static bool fits(struct ix_pipeline *p, const struct ix_plan_aggregate *a,
                 const struct source *source, enum ix_cell *ret_cell) {
    const bool bound = a->kind == IX_AGGREGATE_LEAST || a->kind == IX_AGGREGATE_MOST;
    const bool number =
        source->cell == IX_CELL_JSON || (source->cell == IX_CELL_PLAIN && p->is_rows);
    *ret_cell = IX_CELL_PLAIN;
    if (a->kind == IX_AGGREGATE_DIFFERENT) {
        return true;
    }
    if (a->column.cost && a->column.cost->several) {
        return fail(p, &a->column,
                    "costs in several currencies are never added; name one, for example "
                    "cost.usd.month");
    }
    if (source->money && a->kind != IX_AGGREGATE_SHARE) {
        *ret_cell = IX_CELL_JSON;
    } else if (source->cell == IX_CELL_TIME && bound) {
        *ret_cell = IX_CELL_TIME;
    } else if (!number && !(source->cell == IX_CELL_PLAIN && bound)) {
        return fail(p, &a->column,
                    source->cell == IX_CELL_TIME || source->cell == IX_CELL_AGE
                        ? "of times there is a min and a max, as in max(created)"
                        : "this is no number to add up; min, max and dcount take it");
    }
    return true;
}

/* As one number a row; of JSON that is no money. */
static void write_number(struct ix_pipeline *p, struct ix_sql *number,
                         const struct ix_plan_aggregate *a, const struct source *source) {
    if (source->cell == IX_CELL_JSON && !source->money && a->kind != IX_AGGREGATE_DIFFERENT) {
        p->l.dialect->sortable(number, &source->value);
    } else {
        ix_sql_append(number, &source->value);
    }
}

static bool write_aggregate(struct ix_pipeline *p, struct ix_sql *sql,
                            const struct ix_plan_aggregate *a, const enum ix_cell *cells,
                            const bool *money, size_t at) {
    struct source source = {0};
    struct ix_sql number;
    bool done = true;
    ix_sql_init(&source.value, p->l.arena);
    ix_sql_init(&number, p->l.arena);
    p->cells[at] = IX_CELL_PLAIN;
    if (a->kind != IX_AGGREGATE_COUNT) {
        done = write_source(p, &a->column, cells, money, &source) &&
               fits(p, a, &source, &p->cells[at]);
        write_number(p, &number, a, &source);
    }
    p->money[at] = source.money && p->cells[at] == IX_CELL_JSON;
    p->l.dialect->aggregate(sql, a->kind, a->fraction, source.money, &number);
    ix_sql_done(&number);
    ix_sql_done(&source.value);
    return done;
}

/* The columns that groups are by. */
static bool write_groups(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_stage *stage) {
    size_t columns[IX_QUERY_ITEMS_MAX];
    if (!p->is_rows) {
        return ix_pipeline_columns(p, sql, stage->columns, stage->column_count);
    }
    for (size_t i = 0; i < stage->column_count; i++) {
        columns[i] = stage->columns[i].result;
    }
    ix_pipeline_chosen(p, sql, columns, stage->column_count);
    return true;
}

bool ix_pipeline_summarize(struct ix_pipeline *p, const struct ix_stage *stage) {
    enum ix_cell cells[IX_QUERY_ITEMS_MAX + 3];
    bool money[IX_QUERY_ITEMS_MAX + 3];
    struct ix_sql sql;
    memcpy(cells, p->cells, sizeof cells);
    memcpy(money, p->money, sizeof money);
    ix_sql_init(&sql, p->l.arena);
    bool done = p->is_rows || ix_pipeline_freeze_if_cut(p);
    text(&sql, "SELECT ");
    done = done && write_groups(p, &sql, stage);
    const size_t by = stage->column_count;
    for (size_t i = 0; done && i < stage->aggregate_count; i++) {
        text(&sql, by + i > 0 ? ", " : "");
        done = write_aggregate(p, &sql, &stage->aggregates[i], cells, money, by + i);
        text(&sql, " AS ");
        ix_pipeline_numbered(&sql, 'c', by + i);
    }
    if (p->is_rows) {
        ix_pipeline_from_rows(p, &sql);
    } else {
        text(&sql, " ");
        ix_working_from(p, &sql);
    }
    for (size_t i = 0; i < by; i++) {
        ix_buf_printf(&sql.text, i ? ", %zu" : " GROUP BY %zu", i + 1);
    }
    if (by > 0) {
        text(&sql, " ORDER BY ");
        ix_pipeline_numbers(&sql, by);
    }
    p->column_count = by + stage->aggregate_count;
    ix_pipeline_become_rows(p, sql);
    return done;
}
