/* The target of a run is the one of `infradex index`, without its words for people. */
#include "tests/fault/world.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "collectors/run.h"
#include "indexer/normalise/normalise.h"
#include "indexer/warehouse/cost.h"
#include "query/run.h"

static const int64_t now_ms = INT64_C(1700000000000);

/* ---- folders and files ---- */

void world_make(struct world *w) {
    const char *root = getenv("TMPDIR");
    *w = (struct world){0};
    snprintf(w->folder, sizeof w->folder, "%s/infradex-fault-XXXXXX", root ? root : "/tmp");
    cr_assert_not_null(mkdtemp(w->folder));
}

void world_file(const struct world *w, const char *name, char path[WORLD_PATH_SIZE]) {
    int size = snprintf(path, WORLD_PATH_SIZE, "%s/%s", w->folder, name);
    cr_assert_lt(size, WORLD_PATH_SIZE);
}

void world_empty(const struct world *w, const char *folder) {
    char path[WORLD_PATH_SIZE + 256];
    DIR *dir = opendir(folder);
    (void)w;
    cr_assert_not_null(dir, "%s", folder);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            remove(path);
        }
    }
    closedir(dir);
}

void world_done(struct world *w) {
    world_empty(w, w->folder);
    cr_assert_eq(remove(w->folder), 0, "%s is not empty", w->folder);
    ix_buf_done(&w->kept);
}

static void read_file(const char *path, struct ix_buf *to) {
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    ix_buf_clear(to);
    char *room;
    size_t size = 0;
    do {
        room = ix_buf_reserve(to, 1 << 20);
        cr_assert_not_null(room);
        size = fread(room, 1, 1 << 20, file);
        to->size += size;
    } while (size > 0);
    fclose(file);
}

static void write_file(const char *path, struct ix_sv bytes) {
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(bytes.data ? bytes.data : "", 1, bytes.size, file), bytes.size);
    cr_assert_eq(fclose(file), 0);
}

void world_keep(struct world *w) {
    char path[WORLD_PATH_SIZE];
    world_file(w, "infradex.db-wal", path);
    cr_assert_neq(access(path, F_OK), 0, "the log is still there");
    world_file(w, "infradex.db", path);
    read_file(path, &w->kept);
}

void world_put_back(const struct world *w) {
    static const char *const others[] = {"infradex.db-wal", "infradex.db-shm",
                                         "infradex.db-journal"};
    char path[WORLD_PATH_SIZE];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        world_file(w, others[i], path);
        remove(path);
    }
    world_file(w, "infradex.db", path);
    if (w->kept.size > 0) {
        write_file(path, ix_buf_sv(&w->kept));
    } else {
        remove(path);
    }
}

/* ---- inputs ---- */

/* In state n the thing n % THINGS is missing; every third has a value that changes each time. */
static void write_thing(struct ix_buf *text, int thing, int state) {
    ix_buf_printf(text,
                  "{\"record\":\"resource\",\"source\":\"fleet\",\"source_kind\":\"ndjson\","
                  "\"address\":\"thing/%d\",\"native_type\":\"aws_instance\",\"name\":\"thing-%d\","
                  "\"native_id\":\"i-0a%014d\",\"provider\":\"aws\",\"region\":\"eu-west-%d\","
                  "\"tags\":{\"team\":\"t%d\",\"env\":\"prod\"},\"properties\":{\"size\":%d,"
                  "\"state\":\"s%d\",\"disks\":[{\"gib\":%d},{\"gib\":8}],\"launched\":"
                  "\"2024-05-06T07:08:09Z\",\"subnet_id\":\"i-0a%014d\",\"note\":\"",
                  thing, thing, thing, thing % 3, thing % 4, thing, thing % 3 ? 0 : state,
                  thing * 10, (thing + 1) % WORLD_THINGS);
    for (int i = 0; i < 60; i++) {
        ix_buf_printf(text, "word%d ", (thing * 61 + i * (thing % 3 ? 1 : state)) % 997);
    }
    ix_buf_add_cstr(text, "\"}}\n");
}

