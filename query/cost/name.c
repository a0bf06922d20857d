/* Three tables: words for grains, for columns of the bill, for fields of the resource that is
 * billed. */
#include "query/cost/name.h"

#include <stdio.h>

#include "query/field.h"
#include "query/suggest.h"

static const struct {
    const char *name;
    enum ix_cost_grain grain;
} grains[] = {
    {"day", IX_COST_GRAIN_DAY},     {"week", IX_COST_GRAIN_WEEK},
    {"month", IX_COST_GRAIN_MONTH}, {"quarter", IX_COST_GRAIN_QUARTER},
    {"year", IX_COST_GRAIN_YEAR},
};

static const struct {
    const char *name;
    enum ix_focus_column column;
} columns[] = {
    {"service", IX_FOCUS_ServiceName},
    {"category", IX_FOCUS_ServiceCategory},
    {"subcategory", IX_FOCUS_ServiceSubcategory},
    {"account", IX_FOCUS_SubAccountId},
    {"account_name", IX_FOCUS_SubAccountName},
    {"billing_account", IX_FOCUS_BillingAccountId},
    {"region", IX_FOCUS_RegionId},
    {"zone", IX_FOCUS_AvailabilityZone},
    {"provider", IX_FOCUS_ProviderName},
    {"publisher", IX_FOCUS_PublisherName},
    {"resource", IX_FOCUS_ResourceId},
    {"resource_name", IX_FOCUS_ResourceName},
    {"resource_type", IX_FOCUS_ResourceType},
    {"charge", IX_FOCUS_ChargeCategory},
    {"class", IX_FOCUS_ChargeClass},
    {"frequency", IX_FOCUS_ChargeFrequency},
    {"pricing", IX_FOCUS_PricingCategory},
    {"commitment", IX_FOCUS_CommitmentDiscountId},
    {"commitment_status", IX_FOCUS_CommitmentDiscountStatus},
    {"invoice", IX_FOCUS_InvoiceId},
    {"sku", IX_FOCUS_SkuId},
    {"meter", IX_FOCUS_SkuMeter},
    {"description", IX_FOCUS_ChargeDescription},
    {"currency", IX_FOCUS_BillingCurrency},
};

static const struct {
    const char *name;
    enum ix_stored stored;
} fields[] = {
    {"uid", IX_STORED_UID},           {"name", IX_STORED_NAME},
    {"type", IX_STORED_TYPE},         {"kind", IX_STORED_KIND},
    {"category", IX_STORED_CATEGORY}, {"stack", IX_STORED_STACK},
    {"project", IX_STORED_PROJECT},   {"account", IX_STORED_ACCOUNT},
    {"region", IX_STORED_REGION},     {"managed_by", IX_STORED_MANAGED_BY},
};

static const struct {
    const char *name;
    enum ix_cost_dimension_kind kind;
} others[] = {
    {"source", IX_COST_BY_SOURCE},
    {"basis", IX_COST_BY_BASIS},
    {"match", IX_COST_BY_MATCH},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool starts(struct ix_sv name, const char *prefix, struct ix_sv *ret_rest) {
    bool is = ix_sv_starts_nocase(name, ix_sv_cstr(prefix));
    *ret_rest = ix_sv_from(name, is ? strlen(prefix) : name.size);
    return is && !ix_sv_empty(*ret_rest);
}

static bool find_field(struct ix_sv name, struct ix_cost_dimension *dimension) {
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(fields[i].name))) {
            *dimension =
                (struct ix_cost_dimension){.kind = IX_COST_BY_RESOURCE, .stored = fields[i].stored};
            return true;
        }
    }
    return false;
}

static bool find_word(struct ix_sv name, struct ix_cost_name *ret) {
    for (size_t i = 0; i < COUNT(grains); i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(grains[i].name))) {
            *ret = (struct ix_cost_name){.is_grain = true, .grain = grains[i].grain};
            return true;
        }
    }
    for (size_t i = 0; i < COUNT(columns); i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(columns[i].name))) {
            ret->dimension.column = columns[i].column;
            return true;
        }
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(others[i].name))) {
            ret->dimension.kind = others[i].kind;
            return true;
        }
    }
    return false;
}

/* resource.tag.KEY, resource.label.KEY; resource.owner and other words that tags stand for. */
static bool find_resource_tag(struct ix_sv name, struct ix_cost_dimension *dimension) {
    static const struct {
        const char *prefix;
        enum ix_tag_class tag_class;
    } classes[] = {{"resource.tag.", IX_TAG},
                   {"resource.label.", IX_LABEL},
                   {"resource.annotation.", IX_ANNOTATION}};
    struct ix_sv rest;
    for (size_t i = 0; i < COUNT(classes); i++) {
        if (starts(name, classes[i].prefix, &rest)) {
            *dimension = (struct ix_cost_dimension){
                .kind = IX_COST_BY_RESOURCE_TAG, .key = rest, .tag_class = classes[i].tag_class};
            return true;
        }
    }
    const struct ix_field_info *field =
        starts(name, "resource.", &rest) ? ix_field_find(rest) : NULL;
    if (!field || field->kind != IX_KIND_TAGGED) {
        return false;
    }
    *dimension = (struct ix_cost_dimension){.kind = IX_COST_BY_RESOURCE_TAGGED,
                                            .key = ix_sv_cstr(field->backing)};
    return true;
}

