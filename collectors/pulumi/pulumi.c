/* Pulumi: the checkpoint files of a backend, and `pulumi stack export`.
 *
 * The document is walked twice, sometimes three times, so that its size does not matter and its
 * members may stand in any order: first to learn which stack it is and what was under way when it
 * was written, then to push the resources one by one, and at last, if there were such, the
 * operations on things that are not among the resources. What else the document holds (manifest,
 * configuration, the state of the secrets provider) is passed over and never looked at.
 */
#include "base/json_reader.h"
#include "collectors/pulumi/describe.h"
#include "collectors/pulumi/recognise.h"
#include "collectors/pulumi/relate.h"

/* Called for each element of `resources` or `pending_operations`; takes or skips it. `number`
 * counts from 1. */
typedef enum ix_code element_fn(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                int64_t number, struct ix_err *err);

struct pass {
    element_fn *resource, *operation; /* NULL: passed over */
};

/* ---- the walk ---- */

static enum ix_code element_done(struct ix_pulumi_reading *r, struct ix_err *err) {
    enum ix_code code = ix_arena_check(&r->keep, err);
    code = code == IX_OK ? ix_arena_check(&r->arena, err) : code;
    ix_arena_reset(&r->arena);
    r->values.references = NULL;
    if (code == IX_OK && r->env->cancelled && *r->env->cancelled) {
        return ix_err_set(err, IX_CANCELLED, "stopped on request");
    }
    return code;
}

static enum ix_code walk_elements(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                  element_fn *read, struct ix_err *err) {
    struct ix_json_event begin;
    enum ix_code code = ix_json_reader_next(reader, &begin, err);
    for (int64_t number = 1; code == IX_OK; number++) {
        enum ix_json_kind kind;
        code = ix_json_reader_peek(reader, &kind, err);
        if (code != IX_OK || kind == IX_JSON_NONE) {
            break; /* the end of the array is the walk's next event */
        }
        if (kind != IX_JSON_OBJECT) {
            return ix_err_set(err, IX_INVALID, "line %lld: entry %lld of a list is no object",
                              (long long)ix_json_reader_line(reader), (long long)number);
        }
        code = read(r, reader, number, err);
        if (code == IX_OK) {
            code = element_done(r, err);
        }
    }
    return code;
}

/* The value of a member named `resources` or `pending_operations`. */
static enum ix_code walk_list(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                              element_fn *read, struct ix_err *err) {
    enum ix_json_kind kind;
    enum ix_code code = ix_json_reader_peek(reader, &kind, err);
    if (code != IX_OK) {
        return code;
    }
    if (kind == IX_JSON_ARRAY && read) {
        return walk_elements(r, reader, read, err);
    }
    if (kind != IX_JSON_ARRAY && kind != IX_JSON_NULL) {
        return ix_err_set(err, IX_INVALID, "line %lld: a list of resources is no array",
                          (long long)ix_json_reader_line(reader));
    }
    return ix_json_reader_skip(reader, err);
}

static bool is_way(struct ix_sv key) {
    return ix_sv_eq(key, IX_SV("checkpoint")) || ix_sv_eq(key, IX_SV("latest")) ||
           ix_sv_eq(key, IX_SV("deployment"));
}

static enum ix_code walk_member(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                const struct pass *pass, const struct ix_json_event *key,
                                struct ix_err *err) {
    bool inside = key->depth > 1;
    if (inside && ix_sv_eq(key->text, IX_SV("resources"))) {
        return walk_list(r, reader, pass->resource, err);
    }
    if (inside && ix_sv_eq(key->text, IX_SV("pending_operations"))) {
        return walk_list(r, reader, pass->operation, err);
    }
    return is_way(key->text) ? IX_OK : ix_json_reader_skip(reader, err);
}

