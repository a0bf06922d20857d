/* infradex serve: what the server may not do itself. It is given the clock, the log and the limits;
 * the program waits for a signal, and ends the server. */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "api/server.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/notify.h"
#include "indexer/normalise/tristate.h"
#include "indexer/normalise/type.h"

enum {
    GRACE_MS = 8000, /* the rest of the ten seconds is for what is cut short */
    ENDED_S = 10,
    DESCRIPTORS_OF_A_WORKER = 8,
    DESCRIPTORS_OF_THE_REST = 64,
};

static int64_t monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* One write a line, so that lines of several threads do not mix. A log that is gone stops nobody.
 */
static void write_line(void *context, struct ix_sv line) {
    (void)context;
    (void)!write(STDERR_FILENO, line.data, line.size);
}

/* As many descriptors as the limits on connections promise, where the system lets us: a stream may
 * need one for its rows. */
static void raise_descriptors(const struct ix_settings *s) {
    struct rlimit limit;
    rlim_t wanted = (rlim_t)(3 * s->connections + s->workers * DESCRIPTORS_OF_A_WORKER +
                             DESCRIPTORS_OF_THE_REST);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Pieces of streams and large answers go back to the system as soon as they are sent; among small
 * memory that lives longer, they would leave holes that only grow. */
static void keep_memory_flat(void) {
    enum { LARGE_BYTES = 64 << 10, ARENAS = 2 };
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
    mallopt(M_ARENA_MAX, ARENAS);
}

static enum ix_code open_api(const struct ix_invocation *invocation, struct ix_api **ret_api,
                             struct ix_err *err) {
    const struct ix_settings *s = &invocation->settings;
    struct ix_sv folder;
    enum ix_code code = ix_invocation_folder(invocation, &folder, err);
    if (code != IX_OK) {
        return code;
    }
    const struct ix_api_options options = {
        .folder = folder.data,
        .version = IX_VERSION,
        .query_time_ms = s->query_ms,
        .rows_max = s->rows,
        .spool_bytes_max = s->spool_mib << 20,
        .body_bytes_max = s->body_mib << 20,
        .now_ms = ix_time_now_ms,
        .kinds = ix_kinds,
        .categories = ix_categories,
        .types = ix_type_words(),
        .rules = ix_tristate_rules,
    };
    return ix_api_open(&options, ret_api, err);
}

static enum ix_code start_server(const struct ix_invocation *invocation, struct ix_api *api,
                                 struct ix_server **ret_server, struct ix_err *err) {
    const struct ix_settings *s = &invocation->settings;
    struct ix_sv address = ix_arena_copy(invocation->arena, s->address); /* terminated */
    const struct ix_server_options options = {
        .address = address.data ? address.data : "",
        .port = (uint16_t)s->port,
        .any_address = s->allow_any_address,
        .io_threads = s->io_threads,
        .workers = s->workers,
        .connections_max = s->connections,
        .connections_per_address_max = s->connections_per_address,
        .queue_max = s->queue,
        .idle_ms = s->idle_s * IX_SECOND_MS,
        .request_ms = s->request_s * IX_SECOND_MS,
        .now_ms = ix_time_now_ms,
        .now_us = monotonic_us,
        .log = ix_sv_eq(s->log_format, IX_SV("none")) ? NULL : write_line,
        .log_json = ix_sv_eq(s->log_format, IX_SV("json")),
    };
    return ix_server_start(api, &options, ret_server, err);
}

/* A server may start before anything is indexed, and then only says so to who asks. Who starts it
 * is told as well: the folder may be the wrong one. */
static void say_what_is_missing(struct ix_invocation *invocation) {
    struct ix_warehouse *warehouse = NULL;
    struct ix_err why = {0};
    if (ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, &why) != IX_OK) {
        fprintf(stderr, "infradex: %s; until that is mended, searches are answered with an error\n",
                why.text);
    }
    ix_warehouse_close(warehouse);
}

/* Somebody pressed a key and looks at the screen. */
static void say_ending(const struct ix_invocation *invocation) {
    if (invocation->terminal.err_is_terminal) {
        fprintf(stderr,
                "infradex: ending when what was begun is answered, in %d s at most; once "
                "more: at once\n",
                ENDED_S);
    }
}

/* Scripts wait for this line, and read the port from it. */
static void say_where(const struct ix_invocation *invocation, const struct ix_server *server) {
    struct ix_sv address = invocation->settings.address;
    bool is_v6 = ix_sv_find_char(address, ':') != IX_SV_NPOS;
    printf("listening on http://%s%.*s%s:%u\n", is_v6 ? "[" : "", IX_SV_FMT(address),
           is_v6 ? "]" : "", (unsigned)ix_server_port(server));
    fflush(stdout);
}

/* The server's threads are started with signals blocked, so that each comes to this one; and here
 * they are let through only while it waits: none can come between looking and waiting. */
static enum ix_code serve(struct ix_invocation *invocation, struct ix_api *api,
                          struct ix_err *err) {
    sigset_t ending, before;
    struct ix_server *server = NULL;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, &before);
    enum ix_code code = start_server(invocation, api, &server, err);
    if (code == IX_OK) {
        say_what_is_missing(invocation);
        say_where(invocation, server);
        ix_notify("READY=1");
        while (!*(const volatile bool *)invocation->interrupted) {
            sigsuspend(&before);
        }
        ix_notify("STOPPING=1");
        say_ending(invocation);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    ix_server_stop(server, GRACE_MS);
    return code;
}

int ix_cmd_serve(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_api *api = NULL;
    keep_memory_flat();
    raise_descriptors(&invocation->settings);
    enum ix_code code = open_api(invocation, &api, err);
    code = code == IX_OK ? serve(invocation, api, err) : code;
    ix_api_close(api);
    return ix_code_exit(code);
}
