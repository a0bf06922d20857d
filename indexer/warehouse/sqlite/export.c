/* Observations and relations pushed back into a sink, as collectors pushed them. */
#include "indexer/model/record.h"
#include "indexer/warehouse/sqlite/cost_store.h"
#include "indexer/warehouse/sqlite/facts.h"

struct export {
    struct ix_sqlite *e;
    struct ix_sink *sink;
    struct ix_arena arena; /* of one record */
    struct ix_err *err;
    bool bills; /* lines of bills are exported, too */
};

enum {
    SOURCE,
    SOURCE_KIND,
    ADDRESS,
    VARIANT,
    SCOPE,
    NATIVE_TYPE,
    PROVIDER_ADDRESS,
    PROVIDER_VERSION,
    PROPS,
    TAGS,
    UID,
    FACTS
};

#define WORD(column) "(SELECT value FROM word WHERE wid = o." #column "), "
#define OBSERVATIONS                                                                               \
    "SELECT s.name, s.kind, o.address, o.variant, " WORD(scope) WORD(native_type)                  \
        WORD(provider_address) WORD(provider_version) "d.props, d.tags, r.uid, " WORD(type)        \
            WORD(kind) WORD(category) WORD(provider) WORD(service) WORD(account) WORD(region)      \
                WORD(zone) WORD(stack) WORD(project) WORD(                                         \
                    managed_by) "o.name, o.native_id, o.flags, o.encrypted, o.public, o.created, " \
                                "o.modified "                                                      \
                                "FROM observation o JOIN source s ON s.sid = o.sid JOIN resource " \
                                "r ON r.rid = o.rid "                                              \
                                "JOIN document d ON d.did = o.document WHERE o.deleted IS NULL"
#define OBSERVATION_ORDER " ORDER BY s.name, o.address COLLATE BINARY, o.variant"

static struct ix_json *parse_column(struct export *x, sqlite3_stmt *s, int column) {
    struct ix_json *node = NULL;
    struct ix_sv text = ix_sqlite_text(s, column);
    if (text.size) {
        (void)(ix_json_parse(&x->arena, text, &node, x->err) == IX_OK); /* x->err keeps it */
    }
    return node;
}

static void read_tags(struct export *x, const struct ix_json *tags, struct ix_resource *r) {
    size_t total = 0;
    for (const struct ix_json *c = ix_json_first(tags); c; c = ix_json_next(c)) {
        total += ix_json_count(c);
    }
    struct ix_tag *list = ix_arena_array(&x->arena, total + 1, sizeof *list);
    for (const struct ix_json *c = ix_json_first(tags); list && c; c = ix_json_next(c)) {
        enum ix_tag_class class_ = IX_TAG;
        (void)ix_tag_class_parse(ix_json_key(c), &class_);
        for (const struct ix_json *t = ix_json_first(c); t; t = ix_json_next(t)) {
            list[r->tag_count++] = (struct ix_tag){class_, ix_json_key(t), ix_json_string(t)};
        }
    }
    r->tags = list;
}

static void read_facts(struct export *x, sqlite3_stmt *s, struct ix_resource *r) {
    const struct ix_facts facts = ix_facts_read(s, FACTS, &x->arena);
#define ROW(member) r->member = facts.words[IX_FACT_##member];
    IX_FACT_WORDS(ROW)
#undef ROW
    r->name = facts.name;
    r->native_id = facts.id;
    r->flags = facts.flags;
    r->encrypted = facts.encrypted;
    r->public_ = facts.public_;
    r->created_ms = facts.created_ms;
    r->modified_ms = facts.modified_ms;
}

static enum ix_code push_observation(struct export *x, sqlite3_stmt *s) {
    struct ix_resource r = {
        .source = ix_sqlite_text(s, SOURCE),
        .source_kind = ix_sqlite_text(s, SOURCE_KIND),
        .address = ix_sqlite_text(s, ADDRESS),
        .variant = ix_sqlite_text(s, VARIANT),
        .scope = ix_sqlite_text(s, SCOPE),
        .native_type = ix_sqlite_text(s, NATIVE_TYPE),
        .provider_address = ix_sqlite_text(s, PROVIDER_ADDRESS),
        .provider_version = ix_sqlite_text(s, PROVIDER_VERSION),
        .uid = ix_sqlite_text(s, UID),
    };
    read_facts(x, s, &r);
    r.properties = parse_column(x, s, PROPS);
    read_tags(x, parse_column(x, s, TAGS), &r);
    enum ix_code code = x->err->code == IX_OK ? ix_arena_check(&x->arena, x->err) : x->err->code;
    code = code == IX_OK ? ix_sink_resource(x->sink, &r, x->err) : code;
    ix_arena_reset(&x->arena);
    return code;
}

#define RELATIONS                                                                                  \
    "SELECT s.name, d.scope, d.from_address, d.from_variant, d.type, d.to_address, "               \
    "d.to_id, d.path, d.basis FROM relation d JOIN source s ON s.sid = d.sid "                     \
    "JOIN observation o ON o.sid = d.sid AND o.address = d.from_address COLLATE BINARY "           \
    "AND o.variant = d.from_variant AND o.deleted IS NULL WHERE 1"
