/* The pipeline, stage by stage. Rows are resources until a stage makes columns of them.
 *
 * While they are resources, a working set is kept: conditions, an order, a limit. A stage that
 * works on what a limit left, or on what a hop reached, first freezes the set: it becomes a select
 * of rids that the next conditions look into. After columns were made, each stage is a select
 * around the one before it. */
#include "query/lower.h"

#include <stdlib.h>

#include "query/lower_pipeline.h"

/* ---- small pieces ---- */

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

/* "k7", "c7": names of columns of ours */
void ix_pipeline_numbered(struct ix_sql *sql, char letter, size_t number) {
    ix_buf_printf(&sql->text, "%c%zu", letter, number);
}

static void replace(struct ix_sql *sql, struct ix_sql by) {
    ix_sql_done(sql);
    *sql = by;
}

/* ---- order ---- */

/* Age grows as `created` falls. */
static bool descends(const struct ix_column *column) {
    bool age = column->kind == IX_COLUMN_FIELD && column->field == IX_FIELD_AGE;
    return column->descending != age;
}

/* `value` becomes what it is sorted by. */
static void as_sortable(const struct ix_pipeline *p, struct ix_sql *value) {
    struct ix_sql json = *value;
    ix_sql_init(value, p->l.arena);
    p->l.dialect->sortable(value, &json);
    ix_sql_done(&json);
}

static bool write_order_column(struct ix_pipeline *p, struct ix_sql *sql,
                               const struct ix_column *column, size_t *key, bool as_keys) {
    enum ix_cell cell;
    struct ix_sql value;
    ix_sql_init(&value, p->l.arena);
    bool done = ix_lower_column(&p->l, &value, column, &cell);
    if (done && column->cost && column->cost->several) {
        ix_err_set_at(p->l.err, IX_INVALID, column->begin, column->end,
                      "costs in several currencies have no order; name one, for example "
                      "cost.usd.month");
        done = false;
    }
    if (cell == IX_CELL_JSON) {
        as_sortable(p, &value);
    }
    text(sql, as_keys || *key > 0 ? ", " : "");
    p->l.dialect->order_key(sql, &value, descends(column));
    if (as_keys) {
        text(sql, " AS ");
        ix_pipeline_numbered(sql, 'k', *key);
    } else {
        text(sql, descends(column) ? " DESC" : "");
    }
    ++*key;
    ix_sql_done(&value);
    return done;
}

static const struct ix_column usual_order[] = {
    {.kind = IX_COLUMN_FIELD, .field = IX_FIELD_TYPE},
    {.kind = IX_COLUMN_FIELD, .field = IX_FIELD_NAME},
    {.kind = IX_COLUMN_FIELD, .field = IX_FIELD_ID},
};

static const struct ix_column *order_of(const struct ix_pipeline *p, size_t *ret_count) {
    if (ix_working_is_ranked(p) || p->any_order) {
        *ret_count = 0;
        return NULL;
    }
    *ret_count = p->order_count ? p->order_count : sizeof usual_order / sizeof *usual_order;
    return p->order_count ? p->order : usual_order;
}

/* The keys of the order: as columns k0, k1, … (each after a comma), or as an ORDER BY list. */
static bool write_order(struct ix_pipeline *p, struct ix_sql *sql, bool as_keys, size_t *ret_keys) {
    size_t key = 0;
    size_t count;
    const struct ix_column *columns = order_of(p, &count);
    if (ix_working_is_ranked(p)) {
        for (; key < 2; key++) {
            text(sql, as_keys || key > 0 ? ", " : "");
            if (key == 0) { /* what a person typed whole comes first */
                p->l.dialect->inexact(sql);
            } else {
                p->l.dialect->rank(sql);
            }
            if (as_keys) {
                text(sql, " AS ");
                ix_pipeline_numbered(sql, 'k', key);
            }
        }
    }
    for (size_t i = 0; i < count && key + 2 <= IX_ORDER_KEYS_MAX; i++) {
        if (!write_order_column(p, sql, &columns[i], &key, as_keys)) {
            return false;
        }
    }
    text(sql, ", ");
    p->l.dialect->value(sql, IX_STORED_RID);
    if (as_keys) {
        text(sql, " AS ");
        ix_pipeline_numbered(sql, 'k', key);
    }
    *ret_keys = key + 1;
    return true;
}

