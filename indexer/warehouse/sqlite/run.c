/* A run: one transaction. The tables of the run itself (what was seen, what was touched, its
 * relations and scopes) are temporary, so that they spill to disk by themselves and vanish with it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "indexer/warehouse/sqlite/batch.h"
#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/cost_store.h"
#include "indexer/warehouse/sqlite/intake.h"
#include "indexer/warehouse/sqlite/schema_text.h"
#include "indexer/warehouse/sqlite/spill.h"
#include "indexer/warehouse/sqlite/text.h"

static const char run_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS seen (oid INTEGER PRIMARY KEY);"
    /* merged: its row and what is derived of it are as its observations say */
    "CREATE TEMP TABLE IF NOT EXISTS touched (rid INTEGER PRIMARY KEY, is_new INTEGER NOT NULL,"
    " merged INTEGER NOT NULL);"
    "CREATE TEMP TABLE IF NOT EXISTS run_scope (scope TEXT PRIMARY KEY, outcome INTEGER NOT NULL,"
    " text TEXT) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS run_relation (from_address TEXT NOT NULL,"
    " from_variant TEXT NOT NULL, type TEXT NOT NULL, to_address TEXT NOT NULL,"
    " to_id TEXT NOT NULL, path TEXT NOT NULL, basis INTEGER NOT NULL, scope TEXT NOT NULL,"
    " PRIMARY KEY (from_address, from_variant, type, to_address, to_id, path)) WITHOUT ROWID;"
    /* what touched resources refer to: relate.c */
    "CREATE TEMP TABLE IF NOT EXISTS run_ref (value TEXT NOT NULL COLLATE NOCASE,"
    " rid INTEGER NOT NULL, pid INTEGER NOT NULL);"
    "DELETE FROM temp.seen; DELETE FROM temp.touched; DELETE FROM temp.run_scope;"
    "DELETE FROM temp.run_relation; DELETE FROM temp.run_ref;";

/* ---- the sink ---- */

static struct ix_sqlite *engine_of(struct ix_sink *sink) {
    return ((struct ix_sqlite_run *)sink)->engine;
}

static enum ix_code sink_resource(struct ix_sink *sink, const struct ix_resource *resource,
                                  struct ix_err *err) {
    return ix_intake_resource(engine_of(sink), resource, err);
}

static enum ix_code sink_relation(struct ix_sink *sink, const struct ix_relation *relation,
                                  struct ix_err *err) {
    return ix_intake_relation(engine_of(sink), relation, err);
}

static enum ix_code sink_scope(struct ix_sink *sink, const struct ix_scope *scope,
                               struct ix_err *err) {
    struct ix_sqlite *e = engine_of(sink);
    if (ix_intake_settle(e, err) != IX_OK) {
        return err->code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SCOPE_ADD, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, scope->name);
    sqlite3_bind_int(s, 2, scope->outcome);
    ix_sqlite_bind_optional(s, 3, scope->text);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code sink_note(struct ix_sink *sink, const struct ix_note *note,
                              struct ix_err *err) {
    struct ix_sqlite *e = engine_of(sink);
    if (ix_intake_settle(e, err) != IX_OK) {
        return err->code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_NOTE_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, e->run.run);
    ix_sqlite_bind_optional(s, 2, note->path);
    ix_sqlite_bind_text(s, 3, note->reason);
    sqlite3_bind_int(s, 4, note->skipped);
    e->run.result.notes++;
    return ix_sqlite_run_statement(e, s, err);
}

/* ---- beginning ---- */

/* The source's row, made or brought up to date. */
static enum ix_code find_source(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_sqlite_run *run = &e->run;
    sqlite3_stmt *s = NULL;
    bool row = false;
    const char *sql = "INSERT INTO source (name, kind, location) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT (name) DO UPDATE SET kind = ?2, location = ?3 "
                      "RETURNING sid, last_run IS NOT NULL";
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the source", err);
    }
    ix_sqlite_bind_text(s, 1, run->source);
    ix_sqlite_bind_text(s, 2, run->kind);
    ix_sqlite_bind_text(s, 3, run->location);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    run->sid = row ? sqlite3_column_int64(s, 0) : 0;
    run->known_source = row && sqlite3_column_int(s, 1) != 0;
    sqlite3_finalize(s);
    return code;
}

