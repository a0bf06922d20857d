/* From cursor rows with named columns to JSON objects, and from those to the printer. */
#include "cli/listing.h"

#include "base/time.h"

enum ix_code ix_list_begin(struct ix_list_output *list, struct ix_invocation *invocation,
                           const char *columns, struct ix_err *err) {
    struct ix_sv asked = invocation->settings.columns;
    *list = (struct ix_list_output){.limit = invocation->settings.limit};
    ix_arena_init(&list->arena, 0);
    return ix_printer_begin(&list->printer, ix_output_parse(invocation->settings.output),
                            &invocation->terminal, ix_sv_empty(asked) ? ix_sv_cstr(columns) : asked,
                            err);
}

enum ix_code ix_list_row(struct ix_list_output *list, const struct ix_json *row,
                         struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (list->limit > 0 && list->rows == list->limit) {
        list->cut = true;
    } else {
        code = ix_printer_row(&list->printer, row, err);
        list->rows++;
    }
    ix_arena_reset(&list->arena);
    return code;
}

enum ix_code ix_list_end(struct ix_list_output *list, struct ix_err *err) {
    struct ix_json *tail = ix_json_new_object(&list->arena);
    struct ix_json *count = ix_json_new_object(&list->arena);
    ix_json_set(&list->arena, count, IX_SV("value"), ix_json_new_int64(&list->arena, list->rows));
    ix_json_set(&list->arena, count, IX_SV("exact"), ix_json_new_bool(&list->arena, !list->cut));
    ix_json_set(&list->arena, tail, IX_SV("count"), count);
    enum ix_code code = ix_printer_end(&list->printer, tail, err);
    if (code == IX_OK && list->cut) {
        fputs("there are more; see them with --limit\n", stderr);
    }
    ix_arena_done(&list->arena);
    return code;
}

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

static enum ix_code print_rows(struct ix_list_output *list, struct ix_cursor *cursor,
                               struct ix_err *err) {
    for (;;) {
        bool row = false;
        enum ix_code code = ix_cursor_next(cursor, &row, err);
        if (code != IX_OK || !row) {
            return code;
        }
        code = ix_list_row(list, ix_listing_row(&list->arena, cursor), err);
        if (code != IX_OK) {
            return code;
        }
    }
}

enum ix_code ix_listing_print(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                              enum ix_listing listing, struct ix_sv word, const char *columns,
                              struct ix_err *err) {
    struct ix_list_output list;
    struct ix_cursor *cursor = NULL;
    int64_t limit = invocation->settings.limit;
    enum ix_code code = ix_list_begin(&list, invocation, columns, err);
    if (code == IX_OK) {
        code = ix_warehouse_list(warehouse, listing, word, limit ? limit + 1 : 0, &cursor, err);
    }
    if (code == IX_OK) {
        (void)(print_rows(&list, cursor, err) ==
               IX_OK); /* err keeps it; the end comes all the same */
    }
    ix_cursor_close(cursor);
    return ix_list_end(&list, err);
}
