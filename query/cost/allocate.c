/* Who bears the cost. The warehouse adds up by all that the rules name, so that every line of a
 * group has the same values; the first rule that takes a group has it, and what a rule that splits
 * took is divided once all of a calendar period and currency is there. Nothing is rounded but
 * there, and there the parts add up (query/cost/split.h). */
#include "base/map.h"
#include "query/cost/making.h"
#include "query/cost/name.h"
#include "query/cost/rules.h"
#include "query/cost/split.h"
#include "query/run.h"

enum {
    ALLOCATED_ROWS_MAX = 1 << 20, /* of one report */
    QUERY_UIDS_MAX = 1 << 20,     /* of one rule */
    ROW_BYTES_MAX = 64 << 20,     /* of one resource while it is read */
};

/* A rule, ready to be held against a group of lines. */
struct test {
    const struct ix_cost_filter *filters;
    size_t *columns; /* of the group's values, one a filter */
    size_t filter_count;
    bool has_query;
    size_t uid_column;
    struct ix_map uids;
};

/* What a rule took. */
struct pot {
    struct ix_money sum;
    int64_t lines, unknown;
};

struct slot {
    struct ix_sv currency;
    struct pot *pots; /* one a rule, and behind them what none took */
};

struct allocation {
    struct ix_cost_making *m;
    struct ix_cost_rules rules;
    struct test *tests;
    struct ix_cost_totals totals;
    struct slot *slots; /* of the period under way, one a currency */
    size_t slot_count;
    struct ix_json *rows;
    size_t row_count;
};

/* ---- what the rules ask for ---- */

static bool same_dimension(const struct ix_cost_dimension *a, const struct ix_cost_dimension *b) {
    return a->kind == b->kind && a->column == b->column && a->stored == b->stored &&
           ix_sv_eq(a->key, b->key);
}

static enum ix_code column_of(struct ix_cost_making *m, const struct ix_cost_dimension *dimension,
                              size_t *ret_column) {
    size_t count = m->question.dimension_count;
    for (*ret_column = 0; *ret_column < count; ++*ret_column) {
        if (same_dimension(&m->dimensions[*ret_column], dimension)) {
            return IX_OK;
        }
    }
    if (count == IX_COST_DIMENSIONS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "the rules name more than %d dimensions",
                          IX_COST_DIMENSIONS_MAX);
    }
    m->dimensions[m->question.dimension_count++] = *dimension;
    return IX_OK;
}

static enum ix_code read_where(struct ix_cost_making *m, struct ix_sv where, struct test *test) {
    const struct ix_cost_request request = {
        .metric = m->request->metric, .where = where, .now_ms = m->request->now_ms};
    struct ix_cost_making *of_rule = IX_NEW(m->arena, struct ix_cost_making);
    if (!of_rule) {
        return ix_err_nomem(m->err);
    }
    *of_rule = (struct ix_cost_making){
        .warehouse = m->warehouse, .request = &request, .arena = m->arena, .err = m->err};
    enum ix_code code = ix_cost_making_read(of_rule);
    if (code != IX_OK) {
        return code;
    }
    /* which basis counts is the report's choice, not the rule's */
    test->filter_count = of_rule->question.filter_count - of_rule->bills_alone;
    test->filters = of_rule->filters;
    test->columns = ix_arena_array(m->arena, test->filter_count + 1, sizeof *test->columns);
    if (!test->columns) {
        return ix_err_nomem(m->err);
    }
    for (size_t i = 0; code == IX_OK && i < test->filter_count; i++) {
        code = column_of(m, &test->filters[i].of, &test->columns[i]);
    }
    return code;
}