/* A line of a bill for the thing, in one of two billing periods; every fourth is corrected each
 * time. */
static void write_cost(struct ix_buf *text, int thing, int state) {
    ix_buf_printf(text,
                  "{\"record\":\"cost\",\"source\":\"fleet\",\"source_kind\":\"ndjson\","
                  "\"BillingPeriodStart\":\"2024-0%d-01T00:00:00Z\",\"ChargePeriodStart\":"
                  "\"2024-0%d-%02dT00:00:00Z\",\"BillingCurrency\":\"USD\",\"BilledCost\":"
                  "\"%d.000000000%d1\",\"ServiceName\":\"service %d\",\"ResourceId\":"
                  "\"i-0a%014d\",\"Tags\":{\"team\":\"t%d\"},\"extra\":{\"x_n\":%d}}\n",
                  1 + thing % 2, 1 + thing % 2, 1 + thing, thing % 4 ? thing : state, thing,
                  thing % 3, thing, thing % 4, thing);
}

const char *world_input(const struct world *w, int state) {
    static char path[WORLD_PATH_SIZE];
    struct ix_buf text = {0};
    for (int thing = 0; thing < WORLD_THINGS; thing++) {
        if (thing != state % WORLD_THINGS) {
            write_thing(&text, thing, state);
        }
    }
    for (int thing = 1; thing < WORLD_THINGS; thing++) {
        ix_buf_printf(&text,
                      "{\"record\":\"relation\",\"source\":\"fleet\",\"from\":\"thing/%d\","
                      "\"type\":\"depends_on\",\"basis\":\"declared\",\"to\":\"thing/%d\"}\n",
                      thing, thing - 1);
    }
    for (int thing = 0; thing < WORLD_THINGS; thing++) {
        write_cost(&text, thing, state);
    }
    world_file(w, "fleet.ndjson", path);
    write_file(path, ix_buf_sv(&text));
    ix_buf_done(&text);
    return path;
}

const char *world_fixture(const char *name) {
    static char path[4096];
    const char *root = getenv("IX_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/%s", root ? root : ".", name);
    return path;
}

/* ---- indexing ---- */

struct indexing {
    struct ix_run_target target;
    struct ix_warehouse *warehouse;
    struct ix_normaliser *normaliser;
    enum ix_code failed; /* of the input */
    struct ix_err fault;
};

static enum ix_code begin_run(struct ix_run_target *target, struct ix_sv source,
                              struct ix_sv source_kind, struct ix_sv path,
                              struct ix_sink **ret_sink, struct ix_err *err) {
    struct indexing *x = (struct indexing *)target;
    const struct ix_run_info info = {source, source_kind, path, now_ms};
    struct ix_sink *writer;
    enum ix_code code = ix_warehouse_run_begin(x->warehouse, &info, &writer, err);
    code = code == IX_OK ? ix_normaliser_new(writer, &x->normaliser, err) : code;
    if (code == IX_OK) {
        *ret_sink = ix_normaliser_sink(x->normaliser);
    }
    return code;
}

static enum ix_code end_run(struct ix_run_target *target, enum ix_input_outcome outcome,
                            const struct ix_err *why, struct ix_err *err) {
    struct indexing *x = (struct indexing *)target;
    struct ix_run_result result;
    ix_normaliser_free(x->normaliser);
    x->normaliser = NULL;
    return outcome == IX_INPUT_INDEXED
               ? ix_warehouse_run_publish(x->warehouse, now_ms, &result, err)
               : ix_warehouse_run_discard(x->warehouse, now_ms, why, err);
}

static void on_report(struct ix_run_target *target, const struct ix_input_report *report) {
    struct indexing *x = (struct indexing *)target;
    if (report->outcome != IX_INPUT_INDEXED) {
        enum ix_code code = report->code == IX_OK ? IX_INVALID : report->code;
        x->failed = ix_err_set(&x->fault, code, "%.*s", IX_SV_FMT(report->reason));
    }
}

