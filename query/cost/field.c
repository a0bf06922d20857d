/* A field is one question to the warehouse, or two for a change, grouped by resource. */
#include "query/cost/field.h"

#include <math.h>
#include <stdlib.h>

#include "query/cost/expected.h"
#include "query/suggest.h"

const char ix_cost_field_windows[] = "day mtd 30d month prev change forecast estimate basis";

enum { WINDOW_DAYS = 30, CURRENCY_SIZE = 3, PARTS_MOST = 3, FORECAST_MONTHS = 3 };

/* ---- names ---- */

static void set_window(struct ix_cost_field *f, struct ix_sv window, int64_t now_ms) {
    struct ix_civil c = ix_time_to_civil(now_ms);
    int64_t today = now_ms - ((now_ms % IX_DAY_MS) + IX_DAY_MS) % IX_DAY_MS;
    int64_t month =
        ix_time_from_civil((struct ix_civil){.year = c.year, .month = c.month, .day = 1});
    f->until_ms = month;
    f->from_ms = ix_time_add_months(month, -1);
    if (ix_sv_eq_nocase(window, IX_SV("day"))) {
        f->from_ms = today - IX_DAY_MS;
        f->until_ms = today;
    } else if (ix_sv_eq_nocase(window, IX_SV("mtd"))) {
        f->from_ms = month;
        f->until_ms = now_ms;
    } else if (ix_sv_eq_nocase(window, IX_SV("30d"))) {
        f->from_ms = today - WINDOW_DAYS * (int64_t)IX_DAY_MS;
        f->until_ms = today;
    } else if (ix_sv_eq_nocase(window, IX_SV("prev"))) {
        f->until_ms = f->from_ms;
        f->from_ms = ix_time_add_months(month, -2);
    } else if (ix_sv_eq_nocase(window, IX_SV("forecast"))) {
        f->is_forecast = true;
        f->from_ms = ix_time_add_months(month, -FORECAST_MONTHS);
        f->until_ms = now_ms;
    }
    f->month_ms = month;
    f->is_basis = ix_sv_eq_nocase(window, IX_SV("basis"));
    f->is_change = ix_sv_eq_nocase(window, IX_SV("change"));
    f->before_ms = ix_time_add_months(month, -2);
    f->estimate = ix_sv_eq_nocase(window, IX_SV("estimate"));
}

static bool is_window(struct ix_sv word) {
    struct ix_sv rest = ix_sv_cstr(ix_cost_field_windows);
    struct ix_sv window;
    while (ix_sv_split(&rest, ' ', &window)) {
        if (ix_sv_eq_nocase(word, window)) {
            return true;
        }
    }
    return false;
}

bool ix_cost_metric_find(struct ix_sv word, enum ix_cost_metric *ret_metric) {
    if (ix_sv_eq_nocase(word, IX_SV("amortized"))) { /* as AWS and Azure call it */
        *ret_metric = IX_COST_EFFECTIVE;
        return true;
    }
    for (int i = 0; i < IX_COST_METRIC_COUNT; i++) {
        if (ix_sv_eq_nocase(word, ix_sv_cstr(ix_cost_metric_name((enum ix_cost_metric)i)))) {
            *ret_metric = (enum ix_cost_metric)i;
            return true;
        }
    }
    return false;
}

bool ix_cost_currency_find(struct ix_arena *arena, struct ix_sv word, struct ix_sv *ret_currency) {
    char capitals[CURRENCY_SIZE];
    if (word.size != CURRENCY_SIZE || !ix_sv_empty(*ret_currency)) {
        return false;
    }
    for (size_t i = 0; i < CURRENCY_SIZE; i++) {
        char c = word.data[i];
        capitals[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (capitals[i] < 'A' || capitals[i] > 'Z') {
            return false;
        }
    }
    *ret_currency = ix_arena_copy(arena, ix_sv_of(capitals, CURRENCY_SIZE));
    return true;
}

static enum ix_code unknown_part(struct ix_sv part, struct ix_err *err) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, part);
    ix_suggest_add(&suggest, ix_cost_field_windows);
    ix_suggest_add(&suggest, "billed effective list contracted");
    return ix_err_set(
        err, IX_INVALID, "‘%.*s’ is no part of a cost field%s", IX_SV_FMT(part),
        ix_suggest_hint(&suggest, hint, "; for example cost.month, cost.billed.mtd, cost.usd.30d"));
}