static enum ix_code keep_uids(struct ix_cost_making *m, struct ix_answer *answer,
                              struct ix_map *uids) {
    struct ix_arena scratch;
    struct ix_json *row = NULL;
    size_t count = 0;
    ix_arena_init(&scratch, ROW_BYTES_MAX);
    enum ix_code code = ix_answer_next(answer, &scratch, &row, m->err);
    while (code == IX_OK && row) {
        if (++count > QUERY_UIDS_MAX) {
            code = ix_err_set(m->err, IX_LIMIT, "the query finds more than %d resources",
                              QUERY_UIDS_MAX);
        } else if (!ix_map_put(uids, ix_json_get_string(row, "uid"), NULL)) {
            code = ix_err_nomem(m->err);
        } else {
            ix_arena_reset(&scratch);
            code = ix_answer_next(answer, &scratch, &row, m->err);
        }
    }
    ix_arena_done(&scratch);
    return code;
}

static enum ix_code read_query(struct ix_cost_making *m, struct ix_sv query, struct test *test) {
    static const struct ix_cost_dimension uid = {
        .kind = IX_COST_BY_RESOURCE, .stored = IX_STORED_UID, .key = {"", 0}};
    const struct ix_run_query_settings settings = {.now_ms = m->request->now_ms};
    struct ix_answer *answer = NULL;
    test->has_query = true;
    ix_map_init(&test->uids, m->arena);
    enum ix_code code = column_of(m, &uid, &test->uid_column);
    code = code == IX_OK ? ix_query_run(m->warehouse, query, &settings, &answer, m->err) : code;
    if (code == IX_OK && !ix_answer_is_resources(answer)) {
        code = ix_err_set(m->err, IX_INVALID, "the query must find resources, not columns");
    }
    code = code == IX_OK ? keep_uids(m, answer, &test->uids) : code;
    ix_answer_close(answer);
    return code;
}

static enum ix_code read_test(struct allocation *a, size_t at) {
    const struct ix_cost_rule *rule = &a->rules.rules[at];
    enum ix_code code = read_where(a->m, rule->where, &a->tests[at]);
    if (code == IX_OK && !ix_sv_empty(rule->query)) {
        code = read_query(a->m, rule->query, &a->tests[at]);
    }
    return code == IX_OK ? code
                         : ix_err_wrap(a->m->err, "%.*s, line %lld",
                                       IX_SV_FMT(a->m->request->text_name), (long long)rule->line);
}

/* ---- first match wins ---- */

static bool filter_holds(const struct ix_cost_filter *filter, struct ix_sv value) {
    for (size_t i = 0; i < filter->value_count; i++) {
        struct ix_sv wanted = filter->values[i];
        if (wanted.data ? value.data && ix_sv_eq(wanted, value) : !value.data) {
            return !filter->negate;
        }
    }
    return filter->negate;
}

static bool takes(const struct test *test, const struct ix_cost_row *row) {
    for (size_t i = 0; i < test->filter_count; i++) {
        if (!filter_holds(&test->filters[i], row->values[test->columns[i]])) {
            return false;
        }
    }
    struct ix_sv uid = test->has_query ? row->values[test->uid_column] : (struct ix_sv){0};
    return !test->has_query || (uid.data && ix_map_find(&test->uids, uid));
}

static struct slot *slot_of(struct allocation *a, struct ix_sv currency) {
    for (size_t i = 0; i < a->slot_count; i++) {
        if (ix_sv_eq(a->slots[i].currency, currency)) {
            return &a->slots[i];
        }
    }
    struct slot *slot = &a->slots[a->slot_count++];
    slot->currency = currency;
    for (size_t i = 0; i <= a->rules.rule_count; i++) {
        slot->pots[i] = (struct pot){0};
    }
    return slot;
}

static enum ix_code take(struct allocation *a, const struct ix_cost_row *row) {
    size_t rule = 0;
    while (rule < a->rules.rule_count && !takes(&a->tests[rule], row)) {
        rule++;
    }
    struct pot *pot = &slot_of(a, row->currency)->pots[rule];
    pot->lines += row->lines;
    pot->unknown += row->unknown;
    return ix_money_add(&pot->sum, row->sum, a->m->err);
}

/* ---- rows ---- */

struct said {
    int64_t begin_ms;
    struct ix_sv currency, target, rule; /* rule without pointer: none */
    const char *how;
    struct ix_money cost;
    bool known;
};

