/* Addresses, providers and flat attributes by themselves. */
#include <criterion/criterion.h>

#include "collectors/terraform/address.h"
#include "collectors/terraform/flat.h"
#include "collectors/terraform/provider.h"

static struct ix_json *parse(struct ix_arena *arena, const char *text) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    cr_assert_eq(ix_json_parse(arena, ix_sv_cstr(text), &node, &err), IX_OK, "%s", err.text);
    return node;
}

#define assert_sv(actual, expected, name)                                                          \
    cr_assert(ix_sv_eq_cstr((actual), (expected)), "%s: %.*s", (name), IX_SV_FMT(actual))

Test(terraform, quotes_instance_keys_as_hcl_does) {
    static const struct {
        const char *json, *key;
    } cases[] = {
        {"0", "[0]"},
        {"12", "[12]"},
        {"\"a\"", "[\"a\"]"},
        {"\"\"", "[\"\"]"},
        {"\"a\\\"b\\\\c\"", "[\"a\\\"b\\\\c\"]"},
        {"\"x\\ny\\tz\"", "[\"x\\ny\\tz\"]"},
        {"\"${a} %{b} $c 100%\"", "[\"$${a} %%{b} $c 100%\"]"},
        {"\"\\u001f\"", "[\"\\u001f\"]"},
        {"\"\xC3\xA9\"", "[\"\xC3\xA9\"]"},
        {"null", ""},
        {"{}", ""},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ix_sv key = ix_tf_address_key(&arena, parse(&arena, cases[i].json));
        assert_sv(key, cases[i].key, cases[i].json);
    }
    ix_arena_done(&arena);
}

Test(terraform, turns_dotted_keys_into_addresses) {
    static const struct {
        const char *module, *key, *address;
    } cases[] = {
        {"", "aws_instance.web", "aws_instance.web"},
        {"", "aws_instance.web.0", "aws_instance.web[0]"},
        {"", "aws_instance.0", "aws_instance.0"},
        {"", "data.aws_ami.x.12", "data.aws_ami.x[12]"},
        {"", "data.aws_ami.7", "data.aws_ami.7"},
        {"module.a", "aws_instance.web.*", "module.a.aws_instance.web"},
        {"module.a.module.b", "x_y.z", "module.a.module.b.x_y.z"},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ix_sv address =
            ix_tf_address_legacy(&arena, ix_sv_cstr(cases[i].module), ix_sv_cstr(cases[i].key));
        assert_sv(address, cases[i].address, cases[i].key);
    }
    ix_arena_done(&arena);
}

