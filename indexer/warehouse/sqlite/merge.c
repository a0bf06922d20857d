/* From what several sources say of one thing to the one row that people see.
 *
 * Observations are taken in the order of whose word counts more (observe.c, rank_of), ties by
 * source and address, so that the outcome does not depend on the order of indexing. The first that
 * knows a value gives it; properties and tags are joined member by member. When nobody says
 * anything of the thing any more, its row stays as it was, marked deleted. */
#include "indexer/warehouse/sqlite/diff.h"
#include "indexer/warehouse/sqlite/facts.h"

struct state {
    struct ix_facts facts; /* first known value of each */
    struct ix_sv address;
    uint32_t any_flags, all_flags;
    size_t count;
    struct ix_json *props, *tags;       /* NULL until they are needed as trees */
    struct ix_sv props_text, tags_text; /* canonical */
    int64_t did;                        /* of the only observation, or 0 */
    int64_t native_type;                /* of all observations, or 0 */
    struct ix_hash hash;
};

struct before {
    struct ix_facts facts;
    struct ix_hash hash;
    bool known, deleted;
    int64_t since, since_run, did;
    struct ix_sv address, props_text, tags_text;
};

struct merge {
    struct ix_sqlite *e;
    int64_t rid, now_ms;
    bool is_new;
    struct ix_arena arena;
    struct state state;
    struct before before;
    struct ix_err *err;
};

/* ---- joining ---- */

static void join_members(struct merge *m, struct ix_json *into, const struct ix_json *from) {
    for (const struct ix_json *n = ix_json_first(from); n; n = ix_json_next(n)) {
        if (!ix_json_get_sv(into, ix_json_key(n))) {
            ix_json_set(&m->arena, into, ix_json_key(n), ix_json_clone(&m->arena, n));
        }
    }
}

static void join_tags(struct merge *m, const struct ix_json *tags) {
    for (const struct ix_json *c = ix_json_first(tags); c; c = ix_json_next(c)) {
        struct ix_json *mine = ix_json_get_sv(m->state.tags, ix_json_key(c));
        if (mine) {
            join_members(m, mine, c);
        } else {
            ix_json_set(&m->arena, m->state.tags, ix_json_key(c), ix_json_clone(&m->arena, c));
        }
    }
}

static struct ix_json *parse(struct merge *m, struct ix_sv text) {
    struct ix_json *node = NULL;
    if (text.size && m->err->code == IX_OK) {
        (void)(ix_json_parse(&m->arena, text, &node, m->err) == IX_OK); /* m->err keeps it */
    }
    return node;
}

/* The documents as trees. */
static void open_texts(struct merge *m) {
    struct state *state = &m->state;
    if (!state->props) {
        state->props = parse(m, state->props_text);
        state->tags = parse(m, state->tags_text);
    }
}

/* Columns of OBSERVATIONS_OF and RESOURCE_STATE. */
enum { O_ADDRESS, O_NATIVE_TYPE, O_DOCUMENT, O_PROPS, O_TAGS, O_FACTS };
enum { R_HASH, R_DELETED, R_SINCE, R_SINCE_RUN, R_ADDRESS, R_DOCUMENT, R_PROPS, R_TAGS, R_FACTS };

static void begin_state(struct merge *m, sqlite3_stmt *s, const struct ix_facts *facts) {
    m->state = (struct state){
        .facts = *facts,
        .address = ix_arena_copy(&m->arena, ix_sqlite_text(s, O_ADDRESS)),
        .any_flags = facts->flags,
        .all_flags = facts->flags,
        .props_text = ix_arena_copy(&m->arena, ix_sqlite_text(s, O_PROPS)),
        .tags_text = ix_arena_copy(&m->arena, ix_sqlite_text(s, O_TAGS)),
        .did = sqlite3_column_int64(s, O_DOCUMENT),
        .native_type = sqlite3_column_int64(s, O_NATIVE_TYPE),
        .count = 1,
    };
}

