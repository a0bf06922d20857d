/* Telling CloudFormation apart from what looks like it: OpsWorks and AppStream also answer with
 * `Stacks`, Kubernetes and Compose files are YAML objects too, Serverless files hold a template in
 * lower case further down. */
#include "collectors/cloudformation/document.h"

/* ---- templates ---- */

static bool is_type_char(char c) {
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '_' || c == '@' ||
           c == '.';
}

/* AWS::S3::Bucket, Custom::Thing, AWS::Serverless::Function, Maker::Service::Type::MODULE. */
static bool is_type_name(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (!is_type_char(text.data[i])) {
            return false;
        }
    }
    size_t colons = ix_sv_find(text, IX_SV("::"));
    return colons != IX_SV_NPOS && colons > 0 && colons + 2 < text.size;
}

/* More than half of the entries shown have a type, or are loops and transforms. */
static bool are_resources(const struct ix_json *resources) {
    size_t good = 0, all = 0;
    for (const struct ix_json *m = ix_json_first(resources); m; m = ix_json_next(m)) {
        all++;
        good += ix_sv_starts(ix_json_key(m), IX_SV("Fn::")) ||
                is_type_name(ix_json_get_string(m, "Type"));
    }
    return ix_json_kind(resources) == IX_JSON_OBJECT && good * 2 > all;
}

static bool is_kubernetes(const struct ix_json *outline) {
    return ix_json_get(outline, "apiVersion") && ix_json_get(outline, "kind");
}

static bool is_template(const struct ix_json *outline, int *ret_confidence) {
    const struct ix_json *resources = ix_json_get(outline, "Resources");
    bool versioned = ix_json_get(outline, "AWSTemplateFormatVersion");
    bool empty = ix_json_kind(resources) == IX_JSON_OBJECT && !ix_json_first(resources);
    *ret_confidence = versioned ? IX_CONFIDENCE_SURE : IX_CONFIDENCE_LIKELY;
    return !is_kubernetes(outline) && (are_resources(resources) || (versioned && empty));
}

/* ---- answers ---- */

/* SOME: a list whose name says nothing while it is empty. */
enum shape { LIST, SOME, ENTRY, BODY };

#define WHAT_HAPPENED "tells what happened to a stack, not what it holds"
#define WHAT_WOULD    "tells what would change; index the template or the stack's resources"

static const struct answer {
    const char *member, *required, *also_required;
    enum shape shape;
    const char *format;
    const char *reason; /* why it is not read; NULL: it is */
} answers[] = {
    {"Stacks", "StackName", "StackStatus", LIST, "CloudFormation DescribeStacks", NULL},
    {"StackSummaries", "StackName", "StackStatus", LIST, "CloudFormation ListStacks", NULL},
    {"StackResources", "LogicalResourceId", "ResourceType", LIST,
     "CloudFormation DescribeStackResources", NULL},
    {"StackResourceSummaries", "LogicalResourceId", "ResourceType", LIST,
     "CloudFormation ListStackResources", NULL},
    {"StackResourceDetail", "LogicalResourceId", "ResourceType", ENTRY,
     "CloudFormation DescribeStackResource", NULL},
    {"StackResourceDrifts", "LogicalResourceId", "ResourceType", LIST,
     "CloudFormation DescribeStackResourceDrifts", NULL},
    {"StackResourceDrift", "LogicalResourceId", "ResourceType", ENTRY,
     "CloudFormation DetectStackResourceDrift", NULL},
    {"StackSet", "StackSetName", "StackSetId", ENTRY, "CloudFormation DescribeStackSet", NULL},
    {"Summaries", "StackSetName", "StackSetId", SOME, "CloudFormation ListStackSets", NULL},
    {"Summaries", "StackSetId", "Region", SOME, "CloudFormation ListStackInstances", NULL},
    {"StackInstance", "StackSetId", "Region", ENTRY, "CloudFormation DescribeStackInstance", NULL},
    {"TemplateBody", NULL, NULL, BODY, "CloudFormation GetTemplate", NULL},
    {"StackEvents", "EventId", "LogicalResourceId", LIST, "CloudFormation DescribeStackEvents",
     WHAT_HAPPENED},
    {"Summaries", "OperationId", "Action", SOME, "CloudFormation ListStackSetOperations",
     WHAT_HAPPENED},
    {"Changes", "Type", "ResourceChange", SOME, "CloudFormation DescribeChangeSet", WHAT_WOULD},
    {"Summaries", "ChangeSetId", "StackId", SOME, "CloudFormation ListChangeSets", WHAT_WOULD},
    {"Exports", "ExportingStackId", "Name", SOME, "CloudFormation ListExports",
     "names values of stacks; index the stacks with DescribeStacks"},
};

