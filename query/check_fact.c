/* Facts: three-state flags, flags of observations, `is:`, and `deleted`. Each is a named test of
 * what is stored, written out here. */
#include "query/check.h"
#include "query/suggest.h"

/* ---- each value by itself ---- */

static bool each_match(const struct ix_match *match) {
    return match->kind == IX_MATCH_EXISTS || match->kind == IX_MATCH_VALUES ||
           (match->kind == IX_MATCH_COMPARE &&
            (match->op == IX_COMPARE_EQ || match->op == IX_COMPARE_NE));
}

struct ix_pred *ix_check_each(struct ix_checker *checker, const struct ix_field_info *info,
                              const struct ix_match *match, struct ix_span span,
                              ix_check_value_fn *fn) {
    if (!each_match(match)) {
        ix_check_fail(checker, IX_INVALID, span, "; compare it with : or =", "‘%s’ has no order",
                      info->name);
        return NULL;
    }
    if (match->kind == IX_MATCH_EXISTS) {
        return ix_pred_not_if(checker, match->negated, fn(checker, info, NULL, span));
    }
    struct ix_pred **items = ix_arena_array(checker->arena, match->value_count, sizeof *items);
    if (!items) {
        return NULL;
    }
    for (size_t i = 0; i < match->value_count; i++) {
        items[i] = fn(checker, info, &match->values[i], span);
        if (!items[i]) {
            return NULL;
        }
    }
    bool unequal = match->kind == IX_MATCH_COMPARE && match->op == IX_COMPARE_NE;
    return ix_pred_not_if(checker, match->negated != unequal,
                          ix_pred_list(checker, IX_PRED_OR, items, match->value_count, span));
}

/* The value must be one of some words; *ret_index is its place. */
static bool one_of(struct ix_checker *checker, const struct ix_field_info *info,
                   const struct ix_literal *literal, const char *const *words, size_t count,
                   size_t *ret_index) {
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, literal->text);
    for (size_t i = 0; i < count; i++) {
        if (ix_sv_eq_nocase(literal->text, ix_sv_cstr(words[i]))) {
            *ret_index = i;
            return true;
        }
        ix_suggest_add(&suggest, words[i]);
    }
    struct ix_sv list = ix_arena_printf(checker->arena, "; one of %s", words[0]);
    for (size_t i = 1; i < count; i++) {
        list = ix_arena_printf(checker->arena, "%.*s, %s", IX_SV_FMT(list), words[i]);
    }
    ix_check_fail(checker, IX_INVALID, (struct ix_span){literal->begin, literal->end},
                  ix_suggest_hint(&suggest, hint, list.data ? list.data : ""),
                  "‘%.*s’ is no value of ‘%s’", ix_query_shown(literal->text),
                  literal->text.data ? literal->text.data : "", info->name);
    return false;
}

/* ---- flags ---- */

static struct ix_pred *flag_pred(struct ix_checker *checker, uint32_t flag, struct ix_span span) {
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_FIELD, span);
    struct ix_operand *operand = IX_NEW(checker->arena, struct ix_operand);
    if (!pred || !operand) {
        return NULL;
    }
    *operand = (struct ix_operand){
        .kind = IX_OPERAND_FLAG,
        .flag = flag,
        .text = ix_sv_cstr(ix_flag_name(flag)),
    };
    pred->field.field = IX_FIELD_FLAG;
    pred->field.test = (struct ix_test){.op = IX_OP_EQ, .values = operand, .value_count = 1};
    return pred;
}

static const char *const flag_words[] = {
#define IX_FLAG_ROW(symbol, bit, name, help) name,
#include "indexer/model/flag.def"
#undef IX_FLAG_ROW
};
enum { FLAG_WORDS = sizeof flag_words / sizeof flag_words[0] };

static struct ix_pred *exists_pred(struct ix_checker *checker, enum ix_field field,
                                   struct ix_span span) {
    struct ix_match exists = {.kind = IX_MATCH_EXISTS};
    return ix_check_field_leaf(checker, field, IX_CLASS_WHOLE, &exists, span);
}

static struct ix_pred *flag_value(struct ix_checker *checker, const struct ix_field_info *info,
                                  const struct ix_literal *literal, struct ix_span span) {
    size_t index = 0;
    if (!literal) {
        return exists_pred(checker, IX_FIELD_FLAG, span);
    }
    if (!one_of(checker, info, literal, flag_words, FLAG_WORDS, &index)) {
        return NULL;
    }
    return flag_pred(checker, ix_flag_parse(ix_sv_cstr(flag_words[index])), span);
}

