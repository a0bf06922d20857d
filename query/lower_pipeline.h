/* The pipeline while it is lowered; the inside of lower.c, lower_working.c and lower_count.c. */
#ifndef IX_QUERY_LOWER_PIPELINE_H
#define IX_QUERY_LOWER_PIPELINE_H

#include "query/lower_column.h"

struct ix_pipeline {
    struct ix_lowering l;
    const struct ix_plan *plan;

    /* resources: the working set (lower_working.c) */
    struct ix_sql sets; /* "set, set, …": what they are all in */
    size_t set_count;
    struct ix_sql text_set; /* of the texts of the search; empty: none */
    struct ix_sql rest;     /* " AND …": what else the row must meet; empty: nothing */
    bool is_frozen;         /* it is what a limit left, or a hop reached */
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

/* ---- lower_working.c ---- */
/* Which rows of an ordered set are looked at. */
struct ix_first {
    enum ix_stored column; /* the first one that they are ordered by */
    bool descending;
    bool then_by_name; /* ascending, where that one is the same */
    int64_t count;     /* so many are wanted; 0: all */
    int64_t after;     /* rids up to this one are not */
};

void ix_working_begin(struct ix_pipeline *p);
void ix_working_end(struct ix_pipeline *p);
bool ix_working_is_ranked(const struct ix_pipeline *p);
/* Nothing is asked of rows. */
bool ix_working_is_bare(const struct ix_pipeline *p);
bool ix_working_add(struct ix_pipeline *p, const struct ix_pred *pred);
/* The set of a bare one; false: it is not. */
bool ix_working_set(struct ix_pipeline *p, struct ix_sql *sql);
/* "FROM …", with all conditions. */
void ix_working_from(struct ix_pipeline *p, struct ix_sql *sql);
/* As a select in the set's order wants it. `rows`: more is read than rid and rank. */
void ix_working_from_ordered(struct ix_pipeline *p, struct ix_sql *sql, bool rows,
                             const struct ix_first *first);
void ix_working_rids(struct ix_pipeline *p, struct ix_sql *sql); /* a select, in no order */
/* The rids of a select, which it takes, are the working set from now on. */
void ix_working_become(struct ix_pipeline *p, struct ix_sql rids);
/* From now on it is bare, and made once. */
void ix_working_settle(struct ix_pipeline *p);

bool ix_pipeline_count(struct ix_pipeline *p, const struct ix_stage *stage);
bool ix_pipeline_summarize(struct ix_pipeline *p, const struct ix_stage *stage);
bool ix_pipeline_cost(struct ix_pipeline *p, const struct ix_cost_rows *rows);
bool ix_pipeline_facet(struct ix_pipeline *p, const struct ix_stage *stage);

#endif
