/* Conditions, one plan node each. What the plan means by "any value passes" is said here by sets:
 * the row is in the set of those for which some tag, observation or indexed value passes. */
#include "query/lower_pred.h"

#include <float.h>

#include "indexer/model/property.h"
#include "query/lower_column.h"
#include "query/number.h"

static bool failed(const struct ix_lowering *l) {
    return l->err->code != IX_OK;
}

static bool unsupported(struct ix_lowering *l, const struct ix_pred *pred, const char *what) {
    ix_err_set_at(l->err, IX_UNSUPPORTED, pred->begin, pred->end, "%s", what);
    return false;
}

/* ---- lists of any length ---- */

/* A chain of OR is as deep a tree as it is long, and engines bound the depth: long ones are written
 * as chains of groups. What stands before item i: */
static void before_item(struct ix_sql *sql, size_t i, const char *joint) {
    enum { GROUP = 100 };
    bool groups = i > 0 && i % GROUP == 0;
    ix_sql_text(sql, i == 0 ? "((" : groups ? ")" : "");
    ix_sql_text(sql, i == 0 ? "" : joint);
    ix_sql_text(sql, groups ? "(" : "");
}

static void after_items(struct ix_sql *sql) {
    ix_sql_text(sql, "))");
}

/* ---- sets of their own ---- */

void ix_lower_hoist(struct ix_lowering *l, struct ix_sql *set, const char *columns) {
    struct ix_lowered *lowered = l->lowered;
    struct ix_sql name;
    size_t number = lowered->set_count++;
    if (number == 0) {
        ix_sql_init(&lowered->sets, l->arena);
    }
    ix_buf_printf(&lowered->sets.text, "%sg%zu AS (", number ? ", " : "", number);
    ix_sql_append(&lowered->sets, set);
    ix_sql_text(&lowered->sets, ")");
    ix_sql_init(&name, l->arena);
    ix_buf_printf(&name.text, "SELECT %s FROM g%zu", columns, number);
    ix_sql_done(set);
    *set = name;
}

/* What nests deeper than an engine reads stands in front of the statement, as a named set. */
static bool is_too_deep(const struct ix_lowering *l, const struct ix_pred *pred) {
    enum { GROUPS_MAX = 8 };
    bool group = pred->kind == IX_PRED_AND || pred->kind == IX_PRED_OR || pred->kind == IX_PRED_NOT;
    return pred->kind == IX_PRED_RELATION ? l->depth >= IX_LOWER_RELATION_DEPTH
                                          : group && l->depth >= GROUPS_MAX;
}

static bool lower_one(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred);

static bool lower_as_set(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_lowering inner = *l;
    struct ix_sql set;
    inner.depth = 0;
    ix_sql_init(&set, l->arena);
    l->dialect->resources(&set, l->scope);
    ix_sql_text(&set, " AND ");
    bool done = lower_one(&inner, &set, pred);
    if (done) {
        ix_lower_hoist(l, &set, "rid");
        l->dialect->in_set(sql, &set);
    }
    ix_sql_done(&set);
    return done;
}

/* ---- text ---- */

bool ix_lower_is_indexed_text(const struct ix_pred *pred) {
    return pred->kind == IX_PRED_TEXT && pred->text.kind != IX_TEXT_GLOB &&
           pred->text.kind != IX_TEXT_REGEX;
}

struct ix_text_query ix_lower_text_query(const struct ix_pred *pred) {
    static const enum ix_text_query_kind kinds[] = {
        [IX_TEXT_WORD] = IX_TEXT_QUERY_PHRASE,
        [IX_TEXT_PHRASE] = IX_TEXT_QUERY_PHRASE,
        [IX_TEXT_NEAR] = IX_TEXT_QUERY_NEAR,
        [IX_TEXT_PREFIX] = IX_TEXT_QUERY_PREFIX,
    };
    return (struct ix_text_query){
        .kind = kinds[pred->text.kind],
        .text = pred->text.text,
        .distance = pred->text.distance,
        .any_column = true,
    };
}

