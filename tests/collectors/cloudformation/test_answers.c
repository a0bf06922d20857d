/* Answers of the API and recordings of them: ids, status, drift, secrets, and how far they reach.
 */
#include <criterion/criterion.h>

#include "indexer/model/resource.h"
#include "tests/support/collected.h"

#define SHOP_ID                                                                                    \
    "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/"                                    \
    "11111111-aaaa-11ef-8888-000000000001"

Test(cloudformation_answers, of_describe_stacks_give_stacks) {
    struct collected c;
    collect_fixture(&c, "describe-stacks.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 2, "the deleted one is left out");
    cr_assert(has_note(&c, "deleted entries (DELETE_COMPLETE): 1"));
    const struct ix_json *shop = find_resource(&c, "shop", "");
    cr_assert(text_is(shop, "native_type", "AWS::CloudFormation::Stack"));
    cr_assert(text_is(shop, "native_id", SHOP_ID));
    cr_assert(text_is(shop, "account", "123456789012"));
    cr_assert(text_is(shop, "region", "eu-west-1"));
    cr_assert(text_is(shop, "created", "2024-03-04T05:06:07.890Z"));
    cr_assert(text_is(shop, "modified", "2024-04-05T06:07:08Z"));
    cr_assert(has_flag(shop, "pending") && has_flag(shop, "drifted"));
    cr_assert(has_flag(shop, "protected") && !has_flag(shop, "planned"));
    cr_assert(text_is(ix_json_get(shop, "tags"), "env", "prod"));
    cr_assert(find_relation(&c, "parent", "shop-db", SHOP_ID));
    collected_done(&c);
}

Test(cloudformation_answers, hide_parameters_without_echo_and_what_is_named_a_secret) {
    struct collected c;
    collect_fixture(&c, "describe-stacks.json");
    const struct ix_json *properties = ix_json_get(find_resource(&c, "shop", ""), "properties");
    const struct ix_json *parameters = ix_json_get(properties, "Parameters");
    const struct ix_json *outputs = ix_json_get(properties, "Outputs");
    cr_assert(text_is(ix_json_at(parameters, 0), "ParameterValue", "prod"));
    cr_assert(text_is(ix_json_at(parameters, 1), "ParameterValue", IX_SECRET_MARKER));
    cr_assert(text_is(ix_json_at(parameters, 2), "ParameterValue", IX_SECRET_MARKER));
    cr_assert(text_is(ix_json_at(outputs, 0), "OutputValue", "https://shop.example"));
    cr_assert(text_is(ix_json_at(outputs, 1), "OutputValue", IX_SECRET_MARKER));
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("planted")), IX_SV_NPOS);
    cr_assert_neq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("secret:x")), IX_SV_NPOS,
                  "the name of a secret is none");
    collected_done(&c);
}

Test(cloudformation_answers, in_yaml_mean_the_same) {
    struct collected c;
    collect_fixture(&c, "describe-stacks.yaml");
    cr_assert_eq(count_records(&c, "resource"), 1);
    cr_assert(text_is(find_resource(&c, "shop", ""), "native_id", SHOP_ID));
    cr_assert(text_is(find_resource(&c, "shop", ""), "created", "2024-03-04T05:06:07.890Z"));
    collected_done(&c);
}

Test(cloudformation_answers, with_a_next_token_are_partial) {
    struct collected c;
    collect_fixture(&c, "list-stacks.json");
    cr_assert_eq(count_records(&c, "resource"), 1);
    cr_assert_eq(count_records(&c, "scope"), 1);
    cr_assert(text_is(find_scope(&c), "outcome", "partial"));
    cr_assert_neq(ix_sv_find(ix_json_get_string(find_scope(&c), "text"), IX_SV("NextToken")),
                  IX_SV_NPOS);
    collected_done(&c);
}