static enum ix_code walk_document(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                  const struct pass *pass, struct ix_err *err) {
    int64_t documents = 0;
    for (;;) {
        struct ix_json_event event;
        enum ix_code code = ix_json_reader_next(reader, &event, err);
        if (code != IX_OK || event.kind == IX_JSON_EVENT_END) {
            return code;
        }
        if (event.kind == IX_JSON_EVENT_KEY) {
            code = walk_member(r, reader, pass, &event, err);
        }
        documents += event.kind == IX_JSON_EVENT_OBJECT_BEGIN && event.depth == 0;
        if (code == IX_OK && documents > 1) {
            code = ix_err_set(err, IX_INVALID, "line %lld: a second document follows the state",
                              (long long)ix_json_reader_line(reader));
        }
        if (code != IX_OK) {
            return code;
        }
    }
}

static enum ix_code walk(struct ix_pulumi_reading *r, const struct pass *pass, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_json_reader *reader = NULL;
    enum ix_code code = ix_input_open(r->env->input, &stream, err);
    if (code == IX_OK) {
        code = ix_json_reader_open(stream, &reader, err);
    }
    if (code == IX_OK) {
        code = walk_document(r, reader, pass, err);
    }
    ix_json_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

static enum ix_code take(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                         struct ix_json **ret_node, struct ix_err *err) {
    enum ix_code code = ix_json_reader_value(reader, &r->arena, ret_node, err);
    return code == IX_OK ? ix_arena_check(&r->arena, err) : code;
}

/* ---- first pass: what is known of the whole ---- */

/* The copy that is to be deleted and the live resource share a URN. */
static struct ix_sv pending_key(struct ix_pulumi_reading *r, const struct ix_json *resource) {
    bool old = ix_json_is_true(ix_json_get(resource, "delete"));
    struct ix_sv urn = ix_json_get_string(resource, "urn");
    return old ? ix_arena_printf(&r->arena, "%.*s (delete)", IX_SV_FMT(urn)) : urn;
}

static enum ix_code note_operation(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                   int64_t number, struct ix_err *err) {
    (void)number;
    struct ix_json *node = NULL;
    enum ix_code code = take(r, reader, &node, err);
    if (code != IX_OK) {
        return code;
    }
    union ix_map_value *known =
        ix_map_put(&r->pending, pending_key(r, ix_json_get(node, "resource")), NULL);
    if (known) {
        known->number = IX_PULUMI_AWAITED;
    }
    return IX_OK;
}

/* `type` and `urn` of a resource, the rest passed over. */
static enum ix_code read_head(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                              struct ix_sv *ret_type, struct ix_sv *ret_urn, struct ix_err *err) {
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(reader, &event, err);
    while (code == IX_OK) {
        code = ix_json_reader_next(reader, &event, err);
        if (code != IX_OK || event.kind != IX_JSON_EVENT_KEY) {
            break;
        }
        bool type = ix_sv_eq(event.text, IX_SV("type"));
        if (!type && !ix_sv_eq(event.text, IX_SV("urn"))) {
            code = ix_json_reader_skip(reader, err);
            continue;
        }
        struct ix_json *node = NULL;
        code = take(r, reader, &node, err);
        *(type ? ret_type : ret_urn) = ix_json_string(node);
    }
    return code;
}

static enum ix_code note_stack(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                               int64_t number, struct ix_err *err) {
    (void)number;
    struct ix_sv type = {0};
    struct ix_sv urn = {0};
    enum ix_code code = read_head(r, reader, &type, &urn, err);
    if (code == IX_OK && ix_sv_empty(r->stack_urn) &&
        ix_sv_eq(type, IX_SV("pulumi:pulumi:Stack"))) {
        r->stack_urn = ix_arena_copy(&r->keep, urn);
    }
    return code;
}

/* ---- second pass: resources ---- */

static struct ix_sv old_variant(struct ix_pulumi_reading *r, struct ix_sv urn) {
    union ix_map_value *count = ix_map_put(&r->old, urn, NULL);
    long long number = count ? (long long)++count->number : 0;
    return ix_arena_printf(&r->arena, "delete:%lld", number);
}

static void keep_provider(struct ix_pulumi_reading *r, const struct ix_resource *resource) {
    if (!ix_sv_starts(resource->native_type, IX_SV("pulumi:providers:"))) {
        return;
    }
    union ix_map_value *slot = ix_map_put(&r->providers, resource->address, NULL);
    struct ix_sv *version = IX_NEW(&r->keep, struct ix_sv);
    if (slot && version) {
        *version = ix_arena_copy(&r->keep, resource->provider_version);
        slot->pointer = version;
    }
}

static enum ix_code push(struct ix_pulumi_reading *r, const struct ix_json *node,
                         const struct ix_resource *resource, struct ix_err *err) {
    enum ix_code code = ix_arena_check(&r->arena, err);
    if (code == IX_OK) {
        code = ix_sink_resource(r->sink, resource, err);
    }
    if (code != IX_OK) {
        return code;
    }
    r->resources++;
    if (r->env->progress) {
        r->env->progress(r->env->progress_context, r->resources);
    }
    return ix_pulumi_relate(r, node, resource, err);
}

/* Nothing is taken for properties that are none: a damaged file must not look like a change. */
static bool has_properties(const struct ix_json *node) {
    static const char *const names[] = {"inputs", "outputs"};
    bool fits = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum ix_json_kind kind = ix_json_kind(ix_json_get(node, names[i]));
        fits &= kind == IX_JSON_OBJECT || kind == IX_JSON_NONE || kind == IX_JSON_NULL;
    }
    return fits;
}

