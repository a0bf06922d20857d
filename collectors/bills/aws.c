/* AWS Cost and Usage Reports, legacy and 2.0. Of a commitment the fee is billed and the use is not,
 * and each line that it covers carries its share as effective cost: so what is effective depends on
 * the kind of the line (AWS: "Line item details", "Savings Plans details", "Reservation details").
 */
#include "collectors/bills/format.h"

#define BILL_ROW(column, theirs, rule) {IX_FOCUS_##column, theirs, IX_BILL_##rule},
static const struct ix_bill_row rows[] = {
#include "collectors/bills/aws.def"
};
#undef BILL_ROW

static bool claims(const struct ix_bill_heading *heading) {
    return ix_bill_has(heading, "line_item_line_item_type") &&
           ix_bill_has(heading, "line_item_unblended_cost");
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_tag(struct ix_sv written) {
    return ix_sv_starts(written, IX_SV("resourceTags/"));
}

/* lineItem/UnblendedCost -> line_item_unblended_cost, savingsPlan/SavingsPlanARN ->
 * savings_plan_savings_plan_a_r_n. */
static struct ix_sv name_of(struct ix_arena *arena, struct ix_sv written) {
    char *name = ix_arena_alloc(arena, 2 * written.size + 1);
    size_t size = 0;
    if (!name || is_tag(written) || ix_sv_find_char(written, '/') == IX_SV_NPOS) {
        return written;
    }
    for (size_t i = 0; i < written.size; i++) {
        char c = written.data[i];
        if (is_upper(c) && size > 0 && name[size - 1] != '_') {
            name[size++] = '_';
        }
        name[size++] = is_upper(c) ? (char)(c - 'A' + 'a') : c == '/' ? '_' : c;
    }
    return ix_sv_of(name, size);
}

/* ---- tags ---- */

/* A key of the customer is called so with a prefix; those of AWS keep theirs. */
static struct ix_sv plain_key(struct ix_sv key) {
    static const struct ix_sv user = {"user", 4};
    bool prefixed = key.size > user.size + 1 && ix_sv_starts(key, user) &&
                    (key.data[user.size] == ':' || key.data[user.size] == '_');
    return prefixed ? ix_sv_from(key, user.size + 1) : key;
}

/* The legacy report's columns of one tag each, and the same as Athena calls them. */
static struct ix_sv tag_of(struct ix_sv written) {
    static const struct ix_sv prefixes[] = {{"resourceTags/", 13}, {"resource_tags_", 14}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (ix_sv_starts(written, prefixes[i])) {
            return plain_key(ix_sv_from(written, prefixes[i].size));
        }
    }
    return (struct ix_sv){0};
}

/* CUR 2.0 has them in one map: {"user_team": "payments"}. */
static void set_plain_keys(struct ix_bill_reading *reading, struct ix_cost_line *line) {
    struct ix_arena *arena = &reading->arena;
    if (!line->tags && ix_sv_find(line->tags_text, IX_SV("\"user")) == IX_SV_NPOS) {
        return;
    }
    const struct ix_json *tags =
        line->tags ? line->tags : ix_cost_tags_object(arena, line->tags_text);
    struct ix_json *plain = ix_json_new_object(arena);
    for (const struct ix_json *t = ix_json_first(tags); t; t = ix_json_next(t)) {
        ix_json_set(arena, plain, plain_key(ix_json_key(t)), ix_json_clone(arena, t));
    }
    line->tags = plain;
    line->tags_text = (struct ix_sv){0};
}

/* ---- what a line is ---- */

enum effective {
    AS_BILLED,
    NOTHING,        /* what it pays for is spread over the lines it covers */
    PLAN_COVERED,   /* savings plan, its share of this line */
    PLAN_FEE,       /* what of the plan's commitment nothing used */
    RESERVED,       /* reservation, its share of this line */
    RESERVATION_FEE /* what of the reservation nothing used */
};

static const struct line_type {
    const char *name, *category, *frequency;
    enum effective effective;
    const char *status; /* of the commitment */
} types[] = {
    {"Usage", "Usage", "Usage-Based", AS_BILLED, NULL},
    {"DiscountedUsage", "Usage", "Usage-Based", RESERVED, "Used"},
    {"SavingsPlanCoveredUsage", "Usage", "Usage-Based", PLAN_COVERED, "Used"},
    {"SavingsPlanNegation", "Usage", "Usage-Based", NOTHING, NULL},
    {"SavingsPlanRecurringFee", "Purchase", "Recurring", PLAN_FEE, "Unused"},
    {"SavingsPlanUpfrontFee", "Purchase", "One-Time", NOTHING, NULL},
    {"RIFee", "Purchase", "Recurring", RESERVATION_FEE, "Unused"},
    {"Fee", "Purchase", "One-Time", AS_BILLED, NULL},
    {"Tax", "Tax", "Recurring", AS_BILLED, NULL},
    {"Credit", "Credit", "One-Time", AS_BILLED, NULL},
    {"Refund", "Adjustment", "One-Time", AS_BILLED, NULL},
    {"EdpDiscount", "Usage", "Usage-Based", AS_BILLED, NULL},
    {"PrivateRateDiscount", "Usage", "Usage-Based", AS_BILLED, NULL},
    {"BundledDiscount", "Usage", "Usage-Based", AS_BILLED, NULL},
    {"Discount", "Usage", "Usage-Based", AS_BILLED, NULL},
};

/* Of discounts "the specific line item name might vary" (AWS): SppDiscount, RiVolumeDiscount, ...
 */
static const struct line_type other_discount = {"Discount", "Usage", "Usage-Based", AS_BILLED,
                                                NULL};

static const struct line_type *type_of(struct ix_sv name) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(types[i].name))) {
            return &types[i];
        }
    }
    return ix_sv_ends(name, IX_SV("Discount")) ? &other_discount : NULL;
}

