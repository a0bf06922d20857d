/* Planted secrets: what must go, and what looks like one and must stay. Tokens are put together
 * from halves, so that no scanner of repositories takes them for real ones. */
#include <criterion/criterion.h>

#include "indexer/normalise/secrets.h"
#include "tests/indexer/normalise/normal.h"

#define A16 "ABCDEFGH12345678"
#define A36 "abcdefghijklmnopqrstuvwxyz0123456789"

Test(normalise, knows_secrets_by_their_shape) {
    static const char *const secrets[] = {
        "Authorization: Bear"
        "er " A36,
        "https://hooks.slack"
        ".com/services/T01234567/B01234567/x",
        "AK"
        "IA" A16,
        "key=AS"
        "IA" A16 ";",
        "gh"
        "p_" A36,
        "git"
        "hub_pat_" A36,
        "gl"
        "pat-" A36,
        "xo"
        "xb-" A36,
        "sk_"
        "live_" A36,
        "S"
        "G." A36 "." A36,
        "AI"
        "za" A36,
        "ya"
        "29." A36,
        "np"
        "m_" A36,
        "py"
        "pi-" A36,
        "dop"
        "_v1_" A36,
        "hv"
        "s." A36,
        "abcdefghijklmn.at"
        "lasv1." A36,
        "Bearer ey"
        "JhbGciOiJI.ey"
        "JzdWIiOiIx.c2ln",
        "Endpoint=x;Account"
        "Key=abcdefghijkl==",
        "https://b.example/c?sv=1&s"
        "ig=abcdefghijkl",
        "https://b.example/c?tok"
        "en=abcdefgh",
        "Authorization: Bas"
        "ic " A36 "==",
        "Server=x;Pass"
        "word=longenough;",
        "-----BEGIN RSA PRIV"
        "ATE KEY-----\nabc",
        "pwd=$(pwd) pwd=s3",
        "PuTTY-User-"
        "Key-File-2: ssh-rsa",
        "client-key-data: LS0tLS1CRUdJTiBS"
        "U0EgUFJJVkFURSBLRVktLS0tLQ==",
        "GOCS"
        "PX-" A36,
        "IQoJ"
        "b3JpZ2lu" A36,
        "sk-"
        "proj-" A36,
        "da"
        "pi" A36,
        "tsk"
        "ey-auth-" A36,
        "xap"
        "p-1-" A36,
        "shp"
        "ss_" A36,
        "gh"
        "r_" A36,
        "ATA"
        "TT3" A36,
    };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        cr_expect(ix_secret_shape(ix_sv_cstr(secrets[i])), "%s", secrets[i]);
        cr_expect(ix_secret_possible(ix_sv_cstr(secrets[i])), "%s", secrets[i]);
    }
}

/* Texts put together from what secrets are made of, and from what stands around them. */
Test(normalise, whatever_is_cleaned_did_not_pass_the_glance) {
    static const char *const parts[] = {"sk_live_",
                                        "ghp_",
                                        A36,
                                        A16,
                                        "AKIA",
                                        "eyJ",
                                        "SG.",
                                        ".",
                                        "://",
                                        "u:p@",
                                        "a",
                                        " ",
                                        "-",
                                        "-----",
                                        "BEGIN PRIVATE",
                                        " KEY-----",
                                        "password",
                                        "=",
                                        ": ",
                                        "\n",
                                        "x1",
                                        ".atlasv1",
                                        "PuTTY-User-Key",
                                        "-File-",
                                        "Bearer ",
                                        "\"",
                                        "arn:",
                                        "/",
                                        ";",
                                        "token",
                                        "xoxb",
                                        "_"};
    enum { ROUNDS = 200000, PARTS_MAX = 7 };
    struct ix_arena arena;
    uint64_t state = 1;
    size_t cleaned = 0;
    ix_arena_init(&arena, 0);
    for (int i = 0; i < ROUNDS; i++) {
        char text[512] = "";
        for (uint64_t part = 0; part < 1 + state % PARTS_MAX; part++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            strcat(text, parts[(state >> 33) % (sizeof parts / sizeof *parts)]);
        }
        const struct ix_sv all = ix_sv_cstr(text);
        const struct ix_sv clean = ix_secret_clean(&arena, all);
        const bool same = clean.data == all.data && clean.size == all.size;
        cleaned += !same;
        cr_assert(same || ix_secret_possible(all), "%s", text);
        ix_arena_reset(&arena);
    }
    cr_expect_gt(cleaned, ROUNDS / 100);
    ix_arena_done(&arena);
}

