/* Reading sums: between the files that answer a question of cost.h.
 *
 * The values of a dimension get numbers as they are met (0 is null); each segment maps its own
 * codes onto them, once for each of its values. So lines are added by looking up small arrays. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_COST_SCAN_H
#define IX_INDEXER_WAREHOUSE_SQLITE_COST_SCAN_H

#include "indexer/warehouse/sqlite/cost_store.h"

struct ix_cost_scan;

/* The segment being read; columns are read when first asked for. */
struct ix_cost_part {
    int64_t seg, pid, first_ms, last_ms, begin_ms;
    struct ix_sv source; /* in the scan's arena */
    enum ix_cost_level level;
    uint32_t lines;
    /* of the question being added: those of the lines that count so far; NULL: all do */
    const uint32_t *rows; /* in the arena */
    uint32_t row_count;
    struct ix_arena arena;
    struct ix_cost_column *columns[IX_COST_COLUMNS_MAX]; /* NULL: not read */
    struct ix_cost_column *joined;
};

/* What ix_cost_part_open takes of cost_segment g, cost_period p, source s. */
#define IX_COST_PART_COLUMNS "g.seg, g.pid, g.level, g.lines, g.first, g.last, p.begin, s.name"

/* A zeroed one; NULL: out of memory. */
struct ix_cost_scan *ix_cost_scan_new(void);
void ix_cost_scan_free(struct ix_cost_scan *scan); /* takes NULL */
/* Makes it ready to read segments. */
IX_MUST_CHECK enum ix_code ix_cost_scan_begin(struct ix_cost_scan *scan, struct ix_sqlite *e,
                                              struct ix_err *err);
/* Another segment takes the place of the one at hand. */
IX_MUST_CHECK enum ix_code ix_cost_part_open(struct ix_cost_scan *scan, sqlite3_stmt *row,
                                             struct ix_err *err);
/* A column that the segment does not have has no codes: null everywhere. */
IX_MUST_CHECK enum ix_code ix_cost_part_column(struct ix_cost_scan *scan, size_t index,
                                               const struct ix_cost_column **ret_column,
                                               struct ix_err *err);
/* The rids that the lines' ids name, as a column of numbers: 0 no id, -1 not known. */
IX_MUST_CHECK enum ix_code ix_cost_part_joined(struct ix_cost_scan *scan,
                                               const struct ix_cost_column **ret_column,
                                               struct ix_err *err);

/* ---- cost_dimension.c ---- */

struct ix_cost_memo { /* of a number: the value's number + 1 */
    uint32_t *items;  /* malloc'ed */
    size_t capacity;
};

struct ix_cost_past { /* of a resource's tag or fact: the value that it had until then */
    int64_t rid, until_ms;
    uint32_t number;
};

struct ix_cost_values {
    struct ix_cost_dimension of;
    size_t column;                     /* that it is made of */
    size_t tag_column;                 /* of a tag: that of its values; 0: there is none */
    const struct ix_cost_filter *when; /* of a filter: which values pass */
    struct ix_map numbers;             /* text -> number */
    struct ix_sv *texts;               /* of number i; [0] is null; malloc'ed, as `passes` */
    bool *passes;
    uint32_t *tids; /* with `later`, in the place of `texts` and `passes`; malloc'ed */
    size_t count, capacity;
    bool later;                /* texts are read of the rows that are kept (cost_largest.c) */
    struct ix_cost_memo memo;  /* by tid, or by rid */
    sqlite3_stmt *resource;    /* the value of a resource, as it is known now */
    struct ix_cost_past *past; /* of a resource: by rid and time; malloc'ed */
    size_t past_count;
    struct ix_buf quoted; /* the key as JSON */
};

/* `when`: NULL but for filters. IX_INVALID for what is no dimension. */
IX_MUST_CHECK enum ix_code ix_cost_values_begin(struct ix_cost_scan *scan,
                                                struct ix_cost_values *values,
                                                const struct ix_cost_dimension *of,
                                                const struct ix_cost_filter *when,
                                                struct ix_err *err);
