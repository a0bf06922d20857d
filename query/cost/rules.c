/* The tree of the YAML, walked once. */
#include "query/cost/rules.h"

#include "base/map.h"
#include "query/cost/document.h"

struct reading {
    struct ix_cost_document document;
    struct ix_arena *arena;
    struct ix_err *err;
    struct ix_cost_rules *rules;
    struct ix_map targets; /* their numbers */
    size_t *named_by;      /* of each target, how many rules there were when one last named it */
};

/* ---- targets ---- */

static enum ix_code target_named(struct reading *r, const struct ix_json *node, struct ix_sv name,
                                 size_t *ret_target) {
    struct ix_cost_rules *rules = r->rules;
    if (ix_sv_empty(name) || ix_sv_eq(name, IX_SV(IX_COST_UNALLOCATED))) {
        return ix_cost_document_fail(&r->document, node,
                                     "a target is a word, any but ‘" IX_COST_UNALLOCATED "’");
    }
    bool is_new = false;
    union ix_map_value *number = ix_map_put(&r->targets, name, &is_new);
    if (!number) {
        return ix_err_nomem(r->err);
    }
    if (is_new && rules->target_count == IX_COST_TARGETS_MAX) {
        return ix_cost_document_fail(&r->document, node, "too many targets");
    }
    if (is_new) {
        number->number = (int64_t)rules->target_count;
        rules->targets[rules->target_count++] = name;
    }
    *ret_target = (size_t)number->number;
    if (r->named_by[*ret_target] == rules->rule_count) {
        return ix_cost_document_fail(&r->document, node, "this target is named twice");
    }
    r->named_by[*ret_target] = rules->rule_count;
    return IX_OK;
}

static enum ix_code read_part(struct reading *r, const struct ix_json *node, struct ix_sv name,
                              struct ix_money weight, struct ix_cost_part *part) {
    part->weight = weight;
    return target_named(r, node, name, &part->target);
}

static enum ix_code read_weight(struct reading *r, const struct ix_json *node,
                                struct ix_money *ret) {
    struct ix_err no_number = {0};
    bool rounded = false;
    struct ix_sv text;
    if (!ix_json_scalar_text(r->arena, node, &text) ||
        ix_money_parse(text, ret, &rounded, &no_number) != IX_OK || rounded || ret->nano < 0) {
        return ix_cost_document_fail(&r->document, node,
                                     "a weight is a number from 0 on, of up to 18 decimals");
    }
    return IX_OK;
}

/* ---- one rule ---- */

static const struct ix_money one = {.nano = 1000000000};

static enum ix_code read_parts(struct reading *r, const struct ix_json *list,
                               struct ix_cost_rule *rule) {
    bool weighted = ix_json_kind(list) == IX_JSON_OBJECT;
    size_t count = ix_json_count(list);
    struct ix_cost_part *parts = ix_arena_array(r->arena, count + 1, sizeof *parts);
    enum ix_code code = parts ? IX_OK : ix_err_nomem(r->err);
    if (code == IX_OK && (count == 0 || count > IX_COST_TARGETS_MAX)) {
        return ix_cost_document_fail(&r->document, list,
                                     "name the targets: [web, payments], or {web: 2, payments: 1}");
    }
    rule->parts = parts;
    for (const struct ix_json *n = ix_json_first(list); code == IX_OK && n; n = ix_json_next(n)) {
        struct ix_money weight = one;
        code = weighted ? read_weight(r, n, &weight) : IX_OK;
        code = code == IX_OK ? read_part(r, n, weighted ? ix_json_key(n) : ix_json_string(n),
                                         weight, &parts[rule->part_count++])
                             : code;
    }
    return code;
}

static enum ix_code read_split(struct reading *r, const struct ix_json *rule_node,
                               struct ix_cost_rule *rule) {
    const struct ix_json *split = ix_json_get(rule_node, "split");
    const struct ix_json *among = ix_json_get(rule_node, "among");
    if (ix_json_kind(split) == IX_JSON_OBJECT && !among) {
        rule->manner = IX_COST_BY_WEIGHTS;
        return read_parts(r, split, rule);
    }
    bool evenly = ix_sv_eq(ix_json_string(split), IX_SV("evenly"));
    if (!evenly && !ix_sv_eq(ix_json_string(split), IX_SV("in proportion"))) {
        return ix_cost_document_fail(
            &r->document, split, "split is one of: evenly, in proportion, {web: 2, payments: 1}");
    }
    rule->manner = evenly ? IX_COST_EVENLY : IX_COST_IN_PROPORTION;
    if (among && ix_json_kind(among) != IX_JSON_ARRAY) {
        return ix_cost_document_fail(&r->document, among,
                                     "among is a list of targets: [web, payments]");
    }
    return among ? read_parts(r, among, rule) : IX_OK;
}

