/* The exchange format, read: one record a line (indexer/model/record.h, docs/COLLECTORS.md).
 *
 * This is the door for anybody's own collector (`my-collector | infradex index -`) and the smallest
 * collector to copy: recognise by content, read piece by piece into an arena that is reset, push,
 * say how far the scope was read. Lines are read one by one, so memory does not grow with the
 * stream.
 *
 * The records of one source stand together: a record that names another source ends the one before,
 * which is then whole and need not be remembered. Only the names that have been are kept, as
 * hashes, so that a source which comes back is refused instead of retiring what it said before.
 * Without a scope record a source counts as whole; a collector that knows better says so with scope
 * records.
 */
#include "base/map.h"
#include "collectors/collector.h"
#include "collectors/ndjson/cost.h"
#include "indexer/model/record.h"

enum {
    LINE_MAX_BYTES = 64 << 20,
    LINE_ARENA_MAX = 512 << 20,
    SOURCES_MAX = 100000,
};

struct reading {
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_arena arena;      /* of one line */
    struct ix_buf source, kind; /* of the records at hand */
    bool begun;                 /* there was a record of it */
    bool scoped;                /* one of its records was a scope */
    struct ix_buf said;         /* the source that the records name though the user named one */
    bool merged;                /* they name more than one */
    struct ix_arena keep;
    struct ix_map sources; /* that were begun, by hash */
    int64_t line;
};

static void recognise(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret) {
    (void)arena;
    struct ix_sv record = ix_json_get_string(input->outline, "record");
    static const char *const records[] = {"resource", "relation", "cost",
                                          "scope",    "note",     "summary"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (ix_sv_eq_cstr(record, records[i])) {
            struct ix_sv kind = ix_json_get_string(input->outline, "source_kind");
            *ret = (struct ix_recognised){
                .claim = IX_CLAIM_READ,
                .confidence = IX_CONFIDENCE_SURE,
                .format = "infradex exchange format (NDJSON)",
                .source_kind = ix_sv_empty(kind) ? IX_SV("ndjson") : kind,
                .names_sources = true,
            };
        }
    }
}

static enum ix_code bad_line(struct reading *r, struct ix_err *err, const char *what) {
    return ix_err_set(err, IX_INVALID, "line %lld: %s", (long long)r->line, what);
}

static bool is_kind_or_null(const struct ix_json *node, enum ix_json_kind wanted) {
    enum ix_json_kind kind = ix_json_kind(node);
    return kind == wanted || kind == IX_JSON_NONE || kind == IX_JSON_NULL;
}

static enum ix_code read_time(struct reading *r, const struct ix_json *node, const char *name,
                              int64_t *ret_ms, struct ix_err *err) {
    *ret_ms = IX_TIME_UNKNOWN;
    const struct ix_json *value = ix_json_get(node, name);
    bool unknown = is_kind_or_null(value, IX_JSON_NULL);
    if (unknown || ix_time_parse(ix_json_string(value), ret_ms)) {
        return IX_OK;
    }
    return bad_line(r, err, "`created` and `modified` must be RFC 3339 times");
}

static enum ix_code read_flags(struct reading *r, const struct ix_json *node, uint32_t *ret_flags,
                               struct ix_err *err) {
    const struct ix_json *flags = ix_json_get(node, "flags");
    if (!is_kind_or_null(flags, IX_JSON_ARRAY)) {
        return bad_line(r, err, "`flags` must be a list");
    }
    for (const struct ix_json *f = ix_json_first(flags); f; f = ix_json_next(f)) {
        uint32_t bit = ix_flag_parse(ix_json_string(f));
        if (bit == 0) {
            return bad_line(r, err, "`flags` holds a word that is no flag");
        }
        *ret_flags |= bit;
    }
    return IX_OK;
}

/* Adds the members of one object as tags of one class; values must be text. */
static enum ix_code add_tags(struct reading *r, const struct ix_json *object,
                             enum ix_tag_class tag_class, struct ix_tag *tags, size_t *count,
                             struct ix_err *err) {
    if (!is_kind_or_null(object, IX_JSON_OBJECT)) {
        return bad_line(r, err, "`tags`, `labels` and `annotations` must be objects");
    }
    for (const struct ix_json *t = ix_json_first(object); t; t = ix_json_next(t)) {
        if (ix_json_kind(t) != IX_JSON_STRING) {
            return bad_line(r, err, "tag values must be text");
        }
        tags[(*count)++] = (struct ix_tag){tag_class, ix_json_key(t), ix_json_string(t)};
    }
    return IX_OK;
}

