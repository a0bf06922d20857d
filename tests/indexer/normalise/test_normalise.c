/* The whole step: structures, tags, flags, who manages, and the sink that chains them. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "indexer/model/record.h"
#include "indexer/normalise/tags.h"
#include "indexer/normalise/tristate.h"
#include "indexer/normalise/type.h"
#include "tests/indexer/normalise/normal.h"

static struct ix_tag tag(enum ix_tag_class tag_class, const char *key, const char *value) {
    return (struct ix_tag){tag_class, ix_sv_cstr(key), ix_sv_cstr(value)};
}

Test(normalise, turns_json_texts_into_structures) {
    static struct normal n;
    cr_expect_str_eq(normal_kept(&n, "x_y", "{\"p\":\" {\\\"a\\\":\\\"[1,2]\\\"} \"}"),
                     "{\"p\":{\"a\":[1,2]}}");
    cr_expect_str_eq(normal_kept(&n, "x_y", "{\"p\":\"{broken}\",\"q\":\"[secret]\",\"r\":\"12\"}"),
                     "{\"p\":\"{broken}\",\"q\":\"[secret]\",\"r\":\"12\"}");
}

Test(normalise, leaves_the_given_properties_as_they_were) {
    struct normal n;
    normal_init(&n, "x_y", "aws", "{\"password\":\"p\"}");
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(ix_json_get_string(n.in.properties, "password"), "p"));
    cr_expect_str_eq(normal_properties(&n), "{\"password\":\"[secret]\"}");
    normal_done(&n);
}

Test(normalise, sorts_tags_and_keeps_the_last_of_a_key) {
    struct ix_tag tags[] = {tag(IX_LABEL, "b", "1"), tag(IX_TAG, "z", "2"), tag(IX_TAG, "", "3"),
                            tag(IX_TAG, "a", "4"), tag(IX_TAG, "z", "5")};
    struct normal n;
    normal_init(&n, "x_y", "aws", "{}");
    n.in.tags = tags;
    n.in.tag_count = 5;
    normal_run(&n);
    cr_assert_eq(n.out.tag_count, 3);
    cr_expect(ix_sv_eq_cstr(n.out.tags[0].key, "a"));
    cr_expect(ix_sv_eq_cstr(n.out.tags[1].value, "5"));
    cr_expect_eq(n.out.tags[2].class_, IX_LABEL);
    normal_done(&n);
}

Test(normalise, finds_type_kind_category_and_service) {
    struct normal n;
    normal_init(&n, "aws_s3_bucket", "aws", "{}");
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.type, "aws.s3.bucket"));
    cr_expect(ix_sv_eq_cstr(n.out.kind, "bucket"));
    cr_expect(ix_sv_eq_cstr(n.out.category, "storage"));
    cr_expect(ix_sv_eq_cstr(n.out.service, "s3"));
    normal_done(&n);
}

struct flag_case {
    const char *type, *properties;
    enum ix_tristate encrypted, public_;
};

static const struct flag_case flag_cases[] = {
    {"aws.s3.bucket", "{}", IX_UNKNOWN, IX_UNKNOWN},
    {"aws.s3.bucket", "{\"server_side_encryption_configuration\":[]}", IX_NO, IX_UNKNOWN},
    {"aws.s3.bucket", "{\"server_side_encryption_configuration\":[{}]}", IX_YES, IX_UNKNOWN},
    {"aws.s3.bucket", "{\"BucketEncryption\":{\"a\":1},\"acl\":\"private\"}", IX_YES, IX_NO},
    {"aws.s3.bucket", "{\"acl\":\"public-read\"}", IX_UNKNOWN, IX_YES},
    {"aws.ec2.volume", "{\"encrypted\":true}", IX_YES, IX_UNKNOWN},
    {"aws.ec2.volume", "{\"Encrypted\":\"false\"}", IX_NO, IX_UNKNOWN},
    {"aws.ec2.volume", "{\"encrypted\":null}", IX_UNKNOWN, IX_UNKNOWN},
    {"aws.rds.instance", "{\"storageEncrypted\":true,\"publiclyAccessible\":false}", IX_YES, IX_NO},
    {"aws.sqs.queue", "{\"kms_master_key_id\":\"\",\"sqs_managed_sse_enabled\":true}", IX_YES,
     IX_UNKNOWN},
    {"aws.ec2.security_group", "{\"ingress\":[{\"cidr_blocks\":[\"0.0.0.0/0\"]}]}", IX_UNKNOWN,
     IX_YES},
    {"aws.ec2.security_group", "{\"SecurityGroupIngress\":[{\"CidrIpv6\":\"::/0\"}]}", IX_UNKNOWN,
     IX_YES},
    {"aws.ec2.security_group", "{\"ingress\":[],\"egress\":[{\"cidr_blocks\":[\"0.0.0.0/0\"]}]}",
     IX_UNKNOWN, IX_NO},
    {"aws.elb.load_balancer", "{\"internal\":false}", IX_UNKNOWN, IX_YES},
    {"aws.elb.load_balancer", "{\"Scheme\":\"internal\"}", IX_UNKNOWN, IX_NO},
    {"azure.network.security_group",
     "{\"security_rule\":[{\"source_address_prefix\":\"Internet\"}]}", IX_UNKNOWN, IX_YES},
    {"azure.network.security_group",
     "{\"security_rule\":[{\"access\":\"Deny\",\"source_address_prefix\":\"*\"},"
     "{\"direction\":\"Outbound\",\"source_address_prefix\":\"*\"}]}",
     IX_UNKNOWN, IX_NO},
    {"azure.network.security_group",
     "{\"properties\":{\"securityRules\":[{\"properties\":{\"access\":\"Allow\",\"direction\":"
     "\"Inbound\",\"destinationPortRange\":\"22\",\"sourceAddressPrefix\":\"*\"}}]}}",
     IX_UNKNOWN, IX_YES},
    {"azure.network.security_group",
     "{\"security_rule\":[{\"source_address_prefix\":\"10.0.0.0/8\",\"source_port_range\":\"*\"}]}",
     IX_UNKNOWN, IX_NO},
    {"aws.ec2.security_group",
     "{\"ingress\":[{\"cidr_blocks\":[\"10.0.0.0/8\"],\"description\":\"Internet\"}]}", IX_UNKNOWN,
     IX_NO},
    {"aws.ec2.security_group", "{\"IpPermissions\":[{\"IpRanges\":[{\"CidrIp\":\"0.0.0.0/0\"}]}]}",
     IX_UNKNOWN, IX_YES},
    {"aws.ec2.security_group_rule", "{\"type\":\"ingress\",\"cidr_blocks\":[\"0.0.0.0/0\"]}",
     IX_UNKNOWN, IX_YES},
    {"aws.ec2.security_group_rule", "{\"type\":\"egress\",\"cidr_blocks\":[\"0.0.0.0/0\"]}",
     IX_UNKNOWN, IX_NO},
    {"aws.ec2.security_group_ingress", "{\"CidrIp\":\"0.0.0.0/0\"}", IX_UNKNOWN, IX_YES},
    {"gcp.compute.firewall", "{\"sourceRanges\":[\"0.0.0.0/0\"],\"allow\":[{}],\"deny\":[]}",
     IX_UNKNOWN, IX_YES},
    {"gcp.compute.firewall", "{\"sourceRanges\":[\"0.0.0.0/0\"],\"deny\":[{}]}", IX_UNKNOWN, IX_NO},
    {"gcp.compute.firewall", "{\"sourceRanges\":[\"0.0.0.0/0\"],\"disabled\":true}", IX_UNKNOWN,
     IX_NO},
    {"gcp.storage.bucket", "{\"encryption\":[],\"public_access_prevention\":\"enforced\"}",
     IX_UNKNOWN, IX_NO},
    {"gcp.storage.bucket",
     "{\"encryption\":[{\"k\":\"v\"}],\"public_access_prevention\":\"inherited\"}", IX_YES,
     IX_UNKNOWN},
    {"azure.compute.disk", "{\"disk_encryption_set_id\":\"\"}", IX_UNKNOWN, IX_UNKNOWN},
    {"azure.sql.database", "{\"transparent_data_encryption_enabled\":false}", IX_NO, IX_UNKNOWN},
    {"azure.sql.server", "{\"properties\":{\"publicNetworkAccess\":\"Disabled\"}}", IX_UNKNOWN,
     IX_NO},
    {"gcp.compute.firewall", "{\"sourceRanges\":[\"10.0.0.0/8\"]}", IX_UNKNOWN, IX_NO},
    {"gcp.sql.instance", "{\"settings\":[{\"ip_configuration\":[{\"ipv4_enabled\":true}]}]}",
     IX_UNKNOWN, IX_YES},
    {"no.such.type", "{\"encrypted\":true}", IX_UNKNOWN, IX_UNKNOWN},
};

Test(normalise, tells_encrypted_and_public_from_unknown) {
    for (size_t i = 0; i < sizeof flag_cases / sizeof *flag_cases; i++) {
        const struct flag_case *c = &flag_cases[i];
        struct ix_sv type = ix_sv_cstr(c->type);
        struct normal n;
        normal_init(&n, "x", "aws", c->properties);
        cr_expect_eq(ix_tristate_encrypted(type, n.in.properties), c->encrypted, "%s %s", c->type,
                     c->properties);
        cr_expect_eq(ix_tristate_public(type, n.in.properties), c->public_, "%s %s", c->type,
                     c->properties);
        normal_done(&n);
    }
    size_t count = 0;
    for (const char *const *rule = ix_tristate_rules; *rule; rule++) {
        struct ix_sv text = ix_sv_cstr(*rule);
        cr_expect(ix_sv_starts(text, IX_SV("encrypted ")) || ix_sv_starts(text, IX_SV("public ")),
                  "%s", *rule);
        count += ix_sv_eq_cstr(text, "encrypted aws.ec2.volume: encrypted is true");
    }
    cr_expect_eq(count, 1);
}

Test(normalise, has_rules_only_for_families_that_exist) {
    static const char *const types[] = {
#define IX_TRISTATE_ROW(type, flag, test, paths, word) type,
#include "indexer/normalise/tristate.def"
#undef IX_TRISTATE_ROW
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        bool found = false;
        for (size_t k = 0; k < ix_type_count() && !found; k++) {
            found = strcmp(ix_type_at(k)->name, types[i]) == 0;
        }
        cr_expect(found, "%s", types[i]);
    }
}

Test(normalise, says_who_manages_a_thing) {
    struct ix_tag helm = tag(IX_LABEL, "app.kubernetes.io/managed-by", "Helm");
    struct ix_tag stack = tag(IX_TAG, "aws:cloudformation:stack-name", "network");
    struct ix_tag argo = tag(IX_ANNOTATION, "argocd.argoproj.io/tracking-id", "a:b");
    const struct {
        const char *source_kind, *manager;
        uint32_t flags;
        const struct ix_tag *tag;
    } cases[] = {
        {"terraform", "terraform", 0, NULL},
        {"pulumi", "pulumi", 0, NULL},
        {"terraform", "", IX_FLAG_EXTERNAL, NULL},
        {"plan", "", IX_FLAG_PLANNED, NULL},
        {"kubernetes", "helm", 0, &helm},
        {"kubernetes", "argocd", 0, &argo},
        {"kubernetes", "", 0, NULL},
        {"ndjson", "cloudformation", 0, &stack},
        {"terraform", "terraform", 0, &stack},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct normal n;
        normal_init(&n, "x", "", "{}");
        n.in.source_kind = ix_sv_cstr(cases[i].source_kind);
        n.in.flags = cases[i].flags;
        n.in.tags = cases[i].tag;
        n.in.tag_count = cases[i].tag != NULL;
        normal_run(&n);
        cr_expect(ix_sv_eq_cstr(n.out.managed_by, cases[i].manager), "%zu: %.*s", i,
                  IX_SV_FMT(n.out.managed_by));
        normal_done(&n);
    }
}

static enum ix_code keep_line(void *context, struct ix_sv line, struct ix_err *err) {
    ix_buf_add(context, line);
    return ix_buf_check(context, err);
}

static bool holds(const struct ix_buf *lines, const char *text) {
    return ix_sv_find(ix_buf_sv(lines), ix_sv_cstr(text)) != IX_SV_NPOS;
}

Test(normalise, passes_every_record_on_without_secrets) {
    struct ix_record_sink end;
    struct ix_buf lines = {0};
    struct ix_normaliser *normaliser = NULL;
    struct ix_err err = {0};
    ix_record_sink_init(&end, keep_line, &lines);
    cr_assert_eq(ix_normaliser_new(&end.sink, &normaliser, &err), IX_OK);
    struct ix_sink *sink = ix_normaliser_sink(normaliser);
    struct normal n;
    normal_init(&n, "aws_s3_bucket", "aws", "{\"id\":\"logs\",\"password\":\"hunter2\"}");
    struct ix_relation relation = {
        .source = IX_SV("state"),
        .from_address = IX_SV("there"),
        .type = IX_SV("references"),
        .to_id = IX_SV("/subscriptions/S/A"),
    };
    struct ix_note note = {.source = IX_SV("state"), .reason = IX_SV("u://a:hunter2@h")};
    struct ix_scope scope = {.source = IX_SV("state"), .name = IX_SV("file")};
    for (int round = 0; round < 2; round++) {
        cr_expect_eq(ix_sink_resource(sink, &n.in, &err), IX_OK);
        cr_expect_eq(ix_sink_relation(sink, &relation, &err), IX_OK);
        cr_expect_eq(ix_sink_scope(sink, &scope, &err), IX_OK);
        cr_expect_eq(ix_sink_note(sink, &note, &err), IX_OK);
    }
    cr_expect(holds(&lines, "arn:aws:s3:::logs"));
    cr_expect(holds(&lines, "/subscriptions/s/a"));
    cr_expect(holds(&lines, "u://a:[secret]@h"));
    cr_expect_not(holds(&lines, "hunter2"));
    normal_done(&n);
    ix_normaliser_free(normaliser);
    ix_normaliser_free(NULL);
    ix_record_sink_done(&end);
    ix_buf_done(&lines);
}

Test(normalise, says_which_tag_was_too_long) {
    static char value[IX_TAG_VALUE_MAX + 1];
    static char key[IX_NAME_MAX + 1];
    memset(value, 'v', sizeof value);
    memset(key, 'k', sizeof key);
    memcpy(value + IX_TAG_VALUE_MAX - 1, "\xc3\xa9", 2); /* the limit falls into a character */
    const struct ix_tag tags[] = {
        {IX_TAG, IX_SV("big"), ix_sv_of(value, sizeof value)},
        {IX_TAG, ix_sv_of(key, sizeof key), IX_SV("x")},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    size_t count;
    struct ix_tag *clean = ix_tags_clean(&arena, tags, 2, &count);
    cr_assert_eq(count, 1);
    cr_expect_eq(clean[0].value.size, IX_TAG_VALUE_MAX - 1);
    cr_expect(ix_sv_eq_cstr(ix_tags_fault(&arena, tags, 2),
                            "the value of tag 'big' was cut after 65536 bytes"));
    cr_expect(ix_sv_eq_cstr(ix_tags_fault(&arena, tags + 1, 1),
                            "a tag was left out: its key is longer than 4096 bytes"));
    cr_expect(ix_sv_empty(ix_tags_fault(&arena, clean, count)));

    struct ix_record_sink end;
    struct ix_buf lines = {0};
    struct ix_normaliser *normaliser = NULL;
    struct ix_err err = {0};
    struct normal n;
    normal_init(&n, "x_y", "aws", "{}");
    n.in.tags = tags;
    n.in.tag_count = 2;
    ix_record_sink_init(&end, keep_line, &lines);
    cr_assert_eq(ix_normaliser_new(&end.sink, &normaliser, &err), IX_OK);
    cr_expect_eq(ix_sink_resource(ix_normaliser_sink(normaliser), &n.in, &err), IX_OK);
    cr_expect(holds(&lines, "\"record\":\"resource\""));
    cr_expect(holds(&lines, "was cut after 65536 bytes"));
    ix_normaliser_free(normaliser);
    ix_record_sink_done(&end);
    ix_buf_done(&lines);
    normal_done(&n);
    ix_arena_done(&arena);
}

