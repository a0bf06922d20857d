/* What the files of the dialect share: where each thing is stored, and what conditions are made of.
 *
 * A condition is said in one of two ways. As a clause about the row `r` (dialect_ask.c), for what
 * is decided row by row or through an index of the rows; or as a set (dialect_set.c, rid_set.h),
 * for what indexes and columns know without the rows. Both are made of the same selects of rids. */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_CLAUSE_H
#define IX_INDEXER_WAREHOUSE_SQLITE_CLAUSE_H

#include "indexer/warehouse/sqlite/engine.h"

enum ix_store { IX_STORE_VOCABULARY, IX_STORE_TEXT, IX_STORE_NUMBER, IX_STORE_OBSERVED };

struct ix_stored_column {
    enum ix_store store;
    const char *column; /* of resource, or of observation for OBSERVED */
    const char *field;  /* of the dictionary */
    int id;             /* enum ix_column_id and 1; 0: it is in no column of column.h */
};

#define IX_DOCUMENT(part) "(SELECT " part " FROM document WHERE did = r.document)"

extern const struct ix_stored_column ix_stored_columns[IX_STORED_COUNT];
/* What still exists was seen when its source was read last; nothing is written for it then. */
extern const char ix_last_seen[];

/* What is asked of a value: a test, or, without one, equality. */
struct ix_question {
    const struct ix_value_test *test;
    struct ix_sv wanted;
    bool nocase;
};

/* "<column> = ?", "<column> passes" */
void ix_clause_equals(struct ix_sql *sql, const char *column, struct ix_sv wanted, bool nocase);
void ix_clause_text(struct ix_sql *sql, const char *column, const struct ix_question *question);
/* "FROM word WHERE …": the words of a field that pass */
void ix_clause_words(struct ix_sql *sql, const char *field, const struct ix_question *question);

/* Whether the text index can look for it: a text without any word is in no index. */
bool ix_clause_has_words(const struct ix_text_query *query);
/* Binds the match of those that have words. */
void ix_clause_bind_match(struct ix_sql *sql, const struct ix_text_query *queries, size_t count);

/* Selects of rids. */
void ix_clause_tag(struct ix_sql *sql, const struct ix_tag_query *query);
void ix_clause_numbers(struct ix_sql *sql, const struct ix_property_query *query);
void ix_clause_address(struct ix_sql *sql, const struct ix_ip_range *range);
/* those for which an observation passes, of resources that are not deleted */
void ix_clause_observed(struct ix_sql *sql, enum ix_stored column,
                        const struct ix_question *question);
/* "path = ?", or what ends so */
void ix_clause_paths(struct ix_sql *sql, const struct ix_property_query *query);
/* The ends of the terms that a path has with what is asked: one or two, "", "=value", "~value". */
struct ix_term_ends {
    struct ix_buf ends[2];
    size_t count;
};
void ix_clause_term_ends(struct ix_sql *sql, const struct ix_property_query *query,
                         struct ix_term_ends *ret_ends);

/* ---- dialect_ask.c: clauses about the row ---- */
void ix_ask_text(struct ix_sql *sql, const struct ix_text_query *queries, size_t count);
void ix_ask_exists(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column);
void ix_ask_is(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
               struct ix_sv wanted, bool nocase);
void ix_ask_passes(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                   const struct ix_value_test *test);
void ix_ask_type_passes(struct ix_sql *sql, const struct ix_value_test *test);
void ix_ask_between(struct ix_sql *sql, enum ix_stored column, int64_t low, int64_t high_open);
void ix_ask_flag(struct ix_sql *sql, uint32_t mask);
void ix_ask_tag(struct ix_sql *sql, const struct ix_tag_query *query);
void ix_ask_property(struct ix_sql *sql, const struct ix_property_query *query);
void ix_ask_address(struct ix_sql *sql, const struct ix_ip_range *range);

/* ---- dialect_set.c ---- */
extern const struct ix_dialect_sets ix_sqlite_sets;

#endif