static enum ix_code read_tags(struct reading *r, const struct ix_json *node,
                              struct ix_resource *resource, struct ix_err *err) {
    static const char *const names[IX_TAG_CLASS_COUNT] = {"tags", "labels", "annotations"};
    size_t total = 0;
    for (size_t i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        total += ix_json_count(ix_json_get(node, names[i]));
    }
    struct ix_tag *tags = ix_arena_array(&r->arena, total + 1, sizeof *tags);
    if (!tags) {
        return ix_arena_check(&r->arena, err);
    }
    resource->tags = tags;
    for (size_t i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        enum ix_code code = add_tags(r, ix_json_get(node, names[i]), (enum ix_tag_class)i, tags,
                                     &resource->tag_count, err);
        if (code != IX_OK) {
            return code;
        }
    }
    return IX_OK;
}

/* ---- sources ---- */

static enum ix_code leave_source(struct reading *r, struct ix_err *err) {
    const struct ix_scope whole = {.source = ix_buf_sv(&r->source), .outcome = IX_SCOPE_WHOLE};
    bool say = r->begun && !r->scoped;
    r->scoped = false;
    return say ? ix_sink_scope(r->sink, &whole, err) : IX_OK;
}

static enum ix_code remember_source(struct reading *r, struct ix_sv source, struct ix_err *err) {
    struct ix_hash hash = ix_hash_of(source);
    bool added = false;
    if (!ix_map_put(&r->sources, ix_sv_of((const char *)hash.bytes, sizeof hash.bytes), &added)) {
        return ix_arena_check(&r->keep, err);
    }
    if (!added) {
        return bad_line(r, err,
                        "its `source` was there before, and another since: put the records of one "
                        "source together (sort by `source`), or name one source with --source");
    }
    return r->sources.count > SOURCES_MAX
               ? bad_line(r, err, "more than 100000 sources in one stream: split it")
               : IX_OK;
}

static enum ix_code begin_source(struct reading *r, struct ix_sv source, struct ix_sv kind,
                                 struct ix_err *err) {
    enum ix_code code = leave_source(r, err);
    code = code == IX_OK ? remember_source(r, source, err) : code;
    if (code != IX_OK) {
        return code;
    }
    ix_buf_clear(&r->source);
    ix_buf_add(&r->source, source);
    ix_buf_clear(&r->kind);
    ix_buf_add(&r->kind, kind);
    r->begun = true;
    code = ix_buf_check(&r->source, err);
    code = code == IX_OK ? ix_buf_check(&r->kind, err) : code;
    if (code == IX_OK && r->env->begin_source) {
        code = r->env->begin_source(r->env->begin_source_context, source, kind, err);
    }
    return code;
}

/* The user's name stands for all sources of the stream; that there are several deserves a word. */
static void compare_sources(struct reading *r, struct ix_sv source) {
    if (r->said.size == 0) {
        ix_buf_add(&r->said, source);
    } else if (!ix_sv_empty(source) && !ix_sv_eq(source, ix_buf_sv(&r->said))) {
        r->merged = true;
    }
}

/* A record without a source is of the one before it; the first of all is of the stream's own. */
static enum ix_code enter_source(struct reading *r, const struct ix_json *node,
                                 struct ix_err *err) {
    struct ix_sv source = ix_json_get_string(node, "source");
    struct ix_sv kind = ix_json_get_string(node, "source_kind");
    bool named = r->env->begin_source && !ix_sv_empty(source);
    if (!r->env->begin_source) {
        compare_sources(r, source);
    }
    source = named ? source : r->begun ? ix_buf_sv(&r->source) : r->env->source;
    if (source.size > IX_NAME_MAX) {
        return bad_line(r, err, "its `source` is longer than 4096 bytes");
    }
    if (r->begun && ix_sv_eq(source, ix_buf_sv(&r->source))) {
        return IX_OK;
    }
    if (!r->env->begin_source) {
        kind = r->env->recognised->source_kind;
    }
    return begin_source(r, source, ix_sv_empty(kind) ? IX_SV("ndjson") : kind, err);
}

/* ---- records ---- */

/* A number where an id should stand would be lost without a word. */
static enum ix_code take_text(struct reading *r, const struct ix_json *node, const char *name,
                              struct ix_sv *ret_text, struct ix_err *err) {
    const struct ix_json *member = ix_json_get(node, name);
    *ret_text = ix_json_string(member);
    return is_kind_or_null(member, IX_JSON_STRING)
               ? IX_OK
               : ix_err_set(err, IX_INVALID, "line %lld: `%s` must be text", (long long)r->line,
                            name);
}

