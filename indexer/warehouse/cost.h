/* Asking for sums of money.
 *
 * A question names a metric, a calendar grain, dimensions and filters; the answer is one row for
 * each combination that occurs, with its exact sum. Sums never pass through a double and currencies
 * are never added: every row is of one currency. Whether the answer comes from sums that were made
 * while loading or from the lines themselves is the engine's choice and cannot be seen in the sums.
 *
 * A line belongs to the calendar period in which its charge period begins (UTC). Lines are of FOCUS
 * (indexer/model/cost.h). A value that a line does not have is null (a slice without pointer),
 * which is its own group and never the empty text.
 */
#ifndef IX_INDEXER_WAREHOUSE_COST_H
#define IX_INDEXER_WAREHOUSE_COST_H

#include "indexer/warehouse/dialect.h"
#include "indexer/warehouse/warehouse.h"

enum ix_cost_grain {
    IX_COST_GRAIN_NONE, /* all in one; a row's begin_ms is IX_TIME_UNKNOWN */
    IX_COST_GRAIN_DAY,
    IX_COST_GRAIN_WEEK, /* ISO 8601: from Monday on */
    IX_COST_GRAIN_MONTH,
    IX_COST_GRAIN_QUARTER,
    IX_COST_GRAIN_YEAR,
};

enum ix_cost_dimension_kind {
    /* what the bill says */
    IX_COST_BY_COLUMN, /* `column`, any but the four costs; times as ix_time_format writes them */
    IX_COST_BY_TAG,    /* `key` of Tags */
    IX_COST_BY_EXTRA,  /* `key`: a column that FOCUS does not have (x_...) */
    IX_COST_BY_SOURCE, /* the source's name */
    IX_COST_BY_BASIS,  /* bill, estimate */
    /* the resource that ResourceId names; null when it names none. STACK, PROJECT and MANAGED_BY,
     * tags, labels and annotations as they were on the day of the charge, all else as it is now */
    IX_COST_BY_RESOURCE,     /* `stored`: IX_STORED_UID, NAME, TYPE, KIND, STACK, ... no document */
    IX_COST_BY_RESOURCE_TAG, /* its tag, label or annotation `key` */
    /* the first of the words in `key` (separated by spaces, in any case) that is a tag or a label
     */
    IX_COST_BY_RESOURCE_TAGGED,
    /* whether there is one: "matched", "no resource id", "seen only in a bill",
     * "several have the id" */
    IX_COST_BY_MATCH,
};

struct ix_cost_dimension {
    enum ix_cost_dimension_kind kind;
    enum ix_focus_column column;
    enum ix_stored stored;
    struct ix_sv key;
    enum ix_tag_class tag_class; /* of RESOURCE_TAG */
};

/* Which lines count, by one dimension. */
struct ix_cost_filter {
    struct ix_cost_dimension of;
    const struct ix_sv *values; /* one of these; a slice without pointer is null */
    size_t value_count;
    const struct ix_value_test *test; /* or else this says it, of values that are not null; NULL */
    bool negate;                      /* none of them (null counts unless it is among them) */
};

struct ix_cost_question {
    enum ix_cost_metric metric;
    enum ix_cost_grain grain;
    int64_t from_ms, until_ms; /* [from, until); IX_TIME_UNKNOWN: no bound */
    const struct ix_cost_dimension *dimensions;
    size_t dimension_count;               /* up to IX_COST_DIMENSIONS_MAX */
    const struct ix_cost_filter *filters; /* all must hold */
    size_t filter_count;                  /* up to IX_COST_FILTERS_MAX */
    const struct ix_sql *rids; /* only lines of these resources (a select of rids); NULL: all */
    /* only so many rows, and those that equal the last of them: of the first currency (in the order
     * of ix_sv_cmp) those with the largest sums, then of the next. 0: all rows */
    size_t largest;
};

enum {
    IX_COST_DIMENSIONS_MAX = 24,
    IX_COST_FILTERS_MAX = 32,
    IX_COST_ROWS_MAX = 1 << 22, /* of an answer: IX_LIMIT past it */
};

