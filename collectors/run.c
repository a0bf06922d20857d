/* The runner: one input after another, each recognised, collected into its own run, and reported.
 * It decides names and scopes; what happens to the records is the target's business. An input's
 * faults end that input's run and go into its report; only what makes going on senseless is
 * returned. */
#include "collectors/run.h"

#include <stdlib.h>

#include "collectors/paths.h"
#include "collectors/standard_input.h"

enum { PROGRESS_EVERY = 1024, PATH_ARENA_MAX = 1 << 30, INPUT_ARENA_MAX = 1 << 30 };

/* Counts what passes and puts each input of a named source into a scope of its own. */
struct counting_sink {
    struct ix_sink sink;
    struct ix_sink *next;
    struct ix_sv scope; /* empty: the collector's own scopes stand */
    const struct ix_run_settings *settings;
    struct ix_input_report *report;
    struct ix_sv first_remark; /* in `arena` */
    struct ix_arena *arena;
};

static struct ix_sv scope_of(const struct counting_sink *counting, struct ix_sv own) {
    return ix_sv_empty(counting->scope) ? own : counting->scope;
}

static void tell_progress(const struct counting_sink *counting) {
    const struct ix_run_settings *settings = counting->settings;
    if (settings->progress && counting->report->resources % PROGRESS_EVERY == 0) {
        settings->progress(settings->progress_context, counting->report->path,
                           counting->report->resources);
    }
}

static enum ix_code count_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                   struct ix_err *err) {
    struct counting_sink *counting = (struct counting_sink *)sink;
    struct ix_resource scoped = *resource;
    scoped.scope = scope_of(counting, resource->scope);
    counting->report->resources++;
    tell_progress(counting);
    return ix_sink_resource(counting->next, &scoped, err);
}

static enum ix_code count_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                   struct ix_err *err) {
    struct counting_sink *counting = (struct counting_sink *)sink;
    struct ix_relation scoped = *relation;
    scoped.scope = scope_of(counting, relation->scope);
    counting->report->relations++;
    return ix_sink_relation(counting->next, &scoped, err);
}

static enum ix_code count_scope(struct ix_sink *sink, const struct ix_scope *scope,
                                struct ix_err *err) {
    struct counting_sink *counting = (struct counting_sink *)sink;
    struct ix_scope scoped = *scope;
    scoped.name = scope_of(counting, scope->name);
    if (scope->outcome != IX_SCOPE_WHOLE && ix_sv_empty(counting->first_remark)) {
        counting->first_remark = ix_arena_copy(counting->arena, scope->text);
    }
    return ix_sink_scope(counting->next, &scoped, err);
}

static enum ix_code count_note(struct ix_sink *sink, const struct ix_note *note,
                               struct ix_err *err) {
    struct counting_sink *counting = (struct counting_sink *)sink;
    if (ix_sv_empty(counting->first_remark)) {
        counting->first_remark = ix_arena_copy(counting->arena, note->reason);
    }
    return ix_sink_note(counting->next, note, err);
}

/* ---- one input ---- */

struct runner {
    const struct ix_run_settings *settings;
    struct ix_run_target *target;
    struct ix_run_counts *counts;
    struct ix_standard_input *standard_input; /* NULL until "-" is met */
    bool single;
};

static enum ix_code open_file(const struct ix_input *input, struct ix_stream **ret_stream,
                              struct ix_err *err) {
    return ix_stream_open_file(input->path.data, ret_stream, err);
}

static struct ix_sv base_name_of(struct ix_sv path) {
    size_t slash = ix_sv_rfind_char(path, '/');
    struct ix_sv name = slash == IX_SV_NPOS ? path : ix_sv_from(path, slash + 1);
    static const struct ix_sv endings[] = {{".gz", 3}, {".zst", 4}};
    for (size_t i = 0; i < 2; i++) {
        if (ix_sv_ends(name, endings[i])) {
            name.size -= endings[i].size;
        }
    }
    return name;
}

static struct ix_sv absolute_path(struct ix_arena *arena, struct ix_sv path) {
    if (ix_sv_eq(path, IX_SV("-"))) {
        return IX_SV("stdin");
    }
    char *absolute = realpath(path.data, NULL);
    struct ix_sv copy = ix_arena_copy(arena, absolute ? ix_sv_cstr(absolute) : path);
    free(absolute);
    return copy;
}

