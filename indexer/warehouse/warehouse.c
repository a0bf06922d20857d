/* The callers' functions, handed to the engine. Freshness is the one answer made here, out of the
 * engine's listing. */
#include "indexer/warehouse/warehouse.h"

#include "indexer/warehouse/backend.h"

enum ix_code ix_warehouse_open(const char *folder, const struct ix_open_options *options,
                               struct ix_warehouse **ret_warehouse, struct ix_err *err) {
    return ix_backend_sqlite.open(folder, options, ret_warehouse, err);
}

void ix_warehouse_close(struct ix_warehouse *warehouse) {
    if (warehouse) {
        warehouse->backend->close(warehouse);
    }
}

void ix_warehouse_watch(struct ix_warehouse *warehouse, const bool *cancelled) {
    warehouse->backend->watch(warehouse, cancelled);
}

enum ix_code ix_warehouse_run_begin(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                                    struct ix_sink **ret_sink, struct ix_err *err) {
    return warehouse->backend->run_begin(warehouse, info, ret_sink, err);
}

enum ix_code ix_warehouse_run_publish(struct ix_warehouse *warehouse, int64_t ended_ms,
                                      struct ix_run_result *ret_result, struct ix_err *err) {
    return warehouse->backend->run_publish(warehouse, ended_ms, ret_result, err);
}

enum ix_code ix_warehouse_run_discard(struct ix_warehouse *warehouse, int64_t ended_ms,
                                      const struct ix_err *why, struct ix_err *err) {
    return warehouse->backend->run_discard(warehouse, ended_ms, why, err);
}

enum ix_code ix_warehouse_select(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                                 struct ix_cursor **ret_cursor, struct ix_err *err) {
    return warehouse->backend->select(warehouse, sql, ret_cursor, err);
}

enum ix_code ix_warehouse_show(struct ix_warehouse *warehouse, int64_t rid, bool properties,
                               struct ix_arena *arena, struct ix_shown *ret_shown,
                               struct ix_err *err) {
    return warehouse->backend->show(warehouse, rid, properties, arena, ret_shown, err);
}

enum ix_code ix_warehouse_explain(struct ix_warehouse *warehouse, const struct ix_sql *sql,
                                  struct ix_arena *arena, struct ix_sv *ret_text,
                                  struct ix_err *err) {
    return warehouse->backend->explain(warehouse, sql, arena, ret_text, err);
}

enum ix_code ix_warehouse_list(struct ix_warehouse *warehouse, enum ix_listing listing,
                               struct ix_sv word, int64_t limit, struct ix_cursor **ret_cursor,
                               struct ix_err *err) {
    return warehouse->backend->list(warehouse, listing, word, limit, ret_cursor, err);
}

enum ix_code ix_warehouse_export(struct ix_warehouse *warehouse, const struct ix_sql *rids,
                                 struct ix_sink *sink, struct ix_err *err) {
    return warehouse->backend->export(warehouse, rids, sink, err);
}

enum ix_code ix_warehouse_snapshot_begin(struct ix_warehouse *warehouse, struct ix_err *err) {
    return warehouse->backend->snapshot(warehouse, true, err);
}

void ix_warehouse_snapshot_end(struct ix_warehouse *warehouse) {
    struct ix_err ignored = {0};
    (void)(warehouse->backend->snapshot(warehouse, false, &ignored) == IX_OK);
}

const struct ix_dialect *ix_warehouse_dialect(const struct ix_warehouse *warehouse) {
    return warehouse->backend->dialect;
}

enum ix_code ix_warehouse_generation(struct ix_warehouse *warehouse, int64_t *ret_generation,
                                     struct ix_err *err) {
    return warehouse->backend->generation(warehouse, ret_generation, err);
}

enum ix_code ix_warehouse_version(struct ix_warehouse *warehouse, uint64_t *ret_version,
                                  struct ix_err *err) {
    return warehouse->backend->version(warehouse, ret_version, err);
}

enum ix_code ix_warehouse_check(struct ix_warehouse *warehouse, int64_t now_ms,
                                void (*tell)(void *context, const struct ix_finding *finding),
                                void *context, struct ix_err *err) {
    return warehouse->backend->check(warehouse, now_ms, tell, context, err);
}

enum ix_code ix_warehouse_repair(struct ix_warehouse *warehouse, struct ix_err *err) {
    return warehouse->backend->repair(warehouse, err);
}

enum ix_code ix_warehouse_backup(struct ix_warehouse *warehouse, const char *file,
                                 struct ix_err *err) {
    return warehouse->backend->backup(warehouse, file, err);
}