static enum ix_code add_row(struct allocation *a, const struct said *said) {
    struct ix_cost_making *m = a->m;
    if (a->row_count++ == ALLOCATED_ROWS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "more than %d rows; ask for longer periods",
                          ALLOCATED_ROWS_MAX);
    }
    if (ix_cost_making_shown(m, a->row_count) < a->row_count) {
        return IX_OK;
    }
    struct ix_json *row = ix_json_new_object(m->arena);
    if (!ix_sv_empty(m->grain_name)) {
        struct ix_sv period = ix_cost_period_text(m->arena, m->question.grain, said->begin_ms);
        ix_json_set(m->arena, row, m->grain_name, ix_json_new_string(m->arena, period));
    }
    const struct ix_money whole = ix_cost_total_of(&a->totals, said->currency)->sum;
    ix_cost_set(m, row, "target", ix_cost_text_node(m, said->target));
    ix_cost_set(m, row, "rule", ix_cost_text_node(m, said->rule));
    ix_cost_set(m, row, "how", ix_json_new_string(m->arena, ix_sv_cstr(said->how)));
    ix_cost_set(m, row, "currency", ix_cost_text_node(m, said->currency));
    ix_cost_set(m, row, "cost",
                said->known ? ix_cost_money_node(m, said->cost) : ix_json_new_null(m->arena));
    ix_cost_set(m, row, "share",
                said->known ? ix_cost_percent_node(m, said->cost, whole)
                            : ix_json_new_null(m->arena));
    ix_json_append(a->rows, row);
    return ix_arena_check(m->arena, m->err);
}

/* What the direct rules gave to the target. */
static enum ix_code direct_cost(const struct allocation *a, const struct slot *slot, size_t target,
                                struct ix_money *ret_cost) {
    enum ix_code code = IX_OK;
    *ret_cost = (struct ix_money){0};
    for (size_t i = 0; code == IX_OK && i < a->rules.rule_count; i++) {
        const struct ix_cost_rule *rule = &a->rules.rules[i];
        if (rule->manner == IX_COST_DIRECT && rule->parts[0].target == target) {
            code = ix_money_add(ret_cost, slot->pots[i].sum, a->m->err);
        }
    }
    return code;
}

static enum ix_code divide(const struct allocation *a, const struct slot *slot, size_t at,
                           struct ix_money *parts, bool *ret_done) {
    const struct ix_cost_rule *rule = &a->rules.rules[at];
    struct ix_money weights[IX_COST_PARTS_MAX];
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < rule->part_count; i++) {
        weights[i] = rule->parts[i].weight;
        if (rule->manner == IX_COST_IN_PROPORTION) {
            code = direct_cost(a, slot, rule->parts[i].target, &weights[i]);
        }
    }
    return code == IX_OK ? ix_cost_split(a->m->arena, slot->pots[at].sum, weights, rule->part_count,
                                         parts, ret_done, a->m->err)
                         : code;
}

/* The rows of a rule; when it cannot be divided, there is nothing to be in proportion to, and it
 * stays in the remainder. */
static enum ix_code say_rule(struct allocation *a, struct slot *slot, size_t at, int64_t begin_ms) {
    const struct ix_cost_rule *rule = &a->rules.rules[at];
    const struct pot *pot = &slot->pots[at];
    struct pot *rest = &slot->pots[a->rules.rule_count];
    struct ix_money parts[IX_COST_PARTS_MAX] = {pot->sum};
    struct said said = {.begin_ms = begin_ms,
                        .currency = slot->currency,
                        .rule = rule->name,
                        .how = rule->manner == IX_COST_DIRECT ? "direct" : "split",
                        .known = pot->unknown < pot->lines};
    bool done = true;
    enum ix_code code = IX_OK;
    if (pot->lines == 0) {
        return IX_OK;
    }
    if (rule->manner != IX_COST_DIRECT) {
        code = divide(a, slot, at, parts, &done);
    }
    if (code == IX_OK && !done) {
        rest->lines += pot->lines;
        rest->unknown += pot->unknown;
        return ix_money_add(&rest->sum, pot->sum, a->m->err);
    }
    for (size_t i = 0; code == IX_OK && i < rule->part_count; i++) {
        said.target = a->rules.targets[rule->parts[i].target];
        said.cost = parts[i];
        code = add_row(a, &said);
    }
    return code;
}

