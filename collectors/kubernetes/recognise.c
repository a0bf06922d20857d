/* The first document decides for the whole input, with two exceptions: a file that cannot be parsed
 * may still show what it was meant to be (a template that is not rendered, an export cut off), and
 * in a YAML file objects may follow a first document that is none. */
#include "collectors/kubernetes/recognise.h"

#include "collectors/kubernetes/document.h"
#include "collectors/kubernetes/reading.h"

struct ix_sv ix_k8s_status_message(const struct ix_json *node) {
    bool status = ix_sv_eq_cstr(ix_json_get_string(node, "kind"), "Status");
    struct ix_sv message = ix_json_get_string(node, "message");
    return status ? ix_sv_sub(message, 0, IX_K8S_MESSAGE_MAX) : (struct ix_sv){0};
}

static bool head_has(const struct ix_input *input, struct ix_sv word) {
    return ix_sv_find(input->head, word) != IX_SV_NPOS;
}

static void recognise_broken(const struct ix_input *input, struct ix_arena *arena,
                             struct ix_recognised *ret) {
    if (!head_has(input, IX_SV("apiVersion")) || !head_has(input, IX_SV("kind"))) {
        return;
    }
    bool template = head_has(input, IX_SV("{{"));
    *ret = (struct ix_recognised){
        .claim = IX_CLAIM_REFUSE,
        .confidence = IX_CONFIDENCE_WEAK,
        .format = template ? "template of Kubernetes objects" : "Kubernetes objects",
        .source_kind = IX_SV("kubernetes"),
        .reason = ix_arena_printf(
            arena, "not readable as %s: %.*s%s", input->form == IX_FORM_JSON ? "JSON" : "YAML",
            IX_SV_FMT(input->fault), template ? "; render it first (helm template)" : ""),
    };
}

/* "apiVersion:" and "kind:" each begin a line. */
static bool head_has_objects(const struct ix_input *input) {
    return input->form == IX_FORM_YAML && head_has(input, IX_SV("\napiVersion:")) &&
           head_has(input, IX_SV("\nkind:"));
}

static void claim_to_read(struct ix_recognised *ret, const char *format, int confidence) {
    ret->claim = IX_CLAIM_READ;
    ret->format = format;
    ret->confidence = confidence;
    ret->source_kind = IX_SV("kubernetes");
}

/* The first elements must be worth reading by themselves. */
static bool is_sequence_of_objects(const struct ix_json *outline) {
    for (const struct ix_json *e = ix_json_first(outline); e; e = ix_json_next(e)) {
        enum ix_k8s_shape shape = ix_k8s_document_of(e).shape;
        if (shape != IX_K8S_OBJECT && shape != IX_K8S_LIST && shape != IX_K8S_EVENT) {
            return false;
        }
    }
    return ix_json_first(outline) != NULL;
}

/* kustomize takes a recipe by the name of its file, so kind and version may be missing. */
static bool is_recipe(const struct ix_input *input) {
    static const char *const names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
    bool named = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !named; i++) {
        named = ix_sv_eq_cstr(input->base_name, names[i]);
    }
    return named && input->form == IX_FORM_YAML && ix_json_kind(input->outline) == IX_JSON_OBJECT &&
           !ix_json_get(input->outline, "apiVersion");
}

/* Objects may stand below a first document that is ignored or refused. */
static void recognise_aside(const struct ix_input *input, struct ix_arena *arena,
                            struct ix_k8s_document document, struct ix_recognised *ret) {
    struct ix_sv message = ix_k8s_status_message(input->outline);
    ret->claim = document.shape == IX_K8S_IGNORED ? IX_CLAIM_IGNORE : IX_CLAIM_REFUSE;
    ret->confidence = IX_CONFIDENCE_LIKELY;
    ret->format = "Kubernetes document without objects";
    ret->source_kind = IX_SV("kubernetes");
    ret->reason =
        ix_sv_empty(message)
            ? document.reason
            : ix_arena_printf(arena, "%.*s: %.*s", IX_SV_FMT(document.reason), IX_SV_FMT(message));
}

static void recognise_outline(const struct ix_input *input, struct ix_arena *arena,
                              struct ix_recognised *ret) {
    struct ix_k8s_document document = ix_k8s_document_of(input->outline);
    switch (document.shape) {
    case IX_K8S_OBJECT:
        claim_to_read(ret, "Kubernetes objects", IX_CONFIDENCE_SURE);
        break;
    case IX_K8S_LIST:
        claim_to_read(ret, "list of Kubernetes objects", IX_CONFIDENCE_SURE);
        break;
    case IX_K8S_EVENT:
        if (ix_k8s_document_of(ix_json_get(input->outline, "object")).shape != IX_K8S_OTHER) {
            claim_to_read(ret, "Kubernetes watch events", IX_CONFIDENCE_LIKELY);
        }
        break;
    case IX_K8S_SEQUENCE:
        if (is_sequence_of_objects(input->outline)) {
            claim_to_read(ret, "sequence of Kubernetes objects", IX_CONFIDENCE_LIKELY);
        }
        break;
    case IX_K8S_IGNORED:
    case IX_K8S_REFUSED:
        recognise_aside(input, arena, document, ret);
        break;
    case IX_K8S_EMPTY:
    case IX_K8S_OTHER:
        break;
    }
}

/* What stands behind the first document of a YAML file is seen only in its head. */
static bool more_may_follow(const struct ix_input *input) {
    size_t next = ix_sv_find(ix_sv_from(input->head, 4), IX_SV("\n---"));
    if (next == IX_SV_NPOS) {
        return false;
    }
    struct ix_input rest = *input;
    rest.head = ix_sv_from(input->head, 4 + next);
    return head_has_objects(&rest);
}

void ix_k8s_recognise(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret) {
    *ret = (struct ix_recognised){0};
    if (!ix_sv_empty(input->fault)) {
        recognise_broken(input, arena, ret);
        return;
    }
    if (is_recipe(input)) {
        recognise_aside(
            input, arena,
            (struct ix_k8s_document){.shape = IX_K8S_IGNORED, .reason = IX_SV(IX_K8S_RECIPE)}, ret);
        return;
    }
    recognise_outline(input, arena, ret);
    if (ret->claim != IX_CLAIM_READ && more_may_follow(input)) {
        *ret = (struct ix_recognised){0};
        claim_to_read(ret, "Kubernetes objects among other documents", IX_CONFIDENCE_WEAK);
    }
}