static bool key_descends(const struct ix_pipeline *p, size_t key) {
    size_t count;
    const struct ix_column *columns = order_of(p, &count);
    return key < count && descends(&columns[key]);
}

static void write_limit(struct ix_sql *sql, int64_t limit, int64_t skip) {
    if (limit >= 0 || skip > 0) {
        text(sql, " LIMIT ");
        ix_sql_bind_int(sql, limit);
        text(sql, " OFFSET ");
        ix_sql_bind_int(sql, skip);
    }
}

/* ---- working sets ---- */

/* 0: all */
static int64_t rows_wanted(int64_t limit, int64_t skip) {
    return limit < 0 || skip > INT64_MAX - limit ? 0 : limit + skip;
}

/* The first columns of the order, where stored values say all of them; of a rank, only how many. */
static struct ix_first first_of_order(const struct ix_pipeline *p, int64_t wanted) {
    size_t count;
    const struct ix_column *columns = order_of(p, &count);
    struct ix_first first = {0};
    enum ix_stored second;
    if (ix_working_is_ranked(p)) {
        first.count = wanted;
    } else if (count > 0 && ix_lower_column_stored(&columns[0], &first.column)) {
        first.descending = descends(&columns[0]);
        first.then_by_name = count > 1 && !descends(&columns[1]) &&
                             ix_lower_column_stored(&columns[1], &second) &&
                             second == IX_STORED_NAME;
        first.count = wanted;
    }
    return first;
}

/* The rows of the working set in its order, as far as its limit. */
static bool write_cut_set(struct ix_pipeline *p, struct ix_sql *sql) {
    const struct ix_first first = first_of_order(p, rows_wanted(p->limit, p->skip));
    size_t keys;
    text(sql, "SELECT ");
    p->l.dialect->value(sql, IX_STORED_RID);
    text(sql, " ");
    ix_working_from_ordered(p, sql, !ix_working_is_ranked(p), &first);
    text(sql, " ORDER BY ");
    bool done = write_order(p, sql, false, &keys);
    write_limit(sql, p->limit, p->skip);
    return done;
}

/* "SELECT rid …", with the order only when it decides who is in. */
static bool write_set(struct ix_pipeline *p, struct ix_sql *sql) {
    if (p->limit >= 0 || p->skip > 0) {
        return write_cut_set(p, sql);
    }
    ix_working_rids(p, sql);
    return true;
}

/* The set as it is becomes the one that further conditions look into. */
static bool freeze(struct ix_pipeline *p) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    bool done = write_set(p, &set);
    ix_working_become(p, set);
    p->limit = -1;
    p->skip = 0;
    return done;
}

bool ix_pipeline_freeze_if_cut(struct ix_pipeline *p) {
    return p->limit < 0 && p->skip == 0 ? true : freeze(p);
}

static bool lower_hop_stage(struct ix_pipeline *p, const struct ix_stage *stage) {
    struct ix_sql set;
    struct ix_sql reached;
    ix_sql_init(&set, p->l.arena);
    ix_sql_init(&reached, p->l.arena);
    bool done = write_set(p, &set) && ix_lower_hop(&p->l, &reached, &set, stage->hop);
    ix_sql_done(&set);
    ix_working_become(p, reached);
    p->limit = -1;
    p->skip = 0;
    p->order_count = 0;
    p->ranked_count = 0;
    if (stage->include_deleted) {
        p->l.scope = IX_SCOPE_WITH_DELETED;
    }
    return done && ix_working_add(p, stage->pred);
}

/* ---- columns out of resources ---- */

bool ix_pipeline_columns(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_column *columns,
                         size_t count) {
    for (size_t i = 0; i < count; i++) {
        text(sql, i ? ", " : "");
        if (!ix_lower_column(&p->l, sql, &columns[i], &p->cells[i])) {
            return false;
        }
        const struct ix_cost_field *cost = columns[i].cost;
        p->money[i] = cost && !cost->is_change && !cost->is_basis && !cost->several;
        text(sql, " AS ");
        ix_pipeline_numbered(sql, 'c', i);
    }
    p->column_count = count;
    return true;
}

