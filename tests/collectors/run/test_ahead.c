/* Parts read several at a time: the order does not depend on which thread was faster, and the first
 * part that fails is the one that is named. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "collectors/ahead.h"

enum { PARTS = 9, NONE = PARTS };

/* What it reads is made up: part i has `lines[i]` lines, a note before and a scope behind them. */
struct reading {
    struct ix_sink sink; /* takes everything */
    size_t fails;        /* part that fails at its end; NONE */
    size_t fails_too;
    size_t ends_all;  /* part whose end is an error; NONE */
    int refuse_after; /* lines that the sink takes; -1: all */
    int lines[PARTS];
    atomic_int reading, most; /* parts at a time */
    size_t at;                /* part whose lines are passed on */
    size_t ended;
    int64_t taken[PARTS];
    struct ix_buf order; /* of lines: one letter each time that the part is another one */
    struct ix_buf said;
};

static enum ix_code push_line(struct ix_sink *sink, size_t part, int64_t row, struct ix_err *err) {
    char text[64];
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    snprintf(text, sizeof text, "{\"part\":%zu,\"row\":%lld}", part, (long long)row);
    struct ix_cost_line line = {.source = IX_SV("s"), .row = row, .tags_text = ix_sv_cstr(text)};
    struct ix_json *extra = NULL;
    enum ix_code code = ix_json_parse(&arena, ix_sv_cstr(text), &extra, err);
    line.extra = extra;
    line.text[IX_FOCUS_ServiceName] = IX_SV("");
    line.text[IX_FOCUS_ResourceId] = ix_sv_cstr(text);
    code = code == IX_OK ? ix_sink_cost(sink, &line, err) : code;
    memset(text, 'x', sizeof text); /* it was good only during the call */
    ix_arena_done(&arena);
    return code;
}

static enum ix_code read_part(void *context, size_t part, struct ix_sink *sink,
                              struct ix_err *fault) {
    struct reading *r = context;
    int now = atomic_fetch_add(&r->reading, 1) + 1;
    int most = atomic_load(&r->most);
    while (now > most && !atomic_compare_exchange_weak(&r->most, &most, now)) {
    }
    const struct ix_note note = {.path = part % 2 ? IX_SV("odd") : IX_SV("even")};
    enum ix_code code = ix_sink_note(sink, &note, fault);
    for (int i = 0; code == IX_OK && i < r->lines[part]; i++) {
        code = push_line(sink, part, i, fault);
        if (i % 700 == (int)part) {
            usleep(part % 3 * 500);
        }
    }
    const struct ix_scope scope = {.outcome = IX_SCOPE_WHOLE, .text = IX_SV("whole")};
    code = code == IX_OK ? ix_sink_scope(sink, &scope, fault) : code;
    atomic_fetch_sub(&r->reading, 1);
    if (code == IX_OK && (part == r->fails || part == r->fails_too)) {
        code = ix_err_set(fault, IX_INVALID, "part %zu", part);
    }
    return code;
}

static enum ix_code take_cost(struct ix_sink *sink, const struct ix_cost_line *line,
                              struct ix_err *err) {
    struct reading *r = (struct reading *)sink;
    char text[64];
    snprintf(text, sizeof text, "{\"part\":%zu,\"row\":%lld}", r->at, (long long)r->taken[r->at]);
    cr_assert(ix_sv_eq_cstr(line->text[IX_FOCUS_ResourceId], text));
    cr_assert(ix_sv_eq_cstr(line->tags_text, text));
    cr_assert(line->text[IX_FOCUS_ServiceName].data && !line->text[IX_FOCUS_SkuId].data);
    cr_assert(ix_json_get(line->extra, "row") && !line->tags);
    cr_assert_eq(line->row, r->taken[r->at]++);
    char letter = (char)('a' + r->at);
    if (r->order.size == 0 || r->order.data[r->order.size - 1] != letter) {
        ix_buf_add_char(&r->order, letter);
    }
    return r->refuse_after-- == 0 ? ix_err_set(err, IX_IO, "the disk is full") : IX_OK;
}