/* Globs and regexes hold of a name, an id, a type or an address as a whole. */
static bool lower_scanned_text(struct ix_lowering *l, struct ix_sql *sql,
                               const struct ix_pred *pred) {
    static const enum ix_stored columns[] = {IX_STORED_NAME,    IX_STORED_ID,
                                             IX_STORED_UID,     IX_STORED_TYPE,
                                             IX_STORED_ADDRESS, IX_STORED_NATIVE_TYPE};
    struct ix_operand *operand = IX_NEW(l->arena, struct ix_operand);
    struct ix_test *test = IX_NEW(l->arena, struct ix_test);
    if (!operand || !test) {
        ix_err_nomem(l->err);
        return false;
    }
    *operand = (struct ix_operand){.text = pred->text.text, .nocase = pred->text.nocase};
    *test = (struct ix_test){
        .op = pred->text.kind == IX_TEXT_GLOB ? IX_OP_GLOB : IX_OP_REGEX,
        .values = operand,
        .value_count = 1,
    };
    const struct ix_value_test *asked = ix_lower_text_test(l, test, false);
    ix_sql_text(sql, "(");
    for (size_t i = 0; asked && i < sizeof columns / sizeof *columns; i++) {
        ix_sql_text(sql, i ? " OR " : "");
        l->dialect->passes(sql, l->scope, columns[i], asked);
    }
    ix_sql_text(sql, ")");
    return asked != NULL;
}

static bool lower_text(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    if (!ix_lower_is_indexed_text(pred)) {
        return lower_scanned_text(l, sql, pred);
    }
    struct ix_text_query query = ix_lower_text_query(pred);
    l->dialect->text(sql, &query, 1);
    return true;
}

/* ---- fields ---- */

bool ix_lower_stored(enum ix_field field, enum ix_stored *ret_stored) {
    static const struct {
        enum ix_field field;
        enum ix_stored stored;
    } rows[] = {
        {IX_FIELD_ID, IX_STORED_ID},
        {IX_FIELD_UID, IX_STORED_UID},
        {IX_FIELD_NAME, IX_STORED_NAME},
        {IX_FIELD_TYPE, IX_STORED_TYPE},
        {IX_FIELD_NATIVE_TYPE, IX_STORED_NATIVE_TYPE},
        {IX_FIELD_ADDRESS, IX_STORED_ADDRESS},
        {IX_FIELD_KIND, IX_STORED_KIND},
        {IX_FIELD_CATEGORY, IX_STORED_CATEGORY},
        {IX_FIELD_PROVIDER, IX_STORED_PROVIDER},
        {IX_FIELD_VERSION, IX_STORED_PROVIDER_VERSION},
        {IX_FIELD_SERVICE, IX_STORED_SERVICE},
        {IX_FIELD_ACCOUNT, IX_STORED_ACCOUNT},
        {IX_FIELD_REGION, IX_STORED_REGION},
        {IX_FIELD_ZONE, IX_STORED_ZONE},
        {IX_FIELD_SOURCE, IX_STORED_SOURCE},
        {IX_FIELD_SOURCE_KIND, IX_STORED_SOURCE_KIND},
        {IX_FIELD_STACK, IX_STORED_STACK},
        {IX_FIELD_PROJECT, IX_STORED_PROJECT},
        {IX_FIELD_MANAGED_BY, IX_STORED_MANAGED_BY},
        {IX_FIELD_CREATED, IX_STORED_CREATED},
        {IX_FIELD_AGE, IX_STORED_CREATED},
        {IX_FIELD_MODIFIED, IX_STORED_MODIFIED},
        {IX_FIELD_FIRST_SEEN, IX_STORED_FIRST_SEEN},
        {IX_FIELD_LAST_SEEN, IX_STORED_LAST_SEEN},
        {IX_FIELD_DELETED, IX_STORED_DELETED},
        {IX_FIELD_FLAG, IX_STORED_FLAGS},
        {IX_FIELD_ENCRYPTED, IX_STORED_ENCRYPTED},
        {IX_FIELD_PUBLIC, IX_STORED_PUBLIC},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].field == field) {
            *ret_stored = rows[i].stored;
            return true;
        }
    }
    return false;
}