/* ---- amounts ---- */

#define NET_OR(name) "line_item_net_" name "|line_item_" name

/* One amount less, or more, another; unknown when one of them is. */
static enum ix_code two(struct ix_bill_reading *reading, struct ix_cost_line *line,
                        const char *first, const char *second, bool add, struct ix_err *err) {
    struct ix_money a = {0};
    struct ix_money b = {0};
    bool known_a = false;
    bool known_b = false;
    enum ix_code code = ix_bill_amount(reading, first, &a, &known_a, err);
    code = code == IX_OK ? ix_bill_amount(reading, second, &b, &known_b, err) : code;
    if (code == IX_OK && known_a && known_b) {
        code = add ? ix_money_add(&a, b, err) : ix_money_subtract(&a, b, err);
        if (code == IX_OK) {
            ix_bill_set(line, IX_COST_EFFECTIVE, a);
        }
    }
    return code;
}

static enum ix_code one(struct ix_bill_reading *reading, struct ix_cost_line *line,
                        const char *names, struct ix_err *err) {
    struct ix_money amount = {0};
    bool known = false;
    enum ix_code code = ix_bill_amount(reading, names, &amount, &known, err);
    if (code == IX_OK && known) {
        ix_bill_set(line, IX_COST_EFFECTIVE, amount);
    }
    return code;
}

static enum ix_code set_effective(struct ix_bill_reading *reading, struct ix_cost_line *line,
                                  enum effective effective, struct ix_err *err) {
    switch (effective) {
    case AS_BILLED:
        line->cost[IX_COST_EFFECTIVE] = line->cost[IX_COST_BILLED];
        line->cost_known[IX_COST_EFFECTIVE] = line->cost_known[IX_COST_BILLED];
        return IX_OK;
    case NOTHING:
        ix_bill_set(line, IX_COST_EFFECTIVE, (struct ix_money){0});
        return IX_OK;
    case PLAN_COVERED:
        return one(reading, line,
                   "savings_plan_net_savings_plan_effective_cost|"
                   "savings_plan_savings_plan_effective_cost",
                   err);
    case PLAN_FEE:
        return two(reading, line, "savings_plan_total_commitment_to_date",
                   "savings_plan_used_commitment", false, err);
    case RESERVED:
        return one(reading, line, "reservation_net_effective_cost|reservation_effective_cost", err);
    default:
        return two(reading, line,
                   "reservation_net_unused_amortized_upfront_fee_for_billing_period|"
                   "reservation_unused_amortized_upfront_fee_for_billing_period",
                   "reservation_net_unused_recurring_fee|reservation_unused_recurring_fee", true,
                   err);
    }
}

/* A fee that buys a reservation is spread over what the reservation covers. */
static bool buys_reservation(struct ix_bill_reading *reading, const struct line_type *type) {
    return ix_sv_eq_cstr(ix_sv_cstr(type->name), "Fee") &&
           ix_bill_cell(reading, "reservation_reservation_a_r_n").data;
}