enum ix_code world_index_into(struct ix_warehouse *warehouse, const char *path, bool *ret_kept,
                              struct ix_err *err) {
    struct indexing x = {.target = {begin_run, end_run, on_report}, .warehouse = warehouse};
    const struct ix_run_settings settings = {.stdin_fd = -1, .now_ms = now_ms};
    const struct ix_sv paths[] = {ix_sv_cstr(path)};
    struct ix_run_counts counts = {0};
    enum ix_code code = ix_run_paths(paths, 1, &settings, &x.target, &counts, err);
    ix_normaliser_free(x.normaliser);
    *ret_kept = counts.runs > 0;
    if (code == IX_OK && x.failed != IX_OK) {
        *err = x.fault;
        code = x.failed;
    }
    return code;
}

enum ix_code world_open(const char *folder, enum ix_open_mode mode,
                        struct ix_warehouse **ret_warehouse, struct ix_err *err) {
    const struct ix_open_options options = {.mode = mode};
    *ret_warehouse = NULL;
    return ix_warehouse_open(folder, &options, ret_warehouse, err);
}

enum ix_code world_index(const struct world *w, const char *path, bool *ret_kept,
                         struct ix_err *err) {
    struct ix_warehouse *warehouse;
    *ret_kept = false;
    enum ix_code code = world_open(w->folder, IX_OPEN_WRITE, &warehouse, err);
    code = code == IX_OK ? world_index_into(warehouse, path, ret_kept, err) : code;
    ix_warehouse_close(warehouse);
    return code;
}

/* ---- searching and repairing ---- */

static enum ix_code add_rows(struct ix_answer *answer, struct ix_buf *answers, struct ix_err *err) {
    struct ix_arena arena;
    struct ix_json *row = NULL;
    enum ix_code code;
    ix_arena_init(&arena, 0);
    do {
        code = ix_answer_next(answer, &arena, &row, err);
        if (code == IX_OK && row) {
            ix_json_write_canonical(answers, row);
            ix_buf_add_char(answers, '\n');
        }
        ix_arena_reset(&arena);
    } while (code == IX_OK && row);
    struct ix_json *tail = NULL;
    code = code == IX_OK ? ix_answer_tail(answer, &arena, &tail, err) : code;
    if (code == IX_OK) {
        ix_json_write_canonical(answers, ix_json_get(tail, "count"));
        ix_buf_add_char(answers, '\n');
    }
    ix_arena_done(&arena);
    return code == IX_OK ? ix_buf_check(answers, err) : code;
}

static void add_sums(const struct ix_cost_answer *answer, struct ix_buf *answers) {
    for (size_t i = 0; i < answer->count; i++) {
        const struct ix_cost_row *row = &answer->rows[i];
        char sum[IX_MONEY_TEXT_SIZE];
        ix_buf_printf(answers, "%.*s %.*s %.*s %lld\n", IX_SV_FMT(row->values[0]),
                      IX_SV_FMT(row->values[1]), IX_SV_FMT(ix_money_format(row->sum, sum)),
                      (long long)row->lines);
    }
}

static enum ix_code search_costs(struct ix_warehouse *warehouse, struct ix_buf *answers,
                                 struct ix_err *err) {
    static const struct ix_cost_dimension by[][2] = {
        {{.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ServiceName}, {.kind = IX_COST_BY_MATCH}},
        {{.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("team")},
         {.kind = IX_COST_BY_EXTRA, .key = IX_SV_INIT("x_n")}},
        {{.kind = IX_COST_BY_RESOURCE, .stored = IX_STORED_NAME},
         {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_BillingPeriodStart}},
    };
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < sizeof by / sizeof *by; i++) {
        const struct ix_cost_question question = {.grain = IX_COST_GRAIN_MONTH,
                                                  .from_ms = IX_TIME_UNKNOWN,
                                                  .until_ms = IX_TIME_UNKNOWN,
                                                  .dimensions = by[i],
                                                  .dimension_count = 2};
        struct ix_cost_answer answer = {0};
        struct ix_arena arena;
        ix_arena_init(&arena, 0);
        code = ix_warehouse_cost(warehouse, &question, &arena, &answer, err);
        if (code == IX_OK) {
            add_sums(&answer, answers);
            code = ix_buf_check(answers, err);
        }
        ix_arena_done(&arena);
    }
    return code;
}

