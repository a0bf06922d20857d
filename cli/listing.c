/* From rows to the printer, up to the limit, with the count after them. */
#include "cli/listing.h"

#include "query/listing.h"

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
    code = ix_list_end(&list, err);
    if (code == IX_OK && list.rows == 0 && listing == IX_LIST_PATHS) {
        fprintf(stderr, "no property path holds ‘%.*s’; infradex fields lists the fields\n",
                IX_SV_FMT(word));
    }
    return code;
}
