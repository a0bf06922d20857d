/* Relations: what sources declare, kept as declared, and the edges that follow from it.
 *
 * The far end may not be known yet, or be known only later by another source; so edges are made
 * again for the source that was read, and for whatever was touched, at the end of each run that
 * changed something. A Terraform block without keys ("aws_instance.web") stands for all its
 * instances. Inferred edges join property values with ids that exactly one resource has. */
#include "indexer/warehouse/sqlite/engine.h"
#include "indexer/warehouse/sqlite/own_name.h"

enum ix_code ix_sqlite_put_relation(struct ix_sqlite *e, const struct ix_relation *r,
                                    struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_RELATION_ADD, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, r->from_address);
    ix_sqlite_bind_text(s, 2, r->from_variant);
    ix_sqlite_bind_text(s, 3, r->type);
    ix_sqlite_bind_text(s, 4, r->to_address);
    ix_sqlite_bind_text(s, 5, r->to_id);
    ix_sqlite_bind_text(s, 6, r->path);
    sqlite3_bind_int(s, 7, r->basis);
    ix_sqlite_bind_text(s, 8, r->scope);
    e->run.result.relations++;
    return ix_sqlite_run_statement(e, s, err);
}

/* Statements see the run's source as :sid. */
static enum ix_code exec_for_source(struct ix_sqlite *e, const char *sql, int *ret_changes,
                                    struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "relations", err);
    }
    int at = sqlite3_bind_parameter_index(s, ":sid");
    if (at > 0) {
        sqlite3_bind_int64(s, at, e->run.sid);
    }
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    *ret_changes = sqlite3_changes(e->db);
    sqlite3_finalize(s);
    return code;
}

static enum ix_code exec_all(struct ix_sqlite *e, const char *const *statements, size_t count,
                             int *ret_changes, struct ix_err *err) {
    enum ix_code code = IX_OK;
    *ret_changes = 0;
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        int changes = 0;
        code = exec_for_source(e, statements[i], &changes, err);
        *ret_changes += changes;
    }
    return code;
}

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- what is declared ---- */

static const char *const declared[] = {
    /* gone from scopes that were read whole */
    "DELETE FROM main.relation WHERE sid = :sid "
    "AND scope IN (SELECT scope FROM temp.run_scope WHERE outcome = 0) "
    "AND NOT EXISTS (SELECT 1 FROM temp.run_relation n WHERE n.from_address = "
    "relation.from_address "
    "AND n.from_variant = relation.from_variant AND n.type = relation.type "
    "AND n.to_address = relation.to_address AND n.to_id = relation.to_id "
    "AND n.path = relation.path)",
    /* one that is said by another scope now belongs to that one, or it would go with the old */
    "INSERT INTO main.relation (sid, from_address, from_variant, type, to_address, to_id, path, "
    "basis, scope) SELECT :sid, from_address, from_variant, type, to_address, to_id, path, "
    "basis, scope FROM temp.run_relation WHERE true ON CONFLICT DO UPDATE SET "
    "basis = excluded.basis, scope = excluded.scope "
    "WHERE basis <> excluded.basis OR scope <> excluded.scope",
};

/* ---- edges ---- */

#define EDGE_INTO                                                                                  \
    "INSERT OR IGNORE INTO edge (src, type, dst, basis, sid, path) "                               \
    "SELECT f.rid, w.wid, t.rid, d.basis, d.sid, d.path FROM main.relation d "                     \
    "JOIN word w ON w.field = 'relation' AND w.value = d.type COLLATE BINARY "                     \
    "JOIN observation f ON f.sid = d.sid AND f.address = d.from_address COLLATE BINARY "           \
    "AND f.variant = d.from_variant AND f.deleted IS NULL "

/* An address means the one that counts there; the others (deposed, to be deleted) when alone. */
#define COUNTS(o)                                                                                  \
    "(" o ".variant = '' OR NOT EXISTS (SELECT 1 FROM observation c WHERE c.sid = " o ".sid "      \
    "AND c.address = " o ".address COLLATE BINARY AND c.variant = '' AND c.deleted IS NULL)) "

/* Names that others know a thing by: see own_name.h. The list in SQL begins with what no path is.
 */
