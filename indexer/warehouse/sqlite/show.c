/* One resource as answers show it: its row and document, and the rows of what sources say of it.
 *
 * A page of an answer has few different words and sources, and the next page has the same: to look
 * each up in its table, for each row, was most of what a page cost. They are kept by their numbers,
 * until somebody writes or they are too many. */
#include "indexer/warehouse/sqlite/show.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/column.h"

enum {
    NAMES_FIRST = 1024,       /* slots; a power of two */
    NAMES_MAX = 1 << 16,      /* kept from one resource to the next */
    NAME_BYTES_MAX = 4 << 20, /* of their texts */
};

struct name {
    int64_t number; /* of a word; of a source -1 - sid; 0: no name is here */
    struct ix_sv text, kind;
    struct ix_value last_run; /* of a source */
};

struct ix_names {
    unsigned version; /* of the file, and what this connection changed itself */
    int64_t changes;
    struct ix_arena arena; /* of texts */
    struct name *slots;    /* open addressing */
    size_t capacity, count;
};

/* ---- names ---- */

void ix_names_free(struct ix_names *names) {
    if (names) {
        ix_arena_done(&names->arena);
        free(names->slots);
        free(names);
    }
}

static void forget_names(struct ix_names *names) {
    ix_arena_reset(&names->arena);
    memset(names->slots, 0, names->capacity * sizeof *names->slots);
    names->count = 0;
}

static enum ix_code make_names(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_names *names = calloc(1, sizeof *names);
    struct name *slots = calloc(NAMES_FIRST, sizeof *slots);
    if (!names || !slots) {
        free(names);
        free(slots);
        return ix_err_nomem(err);
    }
    ix_arena_init(&names->arena, 0);
    names->slots = slots;
    names->capacity = NAMES_FIRST;
    e->names = names;
    return IX_OK;
}