static void count_report(struct runner *r, const struct ix_input_report *report) {
    int64_t *of_outcome[] = {
        [IX_INPUT_INDEXED] = &r->counts->indexed,
        [IX_INPUT_IGNORED] = &r->counts->ignored,
        [IX_INPUT_SKIPPED] = &r->counts->skipped,
        [IX_INPUT_FAILED] = &r->counts->failed,
    };
    r->counts->inputs++;
    (*of_outcome[report->outcome])++;
    r->target->report(r->target, report);
}

static struct ix_sv top_names(struct ix_arena *arena, const struct ix_json *outline) {
    enum { SHOWN = 6 };
    struct ix_sv names = {0};
    size_t shown = 0;
    for (const struct ix_json *n = ix_json_first(outline); n && shown < SHOWN;
         n = ix_json_next(n), shown++) {
        names = ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(names), shown ? ", " : "",
                                IX_SV_FMT(ix_sv_sub(ix_json_key(n), 0, 40)));
    }
    return names;
}

/* Why nobody claimed it, in words that help. */
static struct ix_sv unrecognised_reason(struct ix_arena *arena, const struct ix_input *input) {
    const char *form = input->form == IX_FORM_JSON ? "JSON" : "YAML";
    if (input->form == IX_FORM_EMPTY) {
        return IX_SV("the file is empty");
    }
    if (input->form == IX_FORM_BINARY) {
        return IX_SV("not text in UTF-8");
    }
    if (input->form == IX_FORM_TEXT) {
        return IX_SV("text of no format known here");
    }
    if (!ix_sv_empty(input->fault)) {
        return ix_arena_printf(arena, "broken %s: %.*s", form, IX_SV_FMT(input->fault));
    }
    if (ix_json_kind(input->outline) == IX_JSON_OBJECT) {
        return ix_arena_printf(arena, "%s of no format known here (it holds: %.*s)", form,
                               IX_SV_FMT(top_names(arena, input->outline)));
    }
    return ix_arena_printf(arena, "%s of no format known here", form);
}

static enum ix_input_outcome outcome_of_claim(enum ix_claim claim) {
    switch (claim) {
    case IX_CLAIM_READ:
        return IX_INPUT_INDEXED;
    case IX_CLAIM_IGNORE:
        return IX_INPUT_IGNORED;
    case IX_CLAIM_REFUSE:
        return IX_INPUT_FAILED;
    default:
        return IX_INPUT_SKIPPED;
    }
}

static bool is_cancelled(const struct ix_run_settings *settings) {
    return settings->cancelled && *settings->cancelled;
}

/* Runs the collector into the target's sink; `fault` is what the input did wrong. */
static enum ix_code collect_into(struct runner *r, const struct ix_input *input,
                                 const struct ix_recognised *recognised,
                                 struct counting_sink *counting, struct ix_err *fault) {
    const struct ix_collect_env env = {
        .input = input,
        .recognised = recognised,
        .source = counting->report->source,
        .now_ms = r->settings->now_ms,
        .cancelled = r->settings->cancelled,
    };
    return counting->report->collector->collect(&env, &counting->sink, fault);
}

static enum ix_code collect_input(struct runner *r, const struct ix_input *input,
                                  const struct ix_recognised *recognised, struct ix_arena *arena,
                                  struct ix_input_report *report, struct ix_err *err) {
    struct counting_sink counting = {
        .sink = {count_resource, count_relation, count_scope, count_note},
        .settings = r->settings,
        .report = report,
        .arena = arena,
    };
    if (!ix_sv_empty(r->settings->source) && !r->single) {
        counting.scope = absolute_path(arena, input->path);
    }
    enum ix_code code = r->target->begin(r->target, report->source, report->source_kind,
                                         input->path, &counting.next, err);
    if (code != IX_OK) {
        return code;
    }
    ix_standard_input_resume(r->standard_input);
    struct ix_err fault = {0};
    if (collect_into(r, input, recognised, &counting, &fault) != IX_OK) {
        report->outcome = IX_INPUT_FAILED;
        report->code = fault.code;
        report->reason = ix_arena_copy(arena, ix_sv_cstr(fault.text));
    } else {
        report->reason = counting.first_remark;
    }
    code = r->target->end(r->target, report->outcome, &fault, err);
    if (code == IX_OK && (fault.code == IX_NOMEM || is_cancelled(r->settings))) {
        code = ix_err_set(err, fault.code == IX_NOMEM ? IX_NOMEM : IX_CANCELLED, "%s",
                          fault.code == IX_NOMEM ? "out of memory" : "stopped");
    }
    return code;
}

