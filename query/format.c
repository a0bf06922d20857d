/* Three ways to write a row, each by itself, so that callers need no state but what they know. */
#include "query/format.h"

enum ix_code ix_format_columns_add(struct ix_format_columns *columns, struct ix_sv list,
                                   struct ix_err *err) {
    struct ix_sv name;
    while (ix_sv_split(&list, ',', &name)) {
        name = ix_sv_trim(name);
        if (ix_sv_empty(name)) {
            continue;
        }
        if (columns->count == IX_FORMAT_COLUMNS_MAX) {
            return ix_err_set(err, IX_LIMIT, "more than %d columns", IX_FORMAT_COLUMNS_MAX);
        }
        columns->names[columns->count++] = name;
    }
    return IX_OK;
}

const struct ix_json *ix_format_member(const struct ix_json *row, struct ix_sv name) {
    const struct ix_json *whole = ix_json_get_sv(row, name);
    size_t dot = ix_sv_find_char(name, '.');
    if (whole || dot == IX_SV_NPOS) {
        return whole;
    }
    return ix_format_member(ix_json_get_sv(row, ix_sv_sub(name, 0, dot)),
                            ix_sv_from(name, dot + 1));
}

/* ---- cells ---- */

static bool all_scalars(const struct ix_json *array) {
    for (const struct ix_json *n = ix_json_first(array); n; n = ix_json_next(n)) {
        enum ix_json_kind kind = ix_json_kind(n);
        if (kind == IX_JSON_ARRAY || kind == IX_JSON_OBJECT) {
            return false;
        }
    }
    return true;
}

void ix_format_cell(struct ix_buf *buf, const struct ix_json *value) {
    enum ix_json_kind kind = ix_json_kind(value);
    if (kind == IX_JSON_STRING) {
        ix_buf_add(buf, ix_json_string(value));
    } else if (kind == IX_JSON_ARRAY && all_scalars(value)) {
        for (const struct ix_json *n = ix_json_first(value); n; n = ix_json_next(n)) {
            ix_format_cell(buf, n);
            ix_buf_add_cstr(buf, ix_json_next(n) ? ", " : "");
        }
    } else if (kind != IX_JSON_NONE && kind != IX_JSON_NULL) {
        ix_json_write(buf, value);
    }
}

/* ---- CSV, RFC 4180 ---- */

static bool needs_quotes(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (strchr("\",\r\n", text.data[i])) {
            return true;
        }
    }
    return false;
}

static void add_quoted(struct ix_buf *buf, struct ix_sv text) {
    ix_buf_add_char(buf, '"');
    for (size_t i = 0; i < text.size; i++) {
        ix_buf_add_cstr(buf, text.data[i] == '"' ? "\"" : "");
        ix_buf_add_char(buf, text.data[i]);
    }
    ix_buf_add_char(buf, '"');
}

static void add_field(struct ix_buf *buf, struct ix_sv text) {
    if (needs_quotes(text)) {
        add_quoted(buf, text);
    } else {
        ix_buf_add(buf, text);
    }
}

/* The text of a string as it is; only what must be put together needs a buffer of its own. */
static void add_cell(struct ix_buf *buf, const struct ix_json *value) {
    if (ix_json_kind(value) == IX_JSON_STRING) {
        add_field(buf, ix_json_string(value));
        return;
    }
    struct ix_buf cell = {0};
    ix_format_cell(&cell, value);
    add_field(buf, ix_buf_sv(&cell));
    buf->failed = buf->failed || cell.failed;
    ix_buf_done(&cell);
}

void ix_format_csv_heading(struct ix_buf *buf, const struct ix_format_columns *columns) {
    for (size_t i = 0; i < columns->count; i++) {
        ix_buf_add_cstr(buf, i ? "," : "");
        add_field(buf, columns->names[i]);
    }
    ix_buf_add_cstr(buf, "\r\n");
}

void ix_format_csv_row(struct ix_buf *buf, const struct ix_format_columns *columns,
                       const struct ix_json *row) {
    for (size_t i = 0; i < columns->count; i++) {
        ix_buf_add_cstr(buf, i ? "," : "");
        add_cell(buf, ix_format_member(row, columns->names[i]));
    }
    ix_buf_add_cstr(buf, "\r\n");
}

/* ---- JSON ---- */

void ix_format_ndjson_row(struct ix_buf *buf, const struct ix_json *row) {
    ix_json_write(buf, row);
    ix_buf_add_char(buf, '\n');
}

void ix_format_json_begin(struct ix_buf *buf, const struct ix_format_columns *columns) {
    if (!columns) {
        ix_buf_add_cstr(buf, "{\"items\":[");
        return;
    }
    ix_buf_add_cstr(buf, "{\"columns\":[");
    for (size_t i = 0; i < columns->count; i++) {
        ix_buf_add_cstr(buf, i ? "," : "");
        ix_json_write_string(buf, columns->names[i]);
    }
    ix_buf_add_cstr(buf, "],\"rows\":[");
}

static void add_as_array(struct ix_buf *buf, const struct ix_format_columns *columns,
                         const struct ix_json *row) {
    ix_buf_add_char(buf, '[');
    for (size_t i = 0; i < columns->count; i++) {
        const struct ix_json *value = ix_format_member(row, columns->names[i]);
        ix_buf_add_cstr(buf, i ? "," : "");
        if (value) {
            ix_json_write(buf, value);
        } else {
            ix_buf_add_cstr(buf, "null");
        }
    }
    ix_buf_add_char(buf, ']');
}

void ix_format_json_row(struct ix_buf *buf, const struct ix_format_columns *columns,
                        const struct ix_json *row, bool first) {
    ix_buf_add_cstr(buf, first ? "\n" : ",\n");
    if (columns) {
        add_as_array(buf, columns, row);
    } else {
        ix_json_write(buf, row);
    }
}

void ix_format_json_end(struct ix_buf *buf, const struct ix_json *tail) {
    ix_buf_add_cstr(buf, "\n]");
    for (const struct ix_json *n = ix_json_first(tail); n; n = ix_json_next(n)) {
        ix_buf_add_char(buf, ',');
        ix_json_write_string(buf, ix_json_key(n));
        ix_buf_add_char(buf, ':');
        ix_json_write(buf, n);
    }
    ix_buf_add_cstr(buf, "}\n");
}
