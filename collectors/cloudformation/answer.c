/* Entries of the lists in answers, and the recordings they come wrapped in. Recordings of boto3 by
 * placebo ({"status_code", "data"}) hold times as objects, which become ISO 8601 text first. */
#include "collectors/cloudformation/answer.h"
#include "collectors/cloudformation/template.h"

/* ---- times ---- */

static bool part_of_time(const struct ix_json *node, const char *name, int64_t min, int64_t max,
                         int64_t *ret_value) {
    *ret_value = 0;
    const struct ix_json *part = ix_json_get(node, name);
    return part ? ix_json_int64(part, ret_value) && *ret_value >= min && *ret_value <= max
                : min == 0;
}

/* {"__class__": "datetime", "year": 2016, ...}, UTC. */
static void resolve_time(struct ix_arena *arena, struct ix_json *node) {
    int64_t year, month, day, hour, minute, second, micro;
    bool valid =
        part_of_time(node, "year", 1, 9999, &year) && part_of_time(node, "month", 1, 12, &month) &&
        part_of_time(node, "day", 1, 31, &day) && part_of_time(node, "hour", 0, 23, &hour) &&
        part_of_time(node, "minute", 0, 59, &minute) &&
        part_of_time(node, "second", 0, 60, &second) &&
        part_of_time(node, "microsecond", 0, 999999, &micro);
    if (valid) {
        struct ix_sv text =
            ix_arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)year, (int)month,
                            (int)day, (int)hour, (int)minute, (int)second, (int)micro);
        ix_json_become_string(arena, node, text);
    }
}

/* Below `node`, which itself is what is described and no time. */
static void resolve_times(struct ix_arena *arena, struct ix_json *node) {
    for (struct ix_json *c = ix_json_first(node); c; c = ix_json_next(c)) {
        if (ix_sv_eq(ix_json_get_string(c, "__class__"), IX_SV("datetime"))) {
            resolve_time(arena, c);
        } else {
            resolve_times(arena, c);
        }
    }
}

static int64_t time_of(const struct ix_json *node, const char *name) {
    int64_t ms;
    return ix_time_parse(ix_json_get_string(node, name), &ms) ? ms : IX_TIME_UNKNOWN;
}

/* ---- secrets ---- */

static bool says_secret(struct ix_sv name) {
    static const char *const words[] = {"password",   "passwd",      "passphrase", "secret",
                                        "token",      "credential",  "apikey",     "api_key",
                                        "privatekey", "private_key", "accesskey",  "access_key"};
    static const char *const harmless[] = {"Arn", "Name", "Id"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (ix_sv_ends(name, ix_sv_cstr(harmless[i]))) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ix_sv_find_nocase(name, ix_sv_cstr(words[i])) != IX_SV_NPOS) {
            return true;
        }
    }
    return false;
}

/* The API shows the value of a NoEcho parameter as "****". Outputs have no such mark; their names
 * and those of parameters tell. */
static void drop_secrets(struct ix_cfn_reading *r, const struct ix_json *pairs, const char *key,
                         const char *value) {
    for (const struct ix_json *p = ix_json_first(pairs); p; p = ix_json_next(p)) {
        struct ix_json *node = ix_json_get(p, value);
        bool no_echo = ix_sv_eq(ix_json_string(node), IX_SV("****"));
        if (node && (no_echo || says_secret(ix_json_get_string(p, key)))) {
            ix_json_become_string(&r->arena, node, IX_SV(IX_SECRET_MARKER));
        }
    }
}

/* ---- what entries share ---- */

/* Field `index` of arn:partition:service:region:account:rest; empty for placeholders of
 * recordings such as "<region>". */
static struct ix_sv arn_field(struct ix_sv arn, size_t index) {
    struct ix_sv field = {0};
    if (!ix_sv_starts(arn, IX_SV("arn:"))) {
        return field;
    }
    for (size_t i = 0; i <= index; i++) {
        if (!ix_sv_split(&arn, ':', &field)) {
            return (struct ix_sv){0};
        }
    }
    return ix_sv_starts(field, IX_SV("<")) ? (struct ix_sv){0} : field;
}

