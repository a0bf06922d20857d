/* The words of bills: FOCUS's columns and the four amounts, from their tables. */
#include "indexer/model/cost.h"

const struct ix_focus_info ix_focus_columns[IX_FOCUS_COUNT] = {
#define IX_FOCUS_COLUMN(symbol, type, level, since, until)                                         \
    {#symbol, IX_FOCUS_##type, IX_FOCUS_##level, since, until},
#include "indexer/model/focus.def"
#undef IX_FOCUS_COLUMN
};

bool ix_focus_find(struct ix_sv name, enum ix_focus_column *ret_column) {
    for (size_t i = 0; i < IX_FOCUS_COUNT; i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(ix_focus_columns[i].name))) {
            *ret_column = (enum ix_focus_column)i;
            return true;
        }
    }
    return false;
}

static const struct {
    const char *name;
    enum ix_focus_column column;
} metrics[IX_COST_METRIC_COUNT] = {
    [IX_COST_BILLED] = {"billed", IX_FOCUS_BilledCost},
    [IX_COST_EFFECTIVE] = {"effective", IX_FOCUS_EffectiveCost},
    [IX_COST_LIST] = {"list", IX_FOCUS_ListCost},
    [IX_COST_CONTRACTED] = {"contracted", IX_FOCUS_ContractedCost},
};

const char *ix_cost_metric_name(enum ix_cost_metric metric) {
    return metrics[metric].name;
}

enum ix_focus_column ix_cost_metric_column(enum ix_cost_metric metric) {
    return metrics[metric].column;
}
