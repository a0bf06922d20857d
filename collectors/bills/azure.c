/* Azure Cost Management exports. An export is of actual or of amortized cost, and most of its lines
 * are in both. What a commitment pays for costs nothing in the one and its share in the other; so
 * each line says one of the two amounts, and the other where both are the same. */
#include "collectors/bills/format.h"

#define BILL_ROW(column, theirs, rule) {IX_FOCUS_##column, theirs, IX_BILL_##rule},
static const struct ix_bill_row rows[] = {
#include "collectors/bills/azure.def"
};
#undef BILL_ROW

#define COST "CostInBillingCurrency|Cost|PreTaxCost|ExtendedCost"

/* Their names have the case and the language of whoever set the export up: "Maßeinheit
 * (UnitOfMeasure)" has the English one behind, and these have it not. */
static const struct {
    const char *localised, *name;
} localised_names[] = {
    {"Datum", "Date"},     {"Fecha", "Date"},        {"Data", "Date"},
    {"Menge", "Quantity"}, {"Cantidad", "Quantity"}, {"Quantit\xC3\xA9", "Quantity"},
    {"Kosten", "Cost"},    {"Costo", "Cost"},        {"Co\xC3\xBBt", "Cost"},
    {"Cout", "Cost"},
};

static struct ix_sv in_brackets(struct ix_sv written) {
    size_t open = ix_sv_rfind_char(written, '(');
    bool are = open != IX_SV_NPOS && open > 0 && ix_sv_ends(written, IX_SV(")"));
    return are ? ix_sv_sub(written, open + 1, written.size - 1) : written;
}

/* "Meter Sub-Category", as the portal for enterprises had it. */
static struct ix_sv in_one_word(struct ix_arena *arena, struct ix_sv written) {
    char *name = ix_arena_alloc(arena, written.size + 1);
    size_t size = 0;
    for (size_t i = 0; name && i < written.size; i++) {
        if (written.data[i] != ' ' && written.data[i] != '-') {
            name[size++] = written.data[i];
        }
    }
    return name ? ix_sv_of(name, size) : written;
}

static struct ix_sv name_of(struct ix_arena *arena, struct ix_sv written) {
    written = in_one_word(arena, in_brackets(written));
    for (size_t i = 0; i < sizeof localised_names / sizeof *localised_names; i++) {
        if (ix_sv_eq_nocase(written, ix_sv_cstr(localised_names[i].localised))) {
            return ix_sv_cstr(localised_names[i].name);
        }
    }
    return written;
}

static bool any_of(const struct ix_bill_heading *heading, const char *names) {
    struct ix_sv rest = ix_sv_cstr(names);
    struct ix_sv name;
    while (ix_sv_split(&rest, '|', &name)) {
        for (size_t i = 0; i < heading->count; i++) {
            if (ix_sv_eq_nocase(heading->names[i], name)) {
                return true;
            }
        }
    }
    return false;
}

static bool claims(const struct ix_bill_heading *heading) {
    return any_of(heading, "MeterCategory|MeterId") && any_of(heading, COST) &&
           any_of(heading, "Date|UsageDateTime|UsageDate") &&
           any_of(heading, "SubscriptionId|SubscriptionGuid");
}

/* ---- what a line is ---- */

static const struct word {
    const char *theirs, *focus;
} categories[] =
    {
        {"Usage", "Usage"},
        {"Purchase", "Purchase"},
        {"Tax", "Tax"},
        {"Credit", "Credit"},
        {"UnusedReservation", "Usage"},
        {"UnusedSavingsPlan", "Usage"},
        {"Refund", "Purchase"},
        {"RoundingAdjustment", "Adjustment"},
        {"Adjustment", "Adjustment"},
},
  frequencies[] =
      {
          {"OneTime", "One-Time"},
          {"Recurring", "Recurring"},
          {"UsageBased", "Usage-Based"},
},
  pricing[] = {
      {"OnDemand", "Standard"},
      {"Spot", "Dynamic"},
      {"Reservation", "Committed"},
      {"SavingsPlan", "Committed"},
};

#define LOOK_UP(words, theirs, otherwise)                                                          \
    look_up(words, sizeof(words) / sizeof *(words), theirs, otherwise)