/* Two keys that are secrets stay two resources, and relations find the right one. */
Test(normalise, keeps_addresses_apart_that_differ_in_secrets) {
    static const char *const keys[] = {"AK"
                                       "IAABCDEFGH12345678",
                                       "AK"
                                       "IAZZZZZZZZ12345678",
                                       "AK"
                                       "IAABCDEFGH12345678"};
    static const char *const expected[] = {"x_y.a[\\\"[secret]\\\"]", "x_y.a[\\\"[secret]\\\"] #2",
                                           "x_y.a[\\\"[secret]\\\"]"};
    struct ix_record_sink end;
    struct ix_buf lines = {0};
    struct ix_normaliser *normaliser = NULL;
    struct ix_err err = {0};
    struct normal n;
    normal_init(&n, "x_y", "aws", "{}");
    ix_record_sink_init(&end, keep_line, &lines);
    cr_assert_eq(ix_normaliser_new(&end.sink, &normaliser, &err), IX_OK);
    for (size_t i = 0; i < 3; i++) {
        char address[64];
        char words[96];
        snprintf(address, sizeof address, "x_y.a[\"%s\"]", keys[i]);
        n.in.address = ix_sv_cstr(address);
        const struct ix_relation relation = {
            .from_address = IX_SV("b"), .type = IX_SV("uses"), .to_address = ix_sv_cstr(address)};
        ix_buf_clear(&lines);
        cr_expect_eq(ix_sink_relation(ix_normaliser_sink(normaliser), &relation, &err), IX_OK);
        snprintf(words, sizeof words, "\"to\":\"%s\"", expected[i]);
        cr_expect(holds(&lines, words), "%s", ix_buf_cstr(&lines));
        cr_expect_eq(ix_sink_resource(ix_normaliser_sink(normaliser), &n.in, &err), IX_OK);
        snprintf(words, sizeof words, "\"address\":\"%s\"", expected[i]);
        cr_expect(holds(&lines, words), "%s", ix_buf_cstr(&lines));
        cr_expect_not(holds(&lines, "IA"), "%s", ix_buf_cstr(&lines));
    }
    ix_normaliser_free(normaliser);
    ix_record_sink_done(&end);
    ix_buf_done(&lines);
    normal_done(&n);
}

