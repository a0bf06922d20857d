/* What a drill of failing calls does and looks at: state 1 of a source is in a warehouse, state 2
 * is to come, and each thing that is done to it must end with an error or do all it should. */
#ifndef IX_TESTS_FAULT_DRILL_H
#define IX_TESTS_FAULT_DRILL_H

#include "tests/fault/world.h"

struct drill {
    struct world w;
    const char *input; /* what drill_index reads */
    struct ix_hash before, after;
    struct ix_buf answers, expected;
};

/* `input` NULL: state 2. The database as it was before it is put back. */
void drill_prepare(struct drill *d, const char *input);
void drill_finish(struct drill *d);

/* From opening the warehouse to closing it; the code, with `err` filled accordingly. */
typedef enum ix_code drill_doing(struct drill *d, struct ix_err *err);
drill_doing drill_index, drill_search, drill_repair, drill_backup;

/* What is left holds the run before or the whole run, and every check finds it well. */
void drill_is_whole(struct drill *d, drill_doing *what, enum ix_code code, const char *where);
/* drill_search gave what it should. */
void drill_answers_are_right(struct drill *d, const char *where);

#endif
