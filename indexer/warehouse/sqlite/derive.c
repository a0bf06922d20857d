/* Everything that can be made again from one resource's row: its entries in the two text indexes,
 * its tags, its numbers, the ids that it refers to. Taking out uses the same walk as putting in, so
 * the two cannot disagree; it must happen before the row changes. */
#include "indexer/model/property.h"
#include "indexer/warehouse/sqlite/engine.h"

struct derivation {
    struct ix_sqlite *e;
    int64_t rid;
    bool add;
    struct ix_sv own_uid, own_id;
    struct ix_sv name, ids, type, facts; /* as in the view search_text */
    struct ix_err *err;
};

static sqlite3_stmt *statement(struct derivation *d, enum ix_statement add,
                               enum ix_statement remove) {
    return d->err->code == IX_OK ? ix_sqlite_statement(d->e, d->add ? add : remove, d->err) : NULL;
}

static void run(struct derivation *d, sqlite3_stmt *s) {
    if (s) {
        (void)(ix_sqlite_run_statement(d->e, s, d->err) == IX_OK); /* d->err keeps it */
    }
}

/* ---- text ---- */

/* Given as values, not selected from the view: a statement that selects what it inserts opens a
 * savepoint, and at each savepoint FTS5 writes what it has gathered as a segment of its own. */
static void derive_text(struct derivation *d, struct ix_arena *arena, const struct ix_json *props,
                        const struct ix_json *tags) {
    struct ix_buf tag_words = {0};
    struct ix_buf body = {0};
    ix_sqlite_json_words(&tag_words, arena, tags);
    ix_buf_add(&body, d->facts);
    ix_sqlite_json_words(&body, arena, props);
    sqlite3_stmt *s = statement(d, IX_STATEMENT_SEARCH_ADD, IX_STATEMENT_SEARCH_REMOVE);
    if (s && ix_buf_check(&tag_words, d->err) == IX_OK && ix_buf_check(&body, d->err) == IX_OK) {
        sqlite3_bind_int64(s, 1, d->rid);
        ix_sqlite_bind_text(s, 2, d->name);
        ix_sqlite_bind_text(s, 3, d->ids);
        ix_sqlite_bind_text(s, 4, d->type);
        ix_sqlite_bind_text(s, 5, ix_buf_sv(&tag_words));
        ix_sqlite_bind_text(s, 6, ix_buf_sv(&body));
        run(d, s);
    }
    ix_buf_done(&tag_words);
    ix_buf_done(&body);
}

static void derive_terms(struct derivation *d, const struct ix_json *props) {
    struct ix_buf terms = {0};
    ix_property_terms(&terms, props);
    sqlite3_stmt *s = statement(d, IX_STATEMENT_PROP_ADD, IX_STATEMENT_PROP_REMOVE);
    if (s && ix_buf_check(&terms, d->err) == IX_OK) {
        sqlite3_bind_int64(s, 1, d->rid);
        ix_sqlite_bind_text(s, 2, ix_buf_sv(&terms));
        run(d, s);
    }
    ix_buf_done(&terms);
}

/* ---- tags ---- */

static void derive_tag(struct derivation *d, enum ix_tag_class class_, const struct ix_json *tag) {
    int64_t key = 0;
    if (ix_sqlite_word(d->e, "tag_key", ix_json_key(tag), &key, d->err) != IX_OK) {
        return;
    }
    sqlite3_stmt *s = statement(d, IX_STATEMENT_TAG_ADD, IX_STATEMENT_TAG_REMOVE);
    if (s) {
        sqlite3_bind_int64(s, 1, key);
        ix_sqlite_bind_text(s, 2, ix_json_string(tag));
        sqlite3_bind_int64(s, 3, d->rid);
        sqlite3_bind_int(s, 4, class_);
        run(d, s);
    }
}

static void derive_tags(struct derivation *d, const struct ix_json *tags) {
    for (int c = 0; c < IX_TAG_CLASS_COUNT; c++) {
        const struct ix_json *of_class = ix_json_get(tags, ix_tag_class_name((enum ix_tag_class)c));
        for (const struct ix_json *t = ix_json_first(of_class); t; t = ix_json_next(t)) {
            derive_tag(d, (enum ix_tag_class)c, t);
        }
    }
}

/* ---- numbers and references ---- */

static enum ix_code find_path(struct derivation *d, struct ix_sv path, struct ix_sv example,
                              int64_t *ret_pid) {
    struct ix_sqlite *e = d->e;
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_PATH_FIND, d->err);
    if (!s) {
        return d->err->code;
    }
    ix_sqlite_bind_text(s, 1, path);
    enum ix_code code = ix_sqlite_step(e, s, &row, d->err);
    *ret_pid = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    if (code != IX_OK || row) {
        return code;
    }
    s = ix_sqlite_statement(e, IX_STATEMENT_PATH_ADD, d->err);
    if (!s) {
        return d->err->code;
    }
    ix_sqlite_bind_text(s, 1, path);
    ix_sqlite_bind_text(s, 2, ix_sv_sub(example, 0, IX_PROPERTY_VALUE_MAX));
    code = ix_sqlite_run_statement(e, s, d->err);
    *ret_pid = sqlite3_last_insert_rowid(e->db);
    return code;
}

static int64_t path_number(struct derivation *d, struct ix_sv path, struct ix_sv example) {
    bool added = false;
    union ix_map_value *known = ix_map_put(&d->e->run.paths, path, &added);
    if (!known) {
        ix_err_nomem(d->err);
        return 0;
    }
    if (added && find_path(d, path, example, &known->number) != IX_OK) {
        return 0;
    }
    return known->number;
}