void ix_cost_name_each(ix_cost_name_fn *take, void *context) {
    for (size_t i = 0; i < COUNT(grains); i++) {
        take(context, "", grains[i].name);
    }
    for (size_t i = 0; i < COUNT(columns); i++) {
        take(context, "", columns[i].name);
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        take(context, "", others[i].name);
    }
    for (size_t i = 0; i < COUNT(fields); i++) {
        take(context, "resource.", fields[i].name);
    }
}

static void add_suggestion(void *context, const char *prefix, const char *name) {
    if (prefix[0] == '\0') {
        ix_suggest_add(context, name);
    }
}

static enum ix_code unknown(struct ix_sv name, struct ix_err *err) {
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, name);
    ix_cost_name_each(add_suggestion, &suggest);
    for (int c = 0; c < IX_FOCUS_COUNT; c++) {
        ix_suggest_add(&suggest, ix_focus_columns[c].name);
    }
    return ix_err_set(err, IX_INVALID, "unknown dimension ‘%.*s’%s", IX_SV_FMT(name),
                      ix_suggest_hint(&suggest, hint,
                                      "; for example service, account, month, tag.team, x_Column"));
}

enum ix_code ix_cost_name_find(struct ix_sv name, struct ix_cost_name *ret_name,
                               struct ix_err *err) {
    struct ix_sv rest;
    struct ix_cost_dimension *d = &ret_name->dimension;
    *ret_name = (struct ix_cost_name){.dimension = {.kind = IX_COST_BY_COLUMN}};
    if (find_word(name, ret_name)) {
        return IX_OK;
    }
    if (find_resource_tag(name, d)) {
        return IX_OK;
    }
    if (starts(name, "tag.", &rest)) {
        *d = (struct ix_cost_dimension){.kind = IX_COST_BY_TAG, .key = rest};
        return IX_OK;
    }
    if (starts(name, "resource.", &rest) && find_field(rest, d)) {
        return IX_OK;
    }
    if (starts(name, "x_", &rest)) {
        *d = (struct ix_cost_dimension){.kind = IX_COST_BY_EXTRA, .key = name};
        return IX_OK;
    }
    return ix_focus_find(name, &d->column) ? IX_OK : unknown(name, err);
}

static int64_t day_begin(enum ix_cost_grain grain, int64_t ms) {
    enum { WEEK = 7, THURSDAY_TO_MONDAY = 3 }; /* 1970 began on a Thursday */
    int64_t day = ms / IX_DAY_MS - (ms % IX_DAY_MS < 0);
    int64_t since_monday = ((day + THURSDAY_TO_MONDAY) % WEEK + WEEK) % WEEK;
    return (grain == IX_COST_GRAIN_WEEK ? day - since_monday : day) * IX_DAY_MS;
}

int64_t ix_cost_grain_begin(enum ix_cost_grain grain, int64_t ms) {
    enum { MONTHS_IN_QUARTER = 3 };
    if (grain == IX_COST_GRAIN_NONE) {
        return IX_TIME_UNKNOWN;
    }
    struct ix_civil c = ix_time_to_civil(ms);
    struct ix_civil begin = {.year = c.year, .month = c.month, .day = 1};
    switch (grain) {
    case IX_COST_GRAIN_DAY:
    case IX_COST_GRAIN_WEEK:
        return day_begin(grain, ms);
    case IX_COST_GRAIN_QUARTER:
        begin.month -= (c.month - 1) % MONTHS_IN_QUARTER;
        break;
    case IX_COST_GRAIN_YEAR:
        begin.month = 1;
        break;
    default:
        break;
    }
    return ix_time_from_civil(begin);
}

struct ix_sv ix_cost_period_text(struct ix_arena *arena, enum ix_cost_grain grain,
                                 int64_t begin_ms) {
    enum { MONTHS_IN_QUARTER = 3 };
    struct ix_civil c = ix_time_to_civil(begin_ms);
    switch (grain) {
    case IX_COST_GRAIN_YEAR:
        return ix_arena_printf(arena, "%04d", c.year);
    case IX_COST_GRAIN_QUARTER:
        return ix_arena_printf(arena, "%04d-Q%d", c.year, (c.month - 1) / MONTHS_IN_QUARTER + 1);
    case IX_COST_GRAIN_MONTH:
        return ix_arena_printf(arena, "%04d-%02d", c.year, c.month);
    default:
        return ix_arena_printf(arena, "%04d-%02d-%02d", c.year, c.month, c.day);
    }
}
