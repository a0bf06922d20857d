/* ix_printer: rows of JSON objects as a table, JSON, NDJSON, CSV, YAML or a picture of them.
 *
 * Every command that answers with rows gives them here as objects; which of their members become
 * columns is a list of names. Tables fit the terminal: the widest columns give way, and what was
 * cut ends in an ellipsis. Table rows are held back until the end (to measure columns), at most
 * IX_PRINTER_MEASURED of them; later rows keep the widths found. JSON, NDJSON and CSV are as
 * query/format.h writes them, pictures as query/chart/ and cli/draw.h do.
 */
#ifndef IX_CLI_PRINTER_H
#define IX_CLI_PRINTER_H

#include "cli/terminal.h"
#include "query/format.h"

enum { IX_PRINTER_MEASURED = 1000 };

enum ix_output {
    IX_OUTPUT_TABLE,
    IX_OUTPUT_JSON,
    IX_OUTPUT_NDJSON,
    IX_OUTPUT_CSV,
    IX_OUTPUT_YAML,
    IX_OUTPUT_CHART, /* for the terminal */
    IX_OUTPUT_SVG,
};

/* What `-o` accepts, as a choice list. */
#define IX_OUTPUT_CHOICES "table|json|ndjson|csv|yaml|chart|svg"
enum ix_output ix_output_parse(struct ix_sv name); /* of IX_OUTPUT_CHOICES; else TABLE */

struct ix_printer {
    enum ix_output output;
    const struct ix_terminal *terminal;
    struct ix_format_columns columns;
    /* JSON and YAML: true writes {"columns": …, "rows": [[…]]}, false {"items": [{…}]} */
    bool as_rows;
    struct ix_sv
        amounts;        /* a picture's columns of money, the drawn one first; or the last column */
    struct ix_sv title; /* of a picture */

    /* its own */
    size_t widths[IX_FORMAT_COLUMNS_MAX];
    bool numbers[IX_FORMAT_COLUMNS_MAX], words[IX_FORMAT_COLUMNS_MAX]; /* what columns hold */
    struct ix_sv *held; /* cells of measured rows, columns.count each; in `arena` */
    size_t held_rows;
    bool measured;
    size_t rows;
    struct ix_json *drawn; /* the rows of a picture; in `arena` */
    struct ix_arena arena;
};

/* `columns`: names separated by commas; of a table and CSV, the columns. */
IX_MUST_CHECK enum ix_code ix_printer_begin(struct ix_printer *printer, enum ix_output output,
                                            const struct ix_terminal *terminal,
                                            struct ix_sv columns, struct ix_err *err);
IX_MUST_CHECK enum ix_code ix_printer_row(struct ix_printer *printer, const struct ix_json *row,
                                          struct ix_err *err);
/* `tail`: an object whose members follow the rows in JSON and YAML (count, next, meta); may be
 * NULL. Frees what the printer holds, also after an error. */
IX_MUST_CHECK enum ix_code ix_printer_end(struct ix_printer *printer, const struct ix_json *tail,
                                          struct ix_err *err);

#endif
