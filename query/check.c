/* From the tree of what was written to the plan of what is meant. This file walks the tree; fields,
 * tags, properties, relations and stages have theirs. */
#include "query/check.h"

/* ---- notes ---- */

static void add_once(struct ix_sv *texts, size_t *count, size_t limit, struct ix_sv text) {
    for (size_t i = 0; i < *count; i++) {
        if (ix_sv_eq(texts[i], text)) {
            return;
        }
    }
    if (*count < limit && !ix_sv_empty(text)) {
        texts[(*count)++] = text;
    }
}

void ix_check_note(struct ix_checker *checker, struct ix_sv note) {
    add_once(checker->notes, &checker->note_count, IX_NOTES_MAX, note);
}

void ix_check_define(struct ix_checker *checker, struct ix_sv definition) {
    add_once(checker->definitions, &checker->definition_count, IX_DEFINITIONS_MAX, definition);
}

static struct ix_sv written(const struct ix_checker *checker, const struct ix_node *node) {
    return ix_sv_sub(checker->text, node->begin, node->end);
}

static bool is_mixed(const struct ix_node *node) {
    for (size_t i = 0; i < node->item_count; i++) {
        if (node->items[i]->kind == IX_NODE_AND && !node->items[i]->in_parens) {
            return true;
        }
    }
    return false;
}

/* `a OR b c` was read as `a OR (b c)`: worth a word, since some tools read it the other way. */
static void note_mixed(struct ix_checker *checker, const struct ix_node *node) {
    enum { NOTE_MAX = 300 };
    struct ix_sv note = IX_SV("AND binds more tightly than OR; read as");
    if (!is_mixed(node)) {
        return;
    }
    for (size_t i = 0; i < node->item_count && note.size <= NOTE_MAX; i++) {
        const struct ix_node *item = node->items[i];
        bool parens = item->kind == IX_NODE_AND || item->in_parens;
        note = ix_arena_printf(checker->arena, "%.*s%s %s%.*s%s", IX_SV_FMT(note),
                               i > 0 ? " OR" : "", parens ? "(" : "",
                               IX_SV_FMT(written(checker, item)), parens ? ")" : "");
    }
    ix_check_note(checker, note.size <= NOTE_MAX ? note
                                                 : IX_SV("AND binds more tightly than OR, also "
                                                         "without parentheses"));
}

/* ---- text ---- */

/* The star at the end is the only wildcard: a prefix. */
static bool is_prefix(struct ix_sv text) {
    return text.size > 1 && text.data[text.size - 1] == '*' &&
           ix_sv_find_char(text, '*') == text.size - 1 &&
           ix_sv_find_char(text, '?') == IX_SV_NPOS && ix_sv_find_char(text, '\\') == IX_SV_NPOS;
}

static bool only_stars(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '*') {
            return false;
        }
    }
    return true;
}

struct ix_pred *ix_check_text(struct ix_checker *checker, const struct ix_literal *literal,
                              int64_t distance) {
    struct ix_span span = {literal->begin, literal->end};
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_TEXT, span);
    if (!pred) {
        return NULL;
    }
    pred->text.text = literal->text;
    pred->text.distance = distance < 0 ? 0 : distance;
    pred->text.nocase = literal->nocase;
    switch (literal->kind) {
    case IX_LITERAL_BARE:
        pred->text.kind = IX_TEXT_WORD;
        return pred;
    case IX_LITERAL_GLOB:
        if (only_stars(literal->text)) {
            return ix_pred_new(checker, IX_PRED_TRUE, span);
        }
        pred->text.kind = is_prefix(literal->text) ? IX_TEXT_PREFIX : IX_TEXT_GLOB;
        pred->text.text.size -= pred->text.kind == IX_TEXT_PREFIX;
        return pred;
    case IX_LITERAL_QUOTED:
        pred->text.kind = distance >= 0 ? IX_TEXT_NEAR : IX_TEXT_PHRASE;
        break;
    case IX_LITERAL_REGEX:
        pred->text.kind = IX_TEXT_REGEX;
        return ix_check_regex(checker, literal) ? pred : NULL;
    }
    if (ix_sv_empty(ix_sv_trim(literal->text))) {
        ix_check_fail(checker, IX_INVALID, span, "", "an empty text cannot be searched for");
        return NULL;
    }
    return pred;
}

/* ---- elements ---- */

static struct ix_pred *element(struct ix_checker *checker, const struct ix_node *node,
                               struct ix_path path, bool all, struct ix_pred *inner) {
    struct ix_pred *pred =
        ix_pred_new(checker, IX_PRED_ELEMENT, (struct ix_span){node->begin, node->end});
    if (!pred || !inner) {
        return NULL;
    }
    pred->element.path = path;
    pred->element.all = all;
    pred->element.inner = inner;
    return pred;
}

static struct ix_pred *element_node(struct ix_checker *checker, const struct ix_node *node,
                                    bool all) {
    struct ix_path path = {node->target.steps, node->target.step_count};
    bool outer = checker->relative;
    checker->relative = true;
    struct ix_pred *inner = ix_check_node(checker, node->inner);
    checker->relative = outer;
    return element(checker, node, path, all, inner);
}

/* `all .a[*].b = x`: each element of .a has a b that is x. Without [*] the elements are those at
 * the end of the path. */
