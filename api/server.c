/* Starting and stopping: everything is built bottom up and taken down top down, and a server that
 * could only half be started is stopped in the same way.
 *
 * The keeper is one thread that does what must not wait for a request: it closes slow connections,
 * notices clients that are gone, and looks how far the warehouse is. */
#include "api/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/server_inside.h"

enum {
    BACKLOG = 1024,
    UNSENT_BYTES = 128 << 10, /* that the kernel keeps for one slow reader */
    KEEPER_MS = 200,
    GENERATION_EVERY = 5, /* rounds of the keeper */
    STOP_LOOK_MS = 10,
    WORKERS_NICE = 5,
    LAST_BYTES_MS = 100, /* for the kernel to send what was cut short by the end */
};

int64_t ix_server_now_us(const struct ix_server *server) {
    return server->options.now_us();
}

bool ix_server_is_draining(struct ix_server *server) {
    return __atomic_load_n(&server->draining, __ATOMIC_RELAXED);
}

uint16_t ix_server_port(const struct ix_server *server) {
    return server->port;
}

/* ---- connections ---- */

struct ix_connection *ix_server_connected(struct ix_server *server, int socket,
                                          const struct sockaddr *address) {
    static const struct ix_refusal too_many = {503, "busy", "there are too many connections"};
    struct ix_connection *connection = calloc(1, sizeof *connection);
    if (!connection) {
        return NULL;
    }
    int64_t now_us = ix_server_now_us(server);
    ix_connections_add(&server->connections, connection, socket, ix_connection_address(address),
                       now_us);
    if (connection->over_limit) {
        struct ix_buf buf = {0};
        ix_refusal_write(&buf, &too_many, (struct ix_sv){0}, server->options.now_ms(), false);
        ix_connection_refuse(&server->connections, connection, ix_buf_sv(&buf), now_us);
        ix_metrics_rejected(server->metrics, IX_REJECTED_CONNECTIONS);
        ix_buf_done(&buf);
    }
    return connection;
}

void ix_server_disconnected(struct ix_server *server, struct ix_connection *connection) {
    if (connection) {
        ix_connections_remove(&server->connections, connection);
        free(connection);
    }
}

/* ---- threads ---- */

struct work {
    struct ix_server *server;
    struct ix_api_worker *reader;
};

/* Queries wait for the wire, not the wire for queries: where processors are short, who asks whether
 * the server is alive is still answered at once. */
static void step_back(void) {
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), WORKERS_NICE);
}

static void *run_worker(void *argument) {
    struct work work = *(struct work *)argument;
    struct ix_job *job;
    free(argument);
    step_back();
    while ((job = ix_queue_take(&work.server->queue))) {
        ix_exchange_work((struct ix_exchange *)job, work.reader);
    }
    return NULL;
}

static void look_at_generation(struct ix_server *server) {
    __atomic_store_n(&server->generation, ix_api_worker_generation(server->keepers_reader),
                     __ATOMIC_RELAXED);
}

static void *run_keeper(void *argument) {
    struct ix_server *server = argument;
    struct pollfd bell = {.fd = server->bell, .events = POLLIN};
    for (int round = 0; poll(&bell, 1, KEEPER_MS) == 0; round++) {
        int64_t slow = ix_connections_reap(&server->connections, ix_buf_sv(&server->slow_answer),
                                           ix_server_now_us(server));
        while (slow-- > 0) {
            ix_metrics_rejected(server->metrics, IX_REJECTED_SLOW);
        }
        if (ix_server_is_draining(server)) {
            ix_connections_close_idle(&server->connections);
        }
        if (round % GENERATION_EVERY == 0) {
            look_at_generation(server);
        }
    }
    return NULL;
}

static void write_metrics(void *context, struct ix_buf *out) {
    struct ix_server *server = context;
    const struct ix_metrics_now now = {
        .active_requests = __atomic_load_n(&server->active, __ATOMIC_RELAXED),
        .connections = ix_connections_count(&server->connections),
        .queue_length = (int64_t)ix_queue_length(&server->queue),
        .generation = __atomic_load_n(&server->generation, __ATOMIC_RELAXED),
        .spooled = ix_api_spooled_now(server->api),
    };
    ix_metrics_write(server->metrics, &now, out);
}

/* ---- the address ---- */

struct place {
    struct sockaddr_storage address;
    socklen_t size;
    bool is_loopback;
};

