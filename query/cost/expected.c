/* The outlook is one of a report; here it is without one, and what it says becomes rows. */
#include "query/cost/expected.h"

#include <stdio.h>

#include "query/cost/outlook.h"

/* Two decimals: more would be chance. */
static enum ix_code to_money(double amount, struct ix_money *ret, struct ix_err *err) {
    char text[IX_MONEY_TEXT_SIZE];
    bool rounded = false;
    int size = snprintf(text, sizeof text, "%.2f", amount);
    bool fits = size > 0 && (size_t)size < sizeof text;
    return fits ? ix_money_parse(ix_sv_of(text, (size_t)size), ret, &rounded, err)
                : ix_err_set(err, IX_LIMIT, "a forecast is too large");
}

static enum ix_code make_rows(const struct ix_cost_outlook *o, int64_t month_ms,
                              struct ix_cost_answer *ret) {
    struct ix_cost_making *m = o->m;
    struct ix_cost_row *rows = ix_arena_array(m->arena, o->all.count + 1, sizeof *rows);
    enum ix_code code = rows ? IX_OK : ix_err_nomem(m->err);
    *ret = (struct ix_cost_answer){.rows = rows, .generation = o->all.answer.generation};
    for (size_t i = 0; code == IX_OK && i < o->all.count; i++) {
        bool known = false;
        double total = 0;
        code = ix_cost_outlook_total(o, &o->all.items[i], month_ms, &known, &total);
        if (code == IX_OK && known) {
            struct ix_cost_row *row = &rows[ret->count++];
            *row = *o->all.items[i].row;
            row->begin_ms = month_ms;
            row->lines = 1;
            row->unknown = 0;
            code = to_money(total, &row->sum, m->err);
        }
    }
    return code;
}

enum ix_code ix_cost_expected(struct ix_warehouse *warehouse,
                              const struct ix_cost_question *question, int64_t month_ms,
                              struct ix_arena *arena, struct ix_cost_answer *ret,
                              int64_t *ret_known_ms, struct ix_err *err) {
    static const struct ix_cost_request nothing = {0};
    struct ix_err fault = {0};
    struct ix_cost_making m = {
        .warehouse = warehouse, .request = &nothing, .arena = arena, .err = &fault};
    struct ix_cost_outlook outlook;
    enum ix_code code = ix_cost_outlook_read(&m, question, &outlook);
    code = code == IX_OK ? make_rows(&outlook, month_ms, ret) : code;
    if (code == IX_LIMIT) {
        return ix_err_set(err, IX_LIMIT,
                          "too many resources have bills for a forecast of each; "
                          "infradex cost forecast --by resource --query '...' takes some of them");
    }
    if (code != IX_OK) {
        *err = fault;
        return code;
    }
    *ret_known_ms =
        outlook.all.days ? outlook.all.begin_ms + (int64_t)outlook.origin * IX_DAY_MS : month_ms;
    return IX_OK;
}
