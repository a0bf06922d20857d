/* Which uid a thing gets: the tables are pairs of what a source shows and what must come out. */
#include <criterion/criterion.h>

#include "indexer/normalise/google.h"
#include "indexer/normalise/identity.h"
#include "tests/indexer/normalise/normal.h"

struct identity_case {
    const char *type, *provider, *properties, *uid;
};

#define HERE "source:state|there"

static void expect_uids(const struct identity_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        static struct normal n;
        const char *uid = normal_uid(&n, cases[i].type, cases[i].provider, cases[i].properties);
        cr_expect_str_eq(uid, cases[i].uid, "%s %s: %s", cases[i].type, cases[i].properties, uid);
    }
}

#define EXPECT_UIDS(...)                                                                           \
    do {                                                                                           \
        static const struct identity_case cases[] = {__VA_ARGS__};                                 \
        expect_uids(cases, sizeof cases / sizeof *cases);                                          \
    } while (0)

Test(normalise, takes_the_arn_that_is_the_things_own) {
    EXPECT_UIDS(
        {"aws_s3_bucket", "aws", "{\"id\":\"logs\",\"arn\":\"arn:aws:s3:::logs\"}",
         "arn:aws:s3:::logs"},
        {"aws_s3_bucket", "aws", "{\"Arn\":\"arn:aws-cn:s3:::logs\"}", "arn:aws-cn:s3:::logs"},
        {"aws_s3_bucket", "aws", "{\"id\":\"arn:aws:s3:::logs\"}", "arn:aws:s3:::logs"},
        {"aws_appmesh_mesh", "aws", "{\"arn\":\"arn:aws:appmesh:us-east-1:1:mesh/a\"}",
         "arn:aws:appmesh:us-east-1:1:mesh/a"});
}

Test(normalise, knows_a_queue_by_its_url) {
    EXPECT_UIDS(
        {"AWS::SQS::Queue", "aws",
         "{\"id\":\"https://sqs.eu-west-1.amazonaws.com/123456789012/jobs\"}",
         "arn:aws:sqs:eu-west-1:123456789012:jobs"},
        {"aws_sqs_queue", "aws",
         "{\"id\":\"https://sqs.cn-north-1.amazonaws.com.cn/123456789012/jobs.fifo\"}",
         "arn:aws-cn:sqs:cn-north-1:123456789012:jobs.fifo"},
        {"aws_sqs_queue", "aws",
         "{\"id\":\"https://sqs.eu-west-1.amazonaws.com/123456789012/a\","
         "\"arn\":\"arn:aws:sqs:eu-west-1:123456789012:b\"}",
         "arn:aws:sqs:eu-west-1:123456789012:b"},
        {"aws_sqs_queue_policy", "aws",
         "{\"id\":\"https://sqs.eu-west-1.amazonaws.com/123456789012/jobs\"}", HERE},
        {"aws_sqs_queue", "aws", "{\"id\":\"https://sqs.eu-west-1.amazonaws.com/jobs\"}", HERE},
        {"aws_sqs_queue", "aws", "{\"id\":\"https://sqs.eu-west-1.example.com/123456789012/a\"}",
         HERE},
        {"aws_sqs_queue", "aws",
         "{\"id\":\"https://sqs.eu-west-1.amazonaws.com/123456789012/a/b\"}", HERE});
}

Test(normalise, never_takes_the_arn_of_something_else) {
    EXPECT_UIDS({"aws_sns_topic_policy", "aws",
                 "{\"id\":\"arn:aws:sns:us-east-1:1:t\",\"arn\":\"arn:aws:sns:us-east-1:1:t\"}",
                 HERE},
                {"AWS::SecretsManager::SecretTargetAttachment", "aws",
                 "{\"id\":\"arn:aws:secretsmanager:us-east-1:1:secret:s\"}", HERE},
                {"aws_lb_listener_certificate", "aws",
                 "{\"id\":\"arn:aws:a:b:1:l/x_arn:aws:acm:b:1:c/y\"}", HERE},
                {"aws_cloudwatch_event_target", "aws",
                 "{\"id\":\"x\",\"arn\":\"arn:aws:lambda:us-east-1:1:function:f\"}", HERE},
                {"aws_secretsmanager_secret_version", "aws",
                 "{\"arn\":\"arn:aws:secretsmanager:us-east-1:1:secret:s\"}", HERE},
                {"aws_lambda_alias", "aws",
                 "{\"function_arn\":\"arn:aws:lambda:us-east-1:1:function:f\"}", HERE},
                {"aws_wafv2_web_acl_logging_configuration", "aws",
                 "{\"id\":\"arn:aws:wafv2:us-east-1:1:regional/webacl/a/b\"}", HERE});
}