static enum ix_code refuse(struct ix_sink *sink, const struct ix_resource *resource,
                           struct ix_err *err) {
    (void)sink;
    (void)resource;
    return ix_err_set(err, IX_IO, "disk is full");
}

Test(normalise, gives_the_next_sinks_error_back_unchanged) {
    struct ix_sink next = {.resource = refuse};
    struct ix_normaliser *normaliser = NULL;
    struct ix_err err = {0};
    struct normal n;
    normal_init(&n, "x", "", "{}");
    cr_assert_eq(ix_normaliser_new(&next, &normaliser, &err), IX_OK);
    cr_expect_eq(ix_sink_resource(ix_normaliser_sink(normaliser), &n.in, &err), IX_IO);
    cr_expect_str_eq(err.text, "disk is full");
    ix_normaliser_free(normaliser);
    normal_done(&n);
}

Test(normalise, says_when_memory_is_gone) {
    struct normal n;
    struct ix_arena small;
    struct ix_err err = {0};
    normal_init(&n, "x_y", "aws", "{\"a\":\"0123456789012345678901234567890123456789\"}");
    ix_arena_init(&small, 64);
    cr_expect_neq(ix_normalise(&n.in, &small, &n.out, &err), IX_OK);
    cr_expect(err.text[0] != '\0');
    ix_arena_done(&small);
    normal_done(&n);
}