static bool is_time(enum ix_stored column) {
    return column >= IX_STORED_CREATED && column <= IX_STORED_DELETED;
}

static void lower_time(struct ix_lowering *l, struct ix_sql *sql, enum ix_stored column,
                       const struct ix_test *test) {
    l->dialect->between(sql, column, test->has_low ? test->low.begin_ms : INT64_MIN,
                        test->has_high ? test->high.begin_ms : INT64_MAX);
}

/* Equality with each value: an index decides. */
static bool lower_is(struct ix_lowering *l, struct ix_sql *sql, enum ix_stored column,
                     const struct ix_test *test) {
    for (size_t i = 0; i < test->value_count; i++) {
        before_item(sql, i, " OR ");
        const struct ix_operand *value = &test->values[i];
        if (value->kind == IX_OPERAND_FLAG) {
            l->dialect->flag(sql, value->flag);
        } else if (value->kind == IX_OPERAND_TRISTATE) {
            l->dialect->between(sql, column, value->tristate, value->tristate + 1);
        } else {
            l->dialect->is(sql, l->scope, column, value->text, test->op == IX_OP_WHOLE);
        }
    }
    after_items(sql);
    return true;
}

/* Any of the words in a column of the text index. */
static void any_words(struct ix_lowering *l, struct ix_sql *sql, enum ix_stored column,
                      const struct ix_test *test) {
    for (size_t i = 0; i < test->value_count; i++) {
        before_item(sql, i, " OR ");
        const struct ix_text_query query = {
            .kind = IX_TEXT_QUERY_PHRASE,
            .text = test->values[i].text,
            .column = column,
        };
        l->dialect->text(sql, &query, 1);
    }
    after_items(sql);
}

/* Names are alone in their column of the text index, which decides; ids and addresses share one,
 * which narrows. */
static bool lower_words(struct ix_lowering *l, struct ix_sql *sql, enum ix_stored column,
                        const struct ix_test *test) {
    const struct ix_value_test *asked =
        ix_lower_text_test(l, test, column == IX_STORED_PROVIDER_VERSION);
    bool id = column == IX_STORED_ID;
    if (!asked) {
        return false;
    }
    if (column == IX_STORED_TYPE) {
        l->dialect->type_passes(sql, asked);
        return true;
    }
    ix_sql_text(sql, "(");
    if (test->op == IX_OP_WORDS && (id || column == IX_STORED_ADDRESS)) {
        any_words(l, sql, IX_STORED_ID, test);
        ix_sql_text(sql, " AND (");
    } else {
        ix_sql_text(sql, "(");
    }
    l->dialect->passes(sql, l->scope, column, asked);
    if (id) {
        ix_sql_text(sql, " OR ");
        l->dialect->passes(sql, l->scope, IX_STORED_UID, asked);
    }
    ix_sql_text(sql, "))");
    return true;
}

/* An address anywhere in the properties. */
static bool lower_ip(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    const struct ix_test *test = &pred->field.test;
    if (test->op == IX_OP_EXISTS) {
        l->dialect->address(sql, NULL);
        return true;
    }
    if (test->op != IX_OP_INSIDE) {
        return unsupported(l, pred,
                           "an address is tested by an address or a network: ip:10.0.0.0/8");
    }
    for (size_t i = 0; i < test->value_count; i++) {
        before_item(sql, i, " OR ");
        l->dialect->address(sql, &test->values[i].ip);
    }
    after_items(sql);
    return true;
}

static bool lower_column(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred,
                         enum ix_stored column) {
    const struct ix_test *test = &pred->field.test;
    if (test->op == IX_OP_EXISTS) {
        l->dialect->exists(sql, l->scope, column);
        return true;
    }
    if (is_time(column)) {
        lower_time(l, sql, column, test);
        return true;
    }
    if (test->op == IX_OP_WHOLE || test->op == IX_OP_EQ) {
        return lower_is(l, sql, column, test);
    }
    if (test->op == IX_OP_WORDS && column == IX_STORED_NAME) {
        any_words(l, sql, column, test);
        return !failed(l);
    }
    return lower_words(l, sql, column, test);
}

