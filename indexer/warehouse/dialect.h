/* ix_dialect: how one engine says what a query means. For those who lower plans (query/) and for
 * those who write engines.
 *
 * Every function writes a whole clause about "the resource of this row" into a statement: no caller
 * names a table, asks which engine it is, or puts a user's text anywhere but into a bound value.
 * A condition may be NULL where a resource lacks what is tested: as good as false, and whoever
 * negates it must say so (NOT coalesce(…, 0)).
 *
 * Statements are nested selects of resources:
 *
 *   dialect->resources(sql, scope)   begins "… WHERE <in scope>"; conditions follow with AND
 */
#ifndef IX_INDEXER_WAREHOUSE_DIALECT_H
#define IX_INDEXER_WAREHOUSE_DIALECT_H

#include "base/ip.h"
#include "indexer/model/resource.h"
#include "indexer/warehouse/sql.h"

/* What is kept of a resource, by how it is kept. MANY: one value for each source that knows it. */
enum ix_stored {
    /* vocabularies */
    IX_STORED_TYPE,
    IX_STORED_KIND,
    IX_STORED_CATEGORY,
    IX_STORED_PROVIDER,
    IX_STORED_SERVICE,
    IX_STORED_ACCOUNT,
    IX_STORED_REGION,
    IX_STORED_ZONE,
    IX_STORED_STACK,
    IX_STORED_PROJECT,
    IX_STORED_MANAGED_BY,
    /* texts */
    IX_STORED_UID,
    IX_STORED_NAME,
    IX_STORED_ID,      /* MANY when tested */
    IX_STORED_ADDRESS, /* MANY when tested */
    /* of observations: MANY */
    IX_STORED_NATIVE_TYPE,
    IX_STORED_PROVIDER_VERSION,
    IX_STORED_SOURCE,
    IX_STORED_SOURCE_KIND,
    /* numbers */
    IX_STORED_CREATED,
    IX_STORED_MODIFIED,
    IX_STORED_FIRST_SEEN,
    IX_STORED_LAST_SEEN,
    IX_STORED_DELETED,
    IX_STORED_FLAGS,     /* mask of enum ix_flag, of all its sources together */
    IX_STORED_ENCRYPTED, /* enum ix_tristate */
    IX_STORED_PUBLIC,
    /* documents */
    IX_STORED_PROPERTIES, /* JSON */
    IX_STORED_TAGS,       /* JSON: {"tag": {…}, "label": {…}, "annotation": {…}} */
    IX_STORED_RID,        /* the row's number: the last key of every order */
    IX_STORED_COUNT
};

enum ix_resource_scope { IX_SCOPE_CURRENT, IX_SCOPE_WITH_DELETED };

enum ix_text_query_kind {
    IX_TEXT_QUERY_PHRASE, /* the tokens of `text` side by side */
    IX_TEXT_QUERY_PREFIX, /* as PHRASE, the last token only a beginning */
    IX_TEXT_QUERY_NEAR,   /* the tokens within `distance` */
};

struct ix_text_query {
    enum ix_text_query_kind kind;
    struct ix_sv text;
    int64_t distance;
    bool any_column;       /* else only `column` */
    enum ix_stored column; /* NAME, ID, TYPE */
};

enum ix_property_key {
    IX_PROPERTY_EXISTS,
    IX_PROPERTY_TEXT,    /* the whole value, any case */
    IX_PROPERTY_EXACT,   /* the whole value */
    IX_PROPERTY_NUMBERS, /* and texts that read as numbers, of few enough digits for a double */
    IX_PROPERTY_LONG_NUMBERS, /* the others: only near their double */
    IX_PROPERTY_TIMES,        /* texts that read as times, as milliseconds */
};

/* Which resources may pass, by the property index. The index is a filter: it never misses, and it
 * is exact but for texts as long as IX_PROPERTY_VALUE_MAX and for LONG_NUMBERS. A text is also
 * found where a number or boolean is written so. */
struct ix_property_query {
    struct ix_sv path; /* as indexer/model/property.h writes it */
    bool any_depth;    /* also below any other names */
    enum ix_property_key key;
    struct ix_sv text;        /* TEXT, EXACT */
    double low, high;         /* of numbers and times */
    bool low_open, high_open; /* the bound itself does not count */
};

/* Some tag of these classes has such a key and such a value. */
struct ix_tag_query {
    unsigned classes; /* mask of 1u << enum ix_tag_class */
    bool has_key, has_value;
    struct ix_sv key, value;              /* key: exact; value: the whole one, any case */
    const struct ix_value_test *key_test; /* NULL without has_key: any key */
    const struct ix_value_test *value_test;
};