void ix_cost_values_done(struct ix_cost_values *values);
/* True when roll-ups of the level keep the dimension apart. */
bool ix_cost_values_in_level(const struct ix_cost_values *values, enum ix_cost_level level);
bool ix_cost_values_is_joined(const struct ix_cost_values *values);
/* The lines of the segment at hand, by the values of a dimension. */
struct ix_cost_mapped {
    const uint16_t *codes;     /* of the lines; NULL: all have code 0 */
    uint32_t lowest, greatest; /* code that occurs */
    const uint32_t *map;       /* the number of the value of a code */
    bool distinct;             /* no two codes have the same value */
    bool fresh;                /* nor has any but null had one in a segment before */
};
/* Of codes that only lines have which do not count, the map says nothing. */
IX_MUST_CHECK enum ix_code ix_cost_values_map(struct ix_cost_scan *scan,
                                              struct ix_cost_values *values,
                                              struct ix_cost_mapped *ret_mapped,
                                              struct ix_err *err);

/* The number of what is JSON, texts without quotes; empty and null are null. */
IX_MUST_CHECK enum ix_code ix_cost_values_json_number(struct ix_cost_scan *scan,
                                                      struct ix_cost_values *values,
                                                      struct ix_sv json, uint32_t *ret_number,
                                                      struct ix_err *err);
/* Of a resource's tags and labels, the one that a dimension RESOURCE_TAGGED means; NULL: none. */
const struct ix_json *ix_cost_values_tagged(const struct ix_cost_values *values,
                                            const struct ix_json *tags);

/* ---- cost_past.c ---- */

/* Reads what the tag or fact was, where it changed after the question's span began. */
IX_MUST_CHECK enum ix_code ix_cost_past_begin(struct ix_cost_scan *scan,
                                              struct ix_cost_values *values, struct ix_err *err);
/* `mapped` is of the resources as they are now; it becomes that of the days of the charges, where
 * that is something else. */
IX_MUST_CHECK enum ix_code ix_cost_past_map(struct ix_cost_scan *scan,
                                            const struct ix_cost_values *values,
                                            const struct ix_cost_column *joined,
                                            struct ix_cost_mapped *mapped, struct ix_err *err);

/* ---- cost_group.c ---- */

struct ix_cost_group {
    ix_cost_wide nano, atto;
    int64_t lines, unknown;
};

struct ix_cost_groups {
    size_t keys, widest; /* widest: which of them has the most values, about */
    size_t count, capacity, key_room;
    uint32_t *key; /* of group i at i * keys; malloc'ed, as all below */
    struct ix_cost_group *groups;
    uint64_t *slots; /* half of a hash, and group + 1 */
    size_t slot_count, slot_room;
};

void ix_cost_groups_done(struct ix_cost_groups *groups);
/* There are none any more, but for as many as before there is room, unless that were too much. */
void ix_cost_groups_clear(struct ix_cost_groups *groups);
/* Room for so many more, which are put or else added. `widest` counts of the first. False: out of
 * memory. */
IX_MUST_CHECK bool ix_cost_groups_reserve(struct ix_cost_groups *groups, size_t more, size_t widest,
                                          bool put);
/* Puts in a group whose key none has; only while nothing has been added. There is room for it.
 * IX_LIMIT past IX_COST_ROWS_MAX. */
IX_MUST_CHECK enum ix_code ix_cost_groups_put(struct ix_cost_groups *groups, const uint32_t *key,
                                              const struct ix_cost_group *group,
                                              struct ix_err *err);
static inline bool ix_cost_groups_may_put(const struct ix_cost_groups *groups) {
    return groups->slot_count == 0;
}
/* Adds to the group with that key; there is room for a new one. IX_LIMIT past IX_COST_ROWS_MAX. */
IX_MUST_CHECK enum ix_code ix_cost_groups_add(struct ix_cost_groups *groups, const uint32_t *key,
                                              const struct ix_cost_group *add, struct ix_err *err);
/* False: it does not fit. */
bool ix_cost_group_sum(const struct ix_cost_group *group, struct ix_money *ret_sum);

/* ---- cost_sum.c: the amounts of one segment ---- */

