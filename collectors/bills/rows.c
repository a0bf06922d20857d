/* A JSON object becomes what a row of CSV is: names, values, and no cell that is nothing. */
#include "collectors/bills/rows.h"

enum ix_code ix_bill_rows_begin(struct ix_bill_rows *rows, struct ix_stream *stream, bool json,
                                struct ix_arena *arena, struct ix_err *err) {
    *rows = (struct ix_bill_rows){.stream = stream};
    if (!json) {
        return ix_csv_new(stream, &rows->csv, err);
    }
    rows->names = ix_arena_array(arena, IX_BILL_JSON_CELLS_MAX, sizeof *rows->names);
    rows->values = ix_arena_array(arena, IX_BILL_JSON_CELLS_MAX, sizeof *rows->values);
    rows->quoted = ix_arena_array(arena, IX_BILL_JSON_CELLS_MAX, sizeof *rows->quoted);
    for (size_t i = 0; rows->quoted && i < IX_BILL_JSON_CELLS_MAX; i++) {
        rows->quoted[i] = true; /* "null" in quotes is a text */
    }
    return ix_arena_check(arena, err);
}

void ix_bill_rows_end(struct ix_bill_rows *rows) {
    ix_csv_free(rows->csv);
}

/* ---- JSON ---- */

static struct ix_sv json_text(struct ix_arena *arena, const struct ix_json *node) {
    struct ix_buf buf = {0};
    ix_json_write(&buf, node);
    struct ix_sv text = ix_arena_copy(arena, ix_buf_sv(&buf));
    arena->failed |= buf.failed;
    ix_buf_done(&buf);
    return text;
}

static bool add_cell(struct ix_bill_rows *rows, struct ix_sv name, struct ix_sv value) {
    if (rows->count == IX_BILL_JSON_CELLS_MAX) {
        return false;
    }
    rows->names[rows->count] = name;
    rows->values[rows->count++] = value;
    return true;
}

static bool flatten(struct ix_bill_rows *rows, struct ix_arena *arena, struct ix_sv path,
                    const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    if (kind == IX_JSON_STRING) {
        return add_cell(rows, path, ix_json_string(node));
    }
    if (kind == IX_JSON_NUMBER) {
        return add_cell(rows, path, ix_json_number_text(arena, node));
    }
    if (kind != IX_JSON_OBJECT) {
        return kind <= IX_JSON_NULL || add_cell(rows, path, json_text(arena, node));
    }
    for (const struct ix_json *m = ix_json_first(node); m; m = ix_json_next(m)) {
        struct ix_sv name = ix_sv_empty(path) ? ix_json_key(m)
                                              : ix_arena_printf(arena, "%.*s.%.*s", IX_SV_FMT(path),
                                                                IX_SV_FMT(ix_json_key(m)));
        if (!flatten(rows, arena, name, m)) {
            return false;
        }
    }
    return true;
}

enum ix_code ix_bill_rows_flatten(struct ix_bill_rows *rows, struct ix_arena *arena,
                                  const struct ix_json *object, struct ix_err *err) {
    rows->count = 0;
    if (ix_json_kind(object) != IX_JSON_OBJECT) {
        return ix_err_set(err, IX_INVALID, "no object");
    }
    if (!flatten(rows, arena, (struct ix_sv){0}, object)) {
        return ix_err_set(err, IX_LIMIT, "more than %d values in one object",
                          IX_BILL_JSON_CELLS_MAX);
    }
    return ix_arena_check(arena, err);
}

static enum ix_code next_object(struct ix_bill_rows *rows, struct ix_arena *arena,
                                struct ix_csv_row *ret_row, bool *ret_more, struct ix_err *err) {
    struct ix_sv line = {0};
    struct ix_json *node = NULL;
    enum ix_code code = IX_OK;
    *ret_more = true;
    while (code == IX_OK && *ret_more && ix_sv_empty(ix_sv_trim(line))) {
        rows->line++;
        code = ix_stream_line(rows->stream, IX_BILL_JSON_LINE_MAX, &line, ret_more, err);
    }
    if (code == IX_OK && *ret_more) {
        code = ix_json_parse(arena, line, &node, err);
        code = code == IX_OK ? ix_bill_rows_flatten(rows, arena, node, err) : code;
    }
    *ret_row = (struct ix_csv_row){rows->values, rows->quoted, rows->count, rows->line, SIZE_MAX};
    return code == IX_OK ? code : ix_err_wrap(err, "line %lld", (long long)rows->line);
}

enum ix_code ix_bill_rows_next(struct ix_bill_rows *rows, struct ix_arena *arena,
                               struct ix_csv_row *ret_row, bool *ret_more, struct ix_err *err) {
    return rows->csv ? ix_csv_next(rows->csv, ret_row, ret_more, err)
                     : next_object(rows, arena, ret_row, ret_more, err);
}

bool ix_bill_row_is_blank(const struct ix_csv_row *row) {
    for (size_t i = 0; i < row->count; i++) {
        if (!ix_sv_empty(row->cells[i])) {
            return false;
        }
    }
    return row->faulty_cell == SIZE_MAX;
}
