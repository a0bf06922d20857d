/* What a reading has to say beside the objects themselves: what was left out, what was replaced,
 * and whether the input is all there is. */
#include "collectors/kubernetes/reading.h"

enum ix_code ix_k8s_note(struct ix_k8s_reading *r, struct ix_sv reason, bool skipped,
                         struct ix_err *err) {
    struct ix_sv path = r->env->input->path;
    if (skipped) {
        path = ix_arena_printf(&r->arena, "%.*s:%lld", IX_SV_FMT(path), (long long)r->line);
    }
    struct ix_note note = {
        .source = r->env->source,
        .path = path,
        .reason = reason,
        .skipped = skipped,
    };
    enum ix_code code = ix_arena_check(&r->arena, err);
    return code == IX_OK ? ix_sink_note(r->sink, &note, err) : code;
}

enum ix_code ix_k8s_leave_out(struct ix_k8s_reading *r, struct ix_sv reason, struct ix_err *err) {
    if (r->counting) {
        return IX_OK;
    }
    r->left_out++;
    return r->left_out > IX_K8S_NOTES_MAX ? IX_OK : ix_k8s_note(r, reason, true, err);
}

static enum ix_code note_count(struct ix_k8s_reading *r, int64_t count, const char *what,
                               struct ix_err *err) {
    if (count <= 0) {
        return IX_OK;
    }
    struct ix_sv reason = ix_arena_printf(&r->arena, "%lld %s", (long long)count, what);
    return ix_k8s_note(r, reason, false, err);
}

static enum ix_code note_counts(struct ix_k8s_reading *r, struct ix_err *err) {
    const struct {
        int64_t count;
        const char *what;
    } rows[] = {
        {r->secrets, "secret values replaced by " IX_SECRET_MARKER},
        {r->superseded, "events left out: a later one tells of the same object"},
        {r->deleted, "objects left out: their last event says that they were deleted"},
        {r->left_out - IX_K8S_NOTES_MAX, "more documents left out"},
        {r->seen_arena.over,
         "limit passed: so many objects that repeated ones are no longer told apart"},
        {r->selection.crowded,
         "selectors choose more objects than are listed: only the first ones are"},
        {r->selection.selectors ? r->selection.full : 0,
         "objects came after the limit for labels: `selects` relations to or from them are "
         "missing"},
    };
    enum ix_code code = IX_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && code == IX_OK; i++) {
        code = note_count(r, rows[i].count, rows[i].what, err);
    }
    return code;
}

/* Whole unless the input itself says that there is more. */
static enum ix_code push_scope(struct ix_k8s_reading *r, struct ix_err *err) {
    struct ix_scope scope = {.source = r->env->source, .outcome = IX_SCOPE_WHOLE};
    if (r->paged && r->remaining > 0) {
        scope.text = ix_arena_printf(&r->arena,
                                     "the list is one page of several: %lld more items remain "
                                     "(metadata.remainingItemCount)",
                                     (long long)r->remaining);
    } else if (r->paged) {
        scope.text = IX_SV("the list is one page of several (metadata.continue): fetch it whole, "
                           "kubectl get does");
    } else if (r->event > 0) {
        scope.text = IX_SV("a watch tells only of what changed while it ran");
    }
    if (!ix_sv_empty(scope.text)) {
        scope.outcome = IX_SCOPE_PARTIAL;
        scope.error = IX_LIMIT;
    }
    enum ix_code code = ix_arena_check(&r->arena, err);
    return code == IX_OK ? ix_sink_scope(r->sink, &scope, err) : code;
}

enum ix_code ix_k8s_finish(struct ix_k8s_reading *r, struct ix_err *err) {
    ix_arena_reset(&r->arena);
    enum ix_code code = note_counts(r, err);
    return code == IX_OK ? push_scope(r, err) : code;
}
