/* States are recognised by their shape alone:
 *
 *   {"version": 3, "deployment": {...}}                      `pulumi stack export`
 *   {"version": 3, "checkpoint": {"stack", "latest": {...}}} a file of a backend, v1 and later
 *   {"stack" or "target", "latest": {...}}                   the same, v0
 *
 * A file backend keeps other files beside them (.pulumi/ with backups, history, locks, tags). For
 * those a path says what is meant, but only together with content of the right shape; they hold
 * nothing of their own. Sources: pulumi/pulumi, sdk/go/common/apitype (core.go, history.go) and
 * pkg/backend/diy (store, layouts 0 and 1).
 */
#include "collectors/pulumi/recognise.h"
#include "collectors/pulumi/urn.h"

/* ---- states ---- */

/* What a state of version 4 may need to be understood. Of these, views and hooks add members that
 * are read or mean nothing here, the others flags. */
static const char *const known_features[] = {
    "refreshBeforeUpdate", "views", "hooks", "taint", "replaceWith",
};

struct state {
    const char *format;
    const struct ix_json *snapshot; /* the object with `resources`; may be none */
    int64_t version;
    int confidence;
};

/* The first resource that the outline shows. */
static bool first_urn(const struct ix_json *snapshot, struct ix_pulumi_urn *ret_urn) {
    const struct ix_json *first = ix_json_first(ix_json_get(snapshot, "resources"));
    return ix_pulumi_urn_parse(ix_json_get_string(first, "urn"), ret_urn);
}

/* A stack without resources has a manifest; one that was never updated has nothing at all. */
static int confidence_of(const struct ix_json *snapshot) {
    struct ix_pulumi_urn urn;
    if (first_urn(snapshot, &urn)) {
        return IX_CONFIDENCE_SURE;
    }
    return ix_json_get(snapshot, "manifest") ? IX_CONFIDENCE_LIKELY : IX_CONFIDENCE_WEAK;
}

static bool object_or_null(const struct ix_json *node) {
    return ix_json_kind(node) == IX_JSON_OBJECT || ix_json_kind(node) == IX_JSON_NULL;
}

/* Without a version there must be more to go by than two common names. */
static bool find_unversioned(const struct ix_json *outline, struct state *ret) {
    const struct ix_json *latest = ix_json_get(outline, "latest");
    const struct ix_json *stack = ix_json_get(outline, "target");
    stack = stack ? stack : ix_json_get(outline, "stack");
    struct ix_pulumi_urn urn;
    if (ix_json_kind(stack) != IX_JSON_STRING || !first_urn(latest, &urn)) {
        return false;
    }
    *ret = (struct state){"Pulumi checkpoint v0", latest, 0, IX_CONFIDENCE_SURE};
    return true;
}

static bool find_state(const struct ix_json *outline, struct state *ret) {
    const struct ix_json *deployment = ix_json_get(outline, "deployment");
    const struct ix_json *checkpoint = ix_json_get(outline, "checkpoint");
    int64_t version = 0;
    if (!ix_json_int64(ix_json_get(outline, "version"), &version)) {
        return find_unversioned(outline, ret);
    }
    if (object_or_null(deployment)) {
        *ret = (struct state){"Pulumi stack export", deployment, version, 0};
    } else if (object_or_null(checkpoint)) {
        const struct ix_json *latest = ix_json_get(checkpoint, "latest");
        *ret = (struct state){"Pulumi checkpoint", latest, version, 0};
    } else {
        return false;
    }
    ret->confidence = confidence_of(ret->snapshot);
    return true;
}

static bool is_known_feature(struct ix_sv name) {
    for (size_t i = 0; i < sizeof known_features / sizeof *known_features; i++) {
        if (ix_sv_eq_cstr(name, known_features[i])) {
            return true;
        }
    }
    return false;
}

