/* A data folder of its own, and requests to it without sockets. */
#ifndef IX_TESTS_API_CALLED_H
#define IX_TESTS_API_CALLED_H

#include "api/api.h"
#include "base/json.h"

struct world {
    char folder[64]; /* is gone after world_done */
    struct ix_api_options options;
    struct ix_api *api;
    struct ix_api_worker *worker;
    struct ix_api_response response; /* of the last call */
    struct ix_arena arena;           /* of parsed bodies */
    bool cancelled;
    bool is_old;      /* requests are of HTTP/1.0 */
    int64_t later_ms; /* than WORLD_NOW_MS */
};

enum { WORLD_NOW_S = 1742040000 }; /* 2025-03-15T12:00:00Z */
#define WORLD_NOW_MS (INT64_C(1000) * WORLD_NOW_S)

/* Opens it with nothing indexed. */
void world_init(struct world *world);
/* The same with other options: folder, version and clock are set here. */
void world_init_with(struct world *world, struct ix_api_options options);
/* Four resources of two sources; see called.c. */
void world_fill(struct world *world);
/* `count` more, named n0, n1, …, of a source called many. */
void world_fill_many(struct world *world, int count);
void world_done(struct world *world);

/* Headers are lines "Name: value", separated by '\n'; NULL: none. The answer is in
 * world->response until the next call; its status is returned. */
int call(struct world *world, const char *method, const char *target, const char *headers,
         struct ix_sv body);
int get(struct world *world, const char *target);
int get_with(struct world *world, const char *target, const char *headers);
int post(struct world *world, const char *target, const char *content_type, const char *body);

/* "" when there is none. Good until the next call of either. */
const char *header(struct world *world, const char *name);
/* The body as JSON; the test fails when it is none. Good until world_done. */
const struct ix_json *body(struct world *world);
const char *body_text(struct world *world);
/* body_text of everything a stream gives, or of the body. Adds up the pieces in *ret_pieces (may be
 * NULL). */
const char *whole_text(struct world *world, int *ret_pieces);

/* The compact JSON of the node at a dotted path of the body: "items.0.name", "meta.notes". "" when
 * there is none. */
const char *at(struct world *world, const char *path);

#endif
