/* One order of columns, for binding, reading, hashing and showing. */
#include "indexer/warehouse/sqlite/facts.h"

static const char *const word_names[] = {
#define ROW(name) #name,
    IX_FACT_WORDS(ROW)
#undef ROW
};

const char *ix_fact_word_name(enum ix_fact_word word) {
    return word_names[word];
}

struct ix_facts ix_facts_of(const struct ix_resource *r) {
    return (struct ix_facts){
        .words =
            {
#define ROW(name) [IX_FACT_##name] = r->name,
                IX_FACT_WORDS(ROW)
#undef ROW
            },
        .name = r->name,
        .id = r->native_id,
        .flags = r->flags,
        .encrypted = r->encrypted,
        .public_ = r->public_,
        .created_ms = r->created_ms,
        .modified_ms = r->modified_ms,
    };
}

enum ix_code ix_facts_bind(struct ix_sqlite *e, sqlite3_stmt *s, int at,
                           const struct ix_facts *facts, struct ix_err *err) {
    for (int i = 0; i < IX_FACT_WORD_COUNT; i++) {
        int64_t wid = 0;
        enum ix_code code = ix_sqlite_word(e, word_names[i], facts->words[i], &wid, err);
        if (code != IX_OK) {
            return code;
        }
        ix_sqlite_bind_id(s, at++, wid);
    }
    ix_sqlite_bind_optional(s, at++, facts->name);
    ix_sqlite_bind_optional(s, at++, facts->id);
    sqlite3_bind_int64(s, at++, facts->flags);
    sqlite3_bind_int64(s, at++, facts->encrypted);
    sqlite3_bind_int64(s, at++, facts->public_);
    ix_sqlite_bind_time(s, at++, facts->created_ms);
    ix_sqlite_bind_time(s, at++, facts->modified_ms);
    return IX_OK;
}

static int64_t time_at(sqlite3_stmt *s, int column) {
    return sqlite3_column_type(s, column) == SQLITE_NULL ? IX_TIME_UNKNOWN
                                                         : sqlite3_column_int64(s, column);
}

struct ix_facts ix_facts_read(sqlite3_stmt *s, int column, struct ix_arena *arena) {
    struct ix_facts facts = {0};
    for (int i = 0; i < IX_FACT_WORD_COUNT; i++) {
        facts.words[i] = ix_arena_copy(arena, ix_sqlite_text(s, column++));
    }
    facts.name = ix_arena_copy(arena, ix_sqlite_text(s, column++));
    facts.id = ix_arena_copy(arena, ix_sqlite_text(s, column++));
    facts.flags = (uint32_t)sqlite3_column_int64(s, column++);
    facts.encrypted = (enum ix_tristate)sqlite3_column_int(s, column++);
    facts.public_ = (enum ix_tristate)sqlite3_column_int(s, column++);
    facts.created_ms = time_at(s, column++);
    facts.modified_ms = time_at(s, column);
    return facts;
}

static void join_text(struct ix_sv *mine, struct ix_sv other) {
    *mine = ix_sv_empty(*mine) ? other : *mine;
}

void ix_facts_join(struct ix_facts *facts, const struct ix_facts *other) {
    for (int i = 0; i < IX_FACT_WORD_COUNT; i++) {
        join_text(&facts->words[i], other->words[i]);
    }
    join_text(&facts->name, other->name);
    join_text(&facts->id, other->id);
    facts->encrypted = facts->encrypted == IX_UNKNOWN ? other->encrypted : facts->encrypted;
    facts->public_ = facts->public_ == IX_UNKNOWN ? other->public_ : facts->public_;
    facts->created_ms =
        facts->created_ms == IX_TIME_UNKNOWN ? other->created_ms : facts->created_ms;
    facts->modified_ms =
        facts->modified_ms == IX_TIME_UNKNOWN ? other->modified_ms : facts->modified_ms;
}

static void write_size(struct ix_buf *buf, uint64_t size) {
    char text[2 + sizeof size * 2];
    size_t at = sizeof text;
    text[--at] = '\x1F';
    do {
        text[--at] = "0123456789abcdef"[size & 15];
        size >>= 4;
    } while (size > 0);
    ix_buf_add(buf, ix_sv_of(text + at, sizeof text - at));
}

void ix_facts_write_part(struct ix_buf *buf, struct ix_sv part) {
    write_size(buf, part.size);
    ix_buf_add(buf, part);
}

void ix_facts_write(struct ix_buf *buf, const struct ix_facts *facts) {
    for (int i = 0; i < IX_FACT_WORD_COUNT; i++) {
        ix_facts_write_part(buf, facts->words[i]);
    }
    ix_facts_write_part(buf, facts->name);
    ix_facts_write_part(buf, facts->id);
    write_size(buf, facts->flags);
    write_size(buf, facts->encrypted);
    write_size(buf, facts->public_);
    write_size(buf, (uint64_t)facts->created_ms);
    write_size(buf, (uint64_t)facts->modified_ms);
}

/* ---- for people ---- */

static void set_number(struct ix_arena *arena, struct ix_json *object, const char *name,
                       int64_t number) {
    ix_json_set(arena, object, ix_sv_cstr(name), ix_json_new_int64(arena, number));
}

static void set_text(struct ix_arena *arena, struct ix_json *object, const char *name,
                     struct ix_sv text) {
    if (!ix_sv_empty(text)) {
        ix_json_set_string(arena, object, name, text);
    }
}

struct ix_json *ix_facts_json(struct ix_arena *arena, const struct ix_facts *facts) {
    struct ix_json *object = ix_json_new_object(arena);
    for (int i = 0; i < IX_FACT_WORD_COUNT; i++) {
        set_text(arena, object, word_names[i], facts->words[i]);
    }
    set_text(arena, object, "name", facts->name);
    set_text(arena, object, "id", facts->id);
    set_number(arena, object, "flags", facts->flags);
    set_number(arena, object, "encrypted", facts->encrypted);
    set_number(arena, object, "public", facts->public_);
    if (facts->created_ms != IX_TIME_UNKNOWN) {
        set_number(arena, object, "created", facts->created_ms);
    }
    if (facts->modified_ms != IX_TIME_UNKNOWN) {
        set_number(arena, object, "modified", facts->modified_ms);
    }
    return object;
}
