/* Any bytes as rules of allocation, as budgets and as rates: no crash, an error that says
 * something, and rules of which every part names a target. */
#include <assert.h>

#include "query/cost/budgets.h"
#include "query/cost/rates.h"
#include "query/cost/rules.h"

enum { MEMORY_MAX = 64 << 20 };

static void check_rule(const struct ix_cost_rules *rules, const struct ix_cost_rule *rule) {
    assert(rule->part_count > 0 && rule->line > 0 && rule->name.size > 0);
    assert(rule->manner != IX_COST_DIRECT || rule->part_count == 1);
    for (size_t i = 0; i < rule->part_count; i++) {
        assert(rule->parts[i].target < rules->target_count);
        assert(rule->parts[i].weight.nano >= 0);
    }
}

/* The same kind of file, of other words. */
static void check_budgets(struct ix_sv text, struct ix_arena *arena) {
    struct ix_cost_budgets budgets;
    struct ix_err err = {0};
    enum ix_code code = ix_cost_budgets_read(text, IX_SV("budgets"), arena, &budgets, &err);
    assert(code == IX_OK || err.text[0] != '\0');
    for (size_t i = 0; code == IX_OK && i < budgets.count; i++) {
        assert(budgets.items[i].name.size > 0 && budgets.items[i].currency.size == 3);
        assert(budgets.items[i].amount.nano >= 0 && !ix_money_is_zero(budgets.items[i].amount));
    }
}

/* And as exchange rates: above 0, to one currency, in the order that looking them up needs. */
static void check_rates(struct ix_sv text, struct ix_arena *arena) {
    struct ix_cost_rates rates;
    struct ix_err err = {0};
    enum ix_code code = ix_cost_rates_read(text, IX_SV("rates"), arena, &rates, &err);
    assert(code == IX_OK || err.text[0] != '\0');
    for (size_t i = 0; code == IX_OK && i < rates.count; i++) {
        const struct ix_cost_rate *rate = &rates.items[i];
        assert(rate->from.size == 3 && rate->rate.nano >= 0 && !ix_money_is_zero(rate->rate));
        assert(i == 0 || ix_sv_cmp(rates.items[i - 1].from, rate->from) < 0 ||
               rates.items[i - 1].begin_ms < rate->begin_ms);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_arena arena;
    struct ix_err err = {0};
    struct ix_cost_rules rules;
    ix_arena_init(&arena, MEMORY_MAX);
    enum ix_code code = ix_cost_rules_read(ix_sv_of((const char *)data, size), IX_SV("rules"),
                                           &arena, &rules, &err);
    assert(code == IX_OK || err.text[0] != '\0');
    for (size_t i = 0; code == IX_OK && i < rules.rule_count; i++) {
        check_rule(&rules, &rules.rules[i]);
    }
    ix_arena_reset(&arena);
    check_budgets(ix_sv_of((const char *)data, size), &arena);
    ix_arena_reset(&arena);
    check_rates(ix_sv_of((const char *)data, size), &arena);
    ix_arena_done(&arena);
    return 0;
}
