/* Lists, sequences, events and documents: whatever wraps them, the same objects come out. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/support/collected.h"

static const struct ix_json *scope_of(const struct collected *c) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        if (text_is(r, "record", "scope")) {
            return r;
        }
    }
    return NULL;
}

static void collect_text(struct collected *c, const char *text) {
    collect_bytes(c, "input", ix_sv_cstr(text));
    cr_assert_eq(c->recognised.claim, IX_CLAIM_READ, "%s", text);
    cr_assert_eq(c->code, IX_OK, "%s: %s", text, c->err.text);
}

#define POD(name) "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" name "\"}}"

static const char *const wrappings[] = {
    POD("a") POD("b"),
    POD("a") "\n" POD("b") "\n",
    "[" POD("a") "," POD("b") "]",
    "[" POD("a") "]" POD("b"),
    "{\"apiVersion\":\"v1\",\"items\":[" POD("a") "," POD("b") "],\"kind\":\"List\"}",
    "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[" POD("a") "]}" POD("b"),
    "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{\"name\":\"a\"}},"
    "{\"metadata\":{\"name\":\"b\"}}]}",
    POD("a") "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{\"name\":\"b\"}"
             "}]}",
    "[{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[" POD("a") "," POD("b") "]}]",
    "{\"type\":\"ADDED\",\"object\":" POD("a") "}{\"type\":\"ADDED\",\"object\":" POD("b") "}",
    "---\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n\n---\n# none\n---\n"
    "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n---\n",
    "kind: PodList\napiVersion: v1\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n",
    "- " POD("a") "\n- " POD("b") "\n",
};

Test(kubernetes, takes_every_wrapping_apart) {
    for (size_t i = 0; i < sizeof wrappings / sizeof *wrappings; i++) {
        struct collected c;
        collect_text(&c, wrappings[i]);
        cr_expect_eq(count_records(&c, "resource"), 2, "%s", wrappings[i]);
        const struct ix_json *pod = find_resource(&c, "Pod/b", "");
        cr_expect(pod && text_is(pod, "native_type", "v1 Pod"), "%s", wrappings[i]);
        cr_expect_str_eq(property(pod, "kind"), "\"Pod\"", "%s", wrappings[i]);
        cr_expect_eq(count_records(&c, "note"), 0, "%s", wrappings[i]);
        collected_done(&c);
    }
}

Test(kubernetes, describes_an_object) {
    struct collected c;
    collect_fixture(&c, "shop.yaml");
    const struct ix_json *web = find_resource(&c, "shop/Deployment.apps/web", "");
    cr_assert(web);
    cr_expect(text_is(web, "native_type", "apps/v1 Deployment"));
    cr_expect(text_is(web, "provider", "kubernetes"));
    cr_expect(text_is(web, "source_kind", "kubernetes"));
    cr_expect(text_is(web, "native_id", "11111111-0000-0000-0000-000000000001"));
    cr_expect(text_is(web, "name", "web"));
    cr_expect(text_is(web, "created", "2024-05-06T07:08:09Z"));
    cr_expect(text_is(ix_json_get(web, "labels"), "app", "web"));
    cr_expect(text_is(ix_json_get(web, "annotations"), "note", "yes"));
    cr_expect(!ix_json_path(web, "properties", "metadata", "managedFields", NULL));
    cr_expect(text_is(ix_json_path(web, "properties", "metadata", NULL), "namespace", "shop"));
    const struct ix_json *node = find_resource(&c, "Node/node-a", "");
    cr_expect(text_is(node, "region", "us-east-1"));
    cr_expect(text_is(node, "zone", "us-east-1a"));
    cr_expect(has_flag(find_resource(&c, "shop/Pod/web-5d-1", ""), "pending"));
    collected_done(&c);
}

Test(kubernetes, names_what_is_no_object_and_goes_on) {
    struct collected c;
    collect_fixture(&c, "shop.yaml");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_eq(count_records(&c, "resource"), 24);
    cr_expect(has_note(&c, "Config: a kubeconfig"));
    cr_expect(has_note(&c, "apiVersion or kind is missing"));
    cr_expect(has_note(&c, "KubeletConfiguration: has no metadata.name"));
    cr_expect(text_is(scope_of(&c), "outcome", "whole"));
    collected_done(&c);
}

Test(kubernetes, counts_what_is_left_out_when_there_is_much) {
    struct ix_buf text = {0};
    struct collected c;
    ix_buf_add_cstr(&text, POD("a"));
    for (int i = 0; i < 50; i++) {
        ix_buf_add_cstr(&text, "{\"no\":\"object\"}\n");
    }
    collect_bytes(&c, "input", ix_buf_sv(&text));
    cr_assert_eq(count_records(&c, "note"), 21);
    cr_assert(has_note(&c, "30 more documents left out"));
    collected_done(&c);
    ix_buf_done(&text);
}

Test(kubernetes, knows_a_page_of_a_list) {
    struct collected c;
    collect_fixture(&c, "page.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_eq(count_records(&c, "resource"), 2);
    cr_expect(has_note(&c, "Pod: has no metadata.name"));
    cr_expect(text_is(find_resource(&c, "x/Pod/a", ""), "native_type", "v1 Pod"));
    cr_expect_str_eq(property(find_resource(&c, "x/Pod/b", ""), "spec"),
                     "{\"big\":123456789012345678901234567890}");
    cr_expect(text_is(scope_of(&c), "outcome", "partial"));
    cr_expect_neq(ix_sv_find(ix_json_get_string(scope_of(&c), "text"), IX_SV("17 more items")),
                  IX_SV_NPOS);
    collected_done(&c);
}

Test(kubernetes, believes_the_last_event_of_each_object) {
    struct collected c;
    collect_fixture(&c, "watch.json");
    cr_assert_eq(c.code, IX_OK, "%s", c.err.text);
    cr_expect_eq(count_records(&c, "resource"), 1);
    const struct ix_json *pod = find_resource(&c, "x/Pod/stays", "");
    cr_expect(text_is(ix_json_path(pod, "properties", "metadata", NULL), "resourceVersion", "3"));
    cr_expect(has_note(&c, "1 objects left out: their last event"));
    cr_expect(has_note(&c, "2 events left out"));
    cr_expect(text_is(scope_of(&c), "outcome", "partial"));
    collected_done(&c);
}

Test(kubernetes, tells_repeated_addresses_apart) {
    struct collected c;
    collect_text(&c, POD("a") POD("a") POD("b") POD("a"));
    cr_expect(find_resource(&c, "Pod/a", ""));
    cr_expect(find_resource(&c, "Pod/a", "copy:2"));
    cr_expect(find_resource(&c, "Pod/a", "copy:3"));
    cr_expect(find_resource(&c, "Pod/b", ""));
    collected_done(&c);
}

Test(kubernetes, reads_labels_that_lack_their_quotes) {
    struct collected c;
    collect_text(&c, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {v: 1, on: true}}\n"
                     "spec: {containers: [{name: c}]}\n---\n"
                     "apiVersion: v1\nkind: Pod\nmetadata: {name: b, labels: {v: 2}}\n"
                     "spec: {containers: [{name: c}]}\n---\n"
                     "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
                     "spec: {selector: {v: 1}}\n");
    const struct ix_json *labels = ix_json_get(find_resource(&c, "Pod/a", ""), "labels");
    cr_expect(text_is(labels, "v", "1"));
    cr_expect(text_is(labels, "on", "true"));
    cr_expect_eq(count_relations(&c, "selects", "Service/s", NULL, NULL), 1);
    cr_expect_eq(count_relations(&c, "selects", "Service/s", "Pod/a", NULL), 1);
    collected_done(&c);
}

Test(kubernetes, says_at_which_line_something_was_left_out) {
    struct collected c;
    collect_text(&c, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nno: object\n");
    for (const struct ix_json *r = ix_json_first(c.records); r; r = ix_json_next(r)) {
        cr_expect(!text_is(r, "record", "note") || text_is(r, "path", "input:4"), "%.*s",
                  IX_SV_FMT(ix_json_get_string(r, "path")));
    }
    cr_assert_eq(count_records(&c, "note"), 1);
    collected_done(&c);
}

Test(kubernetes, keeps_kinds_of_different_groups_apart) {
    struct collected c;
    collect_text(&c, "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: n}\n---\n"
                     "apiVersion: serving.knative.dev/v1\nkind: Service\n"
                     "metadata: {name: a, namespace: n}\n");
    cr_expect(find_resource(&c, "n/Service/a", ""));
    cr_expect(find_resource(&c, "n/Service.serving.knative.dev/a", ""));
    collected_done(&c);
}

/* Every piece of a list, cut off anywhere: never indexed as if it were whole. */
Test(kubernetes, fails_on_a_file_that_was_cut_off) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    struct ix_sv whole = ix_sv_trim(fixture_bytes(&arena, "page.json"));
    for (size_t size = 0; size < whole.size; size += 7) {
        struct collected c;
        collect_bytes(&c, "page.json", ix_sv_sub(whole, 0, size));
        cr_expect_neq(c.recognised.claim, IX_CLAIM_READ, "%zu bytes", size);
        collected_done(&c);
        collect_changed(&c, whole, ix_sv_sub(whole, 0, size));
        cr_expect(size == 0 || c.code == IX_INVALID, "%zu bytes", size);
        cr_expect(size == 0 || !scope_of(&c), "%zu bytes", size);
        collected_done(&c);
    }
    ix_arena_done(&arena);
}

Test(kubernetes, fails_when_a_later_document_is_broken) {
    static const char *const texts[] = {
        POD("a") "{\"apiVersion\":",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\na: [\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct collected c;
        collect_bytes(&c, "input", ix_sv_cstr(texts[i]));
        cr_expect_eq(c.code, IX_INVALID, "%s", texts[i]);
        cr_expect(!scope_of(&c));
        cr_expect_neq(ix_sv_find(ix_sv_cstr(c.err.text), IX_SV("line ")), IX_SV_NPOS, "%s",
                      c.err.text);
        collected_done(&c);
    }
}
