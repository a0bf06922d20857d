/* `infradex cost`: reports over bills. The report is the first argument, since all of them take the
 * same options and print the same way. */
#include <inttypes.h>

#include "base/stream.h"
#include "cli/command.h"
#include "cli/printer.h"
#include "query/cost/cost.h"

/* ---- printing ---- */

/* "; 28.0 % of all 482.46 USD": of a report of some of the lines. */
static void say_cover(const struct ix_json *cover) {
    struct ix_sv percent = ix_json_get_string(cover, "percent");
    if (!ix_sv_empty(percent)) {
        fprintf(stderr, "; %.*s %% of all %.*s", IX_SV_FMT(percent),
                IX_SV_FMT(ix_json_get_string(cover, "of")));
    }
}

/* What the sums leave out and are sums of, below a table. */
static void say_totals(const struct ix_json *meta) {
    const struct ix_json *totals = ix_json_get(meta, "totals");
    const struct ix_json *cover = ix_json_first(ix_json_get(meta, "covers")); /* in their order */
    for (const struct ix_json *t = ix_json_first(totals); t; t = ix_json_next(t)) {
        int64_t lines = 0;
        int64_t unknown = 0;
        struct ix_sv currency = ix_json_get_string(t, "currency");
        (void)ix_json_int64(ix_json_get(t, "lines"), &lines);
        (void)ix_json_int64(ix_json_get(t, "unknown"), &unknown);
        fprintf(stderr, "total %.*s %.*s of %" PRId64 " line%s",
                IX_SV_FMT(ix_json_get_string(t, "cost")),
                IX_SV_FMT(ix_sv_empty(currency) ? IX_SV("(no currency)") : currency), lines,
                lines == 1 ? "" : "s");
        if (unknown > 0) {
            fprintf(stderr, "; %" PRId64 " of them do not say it", unknown);
        }
        say_cover(cover);
        cover = ix_json_next(cover);
        fputc('\n', stderr);
    }
}

/* "2025-02-01 until before 2025-03-01"; nothing for all that is held. */
static struct ix_sv span_of(struct ix_arena *arena, const struct ix_json *meta,
                            const char *from_name, const char *until_name) {
    enum { DATE = 10, WHOLE = 20 };
    struct ix_sv from = ix_json_get_string(meta, from_name);
    struct ix_sv until = ix_json_get_string(meta, until_name);
    bool days = ix_sv_empty(from) || ix_sv_ends(from, IX_SV("T00:00:00Z"));
    days = days && (ix_sv_empty(until) || ix_sv_ends(until, IX_SV("T00:00:00Z")));
    from = ix_sv_sub(from, 0, days ? DATE : WHOLE);
    until = ix_sv_sub(until, 0, days ? DATE : WHOLE);
    return ix_sv_empty(from) && ix_sv_empty(until)
               ? (struct ix_sv){0}
               : ix_arena_printf(arena, "%s%.*s%s%.*s",
                                 ix_sv_empty(from) || !ix_sv_empty(until) ? "" : "from ",
                                 IX_SV_FMT(from),
                                 ix_sv_empty(until)  ? ""
                                 : ix_sv_empty(from) ? "until before "
                                                     : " until before ",
                                 IX_SV_FMT(until));
}

static const char *basis_of(const struct ix_json *meta) {
    struct ix_sv basis = ix_json_get_string(meta, "basis");
    return ix_sv_eq_cstr(basis, "bill")       ? " from bills"
           : ix_sv_eq_cstr(basis, "estimate") ? " as estimated"
                                              : " from bills and estimates";
}

/* "effective cost from bills, 2025-02-01 until before 2025-03-01": what an amount is. */
static struct ix_sv kind_of(struct ix_arena *arena, const struct ix_json *meta) {
    struct ix_sv span = span_of(arena, meta, "from", "until");
    struct ix_sv before = span_of(arena, meta, "before_from", "before_until");
    return ix_arena_printf(arena, "%.*s cost%s, %.*s%s%.*s",
                           IX_SV_FMT(ix_json_get_string(meta, "metric")), basis_of(meta),
                           IX_SV_FMT(ix_sv_empty(span) ? IX_SV("all that is held") : span),
                           ix_sv_empty(before) ? "" : ", beside ", IX_SV_FMT(before));
}