static enum ix_code take_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    struct reading *r = (struct reading *)sink;
    ix_buf_printf(&r->said, "%zu %.*s\n", r->at, IX_SV_FMT(note->path));
    return ix_buf_check(&r->said, err);
}

static enum ix_code take_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    struct reading *r = (struct reading *)sink;
    ix_buf_printf(&r->said, "%zu %.*s\n", r->at, IX_SV_FMT(scope->text));
    return ix_buf_check(&r->said, err);
}

static enum ix_code sink_of(void *context, size_t part, struct ix_sink **ret_sink,
                            struct ix_err *fault) {
    struct reading *r = context;
    (void)fault;
    r->at = part;
    *ret_sink = &r->sink;
    return IX_OK;
}

static void part_ended(void *context, size_t part) {
    struct reading *r = context;
    cr_assert_eq(part, r->ended++);
    cr_assert_eq(r->taken[part], r->lines[part]);
}

static void make(struct reading *r) {
    *r = (struct reading){.fails = NONE, .fails_too = NONE, .ends_all = NONE, .refuse_after = -1};
    r->sink = (struct ix_sink){.cost = take_cost, .note = take_note, .scope = take_scope};
    for (int i = 0; i < PARTS; i++) {
        r->lines[i] = i == 4 ? 0 : 100 + 977 * (i % 4);
    }
}

static enum ix_code run(struct reading *r, size_t at_a_time, size_t *ret_part, struct ix_err *err) {
    const struct ix_ahead ahead = {r, PARTS, at_a_time, read_part, sink_of, part_ended, NULL};
    bool began = false;
    *err = (struct ix_err){0};
    enum ix_code code = ix_ahead_run(&ahead, &began, ret_part, err);
    cr_assert(began);
    cr_assert_leq((size_t)r->most, at_a_time);
    cr_assert_eq(r->reading, 0);
    return code;
}

static void done(struct reading *r) {
    ix_buf_done(&r->order);
    ix_buf_done(&r->said);
}

Test(ahead, lines_come_in_one_order_and_words_in_that_of_the_parts) {
    for (size_t at_a_time = 2; at_a_time <= IX_AHEAD_MAX; at_a_time++) {
        struct reading first;
        for (int round = 0; round < 4; round++) {
            struct reading r;
            struct ix_err err;
            size_t part = 0;
            make(&r);
            cr_assert_eq(run(&r, at_a_time, &part, &err), IX_OK, "%s", err.text);
            cr_assert_eq(r.ended, (size_t)PARTS);
            cr_assert(ix_sv_starts(ix_buf_sv(&r.said), IX_SV("0 even\n0 whole\n1 odd\n1 whole\n")));
            if (round == 0) {
                first = r;
                continue;
            }
            cr_assert(ix_sv_eq(ix_buf_sv(&r.order), ix_buf_sv(&first.order)));
            cr_assert(ix_sv_eq(ix_buf_sv(&r.said), ix_buf_sv(&first.said)));
            done(&r);
        }
        done(&first);
    }
}

Test(ahead, of_several_parts_that_fail_the_first_is_named) {
    static const size_t fails[][2] = {{0, 1}, {5, 2}, {8, NONE}, {7, 6}, {3, 4}};
    for (size_t i = 0; i < sizeof fails / sizeof *fails; i++) {
        size_t first = fails[i][0] < fails[i][1] ? fails[i][0] : fails[i][1];
        for (size_t at_a_time = 2; at_a_time <= IX_AHEAD_MAX; at_a_time += 3) {
            struct reading r;
            struct ix_err err;
            size_t part = 0;
            make(&r);
            r.fails = fails[i][0];
            r.fails_too = fails[i][1];
            cr_assert_eq(run(&r, at_a_time, &part, &err), IX_INVALID);
            cr_assert_eq(part, first);
            cr_assert_eq(err.text[5] - '0', (int)first, "%s", err.text);
            cr_assert_leq(r.ended, first);
            done(&r);
        }
    }
}

