/* Google Cloud's billing export. The charge and its credits are lines of their own, since a credit
 * has its own name and kind; together they are what is billed. What commitments cost is not spread
 * over what they cover in this export, so effective cost is what is billed. */
#include "collectors/bills/format.h"
#include "collectors/bills/literal.h"
#include "collectors/bills/values.h"

#define BILL_ROW(column, theirs, rule) {IX_FOCUS_##column, theirs, IX_BILL_##rule},
static const struct ix_bill_row rows[] = {
#include "collectors/bills/google.def"
};
#undef BILL_ROW

static bool claims(const struct ix_bill_heading *heading) {
    bool service = ix_bill_has(heading, "service.description") ||
                   ix_bill_has(heading, "service_description") ||
                   ix_bill_has(heading, "service.id") || ix_bill_has(heading, "service_id");
    return service && ix_bill_has(heading, "billing_account_id") && ix_bill_has(heading, "cost") &&
           ix_bill_has(heading, "usage_start_time");
}

static struct ix_sv category_of(struct ix_sv cost_type) {
    if (ix_sv_eq_nocase(cost_type, IX_SV("tax"))) {
        return IX_SV("Tax");
    }
    bool adjusts = ix_sv_eq_nocase(cost_type, IX_SV("adjustment")) ||
                   ix_sv_eq_nocase(cost_type, IX_SV("rounding_error"));
    return adjusts ? IX_SV("Adjustment") : IX_SV("Usage");
}

static void add_labels(struct ix_bill_reading *reading, const char *names, struct ix_json *tags) {
    struct ix_sv cell = ix_bill_cell(reading, names);
    const struct ix_json *labels = cell.data ? ix_bill_tags(&reading->arena, cell) : NULL;
    for (const struct ix_json *l = ix_json_first(labels); l; l = ix_json_next(l)) {
        ix_json_set(&reading->arena, tags, ix_json_key(l), ix_json_clone(&reading->arena, l));
    }
}

static enum ix_code finish(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           struct ix_err *err) {
    struct ix_json *tags = ix_json_new_object(&reading->arena);
    (void)err;
    line->text[IX_FOCUS_ProviderName] = IX_SV("Google Cloud");
    line->text[IX_FOCUS_ServiceProviderName] = IX_SV("Google Cloud");
    line->text[IX_FOCUS_InvoiceIssuerName] = IX_SV("Google Cloud");
    line->text[IX_FOCUS_ChargeCategory] = category_of(ix_bill_cell(reading, "cost_type"));
    line->cost[IX_COST_EFFECTIVE] = line->cost[IX_COST_BILLED];
    line->cost_known[IX_COST_EFFECTIVE] = line->cost_known[IX_COST_BILLED];
    add_labels(reading, "labels", tags);
    add_labels(reading, "tags", tags);
    line->tags = ix_json_first(tags) ? tags : NULL;
    line->tags_text = (struct ix_sv){0};
    return IX_OK;
}

/* ---- credits ---- */

static enum ix_code credit_line(struct ix_bill_reading *reading, const struct ix_cost_line *charge,
                                const struct ix_json *credit, struct ix_cost_line *line,
                                struct ix_err *err) {
    struct ix_sv amount = ix_json_number_text(&reading->arena, ix_json_get(credit, "amount"));
    struct ix_sv name = ix_json_get_string(credit, "full_name");
    struct ix_money money;
    bool rounded = false;
    if (!amount.data) {
        amount = ix_json_get_string(credit, "amount");
    }
    if (ix_money_parse(amount, &money, &rounded, err) != IX_OK) {
        return ix_err_wrap(err, "credits: amount");
    }
    *line = *charge;
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        line->cost_known[m] = false;
        line->cost[m] = (struct ix_money){0};
    }
    ix_bill_set(line, IX_COST_BILLED, money);
    ix_bill_set(line, IX_COST_EFFECTIVE, money);
    line->cost_rounded = rounded;
    line->text[IX_FOCUS_ChargeCategory] = IX_SV("Credit");
    line->text[IX_FOCUS_ChargeDescription] =
        ix_sv_empty(name) ? ix_json_get_string(credit, "name") : name;
    line->text[IX_FOCUS_ConsumedQuantity] = line->text[IX_FOCUS_ConsumedUnit] = (struct ix_sv){0};
    line->text[IX_FOCUS_PricingQuantity] = line->text[IX_FOCUS_PricingUnit] = (struct ix_sv){0};
    struct ix_json *extra = ix_json_new_object(&reading->arena);
    ix_json_set_string(&reading->arena, extra, "credit.type", ix_json_get_string(credit, "type"));
    line->extra = extra;
    return ix_arena_check(&reading->arena, err);
}

static enum ix_code follow(struct ix_bill_reading *reading, const struct ix_cost_line *charge,
                           size_t at, struct ix_cost_line *line, bool *ret_more,
                           struct ix_err *err) {
    struct ix_sv cell = ix_bill_cell(reading, "credits");
    struct ix_json *credits = NULL;
    *ret_more = false;
    if (!cell.data) {
        return IX_OK;
    }
    if (ix_bill_json(&reading->arena, cell, &credits, err) != IX_OK) {
        return ix_err_wrap(err, "credits");
    }
    const struct ix_json *credit = ix_json_at(credits, at);
    *ret_more = credit != NULL;
    return credit ? credit_line(reading, charge, credit, line, err) : IX_OK;
}

const struct ix_bill_format ix_bill_google = {
    .name = "Google Cloud billing export",
    .source_kind = {"gcp-billing", 11},
    .claims = claims,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
    .finish = finish,
    .follow = follow,
};
