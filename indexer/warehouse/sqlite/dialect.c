/* How SQLite says what a query means. The row under test is always `r` of table resource; sets are
 * selects of rids, which SQLite turns into look-ups or into one pass as it sees fit.
 *
 * Vocabularies are numbers in the rows and words in a small dictionary: a condition on the word is
 * decided there, once for each word, whatever the number of rows. */
#include "indexer/warehouse/sqlite/clause.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

/* ---- selects ---- */

static void write_scope(struct ix_sql *sql, enum ix_resource_scope scope) {
    text(sql, scope == IX_SCOPE_CURRENT ? "r.deleted IS NULL" : "1");
}

static void from(struct ix_sql *sql, enum ix_resource_scope scope) {
    text(sql, "FROM resource r WHERE ");
    write_scope(sql, scope);
}

static void resources(struct ix_sql *sql, enum ix_resource_scope scope) {
    text(sql, "SELECT r.rid ");
    from(sql, scope);
}

/* ---- ranks, pages ---- */

/* The set of those whose name or id is one of the texts, as a whole. */
static void called(struct ix_sql *sql, const struct ix_text_query *queries, size_t count) {
    static const char *const sources[] = {
        "SELECT rid FROM resource WHERE name = ", "SELECT rid FROM resource WHERE id = ",
        "SELECT rid FROM resource WHERE uid = "};
    text(sql, "(SELECT ix_set(rid) FROM (");
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
            text(sql, i + k ? " UNION ALL " : "");
            text(sql, sources[k]);
            ix_sql_bind_text(sql, queries[i].text);
        }
    }
    text(sql, "))");
}

/* inexact: 0 of what is called so, else 1 */
static void ranked(struct ix_sql *sql, const struct ix_sql *set,
                   const struct ix_text_query *queries, size_t count) {
    text(sql, "(SELECT search.rowid AS rid, search.rank AS rank, "
              "NOT ix_has(c.held, search.rowid) AS inexact FROM ix_held(");
    ix_sql_append(sql, set);
    text(sql, ") h CROSS JOIN ix_held(");
    called(sql, queries, count);
    text(sql, ") c CROSS JOIN search WHERE search MATCH ");
    ix_clause_bind_match(sql, queries, count);
    text(sql, " AND search.rank MATCH 'ix_rank(10.0, 8.0, 4.0, 3.0, 1.0)' "
              "AND ix_has(h.held, search.rowid))");
}

/* The same of phrases alone: found and ranked in one call of FTS5 (best.c). */
static void best(struct ix_sql *sql, const struct ix_sql *set, const struct ix_text_query *queries,
                 size_t count, int64_t wanted) {
    text(sql, "ix_ranked((SELECT ix_best(search, ");
    ix_sql_append(sql, set);
    text(sql, ", ");
    called(sql, queries, count);
    text(sql, ", ");
    ix_sql_bind_int(sql, wanted);
    text(sql, ", 10, 8, 4, 3, 1) FROM search WHERE search MATCH ");
    ix_clause_bind_match(sql, queries, count);
    text(sql, "))");
}

/* Nothing to rank by: every row ranks the same. */
static void unranked(struct ix_sql *sql, const struct ix_sql *set,
                     const struct ix_text_query *queries, size_t count) {
    text(sql, "(SELECT e.rid AS rid, 0 AS rank, NOT ix_has(c.held, e.rid) AS inexact "
              "FROM ix_held(");
    called(sql, queries, count);
    text(sql, ") c CROSS JOIN ix_each(");
    ix_sql_append(sql, set);
    text(sql, ") e)");
}

