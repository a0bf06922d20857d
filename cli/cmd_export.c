/* `infradex export`: what sources say, in the exchange format.
 *
 * Behind the records of each source stands how far they go: whole when everything was asked for, so
 * that a copy which takes them in also loses what is gone here; partial when a query chose them, so
 * that taking them in retires nothing. */
#include <errno.h>

#include "base/map.h"
#include "cli/command.h"
#include "cli/printer.h"
#include "indexer/model/record.h"
#include "query/run.h"

struct scope_name {
    struct scope_name *next;
    struct ix_sv name;
};

struct exporting {
    struct ix_sink sink;
    struct ix_record_sink records;
    bool whole;               /* no query chooses */
    struct ix_buf source;     /* the one at hand */
    struct ix_arena arena;    /* of that source */
    struct ix_map seen;       /* its scopes by name, */
    struct scope_name *first; /* and in the order met */
    struct scope_name **last;
};

static enum ix_code write_line(void *context, struct ix_sv line, struct ix_err *err) {
    (void)context;
    if (fwrite(line.data, 1, line.size, stdout) != line.size) {
        return ix_err_errno(err, errno, "writing the records");
    }
    return IX_OK;
}

static enum ix_code write_scope(struct exporting *x, struct ix_sv name, struct ix_err *err) {
    struct ix_scope scope = {
        .source = ix_buf_sv(&x->source), .name = name, .outcome = IX_SCOPE_WHOLE};
    if (!x->whole) {
        scope.outcome = IX_SCOPE_PARTIAL;
        scope.error = IX_LIMIT;
        scope.text = IX_SV("only what a query found was exported");
    }
    return ix_sink_scope(&x->records.sink, &scope, err);
}

/* The scope without a name is there also when nothing of it is. */
static enum ix_code leave_source(struct exporting *x, struct ix_err *err) {
    enum ix_code code = x->source.size > 0 ? write_scope(x, (struct ix_sv){0}, err) : IX_OK;
    for (const struct scope_name *s = x->first; s && code == IX_OK; s = s->next) {
        code = write_scope(x, s->name, err);
    }
    ix_arena_reset(&x->arena);
    ix_map_init(&x->seen, &x->arena);
    x->first = NULL;
    x->last = &x->first;
    return code;
}

static enum ix_code enter_source(struct exporting *x, struct ix_sv source, struct ix_err *err) {
    if (ix_sv_eq(source, ix_buf_sv(&x->source))) {
        return IX_OK;
    }
    enum ix_code code = leave_source(x, err);
    ix_buf_clear(&x->source);
    ix_buf_add(&x->source, source);
    return code == IX_OK ? ix_buf_check(&x->source, err) : code;
}

static void keep_scope(struct exporting *x, struct ix_sv name) {
    bool added = false;
    if (ix_sv_empty(name) || !ix_map_put(&x->seen, name, &added) || !added) {
        return;
    }
    struct scope_name *scope = IX_NEW(&x->arena, struct scope_name);
    if (scope) {
        scope->name = ix_arena_copy(&x->arena, name);
        *x->last = scope;
        x->last = &scope->next;
    }
}

static enum ix_code take_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    struct exporting *x = (struct exporting *)sink;
    enum ix_code code = enter_source(x, resource->source, err);
    keep_scope(x, resource->scope);
    code = code == IX_OK ? ix_arena_check(&x->arena, err) : code;
    return code == IX_OK ? ix_sink_resource(&x->records.sink, resource, err) : code;
}

static enum ix_code take_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    struct exporting *x = (struct exporting *)sink;
    return ix_sink_relation(&x->records.sink, relation, err);
}

static enum ix_code take_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct exporting *x = (struct exporting *)sink;
    enum ix_code code = enter_source(x, line->source, err);
    return code == IX_OK ? ix_sink_cost(&x->records.sink, line, err) : code;
}

static struct ix_sv query_text(const struct ix_invocation *invocation) {
    struct ix_sv text = {0};
    for (size_t i = 0; i < invocation->argument_count; i++) {
        text = ix_arena_printf(invocation->arena, "%.*s%s%.*s", IX_SV_FMT(text), i ? " " : "",
                               IX_SV_FMT(invocation->arguments[i]));
    }
    return text;
}

static enum ix_code export_records(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                                   struct ix_err *err) {
    struct ix_sv text = query_text(invocation);
    struct exporting x = {
        .sink = {.resource = take_resource, .relation = take_relation, .cost = take_cost},
        .whole = ix_sv_empty(text)};
    x.last = &x.first;
    ix_arena_init(&x.arena, 0);
    ix_map_init(&x.seen, &x.arena);
    ix_record_sink_init(&x.records, write_line, NULL);
    enum ix_code code = x.whole
                            ? ix_warehouse_export(warehouse, NULL, &x.sink, err)
                            : ix_query_export(warehouse, text, invocation->now_ms, &x.sink, err);
    code = code == IX_OK ? leave_source(&x, err) : code;
    ix_record_sink_done(&x.records);
    ix_arena_done(&x.arena);
    ix_buf_done(&x.source);
    return code;
}

/* A table was not asked for, it is what goes without saying. */
static bool is_records(enum ix_output output) {
    return output == IX_OUTPUT_TABLE || output == IX_OUTPUT_NDJSON;
}

int ix_cmd_export(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    struct ix_sv output = invocation->settings.output;
    if (!is_records(ix_output_parse(output))) {
        ix_err_set(err, IX_INVALID,
                   "export writes NDJSON, not %.*s; infradex search -o %.*s -l 0 does",
                   IX_SV_FMT(output), IX_SV_FMT(output));
        return IX_EXIT_USAGE;
    }
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    code = export_records(invocation, warehouse, err);
    ix_warehouse_close(warehouse);
    return code == IX_INVALID ? IX_EXIT_USAGE : ix_code_exit(code);
}
