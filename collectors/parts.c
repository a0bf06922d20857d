/* All parts are looked at before the first is read, and read before any is reported: a delivery is
 * indexed as a whole, and what is said of its parts is said of the whole. */
#include "collectors/parts.h"
#include "collectors/ahead.h"

#include <dirent.h>
#include <stdlib.h>

enum { PART_ARENA_MAX = 1 << 30 };

/* ---- putting aside ---- */

static enum ix_code add(struct ix_parts *parts, const struct ix_part *part, struct ix_err *err) {
    if (parts->count == parts->capacity) {
        size_t capacity = parts->capacity ? parts->capacity * 2 : 64;
        struct ix_part *items = realloc(parts->items, capacity * sizeof *items);
        if (!items) {
            return ix_err_nomem(err);
        }
        parts->items = items;
        parts->capacity = capacity;
    }
    parts->items[parts->count++] = *part;
    return ix_arena_check(parts->arena, err);
}

/* Of several inputs with one name, bills alone are put together. */
static enum ix_code take_named(struct ix_parts *parts, struct ix_runner *r, struct ix_input *input,
                               struct ix_part *part, struct ix_arena *scratch, bool *ret_taken,
                               struct ix_err *err) {
    struct ix_recognised recognised;
    struct ix_input_report report;
    enum ix_code code = ix_runner_look(r, input, scratch, &recognised, &report, err);
    if (code != IX_OK || report.outcome != IX_INPUT_INDEXED || !report.collector->parting) {
        return code;
    }
    *ret_taken = true;
    part->delivery.source = r->settings->source;
    return add(parts, part, err);
}

static bool find_delivery(struct ix_parts *parts, struct ix_part *part) {
    for (size_t i = 0; ix_collectors[i]; i++) {
        part->parting = ix_collectors[i]->parting;
        if (part->parting && part->parting->find &&
            part->parting->find(parts->arena, part->absolute, &part->delivery)) {
            return true;
        }
    }
    return false;
}

enum ix_code ix_parts_take(struct ix_parts *parts, struct ix_runner *r, struct ix_sv path,
                           struct ix_arena *scratch, bool *ret_taken, struct ix_err *err) {
    struct ix_input input = ix_runner_file(path);
    *ret_taken = false;
    if (ix_sv_eq(path, IX_SV("-")) || (!ix_sv_empty(r->settings->source) && r->single)) {
        return IX_OK;
    }
    struct ix_part part = {.path = path, .absolute = ix_runner_absolute(parts->arena, &input)};
    if (!ix_sv_empty(r->settings->source)) {
        return take_named(parts, r, &input, &part, scratch, ret_taken, err);
    }
    *ret_taken = find_delivery(parts, &part);
    return *ret_taken ? add(parts, &part, err) : ix_arena_check(parts->arena, err);
}

void ix_parts_done(struct ix_parts *parts) {
    if (parts) {
        free(parts->items);
        *parts = (struct ix_parts){0};
    }
}

/* ---- the order ---- */

static int compare_periods(const struct ix_part *a, const struct ix_part *b) {
    int source = ix_sv_cmp(a->delivery.source, b->delivery.source);
    return source ? source : ix_sv_cmp(a->delivery.period, b->delivery.period);
}

static int compare_deliveries(const struct ix_part *a, const struct ix_part *b) {
    int period = compare_periods(a, b);
    return period ? period : ix_sv_cmp(a->delivery.version, b->delivery.version);
}

static int by_delivery(const void *a, const void *b) {
    int delivery = compare_deliveries(a, b);
    return delivery ? delivery
                    : ix_sv_cmp(((const struct ix_part *)a)->absolute,
                                ((const struct ix_part *)b)->absolute);
}

/* Sorted, each file once. */
static void put_in_order(struct ix_parts *parts) {
    size_t kept = 0;
    if (parts->count > 0) {
        qsort(parts->items, parts->count, sizeof *parts->items, by_delivery);
    }
    for (size_t i = 0; i < parts->count; i++) {
        if (kept == 0 || !ix_sv_eq(parts->items[i].absolute, parts->items[kept - 1].absolute)) {
            parts->items[kept++] = parts->items[i];
        }
    }
    parts->count = kept;
}

/* ---- the parts beside those that were named ---- */

