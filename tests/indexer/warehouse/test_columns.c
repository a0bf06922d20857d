/* The columns of resources, and sets: they are as the rows are after whatever a run does, and a
 * reader that keeps what it has read sees what was written since. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "indexer/warehouse/dialect.h"
#include "indexer/warehouse/sqlite/column.h"
#include "store.h"

/* ---- asking ---- */

/* The first column of the first row: a number, or -1. */
static int64_t answer(struct store *s, const struct ix_sql *sql) {
    struct ix_cursor *cursor = NULL;
    struct ix_err err = {0};
    bool row = false;
    cr_assert_eq(ix_sql_check(sql, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_warehouse_select(s->w, sql, &cursor, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_cursor_next(cursor, &row, &err), IX_OK, "%s", err.text);
    int64_t number = row ? ix_cursor_value(cursor, 0).integer : -1;
    ix_cursor_close(cursor);
    return number;
}

/* How many of those in scope have the value, whole and in any case. */
static int64_t count(struct store *s, enum ix_resource_scope scope, enum ix_stored column,
                     const char *value) {
    const struct ix_dialect_sets *sets = ix_warehouse_dialect(s->w)->sets;
    struct ix_arena arena;
    struct ix_sql list;
    struct ix_sql set;
    struct ix_sql sql;
    ix_arena_init(&arena, 0);
    ix_sql_init(&list, &arena);
    ix_sql_init(&set, &arena);
    ix_sql_init(&sql, &arena);
    sets->living(&list, scope);
    ix_sql_text(&list, ", ");
    cr_assert(value ? sets->is(&list, scope, column, ix_sv_cstr(value), true)
                    : sets->exists(&list, column));
    sets->join(&set, IX_SET_BOTH, &list);
    ix_sql_text(&sql, "SELECT ");
    sets->count(&sql, &set);
    int64_t number = answer(s, &sql);
    ix_sql_done(&list);
    ix_sql_done(&set);
    ix_sql_done(&sql);
    ix_arena_done(&arena);
    return number;
}

static int64_t current_in(struct store *s, const char *region) {
    return count(s, IX_SCOPE_CURRENT, IX_STORED_REGION, region);
}

static void put(struct store *s, const char *uid, const char *region) {
    const struct ix_resource more = {
        .uid = ix_sv_cstr(uid), .address = ix_sv_cstr(uid), .region = ix_sv_cstr(region)};
    store_put_more(s, more, "{}");
}

/* ---- codes ---- */

static void expect_round_trip(const int64_t *values) {
    struct ix_buf bytes = {0};
    struct ix_err err = {0};
    cr_assert_eq(ix_column_encode(values, &bytes, &err), IX_OK);
    struct ix_column column = {0};
    if (bytes.size) {
        const unsigned char *at = (const unsigned char *)bytes.data;
        column.width = (uint32_t)ix_column_eight(at);
        column.base = (int64_t)ix_column_eight(at + 8);
        column.codes = at + 16;
        column.count = (uint32_t)((bytes.size - 16) / column.width);
    }
    for (size_t i = 0; i < IX_CHUNK_ROWS; i++) {
        cr_assert_eq(ix_column_value(&column, i), values[i], "row %zu", i);
    }
    ix_buf_done(&bytes);
}

Test(columns, codes_of_every_width_give_their_values_again) {
    static const int64_t spans[] = {0,     1,          254,        255,      65534,
                                    65535, 4294967294, 4294967295, INT64_MAX};
    int64_t *values = malloc(IX_CHUNK_ROWS * sizeof *values);
    cr_assert_not_null(values);
    for (size_t i = 0; i < IX_CHUNK_ROWS; i++) {
        values[i] = IX_COLUMN_NULL;
    }
    expect_round_trip(values);
    for (size_t k = 0; k < sizeof spans / sizeof *spans; k++) {
        values[3] = -17;
        values[200] = spans[k] == INT64_MAX ? spans[k] : spans[k] - 17;
        expect_round_trip(values);
        values[IX_CHUNK_ROWS - 1] = 0;
        expect_round_trip(values);
        values[IX_CHUNK_ROWS - 1] = IX_COLUMN_NULL;
    }
    free(values);
}

/* ---- as the rows are ---- */

Test(columns, what_is_changed_retired_and_back_is_counted_as_it_is) {
    struct store s;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put(&s, "a", "north");
    put(&s, "b", "north");
    put(&s, "c", "south");
    store_publish(&s);
    cr_expect_eq(current_in(&s, "north"), 2);
    cr_expect_eq(current_in(&s, "NORTH"), 2);
    store_begin(&s, "net", "terraform");
    put(&s, "a", "south");
    put(&s, "c", "south");
    store_publish(&s);
    cr_expect_eq(current_in(&s, "north"), 0);
    cr_expect_eq(current_in(&s, "south"), 2);
    cr_expect_eq(count(&s, IX_SCOPE_WITH_DELETED, IX_STORED_REGION, "north"), 1);
    cr_expect_eq(count(&s, IX_SCOPE_WITH_DELETED, IX_STORED_DELETED, NULL), 1);
    store_begin(&s, "net", "terraform");
    put(&s, "a", "south");
    put(&s, "b", "east");
    put(&s, "c", "south");
    store_publish(&s);
    cr_expect_eq(current_in(&s, "east"), 1);
    cr_expect_eq(count(&s, IX_SCOPE_WITH_DELETED, IX_STORED_DELETED, NULL), 0);
    cr_expect_str_eq(store_broken(&s), "");
    store_done(&s);
}

Test(columns, what_two_sources_say_is_one_resource) {
    struct store s;
    store_open(&s);
    store_begin(&s, "plan", "terraform");
    put(&s, "a", "");
    store_publish(&s);
    cr_expect_eq(current_in(&s, "north"), 0);
    store_begin(&s, "cloud", "aws");
    put(&s, "a", "north");
    store_publish(&s);
    cr_expect_eq(current_in(&s, "north"), 1);
    cr_expect_eq(count(&s, IX_SCOPE_CURRENT, IX_STORED_REGION, NULL), 1);
    cr_expect_str_eq(store_broken(&s), "");
    store_done(&s);
}

Test(columns, several_chunks_are_one_set) {
    enum { MANY = IX_CHUNK_ROWS + 100 };
    struct store s;
    char uid[16];
    store_open(&s);
    store_begin(&s, "net", "terraform");
    for (int i = 0; i < MANY; i++) {
        snprintf(uid, sizeof uid, "u%d", i);
        put(&s, uid, i % 3 ? "north" : "south");
    }
    store_publish(&s);
    cr_expect_eq(current_in(&s, "south"), (MANY + 2) / 3);
    cr_expect_eq(current_in(&s, "north"), MANY - (MANY + 2) / 3);
    cr_expect_eq(store_number(&s, "SELECT max(part) / 64 FROM resource_column"), 1);
    cr_expect_str_eq(store_broken(&s), "");
    store_done(&s);
}

/* ---- what was read is kept only as long as it is true ---- */

Test(columns, a_reader_counts_what_was_written_since) {
    struct store s;
    struct store reader;
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put(&s, "a", "north");
    store_publish(&s);
    reader = s;
    reader.w = NULL;
    store_reopen(&reader, IX_OPEN_READ);
    cr_expect_eq(current_in(&reader, "north"), 1);
    cr_expect_eq(current_in(&s, "north"), 1);
    store_begin(&s, "net", "terraform");
    put(&s, "a", "north");
    put(&s, "b", "north");
    store_publish(&s);
    cr_expect_eq(current_in(&reader, "north"), 2);
    cr_expect_eq(current_in(&s, "north"), 2);
    store_begin(&s, "net", "terraform");
    put(&s, "c", "north");
    store_discard(&s);
    cr_expect_eq(current_in(&s, "north"), 2);
    ix_warehouse_close(reader.w);
    store_done(&s);
}

Test(columns, damage_is_found_said_and_mended) {
    struct store s;
    struct ix_err err = {0};
    store_open(&s);
    store_begin(&s, "net", "terraform");
    put(&s, "a", "north");
    put(&s, "b", "south");
    store_publish(&s);
    ix_warehouse_close(s.w);
    s.w = NULL;
    store_raw(&s, "DELETE FROM resource_column WHERE part % 64 = 7"); /* of regions */
    store_reopen(&s, IX_OPEN_WRITE);
    cr_expect_str_eq(store_broken(&s), "columns|");
    cr_assert_eq(ix_warehouse_repair(s.w, &err), IX_OK, "%s", err.text);
    cr_expect_str_eq(store_broken(&s), "");
    cr_expect_eq(current_in(&s, "north"), 1);
    store_done(&s);
}
