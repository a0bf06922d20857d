/* What one source says of one thing: found again by its address, compared by its hash. Nothing is
 * written for what says the same as before. */
#include "base/json_writer.h"
#include "indexer/model/record.h"
#include "indexer/warehouse/sqlite/engine.h"

/* What of an observation is neither address, id, properties nor tags, as JSON members. */
#define FIELDS(ROW)                                                                                \
    ROW(name)                                                                                      \
    ROW(provider)                                                                                  \
    ROW(account)                                                                                   \
    ROW(region)                                                                                    \
    ROW(zone)                                                                                      \
    ROW(stack)                                                                                     \
    ROW(project)                                                                                   \
    ROW(type)                                                                                      \
    ROW(kind)                                                                                      \
    ROW(category)                                                                                  \
    ROW(service)                                                                                   \
    ROW(managed_by)

struct texts {
    struct ix_sv fields, props, tags;
    struct ix_hash hash;
};

static void write_fields(struct ix_buf *buf, const struct ix_resource *r) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
#define ROW(member) ix_jw_member_optional(&w, #member, r->member);
    FIELDS(ROW)
#undef ROW
    if (r->created_ms != IX_TIME_UNKNOWN) {
        ix_jw_member_int64(&w, "created", r->created_ms);
    }
    if (r->modified_ms != IX_TIME_UNKNOWN) {
        ix_jw_member_int64(&w, "modified", r->modified_ms);
    }
    if (r->encrypted != IX_UNKNOWN) {
        ix_jw_member_int64(&w, "encrypted", r->encrypted);
    }
    if (r->public_ != IX_UNKNOWN) {
        ix_jw_member_int64(&w, "public", r->public_);
    }
    ix_jw_object_end(&w);
}

static void write_tags(struct ix_buf *buf, const struct ix_resource *r) {
    struct ix_json_writer w;
    ix_jw_init(&w, buf, 0);
    ix_jw_object_begin(&w);
    for (int c = 0; c < IX_TAG_CLASS_COUNT; c++) {
        bool any = false;
        for (size_t i = 0; i < r->tag_count; i++) {
            any |= r->tags[i].class_ == (enum ix_tag_class)c;
        }
        if (any) {
            ix_jw_key(&w, ix_tag_class_name((enum ix_tag_class)c));
            ix_record_write_tags(&w, r->tags, r->tag_count, (enum ix_tag_class)c);
        }
    }
    ix_jw_object_end(&w);
}

/* Everything that was said, one part after another; a part's end cannot be taken for its content.
 */
static struct ix_hash hash_of(struct ix_buf *buf, const struct ix_resource *r,
                              const struct texts *texts) {
    const struct ix_sv parts[] = {
        r->uid,         r->native_type, r->native_id, r->provider_address, r->provider_version,
        r->source_kind, texts->fields,  texts->props, texts->tags,
    };
    ix_buf_clear(buf);
    ix_buf_printf(buf, "%u", r->flags);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        ix_buf_printf(buf, "\x1F%zu\x1F", parts[i].size);
        ix_buf_add(buf, parts[i]);
    }
    return ix_hash_of(ix_buf_sv(buf));
}

static enum ix_code make_texts(struct ix_sqlite *e, const struct ix_resource *r,
                               struct texts *texts, struct ix_err *err) {
    struct ix_arena *arena = &e->run.scratch;
    struct ix_buf buf = {.limit = IX_PROPERTIES_MAX};
    write_fields(&buf, r);
    texts->fields = ix_arena_copy(arena, ix_buf_sv(&buf));
    buf.size = 0;
    if (r->properties) {
        ix_json_write_canonical(&buf, r->properties);
    }
    texts->props = ix_arena_copy(arena, ix_buf_sv(&buf));
    buf.size = 0;
    write_tags(&buf, r);
    texts->tags = ix_arena_copy(arena, ix_buf_sv(&buf));
    enum ix_code code = ix_buf_check(&buf, err);
    buf.limit = 0;
    texts->hash = hash_of(&buf, r, texts);
    code = code == IX_OK ? ix_buf_check(&buf, err) : code;
    ix_buf_done(&buf);
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

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

static enum ix_code find_resource(struct ix_sqlite *e, struct ix_sv uid, int64_t *ret_rid,
                                  struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_RESOURCE_FIND, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, uid);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    *ret_rid = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return code;
}

static enum ix_code add_resource(struct ix_sqlite *e, struct ix_sv uid, int64_t *ret_rid,
                                 struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_RESOURCE_ADD, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, uid);
    sqlite3_bind_int64(s, 2, e->run.started_ms);
    sqlite3_bind_int64(s, 3, e->run.run);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    *ret_rid = sqlite3_last_insert_rowid(e->db);
    return code;
}

