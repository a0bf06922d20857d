/* A warehouse in a folder of its own, fed by short descriptions. */
#ifndef IX_TESTS_WAREHOUSE_STORE_H
#define IX_TESTS_WAREHOUSE_STORE_H

#include "base/hash.h"
#include "indexer/warehouse/warehouse.h"

struct store {
    char folder[64];
    struct ix_warehouse *w;
    struct ix_sink *sink; /* of the open run */
    const char *source, *kind;
    int64_t now; /* ms; grows with each run */
    struct ix_run_result result;
};

void store_open(struct store *s);
void store_reopen(struct store *s, enum ix_open_mode mode);
void store_done(struct store *s); /* closes, and removes the folder */

/* ---- one run ---- */
void store_begin(struct store *s, const char *source, const char *kind);
/* A thing of type "aws.vpc" named by its address, in scope "". `properties`: JSON. */
void store_put(struct store *s, const char *address, const char *uid, const char *properties);
/* As store_put, with what `more` holds beside it; empty members take their usual value. */
void store_put_more(struct store *s, struct ix_resource more, const char *properties);
/* `to` is an address, or an id when it begins with '#'. */
void store_relate(struct store *s, const char *from, const char *to);
void store_scope(struct store *s, const char *name, enum ix_scope_outcome outcome);
/* Declares scope "" whole first. */
void store_publish(struct store *s);
void store_publish_as_is(struct store *s);
void store_discard(struct store *s);

/* ---- looking ---- */
struct ix_hash store_hash(struct store *s);
int64_t store_generation(struct store *s);
/* The rows of a statement, "a|b" each, ended by a line end; through SQLite directly. */
const char *store_rows(struct store *s, const char *sql);
/* The same of a listing. */
const char *store_list(struct store *s, enum ix_listing listing, const char *word);
int64_t store_number(struct store *s, const char *sql);
/* Behind the warehouse's back; the warehouse must be closed when it writes. */
void store_raw(struct store *s, const char *sql);
/* The checks that found something broken, joined by spaces; "" when all is well. */
const char *store_broken(struct store *s);

#endif