static bool lower_field(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    enum ix_stored column;
    if (pred->field.field == IX_FIELD_IP) {
        return lower_ip(l, sql, pred);
    }
    if (!ix_lower_stored(pred->field.field, &column)) {
        return unsupported(l, pred, "this version cannot search by this field");
    }
    return lower_column(l, sql, pred, column);
}

/* ---- tags ---- */

/* The one text that must be equal, when the test is that simple. */
static bool single_text(const struct ix_test *test, enum ix_op op, struct ix_sv *ret_text) {
    bool single =
        test->op == op && test->value_count == 1 && test->values[0].kind == IX_OPERAND_TEXT;
    if (single) {
        *ret_text = test->values[0].text;
    }
    return single;
}

bool ix_lower_tag_query(struct ix_lowering *l, const struct ix_pred *pred,
                        struct ix_tag_query *ret_query) {
    struct ix_tag_query query = {.classes = pred->tag.classes};
    const struct ix_test *key = &pred->tag.key_test;
    const struct ix_test *value = &pred->tag.test;
    query.has_key = single_text(key, IX_OP_EQ, &query.key);
    query.has_value = single_text(value, IX_OP_WHOLE, &query.value);
    if (!query.has_key && key->op != IX_OP_EXISTS) {
        query.key_test = ix_lower_text_test(l, key, false);
    }
    if (!query.has_value && value->op != IX_OP_EXISTS) {
        query.value_test = ix_lower_text_test(l, value, false);
    }
    *ret_query = query;
    return !failed(l);
}

static bool lower_tag(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_tag_query query;
    bool done = ix_lower_tag_query(l, pred, &query);
    if (done) {
        l->dialect->tag(sql, &query);
    }
    return done;
}

/* ---- properties ---- */

/* The path as the index keeps it (indexer/model/property.h); false for paths that only the document
 * can answer. */
