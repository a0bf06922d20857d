/* Columns and texts by number. Columns are numbered as they come; a reader knows them by name, so
 * another version of FOCUS changes nothing that is stored. Texts are found again by their hash: an
 * index over it is half as large as one over the texts. */
#include "base/hash.h"
#include "indexer/warehouse/sqlite/cost_store.h"

enum { CLASS_OWN, CLASS_EXTRA, CLASS_TAG };
enum { TEXTS_MAX_BYTES = 96 << 20 };

static const char *const own_names[IX_COST_AT_EXTRA - IX_FOCUS_COUNT] = {
    "basis",
    "rounded",
    "lines",
    "unknown billed",
    "unknown effective",
    "unknown list",
    "unknown contracted",
};

static struct ix_sv column_name(const struct ix_cost_names_store *names, size_t index) {
    if (index < IX_FOCUS_COUNT) {
        return ix_sv_cstr(ix_focus_columns[index].name);
    }
    if (index < IX_COST_AT_EXTRA) {
        return ix_sv_cstr(own_names[index - IX_FOCUS_COUNT]);
    }
    return index < IX_COST_AT_TAG ? names->extra_names[index - IX_COST_AT_EXTRA]
                                  : names->tag_names[index - IX_COST_AT_TAG];
}

static int class_of(size_t index) {
    return index < IX_COST_AT_EXTRA ? CLASS_OWN : index < IX_COST_AT_TAG ? CLASS_EXTRA : CLASS_TAG;
}

static bool own_index(struct ix_sv name, size_t *ret_index) {
    for (size_t i = 0; i < IX_COST_AT_EXTRA - IX_FOCUS_COUNT; i++) {
        if (ix_sv_eq_cstr(name, own_names[i])) {
            *ret_index = IX_FOCUS_COUNT + i;
            return true;
        }
    }
    enum ix_focus_column column;
    bool found = ix_focus_find(name, &column);
    *ret_index = found ? (size_t)column : 0;
    return found;
}

static enum ix_code add_extra(struct ix_cost_names_store *names, struct ix_sv name,
                              size_t *ret_index, struct ix_err *err) {
    if (names->extra_count == IX_COST_EXTRA_MAX) {
        return ix_err_set(err, IX_LIMIT, "bills have more than %d columns that FOCUS does not have",
                          IX_COST_EXTRA_MAX);
    }
    union ix_map_value *value = ix_map_put(&names->extra, name, NULL);
    if (!value) {
        return ix_err_nomem(err);
    }
    *ret_index = IX_COST_AT_EXTRA + names->extra_count;
    value->number = (int64_t)*ret_index;
    names->extra_names[names->extra_count++] = ix_arena_copy(&names->arena, name);
    return ix_arena_check(&names->arena, err);
}

enum ix_code ix_cost_names_extra(struct ix_cost_names_store *names, struct ix_sv name,
                                 size_t *ret_index, struct ix_err *err) {
    const union ix_map_value *value = ix_map_find(&names->extra, name);
    if (value) {
        *ret_index = (size_t)value->number;
        return IX_OK;
    }
    return add_extra(names, name, ret_index, err);
}

size_t ix_cost_names_find_tag(const struct ix_cost_names_store *names, struct ix_sv key) {
    const union ix_map_value *value = ix_map_find(&names->tags, key);
    return value ? (size_t)value->number : 0;
}

enum ix_code ix_cost_names_tag(struct ix_cost_names_store *names, struct ix_sv key,
                               size_t *ret_index, struct ix_err *err) {
    *ret_index = ix_cost_names_find_tag(names, key);
    if (*ret_index || names->tag_count == IX_COST_TAGS_MAX) {
        return IX_OK;
    }
    union ix_map_value *value = ix_map_put(&names->tags, key, NULL);
    if (!value) {
        return ix_err_nomem(err);
    }
    *ret_index = IX_COST_AT_TAG + names->tag_count;
    value->number = (int64_t)*ret_index;
    names->tag_names[names->tag_count++] = ix_arena_copy(&names->tag_arena, key);
    return ix_arena_check(&names->tag_arena, err);
}

static enum ix_code read_column(struct ix_cost_names_store *names, sqlite3_stmt *s,
                                struct ix_err *err) {
    size_t index = 0;
    struct ix_sv name = ix_sqlite_text(s, 2);
    enum ix_code code = IX_OK;
    int class = sqlite3_column_int(s, 1);
    if (class == CLASS_EXTRA) {
        code = ix_cost_names_extra(names, name, &index, err);
    } else if (class == CLASS_TAG) {
        code = ix_cost_names_tag(names, name, &index, err);
    } else if (!own_index(name, &index)) {
        return IX_OK; /* of a version that knows more columns */
    }
    if (code == IX_OK && (index || class == CLASS_OWN)) {
        names->cids[index] = sqlite3_column_int64(s, 0);
    }
    return code;
}