static struct ix_sv look_up(const struct word *words, size_t count, struct ix_sv theirs,
                            struct ix_sv otherwise) {
    for (size_t i = 0; i < count; i++) {
        if (ix_sv_eq_nocase(theirs, ix_sv_cstr(words[i].theirs))) {
            return ix_sv_cstr(words[i].focus);
        }
    }
    return otherwise;
}

static void set_words(struct ix_bill_reading *reading, struct ix_cost_line *line,
                      struct ix_sv charge, struct ix_sv model) {
    struct ix_sv none = {0};
    line->text[IX_FOCUS_ProviderName] = IX_SV("Microsoft");
    line->text[IX_FOCUS_ServiceProviderName] = IX_SV("Microsoft");
    if (!line->text[IX_FOCUS_InvoiceIssuerName].data) {
        line->text[IX_FOCUS_InvoiceIssuerName] = IX_SV("Microsoft");
    }
    line->text[IX_FOCUS_ChargeCategory] =
        LOOK_UP(categories, charge, charge.data ? IX_SV("Adjustment") : IX_SV("Usage"));
    line->text[IX_FOCUS_ChargeFrequency] =
        LOOK_UP(frequencies, ix_bill_cell(reading, "Frequency"), none);
    line->text[IX_FOCUS_PricingCategory] = LOOK_UP(pricing, model, none);
    if (ix_sv_eq_nocase(charge, IX_SV("Refund"))) {
        line->text[IX_FOCUS_ChargeClass] = IX_SV("Correction");
    }
    if (ix_sv_eq_cstr(line->text[IX_FOCUS_ChargeCategory], "Usage")) {
        line->text[IX_FOCUS_ConsumedQuantity] = line->text[IX_FOCUS_PricingQuantity];
        line->text[IX_FOCUS_ConsumedUnit] = line->text[IX_FOCUS_PricingUnit];
    }
}

static void set_commitment(struct ix_cost_line *line, bool unused, bool covered) {
    struct ix_sv id = line->text[IX_FOCUS_CommitmentDiscountId];
    bool plan = ix_sv_find(id, IX_SV("/microsoft.billingbenefits/")) != IX_SV_NPOS;
    if (id.data) {
        line->text[IX_FOCUS_CommitmentDiscountCategory] = plan ? IX_SV("Spend") : IX_SV("Usage");
        line->text[IX_FOCUS_CommitmentDiscountType] =
            plan ? IX_SV("Savings Plan") : IX_SV("Reservation");
    }
    if (id.data && (unused || covered)) {
        line->text[IX_FOCUS_CommitmentDiscountStatus] = unused ? IX_SV("Unused") : IX_SV("Used");
    }
}

static enum ix_code finish(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           struct ix_err *err) {
    struct ix_sv charge = ix_bill_cell(reading, "ChargeType");
    struct ix_sv model = ix_bill_cell(reading, "PricingModel");
    struct ix_money cost = {0};
    bool known = false;
    enum ix_code code = ix_bill_amount(reading, COST, &cost, &known, err);
    set_words(reading, line, charge, model);
    bool committed = ix_sv_eq_cstr(line->text[IX_FOCUS_PricingCategory], "Committed");
    bool unused = ix_sv_starts_nocase(charge, IX_SV("Unused"));
    bool usage = ix_sv_eq_cstr(line->text[IX_FOCUS_ChargeCategory], "Usage");
    bool purchase = ix_sv_eq_cstr(line->text[IX_FOCUS_ChargeCategory], "Purchase");
    bool covered = committed && usage && !unused;
    set_commitment(line, unused, covered);
    if (code != IX_OK || !known) {
        return code;
    }
    bool by_commitment = covered || unused;
    ix_bill_set(line, IX_COST_BILLED, by_commitment ? (struct ix_money){0} : cost);
    if (committed && purchase) {
        ix_bill_set(line, IX_COST_EFFECTIVE, (struct ix_money){0});
    } else if (!by_commitment || !ix_money_is_zero(cost)) { /* 0: an actual export does not say */
        ix_bill_set(line, IX_COST_EFFECTIVE, cost);
    }
    return IX_OK;
}

const struct ix_bill_format ix_bill_azure = {
    .name = "Azure cost export",
    .source_kind = {"azure-cost", 10},
    .claims = claims,
    .name_of = name_of,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
    .finish = finish,
};
