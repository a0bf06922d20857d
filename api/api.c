/* What is shared by all requests, and what each worker has for itself.
 *
 * A worker opens its reader with its first request, not before: a server may start on a folder in
 * which nothing is indexed yet, and must see it when something is. It opens it again when another
 * file lies in its place: a restored copy was moved over the warehouse. */
#include "api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "api/call.h"

enum { PATH_SIZE = 4096 };

struct ix_api {
    struct ix_api_options options;
    void (*write_metrics)(void *context, struct ix_buf *out);
    void *metrics_context;
    struct ix_spools spools;
};

struct ix_api_worker {
    struct ix_api *api;
    struct ix_warehouse *reader; /* NULL until it is needed, and after errors of the file */
    uint64_t file;               /* which one it reads */
    struct ix_answers answers;   /* of this reader */
};

enum ix_code ix_api_open(const struct ix_api_options *options, struct ix_api **ret_api,
                         struct ix_err *err) {
    struct ix_api *api = calloc(1, sizeof *api);
    if (!api) {
        return ix_err_nomem(err);
    }
    api->options = *options;
    api->spools.folder = options->folder;
    api->spools.bytes_max = options->spool_bytes_max;
    *ret_api = api;
    return IX_OK;
}

void ix_api_set_metrics(struct ix_api *api, void (*write)(void *context, struct ix_buf *out),
                        void *context) {
    api->write_metrics = write;
    api->metrics_context = context;
}

bool ix_api_write_metrics(struct ix_api *api, struct ix_buf *out) {
    if (api->write_metrics) {
        api->write_metrics(api->metrics_context, out);
    }
    return api->write_metrics != NULL;
}

void ix_api_close(struct ix_api *api) {
    free(api);
}

const struct ix_api_options *ix_api_options_of(const struct ix_api *api) {
    return &api->options;
}

struct ix_spools *ix_api_spools(struct ix_api *api) {
    return &api->spools;
}

struct ix_api_spooled ix_api_spooled_now(const struct ix_api *api) {
    const struct ix_spools *spools = &api->spools;
    return (struct ix_api_spooled){
        .open = __atomic_load_n(&spools->open, __ATOMIC_RELAXED),
        .bytes = __atomic_load_n(&spools->bytes, __ATOMIC_RELAXED),
        .made = __atomic_load_n(&spools->made, __ATOMIC_RELAXED),
        .refused = __atomic_load_n(&spools->refused, __ATOMIC_RELAXED),
    };
}

enum ix_code ix_api_worker_open(struct ix_api *api, struct ix_api_worker **ret_worker,
                                struct ix_err *err) {
    struct ix_api_worker *worker = calloc(1, sizeof *worker);
    if (!worker) {
        return ix_err_nomem(err);
    }
    worker->api = api;
    *ret_worker = worker;
    return IX_OK;
}

struct ix_api *ix_worker_api(const struct ix_api_worker *worker) {
    return worker->api;
}

void ix_worker_drop_reader(struct ix_api_worker *worker) {
    ix_warehouse_close(worker->reader);
    worker->reader = NULL;
    ix_answers_forget(&worker->answers); /* versions of another one say nothing of them */
}

enum ix_code ix_worker_answers(struct ix_api_worker *worker, struct ix_answers **ret_answers,
                               struct ix_err *err) {
    uint64_t version = 0;
    enum ix_code code = ix_warehouse_version(worker->reader, &version, err);
    if (code == IX_OK) {
        ix_answers_are_of(&worker->answers, version);
        *ret_answers = &worker->answers;
    }
    return code;
}

void ix_worker_rest(struct ix_api_worker *worker) {
    if (worker->reader) {
        ix_warehouse_watch(worker->reader, NULL);
    }
}

void ix_api_worker_close(struct ix_api_worker *worker) {
    if (worker) {
        ix_worker_drop_reader(worker);
        free(worker);
    }
}

enum ix_code ix_open_fault(struct ix_err *err) {
    struct ix_err told = *err;
    switch (told.code) {
    case IX_NOT_FOUND:
        *err = (struct ix_err){0};
        return ix_err_set(err, IX_BUSY, "nothing is indexed yet; try: infradex index PATH");
    case IX_BUSY:
    case IX_NOMEM:
    case IX_CANCELLED:
    case IX_CORRUPT:
        return told.code;
    default:
        *err = (struct ix_err){0};
        return ix_err_set(err, IX_IO, "the warehouse cannot be opened: %s", told.text);
    }
}

/* Another number for another file; 0 when there is none. */
static uint64_t file_of(const struct ix_api *api) {
    char path[PATH_SIZE];
    struct stat status;
    int size = snprintf(path, sizeof path, "%s/infradex.db", api->options.folder);
    if (size < 0 || (size_t)size >= sizeof path || stat(path, &status) != 0) {
        return 0;
    }
    return (uint64_t)status.st_ino ^ ((uint64_t)status.st_dev << 48);
}

uint64_t ix_worker_file(const struct ix_api_worker *worker) {
    return worker->file;
}

enum ix_code ix_worker_reader(struct ix_api_worker *worker, const bool *cancelled,
                              struct ix_warehouse **ret_reader, struct ix_err *err) {
    const struct ix_open_options options = {
        .mode = IX_OPEN_READ,
        .query_time_ms = worker->api->options.query_time_ms,
    };
    uint64_t file = file_of(worker->api);
    if (file != worker->file) {
        ix_worker_drop_reader(worker);
    }
    if (!worker->reader) {
        worker->file = file; /* looked at before, so that a later one is noticed */
        enum ix_code code =
            ix_warehouse_open(worker->api->options.folder, &options, &worker->reader, err);
        if (code != IX_OK) {
            return ix_open_fault(err);
        }
    }
    ix_warehouse_watch(worker->reader, cancelled);
    *ret_reader = worker->reader;
    return IX_OK;
}

int64_t ix_api_worker_generation(struct ix_api_worker *worker) {
    struct ix_warehouse *reader;
    struct ix_err err = {0};
    int64_t generation;
    enum ix_code code = ix_worker_reader(worker, NULL, &reader, &err);
    code = code == IX_OK ? ix_warehouse_generation(reader, &generation, &err) : code;
    if (code == IX_IO || code == IX_CORRUPT) {
        ix_worker_drop_reader(worker);
    }
    return code == IX_OK ? generation : 0;
}