static enum ix_code find_resources(struct ix_sqlite *e, struct ix_err *err) {
    int64_t any = 0;
    enum ix_code code = ix_sqlite_number(e, "SELECT EXISTS (SELECT 1 FROM resource)", 0, &any, err);
    e->run.known_any = any != 0;
    return code;
}

static enum ix_code add_run(struct ix_sqlite *e, const char *outcome, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    const char *sql = "INSERT INTO run (sid, started, outcome) VALUES (?1, ?2, ?3)";
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the run", err);
    }
    sqlite3_bind_int64(s, 1, e->run.sid);
    sqlite3_bind_int64(s, 2, e->run.started_ms);
    ix_sqlite_bind_text(s, 3, ix_sv_cstr(outcome));
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    e->run.run = sqlite3_last_insert_rowid(e->db);
    sqlite3_finalize(s);
    return code;
}

void ix_sqlite_forget(struct ix_sqlite *e) {
    ix_arena_reset(&e->run.keep);
    ix_map_init(&e->run.words, &e->run.keep);
    ix_map_init(&e->run.paths, &e->run.keep);
}

static enum ix_code open_run(struct ix_sqlite *e, struct ix_err *err) {
    enum ix_code code = ix_sqlite_exec(e, run_tables, err);
    code = code == IX_OK ? ix_spill_begin(e, err) : code;
    code = code == IX_OK ? ix_text_begin(e, err) : code;
    /* an unlogged one lets nobody in from its begin on, so none is in the way of its end */
    const char *begin = e->unlogged ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE";
    code = code == IX_OK ? ix_sqlite_exec(e, begin, err) : code;
    if (code != IX_OK) {
        return code;
    }
    e->run.active = true;
    code = ix_batch_begin(e, err);
    code = code == IX_OK ? ix_intake_begin(e, err) : code;
    code = code == IX_OK ? find_source(e, err) : code;
    code = code == IX_OK ? find_resources(e, err) : code;
    return code == IX_OK ? add_run(e, "published", err) : code;
}

