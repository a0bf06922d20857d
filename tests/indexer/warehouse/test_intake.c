/* Runs that are large enough to be written by a thread of their own: the same comes of them as of
 * small ones, and what stops the thread stops the run. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "store.h"

enum { THINGS = 6000, PADDING = 1500 };

static const char *properties_of(int i) {
    static char text[PADDING + 64];
    snprintf(text, sizeof text, "{\"n\": %d, \"padding\": \"%0*d\"}", i, PADDING, i);
    return text;
}

/* [first, last) of the things, each related to the one before. */
static void push(struct store *s, int first, int last) {
    char address[32];
    char before[32];
    char uid[32];
    for (int i = first; i < last; i++) {
        snprintf(address, sizeof address, "aws_vpc.n%d", i);
        snprintf(before, sizeof before, "aws_vpc.n%d", i - 1);
        snprintf(uid, sizeof uid, "uid-%d", i);
        store_put(s, address, uid, properties_of(i));
        if (i > 0) {
            store_relate(s, address, before);
        }
    }
}

static void index_all(struct store *s) {
    store_begin(s, "big", "terraform");
    push(s, 0, THINGS);
    store_publish(s);
}

Test(intake, a_large_run_is_what_small_ones_are) {
    struct store large;
    struct store small;
    store_open(&large);
    store_open(&small);
    index_all(&large);
    cr_assert_eq(large.result.added, THINGS);
    cr_assert_eq(store_number(&large, "SELECT count(*) FROM edge"), THINGS - 1);
    for (int i = 0; i < THINGS; i += 500) { /* scope "" is not whole before the last */
        store_begin(&small, "big", "terraform");
        push(&small, i, i + 500);
        store_publish_as_is(&small);
    }
    cr_assert(ix_hash_eq(store_hash(&large), store_hash(&small)));
    cr_assert_str_eq(store_broken(&large), "");
    index_all(&large);
    cr_assert_eq(large.result.unchanged, THINGS);
    store_done(&large);
    store_done(&small);
}

Test(intake, a_large_run_that_is_discarded_leaves_nothing) {
    struct store s;
    store_open(&s);
    store_begin(&s, "big", "terraform");
    push(&s, 0, THINGS);
    store_discard(&s);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM resource"), 0);
    index_all(&s);
    cr_assert_eq(s.result.added, THINGS);
    store_begin(&s, "other", "terraform"); /* and a run that is open is closed with the warehouse */
    push(&s, 0, THINGS);
    store_reopen(&s, IX_OPEN_WRITE);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM observation"), THINGS);
    cr_assert_str_eq(store_broken(&s), "");
    store_done(&s);
}

static enum ix_code put_one(struct store *s, int i, struct ix_err *err) {
    char name[32];
    snprintf(name, sizeof name, "n%d", i);
    struct ix_sv text = ix_sv_cstr(name);
    const struct ix_resource resource = {
        .source = ix_sv_cstr(s->source),
        .source_kind = ix_sv_cstr(s->kind),
        .address = text,
        .uid = text,
        .created_ms = IX_TIME_UNKNOWN,
        .modified_ms = IX_TIME_UNKNOWN,
    };
    return ix_sink_resource(s->sink, &resource, err);
}

Test(intake, an_error_of_the_thread_reaches_who_pushes_and_ends_the_run) {
    enum { ENOUGH = 10000000 };
    struct store s;
    struct ix_err err = {0};
    bool cancelled = false;
    store_open(&s);
    store_begin(&s, "big", "terraform");
    ix_warehouse_watch(s.w, &cancelled);
    enum ix_code code = IX_OK;
    int i = 0;
    for (; code == IX_OK && i < ENOUGH; i++) {
        cancelled = i >= THINGS;
        code = put_one(&s, i, &err);
    }
    cr_assert_eq(code, IX_CANCELLED, "%s", err.text);
    cr_assert_lt(i, ENOUGH);
    ix_warehouse_watch(s.w, NULL);
    store_discard(&s);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM resource"), 0);
    index_all(&s);
    cr_assert_eq(s.result.added, THINGS);
    store_done(&s);
}
