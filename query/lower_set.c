/* Conditions as sets: what indexes and columns know without the rows.
 *
 * A set either decides its condition or narrows it. Of an AND any part that has a set narrows the
 * whole; of an OR all parts must have one; only what decides can be negated. What remains is asked
 * of the rows of the set. */
#include "query/lower_set.h"

/* What is deeper or longer is asked of rows. */
enum { DEPTH_MAX = 4, LISTED_MAX = IX_SET_JOIN_MAX * IX_SET_JOIN_MAX };

struct making {
    struct ix_lowering *l;
    const struct ix_dialect_sets *sets;
    int depth;
};

static enum ix_set_fit set_of(struct making *m, struct ix_sql *sql, const struct ix_pred *pred);

/* ---- lists of sets ---- */

/* Sets that are joined in one way, in groups of as many as an engine joins at once. */
struct list {
    enum ix_set_join how;
    struct ix_sql groups; /* "set, set, …" of those that are full */
    struct ix_sql sets;   /* of the last one */
    size_t group_count, count;
};

static void begin_list(struct making *m, struct list *list, enum ix_set_join how) {
    *list = (struct list){.how = how};
    ix_sql_init(&list->groups, m->l->arena);
    ix_sql_init(&list->sets, m->l->arena);
}

/* Appends "set, set, …" as one set. */
static void append_joined(struct making *m, struct ix_sql *sql, enum ix_set_join how,
                          const struct ix_sql *sets, size_t count) {
    if (count == 1) {
        ix_sql_append(sql, sets);
    } else if (count > 1) {
        m->sets->join(sql, how, sets);
    }
}

static void end_group(struct making *m, struct list *list) {
    ix_sql_text(&list->groups, list->group_count++ ? ", " : "");
    append_joined(m, &list->groups, list->how, &list->sets, list->count);
    ix_sql_done(&list->sets);
    ix_sql_init(&list->sets, m->l->arena);
    list->count = 0;
}

static void before_set(struct making *m, struct list *list) {
    if (list->count == IX_SET_JOIN_MAX) {
        end_group(m, list);
    }
    ix_sql_text(&list->sets, list->count++ ? ", " : "");
}

static bool is_empty(const struct list *list) {
    return list->count == 0;
}

/* Appends them as one set, and ends the list. */
static void end_list(struct making *m, struct list *list, struct ix_sql *sql) {
    if (sql && list->group_count > 0) {
        end_group(m, list);
        append_joined(m, sql, list->how, &list->groups, list->group_count);
    } else if (sql) {
        append_joined(m, sql, list->how, &list->sets, list->count);
    }
    ix_sql_done(&list->groups);
    ix_sql_done(&list->sets);
}

/* One more set of the list, when the condition has one. */
static enum ix_set_fit add_set(struct making *m, struct list *list, const struct ix_pred *pred) {
    struct ix_sql set;
    ix_sql_init(&set, m->l->arena);
    enum ix_set_fit fit = set_of(m, &set, pred);
    if (fit != IX_SET_UNKNOWN) {
        before_set(m, list);
        ix_sql_append(&list->sets, &set);
    }
    ix_sql_done(&set);
    return fit;
}

/* ---- AND, OR, NOT ---- */

static enum ix_set_fit set_of_all(struct making *m, struct ix_sql *sql,
                                  const struct ix_pred *pred) {
    struct list list;
    enum ix_set_fit fit = IX_SET_DECIDES;
    begin_list(m, &list, IX_SET_BOTH);
    for (size_t i = 0; i < pred->list.count; i++) {
        bool room = i < LISTED_MAX;
        enum ix_set_fit one = room ? add_set(m, &list, pred->list.items[i]) : IX_SET_UNKNOWN;
        fit = one == IX_SET_DECIDES ? fit : IX_SET_NARROWS;
    }
    fit = !is_empty(&list) ? fit : IX_SET_UNKNOWN;
    end_list(m, &list, sql);
    return fit;
}

