/* The runner from inside: what one input needs, and what the parts of a delivery need of it. */
#ifndef IX_COLLECTORS_RUNNER_H
#define IX_COLLECTORS_RUNNER_H

#include "collectors/input_runs.h"
#include "collectors/standard_input.h"

struct ix_runner {
    const struct ix_run_settings *settings;
    struct ix_run_target *target;
    struct ix_run_counts *counts;
    struct ix_standard_input *standard_input; /* NULL until "-" is met */
    bool single;
};

/* A file; the path is borrowed and ends in 0. */
struct ix_input ix_runner_file(struct ix_sv path);
/* In the arena; of what is no file, its path as it is. */
struct ix_sv ix_runner_absolute(struct ix_arena *arena, const struct ix_input *input);

/* Looks at it and fills in what the report says of it: INDEXED is what is to be collected. */
IX_MUST_CHECK enum ix_code ix_runner_look(const struct ix_runner *runner, struct ix_input *input,
                                          struct ix_arena *arena,
                                          struct ix_recognised *ret_recognised,
                                          struct ix_input_report *report, struct ix_err *err);
/* Runs the collector into `runs`, beginning one of `source` unless one is at hand. The error is
 * what the input did wrong. */
IX_MUST_CHECK enum ix_code ix_runner_collect(struct ix_runner *runner, const struct ix_input *input,
                                             const struct ix_recognised *recognised,
                                             struct ix_sv source, struct ix_input_runs *runs,
                                             struct ix_err *fault);
/* After a fault that no other input would be spared: the error; else IX_OK. */
IX_MUST_CHECK enum ix_code ix_runner_go_on(const struct ix_runner *runner,
                                           const struct ix_err *fault, struct ix_err *err);
/* Ends the runs of an input that was read, `fault` or not, and fills in its report. The error is
 * what makes going on senseless. */
IX_MUST_CHECK enum ix_code ix_runner_end(struct ix_runner *runner, struct ix_input_runs *runs,
                                         struct ix_sv source, struct ix_sv source_kind,
                                         const struct ix_err *fault, struct ix_err *err);
/* Counts it and tells the target. */
void ix_runner_report(struct ix_runner *runner, const struct ix_input_report *report);
/* One input that was looked at: what there is to collect, and its report. */
IX_MUST_CHECK enum ix_code ix_runner_take(struct ix_runner *runner, const struct ix_input *input,
                                          const struct ix_recognised *recognised,
                                          struct ix_arena *arena, struct ix_input_report *report,
                                          struct ix_err *err);
/* One input from its first look to its report. */
IX_MUST_CHECK enum ix_code ix_runner_run(struct ix_runner *runner, struct ix_input *input,
                                         struct ix_arena *arena, struct ix_err *err);

#endif
