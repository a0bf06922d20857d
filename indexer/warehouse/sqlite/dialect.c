/* How SQLite says what a query means. The row under test is always `r` of table resource; sets are
 * selects of rids, which SQLite turns into look-ups or into one pass as it sees fit.
 *
 * Vocabularies are numbers in the rows and words in a small dictionary: a condition on the word is
 * decided there, once for each word, whatever the number of rows. */
#include "indexer/model/property.h"
#include "indexer/model/words.h"
#include "indexer/warehouse/sqlite/engine.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

/* ---- columns ---- */

#define DOCUMENT(part) "(SELECT " part " FROM document WHERE did = r.document)"

enum store { VOCABULARY, TEXT, NUMBER, OBSERVED };

static const struct {
    enum store store;
    const char *column; /* of resource, or of observation for OBSERVED */
    const char *field;  /* of the dictionary */
} columns[IX_STORED_COUNT] = {
    [IX_STORED_TYPE] = {VOCABULARY, "r.type", "type"},
    [IX_STORED_KIND] = {VOCABULARY, "r.kind", "kind"},
    [IX_STORED_CATEGORY] = {VOCABULARY, "r.category", "category"},
    [IX_STORED_PROVIDER] = {VOCABULARY, "r.provider", "provider"},
    [IX_STORED_SERVICE] = {VOCABULARY, "r.service", "service"},
    [IX_STORED_ACCOUNT] = {VOCABULARY, "r.account", "account"},
    [IX_STORED_REGION] = {VOCABULARY, "r.region", "region"},
    [IX_STORED_ZONE] = {VOCABULARY, "r.zone", "zone"},
    [IX_STORED_STACK] = {VOCABULARY, "r.stack", "stack"},
    [IX_STORED_PROJECT] = {VOCABULARY, "r.project", "project"},
    [IX_STORED_MANAGED_BY] = {VOCABULARY, "r.managed_by", "managed_by"},
    [IX_STORED_UID] = {TEXT, "r.uid", NULL},
    [IX_STORED_NAME] = {TEXT, "r.name", NULL},
    [IX_STORED_ID] = {TEXT, "r.id", NULL},
    [IX_STORED_ADDRESS] = {TEXT, "r.address", NULL},
    [IX_STORED_NATIVE_TYPE] = {OBSERVED, "o.native_type", "native_type"},
    [IX_STORED_PROVIDER_VERSION] = {OBSERVED, "o.provider_version", "provider_version"},
    [IX_STORED_SOURCE] = {OBSERVED, "s.name", NULL},
    [IX_STORED_SOURCE_KIND] = {OBSERVED, "s.kind", NULL},
    [IX_STORED_CREATED] = {NUMBER, "r.created", NULL},
    [IX_STORED_MODIFIED] = {NUMBER, "r.modified", NULL},
    [IX_STORED_FIRST_SEEN] = {NUMBER, "r.first_seen", NULL},
    [IX_STORED_LAST_SEEN] = {NUMBER, "r.last_seen", NULL},
    [IX_STORED_DELETED] = {NUMBER, "r.deleted", NULL},
    [IX_STORED_FLAGS] = {NUMBER, "r.flags", NULL},
    [IX_STORED_ENCRYPTED] = {NUMBER, "r.encrypted", NULL},
    [IX_STORED_PUBLIC] = {NUMBER, "r.public", NULL},
    [IX_STORED_PROPERTIES] = {TEXT, DOCUMENT("props"), NULL},
    [IX_STORED_TAGS] = {TEXT, DOCUMENT("tags"), NULL},
    [IX_STORED_RID] = {NUMBER, "r.rid", NULL},
};

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

/* ---- text ---- */

static const char *const text_columns[IX_STORED_COUNT] = {
    [IX_STORED_NAME] = "name",
    [IX_STORED_ID] = "id",
    [IX_STORED_TYPE] = "type",
};

/* A string of FTS5's query syntax: the only way in which a user's text enters it. */
static void add_quoted(struct ix_buf *match, struct ix_sv term) {
    ix_buf_add_char(match, '"');
    for (size_t i = 0; i < term.size; i++) {
        if (term.data[i] == '"') {
            ix_buf_add_char(match, '"');
        }
        ix_buf_add_char(match, term.data[i] ? term.data[i] : ' ');
    }
    ix_buf_add_char(match, '"');
}

