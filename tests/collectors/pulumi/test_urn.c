/* URNs and provider references, taken apart. */
#include <criterion/criterion.h>

#include "collectors/pulumi/urn.h"

static void check(struct ix_sv part, const char *expected) {
    cr_assert(ix_sv_eq_cstr(part, expected), "'%.*s' is not '%s'", IX_SV_FMT(part), expected);
}

Test(pulumi_urn, is_cut_at_its_first_three_separators) {
    struct ix_pulumi_urn urn;
    cr_assert(ix_pulumi_urn_parse(
        IX_SV("urn:pulumi:dev::shop::a:index:A$b:index:B$aws:s3/bucket:Bucket::x::y"), &urn));
    check(urn.stack, "dev");
    check(urn.project, "shop");
    check(urn.type_chain, "a:index:A$b:index:B$aws:s3/bucket:Bucket");
    check(urn.type, "aws:s3/bucket:Bucket");
    check(urn.name, "x::y");
}

Test(pulumi_urn, may_have_an_empty_name) {
    struct ix_pulumi_urn urn;
    cr_assert(ix_pulumi_urn_parse(IX_SV("urn:pulumi:dev::shop::a:b:C::"), &urn));
    check(urn.name, "");
    check(urn.type, "a:b:C");
}

Test(pulumi_urn, is_not_any_other_text) {
    static const char *const others[] = {
        "",
        "urn:pulumi:",
        "urn:pulumi:dev::shop",
        "urn:pulumi:dev::shop::a:b:C",
        "urn:pulumi:dev::shop::::name",
        "urn:pulumi:dev::shop::a:b:C$::name",
        "arn:aws:s3:::bucket",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct ix_pulumi_urn urn;
        cr_assert_not(ix_pulumi_urn_parse(ix_sv_cstr(others[i]), &urn), "%s", others[i]);
    }
}

Test(pulumi_urn, of_a_provider_reference_ends_at_the_last_separator) {
    struct ix_sv urn;
    struct ix_sv id;
    cr_assert(ix_pulumi_provider_parse(
        IX_SV("urn:pulumi:dev::shop::pulumi:providers:aws::my::own::1234-5678"), &urn, &id));
    check(urn, "urn:pulumi:dev::shop::pulumi:providers:aws::my::own");
    check(id, "1234-5678");
}

Test(pulumi_urn, is_missing_in_a_broken_provider_reference) {
    struct ix_sv urn;
    struct ix_sv id;
    cr_assert_not(ix_pulumi_provider_parse(IX_SV("default"), &urn, &id));
    cr_assert_not(ix_pulumi_provider_parse(IX_SV(""), &urn, &id));
    cr_assert_not(
        ix_pulumi_provider_parse(IX_SV("urn:pulumi:d::p::pulumi:providers:aws"), &urn, &id));
}

Test(pulumi_urn, names_of_stacks_lose_their_organisation) {
    static const char *const names[][2] = {
        {"acme/net/prod", "net/prod"},
        {"prod", "shop/prod"},
        {"acme/prod", ""},
        {"", ""},
    };
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct ix_sv name =
            ix_pulumi_stack_referred(&arena, IX_SV("shop"), ix_sv_cstr(names[i][0]));
        cr_expect(ix_sv_eq_cstr(name, names[i][1]), "%s: %.*s", names[i][0], IX_SV_FMT(name));
    }
    ix_arena_done(&arena);
}