void ix_pipeline_numbers(struct ix_sql *sql, size_t count) {
    for (size_t i = 0; i < count; i++) {
        text(sql, i ? ", " : "");
        ix_pipeline_numbered(sql, 'c', i);
    }
}

void ix_pipeline_become_rows(struct ix_pipeline *p, struct ix_sql rows) {
    if (p->is_rows) {
        ix_lower_hoist(&p->l, &rows, "*");
    }
    replace(&p->rows, rows);
    p->is_rows = true;
}

static bool lower_project_stage(struct ix_pipeline *p, const struct ix_stage *stage) {
    bool distinct = stage->kind == IX_STAGE_DISTINCT;
    struct ix_sql sql;
    size_t keys;
    ix_sql_init(&sql, p->l.arena);
    bool done = !distinct || ix_pipeline_freeze_if_cut(p);
    text(&sql, distinct ? "SELECT DISTINCT " : "SELECT ");
    done = done && ix_pipeline_columns(p, &sql, stage->columns, stage->column_count);
    text(&sql, " ");
    if (distinct) {
        ix_working_from(p, &sql);
        text(&sql, " ORDER BY ");
        ix_pipeline_numbers(&sql, stage->column_count);
    } else {
        const struct ix_first first = first_of_order(p, rows_wanted(p->limit, p->skip));
        ix_working_from_ordered(p, &sql, true, &first);
        text(&sql, " ORDER BY ");
        done = done && write_order(p, &sql, false, &keys);
        write_limit(&sql, p->limit, p->skip);
    }
    ix_pipeline_become_rows(p, sql);
    return done;
}

/* ---- rows out of rows ---- */

/* "c3 AS c0, …": the columns in their new order. */
void ix_pipeline_chosen(struct ix_pipeline *p, struct ix_sql *sql, const size_t *columns,
                        size_t count) {
    enum ix_cell cells[IX_QUERY_ITEMS_MAX + 3];
    bool money[IX_QUERY_ITEMS_MAX + 3];
    for (size_t i = 0; i < count; i++) {
        text(sql, i ? ", " : "");
        ix_pipeline_numbered(sql, 'c', columns[i]);
        text(sql, " AS ");
        ix_pipeline_numbered(sql, 'c', i);
        cells[i] = p->cells[columns[i]];
        money[i] = p->money[columns[i]];
    }
    memcpy(p->cells, cells, count * sizeof *cells);
    memcpy(p->money, money, count * sizeof *money);
    p->column_count = count;
}

/* " FROM (<rows>)" */
void ix_pipeline_from_rows(struct ix_pipeline *p, struct ix_sql *sql) {
    text(sql, " FROM (");
    ix_sql_append(sql, &p->rows);
    text(sql, ")");
}

static void all_of_rows(struct ix_pipeline *p, struct ix_sql *sql) {
    text(sql, "SELECT *");
    ix_pipeline_from_rows(p, sql);
}

static size_t chosen_columns(const struct ix_pipeline *p, const struct ix_stage *stage,
                             size_t *columns) {
    size_t count = 0;
    if (stage->kind != IX_STAGE_PROJECT_AWAY) {
        for (; count < stage->column_count; count++) {
            columns[count] = stage->columns[count].result;
        }
        return count;
    }
    for (size_t i = 0; i < p->column_count; i++) {
        bool dropped = false;
        for (size_t k = 0; k < stage->column_count; k++) {
            dropped |= stage->columns[k].result == i;
        }
        if (!dropped) {
            columns[count++] = i;
        }
    }
    return count;
}

static void order_rows(const struct ix_pipeline *p, struct ix_sql *sql,
                       const struct ix_stage *stage) {
    text(sql, " ORDER BY ");
    for (size_t i = 0; i < stage->column_count; i++) {
        struct ix_sql value;
        ix_sql_init(&value, p->l.arena);
        ix_pipeline_numbered(&value, 'c', stage->columns[i].result);
        if (p->cells[stage->columns[i].result] == IX_CELL_JSON) {
            as_sortable(p, &value);
        }
        text(sql, i ? ", " : "");
        ix_pipeline_numbered(sql, 'c', stage->columns[i].result);
        text(sql, " IS NULL, ");
        ix_sql_append(sql, &value);
        ix_sql_done(&value);
        text(sql, stage->columns[i].descending ? " DESC" : "");
    }
}

