/* Where rows of a bill come from: CSV, or one JSON object a line. The scalars of an object are
 * cells called by their path ("service.description"), its lists are cells that hold JSON, as they
 * do in CSV; so one table reads both. */
#ifndef IX_COLLECTORS_BILLS_ROWS_H
#define IX_COLLECTORS_BILLS_ROWS_H

#include "base/csv.h"
#include "base/json.h"

enum { IX_BILL_JSON_CELLS_MAX = 512, IX_BILL_JSON_LINE_MAX = 16 << 20 };

struct ix_bill_rows {
    struct ix_stream *stream;
    struct ix_csv *csv; /* NULL: JSON */
    int64_t line;
    /* of JSON */
    struct ix_sv *names, *values;
    bool *quoted;
    size_t count;
};

/* `arena` lives as long as the rows. */
IX_MUST_CHECK enum ix_code ix_bill_rows_begin(struct ix_bill_rows *rows, struct ix_stream *stream,
                                              bool json, struct ix_arena *arena,
                                              struct ix_err *err);
void ix_bill_rows_end(struct ix_bill_rows *rows);

/* The next row; of JSON its names are rows->names, and everything is in `arena`. IX_INVALID and
 * IX_LIMIT name the line. */
IX_MUST_CHECK enum ix_code ix_bill_rows_next(struct ix_bill_rows *rows, struct ix_arena *arena,
                                             struct ix_csv_row *ret_row, bool *ret_more,
                                             struct ix_err *err);

/* Spreadsheets save the rows below the last as separators alone: a blank line of theirs. */
bool ix_bill_row_is_blank(const struct ix_csv_row *row);

/* One object as cells. */
IX_MUST_CHECK enum ix_code ix_bill_rows_flatten(struct ix_bill_rows *rows, struct ix_arena *arena,
                                                const struct ix_json *object, struct ix_err *err);

#endif