/* Budgets are each of their own, and have no total. */
static void say_kind(struct ix_arena *arena, const struct ix_json *meta) {
    if (ix_json_first(ix_json_get(meta, "totals"))) {
        struct ix_sv kind = kind_of(arena, meta);
        fprintf(stderr, "%.*s\n", IX_SV_FMT(kind));
    }
}

/* "1 EUR is 1.09 in 2025-03", "1 EUR is 1.1 from 2025-04-02" */
static void say_dated(const struct ix_json *dated, const char *before) {
    enum { NAMED_MAX = 12 };
    size_t count = ix_json_count(dated);
    size_t named = 0;
    for (const struct ix_json *d = ix_json_first(dated); d && named < NAMED_MAX;
         d = ix_json_next(d), named++) {
        struct ix_sv month = ix_json_get_string(d, "month");
        fprintf(stderr, "%s 1 %.*s is %.*s %s %.*s", before,
                IX_SV_FMT(ix_json_get_string(d, "from")), IX_SV_FMT(ix_json_get_string(d, "rate")),
                ix_sv_empty(month) ? "from" : "in",
                IX_SV_FMT(ix_sv_empty(month) ? ix_json_get_string(d, "since") : month));
        before = ",";
    }
    if (count > named) {
        fprintf(stderr, ", and %zu more rates; -o json names them", count - named);
    }
}

static void say_rates(const struct ix_json *meta) {
    const struct ix_json *converted = ix_json_get(meta, "converted");
    const char *before = ":";
    if (!converted) {
        return;
    }
    fprintf(stderr, "converted to %.*s", IX_SV_FMT(ix_json_get_string(converted, "to")));
    for (const struct ix_json *rate = ix_json_first(ix_json_get(converted, "rates")); rate;
         rate = ix_json_next(rate)) {
        fprintf(stderr, "%s 1 %.*s is %.*s", before, IX_SV_FMT(ix_json_key(rate)),
                IX_SV_FMT(ix_json_string(rate)));
        before = ",";
    }
    say_dated(ix_json_get(converted, "dated"), before);
    fputc('\n', stderr);
}

/* Months that are not charged to their end. */
static void say_partial(const struct ix_json *meta) {
    enum { NAMED_MAX = 3, DATE = 10 };
    const struct ix_json *all = ix_json_get(meta, "partial");
    size_t count = ix_json_count(all);
    size_t named = 0;
    for (const struct ix_json *p = ix_json_first(all); p && named < NAMED_MAX;
         p = ix_json_next(p), named++) {
        fprintf(stderr, "partial: %.*s of %.*s goes until %.*s\n",
                IX_SV_FMT(ix_json_get_string(p, "month")),
                IX_SV_FMT(ix_json_get_string(p, "source")),
                IX_SV_FMT(ix_sv_sub(ix_json_get_string(p, "until"), 0, DATE)));
    }
    if (count > named) {
        fprintf(stderr, "partial: %zu more; -o json names them\n", count - named);
    }
}

/* Two spans of time as wholes. */
static void say_differences(const struct ix_json *meta) {
    const struct ix_json *all = ix_json_get(meta, "differences");
    for (const struct ix_json *d = ix_json_first(all); d; d = ix_json_next(d)) {
        fprintf(stderr, "%.*s %.*s before, %.*s now: %.*s together\n",
                IX_SV_FMT(ix_json_get_string(d, "before")),
                IX_SV_FMT(ix_json_get_string(d, "currency")),
                IX_SV_FMT(ix_json_get_string(d, "now")),
                IX_SV_FMT(ix_json_get_string(d, "change")));
    }
}

/* The amount as people read it, in its place. */
static void show_amount(struct ix_arena *arena, struct ix_json *row, struct ix_sv name,
                        bool *ret_rounded) {
    char text[IX_MONEY_DISPLAY_SIZE];
    struct ix_money amount = {0};
    struct ix_err ignored = {0};
    const struct ix_json *node = ix_json_get_sv(row, name);
    struct ix_sv display = IX_SV("unknown");
    if (ix_json_kind(node) == IX_JSON_STRING &&
        ix_money_parse(ix_json_string(node), &amount, ret_rounded, &ignored) == IX_OK) {
        display = ix_money_display(amount, text, ret_rounded);
    }
    ix_json_set(arena, row, name, ix_json_new_string(arena, display));
}

