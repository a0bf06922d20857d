/* Five ways to print the same rows. JSON is written as it comes, row by row, so that an answer of
 * any length needs the memory of one row; only a table has to look at rows before it can begin. */
#include "cli/printer.h"

#include <errno.h>
#include <stdio.h>

#include "base/yaml.h"

enum { NARROWEST = 6, GAP = 2 };

static const char *const output_names[] = {
    [IX_OUTPUT_TABLE] = "table", [IX_OUTPUT_JSON] = "json", [IX_OUTPUT_NDJSON] = "ndjson",
    [IX_OUTPUT_CSV] = "csv",     [IX_OUTPUT_YAML] = "yaml",
};

enum ix_output ix_output_parse(struct ix_sv name) {
    for (size_t i = 0; i < sizeof output_names / sizeof *output_names; i++) {
        if (ix_sv_eq_cstr(name, output_names[i])) {
            return (enum ix_output)i;
        }
    }
    return IX_OUTPUT_TABLE;
}

static void put(struct ix_sv text) {
    fwrite(text.data ? text.data : "", 1, text.size, stdout);
}

static enum ix_code put_buf(struct ix_buf *buf, struct ix_err *err) {
    enum ix_code code = ix_buf_check(buf, err);
    if (code == IX_OK) {
        put(ix_buf_sv(buf));
    }
    ix_buf_done(buf);
    return code;
}

/* ---- cells ---- */

/* "tags.env": a member named so, else the member of a member. */
static const struct ix_json *member_at(const struct ix_json *row, struct ix_sv name) {
    const struct ix_json *whole = ix_json_get_sv(row, name);
    size_t dot = ix_sv_find_char(name, '.');
    if (whole || dot == IX_SV_NPOS) {
        return whole;
    }
    return member_at(ix_json_get_sv(row, ix_sv_sub(name, 0, dot)), ix_sv_from(name, dot + 1));
}

static bool all_scalars(const struct ix_json *array) {
    for (const struct ix_json *n = ix_json_first(array); n; n = ix_json_next(n)) {
        enum ix_json_kind kind = ix_json_kind(n);
        if (kind == IX_JSON_ARRAY || kind == IX_JSON_OBJECT) {
            return false;
        }
    }
    return true;
}

static void write_cell(struct ix_buf *buf, const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    if (kind == IX_JSON_STRING) {
        ix_buf_add(buf, ix_json_string(node));
    } else if (kind == IX_JSON_ARRAY && all_scalars(node)) {
        for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
            write_cell(buf, n);
            ix_buf_add_cstr(buf, ix_json_next(n) ? ", " : "");
        }
    } else if (kind != IX_JSON_NONE && kind != IX_JSON_NULL) {
        ix_json_write(buf, node);
    }
}

static struct ix_sv cell_text(struct ix_arena *arena, const struct ix_json *row,
                              struct ix_sv column) {
    struct ix_buf buf = {0};
    write_cell(&buf, member_at(row, column));
    struct ix_sv text = ix_arena_copy(arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return text;
}

/* ---- table ---- */

/* Text from outside may hold control characters; a terminal must not obey them. */
static void put_printable(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        putchar(c < 0x20 || c == 0x7F ? ' ' : c);
    }
}

static void put_padded(struct ix_sv text, size_t width, bool last) {
    size_t wide = ix_terminal_text_width(text);
    if (wide > width) {
        text = ix_terminal_fit(text, width - 1);
        put_printable(text);
        put(IX_SV("…"));
        wide = ix_terminal_text_width(text) + 1;
    } else {
        put_printable(text);
    }
    for (size_t i = wide; !last && i < width + GAP; i++) {
        putchar(' ');
    }
}

static void put_cells(const struct ix_printer *p, const struct ix_sv *cells) {
    for (size_t i = 0; i < p->column_count; i++) {
        put_padded(cells[i], p->widths[i], i + 1 == p->column_count);
    }
    putchar('\n');
}

static void put_heading(const struct ix_printer *p) {
    struct ix_sv cells[IX_PRINTER_COLUMNS_MAX];
    char upper[IX_PRINTER_COLUMNS_MAX][64];
    for (size_t i = 0; i < p->column_count; i++) {
        size_t size = p->columns[i].size < 64 ? p->columns[i].size : 63;
        for (size_t j = 0; j < size; j++) {
            char c = p->columns[i].data[j];
            upper[i][j] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == '_' ? ' ' : c;
        }
        cells[i] = ix_sv_of(upper[i], size);
    }
    fputs(p->terminal->colour ? "\033[1m" : "", stdout);
    put_cells(p, cells);
    fputs(p->terminal->colour ? "\033[0m" : "", stdout);
}

