/* `infradex index`: inputs through the collectors and the normaliser into the warehouse, or, on a
 * dry run, onto standard output. Both are targets of the same runner, so that a dry run shows what
 * would be indexed and not something like it. */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/printer.h"
#include "collectors/run.h"
#include "indexer/model/record.h"
#include "indexer/normalise/normalise.h"
#include "indexer/normalise/secrets.h"

struct indexing {
    struct ix_run_target target;
    struct ix_invocation *invocation;
    struct ix_warehouse *warehouse; /* NULL on a dry run */
    struct ix_record_sink records;  /* of a dry run */
    struct ix_sv dry_source;        /* the one at hand */
    struct ix_normaliser *normaliser;
    struct ix_run_result last, total;
    struct ix_json *reports[4]; /* by enum ix_input_outcome: arrays of what has a reason */
    int64_t resources, relations, costs;
};

/* ---- both targets ---- */

static void progress(void *context, struct ix_sv path, int64_t resources) {
    struct indexing *indexing = context;
    char line[512];
    int size = snprintf(line, sizeof line, "%.*s: %" PRId64 " records", IX_SV_FMT(path), resources);
    size = size < (int)sizeof line ? size : (int)sizeof line - 1;
    ix_terminal_progress(&indexing->invocation->terminal, ix_sv_of(line, (size_t)size));
}

static void remember(struct indexing *indexing, const struct ix_input_report *report) {
    struct ix_arena *arena = indexing->invocation->arena;
    struct ix_json *entry = ix_json_new_object(arena);
    ix_json_set_string(arena, entry, "path", report->path);
    ix_json_set_string(arena, entry, "reason", report->reason);
    if (report->format) {
        ix_json_set_string(arena, entry, "format", ix_sv_cstr(report->format));
    }
    ix_json_append(indexing->reports[report->outcome], entry);
}

/* A reason may carry words of the input: no secrets, and nothing that a terminal would obey. */
static struct ix_sv printable(struct ix_arena *arena, struct ix_sv text) {
    struct ix_sv clean = ix_secret_clean(arena, text);
    char *copy = ix_arena_alloc(arena, clean.size + 1);
    if (!copy) {
        return (struct ix_sv){0};
    }
    memcpy(copy, clean.data ? clean.data : "", clean.size);
    ix_terminal_clean(copy, clean.size, false);
    return ix_sv_of(copy, clean.size);
}

static void say(struct indexing *indexing, const struct ix_input_report *report) {
    static const char *const words[] = {
        [IX_INPUT_INDEXED] = "indexed",
        [IX_INPUT_IGNORED] = "ignored",
        [IX_INPUT_SKIPPED] = "skipped",
        [IX_INPUT_FAILED] = "failed",
    };
    ix_terminal_progress_end(&indexing->invocation->terminal);
    bool went_well = report->outcome == IX_INPUT_INDEXED || report->outcome == IX_INPUT_IGNORED;
    if (indexing->invocation->settings.quiet && went_well) {
        return;
    }
    struct ix_sv path = printable(indexing->invocation->arena, report->path);
    fprintf(stderr, "%-8s %.*s", words[report->outcome], IX_SV_FMT(path));
    if (report->outcome == IX_INPUT_INDEXED) {
        bool bill = report->costs > 0;
        fprintf(stderr, ": %s, %" PRId64 " %s", report->format,
                bill ? report->costs : report->resources, bill ? "cost lines" : "resources");
    }
    if (!ix_sv_empty(report->reason)) {
        fprintf(stderr, "%s%.*s", report->outcome == IX_INPUT_INDEXED ? "; " : ": ",
                IX_SV_FMT(report->reason));
    }
    fputc('\n', stderr);
}

static void on_report(struct ix_run_target *target, const struct ix_input_report *given) {
    struct indexing *indexing = (struct indexing *)target;
    struct ix_input_report shown = *given;
    const struct ix_input_report *report = &shown;
    shown.reason = printable(indexing->invocation->arena, given->reason);
    if (report->outcome == IX_INPUT_INDEXED) {
        indexing->resources += report->resources;
        indexing->relations += report->relations;
        indexing->costs += report->costs;
    }
    if (!ix_sv_empty(report->reason)) {
        remember(indexing, report);
    }
    say(indexing, report);
}

