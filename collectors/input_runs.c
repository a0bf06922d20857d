/* The sink counts, tells progress, keeps the first remark, and puts each input of a named source
 * into a scope of its own; then it passes everything on to the run at hand. */
#include "collectors/input_runs.h"

enum { PROGRESS_EVERY = 1024 };

/* ---- what passes ---- */

static struct ix_sv scope_of(const struct ix_input_runs *runs, struct ix_sv own) {
    return ix_sv_empty(runs->scope) ? own : runs->scope;
}

static void tell_progress(const struct ix_input_runs *runs) {
    const struct ix_run_settings *settings = runs->settings;
    int64_t records = runs->report->resources + runs->report->costs;
    if (settings->progress && records % PROGRESS_EVERY == 0) {
        settings->progress(settings->progress_context, runs->report->path, records);
    }
}

static enum ix_code take_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    struct ix_input_runs *runs = (struct ix_input_runs *)sink;
    struct ix_resource scoped = *resource;
    scoped.scope = scope_of(runs, resource->scope);
    runs->report->resources++;
    tell_progress(runs);
    return ix_sink_resource(runs->next, &scoped, err);
}

static enum ix_code take_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    struct ix_input_runs *runs = (struct ix_input_runs *)sink;
    struct ix_relation scoped = *relation;
    scoped.scope = scope_of(runs, relation->scope);
    runs->report->relations++;
    return ix_sink_relation(runs->next, &scoped, err);
}

static enum ix_code take_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct ix_input_runs *runs = (struct ix_input_runs *)sink;
    runs->report->costs++;
    tell_progress(runs);
    return ix_sink_cost(runs->next, line, err);
}

static void keep_remark(struct ix_input_runs *runs, struct ix_sv text) {
    if (ix_sv_empty(runs->first_remark)) {
        runs->first_remark = ix_arena_copy(runs->arena, text);
    }
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    struct ix_input_runs *runs = (struct ix_input_runs *)sink;
    struct ix_scope scoped = *scope;
    scoped.name = scope_of(runs, scope->name);
    if (scope->outcome != IX_SCOPE_WHOLE) {
        keep_remark(runs, scope->text);
    }
    return ix_sink_scope(runs->next, &scoped, err);
}

/* With its line, where the note has one: the report says which file it is. */
static void keep_note(struct ix_input_runs *runs, const struct ix_note *note) {
    struct ix_sv path = runs->report->path;
    struct ix_sv place = ix_sv_from(note->path, path.size + 1);
    bool inside = ix_sv_starts(note->path, path) && !ix_sv_empty(place);
    keep_remark(runs, inside ? ix_arena_printf(runs->arena, "line %.*s: %.*s", IX_SV_FMT(place),
                                               IX_SV_FMT(note->reason))
                             : note->reason);
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    struct ix_input_runs *runs = (struct ix_input_runs *)sink;
    keep_note(runs, note);
    return ix_sink_note(runs->next, note, err);
}

/* ---- runs ---- */

void ix_input_runs_init(struct ix_input_runs *runs, struct ix_run_target *target,
                        const struct ix_run_settings *settings, struct ix_input_report *report,
                        struct ix_arena *arena) {
    *runs = (struct ix_input_runs){
        .sink = {.resource = take_resource,
                 .relation = take_relation,
                 .scope = take_scope,
                 .note = take_note,
                 .cost = take_cost},
        .target = target,
        .settings = settings,
        .report = report,
        .arena = arena,
    };
}

static enum ix_code end_run(struct ix_input_runs *runs, const struct ix_err *fault) {
    bool kept = fault->code == IX_OK;
    if (!runs->next) {
        return IX_OK;
    }
    runs->next = NULL;
    enum ix_code code = runs->target->end(runs->target, kept ? IX_INPUT_INDEXED : IX_INPUT_FAILED,
                                          fault, &runs->failure);
    runs->kept += kept && code == IX_OK;
    return code;
}

enum ix_code ix_input_runs_begin(void *context, struct ix_sv source, struct ix_sv source_kind,
                                 struct ix_err *err) {
    struct ix_input_runs *runs = context;
    const struct ix_err well = {0};
    enum ix_code code = end_run(runs, &well);
    if (code == IX_OK) {
        code = runs->target->begin(runs->target, source, source_kind, runs->report->path,
                                   &runs->next, &runs->failure);
    }
    return code == IX_OK ? code : ix_err_set(err, code, "%s", runs->failure.text);
}

enum ix_code ix_input_runs_end(struct ix_input_runs *runs, struct ix_sv source,
                               struct ix_sv source_kind, const struct ix_err *fault,
                               struct ix_err *err) {
    enum ix_code code = runs->failure.code;
    if (code == IX_OK && !runs->next && runs->kept == 0) {
        code = ix_input_runs_begin(runs, source, source_kind, err);
    }
    if (code == IX_OK) {
        code = end_run(runs, fault);
    }
    if (code != IX_OK) {
        *err = runs->failure;
    }
    return code;
}