Test(terraform, finds_the_last_part_of_an_address_past_dots_in_keys) {
    static const char *const cases[][2] = {
        {"aws_instance.web", "web"},
        {"module.a[\"x.y\"].aws_instance.web[\"a.b\"]", "web[\"a.b\"]"},
        {"a.b[\"q\\\".r\"]", "b[\"q\\\".r\"]"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_sv(ix_tf_address_last(ix_sv_cstr(cases[i][0])), cases[i][1], cases[i][0]);
    }
}

Test(terraform, tells_what_a_dependency_names) {
    static const struct {
        const char *text;
        enum ix_tf_dependency kind;
    } cases[] = {
        {"aws_vpc.main", IX_TF_DEPENDENCY_RESOURCE},
        {"data.aws_ami.x", IX_TF_DEPENDENCY_RESOURCE},
        {"module.a[\"k.l\"].module.b.aws_vpc.main[0]", IX_TF_DEPENDENCY_RESOURCE},
        {"module.a", IX_TF_DEPENDENCY_MODULE},
        {"module.a.output", IX_TF_DEPENDENCY_MODULE},
        {"var.x", IX_TF_DEPENDENCY_VALUE},
        {"local.x", IX_TF_DEPENDENCY_VALUE},
        {"terraform.workspace", IX_TF_DEPENDENCY_VALUE},
        {"module.a.var.x", IX_TF_DEPENDENCY_VALUE},
        {"", IX_TF_DEPENDENCY_VALUE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(ix_tf_address_dependency(ix_sv_cstr(cases[i].text)), cases[i].kind, "%s",
                     cases[i].text);
    }
}

Test(terraform, reads_provider_addresses_old_and_new) {
    static const struct {
        const char *text, *type, *name, *address;
    } cases[] = {
        {"provider[\"registry.terraform.io/hashicorp/aws\"]", "aws_vpc", "aws",
         "registry.terraform.io/hashicorp/aws"},
        {"provider[\"registry.opentofu.org/hashicorp/google-beta\"].west", "google_x", "gcp",
         "registry.opentofu.org/hashicorp/google-beta"},
        {"module.a.provider[\"registry.terraform.io/hashicorp/azurerm\"].b", "azurerm_x", "azure",
         "registry.terraform.io/hashicorp/azurerm"},
        {"provider.aws", "aws_vpc", "aws", "provider.aws"},
        {"module.x.provider.aws.alias", "aws_vpc", "aws", "module.x.provider.aws.alias"},
        {"aws.west", "aws_vpc", "aws", "aws.west"},
        {"null", "null_resource", "null", "null"},
        {"registry.terraform.io/hashicorp/kubernetes", "kubernetes_pod", "kubernetes",
         "registry.terraform.io/hashicorp/kubernetes"},
        {"provider[\"registry.opentofu.org/-/null\"]", "null_resource", "null",
         "registry.opentofu.org/-/null"},
        {"", "google_sql_database", "gcp", ""},
        {"", "helm_release", "helm", ""},
        {"provider[\"", "", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ix_tf_provider provider =
            ix_tf_provider_parse(ix_sv_cstr(cases[i].text), ix_sv_cstr(cases[i].type));
        assert_sv(provider.name, cases[i].name, cases[i].text);
        assert_sv(provider.address, cases[i].address, cases[i].text);
    }
}

static void check_flat(struct ix_arena *arena, const char *flat, const char *expected) {
    struct ix_json *attributes = NULL;
    struct ix_err err = {0};
    cr_assert_eq(ix_tf_flat_expand(arena, parse(arena, flat), &attributes, &err), IX_OK);
    struct ix_buf written = {0};
    ix_json_write(&written, attributes);
    cr_assert(ix_json_equal(attributes, parse(arena, expected)), "%s gives %.*s", flat,
              IX_SV_FMT(ix_buf_sv(&written)));
    ix_buf_done(&written);
}

Test(terraform, expands_flat_attributes_whatever_their_order) {
    static const char *const cases[][2] = {
        {"{\"a\": \"1\"}", "{\"a\": \"1\"}"},
        {"{\"l.#\": \"2\", \"l.0\": \"x\", \"l.1\": \"y\"}", "{\"l\": [\"x\", \"y\"]}"},
        {"{\"l.10\": \"k\", \"l.9\": \"j\", \"l.#\": \"2\"}", "{\"l\": [\"j\", \"k\"]}"},
        {"{\"s.#\": \"1\", \"s.99.p.#\": \"1\", \"s.99.p.0\": \"q\"}",
         "{\"s\": [{\"p\": [\"q\"]}]}"},
        {"{\"s.#\": \"1\", \"s.~99.p\": \"q\"}", "{\"s\": [{\"p\": \"q\"}]}"},
        {"{\"m.%\": \"1\", \"m.a.b/c.d\": \"v\"}", "{\"m\": {\"a.b/c.d\": \"v\"}}"},
        {"{\"m.#\": \"1\", \"m.a.b\": \"v\"}", "{\"m\": {\"a.b\": \"v\"}}"},
        {"{\"e.#\": \"0\", \"f.%\": \"0\"}", "{\"e\": [], \"f\": {}}"},
        {"{\"ll.#\": \"1\", \"ll.0.#\": \"1\", \"ll.0.0\": \"x\"}", "{\"ll\": [[\"x\"]]}"},
        {"{\"b.c\": \"1\", \"b.d\": \"2\"}", "{\"b\": {\"c\": \"1\", \"d\": \"2\"}}"},
        {"{\"a\": \"1\", \"a.b\": \"2\"}", "{\"a\": \"1\", \"a.b\": \"2\"}"},
        {"{\"a.b\": \"2\", \"a\": \"1\"}", "{\"a\": {\"b\": \"2\"}, \"a.\": \"1\"}"},
        {"{}", "{}"},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_flat(&arena, cases[i][0], cases[i][1]);
    }
    ix_arena_done(&arena);
}

Test(terraform, refuses_an_instance_of_endless_flat_attributes) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    struct ix_json *flat = ix_json_new_object(&arena);
    struct ix_buf text = {0};
    ix_buf_add_char(&text, '{');
    for (int i = 0; i <= IX_TF_FLAT_KEYS_MAX; i++) {
        ix_buf_printf(&text, "%s\"k%d\":\"\"", i ? "," : "", i);
    }
    ix_buf_add_char(&text, '}');
    struct ix_err err = {0};
    cr_assert_eq(ix_json_parse(&arena, ix_buf_sv(&text), &flat, &err), IX_OK, "%s", err.text);
    struct ix_json *attributes;
    cr_assert_eq(ix_tf_flat_expand(&arena, flat, &attributes, &err), IX_LIMIT);
    ix_buf_done(&text);
    ix_arena_done(&arena);
}

Test(terraform, finds_the_block_behind_an_address) {
    static const char *const cases[][2] = {
        {"a_b.c", "a_b.c"},
        {"a_b.c[0].id", "a_b.c"},
        {"data.a_b.c[\"x.y\"].id[1]", "data.a_b.c"},
        {"module.m[\"a.b\"].module.n[0].a_b.c[\"]\"]", "module.m.module.n.a_b.c"},
        {"module.m.output", "module.m.output"},
        {"module.m", "module.m"},
        {"", ""},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ix_sv block = ix_tf_address_block(&arena, ix_sv_cstr(cases[i][0]));
        assert_sv(block, cases[i][1], cases[i][0]);
    }
    ix_arena_done(&arena);
}
