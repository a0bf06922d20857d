#include "query/cost/stage.h"

#include <inttypes.h>

#include "query/cost/partial.h"

size_t ix_cost_rows_columns(const struct ix_cost_rows *rows, struct ix_sv *names) {
    size_t count = 0;
    if (rows->grain != IX_COST_GRAIN_NONE) {
        names[count++] = rows->grain_name;
    }
    for (size_t i = 0; i < rows->dimension_count; i++) {
        names[count++] = rows->names[i];
    }
    names[count++] = IX_SV("currency");
    names[count++] = IX_SV("amount");
    names[count++] = IX_SV("lines");
    return count;
}

size_t ix_cost_rows_amount(const struct ix_cost_rows *rows) {
    return (rows->grain != IX_COST_GRAIN_NONE) + rows->dimension_count + 1;
}

static bool is_there(const struct ix_cost_rows *rows, struct ix_sv name) {
    struct ix_sv names[IX_COST_DIMENSIONS_MAX + 4];
    size_t count = ix_cost_rows_columns(rows, names);
    for (size_t i = 0; i < count; i++) {
        if (ix_sv_eq_nocase(names[i], name)) {
            return true;
        }
    }
    return false;
}

enum ix_code ix_cost_rows_add(struct ix_cost_rows *rows, struct ix_sv name, struct ix_err *err) {
    struct ix_cost_name found;
    if (is_there(rows, name)) {
        return IX_OK;
    }
    if (ix_cost_name_find(name, &found, err) != IX_OK) {
        return err->code;
    }
    if (found.is_grain && rows->grain != IX_COST_GRAIN_NONE) {
        return ix_err_set(err, IX_INVALID, "rows are by %.*s already", IX_SV_FMT(rows->grain_name));
    }
    if (found.is_grain) {
        rows->grain = found.grain;
        rows->grain_name = name;
        return IX_OK;
    }
    if (rows->dimension_count == IX_COST_DIMENSIONS_MAX) {
        return ix_err_set(err, IX_LIMIT, "more than %d dimensions", IX_COST_DIMENSIONS_MAX);
    }
    rows->names_basis |= found.dimension.kind == IX_COST_BY_BASIS;
    rows->names[rows->dimension_count] = name;
    rows->dimensions[rows->dimension_count++] = found.dimension;
    return IX_OK;
}

/* ---- reading ---- */

static enum ix_code ask(struct ix_warehouse *warehouse, const struct ix_cost_rows *rows,
                        const struct ix_sql *rids, struct ix_arena *arena,
                        struct ix_cost_answer *ret, struct ix_err *err) {
    static const struct ix_sv bill = {"bill", 4};
    struct ix_cost_filter filters[2];
    size_t count = 0;
    if (!rows->names_basis) {
        filters[count++] = (struct ix_cost_filter){
            .of = {.kind = IX_COST_BY_BASIS}, .values = &bill, .value_count = 1};
    }
    if (!ix_sv_empty(rows->currency)) {
        filters[count++] = (struct ix_cost_filter){
            .of = {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_BillingCurrency},
            .values = &rows->currency,
            .value_count = 1};
    }
    const struct ix_cost_question question = {
        .metric = rows->metric,
        .grain = rows->grain,
        .from_ms = rows->from_ms,
        .until_ms = rows->until_ms,
        .dimensions = rows->dimensions,
        .dimension_count = rows->dimension_count,
        .filters = filters,
        .filter_count = count,
        .rids = rows->everything ? NULL : rids,
    };
    return ix_warehouse_cost(warehouse, &question, arena, ret, err);
}

static void write_text(struct ix_buf *buf, struct ix_sv text) {
    if (text.data) {
        ix_json_write_string(buf, text);
    } else {
        ix_buf_add_cstr(buf, "null");
    }
    ix_buf_add_char(buf, ',');
}

static void write_row(struct ix_buf *buf, const struct ix_cost_rows *rows,
                      const struct ix_cost_row *row, struct ix_arena *arena) {
    char text[IX_MONEY_TEXT_SIZE];
    bool known = row->unknown < row->lines;
    ix_buf_add_char(buf, '[');
    if (rows->grain != IX_COST_GRAIN_NONE) {
        write_text(buf, ix_cost_period_text(arena, rows->grain, row->begin_ms));
    }
    for (size_t i = 0; i < rows->dimension_count; i++) {
        write_text(buf, row->values[i]);
    }
    write_text(buf, row->currency);
    write_text(buf, known ? ix_money_format(row->sum, text) : (struct ix_sv){0});
    ix_buf_printf(buf, "%" PRId64 "]", row->lines);
}

