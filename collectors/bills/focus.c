/* FOCUS itself: FinOps Open Cost and Usage Specification, dataset Cost and Usage, 1.0 to 1.4, and
 * what its previews called otherwise. */
#include "collectors/bills/format.h"

#define BILL_ROW(column, theirs, rule) {IX_FOCUS_##column, theirs, IX_BILL_##rule},
static const struct ix_bill_row rows[] = {
#include "collectors/bills/focus.def"
};
#undef BILL_ROW

/* The four columns that every version and every example has. */
static bool claims(const struct ix_bill_heading *heading) {
    return ix_bill_has(heading, "BilledCost") && ix_bill_has(heading, "ChargePeriodStart") &&
           (ix_bill_has(heading, "EffectiveCost") || ix_bill_has(heading, "AmortizedCost"));
}

/* ProviderName left with 1.4 and ServiceProviderName came with 1.3: one says the other. */
static enum ix_code finish(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           struct ix_err *err) {
    struct ix_sv *provider = &line->text[IX_FOCUS_ProviderName];
    struct ix_sv *service_provider = &line->text[IX_FOCUS_ServiceProviderName];
    (void)reading, (void)err;
    if (!provider->data) {
        *provider = *service_provider;
    } else if (!service_provider->data) {
        *service_provider = *provider;
    }
    return IX_OK;
}

const struct ix_bill_format ix_bill_focus = {
    .name = "FOCUS cost and usage",
    .source_kind = {"focus", 5},
    .claims = claims,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
    .finish = finish,
};
