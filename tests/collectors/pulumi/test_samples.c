/* The facts of ../shared/samples that speak of Pulumi, each compared with what comes out. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/support/collected.h"

static struct ix_json *parse(struct ix_arena *arena, struct ix_sv bytes) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    cr_assert_eq(ix_json_parse(arena, bytes, &node, &err), IX_OK, "%s", err.text);
    return node;
}

static size_t number(const struct ix_json *facts, const char *name) {
    int64_t value = 0;
    return ix_json_int64(ix_json_get(facts, name), &value) ? (size_t)value : 0;
}

static size_t count_flag(const struct collected *c, const char *flag) {
    size_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += has_flag(r, flag);
    }
    return count;
}

static size_t count_type(const struct collected *c, struct ix_sv type, bool prefix) {
    size_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        struct ix_sv native = ix_json_get_string(r, "native_type");
        count += prefix ? ix_sv_starts(native, type) : ix_sv_eq(native, type);
    }
    return count;
}

/* Relations of one type come together for each resource: a change of `from` is a new one. */
static size_t count_sources(const struct collected *c, const char *type, bool with_path) {
    size_t count = 0;
    struct ix_sv last = {0};
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        bool counts = text_is(r, "type", type) && text_is(r, "record", "relation") &&
                      ix_sv_empty(ix_json_get_string(r, "path")) != with_path;
        struct ix_sv from = ix_json_get_string(r, "from");
        count += counts && !ix_sv_eq(from, last);
        last = counts ? from : last;
    }
    return count;
}

static void check_secrets(const struct collected *c, const struct ix_json *facts) {
    char note[64];
    size_t secrets = number(facts, "secret_values");
    snprintf(note, sizeof note, "%zu secret values replaced", secrets);
    cr_assert_eq(has_note(c, note), secrets > 0);
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c->lines), IX_SV("ciphertext")), IX_SV_NPOS);
    cr_assert_eq(ix_sv_find(ix_buf_sv(&c->lines), IX_SV("4dabf18193072939515e22adb298388d")),
                 IX_SV_NPOS);
}

static void check_types(const struct collected *c, const struct ix_json *facts) {
    const struct ix_json *types = ix_json_get(facts, "resources_by_type");
    for (const struct ix_json *t = ix_json_first(types); t; t = ix_json_next(t)) {
        int64_t expected = -1;
        cr_assert(ix_json_int64(t, &expected));
        cr_assert_eq(count_type(c, ix_json_key(t), false), (size_t)expected, "%.*s",
                     IX_SV_FMT(ix_json_key(t)));
    }
}

static void check_resources(const struct collected *c, const struct ix_json *facts) {
    const struct ix_json *samples = ix_json_get(facts, "sample_resources");
    for (const struct ix_json *s = ix_json_first(samples); s; s = ix_json_next(s)) {
        const struct ix_json *found = find_resource(c, ix_json_get_string(s, "urn").data, "");
        cr_assert(found, "%.*s", IX_SV_FMT(ix_json_get_string(s, "urn")));
        cr_assert(ix_sv_eq(ix_json_get_string(found, "native_id"), ix_json_get_string(s, "id")));
    }
}

static void check_facts(const struct collected *c, const struct ix_json *facts, const char *file) {
    size_t resources = number(facts, "resources");
    size_t components = number(facts, "component_or_stack");
    cr_assert_eq(count_records(c, "resource"), resources, "%s", file);
    cr_assert_eq(count_flag(c, "component"), components, "%s", file);
    cr_assert_eq(resources - components, number(facts, "custom"), "%s", file);
    cr_assert_eq(count_type(c, IX_SV("pulumi:providers:"), true), number(facts, "providers"), "%s",
                 file);
    cr_assert_eq(count_type(c, IX_SV("pulumi:pulumi:Stack"), false),
                 number(facts, "stack_resources"), "%s", file);
    cr_assert_eq(count_sources(c, "parent", false), number(facts, "with_parent"), "%s", file);
    cr_assert_eq(count_sources(c, "depends_on", false), number(facts, "with_dependencies"), "%s",
                 file);
    check_types(c, facts);
    check_resources(c, facts);
    check_secrets(c, facts);
}

static void check_sample(struct ix_arena *arena, const struct ix_json *record, const char *file) {
    struct ix_sv bytes;
    struct collected c;
    cr_assert(sample_bytes(arena, file, &bytes));
    collect_bytes(&c, file, bytes);
    cr_assert_eq(c.recognised.claim, IX_CLAIM_READ, "%s", file);
    cr_assert_eq(c.code, IX_OK, "%s: %s", file, c.err.text);
    check_facts(&c, ix_json_get(record, "facts"), file);
    collected_done(&c);
}

Test(pulumi_samples, have_all_their_facts) {
    struct ix_arena arena;
    struct ix_sv bytes;
    ix_arena_init(&arena, 0);
    if (sample_bytes(&arena, "facts.json", &bytes)) {
        size_t checked = 0;
        const struct ix_json *facts = parse(&arena, bytes);
        for (const struct ix_json *f = ix_json_first(facts); f; f = ix_json_next(f)) {
            struct ix_sv file = ix_json_get_string(f, "file");
            if (ix_sv_starts(file, IX_SV("pulumi/"))) {
                check_sample(&arena, f, ix_arena_printf(&arena, "%.*s", IX_SV_FMT(file)).data);
                checked++;
            }
        }
        cr_assert_eq(checked, 13);
    }
    ix_arena_done(&arena);
}

Test(pulumi_samples, that_need_unknown_features_are_read_with_a_word) {
    struct ix_arena arena;
    struct ix_sv bytes;
    ix_arena_init(&arena, 0);
    if (sample_bytes(&arena, "pulumi/checkpoint-v4-unsupported-feature.json", &bytes)) {
        struct collected c;
        collect_bytes(&c, "v4.json", bytes);
        cr_assert(has_note(&c, "(unsupported-feature)"));
        collected_done(&c);
    }
    ix_arena_done(&arena);
}
