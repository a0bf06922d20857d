/* Parts of one bill, or several bills, read several at a time.
 *
 * Each part that is being read has a thread of its own, which pushes into loads of copied lines;
 * the caller takes the loads, from one part after the other in turn, and passes them on. So the
 * sink is used by one thread, memory is bounded by the loads, and in which order lines come depends
 * on the parts and on how many are read at a time, never on which thread was faster.
 *
 * What else is said of a part (notes, scopes) waits until all parts before it have ended: it comes
 * in the order of the parts, as if they had been read one by one. So does the blame: of several
 * parts that fail it is the first.
 *
 * What stands by itself (`end` is given) is passed on one after another, lines and all, and ends by
 * itself: while one is passed on those behind it are read as far as the loads go, and whose fault
 * it is changes nothing for the others.
 */
#ifndef IX_COLLECTORS_AHEAD_H
#define IX_COLLECTORS_AHEAD_H

#include "indexer/model/sink.h"

enum { IX_AHEAD_MAX = 8 }; /* parts at a time */

/* The calls but `read` come from the caller's thread. */
struct ix_ahead {
    void *context;
    size_t parts;
    size_t at_a_time; /* 2 to IX_AHEAD_MAX */
    /* Pushes a part into the sink, from a thread of its own. */
    enum ix_code (*read)(void *context, size_t part, struct ix_sink *sink, struct ix_err *fault);
    /* Where lines of that part go, until it is asked again. */
    enum ix_code (*sink_of)(void *context, size_t part, struct ix_sink **ret_sink,
                            struct ix_err *fault);
    /* All of the part, and of those before it, has been passed on. Of parts of a whole. */
    void (*ended)(void *context, size_t part);
    /* NULL: they are parts of a whole. Else all of this one has been passed on, up to what it did
     * wrong, or the sink with it (IX_OK: nothing). An error ends everything. */
    enum ix_code (*end)(void *context, size_t part, const struct ix_err *fault, struct ix_err *err);
};

/* *ret_began false: nothing was read, for no thread is to be had. *ret_part: whose fault it is; of
 * what stands by itself, without a fault, the first that was not read, for the same reason. */
IX_MUST_CHECK enum ix_code ix_ahead_run(const struct ix_ahead *ahead, bool *ret_began,
                                        size_t *ret_part, struct ix_err *fault);

#endif
