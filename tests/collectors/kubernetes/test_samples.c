/* The facts of ../shared/samples that speak of Kubernetes, each compared with what comes out. */
#include <criterion/criterion.h>

#include "tests/support/collected.h"

static struct ix_json *parse(struct ix_arena *arena, struct ix_sv bytes) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    cr_assert_eq(ix_json_parse(arena, bytes, &node, &err), IX_OK, "%s", err.text);
    return node;
}

static const struct ix_json *metadata_of(const struct ix_json *record) {
    return ix_json_path(record, "properties", "metadata", NULL);
}

static struct ix_sv kind_of(const struct ix_json *record) {
    return ix_json_get_string(ix_json_get(record, "properties"), "kind");
}

static size_t count_kind(const struct collected *c, struct ix_sv kind) {
    size_t count = 0;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += text_is(r, "record", "resource") && ix_sv_eq(kind_of(r), kind);
    }
    return count;
}

static size_t count_namespace(const struct collected *c, struct ix_sv name) {
    size_t count = 0;
    struct ix_sv wanted = ix_sv_eq(name, IX_SV("(none)")) ? (struct ix_sv){0} : name;
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        count += text_is(r, "record", "resource") &&
                 ix_sv_eq(ix_json_get_string(metadata_of(r), "namespace"), wanted);
    }
    return count;
}

/* Kind/name or Kind/namespace/name. */
static bool has_sample(struct collected *c, struct ix_sv sample) {
    for (const struct ix_json *r = ix_json_first(c->records); r; r = ix_json_next(r)) {
        struct ix_sv space = ix_json_get_string(metadata_of(r), "namespace");
        struct ix_sv name = ix_arena_printf(&c->arena, "%.*s/%.*s%s%.*s", IX_SV_FMT(kind_of(r)),
                                            IX_SV_FMT(space), ix_sv_empty(space) ? "" : "/",
                                            IX_SV_FMT(ix_json_get_string(r, "name")));
        if (ix_sv_eq(name, sample)) {
            return true;
        }
    }
    return false;
}

static void check_counts(const struct collected *c, const struct ix_json *expected,
                         size_t (*count)(const struct collected *c, struct ix_sv name),
                         const char *file) {
    for (const struct ix_json *e = ix_json_first(expected); e; e = ix_json_next(e)) {
        int64_t number = -1;
        cr_assert(ix_json_int64(e, &number));
        cr_expect_eq(count(c, ix_json_key(e)), (size_t)number, "%s: %.*s", file,
                     IX_SV_FMT(ix_json_key(e)));
    }
}

static void check_facts(struct collected *c, const struct ix_json *facts, const char *file) {
    int64_t objects = 0;
    cr_assert(ix_json_int64(ix_json_get(facts, "objects"), &objects), "%s", file);
    cr_expect_eq(c->recognised.claim, objects ? IX_CLAIM_READ : IX_CLAIM_IGNORE, "%s", file);
    cr_expect_eq(c->code, IX_OK, "%s: %s", file, c->err.text);
    cr_expect_eq(count_records(c, "resource"), (size_t)objects, "%s", file);
    check_counts(c, ix_json_get(facts, "objects_by_kind"), count_kind, file);
    check_counts(c, ix_json_get(facts, "namespaces"), count_namespace, file);
    const struct ix_json *samples = ix_json_get(facts, "sample");
    for (const struct ix_json *s = ix_json_first(samples); s; s = ix_json_next(s)) {
        cr_expect(has_sample(c, ix_json_string(s)), "%s: %.*s", file, IX_SV_FMT(ix_json_string(s)));
    }
}

static void check_sample(struct ix_arena *arena, const struct ix_json *record, const char *file) {
    struct ix_sv bytes;
    struct collected c;
    const struct ix_json *facts = ix_json_get(record, "facts");
    cr_assert(sample_bytes(arena, file, &bytes));
    collect_bytes(&c, file, bytes);
    if (ix_json_get(facts, "interactions")) {
        cr_expect_eq(c.recognised.claim, IX_CLAIM_IGNORE, "%s", file);
        cr_expect_eq(count_records(&c, "resource"), 0, "%s", file);
    } else {
        check_facts(&c, facts, file);
    }
    collected_done(&c);
}

Test(kubernetes_samples, have_all_their_facts) {
    struct ix_arena arena;
    struct ix_sv bytes;
    ix_arena_init(&arena, 0);
    if (sample_bytes(&arena, "facts.json", &bytes)) {
        size_t checked = 0;
        const struct ix_json *facts = parse(&arena, bytes);
        for (const struct ix_json *f = ix_json_first(facts); f; f = ix_json_next(f)) {
            struct ix_sv file = ix_json_get_string(f, "file");
            if (ix_sv_starts(file, IX_SV("kubernetes/"))) {
                check_sample(&arena, f, ix_arena_printf(&arena, "%.*s", IX_SV_FMT(file)).data);
                checked++;
            }
        }
        cr_assert_eq(checked, 13);
    }
    ix_arena_done(&arena);
}