#define SQL_PATH(path) ", '" path "'"
#define OWN_NAME(paths)                                                                            \
    "JOIN ref x ON x.value = d.to_id JOIN prop_path p ON p.pid = x.pid "                           \
    "AND p.path IN (''" paths ") JOIN resource t ON t.rid = x.rid "
#define OWN_NAMED  OWN_NAME(IX_SQLITE_NAME_PATHS(SQL_PATH))
#define OWN_EXPORT OWN_NAME(IX_SQLITE_EXPORT_PATHS(SQL_PATH))

/* What the source had before. */
static const char *const old_edges[] = {
    "DELETE FROM edge WHERE sid = :sid AND src IN (SELECT rid FROM observation WHERE sid = :sid)",
    /* of addresses that had another identity before */
    "DELETE FROM edge WHERE sid = :sid AND src IN (SELECT rid FROM temp.touched)",
};

static const char *const edges[] = {
    "INSERT OR IGNORE INTO word (field, value) SELECT DISTINCT 'relation', type FROM main.relation "
    "WHERE sid = :sid",
    /* of other sources, to what is gone or has that id no longer */
    "DELETE FROM edge WHERE sid NOT IN (0, :sid) AND dst IN (SELECT rid FROM temp.touched) "
    "AND NOT EXISTS (SELECT 1 FROM resource t CROSS JOIN observation f ON f.rid = edge.src "
    "AND +f.sid = edge.sid AND f.deleted IS NULL CROSS JOIN main.relation d ON d.sid = f.sid "
    "AND d.from_address = f.address AND d.from_variant = f.variant AND d.path = edge.path "
    "WHERE t.rid = edge.dst AND t.deleted IS NULL "
    "AND (d.to_address <> '' OR t.uid = d.to_id OR t.id = d.to_id))",
    /* within the source, by address */
    EDGE_INTO "JOIN observation t ON t.sid = d.sid AND t.address = d.to_address COLLATE BINARY "
              "AND t.deleted IS NULL WHERE d.sid = :sid AND d.to_address <> '' AND " COUNTS("t"),
    /* within the source, by the address of a block */
    "CREATE TEMP TABLE block AS SELECT ix_block(address) AS address, rid FROM observation o "
    "WHERE sid = :sid AND deleted IS NULL AND instr(address, '[') > 0 AND " COUNTS("o"),
    "CREATE INDEX temp.block_by_address ON block (address)",
    EDGE_INTO "JOIN temp.block t ON t.address = d.to_address COLLATE BINARY "
              "WHERE d.sid = :sid AND d.to_address <> '' AND t.rid <> f.rid",
    "DROP TABLE temp.block",
    /* by id, whatever source knows it: of this source, and of others whose far end is new */
    EDGE_INTO "JOIN resource t ON t.uid = d.to_id OR t.id = d.to_id "
              "WHERE d.sid = :sid AND d.to_id <> '' AND t.deleted IS NULL AND t.rid <> f.rid",
    EDGE_INTO "JOIN resource t ON t.uid = d.to_id OR t.id = d.to_id "
              "WHERE d.to_id <> '' AND d.sid <> :sid AND t.deleted IS NULL AND t.rid <> f.rid "
              "AND t.rid IN (SELECT rid FROM temp.touched)",
    /* by a name of the far end, in the same two ways */
    EDGE_INTO OWN_NAMED "WHERE d.sid = :sid AND d.to_id <> '' AND t.deleted IS NULL "
                        "AND t.rid <> f.rid",
    EDGE_INTO OWN_NAMED "WHERE d.to_id <> '' AND d.sid <> :sid AND t.deleted IS NULL "
                        "AND t.rid <> f.rid AND t.rid IN (SELECT rid FROM temp.touched)",
    /* by the name of an export: accounts and regions have their own, so within the source */
    EDGE_INTO OWN_EXPORT "WHERE d.sid = :sid AND d.to_id <> '' AND t.deleted IS NULL "
                         "AND t.rid <> f.rid AND EXISTS (SELECT 1 FROM observation o "
                         "WHERE o.rid = t.rid AND o.sid = d.sid AND o.deleted IS NULL)",
};

/* ---- what follows from property values ---- */