/* In a table. True: some amount has more digits than are shown. */
static bool show_amounts(struct ix_arena *arena, const struct ix_cost_verb *verb,
                         struct ix_json *rows) {
    bool rounded = false;
    for (struct ix_json *row = ix_json_first(rows); row; row = ix_json_next(row)) {
        struct ix_sv names = ix_sv_cstr(verb->amounts);
        struct ix_sv name;
        while (ix_sv_split(&names, ',', &name)) {
            show_amount(arena, row, name, &rounded);
        }
    }
    return rounded;
}

static enum ix_code print_rows(struct ix_printer *printer, const struct ix_json *rows,
                               struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (const struct ix_json *row = ix_json_first(rows); code == IX_OK && row;
         row = ix_json_next(row)) {
        code = ix_printer_row(printer, row, err);
    }
    return code;
}

/* Below a table: what it is a part of, and what it does not show. */
static void say_rest(struct ix_arena *arena, const struct ix_cost_report *report, bool rounded) {
    int64_t shown = (int64_t)ix_json_count(report->rows);
    int64_t rows = shown;
    if (ix_json_get(report->meta, "differences")) {
        say_differences(report->meta);
    } else {
        say_totals(report->meta);
    }
    say_kind(arena, report->meta);
    say_partial(report->meta);
    say_rates(report->meta);
    (void)ix_json_int64(ix_json_get(report->meta, "rows"), &rows);
    if (rows > shown) {
        fprintf(stderr, "%" PRId64 " of %" PRId64 " rows; see more with --limit\n", shown, rows);
    }
    if (rounded) {
        fputs("shown in hundredths; -o csv and -o json have every digit\n", stderr);
    }
}

/* "movers: change of effective cost from bills by service, 2025-02-01 until before 2025-03-01" */
static struct ix_sv title_of(struct ix_arena *arena, const struct ix_cost_verb *verb,
                             const struct ix_cost_report *report) {
    const struct ix_json *meta = report->meta;
    bool change = ix_json_get(meta, "before_from") != NULL;
    struct ix_sv span = span_of(arena, meta, "from", "until");
    struct ix_sv rest =
        ix_sv_sub(report->columns, 0, ix_sv_find(report->columns, IX_SV("currency")));
    struct ix_sv title =
        ix_arena_printf(arena, "%s: %s%.*s cost%s", verb->name, change ? "change of " : "",
                        IX_SV_FMT(ix_json_get_string(meta, "metric")), basis_of(meta));
    struct ix_sv name;
    for (const char *before = " by "; ix_sv_split(&rest, ',', &name); before = ", ") {
        if (!ix_sv_empty(name)) {
            title = ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(title), before, IX_SV_FMT(name));
        }
    }
    return ix_sv_empty(span)
               ? title
               : ix_arena_printf(arena, "%.*s, %.*s", IX_SV_FMT(title), IX_SV_FMT(span));
}

static enum ix_code print_report(struct ix_invocation *invocation, const struct ix_cost_verb *verb,
                                 const struct ix_cost_report *report, struct ix_err *err) {
    const struct ix_settings *settings = &invocation->settings;
    struct ix_printer printer = {.title = title_of(invocation->arena, verb, report),
                                 .amounts = ix_sv_cstr(verb->amounts ? verb->amounts : "")};
    enum ix_output output = ix_output_parse(settings->output);
    struct ix_sv columns = ix_sv_empty(settings->columns) ? report->columns : settings->columns;
    struct ix_json *tail = ix_json_new_object(invocation->arena);
    bool rounded = output == IX_OUTPUT_TABLE && verb->amounts &&
                   show_amounts(invocation->arena, verb, report->rows);
    ix_json_set(invocation->arena, tail, IX_SV("meta"), report->meta);
    enum ix_code code = ix_printer_begin(&printer, output, &invocation->terminal, columns, err);
    code = code == IX_OK ? print_rows(&printer, report->rows, err) : code;
    code = ix_printer_end(&printer, tail, err);
    if (code == IX_OK && output == IX_OUTPUT_TABLE) {
        say_rest(invocation->arena, report, rounded);
    } else if (code == IX_OK && output == IX_OUTPUT_CHART) {
        say_kind(invocation->arena, report->meta);
        say_rates(report->meta);
    }
    return code;
}