/* The id of each is the ARN or name of what it belongs to; all are families of the table. */
Test(normalise, never_takes_a_setting_for_what_it_sets) {
    EXPECT_UIDS(
        {"aws_rds_cluster_activity_stream", "aws",
         "{\"id\":\"arn:aws:rds:us-east-1:1:cluster:orders\"}", HERE},
        {"aws_dynamodb_resource_policy", "aws",
         "{\"id\":\"arn:aws:dynamodb:us-east-1:1:table/carts\"}", HERE},
        {"google_bigquery_dataset_access", "gcp", "{\"id\":\"projects/p/datasets/sales\"}", HERE},
        {"google_project_default_service_accounts", "gcp", "{\"id\":\"projects/p\"}", HERE},
        {"google_compute_backend_bucket_signed_url_key", "gcp",
         "{\"id\":\"projects/p/global/backendBuckets/b\"}", HERE},
        {"azurerm_api_management_policy", "azure",
         "{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/"
         "service/a\"}",
         HERE},
        {"azurerm_app_service_source_control", "azure",
         "{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a\"}", HERE});
}

Test(normalise, takes_a_policy_that_is_a_thing_of_its_own) {
    EXPECT_UIDS(
        {"azurerm_firewall_policy", "azure",
         "{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
         "firewallPolicies/p\"}",
         "/subscriptions/s/resourcegroups/g/providers/microsoft.network/firewallpolicies/p"},
        {"aws_iam_policy", "aws", "{\"id\":\"arn:aws:iam::1:policy/p\"}",
         "arn:aws:iam::1:policy/p"},
        {"aws_sns_topic_subscription", "aws", "{\"id\":\"arn:aws:sns:us-east-1:1:t:1a2b3c4d\"}",
         "arn:aws:sns:us-east-1:1:t:1a2b3c4d"});
}

Test(normalise, builds_the_arn_only_when_every_part_is_known) {
    EXPECT_UIDS({"aws_s3_bucket", "aws", "{\"id\":\"logs\"}", "arn:aws:s3:::logs"},
                {"aws_instance", "aws", "{\"id\":\"i-0abc\"}", HERE},
                {"aws_s3_bucket", "aws", "{}", HERE},
                {"aws_s3_bucket", "aws", "{\"id\":\"https://logs.example\"}", HERE});
}

Test(normalise, builds_the_arn_from_account_and_zone) {
    struct normal n;
    normal_init(&n, "aws_instance", "aws", "{\"id\":\"i-0abc\"}");
    n.in.account = IX_SV("123456789012");
    n.in.zone = IX_SV("us-east-1a");
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.region, "us-east-1"));
    cr_expect(ix_sv_eq_cstr(n.out.uid, "arn:aws:ec2:us-east-1:123456789012:instance/i-0abc"),
              "%.*s", IX_SV_FMT(n.out.uid));
    normal_done(&n);
}

Test(normalise, reads_account_and_region_out_of_the_arn) {
    struct normal n;
    normal_init(&n, "aws_appmesh_mesh", "aws",
                "{\"arn\":\"arn:aws:appmesh:eu-west-1:123456789012:mesh/a\"}");
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.account, "123456789012"));
    cr_expect(ix_sv_eq_cstr(n.out.region, "eu-west-1"));
    normal_done(&n);
}

Test(normalise, lowers_azure_ids_and_keeps_settings_apart) {
    EXPECT_UIDS({"azurerm_subnet", "azure",
                 "{\"id\":\"/subscriptions/S1/resourceGroups/R/x/subnets/A\"}",
                 "/subscriptions/s1/resourcegroups/r/x/subnets/a"},
                {"azurerm_subnet_route_table_association", "azure",
                 "{\"id\":\"/subscriptions/S1/resourceGroups/R/x/subnets/A\"}", HERE});
}

Test(normalise, reads_the_subscription_and_location_of_azure) {
    struct normal n;
    normal_init(&n, "azurerm_subnet", "azure",
                "{\"id\":\"/subscriptions/S1/resourceGroups/R\",\"location\":\"westeurope\"}");
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.account, "s1"), "%.*s", IX_SV_FMT(n.out.account));
    cr_expect(ix_sv_eq_cstr(n.out.region, "westeurope"));
    normal_done(&n);
}

Test(normalise, writes_google_links_as_full_names) {
    EXPECT_UIDS(
        {"google_compute_instance", "gcp",
         "{\"self_link\":\"https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i\"}",
         "//compute.googleapis.com/projects/p/zones/z/instances/i"},
        {"google_compute_instance", "gcp", "{\"id\":\"projects/p/zones/z/instances/i\"}",
         "//compute.googleapis.com/projects/p/zones/z/instances/i"},
        {"google_storage_bucket", "gcp",
         "{\"self_link\":\"https://www.googleapis.com/storage/v1/b/logs\"}",
         "//storage.googleapis.com/logs"},
        {"google_sql_database_instance", "gcp",
         "{\"self_link\":\"https://sqladmin.googleapis.com/sql/v1beta4/projects/p/instances/i\"}",
         "//cloudsql.googleapis.com/projects/p/instances/i"},
        {"google_bigtable_instance", "gcp", "{\"id\":\"projects/p/instances/i\"}",
         "//bigtable.googleapis.com/projects/p/instances/i"},
        {"google_colab_runtime", "gcp", "{\"id\":\"projects/p/locations/l/notebookRuntimes/n\"}",
         "//aiplatform.googleapis.com/projects/p/locations/l/notebookRuntimes/n"},
        {"google_kms_key_ring", "gcp", "{\"id\":\"projects/p/locations/l/keyRings/k\"}",
         "//cloudkms.googleapis.com/projects/p/locations/l/keyRings/k"},
        {"google_pubsub_topic_iam_member", "gcp", "{\"id\":\"projects/p/topics/t\"}", HERE});
}

