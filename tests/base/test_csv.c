/* Rows as RFC 4180 has them and as files have them, in windows of any size. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/csv.h"

static struct ix_err err;
static struct ix_buf shown;

/* Each row as "line:[cell][cell]!fault", or the error. Closes the stream. */
static const char *rows_of_stream(struct ix_stream *stream) {
    struct ix_csv *csv = NULL;
    struct ix_csv_row row;
    bool more = true;
    err = (struct ix_err){0};
    ix_buf_clear(&shown);
    cr_assert_eq(ix_csv_new(stream, &csv, &err), IX_OK);
    while (ix_csv_next(csv, &row, &more, &err) == IX_OK && more) {
        ix_buf_printf(&shown, "%lld:", (long long)row.line);
        for (size_t i = 0; i < row.count; i++) {
            ix_buf_printf(&shown, "[%.*s]", IX_SV_FMT(row.cells[i]));
        }
        if (row.faulty_cell != SIZE_MAX) {
            ix_buf_printf(&shown, "!%zu", row.faulty_cell);
        }
        ix_buf_add_char(&shown, ' ');
    }
    if (err.code != IX_OK) {
        ix_buf_printf(&shown, "%s", err.text);
    }
    ix_csv_free(csv);
    ix_stream_close(stream);
    return ix_buf_cstr(&shown);
}

static const char *rows_of(struct ix_sv text) {
    struct ix_stream *stream = NULL;
    cr_assert_eq(ix_stream_open_memory(text, &stream, &err), IX_OK);
    return rows_of_stream(stream);
}

/* In two reads. */
static const char *rows_of_pieces(struct ix_sv head, struct ix_stream *rest) {
    struct ix_stream *stream = NULL;
    cr_assert_eq(ix_stream_open_after(head, rest, &stream, &err), IX_OK);
    return rows_of_stream(stream);
}

Test(csv, reads_what_the_standard_has) {
    cr_expect_str_eq(rows_of(IX_SV("a,b,c\r\n1,,3\r\n")), "1:[a][b][c] 2:[1][][3] ");
    cr_expect_str_eq(rows_of(IX_SV("\"a \"\"x\"\"\",\"b\nc\",\"\"\nd,e,f")),
                     "1:[a \"x\"][b\nc][] 3:[d][e][f] ");
    cr_expect_str_eq(rows_of(IX_SV("\"\"\"\",\",\"\n")), "1:[\"][,] ");
}

Test(csv, reads_what_files_have) {
    cr_expect_str_eq(rows_of(IX_SV("\xEF\xBB\xBF\"a\",b\n\n\r\n1,2\n")), "1:[a][b] 4:[1][2] ");
    cr_expect_str_eq(rows_of(IX_SV("a,b,c\n1\n1,2,3,4\n")), "1:[a][b][c] 2:[1] 3:[1][2][3][4] ");
    cr_expect_str_eq(rows_of(IX_SV("a;\"b;x\";c\n1,5;2;3\n")), "1:[a][b;x][c] 2:[1,5][2][3] ");
    cr_expect_str_eq(rows_of(IX_SV("a\tb\n1\t2\n")), "1:[a][b] 2:[1][2] ");
    cr_expect_str_eq(rows_of(IX_SV("a,b\n5\" disk,say \"\"hi\"\"\nx,y\n")),
                     "1:[a][b] 2:[5\" disk][say \"\"hi\"\"] 3:[x][y] ");
    cr_expect_str_eq(rows_of((struct ix_sv){0}), "");
    cr_expect_str_eq(rows_of(IX_SV("a,b")), "1:[a][b] ");
}

Test(csv, names_the_cell_with_text_behind_its_quotes) {
    cr_expect_str_eq(rows_of(IX_SV("a,\"b\"x,c\n\"d\" ,e\"\n")), "1:[a][b][c]!1 2:[d][e\"] ");
    cr_expect_str_eq(rows_of(IX_SV("\"a\"b\"c,d\"\nx,y\n")), "1:[a][d\"]!0 2:[x][y] ");
}

Test(csv, says_where_a_quote_is_never_closed) {
    cr_expect_str_eq(rows_of(IX_SV("a,b\n1,2\n\"3,4\n5,6\n")),
                     "1:[a][b] 2:[1][2] line 3: a quote is never closed");
    cr_expect_eq(err.code, IX_INVALID);
}

