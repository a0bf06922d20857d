/* The facts of a thing: what is known of it beside its documents, by one observation or by all of
 * them together. Observations and resources keep them in the same columns (statements.def). */
#ifndef IX_INDEXER_WAREHOUSE_SQLITE_FACTS_H
#define IX_INDEXER_WAREHOUSE_SQLITE_FACTS_H

#include "indexer/warehouse/sqlite/engine.h"

/* Vocabularies, in the order of their columns. */
#define IX_FACT_WORDS(ROW)                                                                         \
    ROW(type)                                                                                      \
    ROW(kind)                                                                                      \
    ROW(category)                                                                                  \
    ROW(provider)                                                                                  \
    ROW(service)                                                                                   \
    ROW(account)                                                                                   \
    ROW(region)                                                                                    \
    ROW(zone)                                                                                      \
    ROW(stack)                                                                                     \
    ROW(project)                                                                                   \
    ROW(managed_by)

enum ix_fact_word {
#define ROW(name) IX_FACT_##name,
    IX_FACT_WORDS(ROW)
#undef ROW
        IX_FACT_WORD_COUNT
};

enum { IX_FACT_COLUMNS = IX_FACT_WORD_COUNT + 7 };

/* Slices are borrowed from what the facts were read from. */
struct ix_facts {
    struct ix_sv words[IX_FACT_WORD_COUNT];
    struct ix_sv name, id;
    uint32_t flags;
    enum ix_tristate encrypted, public_;
    int64_t created_ms, modified_ms; /* IX_TIME_UNKNOWN */
};

struct ix_facts ix_facts_of(const struct ix_resource *resource);
/* The name of a vocabulary. */
const char *ix_fact_word_name(enum ix_fact_word word);

/* Binds IX_FACT_COLUMNS values from `at` on; new words enter the dictionary. */
IX_MUST_CHECK enum ix_code ix_facts_bind(struct ix_sqlite *e, sqlite3_stmt *s, int at,
                                         const struct ix_facts *facts, struct ix_err *err);
/* Reads them back, from `column` on; texts are copied into `arena`. */
struct ix_facts ix_facts_read(sqlite3_stmt *s, int column, struct ix_arena *arena);

/* What `facts` does not know is taken from `other`; the flags are the caller's. */
void ix_facts_join(struct ix_facts *facts, const struct ix_facts *other);
/* Appends all of them, each with an end that cannot be taken for content. */
void ix_facts_write(struct ix_buf *buf, const struct ix_facts *facts);
/* Appends one part in that way. */
void ix_facts_write_part(struct ix_buf *buf, struct ix_sv part);
/* For people and for comparing: an object of what is known. */
struct ix_json *ix_facts_json(struct ix_arena *arena, const struct ix_facts *facts);

#endif
