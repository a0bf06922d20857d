/* How long searches take, without the start of a process: each is asked 20 times of one open
 * warehouse; the middle of the times is printed, beside that of an equal SQL statement on the
 * peer's database where it can answer at all. Where the answer is put in order, the peer is also
 * asked for the first rows that it meets.
 *
 *   search WAREHOUSE_FOLDER PEER_FILE
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "query/run.h"

enum { TIMES = 20, PAGE = 50 };

/* The best fifty as FTS5 ranks them, and the first fifty. */
#define RANKED(words)                                                                              \
    "SELECT * FROM resource WHERE rid IN (SELECT rowid FROM search WHERE search MATCH '" words     \
    "' ORDER BY rank LIMIT 50)"
#define MET(words)                                                                                 \
    "SELECT * FROM resource WHERE rid IN (SELECT rowid FROM search WHERE search MATCH '" words     \
    "' LIMIT 50)"
#define BOTH(words) RANKED(words), MET(words)

static const struct {
    const char *what, *query, *sql, *met;
} searches[] = {
    {"rare word", "zanzibarite", BOTH("zanzibarite")},
    {"common word", "prod", BOTH("prod")},
    {"common word, counted", "prod | count",
     "SELECT count(*) FROM search WHERE search MATCH 'prod'", NULL},
    {"two words", "prod kafka", BOTH("prod kafka")},
    {"two words, counted", "prod kafka | count",
     "SELECT count(*) FROM search WHERE search MATCH 'prod kafka'", NULL},
    {"phrase", "\"marked for removal\"", BOTH("\"marked for removal\"")},
    {"prefix", "zanzib*", BOTH("zanzib*")},
    {"type and region", "type:aws_s3_bucket region:us-east-1",
     "SELECT * FROM resource WHERE type = 'aws_s3_bucket' AND region = 'us-east-1' "
     "ORDER BY type, name, rid LIMIT 50",
     "SELECT * FROM resource WHERE type = 'aws_s3_bucket' AND region = 'us-east-1' LIMIT 50"},
    {"type and region, counted", "type:aws_s3_bucket region:us-east-1 | count",
     "SELECT count(*) FROM resource WHERE type = 'aws_s3_bucket' AND region = 'us-east-1'", NULL},
    {"tag", "tag.cost-center:cc-4007", NULL, NULL},
    {"property = value", ".engine=kafka", NULL, NULL},
    {"property = value, counted", ".engine=kafka | count", NULL, NULL},
    {"property range", ".size_gb>10000", NULL, NULL},
    {"property range, counted", ".size_gb>10000 | count", NULL, NULL},
    {"property exists, counted", ".disks.device:* | count", NULL, NULL},
    {"facet of a 30 % match", "prod | count by region",
     "SELECT region, count(*) FROM search s JOIN resource r ON r.rid = s.rowid "
     "WHERE search MATCH 'prod' GROUP BY region ORDER BY 2 DESC",
     NULL},
    {"six facets of a 30 % match", "prod | facet region, type, account, kind, provider, tag.env",
     NULL, NULL},
    {"count by tag", "prod | count by tag.env", NULL, NULL},
    {"address in a network", "ip:10.20.0.0/16", NULL, NULL},
    {"text, filter, newest 50", "prod region:us-east-1 | sort by modified desc",
     "SELECT r.* FROM search s JOIN resource r ON r.rid = s.rowid WHERE search MATCH 'prod' "
     "AND region = 'us-east-1' ORDER BY modified DESC LIMIT 50",
     NULL},
};

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

/* Rows, or -1. */
static long ask(struct ix_warehouse *warehouse, const char *query, struct ix_err *err) {
    struct ix_run_query_settings settings = {.now_ms = (int64_t)time(NULL) * 1000, .limit = PAGE};
    struct ix_answer *answer = NULL;
    struct ix_arena arena;
    struct ix_json *row = NULL;
    long rows = 0;
    if (ix_query_run(warehouse, ix_sv_cstr(query), &settings, &answer, err) != IX_OK) {
        return -1;
    }
    ix_arena_init(&arena, 0);
    while (ix_answer_next(answer, &arena, &row, err) == IX_OK && row) {
        rows++;
    }
    ix_arena_done(&arena);
    ix_answer_close(answer);
    return err->code == IX_OK ? rows : -1;
}

static long ask_peer(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;
    long rows = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        return -1;
    }
    while (sqlite3_step(s) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            (void)sqlite3_column_text(s, i);
        }
        rows++;
    }
    return sqlite3_finalize(s) == SQLITE_OK ? rows : -1;
}

static double middle(double *times) {
    qsort(times, TIMES, sizeof *times, by_size);
    return times[TIMES / 2];
}

/* In ms; the rows of one time into *ret_rows, below 0: it failed. */
static double time_peer(sqlite3 *peer, const char *sql, long *ret_rows) {
    double times[TIMES];
    for (int k = 0; k < TIMES; k++) {
        double begin = now_ms();
        *ret_rows = ask_peer(peer, sql);
        times[k] = now_ms() - begin;
    }
    return middle(times);
}

static void measure(struct ix_warehouse *warehouse, sqlite3 *peer, size_t i) {
    double times[TIMES];
    struct ix_err err = {0};
    long rows = 0;
    for (int k = 0; k < TIMES && rows >= 0; k++) {
        double begin = now_ms();
        rows = ask(warehouse, searches[i].query, &err);
        times[k] = now_ms() - begin;
    }
    if (rows < 0) {
        printf("%-26s %s\n", searches[i].what, err.text);
        return;
    }
    double ours = middle(times);
    printf("%-26s %8.2f %6ld rows", searches[i].what, ours, rows);
    if (searches[i].sql) {
        double theirs = time_peer(peer, searches[i].sql, &rows);
        printf(" | peer %8.2f %6ld rows, ours is %.2f of it", theirs, rows, ours / theirs);
    }
    if (searches[i].met) {
        printf("; the first it meets %.2f", time_peer(peer, searches[i].met, &rows));
    }
    printf("   %s\n", searches[i].query);
}

int main(int argc, char **argv) {
    struct ix_open_options options = {.mode = IX_OPEN_READ};
    struct ix_warehouse *warehouse = NULL;
    struct ix_err err = {0};
    sqlite3 *peer = NULL;
    if (argc != 3) {
        fputs("usage: search WAREHOUSE_FOLDER PEER_FILE\n", stderr);
        return 2;
    }
    if (ix_warehouse_open(argv[1], &options, &warehouse, &err) != IX_OK) {
        fprintf(stderr, "search: %s\n", err.text);
        return 1;
    }
    if (sqlite3_open_v2(argv[2], &peer, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        fprintf(stderr, "search: %s: %s\n", argv[2], sqlite3_errmsg(peer));
        ix_warehouse_close(warehouse);
        return 1;
    }
    printf("%-26s %8s\n", "p50 of 20, ms", "infradex");
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        measure(warehouse, peer, i);
        (void)fflush(stdout);
    }
    sqlite3_close(peer);
    ix_warehouse_close(warehouse);
    return 0;
}
