/* OpenCost and Kubecost: answers of GET /allocation (OpenCost API reference, "Allocation schema"):
 * a list of steps, each an object of allocations by name. Every allocation becomes a line of basis
 * `estimate`: what it uses of a node at the node's price, and no invoice. The columns are those of
 * FOCUS 1.3 for costs that were allocated. The answer does not say its currency, so no line has
 * one. */
#include "base/json_reader.h"
#include "collectors/collector.h"

enum { ALLOCATION_ARENA_MAX = 64 << 20, REFUSED_NAMED_MAX = 20 };

/* A step without a workload is {} or null. */
static const struct ix_json *first_allocation(const struct ix_json *outline) {
    const struct ix_json *step = ix_json_first(ix_json_get(outline, "data"));
    while (step && !ix_json_first(step)) {
        step = ix_json_next(step);
    }
    return ix_json_first(step);
}

static void recognise(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret) {
    const struct ix_json *first = first_allocation(input->outline);
    (void)arena;
    if (ix_json_get(first, "totalCost") && ix_json_get(first, "properties") &&
        ix_json_get(first, "window")) {
        *ret = (struct ix_recognised){
            .claim = IX_CLAIM_READ,
            .confidence = IX_CONFIDENCE_SURE,
            .format = "OpenCost allocation",
            .source_kind = IX_SV("opencost"),
        };
    }
}

/* ---- one allocation ---- */

struct reading {
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_json_reader *reader;
    struct ix_arena arena; /* of one allocation */
    int64_t lines, refused;
};

/* cluster/namespace/kind/controller/pod/container: as deep as the answer was asked to go. */
static struct ix_sv allocated_id(struct ix_arena *arena, const struct ix_json *properties) {
    static const char *const members[] = {"cluster",    "namespace", "controllerKind",
                                          "controller", "pod",       "container"};
    struct ix_sv id = {0};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct ix_sv part = ix_json_get_string(properties, members[i]);
        if (!ix_sv_empty(part)) {
            id = ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(id), id.data ? "/" : "",
                                 IX_SV_FMT(part));
        }
    }
    return id;
}

static struct ix_sv text_or_null(const struct ix_json *node, const char *name) {
    struct ix_sv text = ix_json_get_string(node, name);
    return ix_sv_empty(text) ? (struct ix_sv){0} : text;
}

/* What the sum is made of, and how well it was used. */
static const struct ix_json *parts_of(struct ix_arena *arena, const struct ix_json *allocation) {
    struct ix_json *parts = ix_json_new_object(arena);
    for (const struct ix_json *m = ix_json_first(allocation); m; m = ix_json_next(m)) {
        if (ix_json_kind(m) == IX_JSON_NUMBER) {
            ix_json_set(arena, parts, ix_json_key(m),
                        ix_json_new_string(arena, ix_json_number_text(arena, m)));
        }
    }
    return parts;
}

static int64_t month_of(int64_t ms) {
    struct ix_civil civil = ix_time_to_civil(ms);
    return ix_time_from_civil(
        (struct ix_civil){.year = civil.year, .month = civil.month, .day = 1});
}

static enum ix_code set_times(const struct ix_json *allocation, struct ix_cost_line *line,
                              struct ix_err *err) {
    const struct ix_json *window = ix_json_get(allocation, "window");
    line->billing_end_ms = line->charge_end_ms = IX_TIME_UNKNOWN;
    if (!ix_time_parse(ix_json_get_string(window, "start"), &line->charge_start_ms)) {
        return ix_err_set(err, IX_INVALID, "window.start: no time known here");
    }
    (void)ix_time_parse(ix_json_get_string(window, "end"), &line->charge_end_ms);
    line->billing_start_ms = month_of(line->charge_start_ms);
    return IX_OK;
}

static enum ix_code set_amount(struct reading *r, const struct ix_json *allocation,
                               struct ix_cost_line *line, struct ix_err *err) {
    const struct ix_json *total = ix_json_get(allocation, "totalCost");
    bool rounded = false;
    if (ix_json_kind(total) != IX_JSON_NUMBER) {
        return ix_err_set(err, IX_INVALID, "totalCost: no number");
    }
    enum ix_code code = ix_money_parse(ix_json_number_text(&r->arena, total),
                                       &line->cost[IX_COST_EFFECTIVE], &rounded, err);
    line->cost_known[IX_COST_EFFECTIVE] = true;
    line->cost_rounded = rounded;
    return code == IX_OK ? code : ix_err_wrap(err, "totalCost");
}

static enum ix_code make_line(struct reading *r, const struct ix_json *allocation,
                              struct ix_cost_line *line, struct ix_err *err) {
    const struct ix_json *properties = ix_json_get(allocation, "properties");
    const struct ix_json *labels = ix_json_get(properties, "labels");
    line->tags = ix_json_first(labels) ? labels : NULL;
    line->extra = parts_of(&r->arena, allocation);
    line->text[IX_FOCUS_ServiceName] = IX_SV("Kubernetes");
    line->text[IX_FOCUS_ServiceCategory] = IX_SV("Compute");
    line->text[IX_FOCUS_ChargeCategory] = IX_SV("Usage");
    line->text[IX_FOCUS_ChargeFrequency] = IX_SV("Usage-Based");
    line->text[IX_FOCUS_SubAccountId] = text_or_null(properties, "cluster");
    line->text[IX_FOCUS_ResourceId] = text_or_null(properties, "providerID");
    line->text[IX_FOCUS_AllocatedMethodId] = IX_SV("OpenCost");
    line->text[IX_FOCUS_AllocatedResourceId] = allocated_id(&r->arena, properties);
    line->text[IX_FOCUS_AllocatedResourceName] = ix_json_key(allocation);
    line->text[IX_FOCUS_ResourceName] = text_or_null(properties, "node");
    enum ix_code code = set_times(allocation, line, err);
    code = code == IX_OK ? set_amount(r, allocation, line, err) : code;
    return code == IX_OK ? ix_arena_check(&r->arena, err) : code;
}

