/* The facts of ../shared/samples that speak of Terraform, each compared with what comes out. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/support/collected.h"

static int64_t number(const struct ix_json *facts, const char *name) {
    int64_t value = 0;
    return ix_json_int64(ix_json_get(facts, name), &value) ? value : 0;
}

static bool is_managed(const struct ix_json *record) {
    return text_is(record, "record", "resource") && !has_flag(record, "external") &&
           text_is(record, "variant", "");
}

static int64_t count_managed(const struct collected *c, struct ix_sv type, const char *ending) {
    int64_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        bool fits = ix_sv_empty(type) || ix_sv_eq(ix_json_get_string(r, "native_type"), type);
        count += fits && is_managed(r) &&
                 ix_sv_ends(ix_json_get_string(r, "address"), ix_sv_cstr(ending));
    }
    return count;
}

static int64_t count_external(const struct collected *c) {
    int64_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += has_flag(r, "external");
    }
    return count;
}

static void check_types(const struct collected *c, const struct ix_json *facts, const char *file) {
    const struct ix_json *types = ix_json_get(facts, "instances_by_type");
    for (const struct ix_json *t = ix_json_first(types); t; t = ix_json_next(t)) {
        int64_t expected = 0;
        cr_assert(ix_json_int64(t, &expected));
        cr_assert_eq(count_managed(c, ix_json_key(t), ""), expected, "%s: %.*s", file,
                     IX_SV_FMT(ix_json_key(t)));
    }
}

static void check_ids(const struct collected *c, const struct ix_json *facts, const char *file) {
    const struct ix_json *samples = ix_json_get(facts, "sample_addresses");
    for (const struct ix_json *s = ix_json_first(samples); s; s = ix_json_next(s)) {
        char address[512];
        snprintf(address, sizeof address, "%.*s", IX_SV_FMT(ix_json_get_string(s, "address")));
        const struct ix_json *resource = find_resource(c, address, "");
        cr_assert(resource, "%s: %s", file, address);
        cr_assert(ix_sv_eq(ix_json_get_string(resource, "native_id"), ix_json_get_string(s, "id")),
                  "%s: %s", file, address);
    }
}

/* The facts give the keys as they stand in old states: `null_resource.foo.0`. */
static void check_keys(const struct collected *c, const struct ix_json *facts, const char *file) {
    const struct ix_json *samples = ix_json_get(facts, "sample_keys");
    for (const struct ix_json *s = ix_json_first(samples); s; s = ix_json_next(s)) {
        char address[512];
        struct ix_sv key = ix_json_get_string(s, "key");
        char last = key.data[key.size - 1];
        bool indexed = last >= '0' && last <= '9';
        if (indexed) {
            snprintf(address, sizeof address, "%.*s[%c]", (int)key.size - 2, key.data, last);
        } else {
            snprintf(address, sizeof address, "%.*s", IX_SV_FMT(key));
        }
        const struct ix_json *resource = find_resource(c, address, "");
        cr_assert(resource, "%s: %s", file, address);
        cr_assert(ix_sv_eq(ix_json_get_string(resource, "native_id"), ix_json_get_string(s, "id")),
                  "%s: %s", file, address);
    }
}

static void check_counts(const struct collected *c, const struct ix_json *facts, const char *file) {
    const struct ix_sv any = {0};
    int64_t by_name = number(facts, "for_each_instances");
    int64_t by_number = number(facts, "count_instances");
    int64_t keyed = count_managed(c, any, "]");
    int64_t named = count_managed(c, any, "\"]");
    cr_assert_eq(count_managed(c, any, ""), number(facts, "managed_instances"), "%s", file);
    cr_assert_eq(count_external(c), number(facts, "data_instances"), "%s", file);
    if (ix_json_get(facts, "indexed_instances")) {
        cr_assert_eq(keyed, number(facts, "indexed_instances"), "%s", file);
    }
    if (ix_json_get(facts, "for_each_instances")) {
        cr_assert_eq(named, by_name, "%s", file);
        cr_assert_eq(keyed - named, by_number, "%s", file);
    }
}