static enum ix_code put_normaliser_before(struct indexing *indexing, struct ix_sink *sink,
                                          struct ix_sink **ret_sink, struct ix_err *err) {
    enum ix_code code = ix_normaliser_new(sink, &indexing->normaliser, err);
    if (code == IX_OK) {
        *ret_sink = ix_normaliser_sink(indexing->normaliser);
    }
    return code;
}

static void drop_normaliser(struct indexing *indexing) {
    ix_normaliser_free(indexing->normaliser);
    indexing->normaliser = NULL;
}

/* ---- into the warehouse ---- */

static enum ix_code begin_run(struct ix_run_target *target, struct ix_sv source,
                              struct ix_sv source_kind, struct ix_sv path,
                              struct ix_sink **ret_sink, struct ix_err *err) {
    struct indexing *indexing = (struct indexing *)target;
    const struct ix_run_info info = {
        .source = source,
        .source_kind = source_kind,
        .location = path,
        .started_ms = ix_time_now_ms(),
    };
    struct ix_sink *writer;
    enum ix_code code = ix_warehouse_run_begin(indexing->warehouse, &info, &writer, err);
    return code == IX_OK ? put_normaliser_before(indexing, writer, ret_sink, err) : code;
}

static void add_result(struct ix_run_result *total, const struct ix_run_result *result) {
    total->added += result->added;
    total->changed += result->changed;
    total->unchanged += result->unchanged;
    total->retired += result->retired;
    total->generation = result->generation;
}

static enum ix_code end_run(struct ix_run_target *target, enum ix_input_outcome outcome,
                            const struct ix_err *why, struct ix_err *err) {
    struct indexing *indexing = (struct indexing *)target;
    drop_normaliser(indexing);
    if (outcome != IX_INPUT_INDEXED) {
        return ix_warehouse_run_discard(indexing->warehouse, ix_time_now_ms(), why, err);
    }
    enum ix_code code =
        ix_warehouse_run_publish(indexing->warehouse, ix_time_now_ms(), &indexing->last, err);
    if (code == IX_OK) {
        add_result(&indexing->total, &indexing->last);
    }
    return code;
}

/* ---- onto standard output ---- */

static enum ix_code put_lines(struct ix_sv lines, struct ix_err *err) {
    if (fwrite(lines.data ? lines.data : "", 1, lines.size, stdout) != lines.size) {
        return ix_err_errno(err, errno, "writing the records");
    }
    return IX_OK;
}

static enum ix_code write_record(void *context, struct ix_sv line, struct ix_err *err) {
    (void)context;
    return put_lines(line, err);
}

static enum ix_code begin_dry(struct ix_run_target *target, struct ix_sv source,
                              struct ix_sv source_kind, struct ix_sv path,
                              struct ix_sink **ret_sink, struct ix_err *err) {
    struct indexing *indexing = (struct indexing *)target;
    (void)path;
    ix_record_sink_begin(&indexing->records, source_kind);
    indexing->dry_source = ix_arena_copy(indexing->invocation->arena, source);
    return put_normaliser_before(indexing, &indexing->records.sink, ret_sink, err);
}

/* What was written cannot be taken back: it is told that it is not all. */
static enum ix_code end_dry(struct ix_run_target *target, enum ix_input_outcome outcome,
                            const struct ix_err *why, struct ix_err *err) {
    struct indexing *indexing = (struct indexing *)target;
    drop_normaliser(indexing);
    if (outcome == IX_INPUT_INDEXED) {
        return IX_OK;
    }
    const struct ix_scope failed = {
        .source = indexing->dry_source,
        .outcome = IX_SCOPE_FAILED,
        .error = why->code,
        .text = ix_sv_cstr(why->text),
    };
    return ix_sink_scope(&indexing->records.sink, &failed, err);
}