static struct ix_sv folder_of(struct ix_sv path) {
    size_t slash = ix_sv_rfind_char(path, '/');
    return slash == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_sub(path, 0, slash + 1);
}

static enum ix_code add_entry(struct ix_parts *parts, struct ix_part of, struct ix_sv name,
                              struct ix_err *err) {
    struct ix_part part = of;
    part.path =
        ix_arena_printf(parts->arena, "%.*s%.*s", IX_SV_FMT(folder_of(of.path)), IX_SV_FMT(name));
    struct ix_input input = ix_runner_file(part.path);
    part.absolute = ix_runner_absolute(parts->arena, &input);
    bool beside = part.parting->find(parts->arena, part.absolute, &part.delivery) &&
                  compare_deliveries(&part, &of) == 0;
    return beside ? add(parts, &part, err) : ix_arena_check(parts->arena, err);
}

static enum ix_code add_entries(struct ix_parts *parts, struct ix_part of, struct ix_err *err) {
    struct ix_sv folder = folder_of(of.path);
    struct ix_sv name = ix_arena_copy(parts->arena, ix_sv_empty(folder) ? IX_SV(".") : folder);
    DIR *entries = name.data ? opendir(name.data) : NULL;
    enum ix_code code = ix_arena_check(parts->arena, err);
    for (struct dirent *entry; code == IX_OK && entries && (entry = readdir(entries));) {
        if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN) {
            code = add_entry(parts, of, ix_sv_cstr(entry->d_name), err);
        }
    }
    if (entries) {
        closedir(entries);
    }
    return code;
}

/* Whoever names one part means the bill: half of a period must not replace the whole of it. */
static enum ix_code add_missing(struct ix_parts *parts, struct ix_err *err) {
    enum ix_code code = IX_OK;
    size_t count = parts->count;
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        struct ix_part part = parts->items[i];
        if (part.parting && (i == 0 || compare_deliveries(&part, &parts->items[i - 1]) != 0)) {
            code = add_entries(parts, part, err);
        }
    }
    put_in_order(parts);
    return code;
}

/* ---- one delivery ---- */

struct reading {
    struct ix_runner *runner;
    const struct ix_part *parts;
    size_t count;
    struct ix_input_report *reports; /* one a part */
    struct ix_arena *arena;          /* of the delivery */
    struct ix_sv kind;               /* of the source; the first bill's */
    struct ix_input_runs runs;
};

/* None of them is a bill: what looked like parts is something else. */
static enum ix_code run_apart(struct reading *d, struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, PART_ARENA_MAX);
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < d->count; i++) {
        struct ix_input input = ix_runner_file(d->parts[i].path);
        code = ix_runner_run(d->runner, &input, &arena, err);
        ix_arena_reset(&arena);
    }
    ix_arena_done(&arena);
    return code;
}

static bool is_bill(const struct ix_input_report *report) {
    return report->outcome == IX_INPUT_INDEXED && report->collector->parting != NULL;
}

static enum ix_code look_at_all(struct reading *d, size_t *ret_bills, struct ix_err *err) {
    struct ix_arena arena;
    ix_arena_init(&arena, PART_ARENA_MAX);
    enum ix_code code = IX_OK;
    *ret_bills = 0;
    for (size_t i = 0; code == IX_OK && i < d->count; i++) {
        struct ix_input input = ix_runner_file(d->parts[i].path);
        struct ix_input_report *report = &d->reports[i];
        struct ix_recognised recognised;
        code = ix_runner_look(d->runner, &input, &arena, &recognised, report, err);
        report->reason = ix_arena_copy(d->arena, report->reason);
        if (is_bill(report)) {
            d->kind = ++*ret_bills == 1 ? ix_arena_copy(d->arena, recognised.source_kind) : d->kind;
        }
        ix_arena_reset(&arena);
    }
    ix_arena_done(&arena);
    return code == IX_OK ? ix_arena_check(d->arena, err) : code;
}

