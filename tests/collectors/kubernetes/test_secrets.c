/* Every value that must not come out contains the word PLANTED. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

Test(kubernetes_secrets, never_come_out) {
    static const char *const files[] = {"shop.yaml", "page.json"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct collected c;
        collect_fixture(&c, files[i]);
        cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
        size_t at = ix_sv_find(ix_buf_sv(&c.lines), IX_SV("PLANTED"));
        cr_expect_eq(at, IX_SV_NPOS, "%s: ...%.60s", files[i], c.lines.data + at);
        collected_done(&c);
    }
}

Test(kubernetes_secrets, leave_their_names) {
    struct collected c;
    collect_fixture(&c, "shop.yaml");
    const struct ix_json *keys = find_resource(&c, "shop/Secret/keys", "");
    cr_expect_str_eq(property(keys, "data"), "{\"api\":\"[secret]\",\"empty\":\"[secret]\"}");
    cr_expect_str_eq(property(keys, "stringData"),
                     "{\"plain\":\"[secret]\",\"number\":\"[secret]\"}");
    cr_expect(text_is(ix_json_get(find_resource(&c, "shop/Deployment.apps/web", ""), "annotations"),
                      "kubectl.kubernetes.io/last-applied-configuration", "[secret]"));
    cr_expect_str_eq(property(find_resource(&c, "shop/ConfigMap/settings", ""), "data"),
                     "{\"level\":\"debug\"}");
    cr_expect(has_note(&c, "13 secret values replaced"));
    collected_done(&c);
}

Test(kubernetes_secrets, are_found_in_malformed_objects) {
    static const char text[] =
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"},"
        "\"data\":\"PLANTED\",\"stringData\":[\"PLANTED\"]}"
        "{\"apiVersion\":\"template.openshift.io/v1\",\"kind\":\"Template\","
        "\"metadata\":{\"name\":\"t\"},\"parameters\":[{\"name\":\"P\",\"value\":\"PLANTED\"}],"
        "\"env\":[\"A=PLANTED\"],\"objects\":[{\"kind\":\"Secret\",\"data\":{\"a\":{\"b\":"
        "\"PLANTED\"}}}]}";
    struct collected c;
    collect_bytes(&c, "input", ix_sv_cstr(text));
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_assert_eq(count_records(&c, "resource"), 2);
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("PLANTED")), IX_SV_NPOS);
    collected_done(&c);
}