/* A value of a row as JSON; what cannot be tested is null. */
static void write_row_value(const struct ix_pipeline *p, struct ix_sql *sql, size_t column) {
    struct ix_sql value;
    ix_sql_init(&value, p->l.arena);
    ix_pipeline_numbered(&value, 'c', column);
    if (p->cells[column] == IX_CELL_JSON || p->cells[column] == IX_CELL_PLAIN) {
        p->l.dialect->as_json(sql, &value);
    } else if (p->cells[column] == IX_CELL_TRISTATE) {
        text(sql, "CASE ");
        ix_sql_append(sql, &value);
        text(sql, " WHEN 2 THEN 'true' WHEN 1 THEN 'false' ELSE 'null' END");
    } else {
        text(sql, "'null'");
    }
    ix_sql_done(&value);
}

static bool can_be_tested(struct ix_pipeline *p, const struct ix_stage *stage) {
    for (size_t i = 0; i < stage->column_count; i++) {
        const struct ix_column *column = &stage->columns[i];
        enum ix_cell cell = p->cells[column->result];
        if (cell != IX_CELL_JSON && cell != IX_CELL_PLAIN && cell != IX_CELL_TRISTATE) {
            ix_err_set_at(p->l.err, IX_UNSUPPORTED, column->begin, column->end,
                          "times and flags are tested in front of the stage that makes columns");
            return false;
        }
    }
    return true;
}

static bool lower_rows_where(struct ix_pipeline *p, struct ix_sql *sql,
                             const struct ix_stage *stage) {
    const struct ix_value_test *test =
        can_be_tested(p, stage) ? ix_lower_json_test(&p->l, stage->pred) : NULL;
    struct ix_sql *values = ix_arena_array(p->l.arena, p->column_count + 1, sizeof *values);
    bool *json = ix_arena_array(p->l.arena, p->column_count + 1, sizeof *json);
    bool done = test && values && json;
    for (size_t i = 0; done && i < p->column_count; i++) {
        ix_sql_init(&values[i], p->l.arena);
        write_row_value(p, &values[i], i);
        json[i] = true;
    }
    all_of_rows(p, sql);
    text(sql, " WHERE ");
    if (done) {
        p->l.dialect->values_pass(sql, values, json, p->column_count, test);
    }
    for (size_t i = 0; done && i < p->column_count; i++) {
        ix_sql_done(&values[i]);
    }
    return done;
}

static void count_rows(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_stage *stage) {
    size_t columns[IX_QUERY_ITEMS_MAX + 3];
    const size_t count = chosen_columns(p, stage, columns);
    text(sql, "SELECT ");
    ix_pipeline_chosen(p, sql, columns, count);
    text(sql, count ? ", count(*) AS " : "count(*) AS ");
    ix_pipeline_numbered(sql, 'c', count);
    ix_pipeline_from_rows(p, sql);
    for (size_t i = 0; i < count; i++) {
        ix_buf_printf(&sql->text, i ? ", %zu" : " GROUP BY %zu", i + 1);
    }
    p->cells[count] = IX_CELL_PLAIN;
    p->money[count] = false;
    p->column_count = count + 1;
}

static bool lower_rows_stage(struct ix_pipeline *p, const struct ix_stage *stage) {
    size_t columns[IX_QUERY_ITEMS_MAX + 3];
    struct ix_sql sql;
    bool done = true;
    ix_sql_init(&sql, p->l.arena);
    switch (stage->kind) {
    case IX_STAGE_WHERE:
        done = lower_rows_where(p, &sql, stage);
        break;
    case IX_STAGE_SORT:
    case IX_STAGE_TOP:
        all_of_rows(p, &sql);
        order_rows(p, &sql, stage);
        write_limit(&sql, stage->kind == IX_STAGE_TOP ? stage->n : -1, 0);
        break;
    case IX_STAGE_LIMIT:
    case IX_STAGE_SKIP:
        all_of_rows(p, &sql);
        write_limit(&sql, stage->kind == IX_STAGE_LIMIT ? stage->n : -1,
                    stage->kind == IX_STAGE_SKIP ? stage->n : 0);
        break;
    case IX_STAGE_COUNT:
        count_rows(p, &sql, stage);
        break;
    default:
        text(&sql, stage->kind == IX_STAGE_DISTINCT ? "SELECT DISTINCT " : "SELECT ");
        ix_pipeline_chosen(p, &sql, columns, chosen_columns(p, stage, columns));
        ix_pipeline_from_rows(p, &sql);
    }
    ix_pipeline_become_rows(p, sql);
    return done;
}