static enum ix_code take_texts(struct reading *r, const struct ix_json *node,
                               struct ix_resource *resource, struct ix_err *err) {
    enum ix_code code = IX_OK;
#define ROW(name, member)                                                                          \
    if (code == IX_OK) {                                                                           \
        code = take_text(r, node, #name, &resource->member, err);                                  \
    }
    IX_RECORD_MEMBERS(ROW)
    IX_RECORD_OPTIONAL_MEMBERS(ROW)
#undef ROW
    return code;
}

static enum ix_code push_resource(struct reading *r, const struct ix_json *node,
                                  struct ix_err *err) {
    struct ix_resource resource = {0};
    enum ix_code code = take_texts(r, node, &resource, err);
    if (code != IX_OK) {
        return code;
    }
    resource.source = ix_buf_sv(&r->source);
    resource.source_kind = ix_buf_sv(&r->kind);
    if (ix_sv_empty(resource.address) || ix_sv_empty(resource.native_type)) {
        return bad_line(r, err, "a resource needs `address` and `native_type`");
    }
    const struct ix_json *properties = ix_json_get(node, "properties");
    if (ix_json_kind(properties) == IX_JSON_OBJECT) {
        resource.properties = properties;
    } else if (properties && ix_json_kind(properties) != IX_JSON_NULL) {
        return bad_line(r, err, "`properties` must be an object");
    }
    code = read_time(r, node, "created", &resource.created_ms, err);
    code = code == IX_OK ? read_time(r, node, "modified", &resource.modified_ms, err) : code;
    code = code == IX_OK ? read_flags(r, node, &resource.flags, err) : code;
    code = code == IX_OK ? read_tags(r, node, &resource, err) : code;
    return code == IX_OK ? ix_sink_resource(r->sink, &resource, err) : code;
}

static enum ix_code push_relation(struct reading *r, const struct ix_json *node,
                                  struct ix_err *err) {
    const struct ix_relation relation = {
        .source = ix_buf_sv(&r->source),
        .scope = ix_json_get_string(node, "scope"),
        .from_address = ix_json_get_string(node, "from"),
        .from_variant = ix_json_get_string(node, "from_variant"),
        .type = ix_json_get_string(node, "type"),
        .basis = ix_sv_eq(ix_json_get_string(node, "basis"), IX_SV("inferred")) ? IX_INFERRED
                                                                                : IX_DECLARED,
        .to_address = ix_json_get_string(node, "to"),
        .to_id = ix_json_get_string(node, "to_id"),
        .path = ix_json_get_string(node, "path"),
    };
    bool one_end = ix_sv_empty(relation.to_address) != ix_sv_empty(relation.to_id);
    if (ix_sv_empty(relation.from_address) || ix_sv_empty(relation.type) || !one_end) {
        return bad_line(r, err, "a relation needs `from`, `type`, and one of `to` and `to_id`");
    }
    return ix_sink_relation(r->sink, &relation, err);
}

static enum ix_code push_cost(struct reading *r, const struct ix_json *node, struct ix_err *err) {
    struct ix_cost_line line;
    enum ix_code code = ix_ndjson_cost(&r->arena, node, &line, err);
    if (code != IX_OK) {
        return ix_err_wrap(err, "line %lld", (long long)r->line);
    }
    line.source = ix_buf_sv(&r->source);
    line.source_kind = ix_buf_sv(&r->kind);
    line.row = r->line;
    return ix_sink_cost(r->sink, &line, err);
}

static enum ix_code push_scope(struct reading *r, const struct ix_json *node, struct ix_err *err) {
    struct ix_sv outcome = ix_json_get_string(node, "outcome");
    struct ix_scope scope = {
        .source = ix_buf_sv(&r->source),
        .name = ix_json_get_string(node, "scope"),
        .text = ix_json_get_string(node, "text"),
    };
    if (ix_sv_eq(outcome, IX_SV("whole"))) {
        scope.outcome = IX_SCOPE_WHOLE;
    } else if (ix_sv_eq(outcome, IX_SV("partial")) || ix_sv_eq(outcome, IX_SV("failed"))) {
        scope.outcome = outcome.data[0] == 'p' ? IX_SCOPE_PARTIAL : IX_SCOPE_FAILED;
        scope.error = IX_IO;
    } else {
        return bad_line(r, err, "`outcome` of a scope is whole, partial or failed");
    }
    r->scoped = true;
    return ix_sink_scope(r->sink, &scope, err);
}

static enum ix_code push_note(struct reading *r, const struct ix_json *node, struct ix_err *err) {
    const struct ix_note note = {
        .source = ix_buf_sv(&r->source),
        .path = ix_json_get_string(node, "path"),
        .reason = ix_json_get_string(node, "reason"),
        .skipped = ix_json_is_true(ix_json_get(node, "skipped")),
    };
    return ix_sink_note(r->sink, &note, err);
}

static enum ix_code push_record(struct reading *r, const struct ix_json *node, struct ix_err *err) {
    static const struct {
        const char *name;
        enum ix_code (*push)(struct reading *r, const struct ix_json *node, struct ix_err *err);
    } records[] = {
        {"resource", push_resource}, {"relation", push_relation}, {"cost", push_cost},
        {"scope", push_scope},       {"note", push_note},
    };
    struct ix_sv record = ix_json_get_string(node, "record");
    if (ix_sv_eq(record, IX_SV("summary"))) {
        return IX_OK;
    }
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (ix_sv_eq_cstr(record, records[i].name)) {
            enum ix_code code = enter_source(r, node, err);
            return code == IX_OK ? records[i].push(r, node, err) : code;
        }
    }
    return bad_line(r, err, "`record` must be resource, relation, cost, scope, note or summary");
}

