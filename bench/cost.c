/* How long questions of costs take, without the start of a process: each is asked 11 times of one
 * open warehouse, and the middle of the times printed, with the sum of all its rows.
 *
 *   cost WAREHOUSE_FOLDER
 *
 * A line each: the question, milliseconds, rows, the sum; between tabs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "indexer/warehouse/cost.h"

enum { TIMES = 11 };

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void fail(const struct ix_err *err) {
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

/* ---- asking ---- */

#define COLUMN(name)                                                                               \
    { .kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_##name }
#define ANY IX_TIME_UNKNOWN

static const struct ix_cost_dimension service = COLUMN(ServiceName);
static const struct ix_cost_dimension resource = COLUMN(ResourceId);
static const struct ix_cost_dimension account = COLUMN(SubAccountId);
static const struct ix_cost_dimension unit = COLUMN(ConsumedUnit);
static const struct ix_cost_dimension quantity = COLUMN(ConsumedQuantity);
static const struct ix_cost_dimension team = {.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("team")};
static const struct ix_cost_filter untagged = {
    .of = {.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("team")},
    .values = (const struct ix_sv[]){{NULL, 0}},
    .value_count = 1};

enum { JUNE = 151, JULY = 181, SEPTEMBER = 243, OCTOBER_END = 333 };
#define DAY(n) (INT64_C(1735689600000) + (n) * (int64_t)IX_DAY_MS)

static const struct {
    const char *what;
    struct ix_cost_question question;
} reports[] = {
    {"total by month", {.grain = IX_COST_GRAIN_MONTH, .from_ms = ANY, .until_ms = ANY}},
    {"service by month",
     {.grain = IX_COST_GRAIN_MONTH,
      .from_ms = ANY,
      .until_ms = ANY,
      .dimensions = &service,
      .dimension_count = 1}},
    {"resources of a month",
     {.from_ms = DAY(JUNE), .until_ms = DAY(JULY), .dimensions = &resource, .dimension_count = 1}},
    {"top 50 resources of a month",
     {.from_ms = DAY(JUNE),
      .until_ms = DAY(JULY),
      .dimensions = &resource,
      .dimension_count = 1,
      .largest = 50}},
    {"team by day, 90 days",
     {.grain = IX_COST_GRAIN_DAY,
      .from_ms = DAY(SEPTEMBER),
      .until_ms = DAY(OCTOBER_END),
      .dimensions = &team,
      .dimension_count = 1}},
    {"untagged", {.from_ms = ANY, .until_ms = ANY, .filters = &untagged, .filter_count = 1}},
    {"account by month",
     {.grain = IX_COST_GRAIN_MONTH,
      .from_ms = ANY,
      .until_ms = ANY,
      .dimensions = &account,
      .dimension_count = 1}},
    {"unforeseen: consumed unit by month",
     {.grain = IX_COST_GRAIN_MONTH,
      .from_ms = ANY,
      .until_ms = ANY,
      .dimensions = &unit,
      .dimension_count = 1}},
    {"unforeseen: consumed quantity of a day",
     {.from_ms = DAY(JUNE),
      .until_ms = DAY(JUNE + 1),
      .dimensions = &quantity,
      .dimension_count = 1}},
};

static int compare(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void ask(struct ix_warehouse *warehouse, size_t which) {
    double times[TIMES];
    char text[IX_MONEY_TEXT_SIZE];
    struct ix_cost_answer answer = {0};
    struct ix_cost_question question = reports[which].question;
    struct ix_money sum = {0};
    size_t rows = 0;
    question.metric = IX_COST_EFFECTIVE;
    for (int i = 0; i < TIMES; i++) {
        struct ix_arena arena;
        struct ix_err err = {0};
        ix_arena_init(&arena, 0);
        double began = now_ms();
        if (ix_warehouse_cost(warehouse, &question, &arena, &answer, &err) != IX_OK) {
            fail(&err);
        }
        times[i] = now_ms() - began;
        rows = answer.count;
        sum = (struct ix_money){0};
        for (size_t k = 0; k < answer.count; k++) {
            if (ix_money_add(&sum, answer.rows[k].sum, &err) != IX_OK) {
                fail(&err);
            }
        }
        ix_arena_done(&arena);
    }
    qsort(times, TIMES, sizeof *times, compare);
    printf("%s\t%.3f\t%zu\t%.*s\n", reports[which].what, times[TIMES / 2], rows,
           IX_SV_FMT(ix_money_format(sum, text)));
}

int main(int argc, char **argv) {
    const struct ix_open_options options = {.mode = IX_OPEN_READ};
    struct ix_warehouse *warehouse = NULL;
    struct ix_err err = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: cost WAREHOUSE_FOLDER\n");
        return 2;
    }
    if (ix_warehouse_open(argv[1], &options, &warehouse, &err) != IX_OK) {
        fail(&err);
    }
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        ask(warehouse, i);
    }
    ix_warehouse_close(warehouse);
    return 0;
}