enum ix_code ix_sqlite_run_begin(struct ix_warehouse *warehouse, const struct ix_run_info *info,
                                 struct ix_sink **ret_sink, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    struct ix_sqlite_run *run = &e->run;
    ix_sqlite_forget(e);
    run->sink = (struct ix_sink){.resource = sink_resource,
                                 .relation = sink_relation,
                                 .scope = sink_scope,
                                 .note = sink_note,
                                 .cost = ix_cost_sink};
    run->engine = e;
    run->started_ms = info->started_ms;
    run->result = (struct ix_run_result){0};
    run->relations_changed = false;
    run->source = ix_arena_copy(&run->keep, info->source);
    run->kind = ix_arena_copy(&run->keep, info->source_kind);
    run->location = ix_arena_copy(&run->keep, info->location);
    enum ix_code code = ix_arena_check(&run->keep, err);
    code = code == IX_OK ? open_run(e, err) : code;
    if (code != IX_OK && run->active) {
        (void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
        run->active = false;
    }
    if (code == IX_OK) {
        *ret_sink = &run->sink;
    }
    return code;
}

/* ---- publishing ---- */

/* Calls `each` for every row of a statement without values, reading it to the end first is not
 * needed: what is changed meanwhile is never what is read. */
static enum ix_code for_each(struct ix_sqlite *e, const char *sql,
                             enum ix_code (*each)(struct ix_sqlite *e, sqlite3_stmt *row,
                                                  struct ix_err *err),
                             struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "publishing", err);
    }
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        code = code == IX_OK && row ? each(e, s, err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

/* What the row's deletion changes must be taken out of the indexes first, so the rids are read
 * before anything is written. */
static enum ix_code touch_missing(struct ix_sqlite *e, sqlite3_stmt *row, struct ix_err *err) {
    return ix_sqlite_touch(e, sqlite3_column_int64(row, 0), err);
}

/* Of scopes that were read whole: what is known and was not seen. */
static const char missing[] =
    "FROM observation WHERE sid = %lld AND deleted IS NULL AND scope IN "
    "(SELECT coalesce((SELECT wid FROM word WHERE field = 'scope' "
    "AND value = s.scope COLLATE BINARY), 0) FROM temp.run_scope s WHERE outcome = 0) "
    "AND oid NOT IN (SELECT oid FROM temp.seen)";

static enum ix_code retire_missing(struct ix_sqlite *e, int64_t now_ms, struct ix_err *err) {
    char where[512];
    char sql[640];
    snprintf(where, sizeof where, missing, (long long)e->run.sid);
    snprintf(sql, sizeof sql, "SELECT DISTINCT rid %s", where);
    enum ix_code code = for_each(e, sql, touch_missing, err);
    snprintf(sql, sizeof sql, "UPDATE observation SET deleted = %lld WHERE oid IN (SELECT oid %s)",
             (long long)now_ms, where);
    return code == IX_OK ? ix_sqlite_exec(e, sql, err) : code;
}

static enum ix_code merge_row(struct ix_sqlite *e, sqlite3_stmt *row, struct ix_err *err) {
    return ix_sqlite_merge(e, sqlite3_column_int64(row, 0), sqlite3_column_int(row, 1) != 0,
                           e->run.started_ms, err);
}

static enum ix_code derive_row(struct ix_sqlite *e, sqlite3_stmt *row, struct ix_err *err) {
    return ix_sqlite_derive(e, sqlite3_column_int64(row, 0), err);
}

/* What was not there before. */
static enum ix_code log_added(struct ix_sqlite *e, struct ix_err *err) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "INSERT INTO change (at, run, rid, op) SELECT %lld, %lld, rid, 'added' "
             "FROM temp.touched WHERE is_new = 1",
             (long long)e->run.started_ms, (long long)e->run.run);
    enum ix_code code = ix_sqlite_exec(e, sql, err);
    e->run.result.added = sqlite3_changes64(e->db);
    return code;
}

static enum ix_code write_scopes(struct ix_sqlite *e, struct ix_err *err) {
    char sql[512];
    snprintf(sql, sizeof sql,
             "INSERT OR REPLACE INTO main.run_scope (sid, scope, run, outcome, text) "
             "SELECT %lld, scope, %lld, outcome, text FROM temp.run_scope",
             (long long)e->run.sid, (long long)e->run.run);
    return ix_sqlite_exec(e, sql, err);
}

static enum ix_code bump_generation(struct ix_sqlite *e, bool visible, struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (visible) {
        code = ix_sqlite_exec(e, "UPDATE meta SET value = value + 1 WHERE key = 'generation'", err);
    }
    return code == IX_OK ? ix_sqlite_number(e, "SELECT value FROM meta WHERE key = 'generation'", 0,
                                            &e->run.result.generation, err)
                         : code;
}

static enum ix_code finish_run(struct ix_sqlite *e, int64_t ended_ms, struct ix_err *err) {
    const struct ix_run_result *r = &e->run.result;
    char sql[1024];
    snprintf(sql, sizeof sql,
             "UPDATE run SET ended = %lld, generation = %lld, seen = %lld, added = %lld, "
             "changed = %lld, unchanged = %lld, retired = %lld, relations = %lld WHERE run = %lld;"
             "UPDATE source SET last_run = %lld, last_whole = CASE WHEN EXISTS (SELECT 1 FROM "
             "temp.run_scope) AND NOT EXISTS (SELECT 1 FROM temp.run_scope WHERE outcome <> 0) "
             "THEN %lld ELSE last_whole END WHERE sid = %lld",
             (long long)ended_ms, (long long)r->generation, (long long)r->seen, (long long)r->added,
             (long long)r->changed, (long long)r->unchanged, (long long)r->retired,
             (long long)r->relations, (long long)e->run.run, (long long)ended_ms,
             (long long)ended_ms, (long long)e->run.sid);
    return ix_sqlite_exec(e, sql, err);
}