/* What many values are made one of. */
enum ix_aggregate {
    IX_AGGREGATE_COUNT,     /* of rows */
    IX_AGGREGATE_DIFFERENT, /* of different values */
    IX_AGGREGATE_SUM,       /* from here on of numbers; NULL when there is none */
    IX_AGGREGATE_AVERAGE,
    IX_AGGREGATE_LEAST,
    IX_AGGREGATE_MOST,
    IX_AGGREGATE_PERCENTILE, /* the least value that so many are not above (nearest rank) */
    IX_AGGREGATE_SHARE,      /* of the sum over all rows, in percent */
};

struct ix_edge_query {
    const struct ix_sv *types;
    size_t type_count; /* 0: any */
    bool declared, inferred;
    bool out, in; /* which ends may be the start */
};

enum ix_set_join { IX_SET_BOTH, IX_SET_EITHER, IX_SET_WITHOUT };
enum { IX_SET_JOIN_MAX = 60, IX_TALLY_COLUMNS_MAX = 16 }; /* at once */

/* The beginning of an order. */
struct ix_first_by {
    enum ix_stored column;
    bool descending;
    bool then_by_name; /* ascending, among those that are equal in the column */
};

/* Conditions as sets. A set is an expression that does not speak of the row: its value is all the
 * resources that the condition holds of, those that are deleted too. What an engine knows without
 * looking at rows is said so, joined, counted and put in order as a whole.
 *
 * The functions that may refuse return false and write nothing that counts: then the condition is
 * one of rows. */
struct ix_dialect_sets {
    void (*living)(struct ix_sql *sql, enum ix_resource_scope scope); /* all in scope */
    void (*of)(struct ix_sql *sql, const struct ix_sql *rids);        /* of a select of rids */
    /* `list`: "set, set, …", at most IX_SET_JOIN_MAX; of WITHOUT two */
    void (*join)(struct ix_sql *sql, enum ix_set_join how, const struct ix_sql *list);
    /* those of the set for which a condition of the row holds */
    void (*where)(struct ix_sql *sql, const struct ix_sql *set, const struct ix_sql *condition);
    /* the conditions of ix_dialect */
    bool (*exists)(struct ix_sql *sql, enum ix_stored column);
    bool (*is)(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
               struct ix_sv value, bool nocase);
    bool (*passes)(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                   const struct ix_value_test *test);
    void (*type_passes)(struct ix_sql *sql, const struct ix_value_test *test);
    bool (*between)(struct ix_sql *sql, enum ix_stored column, int64_t low, int64_t high_open);
    void (*flag)(struct ix_sql *sql, uint32_t mask);
    bool (*text)(struct ix_sql *sql, const struct ix_text_query *queries, size_t count);
    void (*tag)(struct ix_sql *sql, const struct ix_tag_query *query);
    void (*property)(struct ix_sql *sql, const struct ix_property_query *query);
    void (*address)(struct ix_sql *sql, const struct ix_ip_range *range);
    /* Those of the set that come first, as order_key says: at least `count` where there are so
     * many, whatever is equal to the last of them, and others perhaps. False: the column has no
     * order here */
    bool (*first)(struct ix_sql *sql, const struct ix_sql *set, const struct ix_first_by *by,
                  int64_t count);

    /* what is made of a set */
    void (*rids)(struct ix_sql *sql, const struct ix_sql *set); /* a select */
    /* "FROM resources WHERE 1"; without `rows` nothing but the rid is known of each. Only rids
     * greater than `after` */
    void (*from)(struct ix_sql *sql, const struct ix_sql *set, bool rows, int64_t after);
    void (*count)(struct ix_sql *sql, const struct ix_sql *set);
    /* how often each combination of keys occurs (ix_dialect.has_key) */
    void (*tally)(struct ix_sql *sql, const struct ix_sql *set, const enum ix_stored *columns,
                  size_t count);
    /* "SELECT g0, n": how often each value of a tag occurs, as JSON; NULL: without it */
    void (*tag_tally)(struct ix_sql *sql, enum ix_tag_class class_, struct ix_sv tag_key,
                      const struct ix_sql *set);
};

struct ix_dialect {
    const char *name;
    const struct ix_dialect_sets *sets;

    /* "SELECT <rid> FROM resources WHERE <scope>" */
    void (*resources)(struct ix_sql *sql, enum ix_resource_scope scope);
    /* "FROM resources WHERE <scope>", for a select list of the caller's own */
    void (*from)(struct ix_sql *sql, enum ix_resource_scope scope);
    /* the resources of a set that the text index finds, for rank; `rows` as of
     * ix_dialect_sets.from. `wanted`: so many of the best may be all of them; 0: all are wanted */
    void (*from_ranked)(struct ix_sql *sql, const struct ix_sql *set,
                        const struct ix_text_query *queries, size_t count, bool rows,
                        int64_t wanted);

