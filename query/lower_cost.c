/* What resources cost was asked of the warehouse before (query/cost/field.h): here a condition is
 * the list of those that pass, and a column a look-up by the row's number. */
#include "query/lower_column.h"
#include "query/match.h"

/* ---- conditions ---- */

static bool is_equal(const struct ix_cost_value *value, const struct ix_operand *operand) {
    return operand->is_percent ? value->percent == operand->number
                               : ix_money_compare(value->sum, operand->money) == 0;
}

/* Less than 0, 0, more than 0. */
static int compare(const struct ix_cost_value *value, const struct ix_operand *operand) {
    if (operand->is_percent) {
        return (value->percent > operand->number) - (value->percent < operand->number);
    }
    return ix_money_compare(value->sum, operand->money);
}

static bool is_meant(const struct ix_cost_value *value, const struct ix_operand *operand) {
    return ix_sv_empty(operand->currency) || ix_sv_eq(operand->currency, value->currency);
}

static bool passes(const struct ix_cost_value *value, const struct ix_test *test) {
    if (test->op == IX_OP_EXISTS) {
        return true;
    }
    if (test->op == IX_OP_EQ) {
        for (size_t i = 0; i < test->value_count; i++) {
            if (is_meant(value, &test->values[i]) && is_equal(value, &test->values[i])) {
                return true;
            }
        }
        return false;
    }
    if (test->has_low) {
        int order = compare(value, &test->low);
        if (!is_meant(value, &test->low) || order < 0 || (order == 0 && test->low_open)) {
            return false;
        }
    }
    if (test->has_high) {
        int order = compare(value, &test->high);
        if (!is_meant(value, &test->high) || order > 0 || (order == 0 && test->high_open)) {
            return false;
        }
    }
    return true;
}

static bool is_read(struct ix_lowering *l, const struct ix_cost_field *field, size_t begin,
                    size_t end) {
    if (!field->values) {
        ix_err_set_at(l->err, IX_UNSUPPORTED, begin, end, "‘%.*s’ cannot be asked for here",
                      IX_SV_FMT(field->name));
    }
    return field->values != NULL;
}

/* Bills are `bill`, as reports say it, and `billed`. */
static bool passes_basis(struct ix_lowering *l, struct ix_matcher *matcher,
                         const struct ix_cost_value *value) {
    bool holds = false;
    enum ix_code code = ix_matcher_text(matcher, value->text, &holds, l->err);
    if (code == IX_OK && !holds && ix_sv_eq_cstr(value->text, "bill")) {
        code = ix_matcher_text(matcher, IX_SV("billed"), &holds, l->err);
    }
    return code == IX_OK && holds;
}

bool ix_lower_cost(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    const struct ix_cost_field *field = pred->cost.field;
    const struct ix_test *test = &pred->cost.test;
    struct ix_matcher *matcher = NULL;
    struct ix_buf list = {0};
    struct ix_sql rids;
    bool first = true;
    if (!is_read(l, field, pred->begin, pred->end)) {
        return false;
    }
    if (field->is_basis && test->op != IX_OP_EXISTS &&
        ix_matcher_new_test(test, false, &matcher, l->err) != IX_OK) {
        return false;
    }
    for (size_t i = 0; i < field->count; i++) {
        const struct ix_cost_value *value = &field->values[i];
        if (matcher ? passes_basis(l, matcher, value) : passes(value, test)) {
            ix_buf_printf(&list, "%c%lld", first ? '[' : ',', (long long)field->values[i].rid);
            first = false;
        }
    }
    ix_matcher_free(matcher);
    ix_buf_add_cstr(&list, first ? "[]" : "]");
    ix_sql_init(&rids, l->arena);
    l->dialect->listed(&rids, ix_buf_sv(&list));
    l->dialect->in_set(sql, &rids);
    bool done = l->err->code == IX_OK && ix_sql_check(&rids, l->err) == IX_OK &&
                ix_buf_check(&list, l->err) == IX_OK;
    ix_sql_done(&rids);
    ix_buf_done(&list);
    return done;
}

/* ---- columns ---- */

static void write_value(struct ix_buf *out, const struct ix_cost_field *field,
                        const struct ix_cost_value *value) {
    char text[IX_MONEY_TEXT_SIZE];
    char percent[IX_DECIMALS_SIZE];
    if (field->is_basis) {
        ix_buf_add(out, value->text);
    } else if (field->is_change) {
        ix_buf_add(out, ix_decimals(value->percent, 1, percent));
    } else {
        ix_buf_add(out, ix_money_format(value->sum, text));
    }
    if (field->several) {
        ix_buf_printf(out, " %.*s", IX_SV_FMT(value->currency));
    }
}

/* A text, so that no digit is lost; "3 EUR, 4 USD" where the answer has several currencies. */
static void map_cost(void *context, struct ix_sv rid_text, struct ix_buf *out, struct ix_err *err) {
    const struct ix_cost_field *field = context;
    int64_t rid;
    size_t count = 0;
    (void)err;
    const struct ix_cost_value *values =
        ix_sv_to_int64(rid_text, &rid) ? ix_cost_field_of(field, rid, &count) : NULL;
    ix_buf_add_cstr(out, count ? "\"" : "");
    for (size_t i = 0; i < count; i++) {
        ix_buf_add_cstr(out, i ? ", " : "");
        write_value(out, field, &values[i]);
    }
    ix_buf_add_cstr(out, count ? "\"" : "");
}

bool ix_lower_cost_column(struct ix_lowering *l, struct ix_sql *sql,
                          const struct ix_column *column) {
    struct ix_value_map *map = IX_NEW(l->arena, struct ix_value_map);
    if (!is_read(l, column->cost, column->begin, column->end)) {
        return false;
    }
    if (!map) {
        ix_err_nomem(l->err);
        return false;
    }
    *map = (struct ix_value_map){.map = map_cost, .context = column->cost};
    l->dialect->mapped(sql, IX_STORED_RID, map);
    return true;
}
