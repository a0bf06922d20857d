/* Conditions as sets: of what the text index, the indexes of tags and properties, and the columns
 * of resources know. A set is an expression of the functions of rid_set.h and column.h; where it is
 * made by a select, that is a subquery of its own, which SQLite runs once.
 *
 * Texts of rows (names, ids) are sets where an index finds them. */
#include "indexer/warehouse/sqlite/clause.h"
#include "indexer/warehouse/sqlite/column.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

/* The number of a column, as the functions of column.h take it. */
static void column_number(struct ix_sql *sql, int id) {
    ix_buf_printf(&sql->text, "%d, ", id - 1);
}

/* ---- sets of sets ---- */

static void living(struct ix_sql *sql, enum ix_resource_scope scope) {
    text(sql, scope == IX_SCOPE_CURRENT ? "ix_living(0)" : "ix_living(1)");
}

static void of(struct ix_sql *sql, const struct ix_sql *rids) {
    text(sql, "(WITH s (rid) AS (");
    ix_sql_append(sql, rids);
    text(sql, ") SELECT ix_set(rid) FROM s)");
}

static void join(struct ix_sql *sql, enum ix_set_join how, const struct ix_sql *list) {
    text(sql, how == IX_SET_BOTH     ? "ix_both("
              : how == IX_SET_EITHER ? "ix_either("
                                     : "ix_without(");
    ix_sql_append(sql, list);
    text(sql, ")");
}

static void from(struct ix_sql *sql, const struct ix_sql *set, bool rows, int64_t after) {
    text(sql, "FROM ix_each(");
    ix_sql_append(sql, set);
    text(sql, rows ? ") e CROSS JOIN resource r ON r.rid = e.rid WHERE " : ") r WHERE ");
    if (after > 0) {
        text(sql, rows ? "e.rid > " : "r.rid > ");
        ix_sql_bind_int(sql, after);
    } else {
        text(sql, "1");
    }
}

static void where(struct ix_sql *sql, const struct ix_sql *set, const struct ix_sql *condition) {
    text(sql, "(SELECT ix_set(r.rid) ");
    from(sql, set, true, 0);
    text(sql, " AND ");
    ix_sql_append(sql, condition);
    text(sql, ")");
}

/* ---- columns ---- */

static void between_values(struct ix_sql *sql, int id, int64_t low, int64_t high_open) {
    text(sql, "ix_between(");
    column_number(sql, id);
    ix_sql_bind_int(sql, low);
    text(sql, ", ");
    ix_sql_bind_int(sql, high_open);
    text(sql, ")");
}

static void words_in(struct ix_sql *sql, int id, const char *field,
                     const struct ix_question *question) {
    text(sql, "ix_words_in(");
    column_number(sql, id);
    text(sql, "(SELECT ix_set(wid) ");
    ix_clause_words(sql, field, question);
    text(sql, "))");
}

/* Of the tristates and flags 0 is unknown. */
static bool exists(struct ix_sql *sql, enum ix_stored column) {
    int id = ix_stored_columns[column].id;
    bool numbered =
        column == IX_STORED_ENCRYPTED || column == IX_STORED_PUBLIC || column == IX_STORED_FLAGS;
    if (id) {
        between_values(sql, id, numbered ? 1 : INT64_MIN + 1, INT64_MAX);
    }
    return id != 0;
}

static bool between(struct ix_sql *sql, enum ix_stored column, int64_t low, int64_t high_open) {
    int id = ix_stored_columns[column].id;
    if (id) {
        between_values(sql, id, low, high_open);
    }
    return id != 0;
}

static void flag(struct ix_sql *sql, uint32_t mask) {
    text(sql, "ix_flagged(");
    ix_sql_bind_int(sql, mask);
    text(sql, ")");
}

/* ---- words and texts ---- */

static void observed(struct ix_sql *sql, enum ix_stored column,
                     const struct ix_question *question) {
    text(sql, "(SELECT ix_set(rid) FROM (");
    ix_clause_observed(sql, column, question);
    text(sql, "))");
}

