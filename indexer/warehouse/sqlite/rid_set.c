/* Bitmaps and the functions over them, and ix_each and ix_held, eponymous-only virtual tables
 * (https://sqlite.org/vtab.html, section 2.1.2). */
#include "indexer/warehouse/sqlite/rid_set.h"

enum { WORD_BYTES = sizeof(uint64_t) };
#define HELD_POINTER "ix_rid_view"

/* ---- making ---- */

/* Sets mostly grow upwards; one that grows downwards begins at 0, so that it does so once. */
bool ix_rid_set_reach(struct ix_rid_set *set, size_t begin, size_t end) {
    size_t first = set->count == 0 ? begin : begin < set->first ? 0 : set->first;
    size_t old_end = set->count == 0 ? begin : set->first + set->count;
    size_t count = (end > old_end ? end : old_end) - first;
    if (count > set->capacity) {
        size_t capacity = count + count / 2 + 8;
        uint64_t *memory = sqlite3_realloc64(set->memory, (1 + capacity) * WORD_BYTES);
        if (!memory) {
            return false;
        }
        set->memory = memory;
        set->capacity = capacity;
    }
    size_t below = set->count == 0 ? 0 : set->first - first;
    memmove(set->memory + 1 + below, set->memory + 1, set->count * WORD_BYTES);
    memset(set->memory + 1, 0, below * WORD_BYTES);
    memset(set->memory + 1 + below + set->count, 0, (count - below - set->count) * WORD_BYTES);
    set->first = first;
    set->count = count;
    return true;
}

bool ix_rid_set_add(struct ix_rid_set *set, int64_t rid) {
    if (rid < 0 || rid >= IX_RID_MAX) {
        return false;
    }
    size_t word = (size_t)rid / 64;
    if (word - set->first >= set->count && !ix_rid_set_reach(set, word, word + 1)) {
        return false;
    }
    *ix_rid_set_word(set, word) |= UINT64_C(1) << (rid & 63);
    return true;
}

void ix_rid_set_result(struct ix_rid_set *set, sqlite3_context *context) {
    if (set->memory) {
        set->memory[0] = set->first;
        sqlite3_result_blob64(context, set->memory, (1 + set->count) * WORD_BYTES, sqlite3_free);
    } else {
        sqlite3_result_zeroblob(context, WORD_BYTES);
    }
    *set = (struct ix_rid_set){0};
}

void ix_rid_set_done(struct ix_rid_set *set) {
    sqlite3_free(set->memory);
    *set = (struct ix_rid_set){0};
}

/* ---- reading ---- */

struct ix_rid_view ix_rid_view_of(sqlite3_value *value) {
    const unsigned char *bytes = sqlite3_value_blob(value);
    size_t size = bytes ? (size_t)sqlite3_value_bytes(value) : 0;
    struct ix_rid_view view = {0};
    uint64_t first;
    if (size > WORD_BYTES) {
        memcpy(&first, bytes, sizeof first);
        view = (struct ix_rid_view){bytes + WORD_BYTES, (size_t)first, size / WORD_BYTES - 1};
    }
    return view;
}

size_t ix_rid_view_count(const struct ix_rid_view *view) {
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        count += (size_t)__builtin_popcountll(ix_rid_view_word(view, view->first + i));
    }
    return count;
}

/* ---- functions ---- */

static void set_step(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct ix_rid_set *set = sqlite3_aggregate_context(context, sizeof *set);
    if (!set) {
        sqlite3_result_error_nomem(context);
        return;
    }
    int64_t rid = sqlite3_value_int64(values[0]);
    if (sqlite3_value_type(values[0]) == SQLITE_NULL || ix_rid_set_add(set, rid)) {
        return;
    }
    if (rid < 0 || rid >= IX_RID_MAX) {
        sqlite3_result_error_toobig(context);
    } else {
        sqlite3_result_error_nomem(context);
    }
}

static void set_finish(sqlite3_context *context) {
    struct ix_rid_set *set = sqlite3_aggregate_context(context, 0);
    struct ix_rid_set empty = {0};
    ix_rid_set_result(set ? set : &empty, context);
}

/* Room for what may be in all (or in any) of the sets. */
static bool reach_of(struct ix_rid_set *set, int count, sqlite3_value **values, bool all) {
    size_t begin = all ? 0 : SIZE_MAX;
    size_t end = all && count > 0 ? SIZE_MAX : 0;
    for (int i = 0; i < count; i++) {
        const struct ix_rid_view view = ix_rid_view_of(values[i]);
        size_t view_end = view.first + view.count;
        if (all ? view.first > begin : view.count && view.first < begin) {
            begin = view.first;
        }
        if (all ? view_end < end : view_end > end) {
            end = view_end;
        }
    }
    return begin >= end || ix_rid_set_reach(set, begin, end);
}

