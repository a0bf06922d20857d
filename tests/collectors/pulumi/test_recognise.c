/* What is claimed, refused and left out, by content first and path second. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define STATE                                                                                      \
    "{\"version\":3,\"checkpoint\":{\"stack\":\"d\",\"latest\":{\"manifest\":{},\"resources\":"    \
    "[{\"urn\":\"urn:pulumi:d::p::a:b:C::n\",\"type\":\"a:b:C\"}]}}}"

static enum ix_claim claim_of(const char *path, const char *text, const char *reason) {
    struct collected c;
    collect_bytes(&c, path, ix_sv_cstr(text));
    cr_assert(ix_sv_find(c.recognised.reason, ix_sv_cstr(reason)) != IX_SV_NPOS, "%s: %.*s", path,
              IX_SV_FMT(c.recognised.reason));
    enum ix_claim claim = c.recognised.claim;
    collected_done(&c);
    return claim;
}

Test(pulumi_recognise, reads_states_of_both_folder_layouts) {
    cr_assert_eq(claim_of("b/.pulumi/stacks/d.json", STATE, ""), IX_CLAIM_READ);
    cr_assert_eq(claim_of("b/.pulumi/stacks/p/d.json", STATE, ""), IX_CLAIM_READ);
    cr_assert_eq(claim_of("anything", STATE, ""), IX_CLAIM_READ);
}

Test(pulumi_recognise, leaves_out_what_lies_beside_states) {
    static const struct {
        const char *path, *text, *reason;
    } rows[] = {
        {".pulumi/stacks/p/d.json.bak", STATE, "backup of d.json"},
        {".pulumi/stacks/p/d.json.gz.bak", STATE, "backup of d.json.gz"},
        {"x/.pulumi/history/p/d/d-17.checkpoint.json", STATE, "history of d-17"},
        {".pulumi/history/p/d/d-17.history.json",
         "{\"kind\":\"update\",\"startTime\":1,\"result\":\"succeeded\",\"config\":{}}",
         "history of d-17"},
        {".pulumi/meta.yaml", "version: 1\n", "backend"},
        {".pulumi/locks/organization/p/d/1.json",
         "{\"pid\":1,\"username\":\"u\",\"hostname\":\"h\"}", "lock"},
        {".pulumi/stacks/p/d.pulumi-tags", "{\"pulumi:project\":\"p\"}", "tags"},
        {".pulumi/workspaces/p-1-workspace.json", "{\"stack\":\"d\"}", "workspace"},
        {"Pulumi.yaml", "name: shop\nruntime: nodejs\n", "project settings"},
        {"preview.json",
         "{\"config\":{},\"steps\":[{\"op\":\"create\",\"urn\":\"urn:pulumi:d::p::a:b:C::n\"}]}",
         "pulumi stack export"},
        {"Pulumi.dev.yaml", "config:\n  aws:region: eu-west-1\n", "stack settings"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(claim_of(rows[i].path, rows[i].text, rows[i].reason), IX_CLAIM_IGNORE, "%s",
                     rows[i].path);
    }
}

Test(pulumi_recognise, does_not_believe_a_path_without_the_content) {
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"notes.bak", "{\"a\":1}"},
        {".pulumi/history/p/d.checkpoint.json", "{\"a\":1}"},
        {".pulumi/locks/x.json", "{\"a\":1}"},
        {"Pulumi.yaml", "kind: Pod\n"},
        {"state.json", "{\"version\":4,\"terraform_version\":\"1.5.0\",\"resources\":[]}"},
        {"deployment.json", "{\"kind\":\"Deployment\",\"deployment\":{},\"version\":\"3\"}"},
        {"target.json", "{\"target\":\"x\",\"latest\":{}}"},
        {"list.json", "[]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(claim_of(rows[i].path, rows[i].text, ""), IX_CLAIM_NONE, "%s", rows[i].path);
    }
}

Test(pulumi_recognise, refuses_versions_it_does_not_know) {
    struct collected c;
    collect_fixture(&c, "version-5.json");
    cr_assert_eq(c.recognised.claim, IX_CLAIM_REFUSE);
    cr_assert(ix_sv_find(c.recognised.reason, IX_SV("version 5")) != IX_SV_NPOS);
    collected_done(&c);
}

Test(pulumi_recognise, refuses_a_state_that_is_cut_off) {
    struct collected c;
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    struct ix_sv bytes = fixture_bytes(&arena, "everything.json");
    collect_bytes(&c, "everything.json", ix_sv_sub(bytes, 0, bytes.size / 2));
    cr_assert_eq(c.recognised.claim, IX_CLAIM_REFUSE);
    cr_assert(ix_sv_find(c.recognised.reason, IX_SV("line ")) != IX_SV_NPOS);
    collected_done(&c);
    ix_arena_done(&arena);
}

Test(pulumi_recognise, leaves_kubernetes_objects_alone) {
    static const char *const names[] = {"kubernetes/pod-etcd.json",
                                        "kubernetes/crd-volumesnapshotcontents.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ix_arena arena;
        struct ix_sv bytes;
        ix_arena_init(&arena, 0);
        if (sample_bytes(&arena, names[i], &bytes)) {
            struct collected c;
            collect_bytes(&c, names[i], bytes);
            cr_assert_eq(c.recognised.claim, IX_CLAIM_NONE, "%s", names[i]);
            collected_done(&c);
        }
        ix_arena_done(&arena);
    }
}
