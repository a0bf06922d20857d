/* How long questions of costs take, without the start of a process: each is asked 11 times of one
 * open warehouse, and the middle of the times printed.
 *
 *   cost WAREHOUSE_FOLDER            asks
 *   cost WAREHOUSE_FOLDER LINES      first fills an empty one with that many lines of a year's bill
 *
 * The lines are those of no file: what is measured is the warehouse alone. One resource in 50
 * lines, 300 accounts, 40 services, 30 regions, 60 teams, amounts of 6 to 12 decimals; the same
 * every time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "indexer/warehouse/cost.h"

enum { TIMES = 11, YEAR_DAYS = 365, LINES_OF_A_RESOURCE = 50 };

static uint64_t next(uint64_t *state) { /* splitmix64 */
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void fail(const struct ix_err *err) {
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

/* ---- filling ---- */

struct words {
    char resource[96], account[16], service[24], region[16], quantity[32], tags[128];
};

static void put_line(struct ix_sink *sink, int64_t at, int64_t lines, uint64_t *state) {
    struct words w;
    struct ix_err err = {0};
    struct ix_arena arena;
    struct ix_json *tags = NULL;
    uint64_t resource = next(state) % (uint64_t)(lines / LINES_OF_A_RESOURCE + 1);
    uint64_t of = resource * 77; /* what belongs to a resource follows from it */
    uint64_t r = next(&of);
    snprintf(w.account, sizeof w.account, "%012d", (int)(r % 300) + 1000);
    snprintf(w.service, sizeof w.service, "service %d", (int)(r / 300 % 40));
    snprintf(w.region, sizeof w.region, "region-%d", (int)(r / 12000 % 30));
    snprintf(w.resource, sizeof w.resource, "arn:aws:ec2:region-%d:%s:instance/i-%016llx",
             (int)(r / 12000 % 30), w.account, (unsigned long long)r);
    snprintf(w.quantity, sizeof w.quantity, "%.6f", (double)(next(state) % 100000000) / 1e6);
    snprintf(w.tags, sizeof w.tags, "{\"env\":\"%s\",\"service\":\"s%d\",\"team\":\"team-%d\"}",
             r % 3 ? "prod" : "dev", (int)(r / 7 % 900), (int)(r / 11 % 60));
    ix_arena_init(&arena, 0);
    if (r % 10 && ix_json_parse(&arena, ix_sv_cstr(w.tags), &tags, &err) != IX_OK) {
        fail(&err);
    }
    int64_t day = at * YEAR_DAYS / lines;
    int64_t begin = INT64_C(1735689600000) + day * IX_DAY_MS; /* 2025-01-01 */
    struct ix_civil month = ix_time_to_civil(begin);
    month.day = 1;
    struct ix_cost_line line = {.source = IX_SV("bench"),
                                .source_kind = IX_SV("bench"),
                                .billing_start_ms = ix_time_from_civil(month),
                                .billing_end_ms = IX_TIME_UNKNOWN,
                                .charge_start_ms = begin,
                                .charge_end_ms = begin + IX_DAY_MS,
                                .tags = tags};
    line.text[IX_FOCUS_BillingAccountId] = IX_SV("B1000");
    line.text[IX_FOCUS_BillingCurrency] = IX_SV("USD");
    line.text[IX_FOCUS_SubAccountId] = ix_sv_cstr(w.account);
    line.text[IX_FOCUS_ChargeCategory] = next(state) % 20 ? IX_SV("Usage") : IX_SV("Credit");
    line.text[IX_FOCUS_ProviderName] = IX_SV("aws");
    line.text[IX_FOCUS_ServiceName] = ix_sv_cstr(w.service);
    line.text[IX_FOCUS_RegionId] = ix_sv_cstr(w.region);
    line.text[IX_FOCUS_ResourceId] = ix_sv_cstr(w.resource);
    line.text[IX_FOCUS_ConsumedQuantity] = ix_sv_cstr(w.quantity);
    line.text[IX_FOCUS_ConsumedUnit] = r % 2 ? IX_SV("Hours") : IX_SV("GB-Hours");
    line.text[IX_FOCUS_SkuId] = ix_sv_sub(ix_sv_cstr(w.resource), 0, 20);
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        line.cost_known[m] = m != IX_COST_CONTRACTED;
        line.cost[m].nano = (int64_t)(next(state) % 100000000) * 1000;
    }
    if (ix_sink_cost(sink, &line, &err) != IX_OK) {
        fail(&err);
    }
    ix_arena_done(&arena);
}

static void fill(struct ix_warehouse *warehouse, int64_t lines) {
    const struct ix_run_info info = {IX_SV("bench"), IX_SV("bench"), IX_SV("here"), 1};
    struct ix_run_result result;
    struct ix_sink *sink = NULL;
    struct ix_err err = {0};
    uint64_t state = 1;
    double began = now_ms();
    if (ix_warehouse_run_begin(warehouse, &info, &sink, &err) != IX_OK) {
        fail(&err);
    }
    for (int64_t i = 0; i < lines; i++) {
        put_line(sink, i, lines, &state);
    }
    if (ix_warehouse_run_publish(warehouse, 2, &result, &err) != IX_OK) {
        fail(&err);
    }
    printf("%-40s %9.2f s\n", "filled", (now_ms() - began) / 1e3);
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
static const struct ix_cost_dimension tags = COLUMN(Tags);
static const struct ix_cost_dimension team = {.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("team")};
static const struct ix_cost_dimension match = {.kind = IX_COST_BY_MATCH};
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
    {"unforeseen: tags, each set by itself",
     {.from_ms = ANY, .until_ms = ANY, .dimensions = &tags, .dimension_count = 1}},
    {"unforeseen: consumed quantity of a day",
     {.from_ms = DAY(JUNE),
      .until_ms = DAY(JUNE + 1),
      .dimensions = &quantity,
      .dimension_count = 1}},
    {"what names a resource",
     {.from_ms = ANY, .until_ms = ANY, .dimensions = &match, .dimension_count = 1}},
};

static int compare(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void ask(struct ix_warehouse *warehouse, size_t which) {
    double times[TIMES];
    struct ix_cost_answer answer = {0};
    for (int i = 0; i < TIMES; i++) {
        struct ix_arena arena;
        struct ix_err err = {0};
        ix_arena_init(&arena, 0);
        double began = now_ms();
        if (ix_warehouse_cost(warehouse, &reports[which].question, &arena, &answer, &err) !=
            IX_OK) {
            fail(&err);
        }
        times[i] = now_ms() - began;
        ix_arena_done(&arena);
    }
    qsort(times, TIMES, sizeof *times, compare);
    printf("%-40s %9.2f ms  %8zu rows of %10lld %s\n", reports[which].what, times[TIMES / 2],
           answer.count, (long long)answer.read, answer.rolled_up ? "sums" : "lines and sums");
}

int main(int argc, char **argv) {
    const bool filling = argc == 3;
    const struct ix_open_options options = {.mode = filling ? IX_OPEN_WRITE : IX_OPEN_READ};
    struct ix_warehouse *warehouse = NULL;
    struct ix_err err = {0};
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: cost WAREHOUSE_FOLDER [LINES]\n");
        return 2;
    }
    if (ix_warehouse_open(argv[1], &options, &warehouse, &err) != IX_OK) {
        fail(&err);
    }
    if (filling) {
        fill(warehouse, atoll(argv[2]));
    }
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        ask(warehouse, i);
    }
    ix_warehouse_close(warehouse);
    return 0;
}
