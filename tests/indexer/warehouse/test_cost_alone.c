/* Sums of resources alone (the level in the order of resources) are what the lines come to,
 * whatever comes in however many segments, sources and corrections. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "bill.h"

#define ALL .from_ms = IX_TIME_UNKNOWN, .until_ms = IX_TIME_UNKNOWN

enum { RESOURCES = 70000, CURRENCIES = 2, NANO = 1000000000 };
static const char *const currencies[CURRENCIES] = {"EUR", "USD"};

/* By resource, the last of them is that of lines without one. */
struct sum {
    int64_t nano, lines, unknown;
};
static struct sum sums[CURRENCIES][RESOURCES + 1];

static void put(struct store *s, const char *month, int resource, int currency, int account,
                int units) {
    char id[32];
    char amount[32];
    struct sum *sum = &sums[currency][resource];
    snprintf(id, sizeof id, "r-%d", resource);
    snprintf(amount, sizeof amount, "%d.25", units);
    bill_put(s, &(struct bill_line){.billing = month,
                                    .begin = month,
                                    .service = resource % 2 ? "Compute" : "Storage",
                                    .account = account ? "111" : "222",
                                    .currency = currencies[currency],
                                    .resource = resource < RESOURCES ? id : NULL,
                                    .amount = {units % 13 ? amount : NULL}});
    sum->lines++;
    sum->unknown += units % 13 == 0;
    sum->nano += units % 13 ? units * INT64_C(1000000000) + (units < 0 ? -1 : 1) * (NANO / 4) : 0;
}

/* More sums than a segment has rows, each of two lines or three; some are of another currency or
 * account than the others of their resource. */
static void put_month(struct store *s, const char *source, const char *month, int seed) {
    store_begin(s, source, "focus");
    for (int i = 0; i <= RESOURCES * 2 + 1; i++) {
        put(s, month, i % (RESOURCES + 1), 0, 0, (i * 7 + seed) % 101 - 20);
    }
    for (int i = 0; i <= RESOURCES; i += 3) {
        put(s, month, RESOURCES - i, i % 30 == 0, i % 45 == 0, (i * 3 + seed) % 1009 + 1);
    }
    store_publish(s);
}

static size_t currency_of(struct ix_sv name) {
    return ix_sv_eq(name, IX_SV("EUR")) ? 0 : 1;
}

static void check_row(const struct ix_cost_row *row) {
    const struct ix_sv id = row->values[0];
    const int resource = id.data ? atoi(id.data + 2) : RESOURCES;
    const struct sum *sum = &sums[currency_of(row->currency)][resource];
    cr_assert_eq(row->sum.nano, sum->nano);
    cr_assert_eq(row->sum.atto, 0);
    cr_assert_eq(row->lines, sum->lines);
    cr_assert_eq(row->unknown, sum->unknown);
}

static size_t count_sums(void) {
    size_t count = 0;
    for (int c = 0; c < CURRENCIES; c++) {
        for (int i = 0; i <= RESOURCES; i++) {
            count += sums[c][i].lines > 0;
        }
    }
    return count;
}

static const struct sum *sum_at(size_t i) {
    return &sums[i / (RESOURCES + 1)][i % (RESOURCES + 1)];
}

/* How many sums come before the row: of a currency before, or larger. */
static size_t count_before(const struct ix_cost_row *row) {
    const size_t currency = currency_of(row->currency);
    size_t count = 0;
    for (size_t i = 0; i < (size_t)CURRENCIES * (RESOURCES + 1); i++) {
        const size_t of = i / (RESOURCES + 1);
        count += sum_at(i)->lines > 0 &&
                 (of < currency || (of == currency && sum_at(i)->nano > row->sum.nano));
    }
    return count;
}

static void check(struct store *s, size_t largest) {
    static const struct ix_cost_dimension by_resource = {.kind = IX_COST_BY_COLUMN,
                                                         .column = IX_FOCUS_ResourceId};
    const struct ix_cost_question q = {ALL, .dimensions = &by_resource, .dimension_count = 1,
                                       .largest = largest};
    struct ix_cost_answer answer = {0};
    struct ix_arena arena;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    cr_assert_eq(ix_warehouse_cost(s->w, &q, &arena, &answer, &err), IX_OK, "%s", err.text);
    cr_assert_eq(answer.found, count_sums());
    cr_assert(largest ? answer.count >= largest : answer.count == answer.found);
    for (size_t i = 0; i < answer.count; i++) {
        check_row(&answer.rows[i]);
        cr_assert(largest == 0 || answer.count > 100 || count_before(&answer.rows[i]) < largest);
    }
    ix_arena_done(&arena);
}