enum { ARN_REGION = 3, ARN_ACCOUNT = 4 };

static void place_by_arn(struct ix_resource *resource, struct ix_sv arn) {
    resource->region = arn_field(arn, ARN_REGION);
    resource->account = arn_field(arn, ARN_ACCOUNT);
}

static uint32_t flags_of_status(struct ix_sv status, struct ix_sv drift) {
    uint32_t flags = ix_sv_ends(status, IX_SV("_IN_PROGRESS")) ? IX_FLAG_PENDING : 0;
    static const char *const drifted[] = {"MODIFIED", "DELETED", "DRIFTED"};
    for (size_t i = 0; i < sizeof drifted / sizeof *drifted; i++) {
        flags |= ix_sv_eq_cstr(drift, drifted[i]) ? IX_FLAG_DRIFTED : 0;
    }
    return flags;
}

static bool is_deleted(struct ix_sv status) {
    return ix_sv_eq(status, IX_SV("DELETE_COMPLETE"));
}

static enum ix_code relate_to_stack(struct ix_cfn_reading *r, struct ix_sv from, const char *type,
                                    struct ix_sv stack_id, const char *path, struct ix_err *err) {
    struct ix_relation relation = {
        .from_address = from,
        .type = ix_sv_cstr(type),
        .to_id = stack_id,
        .path = ix_sv_cstr(path),
    };
    return ix_sv_empty(stack_id) ? IX_OK : ix_cfn_relate(r, &relation, err);
}

/* "arn:...:stack/NAME/uuid" names its stack; some entries have no other word for it. */
static struct ix_sv stack_name_of(const struct ix_json *node) {
    struct ix_sv name = ix_json_get_string(node, "StackName");
    struct ix_sv id = ix_json_get_string(node, "StackId");
    size_t begin = ix_sv_find(id, IX_SV(":stack/"));
    if (!ix_sv_empty(name) || begin == IX_SV_NPOS) {
        return name;
    }
    id = ix_sv_from(id, begin + IX_SV(":stack/").size);
    return ix_sv_sub(id, 0, ix_sv_find_char(id, '/'));
}

/* ---- stacks ---- */

static enum ix_code relate_to_parent(struct ix_cfn_reading *r, struct ix_sv from,
                                     const struct ix_json *node, struct ix_err *err) {
    struct ix_sv parent = ix_json_get_string(node, "ParentId");
    const char *path = ix_sv_empty(parent) ? "RootId" : "ParentId";
    return relate_to_stack(r, from, "parent", ix_json_get_string(node, path), path, err);
}

static enum ix_code push_stack(struct ix_cfn_reading *r, struct ix_json *node, struct ix_sv name,
                               struct ix_err *err) {
    struct ix_sv id = ix_json_get_string(node, "StackId");
    struct ix_resource resource = {
        .address = name,
        .native_type = IX_SV("AWS::CloudFormation::Stack"),
        .native_id = id,
        .name = name,
        .created_ms = time_of(node, "CreationTime"),
        .modified_ms = time_of(node, "LastUpdatedTime"),
        .flags = flags_of_status(
            ix_json_get_string(node, "StackStatus"),
            ix_json_string(ix_json_path(node, "DriftInformation", "StackDriftStatus", NULL))),
        .properties = node,
    };
    if (ix_json_is_true(ix_json_get(node, "EnableTerminationProtection"))) {
        resource.flags |= IX_FLAG_PROTECTED;
    }
    drop_secrets(r, ix_json_get(node, "Parameters"), "ParameterKey", "ParameterValue");
    drop_secrets(r, ix_json_get(node, "Outputs"), "OutputKey", "OutputValue");
    place_by_arn(&resource, id);
    ix_cfn_read_tags(r, ix_json_get(node, "Tags"), &resource);
    enum ix_code code = ix_cfn_push(r, &resource, err);
    return code == IX_OK ? relate_to_parent(r, name, node, err) : code;
}