Test(normalise, a_glance_tells_what_bills_are_made_of) {
    static const char *const usual[] = {
        "USD",
        "Usage",
        "2025-01-01T00:00:00Z",
        "Amazon Elastic Compute Cloud",
        "arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0",
        "/subscriptions/1/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/web",
        "$0.10 per GB-month of General Purpose storage",
        "team",
        "payments",
        "12.5",
        ""};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        cr_expect_not(ix_secret_possible(ix_sv_cstr(usual[i])), "%s", usual[i]);
    }
}

Test(normalise, keeps_what_only_resembles_a_secret) {
    static const char *const plain[] = {
        "Bearer of news",
        "Basic internationalization",
        "hooks.slack.com/services/",
        "",
        "AKIA",
        "AKIAshort",
        "MAKIA" A16,
        "ghp_",
        "SG.a.b",
        "eyJhbGciOiJI",
        "npm_config",
        "hvs.x",
        "hello world",
        "-----BEGIN CERTIFICATE-----",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==",
        "Password=[secret]",
        "a=b",
        "pwd=$(pwd)",
        "arn:aws:iam::123456789012:role/a",
        "sha256:" A36 A36,
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        cr_expect_not(ix_secret_shape(ix_sv_cstr(plain[i])), "%s", plain[i]);
    }
}

Test(normalise, takes_only_the_password_out_of_a_url) {
    static const char *const urls[][2] = {
        {"postgres://u:p@h/db", "postgres://u:[secret]@h/db"},
        {"a redis://:p?#w@h b://u:q@i", "a redis://:[secret]@h b://u:[secret]@i"},
        {"https://h:80/a@b", "https://h:80/a@b"},
        {"https://u@h/", "https://u@h/"},
        {"x://u:[secret]@h", "x://u:[secret]@h"},
        {"://", "://"},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct ix_sv clean = ix_secret_clean(&arena, ix_sv_cstr(urls[i][0]));
        cr_expect(ix_sv_eq_cstr(clean, urls[i][1]), "%s: %.*s", urls[i][0], IX_SV_FMT(clean));
    }
    ix_arena_done(&arena);
}

Test(normalise, tells_secret_names_from_names_about_secrets) {
    static const char *const secret[] = {
        "password",
        "db_password",
        "masterUserPassword",
        "PASSWD",
        "client-secret",
        "authToken",
        "ApiKey",
        "user_data",
        "userDataBase64",
        "private_key_pem",
        "secret",
        "DB_PWD",
        "primary_connection_string",
        "password_hash",
        "primaryAccessKey",
        "auth.password",
        "client-key-data",
        "adminPass",
        "credential",
        "metadata_startup_script",
        "windows-startup-script-ps1",
        "protected_settings",
        "DB_PASS",
        "smtpPass",
        "root.pw",
        "wifi_psk",
        "signing_key",
        "ENCRYPTION_KEY",
    };
    static const char *const plain[] = {
        "secret_arn",
        "secretName",
        "SecretId",
        "password_policy",
        "passwordLength",
        "token_url",
        "kms_key_id",
        "public_key",
        "key_name",
        "token_ttl",
        "http_tokens",
        "tokens",
        "name",
        "secret_key_ref",
        "user_data_replace_on_change",
        "secretary",
        "hash_key",
        "startup-script-url",
        "bypass",
        "compass",
        "password_file",
    };
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
        cr_expect(ix_secret_name(ix_sv_cstr(secret[i])), "%s", secret[i]);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        cr_expect_not(ix_secret_name(ix_sv_cstr(plain[i])), "%s", plain[i]);
    }
}

Test(normalise, knows_lines_that_set_a_secret) {
    static const char *const secret[] = {
        "db:\n  password: swordfish\n",
        "a: b\n- api_token: \"x y\" # ours\r\nc: d",
        "spring.user=x\nspring.datasource.secret = s3\n",
        "DB_PASS=swordfish",
        "export SECRET_KEY_BASE=abc123",
        "--auth-token=abc123",
        "//registry.example/:_authToken=abc",
        "<settings>\n  <password>swordfish</password>\n</settings>",
        "{\n  \"clientSecret\": \"a b\",\n  broken",
        "pin: 1\npassword: 1234\n",
    };
    static const char *const plain[] = {
        "password: swordfish",
        "Passwords\npassword: at least eight characters\n",
        "password:\n  from: vault\n",
        "x\ntoken: $TOKEN\npassword: ${PASSWORD}\nsecret: {{ .x }}\n",
        "x\nTOKEN=$(cat token)\npassword=\nsecret: null\n",
        "token = resultToken\ntoken = 'No token found.'\ntoken = get_token()\n",
        "password_file: /etc/password\nsecretName: tls\nmax_token: 5\n",
        "x\npassword: [secret]\n",
        "DB_PASS=",
        "a=b",
        "=\n:\n-\n\"\n<\nexport \n",
        "",
    };
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
        cr_expect(ix_secret_lines(ix_sv_cstr(secret[i])), "%s", secret[i]);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        cr_expect_not(ix_secret_lines(ix_sv_cstr(plain[i])), "%s", plain[i]);
    }
}