Test(ahead, what_the_sink_does_not_take_ends_everything) {
    for (int after = 0; after < 3000; after += 499) {
        struct reading r;
        struct ix_err err;
        size_t part = 0;
        make(&r);
        r.refuse_after = after;
        cr_assert_eq(run(&r, 4, &part, &err), IX_IO, "%s", err.text);
        cr_assert_eq(part, r.at);
        done(&r);
    }
}

/* ---- what stands by itself ---- */

static enum ix_code end_alone(void *context, size_t part, const struct ix_err *fault,
                              struct ix_err *err) {
    struct reading *r = context;
    r->at = part;
    cr_assert_eq(part, r->ended++);
    cr_assert(fault->code != IX_OK || r->taken[part] == r->lines[part]);
    ix_buf_printf(&r->said, "%zu ends: %s\n", part, fault->text);
    return part == r->ends_all ? ix_err_set(err, IX_IO, "enough of it") : IX_OK;
}

static enum ix_code run_alone(struct reading *r, size_t at_a_time, size_t *ret_next,
                              struct ix_err *err) {
    const struct ix_ahead ahead = {r, PARTS, at_a_time, read_part, sink_of, NULL, end_alone};
    bool began = false;
    *err = (struct ix_err){0};
    enum ix_code code = ix_ahead_run(&ahead, &began, ret_next, err);
    cr_assert(began);
    cr_assert_eq(r->reading, 0);
    return code;
}

Test(ahead, what_stands_by_itself_comes_in_order_and_fails_alone) {
    for (size_t at_a_time = 2; at_a_time <= IX_AHEAD_MAX; at_a_time++) {
        struct reading r;
        struct ix_err err;
        size_t next = 0;
        make(&r);
        r.fails = 3;
        r.fails_too = 7;
        cr_assert_eq(run_alone(&r, at_a_time, &next, &err), IX_OK, "%s", err.text);
        cr_assert_eq(next, (size_t)PARTS);
        cr_assert_eq(r.ended, (size_t)PARTS);
        cr_assert(ix_sv_eq(ix_buf_sv(&r.order), IX_SV("abcdfghi")), "%.*s",
                  IX_SV_FMT(ix_buf_sv(&r.order)));
        cr_assert_eq(r.taken[3], r.lines[3], "lines of one that fails are counted, too");
        cr_assert(ix_sv_starts(ix_buf_sv(&r.said), IX_SV("0 even\n0 whole\n0 ends: \n1 odd\n")));
        cr_assert(ix_sv_find(ix_buf_sv(&r.said), IX_SV("3 ends: part 3\n4 even")) != IX_SV_NPOS);
        done(&r);
    }
}

Test(ahead, what_the_sink_does_not_take_ends_one_that_stands_by_itself) {
    for (int after = 0; after < 8000; after += 1999) {
        struct reading r;
        struct ix_err err;
        size_t next = 0;
        make(&r);
        r.refuse_after = after;
        cr_assert_eq(run_alone(&r, 3, &next, &err), IX_OK, "%s", err.text);
        cr_assert_eq(r.ended, (size_t)PARTS);
        cr_assert(ix_sv_find(ix_buf_sv(&r.said), IX_SV("ends: the disk is full")) != IX_SV_NPOS);
        done(&r);
    }
}

Test(ahead, an_end_that_fails_ends_everything) {
    for (size_t at = 0; at < PARTS; at++) {
        struct reading r;
        struct ix_err err;
        size_t next = 0;
        make(&r);
        r.ends_all = at;
        cr_assert_eq(run_alone(&r, 4, &next, &err), IX_IO);
        cr_assert_eq(r.ended, at + 1);
        done(&r);
    }
}
