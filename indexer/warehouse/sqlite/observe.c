/* What one source says of one thing: found again by its address, compared by its hash. Nothing is
 * written for what says the same as before. */
#include "indexer/warehouse/sqlite/facts.h"
#include "indexer/warehouse/sqlite/intake.h"
#include "indexer/warehouse/sqlite/text.h"

/* Whose word counts more: those who look at the thing itself, then those who made it, then exchange
 * files, then plans; who only refers to a thing after who manages it. */
static int rank_of(const struct ix_resource *r) {
    static const struct {
        const char *kind;
        int rank;
    } ranks[] = {
        {"aws", 0},        {"azure", 0},          {"gcp", 0},
        {"kubernetes", 1}, {"pulumi", 2},         {"terraform", 2},
        {"opentofu", 2},   {"cloudformation", 2}, {"plan", 6},
    };
    int rank = 4;
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        rank = ix_sv_eq_cstr(r->source_kind, ranks[i].kind) ? ranks[i].rank : rank;
    }
    bool only_told = (r->flags & (IX_FLAG_EXTERNAL | IX_FLAG_PLANNED)) != 0;
    return rank * 2 + only_told;
}

/* ---- resources ---- */

/* A resource that nobody knew is what its one observation says, and is written whole at once. */
static enum ix_code add_resource(struct ix_sqlite *e, const struct ix_said *said, int64_t did,
                                 int64_t *ret_rid, struct ix_err *err) {
    const struct ix_resource *r = &said->resource;
    const struct ix_facts facts = ix_facts_of(r);
    int64_t native_type = 0;
    struct ix_hash hash;
    if (ix_sqlite_word(e, "native_type", r->native_type, &native_type, err) != IX_OK) {
        return err->code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_RESOURCE_ADD, err);
    if (!s) {
        return err->code;
    }
    enum ix_code code =
        ix_sqlite_state_hash(e, &facts, r->address, said->props, said->tags, &hash, err);
    ix_sqlite_bind_text(s, 1, r->uid);
    sqlite3_bind_int64(s, 2, e->run.started_ms);
    sqlite3_bind_int64(s, 3, e->run.run);
    ix_sqlite_bind_text(s, 4, r->address);
    sqlite3_bind_int64(s, 5, did);
    sqlite3_bind_blob(s, 6, hash.bytes, sizeof hash.bytes, SQLITE_STATIC);
    ix_sqlite_bind_id(s, 7, native_type);
    code = code == IX_OK ? ix_facts_bind(e, s, 8, &facts, err) : code;
    code = code == IX_OK ? ix_sqlite_run_statement(e, s, err) : code;
    *ret_rid = sqlite3_last_insert_rowid(e->db);
    return code;
}

static enum ix_code touch_new(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_TOUCHED_NEW, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    return ix_sqlite_run_statement(e, s, err);
}

enum ix_code ix_sqlite_touch(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_TOUCH, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    bool derived = code == IX_OK && sqlite3_changes(e->db) > 0;
    return derived ? ix_sqlite_underive(e, rid, err) : code;
}

/* ---- documents ---- */

enum ix_code ix_sqlite_add_document(struct ix_sqlite *e, struct ix_sv props, struct ix_sv tags,
                                    int64_t *ret_did, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_DOCUMENT_ADD, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, props);
    ix_sqlite_bind_text(s, 2, tags);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    *ret_did = sqlite3_last_insert_rowid(e->db);
    return code;
}

enum ix_code ix_sqlite_drop_document(struct ix_sqlite *e, enum ix_statement how, int64_t did,
                                     int64_t rid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, how, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, did);
    sqlite3_bind_int64(s, 2, rid);
    return ix_sqlite_run_statement(e, s, err);
}

/* ---- observations ---- */

struct known {
    int64_t oid, rid, did, scope;
    bool same, deleted;
};

static enum ix_code find_observation(struct ix_sqlite *e, const struct ix_said *said,
                                     struct known *known, struct ix_err *err) {
    const struct ix_resource *r = &said->resource;
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_OBSERVATION_FIND, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, e->run.sid);
    ix_sqlite_bind_text(s, 2, r->address);
    ix_sqlite_bind_text(s, 3, r->variant);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *known = (struct known){0};
    if (row) {
        struct ix_sv hash = ix_sqlite_text(s, 2);
        *known = (struct known){
            .oid = sqlite3_column_int64(s, 0),
            .rid = sqlite3_column_int64(s, 1),
            .same = hash.size == sizeof said->hash.bytes &&
                    memcmp(hash.data, said->hash.bytes, hash.size) == 0,
            .deleted = sqlite3_column_int(s, 3) != 0,
            .scope = sqlite3_column_int64(s, 4),
            .did = sqlite3_column_int64(s, 5),
        };
    }
    sqlite3_reset(s);
    return code;
}

/* The words of an observation beside its facts. */
static enum ix_code find_words(struct ix_sqlite *e, const struct ix_resource *r, int64_t words[3],
                               struct ix_err *err) {
    const struct {
        const char *field;
        struct ix_sv value;
    } rows[] = {
        {"native_type", r->native_type},
        {"provider_address", r->provider_address},
        {"provider_version", r->provider_version},
    };
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < sizeof rows / sizeof *rows; i++) {
        code = ix_sqlite_word(e, rows[i].field, rows[i].value, &words[i], err);
    }
    return code;
}

