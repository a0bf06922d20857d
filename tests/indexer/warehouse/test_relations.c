/* Relations: however their far end is named, and whenever it becomes known. */
#include <criterion/criterion.h>

#include "store.h"

static const char edges[] =
    "SELECT f.uid, t.uid, e.basis FROM edge e JOIN resource f ON f.rid = e.src "
    "JOIN resource t ON t.rid = e.dst ORDER BY 1, 2, 3";

Test(relations, join_by_address_and_by_block_all_instances) {
    struct store s;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    store_put(&s, "aws_vpc.a", "uid-a", "{}");
    store_put(&s, "aws_vpc.b[0]", "uid-b0", "{}");
    store_put(&s, "aws_vpc.b[1]", "uid-b1", "{}");
    store_put(&s, "module.m[\"x]\"].aws_vpc.c", "uid-c", "{}");
    store_relate(&s, "aws_vpc.a", "aws_vpc.b");
    store_relate(&s, "aws_vpc.b[0]", "aws_vpc.b[1]");
    store_relate(&s, "aws_vpc.a", "module.m.aws_vpc.c");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges),
                     "uid-a|uid-b0|0\nuid-a|uid-b1|0\nuid-a|uid-c|0\nuid-b0|uid-b1|0\n");
    store_done(&s);
}

static void near_end(struct store *s, bool related) {
    store_begin(s, "near", "terraform");
    store_put(s, "aws_vpc.a", "uid-a", "{}");
    if (related) {
        store_relate(s, "aws_vpc.a", "#vpc-0a1b2c3d");
    }
    store_publish(s);
}

static void far_end(struct store *s, bool present) {
    const struct ix_resource r = {
        .address = IX_SV("vpc"), .uid = IX_SV("uid-far"), .native_id = IX_SV("vpc-0a1b2c3d")};
    store_begin(s, "far", "aws");
    if (present) {
        store_put_more(s, r, "{}");
    }
    store_publish(s);
}

Test(relations, by_id_are_resolved_when_the_far_end_comes_later) {
    struct store s;
    store_open(&s);
    near_end(&s, true);
    cr_assert_str_eq(store_rows(&s, edges), "");
    far_end(&s, true);
    cr_assert_str_eq(store_rows(&s, edges), "uid-a|uid-far|0\n");
    store_done(&s);
}

static void balancer(struct store *s, const char *properties) {
    store_begin(s, "cloud", "aws");
    store_put(s, "lb", "uid-lb", properties);
    store_publish(s);
}

Test(relations, find_the_far_end_by_the_host_it_is_reached_under) {
    struct store s;
    store_open(&s);
    store_begin(&s, "cluster", "kubernetes");
    store_put(&s, "web", "uid-web", "{\"host\":\"A-1.elb.eu-west-1.amazonaws.com\"}");
    store_relate(&s, "web", "#A-1.elb.eu-west-1.amazonaws.com");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges), "");
    balancer(&s, "{\"dns_name\":\"a-1.elb.eu-west-1.amazonaws.com\"}");
    cr_assert_str_eq(store_rows(&s, edges), "uid-web|uid-lb|0\n");
    balancer(&s, "{\"dns_name\":\"b-2.elb.eu-west-1.amazonaws.com\"}");
    cr_assert_str_eq(store_rows(&s, edges), "", "the balancer has another host now");
    balancer(&s, "{\"other\":\"a-1.elb.eu-west-1.amazonaws.com\"}");
    cr_assert_str_eq(store_rows(&s, edges), "", "only its own host is its name");
    store_done(&s);
}

Test(relations, find_what_a_stack_exports_by_name_within_a_source) {
    struct store s;
    store_open(&s);
    store_begin(&s, "elsewhere", "cloudformation");
    store_put(&s, "Vpc", "uid-elsewhere", "{\"$Exports\":[\"net\"]}");
    store_publish(&s);
    store_begin(&s, "stacks", "cloudformation");
    store_put(&s, "Host", "uid-host", "{}");
    store_put(&s, "Vpc", "uid-vpc", "{\"$Exports\":[\"net\"]}");
    store_put(&s, "stack", "uid-stack", "{\"Outputs\":[{\"ExportName\":\"net\"}]}");
    store_put(&s, "Other", "uid-other", "{\"note\":\"net\"}");
    store_relate(&s, "Host", "#net");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges), "uid-host|uid-stack|0\nuid-host|uid-vpc|0\n");
    store_done(&s);
}

Test(relations, vanish_with_their_declaration) {
    struct store s;
    store_open(&s);
    far_end(&s, true);
    near_end(&s, true);
    int64_t generation = store_generation(&s);
    near_end(&s, false);
    cr_assert_str_eq(store_rows(&s, edges), "");
    cr_assert_gt(store_generation(&s), generation);
    store_done(&s);
}

Test(relations, vanish_with_their_far_end_in_another_source) {
    struct store s;
    store_open(&s);
    near_end(&s, true);
    far_end(&s, true);
    far_end(&s, false);
    cr_assert_str_eq(store_rows(&s, edges), "");
    far_end(&s, true);
    cr_assert_str_eq(store_rows(&s, edges), "uid-a|uid-far|0\n");
    store_done(&s);
}