static void join_observation(struct merge *m, sqlite3_stmt *s) {
    struct state *state = &m->state;
    const struct ix_facts facts = ix_facts_read(s, O_FACTS, &m->arena);
    if (state->count == 0) {
        begin_state(m, s, &facts);
        return;
    }
    open_texts(m);
    ix_facts_join(&state->facts, &facts);
    state->any_flags |= facts.flags;
    state->all_flags &= facts.flags;
    join_members(m, state->props, parse(m, ix_sqlite_text(s, O_PROPS)));
    join_tags(m, parse(m, ix_sqlite_text(s, O_TAGS)));
    bool same_type = state->native_type == sqlite3_column_int64(s, O_NATIVE_TYPE);
    state->native_type = same_type ? state->native_type : 0;
    state->did = 0;
    state->count++;
}

static enum ix_code read_observations(struct merge *m) {
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_OBSERVATIONS_OF, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    bool row = true;
    while (m->err->code == IX_OK && row) {
        if (ix_sqlite_step(m->e, s, &row, m->err) == IX_OK && row) {
            join_observation(m, s);
        }
    }
    sqlite3_reset(s);
    return m->err->code == IX_OK ? ix_arena_check(&m->arena, m->err) : m->err->code;
}

/* External and planned only when everybody says so; of the rest, anybody. */
static uint32_t joined_flags(const struct state *state) {
    const uint32_t unanimous = IX_FLAG_EXTERNAL | IX_FLAG_PLANNED;
    return (state->any_flags & ~unanimous) | (state->all_flags & unanimous);
}

static struct ix_sv canonical(struct merge *m, const struct ix_json *node) {
    struct ix_buf *buf = &m->e->run.text;
    ix_buf_clear(buf);
    ix_json_write_canonical(buf, node);
    (void)(ix_buf_check(buf, m->err) == IX_OK); /* m->err keeps it */
    return ix_arena_copy(&m->arena, ix_buf_sv(buf));
}

enum ix_code ix_sqlite_state_hash(struct ix_sqlite *e, const struct ix_facts *facts,
                                  struct ix_sv address, struct ix_sv props, struct ix_sv tags,
                                  struct ix_hash *ret_hash, struct ix_err *err) {
    struct ix_buf *buf = &e->run.text;
    ix_buf_clear(buf);
    ix_facts_write(buf, facts);
    ix_facts_write_part(buf, address);
    ix_facts_write_part(buf, props);
    ix_facts_write_part(buf, tags);
    *ret_hash = ix_hash_of(ix_buf_sv(buf));
    return ix_buf_check(buf, err);
}

static enum ix_code finish_state(struct merge *m) {
    struct state *state = &m->state;
    state->facts.flags = joined_flags(state);
    if (state->count > 1) {
        state->props_text = canonical(m, state->props);
        state->tags_text = canonical(m, state->tags);
    }
    if (m->err->code != IX_OK || ix_arena_check(&m->arena, m->err) != IX_OK) {
        return m->err->code;
    }
    return ix_sqlite_state_hash(m->e, &state->facts, state->address, state->props_text,
                                state->tags_text, &state->hash, m->err);
}

/* ---- the state before ---- */

static enum ix_code read_before(struct merge *m) {
    struct before *before = &m->before;
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_RESOURCE_STATE, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    enum ix_code code = ix_sqlite_step(m->e, s, &row, m->err);
    if (code == IX_OK && row) {
        struct ix_sv hash = ix_sqlite_text(s, R_HASH);
        memcpy(before->hash.bytes, hash.data, hash.size < 16 ? hash.size : 16);
        before->known = !m->is_new;
        before->deleted = sqlite3_column_type(s, R_DELETED) != SQLITE_NULL;
        before->since = sqlite3_column_int64(s, R_SINCE);
        before->since_run = sqlite3_column_int64(s, R_SINCE_RUN);
        before->address = ix_arena_copy(&m->arena, ix_sqlite_text(s, R_ADDRESS));
        before->did = sqlite3_column_int64(s, R_DOCUMENT);
        before->props_text = ix_arena_copy(&m->arena, ix_sqlite_text(s, R_PROPS));
        before->tags_text = ix_arena_copy(&m->arena, ix_sqlite_text(s, R_TAGS));
        before->facts = ix_facts_read(s, R_FACTS, &m->arena);
    }
    sqlite3_reset(s);
    return code == IX_OK && !row ? ix_err_set(m->err, IX_CORRUPT,
                                              "a resource has lost its document; restore a backup, "
                                              "or index again")
                                 : code;
}

/* ---- the change log ---- */