static size_t total_width(const struct ix_printer *p) {
    size_t total = 0;
    for (size_t i = 0; i < p->column_count; i++) {
        total += p->widths[i] + (i ? GAP : 0);
    }
    return total;
}

/* The widest column gives way until the line fits. */
static void narrow_to_terminal(struct ix_printer *p) {
    while (p->terminal->width && total_width(p) > p->terminal->width) {
        size_t widest = 0;
        for (size_t i = 1; i < p->column_count; i++) {
            widest = p->widths[i] > p->widths[widest] ? i : widest;
        }
        if (p->widths[widest] <= NARROWEST) {
            return;
        }
        p->widths[widest]--;
    }
}

static void measure(struct ix_printer *p) {
    for (size_t i = 0; i < p->column_count; i++) {
        p->widths[i] = ix_terminal_text_width(p->columns[i]);
        for (size_t row = 0; row < p->held_rows; row++) {
            size_t width = ix_terminal_text_width(p->held[row * p->column_count + i]);
            p->widths[i] = width > p->widths[i] ? width : p->widths[i];
        }
    }
    narrow_to_terminal(p);
    p->measured = true;
}

static void release_held(struct ix_printer *p) {
    measure(p);
    if (p->held_rows) {
        put_heading(p);
    }
    for (size_t row = 0; row < p->held_rows; row++) {
        put_cells(p, p->held + row * p->column_count);
    }
    p->held_rows = 0;
    p->held = NULL;
    ix_arena_reset(&p->arena);
}

static enum ix_code table_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    if (!p->held && !p->measured) {
        p->held = ix_arena_array(&p->arena, IX_PRINTER_MEASURED * p->column_count, sizeof *p->held);
    }
    struct ix_sv direct[IX_PRINTER_COLUMNS_MAX];
    struct ix_sv *cells = p->measured ? direct : p->held + p->held_rows * p->column_count;
    if (!p->measured && !p->held) {
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < p->column_count; i++) {
        cells[i] = cell_text(&p->arena, row, p->columns[i]);
    }
    if (p->measured) {
        put_cells(p, cells);
        enum ix_code code = ix_arena_check(&p->arena, err);
        ix_arena_reset(&p->arena);
        return code;
    }
    if (++p->held_rows == IX_PRINTER_MEASURED) {
        release_held(p);
    }
    return ix_arena_check(&p->arena, err);
}

/* ---- CSV, RFC 4180 ---- */

static void put_csv_field(struct ix_sv text) {
    if (!memchr(text.data ? text.data : "", '"', text.size) &&
        ix_sv_find_char(text, ',') == IX_SV_NPOS && ix_sv_find_char(text, '\n') == IX_SV_NPOS &&
        ix_sv_find_char(text, '\r') == IX_SV_NPOS) {
        put(text);
        return;
    }
    putchar('"');
    for (size_t i = 0; i < text.size; i++) {
        fputs(text.data[i] == '"' ? "\"" : "", stdout);
        putchar(text.data[i]);
    }
    putchar('"');
}

static void put_csv_line(const struct ix_sv *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        fputs(i ? "," : "", stdout);
        put_csv_field(cells[i]);
    }
    fputs("\r\n", stdout);
}

static enum ix_code csv_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    struct ix_sv cells[IX_PRINTER_COLUMNS_MAX];
    for (size_t i = 0; i < p->column_count; i++) {
        cells[i] = cell_text(&p->arena, row, p->columns[i]);
    }
    put_csv_line(cells, p->column_count);
    enum ix_code code = ix_arena_check(&p->arena, err);
    ix_arena_reset(&p->arena);
    return code;
}

/* ---- JSON and YAML ---- */

static void write_as_array(struct ix_buf *buf, const struct ix_printer *p,
                           const struct ix_json *row) {
    ix_buf_add_char(buf, '[');
    for (size_t i = 0; i < p->column_count; i++) {
        const struct ix_json *node = member_at(row, p->columns[i]);
        ix_buf_add_cstr(buf, i ? "," : "");
        if (node) {
            ix_json_write(buf, node);
        } else {
            ix_buf_add_cstr(buf, "null");
        }
    }
    ix_buf_add_char(buf, ']');
}

