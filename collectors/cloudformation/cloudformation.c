/* CloudFormation: templates (JSON, YAML with short tags, SAM) and answers of its API.
 *
 * Two things that are easily mixed up are kept apart: a template is a wish (flag `planned`, no
 * ids), an answer tells what exists (physical ids, status, drift). What a template leaves to the
 * deployment (functions, loops, transforms) is kept or counted, never guessed. document.c tells
 * what an input is, reading.c walks it, template.c and answer.c say what the pieces mean.
 */
#include "base/yaml.h"
#include "collectors/cloudformation/answer.h"
#include "collectors/cloudformation/document.h"
#include "collectors/cloudformation/intrinsic.h"
#include "collectors/cloudformation/template.h"

/* ---- recognition ---- */

static bool head_has(const struct ix_input *input, struct ix_sv word) {
    return ix_sv_find(input->head, word) != IX_SV_NPOS;
}

/* A file that cannot be parsed, and still shows what it was meant to be. */
static void recognise_broken(const struct ix_input *input, struct ix_arena *arena,
                             struct ix_recognised *ret) {
    bool template = head_has(input, IX_SV("AWSTemplateFormatVersion")) ||
                    (head_has(input, IX_SV("Resources")) && head_has(input, IX_SV("AWS::")));
    if (ix_sv_empty(input->fault) || !template) {
        return;
    }
    *ret = (struct ix_recognised){
        .claim = IX_CLAIM_REFUSE,
        .confidence = IX_CONFIDENCE_LIKELY,
        .format = "CloudFormation template",
        .source_kind = IX_SV("cloudformation"),
        .reason =
            ix_arena_printf(arena, "not readable as %s: %.*s",
                            input->form == IX_FORM_JSON ? "JSON" : "YAML", IX_SV_FMT(input->fault)),
    };
}

static void recognise(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret) {
    *ret = (struct ix_recognised){0};
    struct ix_cfn_found found = ix_cfn_document_of(input->outline);
    if (found.document == IX_CFN_OTHER) {
        recognise_broken(input, arena, ret);
        return;
    }
    *ret = (struct ix_recognised){
        .claim = found.document == IX_CFN_HISTORY ? IX_CLAIM_IGNORE : IX_CLAIM_READ,
        .confidence = found.confidence,
        .format = found.format,
        .source_kind = IX_SV("cloudformation"),
        .reason = ix_sv_cstr(found.reason),
    };
}

/* ---- collection ---- */

static enum ix_code read_tree(struct ix_cfn_reading *r, const struct ix_json *tree, int64_t line,
                              struct ix_err *err) {
    switch (ix_cfn_document_of(tree).document) {
    case IX_CFN_TEMPLATE:
        return ix_cfn_template_tree(r, tree, err);
    case IX_CFN_ANSWER:
        return ix_cfn_answer_tree(r, tree, err);
    default:
        break;
    }
    struct ix_sv reason = ix_arena_printf(
        &r->arena, "the document at line %lld is nothing of CloudFormation", (long long)line);
    return ix_json_kind(tree) == IX_JSON_NULL ? IX_OK : ix_cfn_note(r, reason, true, err);
}

static enum ix_code read_yaml_documents(struct ix_cfn_reading *r, struct ix_yaml_reader *reader,
                                        struct ix_err *err) {
    for (;;) {
        struct ix_json *tree = NULL;
        int64_t line = 0;
        ix_arena_reset(&r->document);
        enum ix_code code = ix_yaml_reader_next(reader, &r->document, &tree, &line, err);
        if (code != IX_OK || !tree) {
            return code;
        }
        code = ix_arena_check(&r->document, err);
        if (code == IX_OK) {
            code = read_tree(r, tree, line, err);
        }
        if (code != IX_OK) {
            return code;
        }
    }
}

static enum ix_code read_yaml(struct ix_cfn_reading *r, struct ix_err *err) {
    struct ix_stream *stream = NULL;
    struct ix_yaml_reader *reader = NULL;
    enum ix_code code = ix_input_open(r->env->input, &stream, err);
    if (code == IX_OK) {
        code = ix_yaml_reader_open(stream, ix_cfn_long_form, NULL, &reader, err);
    }
    if (code == IX_OK) {
        code = read_yaml_documents(r, reader, err);
    }
    ix_yaml_reader_close(reader);
    ix_stream_close(stream);
    return code;
}

static enum ix_code read_json(struct ix_cfn_reading *r, struct ix_err *err) {
    switch (ix_cfn_document_of(r->env->input->outline).document) {
    case IX_CFN_TEMPLATE:
        return ix_cfn_template_stream(r, err);
    case IX_CFN_SNAPSHOT:
        return ix_cfn_snapshot_stream(r, err);
    default:
        return ix_cfn_answer_stream(r, err);
    }
}

/* Whole unless the answer itself says, or cannot say, that there is more. */
static enum ix_code push_scope(struct ix_cfn_reading *r, struct ix_err *err) {
    struct ix_scope scope = {.source = r->env->source, .outcome = IX_SCOPE_WHOLE};
    if (r->has_more_pages) {
        scope.text = IX_SV("the answer has a NextToken: it is one page of several");
    } else if (r->listed >= IX_CFN_LISTED_MAX) {
        scope.text = IX_SV("DescribeStackResources shows 100 entries at most: use "
                           "ListStackResources for the whole stack");
    }
    if (!ix_sv_empty(scope.text)) {
        scope.outcome = IX_SCOPE_PARTIAL;
        scope.error = IX_LIMIT;
    }
    return ix_sink_scope(r->sink, &scope, err);
}

static enum ix_code read_input(struct ix_cfn_reading *r, struct ix_err *err) {
    bool yaml = r->env->input->form == IX_FORM_YAML;
    enum ix_code code = yaml ? read_yaml(r, err) : read_json(r, err);
    if (code == IX_OK) {
        code = ix_cfn_note_counts(r, err);
    }
    return code == IX_OK ? push_scope(r, err) : code;
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct ix_cfn_reading r = {.env = env, .sink = sink};
    ix_arena_init(&r.arena, IX_CFN_ELEMENT_MAX);
    ix_arena_init(&r.document, IX_CFN_DOCUMENT_MAX);
    ix_arena_init(&r.ids, IX_CFN_IDS_MAX);
    enum ix_code code = read_input(&r, err);
    ix_arena_done(&r.ids);
    ix_arena_done(&r.document);
    ix_arena_done(&r.arena);
    return code;
}

static const char *const formats[] = {
    "templates in JSON and YAML (short tags, SAM)",
    "DescribeStacks, ListStacks, DescribeStackResources, ListStackResources, "
    "DescribeStackResource, DescribeStackResourceDrifts, GetTemplate, DescribeStackSet, "
    "ListStackSets, ListStackInstances answers in JSON and YAML",
    "recordings of such answers (placebo, LocalStack snapshots)",
    NULL,
};

const struct ix_collector ix_collector_cloudformation = {
    .name = "cloudformation",
    .summary = "AWS CloudFormation templates and API answers",
    .formats = formats,
    .recognise = recognise,
    .collect = collect,
};
