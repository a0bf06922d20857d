/* Stages: what rows are at each point, and which columns can be named there.
 *
 * Rows begin as resources, where every field, tag and property is a column. After count by,
 * distinct, project and facet only the named columns are left.
 */
#include "query/check.h"
#include "query/suggest.h"

#include <stdio.h>

struct rows {
    bool named;          /* rows are columns, no longer resources */
    struct ix_sv *names; /* room for IX_QUERY_ITEMS_MAX + 3 */
    bool *money;         /* of the stage `cost`; as much room */
    size_t count;
    struct ix_cost_rows *costs; /* of that stage; NULL: there was none */
};

static struct ix_span item_span(const struct ix_item *item) {
    return (struct ix_span){item->expr.begin, item->expr.end};
}

/* ---- columns ---- */

static bool result_column(struct ix_checker *checker, const struct rows *rows, struct ix_sv name,
                          struct ix_column *column) {
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, name);
    for (size_t i = 0; i < rows->count; i++) {
        if (ix_sv_eq_nocase(rows->names[i], name)) {
            column->kind = IX_COLUMN_RESULT;
            column->result = i;
            return true;
        }
        ix_suggest_add(&suggest, ix_arena_copy(checker->arena, rows->names[i]).data);
    }
    ix_check_fail(
        checker, IX_INVALID, (struct ix_span){column->begin, column->end},
        ix_suggest_hint(&suggest, hint, "; only the columns of the stage before are left"),
        "no column ‘%.*s’", ix_query_shown(name), name.data);
    return false;
}

static bool can_be_column(const struct ix_field_info *info) {
    return (info->traits & IX_TRAIT_SORT) || info->kind == IX_KIND_IP ||
           info->kind == IX_KIND_VERSION || info->kind == IX_KIND_BYTES;
}

static bool is_tag_word(struct ix_sv name) {
    static const char *const words[] = {"tag", "tags", "label", "labels", "annotations"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (ix_sv_eq_nocase(name, ix_sv_cstr(words[i]))) {
            return true;
        }
    }
    return false;
}

static bool field_column(struct ix_checker *checker, struct ix_sv name, struct ix_column *column) {
    struct ix_span span = {column->begin, column->end};
    const struct ix_field_info *info = ix_field_find(name);
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    if (info && can_be_column(info)) {
        column->kind = IX_COLUMN_FIELD;
        column->field = info->field;
        column->cost =
            info->kind == IX_KIND_COST ? ix_check_cost(checker, name, span) : column->cost;
        return info->kind != IX_KIND_COST || column->cost;
    }
    if (info && info->kind == IX_KIND_LATER) {
        (void)ix_check_later(checker, info, span);
        return false;
    }
    if (info) {
        ix_check_fail(checker, IX_UNSUPPORTED, span, "; it can be searched by",
                      "‘%s’ is not a column in this version", info->name);
        return false;
    }
    if (is_tag_word(name)) {
        ix_check_fail(checker, IX_INVALID, span, "; for example tag.owner",
                      "expected one tag as a column");
        return false;
    }
    ix_suggest_init(&suggest, name);
    ix_suggest_add_fields(&suggest);
    ix_check_fail(checker, IX_INVALID, span,
                  ix_suggest_hint(&suggest, hint, "; properties begin with a dot: .name"),
                  "unknown field ‘%.*s’", ix_query_shown(name), name.data);
    return false;
}

static bool target_column(struct ix_checker *checker, const struct ix_target *target,
                          struct ix_column *column) {
    switch (target->kind) {
    case IX_TARGET_FIELD:
        return field_column(checker, target->name, column);
    case IX_TARGET_PATH:
        column->kind = IX_COLUMN_PROP;
        column->path = (struct ix_path){target->steps, target->step_count};
        return true;
    case IX_TARGET_TAG:
        column->kind = IX_COLUMN_TAG;
        column->tag_classes = ix_check_tag_classes(target->tag_class);
        column->tag_key = target->name;
        return true;
    default:
        ix_check_fail(checker, IX_INVALID, (struct ix_span){column->begin, column->end},
                      "; for example tag.owner", "expected one tag as a column");
        return false;
    }
}

