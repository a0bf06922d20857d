/* From paths to pushed records: finding inputs, recognising them, running the collector.
 *
 * A path is a file, a folder (walked, hidden files and folders included except .git and
 * .terraform/providers|modules, in the order of names), a glob, or "-" for standard input. Links
 * are followed for paths that were named, not inside folders. A failing input takes nothing else
 * with it.
 */
#ifndef IX_COLLECTORS_RUN_H
#define IX_COLLECTORS_RUN_H

#include "collectors/collector.h"

/* One input is one run of one source, called by the absolute path of its file ("-": stdin). An
 * exchange stream names its sources itself: then each is a run of its own, kept as soon as it is
 * whole. With a name given, everything is of that source: a single input is the whole of it, of
 * several inputs each is a scope, so that one of them indexed again retires only what it held
 * itself. Bills are kept together: those with one name, and the parts of one delivery
 * (ix_parting), are one run, which is kept whole or not at all. */

/* What happened to one input; reported once for each, in order. */
enum ix_input_outcome {
    IX_INPUT_INDEXED,
    IX_INPUT_IGNORED, /* recognised, rightly nothing to index */
    IX_INPUT_SKIPPED, /* not recognised */
    IX_INPUT_FAILED,  /* recognised and refused, or broken on the way: the source at hand keeps
                         nothing of it, sources that ended before do */
};

struct ix_input_report {
    enum ix_input_outcome outcome;
    struct ix_sv path;
    const struct ix_collector *collector; /* NULL when not recognised */
    const char *format;                   /* may be NULL */
    struct ix_sv reason;                  /* one line; empty when indexed without a remark */
    enum ix_code code;                    /* for FAILED */
    int64_t resources, relations, costs;  /* costs: lines of bills */
};

/* The world as the runner needs it: the program gives it. */
struct ix_run_target {
    /* Called before anything of a source is pushed; gives the sink for it. */
    enum ix_code (*begin)(struct ix_run_target *target, struct ix_sv source,
                          struct ix_sv source_kind, struct ix_sv path, struct ix_sink **ret_sink,
                          struct ix_err *err);
    /* Ends what begin began: `outcome` INDEXED keeps it, anything else throws it away. */
    enum ix_code (*end)(struct ix_run_target *target, enum ix_input_outcome outcome,
                        const struct ix_err *why, struct ix_err *err);
    void (*report)(struct ix_run_target *target, const struct ix_input_report *report);
};

struct ix_run_settings {
    struct ix_sv source; /* a fixed source name; empty: from content or path */
    int stdin_fd;        /* what "-" reads */
    bool strict;         /* as ix_collect_env.strict */
    size_t readers;      /* bills, or parts of one, that are read at a time; up to 1: one by one */
    int64_t now_ms;
    const bool *cancelled;
    void (*progress)(void *context, struct ix_sv path, int64_t resources);
    void *progress_context;
};

struct ix_run_counts {
    int64_t inputs, indexed, ignored, skipped, failed;
    int64_t runs; /* that were kept, those of failed inputs too */
};

/* Returns an error only when going on makes no sense (the target failed, cancelled, no memory, a
 * named path does not exist); what an input did wrong is in its report. */
IX_MUST_CHECK enum ix_code ix_run_paths(const struct ix_sv *paths, size_t path_count,
                                        const struct ix_run_settings *settings,
                                        struct ix_run_target *target,
                                        struct ix_run_counts *ret_counts, struct ix_err *err);

/* One input that is no file: `open`, `path` and `base_name` are set, the rest is found out. The
 * path is shown as it is, and names the source where nothing else does. */
IX_MUST_CHECK enum ix_code ix_run_input(struct ix_input *input,
                                        const struct ix_run_settings *settings,
                                        struct ix_run_target *target,
                                        struct ix_run_counts *ret_counts, struct ix_err *err);

/* Looks at one input: form, head, outline. Used by the runner and by tests. */
IX_MUST_CHECK enum ix_code ix_input_inspect(struct ix_input *input, struct ix_arena *arena,
                                            struct ix_err *err);
/* The collector that claims it; NULL when none does. */
const struct ix_collector *ix_input_recognise(const struct ix_input *input, struct ix_arena *arena,
                                              struct ix_recognised *ret_recognised);

#endif
