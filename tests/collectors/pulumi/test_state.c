/* One state made by hand that holds everything the samples lack: old copies, pending operations,
 * aliases, tagged values of every kind, and secrets, all of which contain the word PLANTED. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define URN    "urn:pulumi:dev::shop::"
#define STACK  URN "pulumi:pulumi:Stack::shop-dev"
#define AREA   URN "shop:index:Area::area"
#define BUCKET URN "aws:s3/bucket:Bucket::a::b"
#define QUEUE  URN "aws:sqs/queue:Queue::jobs"
#define LAMBDA URN "aws:lambda/function:Function::fn"

static struct collected everything;

static void read_everything(void) {
    collect_fixture(&everything, "everything.json");
    cr_assert_eq(everything.code, IX_OK, "%s", everything.err.text);
}

static void drop_everything(void) {
    collected_done(&everything);
}

TestSuite(pulumi, .init = read_everything, .fini = drop_everything);

static const struct ix_json *resource(const char *address, const char *variant) {
    const struct ix_json *found = find_resource(&everything, address, variant);
    cr_assert(found, "no %s %s", address, variant);
    return found;
}

static void check_property(const char *address, const char *name, const char *expected) {
    cr_assert_str_eq(property(resource(address, ""), name), expected);
}

Test(pulumi, lets_no_secret_through) {
    cr_assert_eq(ix_sv_find(ix_buf_sv(&everything.lines), IX_SV("PLANTED")), IX_SV_NPOS);
    cr_assert(has_note(&everything, "5 secret values replaced"));
    cr_assert(has_note(&everything, "1 values with an unknown tag"));
}

Test(pulumi, prefers_outputs_and_fills_in_inputs) {
    check_property(BUCKET, "bucket", "\"shop-files\"");
    check_property(BUCKET, "acl", "\"private\"");
    check_property(BUCKET, "limit", "12345678901234567890");
    check_property(BUCKET, "token", "\"[secret]\"");
    check_property(BUCKET, "password", "\"[secret]\"");
    check_property(BUCKET, "nested", "{\"list\":[\"[secret]\"]}");
    check_property(BUCKET, "__defaults", "");
    check_property(BUCKET, "__meta", "");
}

Test(pulumi, makes_tagged_values_plain) {
    check_property(LAMBDA, "code",
                   "{\"hash\":\"abc\",\"assets\":{\"index.js\":{\"hash\":\"def\",\"text\":"
                   "\"[secret]\"}}}");
    check_property(LAMBDA, "hidden", "\"[secret]\"");
    check_property(LAMBDA, "shown", "{\"size\":42}");
    check_property(LAMBDA, "never", "null");
    check_property(LAMBDA, "nan", "\"NaN\"");
    check_property(LAMBDA, "low", "\"-Infinity\"");
    check_property(LAMBDA, "bytes", "{\"value\":\"/w==\"}");
    check_property(LAMBDA, "future", "\"[secret]\"");
    check_property(LAMBDA, "later", "null");
    cr_assert_eq(count_relations(&everything, "references", LAMBDA, QUEUE, "queue"), 1);
}

Test(pulumi, keeps_old_copies_beside_the_live_one) {
    cr_assert(text_is(resource(QUEUE, ""), "native_id", "q-3"));
    cr_assert(text_is(resource(QUEUE, "delete:1"), "native_id", "q-2"));
    cr_assert(text_is(resource(QUEUE, "delete:2"), "native_id", "q-1"));
    cr_assert(has_flag(resource(QUEUE, "delete:1"), "delete"));
    cr_assert_not(has_flag(resource(QUEUE, ""), "delete"));
    cr_assert_not(find_resource(&everything, QUEUE, "delete:3"));
}

Test(pulumi, flags_what_a_pending_operation_touches) {
    cr_assert(has_flag(resource(BUCKET, ""), "pending"));
    cr_assert(has_flag(resource(QUEUE, "delete:1"), "pending"));
    cr_assert_not(has_flag(resource(QUEUE, ""), "pending"));
    cr_assert_not(has_flag(resource(AREA, ""), "pending"));
}

Test(pulumi, pushes_pending_creations_by_themselves) {
    const struct ix_json *topic = resource(URN "aws:sns/topic:Topic::new", "pending:2");
    cr_assert(has_flag(topic, "pending"));
    cr_assert_str_eq(property(topic, "key"), "\"[secret]\"");
    cr_assert_eq(count_records(&everything, "resource"), 13);
}

Test(pulumi, tells_components_protection_and_marks_apart) {
    cr_assert(has_flag(resource(AREA, ""), "component"));
    cr_assert(has_flag(resource(BUCKET, ""), "protected"));
    cr_assert_not(has_flag(resource(BUCKET, ""), "component"));
    cr_assert(has_flag(resource(LAMBDA, ""), "tainted"));
    cr_assert(has_flag(resource(URN "pulumi:pulumi:StackReference::base", ""), "external"));
    cr_assert(has_flag(resource(URN "gcp:compute/instance:Instance::vm", ""), "pending"));
}

Test(pulumi, relates_what_a_resource_names) {
    static const struct {
        const char *type, *from, *to, *path;
        size_t count;
    } rows[] = {
        {"parent", BUCKET, AREA, "", 1},
        {"depends_on", BUCKET, QUEUE, "", 1},
        {"depends_on", BUCKET, QUEUE, "bucket", 1},
        {"depends_on", BUCKET, AREA, "deletedWith", 1},
        {"depends_on", BUCKET, QUEUE, "replaceWith", 1},
        {"depends_on", BUCKET, NULL, "acl", 0},
        {"alias_of", BUCKET, URN "aws:s3/bucket:Bucket::before", "", 1},
        {"provided_by", BUCKET, URN "pulumi:providers:aws::main", "", 1},
        {"in_stack", BUCKET, STACK, "", 1},
        {"in_stack", STACK, NULL, NULL, 0},
        {"in_stack", URN "pulumi:providers:aws::main", STACK, "", 1},
        {"depends_on", QUEUE, AREA, "", 1},
        {"consumes_outputs_of", NULL, "acme/net/prod", NULL, 1},
        {"consumes_outputs_of", NULL, "net/prod", NULL, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t count =
            count_relations(&everything, rows[i].type, rows[i].from, rows[i].to, rows[i].path);
        cr_assert_eq(count, rows[i].count, "row %zu: %zu", i, count);
    }
}

Test(pulumi, describes_names_places_and_versions) {
    const struct ix_json *bucket = resource(BUCKET, "");
    cr_assert(text_is(bucket, "name", "shop-files"));
    cr_assert(text_is(bucket, "stack", "dev"));
    cr_assert(text_is(bucket, "project", "shop"));
    cr_assert(text_is(bucket, "provider", "aws"));
    cr_assert(text_is(bucket, "provider_version", "6.52.0"));
    cr_assert(text_is(bucket, "region", "eu-west-1"));
    cr_assert(text_is(bucket, "created", "2024-06-01T10:00:00Z"));
    cr_assert(text_is(ix_json_get(bucket, "tags"), "team", "shop"));
    const struct ix_json *vm = resource(URN "gcp:compute/instance:Instance::vm", "");
    cr_assert(text_is(vm, "region", "europe-west1"));
    cr_assert(text_is(vm, "account", "p"));
    cr_assert(text_is(ix_json_get(vm, "tags"), "env", "dev"));
    const struct ix_json *account = resource(URN "azure-native:storage:StorageAccount::sa", "");
    cr_assert(text_is(account, "provider", "azure"));
    cr_assert(text_is(account, "region", "westeurope"));
    const struct ix_json *secret = resource(URN "kubernetes:core/v1:Secret::creds", "");
    cr_assert(text_is(secret, "name", "creds-77"));
    cr_assert(text_is(ix_json_get(secret, "labels"), "app", "shop"));
}

Test(pulumi, ends_with_one_whole_scope) {
    cr_assert_eq(count_records(&everything, "scope"), 1);
}

/* ---- other states ---- */