static enum ix_code write_summary(struct indexing *indexing, const struct ix_run_counts *counts,
                                  struct ix_err *err) {
    struct ix_buf buf = {0};
    struct ix_json_writer w;
    ix_jw_init(&w, &buf, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_string(&w, "record", IX_SV("summary"));
    ix_jw_member_int64(&w, "inputs", counts->inputs);
    ix_jw_member_int64(&w, "indexed", counts->indexed);
    ix_jw_member_int64(&w, "resources", indexing->resources);
    ix_jw_member_int64(&w, "relations", indexing->relations);
    ix_jw_member_int64(&w, "costs", indexing->costs);
    static const char *const names[] = {"remarks", "ignored", "skipped", "failed"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ix_jw_key(&w, names[i]);
        ix_jw_node(&w, indexing->reports[i]);
    }
    ix_jw_object_end(&w);
    ix_buf_add_char(&buf, '\n');
    enum ix_code code = ix_buf_check(&buf, err);
    code = code == IX_OK ? put_lines(ix_buf_sv(&buf), err) : code;
    ix_buf_done(&buf);
    return code;
}

/* ---- the command ---- */

static void say_total(const struct indexing *indexing) {
    const struct ix_run_result *t = &indexing->total;
    fprintf(stderr,
            "%" PRId64 " added, %" PRId64 " changed, %" PRId64 " unchanged, %" PRId64
            " retired; generation %" PRId64 "\n",
            t->added, t->changed, t->unchanged, t->retired, t->generation);
}

static int exit_code_of(const struct ix_invocation *invocation,
                        const struct ix_run_counts *counts) {
    bool all_failed = counts->failed > 0 && counts->runs == 0;
    bool strict = invocation->settings.strict && counts->failed + counts->skipped > 0;
    if (all_failed || strict) {
        return IX_EXIT_FAILURE;
    }
    return counts->failed > 0 ? IX_EXIT_PARTLY : IX_EXIT_OK;
}

/* A dry run shows the parts of a bill one after another. */
static size_t processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (size_t)count : 1;
}

static enum ix_code run_paths(struct indexing *indexing, struct ix_run_counts *counts,
                              struct ix_err *err) {
    const struct ix_invocation *invocation = indexing->invocation;
    const struct ix_run_settings settings = {
        .source = invocation->settings.source,
        .stdin_fd = STDIN_FILENO,
        .strict = invocation->settings.strict,
        .readers = invocation->settings.dry_run ? 1 : processors(),
        .now_ms = invocation->now_ms,
        .cancelled = invocation->interrupted,
        .progress = progress,
        .progress_context = indexing,
    };
    return ix_run_paths(invocation->arguments, invocation->argument_count, &settings,
                        &indexing->target, counts, err);
}

static int run_dry(struct indexing *indexing, struct ix_err *err) {
    indexing->target = (struct ix_run_target){begin_dry, end_dry, on_report};
    ix_record_sink_init(&indexing->records, write_record, indexing);
    struct ix_run_counts counts;
    enum ix_code code = run_paths(indexing, &counts, err);
    code = code == IX_OK ? write_summary(indexing, &counts, err) : code;
    ix_record_sink_done(&indexing->records);
    return code == IX_OK ? exit_code_of(indexing->invocation, &counts) : ix_code_exit(code);
}

static int run_into_warehouse(struct indexing *indexing, struct ix_err *err) {
    enum ix_code code =
        ix_invocation_open(indexing->invocation, IX_OPEN_WRITE, &indexing->warehouse, err);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    indexing->target = (struct ix_run_target){begin_run, end_run, on_report};
    struct ix_run_counts counts;
    code = run_paths(indexing, &counts, err);
    ix_warehouse_close(indexing->warehouse);
    if (code == IX_OK && !indexing->invocation->settings.quiet && counts.indexed > 0) {
        say_total(indexing);
    }
    return code == IX_OK ? exit_code_of(indexing->invocation, &counts) : ix_code_exit(code);
}

int ix_cmd_index(struct ix_invocation *invocation, struct ix_err *err) {
    struct indexing indexing = {.invocation = invocation};
    for (size_t i = 0; i < sizeof indexing.reports / sizeof *indexing.reports; i++) {
        indexing.reports[i] = ix_json_new_array(invocation->arena);
    }
    int exit_code =
        invocation->settings.dry_run ? run_dry(&indexing, err) : run_into_warehouse(&indexing, err);
    drop_normaliser(&indexing);
    return exit_code;
}
