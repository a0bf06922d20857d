/* Oracle Cloud's cost reports. What they call cost is what the contract's rate makes of the use
 * (effective); only what goes beyond a commitment is charged (billed). */
#include "collectors/bills/format.h"

#define BILL_ROW(column, theirs, rule) {IX_FOCUS_##column, theirs, IX_BILL_##rule},
static const struct ix_bill_row rows[] = {
#include "collectors/bills/oracle.def"
};
#undef BILL_ROW

static bool claims(const struct ix_bill_heading *heading) {
    return ix_bill_has(heading, "lineItem/intervalUsageStart") &&
           ix_bill_has(heading, "cost/myCost");
}

static struct ix_sv tag_of(struct ix_sv written) {
    static const struct ix_sv prefix = {"tags/", 5};
    return ix_sv_starts(written, prefix) ? ix_sv_from(written, prefix.size) : (struct ix_sv){0};
}

static enum ix_code finish(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           struct ix_err *err) {
    (void)err;
    bool correction =
        ix_sv_eq_nocase(ix_bill_cell(reading, "lineItem/isCorrection"), IX_SV("true"));
    line->text[IX_FOCUS_ProviderName] = IX_SV("Oracle");
    line->text[IX_FOCUS_ServiceProviderName] = IX_SV("Oracle");
    line->text[IX_FOCUS_InvoiceIssuerName] = IX_SV("Oracle");
    line->text[IX_FOCUS_ChargeCategory] = IX_SV("Usage");
    line->text[IX_FOCUS_ChargeFrequency] = IX_SV("Usage-Based");
    if (correction) {
        line->text[IX_FOCUS_ChargeClass] = IX_SV("Correction");
    }
    return IX_OK;
}

const struct ix_bill_format ix_bill_oracle = {
    .name = "Oracle Cloud cost report",
    .source_kind = {"oci", 3},
    .claims = claims,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
    .tag_of = tag_of,
    .finish = finish,
};
