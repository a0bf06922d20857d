/* Listings: rows that are not answers to a query, through the printer. */
#ifndef IX_CLI_LISTING_H
#define IX_CLI_LISTING_H

#include "cli/command.h"
#include "cli/printer.h"

/* The output of a command that makes its rows by itself. */
struct ix_list_output {
    struct ix_printer printer;
    struct ix_arena arena; /* of one row */
    int64_t rows, limit;   /* limit 0: all */
    bool cut;              /* more rows than the limit were there */
};

/* `columns`: what a table and CSV show unless --columns says otherwise. */
IX_MUST_CHECK enum ix_code ix_list_begin(struct ix_list_output *list,
                                         struct ix_invocation *invocation, const char *columns,
                                         struct ix_err *err);
/* `row` must be in list->arena, which is emptied. */
IX_MUST_CHECK enum ix_code ix_list_row(struct ix_list_output *list, const struct ix_json *row,
                                       struct ix_err *err);
/* Returns the first error of all. */
IX_MUST_CHECK enum ix_code ix_list_end(struct ix_list_output *list, struct ix_err *err);

/* A listing of the warehouse; columns that end in "_ms" are shown as times without the ending. */
IX_MUST_CHECK enum ix_code ix_listing_print(struct ix_invocation *invocation,
                                            struct ix_warehouse *warehouse, enum ix_listing listing,
                                            struct ix_sv word, const char *columns,
                                            struct ix_err *err);

/* The exit code of a command that lists; what can be invalid there is a column that was asked for.
 */
static inline int ix_listing_exit(enum ix_code code) {
    return code == IX_INVALID ? IX_EXIT_USAGE : ix_code_exit(code);
}

#endif
