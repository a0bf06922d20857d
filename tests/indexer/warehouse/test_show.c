/* What is read of one resource for an answer: all that its sources say, in their order, as it is
 * now, whatever was read before. */
#include <criterion/criterion.h>

#include "indexer/warehouse/shown.h"
#include "store.h"

static void show(struct ix_warehouse *w, struct ix_arena *arena, int64_t rid,
                 struct ix_shown *shown) {
    struct ix_err err = {0};
    cr_assert_eq(ix_warehouse_snapshot_begin(w, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_warehouse_show(w, rid, true, arena, shown, &err), IX_OK, "%s", err.text);
    ix_warehouse_snapshot_end(w);
}

static void say(struct store *s, const char *source, const char *address, const char *variant,
                const char *region) {
    const struct ix_resource more = {.uid = IX_SV("one"),
                                     .address = ix_sv_cstr(address),
                                     .variant = ix_sv_cstr(variant),
                                     .region = ix_sv_cstr(region)};
    store_begin(s, source, "terraform");
    store_put_more(s, more, "{\"size\": 1}");
}

static void expect_text(struct ix_sv text, const char *expected) {
    cr_expect(ix_sv_eq_cstr(text, expected), "‘%.*s’ and not ‘%s’", IX_SV_FMT(text), expected);
}

Test(show, has_what_each_source_says_in_its_order) {
    static const char *const addresses[][2] = {
        {"alpha", "Two"}, {"alpha", "two"}, {"beta", "a"}, {"beta", "b"}, {"gamma", "one"}};
    struct store s;
    struct ix_arena arena;
    struct ix_shown shown;
    ix_arena_init(&arena, 0);
    store_open(&s);
    say(&s, "gamma", "one", "", "r1");
    store_publish(&s);
    say(&s, "alpha", "two", "x", "r1");
    const struct ix_resource upper = {
        .uid = IX_SV("one"), .address = IX_SV("Two"), .variant = IX_SV("v")};
    store_put_more(&s, upper, "{}");
    store_publish(&s);
    say(&s, "beta", "b", "", "r1");
    const struct ix_resource other = {.uid = IX_SV("one"), .address = IX_SV("a")};
    store_put_more(&s, other, "{}");
    store_publish(&s);
    int64_t rid = store_number(&s, "SELECT rid FROM resource");
    show(s.w, &arena, rid, &shown);
    cr_assert_eq(shown.source_count, 5);
    for (size_t i = 0; i < 5; i++) {
        expect_text(shown.sources[i].source, addresses[i][0]);
        expect_text(shown.sources[i].address, addresses[i][1]);
        expect_text(shown.sources[i].source_kind, "terraform");
        expect_text(shown.sources[i].native_type, "aws_vpc");
        cr_expect_null(shown.sources[i].native_id.data);
    }
    expect_text(shown.sources[0].variant, "v");
    cr_expect_null(shown.sources[2].variant.data);
    expect_text(shown.values[IX_STORED_UID].text, "one");
    expect_text(shown.values[IX_STORED_REGION].text, "r1");
    cr_expect_eq(shown.values[IX_STORED_ZONE].kind, IX_VALUE_NULL);
    cr_expect_eq(shown.values[IX_STORED_PROPERTIES].kind, IX_VALUE_TEXT);
    ix_arena_done(&arena);
    store_done(&s);
}

/* A reader keeps words and sources by their numbers; a run makes it read them again. */
Test(show, is_as_things_are_now) {
    struct store s;
    struct ix_arena arena;
    struct ix_shown before;
    struct ix_shown after;
    struct ix_err err = {0};
    struct ix_warehouse *reader;
    const struct ix_open_options options = {.mode = IX_OPEN_READ};
    ix_arena_init(&arena, 0);
    store_open(&s);
    say(&s, "alpha", "a", "", "r1");
    store_publish(&s);
    int64_t rid = store_number(&s, "SELECT rid FROM resource");
    cr_assert_eq(ix_warehouse_open(s.folder, &options, &reader, &err), IX_OK, "%s", err.text);
    show(reader, &arena, rid, &before);
    expect_text(before.values[IX_STORED_REGION].text, "r1");
    say(&s, "alpha", "a", "", "r2");
    store_publish(&s);
    show(reader, &arena, rid, &after);
    show(s.w, &arena, rid, &after);
    expect_text(after.values[IX_STORED_REGION].text, "r2");
    cr_expect_gt(after.values[IX_STORED_LAST_SEEN].integer,
                 before.values[IX_STORED_LAST_SEEN].integer);
    show(reader, &arena, rid, &after);
    expect_text(after.values[IX_STORED_REGION].text, "r2");
    cr_expect_gt(after.values[IX_STORED_LAST_SEEN].integer,
                 before.values[IX_STORED_LAST_SEEN].integer);
    store_begin(&s, "alpha", "terraform"); /* without it: it is gone, and shows its last word */
    store_publish(&s);
    show(reader, &arena, rid, &after);
    cr_expect_eq(after.values[IX_STORED_DELETED].kind, IX_VALUE_INT);
    cr_expect_eq(after.values[IX_STORED_LAST_SEEN].integer,
                 after.values[IX_STORED_DELETED].integer);
    cr_expect_eq(after.source_count, 1);
    cr_assert_eq(ix_warehouse_snapshot_begin(reader, &err), IX_OK);
    cr_expect_eq(ix_warehouse_show(reader, rid + 1, false, &arena, &after, &err), IX_CORRUPT);
    ix_warehouse_snapshot_end(reader);
    ix_warehouse_close(reader);
    ix_arena_done(&arena);
    store_done(&s);
}
