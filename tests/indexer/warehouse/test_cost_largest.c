/* The largest rows alone are those of the whole answer, and the totals are of all. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "bill.h"

#define ALL .from_ms = IX_TIME_UNKNOWN, .until_ms = IX_TIME_UNKNOWN

static const struct ix_cost_dimension by_resource = {.kind = IX_COST_BY_COLUMN,
                                                     .column = IX_FOCUS_ResourceId};
static const struct ix_cost_question resources = {ALL, .dimensions = &by_resource,
                                                  .dimension_count = 1};

static struct ix_cost_answer ask(struct store *s, const struct ix_cost_question *question,
                                 struct ix_arena *arena) {
    struct ix_cost_answer answer = {0};
    struct ix_err err = {0};
    cr_assert_eq(ix_warehouse_cost(s->w, question, arena, &answer, &err), IX_OK, "%s", err.text);
    return answer;
}

/* ---- beside the whole answer ---- */

static int by_size(const void *a, const void *b) {
    const struct ix_cost_row *x = *(const struct ix_cost_row *const *)a;
    const struct ix_cost_row *y = *(const struct ix_cost_row *const *)b;
    int currency = ix_sv_cmp(x->currency, y->currency);
    return currency ? currency : ix_money_compare(y->sum, x->sum);
}

static void same_row(const struct ix_cost_row *a, const struct ix_cost_row *b, size_t values) {
    cr_assert_eq(a->begin_ms, b->begin_ms);
    cr_assert(ix_sv_eq(a->currency, b->currency));
    cr_assert_eq(ix_money_compare(a->sum, b->sum), 0);
    cr_assert_eq(a->lines, b->lines);
    cr_assert_eq(a->unknown, b->unknown);
    for (size_t i = 0; i < values; i++) {
        cr_assert_eq(!a->values[i].data, !b->values[i].data);
        cr_assert(ix_sv_eq(a->values[i], b->values[i]));
    }
}

/* Those up to the last that is meant, and its equals, as they stand in the whole answer. */
static void same_rows(const struct ix_cost_answer *all, const struct ix_cost_answer *some,
                      const struct ix_cost_question *q) {
    const struct ix_cost_row **rows = calloc(all->count + 1, sizeof *rows);
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        rows[i] = &all->rows[i];
    }
    qsort(rows, all->count, sizeof *rows, by_size);
    const struct ix_cost_row *last = q->largest < all->count ? rows[q->largest - 1] : NULL;
    for (size_t i = 0; i < all->count; i++) {
        const struct ix_cost_row *row = &all->rows[i];
        if (!last || by_size(&row, &last) <= 0) {
            cr_assert_lt(kept, some->count);
            same_row(&some->rows[kept++], row, q->dimension_count);
        }
    }
    cr_assert_eq(kept, some->count);
    cr_assert_eq(some->found, all->count);
    free(rows);
}

static void same_totals(const struct ix_cost_answer *all, const struct ix_cost_answer *some) {
    size_t lines = 0;
    for (size_t t = 0; t < some->total_count; t++) {
        struct ix_cost_row sum = some->totals[t];
        struct ix_err err = {0};
        for (size_t i = 0; i < all->count; i++) {
            const struct ix_cost_row *row = &all->rows[i];
            if (ix_sv_eq(row->currency, sum.currency)) {
                cr_assert_eq(ix_money_subtract(&sum.sum, row->sum, &err), IX_OK);
                sum.lines -= row->lines;
                sum.unknown -= row->unknown;
                lines++;
            }
        }
        cr_assert(ix_money_is_zero(sum.sum));
        cr_assert_eq(sum.lines, 0);
        cr_assert_eq(sum.unknown, 0);
        cr_assert(t == 0 || ix_sv_cmp(some->totals[t - 1].currency, sum.currency) < 0);
    }
    cr_assert_eq(lines, all->count, "each row is in one total");
}

static void compare(struct store *s, struct ix_cost_question q, size_t largest) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    const struct ix_cost_answer all = ask(s, &q, &arena);
    q.largest = largest;
    const struct ix_cost_answer some = ask(s, &q, &arena);
    cr_assert_null(all.totals);
    cr_assert_eq(all.found, all.count);
    same_rows(&all, &some, &q);
    same_totals(&all, &some);
    ix_arena_done(&arena);
}

/* ---- the tests ---- */