static bool is_computed(const struct ix_expr *expr) {
    return expr->kind == IX_EXPR_CALL || expr->kind == IX_EXPR_SUM;
}

static bool computed_column(struct ix_checker *checker, const struct rows *rows,
                            const struct ix_expr *expr, struct ix_column *column) {
    if (rows->named) {
        ix_check_fail(checker, IX_UNSUPPORTED, (struct ix_span){expr->begin, expr->end},
                      "; calculate in front of the stage that makes columns",
                      "columns are calculated of resources, not of columns, in this version");
        return false;
    }
    column->kind = IX_COLUMN_COMPUTED;
    column->computed = ix_check_computed(checker, expr);
    return column->computed != NULL;
}

static bool column_of(struct ix_checker *checker, const struct rows *rows,
                      const struct ix_item *item, struct ix_column *ret_column) {
    struct ix_span span = item_span(item);
    struct ix_sv written = ix_sv_sub(checker->text, span.begin, span.end);
    struct ix_column column = {
        .name = ix_sv_empty(item->name) ? written : item->name,
        .begin = span.begin,
        .end = span.end,
        .descending = item->descending,
    };
    bool good = false;
    if (is_computed(&item->expr)) {
        good = computed_column(checker, rows, &item->expr, &column);
    } else if (item->expr.kind == IX_EXPR_LITERAL) {
        ix_check_fail(checker, IX_INVALID, span, "; name a field, a .property or a tag",
                      "a value is no column");
    } else if (rows->named) {
        good = result_column(checker, rows, written, &column);
    } else {
        good = target_column(checker, &item->expr.target, &column);
    }
    *ret_column = column;
    return good;
}

static bool all_columns(struct ix_checker *checker, const struct rows *rows,
                        const struct ix_stage_node *node, struct ix_stage *stage) {
    stage->column_count = node->item_count;
    stage->columns = ix_arena_array(checker->arena, node->item_count + 1, sizeof *stage->columns);
    for (size_t i = 0; stage->columns && i < node->item_count; i++) {
        if (!column_of(checker, rows, &node->items[i], &stage->columns[i])) {
            return false;
        }
    }
    return stage->columns != NULL;
}

/* ---- what rows become ---- */

static void become_columns(struct rows *rows, const struct ix_stage *stage, bool counted) {
    bool money[IX_QUERY_ITEMS_MAX + 3] = {0};
    for (size_t i = 0; i < stage->column_count; i++) {
        money[i] = rows->named && rows->money[stage->columns[i].result];
    }
    for (size_t i = 0; i < stage->column_count; i++) {
        rows->names[i] = stage->columns[i].name;
    }
    memcpy(rows->money, money, sizeof money);
    rows->count = stage->column_count;
    if (counted) {
        rows->names[rows->count++] = IX_SV("count");
    }
    rows->named = true;
}

static void become_facets(struct rows *rows) {
    rows->names[0] = IX_SV("field");
    rows->names[1] = IX_SV("value");
    rows->names[2] = IX_SV("count");
    rows->count = 3;
    rows->named = true;
}

/* Drops columns from the result; of resources, the lowering drops fields from the usual ones. */
static void drop_columns(struct rows *rows, const struct ix_stage *stage) {
    size_t kept = 0;
    for (size_t i = 0; rows->named && i < rows->count; i++) {
        bool dropped = false;
        for (size_t k = 0; k < stage->column_count; k++) {
            dropped |= stage->columns[k].result == i;
        }
        if (!dropped) {
            rows->money[kept] = rows->money[i];
            rows->names[kept++] = rows->names[i];
        }
    }
    rows->count = kept;
}

