/* The plan as text: one node a line, two spaces a level. Golden tests compare it and `explain`
 * shows it, so it says everything that the plan says and nothing of where it came from. */
#include "query/plan.h"

#include <inttypes.h>

static void indent(struct ix_buf *buf, int depth) {
    for (int i = 0; i < depth; i++) {
        ix_buf_add_cstr(buf, "  ");
    }
}

static void quoted(struct ix_buf *buf, struct ix_sv text) {
    ix_buf_add_char(buf, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            ix_buf_add_char(buf, '\\');
        }
        ix_buf_add_char(buf, text.data[i] == '\n' ? ' ' : text.data[i]);
    }
    ix_buf_add_char(buf, '"');
}

/* ---- paths ---- */

static bool is_plain(struct ix_sv name) {
    for (size_t i = 0; i < name.size; i++) {
        if (strchr(" \t\r\n()|\",{}[]<>=~!.:*", name.data[i])) {
            return false;
        }
    }
    return name.size > 0;
}

void ix_path_print(struct ix_buf *buf, const struct ix_path *path) {
    if (path->count == 0) {
        ix_buf_add_char(buf, '.');
    }
    for (size_t i = 0; i < path->count; i++) {
        const struct ix_path_step *step = &path->steps[i];
        switch (step->kind) {
        case IX_STEP_NAME:
            ix_buf_add_char(buf, '.');
            if (is_plain(step->name)) {
                ix_buf_add(buf, step->name);
            } else {
                quoted(buf, step->name);
            }
            break;
        case IX_STEP_EACH:
            ix_buf_add_cstr(buf, "[*]");
            break;
        case IX_STEP_INDEX:
            ix_buf_printf(buf, "[%" PRId64 "]", step->index);
            break;
        case IX_STEP_DEEP:
            ix_buf_add_cstr(buf, ".**");
            break;
        }
    }
}

/* ---- tests ---- */

static void print_time(struct ix_buf *buf, int64_t ms) {
    char text[IX_TIME_TEXT_SIZE];
    ix_buf_add(buf, ix_time_format(ms, text));
}

static void print_operand(struct ix_buf *buf, const struct ix_operand *operand) {
    switch (operand->kind) {
    case IX_OPERAND_TEXT:
        quoted(buf, operand->text);
        ix_buf_add_cstr(buf, operand->nocase ? "i" : "");
        break;
    case IX_OPERAND_NUMBER:
        ix_buf_printf(buf, "number %.*s%s%.*s%s", IX_SV_FMT(operand->text),
                      ix_sv_empty(operand->currency) ? "" : " ", IX_SV_FMT(operand->currency),
                      operand->is_percent ? "%" : "");
        break;
    case IX_OPERAND_BOOL:
        ix_buf_add_cstr(buf, operand->boolean ? "true" : "false");
        break;
    case IX_OPERAND_NULL:
        ix_buf_add_cstr(buf, "null");
        break;
    case IX_OPERAND_TIME:
        print_time(buf, operand->begin_ms);
        break;
    case IX_OPERAND_IP:
    case IX_OPERAND_FLAG:
    case IX_OPERAND_TRISTATE:
        ix_buf_add(buf, operand->text);
        break;
    }
}

static void print_range(struct ix_buf *buf, const struct ix_test *test) {
    if (test->has_low) {
        ix_buf_add_cstr(buf, test->low_open ? " > " : " >= ");
        print_operand(buf, &test->low);
    }
    if (test->has_high) {
        ix_buf_add_cstr(buf, test->high_open ? " < " : " <= ");
        print_operand(buf, &test->high);
    }
}

static void print_test(struct ix_buf *buf, const struct ix_test *test) {
    static const char *const names[] = {
        [IX_OP_EXISTS] = " exists", [IX_OP_WORDS] = " words",   [IX_OP_WHOLE] = " whole",
        [IX_OP_EQ] = " =",          [IX_OP_GLOB] = " glob",     [IX_OP_REGEX] = " regex",
        [IX_OP_RANGE] = "",         [IX_OP_INSIDE] = " inside",
    };
    ix_buf_add_cstr(buf, names[test->op]);
    if (test->op == IX_OP_RANGE) {
        print_range(buf, test);
    }
    for (size_t i = 0; i < test->value_count; i++) {
        ix_buf_add_cstr(buf, i > 0 ? ", " : " ");
        print_operand(buf, &test->values[i]);
    }
}

/* ---- predicates ---- */

static void print_classes(struct ix_buf *buf, unsigned classes) {
    const char *separator = "";
    for (unsigned i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        if (classes & 1u << i) {
            ix_buf_printf(buf, "%s%s", separator, ix_tag_class_name((enum ix_tag_class)i));
            separator = "|";
        }
    }
}