struct ix_cost_row {
    int64_t begin_ms; /* of the calendar period */
    struct ix_sv currency;
    const struct ix_sv *values; /* one for each dimension, in their order */
    struct ix_money sum;        /* of what is known */
    int64_t lines;
    int64_t unknown; /* lines among them of which the bill does not say this metric */
};

/* Sorted by calendar period, then the values (null last), then currency. */
struct ix_cost_answer {
    const struct ix_cost_row *rows; /* in the arena */
    size_t count;
    size_t found; /* rows there are, `largest` or not */
    /* with `largest` the sums of all that was found: one row a currency, without values or period,
     * in the order of ix_sv_cmp; else NULL */
    const struct ix_cost_row *totals;
    size_t total_count;
    int64_t generation; /* of the warehouse that answered */
    bool rolled_up;     /* no line was read */
    int64_t read;       /* lines, or sums made before, that were read */
};

/* Everything of the answer is in `arena`. IX_LIMIT when a sum does not fit (the sum is named) or
 * there are too many rows; IX_INVALID for a dimension that is none. */
IX_MUST_CHECK enum ix_code ix_warehouse_cost(struct ix_warehouse *warehouse,
                                             const struct ix_cost_question *question,
                                             struct ix_arena *arena,
                                             struct ix_cost_answer *ret_answer, struct ix_err *err);

/* What is held: one for each source, billing period and currency. */
struct ix_cost_period {
    struct ix_sv source, source_kind;
    int64_t begin_ms; /* BillingPeriodStart */
    struct ix_sv currency;
    int64_t lines;
    int64_t rounded; /* amounts that had digits below 10^-18, of the whole period */
    struct ix_money total[IX_COST_METRIC_COUNT];
    int64_t unknown[IX_COST_METRIC_COUNT];
    int64_t imported_ms;
    int64_t run, generation; /* that brought it */
};

struct ix_cost_periods {
    const struct ix_cost_period *items; /* by source, period, currency; in the arena */
    size_t count;
};

IX_MUST_CHECK enum ix_code ix_warehouse_cost_periods(struct ix_warehouse *warehouse,
                                                     struct ix_arena *arena,
                                                     struct ix_cost_periods *ret_periods,
                                                     struct ix_err *err);

/* How far the newest billing period of a source goes. */
struct ix_cost_end {
    struct ix_sv source;
    int64_t begin_ms; /* BillingPeriodStart */
    int64_t until_ms; /* the end of its last charge of a day or less, of any where there is none */
};

struct ix_cost_ends {
    const struct ix_cost_end *items; /* by source; in the arena */
    size_t count;
};

IX_MUST_CHECK enum ix_code ix_warehouse_cost_ends(struct ix_warehouse *warehouse,
                                                  struct ix_arena *arena,
                                                  struct ix_cost_ends *ret_ends,
                                                  struct ix_err *err);

/* What a run did to the bills: for each billing period and currency that it brought, what the
 * source had for it and what it has now. Periods that came again unchanged are not listed. */
struct ix_cost_change {
    int64_t run;
    struct ix_sv source;
    int64_t begin_ms;
    struct ix_sv currency;
    bool was_known; /* false: the first time; the old totals are 0 */
    int64_t old_lines, new_lines;
    struct ix_money old_total[IX_COST_METRIC_COUNT], new_total[IX_COST_METRIC_COUNT];
};

struct ix_cost_changes {
    const struct ix_cost_change *items; /* newest run first; in the arena */
    size_t count;
};

/* `run` 0: of all runs. */
IX_MUST_CHECK enum ix_code ix_warehouse_cost_changes(struct ix_warehouse *warehouse, int64_t run,
                                                     struct ix_arena *arena,
                                                     struct ix_cost_changes *ret_changes,
                                                     struct ix_err *err);

/* The names that lines have beside FOCUS's columns, sorted: keys of Tags, or columns of `extra`. */
enum ix_cost_names { IX_COST_TAG_KEYS, IX_COST_EXTRA_COLUMNS };
struct ix_cost_name_list {
    const struct ix_sv *items; /* in the arena */
    size_t count;
};

IX_MUST_CHECK enum ix_code ix_warehouse_cost_names(struct ix_warehouse *warehouse,
                                                   enum ix_cost_names names, struct ix_arena *arena,
                                                   struct ix_cost_name_list *ret_names,
                                                   struct ix_err *err);

#endif