struct ix_sv ix_pulumi_unknown_features(const struct ix_json *outline, struct ix_arena *arena) {
    struct ix_sv list = {0};
    const struct ix_json *features = ix_json_get(outline, "features");
    for (const struct ix_json *f = ix_json_first(features); f; f = ix_json_next(f)) {
        struct ix_sv name = ix_json_string(f);
        if (!is_known_feature(name)) {
            list = ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(list),
                                   ix_sv_empty(list) ? "" : ", ", IX_SV_FMT(name));
        }
    }
    return list;
}

bool ix_pulumi_has_integrity_error(const struct ix_json *outline) {
    struct state state = {0};
    bool found = find_state(outline, &state);
    return found && ix_json_path(state.snapshot, "metadata", "integrity_error", NULL) != NULL;
}

/* ---- files beside states ---- */

static bool in_folder(const struct ix_input *input, struct ix_sv folder) {
    size_t at = ix_sv_find(input->path, folder);
    return at == 0 || (at != IX_SV_NPOS && input->path.data[at - 1] == '/');
}

static bool is_state(const struct ix_input *input) {
    struct state state;
    return find_state(input->outline, &state);
}

static bool is_backup(const struct ix_input *input) {
    return ix_sv_ends(input->base_name, IX_SV(".bak")) && is_state(input);
}

static bool is_old_state(const struct ix_input *input) {
    return ix_sv_ends(input->base_name, IX_SV(".checkpoint.json")) &&
           in_folder(input, IX_SV(".pulumi/history/")) && is_state(input);
}

static bool is_history(const struct ix_input *input) {
    return ix_sv_ends(input->base_name, IX_SV(".history.json")) &&
           ix_json_get(input->outline, "kind") && ix_json_get(input->outline, "startTime") &&
           ix_json_get(input->outline, "result");
}

static bool is_backend_meta(const struct ix_input *input) {
    return in_folder(input, IX_SV(".pulumi/meta.yaml")) && ix_json_get(input->outline, "version");
}

static bool is_lock(const struct ix_input *input) {
    return in_folder(input, IX_SV(".pulumi/locks/")) && ix_json_get(input->outline, "pid") &&
           ix_json_get(input->outline, "hostname");
}

static bool is_tags(const struct ix_input *input) {
    return ix_sv_ends(input->base_name, IX_SV(".pulumi-tags")) &&
           ix_json_kind(input->outline) == IX_JSON_OBJECT;
}

static bool is_workspace(const struct ix_input *input) {
    return (in_folder(input, IX_SV(".pulumi/workspaces/")) ||
            in_folder(input, IX_SV(".pulumi/config"))) &&
           ix_json_kind(input->outline) == IX_JSON_OBJECT && !is_state(input);
}

static bool is_project(const struct ix_input *input) {
    return ix_sv_starts(input->base_name, IX_SV("Pulumi.")) &&
           ix_json_get(input->outline, "name") && ix_json_get(input->outline, "runtime");
}

static bool is_stack_settings(const struct ix_input *input) {
    static const char *const members[] = {"config", "secretsprovider", "encryptionsalt",
                                          "encryptedkey", "environment"};
    bool named = ix_sv_starts(input->base_name, IX_SV("Pulumi."));
    for (size_t i = 0; named && i < sizeof members / sizeof *members; i++) {
        if (ix_json_get(input->outline, members[i])) {
            return true;
        }
    }
    return false;
}

/* {"steps": [{"op": "create", "urn": "urn:pulumi:..."}], "changeSummary": ...} */
static bool is_preview(const struct ix_input *input) {
    const struct ix_json *first = ix_json_first(ix_json_get(input->outline, "steps"));
    struct ix_pulumi_urn urn;
    return ix_json_get(first, "op") && ix_pulumi_urn_parse(ix_json_get_string(first, "urn"), &urn);
}