static enum ix_code read_stack(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                               struct ix_err *err) {
    (void)key;
    struct ix_sv name = ix_json_get_string(node, "StackName");
    if (ix_sv_empty(name)) {
        r->counts.nameless++;
        return IX_OK;
    }
    if (is_deleted(ix_json_get_string(node, "StackStatus"))) {
        r->counts.deleted++;
        return IX_OK;
    }
    resolve_times(&r->arena, node);
    return push_stack(r, node, name, err);
}

/* ---- stack sets ---- */

/* Its id is its name and a UUID; the template that came with it is not what exists. */
static enum ix_code push_stack_set(struct ix_cfn_reading *r, struct ix_json *node,
                                   struct ix_sv name, struct ix_err *err) {
    struct ix_resource resource = {
        .address = name,
        .native_type = IX_SV("AWS::CloudFormation::StackSet"),
        .native_id = ix_json_get_string(node, "StackSetId"),
        .name = name,
        .created_ms = IX_TIME_UNKNOWN,
        .modified_ms = IX_TIME_UNKNOWN,
        .flags = flags_of_status((struct ix_sv){0}, ix_json_get_string(node, "DriftStatus")),
        .properties = node,
    };
    ix_json_remove(node, IX_SV("TemplateBody"));
    drop_secrets(r, ix_json_get(node, "Parameters"), "ParameterKey", "ParameterValue");
    place_by_arn(&resource, ix_json_get_string(node, "StackSetARN"));
    ix_cfn_read_tags(r, ix_json_get(node, "Tags"), &resource);
    return ix_cfn_push(r, &resource, err);
}

/* The stack that a set keeps in one account and region; one that could not be made has no id. */
static enum ix_code push_stack_instance(struct ix_cfn_reading *r, struct ix_json *node,
                                        struct ix_err *err) {
    struct ix_sv set = ix_json_get_string(node, "StackSetId");
    struct ix_sv account = ix_json_get_string(node, "Account");
    struct ix_sv region = ix_json_get_string(node, "Region");
    struct ix_sv name = stack_name_of(node);
    struct ix_resource resource = {
        .address = ix_arena_printf(&r->arena, "%.*s/%.*s/%.*s",
                                   IX_SV_FMT(ix_sv_sub(set, 0, ix_sv_find_char(set, ':'))),
                                   IX_SV_FMT(account), IX_SV_FMT(region)),
        .native_type = IX_SV("AWS::CloudFormation::Stack"),
        .native_id = ix_json_get_string(node, "StackId"),
        .account = account,
        .region = region,
        .created_ms = IX_TIME_UNKNOWN,
        .modified_ms = IX_TIME_UNKNOWN,
        .flags = flags_of_status((struct ix_sv){0}, ix_json_get_string(node, "DriftStatus")),
        .properties = node,
    };
    resource.name = ix_sv_empty(name) ? resource.address : name;
    resource.flags |= ix_sv_empty(resource.native_id) ? (uint32_t)IX_FLAG_PLANNED : 0;
    struct ix_sv from = resource.address;
    drop_secrets(r, ix_json_get(node, "ParameterOverrides"), "ParameterKey", "ParameterValue");
    enum ix_code code = ix_cfn_push(r, &resource, err);
    return code == IX_OK ? relate_to_stack(r, from, "parent", set, "StackSetId", err) : code;
}

/* ListStackSets and ListStackInstances both call their list `Summaries`. */
static enum ix_code read_stack_set(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                                   struct ix_err *err) {
    (void)key;
    struct ix_sv name = ix_json_get_string(node, "StackSetName");
    if (ix_sv_eq(ix_json_get_string(node, "Status"), IX_SV("DELETED"))) {
        r->counts.deleted++;
        return IX_OK;
    }
    resolve_times(&r->arena, node);
    if (!ix_sv_empty(name)) {
        return push_stack_set(r, node, name, err);
    }
    if (ix_sv_empty(ix_json_get_string(node, "StackSetId"))) {
        r->counts.nameless++;
        return IX_OK;
    }
    return push_stack_instance(r, node, err);
}

