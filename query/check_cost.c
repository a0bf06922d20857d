/* The stage `cost`: what its words mean, and which dimensions its rows need. */
#include "query/check.h"
#include "query/suggest.h"

static struct ix_span span_of(const struct ix_word_node *word) {
    return (struct ix_span){word->begin, word->end};
}

/* ---- metric and currency ---- */

static bool take_kind(struct ix_checker *checker, const struct ix_word_node *word,
                      struct ix_cost_rows *rows) {
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    if (ix_cost_metric_find(word->text, &rows->metric) ||
        ix_cost_currency_find(checker->arena, word->text, &rows->currency)) {
        return true;
    }
    ix_suggest_init(&suggest, word->text);
    ix_suggest_add(&suggest, "billed effective amortized list contracted by last since until in");
    ix_check_fail(
        checker, IX_INVALID, span_of(word),
        ix_suggest_hint(&suggest, hint, "; for example cost billed usd by month last 6mo"),
        "‘%.*s’ is no metric and no currency", ix_query_shown(word->text), word->text.data);
    return false;
}

/* ---- dimensions ---- */

static bool add_name(struct ix_checker *checker, struct ix_cost_rows *rows, struct ix_sv name,
                     struct ix_span span) {
    struct ix_err fault = {0};
    if (ix_cost_rows_add(rows, name, &fault) == IX_OK) {
        return true;
    }
    ix_check_fail(checker, fault.code, span, "", "%s", fault.text);
    return false;
}

/* What is no dimension is the later stage's to say. */
static bool add_if_known(struct ix_checker *checker, struct ix_cost_rows *rows, size_t begin,
                         size_t end) {
    struct ix_sv name = ix_sv_sub(checker->text, begin, end);
    struct ix_cost_name found;
    struct ix_err ignored = {0};
    bool known = ix_cost_name_find(name, &found, &ignored) == IX_OK &&
                 !(found.is_grain && rows->grain != IX_COST_GRAIN_NONE);
    return !known || add_name(checker, rows, name, (struct ix_span){begin, end});
}

static bool add_tested(struct ix_checker *checker, struct ix_cost_rows *rows,
                       const struct ix_node *node) {
    bool done = true;
    if (node->kind == IX_NODE_TEST) {
        return add_if_known(checker, rows, node->target.begin, node->target.end);
    }
    for (size_t i = 0; done && i < node->item_count; i++) {
        done = add_tested(checker, rows, node->items[i]);
    }
    return done && (node->kind != IX_NODE_NOT || add_tested(checker, rows, node->inner));
}

static bool add_of_stage(struct ix_checker *checker, struct ix_cost_rows *rows,
                         const struct ix_stage_node *node) {
    bool done = node->verb != IX_VERB_WHERE || add_tested(checker, rows, node->search);
    for (size_t i = 0; done && i < node->item_count; i++) {
        done = add_if_known(checker, rows, node->items[i].expr.begin, node->items[i].expr.end);
    }
    for (size_t i = 0; done && i < node->aggregate_count; i++) {
        const struct ix_expr *value = &node->aggregates[i].value;
        done = value->end == 0 || add_if_known(checker, rows, value->begin, value->end);
    }
    return done;
}

/* Until a stage leaves other columns, those behind name what they need. */
static bool keeps_columns(enum ix_verb verb) {
    return verb == IX_VERB_WHERE || verb == IX_VERB_SORT || verb == IX_VERB_TOP ||
           verb == IX_VERB_LIMIT || verb == IX_VERB_SKIP;
}