Test(normalise, takes_cut_links_for_no_names) {
    static const char *const links[] = {
        "https://",
        "https:///",
        "https://.googleapis.com",
        "https://www.googleapis.com/",
        "https://compute.googleapis.com/v1",
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct ix_sv link = ix_sv_cstr(links[i]);
        cr_expect(ix_sv_eq(ix_google_name(&arena, link), link), "%s", links[i]);
        cr_expect(ix_sv_eq(ix_identity_id(&arena, link), link), "%s", links[i]);
    }
    ix_arena_done(&arena);
}

Test(normalise, reads_project_region_and_zone_of_google) {
    struct normal n;
    normal_init(&n, "google_compute_instance", "gcp",
                "{\"id\":\"projects/p1/zones/europe-west1-b/instances/i\"}");
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.account, "p1"));
    cr_expect(ix_sv_eq_cstr(n.out.zone, "europe-west1-b"));
    cr_expect(ix_sv_eq_cstr(n.out.region, "europe-west1"));
    normal_done(&n);
}

Test(normalise, joins_kubernetes_objects_by_their_uid) {
    EXPECT_UIDS(
        {"kubernetes_service", "kubernetes", "{\"metadata\":[{\"uid\":\"u-1\"}]}", "k8s:u-1"},
        {"apps/v1 Deployment", "kubernetes", "{\"metadata\":{\"uid\":\"u-2\"}}", "k8s:u-2"},
        {"kubernetes_service", "kubernetes", "{\"metadata\":[{\"name\":\"w\"}]}", HERE});
}

Test(normalise, names_kubernetes_objects_only_inside_one_cluster) {
    static const char *const source_kinds[] = {"kubernetes", "pulumi"};
    static const char *const uids[] = {"k8s:blue/apps/Deployment/d/w", HERE};
    for (size_t i = 0; i < 2; i++) {
        struct normal n;
        normal_init(&n, "apps/v1 Deployment", "kubernetes",
                    "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\","
                    "\"metadata\":{\"name\":\"w\",\"namespace\":\"d\"}}");
        n.in.source_kind = ix_sv_cstr(source_kinds[i]);
        n.in.account = IX_SV("blue");
        normal_run(&n);
        cr_expect(ix_sv_eq_cstr(n.out.uid, uids[i]), "%.*s", IX_SV_FMT(n.out.uid));
        normal_done(&n);
    }
}

Test(normalise, keeps_what_need_not_exist_at_its_place) {
    static const uint32_t flags[] = {IX_FLAG_PLANNED, IX_FLAG_COMPONENT, 0};
    static const char *const variants[] = {"", "", "deposed:4a5b"};
    static const char *const uids[] = {HERE, HERE, HERE "|deposed:4a5b"};
    for (size_t i = 0; i < 3; i++) {
        struct normal n;
        normal_init(&n, "aws_s3_bucket", "aws", "{\"arn\":\"arn:aws:s3:::logs\"}");
        n.in.flags = flags[i];
        n.in.variant = ix_sv_cstr(variants[i]);
        normal_run(&n);
        cr_expect(ix_sv_eq_cstr(n.out.uid, uids[i]), "%zu: %.*s", i, IX_SV_FMT(n.out.uid));
        normal_done(&n);
    }
}

Test(normalise, joins_data_sources_with_the_real_thing) {
    struct normal n;
    normal_init(&n, "aws_s3_bucket", "aws", "{\"arn\":\"arn:aws:s3:::logs\"}");
    n.in.flags = IX_FLAG_EXTERNAL;
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.uid, "arn:aws:s3:::logs"));
    cr_expect(ix_sv_empty(n.out.managed_by));
    normal_done(&n);
}

Test(normalise, writes_far_ids_as_uids_are_written) {
    static const char *const ids[][2] = {
        {"/subscriptions/S/A/", "/subscriptions/s/a"},
        {"https://compute.googleapis.com/compute/beta/projects/p", //
         "//compute.googleapis.com/projects/p"},
        {"i-0ABC", "i-0ABC"},
        {"https://example.com/x", "https://example.com/x"},
        {"https://www.googleapis.com/", "https://www.googleapis.com/"},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct ix_sv id = ix_identity_id(&arena, ix_sv_cstr(ids[i][0]));
        cr_expect(ix_sv_eq_cstr(id, ids[i][1]), "%s: %.*s", ids[i][0], IX_SV_FMT(id));
    }
    ix_arena_done(&arena);
}