static enum ix_set_fit set_of_any(struct making *m, struct ix_sql *sql,
                                  const struct ix_pred *pred) {
    struct list list;
    enum ix_set_fit fit = pred->list.count <= LISTED_MAX ? IX_SET_DECIDES : IX_SET_UNKNOWN;
    begin_list(m, &list, IX_SET_EITHER);
    for (size_t i = 0; fit != IX_SET_UNKNOWN && i < pred->list.count; i++) {
        enum ix_set_fit one = add_set(m, &list, pred->list.items[i]);
        fit = one < fit ? one : fit;
    }
    fit = !is_empty(&list) ? fit : IX_SET_UNKNOWN;
    end_list(m, &list, fit == IX_SET_UNKNOWN ? NULL : sql);
    return fit;
}

static enum ix_set_fit set_of_not(struct making *m, struct ix_sql *sql,
                                  const struct ix_pred *pred) {
    struct list list;
    begin_list(m, &list, IX_SET_WITHOUT);
    before_set(m, &list);
    m->sets->living(&list.sets, IX_SCOPE_WITH_DELETED);
    bool decides = add_set(m, &list, pred->inner) == IX_SET_DECIDES;
    end_list(m, &list, decides ? sql : NULL);
    return decides ? IX_SET_DECIDES : IX_SET_UNKNOWN;
}

/* ---- fields ---- */

static enum ix_set_fit decided(bool known) {
    return known ? IX_SET_DECIDES : IX_SET_UNKNOWN;
}

static bool set_of_value(struct making *m, struct ix_sql *sql, enum ix_stored column,
                         const struct ix_operand *value, bool nocase) {
    if (value->kind == IX_OPERAND_FLAG) {
        m->sets->flag(sql, value->flag);
        return true;
    }
    if (value->kind == IX_OPERAND_TRISTATE) {
        return m->sets->between(sql, column, value->tristate, value->tristate + 1);
    }
    return m->sets->is(sql, m->l->scope, column, value->text, nocase);
}

static bool set_of_values(struct making *m, struct ix_sql *sql, enum ix_stored column,
                          const struct ix_test *test) {
    struct list list;
    bool known = test->value_count <= LISTED_MAX;
    begin_list(m, &list, IX_SET_EITHER);
    for (size_t i = 0; known && i < test->value_count; i++) {
        before_set(m, &list);
        known = set_of_value(m, &list.sets, column, &test->values[i], test->op == IX_OP_WHOLE);
    }
    known = known && !is_empty(&list);
    end_list(m, &list, known ? sql : NULL);
    return known;
}

/* Any of the words in a column of the text index. */
static bool set_of_words(struct making *m, struct ix_sql *sql, enum ix_stored column,
                         const struct ix_test *test) {
    struct list list;
    bool known = test->value_count <= LISTED_MAX;
    begin_list(m, &list, IX_SET_EITHER);
    for (size_t i = 0; known && i < test->value_count; i++) {
        const struct ix_text_query query = {
            .kind = IX_TEXT_QUERY_PHRASE,
            .text = test->values[i].text,
            .column = column,
        };
        before_set(m, &list);
        known = m->sets->text(&list.sets, &query, 1);
    }
    known = known && !is_empty(&list);
    end_list(m, &list, known ? sql : NULL);
    return known;
}

static enum ix_set_fit set_of_test(struct making *m, struct ix_sql *sql, enum ix_stored column,
                                   const struct ix_test *test) {
    bool shared = column == IX_STORED_ID || column == IX_STORED_ADDRESS; /* a column of the index */
    if (test->op == IX_OP_WORDS && shared) {
        return set_of_words(m, sql, IX_STORED_ID, test) ? IX_SET_NARROWS : IX_SET_UNKNOWN;
    }
    const struct ix_value_test *asked =
        ix_lower_text_test(m->l, test, column == IX_STORED_PROVIDER_VERSION);
    if (asked && column == IX_STORED_TYPE) {
        m->sets->type_passes(sql, asked);
        return IX_SET_DECIDES;
    }
    return decided(asked && m->sets->passes(sql, m->l->scope, column, asked));
}