enum ix_code ix_sqlite_touch(struct ix_sqlite *e, int64_t rid, bool is_new, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_TOUCHED_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    sqlite3_bind_int(s, 2, is_new);
    enum ix_code code = ix_sqlite_run_statement(e, s, err);
    bool first = sqlite3_changes(e->db) > 0;
    return code == IX_OK && first && !is_new ? ix_sqlite_underive(e, rid, err) : code;
}

/* The resource of this uid, made when there is none, and touched. */
static enum ix_code resource_for(struct ix_sqlite *e, struct ix_sv uid, int64_t *ret_rid,
                                 struct ix_err *err) {
    enum ix_code code = find_resource(e, uid, ret_rid, err);
    bool is_new = code == IX_OK && *ret_rid == 0;
    code = is_new ? add_resource(e, uid, ret_rid, err) : code;
    return code == IX_OK ? ix_sqlite_touch(e, *ret_rid, is_new, err) : code;
}

/* ---- observations ---- */

struct known {
    int64_t oid, rid;
    bool same, deleted, same_scope;
};

static enum ix_code find_observation(struct ix_sqlite *e, const struct ix_resource *r,
                                     const struct texts *texts, struct known *known,
                                     struct ix_err *err) {
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
            .same = hash.size == sizeof texts->hash.bytes &&
                    memcmp(hash.data, texts->hash.bytes, hash.size) == 0,
            .deleted = sqlite3_column_int(s, 3) != 0,
            .same_scope = ix_sv_eq(ix_sqlite_text(s, 4), r->scope),
        };
    }
    sqlite3_reset(s);
    return code;
}

static enum ix_code write_observation(struct ix_sqlite *e, const struct ix_resource *r,
                                      const struct texts *texts, int64_t rid, int64_t oid,
                                      int64_t *ret_oid, struct ix_err *err) {
    int64_t native_type = 0;
    enum ix_code code = ix_sqlite_word(e, "native_type", r->native_type, &native_type, err);
    if (code != IX_OK) {
        return code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(
        e, oid ? IX_STATEMENT_OBSERVATION_CHANGE : IX_STATEMENT_OBSERVATION_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    if (!oid) {
        sqlite3_bind_int64(s, 2, e->run.sid);
        ix_sqlite_bind_text(s, 3, r->address);
        ix_sqlite_bind_text(s, 4, r->variant);
    }
    ix_sqlite_bind_text(s, 5, r->scope);
    sqlite3_bind_int64(s, 6, native_type);
    ix_sqlite_bind_optional(s, 7, r->native_id);
    ix_sqlite_bind_optional(s, 8, r->provider_address);
    ix_sqlite_bind_optional(s, 9, r->provider_version);
    sqlite3_bind_int(s, 10, rank_of(r));
    sqlite3_bind_int64(s, 11, r->flags);
    ix_sqlite_bind_text(s, 12, texts->fields);
    ix_sqlite_bind_optional(s, 13, texts->props);
    ix_sqlite_bind_text(s, 14, texts->tags);
    sqlite3_bind_blob(s, 15, texts->hash.bytes, sizeof texts->hash.bytes, SQLITE_STATIC);
    if (oid) {
        sqlite3_bind_int64(s, 16, oid);
    }
    code = ix_sqlite_run_statement(e, s, err);
    *ret_oid = oid ? oid : sqlite3_last_insert_rowid(e->db);
    return code;
}

static enum ix_code mark_seen(struct ix_sqlite *e, int64_t oid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SEEN_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, oid);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code move_scope(struct ix_sqlite *e, int64_t oid, struct ix_sv scope,
                               struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_OBSERVATION_SCOPE, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, scope);
    sqlite3_bind_int64(s, 2, oid);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code write_new_or_changed(struct ix_sqlite *e, const struct ix_resource *r,
                                         const struct texts *texts, struct known *known,
                                         struct ix_err *err) {
    int64_t rid = 0;
    enum ix_code code = resource_for(e, r->uid, &rid, err);
    if (code == IX_OK && known->oid && known->rid != rid) { /* it has gained another identity */
        code = ix_sqlite_touch(e, known->rid, false, err);
    }
    return code == IX_OK ? write_observation(e, r, texts, rid, known->oid, &known->oid, err) : code;
}

enum ix_code ix_sqlite_observe(struct ix_sqlite *e, const struct ix_resource *r,
                               struct ix_err *err) {
    struct texts texts = {0};
    struct known known = {0};
    enum ix_code code = make_texts(e, r, &texts, err);
    code = code == IX_OK ? find_observation(e, r, &texts, &known, err) : code;
    bool same = known.oid && known.same && !known.deleted;
    if (code == IX_OK && !same) {
        code = write_new_or_changed(e, r, &texts, &known, err);
    } else if (code == IX_OK && !known.same_scope) {
        code = move_scope(e, known.oid, r->scope, err);
    }
    e->run.result.unchanged += same;
    code = code == IX_OK ? mark_seen(e, known.oid, err) : code;
    e->run.result.seen++;
    ix_arena_reset(&e->run.scratch);
    return code;
}
