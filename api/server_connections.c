/* A list under a lock. Sockets are only ever shut down here, never closed: libmicrohttpd sees the
 * end of the connection and closes it in its own thread. */
#include "api/server_connections.h"

#include <netinet/in.h>
#include <poll.h>

enum {
    LINGER_US = 2 * 1000 * 1000,
    LEAST_BYTES_PER_MS = 16, /* a body slower than this is not worth waiting for */
};

void ix_connections_init(struct ix_connections *connections,
                         const struct ix_connections_limits *limits) {
    *connections = (struct ix_connections){.limits = *limits};
    pthread_mutex_init(&connections->lock, NULL);
}

void ix_connections_done(struct ix_connections *connections) {
    pthread_mutex_destroy(&connections->lock);
}

struct ix_ip ix_connection_address(const struct sockaddr *address) {
    struct ix_ip ip = {{0}};
    if (address && address->sa_family == AF_INET) {
        memset(ip.bytes + 10, 0xff, 2);
        memcpy(ip.bytes + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
    } else if (address && address->sa_family == AF_INET6) {
        memcpy(ip.bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, sizeof ip.bytes);
    }
    return ip;
}

static bool is_over_limit(const struct ix_connections *connections, struct ix_ip address) {
    const struct ix_connections_limits *limits = &connections->limits;
    int64_t same = 0;
    for (const struct ix_connection *c = connections->first; c; c = c->next) {
        same += ix_ip_cmp(c->address, address) == 0;
    }
    return (limits->total > 0 && connections->count >= limits->total) ||
           (limits->per_address > 0 && same >= limits->per_address);
}

void ix_connections_add(struct ix_connections *connections, struct ix_connection *connection,
                        int socket, struct ix_ip address, int64_t now_us) {
    pthread_mutex_lock(&connections->lock);
    connection->socket = socket;
    connection->address = address;
    connection->since_us = now_us;
    connection->over_limit = is_over_limit(connections, address);
    connection->next = connections->first;
    if (connection->next) {
        connection->next->previous = connection;
    }
    connections->first = connection;
    connections->count++;
    pthread_mutex_unlock(&connections->lock);
}

void ix_connections_remove(struct ix_connections *connections, struct ix_connection *connection) {
    pthread_mutex_lock(&connections->lock);
    if (connection->previous) {
        connection->previous->next = connection->next;
    } else {
        connections->first = connection->next;
    }
    if (connection->next) {
        connection->next->previous = connection->previous;
    }
    connections->count--;
    pthread_mutex_unlock(&connections->lock);
}

int64_t ix_connections_count(struct ix_connections *connections) {
    pthread_mutex_lock(&connections->lock);
    int64_t count = connections->count;
    pthread_mutex_unlock(&connections->lock);
    return count;
}

static void set_state(struct ix_connection *connection, enum ix_connection_state state,
                      int64_t now_us) {
    connection->state = state;
    connection->since_us = now_us;
    connection->brought = 0;
}

bool ix_connection_enter(struct ix_connections *connections, struct ix_connection *connection,
                         enum ix_connection_state state, int64_t now_us) {
    pthread_mutex_lock(&connections->lock);
    bool possible = connection->state != IX_CONNECTION_LINGERING;
    if (possible) {
        set_state(connection, state, now_us);
    }
    pthread_mutex_unlock(&connections->lock);
    return possible;
}

void ix_connection_brought(struct ix_connections *connections, struct ix_connection *connection,
                           size_t bytes) {
    pthread_mutex_lock(&connections->lock);
    connection->brought += (int64_t)bytes;
    pthread_mutex_unlock(&connections->lock);
}

void ix_connection_watch(struct ix_connections *connections, struct ix_connection *connection,
                         bool *cancelled) {
    pthread_mutex_lock(&connections->lock);
    connection->cancelled = cancelled;
    pthread_mutex_unlock(&connections->lock);
}

/* ---- ending ---- */

static void refuse(struct ix_connection *connection, struct ix_sv answer, int64_t now_us) {
    if (answer.size >
        0) { /* it fits into an empty socket buffer, or the client has no use for it */
        (void)!send(connection->socket, answer.data, answer.size, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    shutdown(connection->socket, SHUT_WR);
    set_state(connection, IX_CONNECTION_LINGERING, now_us);
}

void ix_connection_refuse(struct ix_connections *connections, struct ix_connection *connection,
                          struct ix_sv answer, int64_t now_us) {
    pthread_mutex_lock(&connections->lock);
    if (connection->state != IX_CONNECTION_LINGERING) {
        refuse(connection, answer, now_us);
    }
    pthread_mutex_unlock(&connections->lock);
}

static bool is_too_slow(const struct ix_connections *connections, const struct ix_connection *c,
                        int64_t now_us) {
    int64_t allowed_us = connections->limits.request_us + c->brought / LEAST_BYTES_PER_MS * 1000;
    return c->state == IX_CONNECTION_RECEIVING && now_us - c->since_us > allowed_us;
}

static bool is_to_be_closed(const struct ix_connections *connections, const struct ix_connection *c,
                            int64_t now_us) {
    int64_t in_state_us = now_us - c->since_us;
    return (c->state == IX_CONNECTION_IDLE && in_state_us > connections->limits.idle_us) ||
           (c->state == IX_CONNECTION_LINGERING && in_state_us > LINGER_US);
}

static void set_true(bool *flag) {
    __atomic_store_n(flag, true, __ATOMIC_RELAXED);
}

/* A client that ended only its own side still waits for the answer. */
static bool is_gone(const struct ix_connection *connection) {
    struct pollfd polled = {.fd = connection->socket};
    return poll(&polled, 1, 0) > 0 && (polled.revents & (POLLHUP | POLLERR));
}

int64_t ix_connections_reap(struct ix_connections *connections, struct ix_sv slow_answer,
                            int64_t now_us) {
    int64_t slow = 0;
    pthread_mutex_lock(&connections->lock);
    for (struct ix_connection *c = connections->first; c; c = c->next) {
        if (is_too_slow(connections, c, now_us)) {
            refuse(c, slow_answer, now_us);
            c->was_slow = true;
            slow++;
        } else if (is_to_be_closed(connections, c, now_us)) {
            shutdown(c->socket, SHUT_RDWR);
        } else if (c->cancelled && is_gone(c)) {
            set_true(c->cancelled);
        }
    }
    pthread_mutex_unlock(&connections->lock);
    return slow;
}

void ix_connections_close_idle(struct ix_connections *connections) {
    pthread_mutex_lock(&connections->lock);
    for (struct ix_connection *c = connections->first; c; c = c->next) {
        if (c->state == IX_CONNECTION_IDLE) {
            shutdown(c->socket, SHUT_RD);
        }
    }
    pthread_mutex_unlock(&connections->lock);
}

void ix_connections_cancel(struct ix_connections *connections) {
    pthread_mutex_lock(&connections->lock);
    for (struct ix_connection *c = connections->first; c; c = c->next) {
        if (c->cancelled) {
            set_true(c->cancelled);
        }
    }
    pthread_mutex_unlock(&connections->lock);
}