/* Some editors put a byte order mark in front. */
static struct ix_sv without_mark(const struct reading *r, struct ix_sv line) {
    struct ix_sv mark = IX_SV("\xEF\xBB\xBF");
    return r->line == 1 && ix_sv_starts(line, mark) ? ix_sv_from(line, mark.size) : line;
}

static enum ix_code read_line(struct reading *r, struct ix_sv line, struct ix_err *err) {
    line = without_mark(r, line);
    if (ix_sv_empty(ix_sv_trim(line))) {
        return IX_OK;
    }
    struct ix_json *node = NULL;
    enum ix_code code = ix_json_parse(&r->arena, line, &node, err);
    if (code != IX_OK) {
        return ix_err_wrap(err, "line %lld", (long long)r->line);
    }
    code = push_record(r, node, err);
    return code == IX_OK ? ix_arena_check(&r->arena, err) : code;
}

static enum ix_code read_lines(struct reading *r, struct ix_stream *stream, struct ix_err *err) {
    for (;;) {
        struct ix_sv line;
        bool more = false;
        r->line++;
        enum ix_code code = ix_stream_line(stream, LINE_MAX_BYTES, &line, &more, err);
        if (code != IX_OK) {
            return ix_err_wrap(err, "line %lld", (long long)r->line);
        }
        if (!more) {
            return IX_OK;
        }
        if (r->env->cancelled && *r->env->cancelled) {
            return ix_err_set(err, IX_CANCELLED, "stopped");
        }
        code = read_line(r, line, err);
        ix_arena_reset(&r->arena);
        if (code != IX_OK) {
            return code;
        }
    }
}

/* A stream of nothing is its own source, empty. */
static enum ix_code end_stream(struct reading *r, struct ix_err *err) {
    enum ix_code code =
        r->begun ? IX_OK : begin_source(r, r->env->source, r->env->recognised->source_kind, err);
    code = code == IX_OK ? leave_source(r, err) : code;
    const struct ix_note merged = {
        .source = ix_buf_sv(&r->source),
        .path = r->env->input->path,
        .reason =
            IX_SV("records of several sources were taken as one: what has the same address in "
                  "two of them is one thing now"),
    };
    return code == IX_OK && r->merged ? ix_sink_note(r->sink, &merged, err) : code;
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_input_open(env->input, &stream, err);
    if (code != IX_OK) {
        return code;
    }
    struct reading r = {.env = env, .sink = sink};
    ix_arena_init(&r.arena, LINE_ARENA_MAX);
    ix_arena_init(&r.keep, 0);
    ix_map_init(&r.sources, &r.keep);
    code = read_lines(&r, stream, err);
    code = code == IX_OK ? end_stream(&r, err) : code;
    ix_arena_done(&r.arena);
    ix_arena_done(&r.keep);
    ix_buf_done(&r.source);
    ix_buf_done(&r.kind);
    ix_buf_done(&r.said);
    ix_stream_close(stream);
    return code;
}

static const char *const formats[] = {"infradex exchange format (NDJSON)", NULL};

const struct ix_collector ix_collector_ndjson = {
    .name = "ndjson",
    .summary = "records in infradex's own exchange format, one JSON object a line",
    .formats = formats,
    .recognise = recognise,
    .collect = collect,
};
