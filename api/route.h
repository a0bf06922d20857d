/* The table of routes: one row each, from which come dispatch, the OpenAPI document, the route part
 * of docs/API.md and the tests of every route.
 *
 * A path's part in braces is a parameter; it stands in `parameters` like those of the query part.
 * HEAD follows from GET and OPTIONS from any row.
 */
#ifndef IX_API_ROUTE_H
#define IX_API_ROUTE_H

#include "api/call.h"
#include "base/option.h"

/* What a caller must be allowed to do; for authorization in front of this program or later in it.
 */
enum ix_access {
    IX_ACCESS_NONE,    /* anybody: is it alive? */
    IX_ACCESS_READ,    /* everything that was indexed */
    IX_ACCESS_WRITE,   /* index more */
    IX_ACCESS_METRICS, /* figures about the server */
};

struct ix_route {
    const char *name;   /* of the operation, unique: "searchResources" */
    const char *method; /* GET or POST */
    const char *path;   /* "/api/v1/resources/{uid}" */
    enum ix_access access;
    int64_t body_bytes_max; /* 0: takes no body */
    const char *body_type;  /* media type of the body; NULL: takes none */
    const char *body;       /* what the body is; NULL: its members are the parameters below */
    unsigned media;         /* what it answers: a mask of 1u << enum ix_media */
    const char *answer;     /* name of the answer's schema in JSON (schema.def) */
    const char *errors;     /* statuses of problems beyond those of every route: "404" */
    bool kept;              /* answers have an entity tag */
    const struct ix_option *parameters; /* members of struct ix_arguments */
    const char *summary;                /* one line */
    const char *about;                  /* more to know, one paragraph; may be "" */
    /* Fills in the response. An error becomes a problem document. */
    enum ix_code (*handle)(struct ix_call *call, struct ix_err *err);
};

extern const struct ix_route ix_routes[]; /* ends with a row whose name is NULL */

/* True when `path` (as sent) has the route's form; *ret_uid is what stands in the braces, still
 * encoded, empty when there are none. */
bool ix_route_matches(const struct ix_route *route, struct ix_sv path, struct ix_sv *ret_uid);
/* True when the parameter stands in the path. */
bool ix_route_in_path(const struct ix_route *route, const struct ix_option *parameter);

/* The statuses of problems that every such route may answer with, separated by spaces. */
const char *ix_route_errors(const struct ix_route *route);

const char *ix_access_name(enum ix_access access); /* "read"; "" for NONE */

#endif