/* protected:true; `pending:creating` names an operation, which is not recorded. */
static struct ix_pred *flagged_value(struct ix_checker *checker, const struct ix_field_info *info,
                                     const struct ix_literal *literal, struct ix_span span) {
    static const char *const words[] = {"true", "yes", "false", "no"};
    static const char *const operations[] = {"creating", "deleting", "updating", "reading",
                                             "importing"};
    bool inverse = info->backing[0] == '-';
    struct ix_pred *pred =
        flag_pred(checker, ix_flag_parse(ix_sv_cstr(info->backing + inverse)), span);
    size_t index = 0;
    for (size_t i = 0; literal && info->field == IX_FIELD_PENDING && i < 5; i++) {
        if (ix_sv_eq_nocase(literal->text, ix_sv_cstr(operations[i]))) {
            ix_check_fail(checker, IX_UNSUPPORTED, (struct ix_span){literal->begin, literal->end},
                          "; pending:true finds all of them",
                          "which operation is pending is not recorded");
            return NULL;
        }
    }
    if (literal && !one_of(checker, info, literal, words, 4, &index)) {
        return NULL;
    }
    return ix_pred_not_if(checker, inverse != (index >= 2), pred);
}

/* ---- three states ---- */

static struct ix_pred *stored_tristate(struct ix_checker *checker, enum ix_field field,
                                       enum ix_tristate state, struct ix_span span) {
    static const char *const names[] = {
        [IX_UNKNOWN] = "unknown", [IX_NO] = "false", [IX_YES] = "true"};
    struct ix_pred *pred = ix_pred_new(checker, IX_PRED_FIELD, span);
    struct ix_operand *operand = IX_NEW(checker->arena, struct ix_operand);
    if (!pred || !operand) {
        return NULL;
    }
    *operand = (struct ix_operand){
        .kind = IX_OPERAND_TRISTATE, .tristate = state, .text = ix_sv_cstr(names[state])};
    pred->field.field = field;
    pred->field.test = (struct ix_test){.op = IX_OP_EQ, .values = operand, .value_count = 1};
    return pred;
}

/* ---- facts that are queries ---- */

struct fact_row {
    enum ix_field field;
    const char *yes, *no;
};

static const char complement[] = "";
#define COMPLEMENT complement
#define NEVER      NULL
static const struct fact_row fact_rows[] = {
#define IX_FACT_ROW(field, yes, no) {IX_FIELD_##field, (yes), (no)},
#include "query/fact.def"
#undef IX_FACT_ROW
};
#undef NEVER
#undef COMPLEMENT

/* What stands in a definition has no place in what was typed: errors point at the flag. */
static void place_at(struct ix_pred *pred, struct ix_span span) {
    pred->begin = span.begin;
    pred->end = span.end;
    if (pred->kind == IX_PRED_NOT) {
        place_at(pred->inner, span);
    }
    for (size_t i = 0;
         (pred->kind == IX_PRED_AND || pred->kind == IX_PRED_OR) && i < pred->list.count; i++) {
        place_at(pred->list.items[i], span);
    }
}

static struct ix_pred *defined_by(struct ix_checker *checker, const char *definition,
                                  struct ix_span span) {
    struct ix_query query = {0};
    struct ix_sv typed = checker->text;
    struct ix_sv text = ix_sv_cstr(definition);
    if (ix_query_parse(checker->arena, text, &query, checker->err) != IX_OK) {
        return NULL;
    }
    checker->text = text;
    struct ix_pred *pred = ix_check_node(checker, query.search);
    checker->text = typed;
    if (pred) {
        place_at(pred, span);
    }
    return pred;
}

static void define(struct ix_checker *checker, const struct fact_row *row) {
    const char *name = ix_field_info(row->field)->name;
    const char *no = !row->no                ? "never, nothing can say so"
                     : row->no == complement ? "whatever is not true"
                                             : row->no;
    ix_check_define(checker, ix_arena_printf(checker->arena, "%s is true: %s", name, row->yes));
    ix_check_define(checker, ix_arena_printf(checker->arena, "%s is false: %s", name, no));
}

static struct ix_pred *defined_fact(struct ix_checker *checker, const struct fact_row *row,
                                    enum ix_tristate state, struct ix_span span) {
    struct ix_pred *yes = defined_by(checker, row->yes, span);
    define(checker, row);
    if (state == IX_YES || !yes) {
        return yes;
    }
    if (row->no == complement) {
        return state == IX_NO ? ix_pred_not(checker, yes)
                              : ix_pred_new(checker, IX_PRED_FALSE, span);
    }
    if (!row->no) {
        return state == IX_NO ? ix_pred_new(checker, IX_PRED_FALSE, span)
                              : ix_pred_not(checker, yes);
    }
    struct ix_pred *no = defined_by(checker, row->no, span);
    if (state == IX_UNKNOWN) {
        return ix_pred_not(checker, ix_pred_pair(checker, IX_PRED_OR, yes, no));
    }
    return ix_pred_pair(checker, IX_PRED_AND, ix_pred_not(checker, yes), no);
}