static enum ix_code write_observation(struct ix_sqlite *e, const struct ix_said *said, int64_t rid,
                                      int64_t scope, int64_t did, int64_t oid, int64_t *ret_oid,
                                      struct ix_err *err) {
    const struct ix_resource *r = &said->resource;
    int64_t words[3] = {0};
    const struct ix_facts facts = ix_facts_of(r);
    enum ix_code code = find_words(e, r, words, err);
    sqlite3_stmt *s = ix_sqlite_statement(
        e, oid ? IX_STATEMENT_OBSERVATION_CHANGE : IX_STATEMENT_OBSERVATION_ADD, err);
    if (code != IX_OK || !s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    if (!oid) {
        sqlite3_bind_int64(s, 2, e->run.sid);
        ix_sqlite_bind_text(s, 3, r->address);
        ix_sqlite_bind_text(s, 4, r->variant);
    }
    sqlite3_bind_int64(s, 5, scope);
    sqlite3_bind_int64(s, 6, words[0]);
    ix_sqlite_bind_id(s, 7, words[1]);
    ix_sqlite_bind_id(s, 8, words[2]);
    sqlite3_bind_int(s, 9, rank_of(r));
    sqlite3_bind_int64(s, 10, did);
    sqlite3_bind_blob(s, 11, said->hash.bytes, sizeof said->hash.bytes, SQLITE_STATIC);
    code = ix_facts_bind(e, s, 12, &facts, err);
    if (oid) {
        sqlite3_bind_int64(s, 12 + IX_FACT_COLUMNS, oid);
    }
    code = code == IX_OK ? ix_sqlite_run_statement(e, s, err) : code;
    *ret_oid = oid ? oid : sqlite3_last_insert_rowid(e->db);
    return code;
}

/* Of a source that says something for the first time nothing can be missing. */
static enum ix_code mark_seen(struct ix_sqlite *e, int64_t oid, struct ix_err *err) {
    if (!e->run.known_source) {
        return IX_OK;
    }
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SEEN_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, oid);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code move_scope(struct ix_sqlite *e, int64_t oid, int64_t scope,
                               struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_OBSERVATION_SCOPE, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, scope);
    sqlite3_bind_int64(s, 2, oid);
    return ix_sqlite_run_statement(e, s, err);
}

/* The resource that the observation is of; a new one is written and derived whole. */
static enum ix_code resource_for(struct ix_sqlite *e, const struct ix_said *said, int64_t did,
                                 int64_t *ret_rid, bool *ret_new, struct ix_err *err) {
    const struct ix_resource *r = &said->resource;
    enum ix_code code = ix_sqlite_find_resource(e, r->uid, ret_rid, err);
    *ret_new = code == IX_OK && !*ret_rid;
    if (!*ret_new) {
        return code == IX_OK ? ix_sqlite_touch(e, *ret_rid, err) : code;
    }
    code = add_resource(e, said, did, ret_rid, err);
    code = code == IX_OK ? touch_new(e, *ret_rid, err) : code;
    return code == IX_OK ? ix_sqlite_derive_new(e, *ret_rid, said, err) : code;
}

static enum ix_code write_new_or_changed(struct ix_sqlite *e, const struct ix_said *said,
                                         int64_t scope, struct known *known, int64_t *ret_new,
                                         struct ix_err *err) {
    int64_t rid = 0;
    int64_t did = 0;
    bool is_new = false;
    enum ix_code code = ix_sqlite_add_document(e, said->props, said->tags, &did, err);
    code = code == IX_OK ? resource_for(e, said, did, &rid, &is_new, err) : code;
    *ret_new = is_new ? rid : 0;
    if (code == IX_OK && known->oid && known->rid != rid) { /* it has gained another identity */
        code = ix_sqlite_touch(e, known->rid, err);
    }
    if (code == IX_OK) {
        code = write_observation(e, said, rid, scope, did, known->oid, &known->oid, err);
    }
    return code == IX_OK && known->did
               ? ix_sqlite_drop_document(e, IX_STATEMENT_DOCUMENT_DROP_OBSERVED, known->did,
                                         known->rid, err)
               : code;
}

enum ix_code ix_sqlite_observe(struct ix_sqlite *e, const struct ix_said *said,
                               struct ix_err *err) {
    struct known known = {0};
    int64_t scope = 0;
    int64_t new_rid = 0;
    enum ix_code code = find_observation(e, said, &known, err);
    code = code == IX_OK ? ix_sqlite_word(e, "scope", said->resource.scope, &scope, err) : code;
    bool same = known.oid && known.same && !known.deleted;
    if (code == IX_OK && !same) {
        code = write_new_or_changed(e, said, scope, &known, &new_rid, err);
    } else if (code == IX_OK && known.scope != scope) {
        code = move_scope(e, known.oid, scope, err);
    }
    if (said->words) {
        ix_text_name(e, said->words, new_rid);
    }
    e->run.result.unchanged += same;
    code = code == IX_OK ? mark_seen(e, known.oid, err) : code;
    e->run.result.seen++;
    ix_arena_reset(&e->run.scratch);
    return code;
}
