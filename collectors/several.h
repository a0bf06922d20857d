/* Bills that follow each other among the inputs, each a run of its own: while one is written, the
 * next are read (collectors/ahead.h). What comes of them, and in which order it is told, is as if
 * they had been read one after another. */
#ifndef IX_COLLECTORS_SEVERAL_H
#define IX_COLLECTORS_SEVERAL_H

#include "collectors/runner.h"

enum { IX_SEVERAL_MAX = 64 }; /* that are looked at before the first is read */

struct ix_bill_ahead; /* several.c */

struct ix_several {
    struct ix_bill_ahead *bills[IX_SEVERAL_MAX]; /* malloc'ed */
    size_t count;
};

/* Takes the file when it is a bill and may be read ahead; else those that were taken before are
 * run, so that it has its turn. */
IX_MUST_CHECK enum ix_code ix_several_take(struct ix_several *several, struct ix_runner *runner,
                                           struct ix_sv path, bool *ret_taken, struct ix_err *err);
/* Runs those that were taken. */
IX_MUST_CHECK enum ix_code ix_several_run(struct ix_several *several, struct ix_runner *runner,
                                          struct ix_err *err);
void ix_several_done(struct ix_several *several);

#endif
