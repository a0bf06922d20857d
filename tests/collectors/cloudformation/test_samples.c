/* The facts of ../shared/samples that speak of CloudFormation, each compared with what comes out.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/collectors/cloudformation/collected.h"

enum { FACTS_MAX_BYTES = 4 << 20 };

static struct ix_json *load_facts(struct ix_arena *arena) {
    const char *path = sample_path("facts.json");
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) {
        return NULL;
    }
    char *bytes = ix_arena_alloc(arena, FACTS_MAX_BYTES);
    struct ix_json *facts = NULL;
    struct ix_err err = {0};
    size_t size = fread(bytes, 1, FACTS_MAX_BYTES, file);
    fclose(file);
    cr_assert_eq(ix_json_parse(arena, ix_sv_of(bytes, size), &facts, &err), IX_OK, "%s", err.text);
    return facts;
}

static int64_t number(const struct ix_json *facts, const char *name) {
    int64_t value = 0;
    return ix_json_int64(ix_json_get(facts, name), &value) ? value : 0;
}

static int64_t count_type(const struct collected *c, struct ix_sv type) {
    int64_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += ix_sv_eq(ix_json_get_string(r, "native_type"), type);
    }
    return count;
}

static int64_t count_property(const struct collected *c, const char *name) {
    int64_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += ix_json_path(r, "properties", name, NULL) != NULL;
    }
    return count;
}

static void check_types(const struct collected *c, const struct ix_json *types, const char *file) {
    for (const struct ix_json *t = ix_json_first(types); t; t = ix_json_next(t)) {
        int64_t expected = 0;
        cr_assert(ix_json_int64(t, &expected));
        cr_assert_eq(count_type(c, ix_json_key(t)), expected, "%s: %.*s", file,
                     IX_SV_FMT(ix_json_key(t)));
    }
}

static void check_ids(const struct collected *c, const struct ix_json *ids, const char *file) {
    for (const struct ix_json *i = ix_json_first(ids); i; i = ix_json_next(i)) {
        char id[256];
        snprintf(id, sizeof id, "%.*s", IX_SV_FMT(ix_json_get_string(i, "id")));
        const struct ix_json *resource = find_resource(c, id);
        cr_assert(resource, "%s: %s", file, id);
        cr_assert(
            ix_sv_eq(ix_json_get_string(resource, "native_type"), ix_json_get_string(i, "type")));
    }
}

static void check_template(const struct collected *c, const struct ix_json *facts,
                           const char *file) {
    cr_assert_eq((int64_t)count_records(c, "resource"), number(facts, "resources"), "%s", file);
    check_types(c, ix_json_get(facts, "resources_by_type"), file);
    check_ids(c, ix_json_get(facts, "sample_logical_ids"), file);
    cr_assert_eq(count_property(c, "$Condition"), number(facts, "conditional_resources"), "%s",
                 file);
    cr_assert_eq(count_property(c, "$DeletionPolicy"), number(facts, "with_deletion_policy"), "%s",
                 file);
    size_t loops = ix_json_count(ix_json_get(facts, "fn_foreach_keys"));
    char note[64];
    snprintf(note, sizeof note, "Fn::ForEach loops in Resources, not expanded: %zu", loops);
    cr_assert_eq(find_note(c, note) != NULL, loops > 0, "%s", file);
}

/* Every list of the answer, entry by entry; ResponseMetadata is none. */
static void check_answer(const struct collected *c, const struct ix_json *top, const char *file) {
    int64_t entries = 0;
    for (const struct ix_json *t = ix_json_first(top); t; t = ix_json_next(t)) {
        int64_t value;
        entries += ix_json_int64(t, &value) ? value : 0;
    }
    cr_assert_eq((int64_t)count_records(c, "resource"), entries, "%s", file);
}

static void check_sample(const struct ix_json *record, const char *file) {
    const struct ix_json *facts = ix_json_get(record, "facts");
    struct collected c;
    collect_file(&c, sample_path(file));
    cr_assert_eq(c.recognised.claim, IX_CLAIM_READ, "%s", file);
    cr_assert_eq(c.code, IX_OK, "%s: %s", file, c.err.text);
    cr_assert_eq(count_records(&c, "scope"), 1, "%s", file);
    if (ix_json_get(facts, "stack_resource_entries")) {
        cr_assert_eq((int64_t)count_records(&c, "resource"),
                     number(facts, "stack_resource_entries"), "%s", file);
        check_types(&c, ix_json_get(facts, "entries_by_resource_type"), file);
    } else if (ix_json_get(facts, "top_level")) {
        check_answer(&c, ix_json_get(facts, "top_level"), file);
    } else {
        check_template(&c, facts, file);
    }
    collected_done(&c);
}

Test(cloudformation_samples, have_all_their_facts) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    const struct ix_json *facts = load_facts(&arena);
    size_t checked = 0;
    for (const struct ix_json *f = ix_json_first(facts); f; f = ix_json_next(f)) {
        struct ix_sv file = ix_json_get_string(f, "file");
        if (ix_sv_starts(file, IX_SV("cloudformation/"))) {
            check_sample(f, ix_arena_printf(&arena, "%.*s", IX_SV_FMT(file)).data);
            checked++;
        }
    }
    cr_assert(!facts || checked == 14, "%zu files", checked);
    ix_arena_done(&arena);
}