static void from_ranked(struct ix_sql *sql, const struct ix_sql *set,
                        const struct ix_text_query *queries, size_t count, bool rows,
                        int64_t wanted) {
    size_t indexed = 0;
    bool phrases = true;
    for (size_t i = 0; i < count; i++) {
        indexed += ix_clause_has_words(&queries[i]);
        phrases = phrases && queries[i].kind != IX_TEXT_QUERY_NEAR;
    }
    text(sql, "FROM ");
    if (indexed && phrases) {
        best(sql, set, queries, count, wanted);
    } else if (indexed) {
        ranked(sql, set, queries, count);
    } else {
        unranked(sql, set, queries, count);
    }
    text(sql, rows ? " found CROSS JOIN resource r ON r.rid = found.rid WHERE 1" : " r WHERE 1");
}

static void inexact(struct ix_sql *sql) {
    text(sql, "inexact");
}

static void rank(struct ix_sql *sql) {
    text(sql, "rank");
}

static void as_json(struct ix_sql *sql, const struct ix_sql *value) {
    text(sql, "(CASE WHEN json_valid(");
    ix_sql_append(sql, value);
    text(sql, ") THEN ");
    ix_sql_append(sql, value);
    text(sql, " ELSE json_quote(");
    ix_sql_append(sql, value);
    text(sql, ") END)");
}

static void sortable(struct ix_sql *sql, const struct ix_sql *json) {
    text(sql, "ix_sortable(");
    ix_sql_append(sql, json);
    text(sql, ")");
}

/* Of SQLite's classes numbers come first and blobs last: minus infinity is below, and the empty
 * blob above, whatever else is compared. Letters sort without case. */
static void order_key(struct ix_sql *sql, const struct ix_sql *value, bool descending) {
    text(sql, "ifnull(");
    ix_sql_append(sql, value);
    text(sql, descending ? ", -9e999) COLLATE NOCASE" : ", x'') COLLATE NOCASE");
}

/* ---- values ---- */

static void observed_value(struct ix_sql *sql, enum ix_stored column) {
    text(sql, "(SELECT group_concat(v, ', ') FROM (SELECT DISTINCT ");
    if (ix_stored_columns[column].field) {
        text(sql, "w.value AS v FROM observation o JOIN word w ON w.wid = ");
        text(sql, ix_stored_columns[column].column);
    } else {
        text(sql, ix_stored_columns[column].column);
        text(sql, " AS v FROM observation o JOIN source s ON s.sid = o.sid");
    }
    text(sql, " WHERE o.rid = r.rid AND (o.deleted IS NULL OR r.deleted IS NOT NULL) ORDER BY v))");
}

static void value(struct ix_sql *sql, enum ix_stored column) {
    if (column == IX_STORED_LAST_SEEN) {
        text(sql, ix_last_seen);
    } else if (ix_stored_columns[column].store == IX_STORE_VOCABULARY) {
        text(sql, "ix_word(");
        text(sql, ix_stored_columns[column].column);
        text(sql, ")");
    } else if (ix_stored_columns[column].store == IX_STORE_OBSERVED) {
        observed_value(sql, column);
    } else {
        text(sql, ix_stored_columns[column].column);
    }
}

static bool has_key(enum ix_stored column) {
    return ix_stored_columns[column].store == IX_STORE_VOCABULARY;
}

static void of_key(struct ix_sql *sql, const char *name) {
    text(sql, "ix_word(");
    text(sql, name);
    text(sql, ")");
}

static void from_tally(struct ix_sql *sql, const char *tally_name, size_t count) {
    text(sql, "SELECT ");
    for (size_t i = 0; i < count; i++) {
        ix_buf_printf(&sql->text, "value ->> %zu AS g%zu, ", i, i);
    }
    ix_buf_printf(&sql->text, "value ->> %zu AS n FROM json_each(%s)", count, tally_name);
}

static void gathered(struct ix_sql *sql, enum ix_aggregate kind, double fraction, bool money,
                     const struct ix_sql *of) {
    text(sql, "ix_aggregate(");
    ix_sql_bind_int(sql, kind);
    text(sql, ", ");
    ix_sql_bind_real(sql, fraction);
    text(sql, money ? ", 1, " : ", 0, ");
    ix_sql_append(sql, of);
    text(sql, ")");
}

