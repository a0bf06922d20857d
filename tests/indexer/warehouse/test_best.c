/* What answers words best is found at once: the same resources and the same ranks, bit by bit, as
 * FTS5 gives row by row. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "store.h"

enum { RESOURCES = 400 };

#define COLUMNS                                                                                    \
    "SELECT group_concat(rid || ' ' || printf('%!.17g', rank) || ' ' || inexact, '; ') FROM ("
#define CALLED "SELECT rid FROM resource WHERE name = 'thing 7'"

/* Words by their number, so that some are in most texts and some in few. */
static void put_texts(struct store *s, unsigned first) {
    static const char *const words[] = {"alpha", "beta", "gamma", "delta", "alphabet", "thing"};
    store_begin(s, first ? "second" : "first", "terraform");
    for (unsigned i = first; i < first + RESOURCES; i++) {
        char address[32];
        char uid[32];
        char properties[256];
        snprintf(address, sizeof address, "thing %u", i);
        snprintf(uid, sizeof uid, "uid-%u", i);
        size_t size = (size_t)snprintf(properties, sizeof properties, "{\"text\": \"");
        for (unsigned k = 0; k < 2 + i % 9; k++) {
            size += (size_t)snprintf(properties + size, sizeof properties - size, "%s ",
                                     words[(i * i / 7 + k * k * (1 + i % 3)) % 6]);
        }
        snprintf(properties + size, sizeof properties - size, "\"}");
        store_put(s, address, uid, properties);
    }
    store_publish(s);
}

/* One text out of a statement whose places are the match and, where there is another, a number. */
static const char *ask(struct store *s, struct ix_arena *arena, const char *before, int64_t number,
                       const char *between, const char *match, const char *after) {
    struct ix_sql sql;
    struct ix_err err = {0};
    struct ix_cursor *cursor = NULL;
    bool row = false;
    ix_sql_init(&sql, arena);
    ix_sql_text(&sql, before);
    if (number >= 0) {
        ix_sql_bind_int(&sql, number);
    }
    ix_sql_text(&sql, between);
    ix_sql_bind_text(&sql, ix_sv_cstr(match));
    ix_sql_text(&sql, after);
    cr_assert_eq(ix_warehouse_select(s->w, &sql, &cursor, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_cursor_next(cursor, &row, &err), IX_OK, "%s: %s", match, err.text);
    cr_assert(row);
    const char *text = ix_arena_copy(arena, ix_cursor_value(cursor, 0).text).data;
    ix_cursor_close(cursor);
    ix_sql_done(&sql);
    return text;
}

static const char *best(struct store *s, struct ix_arena *arena, const char *match, int64_t count) {
    return ask(s, arena,
               COLUMNS "SELECT * FROM ix_ranked((SELECT ix_best(search, ix_living(0), "
                       "(SELECT ix_set(rid) FROM (" CALLED ")), ",
               count, ", 10, 8, 4, 3, 1) FROM search WHERE search MATCH ", match,
               ")) ORDER BY inexact, rank, rid)");
}

static const char *row_by_row(struct store *s, struct ix_arena *arena, const char *match,
                              int64_t count) {
    char limit[64];
    snprintf(limit, sizeof limit, ") ORDER BY inexact, rank, rid LIMIT %d)",
             count ? (int)count : -1);
    return ask(s, arena,
               COLUMNS "SELECT * FROM (SELECT rowid AS rid, rank, rowid NOT IN (" CALLED ") AS "
                       "inexact FROM search WHERE rank MATCH 'ix_rank(10.0, 8.0, 4.0, 3.0, 1.0)' "
                       "AND rowid IN (SELECT rid FROM ix_each(ix_living(0))) AND search MATCH ",
               -1, "", match, limit);
}

static void expect_same(struct store *s) {
    static const char *const matches[] = {
        "\"alpha\"",
        "\"thing\"",
        "\"gamma\" AND \"delta\"",
        "\"delta\" AND \"alpha\" AND \"beta\"",
        "\"alpha beta\"",
        "\"alph\" *",
        "name : \"thing\" AND \"alpha\"",
        "\"thing\" AND \"thing\" AND \"gamma\"",
        "\"thing 7\" AND \"thing\"",
        "\"delta\" AND \"alph\" *",
    };
    static const int64_t counts[] = {0, 5, 100000};
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            const char *expected = row_by_row(s, &arena, matches[i], counts[k]);
            cr_expect_str_eq(best(s, &arena, matches[i], counts[k]), expected, "%s, %d", matches[i],
                             (int)counts[k]);
            cr_expect_neq(expected[0], '\0', "%s finds nothing", matches[i]);
        }
        ix_arena_reset(&arena);
    }
    cr_expect_str_eq(best(s, &arena, "\"nowhere\"", 5), "");
    cr_expect_str_eq(best(s, &arena, "\"nowhere\" AND \"alpha\"", 5), "");
    ix_arena_done(&arena);
}

Test(best, has_the_ranks_that_are_made_row_by_row) {
    struct store s;
    store_open(&s);
    put_texts(&s, 0);
    expect_same(&s);
    store_begin(&s, "first", "terraform"); /* most are gone, and are not the best of anything */
    for (unsigned i = 0; i < RESOURCES; i += 5) {
        char address[32];
        char uid[32];
        snprintf(address, sizeof address, "thing %u", i + i % 2 * 2);
        snprintf(uid, sizeof uid, "uid-%u", i + i % 2 * 2);
        store_put(&s, address, uid, "{\"text\": \"alpha beta delta 7 gamma alpha beta\"}");
    }
    store_publish(&s);
    expect_same(&s);
    store_done(&s);
}

/* Matches are kept of some millions of rids at a time: here of two ranges. */
Test(best, goes_through_rids_of_any_size) {
    struct store s;
    store_open(&s);
    put_texts(&s, 0);
    store_reopen(&s, IX_OPEN_READ);
    store_raw(&s, "INSERT INTO resource (rid, uid, flags, encrypted, public, address, first_seen, "
                  "last_seen, since, since_run, document, hash) "
                  "VALUES (4200000, 'far', 0, 0, 0, '', 0, 0, 0, 1, 1, x'')");
    store_reopen(&s, IX_OPEN_WRITE);
    put_texts(&s, RESOURCES);
    cr_assert_gt(store_number(&s, "SELECT max(rid) FROM resource"), 4200000);
    expect_same(&s);
    store_done(&s);
}