struct ix_cost_digits;
struct ix_cost_nano_lines {
    int64_t nano, lines;
};
struct ix_cost_part_sums { /* by group; in the part's arena */
    struct ix_cost_nano_lines *narrow;
    ix_cost_wide *wide; /* nano units, where 64 bits could be too few; NULL: they are not */
    int64_t *atto;      /* NULL: all 0 */
    int64_t *unknown;   /* NULL: all 0 */
};
/* Adds the lines of the part that count; `digits` says their groups. */
IX_MUST_CHECK enum ix_code ix_cost_part_add(struct ix_cost_scan *scan,
                                            const struct ix_cost_digits *digits,
                                            struct ix_cost_part_sums *ret_sums, struct ix_err *err);
struct ix_cost_group ix_cost_part_sum(const struct ix_cost_part_sums *sums, uint32_t group);

/* ---- cost_add.c: the lines of one segment into groups ---- */
IX_MUST_CHECK enum ix_code ix_cost_add_part(struct ix_cost_scan *scan, struct ix_err *err);

/* ---- cost_largest.c ---- */

/* Keeps the groups that `largest` of the question means, reads their texts, and fills in the totals
 * of all that there were. What is needed on the way is in the part's arena. */
IX_MUST_CHECK enum ix_code ix_cost_keep_largest(struct ix_cost_scan *scan,
                                                struct ix_cost_answer *answer, struct ix_err *err);

/* ---- cost_order.c ---- */

/* *ret_order: the groups as the answer has its rows. What is needed on the way is in `arena`, too.
 */
IX_MUST_CHECK enum ix_code ix_cost_order(const struct ix_cost_scan *scan, uint32_t **ret_order,
                                         struct ix_arena *arena, struct ix_err *err);

/* ---- cost_ask.c ---- */

/* Memory of the last question, for the next: to take megabytes and give them back is a third of the
 * work of a question that is answered in milliseconds. Some 12 MiB at most. */
struct ix_cost_room {
    struct ix_arena arena; /* of a part */
    struct ix_cost_groups groups;
};

struct ix_cost_pair { /* of cost_join */
    int64_t account, rid;
    uint32_t next; /* another account of the same id: its place + 1 */
};

struct ix_cost_scan {
    struct ix_sqlite *e;
    const struct ix_cost_question *question;
    int levels;                /* a bit for each that may answer; 0: any that can */
    enum ix_cost_level having; /* only billing periods that have it; LINES: all */
    struct ix_arena *arena;    /* of the answer */
    struct ix_cost_names_store names;
    struct ix_zstd *zstd;
    struct ix_buf plain;
    struct ix_cost_part part;
    /* keys of a group: calendar period, currency, dimensions */
    struct ix_cost_values currency;
    struct ix_cost_values dimensions[IX_COST_DIMENSIONS_MAX];
    struct ix_cost_values filters[IX_COST_FILTERS_MAX];
    int64_t *begins; /* calendar periods by number; malloc'ed */
    size_t begin_count;
    struct ix_cost_groups groups;
    /* the join, once it is needed */
    struct ix_cost_pair *pairs; /* malloc'ed */
    size_t pair_count;
    struct ix_cost_memo pair_of; /* id -> its first pair + 1 */
    uint64_t *rids;              /* bits of the resources that count; malloc'ed */
    size_t rid_words;
    int64_t read;
    bool any_line;
};

/* As ix_warehouse_cost, from the levels named. */
IX_MUST_CHECK enum ix_code ix_cost_ask(struct ix_sqlite *e, const struct ix_cost_question *question,
                                       int levels, enum ix_cost_level having,
                                       struct ix_arena *arena, struct ix_cost_answer *ret_answer,
                                       struct ix_err *err);

/* The number of the calendar period that `ms` lies in. */
IX_MUST_CHECK enum ix_code ix_cost_period_number(struct ix_cost_scan *scan, int64_t ms,
                                                 uint32_t *ret_number, struct ix_err *err);
/* *ret_slot: the place of `index`; NULL: out of memory. */
uint32_t *ix_cost_memo_at(struct ix_cost_memo *memo, size_t index);
bool ix_cost_rid_counts(const struct ix_cost_scan *scan, int64_t rid);

#endif
