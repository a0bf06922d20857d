/* Conditions as clauses about the row `r`, and the selects that they are made of. */
#include "indexer/model/property.h"
#include "indexer/model/words.h"
#include "indexer/warehouse/sqlite/clause.h"
#include "indexer/warehouse/sqlite/column.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

/* ---- where things are stored ---- */

#define COLUMN(id) (IX_COLUMN_##id + 1)

const struct ix_stored_column ix_stored_columns[IX_STORED_COUNT] = {
    [IX_STORED_TYPE] = {IX_STORE_VOCABULARY, "r.type", "type", COLUMN(TYPE)},
    [IX_STORED_KIND] = {IX_STORE_VOCABULARY, "r.kind", "kind", COLUMN(KIND)},
    [IX_STORED_CATEGORY] = {IX_STORE_VOCABULARY, "r.category", "category", COLUMN(CATEGORY)},
    [IX_STORED_PROVIDER] = {IX_STORE_VOCABULARY, "r.provider", "provider", COLUMN(PROVIDER)},
    [IX_STORED_SERVICE] = {IX_STORE_VOCABULARY, "r.service", "service", COLUMN(SERVICE)},
    [IX_STORED_ACCOUNT] = {IX_STORE_VOCABULARY, "r.account", "account", COLUMN(ACCOUNT)},
    [IX_STORED_REGION] = {IX_STORE_VOCABULARY, "r.region", "region", COLUMN(REGION)},
    [IX_STORED_ZONE] = {IX_STORE_VOCABULARY, "r.zone", "zone", COLUMN(ZONE)},
    [IX_STORED_STACK] = {IX_STORE_VOCABULARY, "r.stack", "stack", COLUMN(STACK)},
    [IX_STORED_PROJECT] = {IX_STORE_VOCABULARY, "r.project", "project", COLUMN(PROJECT)},
    [IX_STORED_MANAGED_BY] = {IX_STORE_VOCABULARY, "r.managed_by", "managed_by",
                              COLUMN(MANAGED_BY)},
    [IX_STORED_UID] = {IX_STORE_TEXT, "r.uid", NULL, 0},
    [IX_STORED_NAME] = {IX_STORE_TEXT, "r.name", NULL, 0},
    [IX_STORED_ID] = {IX_STORE_TEXT, "r.id", NULL, 0},
    [IX_STORED_ADDRESS] = {IX_STORE_TEXT, "r.address", NULL, 0},
    [IX_STORED_NATIVE_TYPE] = {IX_STORE_OBSERVED, "o.native_type", "native_type", 0},
    [IX_STORED_PROVIDER_VERSION] = {IX_STORE_OBSERVED, "o.provider_version", "provider_version", 0},
    [IX_STORED_SOURCE] = {IX_STORE_OBSERVED, "s.name", NULL, 0},
    [IX_STORED_SOURCE_KIND] = {IX_STORE_OBSERVED, "s.kind", NULL, 0},
    [IX_STORED_CREATED] = {IX_STORE_NUMBER, "r.created", NULL, COLUMN(CREATED)},
    [IX_STORED_MODIFIED] = {IX_STORE_NUMBER, "r.modified", NULL, COLUMN(MODIFIED)},
    [IX_STORED_FIRST_SEEN] = {IX_STORE_NUMBER, "r.first_seen", NULL, 0},
    [IX_STORED_LAST_SEEN] = {IX_STORE_NUMBER, "r.last_seen", NULL, 0},
    [IX_STORED_DELETED] = {IX_STORE_NUMBER, "r.deleted", NULL, COLUMN(DELETED)},
    [IX_STORED_FLAGS] = {IX_STORE_NUMBER, "r.flags", NULL, COLUMN(FLAGS)},
    [IX_STORED_ENCRYPTED] = {IX_STORE_NUMBER, "r.encrypted", NULL, COLUMN(ENCRYPTED)},
    [IX_STORED_PUBLIC] = {IX_STORE_NUMBER, "r.public", NULL, COLUMN(PUBLIC)},
    [IX_STORED_PROPERTIES] = {IX_STORE_TEXT, IX_DOCUMENT("props"), NULL, 0},
    [IX_STORED_TAGS] = {IX_STORE_TEXT, IX_DOCUMENT("tags"), NULL, 0},
    [IX_STORED_RID] = {IX_STORE_NUMBER, "r.rid", NULL, 0},
};