static enum ix_code read_resource(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                  int64_t number, struct ix_err *err) {
    struct ix_json *node = NULL;
    struct ix_resource resource;
    int64_t line = ix_json_reader_line(reader);
    enum ix_code code = take(r, reader, &node, err);
    if (code != IX_OK) {
        return code;
    }
    if (!has_properties(node)) {
        return ix_err_set(err, IX_INVALID,
                          "line %lld: `inputs` or `outputs` of resource %lld are no object",
                          (long long)line, (long long)number);
    }
    ix_pulumi_describe(r, node, &resource);
    if (ix_sv_empty(resource.address)) {
        return ix_err_set(err, IX_INVALID, "line %lld: resource %lld has no urn", (long long)line,
                          (long long)number);
    }
    if (resource.flags & IX_FLAG_DELETE) {
        resource.variant = old_variant(r, resource.address);
    } else {
        keep_provider(r, &resource);
    }
    r->failed_inits += ix_json_first(ix_json_get(node, "initErrors")) != NULL;
    union ix_map_value *pending = ix_map_find(&r->pending, pending_key(r, node));
    if (pending) {
        pending->number = IX_PULUMI_MET;
        resource.flags |= IX_FLAG_PENDING;
    }
    return push(r, node, &resource, err);
}

/* ---- third pass: operations on what is not among the resources ---- */

static enum ix_code read_operation(struct ix_pulumi_reading *r, struct ix_json_reader *reader,
                                   int64_t number, struct ix_err *err) {
    struct ix_json *node = NULL;
    struct ix_resource resource;
    enum ix_code code = take(r, reader, &node, err);
    if (code != IX_OK) {
        return code;
    }
    node = ix_json_get(node, "resource");
    union ix_map_value *pending = ix_map_find(&r->pending, pending_key(r, node));
    if (!pending || pending->number != IX_PULUMI_AWAITED) {
        return IX_OK;
    }
    pending->number = IX_PULUMI_PUSHED;
    ix_pulumi_describe(r, node, &resource);
    if (ix_sv_empty(resource.address)) {
        return ix_err_set(err, IX_INVALID, "pending operation %lld names no resource",
                          (long long)number);
    }
    resource.flags |= IX_FLAG_PENDING;
    resource.variant = ix_arena_printf(&r->arena, "pending:%lld", (long long)number);
    return push(r, node, &resource, err);
}

static bool is_awaited(const struct ix_map *pending) {
    const struct ix_map_slot *slot = NULL;
    while ((slot = ix_map_each(pending, slot))) {
        if (slot->value.number == IX_PULUMI_AWAITED) {
            return true;
        }
    }
    return false;
}

