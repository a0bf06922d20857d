/* Templates: both spellings give the same records, and what is no resource does not become one. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

static void assert_tag(const struct ix_json *resource, const char *key, const char *value) {
    struct ix_sv found = ix_json_string(ix_json_path(resource, "tags", key, NULL));
    cr_assert(ix_sv_eq_cstr(found, value), "tag %s is %.*s", key, IX_SV_FMT(found));
}

Test(cloudformation_templates, give_equal_bytes_for_json_and_yaml_with_short_tags) {
    struct collected json, yaml;
    collect_unnamed(&json, "twin.json");
    collect_unnamed(&yaml, "twin.yaml");
    cr_assert_eq(json.code, IX_OK, "%s", json.err.text);
    cr_assert_eq(yaml.code, IX_OK, "%s", yaml.err.text);
    cr_assert_eq(count_records(&json, "resource"), 6);
    cr_assert(ix_sv_eq(ix_buf_sv(&json.lines), ix_buf_sv(&yaml.lines)));
    collected_done(&json);
    collected_done(&yaml);
}

Test(cloudformation_templates, turn_every_short_tag_into_its_long_form) {
    static const struct {
        const char *yaml, *json;
    } cases[] = {
        {"!Ref A", "{\"Ref\":\"A\"}"},
        {"!Condition A", "{\"Condition\":\"A\"}"},
        {"!GetAtt A.B", "{\"Fn::GetAtt\":[\"A\",\"B\"]}"},
        {"!GetAtt A.B.C", "{\"Fn::GetAtt\":[\"A\",\"B.C\"]}"},
        {"!GetAtt [A, B]", "{\"Fn::GetAtt\":[\"A\",\"B\"]}"},
        {"!Sub 10", "{\"Fn::Sub\":\"10\"}"},
        {"!Sub ['${x}', {x: 1}]", "{\"Fn::Sub\":[\"${x}\",{\"x\":1}]}"},
        {"!ImportValue a", "{\"Fn::ImportValue\":\"a\"}"},
        {"!GetAZs", "{\"Fn::GetAZs\":\"\"}"},
        {"!Base64 a", "{\"Fn::Base64\":\"a\"}"},
        {"!Join ['', [a]]", "{\"Fn::Join\":[\"\",[\"a\"]]}"},
        {"!Select [0, [a]]", "{\"Fn::Select\":[0,[\"a\"]]}"},
        {"!Split [a, b]", "{\"Fn::Split\":[\"a\",\"b\"]}"},
        {"!FindInMap [a, b, c]", "{\"Fn::FindInMap\":[\"a\",\"b\",\"c\"]}"},
        {"!Cidr [a, 1, 2]", "{\"Fn::Cidr\":[\"a\",1,2]}"},
        {"!If [A, !Ref B, c]", "{\"Fn::If\":[\"A\",{\"Ref\":\"B\"},\"c\"]}"},
        {"!And [a]", "{\"Fn::And\":[\"a\"]}"},
        {"!Or [a]", "{\"Fn::Or\":[\"a\"]}"},
        {"!Not [a]", "{\"Fn::Not\":[\"a\"]}"},
        {"!Equals [a, b]", "{\"Fn::Equals\":[\"a\",\"b\"]}"},
        {"!Transform {Name: a}", "{\"Fn::Transform\":{\"Name\":\"a\"}}"},
        {"!Length [a]", "{\"Fn::Length\":[\"a\"]}"},
        {"!ToJsonString {a: 1}", "{\"Fn::ToJsonString\":{\"a\":1}}"},
        {"!Contains [[a], a]", "{\"Fn::Contains\":[[\"a\"],\"a\"]}"},
        {"!Unheard kept", "\"kept\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c;
        struct ix_buf yaml = {0}, value = {0};
        ix_buf_printf(&yaml,
                      "Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      P: %s\n",
                      cases[i].yaml);
        collect_bytes(&c, tested.usual_name, ix_buf_sv(&yaml));
        ix_json_write(&value, ix_json_path(find_resource(&c, "R", ""), "properties", "P", NULL));
        cr_assert(ix_sv_eq_cstr(ix_buf_sv(&value), cases[i].json), "%s gave %.*s", cases[i].yaml,
                  IX_SV_FMT(ix_buf_sv(&value)));
        ix_buf_done(&value);
        ix_buf_done(&yaml);
        collected_done(&c);
    }
}

Test(cloudformation_templates, are_wishes_with_properties_and_attributes_side_by_side) {
    struct collected c;
    collect_fixture(&c, "twin.yaml");
    const struct ix_json *bucket = find_resource(&c, "Bucket", "");
    cr_assert(has_flag(bucket, "planned"));
    cr_assert(has_flag(bucket, "unresolved"), "a tag of it is a function");
    cr_assert(!has_flag(bucket, "protected"), "Retain keeps data, it does not protect");
    cr_assert_eq(ix_json_kind(ix_json_get(bucket, "native_id")), IX_JSON_NULL);
    cr_assert(ix_sv_eq_cstr(ix_json_get_string(bucket, "name"), "acme-data"));
    const struct ix_json *properties = ix_json_get(bucket, "properties");
    cr_assert(ix_json_get(properties, "BucketEncryption"));
    cr_assert(ix_sv_eq_cstr(ix_json_get_string(properties, "$Condition"), "IsProd"));
    cr_assert(ix_sv_eq_cstr(ix_json_get_string(properties, "$DeletionPolicy"), "Retain"));
    cr_assert(!has_flag(find_resource(&c, "Role", ""), "unresolved"),
              "the Condition of a policy statement is no function");
    collected_done(&c);
}

Test(cloudformation_templates, keep_literal_tags_and_count_the_others) {
    struct collected c;
    collect_fixture(&c, "twin.yaml");
    assert_tag(find_resource(&c, "Bucket", ""), "env", "prod");
    assert_tag(find_resource(&c, "Bucket", ""), "cost", "12");
    assert_tag(find_resource(&c, "Handler", ""), "team", "shop");
    cr_assert_null(ix_json_path(find_resource(&c, "Bucket", ""), "tags", "stage", NULL));
    cr_assert(has_note(&c, "tags whose key or value only a deployment resolves: 2"));
    collected_done(&c);
}

Test(cloudformation_templates, do_not_take_loops_and_transforms_for_resources) {
    struct collected c;
    collect_fixture(&c, "twin.yaml");
    cr_assert_null(find_resource(&c, "Fn::ForEach::Topics", ""));
    cr_assert_null(find_resource(&c, "Fn::Transform", ""));
    cr_assert_null(find_resource(&c, "Loose", ""));
    cr_assert(has_note(&c, "Fn::ForEach loops in Resources, not expanded: 1"));
    cr_assert(has_note(&c, "Fn::Transform entries in Resources, not expanded: 1"));
    cr_assert(has_note(&c, "entries of Resources without a name or a Type: 1"));
    cr_assert(has_note(&c, "transform AWS::Serverless-2016-10-31"));
    cr_assert(has_flag(find_resource(&c, "Network", ""), "component"));
    collected_done(&c);
}

Test(cloudformation_templates, relate_resources_through_functions_and_depends_on) {
    static const struct {
        const char *from, *to, *path;
    } cases[] = {
        {"Queue", "Bucket", "QueueName"},
        {"Handler", "Role", "Role"},
        {"Handler", "Queue", "Events.FromQueue.Properties.Queue"},
        {"Handler", "Bucket", "Environment.Variables.TARGET"},
        {"Handler", "Nested", "Environment.Variables.OUTPUT"},
    };
    struct collected c;
    collect_fixture(&c, "twin.json");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ix_json *relation =
            find_relation(&c, "depends_on", cases[i].from, cases[i].to);
        cr_assert(relation, "%s to %s", cases[i].from, cases[i].to);
        cr_assert(ix_sv_eq_cstr(ix_json_get_string(relation, "path"), cases[i].path));
    }
    cr_assert_eq(count_relations(&c, "depends_on", NULL, NULL, NULL), sizeof cases / sizeof *cases,
                 "parameters, literals and pseudo parameters are no resources");
    collected_done(&c);
}

Test(cloudformation_templates, never_show_the_default_of_a_parameter_without_echo) {
    struct collected c;
    collect_fixture(&c, "twin.yaml");
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("planted")), IX_SV_NPOS);
    collected_done(&c);
}

Test(cloudformation_templates, let_the_last_of_repeated_logical_ids_count) {
    struct collected c;
    collect_fixture(&c, "repeated-ids.json");
    cr_assert_eq(count_records(&c, "resource"), 2);
    cr_assert(ix_sv_eq_cstr(ix_json_get_string(find_resource(&c, "A", ""), "native_type"),
                            "AWS::S3::Bucket"));
    cr_assert(has_note(&c, "logical id comes again"));
    collected_done(&c);
}

Test(cloudformation_templates, note_properties_that_are_no_object) {
    struct collected c;
    collect_bytes(&c, tested.usual_name,
                  IX_SV("{\"Resources\": {\"A\": {\"Type\": \"A::B\", \"Properties\": 5}}}"));
    cr_assert_eq(count_records(&c, "resource"), 1);
    cr_assert(has_note(&c, "Properties that are no object: 1"));
    collected_done(&c);
}

Test(cloudformation_templates, with_more_resources_than_the_limit_end_with_one_clear_line) {
    struct collected c;
    struct ix_buf text = {0};
    ix_buf_add_cstr(&text, "{\"Resources\": {\"R\": {\"Type\": \"A::B\"}");
    for (int i = 0; i < 100000; i++) {
        ix_buf_printf(&text, ",\"R%d\": {\"Type\": \"A::B\"}", i);
    }
    ix_buf_add_cstr(&text, "}}");
    collect_bytes(&c, tested.usual_name, ix_buf_sv(&text));
    cr_assert_eq(c.code, IX_LIMIT);
    cr_assert(strstr(c.err.text, "more than 100000 resources"), "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 0, "nothing was pushed before it was known");
    ix_buf_done(&text);
    collected_done(&c);
}

Test(cloudformation_templates, that_are_broken_are_refused_with_the_place) {
    static const struct {
        const char *name, *place;
    } cases[] = {{"broken.json", "line 4, column 42"}, {"broken.yaml", "line 5, column 8"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c;
        collect_fixture(&c, cases[i].name);
        cr_assert_eq(c.recognised.claim, IX_CLAIM_REFUSE, "%s", cases[i].name);
        cr_assert_neq(ix_sv_find(c.recognised.reason, ix_sv_cstr(cases[i].place)), IX_SV_NPOS,
                      "%.*s", IX_SV_FMT(c.recognised.reason));
        collected_done(&c);
    }
}

Test(cloudformation_templates, are_told_from_what_looks_like_them) {
    static const char *const others[] = {
        "apiVersion: v1\nkind: ConfigMap\nResources: {}\n",
        "services:\n  web: {image: nginx}\n",
        "service: x\nprovider: {name: aws}\nresources:\n  Resources:\n    A: {Type: AWS::S3::B}\n",
        "name: program\nruntime: yaml\nresources:\n  a: {type: 'aws:s3:Bucket'}\n",
        "{\"Resources\": {\"a\": {\"Type\": \"file\"}, \"b\": {\"Type\": \"C::D\"}}}",
        "{\"Resources\": []}",
        "{\"Stacks\": [{\"StackId\": \"1\", \"Name\": \"opsworks\"}]}",
        "{\"Stacks\": [{\"Arn\": \"arn:aws:appstream:::stack/x\", \"Name\": \"appstream\"}]}",
        "{\"TemplateBody\": \"Hello {{name}}\"}",
        "[]",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct collected c;
        collect_bytes(&c, tested.usual_name, ix_sv_cstr(others[i]));
        cr_assert_eq(c.recognised.claim, IX_CLAIM_NONE, "%s", others[i]);
        collected_done(&c);
    }
}

Test(cloudformation_templates, without_a_version_are_recognised_by_their_types) {
    static const char *const templates[] = {
        "{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\"}}}",
        "{\"Resources\": {\"A\": {\"Type\": \"Custom::Thing\"}}}",
        "Resources:\n  Fn::ForEach::A: [X, [a], {'${X}': {Type: AWS::SNS::Topic}}]\n",
        "AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n",
    };
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        struct collected c;
        collect_bytes(&c, tested.usual_name, ix_sv_cstr(templates[i]));
        cr_assert_eq(c.recognised.claim, IX_CLAIM_READ, "%s", templates[i]);
        cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
        cr_assert(find_scope(&c), "%s", templates[i]);
        collected_done(&c);
    }
}

Test(cloudformation_templates, tell_what_they_export_and_import_by_name) {
    struct collected c;
    collect_bytes(&c, tested.usual_name,
                  IX_SV("Resources:\n"
                        "  Vpc: {Type: 'AWS::EC2::VPC'}\n"
                        "  Other: {Type: 'AWS::EC2::VPC'}\n"
                        "  Host:\n"
                        "    Type: AWS::EC2::Instance\n"
                        "    Properties:\n"
                        "      SubnetId: !ImportValue net-subnet\n"
                        "      Tags: [{Key: net, Value: !ImportValue net-subnet}]\n"
                        "      KeyName: !ImportValue {'Fn::Sub': '${Net}-key'}\n"
                        "Outputs:\n"
                        "  A: {Value: !Ref Vpc, Export: {Name: net-vpc}}\n"
                        "  B: {Value: !GetAtt Vpc.CidrBlock, Export: {Name: !Sub '${Other}-c'}}\n"
                        "  C: {Value: !Ref Other}\n"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_str_eq(property(find_resource(&c, "Vpc", ""), "$Exports"),
                     "[\"net-vpc\",{\"Fn::Sub\":\"${Other}-c\"}]");
    cr_expect_str_eq(property(find_resource(&c, "Other", ""), "$Exports"), "");
    cr_expect_eq(count_relations(&c, "consumes_outputs_of", "Host", "net-subnet", "SubnetId"), 1);
    cr_expect_eq(count_records(&c, "relation"), 1);
    collected_done(&c);
}