static bool parse_address(const char *text, uint16_t port, struct place *ret_place) {
    *ret_place = (struct place){0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&ret_place->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&ret_place->address;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        ret_place->size = sizeof *v4;
        ret_place->is_loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        ret_place->size = sizeof *v6;
        ret_place->is_loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
        return true;
    }
    return false;
}

static enum ix_code find_place(const struct ix_server_options *options, struct place *ret_place,
                               struct ix_err *err) {
    if (!parse_address(options->address, options->port, ret_place)) {
        return ix_err_set(err, IX_INVALID, "%s is no address; give an IPv4 or IPv6 address",
                          options->address);
    }
    if (!ret_place->is_loopback && !options->any_address) {
        return ix_err_set(err, IX_INVALID,
                          "%s can be reached from other machines, and nobody is asked who they "
                          "are; allow it with --allow-any-address",
                          options->address);
    }
    return IX_OK;
}

static enum ix_code listening_fault(const struct ix_server_options *options, int fault,
                                    struct ix_err *err) {
    if (fault == EADDRINUSE) {
        return ix_err_set(err, IX_BUSY, "port %u of %s is in use; choose another with --port",
                          (unsigned)options->port, options->address);
    }
    return ix_err_errno(err, fault, "listening on port %u of %s", (unsigned)options->port,
                        options->address);
}

static bool bind_and_listen(int fd, const struct place *place) {
    const int on = 1, unsent_bytes = UNSENT_BYTES; /* connections inherit it */
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &unsent_bytes, sizeof unsent_bytes) == 0 &&
           bind(fd, (const struct sockaddr *)&place->address, place->size) == 0 &&
           listen(fd, BACKLOG) == 0;
}

static uint16_t port_of(int fd) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        return 0;
    }
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

static enum ix_code start_listening(struct ix_server *server, struct ix_err *err) {
    struct place place;
    enum ix_code code = find_place(&server->options, &place, err);
    if (code != IX_OK) {
        return code;
    }
    server->listening =
        socket(place.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->listening < 0 || !bind_and_listen(server->listening, &place)) {
        return listening_fault(&server->options, errno, err);
    }
    server->port = port_of(server->listening);
    return IX_OK;
}

/* ---- start ---- */

static void init_server(struct ix_server *server, struct ix_api *api,
                        const struct ix_server_options *options) {
    static const struct ix_refusal slow = {408, "timeout", "the request took too long to arrive"};
    const struct ix_connections_limits limits = {
        .total = options->connections_max,
        .per_address = options->connections_per_address_max,
        .idle_us = options->idle_ms * 1000,
        .request_us = options->request_ms * 1000,
    };
    server->options = *options;
    server->api = api;
    server->listening = -1;
    server->bell = -1;
    ix_connections_init(&server->connections, &limits);
    ix_queue_init(&server->queue, (size_t)options->queue_max);
    pthread_mutex_init(&server->front_lock, NULL);
    ix_refusal_write(&server->slow_answer, &slow, (struct ix_sv){0}, options->now_ms(), false);
    if (getrandom(&server->seed, sizeof server->seed, GRND_NONBLOCK) < 0) {
        server->seed = (uint64_t)options->now_us();
    }
}

static enum ix_code start_thread(pthread_t *thread, void *(*run)(void *), void *argument,
                                 struct ix_err *err) {
    int fault = pthread_create(thread, NULL, run, argument);
    return fault == 0 ? IX_OK : ix_err_errno(err, fault, "starting a thread");
}

static enum ix_code start_worker(struct ix_server *server, struct ix_err *err) {
    struct work *work = malloc(sizeof *work);
    size_t at = server->worker_count;
    enum ix_code code = work ? IX_OK : ix_err_nomem(err);
    code = code == IX_OK ? ix_api_worker_open(server->api, &server->readers[at], err) : code;
    if (code == IX_OK) {
        *work = (struct work){server, server->readers[at]};
        code = start_thread(&server->workers[at], run_worker, work, err);
    }
    if (code != IX_OK) {
        free(work);
        return code;
    }
    server->worker_count++;
    return IX_OK;
}

static enum ix_code start_workers(struct ix_server *server, struct ix_err *err) {
    size_t count = (size_t)server->options.workers;
    server->workers = calloc(count, sizeof *server->workers);
    server->readers = calloc(count, sizeof(struct ix_api_worker *));
    enum ix_code code = server->workers && server->readers ? IX_OK : ix_err_nomem(err);
    while (code == IX_OK && server->worker_count < count) {
        code = start_worker(server, err);
    }
    return code;
}