struct kept_case {
    const char *type, *properties, *kept;
};

static const struct kept_case kept_cases[] = {
    {"v1 Pod",
     "{\"args\":[\"--db-password\",\"a\",\"--secret\",\"-v\",\"b\",\"--token=$T\",\"c\"]}",
     "{\"args\":[\"--db-password\",\"[secret]\",\"--secret\",\"-v\",\"b\",\"--token=$T\",\"c\"]}"},
    {"kubernetes_manifest",
     "{\"manifest\":{\"value\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"b\"},"
     "\"stringData\":{\"c\":\"d\"},\"type\":\"Opaque\"}},\"data\":{\"e\":\"f\"}}",
     "{\"manifest\":{\"value\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"["
     "secret]\"},"
     "\"stringData\":{\"c\":\"[secret]\"},\"type\":\"Opaque\"}},\"data\":{\"e\":\"f\"}}"},
    {"command:local:Command", "{\"environment\":{\"A\":\"a\"},\"create\":\"run\"}",
     "{\"environment\":{\"A\":\"[secret]\"},\"create\":\"run\"}"},
    {"kubectl_manifest", "{\"yaml_body\":\"a: b\",\"name\":\"n\"}",
     "{\"yaml_body\":\"[secret]\",\"name\":\"n\"}"},
    {"AWS::EC2::Instance",
     "{\"UserData\":{\"Fn::Base64\":{\"Fn::Join\":[\"\",[\"s\",{\"Ref\":\"P\"}]]}}}",
     "{\"UserData\":{\"Fn::Base64\":{\"Fn::Join\":[\"\",[\"[secret]\",{\"Ref\":\"P\"}]]}}}"},
    {"x_y", "{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}}",
     "{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"[secret]\"}}"},
    {"x_y", "{\"Parameters\":[{\"ParameterKey\":\"DbPassword\",\"ParameterValue\":\"p\"}]}",
     "{\"Parameters\":[{\"ParameterKey\":\"DbPassword\",\"ParameterValue\":\"[secret]\"}]}"},
    {"x_y", "{\"user_data\":\"{\\\"a\\\":1}\",\"api_key\":[\"[1]\"]}",
     "{\"user_data\":\"[secret]\",\"api_key\":[\"[secret]\"]}"},
    {"x_y", "{\"name\":\"token\",\"value\":\"{\\\"a\\\":\\\"b\\\"}\"}",
     "{\"name\":\"token\",\"value\":{\"a\":\"[secret]\"}}"},
    {"aws_db_instance", "{\"password\":\"hunter2\",\"port\":5432}",
     "{\"password\":\"[secret]\",\"port\":5432}"},
    {"x_y", "{\"password\":\"\",\"token\":true,\"secret\":\"arn:aws:x:y:z:w\",\"api_key\":0}",
     "{\"password\":\"\",\"token\":true,\"secret\":\"arn:aws:x:y:z:w\",\"api_key\":0}"},
    {"x_y", "{\"password\":12345,\"cardPin\":1.5,\"API_TOKEN\":[7],\"wifi-pin\":9}",
     "{\"password\":\"[secret]\",\"cardPin\":\"[secret]\",\"API_TOKEN\":[\"[secret]\"],"
     "\"wifi-pin\":\"[secret]\"}"},
    {"x_y",
     "{\"password_reuse_prevention\":24,\"minimum_password_length\":14,\"token_ttl\":60,"
     "\"max_token\":5,\"tokens\":3,\"secret_count\":2,\"spin\":1,\"mapping\":2,\"pins\":40,"
     "\"user_data_size\":1,\"private_key_bits\":2048,\"password_port\":1}",
     "{\"password_reuse_prevention\":24,\"minimum_password_length\":14,\"token_ttl\":60,"
     "\"max_token\":5,\"tokens\":3,\"secret_count\":2,\"spin\":1,\"mapping\":2,\"pins\":40,"
     "\"user_data_size\":1,\"private_key_bits\":2048,\"password_port\":1}"},
    {"x_y",
     "{\"gh"
     "p_" A36 "\":1,\"m\":{\"gh"
     "p_" A36 "\":2,\"kept_as_it_is\":3,\"gl"
     "pat-" A36 "\":4},\"u://a:b@c/d\":5}",
     "{\"[secret]\":1,\"m\":{\"[secret]\":2,\"kept_as_it_is\":3,\"[secret] #2\":4},"
     "\"u://a:[secret]@c/d\":5}"},
    {"x_y", "{\"a\":[{\"adminPassword\":\"p\"}],\"tokens\":[\"kept\"],\"auth_token\":[\"t\"]}",
     "{\"a\":[{\"adminPassword\":\"[secret]\"}],\"tokens\":[\"kept\"],\"auth_token\":[\"[secret]\"]"
     "}"},
    {"random_password", "{\"result\":\"r\",\"length\":16}",
     "{\"result\":\"[secret]\",\"length\":16}"},
    {"x_result", "{\"result\":\"r\"}", "{\"result\":\"r\"}"},
    {"aws_ssm_parameter", "{\"value\":\"v\",\"name\":\"n\"}",
     "{\"value\":\"[secret]\",\"name\":\"n\"}"},
    {"AWS::SSM::Parameter", "{\"Value\":\"v\"}", "{\"Value\":\"[secret]\"}"},
    {"kubernetes_secret_v1", "{\"data\":{\"a\":\"b\",\"c\":\"\"},\"type\":\"Opaque\"}",
     "{\"data\":{\"a\":\"[secret]\",\"c\":\"\"},\"type\":\"Opaque\"}"},
    {"aws_lambda_function", "{\"environment\":[{\"variables\":{\"A\":\"b\",\"N\":1}}]}",
     "{\"environment\":[{\"variables\":{\"A\":\"[secret]\",\"N\":\"[secret]\"}}]}"},
    {"AWS::Lambda::Function", "{\"Environment\":{\"Variables\":{\"A\":\"b\"}}}",
     "{\"Environment\":{\"Variables\":{\"A\":\"[secret]\"}}}"},
    {"aws_ecs_task_definition",
     "{\"container_definitions\":\"[{\\\"environment\\\":[{\\\"name\\\":\\\"A\\\",\\\"value\\\":"
     "\\\"b\\\"}],\\\"image\\\":\\\"i\\\"}]\"}",
     "{\"container_definitions\":[{\"environment\":[{\"name\":\"A\",\"value\":\"[secret]\"}],"
     "\"image\":\"i\"}]}"},
    {"azurerm_linux_web_app", "{\"app_settings\":{\"A\":\"b\"}}",
     "{\"app_settings\":{\"A\":\"[secret]\"}}"},
    {"x_y", "{\"siteConfig\":{\"appSettings\":[{\"name\":\"A\",\"value\":\"b\"}]}}",
     "{\"siteConfig\":{\"appSettings\":[{\"name\":\"A\",\"value\":\"[secret]\"}]}}"},
    {"x_y",
     "{\"set\":[{\"name\":\"auth.password\",\"value\":\"b\"},{\"name\":\"a\",\"value\":\"c\"}]}",
     "{\"set\":[{\"name\":\"auth.password\",\"value\":\"[secret]\"},{\"name\":\"a\",\"value\":"
     "\"c\"}]}"},
    {"x_y", "{\"parameters\":{\"adminPassword\":{\"value\":\"p\"},\"size\":{\"value\":\"s\"}}}",
     "{\"parameters\":{\"adminPassword\":{\"value\":\"[secret]\"},\"size\":{\"value\":\"s\"}}}"},
    {"azurerm_linux_web_app",
     "{\"connection_string\":[{\"name\":\"n\",\"value\":\"Server=x\",\"type\":\"SQLAzure\"}]}",
     "{\"connection_string\":[{\"name\":\"n\",\"value\":\"[secret]\",\"type\":\"SQLAzure\"}]}"},
    {"aws_elastic_beanstalk_environment",
     "{\"setting\":[{\"namespace\":\"aws:elasticbeanstalk:application:environment\",\"name\":\"A\","
     "\"value\":\"b\"},{\"namespace\":\"aws:ec2:vpc\",\"name\":\"VPCId\",\"value\":\"vpc-1\"}]}",
     "{\"setting\":[{\"namespace\":\"aws:elasticbeanstalk:application:environment\",\"name\":\"A\","
     "\"value\":\"[secret]\"},{\"namespace\":\"aws:ec2:vpc\",\"name\":\"VPCId\",\"value\":\"vpc-"
     "1\"}]}"},
    {"aws_apprunner_service", "{\"a\":[{\"runtime_environment_variables\":{\"A\":\"b\"}}]}",
     "{\"a\":[{\"runtime_environment_variables\":{\"A\":\"[secret]\"}}]}"},
    {"google_cloudfunctions_function", "{\"build_environment_variables\":{\"A\":\"b\"}}",
     "{\"build_environment_variables\":{\"A\":\"[secret]\"}}"},
    {"azurerm_cosmosdb_account", "{\"primary_key\":\"k\",\"kind\":\"MongoDB\"}",
     "{\"primary_key\":\"[secret]\",\"kind\":\"MongoDB\"}"},
    {"azure-native:documentdb:DatabaseAccount", "{\"primaryMasterKey\":\"k\"}",
     "{\"primaryMasterKey\":\"[secret]\"}"},
    {"x_y", "{\"primary_key\":\"id\"}", "{\"primary_key\":\"id\"}"},
    {"aws:apigateway/apiKey:ApiKey", "{\"value\":\"k\"}", "{\"value\":\"[secret]\"}"},
    {"x_y", "{\"environment\":\"prod\",\"variables\":{\"a\":\"b\"}}",
     "{\"environment\":\"prod\",\"variables\":{\"a\":\"b\"}}"},
};

Test(normalise, drops_secrets_and_leaves_their_paths) {
    for (size_t i = 0; i < sizeof kept_cases / sizeof *kept_cases; i++) {
        static struct normal n;
        const struct kept_case *c = &kept_cases[i];
        cr_expect_str_eq(normal_kept(&n, c->type, c->properties), c->kept, "%s: %s", c->properties,
                         n.text);
    }
}

Test(normalise, cuts_secrets_out_of_addresses) {
    static const char *const addresses[][2] = {
        {"a_b.c[\"gh"
         "p_" A36 "\"]",
         "a_b.c[\"[secret]\"]"},
        {"module.m[\"x gh"
         "p_" A36 " y\"].a_b.c[\"AK"
         "IA" A16 "\"]",
         "module.m[\"x [secret]\"].a_b.c[\"[secret]\"]"},
        {"urn:pulumi:s::p::t::postgres://u:p@h/d", "urn:pulumi:s::p::t::postgres://u:[secret]@h/d"},
        {"urn:pulumi:s::p::t::Bear"
         "er " A36 " and more",
         "urn:pulumi:s::p::t::[secret]"},
        {"a.b[\"-----BEGIN RSA PRIV"
         "ATE KEY-----\\nabc\"].d",
         "a.b[\"[secret]\"].d"},
        {"a.b[\"Pass"
         "word=longenough;x\"]",
         "a.b[\"Password=[secret]\"]"},
        {"a_b.c[\"plain\"]", "a_b.c[\"plain\"]"},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct ix_sv cut = ix_secret_cut(&arena, ix_sv_cstr(addresses[i][0]));
        cr_expect(ix_sv_eq_cstr(cut, addresses[i][1]), "row %zu: %.*s", i, IX_SV_FMT(cut));
    }
    ix_arena_done(&arena);
}

Test(normalise, drops_secrets_from_names_and_tags) {
    static const struct ix_tag tags[] = {
        {IX_TAG, {"note", 4}, {"u://a:b@c", 9}},
        {IX_TAG, {"password", 8}, {"hunter2", 7}},
    };
    struct normal n;
    normal_init(&n, "x_y", "aws", "{}");
    n.in.name = IX_SV("gh"
                      "p_" A36);
    n.in.address = IX_SV("x_y.a[\"AK"
                         "IA" A16 "\"]");
    n.in.tags = tags;
    n.in.tag_count = 2;
    normal_run(&n);
    cr_expect(ix_sv_eq_cstr(n.out.name, IX_SECRET_MARKER));
    cr_expect(ix_sv_eq_cstr(n.out.address, "x_y.a[\"[secret]\"]"));
    cr_expect(ix_sv_eq_cstr(n.out.tags[0].value, "u://a:[secret]@c"));
    cr_expect(ix_sv_eq_cstr(n.out.tags[1].value, IX_SECRET_MARKER));
    cr_expect(ix_sv_find(n.out.uid, IX_SV("AKIA")) == IX_SV_NPOS);
    normal_done(&n);
}