static void print_text(struct ix_buf *buf, const struct ix_pred *pred) {
    static const char *const names[] = {
        [IX_TEXT_WORD] = "word",     [IX_TEXT_PHRASE] = "phrase", [IX_TEXT_NEAR] = "near",
        [IX_TEXT_PREFIX] = "prefix", [IX_TEXT_GLOB] = "glob",     [IX_TEXT_REGEX] = "regex",
    };
    ix_buf_printf(buf, "text %s ", names[pred->text.kind]);
    quoted(buf, pred->text.text);
    if (pred->text.kind == IX_TEXT_NEAR) {
        ix_buf_printf(buf, " within %" PRId64, pred->text.distance);
    }
    ix_buf_add_cstr(buf, pred->text.nocase ? "i" : "");
}

static void print_expression(struct ix_buf *buf, const enum ix_field *fields,
                             const struct ix_expression *x) {
    static const char *const funcs[] = {
#define IX_FUNC_ROW(symbol, name, takes, gives, help) [IX_FUNC_##symbol] = (name),
#include "query/func.def"
#undef IX_FUNC_ROW
    };
    switch (x->kind) {
    case IX_EXPRESSION_VALUE:
        print_operand(buf, &x->operand);
        ix_buf_add_cstr(buf, x->gives == 'd' ? " ms" : "");
        break;
    case IX_EXPRESSION_PATH:
        ix_path_print(buf, &x->path);
        break;
    case IX_EXPRESSION_FIELD:
        ix_buf_add_cstr(buf, ix_field_info(fields[x->place])->name);
        break;
    case IX_EXPRESSION_TAG:
        print_classes(buf, x->tag_classes);
        ix_buf_add_char(buf, ' ');
        quoted(buf, x->tag_key);
        break;
    default:
        ix_buf_add_cstr(buf, x->kind == IX_EXPRESSION_CALL ? funcs[x->func] : "");
        ix_buf_add_char(buf, '(');
        for (size_t i = 0; i < x->arg_count; i++) {
            ix_buf_add_cstr(buf, i > 0 && x->kind == IX_EXPRESSION_CALL ? ", " : "");
            if (i > 0 && x->kind == IX_EXPRESSION_SUM) {
                ix_buf_printf(buf, " %c ", x->op);
            }
            print_expression(buf, fields, &x->args[i]);
        }
        ix_buf_add_char(buf, ')');
    }
}

static void print_compare(struct ix_buf *buf, const struct ix_pred *pred) {
    static const char *const ops[] = {
        [IX_COMPARE_EQ] = " = ", [IX_COMPARE_GT] = " > ",  [IX_COMPARE_GE] = " >= ",
        [IX_COMPARE_LT] = " < ", [IX_COMPARE_LE] = " <= ",
    };
    print_expression(buf, pred->compare.fields, pred->compare.left);
    ix_buf_add_cstr(buf, ops[pred->compare.op]);
    print_expression(buf, pred->compare.fields, pred->compare.right);
}

static void print_hop(struct ix_buf *buf, const struct ix_hop *hop) {
    static const char *const names[] = {
        [IX_HOP_OUT] = "out", [IX_HOP_IN] = "in", [IX_HOP_BOTH] = "both"};
    ix_buf_printf(buf, " %s", names[hop->direction]);
    for (size_t i = 0; i < hop->type_count; i++) {
        ix_buf_printf(buf, "%s%.*s", i > 0 ? "," : " ", IX_SV_FMT(hop->types[i]));
    }
    ix_buf_printf(buf, " %" PRId64 "..%" PRId64 "%s", hop->min_depth, hop->max_depth,
                  hop->basis == IX_BASIS_DECLARED   ? " declared"
                  : hop->basis == IX_BASIS_INFERRED ? " inferred"
                                                    : "");
}

static void print_relation(struct ix_buf *buf, const struct ix_pred *pred) {
    ix_buf_add_cstr(buf, pred->relation.is_count ? "count" : "has");
    if (pred->relation.is_count) {
        print_test(buf, &pred->relation.count);
    }
    ix_buf_add_cstr(buf, ":");
    for (size_t i = 0; i < pred->relation.hop_count; i++) {
        print_hop(buf, &pred->relation.hops[i]);
    }
    ix_buf_add_cstr(buf, pred->relation.include_deleted ? " deleted too" : "");
}

