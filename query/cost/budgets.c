#include "query/cost/budgets.h"

#include "query/cost/document.h"

enum { CURRENCY_SIZE = 3 }; /* ISO 4217 */

static bool is_currency(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 'A' || text.data[i] > 'Z') {
            return false;
        }
    }
    return text.size == CURRENCY_SIZE;
}

/* "1200.50 EUR" */
static enum ix_code read_amount(struct ix_cost_document *d, const struct ix_json *node,
                                struct ix_cost_budget *budget) {
    const struct ix_json *member = ix_json_get(node, "amount");
    struct ix_sv currency = ix_sv_trim(ix_json_string(member));
    struct ix_sv number = {0};
    struct ix_err no_number = {0};
    bool rounded = false;
    (void)ix_sv_split(&currency, ' ', &number);
    budget->currency = ix_sv_trim(currency);
    if (ix_money_parse(number, &budget->amount, &rounded, &no_number) != IX_OK || rounded ||
        budget->amount.nano < 0 || ix_money_is_zero(budget->amount) ||
        !is_currency(budget->currency)) {
        return ix_cost_document_fail(d, member ? member : node,
                                     "a budget has an amount above 0 and its currency: "
                                     "`amount: 1200.50 EUR`");
    }
    return IX_OK;
}

static enum ix_code read_per(struct ix_cost_document *d, const struct ix_json *node,
                             struct ix_cost_budget *budget) {
    struct ix_sv per;
    enum ix_code code = ix_cost_document_word(d, node, "per", &per);
    budget->per = ix_sv_eq(per, IX_SV("quarter")) ? IX_COST_GRAIN_QUARTER
                  : ix_sv_eq(per, IX_SV("year"))  ? IX_COST_GRAIN_YEAR
                                                  : IX_COST_GRAIN_MONTH;
    if (code == IX_OK && budget->per == IX_COST_GRAIN_MONTH && !ix_sv_empty(per) &&
        !ix_sv_eq(per, IX_SV("month"))) {
        return ix_cost_document_fail(d, ix_json_get(node, "per"),
                                     "a budget is per month, quarter or year");
    }
    return code;
}

static enum ix_code read_budget(struct ix_cost_document *d, const struct ix_json *node,
                                struct ix_cost_budget *budget) {
    budget->line = ix_cost_document_line(d, node);
    if (ix_json_kind(node) != IX_JSON_OBJECT) {
        return ix_cost_document_fail(d, node, "a budget is a mapping: name: production");
    }
    enum ix_code code = ix_cost_document_keys(d, node, "name amount per where query metric");
    code = code == IX_OK ? ix_cost_document_word(d, node, "name", &budget->name) : code;
    code = code == IX_OK ? ix_cost_document_word(d, node, "where", &budget->where) : code;
    code = code == IX_OK ? ix_cost_document_word(d, node, "query", &budget->query) : code;
    code = code == IX_OK ? ix_cost_document_word(d, node, "metric", &budget->metric) : code;
    if (code == IX_OK && ix_sv_empty(budget->name)) {
        return ix_cost_document_fail(d, node, "a budget has a name");
    }
    code = code == IX_OK ? read_per(d, node, budget) : code;
    return code == IX_OK ? read_amount(d, node, budget) : code;
}

enum ix_code ix_cost_budgets_read(struct ix_sv text, struct ix_sv name, struct ix_arena *arena,
                                  struct ix_cost_budgets *ret, struct ix_err *err) {
    struct ix_cost_document d;
    *ret = (struct ix_cost_budgets){0};
    if (ix_cost_document_read(text, name, arena, &d, err) != IX_OK ||
        ix_cost_document_keys(&d, d.root, "budgets") != IX_OK) {
        return err->code;
    }
    const struct ix_json *list = ix_json_get(d.root, "budgets");
    const size_t count = ix_json_count(list);
    if (ix_json_kind(list) != IX_JSON_ARRAY || count == 0 || count > IX_COST_BUDGETS_MAX) {
        return ix_cost_document_fail(&d, list ? list : d.root,
                                     "expected a list of up to 1000 `budgets:`");
    }
    ret->items = ix_arena_array(arena, count, sizeof *ret->items);
    enum ix_code code = ret->items ? IX_OK : ix_err_nomem(err);
    for (const struct ix_json *n = ix_json_first(list); code == IX_OK && n; n = ix_json_next(n)) {
        code = read_budget(&d, n, &ret->items[ret->count++]);
    }
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}
