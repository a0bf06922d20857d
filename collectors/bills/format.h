/* A format of bills: how it is told by its heading, and a table that maps its columns onto FOCUS.
 *
 * Rows of a table (the .def file of each format):
 *
 *   BILL_ROW(FOCUS column, "their column|another spelling", RULE)
 *
 * Names are compared without case. The first of the columns that has a value counts. Whatever else
 * has one is kept beside, under its own name. What a table cannot say (the category of a charge,
 * amounts that depend on it) is in the format's `finish`.
 */
#ifndef IX_COLLECTORS_BILLS_FORMAT_H
#define IX_COLLECTORS_BILLS_FORMAT_H

#include "base/csv.h"
#include "collectors/collector.h"

enum ix_bill_rule {
    IX_BILL_COPY,    /* as FOCUS types the column */
    IX_BILL_LAST,    /* a time that names the last day: the end is a day later */
    IX_BILL_LOWER,   /* ids that are compared without case */
    IX_BILL_SEGMENT, /* what stands behind the last slash */
};

struct ix_bill_row {
    enum ix_focus_column column;
    const char *theirs;
    enum ix_bill_rule rule;
};

struct ix_bill_heading {
    const struct ix_sv *names; /* as the format calls them: see ix_bill_format.name_of */
    const struct ix_sv *written;
    size_t count;
};

struct ix_bill_reading;

struct ix_bill_format {
    const char *name; /* "AWS Cost and Usage Report" */
    struct ix_sv source_kind;
    bool (*claims)(const struct ix_bill_heading *heading);
    /* The name that the table knows a column by; NULL: as it is written. */
    struct ix_sv (*name_of)(struct ix_arena *arena, struct ix_sv written);
    const struct ix_bill_row *rows;
    size_t row_count;
    /* The key of the tag that a column of this name holds; without pointer: it holds none. NULL:
     * there are no such columns. */
    struct ix_sv (*tag_of)(struct ix_sv written);
    /* Sets what the table cannot. IX_INVALID refuses the row, with the reason. */
    enum ix_code (*finish)(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           struct ix_err *err);
    /* Lines that a row holds beside its own, one by one; NULL: there are none. */
    enum ix_code (*follow)(struct ix_bill_reading *reading, const struct ix_cost_line *line,
                           size_t at, struct ix_cost_line *ret_line, bool *ret_more,
                           struct ix_err *err);
};

extern const struct ix_bill_format ix_bill_focus, ix_bill_aws, ix_bill_azure, ix_bill_google,
    ix_bill_oracle;

enum { IX_BILL_ALTERNATIVES = 6, IX_BILL_LOOKUPS = 128 };

/* The cells of one list of names, found once for each list. */
struct ix_bill_lookup {
    const char *names; /* the list itself: two lists of equal text are two */
    size_t cells[IX_BILL_ALTERNATIVES];
    size_t count;
};

/* The row at hand, for `finish`. */
struct ix_bill_reading {
    const struct ix_bill_format *format;
    struct ix_bill_heading heading;
    struct ix_csv_row row;
    struct ix_arena arena; /* of the row */
    uint8_t rounded;       /* amounts of it that had digits below 10^-18 */
    struct ix_bill_lookup lookups[IX_BILL_LOOKUPS];
    size_t lookup_count;
};

bool ix_bill_has(const struct ix_bill_heading *heading, const char *name);
/* The cells of these columns ("a|b"). */
struct ix_bill_lookup ix_bill_look_up(const struct ix_bill_heading *heading, const char *names);
/* The first of them that has a value in this row, and which cell it is; without pointer when none
 * has. */
struct ix_sv ix_bill_first(const struct ix_csv_row *row, const struct ix_bill_lookup *lookup,
                           size_t *ret_cell);
/* The same by names, which are constant: their cells are remembered. */
struct ix_sv ix_bill_find(struct ix_bill_reading *reading, const char *names, size_t *ret_cell);
static inline struct ix_sv ix_bill_cell(struct ix_bill_reading *reading, const char *names) {
    size_t cell;
    return ix_bill_find(reading, names, &cell);
}
/* Of an amount; *ret_known false when it has none. IX_INVALID names the column. */
IX_MUST_CHECK enum ix_code ix_bill_amount(struct ix_bill_reading *reading, const char *names,
                                          struct ix_money *ret_amount, bool *ret_known,
                                          struct ix_err *err);

static inline void ix_bill_set(struct ix_cost_line *line, enum ix_cost_metric metric,
                               struct ix_money amount) {
    line->cost[metric] = amount;
    line->cost_known[metric] = true;
}

#endif