/* A text that could not be made must not be taken for one that is not there. */
static void bind_json(struct merge *m, sqlite3_stmt *s, int at, const struct ix_json *node) {
    struct ix_buf buf = {0};
    if (!node || m->err->code != IX_OK) {
        return;
    }
    ix_json_write(&buf, node);
    if (ix_buf_check(&buf, m->err) == IX_OK &&
        sqlite3_bind_text64(s, at, buf.data, buf.size, SQLITE_TRANSIENT, SQLITE_UTF8) !=
            SQLITE_OK) {
        ix_err_nomem(m->err);
    }
    ix_buf_done(&buf);
}

/* Nodes that were to be bound may be missing because memory is. */
static void run_bound(struct merge *m, sqlite3_stmt *s) {
    if (m->err->code == IX_OK && ix_arena_check(&m->arena, m->err) == IX_OK) {
        (void)(ix_sqlite_run_statement(m->e, s, m->err) == IX_OK); /* m->err keeps it */
    }
}

static void log_change(struct merge *m, const char *op, struct ix_sv path,
                       const struct ix_json *old_value, const struct ix_json *new_value) {
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_CHANGE_ADD, m->err);
    if (s) {
        sqlite3_bind_int64(s, 1, m->now_ms);
        sqlite3_bind_int64(s, 2, m->e->run.run);
        sqlite3_bind_int64(s, 3, m->rid);
        ix_sqlite_bind_text(s, 4, ix_sv_cstr(op));
        ix_sqlite_bind_optional(s, 5, path);
        bind_json(m, s, 6, old_value);
        bind_json(m, s, 7, new_value);
        run_bound(m, s);
    }
}

struct logging {
    struct merge *m;
    size_t count;
};

static bool log_difference(void *context, struct ix_sv path, const struct ix_json *old_value,
                           const struct ix_json *new_value) {
    struct logging *logging = context;
    bool null_before = ix_json_kind(old_value) <= IX_JSON_NULL;
    bool null_after = ix_json_kind(new_value) <= IX_JSON_NULL;
    if (!null_before || !null_after) {
        logging->count++;
        log_change(logging->m, "changed", path, old_value, new_value);
    }
    return logging->m->err->code == IX_OK;
}

static struct ix_json *facts_json(struct merge *m, const struct ix_facts *facts,
                                  struct ix_sv address) {
    struct ix_json *object = ix_facts_json(&m->arena, facts);
    ix_json_set_string(&m->arena, object, "address", address);
    return object;
}

static size_t log_differences(struct merge *m) {
    struct logging logging = {.m = m};
    struct before *before = &m->before;
    struct state *state = &m->state;
    struct ix_sv type = state->facts.words[IX_FACT_type];
    open_texts(m);
    ix_diff_visit(type, false, facts_json(m, &before->facts, before->address),
                  facts_json(m, &state->facts, state->address), log_difference, &logging);
    ix_diff_visit(type, false, parse(m, before->tags_text), state->tags, log_difference, &logging);
    ix_diff_visit(type, true, parse(m, before->props_text), state->props, log_difference, &logging);
    return logging.count;
}

static enum ix_code keep_version(struct merge *m) {
    const struct before *before = &m->before;
    struct ix_json *state = facts_json(m, &before->facts, before->address);
    ix_json_set(&m->arena, state, IX_SV("properties"), parse(m, before->props_text));
    ix_json_set(&m->arena, state, IX_SV("tags"), parse(m, before->tags_text));
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_VERSION_ADD, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    sqlite3_bind_int64(s, 2, before->since);
    sqlite3_bind_int64(s, 3, m->now_ms);
    sqlite3_bind_int64(s, 4, before->since_run);
    sqlite3_bind_int64(s, 5, m->e->run.run);
    bind_json(m, s, 6, state);
    run_bound(m, s);
    return m->err->code;
}

/* ---- writing ---- */

/* Documents that are joined are kept with the resource, unless they are as they were. */
static enum ix_code choose_document(struct merge *m) {
    struct state *state = &m->state;
    const struct before *before = &m->before;
    bool same = ix_sv_eq(before->props_text, state->props_text) &&
                ix_sv_eq(before->tags_text, state->tags_text);
    if (state->did || same) {
        state->did = state->did ? state->did : before->did;
        return IX_OK;
    }
    return ix_sqlite_add_document(m->e, state->props_text, state->tags_text, &state->did, m->err);
}

