/* Who is connected, and who takes too long.
 *
 * libmicrohttpd closes a connection on which nothing moves. A client that sends a byte now and then
 * keeps things moving for ever; so here each connection has a time by which its request must be
 * whole, and limits on how many there are, in all and from one address.
 *
 * A connection is in one state at a time, and changes it under one lock: so the thread that looks
 * after the slow ones never cuts an answer, and never touches a socket that was closed.
 */
#ifndef IX_API_SERVER_CONNECTIONS_H
#define IX_API_SERVER_CONNECTIONS_H

#include <pthread.h>
#include <sys/socket.h>

#include "base/ip.h"

enum ix_connection_state {
    IX_CONNECTION_IDLE,      /* between requests, or before the first line is whole */
    IX_CONNECTION_RECEIVING, /* a request's head or body */
    IX_CONNECTION_WORKING,   /* its request is whole; it is answered, or the answer is sent */
    IX_CONNECTION_LINGERING, /* refused: what still comes is thrown away for a moment */
};

struct ix_connection {
    struct ix_connection *previous, *next;
    int socket; /* whoever closes it removes the connection first */
    struct ix_ip address;
    enum ix_connection_state state;
    bool over_limit;  /* refused as it came */
    bool was_slow;    /* refused by ix_connections_reap */
    int64_t since_us; /* of the state */
    int64_t brought;  /* bytes of the body so far */
    bool *cancelled;  /* of the request that is worked on; NULL: none */
};

struct ix_connections_limits {
    int64_t total, per_address; /* 0: none */
    int64_t idle_us;            /* between requests */
    int64_t request_us;         /* from a request's first line to its end, more for large bodies */
};

struct ix_connections {
    pthread_mutex_t lock;
    struct ix_connections_limits limits;
    struct ix_connection *first;
    int64_t count;
};

void ix_connections_init(struct ix_connections *connections,
                         const struct ix_connections_limits *limits);
void ix_connections_done(struct ix_connections *connections); /* after all were removed */

/* The client's address, v4 as mapped v6; zeros when it is of neither family. */
struct ix_ip ix_connection_address(const struct sockaddr *address);

/* Adds the zeroed `connection`, borrowed until it is removed. With over_limit set afterwards it was
 * one too many: it is to be told so and closed. */
void ix_connections_add(struct ix_connections *connections, struct ix_connection *connection,
                        int socket, struct ix_ip address, int64_t now_us);
void ix_connections_remove(struct ix_connections *connections, struct ix_connection *connection);
int64_t ix_connections_count(struct ix_connections *connections);

/* False, and nothing changed, when it is lingering: it was refused meanwhile. */
bool ix_connection_enter(struct ix_connections *connections, struct ix_connection *connection,
                         enum ix_connection_state state, int64_t now_us);
void ix_connection_brought(struct ix_connections *connections, struct ix_connection *connection,
                           size_t bytes);
/* Sets what becomes true when the client is gone while its request is worked on; NULL: nothing. */
void ix_connection_watch(struct ix_connections *connections, struct ix_connection *connection,
                         bool *cancelled);

/* Sends `answer` (may be empty) as it is, ends our side, and lets the client finish for a moment
 * (RFC 9112 section 9.6): an answer would be lost if we closed while bytes are on their way. */
void ix_connection_refuse(struct ix_connections *connections, struct ix_connection *connection,
                          struct ix_sv answer, int64_t now_us);

/* Refuses those that bring their request too slowly with `slow_answer`, closes those idle for too
 * long and those that lingered, and cancels requests whose clients are gone. Returns how many were
 * too slow. */
int64_t ix_connections_reap(struct ix_connections *connections, struct ix_sv slow_answer,
                            int64_t now_us);
/* Closes all that are between requests; what they have sent already is still read. */
void ix_connections_close_idle(struct ix_connections *connections);
/* Cancels all requests that are worked on. */
void ix_connections_cancel(struct ix_connections *connections);

#endif
