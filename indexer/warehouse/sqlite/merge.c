/* From what several sources say of one thing to the one row that people see.
 *
 * Observations are taken in the order of whose word counts more (observe.c, rank_of), ties by
 * source and address, so that the outcome does not depend on the order of indexing. The first that
 * knows a value gives it; properties and tags are joined member by member. When nobody says
 * anything of the thing any more, its row stays as it was, marked deleted. */
#include "base/json_writer.h"
#include "indexer/warehouse/sqlite/diff.h"
#include "indexer/warehouse/sqlite/engine.h"

/* Vocabulary columns, in the order of RESOURCE_WRITE. */
static const char *const vocabularies[] = {"type",    "kind",    "category",  "provider",
                                           "service", "account", "region",    "zone",
                                           "stack",   "project", "managed_by"};
enum { VOCABULARIES = sizeof vocabularies / sizeof *vocabularies };

struct state {
    struct ix_json *fields; /* first known value of each */
    struct ix_json *props, *tags;
    struct ix_sv id, address;
    uint32_t any_flags, all_flags;
    size_t count;
    struct ix_sv fields_text, props_text, tags_text; /* canonical */
    struct ix_hash hash;
};

struct merge {
    struct ix_sqlite *e;
    int64_t rid, now_ms;
    bool is_new;
    struct ix_arena arena;
    struct state state;
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

static struct ix_json *parse_column(struct merge *m, sqlite3_stmt *s, int column) {
    struct ix_json *node = NULL;
    struct ix_sv text = ix_sqlite_text(s, column);
    if (text.size && m->err->code == IX_OK) {
        (void)(ix_json_parse(&m->arena, text, &node, m->err) == IX_OK); /* m->err keeps it */
    }
    return node;
}

enum { ADDRESS, NATIVE_ID, FLAGS, FIELDS, PROPS, TAGS };

/* The texts of an only observation are canonical already. */
static void keep_texts(struct merge *m, sqlite3_stmt *s) {
    struct ix_sv props = ix_sqlite_text(s, PROPS);
    m->state.props_text = ix_arena_copy(&m->arena, ix_sv_empty(props) ? IX_SV("{}") : props);
    m->state.tags_text = ix_arena_copy(&m->arena, ix_sqlite_text(s, TAGS));
}

/* The observation before is the only one no longer: its documents are needed as trees. */
static void open_texts(struct merge *m) {
    struct state *state = &m->state;
    (void)(ix_json_parse(&m->arena, state->props_text, &state->props, m->err) == IX_OK &&
           ix_json_parse(&m->arena, state->tags_text, &state->tags, m->err) == IX_OK);
}

static void join_observation(struct merge *m, sqlite3_stmt *s) {
    struct state *state = &m->state;
    uint32_t flags = (uint32_t)sqlite3_column_int64(s, FLAGS);
    if (state->count == 0) {
        state->address = ix_arena_copy(&m->arena, ix_sqlite_text(s, ADDRESS));
        state->all_flags = flags;
        keep_texts(m, s);
    } else if (state->count == 1) {
        open_texts(m);
    }
    if (ix_sv_empty(state->id)) {
        state->id = ix_arena_copy(&m->arena, ix_sqlite_text(s, NATIVE_ID));
    }
    state->any_flags |= flags;
    state->all_flags &= flags;
    join_members(m, state->fields, parse_column(m, s, FIELDS));
    if (state->count++ > 0) {
        join_members(m, state->props, parse_column(m, s, PROPS));
        join_tags(m, parse_column(m, s, TAGS));
    }
}

static enum ix_code read_observations(struct merge *m) {
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_OBSERVATIONS_OF, m->err);
    if (!s) {
        return m->err->code;
    }
    m->state.fields = ix_json_new_object(&m->arena);
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

static struct ix_sv canonical(struct merge *m, struct ix_buf *buf, const struct ix_json *node) {
    ix_buf_clear(buf);
    ix_json_write_canonical(buf, node);
    return ix_arena_copy(&m->arena, ix_buf_sv(buf));
}

static enum ix_code make_texts(struct merge *m) {
    struct state *state = &m->state;
    struct ix_buf buf = {0};
    state->fields_text = canonical(m, &buf, state->fields);
    if (state->count > 1) {
        state->props_text = canonical(m, &buf, state->props);
        state->tags_text = canonical(m, &buf, state->tags);
    }
    ix_buf_clear(&buf);
    ix_buf_printf(&buf, "%u\x1F%.*s\x1F%.*s\x1F", joined_flags(state), IX_SV_FMT(state->id),
                  IX_SV_FMT(state->address));
    ix_buf_add(&buf, state->fields_text);
    ix_buf_add(&buf, state->props_text);
    ix_buf_add(&buf, state->tags_text);
    enum ix_code code = ix_buf_check(&buf, m->err);
    state->hash = ix_hash_of(ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return code == IX_OK ? ix_arena_check(&m->arena, m->err) : code;
}

/* ---- the state before ---- */

struct before {
    struct ix_hash hash;
    bool has_hash, deleted;
    int64_t since, since_run;
    struct ix_json *fields, *props, *tags;
};

static enum ix_code read_before(struct merge *m, struct before *before) {
    bool row = false;
    *before = (struct before){0};
    if (m->is_new) {
        return IX_OK;
    }
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_RESOURCE_STATE, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    enum ix_code code = ix_sqlite_step(m->e, s, &row, m->err);
    if (code == IX_OK && row) {
        struct ix_sv hash = ix_sqlite_text(s, 0);
        before->has_hash = hash.size == sizeof before->hash.bytes;
        if (before->has_hash) {
            memcpy(before->hash.bytes, hash.data, hash.size);
        }
        before->deleted = sqlite3_column_type(s, 1) != SQLITE_NULL;
        before->since = sqlite3_column_int64(s, 2);
        before->since_run = sqlite3_column_int64(s, 3);
        before->fields = parse_column(m, s, 4);
        before->props = parse_column(m, s, 5);
        before->tags = parse_column(m, s, 6);
    }
    sqlite3_reset(s);
    return m->err->code;
}

/* ---- the change log ---- */

static void bind_json(sqlite3_stmt *s, int at, const struct ix_json *node) {
    struct ix_buf buf = {0};
    if (node) {
        ix_json_write(&buf, node);
        sqlite3_bind_text64(s, at, buf.data, buf.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    ix_buf_done(&buf);
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
        bind_json(s, 6, old_value);
        bind_json(s, 7, new_value);
        (void)(ix_sqlite_run_statement(m->e, s, m->err) == IX_OK); /* m->err keeps it */
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

/* Takes the words of our own fields as JSON, as RESOURCE_STATE gives the old ones. */
static struct ix_json *fields_now(struct merge *m) {
    const struct state *state = &m->state;
    struct ix_json *fields = ix_json_clone(&m->arena, state->fields);
    ix_json_set(&m->arena, fields, IX_SV("flags"),
                ix_json_new_int64(&m->arena, joined_flags(state)));
    if (!ix_sv_empty(state->id)) {
        ix_json_set_string(&m->arena, fields, "id", state->id);
    }
    ix_json_set_string(&m->arena, fields, "address", state->address);
    static const char *const tristates[] = {"encrypted", "public"};
    for (size_t i = 0; i < 2; i++) {
        if (!ix_json_get(fields, tristates[i])) {
            ix_json_set(&m->arena, fields, ix_sv_cstr(tristates[i]),
                        ix_json_new_int64(&m->arena, IX_UNKNOWN));
        }
    }
    return fields;
}

static size_t log_differences(struct merge *m, const struct before *before) {
    struct logging logging = {.m = m};
    if (m->state.count == 1) {
        open_texts(m);
    }
    struct ix_sv type = ix_json_get_string(m->state.fields, "type");
    ix_diff_visit(type, false, before->fields, fields_now(m), log_difference, &logging);
    ix_diff_visit(type, false, before->tags, m->state.tags, log_difference, &logging);
    ix_diff_visit(type, true, before->props, m->state.props, log_difference, &logging);
    return logging.count;
}

static enum ix_code keep_version(struct merge *m, const struct before *before) {
    struct ix_json *state = ix_json_clone(&m->arena, before->fields);
    if (before->props) {
        ix_json_set(&m->arena, state, IX_SV("properties"), before->props);
    }
    if (before->tags) {
        ix_json_set(&m->arena, state, IX_SV("tags"), before->tags);
    }
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_VERSION_ADD, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    sqlite3_bind_int64(s, 2, before->since);
    sqlite3_bind_int64(s, 3, m->now_ms);
    sqlite3_bind_int64(s, 4, before->since_run);
    sqlite3_bind_int64(s, 5, m->e->run.run);
    bind_json(s, 6, state);
    return ix_sqlite_run_statement(m->e, s, m->err);
}

/* ---- writing ---- */

static int64_t number_field(const struct merge *m, const char *name, int64_t otherwise) {
    int64_t number = otherwise;
    (void)ix_json_int64(ix_json_get(m->state.fields, name), &number);
    return number;
}

static enum ix_code write_resource(struct merge *m) {
    const struct state *state = &m->state;
    int64_t words[VOCABULARIES];
    for (size_t i = 0; i < VOCABULARIES; i++) {
        enum ix_code code =
            ix_sqlite_word(m->e, vocabularies[i],
                           ix_json_get_string(state->fields, vocabularies[i]), &words[i], m->err);
        if (code != IX_OK) {
            return code;
        }
    }
    sqlite3_stmt *s = ix_sqlite_statement(m->e, IX_STATEMENT_RESOURCE_WRITE, m->err);
    if (!s) {
        return m->err->code;
    }
    sqlite3_bind_int64(s, 1, m->rid);
    for (size_t i = 0; i < VOCABULARIES; i++) {
        ix_sqlite_bind_id(s, (int)i + 2, words[i]);
    }
    ix_sqlite_bind_optional(s, 13, ix_json_get_string(state->fields, "name"));
    ix_sqlite_bind_optional(s, 14, state->id);
    ix_sqlite_bind_optional(s, 15, state->address);
    sqlite3_bind_int64(s, 16, joined_flags(state));
    sqlite3_bind_int64(s, 17, number_field(m, "encrypted", IX_UNKNOWN));
    sqlite3_bind_int64(s, 18, number_field(m, "public", IX_UNKNOWN));
    ix_sqlite_bind_time(s, 19, number_field(m, "created", IX_TIME_UNKNOWN));
    ix_sqlite_bind_time(s, 20, number_field(m, "modified", IX_TIME_UNKNOWN));
    ix_sqlite_bind_text(s, 21, state->props_text);
    ix_sqlite_bind_text(s, 22, state->tags_text);
    sqlite3_bind_blob(s, 23, state->hash.bytes, sizeof state->hash.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(s, 24, m->now_ms);
    return ix_sqlite_run_statement(m->e, s, m->err);
}

static enum ix_code begin_state(struct merge *m) {
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
    return IX_OK;
}

static enum ix_code change(struct merge *m, const struct before *before) {
    size_t differences = log_differences(m, before);
    if (before->deleted) {
        log_change(m, "returned", (struct ix_sv){0}, NULL, NULL);
    }
    bool visible = differences > 0 || before->deleted;
    m->e->run.result.changed += visible;
    if (m->err->code == IX_OK && visible && keep_version(m, before) == IX_OK) {
        (void)(begin_state(m) == IX_OK); /* m->err keeps it */
    }
    return m->err->code;
}

static enum ix_code merge_one(struct merge *m) {
    struct before before;
    if (read_observations(m) != IX_OK) {
        return m->err->code;
    }
    if (m->state.count == 0) {
        return m->is_new ? forget(m) : retire(m);
    }
    if (make_texts(m) != IX_OK || read_before(m, &before) != IX_OK) {
        return m->err->code;
    }
    bool same = before.has_hash && ix_hash_eq(before.hash, m->state.hash) && !before.deleted;
    if (!before.has_hash) {
        m->e->run.result.added++;
        log_change(m, "added", (struct ix_sv){0}, NULL, NULL);
    } else if (!same) {
        change(m, &before);
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
