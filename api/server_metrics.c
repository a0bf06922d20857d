/* A series is one combination of method, route and status. There can be only so many of them,
 * because routes come from a table and unknown methods count as one; so a list under a lock will
 * do. */
#include "api/server_metrics.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Seconds, as OpenTelemetry advises for http.server.request.duration. */
static const char *const bounds_text[] = {"0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25",
                                          "0.5",   "0.75", "1",     "2.5",  "5",     "7.5", "10"};
static const int64_t bounds_us[] = {5000,   10000,  25000,   50000,   75000,   100000,  250000,
                                    500000, 750000, 1000000, 2500000, 5000000, 7500000, 10000000};

enum { BOUNDS = sizeof bounds_us / sizeof *bounds_us, SERIES_MAX = 1024 };

struct series {
    const char *method, *route; /* constants */
    int status;
    int64_t buckets[BOUNDS]; /* each by itself; they are summed up when written */
    int64_t count, sum_us;
};

struct ix_metrics {
    pthread_mutex_t lock;
    struct series *series;
    size_t count, capacity;
    int64_t rejected[IX_REJECTED_COUNT];
};

struct ix_metrics *ix_metrics_new(void) {
    struct ix_metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics) {
        pthread_mutex_init(&metrics->lock, NULL);
    }
    return metrics;
}

void ix_metrics_free(struct ix_metrics *metrics) {
    if (metrics) {
        pthread_mutex_destroy(&metrics->lock);
        free(metrics->series);
        free(metrics);
    }
}

static const char *known_method(struct ix_sv method) {
    static const char *const known[] = {"GET",     "HEAD",  "POST",  "PUT",  "DELETE",
                                        "OPTIONS", "PATCH", "TRACE", "QUERY"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ix_sv_eq_cstr(method, known[i])) {
            return known[i];
        }
    }
    return "_OTHER";
}

static struct series *add_series(struct ix_metrics *metrics, const struct series *series) {
    if (metrics->count == SERIES_MAX) {
        return NULL;
    }
    if (metrics->count == metrics->capacity) {
        size_t capacity = metrics->capacity ? 2 * metrics->capacity : 32;
        struct series *grown = realloc(metrics->series, capacity * sizeof *grown);
        if (!grown) {
            return NULL;
        }
        metrics->series = grown;
        metrics->capacity = capacity;
    }
    metrics->series[metrics->count] = *series;
    return &metrics->series[metrics->count++];
}

/* NULL when there is no memory for one more: the figure is lost, the request is not. */
static struct series *find_series(struct ix_metrics *metrics, const struct series *wanted) {
    for (size_t i = 0; i < metrics->count; i++) {
        struct series *s = &metrics->series[i];
        if (s->method == wanted->method && s->route == wanted->route &&
            s->status == wanted->status) {
            return s;
        }
    }
    return add_series(metrics, wanted);
}

static void observe(struct series *series, int64_t duration_us) {
    size_t i = 0;
    while (i < BOUNDS && duration_us > bounds_us[i]) {
        i++;
    }
    if (i < BOUNDS) {
        series->buckets[i]++;
    }
    series->count++;
    series->sum_us += duration_us;
}

void ix_metrics_answered(struct ix_metrics *metrics, struct ix_sv method, const char *route,
                         int status, int64_t duration_us) {
    const struct series wanted = {.method = known_method(method), .route = route, .status = status};
    pthread_mutex_lock(&metrics->lock);
    struct series *series = find_series(metrics, &wanted);
    if (series) {
        observe(series, duration_us);
    }
    pthread_mutex_unlock(&metrics->lock);
}

void ix_metrics_rejected(struct ix_metrics *metrics, enum ix_rejection why) {
    pthread_mutex_lock(&metrics->lock);
    metrics->rejected[why]++;
    pthread_mutex_unlock(&metrics->lock);
}

/* ---- writing ---- */

