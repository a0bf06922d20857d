/* ix_aggregate(kind, fraction, money, value): one value of many, for GROUP BY.
 *
 * Amounts of money (JSON texts of decimals) are added up exactly and given as such a text; numbers
 * are doubles. What is no number, and NULL, does not count; of nothing it is NULL.
 * https://sqlite.org/c3ref/create_function.html */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/money.h"
#include "indexer/warehouse/sqlite/engine.h"

struct gathered {
    enum ix_aggregate kind;
    double fraction;
    bool money;
    int64_t count;
    struct ix_money sum, least, most;
    double number_sum, number_least, number_most;
    /* of a PERCENTILE: all of them */
    struct ix_money *amounts;
    double *numbers;
    size_t capacity;
    bool no_memory, too_large;
};

/* ---- taking values ---- */

static bool read_amount(sqlite3_value *value, struct ix_money *ret) {
    struct ix_err no_amount = {0};
    bool rounded = false;
    struct ix_sv text =
        ix_sv_of((const char *)sqlite3_value_text(value), (size_t)sqlite3_value_bytes(value));
    bool quoted = text.size >= 2 && text.data[0] == '"';
    text = quoted ? ix_sv_sub(text, 1, text.size - 1) : text;
    return text.data && ix_money_parse(text, ret, &rounded, &no_amount) == IX_OK;
}

static bool make_room(struct gathered *g) {
    if ((size_t)g->count < g->capacity) {
        return true;
    }
    const size_t capacity = g->capacity ? 2 * g->capacity : 64;
    const size_t size = g->money ? sizeof *g->amounts : sizeof *g->numbers;
    void *larger = realloc(g->money ? (void *)g->amounts : (void *)g->numbers, capacity * size);
    if (!larger) {
        g->no_memory = true;
        return false;
    }
    g->capacity = capacity;
    g->amounts = g->money ? larger : NULL;
    g->numbers = g->money ? NULL : larger;
    return true;
}

static void take_amount(struct gathered *g, struct ix_money amount) {
    struct ix_err does_not_fit = {0};
    if (g->kind == IX_AGGREGATE_PERCENTILE) {
        if (!make_room(g)) {
            return;
        }
        g->amounts[g->count] = amount;
    }
    g->least = g->count == 0 || ix_money_compare(amount, g->least) < 0 ? amount : g->least;
    g->most = g->count == 0 || ix_money_compare(amount, g->most) > 0 ? amount : g->most;
    g->count++;
    g->too_large |= ix_money_add(&g->sum, amount, &does_not_fit) != IX_OK;
}

static void take_number(struct gathered *g, double number) {
    if (g->kind == IX_AGGREGATE_PERCENTILE) {
        if (!make_room(g)) {
            return;
        }
        g->numbers[g->count] = number;
    }
    g->number_least = g->count == 0 ? number : fmin(number, g->number_least);
    g->number_most = g->count == 0 ? number : fmax(number, g->number_most);
    g->number_sum += number;
    g->count++;
}

static bool is_number(sqlite3_value *value) {
    int type = sqlite3_value_type(value);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

static void step(sqlite3_context *context, int count, sqlite3_value **values) {
    struct gathered *g = sqlite3_aggregate_context(context, sizeof *g);
    struct ix_money amount;
    (void)count;
    if (!g) {
        sqlite3_result_error_nomem(context);
        return;
    }
    g->kind = (enum ix_aggregate)sqlite3_value_int(values[0]);
    g->fraction = sqlite3_value_double(values[1]);
    g->money = sqlite3_value_int(values[2]) != 0;
    if (g->money && sqlite3_value_type(values[3]) != SQLITE_NULL &&
        read_amount(values[3], &amount)) {
        take_amount(g, amount);
    } else if (!g->money && is_number(values[3])) {
        take_number(g, sqlite3_value_double(values[3]));
    }
}

/* ---- what they are ---- */

static int by_amount(const void *a, const void *b) {
    return ix_money_compare(*(const struct ix_money *)a, *(const struct ix_money *)b);
}

static int by_number(const void *a, const void *b) {
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* Nearest rank: the least that so many are not above. */
static size_t rank_of(const struct gathered *g) {
    double rank = ceil(g->fraction * (double)g->count);
    return rank < 1 ? 0 : (size_t)rank - 1;
}

/* At the ninth decimal, half to even, as ix_cost_quotient rounds. */
static struct ix_money average_of(const struct gathered *g) {
    __extension__ typedef __int128 wide;
    wide atto = (wide)g->sum.nano * 1000000000 + g->sum.atto;
    const wide divisor = (wide)g->count * 1000000000; /* of 10^-18 to 10^-9 */
    const wide size = atto < 0 ? -atto : atto;
    wide nano = size / divisor;
    const wide twice = size % divisor * 2;
    nano += twice > divisor || (twice == divisor && nano % 2 == 1);
    return (struct ix_money){.nano = (int64_t)(atto < 0 ? -nano : nano)};
}

static struct ix_money amount_of(struct gathered *g) {
    switch (g->kind) {
    case IX_AGGREGATE_AVERAGE:
        return average_of(g);
    case IX_AGGREGATE_LEAST:
        return g->least;
    case IX_AGGREGATE_MOST:
        return g->most;
    case IX_AGGREGATE_PERCENTILE:
        qsort(g->amounts, (size_t)g->count, sizeof *g->amounts, by_amount);
        return g->amounts[rank_of(g)];
    default:
        return g->sum;
    }
}

static double number_of(struct gathered *g) {
    switch (g->kind) {
    case IX_AGGREGATE_AVERAGE:
        return g->number_sum / (double)g->count;
    case IX_AGGREGATE_LEAST:
        return g->number_least;
    case IX_AGGREGATE_MOST:
        return g->number_most;
    case IX_AGGREGATE_PERCENTILE:
        qsort(g->numbers, (size_t)g->count, sizeof *g->numbers, by_number);
        return g->numbers[rank_of(g)];
    default:
        return g->number_sum;
    }
}

static void give_amount(sqlite3_context *context, struct ix_money amount) {
    char text[IX_MONEY_TEXT_SIZE];
    char quoted[IX_MONEY_TEXT_SIZE + 2];
    struct ix_sv decimal = ix_money_format(amount, text);
    int size = snprintf(quoted, sizeof quoted, "\"%.*s\"", IX_SV_FMT(decimal));
    sqlite3_result_text(context, quoted, size, SQLITE_TRANSIENT);
}

static void finish(sqlite3_context *context) {
    struct gathered *g = sqlite3_aggregate_context(context, 0);
    if (!g) {
        return; /* NULL */
    }
    if (g->no_memory) {
        sqlite3_result_error_nomem(context);
    } else if (g->too_large) {
        sqlite3_result_error(context, "a sum of money does not fit", -1);
    } else if (g->count > 0 && g->money) {
        give_amount(context, amount_of(g));
    } else if (g->count > 0) {
        sqlite3_result_double(context, number_of(g));
    }
    free(g->amounts);
    free(g->numbers);
}

enum ix_code ix_sqlite_add_aggregate(struct ix_sqlite *e, struct ix_err *err) {
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_function_v2(e->db, "ix_aggregate", 4, flags, NULL, NULL, step, finish,
                                      NULL) == SQLITE_OK
               ? IX_OK
               : ix_err_nomem(err);
}