/* Looked at before states: a backup is a state too. */
static const struct {
    bool (*is)(const struct ix_input *input);
    const char *format;
    struct ix_sv reason;
    size_t suffix; /* bytes of the name that do not belong to what `reason` speaks of */
} beside[] = {
    {is_backup, "Pulumi backup", IX_SV_INIT("backup of "), sizeof ".bak" - 1},
    {is_old_state, "Pulumi history", IX_SV_INIT("history of "), sizeof ".checkpoint.json" - 1},
    {is_history, "Pulumi history", IX_SV_INIT("history of "), sizeof ".history.json" - 1},
    {is_backend_meta, "Pulumi backend",
     IX_SV_INIT("settings of a Pulumi backend hold no resources"), 0},
    {is_lock, "Pulumi lock", IX_SV_INIT("lock of a Pulumi stack holds no resources"), 0},
    {is_tags, "Pulumi stack tags", IX_SV_INIT("tags of a Pulumi stack hold no resources"), 0},
    {is_workspace, "Pulumi workspace", IX_SV_INIT("workspace settings hold no resources"), 0},
    {is_project, "Pulumi project", IX_SV_INIT("project settings hold no resources"), 0},
    {is_preview, "Pulumi preview",
     IX_SV_INIT("tells what would change: index what `pulumi stack export` writes"), 0},
    {is_stack_settings, "Pulumi stack settings", IX_SV_INIT("stack settings hold no resources"), 0},
};

static bool recognise_beside(const struct ix_input *input, struct ix_arena *arena,
                             struct ix_recognised *ret) {
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        if (!beside[i].is(input)) {
            continue;
        }
        struct ix_sv reason = beside[i].reason;
        if (beside[i].suffix > 0) {
            size_t end = input->base_name.size - beside[i].suffix;
            struct ix_sv of = ix_sv_sub(input->base_name, 0, end);
            reason = ix_arena_printf(arena, "%.*s%.*s", IX_SV_FMT(reason), IX_SV_FMT(of));
        }
        *ret = (struct ix_recognised){
            .claim = IX_CLAIM_IGNORE,
            .confidence = IX_CONFIDENCE_SURE,
            .format = beside[i].format,
            .source_kind = IX_SV("pulumi"),
            .reason = reason,
        };
        return true;
    }
    return false;
}

/* ---- the claim ---- */

/* A state that cannot be parsed still shows what it was meant to be. */
static void recognise_broken(const struct ix_input *input, struct ix_arena *arena,
                             struct ix_recognised *ret) {
    bool state = ix_sv_find(input->head, IX_SV("\"urn:pulumi:")) != IX_SV_NPOS &&
                 ix_sv_find(input->head, IX_SV("\"resources\"")) != IX_SV_NPOS;
    bool meant_as_json = input->form == IX_FORM_JSON || input->form == IX_FORM_BINARY;
    if (!meant_as_json || ix_sv_empty(input->fault) || !state) {
        return;
    }
    *ret = (struct ix_recognised){
        .claim = IX_CLAIM_REFUSE,
        .confidence = IX_CONFIDENCE_LIKELY,
        .format = "Pulumi state",
        .source_kind = IX_SV("pulumi"),
        .reason = ix_arena_printf(arena, "not readable as JSON: %.*s; export the stack again",
                                  IX_SV_FMT(input->fault)),
    };
}

void ix_pulumi_recognise(const struct ix_input *input, struct ix_arena *arena,
                         struct ix_recognised *ret) {
    struct state state;
    *ret = (struct ix_recognised){0};
    if (!input->outline) {
        recognise_broken(input, arena, ret);
        return;
    }
    if (recognise_beside(input, arena, ret) || !find_state(input->outline, &state)) {
        return;
    }
    *ret = (struct ix_recognised){
        .claim = IX_CLAIM_READ,
        .confidence = state.confidence,
        .format = state.format,
        .source_kind = IX_SV("pulumi"),
    };
    if (state.version < 0 || state.version > IX_PULUMI_VERSION_MAX) {
        ret->claim = IX_CLAIM_REFUSE;
        ret->reason = ix_arena_printf(
            arena,
            "version %lld of a Pulumi state is not known (0 to %d are); use a newer infradex",
            (long long)state.version, IX_PULUMI_VERSION_MAX);
    }
}
