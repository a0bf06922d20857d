/* The first of a set by type and name: the same whether names are read from rows or their order is
 * kept, and those of what was written since. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "indexer/warehouse/dialect.h"
#include "store.h"

enum { MANY = 60, WANTED = 3, OFTEN = 100 };

/* So many are given when WANTED are asked for; their names, the first of all, into `text`. */
static int first_of(struct ix_warehouse *w, char text[256]) {
    const struct ix_dialect_sets *sets = ix_warehouse_dialect(w)->sets;
    const struct ix_first_by by = {.column = IX_STORED_TYPE, .then_by_name = true};
    struct ix_arena arena;
    struct ix_sql set;
    struct ix_sql sql;
    struct ix_cursor *cursor = NULL;
    struct ix_err err = {0};
    bool row = true;
    int count = 0;
    ix_arena_init(&arena, 0);
    ix_sql_init(&set, &arena);
    ix_sql_init(&sql, &arena);
    ix_sql_text(&sql, "SELECT name FROM resource WHERE rid IN (SELECT rid FROM ix_each(");
    sets->living(&set, IX_SCOPE_CURRENT);
    cr_assert(sets->first(&sql, &set, &by, WANTED));
    ix_sql_text(&sql, ")) ORDER BY name IS NULL, name, rid");
    cr_assert_eq(ix_warehouse_snapshot_begin(w, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_warehouse_select(w, &sql, &cursor, &err), IX_OK, "%s", err.text);
    text[0] = '\0';
    while (ix_cursor_next(cursor, &row, &err) == IX_OK && row) {
        struct ix_sv name = ix_cursor_value(cursor, 0).text;
        size_t size = strlen(text);
        if (count < WANTED) {
            snprintf(text + size, 256 - size, "%.*s ", IX_SV_FMT(name));
        }
        count++;
    }
    cr_assert_eq(err.code, IX_OK, "%s", err.text);
    ix_cursor_close(cursor);
    ix_warehouse_snapshot_end(w);
    ix_sql_done(&set);
    ix_sql_done(&sql);
    ix_arena_done(&arena);
    return count;
}

/* Once it has been asked often, no more is given than is wanted, and what is equal to the last. */
static void expect_first(struct ix_warehouse *w, const char *names, int count) {
    char text[256];
    int given = 0;
    for (int i = 0; i < OFTEN; i++) {
        given = first_of(w, text);
        cr_assert_str_eq(text, names, "the %dth time: %s", i, text);
    }
    cr_expect_eq(given, count);
}

static void put(struct store *s, const char *uid, const char *name) {
    const struct ix_resource more = {
        .uid = ix_sv_cstr(uid), .address = ix_sv_cstr(uid), .name = ix_sv_cstr(name)};
    store_put_more(s, more, "{}");
}

/* "m59" … "m00" and `more`. */
static void write(struct store *s, const char *const more[]) {
    char name[32];
    store_begin(s, "net", "terraform");
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "m%02d", MANY - 1 - i);
        put(s, name, name);
    }
    for (size_t i = 0; more[i]; i++) {
        snprintf(name, sizeof name, "more %zu", i);
        put(s, name, more[i]);
    }
    store_publish(s);
}

Test(first, of_a_type_are_those_whose_names_come_first) {
    static const char *const none[] = {NULL};
    static const char *const cases[] = {"B", "a", "b", "b1", "A", NULL};
    static const char *const earliest[] = {"0", NULL};
    struct store s;
    struct store reader;
    store_open(&s);
    write(&s, none);
    reader = s;
    reader.w = NULL;
    store_reopen(&reader, IX_OPEN_READ);
    expect_first(reader.w, "m00 m01 m02 ", WANTED);
    write(&s, cases); /* of "B" and "b" both, as they are equal */
    expect_first(reader.w, "a A B ", WANTED + 1);
    expect_first(s.w, "a A B ", WANTED + 1);
    write(&s, earliest);
    expect_first(reader.w, "0 m00 m01 ", WANTED);
    expect_first(s.w, "0 m00 m01 ", WANTED);
    ix_warehouse_close(reader.w);
    store_done(&s);
}

/* Where fewer have a name than are wanted, those without one are equal. */
Test(first, without_names_are_all) {
    struct store s;
    char uid[16];
    store_open(&s);
    store_begin(&s, "net", "terraform");
    for (int i = 0; i < MANY; i++) {
        snprintf(uid, sizeof uid, "u%d", i);
        put(&s, uid, i ? uid : "only");
    }
    store_publish(&s);
    ix_warehouse_close(s.w);
    s.w = NULL;
    store_raw(&s, "UPDATE resource SET name = NULL WHERE name <> 'only'");
    store_reopen(&s, IX_OPEN_READ);
    expect_first(s.w, "only   ", MANY);
    store_done(&s);
}