static enum ix_code json_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    struct ix_buf buf = {0};
    if (p->output == IX_OUTPUT_JSON) {
        ix_buf_add_cstr(&buf, p->rows ? ",\n" : "\n");
    }
    if (p->as_rows && p->output == IX_OUTPUT_JSON) {
        write_as_array(&buf, p, row);
    } else {
        ix_json_write(&buf, row);
    }
    if (p->output == IX_OUTPUT_NDJSON) {
        ix_buf_add_char(&buf, '\n');
    }
    return put_buf(&buf, err);
}

static enum ix_code yaml_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    struct ix_buf buf = {0};
    if (p->rows) {
        ix_buf_add_cstr(&buf, "---\n");
    }
    ix_yaml_write(&buf, row);
    return put_buf(&buf, err);
}

static enum ix_code json_begin(const struct ix_printer *p, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_buf_add_char(&buf, '{');
    if (p->as_rows) {
        ix_buf_add_cstr(&buf, "\"columns\":[");
        for (size_t i = 0; i < p->column_count; i++) {
            ix_buf_add_cstr(&buf, i ? "," : "");
            ix_json_write_string(&buf, p->columns[i]);
        }
        ix_buf_add_cstr(&buf, "],\"rows\":[");
    } else {
        ix_buf_add_cstr(&buf, "\"items\":[");
    }
    return put_buf(&buf, err);
}

static enum ix_code json_end(const struct ix_json *tail, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_buf_add_cstr(&buf, "\n]");
    for (const struct ix_json *n = ix_json_first(tail); n; n = ix_json_next(n)) {
        ix_buf_add_char(&buf, ',');
        ix_json_write_string(&buf, ix_json_key(n));
        ix_buf_add_char(&buf, ':');
        ix_json_write(&buf, n);
    }
    ix_buf_add_cstr(&buf, "}\n");
    return put_buf(&buf, err);
}

/* ---- the printer ---- */

static enum ix_code begin_output(struct ix_printer *p, struct ix_err *err) {
    if (p->output == IX_OUTPUT_CSV) {
        put_csv_line(p->columns, p->column_count);
    }
    return p->output == IX_OUTPUT_JSON ? json_begin(p, err) : IX_OK;
}

enum ix_code ix_printer_begin(struct ix_printer *p, enum ix_output output,
                              const struct ix_terminal *terminal, struct ix_sv columns,
                              struct ix_err *err) {
    p->output = output;
    p->terminal = terminal;
    ix_arena_init(&p->arena, 0);
    struct ix_sv name;
    while (ix_sv_split(&columns, ',', &name)) {
        name = ix_sv_trim(name);
        if (p->column_count == IX_PRINTER_COLUMNS_MAX) {
            return ix_err_set(err, IX_LIMIT, "more than %d columns", IX_PRINTER_COLUMNS_MAX);
        }
        if (name.size) {
            p->columns[p->column_count++] = name;
        }
    }
    return begin_output(p, err);
}

enum ix_code ix_printer_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    static enum ix_code (*const row_writers[])(struct ix_printer *, const struct ix_json *,
                                               struct ix_err *) = {
        [IX_OUTPUT_TABLE] = table_row, [IX_OUTPUT_JSON] = json_row, [IX_OUTPUT_NDJSON] = json_row,
        [IX_OUTPUT_CSV] = csv_row,     [IX_OUTPUT_YAML] = yaml_row,
    };
    enum ix_code code = row_writers[p->output](p, row, err);
    p->rows++;
    if (code == IX_OK && ferror(stdout)) {
        code = ix_err_errno(err, errno ? errno : EIO, "writing the answer");
    }
    return code;
}

enum ix_code ix_printer_end(struct ix_printer *p, const struct ix_json *tail, struct ix_err *err) {
    enum ix_code code = err->code;
    if (p->output == IX_OUTPUT_TABLE && !p->measured) {
        release_held(p);
    }
    if (p->output == IX_OUTPUT_JSON && code == IX_OK) {
        code = json_end(tail, err);
    }
    ix_arena_done(&p->arena);
    if (fflush(stdout) != 0 && code == IX_OK) {
        code = ix_err_errno(err, errno, "writing the answer");
    }
    return code;
}