bool ix_lower_indexed_path(struct ix_lowering *l, const struct ix_path *path,
                           struct ix_property_query *query) {
    struct ix_buf buf = {0};
    bool simple = path->count > 0;
    for (size_t i = 0; simple && i < path->count; i++) {
        const struct ix_path_step *step = &path->steps[i];
        bool deep_first = step->kind == IX_STEP_DEEP && i == 0 && path->count > 1;
        query->any_depth |= deep_first;
        if (step->kind == IX_STEP_NAME) {
            ix_property_path_add(&buf, step->name);
        }
        simple = step->kind == IX_STEP_NAME || step->kind == IX_STEP_EACH || deep_first;
    }
    simple = simple && buf.size > 0 && buf.size <= IX_PROPERTY_PATH_MAX;
    query->path = ix_arena_copy(l->arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return simple;
}

/* Only a string can have this text, and the index has all of it. */
static bool is_plain_text(struct ix_sv text) {
    double ignored;
    return text.size < IX_PROPERTY_VALUE_MAX && !ix_sv_to_double(text, &ignored) &&
           !ix_sv_eq_nocase(text, IX_SV("true")) && !ix_sv_eq_nocase(text, IX_SV("false"));
}

static void add_query(struct ix_narrowing *narrowing, struct ix_property_query query, bool exact) {
    struct ix_property_query *all = narrowing->queries;
    all[narrowing->count] = query;
    if (!exact) { /* before the exact ones */
        all[narrowing->count] = all[narrowing->exact_from];
        all[narrowing->exact_from++] = query;
    }
    narrowing->count++;
}

/* Long numbers are only near their double: looked at once more. So is every number when a bound is
 * long. */
static void add_numbers(struct ix_narrowing *narrowing, struct ix_property_query query,
                        bool exact) {
    struct ix_property_query near_by = query;
    near_by.low_open = near_by.high_open = false;
    query = exact ? query : near_by;
    query.key = IX_PROPERTY_NUMBERS;
    add_query(narrowing, query, exact);
    near_by.key = IX_PROPERTY_LONG_NUMBERS;
    add_query(narrowing, near_by, false);
}

static void narrow_value(const struct ix_operand *value, enum ix_op op,
                         struct ix_property_query query, struct ix_narrowing *narrowing) {
    if (value->kind == IX_OPERAND_NUMBER) {
        query.low = query.high = value->number;
        add_numbers(narrowing, query, ix_number_is_short(value->text));
    } else if (value->kind == IX_OPERAND_BOOL) {
        query.key = IX_PROPERTY_TEXT;
        query.text = value->boolean ? IX_SV("true") : IX_SV("false");
        add_query(narrowing, query, true);
    } else {
        query.key = op == IX_OP_WHOLE ? IX_PROPERTY_TEXT : IX_PROPERTY_EXACT;
        query.text = value->text;
        add_query(narrowing, query, is_plain_text(value->text));
    }
}

static void narrow_range(const struct ix_test *test, struct ix_property_query query,
                         struct ix_narrowing *narrowing) {
    const struct ix_operand *end = test->has_low ? &test->low : &test->high;
    bool time = end->kind == IX_OPERAND_TIME;
    if (!time && end->kind != IX_OPERAND_NUMBER) {
        query.key = IX_PROPERTY_EXISTS;
        add_query(narrowing, query, false);
        return;
    }
    query.low = !test->has_low ? -DBL_MAX : time ? (double)test->low.begin_ms : test->low.number;
    query.high = !test->has_high ? DBL_MAX : time ? (double)test->high.begin_ms : test->high.number;
    query.low_open = test->low_open;
    query.high_open = test->high_open;
    if (time) {
        query.key = IX_PROPERTY_TIMES;
        add_query(narrowing, query, true);
    } else {
        add_numbers(narrowing, query,
                    (!test->has_low || ix_number_is_short(test->low.text)) &&
                        (!test->has_high || ix_number_is_short(test->high.text)));
    }
}

static bool finds_null(const struct ix_test *test) {
    bool found = false;
    for (size_t i = 0; i < test->value_count; i++) {
        found |= test->values[i].kind == IX_OPERAND_NULL;
    }
    return found;
}

bool ix_lower_narrow(struct ix_lowering *l, const struct ix_pred *pred,
                     struct ix_narrowing *narrowing) {
    const struct ix_test *test = &pred->prop.test;
    struct ix_property_query query = {0};
    *narrowing = (struct ix_narrowing){0};
    if (!ix_lower_indexed_path(l, &pred->prop.path, &query) ||
        finds_null(test)) { /* null is in no index */
        return true;
    }
    narrowing->queries = ix_arena_array(l->arena, test->value_count * 2 + 2, sizeof query);
    if (!narrowing->queries) {
        ix_err_nomem(l->err);
        return false;
    }
    if (test->op == IX_OP_RANGE) {
        narrow_range(test, query, narrowing);
    } else if (test->op == IX_OP_WHOLE || test->op == IX_OP_EQ) {
        for (size_t i = 0; i < test->value_count; i++) {
            narrow_value(&test->values[i], test->op, query, narrowing);
        }
    } else { /* whatever the value, the path must be there */
        query.key = IX_PROPERTY_EXISTS;
        add_query(narrowing, query, test->op == IX_OP_EXISTS);
    }
    return true;
}

/* "(a OR b)" of queries from `begin` to `end`. */
static void any_of(struct ix_lowering *l, struct ix_sql *sql, const struct ix_narrowing *narrowing,
                   size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
        before_item(sql, i - begin, " OR ");
        l->dialect->property(sql, &narrowing->queries[i]);
    }
    after_items(sql);
}

bool ix_lower_ask_document(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    const struct ix_value_test *asked = ix_lower_json_test(l, pred);
    if (asked) {
        l->dialect->properties_pass(sql, asked);
    }
    return asked != NULL;
}

static bool lower_prop(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_narrowing narrowing;
    if (!ix_lower_narrow(l, pred, &narrowing)) {
        return false;
    }
    if (narrowing.count == 0) {
        return ix_lower_ask_document(l, sql, pred);
    }
    bool done = true;
    bool some_exact = narrowing.exact_from < narrowing.count;
    ix_sql_text(sql, "(");
    if (some_exact) {
        any_of(l, sql, &narrowing, narrowing.exact_from, narrowing.count);
    }
    if (narrowing.exact_from > 0) {
        ix_sql_text(sql, some_exact ? " OR " : "");
        any_of(l, sql, &narrowing, 0, narrowing.exact_from);
        ix_sql_text(sql, " AND ");
        done = ix_lower_ask_document(l, sql, pred);
    }
    ix_sql_text(sql, ")");
    return done;
}

