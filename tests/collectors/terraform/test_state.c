/* State version 4. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define WEB       "module.net[\"eu\"].module.vpc[0].aws_instance.web"
#define WEB_KEYED WEB "[\"a.b \\\"c\\\" $${d} \\\\\"]"

static void collect_text(struct collected *c, const char *text) {
    collect_bytes(c, "terraform.tfstate", ix_sv_cstr(text));
    cr_assert_eq(c->recognised.claim, IX_CLAIM_READ);
}

Test(terraform, keeps_module_and_instance_keys_in_addresses) {
    struct collected c;
    collect_fixture(&c, "deposed-tainted.tfstate");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 4);
    cr_assert(find_resource(&c, WEB "[3]", ""));
    const struct ix_json *keyed = find_resource(&c, WEB_KEYED, "");
    cr_assert(keyed);
    cr_assert(text_is(keyed, "native_id", "i-0aaa"));
    cr_assert(text_is(keyed, "zone", "eu-west-1b"));
    cr_assert(text_is(keyed, "provider_address", "registry.terraform.io/hashicorp/aws"));
    collected_done(&c);
}

Test(terraform, flags_tainted_and_deposed_instances) {
    struct collected c;
    collect_fixture(&c, "deposed-tainted.tfstate");
    const struct ix_json *live = find_resource(&c, WEB_KEYED, "");
    cr_assert(has_flag(live, "tainted") && !has_flag(live, "deposed"));
    const struct ix_json *deposed = find_resource(&c, WEB_KEYED, "deposed:4a5b6c7d");
    cr_assert(deposed);
    cr_assert(has_flag(deposed, "deposed") && !has_flag(deposed, "tainted"));
    cr_assert(text_is(deposed, "native_id", "i-0bbb"));
    collected_done(&c);
}

Test(terraform, keeps_data_sources_as_external_references) {
    struct collected c;
    collect_fixture(&c, "deposed-tainted.tfstate");
    const struct ix_json *ami = find_resource(&c, "data.aws_ami.debian", "");
    cr_assert(ami);
    cr_assert(has_flag(ami, "external"));
    cr_assert(text_is(ami, "name", "debian-12"));
    cr_assert(text_is(ami, "account", "123456789012"));
    cr_assert(text_is(ami, "created", "2024-05-06T07:08:09Z"));
    const struct ix_json *tags = ix_json_get(ami, "tags");
    cr_assert_eq(ix_json_count(tags), 3);
    cr_assert(text_is(tags, "Name", "image"), "the resource's own tags come first");
    cr_assert(text_is(tags, "team", "base"));
    collected_done(&c);
}

Test(terraform, relates_to_blocks_and_leaves_variables_out) {
    struct collected c;
    collect_fixture(&c, "deposed-tainted.tfstate");
    cr_assert(has_dependency(&c, WEB_KEYED, "module.net.aws_subnet.main"));
    cr_assert_eq(count_records(&c, "relation"), 1);
    collected_done(&c);
}

Test(terraform, remarks_on_failing_checks_without_quoting_them) {
    struct collected c;
    collect_fixture(&c, "deposed-tainted.tfstate");
    cr_assert(has_note(&c, "1 checks do not pass"));
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("canary")), IX_SV_NPOS);
    collected_done(&c);
}

Test(terraform, keeps_numbers_to_the_last_digit) {
    struct collected c;
    collect_fixture(&c, "deposed-tainted.tfstate");
    const struct ix_json *web = find_resource(&c, WEB_KEYED, "");
    cr_assert_str_eq(property(web, "cpu"), "12345678901234567890");
    cr_assert_str_eq(property(web, "ratio"), "0.10000000000000000001");
    collected_done(&c);
}

Test(terraform, reads_a_state_whose_keys_are_sorted) {
    struct collected c;
    collect_text(&c,
                 "{\"lineage\":\"x\",\"resources\":[{\"instances\":[{\"attributes\":{\"id\":\"1\"},"
                 "\"index_key\":\"k\"}],\"mode\":\"managed\",\"name\":\"n\",\"provider\":"
                 "\"provider[\\\"registry.opentofu.org/hashicorp/null\\\"]\",\"type\":"
                 "\"null_resource\"}],\"serial\":1,\"terraform_version\":\"1.6.0\",\"version\":4}");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    const struct ix_json *resource = find_resource(&c, "null_resource.n[\"k\"]", "");
    cr_assert(resource);
    cr_assert(text_is(resource, "source_kind", "opentofu"));
    cr_assert(text_is(resource, "provider", "null"));
    collected_done(&c);
}

Test(terraform, reads_dependencies_of_0_12_relative_to_their_module) {
    struct collected c;
    collect_text(
        &c, "{\"version\":4,\"terraform_version\":\"0.12.1\",\"resources\":[{\"module\":"
            "\"module.a\",\"mode\":\"managed\",\"type\":\"t_x\",\"name\":\"n\",\"instances\":[{"
            "\"attributes_flat\":{\"id\":\"1\",\"l.#\":\"1\",\"l.0\":\"v\"},\"depends_on\":["
            "\"t_y.m\"]}]}]}");
    const struct ix_json *resource = find_resource(&c, "module.a.t_x.n", "");
    cr_assert(resource);
    cr_assert_str_eq(property(resource, "l"), "[\"v\"]");
    cr_assert(has_dependency(&c, "module.a.t_x.n", "module.a.t_y.m"));
    collected_done(&c);
}

Test(terraform, takes_absent_and_null_lists_as_empty) {
    static const char *const states[] = {
        "{\"version\":4,\"terraform_version\":\"1.0.0\",\"resources\":null,\"check_results\":null}",
        "{\"version\":4,\"terraform_version\":\"1.0.0\"}",
        "{\"version\":3,\"terraform_version\":\"0.11.14\",\"serial\":1,\"modules\":null}",
        "{\"version\":3,\"terraform_version\":\"0.11.14\",\"modules\":[{\"path\":[\"root\"],"
        "\"resources\":null}]}",
        "{\"format_version\":\"1.0\"}",
        "{\"format_version\":\"1.0\",\"terraform_version\":\"1.0.0\",\"values\":{\"root_module\":{}"
        "}}",
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct collected c;
        collect_text(&c, states[i]);
        cr_assert_eq(c.code, IX_OK, "%s: %s", states[i], c.err.text);
        cr_assert_eq(count_records(&c, "resource"), 0, "%s", states[i]);
        cr_assert_eq(count_records(&c, "scope"), 1, "%s", states[i]);
        collected_done(&c);
    }
}

Test(terraform, refuses_states_that_are_not_put_together_as_states_are) {
    static const char *const states[][2] = {
        {"{\"version\":4,\"lineage\":\"x\",\"resources\":{}}", "`resources` must be an array"},
        {"{\"version\":4,\"lineage\":\"x\",\"resources\":[{\"instances\":[]}]}", "without `type`"},
        {"{\"version\":4,\"lineage\":\"x\",\"resources\":[],\"resources\":[]}", "second"},
        {"{\"version\":3,\"lineage\":\"x\",\"modules\":[7]}", "must be an object"},
        {"{\"version\":3,\"lineage\":\"x\",\"modules\":\"m\"}", "must be an array"},
        {"{\"version\":3,\"lineage\":\"x\",\"modules\":[{\"path\":[],\"resources\":{\"a\":{}}}]}",
         "a resource that is none"},
        {"{\"version\":4,\"lineage\":\"x\"} {}", "goes on after the end"},
        {"{\"version\":4,\"lineage\":\"x\"}]", "line 1"},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct collected c;
        collect_text(&c, states[i][0]);
        cr_assert_eq(c.code, IX_INVALID, "%s", states[i][0]);
        cr_assert(strstr(c.err.text, states[i][1]), "%s: %s", states[i][0], c.err.text);
        cr_assert_eq(count_records(&c, "scope"), 0, "%s", states[i][0]);
        collected_done(&c);
    }
}

/* Wherever the file is cut, collecting it is an error and no scope is whole. */
static void check_cuts(const char *name) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    struct ix_sv whole = ix_sv_trim(fixture_bytes(&arena, name));
    for (size_t size = 0; size < whole.size; size += 7) {
        struct collected c;
        collect_changed(&c, whole, ix_sv_sub(whole, 0, size));
        cr_assert_neq(c.code, IX_OK, "%s cut at byte %zu", name, size);
        cr_assert_eq(count_records(&c, "scope"), 0, "%s cut at byte %zu", name, size);
        collected_done(&c);
    }
    ix_arena_done(&arena);
}

