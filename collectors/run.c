/* The runner: one input after another, each recognised, collected into its own run, and reported.
 * It decides names and scopes; what happens to the records is the target's business. An input's
 * faults end that input's run and go into its report; only what makes going on senseless is
 * returned. */
#include <stdlib.h>

#include "collectors/parts.h"
#include "collectors/paths.h"
#include "collectors/several.h"

enum { PATH_ARENA_MAX = 1 << 30, INPUT_ARENA_MAX = 1 << 30 };

/* ---- one input ---- */

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

struct ix_input ix_runner_file(struct ix_sv path) {
    return (struct ix_input){.path = path, .base_name = base_name_of(path), .open = open_file};
}

struct ix_sv ix_runner_absolute(struct ix_arena *arena, const struct ix_input *input) {
    struct ix_sv path = input->path;
    if (ix_sv_eq(path, IX_SV("-"))) {
        return IX_SV("stdin");
    }
    if (input->open != open_file) {
        return ix_arena_copy(arena, path);
    }
    char *absolute = realpath(path.data, NULL);
    struct ix_sv copy = ix_arena_copy(arena, absolute ? ix_sv_cstr(absolute) : path);
    free(absolute);
    return copy;
}

void ix_runner_report(struct ix_runner *r, const struct ix_input_report *report) {
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

/* A name may be anything, so only what looks like one in a format is shown: a token does not, nor
 * does what a terminal would obey. */
static bool is_plain_name(struct ix_sv name) {
    enum { SIZE_MAX_SHOWN = 32, SIZE_WITH_DIGITS = 12 };
    bool digits = false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        digits |= c >= '0' && c <= '9';
        if (!letter && !(c >= '0' && c <= '9') && !strchr("_-.$@", c)) {
            return false;
        }
    }
    return name.size > 0 && name.size <= (digits ? SIZE_WITH_DIGITS : SIZE_MAX_SHOWN);
}