static bool add_names(struct ix_checker *checker, const struct ix_query *query, size_t at,
                      struct ix_cost_rows *rows) {
    static const char *const usual[] = {"resource.name", "resource.type", "resource.uid"};
    const struct ix_cost_node *cost = query->stages[at].cost;
    bool done = true;
    bool keeps = true;
    for (size_t i = 0; done && i < cost->by_count; i++) {
        done = add_name(checker, rows, cost->by[i].text, span_of(&cost->by[i]));
    }
    for (size_t i = at + 1; done && keeps && i < query->stage_count; i++) {
        done = add_of_stage(checker, rows, &query->stages[i]);
        keeps = keeps_columns(query->stages[i].verb);
    }
    bool none = rows->dimension_count == 0 && keeps;
    for (size_t i = 0; done && none && !rows->everything && i < sizeof usual / sizeof *usual; i++) {
        done = ix_cost_rows_add(rows, ix_sv_cstr(usual[i]), checker->err) == IX_OK;
    }
    return done;
}

/* ---- times ---- */

static bool read_time(struct ix_checker *checker, const struct ix_word_node *word,
                      int64_t *ret_begin, int64_t *ret_end) {
    if (ix_when_parse(&checker->when, word->text, ret_begin, ret_end)) {
        checker->moves = checker->moves || ix_when_moves(word->text);
        return true;
    }
    ix_check_fail(checker, IX_INVALID, span_of(word), "; for example 2025-03, 2025-03-04, now-30d",
                  "‘%.*s’ is no time", ix_query_shown(word->text), word->text.data);
    return false;
}

/* Whole calendar periods before this one, and what there is of this one. */
static bool read_last(struct ix_checker *checker, const struct ix_word_node *word,
                      struct ix_cost_rows *rows) {
    struct ix_sv text = ix_arena_printf(checker->arena, "now-%.*s", IX_SV_FMT(word->text));
    int64_t end;
    if (!ix_when_parse(&checker->when, text, &rows->from_ms, &end)) {
        ix_check_fail(checker, IX_INVALID, span_of(word), "; for example last 6mo, last 30d",
                      "‘%.*s’ is no length of time", ix_query_shown(word->text), word->text.data);
        return false;
    }
    struct ix_civil c = ix_time_to_civil(rows->from_ms);
    char unit = word->text.data[word->text.size - 1];
    bool years = unit == 'y';
    bool months = unit == 'o' || years;
    rows->from_ms = ix_time_from_civil(
        (struct ix_civil){.year = c.year, .month = years ? 1 : c.month, .day = months ? 1 : c.day});
    checker->moves = true;
    return true;
}

static bool read_span(struct ix_checker *checker, const struct ix_cost_node *cost,
                      struct ix_cost_rows *rows) {
    int64_t ignored;
    rows->from_ms = rows->until_ms = IX_TIME_UNKNOWN;
    if (!ix_sv_empty(cost->in.text)) {
        return read_time(checker, &cost->in, &rows->from_ms, &rows->until_ms);
    }
    if (!ix_sv_empty(cost->last.text) && !read_last(checker, &cost->last, rows)) {
        return false;
    }
    if (!ix_sv_empty(cost->since.text) &&
        !read_time(checker, &cost->since, &rows->from_ms, &ignored)) {
        return false;
    }
    return ix_sv_empty(cost->until.text) ||
           read_time(checker, &cost->until, &rows->until_ms, &ignored);
}

struct ix_cost_rows *ix_check_cost_stage(struct ix_checker *checker, const struct ix_query *query,
                                         size_t at) {
    const struct ix_cost_node *cost = query->stages[at].cost;
    struct ix_cost_rows *rows = IX_NEW(checker->arena, struct ix_cost_rows);
    if (!rows) {
        return NULL;
    }
    *rows = (struct ix_cost_rows){
        .metric = IX_COST_EFFECTIVE,
        .everything = !query->search && at == 0,
        .begin = query->stages[at].begin,
        .end = query->stages[at].end,
    };
    bool done = read_span(checker, cost, rows);
    for (size_t i = 0; done && i < cost->kind_count; i++) {
        done = take_kind(checker, &cost->kinds[i], rows);
    }
    return done && add_names(checker, query, at, rows) ? rows : NULL;
}