static struct ix_pred *tristate_fact(struct ix_checker *checker, const struct ix_field_info *info,
                                     enum ix_tristate state, struct ix_span span) {
    for (size_t i = 0; i < sizeof fact_rows / sizeof fact_rows[0]; i++) {
        if (fact_rows[i].field == info->field) {
            return defined_fact(checker, &fact_rows[i], state, span);
        }
    }
    ix_check_define(checker, ix_arena_printf(checker->arena,
                                             "%s is what each type's own properties say; "
                                             "unknown where no rule speaks of the type",
                                             info->name));
    return stored_tristate(checker, info->field, state, span);
}

static struct ix_pred *tristate_value(struct ix_checker *checker, const struct ix_field_info *info,
                                      const struct ix_literal *literal, struct ix_span span) {
    static const char *const words[] = {"true", "yes", "false", "no", "unknown"};
    size_t index = 0;
    if (!literal) {
        return ix_pred_not(checker, tristate_fact(checker, info, IX_UNKNOWN, span));
    }
    if (!one_of(checker, info, literal, words, 5, &index)) {
        return NULL;
    }
    enum ix_tristate state = index < 2 ? IX_YES : index < 4 ? IX_NO : IX_UNKNOWN;
    return tristate_fact(checker, info, state, span);
}

/* ---- deleted ---- */

static struct ix_pred *deleted_value(struct ix_checker *checker, const struct ix_field_info *info,
                                     const struct ix_literal *literal, struct ix_span span) {
    if (literal && ix_sv_eq_nocase(literal->text, IX_SV("any"))) {
        return ix_pred_new(checker, IX_PRED_TRUE, span);
    }
    bool no = literal && ix_sv_eq_nocase(literal->text, IX_SV("false"));
    if (no || !literal || ix_sv_eq_nocase(literal->text, IX_SV("true"))) {
        return ix_pred_not_if(checker, no, exists_pred(checker, IX_FIELD_DELETED, span));
    }
    struct ix_literal value = *literal;
    struct ix_match match = {.kind = IX_MATCH_VALUES, .values = &value, .value_count = 1};
    return ix_check_field_leaf(checker, info->field, IX_CLASS_TIME, &match, span);
}

static struct ix_pred *deleted_field(struct ix_checker *checker, const struct ix_field_info *info,
                                     const struct ix_match *match, struct ix_span span) {
    *checker->include_deleted = true;
    if (each_match(match)) {
        return ix_check_each(checker, info, match, span, deleted_value);
    }
    return ix_check_field_leaf(checker, info->field, IX_CLASS_TIME, match, span);
}

/* ---- is: ---- */

static struct ix_pred *is_value(struct ix_checker *checker, const struct ix_field_info *info,
                                const struct ix_literal *literal, struct ix_span span) {
    static const char *const words[] = {
        "public",    "encrypted",  "untagged", "managed", "drifted",  "default", "deleted",
        "protected", "pending",    "tainted",  "deposed", "external", "delete",  "planned",
        "component", "unresolved", "custom",   "orphan",  "idle",     "stale",
    };
    size_t index = 0;
    if (!literal) {
        ix_check_fail(checker, IX_INVALID, span, "; for example is:public",
                      "expected a flag after ‘is:’");
        return NULL;
    }
    if (!one_of(checker, info, literal, words, sizeof words / sizeof words[0], &index)) {
        return NULL;
    }
    struct ix_sv name = ix_sv_cstr(words[index]);
    const struct ix_field_info *fact = ix_field_find(name);
    if (!fact) {
        return flag_pred(checker, ix_flag_parse(name), span);
    }
    if (fact->kind == IX_KIND_LATER) {
        return ix_check_later(checker, fact, span);
    }
    struct ix_literal yes = {.text = IX_SV("true"), .begin = literal->begin, .end = literal->end};
    struct ix_match match = {.kind = IX_MATCH_VALUES, .values = &yes, .value_count = 1};
    return ix_check_fact(checker, fact, &match, span);
}

struct ix_pred *ix_check_fact(struct ix_checker *checker, const struct ix_field_info *info,
                              const struct ix_match *match, struct ix_span span) {
    switch (info->kind) {
    case IX_KIND_IS:
        return ix_check_each(checker, info, match, span, is_value);
    case IX_KIND_FLAG:
        return ix_check_each(checker, info, match, span, flag_value);
    case IX_KIND_FLAGGED:
        return ix_check_each(checker, info, match, span, flagged_value);
    case IX_KIND_DELETED:
        return deleted_field(checker, info, match, span);
    default:
        return ix_check_each(checker, info, match, span, tristate_value);
    }
}