/* The line of the node itself; its children follow. */
static void print_line(struct ix_buf *buf, const struct ix_pred *pred) {
    switch (pred->kind) {
    case IX_PRED_TRUE:
        ix_buf_add_cstr(buf, "everything");
        break;
    case IX_PRED_FALSE:
        ix_buf_add_cstr(buf, "nothing");
        break;
    case IX_PRED_AND:
        ix_buf_add_cstr(buf, "and");
        break;
    case IX_PRED_OR:
        ix_buf_add_cstr(buf, "or");
        break;
    case IX_PRED_NOT:
        ix_buf_add_cstr(buf, "not");
        break;
    case IX_PRED_TEXT:
        print_text(buf, pred);
        break;
    case IX_PRED_FIELD:
        ix_buf_add_cstr(buf, ix_field_info(pred->field.field)->name);
        print_test(buf, &pred->field.test);
        break;
    case IX_PRED_TAG:
        print_classes(buf, pred->tag.classes);
        ix_buf_add_cstr(buf, " key");
        print_test(buf, &pred->tag.key_test);
        ix_buf_add_cstr(buf, ", value");
        print_test(buf, &pred->tag.test);
        break;
    case IX_PRED_PROP:
        ix_path_print(buf, &pred->prop.path);
        print_test(buf, &pred->prop.test);
        break;
    case IX_PRED_ELEMENT:
        ix_buf_add_cstr(buf, pred->element.all ? "all of " : "one of ");
        ix_path_print(buf, &pred->element.path);
        break;
    case IX_PRED_COST:
        ix_buf_add(buf, pred->cost.field->name);
        print_test(buf, &pred->cost.test);
        break;
    case IX_PRED_LEN:
        ix_buf_add_cstr(buf, "len ");
        ix_path_print(buf, &pred->len.path);
        print_test(buf, &pred->len.test);
        break;
    case IX_PRED_COMPARE:
        print_compare(buf, pred);
        break;
    case IX_PRED_RELATION:
        print_relation(buf, pred);
        break;
    }
}

static void print_pred(struct ix_buf *buf, const struct ix_pred *pred, int depth) {
    indent(buf, depth);
    print_line(buf, pred);
    ix_buf_add_char(buf, '\n');
    switch (pred->kind) {
    case IX_PRED_AND:
    case IX_PRED_OR:
        for (size_t i = 0; i < pred->list.count; i++) {
            print_pred(buf, pred->list.items[i], depth + 1);
        }
        break;
    case IX_PRED_NOT:
        print_pred(buf, pred->inner, depth + 1);
        break;
    case IX_PRED_ELEMENT:
        print_pred(buf, pred->element.inner, depth + 1);
        break;
    case IX_PRED_RELATION:
        print_pred(buf, pred->relation.where, depth + 1);
        break;
    default:
        break;
    }
}

/* ---- stages ---- */

static void print_column(struct ix_buf *buf, const struct ix_column *column) {
    switch (column->kind) {
    case IX_COLUMN_FIELD:
        ix_buf_printf(buf, "field %s", ix_field_info(column->field)->name);
        if (column->cost) {
            ix_buf_printf(buf, " %.*s", IX_SV_FMT(column->cost->name));
        }
        break;
    case IX_COLUMN_PROP:
        ix_path_print(buf, &column->path);
        break;
    case IX_COLUMN_TAG:
        print_classes(buf, column->tag_classes);
        ix_buf_add_char(buf, ' ');
        quoted(buf, column->tag_key);
        break;
    case IX_COLUMN_RESULT:
        ix_buf_printf(buf, "column %zu", column->result);
        break;
    case IX_COLUMN_COMPUTED:
        print_expression(buf, column->computed->fields, &column->computed->expression);
        break;
    }
    ix_buf_printf(buf, " as %.*s%s", IX_SV_FMT(column->name), column->descending ? " desc" : "");
}

static void print_aggregate(struct ix_buf *buf, const struct ix_plan_aggregate *aggregate) {
    static const char *const names[] = {
        [IX_AGGREGATE_COUNT] = "count",     [IX_AGGREGATE_DIFFERENT] = "dcount",
        [IX_AGGREGATE_SUM] = "sum",         [IX_AGGREGATE_AVERAGE] = "avg",
        [IX_AGGREGATE_LEAST] = "min",       [IX_AGGREGATE_MOST] = "max",
        [IX_AGGREGATE_PERCENTILE] = "rank", [IX_AGGREGATE_SHARE] = "share",
    };
    ix_buf_add_cstr(buf, names[aggregate->kind]);
    if (aggregate->kind == IX_AGGREGATE_PERCENTILE) {
        ix_buf_printf(buf, " %g", aggregate->fraction);
    }
    if (aggregate->kind == IX_AGGREGATE_COUNT) {
        ix_buf_printf(buf, " as %.*s", IX_SV_FMT(aggregate->column.name));
    } else {
        ix_buf_add_cstr(buf, " of ");
        print_column(buf, &aggregate->column);
    }
}

static bool has_number(enum ix_stage_kind kind) {
    return kind == IX_STAGE_FACET || kind == IX_STAGE_TOP || kind == IX_STAGE_LIMIT ||
           kind == IX_STAGE_SKIP;
}

