/* A table of what Terraform and OpenTofu leave behind, in the order in which it is asked: first
 * what is not to be read (backups look just like states), then what is, last what is broken. Names
 * of files decide only between a state and its backup, which no content tells apart. */
#include "collectors/terraform/recognise.h"

enum { STATE_VERSION_NEWEST = 4 };

static bool has(const struct ix_input *input, const char *name) {
    return ix_json_get(input->outline, name) != NULL;
}

static bool has_kind(const struct ix_input *input, const char *name, enum ix_json_kind kind) {
    return ix_json_kind(ix_json_get(input->outline, name)) == kind;
}

static bool is_empty(const struct ix_json *container) {
    return ix_json_first(container) == NULL;
}

static bool head_holds(const struct ix_input *input, const char *text) {
    return ix_sv_find(input->head, ix_sv_cstr(text)) != IX_SV_NPOS;
}

/* ---- states ---- */

static int64_t state_version(const struct ix_input *input) {
    int64_t version = -1;
    const struct ix_json *first_module = ix_json_at(ix_json_get(input->outline, "modules"), 0);
    const struct ix_json *first_resource = ix_json_at(ix_json_get(input->outline, "resources"), 0);
    bool has_content = has(input, "modules") || has(input, "resources");
    bool looks_it = has_kind(input, "terraform_version", IX_JSON_STRING) ||
                    has_kind(input, "lineage", IX_JSON_STRING) ||
                    ix_json_kind(ix_json_get(first_module, "path")) == IX_JSON_ARRAY ||
                    ix_json_kind(ix_json_get(first_resource, "instances")) == IX_JSON_ARRAY ||
                    (has_kind(input, "serial", IX_JSON_NUMBER) && has_content);
    bool numbered = ix_json_int64(ix_json_get(input->outline, "version"), &version);
    return looks_it && numbered && version >= 0 ? version : -1;
}

static bool is_state_v4(const struct ix_input *input) {
    return state_version(input) == STATE_VERSION_NEWEST;
}

static bool is_state_legacy(const struct ix_input *input) {
    return state_version(input) >= 1 && state_version(input) <= 3;
}

static bool is_state_unknown(const struct ix_input *input) {
    return state_version(input) == 0 || state_version(input) > STATE_VERSION_NEWEST;
}

static struct ix_sv explain_unknown(const struct ix_input *input, struct ix_arena *arena) {
    return ix_arena_printf(arena,
                           "state version %lld is not known (1 to %d are): export it with "
                           "`terraform show -json` or `tofu show -json` and index that",
                           (long long)state_version(input), STATE_VERSION_NEWEST);
}

/* What `terraform init` writes into .terraform: where the state is, and nothing of it. */
static bool is_backend_stub(const struct ix_input *input) {
    const struct ix_json *modules = ix_json_get(input->outline, "modules");
    bool no_modules =
        is_empty(modules) ||
        (ix_json_count(modules) == 1 && is_empty(ix_json_get(ix_json_first(modules), "resources")));
    return state_version(input) >= 1 && has_kind(input, "backend", IX_JSON_OBJECT) && no_modules &&
           is_empty(ix_json_get(input->outline, "resources"));
}

static bool is_encrypted(const struct ix_input *input) {
    return has(input, "encrypted_data") && (has(input, "encryption_version") || has(input, "meta"));
}

static bool is_broken(const struct ix_input *input) {
    bool meant_as_json = input->form == IX_FORM_JSON || input->form == IX_FORM_BINARY;
    return meant_as_json && !ix_sv_empty(input->fault) &&
           (head_holds(input, "\"terraform_version\"") ||
            (head_holds(input, "\"lineage\"") && head_holds(input, "\"serial\"")) ||
            (head_holds(input, "\"instances\"") && head_holds(input, "\"schema_version\"")) ||
            (head_holds(input, "\"format_version\"") && head_holds(input, "\"root_module\"")));
}

/* A wrapper of Terraform in CI (hashicorp/setup-terraform) writes the command above what it says.
 */
static bool is_wrapped(const struct ix_input *input) {
    return ix_sv_starts(input->head, IX_SV("[command]"));
}

static struct ix_sv explain_broken(const struct ix_input *input, struct ix_arena *arena) {
    if (is_wrapped(input)) {
        return IX_SV("a Terraform state or plan between lines of a wrapper: write it without the "
                     "wrapper (terraform_wrapper: false) or cut them off");
    }
    return ix_arena_printf(arena,
                           "a Terraform state or plan that is broken JSON: %.*s; restore it from "
                           "its backup or with `terraform state pull`",
                           IX_SV_FMT(input->fault));
}

