/* The queue, the ids, the log's lines, the figures and the connections, each alone. */
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/server_connections.h"
#include "api/server_ids.h"
#include "api/server_log.h"
#include "api/server_metrics.h"
#include "api/server_queue.h"

/* ---- the queue ---- */

Test(server_queue, takes_so_much_and_no_more) {
    struct ix_queue queue;
    struct ix_job jobs[4];
    ix_queue_init(&queue, 2);
    cr_expect(ix_queue_add(&queue, &jobs[0]));
    cr_expect(ix_queue_add(&queue, &jobs[1]));
    cr_expect_not(ix_queue_add(&queue, &jobs[2]));
    cr_expect(ix_queue_add_going_on(&queue, &jobs[3]), "what goes on is always taken");
    cr_expect_eq(ix_queue_length(&queue), 3u);
    cr_expect_eq(ix_queue_take(&queue), &jobs[0]);
    cr_expect(ix_queue_add(&queue, &jobs[2]), "there is room again");
    ix_queue_close(&queue);
    ix_queue_done(&queue);
}

Test(server_queue, serves_new_work_and_old_in_turn) {
    struct ix_queue queue;
    struct ix_job fresh[3], old[2];
    ix_queue_init(&queue, 8);
    for (size_t i = 0; i < 3; i++) {
        ix_queue_add(&queue, &fresh[i]);
    }
    ix_queue_add_going_on(&queue, &old[0]);
    ix_queue_add_going_on(&queue, &old[1]);
    const struct ix_job *wanted[] = {&fresh[0], &old[0], &fresh[1], &old[1], &fresh[2]};
    for (size_t i = 0; i < 5; i++) {
        cr_expect_eq(ix_queue_take(&queue), wanted[i], "job %zu", i);
    }
    ix_queue_close(&queue);
    ix_queue_done(&queue);
}

static void *take_one(void *queue) {
    return ix_queue_take(queue);
}

Test(server_queue, wakes_whoever_waits_when_it_closes) {
    struct ix_queue queue;
    struct ix_job left;
    pthread_t thread;
    void *taken = &queue;
    ix_queue_init(&queue, 1);
    pthread_create(&thread, NULL, take_one, &queue);
    ix_queue_close(&queue);
    pthread_join(thread, &taken);
    cr_expect_null(taken);
    cr_expect_not(ix_queue_add(&queue, &left));
    cr_expect_not(ix_queue_add_going_on(&queue, &left));
    ix_queue_done(&queue);
}

Test(server_queue, gives_back_what_was_left) {
    struct ix_queue queue;
    struct ix_job jobs[2];
    ix_queue_init(&queue, 2);
    ix_queue_add(&queue, &jobs[0]);
    ix_queue_add_going_on(&queue, &jobs[1]);
    ix_queue_close(&queue);
    cr_expect_null(ix_queue_take(&queue), "nobody works any more");
    cr_expect_not_null(ix_queue_take_left(&queue));
    cr_expect_not_null(ix_queue_take_left(&queue));
    cr_expect_null(ix_queue_take_left(&queue));
    ix_queue_done(&queue);
}

/* ---- ids ---- */

Test(server_ids, takes_over_only_sane_request_ids) {
    char long_id[IX_REQUEST_ID_MAX + 1];
    memset(long_id, 'a', sizeof long_id);
    cr_expect(ix_request_id_is_sane(IX_SV("a-B_9.x")));
    cr_expect(ix_request_id_is_sane(ix_sv_of(long_id, IX_REQUEST_ID_MAX)));
    cr_expect_not(ix_request_id_is_sane(ix_sv_of(long_id, sizeof long_id)));
    cr_expect_not(ix_request_id_is_sane(IX_SV("")));
    cr_expect_not(ix_request_id_is_sane(IX_SV("a b")));
    cr_expect_not(ix_request_id_is_sane(IX_SV("a\"b")));
}

Test(server_ids, makes_a_new_one_each_time) {
    char a[IX_REQUEST_ID_SIZE], b[IX_REQUEST_ID_SIZE];
    ix_request_id_make(7, 1, a);
    ix_request_id_make(7, 2, b);
    cr_expect_eq(strlen(a), (size_t)IX_REQUEST_ID_SIZE - 1);
    cr_expect_str_neq(a, b);
}

