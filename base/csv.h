/* ix_csv: rows of comma-separated values out of a stream, one at a time, whatever the size.
 *
 * RFC 4180, and what files of the world do beside it: a byte order mark, LF and CRLF, blank lines
 * (passed over), rows shorter or longer than the heading (given as they are), semicolons or tabs in
 * the place of commas (told by the heading). A quoted cell may hold separators, doubled quotes and
 * line ends; a quote inside a cell that does not begin with one is a quote.
 */
#ifndef IX_BASE_CSV_H
#define IX_BASE_CSV_H

#include <stdint.h>

#include "base/err.h"
#include "base/stream.h"
#include "base/sv.h"

enum {
    IX_CSV_ROW_MAX = 4 << 20, /* bytes of one row */
    IX_CSV_CELLS_MAX = 4096,
};

struct ix_csv;

struct ix_csv_row {
    const struct ix_sv *cells; /* without quotes; borrowed until the next row */
    const bool *quoted;        /* of each cell */
    size_t count;
    int64_t line; /* of the file where the row begins; its first is 1 */
    /* Which cell has text behind its closing quote, counted from 0; SIZE_MAX: none. Its cell is
     * what stood between the quotes. */
    size_t faulty_cell;
};

/* Reads from `stream`, which stays the caller's. */
IX_MUST_CHECK enum ix_code ix_csv_new(struct ix_stream *stream, struct ix_csv **ret_csv,
                                      struct ix_err *err);
void ix_csv_free(struct ix_csv *csv); /* takes NULL */

/* The next row; *ret_more false: there is none. IX_INVALID for a quote that is never closed,
 * IX_LIMIT for a row past the limits; both name the line. After an error nothing more is read. */
IX_MUST_CHECK enum ix_code ix_csv_next(struct ix_csv *csv, struct ix_csv_row *ret_row,
                                       bool *ret_more, struct ix_err *err);

/* The separator of a heading: of comma, semicolon and tab the one that stands most often outside of
 * quotes; a comma when none does. */
char ix_csv_separator(struct ix_sv heading);

#endif