static int add_near_part(void *context, const struct ix_word *word) {
    struct ix_buf *match = context;
    ix_buf_add_char(match, ' ');
    add_quoted(match, ix_sv_of(word->text, word->size));
    return 0;
}

static void add_text_query(struct ix_buf *match, const struct ix_text_query *query) {
    if (!query->any_column) {
        ix_buf_printf(match, "%s : ", text_columns[query->column]);
    }
    if (query->kind == IX_TEXT_QUERY_NEAR) {
        ix_buf_add_cstr(match, "NEAR(");
        ix_words_visit(query->text, true, add_near_part, match);
        ix_buf_printf(match, ", %lld)", (long long)query->distance);
        return;
    }
    add_quoted(match, query->text);
    ix_buf_add_cstr(match, query->kind == IX_TEXT_QUERY_PREFIX ? " *" : "");
}

/* A text without any word is in no index; it is looked for in names and ids as it stands. */
static bool has_words(const struct ix_text_query *query) {
    return ix_words_count(query->text) > 0;
}

static void bind_match(struct ix_sql *sql, const struct ix_text_query *queries, size_t count) {
    struct ix_buf match = {0};
    for (size_t i = 0; i < count; i++) {
        if (has_words(&queries[i])) {
            ix_buf_add_cstr(&match, match.size ? " AND " : "");
            add_text_query(&match, &queries[i]);
        }
    }
    sql->failed |= match.failed;
    ix_sql_bind_text(sql, ix_buf_sv(&match));
    ix_buf_done(&match);
}

static void wordless(struct ix_sql *sql, const struct ix_text_query *query) {
    text(sql, "(instr(lower(coalesce(r.name, '')), lower(");
    ix_sql_bind_text(sql, query->text);
    text(sql, ")) > 0 OR instr(lower(coalesce(r.id, '')), lower(");
    ix_sql_bind_text(sql, query->text);
    text(sql, ")) > 0)");
}

static void text_match(struct ix_sql *sql, const struct ix_text_query *queries, size_t count) {
    size_t indexed = 0;
    text(sql, "(1");
    for (size_t i = 0; i < count; i++) {
        if (has_words(&queries[i])) {
            indexed++;
        } else {
            text(sql, " AND ");
            wordless(sql, &queries[i]);
        }
    }
    if (indexed) {
        text(sql, " AND r.rid IN (SELECT rowid FROM search WHERE search MATCH ");
        bind_match(sql, queries, count);
        text(sql, ")");
    }
    text(sql, ")");
}

static void from_ranked(struct ix_sql *sql, enum ix_resource_scope scope,
                        const struct ix_text_query *queries, size_t count) {
    size_t indexed = 0;
    for (size_t i = 0; i < count; i++) {
        indexed += has_words(&queries[i]);
    }
    if (!indexed) { /* nothing to rank by: every row ranks the same */
        text(sql, "FROM (SELECT 0 AS rank) search, resource r WHERE ");
        write_scope(sql, scope);
        return;
    }
    text(sql, "FROM search JOIN resource r ON r.rid = search.rowid WHERE search MATCH ");
    bind_match(sql, queries, count);
    text(sql, " AND search.rank MATCH 'bm25(10.0, 8.0, 4.0, 3.0, 1.0)' AND ");
    write_scope(sql, scope);
}

static void from_page(struct ix_sql *sql, const struct ix_sql *page) {
    text(sql, "FROM (");
    ix_sql_append(sql, page);
    text(sql, ") page JOIN resource r ON r.rid = page.rid");
}

