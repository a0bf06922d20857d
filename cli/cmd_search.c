/* `infradex search`: the query language at the terminal. */
#include <inttypes.h>

#include "cli/found.h"
#include "cli/printer.h"
#include "query/caret.h"

/* What a table shows of resources: less where there is less room. */
#define NARROW_COLUMNS "name,kind,region,id"
enum { WIDE_TERMINAL = 110 };

/* The words of the command line, joined by spaces: quotes of the shell are gone, so a word with
 * spaces in it is taken as it is. */
static struct ix_sv query_text(const struct ix_invocation *invocation) {
    struct ix_buf buf = {0};
    for (size_t i = 0; i < invocation->argument_count; i++) {
        ix_buf_add_cstr(&buf, i ? " " : "");
        ix_buf_add(&buf, invocation->arguments[i]);
    }
    struct ix_sv text = ix_arena_copy(invocation->arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return text;
}

static struct ix_sv shown_columns(const struct ix_invocation *invocation,
                                  const struct ix_found *found, enum ix_output output) {
    struct ix_sv columns = invocation->settings.columns;
    if (!ix_sv_empty(columns)) {
        return columns;
    }
    if (found->is_resources) {
        size_t width = invocation->terminal.width;
        bool narrow = width && width < WIDE_TERMINAL && output == IX_OUTPUT_TABLE;
        return narrow ? IX_SV(NARROW_COLUMNS) : IX_SV(IX_FORMAT_USUAL_COLUMNS);
    }
    return found->columns;
}

/* `-o` wins over `| as`; the default of `-o` does not. */
static enum ix_output output_of(const struct ix_invocation *invocation,
                                const struct ix_found *found) {
    enum ix_output asked = ix_output_parse(invocation->settings.output);
    return asked == IX_OUTPUT_TABLE ? ix_output_parse(found->format) : asked;
}

static enum ix_code print_rows(struct ix_found *found, struct ix_printer *printer,
                               int64_t *ret_rows, struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    enum ix_code code;
    for (*ret_rows = 0;; ++*ret_rows) {
        struct ix_json *row;
        code = found->next(found, &arena, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        code = ix_printer_row(printer, row, err);
        if (code != IX_OK) {
            break;
        }
        ix_arena_reset(&arena);
    }
    ix_arena_done(&arena);
    return code;
}

/* Below a table, on standard error: how many there are, what was cut, what needs a word. */
static void say_tail(const struct ix_json *tail, int64_t rows) {
    const struct ix_json *count = ix_json_get(tail, "count");
    const struct ix_json *notes = ix_json_path(tail, "meta", "notes", NULL);
    int64_t value = rows;
    (void)ix_json_int64(ix_json_get(count, "value"), &value);
    if (value > rows) {
        bool exact = ix_json_is_true(ix_json_get(count, "exact"));
        fprintf(stderr, "%" PRId64 " of %s%" PRId64 "; see more with --limit\n", rows,
                exact ? "" : "more than ", value);
    } else {
        fprintf(stderr, rows == 1 ? "1 row\n" : "%" PRId64 " rows\n", rows);
    }
    for (const struct ix_json *n = ix_json_first(notes); n; n = ix_json_next(n)) {
        fprintf(stderr, "note: %.*s\n", IX_SV_FMT(ix_json_string(n)));
    }
}

static enum ix_code print_answer(struct ix_invocation *invocation, struct ix_sv text,
                                 struct ix_found *found, int64_t *ret_rows, struct ix_err *err) {
    struct ix_printer printer = {.as_rows = !found->is_resources, .title = text};
    enum ix_output output = output_of(invocation, found);
    struct ix_json *tail = NULL;
    enum ix_code code = ix_printer_begin(&printer, output, &invocation->terminal,
                                         shown_columns(invocation, found, output), err);
    code = code == IX_OK ? print_rows(found, &printer, ret_rows, err) : code;
    if (code == IX_OK) {
        code = found->tail(found, &tail, err);
    }
    code = ix_printer_end(&printer, tail, err);
    if (code == IX_OK && output == IX_OUTPUT_TABLE) {
        say_tail(tail, *ret_rows);
    }
    return code;
}

static enum ix_code answer_query(struct ix_invocation *invocation, struct ix_sv text,
                                 int64_t *ret_rows, struct ix_err *err) {
    struct ix_found *found;
    enum ix_code code = ix_sv_empty(invocation->settings.url)
                            ? ix_found_in_warehouse(invocation, text, &found, err)
                            : ix_found_at_server(invocation, text, &found, err);
    if (code != IX_OK) {
        return code;
    }
    if (ix_sv_empty(found->explanation)) {
        code = print_answer(invocation, text, found, ret_rows, err);
    } else {
        printf("%.*s\n", IX_SV_FMT(found->explanation));
        *ret_rows = 1;
    }
    found->close(found);
    return code;
}

/* A fault in the query is a matter of usage, and is drawn under the query instead of being said. */
static int exit_for(enum ix_code code, struct ix_sv text, struct ix_err *err) {
    bool in_query = err->end > 0; /* a place is known */
    bool usage = in_query || code == IX_INVALID;
    if (in_query) {
        struct ix_buf drawing = {0};
        ix_caret_print(&drawing, text, err);
        fprintf(stderr, "%.*s", IX_SV_FMT(ix_buf_sv(&drawing)));
        ix_buf_done(&drawing);
        *err = (struct ix_err){0};
    }
    return usage ? IX_EXIT_USAGE : ix_code_exit(code);
}

int ix_cmd_search(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_sv text = query_text(invocation);
    int64_t rows = 0;
    enum ix_code code = answer_query(invocation, text, &rows, err);
    if (code != IX_OK) {
        return exit_for(code, text, err);
    }
    return rows == 0 && invocation->settings.exit_status ? IX_EXIT_NO_MATCH : IX_EXIT_OK;
}