static enum ix_code refuse(struct reading *r, const struct ix_json *allocation,
                           const struct ix_err *fault, struct ix_err *err) {
    const struct ix_note note = {
        .source = r->env->source,
        .path = ix_arena_printf(&r->arena, "%.*s:%lld", IX_SV_FMT(r->env->input->path),
                                (long long)ix_json_reader_line(r->reader)),
        .reason =
            ix_arena_printf(&r->arena, "%.*s: %s", IX_SV_FMT(ix_json_key(allocation)), fault->text),
        .skipped = true,
    };
    if (r->env->strict) {
        return ix_err_set(err, IX_INVALID, "%s", fault->text);
    }
    return r->refused++ < REFUSED_NAMED_MAX ? ix_sink_note(r->sink, &note, err) : IX_OK;
}

static enum ix_code take_allocation(struct reading *r, const struct ix_json *allocation,
                                    struct ix_err *err) {
    struct ix_err fault = {0};
    struct ix_cost_line line = {
        .source = r->env->source,
        .source_kind = IX_SV("opencost"),
        .basis = IX_COST_ESTIMATE,
        .row = ix_json_reader_line(r->reader),
    };
    enum ix_code code = make_line(r, allocation, &line, &fault);
    if (code == IX_NOMEM || ix_arena_starved(&r->arena)) {
        return ix_err_nomem(err);
    }
    if (code != IX_OK) {
        return refuse(r, allocation, &fault, err);
    }
    r->lines++;
    return ix_sink_cost(r->sink, &line, err);
}

/* ---- the answer ---- */

/* One allocation at a time: a step of a large cluster is larger than memory should be. */
static enum ix_code take_step(struct reading *r, struct ix_err *err) {
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(r->reader, &event, err);
    while (code == IX_OK) {
        code = ix_json_reader_next(r->reader, &event, err);
        if (code != IX_OK || event.kind != IX_JSON_EVENT_KEY) {
            break;
        }
        if (r->env->cancelled && *r->env->cancelled) {
            return ix_err_set(err, IX_CANCELLED, "stopped");
        }
        ix_arena_reset(&r->arena);
        struct ix_json *named = ix_json_new_object(&r->arena);
        struct ix_json *allocation = NULL;
        struct ix_sv name = ix_arena_copy(&r->arena, event.text);
        code = ix_json_reader_value(r->reader, &r->arena, &allocation, err);
        ix_json_set(&r->arena, named, name, allocation);
        code = code == IX_OK ? ix_arena_check(&r->arena, err) : code;
        code = code == IX_OK ? take_allocation(r, ix_json_first(named), err) : code;
    }
    return code;
}

static enum ix_code take_steps(struct reading *r, struct ix_err *err) {
    enum ix_json_kind kind = IX_JSON_NULL;
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(r->reader, &event, err); /* [ */
    while (code == IX_OK) {
        code = ix_json_reader_peek(r->reader, &kind, err);
        if (code != IX_OK || kind == IX_JSON_NONE) {
            break;
        }
        code = kind == IX_JSON_OBJECT ? take_step(r, err) : ix_json_reader_skip(r->reader, err);
    }
    return code == IX_OK ? ix_json_reader_next(r->reader, &event, err) : code; /* ] */
}

static enum ix_code take_answer(struct reading *r, struct ix_err *err) {
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(r->reader, &event, err);
    bool taken = false;
    while (code == IX_OK) {
        code = ix_json_reader_next(r->reader, &event, err);
        if (code != IX_OK || event.kind != IX_JSON_EVENT_KEY) {
            break;
        }
        bool data = ix_sv_eq(event.text, IX_SV("data")) && !taken;
        enum ix_json_kind kind = IX_JSON_NULL;
        code = ix_json_reader_peek(r->reader, &kind, err);
        taken |= data;
        if (code == IX_OK) {
            code = data && kind == IX_JSON_ARRAY ? take_steps(r, err)
                                                 : ix_json_reader_skip(r->reader, err);
        }
    }
    return code;
}

static enum ix_code conclude(struct reading *r, struct ix_err *err) {
    const struct ix_scope scope = {
        .source = r->env->source,
        .outcome = r->refused ? IX_SCOPE_PARTIAL : IX_SCOPE_WHOLE,
        .error = r->refused ? IX_INVALID : IX_OK,
        .text = r->refused ? IX_SV("allocations were refused") : (struct ix_sv){0},
    };
    return ix_sink_scope(r->sink, &scope, err);
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct reading r = {.env = env, .sink = sink};
    struct ix_stream *stream = NULL;
    ix_arena_init(&r.arena, ALLOCATION_ARENA_MAX);
    enum ix_code code = ix_input_open(env->input, &stream, err);
    code = code == IX_OK ? ix_json_reader_open(stream, &r.reader, err) : code;
    code = code == IX_OK ? take_answer(&r, err) : code;
    code = code == IX_OK ? conclude(&r, err) : code;
    ix_json_reader_close(r.reader);
    ix_stream_close(stream);
    ix_arena_done(&r.arena);
    return code;
}

static const char *const formats[] = {"OpenCost and Kubecost allocations (JSON)", NULL};

const struct ix_collector ix_collector_opencost = {
    .name = "opencost",
    .summary = "what workloads of Kubernetes cost, as OpenCost and Kubecost estimate it",
    .parting = &(const struct ix_parting){0},
    .formats = formats,
    .recognise = recognise,
    .collect = collect,
};