static struct ix_sv source_name(struct runner *r, const struct ix_input *input,
                                const struct ix_recognised *recognised, struct ix_arena *arena) {
    if (!ix_sv_empty(r->settings->source)) {
        return r->settings->source;
    }
    return ix_sv_empty(recognised->source_hint) ? absolute_path(arena, input->path)
                                                : recognised->source_hint;
}

static enum ix_code recognise_and_collect(struct runner *r, struct ix_input *input,
                                          struct ix_arena *arena, struct ix_input_report *report,
                                          struct ix_err *err) {
    struct ix_recognised recognised;
    report->collector = ix_input_recognise(input, arena, &recognised);
    report->outcome = outcome_of_claim(recognised.claim);
    report->format = recognised.format;
    report->source_kind = recognised.source_kind;
    report->reason = report->collector ? recognised.reason : unrecognised_reason(arena, input);
    if (report->outcome == IX_INPUT_FAILED) {
        report->code = IX_UNSUPPORTED;
    }
    if (report->outcome != IX_INPUT_INDEXED) {
        return ix_arena_check(arena, err);
    }
    report->source = source_name(r, input, &recognised, arena);
    return collect_input(r, input, &recognised, arena, report, err);
}

static enum ix_code prepare_standard_input(struct runner *r, struct ix_input *input,
                                           struct ix_err *err) {
    if (r->standard_input) {
        return ix_err_set(err, IX_INVALID, "standard input can be read only once");
    }
    enum ix_code code = ix_standard_input_new(r->settings->stdin_fd, &r->standard_input, err);
    if (code == IX_OK) {
        ix_standard_input_attach(r->standard_input, input);
    }
    return code;
}

static enum ix_code run_input(struct runner *r, struct ix_sv path, struct ix_arena *arena,
                              struct ix_err *err) {
    struct ix_input input = {
        .path = path,
        .base_name = base_name_of(path),
        .open = open_file,
    };
    struct ix_input_report report = {.path = path, .outcome = IX_INPUT_FAILED};
    struct ix_err fault = {0};
    enum ix_code code =
        ix_sv_eq(path, IX_SV("-")) ? prepare_standard_input(r, &input, &fault) : IX_OK;
    code = code == IX_OK ? ix_input_inspect(&input, arena, &fault) : code;
    if (code != IX_OK) {
        report.code = fault.code;
        report.reason = ix_arena_copy(arena, ix_sv_cstr(fault.text));
    } else {
        code = recognise_and_collect(r, &input, arena, &report, err);
    }
    if (err->code == IX_OK || err->code == IX_CANCELLED) {
        count_report(r, &report);
    }
    return err->code;
}

static void report_left_out(struct runner *r, const struct ix_found_path *found) {
    const struct ix_input_report report = {
        .outcome = IX_INPUT_SKIPPED,
        .path = found->path,
        .reason = found->reason,
    };
    count_report(r, &report);
}

static enum ix_code run_found(struct runner *r, const struct ix_found_paths *found,
                              struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, INPUT_ARENA_MAX);
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < found->count; i++) {
        if (!ix_sv_empty(found->items[i].reason)) {
            report_left_out(r, &found->items[i]);
            continue;
        }
        code = run_input(r, found->items[i].path, &arena, err);
        ix_arena_reset(&arena);
    }
    ix_arena_done(&arena);
    return code;
}

enum ix_code ix_run_paths(const struct ix_sv *paths, size_t path_count,
                          const struct ix_run_settings *settings, struct ix_run_target *target,
                          struct ix_run_counts *ret_counts, struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, PATH_ARENA_MAX);
    struct ix_found_paths found;
    *ret_counts = (struct ix_run_counts){0};
    enum ix_code code = ix_paths_find(paths, path_count, &arena, &found, err);
    if (code == IX_OK) {
        struct runner r = {
            .settings = settings,
            .target = target,
            .counts = ret_counts,
            .single = found.single,
        };
        code = run_found(&r, &found, err);
        ix_standard_input_free(r.standard_input);
        ix_paths_done(&found);
    }
    ix_arena_done(&arena);
    return code;
}