#define INFERRED_INTO                                                                              \
    "INSERT OR IGNORE INTO edge (src, type, dst, basis, sid, path) "                               \
    "SELECT f.rid, (SELECT wid FROM word WHERE field = 'relation' AND value = 'references'), "     \
    "t.rid, 1, 0, (SELECT path FROM prop_path WHERE pid = f.pid) FROM "

#define FROM_ALIVE "(SELECT deleted IS NULL FROM resource WHERE rid = f.rid)"
#define ONLY_ONE                                                                                   \
    "NOT EXISTS (SELECT 1 FROM resource o WHERE o.id = t.id AND o.rid <> t.rid "                   \
    "AND o.deleted IS NULL)"

/* What was touched, and what shares an id with it: an id that two things have says nothing, until
 * one of them is gone. Most ids are in nobody's properties: those that are, are looked for once. */
static const char *const inferred[] = {
    "INSERT OR IGNORE INTO word (field, value) VALUES ('relation', 'references')",
    "CREATE TEMP TABLE referred AS SELECT DISTINCT o.rid FROM temp.touched n "
    "CROSS JOIN resource r ON r.rid = n.rid AND EXISTS (SELECT 1 FROM ref WHERE value = r.id) "
    "CROSS JOIN resource o ON o.id = r.id",
    "CREATE TEMP TABLE renewed AS SELECT rid FROM temp.touched UNION SELECT rid FROM temp.referred",
    "DELETE FROM edge WHERE sid = 0 AND (src IN (SELECT rid FROM temp.touched) "
    "OR dst IN (SELECT rid FROM temp.renewed))",
    INFERRED_INTO "temp.renewed n CROSS JOIN resource t ON t.rid = n.rid "
                  "CROSS JOIN ref f ON f.value = t.uid AND f.value = t.uid COLLATE BINARY "
                  "WHERE t.deleted IS NULL AND f.rid <> t.rid AND " FROM_ALIVE,
    INFERRED_INTO "temp.referred n CROSS JOIN resource t ON t.rid = n.rid "
                  "CROSS JOIN ref f ON f.value = t.id "
                  "WHERE t.deleted IS NULL AND f.rid <> t.rid AND " FROM_ALIVE " AND " ONLY_ONE,
    "DROP TABLE temp.renewed",
    "DROP TABLE temp.referred",
};

/* The references of touched rows to what was there before, if there was anything. What the run
 * wrote and then took out again is not in `ref` any more. */
#define STILL_REFERS                                                                               \
    "EXISTS (SELECT 1 FROM ref x WHERE x.value = f.value AND x.rid = f.rid AND x.pid = f.pid)"
static const char *const inferred_out[] = {
    INFERRED_INTO "temp.run_ref f JOIN resource t ON t.uid = f.value COLLATE BINARY "
                  "WHERE t.deleted IS NULL AND f.rid <> t.rid AND " STILL_REFERS " AND " FROM_ALIVE,
    INFERRED_INTO "temp.run_ref f JOIN resource t ON t.id = f.value "
                  "WHERE t.deleted IS NULL AND f.rid <> t.rid AND " STILL_REFERS " AND " FROM_ALIVE
                  " AND " ONLY_ONE,
};

enum ix_code ix_sqlite_relate(struct ix_sqlite *e, struct ix_err *err) {
    int changes = 0;
    int64_t touched = 0;
    enum ix_code code = exec_all(e, declared, COUNT_OF(declared), &changes, err);
    e->run.relations_changed = changes > 0;
    if (code == IX_OK) {
        code = ix_sqlite_number(e, "SELECT count(*) FROM temp.touched", 0, &touched, err);
    }
    if (code != IX_OK || (touched == 0 && !e->run.relations_changed)) {
        return code;
    }
    if (e->run.known_source) {
        code = exec_all(e, old_edges, COUNT_OF(old_edges), &changes, err);
    }
    code = code == IX_OK ? exec_all(e, edges, COUNT_OF(edges), &changes, err) : code;
    code = code == IX_OK ? exec_all(e, inferred, COUNT_OF(inferred), &changes, err) : code;
    return code == IX_OK && e->run.known_any
               ? exec_all(e, inferred_out, COUNT_OF(inferred_out), &changes, err)
               : code;
}