Test(cloudformation_answers, of_describe_stack_resources_are_partial_at_a_hundred_entries) {
    static const struct {
        int entries;
        const char *outcome;
    } cases[] = {{99, "whole"}, {100, "partial"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c;
        struct ix_buf answer = {0};
        ix_buf_add_cstr(&answer, "{\"StackResources\": [");
        for (int n = 0; n < cases[i].entries; n++) {
            ix_buf_printf(&answer, "%s{\"LogicalResourceId\": \"R%d\", \"ResourceType\": \"A::B\"}",
                          n ? "," : "", n);
        }
        ix_buf_add_cstr(&answer, "]}");
        collect_bytes(&c, tested.usual_name, ix_buf_sv(&answer));
        cr_assert_eq(count_records(&c, "resource"), (size_t)cases[i].entries);
        cr_assert(text_is(find_scope(&c), "outcome", cases[i].outcome));
        collected_done(&c);
        /* without its outer braces it is YAML */
        collect_bytes(&c, tested.usual_name, ix_sv_sub(ix_buf_sv(&answer), 1, answer.size - 1));
        cr_assert(text_is(find_scope(&c), "outcome", cases[i].outcome), "YAML");
        ix_buf_done(&answer);
        collected_done(&c);
    }
}

Test(cloudformation_answers, of_describe_stack_resources_give_physical_ids_and_drift) {
    struct collected c;
    collect_fixture(&c, "describe-stack-resources.json");
    cr_assert_eq(count_records(&c, "resource"), 2);
    const struct ix_json *site = find_resource(&c, "shop/Site", "");
    cr_assert(text_is(site, "native_id", "acme-site"));
    cr_assert(text_is(site, "name", "Site"));
    cr_assert(text_is(site, "stack", "shop"));
    cr_assert(text_is(site, "modified", "2024-03-04T05:06:07.890Z"));
    cr_assert(text_is(site, "region", "eu-west-1"));
    cr_assert(has_flag(site, "drifted") && !has_flag(site, "pending"));
    const struct ix_json *database = find_resource(&c, "shop/Database", "");
    cr_assert(has_flag(database, "pending") && has_flag(database, "planned"),
              "nothing shows that it exists yet");
    cr_assert(find_relation(&c, "in_stack", "shop/Site", SHOP_ID));
    cr_assert(has_note(&c, "deleted entries (DELETE_COMPLETE): 1"));
    cr_assert(has_note(&c, "entries without a name"));
    collected_done(&c);
}

Test(cloudformation_answers, of_describe_stack_resource_give_one) {
    struct collected c;
    collect_fixture(&c, "describe-stack-resource.json");
    cr_assert_eq(count_records(&c, "resource"), 1);
    cr_assert(text_is(find_resource(&c, "shop/Site", ""), "native_id", "acme-site"));
    collected_done(&c);
}

Test(cloudformation_answers, of_drift_detection_open_their_texts_and_hide_secrets) {
    struct collected c;
    collect_fixture(&c, "describe-stack-resource-drifts.json");
    const struct ix_json *database = find_resource(&c, "shop/Database", "");
    cr_assert(has_flag(database, "drifted"));
    cr_assert(text_is(database, "stack", "shop"), "from the stack's id");
    const struct ix_json *properties = ix_json_get(database, "properties");
    cr_assert(
        text_is(ix_json_get(properties, "ActualProperties"), "DBInstanceClass", "db.t3.large"));
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("planted")), IX_SV_NPOS);
    collected_done(&c);
}

