/* `infradex cost`: reports over bills. The verb is the first argument, since all of them take the
 * same options and print the same way. */
#include <inttypes.h>

#include "cli/command.h"
#include "cli/printer.h"
#include "query/cost_report.h"
#include "query/suggest.h"

typedef enum ix_code making(struct ix_warehouse *warehouse, const struct ix_cost_request *request,
                            struct ix_arena *arena, struct ix_cost_report *ret_report,
                            struct ix_err *err);

struct verb {
    const char *name;
    making *make;
    const char *by;    /* unless --by says otherwise */
    const char *where; /* before what --where says */
    enum ix_cost_order order;
    int64_t limit; /* unless --limit says otherwise */
};

static making periods, changes;

static const struct verb verbs[] = {
    {"report", ix_cost_report, "month,service", "", IX_COST_BY_VALUES, 0},
    {"top", ix_cost_report, "resource,service", "", IX_COST_LARGEST_FIRST, 20},
    {"movers", ix_cost_movers, "service", "", IX_COST_LARGEST_FIRST, 20},
    {"unallocated", ix_cost_report, "match,service", "match!=matched", IX_COST_LARGEST_FIRST, 0},
    {"currencies", ix_cost_report, "", "", IX_COST_LARGEST_FIRST, 0},
    {"periods", periods, "", "", IX_COST_BY_VALUES, 0},
    {"changes", changes, "", "", IX_COST_BY_VALUES, 0},
};

static const struct verb *find_verb(struct ix_sv name, struct ix_err *err) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, name);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (ix_sv_eq_cstr(name, verbs[i].name)) {
            return &verbs[i];
        }
        ix_suggest_add(&suggest, verbs[i].name);
    }
    ix_err_set(err, IX_INVALID, "unknown report ‘%.*s’%s", IX_SV_FMT(name),
               ix_suggest_hint(&suggest, hint, "; see infradex cost --help"));
    return NULL;
}

/* ---- what is held ---- */

static void set_text(struct ix_arena *arena, struct ix_json *row, const char *name,
                     struct ix_sv text) {
    ix_json_set_string(arena, row, name, text);
}

static void set_time(struct ix_arena *arena, struct ix_json *row, const char *name, int64_t ms) {
    char text[IX_TIME_TEXT_SIZE];
    set_text(arena, row, name, ix_time_format(ms, text));
}

static void set_int(struct ix_arena *arena, struct ix_json *row, const char *name, int64_t value) {
    ix_json_set(arena, row, ix_sv_cstr(name), ix_json_new_int64(arena, value));
}

static void set_money(struct ix_arena *arena, struct ix_json *row, const char *name,
                      struct ix_money amount) {
    char text[IX_MONEY_TEXT_SIZE];
    set_text(arena, row, name, ix_money_format(amount, text));
}

static struct ix_sv month_of(struct ix_arena *arena, int64_t ms) {
    struct ix_civil c = ix_time_to_civil(ms);
    return ix_arena_printf(arena, "%04d-%02d", c.year, c.month);
}

static enum ix_code periods(struct ix_warehouse *warehouse, const struct ix_cost_request *request,
                            struct ix_arena *arena, struct ix_cost_report *ret_report,
                            struct ix_err *err) {
    struct ix_cost_periods found;
    (void)request;
    if (ix_warehouse_cost_periods(warehouse, arena, &found, err) != IX_OK) {
        return err->code;
    }
    ret_report->rows = ix_json_new_array(arena);
    for (size_t i = 0; i < found.count; i++) {
        const struct ix_cost_period *p = &found.items[i];
        struct ix_json *row = ix_json_new_object(arena);
        set_text(arena, row, "source", p->source);
        set_text(arena, row, "kind", p->source_kind);
        set_text(arena, row, "month", month_of(arena, p->begin_ms));
        set_text(arena, row, "currency", p->currency);
        for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
            bool known = p->unknown[m] < p->lines;
            ix_json_set(arena, row, ix_sv_cstr(ix_cost_metric_name((enum ix_cost_metric)m)),
                        ix_json_new_null(arena));
            if (known) {
                set_money(arena, row, ix_cost_metric_name((enum ix_cost_metric)m), p->total[m]);
            }
        }
        set_int(arena, row, "lines", p->lines);
        set_int(arena, row, "rounded", p->rounded);
        set_time(arena, row, "imported", p->imported_ms);
        set_int(arena, row, "run", p->run);
        ix_json_append(ret_report->rows, row);
    }
    ret_report->columns = IX_SV("month,currency,billed,effective,lines,imported,source");
    return ix_arena_check(arena, err);
}