/* The native type of most is in their row, and so in a column. */
static void native_type(struct ix_sql *sql, const struct ix_question *question) {
    text(sql, "ix_either(");
    words_in(sql, IX_COLUMN_NATIVE_TYPE + 1, "native_type", question);
    text(sql, ", (SELECT ix_set(q.rid) FROM resource q CROSS JOIN observation o ON o.rid = q.rid "
              "WHERE q.native_type IS NULL AND (o.deleted IS NULL OR q.deleted IS NOT NULL) "
              "AND o.native_type IN (SELECT wid ");
    ix_clause_words(sql, "native_type", question);
    text(sql, ")))");
}

static void type_passes(struct ix_sql *sql, const struct ix_value_test *test) {
    const struct ix_question question = {.test = test};
    text(sql, "ix_either(");
    words_in(sql, IX_COLUMN_TYPE + 1, "type", &question);
    text(sql, ", ");
    native_type(sql, &question);
    text(sql, ")");
}

/* Equality that an index of the rows finds; `id` also as any source says it. */
static bool indexed(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                    const struct ix_question *question) {
    bool name = column == IX_STORED_NAME;
    bool uid = column == IX_STORED_UID && !question->nocase; /* its index knows exact ones alone */
    bool id = column == IX_STORED_ID && scope == IX_SCOPE_CURRENT;
    if (!name && !uid && !id) {
        return false;
    }
    text(sql, "(SELECT ix_set(rid) FROM (SELECT r.rid AS rid FROM resource r WHERE ");
    ix_clause_text(sql, ix_stored_columns[column].column, question);
    if (id) {
        text(sql, " UNION ALL ");
        ix_clause_observed(sql, column, question);
    }
    text(sql, "))");
    return true;
}

static bool ask(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                const struct ix_question *question) {
    const struct ix_stored_column *stored = &ix_stored_columns[column];
    if (stored->store == IX_STORE_VOCABULARY) {
        words_in(sql, stored->id, stored->field, question);
        return true;
    }
    if (column == IX_STORED_NATIVE_TYPE) {
        native_type(sql, question);
        return true;
    }
    if (stored->store == IX_STORE_OBSERVED && scope == IX_SCOPE_CURRENT) {
        observed(sql, column, question);
        return true;
    }
    return stored->store == IX_STORE_TEXT && !question->test &&
           indexed(sql, scope, column, question);
}

static bool is(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
               struct ix_sv wanted, bool nocase) {
    const struct ix_question question = {.wanted = wanted, .nocase = nocase};
    return ask(sql, scope, column, &question);
}

static bool passes(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                   const struct ix_value_test *test) {
    const struct ix_question question = {.test = test};
    return ask(sql, scope, column, &question);
}

/* ---- indexes ---- */

static bool text_match(struct ix_sql *sql, const struct ix_text_query *queries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!ix_clause_has_words(&queries[i])) {
            return false;
        }
    }
    text(sql, "(SELECT ix_set(rowid) FROM search WHERE search MATCH ");
    ix_clause_bind_match(sql, queries, count);
    text(sql, ")");
    return true;
}

static void tag(struct ix_sql *sql, const struct ix_tag_query *query) {
    text(sql, "(SELECT ix_set(rid) FROM (");
    ix_clause_tag(sql, query);
    text(sql, "))");
}

/* Of a path at any depth there are several terms. */
static void term_anywhere(struct ix_sql *sql, const struct ix_property_query *query,
                          const struct ix_buf *end) {
    text(sql, "(SELECT ix_set(p.rid) FROM prop_path x JOIN ix_prop p ON p.term = "
              "ix_term(x.path || ");
    ix_sql_bind_text(sql, ix_buf_sv(end));
    text(sql, ") WHERE ");
    ix_clause_paths(sql, query);
    text(sql, ")");
}