static enum ix_code start_keeper(struct ix_server *server, struct ix_err *err) {
    server->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->bell < 0) {
        return ix_err_errno(err, errno, "making an event descriptor");
    }
    enum ix_code code = ix_api_worker_open(server->api, &server->keepers_reader, err);
    code = code == IX_OK ? start_thread(&server->keeper, run_keeper, server, err) : code;
    server->keeper_runs = code == IX_OK;
    return code;
}

static enum ix_code start_wire(struct ix_server *server, struct ix_err *err) {
    const struct ix_wire_options options = {
        .listening = server->listening,
        .threads = server->options.io_threads,
        .connections_max = server->options.connections_max,
        .idle_ms = server->options.idle_ms,
    };
    return ix_wire_open(server, &options, &server->wire, err);
}

static enum ix_code start(struct ix_server *server, struct ix_err *err) {
    server->metrics = ix_metrics_new();
    enum ix_code code = server->metrics ? start_listening(server, err) : ix_err_nomem(err);
    code = code == IX_OK ? ix_api_worker_open(server->api, &server->front, err) : code;
    code = code == IX_OK ? start_workers(server, err) : code;
    code = code == IX_OK ? start_keeper(server, err) : code;
    return code == IX_OK ? start_wire(server, err) : code;
}

enum ix_code ix_server_start(struct ix_api *api, const struct ix_server_options *options,
                             struct ix_server **ret_server, struct ix_err *err) {
    struct ix_server *server = calloc(1, sizeof *server);
    if (!server) {
        return ix_err_nomem(err);
    }
    init_server(server, api, options);
    ix_api_set_metrics(api, write_metrics, server);
    if (start(server, err) != IX_OK) {
        ix_server_stop(server, 0);
        return err->code;
    }
    *ret_server = server;
    return IX_OK;
}

/* ---- stop ---- */

static void wait_for_exchanges(struct ix_server *server, int64_t wait_ms) {
    int64_t until_us = ix_server_now_us(server) + wait_ms * 1000;
    while (__atomic_load_n(&server->active, __ATOMIC_ACQUIRE) > 0 &&
           ix_server_now_us(server) < until_us) {
        poll(NULL, 0, STOP_LOOK_MS);
    }
}

static void drain(struct ix_server *server, int64_t grace_ms) {
    __atomic_store_n(&server->draining, true, __ATOMIC_RELAXED);
    ix_wire_quiesce(server->wire);
    ix_connections_close_idle(&server->connections);
    wait_for_exchanges(server, grace_ms);
    ix_connections_cancel(&server->connections);
}

/* Whoever waits for a worker is told that none will come: the wire cannot close while a connection
 * is suspended. */
static void stop_workers(struct ix_server *server) {
    struct ix_job *job;
    ix_queue_close(&server->queue);
    for (size_t i = 0; i < server->worker_count; i++) {
        pthread_join(server->workers[i], NULL);
    }
    while ((job = ix_queue_take_left(&server->queue))) {
        ix_exchange_abandon((struct ix_exchange *)job);
    }
    for (size_t i = 0; server->readers && i < (size_t)server->options.workers; i++) {
        ix_api_worker_close(server->readers[i]);
    }
    free(server->readers);
    free(server->workers);
}

static void stop_keeper(struct ix_server *server) {
    if (server->keeper_runs) {
        eventfd_write(server->bell, 1);
        pthread_join(server->keeper, NULL);
    }
    ix_api_worker_close(server->keepers_reader);
    if (server->bell >= 0) {
        close(server->bell);
    }
}

void ix_server_stop(struct ix_server *server, int64_t grace_ms) {
    if (!server) {
        return;
    }
    if (server->wire) {
        drain(server, grace_ms);
    }
    stop_workers(server);
    if (server->wire) {
        wait_for_exchanges(server, LAST_BYTES_MS);
    }
    ix_wire_close(server->wire);
    stop_keeper(server);
    if (server->listening >= 0) {
        close(server->listening);
    }
    ix_api_set_metrics(server->api, NULL, NULL);
    ix_api_worker_close(server->front);
    ix_metrics_free(server->metrics);
    ix_queue_done(&server->queue);
    ix_connections_done(&server->connections);
    pthread_mutex_destroy(&server->front_lock);
    ix_buf_done(&server->slow_answer);
    free(server);
}
