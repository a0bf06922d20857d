/* What is read, ignored and refused, told by content. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

#define STATE "{\"version\":4,\"terraform_version\":\"1.9.0\",\"serial\":1,\"resources\":[]}"

static const struct {
    const char *name, *text;
    enum ix_claim claim;
    const char *words; /* in the reason or, when it is read, the format */
} cases[] = {
    {"any-name", STATE, IX_CLAIM_READ, "terraform state v4"},
    {"terraform.tfstate.backup", STATE, IX_CLAIM_IGNORE, "backup of terraform.tfstate"},
    {"terraform.tfstate.1700000000.backup", STATE, IX_CLAIM_IGNORE, "backup of terraform.tfstate"},
    {"x.backup", "{\"a\":1}", IX_CLAIM_NONE, ""},
    {"x", "{\"version\":1,\"serial\":1,\"modules\":[]}", IX_CLAIM_READ, "v1-v3"},
    {"x", "{\"version\":5,\"terraform_version\":\"9.0.0\"}", IX_CLAIM_REFUSE, "version 5"},
    {"x", "{\"version\":3,\"terraform_version\":\"1.9.0\",\"backend\":{\"type\":\"s3\"}}",
     IX_CLAIM_IGNORE, "terraform state pull"},
    {"x",
     "{\"version\":3,\"serial\":1,\"lineage\":\"x\",\"backend\":{},\"modules\":[{\"path\":["
     "\"root\"],"
     "\"resources\":{}}]}",
     IX_CLAIM_IGNORE, "terraform state pull"},
    {"x", "{\"encryption_version\":\"v0\",\"meta\":{},\"encrypted_data\":\"eA==\"}",
     IX_CLAIM_REFUSE, "tofu show -json"},
    {"x", "{\"ID\":\"1\",\"Operation\":\"OperationTypeApply\",\"Who\":\"a@b\",\"Path\":\"x\"}",
     IX_CLAIM_IGNORE, "lock"},
    {".terraform.lock.hcl",
     "# This file is maintained automatically by \"terraform init\".\nprovider \"x\" {}\n",
     IX_CLAIM_IGNORE, "provider versions"},
    {"modules.json", "{\"Modules\":[{\"Key\":\"\",\"Source\":\"\",\"Dir\":\".\"}]}",
     IX_CLAIM_IGNORE, "modules"},
    {"x", "{\"format_version\":\"1.0\",\"provider_schemas\":{}}", IX_CLAIM_IGNORE, "schemas"},
    {"x", "{\"vpc\":{\"sensitive\":false,\"type\":\"string\",\"value\":\"v\"}}", IX_CLAIM_IGNORE,
     "values of outputs"},
    {"x", "{\"format_version\":\"1.0\",\"valid\":true,\"diagnostics\":[]}", IX_CLAIM_IGNORE,
     "valid"},
    {"x", "{\"format_version\":\"1.0\",\"function_signatures\":{}}", IX_CLAIM_IGNORE, "functions"},
    {"x", "{\"format_version\":\"2.0\",\"values\":{}}", IX_CLAIM_REFUSE, "format_version"},
    {"x", "{\"format_version\":\"1.2\",\"planned_values\":{}}", IX_CLAIM_READ, "plan"},
    {"x", "{\"@level\":\"info\",\"terraform\":\"1.5.0\",\"type\":\"version\"}\n{}", IX_CLAIM_IGNORE,
     "log"},
    {"x", "tfstate\1\xff\xfe\x80", IX_CLAIM_REFUSE, "binary"},
    {"x", "{\"version\":4,\n\"terraform_version\":\"1.0.0\",\n  oops}", IX_CLAIM_REFUSE, "line 3"},
    {"terraform.tfstate", "{\"version\": 4, \"terraform_version\": \"1.0.0\", \"resources\": [",
     IX_CLAIM_REFUSE, "broken JSON"},
    {"plan.json",
     "[command]/bin/terraform show -json p\n{\"format_version\":\"1.2\",\"planned_values\":{"
     "\"root_module\":{}}}\n",
     IX_CLAIM_REFUSE, "terraform_wrapper: false"},
    {"package-lock.json", "{\"name\":\"x\",\"version\":\"1.0.0\",\"lockfileVersion\":3}",
     IX_CLAIM_NONE, ""},
    {"stack.json", "{\"version\":3,\"deployment\":{\"resources\":[]}}", IX_CLAIM_NONE, ""},
    {"terraform.tfstate", "{\"hello\":\"world\"}", IX_CLAIM_NONE, ""},
    {"main.tf", "resource \"x\" \"y\" {}\n", IX_CLAIM_NONE, ""},
    {"x", "[]", IX_CLAIM_NONE, ""},
};

Test(terraform, recognises_what_terraform_leaves_behind) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collected c;
        collect_bytes(&c, cases[i].name, ix_sv_cstr(cases[i].text));
        cr_assert_eq(c.recognised.claim, cases[i].claim, "%s: %s", cases[i].name, cases[i].text);
        struct ix_sv said =
            cases[i].claim == IX_CLAIM_READ ? ix_sv_cstr(c.recognised.format) : c.recognised.reason;
        cr_assert_neq(ix_sv_find(said, ix_sv_cstr(cases[i].words)), IX_SV_NPOS, "%s: %.*s",
                      cases[i].text, IX_SV_FMT(said));
        collected_done(&c);
    }
}

Test(terraform, knows_a_saved_plan_by_the_first_name_in_its_archive) {
    static const char archive[] =
        "PK\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\6\0\0\0tfplan\0";
    struct collected c;
    collect_bytes(&c, "x", ix_sv_of(archive, sizeof archive));
    cr_assert_eq(c.recognised.claim, IX_CLAIM_REFUSE);
    cr_assert(ix_sv_find(c.recognised.reason, IX_SV("terraform show -json")) != IX_SV_NPOS);
    collected_done(&c);
}

Test(terraform, says_opentofu_only_where_the_text_shows_it) {
    struct collected c;
    collect_bytes(&c, "x", IX_SV(STATE));
    cr_assert(ix_sv_eq(c.recognised.source_kind, IX_SV("terraform")));
    collected_done(&c);
    collect_fixture(&c, "sensitive.tfstate");
    cr_assert(ix_sv_eq(c.recognised.source_kind, IX_SV("opentofu")));
    collected_done(&c);
}