#define RELATION_ORDER                                                                             \
    " ORDER BY s.name, d.from_address, d.from_variant, d.type, d.to_address, d.to_id, d.path"

static enum ix_code push_relation(struct export *x, sqlite3_stmt *s) {
    const struct ix_relation relation = {
        .source = ix_sqlite_text(s, 0),
        .scope = ix_sqlite_text(s, 1),
        .from_address = ix_sqlite_text(s, 2),
        .from_variant = ix_sqlite_text(s, 3),
        .type = ix_sqlite_text(s, 4),
        .to_address = ix_sqlite_text(s, 5),
        .to_id = ix_sqlite_text(s, 6),
        .path = ix_sqlite_text(s, 7),
        .basis = (enum ix_basis)sqlite3_column_int(s, 8),
    };
    return ix_sink_relation(x->sink, &relation, x->err);
}

/* Rows of one kind, ordered by source; `more` while one is at hand. */
struct rows {
    struct ix_arena arena; /* of the values, which must outlive every record */
    sqlite3_stmt *statement;
    bool more;
};

static enum ix_code next_row(struct export *x, struct rows *rows) {
    return ix_sqlite_step(x->e, rows->statement, &rows->more, x->err);
}

/* `head` AND the resource is in `rids` `tail`. */
static enum ix_code select_rows(struct export *x, struct rows *rows, const char *head,
                                const struct ix_sql *rids, const char *tail) {
    struct ix_sql sql;
    ix_arena_init(&rows->arena, 0);
    ix_sql_init(&sql, &rows->arena);
    ix_sql_text(&sql, head);
    if (rids) {
        ix_sql_text(&sql, " AND o.rid IN (");
        ix_sql_append(&sql, rids);
        ix_sql_text(&sql, ")");
    }
    ix_sql_text(&sql, tail);
    enum ix_code code = ix_sql_check(&sql, x->err);
    code = code == IX_OK ? ix_sqlite_prepare(x->e, &sql, "", &rows->statement, x->err) : code;
    ix_sql_done(&sql);
    return code == IX_OK ? next_row(x, rows) : code;
}

static void done_rows(struct rows *rows) {
    sqlite3_finalize(rows->statement);
    ix_arena_done(&rows->arena);
}

/* Pushes the rows of one source and stands at the next one's first. */
static enum ix_code push_source(struct export *x, struct rows *rows, struct ix_sv source,
                                enum ix_code (*push)(struct export *x, sqlite3_stmt *s)) {
    enum ix_code code = IX_OK;
    while (code == IX_OK && rows->more &&
           ix_sv_eq(ix_sqlite_text(rows->statement, SOURCE), source)) {
        code = push(x, rows->statement);
        code = code == IX_OK ? next_row(x, rows) : code;
    }
    return code;
}

/* Source by source, so that what is exported can be taken in again one run a source. What relates
 * is observed, so the sources of relations are among those of observations, in the same order. */
static enum ix_code push_all(struct export *x, struct rows *observations, struct rows *relations) {
    struct ix_buf source = {0};
    enum ix_code code = IX_OK;
    while (code == IX_OK && observations->more) {
        ix_buf_clear(&source);
        ix_buf_add(&source, ix_sqlite_text(observations->statement, SOURCE));
        code = ix_buf_check(&source, x->err);
        code = code == IX_OK ? push_source(x, observations, ix_buf_sv(&source), push_observation)
                             : code;
        code = code == IX_OK ? push_source(x, relations, ix_buf_sv(&source), push_relation) : code;
        code = code == IX_OK && x->bills ? ix_cost_export(x->e, ix_buf_sv(&source), x->sink, x->err)
                                         : code;
    }
    ix_buf_done(&source);
    return code;
}

enum ix_code ix_sqlite_export(struct ix_warehouse *warehouse, const struct ix_sql *rids,
                              struct ix_sink *sink, struct ix_err *err) {
    struct export x = {.e = ix_sqlite_of(warehouse), .sink = sink, .err = err};
    struct rows observations = {0};
    struct rows relations = {0};
    int64_t bills = 0;
    ix_arena_init(&x.arena, 0);
    enum ix_code code =
        ix_sqlite_number(x.e, "SELECT EXISTS (SELECT 1 FROM cost_segment)", 0, &bills, err);
    x.bills = bills && !rids; /* lines are of no resource that a query could choose */
    code = code == IX_OK ? select_rows(&x, &observations, OBSERVATIONS, rids, OBSERVATION_ORDER)
                         : code;
    code = code == IX_OK ? select_rows(&x, &relations, RELATIONS, rids, RELATION_ORDER) : code;
    code = code == IX_OK ? push_all(&x, &observations, &relations) : code;
    code = code == IX_OK && x.bills ? ix_cost_export(x.e, (struct ix_sv){0}, sink, err) : code;
    done_rows(&relations);
    done_rows(&observations);
    ix_arena_done(&x.arena);
    return code;
}