static enum ix_code write_resource(struct merge *m) {
    const struct state *state = &m->state;
    if (choose_document(m) != IX_OK) {
        return m->err->code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_RESOURCE_WRITE, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    ix_sqlite_bind_text(s, 2, state->address);
    sqlite3_bind_int64(s, 3, state->did);
    sqlite3_bind_blob(s, 4, state->hash.bytes, sizeof state->hash.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(s, 5, m->now_ms);
    ix_sqlite_bind_id(s, 6, state->native_type);
    enum ix_code code = ix_facts_bind(m->e, s, 7, &state->facts, m->err);
    code = code == IX_OK ? ix_sqlite_run_statement(m->e, s, m->err) : code;
    bool replaced = code == IX_OK && state->did != m->before.did;
    return replaced ? ix_sqlite_drop_document(m->e, IX_STATEMENT_DOCUMENT_DROP_MERGED,
                                              m->before.did, m->rid, m->err)
                    : code;
}

static enum ix_code begin_again(struct merge *m) {
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_RESOURCE_SINCE, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    sqlite3_bind_int64(s, 2, m->now_ms);
    sqlite3_bind_int64(s, 3, m->e->run.run);
    return ix_sqlite_run_statement(m->e, s, m->err);
}

/* ---- outcomes ---- */

static enum ix_code retire(struct merge *m) {
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_RESOURCE_RETIRE, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    sqlite3_bind_int64(s, 2, m->now_ms);
    enum ix_code code = ix_sqlite_run_statement(m->e, s, m->err);
    if (code == IX_OK && sqlite3_changes(m->e->db) > 0) {
        m->e->run.result.retired++;
        log_change(m, "retired", (struct ix_sv){0}, NULL, NULL);
    }
    return m->err->code;
}

/* Begun in this run, and then its only address turned out to be something else: it never was. */
static enum ix_code forget(struct merge *m) {
    static const enum ix_statement statements[] = {IX_STATEMENT_RESOURCE_FORGET,
                                                   IX_STATEMENT_TOUCHED_FORGET};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        sqlite3_stmt *s = ix_sqlite_statement(m->e, statements[i], m->err);
        if (!s) {
            return m->err->code;
        }
        sqlite3_bind_int64(s, 1, m->rid);
        if (ix_sqlite_run_statement(m->e, s, m->err) != IX_OK) {
            return m->err->code;
        }
    }
    return ix_sqlite_drop_document(m->e, IX_STATEMENT_DOCUMENT_DROP_MERGED, m->before.did, m->rid,
                                   m->err);
}

static enum ix_code change(struct merge *m) {
    size_t differences = log_differences(m);
    if (m->before.deleted) {
        log_change(m, "returned", (struct ix_sv){0}, NULL, NULL);
    }
    bool visible = differences > 0 || m->before.deleted;
    m->e->run.result.changed += visible;
    if (m->err->code == IX_OK && visible && keep_version(m) == IX_OK) {
        (void)(begin_again(m) == IX_OK); /* m->err keeps it */
    }
    return m->err->code;
}

static enum ix_code merge_one(struct merge *m) {
    if (read_before(m) != IX_OK || read_observations(m) != IX_OK) {
        return m->err->code;
    }
    if (m->state.count == 0) {
        return m->is_new ? forget(m) : retire(m);
    }
    if (finish_state(m) != IX_OK) {
        return m->err->code;
    }
    bool same = ix_hash_eq(m->before.hash, m->state.hash) && !m->before.deleted;
    if (m->before.known && !same && change(m) == IX_OK) { /* differences need all nodes too */
        (void)(ix_arena_check(&m->arena, m->err) == IX_OK);
    }
    return m->err->code == IX_OK ? write_resource(m) : m->err->code;
}

enum ix_code ix_sqlite_merge(struct ix_sqlite *e, int64_t rid, bool is_new, int64_t now_ms,
                             struct ix_err *err) {
    struct merge m = {.e = e, .rid = rid, .now_ms = now_ms, .is_new = is_new, .err = err};
    ix_arena_init(&m.arena, 0);
    enum ix_code code = merge_one(&m);
    ix_arena_done(&m.arena);
    return code;
}