static enum ix_set_fit set_of_ip(struct making *m, struct ix_sql *sql, const struct ix_test *test) {
    struct list list;
    bool known =
        test->op == IX_OP_INSIDE && test->value_count > 0 && test->value_count <= LISTED_MAX;
    if (test->op == IX_OP_EXISTS) {
        m->sets->address(sql, NULL);
        return IX_SET_DECIDES;
    }
    begin_list(m, &list, IX_SET_EITHER);
    for (size_t i = 0; known && i < test->value_count; i++) {
        before_set(m, &list);
        m->sets->address(&list.sets, &test->values[i].ip);
    }
    end_list(m, &list, known ? sql : NULL);
    return decided(known);
}

static bool is_time(enum ix_stored column) {
    return column >= IX_STORED_CREATED && column <= IX_STORED_DELETED;
}

static enum ix_set_fit set_of_field(struct making *m, struct ix_sql *sql,
                                    const struct ix_pred *pred) {
    const struct ix_test *test = &pred->field.test;
    enum ix_stored column;
    if (pred->field.field == IX_FIELD_IP) {
        return set_of_ip(m, sql, test);
    }
    if (!ix_lower_stored(pred->field.field, &column)) {
        return IX_SET_UNKNOWN;
    }
    if (test->op == IX_OP_EXISTS) {
        return decided(m->sets->exists(sql, column));
    }
    if (is_time(column)) {
        return decided(m->sets->between(sql, column, test->has_low ? test->low.begin_ms : INT64_MIN,
                                        test->has_high ? test->high.begin_ms : INT64_MAX));
    }
    if (test->op == IX_OP_WHOLE || test->op == IX_OP_EQ) {
        return decided(set_of_values(m, sql, column, test));
    }
    if (test->op == IX_OP_WORDS && column == IX_STORED_NAME) {
        return decided(set_of_words(m, sql, column, test));
    }
    return set_of_test(m, sql, column, test);
}

/* ---- tags, texts ---- */

static enum ix_set_fit set_of_tag(struct making *m, struct ix_sql *sql,
                                  const struct ix_pred *pred) {
    struct ix_tag_query query;
    bool known = ix_lower_tag_query(m->l, pred, &query);
    if (known) {
        m->sets->tag(sql, &query);
    }
    return decided(known);
}

static enum ix_set_fit set_of_text(struct making *m, struct ix_sql *sql,
                                   const struct ix_pred *pred) {
    if (!ix_lower_is_indexed_text(pred)) {
        return IX_SET_UNKNOWN;
    }
    const struct ix_text_query query = ix_lower_text_query(pred);
    return decided(m->sets->text(sql, &query, 1));
}

/* ---- properties ---- */

static void any_of(struct making *m, struct ix_sql *sql, const struct ix_narrowing *narrowing,
                   size_t begin, size_t end) {
    struct list list;
    begin_list(m, &list, IX_SET_EITHER);
    for (size_t i = begin; i < end; i++) {
        before_set(m, &list);
        m->sets->property(&list.sets, &narrowing->queries[i]);
    }
    end_list(m, &list, sql);
}

/* Long numbers are few, and looked up at once; so the others still decide. */
static bool only_long_numbers(const struct ix_narrowing *narrowing) {
    bool only = narrowing->exact_from < narrowing->count;
    for (size_t i = 0; i < narrowing->exact_from; i++) {
        only = only && narrowing->queries[i].key == IX_PROPERTY_LONG_NUMBERS;
    }
    return only;
}

static enum ix_set_fit exact_and_looked_up(struct making *m, struct ix_sql *sql,
                                           const struct ix_narrowing *narrowing,
                                           const struct ix_pred *pred) {
    struct list list;
    struct ix_sql candidates;
    struct ix_sql condition;
    begin_list(m, &list, IX_SET_EITHER);
    ix_sql_init(&candidates, m->l->arena);
    ix_sql_init(&condition, m->l->arena);
    before_set(m, &list);
    any_of(m, &list.sets, narrowing, narrowing->exact_from, narrowing->count);
    any_of(m, &candidates, narrowing, 0, narrowing->exact_from);
    bool done = ix_lower_ask_document(m->l, &condition, pred);
    before_set(m, &list);
    m->sets->where(&list.sets, &candidates, &condition);
    end_list(m, &list, done ? sql : NULL);
    ix_sql_done(&candidates);
    ix_sql_done(&condition);
    return decided(done);
}

