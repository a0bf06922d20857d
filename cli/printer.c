/* Ways to print the same rows. JSON is written as it comes, row by row, so that an answer of
 * any length needs the memory of one row; only tables and pictures have to look at rows before they
 * can begin. */
#include "cli/printer.h"

#include <errno.h>
#include <stdio.h>

#include "base/yaml.h"
#include "cli/draw.h"
#include "query/chart/svg.h"
#include "query/suggest.h"

enum { NARROWEST = 6, GAP = 2 };

static const char *const output_names[] = {
    [IX_OUTPUT_TABLE] = "table", [IX_OUTPUT_JSON] = "json", [IX_OUTPUT_NDJSON] = "ndjson",
    [IX_OUTPUT_CSV] = "csv",     [IX_OUTPUT_YAML] = "yaml", [IX_OUTPUT_CHART] = "chart",
    [IX_OUTPUT_SVG] = "svg",
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

static struct ix_sv cell_text(struct ix_arena *arena, const struct ix_json *value) {
    struct ix_buf buf = {0};
    ix_format_cell(&buf, value);
    struct ix_sv text = ix_arena_copy(arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return text;
}

/* ---- table ---- */

static void put_printable(struct ix_sv text) {
    while (text.size > 0) {
        size_t control = ix_terminal_control(text);
        putchar(control > 0 ? ' ' : text.data[0]);
        text = ix_sv_from(text, control > 0 ? control : 1);
    }
}

/* Paths, links and ARNs begin alike and differ at their end. */
static bool differs_at_the_end(struct ix_sv text) {
    return ix_sv_starts(text, IX_SV("/")) || ix_sv_starts(text, IX_SV("arn:")) ||
           ix_sv_find(text, IX_SV("://")) != IX_SV_NPOS;
}

/* Gives the columns that it took, one of them the ellipsis. */
static size_t put_cut(struct ix_sv text, size_t width) {
    bool end = differs_at_the_end(text);
    struct ix_sv kept =
        end ? ix_terminal_fit_end(text, width - 1) : ix_terminal_fit(text, width - 1);
    put(end ? IX_SV("…") : (struct ix_sv){0});
    put_printable(kept);
    put(end ? (struct ix_sv){0} : IX_SV("…"));
    return ix_terminal_text_width(kept) + 1;
}

static void put_spaces(size_t count) {
    for (size_t i = 0; i < count; i++) {
        putchar(' ');
    }
}

static void put_padded(struct ix_sv text, size_t width, bool right, bool last) {
    size_t wide = ix_terminal_text_width(text);
    size_t space = wide < width ? width - wide : 0;
    put_spaces(right ? space : 0);
    if (wide > width) {
        space = width - put_cut(text, width);
    } else {
        put_printable(text);
    }
    put_spaces(last ? 0 : GAP + (right ? 0 : space));
}

static void put_line(const struct ix_printer *p, const struct ix_sv *cells, bool strong) {
    fputs(strong ? "\033[1m" : "", stdout);
    for (size_t i = 0; i < p->columns.count; i++) {
        put_padded(cells[i], p->widths[i], p->numbers[i] && !p->words[i],
                   i + 1 == p->columns.count);
    }
    fputs(strong ? "\033[0m\n" : "\n", stdout);
}

static void put_cells(const struct ix_printer *p, const struct ix_sv *cells) {
    put_line(p, cells, false);
}

static void put_heading(const struct ix_printer *p) {
    struct ix_sv cells[IX_FORMAT_COLUMNS_MAX];
    char upper[IX_FORMAT_COLUMNS_MAX][64];
    for (size_t i = 0; i < p->columns.count; i++) {
        size_t size = p->columns.names[i].size < 64 ? p->columns.names[i].size : 63;
        for (size_t j = 0; j < size; j++) {
            char c = p->columns.names[i].data[j];
            upper[i][j] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == '_' ? ' ' : c;
        }
        cells[i] = ix_sv_of(upper[i], size);
    }
    put_line(p, cells, p->terminal->colour);
}

static size_t total_width(const struct ix_printer *p) {
    size_t total = 0;
    for (size_t i = 0; i < p->columns.count; i++) {
        total += p->widths[i] + (i ? GAP : 0);
    }
    return total;
}

/* The widest column gives way until the line fits. */
static void narrow_to_terminal(struct ix_printer *p) {
    while (p->terminal->width && total_width(p) > p->terminal->width) {
        size_t widest = 0;
        for (size_t i = 1; i < p->columns.count; i++) {
            widest = p->widths[i] > p->widths[widest] ? i : widest;
        }
        if (p->widths[widest] <= NARROWEST) {
            return;
        }
        p->widths[widest]--;
    }
}

/* Numbers, and decimals as people write them: "1,234.50", "<0.01", "unknown" among them. A text of
 * digits alone is an id. */
static bool is_number(const struct ix_json *value, struct ix_sv cell) {
    size_t point = ix_sv_find_char(cell, '.');
    bool digits = point != IX_SV_NPOS;
    for (size_t i = 0; digits && i < cell.size; i++) {
        digits = i == point || strchr("0123456789,<>+-", cell.data[i]);
    }
    return digits || ix_json_kind(value) == IX_JSON_NUMBER || ix_sv_eq_cstr(cell, "unknown");
}

/* Numbers stand below one another when there is nothing else in the column. */
static void note_kind(struct ix_printer *p, size_t column, const struct ix_json *value,
                      struct ix_sv cell) {
    bool *of = is_number(value, cell) ? p->numbers : p->words;
    of[column] = of[column] || !ix_sv_empty(cell);
}

static void measure(struct ix_printer *p) {
    for (size_t i = 0; i < p->columns.count; i++) {
        p->widths[i] = ix_terminal_text_width(p->columns.names[i]);
        for (size_t row = 0; row < p->held_rows; row++) {
            size_t width = ix_terminal_text_width(p->held[row * p->columns.count + i]);
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
        put_cells(p, p->held + row * p->columns.count);
    }
    p->held_rows = 0;
    p->held = NULL;
    ix_arena_reset(&p->arena);
}

static enum ix_code table_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    if (!p->held && !p->measured) {
        p->held =
            ix_arena_array(&p->arena, IX_PRINTER_MEASURED * p->columns.count, sizeof *p->held);
    }
    struct ix_sv direct[IX_FORMAT_COLUMNS_MAX];
    struct ix_sv *cells = p->measured ? direct : p->held + p->held_rows * p->columns.count;
    if (!p->measured && !p->held) {
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < p->columns.count; i++) {
        const struct ix_json *value = ix_format_member(row, p->columns.names[i]);
        cells[i] = cell_text(&p->arena, value);
        if (!p->measured) {
            note_kind(p, i, value, cells[i]);
        }
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

/* ---- the other forms ---- */

/* In JSON, rows of named columns are arrays. */
static const struct ix_format_columns *array_columns(const struct ix_printer *p) {
    return p->as_rows ? &p->columns : NULL;
}

static enum ix_code csv_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_format_csv_row(&buf, &p->columns, row);
    return put_buf(&buf, err);
}

static enum ix_code json_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_format_json_row(&buf, array_columns(p), row, p->rows == 0);
    return put_buf(&buf, err);
}

static enum ix_code ndjson_row(struct ix_printer *p, const struct ix_json *row,
                               struct ix_err *err) {
    struct ix_buf buf = {0};
    (void)p;
    ix_format_ndjson_row(&buf, row);
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

/* ---- pictures ---- */

static enum ix_code picture_row(struct ix_printer *p, const struct ix_json *row,
                                struct ix_err *err) {
    if (p->rows == IX_CHART_ROWS_MAX) {
        return ix_err_set(err, IX_LIMIT, "more than %d rows to draw", IX_CHART_ROWS_MAX);
    }
    ix_json_append(p->drawn, ix_json_clone(&p->arena, row));
    return ix_arena_check(&p->arena, err);
}

static struct ix_sv column_list(struct ix_printer *p) {
    struct ix_buf buf = {0};
    for (size_t i = 0; i < p->columns.count; i++) {
        ix_buf_add_cstr(&buf, i ? "," : "");
        ix_buf_add(&buf, p->columns.names[i]);
    }
    struct ix_sv list = ix_arena_copy(&p->arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return list;
}

static enum ix_code end_picture(struct ix_printer *p, struct ix_err *err) {
    struct ix_charts charts;
    struct ix_buf buf = {0};
    enum ix_code code =
        ix_charts_make(&p->arena, column_list(p), p->amounts, p->drawn, &charts, err);
    if (code != IX_OK) {
        return code;
    }
    if (p->output == IX_OUTPUT_SVG) {
        ix_charts_write_svg(&buf, &charts, p->title, &p->arena);
    } else {
        ix_draw_charts(&buf, p->terminal, &charts, &p->arena);
    }
    code = put_buf(&buf, err);
    return code == IX_OK ? ix_arena_check(&p->arena, err) : code;
}

/* ---- the printer ---- */

static enum ix_code begin_output(struct ix_printer *p, struct ix_err *err) {
    struct ix_buf buf = {0};
    if (p->output == IX_OUTPUT_CSV) {
        ix_format_csv_heading(&buf, &p->columns);
    } else if (p->output == IX_OUTPUT_JSON) {
        ix_format_json_begin(&buf, array_columns(p));
    }
    return put_buf(&buf, err);
}

static enum ix_code end_document(const struct ix_json *tail, struct ix_err *err) {
    struct ix_buf buf = {0};
    ix_format_json_end(&buf, tail);
    return put_buf(&buf, err);
}

enum ix_code ix_printer_begin(struct ix_printer *p, enum ix_output output,
                              const struct ix_terminal *terminal, struct ix_sv columns,
                              struct ix_err *err) {
    p->output = output;
    p->terminal = terminal;
    ix_arena_init(&p->arena, 0);
    p->drawn = ix_json_new_array(&p->arena);
    enum ix_code code = ix_format_columns_add(&p->columns, columns, err);
    return code == IX_OK ? begin_output(p, err) : code;
}

/* All rows have the same members, but for these, which only some have. */
static bool may_be_missing(struct ix_sv member) {
    return ix_sv_eq_cstr(member, "labels") || ix_sv_eq_cstr(member, "annotations");
}

static enum ix_code unknown_column(const struct ix_json *row, struct ix_sv name,
                                   struct ix_err *err) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_buf members = {0};
    ix_suggest_init(&suggest, name);
    for (const struct ix_json *m = ix_json_first(row); m; m = ix_json_next(m)) {
        ix_buf_add(&members, ix_json_key(m));
        ix_buf_add_char(&members, ' ');
    }
    ix_suggest_add(&suggest, ix_buf_cstr(&members));
    ix_err_set(err, IX_INVALID, "unknown column ‘%.*s’%s", IX_SV_FMT(name),
               ix_suggest_hint(&suggest, hint, "; -o json shows what there is"));
    ix_buf_done(&members);
    return err->code;
}

static enum ix_code check_columns(const struct ix_printer *p, const struct ix_json *row,
                                  struct ix_err *err) {
    for (size_t i = 0; i < p->columns.count; i++) {
        struct ix_sv name = p->columns.names[i];
        struct ix_sv member = ix_sv_sub(name, 0, ix_sv_find_char(name, '.'));
        if (!ix_json_get_sv(row, name) && !ix_json_get_sv(row, member) && !may_be_missing(member)) {
            return unknown_column(row, name, err);
        }
    }
    return IX_OK;
}

enum ix_code ix_printer_row(struct ix_printer *p, const struct ix_json *row, struct ix_err *err) {
    if (p->rows == 0 && check_columns(p, row, err) != IX_OK) {
        return err->code;
    }
    static enum ix_code (*const row_writers[])(struct ix_printer *, const struct ix_json *,
                                               struct ix_err *) = {
        [IX_OUTPUT_TABLE] = table_row, [IX_OUTPUT_JSON] = json_row, [IX_OUTPUT_NDJSON] = ndjson_row,
        [IX_OUTPUT_CSV] = csv_row,     [IX_OUTPUT_YAML] = yaml_row, [IX_OUTPUT_CHART] = picture_row,
        [IX_OUTPUT_SVG] = picture_row,
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
        code = end_document(tail, err);
    }
    if ((p->output == IX_OUTPUT_CHART || p->output == IX_OUTPUT_SVG) && code == IX_OK) {
        code = end_picture(p, err);
    }
    ix_arena_done(&p->arena);
    if (fflush(stdout) != 0 && code == IX_OK) {
        code = ix_err_errno(err, errno, "writing the answer");
    }
    return code;
}
