/* The server's own state, for its own files. */
#ifndef IX_API_SERVER_INSIDE_H
#define IX_API_SERVER_INSIDE_H

#include "api/server.h"
#include "api/server_metrics.h"
#include "api/server_wire.h"

struct ix_server {
    struct ix_server_options options; /* not written after the start */
    struct ix_api *api;
    struct ix_metrics *metrics;
    struct ix_connections connections;
    struct ix_queue queue;
    struct ix_wire *wire;
    int listening, bell; /* the bell wakes the keeper to end */
    uint16_t port;
    uint64_t seed;
    pthread_t *workers;
    size_t worker_count; /* that run */
    struct ix_api_worker **readers;
    pthread_t keeper;
    bool keeper_runs;
    struct ix_api_worker *keepers_reader;
    /* Answers what needs no warehouse on the wire's threads. */
    struct ix_api_worker *front;
    pthread_mutex_t front_lock;
    struct ix_buf slow_answer;
    /* Written by several threads, read and written atomically. */
    uint64_t exchanges;
    int64_t active, generation;
    bool draining;
};

int64_t ix_server_now_us(const struct ix_server *server);
bool ix_server_is_draining(struct ix_server *server);

/* A client came: NULL when memory is gone. One over a limit was told so. */
struct ix_connection *ix_server_connected(struct ix_server *server, int socket,
                                          const struct sockaddr *address);
void ix_server_disconnected(struct ix_server *server, struct ix_connection *connection);

#endif