static enum ix_code set_amounts(struct ix_bill_reading *reading, struct ix_cost_line *line,
                                const struct line_type *type, struct ix_err *err) {
    bool negation = ix_sv_eq_cstr(ix_sv_cstr(type->name), "SavingsPlanNegation");
    enum ix_code code =
        ix_bill_amount(reading, NET_OR("unblended_cost"), &line->cost[IX_COST_BILLED],
                       &line->cost_known[IX_COST_BILLED], err);
    if (code == IX_OK) {
        code = set_effective(reading, line,
                             buys_reservation(reading, type) ? NOTHING : type->effective, err);
    }
    if (negation) {
        ix_bill_set(line, IX_COST_LIST, (struct ix_money){0});
    }
    /* the unblended rate is the contract's, where no commitment takes its place */
    if (type->effective == AS_BILLED && ix_sv_eq_cstr(ix_sv_cstr(type->category), "Usage")) {
        line->cost[IX_COST_CONTRACTED] = line->cost[IX_COST_BILLED];
        line->cost_known[IX_COST_CONTRACTED] = line->cost_known[IX_COST_BILLED];
    }
    return code;
}

/* ---- the rest ---- */

static void set_commitment(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           const struct line_type *type) {
    bool plan = ix_bill_cell(reading, "savings_plan_savings_plan_a_r_n").data;
    bool spot =
        ix_sv_find(ix_bill_cell(reading, "line_item_usage_type"), IX_SV("Spot")) != IX_SV_NPOS;
    bool commitment = line->text[IX_FOCUS_CommitmentDiscountId].data;
    if (commitment) {
        line->text[IX_FOCUS_CommitmentDiscountCategory] = plan ? IX_SV("Spend") : IX_SV("Usage");
        line->text[IX_FOCUS_CommitmentDiscountType] =
            plan ? IX_SV("Savings Plan") : IX_SV("Reserved Instance");
    }
    if (commitment && type->status) {
        line->text[IX_FOCUS_CommitmentDiscountStatus] = ix_sv_cstr(type->status);
    }
    line->text[IX_FOCUS_PricingCategory] = spot         ? IX_SV("Dynamic")
                                           : commitment ? IX_SV("Committed")
                                                        : IX_SV("Standard");
}

/* CUR 2.0 has what varies by product in one map. */
static void set_from_map(struct ix_bill_reading *reading, struct ix_cost_line *line) {
    struct ix_sv map = ix_bill_cell(reading, "product");
    struct ix_json *node = NULL;
    struct ix_err ignored = {0};
    if (!map.data || ix_json_parse(&reading->arena, map, &node, &ignored) != IX_OK) {
        return;
    }
    const struct {
        enum ix_focus_column column;
        const char *member;
    } members[] = {
        {IX_FOCUS_ServiceName, "product_name"},
        {IX_FOCUS_RegionId, "region"},
        {IX_FOCUS_RegionName, "location"},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct ix_sv value = ix_json_get_string(node, members[i].member);
        bool code = ix_sv_eq(line->text[members[i].column],
                             ix_bill_cell(reading, "line_item_product_code"));
        if (!ix_sv_empty(value) && (!line->text[members[i].column].data || code)) {
            line->text[members[i].column] = value;
        }
    }
}

static enum ix_code finish(struct ix_bill_reading *reading, struct ix_cost_line *line,
                           struct ix_err *err) {
    struct ix_sv name = ix_bill_cell(reading, "line_item_line_item_type");
    const struct line_type *type = type_of(name);
    if (!type) {
        return ix_err_set(err, IX_INVALID, "line_item_line_item_type: no kind of line known here");
    }
    line->text[IX_FOCUS_ProviderName] = IX_SV("AWS");
    line->text[IX_FOCUS_ServiceProviderName] = IX_SV("AWS");
    line->text[IX_FOCUS_ChargeCategory] = ix_sv_cstr(type->category);
    line->text[IX_FOCUS_ChargeFrequency] = ix_sv_cstr(type->frequency);
    set_plain_keys(reading, line);
    set_commitment(reading, line, type);
    set_from_map(reading, line);
    return set_amounts(reading, line, type, err);
}

const struct ix_bill_format ix_bill_aws = {
    .name = "AWS Cost and Usage Report",
    .source_kind = {"aws-cur", 7},
    .claims = claims,
    .name_of = name_of,
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
    .tag_of = tag_of,
    .finish = finish,
};
