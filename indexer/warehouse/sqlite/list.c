/* Listings: one statement each. ?1 is the word, ?2 the limit (-1: none). */
#include "indexer/warehouse/sqlite/engine.h"

#define FAILED_SCOPES                                                                              \
    "(SELECT group_concat(coalesce(nullif(r.scope, ''), s.name) || ': ' || coalesce(r.text, ''), " \
    "char(10)) FROM main.run_scope r WHERE r.sid = s.sid AND r.outcome <> 0) AS failed "

static const char *const listings[] = {
    [IX_LIST_FRESHNESS] = "SELECT s.name AS source, s.kind AS kind, "
                          "s.last_whole AS last_whole_ms, " FAILED_SCOPES
                          "FROM source s WHERE ?1 IS NOT NULL ORDER BY s.name LIMIT ?2",
    [IX_LIST_SOURCES] =
        "SELECT s.name AS source, s.kind AS kind, "
        "(SELECT count(*) FROM observation o WHERE o.sid = s.sid AND o.deleted IS NULL) AS "
        "resources, "
        "s.last_run AS last_run_ms, s.last_whole AS last_whole_ms, s.location AS "
        "location, " FAILED_SCOPES "FROM source s WHERE ?1 IS NOT NULL ORDER BY s.name LIMIT ?2",
    [IX_LIST_RUNS] =
        "SELECT r.run AS run, s.name AS source, r.started AS started_ms, r.ended AS ended_ms, "
        "r.outcome AS outcome, r.seen AS seen, r.added AS added, r.changed AS changed, "
        "r.unchanged AS unchanged, r.retired AS retired, r.generation AS generation, "
        "r.error_text AS error FROM run r JOIN source s ON s.sid = r.sid WHERE ?1 IS NOT NULL "
        "ORDER BY r.run DESC LIMIT ?2",
    [IX_LIST_NOTES] =
        "SELECT n.run AS run, s.name AS source, n.path AS path, n.reason AS reason, "
        "n.skipped AS skipped FROM note n JOIN run r ON r.run = n.run "
        "JOIN source s ON s.sid = r.sid WHERE ?1 IS NOT NULL ORDER BY n.nid DESC LIMIT ?2",
    [IX_LIST_PATHS] =
        "SELECT path, (SELECT count(*) FROM ix_prop WHERE term = ix_term(p.path)) AS resources, "
        "example "
        "FROM prop_path p WHERE instr(lower(path), lower(?1)) > 0 ORDER BY path LIMIT ?2",
    [IX_LIST_TAGS] =
        "SELECT DISTINCT c.name AS class, w.value AS key FROM "
        "(SELECT 0 AS class, 'tag' AS name UNION ALL SELECT 0, 'label' UNION ALL SELECT 1, 'label' "
        "UNION ALL SELECT 2, 'annotation') c JOIN word w ON w.field = 'tag_key' "
        "WHERE instr(lower(c.name || '.' || w.value), lower(?1)) = 1 "
        "AND EXISTS (SELECT 1 FROM tag t WHERE t.key = w.wid AND t.class = c.class) "
        "ORDER BY c.name, w.value LIMIT ?2",
    [IX_LIST_HISTORY] =
        "SELECT c.at AS at_ms, c.run AS run, s.name AS source, c.op AS change, c.path AS path, "
        "c.old AS old, c.new AS new FROM change c JOIN run r ON r.run = c.run "
        "JOIN source s ON s.sid = r.sid WHERE c.rid = (SELECT rid FROM resource WHERE uid = ?1) "
        "ORDER BY c.run DESC, c.cid LIMIT ?2",
    [IX_LIST_RELATIONS] =
        "SELECT * FROM (SELECT 'to' AS direction, w.value AS type, "
        "CASE e.basis WHEN 1 THEN 'inferred' ELSE 'declared' END AS basis, t.uid AS uid, "
        "t.name AS name, k.value AS kind, e.path AS path "
        "FROM edge e JOIN word w ON w.wid = e.type JOIN resource t ON t.rid = e.dst "
        "LEFT JOIN word k ON k.wid = t.kind "
        "WHERE e.src = (SELECT rid FROM resource WHERE uid = ?1) "
        "UNION SELECT 'from', w.value, CASE e.basis WHEN 1 THEN 'inferred' ELSE 'declared' END, "
        "t.uid, t.name, k.value, e.path "
        "FROM edge e JOIN word w ON w.wid = e.type JOIN resource t ON t.rid = e.src "
        "LEFT JOIN word k ON k.wid = t.kind "
        "WHERE e.dst = (SELECT rid FROM resource WHERE uid = ?1)) "
        "ORDER BY direction DESC, type, uid, path LIMIT ?2",
};

enum ix_code ix_sqlite_list(struct ix_warehouse *warehouse, enum ix_listing listing,
                            struct ix_sv word, int64_t limit, struct ix_cursor **ret_cursor,
                            struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    sqlite3_stmt *s = NULL;
    if (ix_sqlite_prepare_kept(e, ix_sv_cstr(listings[listing]), &s, err) != IX_OK) {
        return err->code;
    }
    int bound = sqlite3_bind_text64(s, 1, word.data ? word.data : "", word.size, SQLITE_TRANSIENT,
                                    SQLITE_UTF8);
    if (bound != SQLITE_OK) { /* another listing would come of it */
        sqlite3_finalize(s);
        return ix_err_nomem(err);
    }
    sqlite3_bind_int64(s, 2, limit > 0 ? limit : -1);
    ix_sqlite_start_clock(e);
    return ix_sqlite_cursor(e, s, ret_cursor, err);
}
