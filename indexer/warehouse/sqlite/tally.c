/* ix_tally(key, …): how often each combination of keys occurs, as JSON [[key, …, count], …].
 *
 * An aggregate instead of GROUP BY, for keys of few values (numbers of words): GROUP BY sorts every
 * row, this counts in a table in memory, and several stand side by side over one pass of the rows.
 * https://sqlite.org/c3ref/create_function.html */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/engine.h"

struct tally {
    struct ix_arena arena;
    struct ix_map counts; /* encoded keys -> count */
    struct ix_buf key;
    bool begun;
};

enum { KEY_BYTES = 9 }; /* of one key: is it known, and the number */

static void encode(struct ix_buf *key, sqlite3_value *value) {
    bool known = sqlite3_value_type(value) != SQLITE_NULL;
    int64_t number = known ? sqlite3_value_int64(value) : 0;
    ix_buf_add_char(key, known ? '1' : '0');
    ix_buf_add(key, ix_sv_of((const char *)&number, sizeof number));
}

static void write_key(struct ix_buf *out, const char *key) {
    int64_t number;
    memcpy(&number, key + 1, sizeof number);
    if (key[0] == '1') {
        ix_buf_printf(out, "%lld,", (long long)number);
    } else {
        ix_buf_add_cstr(out, "null,");
    }
}

static void step(sqlite3_context *context, int count, sqlite3_value **values) {
    struct tally *t = sqlite3_aggregate_context(context, sizeof *t);
    if (!t) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (!t->begun) {
        ix_arena_init(&t->arena, 0);
        ix_map_init(&t->counts, &t->arena);
        t->begun = true;
    }
    ix_buf_clear(&t->key);
    for (int i = 0; i < count; i++) {
        encode(&t->key, values[i]);
    }
    union ix_map_value *counted =
        t->key.failed ? NULL : ix_map_put(&t->counts, ix_buf_sv(&t->key), NULL);
    if (counted) {
        counted->number++;
    } else {
        sqlite3_result_error_nomem(context);
    }
}

static void finish(sqlite3_context *context) {
    struct tally *t = sqlite3_aggregate_context(context, 0);
    struct ix_buf out = {0};
    const struct ix_map_slot *slot = NULL;
    ix_buf_add_char(&out, '[');
    while (t && t->begun && (slot = ix_map_each(&t->counts, slot))) {
        ix_buf_add_cstr(&out, out.size > 1 ? ",[" : "[");
        for (size_t at = 0; at + KEY_BYTES <= slot->key.size; at += KEY_BYTES) {
            write_key(&out, slot->key.data + at);
        }
        ix_buf_printf(&out, "%lld]", (long long)slot->value.number);
    }
    ix_buf_add_char(&out, ']');
    if (out.failed) {
        sqlite3_result_error_nomem(context);
    } else {
        sqlite3_result_text64(context, out.data, out.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    ix_buf_done(&out);
    if (t) {
        ix_buf_done(&t->key);
        ix_arena_done(&t->arena);
    }
}

enum ix_code ix_sqlite_add_tally(struct ix_sqlite *e, struct ix_err *err) {
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_function_v2(e->db, "ix_tally", -1, flags, NULL, NULL, step, finish,
                                      NULL) == SQLITE_OK
               ? IX_OK
               : ix_err_nomem(err);
}