static struct ix_sv shown(struct ix_sv currency) {
    return ix_sv_empty(currency) ? IX_SV("none said") : currency;
}

/* Amounts of different currencies are never one sum. */
static enum ix_code check_currencies(const struct ix_cost_rows *rows,
                                     const struct ix_cost_answer *answer, struct ix_err *err) {
    for (size_t i = 1; rows->adds_up && i < answer->count; i++) {
        if (!ix_sv_eq(answer->rows[0].currency, answer->rows[i].currency)) {
            return ix_err_set_at(err, IX_INVALID, rows->adds_begin, rows->adds_end,
                                 "costs in several currencies (%.*s, %.*s) are never added; add "
                                 "‘currency’ behind ‘by’, or name one: cost usd",
                                 IX_SV_FMT(shown(answer->rows[0].currency)),
                                 IX_SV_FMT(shown(answer->rows[i].currency)));
        }
    }
    return IX_OK;
}

enum ix_code ix_cost_rows_read(struct ix_warehouse *warehouse, struct ix_cost_rows *rows,
                               const struct ix_sql *rids, struct ix_arena *arena,
                               struct ix_err *err) {
    struct ix_cost_answer answer;
    struct ix_buf buf = {0};
    if (ask(warehouse, rows, rids, arena, &answer, err) != IX_OK ||
        ix_cost_partial_find(warehouse, rows->from_ms, rows->until_ms, arena, &rows->partial,
                             err) != IX_OK ||
        check_currencies(rows, &answer, err) != IX_OK) {
        return err->code;
    }
    if (answer.count > IX_COST_STAGE_ROWS_MAX) {
        return ix_err_set_at(err, IX_LIMIT, rows->begin, rows->end,
                             "more than %d sums; name fewer dimensions or a shorter span",
                             IX_COST_STAGE_ROWS_MAX);
    }
    ix_buf_add_char(&buf, '[');
    for (size_t i = 0; i < answer.count; i++) {
        ix_buf_add_cstr(&buf, i ? "," : "");
        write_row(&buf, rows, &answer.rows[i], arena);
    }
    ix_buf_add_char(&buf, ']');
    rows->document = ix_arena_copy(arena, ix_buf_sv(&buf));
    enum ix_code code = ix_buf_check(&buf, err);
    ix_buf_done(&buf);
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

enum { DATE_SIZE = 10 };

static struct ix_sv partial_text(struct ix_arena *arena, const struct ix_cost_ends *partial) {
    char text[IX_TIME_TEXT_SIZE];
    if (partial->count == 0) {
        return (struct ix_sv){0};
    }
    const struct ix_cost_end *first = partial->items;
    (void)ix_time_format(first->until_ms, text);
    struct ix_sv others = partial->count > 1
                              ? ix_arena_printf(arena, ", and %zu more", partial->count - 1)
                              : (struct ix_sv){0};
    return ix_arena_printf(
        arena, "; partial: %.*s of %.*s goes until %.*s%.*s",
        IX_SV_FMT(ix_cost_period_text(arena, IX_COST_GRAIN_MONTH, first->begin_ms)),
        IX_SV_FMT(first->source), DATE_SIZE, text, IX_SV_FMT(others));
}

struct ix_sv ix_cost_rows_meaning(struct ix_arena *arena, const struct ix_cost_rows *rows) {
    char text[IX_TIME_TEXT_SIZE];
    struct ix_sv from = {0};
    struct ix_sv until = {0};
    if (rows->from_ms != IX_TIME_UNKNOWN) {
        (void)ix_time_format(rows->from_ms, text);
        from = ix_arena_printf(arena, " from %.*s", DATE_SIZE, text);
    }
    if (rows->until_ms != IX_TIME_UNKNOWN) {
        (void)ix_time_format(rows->until_ms, text);
        until = ix_arena_printf(arena, " until before %.*s", DATE_SIZE, text);
    }
    return ix_arena_printf(arena, "cost: %s cost%.*s%.*s%s%s%.*s",
                           ix_cost_metric_name(rows->metric), IX_SV_FMT(from), IX_SV_FMT(until),
                           rows->names_basis ? "" : ", from bills",
                           rows->everything ? ", of all lines, also those of no known resource"
                                            : ", of the resources found",
                           IX_SV_FMT(partial_text(arena, &rows->partial)));
}