static enum ix_code changes(struct ix_warehouse *warehouse, const struct ix_cost_request *request,
                            struct ix_arena *arena, struct ix_cost_report *ret_report,
                            struct ix_err *err) {
    struct ix_cost_changes found;
    (void)request;
    if (ix_warehouse_cost_changes(warehouse, 0, arena, &found, err) != IX_OK) {
        return err->code;
    }
    ret_report->rows = ix_json_new_array(arena);
    for (size_t i = 0; i < found.count; i++) {
        const struct ix_cost_change *c = &found.items[i];
        struct ix_json *row = ix_json_new_object(arena);
        struct ix_money difference = c->new_total[IX_COST_BILLED];
        if (ix_money_subtract(&difference, c->old_total[IX_COST_BILLED], err) != IX_OK) {
            return err->code;
        }
        set_int(arena, row, "run", c->run);
        set_text(arena, row, "source", c->source);
        set_text(arena, row, "month", month_of(arena, c->begin_ms));
        set_text(arena, row, "currency", c->currency);
        ix_json_set(arena, row, IX_SV("first"), ix_json_new_bool(arena, !c->was_known));
        set_int(arena, row, "lines_before", c->old_lines);
        set_int(arena, row, "lines", c->new_lines);
        set_money(arena, row, "billed_before", c->old_total[IX_COST_BILLED]);
        set_money(arena, row, "billed", c->new_total[IX_COST_BILLED]);
        set_money(arena, row, "difference", difference);
        ix_json_append(ret_report->rows, row);
    }
    ret_report->columns =
        IX_SV("run,month,currency,first,billed_before,billed,difference,lines,source");
    return ix_arena_check(arena, err);
}

/* ---- printing ---- */

/* What the sums leave out and are sums of, below a table. */
static void say_totals(const struct ix_json *meta) {
    const struct ix_json *totals = ix_json_get(meta, "totals");
    for (const struct ix_json *t = ix_json_first(totals); t; t = ix_json_next(t)) {
        int64_t lines = 0;
        int64_t unknown = 0;
        struct ix_sv currency = ix_json_get_string(t, "currency");
        (void)ix_json_int64(ix_json_get(t, "lines"), &lines);
        (void)ix_json_int64(ix_json_get(t, "unknown"), &unknown);
        fprintf(stderr, "total %.*s %.*s of %" PRId64 " lines",
                IX_SV_FMT(ix_json_get_string(t, "cost")),
                IX_SV_FMT(ix_sv_empty(currency) ? IX_SV("(no currency)") : currency), lines);
        if (unknown > 0) {
            fprintf(stderr, "; %" PRId64 " of them do not say it", unknown);
        }
        fputc('\n', stderr);
    }
}

static enum ix_code print_rows(struct ix_printer *printer, const struct ix_cost_report *report,
                               struct ix_err *err) {
    enum ix_code code = IX_OK;
    const struct ix_json *row = ix_json_first(report->rows);
    for (; code == IX_OK && row; row = ix_json_next(row)) {
        code = ix_printer_row(printer, row, err);
    }
    return code;
}

static enum ix_code print_report(struct ix_invocation *invocation,
                                 const struct ix_cost_report *report, struct ix_err *err) {
    const struct ix_settings *settings = &invocation->settings;
    struct ix_printer printer = {0};
    enum ix_output output = ix_output_parse(settings->output);
    struct ix_sv columns = ix_sv_empty(settings->columns) ? report->columns : settings->columns;
    struct ix_json *tail = ix_json_new_object(invocation->arena);
    if (report->meta) {
        ix_json_set(invocation->arena, tail, IX_SV("meta"), report->meta);
    }
    enum ix_code code = ix_printer_begin(&printer, output, &invocation->terminal, columns, err);
    code = code == IX_OK ? print_rows(&printer, report, err) : code;
    code = ix_printer_end(&printer, tail, err);
    if (code == IX_OK && output == IX_OUTPUT_TABLE && report->meta) {
        say_totals(report->meta);
    }
    return code;
}

/* ---- the command ---- */

static struct ix_cost_request request_of(const struct ix_invocation *invocation,
                                         const struct verb *verb) {
    const struct ix_settings *settings = &invocation->settings;
    bool by = !ix_sv_empty(settings->by);
    return (struct ix_cost_request){
        .metric = settings->metric,
        .by = by ? settings->by : ix_sv_cstr(verb->by),
        .where =
            ix_arena_printf(invocation->arena, "%s,%.*s", verb->where, IX_SV_FMT(settings->where)),
        .from = settings->from,
        .until = settings->until,
        .in = settings->in,
        .order = verb->order,
        .limit = settings->limit ? settings->limit : verb->limit,
        .now_ms = invocation->now_ms,
    };
}

int ix_cmd_cost(struct ix_invocation *invocation, struct ix_err *err) {
    const struct verb *verb = find_verb(invocation->arguments[0], err);
    struct ix_warehouse *warehouse = NULL;
    struct ix_cost_report report = {0};
    if (!verb) {
        return IX_EXIT_USAGE;
    }
    const struct ix_cost_request request = request_of(invocation, verb);
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    code = verb->make(warehouse, &request, invocation->arena, &report, err);
    code = code == IX_OK ? print_report(invocation, &report, err) : code;
    ix_warehouse_close(warehouse);
    return code == IX_INVALID ? IX_EXIT_USAGE : ix_code_exit(code);
}