static void both(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_rid_set set = {0};
    if (!reach_of(&set, count, values, true)) {
        sqlite3_result_error_nomem(context);
        return;
    }
    for (int i = 0; i < count; i++) {
        const struct ix_rid_view view = ix_rid_view_of(values[i]);
        for (size_t w = set.first; w < set.first + set.count; w++) {
            uint64_t bits = ix_rid_view_word(&view, w);
            *ix_rid_set_word(&set, w) = i ? *ix_rid_set_word(&set, w) & bits : bits;
        }
    }
    ix_rid_set_result(&set, context);
}

static void either(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_rid_set set = {0};
    if (!reach_of(&set, count, values, false)) {
        sqlite3_result_error_nomem(context);
        return;
    }
    for (int i = 0; i < count; i++) {
        const struct ix_rid_view view = ix_rid_view_of(values[i]);
        for (size_t w = view.first; w < view.first + view.count; w++) {
            *ix_rid_set_word(&set, w) |= ix_rid_view_word(&view, w);
        }
    }
    ix_rid_set_result(&set, context);
}

static void without(sqlite3_context *context, int count, sqlite3_value **values) {
    const struct ix_rid_view less = ix_rid_view_of(values[1]);
    const struct ix_rid_view view = ix_rid_view_of(values[0]);
    struct ix_rid_set set = {0};
    (void)count;
    if (!reach_of(&set, 1, values, true)) {
        sqlite3_result_error_nomem(context);
        return;
    }
    for (size_t w = set.first; w < set.first + set.count; w++) {
        *ix_rid_set_word(&set, w) = ix_rid_view_word(&view, w) & ~ix_rid_view_word(&less, w);
    }
    ix_rid_set_result(&set, context);
}

static void count_of(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    const struct ix_rid_view view = ix_rid_view_of(values[0]);
    sqlite3_result_int64(context, (int64_t)ix_rid_view_count(&view));
}

static void has(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    const struct ix_rid_view *held = sqlite3_value_pointer(values[0], HELD_POINTER);
    int64_t rid = sqlite3_value_int64(values[1]);
    bool in = held && rid >= 0 && (ix_rid_view_word(held, (size_t)rid / 64) >> (rid & 63) & 1);
    sqlite3_result_int(context, in);
}

/* ---- the table ix_each ---- */

struct each_cursor {
    sqlite3_vtab_cursor base;
    sqlite3_value *value; /* the set, kept while its rids are read */
    struct ix_rid_view view;
    size_t word;
    uint64_t bits; /* those of the word that are still to come */
};

static int connect_table(sqlite3 *db, const char *declaration, sqlite3_vtab **ret_table) {
    int result = sqlite3_declare_vtab(db, declaration);
    sqlite3_vtab *table = result == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (!table) {
        return result == SQLITE_OK ? SQLITE_NOMEM : result;
    }
    *table = (sqlite3_vtab){0};
    *ret_table = table;
    return sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
}

static int each_connect(sqlite3 *db, void *context, int count, const char *const *words,
                        sqlite3_vtab **ret_table, char **ret_error) {
    (void)context, (void)count, (void)words, (void)ret_error;
    return connect_table(db, "CREATE TABLE ix_each (rid INTEGER, the_set HIDDEN)", ret_table);
}

static int each_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

/* The number of a constraint that can be used; -1: there is none. */
static int constraint_on(const sqlite3_index_info *info, int column, unsigned char op) {
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].usable && info->aConstraint[i].iColumn == column &&
            info->aConstraint[i].op == op) {
            return i;
        }
    }
    return -1;
}

static int use_set(sqlite3_index_info *info, int constraint) {
    if (constraint < 0) {
        return SQLITE_CONSTRAINT;
    }
    info->aConstraintUsage[constraint].argvIndex = 1;
    info->aConstraintUsage[constraint].omit = 1;
    return SQLITE_OK;
}

/* The set is needed; a least rid is passed over by words, and rids come in their order. */
static int each_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    enum { RIDS_EXPECTED = 1000 };
    int after = constraint_on(info, 0, SQLITE_INDEX_CONSTRAINT_GT);
    (void)table;
    if (after >= 0) { /* SQLite asks again, so a word too much is no harm */
        info->aConstraintUsage[after].argvIndex = 2;
    }
    info->orderByConsumed =
        info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= 0 && !info->aOrderBy[0].desc;
    info->estimatedRows = RIDS_EXPECTED;
    info->estimatedCost = RIDS_EXPECTED;
    return use_set(info, constraint_on(info, 1, SQLITE_INDEX_CONSTRAINT_EQ));
}

