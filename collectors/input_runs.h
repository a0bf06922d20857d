/* The runs that one input makes: one, or, of a stream that names its sources, one for each.
 *
 * A run is begun at the target, filled through a sink that counts what passes, and ended: kept when
 * the next one begins or the input ends well, thrown away when the input breaks. A fault of the
 * target is kept apart from faults of the input, since after it going on makes no sense.
 */
#ifndef IX_COLLECTORS_INPUT_RUNS_H
#define IX_COLLECTORS_INPUT_RUNS_H

#include "collectors/run.h"

struct ix_input_runs {
    struct ix_sink sink; /* what the collector pushes into */
    struct ix_run_target *target;
    const struct ix_run_settings *settings;
    struct ix_input_report *report; /* its counts are kept here */
    struct ix_arena *arena;
    struct ix_sv scope; /* everything is put into this one; empty: the collector's own stand */
    struct ix_sv first_remark; /* in `arena` */
    struct ix_sink *next;      /* of the run at hand; NULL: there is none */
    int64_t kept;              /* runs that ended well */
    struct ix_err failure;     /* of the target */
};

/* Everything is borrowed. */
void ix_input_runs_init(struct ix_input_runs *runs, struct ix_run_target *target,
                        const struct ix_run_settings *settings, struct ix_input_report *report,
                        struct ix_arena *arena);
/* Keeps the run at hand and begins the next; as ix_collect_env.begin_source. */
IX_MUST_CHECK enum ix_code ix_input_runs_begin(void *runs, struct ix_sv source,
                                               struct ix_sv source_kind, struct ix_err *err);
/* Ends the run at hand: `fault` IX_OK keeps it. An input that broke before its first run leaves
 * one of the source that it would have been, so that the failure is on record. Returns what the
 * target did wrong, at any time. */
IX_MUST_CHECK enum ix_code ix_input_runs_end(struct ix_input_runs *runs, struct ix_sv source,
                                             struct ix_sv source_kind, const struct ix_err *fault,
                                             struct ix_err *err);

#endif