enum ix_code ix_cost_field_parse(struct ix_arena *arena, struct ix_sv name, int64_t now_ms,
                                 struct ix_cost_field *ret, struct ix_err *err) {
    struct ix_sv rest = name;
    struct ix_sv parts[PARTS_MOST + 1];
    size_t count = 0;
    *ret = (struct ix_cost_field){.name = name, .metric = IX_COST_EFFECTIVE};
    (void)ix_sv_split(&rest, '.', &parts[0]); /* "cost" */
    while (count <= PARTS_MOST && ix_sv_split(&rest, '.', &parts[count])) {
        count++;
    }
    if (count == 0 || count > PARTS_MOST) {
        return ix_err_set(err, IX_INVALID,
                          "which cost? For example cost.month, cost.mtd, cost.30d");
    }
    for (size_t i = 0; i + 1 < count; i++) {
        bool metric = i == 0 && ix_cost_metric_find(parts[i], &ret->metric);
        if (!metric && !ix_cost_currency_find(arena, parts[i], &ret->currency)) {
            return unknown_part(parts[i], err);
        }
    }
    if (!is_window(parts[count - 1])) {
        return unknown_part(parts[count - 1], err);
    }
    set_window(ret, parts[count - 1], now_ms);
    if (ret->is_basis && count > 1) {
        return ix_err_set(err, IX_INVALID, "a basis has no metric and no currency; cost.basis");
    }
    return ix_arena_check(arena, err);
}

enum { MONTH_SIZE = 7, DATE_SIZE = 10 };

static struct ix_sv currency_text(const struct ix_cost_field *f) {
    return f->several           ? IX_SV("several currencies, none added to another")
           : ix_sv_empty(f->of) ? IX_SV("none is known")
                                : f->of;
}

static struct ix_sv forecast_meaning(struct ix_arena *arena, const struct ix_cost_field *f) {
    char month[IX_TIME_TEXT_SIZE];
    char known[IX_TIME_TEXT_SIZE];
    (void)ix_time_format(f->month_ms, month);
    (void)ix_time_format(f->known_ms, known);
    return ix_arena_printf(
        arena, "%.*s: %s cost of %.*s, from bills until before %.*s, a forecast from there; %.*s",
        IX_SV_FMT(f->name), ix_cost_metric_name(f->metric), MONTH_SIZE, month, DATE_SIZE, known,
        IX_SV_FMT(currency_text(f)));
}

struct ix_sv ix_cost_field_meaning(struct ix_arena *arena, const struct ix_cost_field *f) {
    char from[IX_TIME_TEXT_SIZE];
    char until[IX_TIME_TEXT_SIZE];
    char before[IX_TIME_TEXT_SIZE];
    (void)ix_time_format(f->from_ms, from);
    (void)ix_time_format(f->until_ms, until);
    (void)ix_time_format(f->before_ms, before);
    struct ix_sv change =
        f->is_change ? ix_arena_printf(arena, " beside that from %.*s on", DATE_SIZE, before)
                     : (struct ix_sv){0};
    if (f->is_forecast) {
        return forecast_meaning(arena, f);
    }
    if (f->is_basis) {
        return ix_arena_printf(arena, "%.*s: of any time", IX_SV_FMT(f->name));
    }
    return ix_arena_printf(
        arena, "%.*s: %s cost from %.*s until before %.*s%.*s, %s; %.*s", IX_SV_FMT(f->name),
        ix_cost_metric_name(f->metric), DATE_SIZE, from, DATE_SIZE, until, IX_SV_FMT(change),
        f->estimate ? "as estimated" : "from bills", IX_SV_FMT(currency_text(f)));
}

/* ---- values ---- */

static enum ix_code ask(struct ix_warehouse *warehouse, struct ix_cost_field *f, int64_t from_ms,
                        int64_t until_ms, struct ix_arena *arena, struct ix_cost_answer *ret,
                        struct ix_err *err) {
    static const struct ix_sv nothing = {0};
    static const struct ix_sv bill = {"bill", 4};
    static const struct ix_sv estimate = {"estimate", 8};
    const struct ix_cost_dimension resource = {.kind = IX_COST_BY_RESOURCE,
                                               .stored = IX_STORED_RID};
    const struct ix_cost_filter filters[] = {
        {.of = resource, .values = &nothing, .value_count = 1, .negate = true},
        {.of = {.kind = IX_COST_BY_BASIS},
         .values = f->estimate ? &estimate : &bill,
         .value_count = 1},
        {.of = {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_BillingCurrency},
         .values = &f->currency,
         .value_count = 1},
    };
    const struct ix_cost_question question = {
        .metric = f->metric,
        .from_ms = from_ms,
        .until_ms = until_ms,
        .dimensions = &resource,
        .dimension_count = 1,
        .filters = filters,
        .filter_count = ix_sv_empty(f->currency) ? 2 : 3,
    };
    return f->is_forecast
               ? ix_cost_expected(warehouse, &question, f->month_ms, arena, ret, &f->known_ms, err)
               : ix_warehouse_cost(warehouse, &question, arena, ret, err);
}