/* A length needs the document. */
static bool lower_len(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    return ix_lower_ask_document(l, sql, pred);
}

/* ---- the row as an array of documents and values, in the order that query/evaluate.h wants ----
 */

enum { DOCUMENTS = 2 };

bool ix_lower_row_values(struct ix_lowering *l, const enum ix_field *fields, size_t field_count,
                         size_t begin, size_t end, struct ix_row_values *ret) {
    ret->count = DOCUMENTS + field_count;
    ret->values = ix_arena_array(l->arena, ret->count, sizeof *ret->values);
    ret->json = ix_arena_array(l->arena, ret->count, sizeof *ret->json);
    bool done = ret->values && ret->json;
    for (size_t i = 0; done && i < ret->count; i++) {
        enum ix_cell cell = IX_CELL_JSON;
        ix_sql_init(&ret->values[i], l->arena);
        if (i < DOCUMENTS) {
            l->dialect->value(&ret->values[i], i == 0 ? IX_STORED_PROPERTIES : IX_STORED_TAGS);
        } else {
            const struct ix_column column = {.kind = IX_COLUMN_FIELD,
                                             .field = fields[i - DOCUMENTS],
                                             .begin = begin,
                                             .end = end};
            done = ix_lower_column(l, &ret->values[i], &column, &cell);
        }
        ret->json[i] = cell == IX_CELL_JSON;
    }
    return done;
}

void ix_lower_row_values_done(struct ix_row_values *row) {
    for (size_t i = 0; row->values && i < row->count; i++) {
        ix_sql_done(&row->values[i]);
    }
}

static bool ask_row(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_row_values row = {0};
    const struct ix_value_test *asked = ix_lower_json_test(l, pred);
    bool done = asked && ix_lower_row_values(l, pred->compare.fields, pred->compare.field_count,
                                             pred->begin, pred->end, &row);
    if (done) {
        l->dialect->values_pass(sql, row.values, row.json, row.count, asked);
    }
    ix_lower_row_values_done(&row);
    return done;
}

/* A path that every value needs must be there; so the index narrows. NULL: none. `coalesce` does
 * without, and an empty list has a length. */
const struct ix_path *ix_lower_needed_path(const struct ix_expression *x) {
    if (x->kind == IX_EXPRESSION_PATH) {
        return &x->path;
    }
    bool optional =
        x->kind == IX_EXPRESSION_CALL && (x->func == IX_FUNC_COALESCE || x->func == IX_FUNC_LEN);
    const struct ix_path *path = NULL;
    for (size_t i = 0; !optional && !path && i < x->arg_count; i++) {
        path = ix_lower_needed_path(&x->args[i]);
    }
    return path;
}

static bool lower_compare(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    const struct ix_path *path = ix_lower_needed_path(pred->compare.left);
    struct ix_property_query query = {.key = IX_PROPERTY_EXISTS};
    path = path ? path : ix_lower_needed_path(pred->compare.right);
    ix_sql_text(sql, "(");
    if (path && ix_lower_indexed_path(l, path, &query)) {
        l->dialect->property(sql, &query);
        ix_sql_text(sql, " AND ");
    }
    bool done = pred->compare.of_row ? ask_row(l, sql, pred) : ix_lower_ask_document(l, sql, pred);
    ix_sql_text(sql, ")");
    return done;
}

/* `.a{ b:1 }` needs some `.a.b:1`: one test of the element as a test of the whole. */
bool ix_lower_narrow_part(struct ix_lowering *l, const struct ix_path *path,
                          const struct ix_pred *part, struct ix_narrowing *narrowing) {
    struct ix_pred whole = *part;
    size_t count = path->count + part->prop.path.count;
    struct ix_path_step *steps = ix_arena_array(l->arena, count + 1, sizeof *steps);
    if (!steps) {
        ix_err_nomem(l->err);
        return false;
    }
    memcpy(steps, path->steps, path->count * sizeof *steps);
    if (part->prop.path.count) {
        memcpy(steps + path->count, part->prop.path.steps, part->prop.path.count * sizeof *steps);
    }
    whole.prop.path = (struct ix_path){.steps = steps, .count = count};
    return ix_lower_narrow(l, &whole, narrowing);
}