static struct ix_sv top_names(struct ix_arena *arena, const struct ix_json *outline) {
    enum { SHOWN = 6 };
    struct ix_sv names = {0};
    size_t shown = 0;
    for (const struct ix_json *n = ix_json_first(outline); n && shown < SHOWN;
         n = ix_json_next(n)) {
        if (is_plain_name(ix_json_key(n))) {
            names = ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(names), shown ? ", " : "",
                                    IX_SV_FMT(ix_json_key(n)));
            shown++;
        }
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
        return input->fault;
    }
    if (input->form == IX_FORM_TEXT) {
        return IX_SV("text of no format known here");
    }
    if (!ix_sv_empty(input->fault)) {
        return ix_arena_printf(arena, "broken %s: %.*s", form, IX_SV_FMT(input->fault));
    }
    struct ix_sv names = top_names(arena, input->outline);
    if (ix_json_kind(input->outline) == IX_JSON_OBJECT && !ix_sv_empty(names)) {
        return ix_arena_printf(arena, "%s of no format known here (it holds: %.*s)", form,
                               IX_SV_FMT(names));
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

enum ix_code ix_runner_collect(struct ix_runner *r, const struct ix_input *input,
                               const struct ix_recognised *recognised, struct ix_sv source,
                               struct ix_input_runs *runs, struct ix_err *fault) {
    bool named = !ix_sv_empty(r->settings->source);
    const struct ix_collect_env env = {
        .input = input,
        .recognised = recognised,
        .source = source,
        .begin_source = recognised->names_sources && !named ? ix_input_runs_begin : NULL,
        .begin_source_context = runs,
        .now_ms = r->settings->now_ms,
        .strict = r->settings->strict,
        .cancelled = r->settings->cancelled,
    };
    enum ix_code code = IX_OK;
    if (!env.begin_source && !runs->next) {
        code = ix_input_runs_begin(runs, source, recognised->source_kind, fault);
    }
    return code == IX_OK ? runs->report->collector->collect(&env, &runs->sink, fault) : code;
}

enum ix_code ix_runner_go_on(const struct ix_runner *r, const struct ix_err *fault,
                             struct ix_err *err) {
    if (fault->code == IX_NOMEM) {
        return ix_err_set(err, IX_NOMEM, "out of memory");
    }
    return is_cancelled(r->settings) ? ix_err_set(err, IX_CANCELLED, "stopped") : IX_OK;
}

/* The path stands in front of every report; who opened the file named it too. */
static struct ix_sv reason_of_fault(struct ix_arena *arena, struct ix_sv path,
                                    const struct ix_err *fault) {
    struct ix_sv reason = ix_sv_cstr(fault->text);
    struct ix_sv rest = ix_sv_from(reason, path.size);
    bool named = ix_sv_starts(reason, path) && ix_sv_starts(rest, IX_SV(": "));
    return ix_arena_copy(arena, named ? ix_sv_from(rest, 2) : reason);
}

static void describe_fault(const struct ix_input_runs *runs, const struct ix_err *fault) {
    struct ix_input_report *report = runs->report;
    report->outcome = IX_INPUT_FAILED;
    report->code = fault->code;
    report->reason = reason_of_fault(runs->arena, report->path, fault);
    if (runs->kept > 0) {
        report->reason = ix_arena_printf(runs->arena, "%s; %lld sources before it were indexed",
                                         fault->text, (long long)runs->kept);
    }
}

enum ix_code ix_runner_end(struct ix_runner *r, struct ix_input_runs *runs, struct ix_sv source,
                           struct ix_sv source_kind, const struct ix_err *fault,
                           struct ix_err *err) {
    if (fault->code != IX_OK) {
        describe_fault(runs, fault);
    } else {
        runs->report->reason = runs->first_remark;
    }
    enum ix_code code = ix_input_runs_end(runs, source, source_kind, fault, err);
    r->counts->runs += runs->kept;
    return code == IX_OK ? ix_runner_go_on(r, fault, err) : code;
}

static enum ix_code collect_input(struct ix_runner *r, const struct ix_input *input,
                                  const struct ix_recognised *recognised, struct ix_arena *arena,
                                  struct ix_input_report *report, struct ix_err *err) {
    struct ix_sv path = ix_runner_absolute(arena, input);
    struct ix_sv given = r->settings->source;
    struct ix_sv source = ix_sv_empty(given) ? path : given;
    struct ix_input_runs runs;
    if (ix_arena_check(arena, err) != IX_OK) {
        return err->code; /* a source without its name would be another one */
    }
    ix_input_runs_init(&runs, r->target, r->settings, report, arena);
    runs.scope = ix_sv_empty(given) || r->single ? (struct ix_sv){0} : path;
    ix_standard_input_resume(r->standard_input);
    struct ix_err fault = {0};
    (void)(ix_runner_collect(r, input, recognised, source, &runs, &fault) == IX_OK);
    return ix_runner_end(r, &runs, source, recognised->source_kind, &fault, err);
}

static enum ix_code prepare_standard_input(struct ix_runner *r, struct ix_input *input,
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

enum ix_code ix_runner_look(const struct ix_runner *r, struct ix_input *input,
                            struct ix_arena *arena, struct ix_recognised *recognised,
                            struct ix_input_report *report, struct ix_err *err) {
    struct ix_err fault = {0};
    (void)r;
    *report = (struct ix_input_report){.path = input->path, .outcome = IX_INPUT_FAILED};
    if (ix_input_inspect(input, arena, &fault) != IX_OK) {
        report->code = fault.code;
        report->reason = reason_of_fault(arena, input->path, &fault);
        return ix_arena_check(arena, err);
    }
    report->collector = ix_input_recognise(input, arena, recognised);
    report->outcome = outcome_of_claim(recognised->claim);
    report->format = recognised->format;
    report->reason = report->collector ? recognised->reason : unrecognised_reason(arena, input);
    report->code = report->outcome == IX_INPUT_FAILED ? IX_UNSUPPORTED : IX_OK;
    return report->outcome == IX_INPUT_INDEXED ? IX_OK : ix_arena_check(arena, err);
}

enum ix_code ix_runner_take(struct ix_runner *r, const struct ix_input *input,
                            const struct ix_recognised *recognised, struct ix_arena *arena,
                            struct ix_input_report *report, struct ix_err *err) {
    if (err->code == IX_OK && report->outcome == IX_INPUT_INDEXED) {
        (void)collect_input(r, input, recognised, arena, report, err); /* err says it */
    }
    if (err->code == IX_OK || err->code == IX_CANCELLED) {
        ix_runner_report(r, report);
    }
    return err->code;
}

enum ix_code ix_runner_run(struct ix_runner *r, struct ix_input *input, struct ix_arena *arena,
                           struct ix_err *err) {
    struct ix_input_report report = {.path = input->path, .outcome = IX_INPUT_FAILED};
    struct ix_recognised recognised;
    struct ix_err fault = {0};
    bool standard = ix_sv_eq(input->path, IX_SV("-"));
    if (standard && prepare_standard_input(r, input, &fault) != IX_OK) {
        report.code = fault.code;
        report.reason = ix_arena_copy(arena, ix_sv_cstr(fault.text));
    } else {
        (void)(ix_runner_look(r, input, arena, &recognised, &report, err) ==
               IX_OK); /* err says it */
    }
    return ix_runner_take(r, input, &recognised, arena, &report, err);
}

static void report_left_out(struct ix_runner *r, const struct ix_found_path *found) {
    const struct ix_input_report report = {
        .outcome = IX_INPUT_SKIPPED,
        .path = found->path,
        .reason = found->reason,
    };
    ix_runner_report(r, &report);
}

static enum ix_code run_file(struct ix_runner *r, struct ix_parts *parts,
                             struct ix_several *several, struct ix_sv path, struct ix_arena *arena,
                             struct ix_err *err) {
    struct ix_input input = ix_runner_file(path);
    bool put_aside = false;
    enum ix_code code = ix_parts_take(parts, r, path, arena, &put_aside, err);
    if (code == IX_OK && !put_aside) {
        code = ix_several_take(several, r, path, &put_aside, err);
    }
    return code == IX_OK && !put_aside ? ix_runner_run(r, &input, arena, err) : code;
}

static enum ix_code run_one(struct ix_runner *r, struct ix_parts *parts, struct ix_several *several,
                            const struct ix_found_path *found, struct ix_arena *arena,
                            struct ix_err *err) {
    if (ix_sv_empty(found->reason)) {
        return run_file(r, parts, several, found->path, arena, err);
    }
    enum ix_code code = ix_several_run(several, r, err);
    if (code == IX_OK) {
        report_left_out(r, found);
    }
    return code;
}

static enum ix_code run_found(struct ix_runner *r, struct ix_parts *parts,
                              const struct ix_found_paths *found, struct ix_err *err) {
    struct ix_several several = {0};
    struct ix_arena arena;
    ix_arena_init(&arena, INPUT_ARENA_MAX);
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < found->count; i++) {
        code = run_one(r, parts, &several, &found->items[i], &arena, err);
        ix_arena_reset(&arena);
    }
    code = code == IX_OK ? ix_several_run(&several, r, err) : code;
    ix_several_done(&several);
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
        struct ix_runner r = {
            .settings = settings,
            .target = target,
            .counts = ret_counts,
            .single = found.single,
        };
        struct ix_parts parts = {.arena = &arena};
        code = run_found(&r, &parts, &found, err);
        code = code == IX_OK ? ix_parts_run(&parts, &r, err) : code;
        ix_parts_done(&parts);
        ix_standard_input_free(r.standard_input);
        ix_paths_done(&found);
    }
    ix_arena_done(&arena);
    return code;
}

enum ix_code ix_run_input(struct ix_input *input, const struct ix_run_settings *settings,
                          struct ix_run_target *target, struct ix_run_counts *ret_counts,
                          struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, INPUT_ARENA_MAX);
    *ret_counts = (struct ix_run_counts){0};
    struct ix_runner r = {
        .settings = settings,
        .target = target,
        .counts = ret_counts,
        .single = true,
    };
    enum ix_code code = ix_runner_run(&r, input, &arena, err);
    ix_arena_done(&arena);
    return code;
}
