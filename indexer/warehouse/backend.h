/* ix_backend: what a storage engine implements. For those who write engines; callers see
 * warehouse.h, whose comments are the contract of each function.
 *
 * An engine's warehouse and cursor structs begin with the ones here. Runs instead of transactions:
 * what a run writes is seen by nobody before it is published, a run that ends otherwise leaves only
 * its line in the run log, and pushing the same record twice in a run is harmless.
 */
#ifndef IX_INDEXER_WAREHOUSE_BACKEND_H
#define IX_INDEXER_WAREHOUSE_BACKEND_H

#include "indexer/warehouse/cost.h"
#include "indexer/warehouse/dialect.h"
#include "indexer/warehouse/shown.h"
#include "indexer/warehouse/warehouse.h"

struct ix_cursor_ops {
    enum ix_code (*next)(struct ix_cursor *cursor, bool *ret_row, struct ix_err *err);
    size_t (*column_count)(const struct ix_cursor *cursor);
    struct ix_sv (*column_name)(const struct ix_cursor *cursor, size_t column);
    struct ix_value (*value)(const struct ix_cursor *cursor, size_t column);
    void (*close)(struct ix_cursor *cursor);
};

struct ix_cursor {
    const struct ix_cursor_ops *ops;
};

struct ix_backend {
    const char *name;
    const struct ix_dialect *dialect;
    enum ix_code (*open)(const char *folder, const struct ix_open_options *options,
                         struct ix_warehouse **ret_warehouse, struct ix_err *err);
    void (*close)(struct ix_warehouse *warehouse);
    void (*watch)(struct ix_warehouse *warehouse, const bool *cancelled);
    enum ix_code (*run_begin)(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                              struct ix_sink **ret_sink, struct ix_err *err);
    enum ix_code (*run_publish)(struct ix_warehouse *warehouse, int64_t ended_ms,
                                struct ix_run_result *ret_result, struct ix_err *err);
    enum ix_code (*run_discard)(struct ix_warehouse *warehouse, int64_t ended_ms,
                                const struct ix_err *why, struct ix_err *err);
    enum ix_code (*select)(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                           struct ix_cursor **ret_cursor, struct ix_err *err);
    enum ix_code (*show)(struct ix_warehouse *warehouse, int64_t rid, bool properties,
                         struct ix_arena *arena, struct ix_shown *ret_shown, struct ix_err *err);
    enum ix_code (*explain)(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                            struct ix_arena *arena, struct ix_sv *ret_text, struct ix_err *err);
    enum ix_code (*list)(struct ix_warehouse *warehouse, enum ix_listing listing, struct ix_sv word,
                         int64_t limit, struct ix_cursor **ret_cursor, struct ix_err *err);
    enum ix_code (*export)(struct ix_warehouse *warehouse, const struct ix_sql *rids,
                           struct ix_sink *sink, struct ix_err *err);
    enum ix_code (*snapshot)(struct ix_warehouse *warehouse, bool begin, struct ix_err *err);
    enum ix_code (*generation)(struct ix_warehouse *warehouse, int64_t *ret_generation,
                               struct ix_err *err);
    enum ix_code (*version)(struct ix_warehouse *warehouse, uint64_t *ret_version,
                            struct ix_err *err);
    enum ix_code (*check)(struct ix_warehouse *warehouse, int64_t now_ms,
                          void (*tell)(void *context, const struct ix_finding *finding),
                          void *context, struct ix_err *err);
    enum ix_code (*repair)(struct ix_warehouse *warehouse, struct ix_err *err);
    enum ix_code (*backup)(struct ix_warehouse *warehouse, const char *file, struct ix_err *err);
    enum ix_code (*content_hash)(struct ix_warehouse *warehouse, struct ix_hash *ret_hash,
                                 struct ix_err *err);
    /* cost.h */
    enum ix_code (*cost)(struct ix_warehouse *warehouse, const struct ix_cost_question *question,
                         struct ix_arena *arena, struct ix_cost_answer *ret_answer,
                         struct ix_err *err);
    enum ix_code (*cost_periods)(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                 struct ix_cost_periods *ret_periods, struct ix_err *err);
    enum ix_code (*cost_changes)(struct ix_warehouse *warehouse, int64_t run,
                                 struct ix_arena *arena, struct ix_cost_changes *ret_changes,
                                 struct ix_err *err);
    enum ix_code (*cost_ends)(struct ix_warehouse *warehouse, struct ix_arena *arena,
                              struct ix_cost_ends *ret_ends, struct ix_err *err);
    enum ix_code (*cost_names)(struct ix_warehouse *warehouse, enum ix_cost_names names,
                               struct ix_arena *arena, struct ix_cost_name_list *ret_names,
                               struct ix_err *err);
};

struct ix_warehouse {
    const struct ix_backend *backend;
};

extern const struct ix_backend ix_backend_sqlite;

#endif
