/* What `show -json` writes, of states and of plans. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define ACCOUNT "module.a[\"x\"].module.b.azurerm_storage_account.s[0]"

Test(terraform, walks_nested_child_modules) {
    struct collected c;
    collect_fixture(&c, "show-state.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 2);
    const struct ix_json *account = find_resource(&c, ACCOUNT, "");
    cr_assert(account);
    cr_assert(has_flag(account, "tainted"));
    cr_assert(text_is(account, "provider", "azure"));
    cr_assert(text_is(account, "region", "westeurope"));
    cr_assert(has_flag(find_resource(&c, ACCOUNT, "deposed:00aa11bb"), "deposed"));
    cr_assert(has_dependency(&c, ACCOUNT, "module.a.module.b.azurerm_resource_group.g"));
    cr_assert(has_note(&c, "1 checks do not pass"));
    collected_done(&c);
}

Test(terraform, completes_the_short_addresses_of_0_12) {
    struct collected c;
    collect_fixture(&c, "show-012.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(find_resource(&c, "null_resource.cluster[0]", ""));
    cr_assert(find_resource(&c, "module.a.null_resource.inner[\"k\"]", ""));
    collected_done(&c);
}

Test(terraform, refuses_modules_nested_without_end) {
    struct ix_buf text = {0};
    ix_buf_add_cstr(&text, "{\"format_version\":\"1.0\",\"values\":{\"root_module\":{");
    for (int i = 0; i < 70; i++) {
        ix_buf_add_cstr(&text, "\"child_modules\":[{");
    }
    for (int i = 0; i < 70; i++) {
        ix_buf_add_cstr(&text, "}]");
    }
    ix_buf_add_cstr(&text, "}}}");
    struct collected c;
    collect_bytes(&c, "x.json", ix_buf_sv(&text));
    cr_assert_eq(c.code, IX_INVALID);
    cr_assert(strstr(c.err.text, "nest"), "%s", c.err.text);
    collected_done(&c);
    ix_buf_done(&text);
}

Test(terraform, records_a_plan_as_planned_and_nothing_else) {
    struct collected c;
    collect_fixture(&c, "plan.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(ix_sv_eq(c.recognised.source_kind, IX_SV("plan")));
    size_t resources = 0;
    for (const struct ix_json *r = ix_json_first(c.records); r; r = ix_json_next(r)) {
        if (text_is(r, "record", "resource")) {
            resources++;
            cr_assert(has_flag(r, "planned"));
            cr_assert(text_is(r, "source_kind", "plan"));
        }
    }
    cr_assert_eq(resources, 6, "planned_values and prior_state say nothing more");
    cr_assert(has_note(&c, "1 to create, 1 to replace, 2 to delete, 1 to read, 1 unchanged"));
    collected_done(&c);
}

Test(terraform, tells_what_a_plan_would_delete_from_what_it_would_make) {
    struct collected c;
    collect_fixture(&c, "plan.json");
    const struct ix_json *made = find_resource(&c, "google_compute_disk.new", "");
    cr_assert(made);
    cr_assert_not(has_flag(made, "delete"));
    cr_assert(text_is(made, "account", "p1"));
    cr_assert(text_is(made, "zone", "us-central1-a"));
    cr_assert(text_is(ix_json_get(made, "tags"), "env", "dev"));
    const struct ix_json *gone = find_resource(&c, "google_compute_disk.old", "delete");
    cr_assert(has_flag(gone, "delete"));
    cr_assert(text_is(gone, "native_id", "disk-1"));
    const struct ix_json *swap = find_resource(&c, "google_compute_disk.swap", "");
    cr_assert(swap);
    cr_assert_not(has_flag(swap, "delete"));
    cr_assert(
        has_flag(find_resource(&c, "google_compute_disk.swap", "deposed:0badcafe"), "delete"));
    cr_assert(has_flag(find_resource(&c, "data.google_project.p", ""), "external"));
    collected_done(&c);
}

Test(terraform, reads_planned_values_where_there_are_no_changes) {
    struct collected c;
    collect_bytes(
        &c, "plan.json",
        IX_SV("{\"format_version\":\"0.1\",\"planned_values\":{\"root_module\":{\"resources\":"
              "[{\"address\":\"a_b.c\",\"type\":\"a_b\",\"values\":{\"id\":\"1\"}}]}},"
              "\"resource_changes\":[]}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(has_flag(find_resource(&c, "a_b.c", ""), "planned"));
    collected_done(&c);
}

Test(terraform, flags_what_a_plan_says_changed_outside) {
    struct collected c;
    collect_fixture(&c, "plan-drift.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    const struct ix_json *drifted = find_resource(&c, "aws_s3_bucket.a", "");
    cr_assert(has_flag(drifted, "drifted"));
    cr_assert_str_eq(property(drifted, "$drifted"), "[\"acl\",\"policy\"]");
    cr_assert_not(has_flag(find_resource(&c, "aws_s3_bucket.b", ""), "drifted"));
    cr_assert(has_note(&c, "1 things changed outside of Terraform"));
    cr_assert(has_note(&c, "1 checks do not pass, first check.reachable"));
    cr_assert_null(strstr(ix_buf_cstr(&c.lines), "canary"));
    collected_done(&c);
}

Test(terraform, takes_dependencies_from_the_state_before_a_plan) {
    struct collected c;
    collect_fixture(&c, "plan-drift.json");
    cr_assert(has_dependency(&c, "aws_s3_bucket.b", "aws_s3_bucket.a"));
    cr_assert_eq(count_records(&c, "relation"), 1, "those of data sources are not told");
    cr_assert_eq(count_records(&c, "resource"), 4);
    collected_done(&c);
}

Test(terraform, reads_what_a_plan_defers_imports_and_identifies) {
    struct collected c;
    collect_fixture(&c, "plan-drift.json");
    cr_assert(has_flag(find_resource(&c, "aws_s3_bucket.later", ""), "planned"));
    cr_assert(has_note(&c, "1 deferred"));
    cr_assert(text_is(find_resource(&c, "aws_s3_bucket.c", ""), "native_id", "c-id"));
    const struct ix_json *known = find_resource(&c, "aws_s3_bucket.a", "");
    cr_assert(text_is(known, "account", "123456789012"));
    cr_assert(text_is(known, "region", "eu-west-1"));
    collected_done(&c);
}

Test(terraform, calls_a_plan_partial_that_ended_in_an_error) {
    struct collected c;
    collect_bytes(&c, "plan.json",
                  IX_SV("{\"format_version\":\"1.2\",\"planned_values\":{},\"errored\":true,"
                        "\"resource_changes\":[{\"address\":\"a_b.c\",\"type\":\"a_b\",\"change\":"
                        "{\"actions\":[\"create\"],\"after\":{}}}]}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(strstr(ix_buf_cstr(&c.lines), "\"outcome\":\"partial\",\"text\":\"making the plan"));
    collected_done(&c);
}

#define PLANNED(address, type)                                                                     \
    "{\"address\":\"" address "\",\"mode\":\"managed\",\"type\":\"" type                           \
    "\",\"change\":{\"actions\":[\"create\"],\"before\":null,\"after\":{}}}"

Test(terraform, takes_dependencies_of_a_plan_from_its_code) {
    struct collected c;
    collect_bytes(
        &c, "plan.json",
        IX_SV("{\"format_version\":\"1.2\",\"planned_values\":{},\"resource_changes\":"
              "[" PLANNED("a_b.one", "a_b") "," PLANNED(
                  "module.m[\\\"k\\\"].a_b.two[0]",
                  "a_b") "," PLANNED("module.m[\\\"k\\\"].a_b.three",
                                     "a_b") "," PLANNED("a_b.last",
                                                        "a_b") "],\"prior_state\":{"
                                                               "\"values\":{\"root_"
                                                               "module\":{\"resources\":[{"
                                                               "\"address\":\"a_b.one\","
                                                               "\"type\":\"a_b\",\"depends_"
                                                               "on\":[\"a_b.before\"]}]}}},"
                                                               "\"configuration\":{"
                                                               "\"provider_config\":{},"
                                                               "\"root_module\":{"
                                                               "\"resources\":["
                                                               "{\"address\":\"a_b.one\","
                                                               "\"expressions\":{\"x\":{"
                                                               "\"references\":[\"a_b."
                                                               "one\","
                                                               "\"var.v\",\"each.key\","
                                                               "\"data.c_d.e.id\",\"data.c_"
                                                               "d.e\"]}},"
                                                               "\"depends_on\":[\"module."
                                                               "m\"]},"
                                                               "{\"address\":\"a_b.last\","
                                                               "\"expressions\":{"
                                                               "\"nested\":[{\"y\":{"
                                                               "\"references\":"
                                                               "[\"a_b.one[0].id\"]}}]},"
                                                               "\"count_expression\":{"
                                                               "\"references\":[\"local."
                                                               "n\"]}}],"
                                                               "\"module_calls\":{\"m\":{"
                                                               "\"source\":\"./"
                                                               "m\",\"expressions\":{},"
                                                               "\"module\":"
                                                               "{\"resources\":[{"
                                                               "\"address\":\"a_b.two\","
                                                               "\"for_each_expression\":{"
                                                               "\"references\":"
                                                               "[\"a_b.three.id\",\"a_b."
                                                               "three\"]}}]}}}}}}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect(has_dependency(&c, "a_b.one", "data.c_d.e"));
    cr_expect(has_dependency(&c, "a_b.one", "module.m[\"k\"].a_b.two[0]"), "of the whole module");
    cr_expect(has_dependency(&c, "a_b.one", "module.m[\"k\"].a_b.three"));
    cr_expect(has_dependency(&c, "a_b.last", "a_b.one"));
    cr_expect(has_dependency(&c, "module.m[\"k\"].a_b.two[0]", "module.m.a_b.three"));
    cr_expect_eq(count_records(&c, "relation"), 5, "%s", ix_buf_cstr(&c.lines));
    cr_expect_eq(count_records(&c, "resource"), 4);
    collected_done(&c);
}