/* As a number: what money there is, is a text. */
static void gathered_number(struct ix_sql *sql, bool money, const struct ix_sql *of) {
    text(sql, money ? "ix_sortable(" : "(");
    gathered(sql, IX_AGGREGATE_SUM, 0, money, of);
    text(sql, ")");
}

static void aggregate(struct ix_sql *sql, enum ix_aggregate kind, double fraction, bool money,
                      const struct ix_sql *of) {
    const bool any = !money && (kind == IX_AGGREGATE_LEAST || kind == IX_AGGREGATE_MOST);
    if (kind == IX_AGGREGATE_COUNT) {
        text(sql, "count(*)");
    } else if (kind == IX_AGGREGATE_DIFFERENT || any) {
        text(sql, kind == IX_AGGREGATE_LEAST  ? "min("
                  : kind == IX_AGGREGATE_MOST ? "max("
                                              : "count(DISTINCT ");
        ix_sql_append(sql, of);
        text(sql, ")");
    } else if (kind == IX_AGGREGATE_SHARE) {
        text(sql, "round(100.0 * ");
        gathered_number(sql, money, of);
        text(sql, " / nullif(sum(");
        gathered_number(sql, money, of);
        text(sql, ") OVER (), 0), 1)");
    } else {
        gathered(sql, kind, fraction, money, of);
    }
}

static void mapped(struct ix_sql *sql, enum ix_stored document, const struct ix_value_map *map) {
    text(sql, "ix_map(");
    text(sql, ix_stored_columns[document].column);
    text(sql, ", ");
    ix_sql_bind_map(sql, map);
    text(sql, ")");
}

static void in_set(struct ix_sql *sql, const struct ix_sql *rids) {
    text(sql, "r.rid IN (");
    ix_sql_append(sql, rids);
    text(sql, ")");
}

static void properties_pass(struct ix_sql *sql, const struct ix_value_test *test) {
    text(sql, "ix_test_document(" IX_DOCUMENT("props") ", ");
    ix_sql_bind_test(sql, test);
    text(sql, ")");
}

/* "'[' || …, … || ']'" */
static void array_of(struct ix_sql *sql, const struct ix_sql *values, const bool *json,
                     size_t count) {
    text(sql, "'[' || ");
    for (size_t i = 0; i < count; i++) {
        text(sql, i ? " || ',' || " : "");
        text(sql, json[i] ? "coalesce(" : "json_quote(");
        ix_sql_append(sql, &values[i]);
        text(sql, json[i] ? ", 'null')" : ")");
    }
    text(sql, " || ']'");
}

static void values_pass(struct ix_sql *sql, const struct ix_sql *values, const bool *json,
                        size_t count, const struct ix_value_test *test) {
    text(sql, "ix_test_document(");
    array_of(sql, values, json, count);
    text(sql, ", ");
    ix_sql_bind_test(sql, test);
    text(sql, ")");
}

static void values_mapped(struct ix_sql *sql, const struct ix_sql *values, const bool *json,
                          size_t count, const struct ix_value_map *map) {
    text(sql, "ix_map(");
    array_of(sql, values, json, count);
    text(sql, ", ");
    ix_sql_bind_map(sql, map);
    text(sql, ")");
}

/* ---- relations ---- */

static void this_row(struct ix_sql *sql) {
    text(sql, "SELECT r.rid");
}

static void table_of(struct ix_sql *sql, struct ix_sv document, const bool *json, size_t count) {
    for (size_t i = 0; i < count; i++) {
        text(sql, i ? ", " : "SELECT ");
        ix_buf_printf(&sql->text,
                      json[i] ? "nullif(value -> '$[%zu]', 'null') AS c%zu"
                              : "value ->> '$[%zu]' AS c%zu",
                      i, i);
    }
    text(sql, " FROM json_each(");
    ix_sql_bind_text(sql, document);
    text(sql, ")");
}