Test(terraform, fails_on_a_file_cut_anywhere) {
    check_cuts("deposed-tainted.tfstate");
    check_cuts("v3-flat.tfstate");
    check_cuts("show-state.json");
    check_cuts("plan.json");
}

#define IN(module, name, more)                                                                     \
    "{\"mode\":\"managed\"," module "\"type\":\"x_y\",\"name\":\"" name "\",\"provider\":\"p\","   \
    "\"instances\":[{" more "\"attributes\":{}}]}"

Test(terraform, relates_to_everything_in_a_module_that_is_depended_upon) {
    struct collected c;
    collect_bytes(
        &c, "a.tfstate",
        IX_SV(
            "{\"version\":4,\"terraform_version\":\"1.0.0\",\"resources\":[" IN("", "one", "\"dependencies\":[\"module.net\",\"module.other.module.in\"],") "," IN(
                "\"module\":\"module.net[\\\"a.b\\\"]\",", "vpc",
                "") "," IN("\"module\":\"module.net[\\\"c\\\"].module.deep\",", "subnet",
                           "") "," IN("\"module\":\"module.other\",", "not",
                                      "") "," IN("\"module\":\"module.other.module.in[0]\",", "yes",
                                                 "\"index_key\":0,") "]}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(has_dependency(&c, "x_y.one", "module.net[\"a.b\"].x_y.vpc"));
    cr_assert(has_dependency(&c, "x_y.one", "module.net[\"c\"].module.deep.x_y.subnet"));
    cr_assert(has_dependency(&c, "x_y.one", "module.other.module.in[0].x_y.yes[0]"));
    cr_assert_eq(count_records(&c, "relation"), 3);
    cr_assert_eq(count_records(&c, "resource"), 5, "a second walk pushes nothing again");
    collected_done(&c);
}

Test(terraform, names_the_first_check_that_does_not_pass) {
    struct collected c;
    collect_bytes(&c, "a.tfstate",
                  IX_SV("{\"version\":4,\"terraform_version\":\"1.5.0\",\"resources\":[],"
                        "\"check_results\":[{\"object_kind\":\"resource\",\"config_addr\":\"a.ok\","
                        "\"status\":\"pass\"},{\"config_addr\":\"x_y.bad\",\"status\":\"fail\"},"
                        "{\"config_addr\":\"x_y.worse\",\"status\":\"error\"}]}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(has_note(&c, "2 checks do not pass, first x_y.bad"));
    collected_done(&c);
}

/* What is not what it should be is a fault: read as nothing, it would retire what is there. */
Test(terraform, refuses_parts_of_the_wrong_kind) {
#define V4(block)                                                                                  \
    "{\"version\":4,\"terraform_version\":\"1.0.0\",\"resources\":[{\"type\":\"x_y\","             \
    "\"name\":\"n\"," block "}]}"
#define V3(more)                                                                                   \
    "{\"version\":3,\"terraform_version\":\"0.11.0\",\"modules\":[{\"path\":[\"root\"],"           \
    "\"resources\":{\"x_y.n\":{" more "}}}]}"
#define SHOW(more)                                                                                 \
    "{\"format_version\":\"1.0\",\"terraform_version\":\"1.0.0\",\"values\":{\"root_module\":"     \
    "{\"resources\":[{\"address\":\"x_y.n\",\"type\":\"x_y\"," more "}]}}}"
    static const char *const documents[] = {
        V4("\"instances\":{}"),
        V4("\"instances\":[null]"),
        V4("\"instances\":[{\"attributes\":[1]}]"),
        V4("\"instances\":[{\"index_key\":{}}]"),
        V4("\"module\":7,\"instances\":[]"),
        V3("\"primary\":[]"),
        SHOW("\"values\":\"x\""),
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct collected c;
        collect_bytes(&c, "a.tfstate", ix_sv_cstr(documents[i]));
        cr_expect_eq(c.recognised.claim, IX_CLAIM_READ, "row %zu", i);
        cr_expect_eq(c.code, IX_INVALID, "row %zu", i);
        cr_expect(strstr(c.err.text, "line 1: before here"), "row %zu: %s", i, c.err.text);
        collected_done(&c);
    }
}