static struct ix_pred *all_values(struct ix_checker *checker, const struct ix_node *node) {
    const struct ix_target *target = &node->target;
    size_t split = target->step_count;
    for (size_t i = target->step_count; i > 0; i--) {
        if (target->steps[i - 1].kind == IX_STEP_EACH) {
            split = i;
            break;
        }
    }
    struct ix_target rest = *target;
    rest.steps = target->steps + split;
    rest.step_count = target->step_count - split;
    struct ix_path path = {target->steps, split};
    return element(
        checker, node, path, true,
        ix_check_path(checker, &rest, &node->match, (struct ix_span){node->begin, node->end}));
}

static struct ix_pred *quantified(struct ix_checker *checker, const struct ix_node *node) {
    struct ix_span span = {node->begin, node->end};
    if (node->quantifier == IX_QUANTIFIER_ALL) {
        return node->inner ? element_node(checker, node, true) : all_values(checker, node);
    }
    struct ix_pred *any = node->inner ? element_node(checker, node, false)
                                      : ix_check_path(checker, &node->target, &node->match, span);
    return ix_pred_not_if(checker, node->quantifier == IX_QUANTIFIER_NONE, any);
}

/* ---- the walk ---- */

static struct ix_pred *test(struct ix_checker *checker, const struct ix_node *node) {
    struct ix_span span = {node->begin, node->end};
    switch (node->target.kind) {
    case IX_TARGET_FIELD:
        if (node == checker->basis_node) {
            return ix_pred_new(checker, IX_PRED_TRUE, span);
        }
        return ix_check_field(checker, &node->target, &node->match, span);
    case IX_TARGET_PATH:
        return ix_check_path(checker, &node->target, &node->match, span);
    default:
        return ix_check_tag(checker, &node->target, &node->match, span);
    }
}

static struct ix_pred *list(struct ix_checker *checker, const struct ix_node *node,
                            enum ix_pred_kind kind) {
    struct ix_pred **items = ix_arena_array(checker->arena, node->item_count, sizeof *items);
    for (size_t i = 0; items && i < node->item_count; i++) {
        items[i] = ix_check_node(checker, node->items[i]);
        if (!items[i]) {
            return NULL;
        }
    }
    struct ix_span span = {node->begin, node->end};
    return items ? ix_pred_list(checker, kind, items, node->item_count, span) : NULL;
}

struct ix_pred *ix_check_node(struct ix_checker *checker, const struct ix_node *node) {
    switch (node->kind) {
    case IX_NODE_OR:
        note_mixed(checker, node);
        return list(checker, node, IX_PRED_OR);
    case IX_NODE_AND:
        return list(checker, node, IX_PRED_AND);
    case IX_NODE_NOT:
        return ix_pred_not(checker, ix_check_node(checker, node->inner));
    case IX_NODE_TEXT:
        return ix_check_text(checker, &node->literal, node->distance);
    case IX_NODE_TEST:
        return test(checker, node);
    case IX_NODE_ELEMENT:
        return element_node(checker, node, false);
    case IX_NODE_QUANTIFIED:
        return quantified(checker, node);
    case IX_NODE_CALL:
        return ix_check_call(checker, node);
    case IX_NODE_HAS:
    case IX_NODE_NO:
    case IX_NODE_COUNT:
        return ix_check_relation(checker, node);
    }
    return NULL;
}

/* ---- the whole ---- */

static bool has_text(const struct ix_pred *pred) {
    if (pred->kind != IX_PRED_AND) {
        return pred->kind == IX_PRED_TEXT && pred->text.kind != IX_TEXT_GLOB &&
               pred->text.kind != IX_TEXT_REGEX;
    }
    for (size_t i = 0; i < pred->list.count; i++) {
        if (has_text(pred->list.items[i])) {
            return true;
        }
    }
    return false;
}

static bool check_all(struct ix_checker *checker, const struct ix_query *query,
                      struct ix_plan *plan) {
    plan->search = query->search ? ix_check_node(checker, query->search)
                                 : ix_pred_new(checker, IX_PRED_TRUE, (struct ix_span){0});
    if (!plan->search || !ix_check_stages(checker, query, plan)) {
        return false;
    }
    plan->has_text = has_text(plan->search);
    plan->moves = checker->moves;
    plan->cost_count = checker->cost_count;
    plan->costs =
        ix_arena_array(checker->arena, IX_QUERY_COSTS_MAX, sizeof(struct ix_cost_field *));
    if (plan->costs) {
        memcpy(plan->costs, checker->costs, sizeof checker->costs);
    }
    plan->note_count = checker->note_count;
    plan->notes =
        ix_arena_array(checker->arena, IX_NOTES_MAX + IX_QUERY_COSTS_MAX + 1, sizeof *plan->notes);
    plan->definition_count = checker->definition_count;
    plan->definitions =
        ix_arena_array(checker->arena, IX_DEFINITIONS_MAX, sizeof *plan->definitions);
    if (plan->notes && plan->definitions) {
        memcpy(plan->notes, checker->notes, sizeof checker->notes);
        memcpy(plan->definitions, checker->definitions, sizeof checker->definitions);
    }
    return true;
}

enum ix_code ix_query_check(struct ix_arena *arena, const struct ix_query *query,
                            const struct ix_query_settings *settings, struct ix_plan *ret_plan,
                            struct ix_err *err) {
    struct ix_plan plan = {0};
    struct ix_checker checker = {
        .arena = arena,
        .err = err,
        .text = query->text,
        .when = {settings->now_ms, settings->zone_offset_ms},
        .kinds = settings->kinds,
        .categories = settings->categories,
        .types = settings->types,
        .include_deleted = &plan.include_deleted,
    };
    if (!check_all(&checker, query, &plan)) {
        return err->code != IX_OK ? err->code : ix_arena_check(arena, err);
    }
    *ret_plan = plan;
    return ix_arena_check(arena, err);
}