static enum ix_code look_at_part(const struct reading *d, size_t index, struct ix_input *input,
                                 struct ix_arena *arena, struct ix_recognised *recognised,
                                 struct ix_err *fault) {
    struct ix_input_report *report = &d->reports[index];
    enum ix_code code = ix_runner_look(d->runner, input, arena, recognised, report, fault);
    if (code == IX_OK && !is_bill(report)) {
        code = ix_err_set(fault, IX_INVALID,
                          "no bill, though the files beside it are parts of one: %.*s",
                          IX_SV_FMT(report->reason));
    }
    report->reason = (struct ix_sv){0}; /* it was of the arena */
    return code;
}

static void turn_to(struct reading *d, size_t index) {
    d->runs.report = &d->reports[index];
    d->runs.first_remark = (struct ix_sv){0};
}

static enum ix_code read_part(struct reading *d, size_t index, struct ix_err *fault) {
    struct ix_arena arena;
    struct ix_recognised recognised;
    struct ix_input input = ix_runner_file(d->parts[index].path);
    ix_arena_init(&arena, PART_ARENA_MAX);
    enum ix_code code = look_at_part(d, index, &input, &arena, &recognised, fault);
    turn_to(d, index);
    if (code == IX_OK) {
        code = ix_runner_collect(d->runner, &input, &recognised, d->parts[0].delivery.source,
                                 &d->runs, fault);
    }
    d->reports[index].reason = d->runs.first_remark;
    ix_arena_done(&arena);
    return code;
}

/* ---- several parts at a time ---- */

/* On a thread of the part: it touches nothing but its own report, before it pushes. */
static enum ix_code read_ahead(void *context, size_t index, struct ix_sink *sink,
                               struct ix_err *fault) {
    const struct reading *d = context;
    struct ix_arena arena;
    struct ix_recognised recognised;
    struct ix_input input = ix_runner_file(d->parts[index].path);
    ix_arena_init(&arena, PART_ARENA_MAX);
    enum ix_code code = look_at_part(d, index, &input, &arena, &recognised, fault);
    const struct ix_collect_env env = {
        .input = &input,
        .recognised = &recognised,
        .source = d->parts[0].delivery.source,
        .now_ms = d->runner->settings->now_ms,
        .strict = d->runner->settings->strict,
        .cancelled = d->runner->settings->cancelled,
    };
    code = code == IX_OK ? d->reports[index].collector->collect(&env, sink, fault) : code;
    ix_arena_done(&arena);
    return code;
}

static enum ix_code sink_of(void *context, size_t index, struct ix_sink **ret_sink,
                            struct ix_err *fault) {
    struct reading *d = context;
    turn_to(d, index);
    *ret_sink = &d->runs.sink;
    return d->runs.next
               ? IX_OK
               : ix_input_runs_begin(&d->runs, d->parts[0].delivery.source, d->kind, fault);
}

static void keep_remark(void *context, size_t index) {
    struct reading *d = context;
    d->reports[index].reason = d->runs.first_remark;
}

static size_t at_a_time(const struct reading *d) {
    size_t most = d->runner->settings->readers;
    most = most < IX_AHEAD_MAX ? most : IX_AHEAD_MAX;
    return most < d->count ? most : d->count;
}

static enum ix_code find_part(void *context, struct ix_sv name, struct ix_err *err) {
    const struct reading *d = context;
    for (size_t i = 0; i < d->count; i++) {
        struct ix_sv path = d->parts[i].path;
        if (ix_sv_eq(ix_sv_from(path, folder_of(path).size), name)) {
            return IX_OK;
        }
    }
    return ix_err_set(err, IX_INVALID, "the manifest beside it names %.*s, which is not there",
                      IX_SV_FMT(name));
}

static enum ix_code find_all_named(struct reading *d, struct ix_err *fault) {
    const struct ix_parting *parting = d->parts[0].parting;
    return parting && parting->each_named
               ? parting->each_named(folder_of(d->parts[0].path), find_part, d, fault)
               : IX_OK;
}

static void blame(struct reading *d, size_t index, const struct ix_err *fault) {
    for (size_t i = 0; i < d->count; i++) {
        d->reports[i].outcome = IX_INPUT_FAILED;
        d->reports[i].code = fault->code;
        d->reports[i].reason =
            i == index
                ? ix_arena_copy(d->arena, ix_sv_cstr(fault->text))
                : ix_arena_printf(d->arena, "not kept, as another part of the bill failed: %.*s",
                                  IX_SV_FMT(d->parts[index].path));
    }
}

