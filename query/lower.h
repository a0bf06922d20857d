/* Lowering: from the plan to one statement of the warehouse's dialect.
 *
 * Every condition becomes membership of a set or a test of the row itself, joined by AND, OR and
 * NOT, never NULL; so complement negation is plain NOT. Conditions go to an index wherever one can
 * decide them or narrow them; what is left is decided value by value through tests bound to the
 * statement (query/match.h).
 */
#ifndef IX_QUERY_LOWER_H
#define IX_QUERY_LOWER_H

#include "indexer/warehouse/dialect.h"
#include "query/match.h"
#include "query/plan.h"

enum { IX_ORDER_KEYS_MAX = 16 };

/* Where a page of an ordered answer begins: the last row before it, key by key. */
struct ix_keyset {
    struct ix_bind keys[IX_ORDER_KEYS_MAX];
    size_t count; /* 0: from the beginning */
};

struct ix_lower_settings {
    int64_t limit;     /* rows of the answer at most, one more is asked for; 0: all */
    bool any_order;    /* the engine's own, where the query does not ask for one */
    int64_t skip_rows; /* of ROWS: so many are passed over first */
    struct ix_keyset after;
};

enum ix_answer_kind {
    IX_ANSWER_RESOURCES, /* columns: the rid, then the order's keys */
    IX_ANSWER_ROWS,      /* columns of the plan, or count, or facet's three */
};

/* How a value of ROWS is to be read. */
enum ix_cell {
    IX_CELL_PLAIN,
    IX_CELL_TIME, /* milliseconds */
    IX_CELL_AGE,  /* milliseconds of `created` */
    IX_CELL_FLAGS,
    IX_CELL_TRISTATE,
    IX_CELL_JSON,
};

struct ix_lowered {
    struct ix_sql sql;
    struct ix_sql sets; /* "g0 AS (…), …" while lowering; then a part of `sql` */
    size_t set_count;
    enum ix_answer_kind kind;
    size_t key_count; /* of the order, of RESOURCES; keyset paging compares them */
    bool any_order;   /* it is the engine's own */
    enum ix_cell cells[IX_QUERY_ITEMS_MAX + 3]; /* of ROWS */
    size_t cell_count;
    /* what must live as long as the statement */
    struct ix_matcher **matchers; /* malloc'ed */
    size_t matcher_count, matcher_capacity;
};

/* `arena` and `plan` must outlive the result. IX_UNSUPPORTED for what this version cannot lower,
 * with the place in the query. */
IX_MUST_CHECK enum ix_code ix_lower(struct ix_arena *arena, const struct ix_dialect *dialect,
                                    const struct ix_plan *plan,
                                    const struct ix_lower_settings *settings,
                                    struct ix_lowered *ret_lowered, struct ix_err *err);
/* The statement that counts what the plan's search and stages leave, up to `cap`. */
IX_MUST_CHECK enum ix_code ix_lower_count(struct ix_arena *arena, const struct ix_dialect *dialect,
                                          const struct ix_plan *plan, int64_t cap,
                                          struct ix_lowered *ret_lowered, struct ix_err *err);
/* A select of the rids that the plan leaves; IX_INVALID when its stages make columns. */
IX_MUST_CHECK enum ix_code ix_lower_set(struct ix_arena *arena, const struct ix_dialect *dialect,
                                        const struct ix_plan *plan, struct ix_lowered *ret_lowered,
                                        struct ix_err *err);
void ix_lowered_done(struct ix_lowered *lowered); /* takes NULL or zeroed */

#endif
