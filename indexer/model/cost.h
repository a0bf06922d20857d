/* ix_cost_line: one line of a bill in the words of FOCUS, whatever format the bill had.
 *
 * The FinOps Open Cost and Usage Specification, dataset Cost and Usage, 1.0 to 1.4: column names
 * and meanings are the specification's (indexer/model/focus.def). Collectors map other bills onto
 * it. Everything is borrowed: good only during the call it is passed to.
 */
#ifndef IX_INDEXER_MODEL_COST_H
#define IX_INDEXER_MODEL_COST_H

#include "base/json.h"
#include "base/money.h"
#include "base/time.h"

enum ix_focus_column {
#define IX_FOCUS_COLUMN(symbol, type, level, since, until) IX_FOCUS_##symbol,
#include "indexer/model/focus.def"
#undef IX_FOCUS_COLUMN
    IX_FOCUS_COUNT
};

enum ix_focus_type { IX_FOCUS_TEXT, IX_FOCUS_DECIMAL, IX_FOCUS_TIME, IX_FOCUS_JSON };
enum ix_focus_level { IX_FOCUS_M, IX_FOCUS_R, IX_FOCUS_C };

struct ix_focus_info {
    const char *name;
    enum ix_focus_type type;
    enum ix_focus_level level;
    const char *since, *until; /* versions; "" when it has not left */
};

extern const struct ix_focus_info ix_focus_columns[IX_FOCUS_COUNT];
/* By name, any case (Athena lower-cases all). False when no version has such a column. */
bool ix_focus_find(struct ix_sv name, enum ix_focus_column *ret_column);

/* What an amount counts (FOCUS: the four cost columns). */
enum ix_cost_metric {
    IX_COST_BILLED,
    IX_COST_EFFECTIVE,
    IX_COST_LIST,
    IX_COST_CONTRACTED,
    IX_COST_METRIC_COUNT
};
const char *ix_cost_metric_name(enum ix_cost_metric metric); /* billed, effective, ... */
enum ix_focus_column ix_cost_metric_column(enum ix_cost_metric metric);

enum ix_cost_basis {
    IX_COST_BILL,     /* somebody charges it */
    IX_COST_ESTIMATE, /* computed from prices and use: OpenCost, Kubecost */
};

struct ix_cost_line {
    struct ix_sv source; /* the source's name, unique in a warehouse */
    struct ix_sv source_kind;
    enum ix_cost_basis basis;
    /* Every column but those with members of their own below. A null has no pointer; no text stands
     * for a null. DECIMAL as the bill writes it, a plain or exponent number; JSON canonical. */
    struct ix_sv text[IX_FOCUS_COUNT];
    struct ix_money cost[IX_COST_METRIC_COUNT];
    bool cost_known[IX_COST_METRIC_COUNT]; /* false: the bill does not say; never the same as 0 */
    uint8_t cost_rounded;                  /* amounts that had digits below 10^-18 */
    /* Ends are exclusive; IX_TIME_UNKNOWN when not said. Only billing_start_ms and charge_start_ms
     * are always known. */
    int64_t billing_start_ms, billing_end_ms, charge_start_ms, charge_end_ms;
    const struct ix_json *tags; /* an object of texts (a tag without a value is true), or NULL */
    struct ix_sv tags_text;     /* instead of them, where ix_cost_tags_plain is true of it */
    const struct ix_json
        *extra;  /* columns that FOCUS does not have (x_...), as an object, or NULL */
    int64_t row; /* of the file, its first line is 1 */
};

/* Tags as most bills write them are canonical JSON already, and need no tree: an object of texts,
 * of printable ASCII without quotes, backslashes and spaces between, its keys in order. Such a text
 * is copied and compared as it is. */
bool ix_cost_tags_plain(struct ix_sv text);
/* The pairs of such a text, one after another: `rest` begins as the text. False: there is none. */
bool ix_cost_tags_next(struct ix_sv *rest, struct ix_sv *ret_key, struct ix_sv *ret_value);
/* Such a text, or none, as an object of the arena. */
struct ix_json *ix_cost_tags_object(struct ix_arena *arena, struct ix_sv text);

#endif
