/* The table of type families is data written by hand: most tests here walk all of it. */
#include <criterion/criterion.h>

#include "indexer/normalise/type.h"

enum { FAMILIES_PROMISED = 2700 };

static bool is_listed(const char *const *list, const char *word) {
    while (*list && strcmp(*list, word) != 0) {
        list++;
    }
    return *list != NULL;
}

static void check_canonical(const char *native, const char *provider, const char *expected) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    struct ix_sv name = ix_type_canonical(&arena, ix_sv_cstr(native), ix_sv_cstr(provider));
    cr_expect(ix_sv_eq_cstr(name, expected), "%s gave %.*s instead of %s", native, IX_SV_FMT(name),
              expected);
    ix_arena_done(&arena);
}

Test(types, are_as_many_as_promised) {
    cr_assert_geq(ix_type_count(), (size_t)FAMILIES_PROMISED);
    cr_assert_null(ix_type_at(ix_type_count()));
}

Test(types, are_of_known_kinds_and_categories) {
    for (size_t i = 0; i < ix_type_count(); i++) {
        const struct ix_type *type = ix_type_at(i);
        cr_expect(is_listed(ix_kinds, type->kind), "%s: kind %s", type->name, type->kind);
        cr_expect(is_listed(ix_categories, type->category), "%s: category %s", type->name,
                  type->category);
    }
}

/* A spelling written twice is found only under the family that came first. */
Test(types, are_found_by_each_spelling_in_any_case) {
    for (size_t i = 0; i < ix_type_count(); i++) {
        const struct ix_type *type = ix_type_at(i);
        struct ix_sv rest = ix_sv_cstr(type->spellings);
        struct ix_sv spelling;
        cr_expect_eq(ix_type_find(ix_sv_cstr(type->name)), type, "%s", type->name);
        while (ix_sv_split(&rest, ' ', &spelling)) {
            char upper[256];
            cr_assert_lt(spelling.size, sizeof upper);
            for (size_t at = 0; at < spelling.size; at++) {
                char c = spelling.data[at];
                upper[at] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
            }
            cr_expect_eq(ix_type_find(ix_sv_of(upper, spelling.size)), type, "%s: %.*s", type->name,
                         IX_SV_FMT(spelling));
        }
    }
}

Test(types, have_id_patterns_only_as_arns_with_an_id) {
    for (size_t i = 0; i < ix_type_count(); i++) {
        const char *pattern = ix_type_at(i)->id_pattern;
        cr_expect(!pattern[0] ||
                      (strncmp(pattern, "arn:{partition}:", 16) == 0 && strstr(pattern, "{id}")),
                  "%s", pattern);
    }
}

Test(types, join_the_spellings_of_the_tools) {
    check_canonical("aws:s3/bucketV2:BucketV2", "aws", "aws.s3.bucket");
    check_canonical("AWS::EC2::Instance", "aws", "aws.ec2.instance");
    check_canonical("digitalocean_droplet", "digitalocean", "digitalocean.droplet");
    check_canonical("digitalocean:index/droplet:Droplet", "digitalocean", "digitalocean.droplet");
    check_canonical("hcloud_server", "hcloud", "hcloud.server");
    check_canonical("AWS::IAM::Policy", "aws", "aws.iam.role_policy");
    check_canonical("AWS::Serverless::Function", "aws", "aws.lambda.function");
    check_canonical("AWS::Serverless::SimpleTable", "aws", "aws.dynamodb.table");
    check_canonical("aws_alb", "aws", "aws.elbv2.load_balancer");
    check_canonical("Microsoft.Compute/virtualMachines", "azure", "azure.compute.virtual_machine");
    check_canonical("azurerm_windows_virtual_machine", "azure", "azure.compute.virtual_machine");
    check_canonical("google_compute_instance", "gcp", "gcp.compute.instance");
    check_canonical("compute.googleapis.com/Disk", "gcp", "gcp.compute.disk");
    check_canonical("azurerm_data_factory_linked_service_sftp", "azure",
                    "azure.datafactory.linked_service");
    check_canonical("azure-native:documentdb:DatabaseAccount", "azure", "azure.cosmosdb.account");
    check_canonical("azure-native:cosmosdb:DatabaseAccount", "azure", "azure.cosmosdb.account");
    check_canonical("aws:directconnect/linkAggregationGroup:LinkAggregationGroup", "aws",
                    "aws.dx.lag");
    check_canonical("random:index/randomPassword:RandomPassword", "random", "random.password");
    check_canonical("kubernetes:helm.sh/v3:Release", "kubernetes", "helm.release");
    check_canonical("cloudflare_record", "cloudflare", "cloudflare.dns_record");
}

Test(types, leave_the_version_of_an_api_aside) {
    check_canonical("apps/v1 Deployment", "kubernetes", "kubernetes.apps.deployment");
    check_canonical("apps/v1beta2 Deployment", "kubernetes", "kubernetes.apps.deployment");
    check_canonical("v1 Pod", "kubernetes", "kubernetes.core.pod");
    check_canonical("kubernetes:core/v1:Pod", "kubernetes", "kubernetes.core.pod");
    check_canonical("kubernetes:apps/v1:Deployment", "kubernetes", "kubernetes.apps.deployment");
    check_canonical("kubernetes_deployment_v1", "kubernetes", "kubernetes.apps.deployment");
    check_canonical("azure-native:compute/v20230301:VirtualMachine", "azure",
                    "azure.compute.virtual_machine");
}

Test(types, unknown_to_the_table_are_named_by_rule) {
    check_canonical("aws_newthing_part", "aws", "aws.newthing.part");
    check_canonical("aws:newthing/part:Part", "aws", "aws.newthing.part");
    check_canonical("AWS::NewThing::Part", "aws", "aws.newthing.part");
    check_canonical("AWS::Foo::DBInstanceThing", "aws", "aws.foo.db_instance_thing");
    check_canonical("microsoft.foo/bars", "azure", "azure.foo.bars");
    check_canonical("azurerm_foo_bar", "azure", "azure.foo.bar");
    check_canonical("google_x_y", "gcp", "gcp.x.y");
    check_canonical("example.com/v1 Foo", "kubernetes", "kubernetes.example.com.foo");
    check_canonical("v1 Foo", "kubernetes", "kubernetes.core.foo");
    check_canonical("local_thing", "local", "local.thing");
    check_canonical("pulumi:pulumi:Stack", "pulumi", "pulumi.pulumi.stack");
    check_canonical("eks:index:Cluster", "eks", "eks.cluster");
    check_canonical("foo:thing", "aws", "aws.foo.thing");
    check_canonical("Odd", "", "odd");
}

Test(types, take_odd_spellings_without_harm) {
    const char *odd[] = {"", ":", "::", "a::", "/", " ", "v1 ", "_", "aws_", ":a", "a:b:", "a/:b"};
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        cr_expect_null(ix_type_find(ix_sv_cstr(odd[i])), "%s", odd[i]);
        (void)ix_type_canonical(&arena, ix_sv_cstr(odd[i]), (struct ix_sv){0});
    }
    cr_expect(!arena.failed);
    ix_arena_done(&arena);
}

Test(types, give_their_service) {
    cr_expect(ix_sv_eq_cstr(ix_type_service(IX_SV("aws.s3.bucket")), "s3"));
    cr_expect(ix_sv_eq_cstr(ix_type_service(IX_SV("kubernetes.example.com.foo")), "example.com"));
    cr_expect(ix_sv_empty(ix_type_service(IX_SV("null.resource"))));
}
