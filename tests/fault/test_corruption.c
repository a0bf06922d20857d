/* One byte of the database is another one. Never a crash and never a hang; what a search answers is
 * right, or the checks say that something is broken; and what is derived is made again from the
 * rows, whatever became of it. */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/fault/world.h"

enum { FLIPS = 1000, FLIPS_LONG = 20000, PAGE_BYTES = 16384, HANG_S = 60 };

struct drill {
    struct world w;
    struct ix_hash hash;
    struct ix_buf answers, expected, whole;
    char (*owners)[32]; /* of each page: the table or index it belongs to */
    size_t pages;
    int silent, said, harmless, repaired;
};

static void read_owners(struct drill *d) {
    char path[WORLD_PATH_SIZE];
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    world_file(&d->w, "infradex.db", path);
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, "SELECT pageno, name FROM dbstat", -1, &s, NULL), SQLITE_OK,
                 "%s", sqlite3_errmsg(db));
    while (sqlite3_step(s) == SQLITE_ROW) {
        size_t page = (size_t)sqlite3_column_int64(s, 0) - 1;
        cr_assert_lt(page, d->pages);
        snprintf(d->owners[page], sizeof d->owners[page], "%s",
                 (const char *)sqlite3_column_text(s, 1));
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void prepare(struct drill *d) {
    struct ix_err err = {0};
    bool kept = false;
    *d = (struct drill){0};
    world_make(&d->w);
    for (int state = 1; state <= 3; state++) {
        cr_assert_eq(world_index(&d->w, world_input(&d->w, state), &kept, &err), IX_OK, "%s",
                     err.text);
    }
    d->hash = world_look_at(d->w.folder).hash;
    world_keep(&d->w);
    cr_assert_eq(world_search(&d->w, &d->expected, &err), IX_OK, "%s", err.text);
    ix_buf_add(&d->whole, ix_buf_sv(&d->w.kept));
    d->pages = d->whole.size / PAGE_BYTES;
    d->owners = calloc(d->pages, sizeof *d->owners);
    read_owners(d);
}

static void finish(struct drill *d) {
    free(d->owners);
    ix_buf_done(&d->answers);
    ix_buf_done(&d->expected);
    ix_buf_done(&d->whole);
    world_done(&d->w);
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* What a repair makes again from other rows. */
static bool is_derived(const char *owner) {
    static const char *const derived[] = {"search_",      "prop_",           "tag",
                                          "ref",          "address",         "resource_column",
                                          "sqlite_stat",  "observation_by_", "resource_by_",
                                          "resource_of_", "change_by_",      "edge_by_",
                                          "word_by_"};
    for (size_t i = 0; i < sizeof derived / sizeof *derived; i++) {
        if (begins(owner, derived[i])) {
            return true;
        }
    }
    return false;
}

/* Of paths only the order of rows and the form of pages are checked, not each value. */
static bool is_compared(const char *owner) {
    return is_derived(owner) && !begins(owner, "prop_path");
}

static bool answers_are_right(const struct drill *d) {
    return ix_sv_eq(ix_buf_sv(&d->answers), ix_buf_sv(&d->expected));
}

static void mend(struct drill *d, const char *where) {
    struct ix_err err = {0};
    cr_assert_eq(world_repair(&d->w, &err), IX_OK, "%s: repair: %s", where, err.text);
    struct world_look look = world_look_at(d->w.folder);
    cr_assert_eq(look.code, IX_OK, "%s: after repair: %s", where, look.err.text);
    cr_assert_str_empty(look.broken, "%s: after repair: %s", where, look.broken);
    cr_assert(ix_hash_eq(look.hash, d->hash), "%s: after repair: another content", where);
    cr_assert_eq(world_search(&d->w, &d->answers, &err), IX_OK, "%s: after repair: %s", where,
                 err.text);
    cr_assert(answers_are_right(d), "%s: after repair: other answers", where);
    d->repaired++;
}

static void flip(struct drill *d, size_t offset, unsigned char mask) {
    struct ix_err err = {0};
    char where[128];
    const char *owner = d->owners[offset / PAGE_BYTES];
    snprintf(where, sizeof where, "byte %zu (%s) ^ %02x", offset, owner, mask);
    memcpy(d->w.kept.data, d->whole.data, d->whole.size);
    d->w.kept.data[offset] = (char)((unsigned char)d->w.kept.data[offset] ^ mask);
    world_put_back(&d->w);
    alarm(HANG_S);
    enum ix_code searched = world_search(&d->w, &d->answers, &err);
    bool right = searched == IX_OK && answers_are_right(d);
    struct world_look look = world_look_at(d->w.folder);
    bool broken = look.code != IX_OK || look.broken[0];
    right = right && look.code == IX_OK && ix_hash_eq(look.hash, d->hash);
    d->silent += !right && !broken;
    d->said += broken;
    d->harmless += right && !broken;
    cr_assert(right || broken || !is_compared(owner), "%s: answers differ, and no check says so",
              where);
    if (is_derived(owner) && (broken || !right)) {
        mend(d, where);
    }
    alarm(0);
}

Test(corruption, a_flipped_byte_is_harmless_or_said_and_what_is_derived_is_mended) {
    struct drill d;
    struct chance chance = {.state = 1};
    prepare(&d);
    for (int64_t i = 0; i < world_times(FLIPS, FLIPS_LONG); i++) {
        size_t offset = chance_below(&chance, d.whole.size);
        flip(&d, offset, (unsigned char)(1 + chance_below(&chance, 255)));
    }
    cr_assert_gt(d.said, 0);
    cr_assert_gt(d.repaired, 0);
    cr_assert_leq(d.silent * 100, d.said + d.harmless, "%d of %d were silent", d.silent,
                  d.silent + d.said + d.harmless);
    finish(&d);
}

/* The first bytes of a file, and of its pages, hold it together: they are where most can go wrong.
 */
Test(corruption, a_flipped_byte_of_a_header_is_no_crash) {
    enum { HEADER_BYTES = 100, PAGE_HEADER_BYTES = 12, PAGES_MAX = 40 };
    struct drill d;
    prepare(&d);
    for (size_t offset = 0; offset < HEADER_BYTES; offset++) {
        flip(&d, offset, 0xFF);
    }
    for (size_t page = 1; page < d.pages && page < PAGES_MAX; page++) {
        for (size_t i = 0; i < PAGE_HEADER_BYTES; i += 3) {
            flip(&d, page * PAGE_BYTES + i, (unsigned char)(1U << page % 8));
        }
    }
    finish(&d);
}

/* Only the end of a last page that is free may go without a word. */
Test(corruption, a_database_cut_anywhere_is_no_crash_and_said) {
    struct drill d;
    prepare(&d);
    for (size_t size = 1; size < d.whole.size; size += d.whole.size / 40) {
        struct ix_err err = {0};
        memcpy(d.w.kept.data, d.whole.data, size);
        d.w.kept.size = size;
        world_put_back(&d.w);
        alarm(HANG_S);
        enum ix_code searched = world_search(&d.w, &d.answers, &err);
        struct world_look look = world_look_at(d.w.folder);
        bool unused = size / PAGE_BYTES == d.pages - 1 && !d.owners[d.pages - 1][0];
        bool well = look.code == IX_OK && !look.broken[0];
        cr_assert(!well || unused, "cut at %zu: not said", size);
        cr_assert(!well || ix_hash_eq(look.hash, d.hash), "cut at %zu: another content", size);
        cr_assert(searched != IX_OK || answers_are_right(&d), "cut at %zu: wrong answers", size);
        alarm(0);
    }
    finish(&d);
}