static void rank(struct ix_sql *sql) {
    text(sql, "search.rank");
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

static void live(struct ix_sql *sql, enum ix_resource_scope scope) {
    text(sql, scope == IX_SCOPE_CURRENT ? "o.deleted IS NULL"
                                        : "(o.deleted IS NULL OR r.deleted IS NOT NULL)");
}

static void observed_value(struct ix_sql *sql, enum ix_stored column) {
    text(sql, "(SELECT group_concat(v, ', ') FROM (SELECT DISTINCT ");
    if (columns[column].field) {
        text(sql, "w.value AS v FROM observation o JOIN word w ON w.wid = ");
        text(sql, columns[column].column);
    } else {
        text(sql, columns[column].column);
        text(sql, " AS v FROM observation o JOIN source s ON s.sid = o.sid");
    }
    text(sql, " WHERE o.rid = r.rid AND (o.deleted IS NULL OR r.deleted IS NOT NULL) ORDER BY v))");
}

/* What still exists was seen when its source was read last; nothing is written for it then. */
static const char last_seen[] =
    "CASE WHEN r.deleted IS NOT NULL THEN r.deleted ELSE (SELECT max(s.last_run) FROM observation "
    "o "
    "JOIN source s ON s.sid = o.sid WHERE o.rid = r.rid AND o.deleted IS NULL) END";

static void value(struct ix_sql *sql, enum ix_stored column) {
    if (column == IX_STORED_LAST_SEEN) {
        text(sql, last_seen);
    } else if (columns[column].store == VOCABULARY) {
        text(sql, "(SELECT value FROM word WHERE wid = ");
        text(sql, columns[column].column);
        text(sql, ")");
    } else if (columns[column].store == OBSERVED) {
        observed_value(sql, column);
    } else {
        text(sql, columns[column].column);
    }
}

static bool key(struct ix_sql *sql, enum ix_stored column) {
    bool word = columns[column].store == VOCABULARY;
    text(sql, word ? columns[column].column : "");
    return word;
}

static void of_key(struct ix_sql *sql, const char *name) {
    text(sql, "(SELECT value FROM word WHERE wid = ");
    text(sql, name);
    text(sql, ")");
}

static void tally(struct ix_sql *sql, const struct ix_sql *keys) {
    text(sql, "ix_tally(");
    ix_sql_append(sql, keys);
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

static void tag_tally(struct ix_sql *sql, enum ix_tag_class class_, struct ix_sv tag_key,
                      const struct ix_sql *rids) {
    text(sql, "WITH picked (rid) AS MATERIALIZED (");
    ix_sql_append(sql, rids);
    text(sql, "), tagged AS MATERIALIZED (SELECT value AS v, count(*) AS n FROM tag WHERE key = "
              "(SELECT wid FROM word WHERE field = 'tag_key' AND value = ");
    ix_sql_bind_text(sql, tag_key);
    text(sql, " COLLATE BINARY) AND class = ");
    ix_sql_bind_int(sql, class_);
    text(sql, " AND rid IN (SELECT rid FROM picked) GROUP BY value COLLATE BINARY) "
              "SELECT json_quote(v) AS g0, n FROM tagged UNION ALL SELECT NULL, others FROM "
              "(SELECT (SELECT count(*) FROM picked) - (SELECT coalesce(sum(n), 0) FROM tagged) "
              "AS others) WHERE others > 0");
}

static void mapped(struct ix_sql *sql, enum ix_stored document, const struct ix_value_map *map) {
    text(sql, "ix_map(");
    text(sql, columns[document].column);
    text(sql, ", ");
    ix_sql_bind_map(sql, map);
    text(sql, ")");
}

static void observations(struct ix_sql *sql) {
    text(sql, "(SELECT json_group_array(json_object('source', source, 'source_kind', kind, "
              "'address', address, 'variant', variant, 'native_type', native_type, "
              "'native_id', native_id)) FROM (SELECT s.name AS source, s.kind AS kind, "
              "o.address AS address, nullif(o.variant, '') AS variant, w.value AS native_type, "
              "o.native_id AS native_id FROM observation o JOIN source s ON s.sid = o.sid "
              "JOIN word w ON w.wid = o.native_type WHERE o.rid = r.rid "
              "AND (o.deleted IS NULL OR r.deleted IS NOT NULL) "
              "ORDER BY o.rank, s.name, o.address, o.variant))");
}

/* ---- conditions ---- */

/* The row is among those for which an observation passes; `condition` follows and is closed by ")".
 */
static void among_observed(struct ix_sql *sql, enum ix_resource_scope scope) {
    if (scope == IX_SCOPE_CURRENT) {
        text(sql,
             "r.rid IN (SELECT o.rid FROM observation o JOIN source s ON s.sid = o.sid WHERE ");
    } else {
        text(sql, "EXISTS (SELECT 1 FROM observation o JOIN source s ON s.sid = o.sid "
                  "WHERE o.rid = r.rid AND ");
    }
    live(sql, scope);
    text(sql, " AND ");
}

/* Columns that are tested on every source's own value, too. */
static const char *observed_column(enum ix_stored column) {
    return column == IX_STORED_ID              ? "o.native_id"
           : column == IX_STORED_ADDRESS       ? "o.address"
           : columns[column].store == OBSERVED ? columns[column].column
                                               : NULL;
}

static void exists(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column) {
    if (columns[column].store == OBSERVED) {
        among_observed(sql, scope);
        text(sql, columns[column].column);
        text(sql, " IS NOT NULL)");
        return;
    }
    bool tristate = column == IX_STORED_ENCRYPTED || column == IX_STORED_PUBLIC;
    text(sql, "(");
    text(sql, column == IX_STORED_LAST_SEEN ? last_seen : columns[column].column);
    text(sql, tristate || column == IX_STORED_FLAGS ? " <> 0)" : " IS NOT NULL)");
}

/* What is asked of a value: a test, or, without one, equality. */
struct question {
    const struct ix_value_test *test;
    struct ix_sv wanted;
    bool nocase;
};

static void test_of(struct ix_sql *sql, const char *column, const struct ix_value_test *test) {
    text(sql, "ix_test(");
    text(sql, column);
    text(sql, ", ");
    ix_sql_bind_test(sql, test);
    text(sql, ")");
}

static void equals(struct ix_sql *sql, const char *column, struct ix_sv wanted, bool nocase) {
    text(sql, column);
    text(sql, " = ");
    ix_sql_bind_text(sql, wanted);
    text(sql, nocase ? " COLLATE NOCASE" : " COLLATE BINARY");
}

/* NOCASE narrows by the index that is kept so; the exact case is looked at after. */
static void ask_text(struct ix_sql *sql, const char *column, const struct question *question) {
    if (question->test) {
        test_of(sql, column, question->test);
        return;
    }
    text(sql, "(");
    equals(sql, column, question->wanted, true);
    if (!question->nocase) {
        text(sql, " AND ");
        equals(sql, column, question->wanted, false);
    }
    text(sql, ")");
}

/* Decided in the dictionary. */
static void ask_word(struct ix_sql *sql, const char *column, const char *field,
                     const struct question *question) {
    text(sql, column);
    text(sql, " IN (SELECT wid FROM word WHERE field = ");
    ix_sql_bind_text(sql, ix_sv_cstr(field));
    text(sql, " AND ");
    if (question->test) {
        test_of(sql, "value", question->test);
    } else {
        equals(sql, "value", question->wanted, question->nocase);
    }
    text(sql, ")");
}

static void ask_observed(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                         const struct question *question) {
    among_observed(sql, scope);
    if (columns[column].field) {
        ask_word(sql, columns[column].column, columns[column].field, question);
    } else {
        ask_text(sql, observed_column(column), question);
    }
    text(sql, ")");
}

static void ask(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                const struct question *question) {
    bool plain = columns[column].store == TEXT;
    if (columns[column].store == VOCABULARY) {
        ask_word(sql, columns[column].column, columns[column].field, question);
        return;
    }
    text(sql, "(");
    if (plain) {
        ask_text(sql, columns[column].column, question);
    }
    if (column == IX_STORED_NATIVE_TYPE) { /* nearly always one, and then in the resource */
        ask_word(sql, "r.native_type", columns[column].field, question);
        text(sql, " OR r.native_type IS NULL AND ");
    } else if (plain && observed_column(column)) {
        text(sql, " OR ");
    }
    if (observed_column(column)) {
        ask_observed(sql, scope, column, question);
    }
    text(sql, ")");
}

static void is(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
               struct ix_sv wanted, bool nocase) {
    const struct question question = {.wanted = wanted, .nocase = nocase};
    ask(sql, scope, column, &question);
}

static void passes(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                   const struct ix_value_test *test) {
    const struct question question = {.test = test};
    ask(sql, scope, column, &question);
}

/* As a set: types are few and decide much, so they should lead, whatever else is asked. */
static void type_passes(struct ix_sql *sql, const struct ix_value_test *test) {
    const struct question question = {.test = test};
    text(sql, "r.rid IN (SELECT rid FROM resource WHERE ");
    ask_word(sql, "type", "type", &question);
    text(sql, " UNION ALL SELECT rid FROM resource WHERE ");
    ask_word(sql, "native_type", "native_type", &question);
    text(sql, " UNION ALL SELECT q.rid FROM resource q CROSS JOIN observation o ON o.rid = q.rid "
              "WHERE q.native_type IS NULL AND (o.deleted IS NULL OR q.deleted IS NOT NULL) AND ");
    ask_word(sql, "o.native_type", "native_type", &question);
    text(sql, ")");
}

static void between(struct ix_sql *sql, enum ix_stored column, int64_t low, int64_t high_open) {
    const char *expression = column == IX_STORED_LAST_SEEN ? last_seen : columns[column].column;
    text(sql, "(");
    text(sql, expression);
    text(sql, " >= ");
    ix_sql_bind_int(sql, low);
    if (high_open != INT64_MAX) {
        text(sql, " AND ");
        text(sql, expression);
        text(sql, " < ");
        ix_sql_bind_int(sql, high_open);
    }
    text(sql, ")");
}

static void flag(struct ix_sql *sql, uint32_t mask) {
    text(sql, "(r.flags & ");
    ix_sql_bind_int(sql, mask);
    text(sql, ") <> 0");
}

static void in_set(struct ix_sql *sql, const struct ix_sql *rids) {
    text(sql, "r.rid IN (");
    ix_sql_append(sql, rids);
    text(sql, ")");
}

/* ---- tags ---- */

static void tag_classes(struct ix_sql *sql, unsigned classes) {
    text(sql, "(1 << class) & ");
    ix_sql_bind_int(sql, classes);
}

static void tag(struct ix_sql *sql, const struct ix_tag_query *query) {
    text(sql, "r.rid IN (SELECT rid FROM tag WHERE ");
    if (query->has_key || query->key_test) {
        text(sql, "key IN (SELECT wid FROM word WHERE field = 'tag_key' AND ");
        if (query->has_key) {
            equals(sql, "value", query->key, false);
        } else {
            test_of(sql, "value", query->key_test);
        }
        text(sql, ") AND ");
    }
    if (query->has_value) {
        equals(sql, "value", query->value, true);
        text(sql, " AND ");
    } else if (query->value_test) {
        test_of(sql, "value", query->value_test);
        text(sql, " AND ");
    }
    tag_classes(sql, query->classes);
    text(sql, ")");
}

/* ---- properties ---- */

/* Paths that are `path`, or end so after a '.' or as a quoted name. */
static void paths(struct ix_sql *sql, const struct ix_property_query *query) {
    text(sql, "path = ");
    ix_sql_bind_text(sql, query->path);
    if (query->any_depth) {
        struct ix_buf end = {0};
        ix_buf_add_cstr(&end, ix_sv_starts(query->path, IX_SV("[")) ? "" : ".");
        ix_buf_add(&end, query->path);
        sql->failed |= end.failed;
        text(sql, " OR substr(path, -length(");
        ix_sql_bind_text(sql, ix_buf_sv(&end));
        text(sql, ")) = ");
        ix_sql_bind_text(sql, ix_buf_sv(&end));
        ix_buf_done(&end);
    }
}

/* The rids that have the path with this end ("", "=value", "~value"). */
static void one_term(struct ix_sql *sql, const struct ix_property_query *query,
                     const struct ix_buf *end) {
    if (query->any_depth) {
        text(sql, "SELECT p.rid FROM prop_path x JOIN ix_prop p ON p.term = ix_term(x.path || ");
        ix_sql_bind_text(sql, ix_buf_sv(end));
        text(sql, ") WHERE ");
        paths(sql, query);
        return;
    }
    struct ix_buf term = {0};
    ix_buf_add(&term, query->path);
    ix_buf_add(&term, ix_buf_sv(end));
    sql->failed |= term.failed;
    text(sql, "SELECT rid FROM ix_prop WHERE term = ix_term(");
    ix_sql_bind_text(sql, ix_buf_sv(&term));
    text(sql, ")");
    ix_buf_done(&term);
}

static void term_match(struct ix_sql *sql, const struct ix_property_query *query) {
    struct ix_buf end = {0};
    if (query->key == IX_PROPERTY_TEXT) { /* as it is written, when that is the folded text */
        ix_property_value_add(&end, query->text, true);
        one_term(sql, query, &end);
        text(sql, " UNION ");
        if (end.size) {
            end.data[0] = '=';
        }
    } else if (query->key == IX_PROPERTY_EXACT) {
        ix_property_value_add(&end, query->text, false);
    }
    one_term(sql, query, &end);
    sql->failed |= end.failed;
    ix_buf_done(&end);
}

static void number_match(struct ix_sql *sql, const struct ix_property_query *query) {
    static const enum ix_number_class classes[] = {
        [IX_PROPERTY_NUMBERS] = IX_NUMBER_SHORT,
        [IX_PROPERTY_LONG_NUMBERS] = IX_NUMBER_LONG,
        [IX_PROPERTY_TIMES] = IX_NUMBER_TIME,
    };
    ix_buf_printf(&sql->text, "SELECT rid FROM prop_num WHERE key IN (SELECT pid * %d + %d ",
                  IX_NUMBER_CLASSES, classes[query->key]);
    text(sql, "FROM prop_path WHERE ");
    paths(sql, query);
    text(sql, query->low_open ? ") AND num > " : ") AND num >= ");
    ix_sql_bind_real(sql, query->low);
    text(sql, query->high_open ? " AND num < " : " AND num <= ");
    ix_sql_bind_real(sql, query->high);
}

static void property(struct ix_sql *sql, const struct ix_property_query *query) {
    text(sql, "r.rid IN (");
    if (query->key >= IX_PROPERTY_NUMBERS) {
        number_match(sql, query);
    } else {
        term_match(sql, query);
    }
    text(sql, ")");
}

/* The first address is in the range when the key is, whatever follows it; the last one is looked at
 * where it is another. */
static void address(struct ix_sql *sql, const struct ix_ip_range *range) {
    text(sql, "r.rid IN (SELECT rid FROM address");
    if (range) {
        char end[2 * sizeof range->last.bytes];
        memcpy(end, range->last.bytes, sizeof range->last.bytes);
        memset(end + sizeof range->last.bytes, 0xFF, sizeof range->last.bytes);
        text(sql, " WHERE range >= ");
        ix_sql_bind_blob(sql,
                         ix_sv_of((const char *)range->first.bytes, sizeof range->first.bytes));
        text(sql, " AND range <= ");
        ix_sql_bind_blob(sql, ix_sv_of(end, sizeof end));
        text(sql, " AND (length(range) = 16 OR substr(range, 17) <= ");
        ix_sql_bind_blob(sql, ix_sv_of(end, sizeof range->last.bytes));
        text(sql, ")");
    }
    text(sql, ")");
}

static void properties_pass(struct ix_sql *sql, const struct ix_value_test *test) {
    text(sql, "ix_test_document(" DOCUMENT("props") ", ");
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
    .from_page = from_page,
    .value = value,
    .key = key,
    .of_key = of_key,
    .tally = tally,
    .from_tally = from_tally,
    .tag_tally = tag_tally,
    .mapped = mapped,
    .rank = rank,
    .as_json = as_json,
    .sortable = sortable,
    .aggregate = aggregate,
    .order_key = order_key,
    .observations = observations,
    .exists = exists,
    .is = is,
    .passes = passes,
    .type_passes = type_passes,
    .between = between,
    .flag = flag,
    .in_set = in_set,
    .count_in = count_in,
    .this_row = this_row,
    .listed = listed,
    .table_of = table_of,
    .reach = reach,
    .text = text_match,
    .tag = tag,
    .property = property,
    .address = address,
    .properties_pass = properties_pass,
    .values_pass = values_pass,
    .values_mapped = values_mapped,
};
