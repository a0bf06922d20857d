#include "collectors/several.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "collectors/ahead.h"

enum { BILL_ARENA_MAX = 1 << 30 };

struct ix_bill_ahead {
    struct ix_arena arena;
    struct ix_input input;
    struct ix_recognised recognised;
    struct ix_input_report report;
    struct ix_sv source;
};

struct reading {
    struct ix_runner *runner;
    struct ix_bill_ahead **bills;
    struct ix_input_runs runs; /* of the bill at hand */
    bool begun;
};

/* ---- which ---- */

static void free_bill(struct ix_bill_ahead *bill) {
    if (bill) {
        ix_arena_done(&bill->arena);
        free(bill);
    }
}

void ix_several_done(struct ix_several *several) {
    for (size_t i = 0; i < several->count; i++) {
        free_bill(several->bills[i]);
    }
    several->count = 0;
}

/* A pipe gives what it has but once, and not before somebody writes. */
static bool is_file(struct ix_sv path) {
    struct stat about;
    return stat(path.data, &about) == 0 && S_ISREG(about.st_mode);
}

/* By its heading: of what is no bill no more is read than that. */
static enum ix_code look(struct ix_runner *r, struct ix_bill_ahead *bill, bool *ret_is_bill,
                         struct ix_err *err) {
    enum ix_code code =
        ix_runner_look(r, &bill->input, &bill->arena, &bill->recognised, &bill->report, err);
    *ret_is_bill = code == IX_OK && bill->report.outcome == IX_INPUT_INDEXED &&
                   bill->report.collector->parting && !bill->recognised.names_sources;
    if (*ret_is_bill) {
        bill->source = ix_runner_absolute(&bill->arena, &bill->input);
    }
    return code == IX_OK ? ix_arena_check(&bill->arena, err) : code;
}

/* What was looked at already is not looked at again. */
static enum ix_code run_other(struct ix_several *several, struct ix_runner *r,
                              struct ix_bill_ahead *bill, struct ix_err *err) {
    enum ix_code code = ix_several_run(several, r, err);
    return code == IX_OK ? ix_runner_take(r, &bill->input, &bill->recognised, &bill->arena,
                                          &bill->report, err)
                         : code;
}

enum ix_code ix_several_take(struct ix_several *several, struct ix_runner *r, struct ix_sv path,
                             bool *ret_taken, struct ix_err *err) {
    bool is_bill = false;
    *ret_taken = false;
    bool standard_input = ix_sv_eq(path, IX_SV("-"));
    if (r->settings->readers < 2 || r->single || standard_input || !is_file(path)) {
        return ix_several_run(several, r, err);
    }
    struct ix_bill_ahead *bill = calloc(1, sizeof *bill);
    if (!bill) {
        return ix_err_nomem(err);
    }
    ix_arena_init(&bill->arena, BILL_ARENA_MAX);
    bill->input = ix_runner_file(path);
    *ret_taken = true;
    enum ix_code code = look(r, bill, &is_bill, err);
    if (code != IX_OK || !is_bill) {
        if (code == IX_OK) {
            code = run_other(several, r, bill, err);
        } else { /* those before it are none the worse for it */
            struct ix_err other = {0};
            (void)(ix_several_run(several, r, &other) == IX_OK);
        }
        free_bill(bill);
        return code;
    }
    several->bills[several->count++] = bill;
    return several->count == IX_SEVERAL_MAX ? ix_several_run(several, r, err) : IX_OK;
}

/* ---- reading ---- */

/* On a thread of the bill: it touches nothing but the bill. */
static enum ix_code read_bill(void *context, size_t index, struct ix_sink *sink,
                              struct ix_err *fault) {
    const struct reading *d = context;
    const struct ix_bill_ahead *bill = d->bills[index];
    const struct ix_run_settings *settings = d->runner->settings;
    const struct ix_collect_env env = {
        .input = &bill->input,
        .recognised = &bill->recognised,
        .source = bill->source,
        .now_ms = settings->now_ms,
        .strict = settings->strict,
        .cancelled = settings->cancelled,
    };
    return bill->report.collector->collect(&env, sink, fault);
}

static enum ix_code sink_of(void *context, size_t index, struct ix_sink **ret_sink,
                            struct ix_err *fault) {
    struct reading *d = context;
    struct ix_bill_ahead *bill = d->bills[index];
    enum ix_code code = IX_OK;
    if (!d->begun) {
        ix_input_runs_init(&d->runs, d->runner->target, d->runner->settings, &bill->report,
                           &bill->arena);
        d->begun = true;
        code = ix_input_runs_begin(&d->runs, bill->source, bill->recognised.source_kind, fault);
    }
    *ret_sink = &d->runs.sink;
    return code;
}

static enum ix_code end_bill(void *context, size_t index, const struct ix_err *why,
                             struct ix_err *err) {
    struct reading *d = context;
    struct ix_bill_ahead *bill = d->bills[index];
    struct ix_sink *sink = NULL;
    struct ix_err fault = *why;
    if (!d->begun) { /* a bill without lines is a run, too */
        struct ix_err refused = {0};
        fault = sink_of(d, index, &sink, &refused) == IX_OK ? fault : refused;
    }
    d->begun = false;
    enum ix_code code =
        ix_runner_end(d->runner, &d->runs, bill->source, bill->recognised.source_kind, &fault, err);
    if (code == IX_OK || code == IX_CANCELLED) {
        ix_runner_report(d->runner, &bill->report);
    }
    return code;
}

static enum ix_code run_one_by_one(struct ix_several *several, struct ix_runner *r, size_t from,
                                   struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = from; code == IX_OK && i < several->count; i++) {
        struct ix_bill_ahead *bill = several->bills[i];
        code = ix_runner_take(r, &bill->input, &bill->recognised, &bill->arena, &bill->report, err);
    }
    return code;
}

enum ix_code ix_several_run(struct ix_several *several, struct ix_runner *r, struct ix_err *err) {
    const size_t count = several->count;
    size_t most = r->settings->readers < IX_AHEAD_MAX ? r->settings->readers : IX_AHEAD_MAX;
    struct reading d = {.runner = r, .bills = several->bills};
    const struct ix_ahead ahead = {.context = &d,
                                   .parts = count,
                                   .at_a_time = most < count ? most : count,
                                   .read = read_bill,
                                   .sink_of = sink_of,
                                   .end = end_bill};
    bool began = false;
    size_t next = 0;
    enum ix_code code = ahead.at_a_time > 1 ? ix_ahead_run(&ahead, &began, &next, err) : IX_OK;
    code = code == IX_OK ? run_one_by_one(several, r, next, err) : code;
    ix_several_done(several);
    return code;
}