/* terraform.tfstate.backup, terraform.tfstate.1700000000.backup */
static bool is_backup(const struct ix_input *input) {
    bool named = ix_sv_ends(input->base_name, IX_SV(".backup"));
    return named && (state_version(input) >= 0 || is_encrypted(input) || is_broken(input));
}

static struct ix_sv explain_backup(const struct ix_input *input, struct ix_arena *arena) {
    struct ix_sv mark = IX_SV(".tfstate");
    size_t at = ix_sv_find(input->base_name, mark);
    if (at == IX_SV_NPOS) {
        return IX_SV("backup of a state");
    }
    struct ix_sv of = ix_sv_sub(input->base_name, 0, at + mark.size);
    return ix_arena_printf(arena, "backup of %.*s", IX_SV_FMT(of));
}

/* ---- show -json ---- */

static bool is_show(const struct ix_input *input) {
    return has_kind(input, "format_version", IX_JSON_STRING);
}

static bool is_known_show(const struct ix_input *input) {
    struct ix_sv version = ix_json_get_string(input->outline, "format_version");
    return is_show(input) &&
           (ix_sv_starts(version, IX_SV("0.")) || ix_sv_starts(version, IX_SV("1.")));
}

static bool has_plan_members(const struct ix_input *input) {
    return has(input, "planned_values") || has(input, "resource_changes");
}

static bool is_plan(const struct ix_input *input) {
    return is_known_show(input) && has_plan_members(input);
}

/* Of no state at all, `show -json` writes format_version alone. */
static bool is_show_state(const struct ix_input *input) {
    return is_known_show(input) && !has_plan_members(input) &&
           (has_kind(input, "values", IX_JSON_OBJECT) ||
            (has(input, "terraform_version") && !has(input, "provider_schemas")) ||
            ix_json_count(input->outline) == 1);
}

static bool is_show_unknown(const struct ix_input *input) {
    return is_show(input) && !is_known_show(input) &&
           (has_plan_members(input) || has(input, "values"));
}

static bool is_provider_schemas(const struct ix_input *input) {
    return is_show(input) && has(input, "provider_schemas");
}

/* ---- other files ---- */

/* {"name": {"sensitive": false, "type": "string", "value": "x"}} */
static bool is_outputs(const struct ix_input *input) {
    const struct ix_json *first = ix_json_first(input->outline);
    return ix_json_kind(input->outline) == IX_JSON_OBJECT &&
           ix_json_kind(ix_json_get(first, "sensitive")) != IX_JSON_NONE &&
           ix_json_get(first, "type") && ix_json_get(first, "value");
}

static bool is_validation(const struct ix_input *input) {
    return is_show(input) && has(input, "valid") && has(input, "diagnostics");
}

static bool is_functions(const struct ix_input *input) {
    return is_show(input) && has(input, "function_signatures");
}

static bool is_run_log(const struct ix_input *input) {
    return has(input, "@level") && (has(input, "terraform") || has(input, "tofu"));
}

static bool is_lock_info(const struct ix_input *input) {
    return has(input, "ID") && has(input, "Operation") && has(input, "Who") && has(input, "Path");
}

static bool is_lock_file(const struct ix_input *input) {
    return input->form == IX_FORM_TEXT &&
           (head_holds(input, "maintained automatically by \"terraform init\"") ||
            head_holds(input, "maintained automatically by \"tofu init\"") ||
            ix_sv_eq(input->base_name, IX_SV(".terraform.lock.hcl")));
}

static bool is_module_manifest(const struct ix_input *input) {
    const struct ix_json *first = ix_json_at(ix_json_get(input->outline, "Modules"), 0);
    return ix_json_get(first, "Key") && ix_json_get(first, "Dir");
}

/* A zip archive whose first entry is called tfplan (name at byte 30: APPNOTE.TXT 4.3.7). */
static bool is_saved_plan(const struct ix_input *input) {
    return ix_sv_starts(input->head, IX_SV("PK\3\4")) &&
           ix_sv_starts(ix_sv_from(input->head, 30), IX_SV("tfplan"));
}

/* Before JSON, states were "tfstate" and a byte for the version. */
static bool is_binary_state(const struct ix_input *input) {
    return input->form == IX_FORM_BINARY && ix_sv_starts(input->head, IX_SV("tfstate"));
}

/* ---- the table ---- */

