/* The warehouse that the drills maltreat: a folder, inputs in several states, and the three things
 * that are done to it (index, search, repair), each from opening to closing, through the same
 * public functions as the program uses. Whatever goes wrong comes back as a code; only what the
 * test itself must be able to do (write a file, read its own memory) ends the test. */
#ifndef IX_TESTS_FAULT_WORLD_H
#define IX_TESTS_FAULT_WORLD_H

#include "base/buf.h"
#include "base/hash.h"
#include "indexer/warehouse/warehouse.h"

enum { WORLD_STATES_MAX = 32, WORLD_PATH_SIZE = 160, WORLD_THINGS = 24 };

struct world {
    char folder[64]; /* the data folder; what else belongs to the drill lies in it as well */
    /* the bytes of infradex.db, kept by world_keep */
    struct ix_buf kept;
};

void world_make(struct world *w); /* nothing is indexed */
void world_done(struct world *w);

/* The database as it is (closed, nothing in the log) is kept, and put back. */
void world_keep(struct world *w);
void world_put_back(const struct world *w);
void world_file(const struct world *w, const char *name, char path[WORLD_PATH_SIZE]);
void world_empty(const struct world *w, const char *folder); /* removes all files in it */

/* ---- what is done ---- */

/* Writes the source in its n-th state as a file; what it holds differs from state to state in
 * added, changed and missing things. Returns the path, good until the next call. */
const char *world_input(const struct world *w, int state);
/* A file of the tests: "fixtures/terraform/v2.tfstate". */
const char *world_fixture(const char *name);
/* Indexes one file. An input that failed gives its code; *ret_kept: a run was published. */
IX_MUST_CHECK enum ix_code world_index(const struct world *w, const char *path, bool *ret_kept,
                                       struct ix_err *err);
/* As the above, into a warehouse that is open. */
IX_MUST_CHECK enum ix_code world_index_into(struct ix_warehouse *warehouse, const char *path,
                                            bool *ret_kept, struct ix_err *err);
/* Asks several queries, of text, properties, relations and facets; their answers as text. */
IX_MUST_CHECK enum ix_code world_search(const struct world *w, struct ix_buf *answers,
                                        struct ix_err *err);
IX_MUST_CHECK enum ix_code world_search_in(struct ix_warehouse *warehouse, struct ix_buf *answers,
                                           struct ix_err *err);
IX_MUST_CHECK enum ix_code world_repair(const struct world *w, struct ix_err *err);
IX_MUST_CHECK enum ix_code world_open(const char *folder, enum ix_open_mode mode,
                                      struct ix_warehouse **ret_warehouse, struct ix_err *err);

/* ---- what is there ---- */

struct world_look {
    enum ix_code code; /* of opening and looking */
    struct ix_hash hash;
    char broken[512]; /* what the checks found broken, "check: words" each, else "" */
    struct ix_err err;
};

/* Opens for writing, so that a log is recovered and all checks are made. */
struct world_look world_look_at(const char *folder);

/* ---- how much is tried ----
 *
 * The long form with IX_FAULT_LONG=1 in the environment, else the short one, else, with
 * IX_FAULT_SHARE=N, an N-th of it. */

/* Tries 1..count, or, in the short form, `most` of them: the first ones all, the rest spread evenly
 * over what is left. Returns 0 after the last. */
int64_t world_next_try(int64_t now, int64_t count, int64_t most);
bool world_long(void);
int64_t world_times(int64_t short_form, int64_t long_form);

/* Numbers that only look like chance. */
struct chance {
    uint64_t state;
};
uint64_t chance_below(struct chance *chance, uint64_t limit);

#endif