/* ---- resources of stacks ---- */

/* Some members hold JSON as text; as a structure it can be searched, and secrets in it are found by
 * their names. Text that is no JSON stays text. */
static void open_json_texts(struct ix_cfn_reading *r, const struct ix_json *node) {
    static const char *const members[] = {"Metadata", "ExpectedProperties", "ActualProperties"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct ix_json *text = ix_json_get(node, members[i]);
        struct ix_json *tree = NULL;
        struct ix_err ignored = {0};
        if (ix_sv_starts(ix_json_string(text), IX_SV("{")) &&
            ix_json_parse(&r->arena, ix_json_string(text), &tree, &ignored) == IX_OK) {
            ix_json_replace(text, tree);
        }
    }
}

/* What a difference is about stands in its path: {"PropertyPath": "/MasterUserPassword", ...}. */
static void drop_secret_differences(struct ix_cfn_reading *r, const struct ix_json *node) {
    const struct ix_json *differences = ix_json_get(node, "PropertyDifferences");
    drop_secrets(r, differences, "PropertyPath", "ExpectedValue");
    drop_secrets(r, differences, "PropertyPath", "ActualValue");
}

static struct ix_sv drift_status(const struct ix_json *node) {
    const struct ix_json *information = ix_json_get(node, "DriftInformation");
    return ix_json_get_string(information ? information : node, "StackResourceDriftStatus");
}

static int64_t stack_resource_time(const struct ix_json *node) {
    int64_t ms = time_of(node, "LastUpdatedTimestamp");
    return ms == IX_TIME_UNKNOWN ? time_of(node, "Timestamp") : ms;
}

static uint32_t stack_resource_flags(const struct ix_json *node) {
    struct ix_sv status = ix_json_get_string(node, "ResourceStatus");
    uint32_t flags = flags_of_status(status, drift_status(node));
    /* Without a physical id nothing was made yet, or the making failed. */
    if (ix_sv_empty(ix_json_get_string(node, "PhysicalResourceId"))) {
        flags |= IX_FLAG_PLANNED;
    }
    return flags;
}

static enum ix_code push_stack_resource(struct ix_cfn_reading *r, struct ix_json *node,
                                        struct ix_sv logical_id, struct ix_err *err) {
    struct ix_sv stack = stack_name_of(node);
    struct ix_sv stack_id = ix_json_get_string(node, "StackId");
    struct ix_sv id = ix_json_get_string(node, "PhysicalResourceId");
    struct ix_resource resource = {
        .address = ix_sv_empty(stack) ? logical_id
                                      : ix_arena_printf(&r->arena, "%.*s/%.*s", IX_SV_FMT(stack),
                                                        IX_SV_FMT(logical_id)),
        .native_type = ix_json_get_string(node, "ResourceType"),
        .native_id = id,
        .name = logical_id,
        .stack = stack,
        .created_ms = IX_TIME_UNKNOWN,
        .modified_ms = stack_resource_time(node),
        .flags = stack_resource_flags(node),
        .properties = node,
    };
    struct ix_sv from = resource.address;
    place_by_arn(&resource, ix_sv_empty(stack_id) ? id : stack_id);
    enum ix_code code = ix_cfn_push(r, &resource, err);
    return code == IX_OK ? relate_to_stack(r, from, "in_stack", stack_id, "StackId", err) : code;
}

static enum ix_code read_stack_resource(struct ix_cfn_reading *r, struct ix_sv key,
                                        struct ix_json *node, struct ix_err *err) {
    struct ix_sv logical_id = ix_json_get_string(node, "LogicalResourceId");
    r->listed += ix_sv_eq(key, IX_SV("StackResources"));
    if (ix_sv_empty(logical_id) || ix_sv_empty(ix_json_get_string(node, "ResourceType"))) {
        r->counts.nameless++;
        return IX_OK;
    }
    if (is_deleted(ix_json_get_string(node, "ResourceStatus"))) {
        r->counts.deleted++;
        return IX_OK;
    }
    resolve_times(&r->arena, node);
    open_json_texts(r, node);
    drop_secret_differences(r, node);
    return push_stack_resource(r, node, logical_id, err);
}