/* ---- the whole ---- */

static enum ix_code note(struct ix_pulumi_reading *r, struct ix_sv reason, struct ix_err *err) {
    struct ix_note remark = {
        .source = r->env->source, .path = r->env->input->path, .reason = reason};
    return ix_sink_note(r->sink, &remark, err);
}

static enum ix_code note_counts(struct ix_pulumi_reading *r, struct ix_err *err) {
#define REPLACED " replaced by " IX_SECRET_MARKER
    const struct {
        int64_t count;
        const char *what;
    } rows[] = {
        {r->values.secrets, "secret values" REPLACED},
        {r->values.texts, "texts of assets and serialised code" REPLACED},
        {r->values.unknown, "values with an unknown tag" REPLACED},
        {r->failed_inits, "resources that failed to initialise"},
    };
#undef REPLACED
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == IX_OK; i++) {
        if (rows[i].count > 0) {
            struct ix_sv reason =
                ix_arena_printf(&r->arena, "%lld %s", (long long)rows[i].count, rows[i].what);
            code = note(r, reason, err);
        }
    }
    return code;
}

static enum ix_code push_notes(struct ix_pulumi_reading *r, struct ix_err *err) {
    const struct ix_json *outline = r->env->input->outline;
    enum ix_code code = note_counts(r, err);
    struct ix_sv features = ix_pulumi_unknown_features(outline, &r->arena);
    if (code == IX_OK && !ix_sv_empty(features)) {
        struct ix_sv reason = ix_arena_printf(
            &r->arena,
            "needs features that are not known here (%.*s): what they add may be missing",
            IX_SV_FMT(features));
        code = note(r, reason, err);
    }
    if (code == IX_OK && ix_pulumi_has_integrity_error(outline)) {
        code = note(r,
                    IX_SV("Pulumi found this state damaged (integrity_error) and wrote it all the "
                          "same"),
                    err);
    }
    return code;
}

static enum ix_code read_passes(struct ix_pulumi_reading *r, struct ix_err *err) {
    static const struct pass first = {.resource = note_stack, .operation = note_operation};
    static const struct pass second = {.resource = read_resource};
    static const struct pass third = {.operation = read_operation};
    enum ix_code code = walk(r, &first, err);
    if (code == IX_OK) {
        code = walk(r, &second, err);
    }
    if (code == IX_OK && is_awaited(&r->pending)) {
        code = walk(r, &third, err);
    }
    return code;
}

static enum ix_code read_input(struct ix_pulumi_reading *r, struct ix_err *err) {
    enum ix_code code = read_passes(r, err);
    if (code == IX_OK) {
        code = push_notes(r, err);
    }
    if (code == IX_OK) {
        struct ix_scope scope = {.source = r->env->source, .outcome = IX_SCOPE_WHOLE};
        code = ix_sink_scope(r->sink, &scope, err);
    }
    return code;
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct ix_pulumi_reading r = {.env = env, .sink = sink};
    ix_arena_init(&r.arena, IX_PULUMI_ELEMENT_MAX);
    ix_arena_init(&r.keep, IX_PULUMI_KEEP_MAX);
    ix_map_init(&r.pending, &r.keep);
    ix_map_init(&r.old, &r.keep);
    ix_map_init(&r.providers, &r.keep);
    r.values.arena = &r.arena;
    enum ix_code code = read_input(&r, err);
    ix_arena_done(&r.keep);
    ix_arena_done(&r.arena);
    return code;
}

static const char *const formats[] = {
    "checkpoints v0 to v4, as file backends keep them (.pulumi/, plain and gzip)",
    "pulumi stack export",
    NULL,
};

const struct ix_collector ix_collector_pulumi = {
    .name = "pulumi",
    .summary = "Pulumi checkpoints and stack exports",
    .formats = formats,
    .recognise = ix_pulumi_recognise,
    .collect = collect,
};
