/* States of version 1 to 3. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define GROUP "module.net.module.inner.aws_security_group.web"

Test(terraform, makes_structures_of_the_flat_attributes_of_version_3) {
    struct collected c;
    collect_fixture(&c, "v3-flat.tfstate");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    const struct ix_json *group = find_resource(&c, GROUP, "");
    cr_assert(group);
    cr_assert_str_eq(property(group, "ingress"),
                     "[{\"cidr_blocks\":[],\"from_port\":\"80\"},{\"cidr_blocks\":[\"10.0.0.0/8\","
                     "\"10.1.0.0/16\"],\"from_port\":\"22\"}]");
    cr_assert_str_eq(property(group, "letters"), "[\"a\",\"b\",\"c\",\"k\"]");
    cr_assert_str_eq(property(group, "empty"), "[]");
    cr_assert_str_eq(property(group, "none"), "{}");
    cr_assert_str_eq(property(group, "description"), "\"true\"", "nothing is guessed");
    const struct ix_json *tags = ix_json_get(group, "tags");
    cr_assert(text_is(tags, "kubernetes.io/cluster/x", "owned"));
    cr_assert(text_is(tags, "a.b.#", "odd"), "a name in a map counts nothing");
    collected_done(&c);
}

Test(terraform, reads_a_module_whose_path_comes_last) {
    struct collected c;
    collect_fixture(&c, "v3-flat.tfstate");
    cr_assert(find_resource(&c, GROUP, ""));
    const struct ix_json *data = find_resource(&c, "module.net.module.inner.data.aws_vpc.main", "");
    cr_assert(data);
    cr_assert(has_flag(data, "external"));
    cr_assert(text_is(data, "native_type", "aws_vpc"));
    collected_done(&c);
}

Test(terraform, resolves_the_dependencies_of_version_3_inside_their_module) {
    struct collected c;
    collect_fixture(&c, "v3-flat.tfstate");
    cr_assert(has_dependency(&c, GROUP, "module.net.module.inner.data.aws_vpc.main"));
    cr_assert(has_dependency(&c, GROUP, "module.net.module.inner.aws_instance.web"));
    cr_assert(has_dependency(&c, GROUP, "module.net.module.inner.aws_eip.out[1]"));
    cr_assert_not(has_dependency(&c, GROUP, "module.db"), "of which nothing is there");
    collected_done(&c);
}

Test(terraform, flags_what_version_3_says_is_tainted_or_deposed) {
    struct collected c;
    collect_fixture(&c, "v3-flat.tfstate");
    cr_assert(has_flag(find_resource(&c, GROUP, ""), "tainted"));
    const struct ix_json *deposed = find_resource(&c, GROUP, "deposed:1");
    cr_assert(deposed);
    cr_assert(has_flag(deposed, "deposed"));
    collected_done(&c);
}

Test(terraform, tells_the_instances_of_version_2_apart) {
    struct collected c;
    collect_fixture(&c, "v2.tfstate");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 4);
    const struct ix_json *web = find_resource(&c, "aws_instance.web[0]", "");
    cr_assert(web);
    cr_assert_not(has_flag(web, "tainted"));
    cr_assert(text_is(ix_json_get(web, "tags"), "kubernetes.io/role", "node"));
    cr_assert(text_is(web, "name", "web"));
    cr_assert(has_flag(find_resource(&c, "aws_instance.web[0]", "tainted:1"), "tainted"));
    cr_assert(has_flag(find_resource(&c, "aws_instance.web[0]", "deposed:1"), "deposed"));
    const struct ix_json *gone = find_resource(&c, "aws_instance.gone", "");
    cr_assert(gone, "with nothing else at its address the tainted one counts");
    cr_assert(has_flag(gone, "tainted"));
    collected_done(&c);
}

Test(terraform, resolves_modules_that_version_3_depends_on) {
    struct collected c;
    collect_bytes(
        &c, "a.tfstate",
        IX_SV("{\"version\":3,\"terraform_version\":\"0.11.0\",\"modules\":["
              "{\"path\":[\"root\",\"app\"],\"resources\":{\"x_y.web\":{\"type\":\"x_y\","
              "\"depends_on\":[\"module.db\",\"module.db.out\"],\"primary\":{\"id\":\"1\"}}}},"
              "{\"path\":[\"root\",\"app\",\"db\"],\"resources\":{\"x_y.sql\":{\"type\":\"x_y\","
              "\"primary\":{\"id\":\"2\"}}}},{\"path\":[\"root\",\"db\"],\"resources\":{\"x_y.no\":"
              "{\"type\":\"x_y\",\"primary\":{\"id\":\"3\"}}}}]}"));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert(has_dependency(&c, "module.app.x_y.web", "module.app.module.db.x_y.sql"));
    cr_assert_eq(count_records(&c, "relation"), 1);
    collected_done(&c);
}
