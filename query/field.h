/* The field table: names that people type before `:`, and how their values are read.
 *
 * One line of field.def each. The table is constant data; nothing here allocates.
 */
#ifndef IX_QUERY_FIELD_H
#define IX_QUERY_FIELD_H

#include "base/sv.h"

enum ix_field {
#define IX_FIELD_ROW(symbol, name, aliases, kind, traits, backing, help) IX_FIELD_##symbol,
#include "query/field.def"
#undef IX_FIELD_ROW
    IX_FIELD_COUNT
};

enum ix_field_kind {
    IX_KIND_WORDS,          /* `:` finds words in order, any case */
    IX_KIND_VOCABULARY,     /* `:` is the whole value, any case */
    IX_KIND_TYPE,           /* words, in canonical name and every native spelling */
    IX_KIND_TEXT,           /* as bare words */
    IX_KIND_TIME,           /* int64 ms; a day or month matches inside */
    IX_KIND_AGE,            /* a duration; becomes a test of `created` */
    IX_KIND_DELETED,        /* a time, or true, false, any; widens the scope */
    IX_KIND_TRISTATE,       /* true, false, unknown */
    IX_KIND_FLAG,           /* a word of indexer/model/flag.def */
    IX_KIND_FLAGGED,        /* boolean over one flag ("-flag": over its absence) */
    IX_KIND_IS,             /* the name of a tristate or flag */
    IX_KIND_IP,             /* address or network */
    IX_KIND_BYTES,          /* number with a unit of bytes; becomes tests of properties */
    IX_KIND_PROPERTY,       /* a vocabulary kept in properties (backing: the paths) */
    IX_KIND_TAGGED,         /* words, kept in tags (backing: the keys, any case) */
    IX_KIND_SOURCE,         /* source name or kind; "live" */
    IX_KIND_PACKAGE,        /* provider, or first part of a Pulumi type */
    IX_KIND_VERSION,        /* dotted version; compares number by number */
    IX_KIND_RELATED,        /* the far end of an edge type (backing), by name, id, address */
    IX_KIND_RELATION_COUNT, /* how many of them */
    IX_KIND_BASIS,          /* only inside relation tests */
    IX_KIND_COST,           /* what it costs in a window: query/cost/field.h */
    IX_KIND_LATER,          /* IX_UNSUPPORTED, with words */
};

enum ix_field_trait { IX_TRAIT_SORT = 1, IX_TRAIT_MANY = 2 };

struct ix_field_info {
    enum ix_field field;
    const char *name;
    const char *aliases; /* separated by spaces */
    enum ix_field_kind kind;
    unsigned traits;     /* of enum ix_field_trait */
    const char *backing; /* see field.def */
    const char *help;
};

/* The row of a field; never NULL for a member of the enum. */
const struct ix_field_info *ix_field_info(enum ix_field field);
/* By name or alias, any case; "cost.month" and the like find the row `cost`. NULL: unknown. */
const struct ix_field_info *ix_field_find(struct ix_sv name);

#endif
