/* The levels of roll-ups, and the order of rows in the one that is in order. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_store.h"

/* Whatever tells the most lines apart comes first: what it decides need not be told again
 * (cost_digits.c). */
#define ALWAYS                                                                                     \
    IX_FOCUS_ChargePeriodStart, IX_FOCUS_BillingCurrency, IX_COST_AT_BASIS,                        \
        IX_FOCUS_ChargeCategory, IX_FOCUS_ChargeClass, IX_FOCUS_ChargeFrequency,                   \
        IX_FOCUS_PricingCategory, IX_FOCUS_CommitmentDiscountStatus,                               \
        IX_FOCUS_CommitmentDiscountType, IX_FOCUS_ProviderName, IX_FOCUS_PublisherName,            \
        IX_FOCUS_ServiceProviderName, IX_FOCUS_InvoiceIssuerName, IX_FOCUS_InvoiceId,              \
        IX_FOCUS_BillingAccountId, IX_FOCUS_BillingAccountName, IX_FOCUS_BillingAccountType
#define SERVICE  IX_FOCUS_ServiceName, IX_FOCUS_ServiceCategory, IX_FOCUS_ServiceSubcategory
#define ACCOUNT  IX_FOCUS_SubAccountId, IX_FOCUS_SubAccountName, IX_FOCUS_SubAccountType
#define PLACE    IX_FOCUS_RegionId, IX_FOCUS_RegionName
#define RESOURCE IX_FOCUS_ResourceId, IX_FOCUS_ResourceName, IX_FOCUS_ResourceType, IX_FOCUS_Tags

#define ALONE                                                                                      \
    IX_FOCUS_ResourceId, IX_FOCUS_ChargePeriodStart, IX_FOCUS_BillingCurrency, IX_COST_AT_BASIS,   \
        IX_FOCUS_SubAccountId

static const uint16_t services[] = {ALWAYS, SERVICE};
static const uint16_t accounts[] = {ALWAYS, ACCOUNT};
static const uint16_t places[] = {ALWAYS, SERVICE, ACCOUNT, PLACE};
static const uint16_t resources[] = {RESOURCE, ALWAYS, SERVICE, ACCOUNT, PLACE};
static const uint16_t alone[] = {ALONE};
#define LEVEL(grain_, columns_)                                                                    \
    { .grain = (grain_), .columns = (columns_), .count = sizeof(columns_) / sizeof *(columns_) }

const struct ix_cost_level_info ix_cost_levels[IX_COST_LEVELS] = {
    [IX_COST_SERVICE_DAY] = LEVEL(IX_COST_GRAIN_DAY, services),
    [IX_COST_ACCOUNT_DAY] = LEVEL(IX_COST_GRAIN_DAY, accounts),
    [IX_COST_PLACE_DAY] = LEVEL(IX_COST_GRAIN_DAY, places),
    [IX_COST_PLACE_MONTH] = LEVEL(IX_COST_GRAIN_MONTH, places),
    [IX_COST_RESOURCE_MONTH] = LEVEL(IX_COST_GRAIN_MONTH, resources),
    [IX_COST_ALONE_MONTH] = {.grain = IX_COST_GRAIN_MONTH,
                             .columns = alone,
                             .count = sizeof alone / sizeof *alone,
                             .in_order = true},
};

bool ix_cost_level_has(enum ix_cost_level level, size_t column) {
    const struct ix_cost_level_info *info = &ix_cost_levels[level];
    bool has = false;
    for (size_t i = 0; !has && i < info->count; i++) {
        has = info->columns[i] == column;
    }
    return has;
}

/* ---- the order of rows ---- */

struct place {
    int64_t number;
    uint32_t row;
};

/* By the byte at `shift`, those that agree as they were. False: all do. */
static bool count_byte(const struct place *from, struct place *to, size_t count, unsigned shift) {
    size_t begins[256] = {0};
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        begins[(uint64_t)from[i].number >> shift & 0xFF]++;
    }
    if (begins[(uint64_t)from[0].number >> shift & 0xFF] == count) {
        return false;
    }
    for (size_t i = 0; i < 256; i++) {
        size_t size = begins[i];
        begins[i] = sum;
        sum += size;
    }
    for (size_t i = 0; i < count; i++) {
        to[begins[(uint64_t)from[i].number >> shift & 0xFF]++] = from[i];
    }
    return true;
}

static const struct place *sort(struct place *items, struct place *spare, size_t count) {
    struct place *from = items;
    struct place *to = spare;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if (count_byte(from, to, count, shift)) {
            struct place *other = from;
            from = to;
            to = other;
        }
    }
    return from;
}

enum ix_code ix_cost_order_rows(const int64_t *key, size_t keys, size_t count, uint32_t **ret_order,
                                struct ix_err *err) {
    struct place *items = calloc(count * 2, sizeof *items);
    uint32_t *order = calloc(count, sizeof *order);
    if (!items || !order) {
        free(items);
        free(order);
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct place){.number = key[i * keys], .row = (uint32_t)i};
    }
    const struct place *sorted = sort(items, items + count, count);
    for (size_t i = 0; i < count; i++) {
        order[i] = sorted[i].row;
    }
    free(items);
    *ret_order = order;
    return IX_OK;
}