static bool lower_part(struct ix_lowering *l, struct ix_sql *sql, const struct ix_path *path,
                       const struct ix_pred *part) {
    struct ix_narrowing narrowing;
    if (!ix_lower_narrow_part(l, path, part, &narrowing)) {
        return false;
    }
    if (narrowing.count) {
        any_of(l, sql, &narrowing, 0, narrowing.count);
        ix_sql_text(sql, " AND ");
    }
    return true;
}

/* The document decides; what every element that passes must have narrows where it is looked for. */
static bool lower_element(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    const struct ix_pred *inner = pred->element.inner;
    bool list = inner->kind == IX_PRED_AND;
    ix_sql_text(sql, "(");
    for (size_t i = 0; i < (list ? inner->list.count : 1); i++) {
        const struct ix_pred *part = list ? inner->list.items[i] : inner;
        if (part->kind == IX_PRED_PROP && !lower_part(l, sql, &pred->element.path, part)) {
            return false;
        }
    }
    bool done = ix_lower_ask_document(l, sql, pred);
    ix_sql_text(sql, ")");
    return done;
}

/* ---- lists ---- */

static bool lower_list(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    bool conjunction = pred->kind == IX_PRED_AND;
    const char *joint = conjunction ? " AND " : " OR ";
    struct ix_text_query *texts = ix_arena_array(l->arena, pred->list.count, sizeof *texts);
    size_t text_count = 0, written = 0;
    for (size_t i = 0; texts && i < pred->list.count; i++) {
        const struct ix_pred *item = pred->list.items[i];
        if (conjunction && ix_lower_is_indexed_text(item)) { /* folded into one match */
            texts[text_count++] = ix_lower_text_query(item);
            continue;
        }
        before_item(sql, written++, joint);
        if (!ix_lower_pred(l, sql, item)) {
            return false;
        }
    }
    if (text_count > 0) {
        before_item(sql, written, joint);
        l->dialect->text(sql, texts, text_count);
    }
    after_items(sql);
    return texts != NULL;
}

static bool lower_not(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    ix_sql_text(sql, "NOT coalesce(");
    bool done = ix_lower_pred(l, sql, pred->inner);
    ix_sql_text(sql, ", 0)");
    return done;
}

static bool lower_one(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    switch (pred->kind) {
    case IX_PRED_TRUE:
    case IX_PRED_FALSE:
        ix_sql_text(sql, pred->kind == IX_PRED_TRUE ? "1" : "0");
        return true;
    case IX_PRED_AND:
    case IX_PRED_OR:
        return lower_list(l, sql, pred);
    case IX_PRED_NOT:
        return lower_not(l, sql, pred);
    case IX_PRED_TEXT:
        return lower_text(l, sql, pred);
    case IX_PRED_FIELD:
        return lower_field(l, sql, pred);
    case IX_PRED_TAG:
        return lower_tag(l, sql, pred);
    case IX_PRED_PROP:
        return lower_prop(l, sql, pred);
    case IX_PRED_ELEMENT:
        return lower_element(l, sql, pred);
    case IX_PRED_LEN:
        return lower_len(l, sql, pred);
    case IX_PRED_COMPARE:
        return lower_compare(l, sql, pred);
    case IX_PRED_RELATION:
        return ix_lower_relation(l, sql, pred);
    case IX_PRED_COST:
        return ix_lower_cost(l, sql, pred);
    }
    return false;
}

bool ix_lower_pred(struct ix_lowering *l, struct ix_sql *sql, const struct ix_pred *pred) {
    if (is_too_deep(l, pred)) {
        return lower_as_set(l, sql, pred);
    }
    struct ix_lowering inner = *l;
    inner.depth += pred->kind == IX_PRED_NOT ? 2 : 1;
    return lower_one(&inner, sql, pred);
}