static void print_bound(struct ix_buf *buf, const char *before, int64_t ms) {
    char text[IX_TIME_TEXT_SIZE];
    if (ms != IX_TIME_UNKNOWN) {
        ix_buf_printf(buf, "%s%.*s", before, IX_SV_FMT(ix_time_format(ms, text)));
    }
}

static void print_costs(struct ix_buf *buf, const struct ix_cost_rows *rows) {
    struct ix_sv names[IX_COST_DIMENSIONS_MAX + 4];
    const size_t count = ix_cost_rows_columns(rows, names);
    indent(buf, 1);
    ix_buf_add_cstr(buf, ix_cost_metric_name(rows->metric));
    if (!ix_sv_empty(rows->currency)) {
        ix_buf_printf(buf, " %.*s", IX_SV_FMT(rows->currency));
    }
    print_bound(buf, " from ", rows->from_ms);
    print_bound(buf, " until ", rows->until_ms);
    ix_buf_add_cstr(buf, rows->everything ? " of all lines\n" : "\n");
    for (size_t i = 0; i < count; i++) {
        indent(buf, 1);
        ix_buf_printf(buf, "column %.*s\n", IX_SV_FMT(names[i]));
    }
    if (rows->adds_up) {
        indent(buf, 1);
        ix_buf_add_cstr(buf, "in one currency\n");
    }
}

static void print_stage(struct ix_buf *buf, const struct ix_stage *stage) {
    static const char *const names[] = {
        [IX_STAGE_WHERE] = "where",       [IX_STAGE_HOP] = "hop",
        [IX_STAGE_COUNT] = "count",       [IX_STAGE_FACET] = "facet",
        [IX_STAGE_SORT] = "sort",         [IX_STAGE_TOP] = "top",
        [IX_STAGE_LIMIT] = "limit",       [IX_STAGE_SKIP] = "skip",
        [IX_STAGE_PROJECT] = "project",   [IX_STAGE_PROJECT_AWAY] = "project-away",
        [IX_STAGE_DISTINCT] = "distinct", [IX_STAGE_SUMMARIZE] = "summarize",
        [IX_STAGE_COST] = "cost",
    };
    ix_buf_printf(buf, "| %s", names[stage->kind]);
    if (has_number(stage->kind)) {
        ix_buf_printf(buf, " %" PRId64, stage->n);
    }
    if (stage->hop) {
        print_hop(buf, stage->hop);
        ix_buf_add_cstr(buf, stage->include_deleted ? " deleted too" : "");
    }
    if (!ix_sv_empty(stage->set_name)) {
        ix_buf_printf(buf, " as %.*s", IX_SV_FMT(stage->set_name));
    }
    ix_buf_add_char(buf, '\n');
    for (size_t i = 0; i < stage->column_count; i++) {
        indent(buf, 1);
        print_column(buf, &stage->columns[i]);
        ix_buf_add_char(buf, '\n');
    }
    for (size_t i = 0; i < stage->aggregate_count; i++) {
        indent(buf, 1);
        print_aggregate(buf, &stage->aggregates[i]);
        ix_buf_add_char(buf, '\n');
    }
    if (stage->cost) {
        print_costs(buf, stage->cost);
    }
    if (stage->pred) {
        print_pred(buf, stage->pred, 1);
    }
}

const char *ix_plan_format_name(enum ix_plan_format format) {
    static const char *const names[] = {
        [IX_FORMAT_DEFAULT] = "",
#define IX_FORMAT_ROW(symbol, name, ready) [IX_FORMAT_##symbol] = (name),
#include "query/format.def"
#undef IX_FORMAT_ROW
    };
    return names[format];
}

void ix_plan_print(struct ix_buf *buf, const struct ix_plan *plan) {
    ix_buf_printf(buf, "search%s%s\n", plan->has_text ? " ranked" : "",
                  plan->include_deleted ? " deleted too" : "");
    print_pred(buf, plan->search, 1);
    for (size_t i = 0; i < plan->stage_count; i++) {
        print_stage(buf, &plan->stages[i]);
    }
    if (plan->format != IX_FORMAT_DEFAULT) {
        ix_buf_printf(buf, "| as %s\n", ix_plan_format_name(plan->format));
    }
    ix_buf_add_cstr(buf, plan->explain ? "| explain\n" : "");
    for (size_t i = 0; i < plan->definition_count; i++) {
        ix_buf_printf(buf, "flag %.*s\n", IX_SV_FMT(plan->definitions[i]));
    }
    for (size_t i = 0; i < plan->note_count; i++) {
        ix_buf_printf(buf, "note %.*s\n", IX_SV_FMT(plan->notes[i]));
    }
}