Test(cloudformation_answers, count_documents_that_mean_nothing_here) {
    struct collected c;
    collect_bytes(&c, tested.usual_name, IX_SV("{\"Stacks\": []} {\"Other\": 1} [1]"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(has_note(&c, "documents that are nothing of CloudFormation: 2"));
    collected_done(&c);
}

Test(cloudformation_answers, recorded_by_placebo_have_their_times_read) {
    struct collected c;
    collect_fixture(&c, "list-stack-resources.placebo.json");
    const struct ix_json *topic = find_resource(&c, "Topic", "");
    cr_assert(text_is(topic, "modified", "2016-12-20T12:32:06.615Z"));
    cr_assert(text_is(topic, "region", "eu-central-1"), "from the resource's own ARN");
    cr_assert(text_is(ix_json_get(topic, "properties"), "LastUpdatedTimestamp",
                      "2016-12-20T12:32:06.615000Z"));
    collected_done(&c);
}

Test(cloudformation_answers, that_say_a_resource_is_a_time_keep_the_resource) {
    struct collected c;
    collect_bytes(&c, tested.usual_name,
                  IX_SV("{\"StackResourceSummaries\": [{\"LogicalResourceId\": \"T\", "
                        "\"ResourceType\": \"AWS::SNS::Topic\", \"__class__\": \"datetime\", "
                        "\"year\": 2016, \"month\": 12, \"day\": 20}]}"));
    const struct ix_json *topic = find_resource(&c, "T", "");
    cr_assert_eq(ix_json_kind(ix_json_get(topic, "properties")), IX_JSON_OBJECT);
    collected_done(&c);
}

Test(cloudformation_answers, of_get_template_are_the_same_in_all_three_forms) {
    struct collected object, json, yaml;
    collect_unnamed(&object, "get-template-object.json");
    collect_unnamed(&json, "get-template-json-text.json");
    collect_unnamed(&yaml, "get-template-yaml-text.json");
    cr_assert_eq(count_records(&object, "resource"), 2);
    cr_assert(find_relation(&object, "depends_on", "Policy", "Topic"));
    cr_assert(ix_sv_eq(ix_buf_sv(&object.lines), ix_buf_sv(&json.lines)));
    cr_assert(ix_sv_eq(ix_buf_sv(&object.lines), ix_buf_sv(&yaml.lines)));
    collected_done(&object);
    collected_done(&json);
    collected_done(&yaml);
}

Test(cloudformation_answers, with_a_broken_template_body_say_so) {
    struct collected c;
    collect_bytes(&c, tested.usual_name, IX_SV("{\"TemplateBody\": \"{\\\"Resources\\\": {,}}\"}"));
    cr_assert_eq(c.code, IX_INVALID);
    cr_assert(strstr(c.err.text, "TemplateBody: "), "%s", c.err.text);
    collected_done(&c);
}

Test(cloudformation_answers, that_tell_history_are_ignored_with_a_word) {
    struct collected c;
    collect_fixture(&c, "describe-stack-events.json");
    cr_assert_eq(c.recognised.claim, IX_CLAIM_IGNORE);
    cr_assert(!ix_sv_empty(c.recognised.reason));
    collected_done(&c);
}

Test(cloudformation_answers, that_hold_nothing_say_what_to_index_instead) {
    static const char *const rows[][2] = {
        {"{\"Changes\": [{\"Type\": \"Resource\", \"ResourceChange\": {}}]}", "what would change"},
        {"{\"Changes\": [], \"ChangeSetId\": \"arn:x\", \"ExecutionStatus\": \"AVAILABLE\"}",
         "what would change"},
        {"{\"Summaries\": [{\"ChangeSetId\": \"a\", \"StackId\": \"b\"}]}", "what would change"},
        {"{\"Exports\": [{\"ExportingStackId\": \"a\", \"Name\": \"b\", \"Value\": \"c\"}]}",
         "index the stacks"},
        {"{\"Summaries\": [{\"OperationId\": \"a\", \"Action\": \"CREATE\"}]}", "what happened"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        collect_bytes(&c, tested.usual_name, ix_sv_cstr(rows[i][0]));
        cr_expect_eq(c.recognised.claim, IX_CLAIM_IGNORE, "row %zu", i);
        cr_expect_neq(ix_sv_find(c.recognised.reason, ix_sv_cstr(rows[i][1])), IX_SV_NPOS, "%zu",
                      i);
        collected_done(&c);
    }
}

Test(cloudformation_answers, of_stack_sets_give_the_sets_and_their_stacks) {
    struct collected c;
    collect_bytes(&c, tested.usual_name,
                  IX_SV("{\"StackSet\": {\"StackSetName\": \"base\", \"StackSetId\": \"base:1\", "
                        "\"Status\": \"ACTIVE\", \"TemplateBody\": \"Default: planted\", "
                        "\"StackSetARN\": \"arn:aws:cloudformation:eu-west-1:123456789012:stackset/"
                        "base:1\", \"Parameters\": [{\"ParameterKey\": \"Password\", "
                        "\"ParameterValue\": \"planted\"}]}}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    const struct ix_json *set = find_resource(&c, "base", "");
    cr_expect(text_is(set, "native_type", "AWS::CloudFormation::StackSet"));
    cr_expect(text_is(set, "native_id", "base:1"));
    cr_expect(text_is(set, "account", "123456789012"));
    cr_expect_null(strstr(ix_buf_cstr(&c.lines), "planted"));
    collected_done(&c);
    collect_bytes(&c, tested.usual_name,
                  IX_SV("{\"Summaries\": [{\"StackSetId\": \"base:1\", \"Account\": \"1\", "
                        "\"Region\": \"eu-west-1\", \"StackId\": \"" SHOP_ID "\", "
                        "\"DriftStatus\": \"DRIFTED\"}, {\"StackSetId\": \"base:1\", "
                        "\"Account\": \"2\", \"Region\": \"eu-west-1\"}]}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    const struct ix_json *stack = find_resource(&c, "base/1/eu-west-1", "");
    cr_expect(text_is(stack, "native_type", "AWS::CloudFormation::Stack"));
    cr_expect(text_is(stack, "native_id", SHOP_ID) && text_is(stack, "name", "shop"));
    cr_expect(has_flag(stack, "drifted") && !has_flag(stack, "planned"));
    cr_expect(has_flag(find_resource(&c, "base/2/eu-west-1", ""), "planned"));
    cr_expect(find_relation(&c, "parent", "base/1/eu-west-1", "base:1"));
    collected_done(&c);
}

Test(cloudformation_answers, in_snapshot_files_carry_the_name_of_their_test) {
    struct collected c;
    collect_fixture(&c, "snapshot.json");
    cr_assert_eq(count_records(&c, "resource"), 2);
    const char *one = "tests/aws/services/cloudformation/test_a.py::test_one/<stack-name:1>/Topic";
    cr_assert(text_is(find_resource(&c, one, ""), "native_id", "<resource:4>"), "kept as given");
    cr_assert(find_relation(&c, "in_stack", one, NULL));
    cr_assert(has_note(&c, "recorded moments of test stacks: 1"));
    collected_done(&c);
}