static bool must_be_resources(struct ix_checker *checker, const struct rows *rows,
                              struct ix_span span, const char *what) {
    if (!rows->named) {
        return true;
    }
    ix_check_fail(checker, IX_UNSUPPORTED, span, "; put it in front of that stage",
                  "%s works on resources, and a stage before it made columns", what);
    return false;
}

/* ---- stages ---- */

static bool hop_stage(struct ix_checker *checker, const struct rows *rows,
                      const struct ix_stage_node *node, struct ix_stage *stage) {
    struct ix_span span = {node->begin, node->end};
    unsigned basis = 0;
    stage->kind = IX_STAGE_HOP;
    stage->set_name = node->name;
    stage->hop = IX_NEW(checker->arena, struct ix_hop);
    if (!stage->hop || !must_be_resources(checker, rows, span, "a traversal") ||
        !ix_check_hop(checker, node->hop, stage->hop)) {
        return false;
    }
    stage->pred = ix_check_reached(checker, node->search, span, &stage->include_deleted, &basis);
    stage->hop->basis = basis ? basis : stage->hop->basis;
    return stage->pred != NULL;
}

/* ---- where, of rows of columns: each row is an array of its values ---- */

static struct ix_pred *row_pred(struct ix_checker *checker, const struct rows *rows,
                                const struct ix_node *node, struct ix_stage *stage);

static struct ix_pred *row_list(struct ix_checker *checker, const struct rows *rows,
                                const struct ix_node *node, struct ix_stage *stage) {
    struct ix_pred **items = ix_arena_array(checker->arena, node->item_count, sizeof *items);
    for (size_t i = 0; items && i < node->item_count; i++) {
        items[i] = row_pred(checker, rows, node->items[i], stage);
        if (!items[i]) {
            return NULL;
        }
    }
    return items ? ix_pred_list(checker, node->kind == IX_NODE_OR ? IX_PRED_OR : IX_PRED_AND, items,
                                node->item_count, (struct ix_span){node->begin, node->end})
                 : NULL;
}

static struct ix_pred *row_test(struct ix_checker *checker, const struct rows *rows,
                                const struct ix_node *node, struct ix_stage *stage) {
    struct ix_target target = node->target;
    struct ix_column column = {.begin = target.begin, .end = target.end};
    struct ix_sv name = ix_sv_sub(checker->text, target.begin, target.end);
    if (!result_column(checker, rows, name, &column)) {
        return NULL;
    }
    if (stage->column_count == IX_QUERY_ITEMS_MAX) {
        ix_check_fail(checker, IX_LIMIT, (struct ix_span){node->begin, node->end}, "",
                      "more than %d tests of columns", IX_QUERY_ITEMS_MAX);
        return NULL;
    }
    target.steps = IX_NEW(checker->arena, struct ix_path_step);
    target.step_count = 1;
    if (!target.steps) {
        return NULL;
    }
    *target.steps = (struct ix_path_step){.kind = IX_STEP_INDEX, .index = (int64_t)column.result};
    column.name = rows->names[column.result];
    stage->columns[stage->column_count++] = column;
    return ix_check_path(checker, &target, &node->match, (struct ix_span){node->begin, node->end});
}

static struct ix_pred *row_pred(struct ix_checker *checker, const struct rows *rows,
                                const struct ix_node *node, struct ix_stage *stage) {
    switch (node->kind) {
    case IX_NODE_OR:
    case IX_NODE_AND:
        return row_list(checker, rows, node, stage);
    case IX_NODE_NOT:
        return ix_pred_not(checker, row_pred(checker, rows, node->inner, stage));
    case IX_NODE_TEST:
        return row_test(checker, rows, node, stage);
    default:
        ix_check_fail(checker, IX_UNSUPPORTED, (struct ix_span){node->begin, node->end},
                      "; for example where count > 10",
                      "behind a stage that makes columns, ‘where’ tests columns alone");
        return NULL;
    }
}