static const struct rule {
    bool (*matches)(const struct ix_input *input);
    enum ix_claim claim;
    enum ix_tf_document document;
    const char *format;
    const char *reason; /* NULL where `explain` makes it, or none is needed */
    struct ix_sv (*explain)(const struct ix_input *input, struct ix_arena *arena);
} rules[] = {
    {is_backup, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform state backup", NULL, explain_backup},
    {is_encrypted, IX_CLAIM_REFUSE, IX_TF_NONE, "OpenTofu encrypted state",
     "encrypted by OpenTofu: write the decrypted state with `tofu show -json` or `tofu state pull` "
     "where its key is known, and index that",
     NULL},
    {is_backend_stub, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform backend configuration",
     "only says where the state is kept; fetch the state with `terraform state pull`", NULL},
    {is_state_v4, IX_CLAIM_READ, IX_TF_STATE_V4, "terraform state v4", NULL, NULL},
    {is_state_legacy, IX_CLAIM_READ, IX_TF_STATE_LEGACY, "terraform state v1-v3", NULL, NULL},
    {is_state_unknown, IX_CLAIM_REFUSE, IX_TF_NONE, "terraform state", NULL, explain_unknown},
    {is_plan, IX_CLAIM_READ, IX_TF_PLAN, "terraform plan (show -json)", NULL, NULL},
    {is_provider_schemas, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform provider schemas",
     "describes provider schemas, holds no resources", NULL},
    {is_validation, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform validate -json",
     "says whether a configuration is valid, holds no resources", NULL},
    {is_functions, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform metadata functions -json",
     "describes functions, holds no resources", NULL},
    {is_outputs, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform output -json",
     "values of outputs; index the state they come from (`terraform show -json`)", NULL},
    {is_show_state, IX_CLAIM_READ, IX_TF_SHOW_STATE, "terraform state (show -json)", NULL, NULL},
    {is_show_unknown, IX_CLAIM_REFUSE, IX_TF_NONE, "terraform show -json",
     "its format_version is newer than what is known (0.x and 1.x): index the state file itself",
     NULL},
    {is_run_log, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform run log",
     "the log of a run, not a state or plan: save the plan and write it with `terraform show "
     "-json`",
     NULL},
    {is_lock_info, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform state lock",
     "the lock of a state in use, holds no resources", NULL},
    {is_lock_file, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform dependency lock file",
     "lists provider versions, holds no resources", NULL},
    {is_module_manifest, IX_CLAIM_IGNORE, IX_TF_NONE, "terraform module manifest",
     "lists downloaded modules, holds no resources", NULL},
    {is_saved_plan, IX_CLAIM_REFUSE, IX_TF_NONE, "terraform saved plan",
     "a saved plan in its binary form: write it with `terraform show -json FILE` and index that",
     NULL},
    {is_binary_state, IX_CLAIM_REFUSE, IX_TF_NONE, "terraform state before v1",
     "a binary state of Terraform before 0.3: open it once with Terraform 0.6 and index the JSON "
     "state that it writes",
     NULL},
    {is_broken, IX_CLAIM_REFUSE, IX_TF_NONE, "terraform state", NULL, explain_broken},
};

static const struct rule *find_rule(const struct ix_input *input) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].matches(input)) {
            return &rules[i];
        }
    }
    return NULL;
}

/* Behind long outputs the first provider may lie beyond the head. */
static bool names_opentofu(const struct ix_json *node) {
    bool found = ix_sv_find(ix_json_string(node), IX_SV("registry.opentofu.org")) != IX_SV_NPOS;
    for (const struct ix_json *n = ix_json_first(node); n && !found; n = ix_json_next(n)) {
        found = names_opentofu(n);
    }
    return found;
}

static struct ix_sv source_kind(const struct rule *rule, const struct ix_input *input) {
    if (rule->document == IX_TF_PLAN) {
        return IX_SV("plan");
    }
    bool opentofu = head_holds(input, "registry.opentofu.org") || is_encrypted(input) ||
                    names_opentofu(input->outline);
    return opentofu ? IX_SV("opentofu") : IX_SV("terraform");
}

enum ix_tf_document ix_tf_recognise_document(const struct ix_input *input) {
    const struct rule *rule = find_rule(input);
    return rule ? rule->document : IX_TF_NONE;
}

void ix_tf_recognise(const struct ix_input *input, struct ix_arena *arena,
                     struct ix_recognised *ret) {
    const struct rule *rule = find_rule(input);
    if (rule) {
        *ret = (struct ix_recognised){
            .claim = rule->claim,
            .confidence = IX_CONFIDENCE_SURE,
            .format = rule->format,
            .source_kind = source_kind(rule, input),
            .reason = rule->explain ? rule->explain(input, arena) : ix_sv_cstr(rule->reason),
        };
    }
}