static void read_one_by_one(struct reading *d, struct ix_err *fault) {
    for (size_t i = 0; fault->code == IX_OK && i < d->count; i++) {
        if (read_part(d, i, fault) != IX_OK) {
            blame(d, i, fault);
        }
    }
}

/* False: it is not done that way. */
static bool read_several(struct reading *d, struct ix_err *fault) {
    const struct ix_ahead ahead = {.context = d,
                                   .parts = d->count,
                                   .at_a_time = at_a_time(d),
                                   .read = read_ahead,
                                   .sink_of = sink_of,
                                   .ended = keep_remark};
    bool began = false;
    size_t part = 0;
    if (ahead.at_a_time > 1 && ix_ahead_run(&ahead, &began, &part, fault) != IX_OK) {
        blame(d, part, fault);
    }
    return began;
}

static enum ix_code read_all(struct reading *d, struct ix_err *err) {
    struct ix_err fault = {0};
    ix_input_runs_init(&d->runs, d->runner->target, d->runner->settings, d->reports, d->arena);
    if (find_all_named(d, &fault) != IX_OK) {
        blame(d, 0, &fault);
    }
    if (fault.code == IX_OK && !read_several(d, &fault)) {
        read_one_by_one(d, &fault);
    }
    d->runs.report = d->reports;
    enum ix_code code =
        ix_input_runs_end(&d->runs, d->parts[0].delivery.source, d->kind, &fault, err);
    d->runner->counts->runs += d->runs.kept;
    return code == IX_OK ? ix_runner_go_on(d->runner, &fault, err) : code;
}

static enum ix_code run_delivery(struct reading *d, struct ix_err *err) {
    struct ix_arena arena;
    size_t bills = 0;
    ix_arena_init(&arena, PART_ARENA_MAX);
    d->arena = &arena;
    d->reports = ix_arena_array(&arena, d->count, sizeof *d->reports);
    enum ix_code code = d->reports ? look_at_all(d, &bills, err) : ix_err_nomem(err);
    if (code == IX_OK && bills == 0) {
        code = run_apart(d, err);
    } else if (code == IX_OK) {
        (void)read_all(d, err); /* err says it */
        for (size_t i = 0; (err->code == IX_OK || err->code == IX_CANCELLED) && i < d->count; i++) {
            ix_runner_report(d->runner, &d->reports[i]);
        }
        code = err->code;
    }
    ix_arena_done(&arena);
    return code;
}

/* ---- one period after another ---- */

static void leave_out(struct ix_runner *r, const struct ix_part *part, bool older) {
    const struct ix_input_report report = {
        .path = part->path,
        .outcome = older ? IX_INPUT_IGNORED : IX_INPUT_FAILED,
        .code = older ? IX_OK : IX_INVALID,
        .reason = older
                      ? IX_SV("an older delivery of a bill that is there in a newer one")
                      : IX_SV("one of several deliveries of one period, and none says which is the "
                              "newest; index the folder of the one that counts"),
    };
    ix_runner_report(r, &report);
}

/* `end` is behind the last part of the period. */
static enum ix_code run_period(struct ix_runner *r, const struct ix_part *first,
                               const struct ix_part *end, struct ix_err *err) {
    const struct ix_part *newest = end - 1;
    while (newest > first && compare_deliveries(newest - 1, end - 1) == 0) {
        newest--;
    }
    bool several = newest != first;
    bool known = !several || newest->delivery.in_time;
    for (const struct ix_part *part = first; part < (known ? newest : end); part++) {
        leave_out(r, part, known);
    }
    struct reading delivery = {.runner = r, .parts = newest, .count = (size_t)(end - newest)};
    return known ? run_delivery(&delivery, err) : IX_OK;
}

enum ix_code ix_parts_run(struct ix_parts *parts, struct ix_runner *r, struct ix_err *err) {
    put_in_order(parts);
    enum ix_code code = add_missing(parts, err);
    for (size_t i = 0; code == IX_OK && i < parts->count;) {
        size_t end = i + 1;
        while (end < parts->count && compare_periods(&parts->items[i], &parts->items[end]) == 0) {
            end++;
        }
        code = run_period(r, &parts->items[i], &parts->items[end], err);
        i = end;
    }
    return code;
}
