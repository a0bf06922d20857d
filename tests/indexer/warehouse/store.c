#include "store.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

enum { ROWS_SIZE = 1 << 16 };
static char rows_text[ROWS_SIZE];

void store_open(struct store *s) {
    *s = (struct store){.now = 1700000000000};
    snprintf(s->folder, sizeof s->folder, "/tmp/infradex-test-XXXXXX");
    cr_assert_not_null(mkdtemp(s->folder));
    store_reopen(s, IX_OPEN_WRITE);
}

void store_reopen(struct store *s, enum ix_open_mode mode) {
    const struct ix_open_options options = {.mode = mode};
    struct ix_err err = {0};
    ix_warehouse_close(s->w);
    s->w = NULL;
    enum ix_code code = ix_warehouse_open(s->folder, &options, &s->w, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
}

void store_done(struct store *s) {
    static const char *const files[] = {"infradex.db", "infradex.db-wal", "infradex.db-shm",
                                        "infradex.lock", "copy.db"};
    char path[128];
    ix_warehouse_close(s->w);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", s->folder, files[i]);
        remove(path);
    }
    cr_assert_eq(remove(s->folder), 0);
}

/* ---- one run ---- */

void store_begin(struct store *s, const char *source, const char *kind) {
    struct ix_err err = {0};
    s->now += 1000;
    s->source = source;
    s->kind = kind;
    const struct ix_run_info info = {ix_sv_cstr(source), ix_sv_cstr(kind), IX_SV("here"), s->now};
    enum ix_code code = ix_warehouse_run_begin(s->w, &info, &s->sink, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
}

void store_put(struct store *s, const char *address, const char *uid, const char *properties) {
    const struct ix_resource more = {.address = ix_sv_cstr(address), .uid = ix_sv_cstr(uid)};
    store_put_more(s, more, properties);
}

void store_put_more(struct store *s, struct ix_resource r, const char *properties) {
    struct ix_arena arena;
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    ix_arena_init(&arena, 0);
    cr_assert_eq(ix_json_parse(&arena, ix_sv_cstr(properties), &node, &err), IX_OK, "%s", err.text);
    r.source = ix_sv_cstr(s->source);
    r.source_kind = ix_sv_cstr(s->kind);
    r.native_type = ix_sv_empty(r.native_type) ? IX_SV("aws_vpc") : r.native_type;
    r.type = ix_sv_empty(r.type) ? IX_SV("aws.ec2.vpc") : r.type;
    r.name = ix_sv_empty(r.name) ? r.address : r.name;
    r.created_ms = r.created_ms ? r.created_ms : IX_TIME_UNKNOWN;
    r.modified_ms = r.modified_ms ? r.modified_ms : IX_TIME_UNKNOWN;
    r.properties = node;
    cr_assert_eq(ix_sink_resource(s->sink, &r, &err), IX_OK, "%s", err.text);
    ix_arena_done(&arena);
}

void store_relate(struct store *s, const char *from, const char *to) {
    struct ix_err err = {0};
    struct ix_relation r = {
        .source = ix_sv_cstr(s->source),
        .from_address = ix_sv_cstr(from),
        .type = IX_SV("depends_on"),
    };
    if (to[0] == '#') {
        r.to_id = ix_sv_cstr(to + 1);
    } else {
        r.to_address = ix_sv_cstr(to);
    }
    cr_assert_eq(ix_sink_relation(s->sink, &r, &err), IX_OK, "%s", err.text);
}

void store_scope(struct store *s, const char *name, enum ix_scope_outcome outcome) {
    struct ix_err err = {0};
    const struct ix_scope scope = {
        .source = ix_sv_cstr(s->source), .name = ix_sv_cstr(name), .outcome = outcome};
    cr_assert_eq(ix_sink_scope(s->sink, &scope, &err), IX_OK, "%s", err.text);
}

void store_publish_as_is(struct store *s) {
    struct ix_err err = {0};
    enum ix_code code = ix_warehouse_run_publish(s->w, s->now + 500, &s->result, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
}

void store_publish(struct store *s) {
    store_scope(s, "", IX_SCOPE_WHOLE);
    store_publish_as_is(s);
}

void store_discard(struct store *s) {
    const struct ix_err why = {.code = IX_IO, .text = "the disk went away"};
    struct ix_err err = {0};
    enum ix_code code = ix_warehouse_run_discard(s->w, s->now + 500, &why, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
}

/* ---- looking ---- */

struct ix_hash store_hash(struct store *s) {
    struct ix_hash hash = {0};
    struct ix_err err = {0};
    cr_assert_eq(ix_warehouse_content_hash(s->w, &hash, &err), IX_OK, "%s", err.text);
    return hash;
}

int64_t store_generation(struct store *s) {
    int64_t generation = -1;
    struct ix_err err = {0};
    cr_assert_eq(ix_warehouse_generation(s->w, &generation, &err), IX_OK, "%s", err.text);
    return generation;
}

static void add_value(const char *text, size_t size, bool last) {
    size_t used = strlen(rows_text);
    cr_assert_lt(used + size + 2, ROWS_SIZE);
    memcpy(rows_text + used, text, size);
    rows_text[used + size] = last ? '\n' : '|';
    rows_text[used + size + 1] = '\0';
}

static sqlite3 *open_raw(struct store *s) {
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/infradex.db", s->folder);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

const char *store_rows(struct store *s, const char *sql) {
    sqlite3 *db = open_raw(s);
    sqlite3_stmt *row = NULL;
    rows_text[0] = '\0';
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    while (sqlite3_step(row) == SQLITE_ROW) {
        int count = sqlite3_column_count(row);
        for (int i = 0; i < count; i++) {
            const char *text = (const char *)sqlite3_column_text(row, i);
            add_value(text ? text : "-", text ? strlen(text) : 1, i + 1 == count);
        }
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
    return rows_text;
}

int64_t store_number(struct store *s, const char *sql) {
    return atoll(store_rows(s, sql));
}

void store_raw(struct store *s, const char *sql) {
    sqlite3 *db = open_raw(s);
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    cr_assert_eq(result, SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

const char *store_list(struct store *s, enum ix_listing listing, const char *word) {
    struct ix_cursor *cursor = NULL;
    struct ix_err err = {0};
    bool row = false;
    rows_text[0] = '\0';
    enum ix_code code = ix_warehouse_list(s->w, listing, ix_sv_cstr(word), 0, &cursor, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
    while (ix_cursor_next(cursor, &row, &err) == IX_OK && row) {
        size_t count = ix_cursor_column_count(cursor);
        for (size_t i = 0; i < count; i++) {
            struct ix_value v = ix_cursor_value(cursor, i);
            char number[32];
            snprintf(number, sizeof number, "%lld", (long long)v.integer);
            struct ix_sv text = v.kind == IX_VALUE_TEXT  ? v.text
                                : v.kind == IX_VALUE_INT ? ix_sv_cstr(number)
                                                         : IX_SV("-");
            add_value(text.data ? text.data : "", text.size, i + 1 == count);
        }
    }
    cr_assert_eq(err.code, IX_OK, "%s", err.text);
    ix_cursor_close(cursor);
    return rows_text;
}

static void collect_broken(void *context, const struct ix_finding *finding) {
    (void)context;
    if (finding->level == IX_FINDING_BROKEN) {
        add_value(finding->check, strlen(finding->check), false);
    }
}

const char *store_broken(struct store *s) {
    struct ix_err err = {0};
    rows_text[0] = '\0';
    enum ix_code code = ix_warehouse_check(s->w, s->now, collect_broken, NULL, &err);
    cr_assert_eq(code, IX_OK, "%s", err.text);
    return rows_text;
}
