/* What a state calls sensitive is gone before anybody sees it; the fixtures call it canary. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

Test(terraform, lets_no_sensitive_value_out) {
    static const char *const files[] = {"sensitive.tfstate", "show-state.json", "plan.json",
                                        "deposed-tainted.tfstate"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct collected c;
        collect_fixture(&c, files[i]);
        cr_assert_eq(c.code, IX_OK, "%s: %s", files[i], c.err.text);
        cr_assert(count_records(&c, "resource") > 0, "%s", files[i]);
        cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("canary")), IX_SV_NPOS, "%s", files[i]);
        collected_done(&c);
    }
}

Test(terraform, follows_sensitive_paths_step_by_step) {
    struct collected c;
    collect_fixture(&c, "sensitive.tfstate");
    const struct ix_json *api = find_resource(&c, "example_service.api", "");
    cr_assert_str_eq(property(api, "env"), "{\"DB_PASSWORD\":\"[secret]\",\"MODE\":\"shown\"}");
    cr_assert_str_eq(property(api, "users"), "[{\"name\":\"ana\",\"key\":\"[secret]\"},"
                                             "{\"name\":\"bo\",\"key\":\"shown-key\"}]");
    cr_assert_str_eq(property(api, "set"), "\"[secret]\"", "an element of a set has no place");
    cr_assert_str_eq(property(api, "whole"), "\"[secret]\"");
    cr_assert_str_eq(property(api, "plain"), "\"shown\"");
    cr_assert_str_eq(property(api, "absent"), "null");
    cr_assert(text_is(api, "name", "api"), "a hidden name is no name");
    collected_done(&c);
}

Test(terraform, hides_every_attribute_for_an_empty_path) {
    struct collected c;
    collect_fixture(&c, "sensitive.tfstate");
    const struct ix_json *all = find_resource(&c, "example_service.all", "");
    cr_assert_str_eq(property(all, "id"), "\"[secret]\"");
    cr_assert_str_eq(property(all, "b"), "\"[secret]\"");
    cr_assert(text_is(all, "native_id", ""));
    collected_done(&c);
}

Test(terraform, follows_the_mirror_of_sensitive_values) {
    struct collected c;
    collect_fixture(&c, "show-state.json");
    const struct ix_json *account =
        find_resource(&c, "module.a[\"x\"].module.b.azurerm_storage_account.s[0]", "");
    cr_assert_str_eq(property(account, "primary_access_key"), "\"[secret]\"");
    cr_assert_str_eq(property(account, "sizes"), "[1,2]");
    cr_assert_str_eq(property(account, "network"), "[{\"secret\":\"[secret]\",\"open\":true}]");
    cr_assert_str_eq(property(account, "odd"), "\"[secret]\"", "a mirror that does not fit");
    collected_done(&c);
}