/* ---- stages ---- */

static bool sort_resources(struct ix_pipeline *p, const struct ix_stage *stage) {
    if (!ix_pipeline_freeze_if_cut(p)) {
        return false;
    }
    p->order = stage->columns;
    p->order_count = stage->column_count;
    p->limit = stage->kind == IX_STAGE_TOP ? stage->n : -1;
    return true;
}

static bool cut_resources(struct ix_pipeline *p, const struct ix_stage *stage) {
    if (stage->kind == IX_STAGE_LIMIT) {
        p->limit = p->limit < 0 || stage->n < p->limit ? stage->n : p->limit;
        return true;
    }
    if (p->limit >= 0) { /* skipping inside what a limit left */
        p->limit = stage->n < p->limit ? p->limit - stage->n : 0;
    }
    p->skip += stage->n;
    return true;
}

static bool lower_stage(struct ix_pipeline *p, const struct ix_stage *stage) {
    if (p->is_rows) {
        return stage->kind == IX_STAGE_SUMMARIZE ? ix_pipeline_summarize(p, stage)
                                                 : lower_rows_stage(p, stage);
    }
    switch (stage->kind) {
    case IX_STAGE_COST:
        return ix_pipeline_cost(p, stage->cost);
    case IX_STAGE_WHERE:
        return ix_pipeline_freeze_if_cut(p) && ix_working_add(p, stage->pred);
    case IX_STAGE_HOP:
        return lower_hop_stage(p, stage);
    case IX_STAGE_SORT:
    case IX_STAGE_TOP:
        return sort_resources(p, stage);
    case IX_STAGE_LIMIT:
    case IX_STAGE_SKIP:
        return cut_resources(p, stage);
    case IX_STAGE_COUNT:
        return ix_pipeline_count(p, stage);
    case IX_STAGE_FACET:
        return ix_pipeline_facet(p, stage);
    case IX_STAGE_PROJECT:
    case IX_STAGE_DISTINCT:
        return lower_project_stage(p, stage);
    case IX_STAGE_SUMMARIZE:
        return ix_pipeline_summarize(p, stage);
    case IX_STAGE_PROJECT_AWAY:
        return true; /* what is left out of whole resources is left out when they are written */
    }
    return false;
}

/* The positive texts of a top-level AND: what a rank can be made of. */
static bool find_ranked(struct ix_pipeline *p) {
    const struct ix_pred *search = p->plan->search;
    size_t count = search->kind == IX_PRED_AND ? search->list.count : 1;
    p->ranked = ix_arena_array(p->l.arena, count, sizeof *p->ranked);
    for (size_t i = 0; p->ranked && p->plan->has_text && i < count; i++) {
        const struct ix_pred *item = search->kind == IX_PRED_AND ? search->list.items[i] : search;
        if (ix_lower_is_indexed_text(item)) {
            p->ranked[p->ranked_count++] = ix_lower_text_query(item);
        }
    }
    return p->ranked != NULL;
}

static bool lower_plan(struct ix_pipeline *p) {
    bool done = find_ranked(p) && ix_working_add(p, p->plan->search);
    for (size_t i = 0; done && i < p->plan->stage_count; i++) {
        done = lower_stage(p, &p->plan->stages[i]);
    }
    return done;
}

/* ---- the answer ---- */

static void bind_key(struct ix_sql *sql, const struct ix_bind *key) {
    switch (key->kind) {
    case IX_BIND_INT:
        ix_sql_bind_int(sql, key->integer);
        break;
    case IX_BIND_REAL:
        ix_sql_bind_real(sql, key->real);
        break;
    case IX_BIND_TEXT:
        ix_sql_bind_text(sql, key->text);
        break;
    default:
        ix_sql_bind_blob(sql, key->text);
    }
}

