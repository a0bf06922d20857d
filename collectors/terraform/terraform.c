/* States and plans of Terraform and OpenTofu.
 *
 * Nothing is taken from outputs, from the provider's private bytes, or from the file's own head
 * (serial, lineage, version): what matters of them is in recognition. The document is walked with
 * the JSON reader and its resources taken one by one, so memory follows the largest resource and
 * not the file. Where something must be known before or after all resources (what drifted, what is
 * in a module that others depend on) the document is walked once more. */
#include "collectors/terraform/reading.h"
#include "collectors/terraform/recognise.h"

/* A tree takes several times the bytes of its text, which is at most IX_JSON_VALUE_MAX. */
static const size_t element_arena_max = (size_t)4 << 30;
static const size_t instance_arena_max = (size_t)1 << 30;
static const size_t keep_arena_max = (size_t)256 << 20;

static enum ix_code read_document(struct ix_tf_reading *r, struct ix_err *err) {
    static enum ix_code (*const readers[])(struct ix_tf_reading *, struct ix_err *) = {
        [IX_TF_STATE_V4] = ix_tf_state_v4_read,
        [IX_TF_STATE_LEGACY] = ix_tf_state_legacy_read,
        [IX_TF_SHOW_STATE] = ix_tf_show_state_read,
        [IX_TF_PLAN] = ix_tf_plan_read,
    };
    enum ix_tf_document document = ix_tf_recognise_document(r->env->input);
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(r->reader, &event, err);
    if (code != IX_OK) {
        return code;
    }
    if (document == IX_TF_NONE || event.kind != IX_JSON_EVENT_OBJECT_BEGIN) {
        return ix_tf_reading_fault(r, "not a Terraform state or plan", err);
    }
    return readers[document](r, err);
}

/* Something after the document means that the file was damaged, perhaps written twice. */
static enum ix_code check_end(struct ix_tf_reading *r, struct ix_err *err) {
    struct ix_json_event event;
    enum ix_code code = ix_json_reader_next(r->reader, &event, err);
    if (code == IX_OK && event.kind != IX_JSON_EVENT_END) {
        return ix_tf_reading_fault(r, "the file goes on after the end of its state or plan", err);
    }
    return code;
}

static enum ix_code walk_reader(struct ix_tf_reading *r, struct ix_stream *stream,
                                struct ix_err *err) {
    enum ix_code code = ix_json_reader_open(stream, &r->reader, err);
    code = code == IX_OK ? read_document(r, err) : code;
    code = code == IX_OK ? check_end(r, err) : code;
    ix_json_reader_close(r->reader);
    r->reader = NULL;
    return code;
}

static enum ix_code walk(struct ix_tf_reading *r, enum ix_tf_take take, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    enum ix_code code = ix_input_open(r->env->input, &stream, err);
    if (code == IX_OK) {
        r->take = take;
        code = walk_reader(r, stream, err);
    }
    ix_stream_close(stream);
    return code;
}

static enum ix_code tell_count(struct ix_tf_reading *r, int64_t count, const char *what,
                               struct ix_sv first, struct ix_err *err) {
    if (count == 0) {
        return IX_OK;
    }
    const char *before = ix_sv_empty(first) ? "" : ", first ";
    struct ix_sv text = ix_arena_printf(&r->instance, "%lld %s%s%.*s", (long long)count, what,
                                        before, IX_SV_FMT(first));
    return ix_tf_reading_remark(r, text, err);
}

static enum ix_code push_scope(struct ix_tf_reading *r, struct ix_err *err) {
    struct ix_scope scope = {.source = r->env->source, .outcome = IX_SCOPE_WHOLE};
    if (r->errored) {
        scope.outcome = IX_SCOPE_PARTIAL;
        scope.error = IX_IO;
        scope.text = IX_SV("making the plan ended in an error: it is not whole");
    }
    return ix_sink_scope(r->sink, &scope, err);
}

static enum ix_code read_all(struct ix_tf_reading *r, struct ix_err *err) {
    bool plan = ix_tf_recognise_document(r->env->input) == IX_TF_PLAN;
    enum ix_code code = plan ? walk(r, IX_TF_TAKE_BEFORE, err) : IX_OK;
    code = code == IX_OK ? walk(r, IX_TF_TAKE_ALL, err) : code;
    if (code == IX_OK && r->modules.dependants.count > 0) {
        code = walk(r, IX_TF_TAKE_MODULES, err);
    }
    if (code == IX_OK) {
        code = tell_count(r, r->failing_checks, "checks do not pass", r->failing_check, err);
    }
    if (code == IX_OK) {
        code = tell_count(r, r->modules.left_out, "dependencies on whole modules are left out",
                          (struct ix_sv){0}, err);
    }
    return code == IX_OK ? push_scope(r, err) : code;
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct ix_tf_reading r = {.env = env, .sink = sink};
    ix_arena_init(&r.element, element_arena_max);
    ix_arena_init(&r.instance, instance_arena_max);
    ix_arena_init(&r.keep, keep_arena_max);
    ix_map_init(&r.drift, &r.keep);
    ix_map_init(&r.references, &r.keep);
    ix_tf_modules_init(&r.modules);
    enum ix_code code = read_all(&r, err);
    ix_tf_modules_done(&r.modules);
    ix_arena_done(&r.keep);
    ix_arena_done(&r.instance);
    ix_arena_done(&r.element);
    return code;
}

static const char *const formats[] = {
    "terraform state v1-v3",       "terraform state v4",        "terraform state (show -json)",
    "terraform plan (show -json)", "OpenTofu states and plans", NULL,
};

const struct ix_collector ix_collector_terraform = {
    .name = "terraform",
    .summary = "states and plans of Terraform and OpenTofu, of every version that is JSON",
    .formats = formats,
    .recognise = ix_tf_recognise,
    .collect = collect,
};