static bool where_rows(struct ix_checker *checker, const struct rows *rows,
                       const struct ix_stage_node *node, struct ix_stage *stage) {
    stage->columns = ix_arena_array(checker->arena, IX_QUERY_ITEMS_MAX, sizeof *stage->columns);
    stage->pred = stage->columns ? row_pred(checker, rows, node->search, stage) : NULL;
    return stage->pred != NULL;
}

static bool where_stage(struct ix_checker *checker, const struct rows *rows,
                        const struct ix_stage_node *node, struct ix_stage *stage) {
    stage->kind = IX_STAGE_WHERE;
    if (rows->named) {
        return where_rows(checker, rows, node, stage);
    }
    stage->pred = ix_check_node(checker, node->search);
    return stage->pred != NULL;
}

static bool facet_stage(struct ix_checker *checker, struct rows *rows,
                        const struct ix_stage_node *node, struct ix_stage *stage) {
    enum { FACET_TOP = 10 };
    stage->kind = IX_STAGE_FACET;
    stage->n = node->n > 0 ? node->n : FACET_TOP;
    if (!must_be_resources(checker, rows, (struct ix_span){node->begin, node->end}, "‘facet’") ||
        !all_columns(checker, rows, node, stage)) {
        return false;
    }
    become_facets(rows);
    return true;
}

/* `top 10 by x` is the ten largest unless asc is said; `sort by x` is the smallest first. */
static bool order_stage(struct ix_checker *checker, const struct rows *rows,
                        const struct ix_stage_node *node, struct ix_stage *stage) {
    bool top = node->verb == IX_VERB_TOP;
    stage->kind = top ? IX_STAGE_TOP : IX_STAGE_SORT;
    stage->n = node->n;
    if (!all_columns(checker, rows, node, stage)) {
        return false;
    }
    for (size_t i = 0; top && i < node->item_count; i++) {
        stage->columns[i].descending = !node->items[i].ascending;
    }
    return true;
}

static bool column_stage(struct ix_checker *checker, struct rows *rows,
                         const struct ix_stage_node *node, struct ix_stage *stage) {
    if (!all_columns(checker, rows, node, stage)) {
        return false;
    }
    switch (node->verb) {
    case IX_VERB_COUNT:
        stage->kind = IX_STAGE_COUNT;
        become_columns(rows, stage, true);
        return true;
    case IX_VERB_DISTINCT:
        stage->kind = IX_STAGE_DISTINCT;
        become_columns(rows, stage, false);
        return true;
    case IX_VERB_PROJECT:
        stage->kind = IX_STAGE_PROJECT;
        become_columns(rows, stage, false);
        return true;
    default:
        stage->kind = IX_STAGE_PROJECT_AWAY;
        drop_columns(rows, stage);
        return true;
    }
}

/* ---- summarize ---- */

