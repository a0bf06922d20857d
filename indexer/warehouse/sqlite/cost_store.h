/* Where lines of bills are kept: what loading, publishing, summing and reading share.
 *
 * Lines of one source and billing period are a row of cost_period. They lie in segments
 * (cost_segment), each column of a segment in a row of cost_data (cost_column.h). Texts that repeat
 * stand once, in cost_text, and columns hold their numbers. A roll-up is segments too, of another
 * level: its "lines" are sums over the lines that agree in the columns it has, so both are read by
 * the same code.
 */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_STORE_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_STORE_H

#include "indexer/warehouse/cost.h"
#include "indexer/warehouse/sqlite/cost_column.h"
#include "indexer/warehouse/sqlite/engine.h"

__extension__ typedef __int128 ix_cost_wide; /* sums of nano units on the way */

/* Columns beside FOCUS's own; those of `extra` follow. */
enum {
    IX_COST_AT_BASIS = IX_FOCUS_COUNT, /* enum ix_cost_basis */
    IX_COST_AT_ROUNDED,                /* amounts that had more digits */
    IX_COST_AT_COUNT,                  /* roll-ups: lines summed */
    IX_COST_AT_UNKNOWN,                /* roll-ups: lines without this metric, four columns */
    IX_COST_AT_EXTRA = IX_COST_AT_UNKNOWN + IX_COST_METRIC_COUNT,
};

enum {
    IX_COST_EXTRA_MAX = 1024,
    IX_COST_TAGS_MAX = 64, /* keys of tags that have a column of their own; derived */
    IX_COST_AT_TAG = IX_COST_AT_EXTRA + IX_COST_EXTRA_MAX,
    IX_COST_COLUMNS_MAX = IX_COST_AT_TAG + IX_COST_TAGS_MAX,
    IX_COST_CID_BITS = 16, /* a row of cost_data is seg << these, and the column */
};

/* What roll-ups keep apart: all have the columns that are few anyway (category, provider, ...). A
 * billing period may lack a level that would hardly sum up anything. */
enum ix_cost_level {
    IX_COST_LINES, /* the lines themselves */
    IX_COST_SERVICE_DAY,
    IX_COST_ACCOUNT_DAY,
    IX_COST_PLACE_DAY, /* service, account and region */
    IX_COST_PLACE_MONTH,
    IX_COST_RESOURCE_MONTH, /* these, the resource and its tags */
    IX_COST_ALONE_MONTH,    /* the resource and its account alone, in the order of resources */
    IX_COST_LEVELS
};

struct ix_cost_level_info {
    enum ix_cost_grain grain; /* to which ChargePeriodStart is cut */
    const uint16_t *columns;
    size_t count;
    bool in_order; /* rows are in the order of the first column's numbers, in one run or several */
};
extern const struct ix_cost_level_info ix_cost_levels[IX_COST_LEVELS];
enum { IX_COST_KEYS_MAX = 32 };

/* ---- cost_level.c ---- */
bool ix_cost_level_has(enum ix_cost_level level, size_t column);
/* *ret_order, malloc'ed: the rows by the first number of their keys. There is one at least. */
IX_MUST_CHECK enum ix_code ix_cost_order_rows(const int64_t *key, size_t keys, size_t count,
                                              uint32_t **ret_order, struct ix_err *err);

/* ---- cost_names.c: columns and texts by number ---- */

struct ix_cost_names_store {
    struct ix_sqlite *e;
    struct ix_arena arena;
    struct ix_map extra; /* name -> index from IX_COST_AT_EXTRA */
    struct ix_sv extra_names[IX_COST_EXTRA_MAX];
    size_t extra_count;
    struct ix_arena tag_arena; /* apart from the others: of who writes segments */
    struct ix_map tags;        /* key -> index from IX_COST_AT_TAG */
    struct ix_sv tag_names[IX_COST_TAGS_MAX];
    size_t tag_count;
    int64_t cids[IX_COST_COLUMNS_MAX]; /* index -> number in cost_column; 0: not there yet */
    /* texts of this run, bounded: once full they are forgotten and looked up again */
    struct ix_arena text_arena;
    struct ix_map texts;
    bool all_known; /* no text is in cost_text that is not in `texts` */
    int64_t next_tid;
};