static void check_all(struct store *s) {
    check(s, 0);
    check(s, 3);
    check(s, 50);
    check(s, RESOURCES);
}

static int64_t count_segments(struct store *s) {
    return store_number(s, "SELECT count(*) FROM cost_segment WHERE level = 6");
}

static void change(struct store *s, const char *sql) {
    ix_warehouse_close(s->w);
    s->w = NULL;
    store_raw(s, sql);
    store_reopen(s, IX_OPEN_WRITE);
}

/* At last in several runs, as where a period has more of them than memory has room for: here two
 * periods are made one. */
Test(cost_alone, sums_of_resources_are_those_of_the_lines) {
    struct store s;
    struct ix_err err = {0};
    store_open(&s);
    put_month(&s, "bill", "2024-03-01", 1);
    cr_assert_gt(count_segments(&s), 1);
    check_all(&s);
    memset(sums, 0, sizeof sums); /* what follows is a correction */
    put_month(&s, "bill", "2024-03-01", 8);
    check_all(&s);
    put_month(&s, "other", "2024-03-01", 9);
    check_all(&s);
    change(&s, "DELETE FROM cost_data WHERE part >> 16 IN (SELECT seg FROM cost_segment "
               "WHERE level = 6); DELETE FROM cost_segment WHERE level = 6");
    cr_assert_str_eq(store_broken(&s), "");
    check_all(&s);
    cr_assert_eq(ix_warehouse_repair(s.w, &err), IX_OK, "%s", err.text);
    cr_assert_str_eq(store_broken(&s), "");
    cr_assert_gt(count_segments(&s), 2);
    check_all(&s);
    change(&s, "UPDATE cost_segment SET pid = (SELECT min(pid) FROM cost_period)");
    check_all(&s);
    store_done(&s);
}

Test(cost_alone, where_each_line_has_a_resource_of_its_own_there_are_none) {
    struct store s;
    store_open(&s);
    store_begin(&s, "bill", "focus");
    for (int i = 0; i < RESOURCES; i++) {
        put(&s, "2024-03-01", i, 0, 0, 1);
    }
    store_publish(&s);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_segment WHERE level = 6"), 0);
    cr_assert_str_eq(store_broken(&s), "");
    store_done(&s);
}

/* What the services of a resource come to fits, all of it does not; the bill comes in all the same.
 */
Test(cost_alone, a_sum_that_does_not_fit_is_nothing_to_the_bill) {
    static const char *const amounts[] = {"9000000000", "-9000000000"};
    static const char *const services[] = {"a", "b", "c", "d"};
    static const char *const days[] = {"2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04"};
    static const struct ix_cost_dimension by_service = {.kind = IX_COST_BY_COLUMN,
                                                        .column = IX_FOCUS_ServiceName};
    const struct ix_cost_question q = {ALL, .dimensions = &by_service, .dimension_count = 1};
    struct store s;
    store_open(&s);
    store_begin(&s, "bill", "focus");
    for (int i = 0; i < 4; i++) {
        bill_put(&s, &(struct bill_line){.billing = "2024-03-01",
                                         .begin = days[i],
                                         .service = services[i],
                                         .account = "111",
                                         .currency = "USD",
                                         .resource = i % 2 ? "debit" : "credit",
                                         .amount = {amounts[i % 2]}});
    }
    store_publish(&s);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_segment WHERE level = 6"), 0);
    cr_assert_eq(store_number(&s, "SELECT count(*) FROM cost_segment WHERE level = 5"), 1);
    cr_assert_str_eq(bill_answer(&s, &q),
                     "a 9000000000 USD 1 0\nb -9000000000 USD 1 0\nc 9000000000 USD 1 0\n"
                     "d -9000000000 USD 1 0\n");
    store_done(&s);
}