/* Those that are right for the state that is read. Between two resources, as texts are borrowed. */
static enum ix_code refresh(struct ix_sqlite *e, struct ix_err *err) {
    unsigned version = 0;
    int64_t changes = sqlite3_total_changes64(e->db);
    sqlite3_file_control(e->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    if (!e->names && make_names(e, err) != IX_OK) {
        return err->code;
    }
    struct ix_names *names = e->names;
    if (names->version != version || names->changes != changes || names->count > NAMES_MAX ||
        names->arena.used_bytes > NAME_BYTES_MAX || names->arena.failed) {
        forget_names(names);
        names->version = version;
        names->changes = changes;
    }
    return IX_OK;
}

/* Where it is, or the place for it. */
static struct name *slot_of(struct name *slots, size_t capacity, int64_t number) {
    size_t at = (size_t)((uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (capacity - 1);
    while (slots[at].number != number && slots[at].number != 0) {
        at = (at + 1) & (capacity - 1);
    }
    return &slots[at];
}

static bool grow(struct ix_names *names) {
    struct name *slots = calloc(2 * names->capacity, sizeof *slots);
    for (size_t i = 0; slots && i < names->capacity; i++) {
        if (names->slots[i].number != 0) {
            *slot_of(slots, 2 * names->capacity, names->slots[i].number) = names->slots[i];
        }
    }
    if (slots) {
        free(names->slots);
        names->slots = slots;
        names->capacity *= 2;
    }
    return slots != NULL;
}

/* A name that is no word and no source has no text. */
static enum ix_code read_name(struct ix_sqlite *e, int64_t number, struct name *ret_name,
                              struct ix_err *err) {
    bool row = false;
    bool source = number < 0;
    struct ix_arena *arena = &e->names->arena;
    sqlite3_stmt *s =
        ix_sqlite_statement(e, source ? IX_STATEMENT_SHOW_SOURCE : IX_STATEMENT_SHOW_WORD, err);
    if (!s) {
        return err->code;
    }
    *ret_name = (struct name){.number = number};
    sqlite3_bind_int64(s, 1, source ? -1 - number : number);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    if (code == IX_OK && row) {
        ret_name->text = ix_arena_copy(arena, ix_sqlite_text(s, 0));
    }
    if (code == IX_OK && row && source) {
        ret_name->kind = ix_arena_copy(arena, ix_sqlite_text(s, 1));
        ret_name->last_run = ix_sqlite_value(s, 2);
    }
    sqlite3_reset(s);
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}

static enum ix_code find_name(struct ix_sqlite *e, int64_t number, struct name *ret_name,
                              struct ix_err *err) {
    struct ix_names *names = e->names;
    struct name *slot = slot_of(names->slots, names->capacity, number);
    if (number == 0 || slot->number == number) {
        *ret_name = number ? *slot : (struct name){0};
        return IX_OK;
    }
    if (read_name(e, number, ret_name, err) != IX_OK) {
        return err->code;
    }
    if (2 * names->count >= names->capacity && !grow(names)) {
        return ix_err_nomem(err);
    }
    *slot_of(names->slots, names->capacity, number) = *ret_name;
    names->count++;
    return IX_OK;
}

static void word(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_sqlite *e = sqlite3_user_data(context);
    struct name name = {0};
    struct ix_err err = {0};
    (void)count;
    if (refresh(e, &err) != IX_OK ||
        find_name(e, sqlite3_value_int64(values[0]), &name, &err) != IX_OK) {
        ix_column_fail(context, &err);
    } else if (name.text.data) {
        sqlite3_result_text64(context, name.text.data, name.text.size, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    }
}

enum ix_code ix_names_add_function(struct ix_sqlite *e, struct ix_err *err) {
    enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS }; /* in a statement */
    int result = sqlite3_create_function_v2(e->db, "ix_word", 1, PURE, e, word, NULL, NULL, NULL);
    return result == SQLITE_OK ? IX_OK : ix_err_nomem(err);
}

/* ---- the row ---- */

/* The columns of IX_STATEMENT_SHOW_ROW. */
static const enum ix_stored columns[] = {
    IX_STORED_UID,        IX_STORED_NAME,      IX_STORED_ID,      IX_STORED_ADDRESS,
    IX_STORED_CREATED,    IX_STORED_MODIFIED,  IX_STORED_DELETED, IX_STORED_FIRST_SEEN,
    IX_STORED_FLAGS,      IX_STORED_ENCRYPTED, IX_STORED_PUBLIC,  IX_STORED_TAGS,
    IX_STORED_PROPERTIES, IX_STORED_TYPE,      IX_STORED_KIND,    IX_STORED_CATEGORY,
    IX_STORED_PROVIDER,   IX_STORED_SERVICE,   IX_STORED_ACCOUNT, IX_STORED_REGION,
    IX_STORED_ZONE,       IX_STORED_STACK,     IX_STORED_PROJECT, IX_STORED_MANAGED_BY,
};
enum { COLUMNS = sizeof columns / sizeof *columns, FIRST_WORD = 13 };

static enum ix_code take_word(struct ix_sqlite *e, struct ix_value *value, struct ix_err *err) {
    struct name name = {0};
    enum ix_code code = find_name(e, value->kind == IX_VALUE_INT ? value->integer : 0, &name, err);
    *value = (struct ix_value){.kind = name.text.data ? IX_VALUE_TEXT : IX_VALUE_NULL,
                               .text = name.text};
    return code;
}

static enum ix_code take_columns(struct ix_sqlite *e, sqlite3_stmt *s, struct ix_arena *arena,
                                 struct ix_shown *shown, struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < COLUMNS; i++) {
        struct ix_value *value = &shown->values[columns[i]];
        *value = ix_sqlite_value(s, (int)i);
        if (i >= FIRST_WORD) {
            code = take_word(e, value, err);
        } else if (value->kind == IX_VALUE_TEXT) {
            value->text = ix_arena_copy(arena, value->text);
        }
    }
    return code;
}

static enum ix_code read_row(struct ix_sqlite *e, int64_t rid, bool properties,
                             struct ix_arena *arena, struct ix_shown *shown, struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SHOW_ROW, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    sqlite3_bind_int(s, 2, properties);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    if (code == IX_OK) {
        code =
            row ? take_columns(e, s, arena, shown, err)
                : ix_err_set(err, IX_CORRUPT,
                             "an index names a resource that is not there; run: infradex repair");
    }
    sqlite3_reset(s);
    return code;
}

/* ---- what sources say ---- */

enum { SID, ADDRESS, VARIANT, NATIVE_TYPE, NATIVE_ID, RANK, IS_GONE };

struct observation {
    struct ix_shown_source shown;
    int64_t rank;
    size_t place; /* among those that were read */
};

/* As in an index without regard to case: bytes, but ASCII letters are the same. */
static int compare_nocase(struct ix_sv a, struct ix_sv b) {
    size_t least = a.size < b.size ? a.size : b.size;
    for (size_t i = 0; i < least; i++) {
        unsigned char x = (unsigned char)a.data[i];
        unsigned char y = (unsigned char)b.data[i];
        x += x >= 'A' && x <= 'Z' ? 'a' - 'A' : 0;
        y += y >= 'A' && y <= 'Z' ? 'a' - 'A' : 0;
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return (a.size > b.size) - (a.size < b.size);
}

static int by_rank(const void *a, const void *b) {
    const struct observation *x = a;
    const struct observation *y = b;
    int order = (x->rank > y->rank) - (x->rank < y->rank);
    order = order ? order : ix_sv_cmp(x->shown.source, y->shown.source);
    order = order ? order : compare_nocase(x->shown.address, y->shown.address);
    order = order ? order : ix_sv_cmp(x->shown.variant, y->shown.variant);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static void see_last(struct ix_shown *shown, const struct name *source) {
    struct ix_value *last = &shown->values[IX_STORED_LAST_SEEN];
    if (source->last_run.kind == IX_VALUE_INT &&
        (last->kind != IX_VALUE_INT || source->last_run.integer > last->integer)) {
        *last = source->last_run;
    }
}

static struct ix_sv copy_known(struct ix_arena *arena, sqlite3_stmt *s, int column) {
    return sqlite3_column_type(s, column) == SQLITE_NULL
               ? (struct ix_sv){0}
               : ix_arena_copy(arena, ix_sqlite_text(s, column));
}

/* *ret_taken false: it is not shown. Of what is gone only its last word is; of what exists, not
 * what sources no longer say. */
static enum ix_code take_observation(struct ix_sqlite *e, sqlite3_stmt *s, struct ix_arena *arena,
                                     struct ix_shown *shown, struct observation *ret,
                                     bool *ret_taken, struct ix_err *err) {
    struct name source = {0};
    struct name type = {0};
    bool exists = shown->values[IX_STORED_DELETED].kind == IX_VALUE_NULL;
    *ret_taken = false;
    if (exists && sqlite3_column_int(s, IS_GONE)) {
        return IX_OK;
    }
    enum ix_code code = find_name(e, -1 - sqlite3_column_int64(s, SID), &source, err);
    code = code == IX_OK ? find_name(e, sqlite3_column_int64(s, NATIVE_TYPE), &type, err) : code;
    if (code != IX_OK) {
        return code;
    }
    if (exists) {
        see_last(shown, &source);
    }
    *ret_taken = source.text.data && type.text.data;
    ret->rank = sqlite3_column_int64(s, RANK);
    ret->shown = (struct ix_shown_source){
        .source = source.text,
        .source_kind = source.kind,
        .address = copy_known(arena, s, ADDRESS),
        .variant = copy_known(arena, s, VARIANT),
        .native_type = type.text,
        .native_id = copy_known(arena, s, NATIVE_ID),
    };
    return IX_OK;
}

/* Most resources have one: it needs no memory of its own. */
struct observations {
    struct observation first;
    struct observation *list;
    size_t count, capacity;
};

static bool make_room(struct observations *all) {
    if (all->count < all->capacity) {
        return true;
    }
    size_t capacity = 4 * all->capacity;
    struct observation *list = malloc(capacity * sizeof *list);
    if (!list) {
        return false;
    }
    memcpy(list, all->list, all->count * sizeof *list);
    if (all->list != &all->first) {
        free(all->list);
    }
    all->list = list;
    all->capacity = capacity;
    return true;
}

static enum ix_code read_observations(struct ix_sqlite *e, int64_t rid, struct ix_arena *arena,
                                      struct ix_shown *shown, struct observations *all,
                                      struct ix_err *err) {
    bool row = true;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SHOW_OBSERVATIONS, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        bool taken = false;
        code = ix_sqlite_step(e, s, &row, err);
        if (code == IX_OK && row) {
            code = make_room(all)
                       ? take_observation(e, s, arena, shown, &all->list[all->count], &taken, err)
                       : ix_err_nomem(err);
        }
        if (taken) {
            all->list[all->count].place = all->count;
            all->count++;
        }
    }
    sqlite3_reset(s);
    return code;
}

static enum ix_code read_sources(struct ix_sqlite *e, int64_t rid, struct ix_arena *arena,
                                 struct ix_shown *shown, struct ix_err *err) {
    struct observations all = {.capacity = 1};
    struct ix_shown_source *sources = NULL;
    all.list = &all.first;
    enum ix_code code = read_observations(e, rid, arena, shown, &all, err);
    if (code == IX_OK) {
        qsort(all.list, all.count, sizeof *all.list, by_rank);
        sources = ix_arena_array(arena, all.count + 1, sizeof *sources);
    }
    for (size_t i = 0; sources && i < all.count; i++) {
        sources[i] = all.list[i].shown;
        if (sources[i].variant.size == 0) {
            sources[i].variant = (struct ix_sv){0}; /* the only one */
        }
    }
    shown->sources = sources;
    shown->source_count = sources ? all.count : 0;
    if (all.list != &all.first) {
        free(all.list);
    }
    return code;
}

enum ix_code ix_sqlite_show(struct ix_warehouse *warehouse, int64_t rid, bool properties,
                            struct ix_arena *arena, struct ix_shown *ret, struct ix_err *err) {
    struct ix_sqlite *e = ix_sqlite_of(warehouse);
    *ret = (struct ix_shown){0};
    enum ix_code code = refresh(e, err);
    code = code == IX_OK ? read_row(e, rid, properties, arena, ret, err) : code;
    ret->values[IX_STORED_RID] = (struct ix_value){.kind = IX_VALUE_INT, .integer = rid};
    ret->values[IX_STORED_LAST_SEEN] = ret->values[IX_STORED_DELETED];
    code = code == IX_OK ? read_sources(e, rid, arena, ret, err) : code;
    return code == IX_OK ? ix_arena_check(arena, err) : code;
}