static bool is_entry(const struct ix_json *node, const struct answer *answer) {
    return ix_json_get(node, answer->required) && ix_json_get(node, answer->also_required);
}

/* The text of a template is cut in an outline: its words must do. */
static bool is_body(const struct ix_json *node) {
    struct ix_sv text = ix_json_string(node);
    int confidence;
    return is_template(node, &confidence) || ix_sv_find(text, IX_SV("Resources")) != IX_SV_NPOS ||
           ix_sv_find(text, IX_SV("AWSTemplateFormatVersion")) != IX_SV_NPOS ||
           ix_sv_find(text, IX_SV("AWS::")) != IX_SV_NPOS;
}

/* An empty list says little by itself. */
static bool fits(const struct ix_json *node, const struct answer *answer, int *ret_confidence) {
    *ret_confidence = IX_CONFIDENCE_LIKELY;
    switch (answer->shape) {
    case ENTRY:
        return is_entry(node, answer);
    case BODY:
        return is_body(node);
    case LIST:
    case SOME:
        break;
    }
    const struct ix_json *first = ix_json_first(node);
    if (ix_json_kind(node) == IX_JSON_ARRAY && !first && answer->shape == LIST) {
        *ret_confidence = IX_CONFIDENCE_WEAK;
        return true;
    }
    return ix_json_kind(node) == IX_JSON_ARRAY && first && is_entry(first, answer);
}

static const struct answer *find_answer(const struct ix_json *outline, int *ret_confidence) {
    const struct ix_json *data = ix_json_get(outline, "data");
    const struct ix_json *root = data && ix_json_get(outline, "status_code") ? data : outline;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (fits(ix_json_get(root, answers[i].member), &answers[i], ret_confidence)) {
            return &answers[i];
        }
    }
    return NULL;
}

/* ---- snapshot files ---- */

/* {"tests/...py::test_name": {"recorded-date": ..., "recorded-content": {...}}}; LocalStack has
 * such files for every service, so the name of the test must say which. */
static bool is_snapshot(const struct ix_json *outline) {
    const struct ix_json *test = ix_json_first(outline);
    return ix_json_kind(ix_json_get(test, "recorded-content")) == IX_JSON_OBJECT &&
           ix_sv_find(ix_json_key(test), IX_SV("cloudformation")) != IX_SV_NPOS;
}

/* A change set without changes still says what it is. */
static bool is_change_set(const struct ix_json *outline) {
    return ix_json_get(outline, "ChangeSetId") && ix_json_get(outline, "ExecutionStatus");
}

struct ix_cfn_found ix_cfn_document_of(const struct ix_json *outline) {
    struct ix_cfn_found found = {.document = IX_CFN_OTHER, .confidence = IX_CONFIDENCE_LIKELY};
    if (ix_json_kind(outline) != IX_JSON_OBJECT) {
        return found;
    }
    if (is_template(outline, &found.confidence)) {
        found.document = IX_CFN_TEMPLATE;
        found.format = "CloudFormation template";
        return found;
    }
    if (is_snapshot(outline)) {
        return (struct ix_cfn_found){IX_CFN_SNAPSHOT, "LocalStack snapshot of CloudFormation", NULL,
                                     IX_CONFIDENCE_LIKELY};
    }
    if (is_change_set(outline)) {
        return (struct ix_cfn_found){IX_CFN_HISTORY, "CloudFormation DescribeChangeSet", WHAT_WOULD,
                                     IX_CONFIDENCE_LIKELY};
    }
    const struct answer *answer = find_answer(outline, &found.confidence);
    if (answer) {
        found.document = answer->reason ? IX_CFN_HISTORY : IX_CFN_ANSWER;
        found.format = answer->format;
        found.reason = answer->reason;
    }
    return found;
}
