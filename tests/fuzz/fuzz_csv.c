/* Any bytes as CSV: cells lie in what was read, lines only go on, and the same comes out of the
 * rows written again with every cell quoted. */
#include <assert.h>

#include "base/buf.h"
#include "base/csv.h"

static void write_row(struct ix_buf *out, const struct ix_csv_row *row, char separator) {
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0) {
            ix_buf_add_char(out, separator);
        }
        ix_buf_add_char(out, '"');
        for (size_t k = 0; k < row->cells[i].size; k++) {
            if (row->cells[i].data[k] == '"') {
                ix_buf_add_char(out, '"');
            }
            ix_buf_add_char(out, row->cells[i].data[k]);
        }
        ix_buf_add_char(out, '"');
    }
    ix_buf_add_char(out, '\n');
}

/* All rows, written again; false after an error. */
static bool read_all(struct ix_sv bytes, struct ix_buf *out, char separator) {
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_csv *csv = NULL;
    struct ix_csv_row row;
    bool more = true;
    int64_t line = 0;
    assert(ix_stream_open_memory(bytes, &stream, &err) == IX_OK);
    assert(ix_csv_new(stream, &csv, &err) == IX_OK);
    while (ix_csv_next(csv, &row, &more, &err) == IX_OK && more) {
        size_t size = 0;
        for (size_t i = 0; i < row.count; i++) {
            size += row.cells[i].size;
        }
        assert(row.count > 0 && row.line > line);
        assert(size <= IX_CSV_ROW_MAX);
        assert(row.faulty_cell == SIZE_MAX || row.faulty_cell < row.count);
        line = row.line;
        write_row(out, &row, separator);
    }
    ix_csv_free(csv);
    ix_stream_close(stream);
    return err.code == IX_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_buf first = {0};
    struct ix_buf second = {0};
    struct ix_sv bytes = ix_sv_of((const char *)data, size);
    /* compressed input is the stream's matter */
    bool plain = size > 0 && data[0] != 0x1F && data[0] != 0x28;
    if (plain && read_all(bytes, &first, ',') && first.size > 0 &&
        ix_csv_separator(ix_buf_sv(&first)) == ',') {
        assert(read_all(ix_buf_sv(&first), &second, ','));
        assert(ix_sv_eq(ix_buf_sv(&first), ix_buf_sv(&second)));
    }
    ix_buf_done(&first);
    ix_buf_done(&second);
    return 0;
}
