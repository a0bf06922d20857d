/* Parts of a whole (ix_parting), put aside until all are found: those of one delivery are one run,
 * so that what it is about is replaced by all of them together, or not at all. */
#ifndef IX_COLLECTORS_PARTS_H
#define IX_COLLECTORS_PARTS_H

#include "collectors/runner.h"

struct ix_part {
    struct ix_sv path;     /* as shown to people */
    struct ix_sv absolute; /* the order within a delivery */
    struct ix_delivery delivery;
    const struct ix_parting
        *parting; /* that found the delivery; NULL: the source was given a name */
};

struct ix_parts {
    struct ix_part *items; /* malloc'ed; texts in the arena */
    size_t count, capacity;
    struct ix_arena *arena; /* borrowed */
};

/* Puts the file aside when it is part of a delivery, by its path, or, of several inputs with one
 * name, when its collector says that inputs are parts. */
IX_MUST_CHECK enum ix_code ix_parts_take(struct ix_parts *parts, struct ix_runner *runner,
                                         struct ix_sv path, struct ix_arena *scratch,
                                         bool *ret_taken, struct ix_err *err);
/* Runs delivery after delivery, each with the parts that lie beside those put aside; of several
 * deliveries of a period the newest. */
IX_MUST_CHECK enum ix_code ix_parts_run(struct ix_parts *parts, struct ix_runner *runner,
                                        struct ix_err *err);
void ix_parts_done(struct ix_parts *parts); /* takes NULL or zeroed */

#endif