    /* expressions */
    void (*value)(struct ix_sql *sql, enum ix_stored column); /* as people read it; NULL unknown */
    /* whether a number stands for each value, which is one of few: equal exactly where the value
     * is. And the value again, of such a number in a column of that name */
    bool (*has_key)(enum ix_stored column);
    void (*of_key)(struct ix_sql *sql, const char *name);
    /* "SELECT g0, g1, …, n FROM" a tally of `count` keys, which is `tally`, an expression */
    void (*from_tally)(struct ix_sql *sql, const char *tally, size_t count);
    /* what `map` makes of a document (PROPERTIES or TAGS) */
    void (*mapped)(struct ix_sql *sql, enum ix_stored document, const struct ix_value_map *map);
    /* of from_ranked: 0 where the name or id is one of the texts, as a whole, else 1 */
    void (*inexact)(struct ix_sql *sql);
    void (*rank)(struct ix_sql *sql); /* smaller is better */
    /* JSON text as it is, any other value as JSON */
    void (*as_json)(struct ix_sql *sql, const struct ix_sql *value);
    /* what JSON text is sorted by: numbers, and texts that read as numbers, as numbers */
    void (*sortable)(struct ix_sql *sql, const struct ix_sql *json);
    /* Of a value for each row (`of`; unused for COUNT). `money`: decimal texts as JSON, added up
     * exactly and given as such; else numbers, and LEAST and MOST of anything. `fraction`: of a
     * PERCENTILE, 0.5 the median. */
    void (*aggregate)(struct ix_sql *sql, enum ix_aggregate aggregate, double fraction, bool money,
                      const struct ix_sql *of);
    /* a value to order by, never NULL: what is unknown comes last, whatever the direction */
    void (*order_key)(struct ix_sql *sql, const struct ix_sql *value, bool descending);

    /* conditions */
    void (*exists)(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column);
    void (*is)(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
               struct ix_sv value, bool nocase);
    void (*passes)(struct ix_sql *sql, enum ix_resource_scope scope, enum ix_stored column,
                   const struct ix_value_test *test);
    /* the type, or the native type of one of its sources, passes */
    void (*type_passes)(struct ix_sql *sql, const struct ix_value_test *test);
    void (*between)(struct ix_sql *sql, enum ix_stored column, int64_t low, int64_t high_open);
    void (*flag)(struct ix_sql *sql, uint32_t mask);
    void (*in_set)(struct ix_sql *sql, const struct ix_sql *rids); /* the rid is in that select */
    /* how many of `rids` are also in `where` is between low and high, both inclusive */
    void (*count_in)(struct ix_sql *sql, const struct ix_sql *rids, const struct ix_sql *where,
                     int64_t low, int64_t high);

    /* selects of rids */
    void (*this_row)(struct ix_sql *sql); /* the one that the condition is about */
    /* those whose numbers are the elements of a JSON array */
    void (*listed)(struct ix_sql *sql, struct ix_sv numbers);
    /* rows out of a JSON array of arrays, with columns c0, c1, ...: texts and numbers as they are,
     * or where `json` says so as JSON, null as NULL */
    void (*table_of)(struct ix_sql *sql, struct ix_sv document, const bool *json, size_t count);
    /* whatever lies min to max edges from any of `from`, by its least such depth (0: itself) */
    void (*reach)(struct ix_sql *sql, const struct ix_sql *from, const struct ix_edge_query *edge,
                  int64_t min_depth, int64_t max_depth);
    void (*text)(struct ix_sql *sql, const struct ix_text_query *queries, size_t count);
    void (*tag)(struct ix_sql *sql, const struct ix_tag_query *query);
    void (*property)(struct ix_sql *sql, const struct ix_property_query *query);
    /* a property value is an address or network within the range; NULL: any */
    void (*address)(struct ix_sql *sql, const struct ix_ip_range *range);
    void (*properties_pass)(struct ix_sql *sql, const struct ix_value_test *test);
    /* the test passes of a JSON array of these expressions; json[i]: it is JSON already */
    void (*values_pass)(struct ix_sql *sql, const struct ix_sql *values, const bool *json,
                        size_t count, const struct ix_value_test *test);
    /* what `map` makes of such an array */
    void (*values_mapped)(struct ix_sql *sql, const struct ix_sql *values, const bool *json,
                          size_t count, const struct ix_value_map *map);
};

#endif