enum ix_code world_search_in(struct ix_warehouse *warehouse, struct ix_buf *answers,
                             struct ix_err *err) {
    static const char *const queries[] = {
        "thing-7",
        "word13 OR word5",
        "kind:instance tag.team=t1 region:eu-west-*",
        ".size:>=9 .disks[*].gib:8",
        ".state=s0 | count by region",
        "kind:* | summarize n=count(), sum(.size), p95(.size), share(.size) by region | where n>1",
        "kind:* | cost by month, service | summarize sum(amount) by service, currency",
        "has(-[depends_on]->(name:thing-3)) OR name=thing-9",
        "deleted:any .note:/word4/ | sort name desc | limit 7",
    };
    const struct ix_run_query_settings settings = {
        .now_ms = now_ms, .properties = true, .count = true};
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < sizeof queries / sizeof *queries; i++) {
        struct ix_answer *answer = NULL;
        code = ix_query_run(warehouse, ix_sv_cstr(queries[i]), &settings, &answer, err);
        code = code == IX_OK ? add_rows(answer, answers, err) : code;
        ix_answer_close(answer);
    }
    return code == IX_OK ? search_costs(warehouse, answers, err) : code;
}

enum ix_code world_search(const struct world *w, struct ix_buf *answers, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    ix_buf_clear(answers);
    enum ix_code code = world_open(w->folder, IX_OPEN_READ, &warehouse, err);
    code = code == IX_OK ? world_search_in(warehouse, answers, err) : code;
    ix_warehouse_close(warehouse);
    return code;
}

enum ix_code world_repair(const struct world *w, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    enum ix_code code = world_open(w->folder, IX_OPEN_WRITE_EXISTING, &warehouse, err);
    code = code == IX_OK ? ix_warehouse_repair(warehouse, err) : code;
    ix_warehouse_close(warehouse);
    return code;
}

/* ---- looking ---- */

static void add_broken(void *context, const struct ix_finding *finding) {
    struct world_look *look = context;
    size_t size = strlen(look->broken);
    if (finding->level == IX_FINDING_BROKEN) {
        snprintf(look->broken + size, sizeof look->broken - size, "%s: %s; ", finding->check,
                 finding->text);
    }
}

struct world_look world_look_at(const char *folder) {
    struct world_look look = {0};
    struct ix_warehouse *warehouse;
    look.code = world_open(folder, IX_OPEN_WRITE, &warehouse, &look.err);
    if (look.code == IX_OK) {
        look.code = ix_warehouse_check(warehouse, now_ms, add_broken, &look, &look.err);
    }
    if (look.code == IX_OK) {
        look.code = ix_warehouse_content_hash(warehouse, &look.hash, &look.err);
    }
    ix_warehouse_close(warehouse);
    return look;
}

/* ---- how much ---- */

bool world_long(void) {
    const char *wanted = getenv("IX_FAULT_LONG");
    return wanted && *wanted && strcmp(wanted, "0") != 0;
}

/* A short form's number, or its share of it, but three at the least. */
static int64_t share_of(int64_t short_form) {
    const char *wanted = getenv("IX_FAULT_SHARE");
    long share = wanted ? strtol(wanted, NULL, 10) : 1;
    int64_t part = share > 1 ? short_form / share : short_form;
    return part > 3 ? part : 3;
}

int64_t world_times(int64_t short_form, int64_t long_form) {
    return world_long() ? long_form : share_of(short_form);
}

int64_t world_next_try(int64_t now, int64_t count, int64_t most) {
    most = share_of(most);
    int64_t first = most / 3;
    int64_t next = now + 1;
    if (!world_long() && count > most && now >= first) {
        int64_t step = (count - first) / (most - first);
        next = now + (step > 1 ? step : 1);
    }
    return next <= count ? next : 0;
}

uint64_t chance_below(struct chance *chance, uint64_t limit) {
    chance->state = chance->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = chance->state;
    x = (x ^ x >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    return (x ^ x >> 33) % limit;
}