Test(csv, refuses_rows_past_the_limits) {
    struct ix_buf text = {0};
    ix_buf_add_cstr(&text, "a,b\n");
    for (size_t i = 0; i < IX_CSV_ROW_MAX / 16 + 2; i++) {
        ix_buf_add_cstr(&text, "0123456789abcdef");
    }
    rows_of(ix_buf_sv(&text));
    cr_expect_eq(err.code, IX_LIMIT);
    cr_expect_not_null(strstr(err.text, "line 2"), "%s", err.text);
    ix_buf_clear(&text);
    for (size_t i = 0; i < IX_CSV_CELLS_MAX; i++) {
        ix_buf_add_char(&text, ',');
    }
    rows_of(ix_buf_sv(&text));
    cr_expect_eq(err.code, IX_LIMIT);
    text.size--; /* as many cells as there may be */
    cr_expect_eq(strncmp(rows_of(ix_buf_sv(&text)), "1:[][]", 6), 0);
    ix_buf_add_cstr(&text, ",,\n\"open"); /* whichever comes first is said */
    cr_expect_not_null(strstr(rows_of(ix_buf_sv(&text)), "line 1: a row of more than"));
    text.size = 0;
    ix_buf_add_cstr(&text, "\"open");
    for (size_t i = 0; i <= IX_CSV_CELLS_MAX; i++) {
        ix_buf_add_char(&text, ',');
    }
    cr_expect_str_eq(rows_of(ix_buf_sv(&text)), "line 1: a quote is never closed");
    ix_buf_done(&text);
}

/* Quotes, separators and line ends at the end of what has come so far: byte by byte, and in the
 * piece that a pipe gives. */
Test(csv, reads_the_same_however_the_bytes_come) {
    static const char text[] = "a,\"b \"\"x\"\"\",c\r\n\"d\ne\",\"\"\"\",f\n,,\"g\"h\n1,2,3";
    static const char rows[] = "1:[a][b \"x\"][c] 2:[d\ne][\"][f] 4:[][][g]!2 5:[1][2][3] ";
    cr_expect_str_eq(rows_of(ix_sv_cstr(text)), rows);
    for (size_t cut = 0; cut < sizeof text - 1; cut++) {
        struct ix_sv all = ix_sv_cstr(text);
        struct ix_stream *rest = NULL;
        cr_assert_eq(ix_stream_open_memory(ix_sv_from(all, cut), &rest, &err), IX_OK);
        cr_expect_str_eq(rows_of_pieces(ix_sv_sub(all, 0, cut), rest), rows, "cut at %zu", cut);
    }
}

/* Rows that lie across the ends of the window. */
Test(csv, reads_the_same_in_files_larger_than_its_window) {
    enum { ROWS = 40000 };
    struct ix_buf text = {0};
    struct ix_stream *stream = NULL;
    struct ix_csv *csv = NULL;
    struct ix_csv_row row;
    bool more = false;
    ix_buf_add_cstr(&text, "number,text\n");
    for (int i = 0; i < ROWS; i++) {
        ix_buf_printf(&text, "%d,\"a \"\"%d\"\",\nb\"\r\n", i, i);
    }
    cr_assert_eq(ix_stream_open_memory(ix_buf_sv(&text), &stream, &err), IX_OK);
    cr_assert_eq(ix_csv_new(stream, &csv, &err), IX_OK);
    cr_assert_eq(ix_csv_next(csv, &row, &more, &err), IX_OK);
    for (int i = 0; i < ROWS; i++) {
        char number[16];
        char expected[64];
        snprintf(number, sizeof number, "%d", i);
        snprintf(expected, sizeof expected, "a \"%d\",\nb", i);
        cr_assert_eq(ix_csv_next(csv, &row, &more, &err), IX_OK);
        cr_assert(more && row.count == 2);
        cr_assert(ix_sv_eq_cstr(row.cells[0], number) && ix_sv_eq_cstr(row.cells[1], expected));
        cr_assert_eq(row.line, 2 + 2 * i);
    }
    cr_assert_eq(ix_csv_next(csv, &row, &more, &err), IX_OK);
    cr_assert(!more);
    ix_csv_free(csv);
    ix_stream_close(stream);
    ix_buf_done(&text);
}
