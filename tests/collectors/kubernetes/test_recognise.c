/* What is claimed, and with which words it is left alone. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

static const struct {
    const char *text;
    enum ix_claim claim;
    const char *words; /* in the reason */
} inputs[] = {
    {"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", IX_CLAIM_READ, ""},
    {"apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n", IX_CLAIM_READ, ""},
    {"{\"apiVersion\":\"v1\",\"kind\":\"PodList\",\"items\":[]}", IX_CLAIM_READ, ""},
    {"{\"apiVersion\":\"v1\",\"kind\":\"PodList\",\"items\":null}", IX_CLAIM_READ, ""},
    {"[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}]", IX_CLAIM_READ, ""},
    {"[]", IX_CLAIM_NONE, ""},
    {"[1]", IX_CLAIM_NONE, ""},
    {"{}", IX_CLAIM_NONE, ""},
    {"a: b\n", IX_CLAIM_NONE, ""},
    {"a: b\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", IX_CLAIM_READ, ""},
    {"kind: Chart\nname: b\n", IX_CLAIM_NONE, ""},
    {"{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\"}}", IX_CLAIM_NONE, ""},
    {"apiVersion: v1\nkind: APIResourceList\nresources: []\n", IX_CLAIM_IGNORE, "API metadata"},
    {"apiVersion: v1\nkind: Config\nusers: []\n", IX_CLAIM_IGNORE, "kubeconfig"},
    {"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", IX_CLAIM_IGNORE,
     "kustomize build"},
    {"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n",
     IX_CLAIM_READ, ""},
    {"apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n", IX_CLAIM_IGNORE,
     "configuration of a program"},
    {"apiVersion: v1\nkind: Status\nstatus: Failure\nmessage: pods is forbidden\n", IX_CLAIM_REFUSE,
     "pods is forbidden"},
    {"apiVersion: meta.k8s.io/v1\nkind: Table\nrows: []\n", IX_CLAIM_REFUSE, "kubectl get -o json"},
    {"metadata: {name: a, uid: u}\nspec: {}\n", IX_CLAIM_IGNORE, "without apiVersion and kind"},
    {"apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n", IX_CLAIM_REFUSE,
     "helm template"},
    {"apiVersion: v1\nkind: Pod\nmetadata: {name: 12}\n", IX_CLAIM_REFUSE, "quote it"},
    {"{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n", IX_CLAIM_REFUSE,
     "helm template"},
    {"{\"apiVersion\":\"v1\",\"kind\":\"PodList\",\"items\":[{\"metadata\":", IX_CLAIM_REFUSE,
     "not readable as JSON"},
    {"{\"apiVersion\":", IX_CLAIM_NONE, ""},
};

Test(kubernetes, claims_what_holds_objects_and_says_why_not) {
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct collected c;
        collect_bytes(&c, "input", ix_sv_cstr(inputs[i].text));
        cr_expect_eq(c.recognised.claim, inputs[i].claim, "%s", inputs[i].text);
        cr_expect_neq(ix_sv_find(c.recognised.reason, ix_sv_cstr(inputs[i].words)), IX_SV_NPOS,
                      "%s: %.*s", inputs[i].text, IX_SV_FMT(c.recognised.reason));
        cr_expect_eq(c.code, IX_OK, "%s: %s", inputs[i].text, c.err.text);
        collected_done(&c);
    }
}

Test(kubernetes, knows_a_recipe_of_kustomize_by_the_name_of_its_file) {
    static const struct {
        const char *name, *text;
        enum ix_claim claim;
    } rows[] = {
        {"overlay/kustomization.yaml", "resources: [../base]\nnamePrefix: a-\n", IX_CLAIM_IGNORE},
        {"Kustomization", "resources: [a.yaml]\n", IX_CLAIM_IGNORE},
        {"kustomization.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", IX_CLAIM_READ},
        {"kustomization.yaml", "- a\n", IX_CLAIM_NONE},
        {"other.yaml", "resources: [../base]\n", IX_CLAIM_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        collect_bytes(&c, rows[i].name, ix_sv_cstr(rows[i].text));
        cr_expect_eq(c.recognised.claim, rows[i].claim, "%s: %s", rows[i].name, rows[i].text);
        collected_done(&c);
    }
}

Test(kubernetes, tells_to_render_a_template) {
    struct collected c;
    collect_fixture(&c, "template.yaml");
    cr_assert_eq(c.recognised.claim, IX_CLAIM_REFUSE);
    cr_assert_neq(ix_sv_find(c.recognised.reason, IX_SV("line ")), IX_SV_NPOS);
    cr_assert_neq(ix_sv_find(c.recognised.reason, IX_SV("helm template")), IX_SV_NPOS);
    collected_done(&c);
}