static enum ix_code publish(struct ix_sqlite *e, int64_t ended_ms, struct ix_err *err) {
    struct ix_run_result *r = &e->run.result;
    enum ix_code code = e->run.known_source ? retire_missing(e, ended_ms, err) : IX_OK;
    code = code == IX_OK ? for_each(e, "SELECT rid, is_new FROM temp.touched WHERE merged = 0",
                                    merge_row, err)
                         : code;
    code = code == IX_OK
               ? for_each(e, "SELECT rid FROM temp.touched WHERE merged = 0", derive_row, err)
               : code;
    code = code == IX_OK ? ix_batch_flush(e, err) : code;
    code = code == IX_OK ? ix_text_flush(e, err) : code;
    code = code == IX_OK ? ix_postings_tidy(e, err) : code;
    code = code == IX_OK ? ix_column_publish(e, err) : code;
    code = code == IX_OK ? log_added(e, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, ix_sqlite_indexes, err) : code;
    code = code == IX_OK ? ix_sqlite_relate(e, err) : code;
    code = code == IX_OK ? write_scopes(e, err) : code;
    bool bills_changed = false;
    code = code == IX_OK ? ix_cost_publish(e, &bills_changed, err) : code;
    if (code != IX_OK) {
        return code;
    }
    r->run = e->run.run;
    int64_t touched = 0; /* also what only a source says otherwise can be asked for */
    code = ix_sqlite_number(e, "SELECT count(*) FROM temp.touched", 0, &touched, err);
    bool visible = touched > 0 || e->run.relations_changed || bills_changed;
    code = code == IX_OK ? bump_generation(e, visible, err) : code;
    code = code == IX_OK ? finish_run(e, ended_ms, err) : code;
    return code == IX_OK ? ix_sqlite_exec(e, "COMMIT", err) : code;
}

static void checkpoint(struct ix_sqlite *e) {
    ix_sqlite_log_again(e);
    sqlite3_wal_checkpoint_v2(e->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

enum ix_code ix_sqlite_run_publish(struct ix_warehouse *warehouse, int64_t ended_ms,
                                   struct ix_run_result *ret_result, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    enum ix_code code = ix_intake_settle(e, err);
    ix_intake_end(e);
    code = code == IX_OK ? publish(e, ended_ms, err) : code;
    if (code != IX_OK) {
        struct ix_err why = *err;
        struct ix_err ignored = {0};
        (void)(ix_sqlite_run_discard(warehouse, ended_ms, &why, &ignored) == IX_OK);
        return code;
    }
    ix_cost_end(e);
    e->run.active = false;
    checkpoint(e);
    *ret_result = e->run.result;
    return IX_OK;
}

/* ---- discarding ---- */

static enum ix_code log_discarded(struct ix_sqlite *e, int64_t ended_ms, const struct ix_err *why,
                                  struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    enum ix_code code = find_source(e, err);
    code = code == IX_OK ? add_run(e, "discarded", err) : code;
    if (code != IX_OK) {
        return code;
    }
    if (sqlite3_prepare_v2(e->db,
                           "UPDATE run SET ended = ?1, error_code = ?2, error_text = ?3 "
                           "WHERE run = ?4",
                           -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(e, "the run log", err);
    }
    sqlite3_bind_int64(s, 1, ended_ms);
    ix_sqlite_bind_text(s, 2, ix_sv_cstr(ix_code_name(why->code)));
    ix_sqlite_bind_text(s, 3, ix_sv_cstr(why->text));
    sqlite3_bind_int64(s, 4, e->run.run);
    code = ix_sqlite_run_statement(e, s, err);
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_sqlite_run_discard(struct ix_warehouse *warehouse, int64_t ended_ms,
                                   const struct ix_err *why, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    ix_intake_end(e);
    ix_cost_end(e);
    e->run.active = false;
    if (!sqlite3_get_autocommit(e->db)) {
        (void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
    }
    enum ix_code code = ix_sqlite_exec(e, "BEGIN IMMEDIATE", err);
    code = code == IX_OK ? log_discarded(e, ended_ms, why, err) : code;
    code = code == IX_OK ? ix_sqlite_exec(e, "COMMIT", err) : code;
    if (code != IX_OK) {
        (void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
    }
    checkpoint(e);
    return code;
}
