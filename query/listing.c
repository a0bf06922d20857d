/* From cursor rows with named columns, and rows of the field table, to JSON objects. */
#include "query/listing.h"

#include "base/time.h"

static struct ix_json *value_node(struct ix_arena *arena, struct ix_value value, bool time) {
    char text[IX_TIME_TEXT_SIZE];
    switch (value.kind) {
    case IX_VALUE_INT:
        return time ? ix_json_new_string(arena, ix_time_format(value.integer, text))
                    : ix_json_new_int64(arena, value.integer);
    case IX_VALUE_TEXT:
        return ix_json_new_string(arena, value.text);
    default:
        return ix_json_new_null(arena);
    }
}

struct ix_json *ix_listing_row(struct ix_arena *arena, const struct ix_cursor *cursor) {
    struct ix_json *row = ix_json_new_object(arena);
    for (size_t i = 0; i < ix_cursor_column_count(cursor); i++) {
        struct ix_sv name = ix_cursor_column_name(cursor, i);
        bool time = ix_sv_ends(name, IX_SV("_ms"));
        ix_json_set(arena, row, ix_sv_sub(name, 0, time ? name.size - 3 : name.size),
                    value_node(arena, ix_cursor_value(cursor, i), time));
    }
    return row;
}

static enum ix_code read_rows(struct ix_cursor *cursor, int64_t limit, struct ix_arena *arena,
                              struct ix_json *rows, bool *ret_more, struct ix_err *err) {
    for (int64_t count = 0;; count++) {
        bool row = false;
        enum ix_code code = ix_cursor_next(cursor, &row, err);
        *ret_more = row && limit > 0 && count == limit;
        if (code != IX_OK || !row || *ret_more) {
            return code;
        }
        ix_json_append(rows, ix_listing_row(arena, cursor));
        if (ix_arena_check(arena, err) != IX_OK) {
            return err->code;
        }
    }
}

enum ix_code ix_listing_read(struct ix_warehouse *warehouse, enum ix_listing listing,
                             struct ix_sv word, int64_t limit, struct ix_arena *arena,
                             struct ix_json **ret_rows, bool *ret_more, struct ix_err *err) {
    struct ix_cursor *cursor;
    struct ix_json *rows = ix_json_new_array(arena);
    enum ix_code code =
        ix_warehouse_list(warehouse, listing, word, limit ? limit + 1 : 0, &cursor, err);
    if (code != IX_OK) {
        return code;
    }
    code = read_rows(cursor, limit, arena, rows, ret_more, err);
    ix_cursor_close(cursor);
    *ret_rows = rows;
    return code;
}

struct ix_json *ix_listing_field(struct ix_arena *arena, const struct ix_field_info *info) {
    struct ix_json *row = ix_json_new_object(arena);
    ix_json_set_string(arena, row, "field", ix_sv_cstr(info->name));
    ix_json_set_string(arena, row, "also", ix_sv_cstr(info->aliases));
    ix_json_set_string(arena, row, "help", ix_sv_cstr(info->help));
    return row;
}
