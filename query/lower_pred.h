/* Lowering of conditions; the inside of lower.c. */
#ifndef IX_QUERY_LOWER_PRED_H
#define IX_QUERY_LOWER_PRED_H

#include "query/lower.h"

struct ix_lowering {
    struct ix_arena *arena;
    const struct ix_dialect *dialect;
    struct ix_lowered *lowered; /* keeps the matchers */
    enum ix_resource_scope scope;
    struct ix_err *err;
    int depth; /* of groups around what is written, in the statement or set at hand */
};

/* What a relation counts for: its set is several selects deep. */
enum { IX_LOWER_RELATION_DEPTH = 5 };

/* Writes the condition; false and l->err when it cannot. */
bool ix_lower_pred(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred);
/* Puts `set` in front of the statement under a name and makes it a select of that. `columns`:
 * "rid", or "*" for rows. */
void ix_lower_hoist(struct ix_lowering *l, struct ix_sql *set, const char *columns);
/* Of a TEXT that the text index knows (no glob, no regex). */
struct ix_text_query ix_lower_text_query(const struct ix_pred *pred);
bool ix_lower_is_indexed_text(const struct ix_pred *pred);
/* Writes a select of the rids that `hops` lead to `where` from (reverse), or the condition of
 * count(); see lower_relation.c. */
bool ix_lower_relation(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred);
/* Writes a select of what is reached from the rids of `from` over one hop. */
bool ix_lower_hop(struct ix_lowering *l, struct ix_sql *sql, const struct ix_sql *from,
                  const struct ix_hop *hop);

/* What a condition asks of the index of tags; false and l->err when it cannot be said. */
bool ix_lower_tag_query(struct ix_lowering *l, const struct ix_pred *pred,
                        struct ix_tag_query *ret_query);

/* What the index of properties says of a test: the resource has one of these. */
struct ix_narrowing {
    struct ix_property_query *queries;
    size_t count;      /* 0: nothing is known */
    size_t exact_from; /* the queries from here on decide; those before need the document */
};

/* Of a PROP, and of a PROP inside the elements at `path`. False and l->err without memory. */
bool ix_lower_narrow(struct ix_lowering *l, const struct ix_pred *pred,
                     struct ix_narrowing *narrowing);
bool ix_lower_narrow_part(struct ix_lowering *l, const struct ix_path *path,
                          const struct ix_pred *part, struct ix_narrowing *narrowing);
/* The path as the index keeps it; false for paths that only the document can answer. */
bool ix_lower_indexed_path(struct ix_lowering *l, const struct ix_path *path,
                           struct ix_property_query *query);
/* A path that must be there for the expression to have a value; NULL: none. */
const struct ix_path *ix_lower_needed_path(const struct ix_expression *x);
/* The condition as a test of the row's document. */
bool ix_lower_ask_document(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred);

/* Of what resources cost, see lower_cost.c. */
bool ix_lower_cost(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred);

/* A test for text values, or for properties (`pred`); NULL and l->err when it cannot. */
const struct ix_value_test *ix_lower_text_test(struct ix_lowering *l, const struct ix_test *test,
                                               bool versions);
const struct ix_value_test *ix_lower_json_test(struct ix_lowering *l, const struct ix_pred *pred);

/* What query/evaluate.h wants to know of a row: expressions for its properties, its tags and the
 * fields, which may name columns at [begin, end) of the query. */
struct ix_row_values {
    struct ix_sql *values;
    bool *json; /* it is JSON already */
    size_t count;
};
bool ix_lower_row_values(struct ix_lowering *l, const enum ix_field *fields, size_t field_count,
                         size_t begin, size_t end, struct ix_row_values *ret_row);
void ix_lower_row_values_done(struct ix_row_values *row);

/* The stored column of a field that is kept as such; false for fields that plans say otherwise. */
bool ix_lower_stored(enum ix_field field, enum ix_stored *ret_stored);

#endif