static enum ix_code say_slot(struct allocation *a, struct slot *slot, int64_t begin_ms) {
    const struct pot *rest = &slot->pots[a->rules.rule_count];
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < a->rules.rule_count; i++) {
        code = say_rule(a, slot, i, begin_ms);
    }
    const struct said said = {.begin_ms = begin_ms,
                              .currency = slot->currency,
                              .target = IX_SV(IX_COST_UNALLOCATED),
                              .how = "remainder",
                              .cost = rest->sum,
                              .known = rest->lines == 0 || rest->unknown < rest->lines};
    return code == IX_OK ? add_row(a, &said) : code;
}

/* ---- the report ---- */

/* There is one slot for each currency of the answer. */
static enum ix_code make_slots(struct allocation *a) {
    struct ix_arena *arena = a->m->arena;
    a->slots = ix_arena_array(arena, a->totals.count + 1, sizeof *a->slots);
    for (size_t i = 0; a->slots && i < a->totals.count; i++) {
        a->slots[i].pots = ix_arena_array(arena, a->rules.rule_count + 1, sizeof *a->slots[i].pots);
    }
    return ix_arena_check(arena, a->m->err);
}

static enum ix_code say_all(struct allocation *a, const struct ix_cost_answer *answer) {
    enum ix_code code = make_slots(a);
    a->rows = ix_json_new_array(a->m->arena);
    for (size_t i = 0; code == IX_OK && i < answer->count; i++) {
        const struct ix_cost_row *row = &answer->rows[i];
        code = take(a, row);
        if (code != IX_OK || (i + 1 < answer->count && row[1].begin_ms == row->begin_ms)) {
            continue;
        }
        for (size_t s = 0; code == IX_OK && s < a->slot_count; s++) {
            code = say_slot(a, &a->slots[s], row->begin_ms);
        }
        a->slot_count = 0;
    }
    return code;
}

static enum ix_code read_all(struct allocation *a) {
    struct ix_cost_making *m = a->m;
    enum ix_code code = ix_cost_making_read(m);
    if (code == IX_OK && m->question.dimension_count > 0) {
        code = ix_err_set(m->err, IX_INVALID,
                          "--by ‘%.*s’: what is allocated is told by a period alone, as in "
                          "--by month",
                          IX_SV_FMT(m->request->by));
    }
    code = code == IX_OK ? ix_cost_rules_read(m->request->text, m->request->text_name, m->arena,
                                              &a->rules, m->err)
                         : code;
    if (code != IX_OK) {
        return code;
    }
    a->tests = ix_arena_zalloc(m->arena, a->rules.rule_count * sizeof *a->tests);
    code = a->tests ? IX_OK : ix_err_nomem(m->err);
    for (size_t i = 0; code == IX_OK && i < a->rules.rule_count; i++) {
        code = read_test(a, i);
    }
    return code;
}

enum ix_code ix_cost_make_allocate(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct allocation a = {.m = m};
    struct ix_cost_answer answer;
    if (read_all(&a) != IX_OK || ix_cost_making_ask(m, &m->question, &answer) != IX_OK ||
        ix_cost_add_up(m, &answer, &a.totals) != IX_OK || say_all(&a, &answer) != IX_OK) {
        return m->err->code;
    }
    ret->rows = a.rows;
    ret->columns = ix_arena_printf(m->arena, "%.*s%starget,rule,how,currency,cost,share",
                                   IX_SV_FMT(m->grain_name), ix_sv_empty(m->grain_name) ? "" : ",");
    ret->meta = ix_cost_meta_node(m, &answer, ix_cost_totals_node(m, &a.totals), a.row_count);
    ix_cost_set(m, ret->meta, "dimension", ix_cost_text_node(m, a.rules.dimension));
    return ix_arena_check(m->arena, m->err);
}