static int each_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor) {
    (void)table;
    struct each_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor) {
        return SQLITE_NOMEM;
    }
    *cursor = (struct each_cursor){0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int each_close(sqlite3_vtab_cursor *base) {
    struct each_cursor *cursor = (struct each_cursor *)base;
    sqlite3_value_free(cursor->value);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int to_next_bit(struct each_cursor *cursor) {
    size_t end = cursor->view.first + cursor->view.count;
    while (cursor->bits == 0 && ++cursor->word < end) {
        cursor->bits = ix_rid_view_word(&cursor->view, cursor->word);
    }
    return SQLITE_OK;
}

static int keep_set(struct each_cursor *cursor, sqlite3_value *value) {
    sqlite3_value_free(cursor->value);
    cursor->value = sqlite3_value_dup(value);
    cursor->bits = 0;
    if (cursor->value) {
        cursor->view = ix_rid_view_of(cursor->value);
    }
    return cursor->value ? SQLITE_OK : SQLITE_NOMEM;
}

static int each_filter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                       sqlite3_value **values) {
    (void)number, (void)text;
    struct each_cursor *cursor = (struct each_cursor *)base;
    int64_t after = count > 1 ? sqlite3_value_int64(values[1]) : 0;
    if (keep_set(cursor, values[0]) != SQLITE_OK) {
        return SQLITE_NOMEM;
    }
    cursor->word = cursor->view.first;
    if (after > 0 && (size_t)after / 64 > cursor->word) {
        cursor->word = (size_t)after / 64;
    }
    cursor->bits = ix_rid_view_word(&cursor->view, cursor->word);
    return to_next_bit(cursor);
}

static int each_next(sqlite3_vtab_cursor *base) {
    struct each_cursor *cursor = (struct each_cursor *)base;
    cursor->bits &= cursor->bits - 1;
    return to_next_bit(cursor);
}

static int each_eof(sqlite3_vtab_cursor *base) {
    return ((const struct each_cursor *)base)->bits == 0;
}

static int each_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid) {
    const struct each_cursor *cursor = (const struct each_cursor *)base;
    *ret_rowid = (sqlite3_int64)cursor->word * 64 + __builtin_ctzll(cursor->bits);
    return SQLITE_OK;
}

static int each_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    sqlite3_int64 rid = 0;
    if (column == 0 && each_rowid(base, &rid) == SQLITE_OK) {
        sqlite3_result_int64(context, rid);
    }
    return SQLITE_OK;
}

static const sqlite3_module each_module = {
    .xConnect = each_connect,
    .xBestIndex = each_best_index,
    .xDisconnect = each_disconnect,
    .xOpen = each_open,
    .xClose = each_close,
    .xFilter = each_filter,
    .xNext = each_next,
    .xEof = each_eof,
    .xColumn = each_column,
    .xRowid = each_rowid,
};

/* ---- the table ix_held ----
 *
 * Of one row: a set as a pointer. As a blob it would be copied for every row that asks. The pointer
 * is good as long as the statement reads this row. */

static int held_connect(sqlite3 *db, void *context, int count, const char *const *words,
                        sqlite3_vtab **ret_table, char **ret_error) {
    (void)context, (void)count, (void)words, (void)ret_error;
    return connect_table(db, "CREATE TABLE ix_held (held, the_set HIDDEN)", ret_table);
}

static int held_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    info->estimatedRows = 1;
    info->estimatedCost = 1;
    return use_set(info, constraint_on(info, 1, SQLITE_INDEX_CONSTRAINT_EQ));
}

static int held_filter(sqlite3_vtab_cursor *base, int number, const char *text, int count,
                       sqlite3_value **values) {
    (void)number, (void)text, (void)count;
    struct each_cursor *cursor = (struct each_cursor *)base;
    int result = keep_set(cursor, values[0]);
    cursor->bits = result == SQLITE_OK; /* the row */
    return result;
}

static int held_next(sqlite3_vtab_cursor *base) {
    ((struct each_cursor *)base)->bits = 0;
    return SQLITE_OK;
}

static int held_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    if (column == 0) {
        sqlite3_result_pointer(context, &((struct each_cursor *)base)->view, HELD_POINTER, NULL);
    }
    return SQLITE_OK;
}

static const sqlite3_module held_module = {
    .xConnect = held_connect,
    .xBestIndex = held_best_index,
    .xDisconnect = each_disconnect,
    .xOpen = each_open,
    .xClose = each_close,
    .xFilter = held_filter,
    .xNext = held_next,
    .xEof = each_eof,
    .xColumn = held_column,
    .xRowid = each_rowid,
};

/* ---- adding them ---- */

enum ix_code ix_rid_set_add_functions(struct ix_sqlite *e, struct ix_err *err) {
    static const struct {
        const char *name;
        int count;
        void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {
        {"ix_both", -1, both},     {"ix_either", -1, either}, {"ix_without", 2, without},
        {"ix_count", 1, count_of}, {"ix_has", 2, has},
    };
    enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };
    int result = sqlite3_create_module_v2(e->db, "ix_each", &each_module, NULL, NULL);
    result = result == SQLITE_OK
                 ? sqlite3_create_module_v2(e->db, "ix_held", &held_module, NULL, NULL)
                 : result;
    if (result == SQLITE_OK) {
        result = sqlite3_create_function_v2(e->db, "ix_set", 1, PURE, NULL, NULL, set_step,
                                            set_finish, NULL);
    }
    for (size_t i = 0; result == SQLITE_OK && i < sizeof functions / sizeof *functions; i++) {
        result = sqlite3_create_function_v2(e->db, functions[i].name, functions[i].count, PURE,
                                            NULL, functions[i].function, NULL, NULL, NULL);
    }
    return result == SQLITE_OK ? IX_OK : ix_err_nomem(err);
}