static void one_term(struct ix_sql *sql, const struct ix_property_query *query,
                     const struct ix_buf *end) {
    struct ix_buf term = {0};
    if (query->any_depth) {
        term_anywhere(sql, query, end);
        return;
    }
    ix_buf_add(&term, query->path);
    ix_buf_add(&term, ix_buf_sv(end));
    sql->failed |= term.failed;
    text(sql, "ix_having(ix_term(");
    ix_sql_bind_text(sql, ix_buf_sv(&term));
    text(sql, "))");
    ix_buf_done(&term);
}

static void property(struct ix_sql *sql, const struct ix_property_query *query) {
    struct ix_term_ends ends;
    if (query->key >= IX_PROPERTY_NUMBERS) {
        text(sql, "(SELECT ix_set(rid) FROM (");
        ix_clause_numbers(sql, query);
        text(sql, "))");
        return;
    }
    ix_clause_term_ends(sql, query, &ends);
    text(sql, ends.count > 1 ? "ix_either(" : "");
    for (size_t i = 0; i < ends.count; i++) {
        text(sql, i ? ", " : "");
        one_term(sql, query, &ends.ends[i]);
        ix_buf_done(&ends.ends[i]);
    }
    text(sql, ends.count > 1 ? ")" : "");
}

static void address(struct ix_sql *sql, const struct ix_ip_range *range) {
    text(sql, "(SELECT ix_set(rid) FROM (");
    ix_clause_address(sql, range);
    text(sql, "))");
}

/* ---- what is made of sets ---- */

static bool first(struct ix_sql *sql, const struct ix_sql *set, const struct ix_first_by *by,
                  int64_t count) {
    int id = ix_stored_columns[by->column].id;
    bool ordered = ix_stored_columns[by->column].store == IX_STORE_VOCABULARY ||
                   ix_stored_columns[by->column].store == IX_STORE_NUMBER;
    if (id && ordered) {
        text(sql, "ix_first(");
        ix_sql_append(sql, set);
        text(sql, ", ");
        column_number(sql, id);
        text(sql, by->descending ? "1, " : "0, ");
        text(sql, by->then_by_name ? "1, " : "0, ");
        ix_sql_bind_int(sql, count);
        text(sql, ")");
    }
    return id && ordered;
}

static void rids(struct ix_sql *sql, const struct ix_sql *set) {
    text(sql, "SELECT rid FROM ix_each(");
    ix_sql_append(sql, set);
    text(sql, ")");
}

static void count(struct ix_sql *sql, const struct ix_sql *set) {
    text(sql, "ix_count(");
    ix_sql_append(sql, set);
    text(sql, ")");
}

static void tally(struct ix_sql *sql, const struct ix_sql *set, const enum ix_stored *columns,
                  size_t column_count) {
    text(sql, "ix_tally_of(");
    ix_sql_append(sql, set);
    for (size_t i = 0; i < column_count; i++) {
        ix_buf_printf(&sql->text, ", %d", ix_stored_columns[columns[i]].id - 1);
    }
    text(sql, ")");
}

static void tag_tally(struct ix_sql *sql, enum ix_tag_class class_, struct ix_sv tag_key,
                      const struct ix_sql *set) {
    text(sql, "SELECT nullif(value -> 0, 'null') AS g0, value ->> 1 AS n FROM "
              "json_each(ix_tag_tally(");
    ix_sql_append(sql, set);
    text(sql, ", (SELECT wid FROM word WHERE field = 'tag_key' AND value = ");
    ix_sql_bind_text(sql, tag_key);
    text(sql, " COLLATE BINARY), ");
    ix_sql_bind_int(sql, class_);
    text(sql, "))");
}

const struct ix_dialect_sets ix_sqlite_sets = {
    .living = living,
    .of = of,
    .join = join,
    .where = where,
    .exists = exists,
    .is = is,
    .passes = passes,
    .type_passes = type_passes,
    .between = between,
    .flag = flag,
    .text = text_match,
    .tag = tag,
    .property = property,
    .address = address,
    .first = first,
    .rids = rids,
    .from = from,
    .count = count,
    .tally = tally,
    .tag_tally = tag_tally,
};