static void listed(struct ix_sql *sql, struct ix_sv numbers) {
    text(sql, "SELECT value FROM json_each(");
    ix_sql_bind_text(sql, numbers);
    text(sql, ")");
}

static void edge_condition(struct ix_sql *sql, const struct ix_edge_query *edge) {
    if (edge->type_count > 0) {
        text(sql, " AND e.type IN (SELECT wid FROM word WHERE field = 'relation' AND value IN (");
        for (size_t i = 0; i < edge->type_count; i++) {
            text(sql, i ? ", " : "");
            ix_sql_bind_text(sql, edge->types[i]);
        }
        text(sql, "))");
    }
    if (edge->declared != edge->inferred) {
        text(sql, edge->declared ? " AND e.basis = 0" : " AND e.basis = 1");
    }
}

static void one_way(struct ix_sql *sql, const struct ix_edge_query *edge, bool out,
                    int64_t deepest) {
    text(sql, out ? "SELECT e.dst, w.depth + 1 FROM walk w JOIN edge e ON e.src = w.rid"
                  : "SELECT e.src, w.depth + 1 FROM walk w JOIN edge e ON e.dst = w.rid");
    text(sql, " WHERE w.depth < ");
    ix_sql_bind_int(sql, deepest);
    edge_condition(sql, edge);
}

static void reach(struct ix_sql *sql, const struct ix_sql *from_set,
                  const struct ix_edge_query *edge, int64_t min_depth, int64_t max_depth) {
    text(sql, "WITH RECURSIVE walk (rid, depth) AS (SELECT *, 0 FROM (");
    ix_sql_append(sql, from_set);
    text(sql, ")");
    if (edge->out) {
        text(sql, " UNION ");
        one_way(sql, edge, true, max_depth);
    }
    if (edge->in) {
        text(sql, " UNION ");
        one_way(sql, edge, false, max_depth);
    }
    text(sql, ") SELECT rid FROM walk");
    if (min_depth > 0) {
        text(sql, " WHERE depth > 0 GROUP BY rid HAVING min(depth) >= ");
        ix_sql_bind_int(sql, min_depth);
    }
}

static void count_in(struct ix_sql *sql, const struct ix_sql *rids, const struct ix_sql *where,
                     int64_t low, int64_t high) {
    text(sql, "(SELECT count(DISTINCT c.rid) FROM (");
    ix_sql_append(sql, rids);
    text(sql, ") c WHERE c.rid IN (");
    ix_sql_append(sql, where);
    text(sql, ")) BETWEEN ");
    ix_sql_bind_int(sql, low);
    text(sql, " AND ");
    ix_sql_bind_int(sql, high);
}

const struct ix_dialect ix_sqlite_dialect = {
    .name = "sqlite",
    .resources = resources,
    .from = from,
    .from_ranked = from_ranked,
    .value = value,
    .has_key = has_key,
    .of_key = of_key,
    .from_tally = from_tally,
    .mapped = mapped,
    .inexact = inexact,
    .rank = rank,
    .as_json = as_json,
    .sortable = sortable,
    .aggregate = aggregate,
    .order_key = order_key,
    .sets = &ix_sqlite_sets,
    .exists = ix_ask_exists,
    .is = ix_ask_is,
    .passes = ix_ask_passes,
    .type_passes = ix_ask_type_passes,
    .between = ix_ask_between,
    .flag = ix_ask_flag,
    .in_set = in_set,
    .count_in = count_in,
    .this_row = this_row,
    .listed = listed,
    .table_of = table_of,
    .reach = reach,
    .text = ix_ask_text,
    .tag = ix_ask_tag,
    .property = ix_ask_property,
    .address = ix_ask_address,
    .properties_pass = properties_pass,
    .values_pass = values_pass,
    .values_mapped = values_mapped,
};