static const struct {
    const char *name;
    enum ix_aggregate kind;
    double fraction;
} aggregates[] = {
#define IX_AGGREGATE_ROW(name, aggregate, fraction, takes_value)                                   \
    {(name), IX_AGGREGATE_##aggregate, (fraction)},
#include "query/aggregate.def"
#undef IX_AGGREGATE_ROW
};

static bool one_aggregate(struct ix_checker *checker, const struct rows *rows,
                          const struct ix_aggregate_node *node, struct ix_plan_aggregate *ret) {
    struct ix_sv written = ix_sv_sub(checker->text, node->begin, node->end);
    *ret = (struct ix_plan_aggregate){
        .kind = aggregates[node->row].kind,
        .fraction = aggregates[node->row].fraction,
        .column = {.name = ix_sv_empty(node->name) ? written : node->name,
                   .begin = node->begin,
                   .end = node->end},
    };
    if (ret->kind == IX_AGGREGATE_COUNT) {
        return true;
    }
    ret->column.begin = node->value.begin;
    ret->column.end = node->value.end;
    if (is_computed(&node->value)) {
        return computed_column(checker, rows, &node->value, &ret->column);
    }
    if (node->value.kind != IX_EXPR_TARGET) {
        ix_check_fail(checker, IX_INVALID, (struct ix_span){node->value.begin, node->value.end},
                      "; name a field, a .property or a tag", "a value is no column");
        return false;
    }
    if (rows->named) {
        struct ix_sv name = ix_sv_sub(checker->text, node->value.begin, node->value.end);
        return result_column(checker, rows, name, &ret->column);
    }
    return target_column(checker, &node->value.target, &ret->column);
}

/* Amounts may be added up only within a currency: where the groups are not of one each, and for
 * shares of all, the answer must have a single one, which the reading of the costs sees to. */
static void mind_currencies(const struct rows *rows, const struct ix_stage *stage) {
    bool apart = false;
    for (size_t i = 0; i < stage->column_count; i++) {
        apart |= ix_sv_eq_cstr(rows->names[stage->columns[i].result], "currency");
    }
    for (size_t i = 0; i < stage->aggregate_count; i++) {
        const struct ix_plan_aggregate *a = &stage->aggregates[i];
        bool adds = a->kind != IX_AGGREGATE_COUNT && a->kind != IX_AGGREGATE_DIFFERENT;
        bool mixes = !apart || a->kind == IX_AGGREGATE_SHARE;
        if (adds && mixes && rows->money[a->column.result]) {
            rows->costs->adds_up = true;
            rows->costs->adds_begin = a->column.begin;
            rows->costs->adds_end = a->column.end;
        }
    }
}

static bool summarize_stage(struct ix_checker *checker, struct rows *rows,
                            const struct ix_stage_node *node, struct ix_stage *stage) {
    stage->kind = IX_STAGE_SUMMARIZE;
    if (node->item_count + node->aggregate_count > IX_QUERY_ITEMS_MAX) {
        ix_check_fail(checker, IX_LIMIT, (struct ix_span){node->begin, node->end}, "",
                      "more than %d columns", IX_QUERY_ITEMS_MAX);
        return false;
    }
    stage->aggregates =
        ix_arena_array(checker->arena, node->aggregate_count + 1, sizeof *stage->aggregates);
    if (!stage->aggregates || !all_columns(checker, rows, node, stage)) {
        return false;
    }
    for (size_t i = 0; i < node->aggregate_count; i++) {
        if (!one_aggregate(checker, rows, &node->aggregates[i], &stage->aggregates[i])) {
            return false;
        }
    }
    stage->aggregate_count = node->aggregate_count;
    bool money[IX_QUERY_ITEMS_MAX] = {0};
    if (rows->costs) {
        mind_currencies(rows, stage);
    }
    for (size_t i = 0; rows->named && i < stage->aggregate_count; i++) {
        const struct ix_plan_aggregate *a = &stage->aggregates[i];
        money[i] = a->kind >= IX_AGGREGATE_SUM && a->kind != IX_AGGREGATE_SHARE &&
                   rows->money[a->column.result];
    }
    become_columns(rows, stage, false);
    for (size_t i = 0; i < stage->aggregate_count; i++) {
        rows->money[rows->count] = money[i];
        rows->names[rows->count++] = stage->aggregates[i].column.name;
    }
    return true;
}

static bool cost_stage(struct ix_checker *checker, const struct ix_query *query, size_t at,
                       struct rows *rows, struct ix_stage *stage) {
    const struct ix_stage_node *node = &query->stages[at];
    stage->kind = IX_STAGE_COST;
    if (!must_be_resources(checker, rows, (struct ix_span){node->begin, node->end}, "‘cost’")) {
        return false;
    }
    stage->cost = rows->costs = ix_check_cost_stage(checker, query, at);
    if (!rows->costs) {
        return false;
    }
    rows->count = ix_cost_rows_columns(rows->costs, rows->names);
    rows->money[ix_cost_rows_amount(rows->costs)] = true;
    rows->named = true;
    return true;
}

struct format_row {
    const char *name;
    enum ix_plan_format format;
    bool ready;
};

static const struct format_row formats[] = {
#define IX_FORMAT_ROW(symbol, name, ready) {(name), IX_FORMAT_##symbol, (ready)},
#include "query/format.def"
#undef IX_FORMAT_ROW
};

static bool format_stage(struct ix_checker *checker, const struct ix_stage_node *node,
                         struct ix_plan *plan) {
    struct ix_span span = {node->name_begin, node->name_end};
    char hint[IX_SUGGEST_HINT_SIZE];
    struct ix_suggest suggest;
    ix_suggest_init(&suggest, node->name);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        ix_suggest_add(&suggest, formats[i].name);
        if (!ix_sv_eq_nocase(node->name, ix_sv_cstr(formats[i].name))) {
            continue;
        }
        if (!formats[i].ready) {
            ix_check_fail(checker, IX_UNSUPPORTED, span,
                          "; meanwhile table, csv, json, ndjson and yaml work",
                          "the format ‘%s’ is not part of this version yet", formats[i].name);
            return false;
        }
        plan->format = formats[i].format;
        return true;
    }
    ix_check_fail(checker, IX_INVALID, span,
                  ix_suggest_hint(&suggest, hint, "; formats are table, csv, json, ndjson, yaml"),
                  "unknown format ‘%.*s’", ix_query_shown(node->name), node->name.data);
    return false;
}