/* Rows after the keys: greater in the first key, or equal there and greater in the next, … */
static void write_after(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_keyset *after) {
    for (size_t last = 0; last < after->count; last++) {
        text(sql, last ? " OR (" : "(");
        for (size_t i = 0; i <= last; i++) {
            text(sql, i ? " AND " : "");
            ix_pipeline_numbered(sql, 'k', i);
            bool equal = i < last;
            text(sql, equal ? " IS " : key_descends(p, i) ? " < " : " > ");
            bind_key(sql, &after->keys[i]);
        }
        text(sql, ")");
    }
}

static void order_by_keys(struct ix_pipeline *p, struct ix_sql *sql, size_t count) {
    text(sql, " ORDER BY ");
    for (size_t i = 0; i < count; i++) {
        text(sql, i ? ", " : "");
        ix_pipeline_numbered(sql, 'k', i);
        text(sql, key_descends(p, i) ? " DESC" : "");
    }
}

/* What of the set can be on the page. Behind a page in another order than that of rids, anything.
 */
static struct ix_first first_of_page(const struct ix_pipeline *p,
                                     const struct ix_lower_settings *settings) {
    const struct ix_keyset *after = &settings->after;
    bool begins = after->count == 0;
    struct ix_first first =
        first_of_order(p, begins && settings->limit > 0 ? settings->limit + 1 : 0);
    if (p->any_order && after->count == 1 && after->keys[0].kind == IX_BIND_INT) {
        first.after = after->keys[0].integer;
    }
    return first;
}

/* The rids of the page and their keys, in order: whatever else is shown is read of these alone. */
static bool write_page(struct ix_pipeline *p, struct ix_sql *sql,
                       const struct ix_lower_settings *settings, size_t *ret_keys) {
    text(sql, settings->after.count ? "SELECT * FROM (SELECT " : "SELECT ");
    p->l.dialect->value(sql, IX_STORED_RID);
    text(sql, " AS rid");
    if (!write_order(p, sql, true, ret_keys)) {
        return false;
    }
    text(sql, " ");
    const struct ix_first first = first_of_page(p, settings);
    ix_working_from_ordered(p, sql, !ix_working_is_ranked(p) && !p->any_order, &first);
    if (settings->after.count) {
        text(sql, ") WHERE ");
        write_after(p, sql, &settings->after);
    }
    order_by_keys(p, sql, *ret_keys);
    write_limit(sql, settings->limit > 0 ? settings->limit + 1 : -1, 0);
    return true;
}

/* Neither a sort nor a limit, which takes the first of the usual order. */
static bool asks_no_order(const struct ix_pipeline *p) {
    return p->order_count == 0 && !p->is_frozen && p->limit < 0 && p->skip == 0;
}

static void drop_order(struct ix_pipeline *p) {
    p->any_order = true;
    p->ranked_count = 0;
}

static bool finish_resources(struct ix_pipeline *p, const struct ix_lower_settings *settings,
                             struct ix_lowered *lowered) {
    if (settings->any_order && asks_no_order(p)) {
        drop_order(p);
        lowered->any_order = true;
    }
    return ix_pipeline_freeze_if_cut(p) &&
           write_page(p, &lowered->sql, settings, &lowered->key_count);
}

static bool finish_rows(struct ix_pipeline *p, const struct ix_lower_settings *settings,
                        struct ix_lowered *lowered) {
    lowered->kind = IX_ANSWER_ROWS;
    lowered->cell_count = p->column_count;
    memcpy(lowered->cells, p->cells, sizeof lowered->cells);
    ix_sql_append(&lowered->sql, &p->rows);
    if (settings->limit > 0 || settings->skip_rows > 0) {
        struct ix_sql cut;
        ix_sql_init(&cut, p->l.arena);
        all_of_rows(p, &cut);
        write_limit(&cut, settings->limit > 0 ? settings->limit + 1 : -1, settings->skip_rows);
        replace(&lowered->sql, cut);
    }
    return true;
}

static void begin(struct ix_pipeline *p, struct ix_arena *arena, const struct ix_dialect *dialect,
                  const struct ix_plan *plan, struct ix_lowered *lowered, struct ix_err *err) {
    *lowered = (struct ix_lowered){0};
    ix_sql_init(&lowered->sql, arena);
    *p = (struct ix_pipeline){
        .l = {.arena = arena,
              .dialect = dialect,
              .lowered = lowered,
              .scope = plan->include_deleted ? IX_SCOPE_WITH_DELETED : IX_SCOPE_CURRENT,
              .err = err},
        .plan = plan,
        .limit = -1,
    };
    ix_working_begin(p);
    ix_sql_init(&p->rows, arena);
}