static enum ix_set_fit set_of_prop(struct making *m, struct ix_sql *sql,
                                   const struct ix_pred *pred) {
    struct ix_narrowing narrowing;
    bool known = ix_lower_narrow(m->l, pred, &narrowing);
    if (!known || narrowing.count == 0 || narrowing.count > LISTED_MAX) {
        return IX_SET_UNKNOWN;
    }
    if (narrowing.exact_from > 0 && only_long_numbers(&narrowing)) {
        return exact_and_looked_up(m, sql, &narrowing, pred);
    }
    any_of(m, sql, &narrowing, 0, narrowing.count);
    return narrowing.exact_from > 0 ? IX_SET_NARROWS : IX_SET_DECIDES;
}

static enum ix_set_fit set_of_element(struct making *m, struct ix_sql *sql,
                                      const struct ix_pred *pred) {
    const struct ix_pred *inner = pred->element.inner;
    bool several = inner->kind == IX_PRED_AND;
    struct list list;
    begin_list(m, &list, IX_SET_BOTH);
    for (size_t i = 0; i < (several ? inner->list.count : 1) && i < LISTED_MAX; i++) {
        const struct ix_pred *part = several ? inner->list.items[i] : inner;
        struct ix_narrowing narrowing = {0};
        bool known = part->kind == IX_PRED_PROP &&
                     ix_lower_narrow_part(m->l, &pred->element.path, part, &narrowing);
        if (known && narrowing.count > 0 && narrowing.count <= LISTED_MAX) {
            before_set(m, &list);
            any_of(m, &list.sets, &narrowing, 0, narrowing.count);
        }
    }
    bool any = !is_empty(&list);
    end_list(m, &list, sql);
    return any ? IX_SET_NARROWS : IX_SET_UNKNOWN;
}

static enum ix_set_fit set_of_compare(struct making *m, struct ix_sql *sql,
                                      const struct ix_pred *pred) {
    const struct ix_path *path = ix_lower_needed_path(pred->compare.left);
    struct ix_property_query query = {.key = IX_PROPERTY_EXISTS};
    path = path ? path : ix_lower_needed_path(pred->compare.right);
    bool known = path && ix_lower_indexed_path(m->l, path, &query);
    if (known) {
        m->sets->property(sql, &query);
    }
    return known ? IX_SET_NARROWS : IX_SET_UNKNOWN;
}

/* ---- all of them ---- */

static enum ix_set_fit set_of_any_kind(struct making *m, struct ix_sql *sql,
                                       const struct ix_pred *pred) {
    switch (pred->kind) {
    case IX_PRED_AND:
        return set_of_all(m, sql, pred);
    case IX_PRED_OR:
        return set_of_any(m, sql, pred);
    case IX_PRED_NOT:
        return set_of_not(m, sql, pred);
    case IX_PRED_TEXT:
        return set_of_text(m, sql, pred);
    case IX_PRED_FIELD:
        return set_of_field(m, sql, pred);
    case IX_PRED_TAG:
        return set_of_tag(m, sql, pred);
    case IX_PRED_PROP:
        return set_of_prop(m, sql, pred);
    case IX_PRED_ELEMENT:
        return set_of_element(m, sql, pred);
    case IX_PRED_COMPARE:
        return set_of_compare(m, sql, pred);
    default:
        return IX_SET_UNKNOWN;
    }
}

static enum ix_set_fit set_of(struct making *m, struct ix_sql *sql, const struct ix_pred *pred) {
    struct ix_sql set;
    if (m->depth >= DEPTH_MAX) {
        return IX_SET_UNKNOWN;
    }
    m->depth++;
    ix_sql_init(&set, m->l->arena);
    enum ix_set_fit fit = set_of_any_kind(m, &set, pred);
    if (fit != IX_SET_UNKNOWN) {
        ix_sql_append(sql, &set);
    }
    ix_sql_done(&set);
    m->depth--;
    return fit;
}

enum ix_set_fit ix_lower_set_of(struct ix_lowering *l, struct ix_sql *sql,
                                const struct ix_pred *pred) {
    struct making m = {.l = l, .sets = l->dialect->sets};
    return set_of(&m, sql, pred);
}