/* ---- answers ---- */

static enum ix_code read_next_token(struct ix_cfn_reading *r, struct ix_sv key,
                                    struct ix_json *node, struct ix_err *err) {
    (void)key;
    (void)err;
    r->has_more_pages |= !ix_sv_empty(ix_json_string(node));
    return IX_OK;
}

static const struct ix_cfn_member answer_members[] = {
    {"data", IX_CFN_INSIDE, NULL}, /* of a placebo recording */
    {"Stacks", IX_CFN_EACH_ELEMENT, read_stack},
    {"StackSummaries", IX_CFN_EACH_ELEMENT, read_stack},
    {"StackResources", IX_CFN_EACH_ELEMENT, read_stack_resource},
    {"StackResourceSummaries", IX_CFN_EACH_ELEMENT, read_stack_resource},
    {"StackResourceDetail", IX_CFN_ONE, read_stack_resource},
    {"StackResourceDrifts", IX_CFN_EACH_ELEMENT, read_stack_resource},
    {"StackResourceDrift", IX_CFN_ONE, read_stack_resource},
    {"StackSet", IX_CFN_ONE, read_stack_set},
    {"StackInstance", IX_CFN_ONE, read_stack_set},
    {"Summaries", IX_CFN_EACH_ELEMENT, read_stack_set},
    {"TemplateBody", IX_CFN_ONE, ix_cfn_template_body},
    {"NextToken", IX_CFN_ONE, read_next_token},
    {0},
};

enum ix_code ix_cfn_answer_stream(struct ix_cfn_reading *r, struct ix_err *err) {
    return ix_cfn_walk_stream(r, answer_members, err);
}

enum ix_code ix_cfn_answer_tree(struct ix_cfn_reading *r, const struct ix_json *tree,
                                struct ix_err *err) {
    return ix_cfn_walk_tree(r, answer_members, tree, err);
}

/* ---- snapshot files ---- */

static enum ix_code count_test_stack(struct ix_cfn_reading *r, struct ix_sv key,
                                     struct ix_json *node, struct ix_err *err) {
    (void)key;
    (void)node;
    (void)err;
    r->counts.test_stacks++;
    return IX_OK;
}

/* Recorded answers stand at any name the test chose. */
static const struct ix_cfn_member recorded_answer_members[] = {
    {"Stacks", IX_CFN_EACH_ELEMENT, count_test_stack},
    {"StackSummaries", IX_CFN_EACH_ELEMENT, count_test_stack},
    {"StackResources", IX_CFN_EACH_ELEMENT, read_stack_resource},
    {"StackResourceSummaries", IX_CFN_EACH_ELEMENT, read_stack_resource},
    {"StackResourceDetail", IX_CFN_ONE, read_stack_resource},
    {0},
};

/* {"recorded-date": ..., "recorded-content": {name: answer, ...}} of the test `key`. */
static enum ix_code read_test(struct ix_cfn_reading *r, struct ix_sv key, struct ix_json *node,
                              struct ix_err *err) {
    const struct ix_json *content =
        ix_json_clone(&r->document, ix_json_get(node, "recorded-content"));
    r->address_prefix = ix_arena_copy(&r->document, key);
    enum ix_code code = ix_arena_check(&r->document, err);
    for (struct ix_json *a = ix_json_first(content); a && code == IX_OK; a = ix_json_next(a)) {
        code = ix_cfn_walk_tree(r, recorded_answer_members, a, err);
    }
    r->address_prefix = (struct ix_sv){0};
    r->listed = 0; /* what a test listed says nothing of the file */
    ix_arena_reset(&r->document);
    return code;
}

static const struct ix_cfn_member snapshot_members[] = {
    {"*", IX_CFN_ONE, read_test},
    {0},
};

enum ix_code ix_cfn_snapshot_stream(struct ix_cfn_reading *r, struct ix_err *err) {
    return ix_cfn_walk_stream(r, snapshot_members, err);
}