Test(relations, follow_an_address_to_its_new_identity) {
    struct store s;
    store_open(&s);
    far_end(&s, true);
    near_end(&s, true);
    store_begin(&s, "near", "terraform");
    store_put(&s, "aws_vpc.a", "uid-moved", "{}");
    store_relate(&s, "aws_vpc.a", "#vpc-0a1b2c3d");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges), "uid-moved|uid-far|0\n");
    store_done(&s);
}

static void relate_as(struct store *s, const char *scope, const char *variant) {
    struct ix_err err = {0};
    const struct ix_relation r = {
        .source = IX_SV("net"),
        .scope = ix_sv_cstr(scope),
        .from_address = IX_SV("aws_vpc.a"),
        .from_variant = ix_sv_cstr(variant),
        .type = IX_SV("depends_on"),
        .to_address = IX_SV("aws_vpc.b"),
    };
    cr_assert_eq(ix_sink_relation(s->sink, &r, &err), IX_OK, "%s", err.text);
}

static void put_in(struct store *s, const char *address, const char *scope, const char *variant,
                   const char *uid) {
    const struct ix_resource r = {.address = ix_sv_cstr(address),
                                  .scope = ix_sv_cstr(scope),
                                  .variant = ix_sv_cstr(variant),
                                  .uid = ix_sv_cstr(uid)};
    store_put_more(s, r, "{}");
}

Test(relations, belong_to_the_scope_that_said_them_last) {
    struct store s;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put_in(&s, "aws_vpc.a", "new", "", "uid-a");
    put_in(&s, "aws_vpc.b", "new", "", "uid-b");
    relate_as(&s, "old", "");
    store_scope(&s, "old", IX_SCOPE_WHOLE);
    store_publish_as_is(&s);
    store_begin(&s, "net", "terraform");
    relate_as(&s, "new", "");
    store_scope(&s, "old", IX_SCOPE_WHOLE);
    store_publish_as_is(&s);
    store_begin(&s, "net", "terraform");
    store_scope(&s, "old", IX_SCOPE_WHOLE);
    store_scope(&s, "new", IX_SCOPE_FAILED);
    store_publish_as_is(&s);
    cr_assert_str_eq(store_rows(&s, edges), "uid-a|uid-b|0\n");
    store_done(&s);
}

Test(relations, of_a_variant_begin_at_that_variant) {
    struct store s;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put_in(&s, "aws_vpc.a", "", "", "uid-a");
    put_in(&s, "aws_vpc.a", "", "deposed:1", "uid-deposed");
    put_in(&s, "aws_vpc.b", "", "", "uid-b");
    relate_as(&s, "", "deposed:1");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges), "uid-deposed|uid-b|0\n");
    store_done(&s);
}

Test(relations, lead_to_what_counts_at_an_address) {
    struct store s;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put_in(&s, "aws_vpc.a", "", "", "uid-a");
    put_in(&s, "aws_vpc.b", "", "", "uid-b");
    put_in(&s, "aws_vpc.b", "", "deposed:1", "uid-deposed");
    put_in(&s, "aws_vpc.c[0]", "", "", "uid-c");
    put_in(&s, "aws_vpc.c[0]", "", "deposed:1", "uid-c-deposed");
    relate_as(&s, "", "");
    store_relate(&s, "aws_vpc.b", "aws_vpc.c");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges), "uid-a|uid-b|0\nuid-b|uid-c|0\n");
    store_begin(&s, "net", "terraform");
    put_in(&s, "aws_vpc.a", "", "", "uid-a");
    put_in(&s, "aws_vpc.b", "", "deposed:1", "uid-deposed");
    relate_as(&s, "", "");
    store_publish(&s);
    cr_assert_str_eq(store_rows(&s, edges), "uid-a|uid-deposed|0\n");
    store_done(&s);
}

static void referring(struct store *s) {
    store_begin(s, "app", "terraform");
    store_put(s, "aws_vpc.app", "uid-app", "{\"vpc_id\": \"vpc-0a1b2c3d\"}");
    store_publish(s);
}

static void twin(struct store *s, bool present) {
    const struct ix_resource r = {
        .address = IX_SV("twin"), .uid = IX_SV("uid-twin"), .native_id = IX_SV("vpc-0a1b2c3d")};
    store_begin(s, "copy", "aws");
    if (present) {
        store_put_more(s, r, "{}");
    }
    store_publish(s);
}

Test(relations, are_inferred_only_while_exactly_one_thing_has_the_id) {
    struct store s;
    store_open(&s);
    referring(&s);
    far_end(&s, true);
    cr_assert_str_eq(store_rows(&s, edges), "uid-app|uid-far|1\n");
    twin(&s, true);
    cr_assert_str_eq(store_rows(&s, edges), "");
    twin(&s, false);
    cr_assert_str_eq(store_rows(&s, edges), "uid-app|uid-far|1\n");
    store_done(&s);
}