static enum ix_code read_columns(struct ix_cost_names_store *names, struct ix_err *err) {
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = IX_OK;
    if (sqlite3_prepare_v2(names->e->db, "SELECT cid, class, name FROM cost_column ORDER BY cid",
                           -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(names->e, "the columns of bills", err);
    }
    while (code == IX_OK && row) {
        code = ix_sqlite_step(names->e, s, &row, err);
        code = code == IX_OK && row ? read_column(names, s, err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_cost_names_begin(struct ix_cost_names_store *names, struct ix_sqlite *e,
                                 struct ix_err *err) {
    int64_t greatest = 0;
    *names = (struct ix_cost_names_store){.e = e};
    ix_arena_init(&names->arena, 0);
    ix_arena_init(&names->text_arena, 0);
    ix_arena_init(&names->tag_arena, 0);
    ix_map_init(&names->extra, &names->arena);
    ix_map_init(&names->tags, &names->tag_arena);
    ix_map_init(&names->texts, &names->text_arena);
    enum ix_code code =
        ix_sqlite_number(e, "SELECT coalesce(max(tid), 0) FROM cost_text", 0, &greatest, err);
    names->next_tid = greatest + 1;
    names->all_known = greatest == 0;
    return code == IX_OK ? read_columns(names, err) : code;
}

void ix_cost_names_done(struct ix_cost_names_store *names) {
    ix_arena_done(&names->arena);
    ix_arena_done(&names->text_arena);
    ix_arena_done(&names->tag_arena);
}

enum ix_code ix_cost_names_column(struct ix_cost_names_store *names, size_t index, int64_t *ret_cid,
                                  struct ix_err *err) {
    if (names->cids[index] == 0) {
        sqlite3_stmt *s = ix_sqlite_statement(names->e, IX_STATEMENT_COST_COLUMN_ADD, err);
        if (!s) {
            return err->code;
        }
        sqlite3_bind_int(s, 1, class_of(index));
        ix_sqlite_bind_text(s, 2, column_name(names, index));
        if (ix_sqlite_run_statement(names->e, s, err) != IX_OK) {
            return err->code;
        }
        names->cids[index] = sqlite3_last_insert_rowid(names->e->db);
    }
    *ret_cid = names->cids[index];
    return IX_OK;
}

/* ---- texts ---- */

static enum ix_code find_text(struct ix_sqlite *e, struct ix_sv text, uint64_t hash,
                              int64_t *ret_tid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_TEXT_FIND, err);
    bool row = true;
    enum ix_code code = s ? IX_OK : err->code;
    *ret_tid = 0;
    if (s) {
        sqlite3_bind_int64(s, 1, (int64_t)hash);
    }
    while (code == IX_OK && row && !*ret_tid) {
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row && ix_sv_eq(ix_sqlite_text(s, 1), text)) {
            *ret_tid = sqlite3_column_int64(s, 0);
        }
    }
    if (s) {
        sqlite3_reset(s);
    }
    return code;
}

enum ix_code ix_cost_find_text(struct ix_sqlite *e, struct ix_sv text, int64_t *ret_tid,
                               struct ix_err *err) {
    return find_text(e, text, ix_hash_short(text), ret_tid, err);
}

enum ix_code ix_cost_text(struct ix_sqlite *e, int64_t tid, struct ix_arena *arena,
                          struct ix_sv *ret_text, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COST_TEXT_GET, err);
    bool row = false;
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, tid);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    if (code == IX_OK && !row) {
        code = ix_err_set(err, IX_CORRUPT, "a text of the bills is missing; restore a backup");
    }
    if (code == IX_OK) {
        *ret_text = ix_arena_copy(arena, ix_sqlite_text(s, 0));
        code = ix_arena_check(arena, err);
    }
    sqlite3_reset(s);
    return code;
}

static enum ix_code add_text(struct ix_cost_names_store *names, struct ix_sv text, uint64_t hash,
                             int64_t *ret_tid, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(names->e, IX_STATEMENT_COST_TEXT_ADD, err);
    if (!s) {
        return err->code;
    }
    *ret_tid = names->next_tid++;
    sqlite3_bind_int64(s, 1, *ret_tid);
    sqlite3_bind_int64(s, 2, (int64_t)hash);
    ix_sqlite_bind_text(s, 3, text);
    return ix_sqlite_run_statement(names->e, s, err);
}

static void forget_texts(struct ix_cost_names_store *names) {
    ix_arena_reset(&names->text_arena);
    ix_map_init(&names->texts, &names->text_arena);
    names->all_known = false;
}

enum ix_code ix_cost_names_text(struct ix_cost_names_store *names, struct ix_sv text, uint64_t hash,
                                int64_t *ret_tid, struct ix_err *err) {
    if (names->text_arena.used_bytes > TEXTS_MAX_BYTES) {
        forget_texts(names);
    }
    bool added = false;
    union ix_map_value *value = ix_map_put(&names->texts, text, &added);
    if (!value) {
        return ix_err_nomem(err);
    }
    enum ix_code code = IX_OK;
    if (added && !names->all_known) {
        code = find_text(names->e, text, hash, &value->number, err);
    }
    if (code == IX_OK && value->number == 0) {
        code = add_text(names, text, hash, &value->number, err);
    }
    *ret_tid = value->number;
    return code;
}