const char ix_last_seen[] =
    "CASE WHEN r.deleted IS NOT NULL THEN r.deleted ELSE (SELECT max(s.last_run) FROM observation "
    "o "
    "JOIN source s ON s.sid = o.sid WHERE o.rid = r.rid AND o.deleted IS NULL) END";

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
bool ix_clause_has_words(const struct ix_text_query *query) {
    return ix_words_count(query->text) > 0;
}

void ix_clause_bind_match(struct ix_sql *sql, const struct ix_text_query *queries, size_t count) {
    struct ix_buf match = {0};
    for (size_t i = 0; i < count; i++) {
        if (ix_clause_has_words(&queries[i])) {
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

void ix_ask_text(struct ix_sql *sql, const struct ix_text_query *queries, size_t count) {
    size_t indexed = 0;
    text(sql, "(1");
    for (size_t i = 0; i < count; i++) {
        if (ix_clause_has_words(&queries[i])) {
            indexed++;
        } else {
            text(sql, " AND ");
            wordless(sql, &queries[i]);
        }
    }
    if (indexed) {
        text(sql, " AND r.rid IN (SELECT rowid FROM search WHERE search MATCH ");
        ix_clause_bind_match(sql, queries, count);
        text(sql, ")");
    }
    text(sql, ")");
}

static void live(struct ix_sql *sql, enum ix_resource_scope scope) {
    text(sql, scope == IX_SCOPE_CURRENT ? "o.deleted IS NULL"
                                        : "(o.deleted IS NULL OR r.deleted IS NOT NULL)");
}

/* ---- conditions ---- */

static const char of_observations[] =
    "SELECT o.rid FROM observation o JOIN source s ON s.sid = o.sid WHERE ";

/* The row is among those for which an observation passes; `condition` follows and is closed by ")".
 */
static void among_observed(struct ix_sql *sql, enum ix_resource_scope scope) {
    if (scope == IX_SCOPE_CURRENT) {
        text(sql, "r.rid IN (");
        text(sql, of_observations);
    } else {
        text(sql, "EXISTS (SELECT 1 FROM observation o JOIN source s ON s.sid = o.sid "
                  "WHERE o.rid = r.rid AND ");
    }
    live(sql, scope);
    text(sql, " AND ");
}

/* Columns that are tested on every source's own value, too. */
static const char *observed_column(enum ix_stored column) {
    return column == IX_STORED_ID                                 ? "o.native_id"
           : column == IX_STORED_ADDRESS                          ? "o.address"
           : ix_stored_columns[column].store == IX_STORE_OBSERVED ? ix_stored_columns[column].column
                                                                  : NULL;
}

void ix_ask_exists(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column) {
    if (ix_stored_columns[column].store == IX_STORE_OBSERVED) {
        among_observed(sql, scope);
        text(sql, ix_stored_columns[column].column);
        text(sql, " IS NOT NULL)");
        return;
    }
    bool tristate = column == IX_STORED_ENCRYPTED || column == IX_STORED_PUBLIC;
    text(sql, "(");
    text(sql, column == IX_STORED_LAST_SEEN ? ix_last_seen : ix_stored_columns[column].column);
    text(sql, tristate || column == IX_STORED_FLAGS ? " <> 0)" : " IS NOT NULL)");
}

static void test_of(struct ix_sql *sql, const char *column, const struct ix_value_test *test) {
    text(sql, "ix_test(");
    text(sql, column);
    text(sql, ", ");
    ix_sql_bind_test(sql, test);
    text(sql, ")");
}

void ix_clause_equals(struct ix_sql *sql, const char *column, struct ix_sv wanted, bool nocase) {
    text(sql, column);
    text(sql, " = ");
    ix_sql_bind_text(sql, wanted);
    text(sql, nocase ? " COLLATE NOCASE" : " COLLATE BINARY");
}

/* NOCASE narrows by the index that is kept so; the exact case is looked at after. */
void ix_clause_text(struct ix_sql *sql, const char *column, const struct ix_question *question) {
    if (question->test) {
        test_of(sql, column, question->test);
        return;
    }
    text(sql, "(");
    ix_clause_equals(sql, column, question->wanted, true);
    if (!question->nocase) {
        text(sql, " AND ");
        ix_clause_equals(sql, column, question->wanted, false);
    }
    text(sql, ")");
}

void ix_clause_words(struct ix_sql *sql, const char *field, const struct ix_question *question) {
    text(sql, "FROM word WHERE field = ");
    ix_sql_bind_text(sql, ix_sv_cstr(field));
    text(sql, " AND ");
    if (question->test) {
        test_of(sql, "value", question->test);
    } else {
        ix_clause_equals(sql, "value", question->wanted, question->nocase);
    }
}

/* Decided in the dictionary. */
static void ask_word(struct ix_sql *sql, const char *column, const char *field,
                     const struct ix_question *question) {
    text(sql, column);
    text(sql, " IN (SELECT wid ");
    ix_clause_words(sql, field, question);
    text(sql, ")");
}

static void observed_passes(struct ix_sql *sql, enum ix_stored column,
                            const struct ix_question *question) {
    if (ix_stored_columns[column].field) {
        ask_word(sql, ix_stored_columns[column].column, ix_stored_columns[column].field, question);
    } else {
        ix_clause_text(sql, observed_column(column), question);
    }
}

static void ask_observed(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                         const struct ix_question *question) {
    among_observed(sql, scope);
    observed_passes(sql, column, question);
    text(sql, ")");
}

void ix_clause_observed(struct ix_sql *sql, enum ix_stored column,
                        const struct ix_question *question) {
    text(sql, of_observations);
    live(sql, IX_SCOPE_CURRENT);
    text(sql, " AND ");
    observed_passes(sql, column, question);
}

static void ask(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                const struct ix_question *question) {
    bool plain = ix_stored_columns[column].store == IX_STORE_TEXT;
    if (ix_stored_columns[column].store == IX_STORE_VOCABULARY) {
        ask_word(sql, ix_stored_columns[column].column, ix_stored_columns[column].field, question);
        return;
    }
    text(sql, "(");
    if (plain) {
        ix_clause_text(sql, ix_stored_columns[column].column, question);
    }
    if (column == IX_STORED_NATIVE_TYPE) { /* nearly always one, and then in the resource */
        ask_word(sql, "r.native_type", ix_stored_columns[column].field, question);
        text(sql, " OR r.native_type IS NULL AND ");
    } else if (plain && observed_column(column)) {
        text(sql, " OR ");
    }
    if (observed_column(column)) {
        ask_observed(sql, scope, column, question);
    }
    text(sql, ")");
}

void ix_ask_is(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
               struct ix_sv wanted, bool nocase) {
    const struct ix_question question = {.wanted = wanted, .nocase = nocase};
    ask(sql, scope, column, &question);
}

void ix_ask_passes(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                   const struct ix_value_test *test) {
    const struct ix_question question = {.test = test};
    ask(sql, scope, column, &question);
}

/* As a set: types are few and decide much, so they should lead, whatever else is asked. */
void ix_ask_type_passes(struct ix_sql *sql, const struct ix_value_test *test) {
    const struct ix_question question = {.test = test};
    text(sql, "r.rid IN (SELECT rid FROM resource WHERE ");
    ask_word(sql, "type", "type", &question);
    text(sql, " UNION ALL SELECT rid FROM resource WHERE ");
    ask_word(sql, "native_type", "native_type", &question);
    text(sql, " UNION ALL SELECT q.rid FROM resource q CROSS JOIN observation o ON o.rid = q.rid "
              "WHERE q.native_type IS NULL AND (o.deleted IS NULL OR q.deleted IS NOT NULL) AND ");
    ask_word(sql, "o.native_type", "native_type", &question);
    text(sql, ")");
}

void ix_ask_between(struct ix_sql *sql, enum ix_stored column, int64_t low, int64_t high_open) {
    const char *expression =
        column == IX_STORED_LAST_SEEN ? ix_last_seen : ix_stored_columns[column].column;
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

void ix_ask_flag(struct ix_sql *sql, uint32_t mask) {
    text(sql, "(r.flags & ");
    ix_sql_bind_int(sql, mask);
    text(sql, ") <> 0");
}

/* ---- tags ---- */

static void tag_classes(struct ix_sql *sql, unsigned classes) {
    text(sql, "(1 << class) & ");
    ix_sql_bind_int(sql, classes);
}

void ix_clause_tag(struct ix_sql *sql, const struct ix_tag_query *query) {
    text(sql, "SELECT rid FROM tag WHERE ");
    if (query->has_key || query->key_test) {
        text(sql, "key IN (SELECT wid FROM word WHERE field = 'tag_key' AND ");
        if (query->has_key) {
            ix_clause_equals(sql, "value", query->key, false);
        } else {
            test_of(sql, "value", query->key_test);
        }
        text(sql, ") AND ");
    }
    if (query->has_value) {
        ix_clause_equals(sql, "value", query->value, true);
        text(sql, " AND ");
    } else if (query->value_test) {
        test_of(sql, "value", query->value_test);
        text(sql, " AND ");
    }
    tag_classes(sql, query->classes);
}

void ix_ask_tag(struct ix_sql *sql, const struct ix_tag_query *query) {
    text(sql, "r.rid IN (");
    ix_clause_tag(sql, query);
    text(sql, ")");
}

/* ---- properties ---- */

void ix_clause_paths(struct ix_sql *sql, const struct ix_property_query *query) {
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
        ix_clause_paths(sql, query);
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

/* A text is also found as it is written, when that is the folded text. */
void ix_clause_term_ends(struct ix_sql *sql, const struct ix_property_query *query,
                         struct ix_term_ends *ret) {
    *ret = (struct ix_term_ends){.count = query->key == IX_PROPERTY_TEXT ? 2 : 1};
    for (size_t i = 0; i < ret->count; i++) {
        if (query->key == IX_PROPERTY_TEXT || query->key == IX_PROPERTY_EXACT) {
            ix_property_value_add(&ret->ends[i], query->text, query->key == IX_PROPERTY_TEXT);
        }
        sql->failed |= ret->ends[i].failed;
    }
    if (ret->ends[1].size) {
        ret->ends[1].data[0] = '=';
    }
}

static void term_match(struct ix_sql *sql, const struct ix_property_query *query) {
    struct ix_term_ends ends;
    ix_clause_term_ends(sql, query, &ends);
    for (size_t i = 0; i < ends.count; i++) {
        text(sql, i ? " UNION ALL " : "");
        one_term(sql, query, &ends.ends[i]);
        ix_buf_done(&ends.ends[i]);
    }
}

void ix_clause_numbers(struct ix_sql *sql, const struct ix_property_query *query) {
    static const enum ix_number_class classes[] = {
        [IX_PROPERTY_NUMBERS] = IX_NUMBER_SHORT,
        [IX_PROPERTY_LONG_NUMBERS] = IX_NUMBER_LONG,
        [IX_PROPERTY_TIMES] = IX_NUMBER_TIME,
    };
    ix_buf_printf(&sql->text, "SELECT rid FROM prop_num WHERE key IN (SELECT pid * %d + %d ",
                  IX_NUMBER_CLASSES, classes[query->key]);
    text(sql, "FROM prop_path WHERE ");
    ix_clause_paths(sql, query);
    text(sql, query->low_open ? ") AND num > " : ") AND num >= ");
    ix_sql_bind_real(sql, query->low);
    text(sql, query->high_open ? " AND num < " : " AND num <= ");
    ix_sql_bind_real(sql, query->high);
}

void ix_ask_property(struct ix_sql *sql, const struct ix_property_query *query) {
    text(sql, "r.rid IN (");
    if (query->key >= IX_PROPERTY_NUMBERS) {
        ix_clause_numbers(sql, query);
    } else {
        term_match(sql, query);
    }
    text(sql, ")");
}

/* The first address is in the range when the key is, whatever follows it; the last one is looked at
 * where it is another. */
void ix_clause_address(struct ix_sql *sql, const struct ix_ip_range *range) {
    text(sql, "SELECT rid FROM address");
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
}

void ix_ask_address(struct ix_sql *sql, const struct ix_ip_range *range) {
    text(sql, "r.rid IN (");
    ix_clause_address(sql, range);
    text(sql, ")");
}