Test(pulumi_state, that_was_never_updated_is_empty_and_whole) {
    struct collected c;
    collect_fixture(&c, "never-updated.json");
    cr_assert_eq(c.recognised.claim, IX_CLAIM_READ);
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 0);
    cr_assert_eq(count_records(&c, "scope"), 1);
    collected_done(&c);
}

Test(pulumi_state, with_a_resource_without_urn_is_an_error_that_says_where) {
    struct collected c;
    collect_fixture(&c, "without-urn.json");
    cr_assert_eq(c.code, IX_INVALID);
    cr_assert(strstr(c.err.text, "resource 1 has no urn"), "%s", c.err.text);
    cr_assert_eq(count_records(&c, "scope"), 0);
    collected_done(&c);
}

Test(pulumi_state, cut_off_while_it_is_read_counts_for_nothing) {
    struct ix_arena arena;
    struct collected c;
    ix_arena_init(&arena, 0);
    struct ix_sv bytes = fixture_bytes(&arena, "everything.json");
    for (size_t size = bytes.size - 10; size > 100; size -= size / 7) {
        collect_changed(&c, bytes, ix_sv_sub(bytes, 0, size));
        cr_assert_eq(c.code, IX_INVALID, "%zu bytes", size);
        cr_assert_eq(count_records(&c, "scope"), 0);
        collected_done(&c);
    }
    ix_arena_done(&arena);
}