static void derive_number(struct derivation *d, int64_t pid, double number) {
    sqlite3_stmt *s = statement(d, IX_STATEMENT_NUM_ADD, IX_STATEMENT_NUM_REMOVE);
    if (s) {
        sqlite3_bind_int64(s, 1, pid);
        sqlite3_bind_double(s, 2, number);
        sqlite3_bind_int64(s, 3, d->rid);
        run(d, s);
    }
}

enum { REFERENCE_MIN = 8, REFERENCE_MAX = 512 };

static bool is_id_tail(struct ix_sv text) {
    size_t hex = 0;
    while (hex < text.size && strchr("0123456789abcdef", text.data[hex]) && text.data[hex]) {
        hex++;
    }
    return hex == text.size && hex >= REFERENCE_MIN;
}

/* Looks like an id of something: an ARN, an Azure id, a Google name, or "vpc-0a1b2c3d". Short and
 * plain words never are: two things of one name are not one thing. */
static bool looks_like_id(struct ix_sv text) {
    if (text.size < REFERENCE_MIN || text.size > REFERENCE_MAX ||
        ix_sv_find_char(text, ' ') != IX_SV_NPOS) {
        return false;
    }
    size_t dash = ix_sv_rfind_char(text, '-');
    return ix_sv_starts(text, IX_SV("arn:")) ||
           ix_sv_starts_nocase(text, IX_SV("/subscriptions/")) ||
           ix_sv_starts(text, IX_SV("projects/")) || ix_sv_starts(text, IX_SV("//")) ||
           ix_sv_starts(text, IX_SV("https://www.googleapis.com/")) ||
           (dash != IX_SV_NPOS && dash > 0 && dash <= 12 && is_id_tail(ix_sv_from(text, dash + 1)));
}

static void derive_reference(struct derivation *d, struct ix_sv path, struct ix_sv value) {
    if (!looks_like_id(value) || ix_sv_eq_nocase(value, d->own_uid) ||
        ix_sv_eq_nocase(value, d->own_id)) {
        return;
    }
    sqlite3_stmt *s = statement(d, IX_STATEMENT_REF_ADD, IX_STATEMENT_REF_REMOVE);
    if (s) {
        ix_sqlite_bind_text(s, 1, value);
        sqlite3_bind_int64(s, 2, d->rid);
        ix_sqlite_bind_text(s, 3, path);
        run(d, s);
    }
}

static void visit_value(void *context, struct ix_sv path, const struct ix_json *value) {
    struct derivation *d = context;
    double number;
    int64_t ms;
    struct ix_sv text = ix_json_string(value);
    int64_t pid = d->err->code == IX_OK ? path_number(d, path, text) : 0;
    if (d->err->code != IX_OK || ix_json_kind(value) == IX_JSON_OBJECT) {
        return; /* an object has a path, and nothing else to derive */
    }
    if (ix_json_double(value, &number) || ix_sv_to_double(text, &number)) {
        derive_number(d, pid, number);
    } else if (ix_time_parse(text, &ms)) {
        derive_number(d, pid, (double)ms);
    } else {
        derive_reference(d, path, text);
    }
}

/* ---- all of one resource ---- */

/* The documents of the row, parsed into `arena`. */
static enum ix_code read_documents(struct derivation *d, struct ix_arena *arena,
                                   struct ix_json **ret_props, struct ix_json **ret_tags) {
    bool row = false;
    *ret_props = *ret_tags = NULL;
    sqlite3_stmt *s = ix_sqlite_statement(d->e, IX_STATEMENT_DOCUMENTS, d->err);
    if (!s) {
        return d->err->code;
    }
    sqlite3_bind_int64(s, 1, d->rid);
    enum ix_code code = ix_sqlite_step(d->e, s, &row, d->err);
    if (code == IX_OK && row) {
        struct ix_sv props = ix_sqlite_text(s, 0);
        struct ix_sv tags = ix_sqlite_text(s, 1);
        d->own_uid = ix_arena_copy(arena, ix_sqlite_text(s, 2));
        d->own_id = ix_arena_copy(arena, ix_sqlite_text(s, 3));
        d->name = ix_arena_copy(arena, ix_sqlite_text(s, 4));
        d->ids = ix_arena_copy(arena, ix_sqlite_text(s, 5));
        d->type = ix_arena_copy(arena, ix_sqlite_text(s, 6));
        d->facts = ix_arena_copy(arena, ix_sqlite_text(s, 7));
        code = props.size ? ix_json_parse(arena, props, ret_props, d->err) : IX_OK;
        if (code == IX_OK && tags.size) {
            code = ix_json_parse(arena, tags, ret_tags, d->err);
        }
    }
    sqlite3_reset(s);
    return code == IX_OK ? ix_arena_check(arena, d->err) : code;
}

static enum ix_code derive_all(struct ix_sqlite *e, int64_t rid, bool add, struct ix_err *err) {
    struct derivation d = {.e = e, .rid = rid, .add = add, .err = err};
    struct ix_arena arena;
    struct ix_json *props;
    struct ix_json *tags;
    ix_arena_init(&arena, 0);
    if (read_documents(&d, &arena, &props, &tags) == IX_OK) {
        derive_text(&d, &arena, props, tags);
        derive_terms(&d, props);
        derive_tags(&d, tags);
        ix_property_visit(props, visit_value, &d);
    }
    ix_arena_done(&arena);
    return err->code;
}

enum ix_code ix_sqlite_derive(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    return derive_all(e, rid, true, err);
}

enum ix_code ix_sqlite_underive(struct ix_sqlite *e, int64_t rid, struct ix_err *err) {
    return derive_all(e, rid, false, err);
}