/* Ends what begin began; on a failure nothing is left. */
static enum ix_code end(struct ix_pipeline *p, bool done, struct ix_err *err) {
    struct ix_lowered *lowered = p->l.lowered;
    ix_working_end(p);
    ix_sql_done(&p->rows);
    if (lowered->set_count > 0) {
        struct ix_sql whole;
        ix_sql_init(&whole, p->l.arena);
        text(&whole, "WITH ");
        ix_sql_append(&whole, &lowered->sets);
        text(&whole, " ");
        ix_sql_append(&whole, &lowered->sql);
        replace(&lowered->sql, whole);
    }
    ix_sql_done(&lowered->sets);
    enum ix_code code = done ? ix_sql_check(&lowered->sql, err) : err->code;
    if (!done && code == IX_OK) {
        code = ix_err_nomem(err);
    }
    if (code != IX_OK) {
        ix_lowered_done(lowered);
    }
    return code;
}

enum ix_code ix_lower(struct ix_arena *arena, const struct ix_dialect *dialect,
                      const struct ix_plan *plan, const struct ix_lower_settings *settings,
                      struct ix_lowered *ret_lowered, struct ix_err *err) {
    struct ix_pipeline p;
    begin(&p, arena, dialect, plan, ret_lowered, err);
    bool done = lower_plan(&p) && (p.is_rows ? finish_rows(&p, settings, ret_lowered)
                                             : finish_resources(&p, settings, ret_lowered));
    return end(&p, done, err);
}

/* A set is counted without its rows. */
static bool count_bare(struct ix_pipeline *p, struct ix_sql *sql, int64_t cap) {
    struct ix_sql set;
    bool cut = p->limit >= 0 || p->skip > 0;
    ix_sql_init(&set, p->l.arena);
    bool bare = !p->is_rows && !cut && ix_working_set(p, &set);
    if (bare) {
        text(sql, "SELECT min(");
        p->l.dialect->sets->count(sql, &set);
        text(sql, ", ");
        ix_sql_bind_int(sql, cap + 1);
        text(sql, ")");
    }
    ix_sql_done(&set);
    return bare;
}

enum ix_code ix_lower_count(struct ix_arena *arena, const struct ix_dialect *dialect,
                            const struct ix_plan *plan, int64_t cap, struct ix_lowered *ret_lowered,
                            struct ix_err *err) {
    struct ix_pipeline p;
    begin(&p, arena, dialect, plan, ret_lowered, err);
    bool done = lower_plan(&p);
    struct ix_sql *sql = &ret_lowered->sql;
    ret_lowered->kind = IX_ANSWER_ROWS;
    if (!count_bare(&p, sql, cap)) {
        text(sql, "SELECT count(*) FROM (SELECT 1 FROM (");
        if (p.is_rows) {
            ix_sql_append(sql, &p.rows);
        } else {
            done = done && write_set(&p, sql);
        }
        text(sql, ") LIMIT ");
        ix_sql_bind_int(sql, cap + 1);
        text(sql, ")");
    }
    return end(&p, done, err);
}

enum ix_code ix_lower_set(struct ix_arena *arena, const struct ix_dialect *dialect,
                          const struct ix_plan *plan, struct ix_lowered *ret_lowered,
                          struct ix_err *err) {
    struct ix_pipeline p;
    begin(&p, arena, dialect, plan, ret_lowered, err);
    bool done = lower_plan(&p);
    if (done && p.is_rows) {
        ix_err_set(err, IX_INVALID, "the query makes columns; only resources can be exported");
        done = false;
    }
    return end(&p, done && write_set(&p, &ret_lowered->sql), err);
}

void ix_lowered_done(struct ix_lowered *lowered) {
    if (lowered) {
        for (size_t i = 0; i < lowered->matcher_count; i++) {
            ix_matcher_free(lowered->matchers[i]);
        }
        free(lowered->matchers);
        ix_sql_done(&lowered->sql);
        *lowered = (struct ix_lowered){0};
    }
}