Test(pulumi_state, with_lists_of_the_wrong_shape_is_an_error) {
    static const char *const texts[] = {
        "{\"version\":3,\"deployment\":{\"manifest\":{},\"resources\":{}}}",
        "{\"version\":3,\"deployment\":{\"manifest\":{},\"resources\":[1]}}",
        "{\"version\":3,\"deployment\":{\"manifest\":{},\"pending_operations\":[{}]}}",
        "{\"version\":3,\"deployment\":{\"manifest\":{}}} {}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct collected c;
        collect_bytes(&c, "state.json", ix_sv_cstr(texts[i]));
        cr_assert_eq(c.code, IX_INVALID, "%s", texts[i]);
        collected_done(&c);
    }
}

#define QUEUE_ENTRY(more)                                                                          \
    "{\"urn\":\"" QUEUE "\",\"custom\":true,\"type\":\"aws:sqs/queue:Queue\"" more "}"

Test(pulumi, keeps_what_is_said_beside_the_properties) {
    struct collected c;
    collect_bytes(
        &c, "state.json",
        IX_SV("{\"version\":3,\"deployment\":{\"manifest\":{},\"resources\":[" QUEUE_ENTRY(
            ",\"initErrors\":[\"no answer\"],\"retainOnDelete\":true,"
            "\"ignoreChanges\":null") "],"
                                      "\"metadata\":{\"integrity_error\":{\"version\":\"3.1\"}}}"
                                      "}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    const struct ix_json *queue = find_resource(&c, QUEUE, "");
    cr_expect_str_eq(property(queue, "$initErrors"), "[\"no answer\"]");
    cr_expect_str_eq(property(queue, "$retainOnDelete"), "true");
    cr_expect_str_eq(property(queue, "$ignoreChanges"), "");
    cr_expect(has_note(&c, "1 resources that failed to initialise"));
    cr_expect(has_note(&c, "integrity_error"));
    collected_done(&c);
}

Test(pulumi, refuses_properties_that_are_none) {
    struct collected c;
    collect_bytes(
        &c, "state.json",
        IX_SV("{\"version\":3,\"deployment\":{\"manifest\":{},\"resources\":[" QUEUE_ENTRY(
            ",\"outputs\":[1]") "]}}"));
    cr_assert_eq(c.code, IX_INVALID);
    cr_assert(strstr(c.err.text, "`inputs` or `outputs` of resource 1"), "%s", c.err.text);
    collected_done(&c);
}

Test(pulumi, names_the_root_of_a_stack_as_references_do) {
    check_property(STACK, "$stack", "\"shop/dev\"");
    check_property(AREA, "$stack", "");
}