enum ix_code ix_warehouse_content_hash(struct ix_warehouse *warehouse, struct ix_hash *ret_hash,
                                       struct ix_err *err) {
    return warehouse->backend->content_hash(warehouse, ret_hash, err);
}

enum ix_code ix_warehouse_cost(struct ix_warehouse *warehouse,
                               const struct ix_cost_question *question, struct ix_arena *arena,
                               struct ix_cost_answer *ret_answer, struct ix_err *err) {
    return warehouse->backend->cost(warehouse, question, arena, ret_answer, err);
}

enum ix_code ix_warehouse_cost_periods(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                       struct ix_cost_periods *ret_periods, struct ix_err *err) {
    return warehouse->backend->cost_periods(warehouse, arena, ret_periods, err);
}

enum ix_code ix_warehouse_cost_changes(struct ix_warehouse *warehouse, int64_t run,
                                       struct ix_arena *arena, struct ix_cost_changes *ret_changes,
                                       struct ix_err *err) {
    return warehouse->backend->cost_changes(warehouse, run, arena, ret_changes, err);
}

enum ix_code ix_warehouse_cost_ends(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                    struct ix_cost_ends *ret_ends, struct ix_err *err) {
    return warehouse->backend->cost_ends(warehouse, arena, ret_ends, err);
}

enum ix_code ix_warehouse_cost_names(struct ix_warehouse *warehouse, enum ix_cost_names names,
                                     struct ix_arena *arena, struct ix_cost_name_list *ret_names,
                                     struct ix_err *err) {
    return warehouse->backend->cost_names(warehouse, names, arena, ret_names, err);
}

/* ---- freshness ---- */

static void set_time(struct ix_arena *arena, struct ix_json *object, const char *name,
                     struct ix_value value) {
    char text[IX_TIME_TEXT_SIZE];
    struct ix_json *node = value.kind == IX_VALUE_INT
                               ? ix_json_new_string(arena, ix_time_format(value.integer, text))
                               : ix_json_new_null(arena);
    ix_json_set(arena, object, ix_sv_cstr(name), node);
}

static struct ix_json *failed_scopes(struct ix_arena *arena, struct ix_sv text) {
    struct ix_json *array = ix_json_new_array(arena);
    struct ix_sv line;
    while (ix_sv_split(&text, '\n', &line)) {
        ix_json_append(array, ix_json_new_string(arena, line));
    }
    return array;
}

enum { SOURCE, KIND, LAST_WHOLE, FAILED };

static struct ix_json *freshness_of(struct ix_arena *arena, const struct ix_cursor *cursor) {
    struct ix_json *source = ix_json_new_object(arena);
    ix_json_set_string(arena, source, "source", ix_cursor_value(cursor, SOURCE).text);
    ix_json_set_string(arena, source, "kind", ix_cursor_value(cursor, KIND).text);
    set_time(arena, source, "last_whole", ix_cursor_value(cursor, LAST_WHOLE));
    ix_json_set(arena, source, IX_SV("failed"),
                failed_scopes(arena, ix_cursor_value(cursor, FAILED).text));
    return source;
}

enum ix_code ix_warehouse_freshness(struct ix_warehouse *warehouse, struct ix_arena *arena,
                                    struct ix_json **ret_node, struct ix_err *err) {
    struct ix_cursor *cursor;
    struct ix_json *array = ix_json_new_array(arena);
    enum ix_code code =
        ix_warehouse_list(warehouse, IX_LIST_FRESHNESS, (struct ix_sv){0}, 0, &cursor, err);
    if (code != IX_OK) {
        return code;
    }
    for (bool row = true; code == IX_OK && row;) {
        code = ix_cursor_next(cursor, &row, err);
        if (code == IX_OK && row) {
            ix_json_append(array, freshness_of(arena, cursor));
        }
    }
    ix_cursor_close(cursor);
    *ret_node = array;
    return code;
}

/* ---- cursors ---- */

enum ix_code ix_cursor_next(struct ix_cursor *cursor, bool *ret_row, struct ix_err *err) {
    return cursor->ops->next(cursor, ret_row, err);
}

size_t ix_cursor_column_count(const struct ix_cursor *cursor) {
    return cursor->ops->column_count(cursor);
}

struct ix_sv ix_cursor_column_name(const struct ix_cursor *cursor, size_t column) {
    return cursor->ops->column_name(cursor, column);
}

struct ix_value ix_cursor_value(const struct ix_cursor *cursor, size_t column) {
    return cursor->ops->value(cursor, column);
}

void ix_cursor_close(struct ix_cursor *cursor) {
    if (cursor) {
        cursor->ops->close(cursor);
    }
}