static bool one_stage(struct ix_checker *checker, const struct ix_query *query, size_t at,
                      struct rows *rows, struct ix_stage *stage) {
    const struct ix_stage_node *node = &query->stages[at];
    switch (node->verb) {
    case IX_VERB_COST:
        return cost_stage(checker, query, at, rows, stage);
    case IX_VERB_HOP:
        return hop_stage(checker, rows, node, stage);
    case IX_VERB_WHERE:
        return where_stage(checker, rows, node, stage);
    case IX_VERB_FACET:
        return facet_stage(checker, rows, node, stage);
    case IX_VERB_SUMMARIZE:
        return summarize_stage(checker, rows, node, stage);
    case IX_VERB_SORT:
    case IX_VERB_TOP:
        return order_stage(checker, rows, node, stage);
    case IX_VERB_LIMIT:
    case IX_VERB_SKIP:
        stage->kind = node->verb == IX_VERB_LIMIT ? IX_STAGE_LIMIT : IX_STAGE_SKIP;
        stage->n = node->n;
        return true;
    default:
        return column_stage(checker, rows, node, stage);
    }
}

bool ix_check_stages(struct ix_checker *checker, const struct ix_query *query,
                     struct ix_plan *plan) {
    struct rows rows = {0};
    rows.names = ix_arena_array(checker->arena, IX_QUERY_ITEMS_MAX + 3, sizeof *rows.names);
    rows.money = ix_arena_zalloc(checker->arena, (IX_QUERY_ITEMS_MAX + 3) * sizeof *rows.money);
    plan->stages = ix_arena_array(checker->arena, query->stage_count + 1, sizeof *plan->stages);
    for (size_t i = 0; rows.names && rows.money && plan->stages && i < query->stage_count; i++) {
        const struct ix_stage_node *node = &query->stages[i];
        struct ix_stage *stage = &plan->stages[plan->stage_count];
        if (node->verb == IX_VERB_EXPLAIN) {
            plan->explain = true;
            continue;
        }
        if (node->verb == IX_VERB_AS) {
            if (!format_stage(checker, node, plan)) {
                return false;
            }
            continue;
        }
        *stage = (struct ix_stage){.begin = node->begin, .end = node->end};
        if (!one_stage(checker, query, i, &rows, stage)) {
            return false;
        }
        if (stage->kind == IX_STAGE_COST) {
            plan->cost_rows = rows.costs;
            rows.costs->stage = plan->stage_count;
        }
        plan->stage_count++;
    }
    plan->columns = rows.names;
    plan->column_count = rows.named ? rows.count : 0;
    return rows.names && rows.money && plan->stages;
}