/* Which of both name a resource. */
static enum ix_code ask_basis(struct ix_warehouse *warehouse, struct ix_arena *arena,
                              struct ix_cost_answer *ret, struct ix_err *err) {
    static const struct ix_sv nothing = {0};
    const struct ix_cost_dimension dimensions[] = {
        {.kind = IX_COST_BY_RESOURCE, .stored = IX_STORED_RID}, {.kind = IX_COST_BY_BASIS}};
    const struct ix_cost_filter known = {
        .of = dimensions[0], .values = &nothing, .value_count = 1, .negate = true};
    const struct ix_cost_question question = {
        .metric = IX_COST_EFFECTIVE,
        .from_ms = IX_TIME_UNKNOWN,
        .until_ms = IX_TIME_UNKNOWN,
        .dimensions = dimensions,
        .dimension_count = 2,
        .filters = &known,
        .filter_count = 1,
    };
    return ix_warehouse_cost(warehouse, &question, arena, ret, err);
}

static int by_rid(const void *a, const void *b) {
    const struct ix_cost_value *x = a;
    const struct ix_cost_value *y = b;
    if (x->rid != y->rid) {
        return x->rid < y->rid ? -1 : 1;
    }
    int order = ix_sv_cmp(x->text, y->text);
    return order != 0 ? order : ix_sv_cmp(x->currency, y->currency);
}

/* Each basis once, whatever its currencies. */
static size_t drop_doubles(struct ix_cost_value *values, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || values[kept - 1].rid != values[i].rid ||
            !ix_sv_eq(values[kept - 1].text, values[i].text)) {
            values[kept++] = values[i];
        }
    }
    return kept;
}

/* Without what no line says; in order. */
static enum ix_code values_of(const struct ix_cost_field *f, const struct ix_cost_answer *answer,
                              struct ix_arena *arena, struct ix_cost_value **ret_values,
                              size_t *ret_count, struct ix_err *err) {
    struct ix_cost_value *values = ix_arena_array(arena, answer->count + 1, sizeof *values);
    if (!values) {
        return ix_err_nomem(err);
    }
    *ret_count = 0;
    for (size_t i = 0; i < answer->count; i++) {
        const struct ix_cost_row *row = &answer->rows[i];
        struct ix_cost_value value = {.currency = row->currency, .sum = row->sum};
        if (f->is_basis) {
            value = (struct ix_cost_value){.text = row->values[1]};
        }
        if ((f->is_basis || row->unknown < row->lines) &&
            ix_sv_to_int64(row->values[0], &value.rid)) {
            values[(*ret_count)++] = value;
        }
    }
    qsort(values, *ret_count, sizeof *values, by_rid);
    *ret_count = f->is_basis ? drop_doubles(values, *ret_count) : *ret_count;
    *ret_values = values;
    return IX_OK;
}

/* Keeps what was there before, and was not free: from nothing there is no percentage. */
static void compare_with(struct ix_cost_field *f, const struct ix_cost_value *before,
                         size_t before_count) {
    size_t kept = 0;
    size_t b = 0;
    for (size_t i = 0; i < f->count; i++) {
        struct ix_cost_value value = f->values[i];
        while (b < before_count && by_rid(&before[b], &value) < 0) {
            b++;
        }
        if (b < before_count && by_rid(&before[b], &value) == 0 &&
            !ix_money_is_zero(before[b].sum)) {
            double was = ix_money_double(before[b].sum);
            value.percent = (ix_money_double(value.sum) - was) / fabs(was) * 100;
            f->values[kept++] = value;
        }
    }
    f->count = kept;
}

static void note_currencies(struct ix_cost_field *f) {
    for (size_t i = 0; i < f->count; i++) {
        f->several = f->several || !ix_sv_eq(f->values[0].currency, f->values[i].currency);
    }
    f->of = f->count > 0 && !f->several ? f->values[0].currency : (struct ix_sv){0};
}

enum ix_code ix_cost_field_read(struct ix_warehouse *warehouse, struct ix_cost_field *f,
                                struct ix_arena *arena, struct ix_err *err) {
    struct ix_cost_answer answer;
    struct ix_cost_value *before = NULL;
    size_t before_count = 0;
    enum ix_code code = f->is_basis
                            ? ask_basis(warehouse, arena, &answer, err)
                            : ask(warehouse, f, f->from_ms, f->until_ms, arena, &answer, err);
    code = code == IX_OK ? values_of(f, &answer, arena, &f->values, &f->count, err) : code;
    if (code == IX_OK && f->is_change) {
        code = ask(warehouse, f, f->before_ms, f->from_ms, arena, &answer, err);
        code = code == IX_OK ? values_of(f, &answer, arena, &before, &before_count, err) : code;
        if (code == IX_OK) {
            compare_with(f, before, before_count);
        }
    }
    if (code == IX_OK) {
        note_currencies(f);
    }
    return code == IX_OK ? IX_OK : ix_err_wrap(err, "%.*s", IX_SV_FMT(f->name));
}

const struct ix_cost_value *ix_cost_field_of(const struct ix_cost_field *f, int64_t rid,
                                             size_t *ret_count) {
    size_t low = 0;
    size_t high = f->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->values[middle].rid < rid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (*ret_count = 0; low + *ret_count < f->count && f->values[low + *ret_count].rid == rid;) {
        ++*ret_count;
    }
    return &f->values[low];
}
