/* The pipeline while it is lowered; the inside of lower.c and lower_count.c. */
#ifndef IX_QUERY_LOWER_PIPELINE_H
#define IX_QUERY_LOWER_PIPELINE_H

#include "query/lower_column.h"

struct ix_pipeline {
    struct ix_lowering l;
    const struct ix_plan *plan;

    /* resources */
    struct ix_sql condition; /* of the row; never empty */
    struct ix_sql frozen;    /* a select of rids that it must be in; empty text: none */
    const struct ix_column *order;
    size_t order_count;
    int64_t limit, skip; /* limit -1: none */
    struct ix_text_query *ranked;
    size_t ranked_count;
    bool any_order;

    /* columns */
    bool is_rows;
    struct ix_sql rows;
    enum ix_cell cells[IX_QUERY_ITEMS_MAX + 3];
    bool money[IX_QUERY_ITEMS_MAX + 3]; /* exact decimals, as JSON texts */
    size_t column_count;
};

/* "k7", "c7": names of columns of ours */
void ix_pipeline_numbered(struct ix_sql *sql, char letter, size_t number);
/* " AND …": what the working set's rows must meet */
void ix_pipeline_condition(struct ix_pipeline *p, struct ix_sql *sql);
/* What a limit left becomes the set that is worked on. */
bool ix_pipeline_freeze_if_cut(struct ix_pipeline *p);
/* "<value> AS c0, …"; notes their cells. */
bool ix_pipeline_columns(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_column *columns,
                         size_t count);
void ix_pipeline_numbers(struct ix_sql *sql, size_t count); /* "c0, c1, …" */
/* Of rows that are columns: "c3 AS c0, …", which become the only ones; " FROM (<rows>)". */
void ix_pipeline_chosen(struct ix_pipeline *p, struct ix_sql *sql, const size_t *columns,
                        size_t count);
void ix_pipeline_from_rows(struct ix_pipeline *p, struct ix_sql *sql);
/* From now on rows are those of `rows`, which it takes. */
void ix_pipeline_become_rows(struct ix_pipeline *p, struct ix_sql rows);

bool ix_pipeline_count(struct ix_pipeline *p, const struct ix_stage *stage);
bool ix_pipeline_summarize(struct ix_pipeline *p, const struct ix_stage *stage);
bool ix_pipeline_cost(struct ix_pipeline *p, const struct ix_cost_rows *rows);
bool ix_pipeline_facet(struct ix_pipeline *p, const struct ix_stage *stage);

#endif