Test(server_ids, reads_traceparent) {
    struct ix_sv trace = {0}, parent = {0};
    cr_expect(ix_traceparent_parse(
        IX_SV(" 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), &trace, &parent));
    cr_expect(ix_sv_eq(trace, IX_SV("0af7651916cd43dd8448eb211c80319c")));
    cr_expect(ix_sv_eq(parent, IX_SV("b7ad6b7169203331")));
    cr_expect(ix_traceparent_parse(
        IX_SV("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"), &trace, &parent));
    static const char *const wrong[] = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_not(ix_traceparent_parse(ix_sv_cstr(wrong[i]), &trace, &parent), "%s", wrong[i]);
    }
}

/* ---- the log ---- */

static const struct ix_log_line logged = {
    .ended_ms = 0,
    .method = IX_SV_INIT("GET"),
    .path = IX_SV_INIT("/a\"b"),
    .status = 200,
    .end = IX_LOG_CLIENT_GONE,
    .answer_bytes = 12,
    .duration_us = 1502,
    .client = IX_SV_INIT("127.0.0.1"),
    .request_id = IX_SV_INIT("id"),
};

Test(server_log, writes_a_line_in_either_form) {
    struct ix_buf buf = {0};
    ix_log_line_write(&buf, &logged, true);
    cr_expect_str_eq(ix_buf_cstr(&buf),
                     "{\"time\":\"1970-01-01T00:00:00Z\",\"method\":\"GET\",\"path\":\"/a\\\"b\","
                     "\"status\":200,\"end\":\"client_gone\",\"body_bytes\":0,\"answer_bytes\":12,"
                     "\"duration_ms\":1.502,\"client\":\"127.0.0.1\",\"request_id\":\"id\"}\n");
    ix_buf_clear(&buf);
    ix_log_line_write(&buf, &logged, false);
    cr_expect_str_eq(ix_buf_cstr(&buf),
                     "time=1970-01-01T00:00:00Z method=GET path=\"/a\\\"b\" status=200 "
                     "end=client_gone body_bytes=0 answer_bytes=12 duration_ms=1.502 "
                     "client=127.0.0.1 request_id=id\n");
    ix_buf_done(&buf);
}

/* ---- figures ---- */

Test(server_metrics, counts_durations_in_buckets) {
    struct ix_metrics *metrics = ix_metrics_new();
    struct ix_buf buf = {0};
    ix_metrics_answered(metrics, IX_SV("GET"), "/livez", 200, 5000);
    ix_metrics_answered(metrics, IX_SV("GET"), "/livez", 200, 5001);
    ix_metrics_answered(metrics, IX_SV("GET"), "/livez", 200, 20000000);
    ix_metrics_answered(metrics, IX_SV("BREW"), NULL, 501, 1);
    ix_metrics_rejected(metrics, IX_REJECTED_QUEUE);
    ix_metrics_write(metrics, &(struct ix_metrics_now){.generation = 42}, &buf);
    static const char *const wanted[] = {
        "# TYPE http_server_request_duration_seconds histogram\n",
        "_bucket{http_request_method=\"GET\",http_response_status_code=\"200\","
        "http_route=\"/livez\",le=\"0.005\"} 1\n",
        "http_route=\"/livez\",le=\"0.01\"} 2\n",
        "http_route=\"/livez\",le=\"10\"} 2\n",
        "http_route=\"/livez\",le=\"+Inf\"} 3\n",
        "_sum{http_request_method=\"GET\",http_response_status_code=\"200\","
        "http_route=\"/livez\"} 20.010001\n",
        "_count{http_request_method=\"_OTHER\",http_response_status_code=\"501\"} 1\n",
        "infradex_http_rejected_total{reason=\"queue\"} 1\n",
        "infradex_warehouse_generation 42\n",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cr_expect(strstr(ix_buf_cstr(&buf), wanted[i]), "%s", wanted[i]);
    }
    ix_buf_done(&buf);
    ix_metrics_free(metrics);
}

/* ---- connections ---- */

enum { PAIRS = 4, IDLE_US = 1000000, REQUEST_US = 500000 };

struct peers {
    struct ix_connections connections;
    struct ix_connection list[PAIRS];
    int theirs[PAIRS];
};

static void peers_init(struct peers *peers, int64_t total, int64_t per_address) {
    const struct ix_connections_limits limits = {total, per_address, IDLE_US, REQUEST_US};
    *peers = (struct peers){0};
    ix_connections_init(&peers->connections, &limits);
    for (size_t i = 0; i < PAIRS; i++) {
        int pair[2];
        cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        peers->theirs[i] = pair[1];
        ix_connections_add(&peers->connections, &peers->list[i], pair[0],
                           (struct ix_ip){{(uint8_t)(i / 2)}}, 0);
    }
}

static void peers_done(struct peers *peers) {
    for (size_t i = 0; i < PAIRS; i++) {
        ix_connections_remove(&peers->connections, &peers->list[i]);
        close(peers->list[i].socket);
        close(peers->theirs[i]);
    }
    cr_expect_eq(ix_connections_count(&peers->connections), 0);
    ix_connections_done(&peers->connections);
}

/* What the client reads: "" at the end of the connection, NULL when there is nothing yet. */
static const char *received(struct peers *peers, size_t at, char text[64]) {
    ssize_t size = recv(peers->theirs[at], text, 63, MSG_DONTWAIT);
    if (size < 0) {
        return NULL;
    }
    text[size] = '\0';
    return text;
}

Test(server_connections, limits_all_and_those_of_one_address) {
    struct peers peers;
    peers_init(&peers, 3, 0);
    cr_expect_not(peers.list[2].over_limit);
    cr_expect(peers.list[3].over_limit, "the fourth of three");
    peers_done(&peers);
    peers_init(&peers, 0, 1);
    cr_expect_not(peers.list[0].over_limit);
    cr_expect(peers.list[1].over_limit, "the second of that address");
    cr_expect_not(peers.list[2].over_limit);
    peers_done(&peers);
}

Test(server_connections, refuses_who_takes_too_long_and_closes_who_is_idle) {
    struct peers peers;
    char text[64];
    peers_init(&peers, 0, 0);
    ix_connection_enter(&peers.connections, &peers.list[1], IX_CONNECTION_RECEIVING, 0);
    ix_connection_enter(&peers.connections, &peers.list[2], IX_CONNECTION_RECEIVING, 0);
    ix_connection_enter(&peers.connections, &peers.list[3], IX_CONNECTION_WORKING, 0);
    ix_connection_brought(&peers.connections, &peers.list[2], 1 << 20);
    cr_expect_eq(ix_connections_reap(&peers.connections, IX_SV("slow"), REQUEST_US), 0);
    cr_expect_eq(ix_connections_reap(&peers.connections, IX_SV("slow"), REQUEST_US + 1), 1);
    cr_expect(peers.list[1].was_slow);
    cr_expect_str_eq(received(&peers, 1, text), "slow");
    cr_expect_null(received(&peers, 0, text));
    cr_expect_eq(ix_connections_reap(&peers.connections, IX_SV("slow"), IDLE_US + 1), 0);
    cr_expect_str_eq(received(&peers, 0, text), "", "idle for too long");
    cr_expect_null(received(&peers, 2, text), "a large body has more time");
    cr_expect_null(received(&peers, 3, text), "whoever waits for us is not slow");
    peers_done(&peers);
}

Test(server_connections, answers_nobody_after_a_refusal) {
    struct peers peers;
    char text[64];
    peers_init(&peers, 0, 0);
    ix_connection_refuse(&peers.connections, &peers.list[0], IX_SV("no"), 0);
    ix_connection_refuse(&peers.connections, &peers.list[0], IX_SV("again"), 0);
    cr_expect_str_eq(received(&peers, 0, text), "no");
    cr_expect_not(
        ix_connection_enter(&peers.connections, &peers.list[0], IX_CONNECTION_WORKING, 0));
    peers_done(&peers);
}

Test(server_connections, cancels_the_requests_of_clients_that_are_gone) {
    struct peers peers;
    bool gone[2] = {false, false};
    peers_init(&peers, 0, 0);
    for (size_t i = 0; i < 2; i++) {
        ix_connection_enter(&peers.connections, &peers.list[i], IX_CONNECTION_WORKING, 0);
        ix_connection_watch(&peers.connections, &peers.list[i], &gone[i]);
    }
    shutdown(peers.theirs[1], SHUT_WR);
    ix_connections_reap(&peers.connections, (struct ix_sv){0}, 1);
    cr_expect_not(gone[1], "it still waits for the answer");
    close(peers.theirs[0]);
    peers.theirs[0] = dup(peers.theirs[1]);
    ix_connections_reap(&peers.connections, (struct ix_sv){0}, 1);
    cr_expect(gone[0]);
    ix_connections_cancel(&peers.connections);
    cr_expect(gone[1]);
    peers_done(&peers);
}

Test(server_connections, closes_only_those_between_requests) {
    struct peers peers;
    char text[8];
    peers_init(&peers, 0, 0);
    ix_connection_enter(&peers.connections, &peers.list[0], IX_CONNECTION_RECEIVING, 0);
    ix_connections_close_idle(&peers.connections);
    cr_expect_eq(recv(peers.list[1].socket, text, sizeof text, MSG_DONTWAIT), 0);
    cr_expect_eq(recv(peers.list[0].socket, text, sizeof text, MSG_DONTWAIT), -1);
    peers_done(&peers);
}
