/* Running a query: from its text to rows of JSON, one after another, and what must be said beside
 * them.
 *
 *   ix_query_run(warehouse, text, settings, &answer, err)
 *   while (ix_answer_next(answer, arena, &row, err) == IX_OK && row) ...
 *   ix_answer_tail(answer, arena, &tail, err)      count, next, meta
 */
#ifndef IX_QUERY_RUN_H
#define IX_QUERY_RUN_H

#include "indexer/warehouse/warehouse.h"
#include "query/plan.h"

enum { IX_COUNT_CAP = 10000 }; /* counts beyond are told as "more than" */

struct ix_run_query_settings {
    int64_t now_ms;
    int64_t limit; /* rows of one answer; 0: all */
    bool properties;
    bool count;          /* tell how many there are in all, up to IX_COUNT_CAP */
    struct ix_sv cursor; /* where an earlier answer ended; empty: from the beginning */
    /* for streams, which are a run of the query for each piece */
    bool any_order;      /* resources in the engine's own order, where the query asks for none */
    bool any_generation; /* the cursor may be of another generation */
    /* the known words, NULL at the end, for notes about misspelled ones; NULL: none are known */
    const char *const *kinds, *const *categories, *const *types;
    /* For `explain`: how the properties of types decide `encrypted` and `public`, each beginning
     * with that name; NULL at the end. NULL: not told. */
    const char *const *rules;
};

struct ix_answer;

/* IX_INVALID and IX_UNSUPPORTED come with the place in `text`; a cursor of another generation or
 * query is IX_INVALID. The warehouse must outlive the answer. `text` is copied. */
IX_MUST_CHECK enum ix_code ix_query_run(struct ix_warehouse *warehouse, struct ix_sv text,
                                        const struct ix_run_query_settings *settings,
                                        struct ix_answer **ret_answer, struct ix_err *err);
void ix_answer_close(struct ix_answer *answer); /* takes NULL */

/* True: each row is a resource; false: each row has the columns below, by name. */
bool ix_answer_is_resources(const struct ix_answer *answer);
size_t ix_answer_column_count(const struct ix_answer *answer);
struct ix_sv ix_answer_column(const struct ix_answer *answer, size_t column);
int64_t ix_answer_generation(const struct ix_answer *answer);
/* True when each page costs little more than its rows: in the engine's own order (any_order), and
 * without words, which are looked up whole for each page. */
bool ix_answer_pages_cheaply(const struct ix_answer *answer);
/* True: the same query may answer otherwise later, though nothing was indexed. */
bool ix_answer_moves(const struct ix_answer *answer);
/* What `| as` asked for. */
enum ix_plan_format ix_answer_format(const struct ix_answer *answer);
/* For `| explain`: the plan and the statement as text; empty when it was not asked for, then there
 * are no rows. Good as long as the answer. */
struct ix_sv ix_answer_explanation(const struct ix_answer *answer);

/* The next row as an object in `arena`; NULL after the last. */
IX_MUST_CHECK enum ix_code ix_answer_next(struct ix_answer *answer, struct ix_arena *arena,
                                          struct ix_json **ret_row, struct ix_err *err);
/* True once the limit kept back a row. */
bool ix_answer_has_more(const struct ix_answer *answer);
/* The cursor that goes on after the last row given; before the tail. */
IX_MUST_CHECK enum ix_code ix_answer_cursor(struct ix_answer *answer, struct ix_arena *arena,
                                            struct ix_sv *ret_text, struct ix_err *err);
/* There are no more rows, though perhaps more were found: result_mode is `incomplete`, and `why`
 * (may be "") is among the notes. For rows that ended with an error. */
void ix_answer_cut(struct ix_answer *answer, const char *why);
bool ix_answer_is_cut(const struct ix_answer *answer);
/* After the last row: {"count": {"value", "exact"}, "next": null | cursor, "meta": {…}}. */
IX_MUST_CHECK enum ix_code ix_answer_tail(struct ix_answer *answer, struct ix_arena *arena,
                                          struct ix_json **ret_tail, struct ix_err *err);

struct ix_lowered; /* query/lower.h */

/* The rids that the query finds, as a select for other statements. `arena` keeps what the statement
 * stands on; the caller ends *ret_lowered. IX_INVALID when its stages make columns. */
IX_MUST_CHECK enum ix_code ix_query_select(struct ix_warehouse *warehouse, struct ix_sv text,
                                           int64_t now_ms, struct ix_arena *arena,
                                           struct ix_lowered *ret_lowered, struct ix_err *err);

/* Pushes what sources say of the resources that the query finds; a query whose stages make columns
 * is IX_INVALID. */
IX_MUST_CHECK enum ix_code ix_query_export(struct ix_warehouse *warehouse, struct ix_sv text,
                                           int64_t now_ms, struct ix_sink *sink,
                                           struct ix_err *err);

#endif