static void check_plan(const struct collected *c, const struct ix_json *facts, const char *file) {
    static const struct {
        const char *action, *words;
    } actions[] = {{"create", "to create"}, {"update", "to update"}, {"no-op", "unchanged"}};
    const struct ix_json *changes = ix_json_get(facts, "changes_by_action");
    for (size_t i = 0; changes && i < sizeof actions / sizeof *actions; i++) {
        char words[64];
        int64_t count = number(changes, actions[i].action);
        snprintf(words, sizeof words, "%lld %s", (long long)count, actions[i].words);
        cr_assert(count == 0 || has_note(c, words), "%s: %s", file, words);
    }
}

static void check_refused(const struct collected *c, const char *file) {
    bool encrypted = strstr(file, "encrypted") != NULL;
    const char *words = encrypted ? "encrypted" : "line 16";
    cr_assert_eq(c->recognised.claim, IX_CLAIM_REFUSE, "%s", file);
    cr_assert_neq(ix_sv_find(c->recognised.reason, ix_sv_cstr(words)), IX_SV_NPOS, "%s", file);
}

static void check_file(const char *file, struct ix_sv bytes, const struct ix_json *facts) {
    struct collected c;
    collect_bytes(&c, file, bytes);
    if (ix_json_kind(ix_json_get(facts, "managed_instances")) != IX_JSON_NUMBER) {
        check_refused(&c, file);
    } else {
        cr_assert_eq(c.recognised.claim, IX_CLAIM_READ, "%s", file);
        cr_assert_eq(c.code, IX_OK, "%s: %s", file, c.err.text);
        cr_assert_eq(count_records(&c, "scope"), 1, "%s", file);
        cr_assert_eq(ix_sv_find(ix_buf_sv(&c.lines), IX_SV("PRIVATE KEY")), IX_SV_NPOS, "%s", file);
        check_types(&c, facts, file);
        check_ids(&c, facts, file);
        check_keys(&c, facts, file);
        check_counts(&c, facts, file);
        check_plan(&c, facts, file);
    }
    collected_done(&c);
}

Test(terraform, gives_every_fact_of_the_samples) {
    struct ix_arena arena;
    struct ix_sv bytes;
    struct ix_json *facts = NULL;
    struct ix_err err = {0};
    int64_t files = 0;
    ix_arena_init(&arena, 0);
    if (sample_bytes(&arena, "facts.json", &bytes)) {
        cr_assert_eq(ix_json_parse(&arena, bytes, &facts, &err), IX_OK, "%s", err.text);
        for (const struct ix_json *f = ix_json_first(facts); f; f = ix_json_next(f)) {
            char file[256];
            snprintf(file, sizeof file, "%.*s", IX_SV_FMT(ix_json_get_string(f, "file")));
            bool ours = strncmp(file, "terraform/", 10) == 0 || strstr(file, "tfplan");
            if (ours && sample_bytes(&arena, file, &bytes)) {
                check_file(file, bytes, ix_json_get(f, "facts"));
                files++;
            }
        }
        cr_assert_eq(files, 29);
    }
    ix_arena_done(&arena);
}

Test(terraform, relates_every_instance_with_dependencies_on_resources) {
    static const struct {
        const char *file;
        size_t relations;
    } cases[] = {
        {"terraform/aws-s3-full.tfstate", 28},     {"terraform/aws-route53-count.tfstate", 9},
        {"terraform/v3-simple.tfstate", 3},        {"terraform/show-json-state-014.json", 15},
        {"terraform/v4-module-simple.tfstate", 0},
    };
    struct ix_arena arena;
    struct ix_sv bytes;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (sample_bytes(&arena, cases[i].file, &bytes)) {
            struct collected c;
            collect_bytes(&c, cases[i].file, bytes);
            cr_assert_eq(count_records(&c, "relation"), cases[i].relations, "%s", cases[i].file);
            collected_done(&c);
        }
    }
    ix_arena_done(&arena);
}