Test(cost_largest, what_equals_the_last_is_there_too_and_totals_are_of_all) {
    static const char *const amounts[] = {"5", "-1", "7", "5", "1", "100"};
    static const char *const ids[] = {"b", "d", "c", "a", NULL, "e"};
    struct ix_cost_question q = resources;
    struct ix_arena arena;
    struct store s;
    store_open(&s);
    store_begin(&s, "bill", "focus");
    for (size_t i = 0; i < 6; i++) {
        bill_put(&s, &(struct bill_line){.billing = "2024-03-01",
                                         .begin = "2024-03-02",
                                         .currency = i == 5 ? "USD" : "EUR",
                                         .resource = ids[i],
                                         .amount = {amounts[i]}});
    }
    store_publish(&s);
    q.largest = 2;
    cr_assert_str_eq(bill_answer(&s, &q), "a 5 EUR 1 0\nb 5 EUR 1 0\nc 7 EUR 1 0\n");
    q.largest = 4;
    cr_assert_str_eq(bill_answer(&s, &q), "a 5 EUR 1 0\nb 5 EUR 1 0\nc 7 EUR 1 0\n- 1 EUR 1 0\n");
    ix_arena_init(&arena, 0);
    const struct ix_cost_answer answer = ask(&s, &q, &arena);
    cr_assert_eq(answer.found, 6);
    cr_assert_eq(answer.total_count, 2);
    cr_assert_eq(answer.totals[0].sum.nano, 17 * INT64_C(1000000000));
    cr_assert_eq(answer.totals[0].lines, 5);
    cr_assert_eq(answer.totals[1].sum.nano, 100 * INT64_C(1000000000));
    ix_arena_done(&arena);
    store_done(&s);
}

Test(cost_largest, a_total_that_does_not_fit_is_named) {
    struct ix_cost_question q = resources;
    struct ix_cost_answer answer = {0};
    struct ix_arena arena;
    struct ix_err err = {0};
    struct store s;
    store_open(&s);
    for (int i = 0; i < 2; i++) {
        store_begin(&s, i ? "b" : "a", "focus");
        bill_put(&s, &(struct bill_line){.billing = "2024-03-01",
                                         .begin = "2024-03-02",
                                         .currency = "USD",
                                         .resource = i ? "b" : "a",
                                         .amount = {"9000000000"}});
        store_publish(&s);
    }
    q.largest = 1;
    ix_arena_init(&arena, 0);
    cr_assert_eq(ix_warehouse_cost(s.w, &q, &arena, &answer, &err), IX_LIMIT);
    cr_assert_not_null(strstr(err.text, "in USD does not fit"), "%s", err.text);
    ix_arena_done(&arena);
    store_done(&s);
}

/* So many resources that they are added in an order of their own, in three periods and sources, so
 * that each is met again among others. */
Test(cost_largest, the_largest_of_thousands_are_those_of_the_whole_answer) {
    enum { RESOURCES = 3000, PERIODS = 3, STEP = 1013 };
    static const struct ix_cost_dimension of[] = {
        {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ServiceName},
        {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ResourceId},
        {.kind = IX_COST_BY_TAG, .key = IX_SV_INIT("team")},
        {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ChargeDescription},
        {.kind = IX_COST_BY_SOURCE},
    };
    static const char *const months[] = {"2024-01-01", "2024-02-01", "2024-03-01"};
    static const char *const services[] = {"Compute", "Storage", NULL};
    static const char *const tags[] = {"{\"team\":\"a\"}", "{\"team\":\"b\"}", NULL};
    static const size_t sizes[] = {1, 7, 50, RESOURCES, RESOURCES * 10};
    char id[32];
    char amount[32];
    struct store s;
    store_open(&s);
    srand(7);
    for (int p = 0; p < PERIODS; p++) {
        store_begin(&s, p == 2 ? "other" : "bill", "focus");
        for (int i = 0; i < RESOURCES; i++) {
            int at = p ? i * STEP % RESOURCES : i;
            snprintf(id, sizeof id, "resource-%d", at);
            snprintf(amount, sizeof amount, "%d.%03d", rand() % 50 - 10, rand() % 1000);
            bill_put(&s, &(struct bill_line){.billing = months[p],
                                             .begin = months[p],
                                             .service = services[at % 3],
                                             .currency = at % 11 ? "USD" : "EUR",
                                             .resource = at % 101 ? id : NULL,
                                             .description = id,
                                             .tags = tags[at % 7 % 3],
                                             .amount = {rand() % 9 ? amount : NULL}});
        }
        store_publish(&s);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t first = 0; first < sizeof of / sizeof *of; first++) {
            struct ix_cost_question q = {ALL, .dimensions = of + first,
                                         .dimension_count = first < 4 ? 1 + i % 2 : 1};
            compare(&s, q, sizes[i]);
            q.grain = IX_COST_GRAIN_MONTH;
            compare(&s, q, sizes[i]);
        }
    }
    store_done(&s);
}