static void write_head(struct ix_buf *out, const char *name, const char *type, const char *help) {
    ix_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_gauge(struct ix_buf *out, const char *name, const char *help, int64_t value) {
    write_head(out, name, "gauge", help);
    ix_buf_printf(out, "%s %" PRId64 "\n", name, value);
}

static void write_counter(struct ix_buf *out, const char *name, const char *help, int64_t value) {
    write_head(out, name, "counter", help);
    ix_buf_printf(out, "%s %" PRId64 "\n", name, value);
}

static void write_labels(struct ix_buf *out, const struct series *s) {
    ix_buf_printf(out, "http_request_method=\"%s\",http_response_status_code=\"%d\"", s->method,
                  s->status);
    if (s->route) { /* the table's words: nothing in them needs escaping */
        ix_buf_printf(out, ",http_route=\"%s\"", s->route);
    }
}

static void write_series(struct ix_buf *out, const char *name, const struct series *s) {
    int64_t below = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        below = i < BOUNDS ? below + s->buckets[i] : s->count;
        ix_buf_printf(out, "%s_bucket{", name);
        write_labels(out, s);
        ix_buf_printf(out, ",le=\"%s\"} %" PRId64 "\n", i < BOUNDS ? bounds_text[i] : "+Inf",
                      below);
    }
    ix_buf_printf(out, "%s_sum{", name);
    write_labels(out, s);
    ix_buf_printf(out, "} %" PRId64 ".%06d\n%s_count{", s->sum_us / 1000000,
                  (int)(s->sum_us % 1000000), name);
    write_labels(out, s);
    ix_buf_printf(out, "} %" PRId64 "\n", s->count);
}

static void write_durations(const struct ix_metrics *metrics, struct ix_buf *out) {
    static const char name[] = "http_server_request_duration_seconds";
    write_head(out, name, "histogram", "Time from a request's first line to its answer's end.");
    for (size_t i = 0; i < metrics->count; i++) {
        write_series(out, name, &metrics->series[i]);
    }
}

static void write_rejected(const struct ix_metrics *metrics, struct ix_buf *out) {
    static const char name[] = "infradex_http_rejected_total";
    static const char *const reasons[IX_REJECTED_COUNT] = {
        [IX_REJECTED_QUEUE] = "queue", [IX_REJECTED_CONNECTIONS] = "connections",
        [IX_REJECTED_HEAD] = "head",   [IX_REJECTED_BODY] = "body",
        [IX_REJECTED_SLOW] = "slow",
    };
    write_head(out, name, "counter", "Requests and connections that were refused, by reason.");
    for (int i = 0; i < IX_REJECTED_COUNT; i++) {
        ix_buf_printf(out, "%s{reason=\"%s\"} %" PRId64 "\n", name, reasons[i],
                      metrics->rejected[i]);
    }
}

/* ---- the process, as the kernel sees it ---- */

static int64_t resident_bytes(void) {
    long long ignored, pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        pages = fscanf(file, "%lld %lld", &ignored, &pages) == 2 ? pages : 0;
        fclose(file);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

static int64_t open_descriptors(void) {
    int64_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder)) {
        count++;
    }
    if (folder) {
        closedir(folder);
        count -= 3; /* ".", ".." and the folder itself */
    }
    return count;
}

static void write_spooled(const struct ix_api_spooled *spooled, struct ix_buf *out) {
    write_gauge(out, "infradex_http_spools", "Streams whose rows lie in a file.", spooled->open);
    write_gauge(out, "infradex_http_spool_bytes", "Bytes of those files.", spooled->bytes);
    write_counter(out, "infradex_http_spools_total", "Such files made.", spooled->made);
    write_counter(out, "infradex_http_spools_refused_total",
                  "Streams that were refused because such files had no room.", spooled->refused);
}

void ix_metrics_write(struct ix_metrics *metrics, const struct ix_metrics_now *now,
                      struct ix_buf *out) {
    pthread_mutex_lock(&metrics->lock);
    write_durations(metrics, out);
    write_rejected(metrics, out);
    pthread_mutex_unlock(&metrics->lock);
    write_gauge(out, "http_server_active_requests", "Requests that are not yet answered.",
                now->active_requests);
    write_gauge(out, "infradex_http_connections", "Open connections.", now->connections);
    write_gauge(out, "infradex_http_queue_length", "Requests and pieces that wait for a worker.",
                now->queue_length);
    write_spooled(&now->spooled, out);
    write_gauge(out, "infradex_warehouse_generation",
                "Generation of the warehouse, seen a second ago at most; 0: nothing is indexed.",
                now->generation);
    write_gauge(out, "process_resident_memory_bytes", "Resident memory.", resident_bytes());
    write_gauge(out, "process_open_fds", "Open file descriptors.", open_descriptors());
}