/* ---- the command ---- */

enum { FILE_BYTES_MAX = 16 << 20, PIECE_BYTES = 64 << 10 };

/* Nothing when there is no path. */
static enum ix_code read_file(struct ix_invocation *invocation, struct ix_sv path,
                              struct ix_sv *ret_text, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_buf bytes = {.limit = FILE_BYTES_MAX};
    size_t size = 1;
    if (ix_sv_empty(path)) {
        return IX_OK;
    }
    enum ix_code code = ix_stream_open_file(path.data, &stream, err);
    while (code == IX_OK && size > 0) {
        char *to = ix_buf_reserve(&bytes, PIECE_BYTES);
        code = to ? ix_stream_read(stream, to, PIECE_BYTES, &size, err) : ix_buf_check(&bytes, err);
        bytes.size += code == IX_OK ? size : 0;
    }
    if (stream && code != IX_OK) {
        ix_err_wrap(err, "%.*s", IX_SV_FMT(path));
    }
    *ret_text = ix_arena_copy(invocation->arena, ix_buf_sv(&bytes));
    ix_stream_close(stream);
    ix_buf_done(&bytes);
    return code == IX_OK ? ix_arena_check(invocation->arena, err) : code;
}

static enum ix_code set_words(const struct ix_invocation *invocation,
                              const struct ix_cost_verb *verb, struct ix_cost_request *request,
                              struct ix_err *err) {
    size_t count = ix_cost_verb_words(verb);
    for (size_t i = 1; i < invocation->argument_count; i++) {
        if (i > count) {
            return ix_err_set(err, IX_INVALID, "cost %s does not take ‘%.*s’", verb->name,
                              IX_SV_FMT(invocation->arguments[i]));
        }
        struct ix_sv *word = (void *)((char *)request + verb->words[i - 1]);
        *word = invocation->arguments[i];
    }
    return IX_OK;
}

static enum ix_code make_request(struct ix_invocation *invocation, const struct ix_cost_verb *verb,
                                 struct ix_cost_request *request, struct ix_err *err) {
    const struct ix_settings *settings = &invocation->settings;
    *request = (struct ix_cost_request){
        .metric = settings->metric,
        .by = settings->by,
        .where = settings->where,
        .query = settings->query,
        .from = settings->from,
        .until = settings->until,
        .in = settings->in,
        .versus = settings->versus,
        .compare = settings->compare,
        .text_name = settings->file,
        .rates_name = settings->rates,
        .limit = settings->limit,
        .now_ms = invocation->now_ms,
    };
    enum ix_code code = set_words(invocation, verb, request, err);
    code = code == IX_OK ? read_file(invocation, settings->file, &request->text, err) : code;
    return code == IX_OK ? read_file(invocation, settings->rates, &request->rates, err) : code;
}

int ix_cmd_cost(struct ix_invocation *invocation, struct ix_err *err) {
    for (const struct ix_cost_tool *tool = ix_cost_tools; tool->name; tool++) {
        if (ix_sv_eq_cstr(invocation->arguments[0], tool->name)) {
            return tool->run(invocation, err);
        }
    }
    const struct ix_cost_verb *verb = NULL;
    struct ix_cost_request request;
    struct ix_warehouse *warehouse = NULL;
    struct ix_cost_report report;
    enum ix_code code = ix_cost_verb_find(invocation->arguments[0], &verb, err);
    code = code == IX_OK ? make_request(invocation, verb, &request, err) : code;
    code = code == IX_OK ? ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err) : code;
    if (code == IX_OK) {
        code = ix_cost_report(warehouse, verb, &request, invocation->arena, &report, err);
    }
    code = code == IX_OK ? print_report(invocation, verb, &report, err) : code;
    ix_warehouse_close(warehouse);
    if (code == IX_OK && report.failed) {
        return IX_EXIT_NOT_KEPT;
    }
    return code == IX_INVALID ? IX_EXIT_USAGE : ix_code_exit(code);
}