static enum ix_code read_manner(struct reading *r, const struct ix_json *node,
                                struct ix_cost_rule *rule) {
    const struct ix_json *target = ix_json_get(node, "target");
    if (!target == !ix_json_get(node, "split")) {
        return ix_cost_document_fail(&r->document, node, "a rule has either a target or a split");
    }
    if (!target) {
        return read_split(r, node, rule);
    }
    struct ix_cost_part *part = IX_NEW(r->arena, struct ix_cost_part);
    if (ix_json_get(node, "among")) {
        return ix_cost_document_fail(&r->document, ix_json_get(node, "among"),
                                     "among belongs to a split");
    }
    rule->parts = part;
    rule->part_count = 1;
    return part ? read_part(r, target, ix_json_string(target), one, part) : ix_err_nomem(r->err);
}

static enum ix_code read_rule(struct reading *r, const struct ix_json *node) {
    struct ix_cost_rule *rule = &r->rules->rules[r->rules->rule_count++];
    rule->line = ix_cost_document_line(&r->document, node);
    if (ix_json_kind(node) != IX_JSON_OBJECT) {
        return ix_cost_document_fail(&r->document, node, "a rule is a mapping: target: web");
    }
    enum ix_code code =
        ix_cost_document_keys(&r->document, node, "name target split among where query");
    code = code == IX_OK ? ix_cost_document_word(&r->document, node, "name", &rule->name) : code;
    code = code == IX_OK ? ix_cost_document_word(&r->document, node, "where", &rule->where) : code;
    code = code == IX_OK ? ix_cost_document_word(&r->document, node, "query", &rule->query) : code;
    if (ix_sv_empty(rule->name)) {
        rule->name = ix_arena_printf(r->arena, "rule %zu", r->rules->rule_count);
    }
    return code == IX_OK ? read_manner(r, node, rule) : code;
}

/* ---- the file ---- */

/* Splits that name nobody are among all that a rule takes something for directly. */
static enum ix_code fill_in_parts(struct reading *r) {
    struct ix_cost_rules *rules = r->rules;
    struct ix_cost_part *parts = ix_arena_array(r->arena, rules->target_count + 1, sizeof *parts);
    bool *is_direct = ix_arena_zalloc(r->arena, rules->target_count + 1);
    size_t count = 0;
    if (!parts || !is_direct) {
        return ix_err_nomem(r->err);
    }
    for (size_t i = 0; i < rules->rule_count; i++) {
        if (rules->rules[i].manner == IX_COST_DIRECT) {
            is_direct[rules->rules[i].parts[0].target] = true;
        }
    }
    for (size_t i = 0; i < rules->target_count; i++) {
        if (is_direct[i]) {
            parts[count++] = (struct ix_cost_part){.target = i, .weight = one};
        }
    }
    for (size_t i = 0; i < rules->rule_count; i++) {
        struct ix_cost_rule *rule = &rules->rules[i];
        if (rule->part_count == 0 && count == 0) {
            return ix_err_set(r->err, IX_INVALID,
                              "%.*s, line %lld: no rule has a target; say `among: [web, payments]`",
                              IX_SV_FMT(r->document.file), (long long)rule->line);
        }
        rule->parts = rule->part_count ? rule->parts : parts;
        rule->part_count = rule->part_count ? rule->part_count : count;
    }
    return IX_OK;
}

static enum ix_code read_rules(struct reading *r, const struct ix_json *root) {
    const struct ix_json *list = ix_json_get(root, "rules");
    size_t count = ix_json_count(list);
    enum ix_code code = ix_cost_document_keys(&r->document, root, "dimension rules");
    code = code == IX_OK
               ? ix_cost_document_word(&r->document, root, "dimension", &r->rules->dimension)
               : code;
    if (code != IX_OK) {
        return code;
    }
    if (ix_json_kind(list) != IX_JSON_ARRAY || count == 0 || ix_sv_empty(r->rules->dimension)) {
        return ix_cost_document_fail(&r->document, list ? list : root,
                                     "expected `dimension: team` and a list of `rules:`");
    }
    if (count > IX_COST_RULES_MAX) {
        return ix_cost_document_fail(&r->document, list, "too many rules");
    }
    r->rules->rules = ix_arena_zalloc(r->arena, count * sizeof *r->rules->rules);
    r->rules->targets = ix_arena_array(r->arena, IX_COST_TARGETS_MAX, sizeof *r->rules->targets);
    r->named_by = ix_arena_zalloc(r->arena, IX_COST_TARGETS_MAX * sizeof *r->named_by);
    ix_map_init(&r->targets, r->arena);
    if (!r->rules->rules || !r->rules->targets || !r->named_by) {
        return ix_err_nomem(r->err);
    }
    for (const struct ix_json *n = ix_json_first(list); code == IX_OK && n; n = ix_json_next(n)) {
        code = read_rule(r, n);
    }
    code = code == IX_OK ? fill_in_parts(r) : code;
    return code == IX_OK ? ix_arena_check(r->arena, r->err) : code;
}

enum ix_code ix_cost_rules_read(struct ix_sv text, struct ix_sv name, struct ix_arena *arena,
                                struct ix_cost_rules *ret_rules, struct ix_err *err) {
    struct reading r = {.arena = arena, .err = err, .rules = ret_rules};
    *ret_rules = (struct ix_cost_rules){0};
    enum ix_code code = ix_cost_document_read(text, name, arena, &r.document, err);
    return code == IX_OK ? read_rules(&r, r.document.root) : code;
}
