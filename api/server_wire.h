/* The seam between the server and the library that reads and writes its sockets: what the one calls
 * on the other. Only server_mhd.c knows which library it is. */
#ifndef IX_API_SERVER_WIRE_H
#define IX_API_SERVER_WIRE_H

#include "api/server_exchange.h"

struct ix_wire;

struct ix_wire_options {
    int listening; /* a socket that listens; stays the caller's */
    int64_t threads;
    int64_t connections_max; /* 0: no limit. A few more are accepted, to be told that they are too
                                many */
    int64_t idle_ms;
};

IX_MUST_CHECK enum ix_code ix_wire_open(struct ix_server *server,
                                        const struct ix_wire_options *options,
                                        struct ix_wire **ret_wire, struct ix_err *err);
/* Accepts no more connections. */
void ix_wire_quiesce(struct ix_wire *wire);
/* Closes all connections and ends the threads. No exchange may wait any more. Takes NULL. */
void ix_wire_close(struct ix_wire *wire);

/* Goes on with an exchange that waited; from any thread. It may be gone when this returns. */
void ix_wire_resume(void *handle);

#endif