IX_MUST_CHECK enum ix_code ix_cost_names_begin(struct ix_cost_names_store *names,
                                               struct ix_sqlite *e, struct ix_err *err);
void ix_cost_names_done(struct ix_cost_names_store *names);
/* The column of `extra` with that name, made when it is new. */
IX_MUST_CHECK enum ix_code ix_cost_names_extra(struct ix_cost_names_store *names, struct ix_sv name,
                                               size_t *ret_index, struct ix_err *err);
/* The column of the tag with that key, made when it is new; 0: there are as many as may be. */
IX_MUST_CHECK enum ix_code ix_cost_names_tag(struct ix_cost_names_store *names, struct ix_sv key,
                                             size_t *ret_index, struct ix_err *err);
/* 0: it has none. */
size_t ix_cost_names_find_tag(const struct ix_cost_names_store *names, struct ix_sv key);
/* Writes the column's row when it has none. */
IX_MUST_CHECK enum ix_code ix_cost_names_column(struct ix_cost_names_store *names, size_t index,
                                                int64_t *ret_cid, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cost_names_text(struct ix_cost_names_store *names, struct ix_sv text,
                                              uint64_t hash, int64_t *ret_tid, struct ix_err *err);
/* 0: not there. */
IX_MUST_CHECK enum ix_code ix_cost_find_text(struct ix_sqlite *e, struct ix_sv text,
                                             int64_t *ret_tid, struct ix_err *err);
/* In the arena. */
IX_MUST_CHECK enum ix_code ix_cost_text(struct ix_sqlite *e, int64_t tid, struct ix_arena *arena,
                                        struct ix_sv *ret_text, struct ix_err *err);

/* ---- cost_segment.c: a segment being gathered ---- */

struct ix_cost_segment {
    int64_t pid;
    uint32_t lines;
    size_t bytes; /* of texts */
    struct ix_cost_gather columns[IX_COST_COLUMNS_MAX];
    struct ix_cost_amounts amounts[IX_COST_METRIC_COUNT];
    size_t column_count;                         /* of those that may be in use */
    const int64_t *numbers[IX_COST_COLUMNS_MAX]; /* while it is written: tids of texts */
    struct ix_arena arena;                       /* of them */
};

struct ix_cost_writer {
    struct ix_sqlite *e;
    struct ix_cost_names_store names;
    struct ix_zstd *zstd;
    struct ix_buf plain, packed;
    struct ix_cost_gather *tags; /* by tag, IX_COST_TAGS_MAX; malloc'ed when first needed */
};

/* All but the names, which are begun and ended by themselves. */
void ix_cost_writer_done(struct ix_cost_writer *writer);
/* All texts of the column stand in cost_text, none in segments: what roll-ups have. */
bool ix_cost_is_numbered(size_t column);
/* NULL: out of memory. */
struct ix_cost_segment *ix_cost_segment_new(void);
void ix_cost_segment_free(struct ix_cost_segment *segment); /* takes NULL */
void ix_cost_segment_clear(struct ix_cost_segment *segment);
/* Puts what the writer has packed into the segment's row of that column. */
IX_MUST_CHECK enum ix_code ix_cost_segment_put(struct ix_cost_writer *writer, int64_t seg,
                                               size_t column, struct ix_err *err);
/* Gives the texts their numbers, which stay in `numbers` until the segment is cleared, and writes
 * everything. */
IX_MUST_CHECK enum ix_code ix_cost_segment_write(struct ix_cost_writer *writer,
                                                 struct ix_cost_segment *segment,
                                                 enum ix_cost_level level, struct ix_err *err);

/* ---- cost_json.c ---- */

/* The member of a compact object, as JSON; empty when there is none. */
struct ix_sv ix_cost_json_member(struct ix_sv json, struct ix_sv quoted_key);
/* The next member of a compact object, both as JSON; *at is 0 at first. False: there is none. */
bool ix_cost_json_next(struct ix_sv json, size_t *at, struct ix_sv *ret_key,
                       struct ix_sv *ret_value);
/* The text of a JSON value: strings without quotes, null (and nothing) as null. */
IX_MUST_CHECK enum ix_code ix_cost_json_text(struct ix_arena *arena, struct ix_sv json,
                                             struct ix_sv *ret_text, struct ix_err *err);

/* ---- cost_tags.c ---- */

/* The sets of tags of a segment of lines. */
struct ix_cost_tag_sets {
    const struct ix_sv *sets; /* compact JSON; set i has code i + 1 */
    uint32_t count;
    const uint16_t *codes; /* of the lines */
    uint32_t lines;
};
/* Derives columns of the segment from them, where they are many. */
IX_MUST_CHECK enum ix_code ix_cost_tags_write(struct ix_cost_writer *writer, int64_t seg,
                                              const struct ix_cost_tag_sets *sets,
                                              struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cost_tags_drop(struct ix_sqlite *e, struct ix_err *err);

/* ---- cost_rollup.c ---- */

struct ix_cost_rollup; /* of one billing period */
struct ix_cost_rollup *ix_cost_rollup_new(int64_t pid);
void ix_cost_rollup_free(struct ix_cost_rollup *rollup); /* takes NULL */
/* Adds the lines of a segment, padded: one that has just been written (its `numbers` are there), or
 * one of numbers alone. */
IX_MUST_CHECK enum ix_code ix_cost_rollup_add(struct ix_cost_rollup *rollup,
                                              const struct ix_cost_segment *segment,
                                              struct ix_err *err);
size_t ix_cost_rollup_rows(const struct ix_cost_rollup *rollup); /* held in memory */
/* Writes what is held. */
IX_MUST_CHECK enum ix_code ix_cost_rollup_write(struct ix_cost_rollup *rollup,
                                                struct ix_cost_writer *writer, struct ix_err *err);

/* ---- cost_join.c: which resource a line names ---- */
enum { /* instead of a resource's rid */
       IX_COST_RID_NO_ID = 0,
       IX_COST_RID_UNKNOWN = -1, /* NULL in cost_join */
       IX_COST_RID_SEVERAL = -2, /* more than one resource of the account has the id */
};

/* Notes which ids, of which accounts, the segment names. */
IX_MUST_CHECK enum ix_code ix_cost_join_note(struct ix_cost_writer *writer,
                                             const struct ix_cost_segment *segment,
                                             struct ix_err *err);
/* Looks up what has no resource yet, and what the run has touched. `all`: everything anew. */
IX_MUST_CHECK enum ix_code ix_cost_join_resolve(struct ix_sqlite *e, bool all, struct ix_err *err);

/* ---- cost_ask.c ---- */
/* Where the calendar period begins in which `ms` lies. */
int64_t ix_cost_period_begin(enum ix_cost_grain grain, int64_t ms);

/* ---- cost_load.c, cost_publish.c ---- */

struct ix_cost_load; /* the bill of the run that is being written */
/* Waits for records taken before only when it comes to the database itself. */
enum ix_code ix_cost_sink(struct ix_sink *sink, const struct ix_cost_line *line,
                          struct ix_err *err);
/* Puts the billing periods of the run in the place of those that the source had. *ret_changed:
 * something is other than before. */
IX_MUST_CHECK enum ix_code ix_cost_publish(struct ix_sqlite *e, bool *ret_changed,
                                           struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cost_drop_segment(struct ix_sqlite *e, int64_t seg,
                                                struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_cost_drop_level(struct ix_sqlite *e, int64_t pid,
                                              enum ix_cost_level level, struct ix_err *err);
void ix_cost_end(struct ix_sqlite *e);      /* the run is over, whatever way */
enum { IX_COST_ROLLUP_ROWS_MAX = 1 << 18 }; /* in memory, of all billing periods */

/* ---- cost_care.c ---- */

/* Compares roll-ups and totals with the lines. */
IX_MUST_CHECK enum ix_code ix_cost_agree(struct ix_sqlite *e, bool *ret_agree, struct ix_err *err);
/* Makes roll-ups, totals and the join anew from the lines; within a transaction. */
IX_MUST_CHECK enum ix_code ix_cost_repair(struct ix_sqlite *e, struct ix_err *err);

/* ---- cost_export.c ---- */
/* Pushes the lines of one source, so that they stand with the rest of it; with no name (no pointer)
 * those of sources that have nothing but bills, source by source. */
IX_MUST_CHECK enum ix_code ix_cost_export(struct ix_sqlite *e, struct ix_sv source,
                                          struct ix_sink *sink, struct ix_err *err);

#endif
