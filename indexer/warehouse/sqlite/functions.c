/* SQL functions: the questions that a statement asks back (tests and maps), and the texts of the
 * views. The latter are deterministic, so that FTS5 can compare its index with them. */
#include "indexer/model/property.h"
#include "indexer/warehouse/sqlite/engine.h"

static struct ix_sv text_of(sqlite3_value *value) {
    const unsigned char *text = sqlite3_value_text(value);
    return ix_sv_of((const char *)text, text ? (size_t)sqlite3_value_bytes(value) : 0);
}

/* An error of ours ends the statement; its words wait in the engine. */
static void raise_error(sqlite3_context *context, const struct ix_err *err) {
    struct ix_sqlite *e = sqlite3_user_data(context);
    if (e->callback_err.code == IX_OK) {
        e->callback_err = *err;
    }
    sqlite3_result_error(context, err->text, -1);
}

static void give_text(sqlite3_context *context, struct ix_buf *out) {
    struct ix_err err = {0};
    if (ix_buf_check(out, &err) == IX_OK) {
        sqlite3_result_text64(context, out->data ? out->data : "", out->size, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    } else {
        raise_error(context, &err);
    }
    ix_buf_done(out);
}

static void ask(sqlite3_context *context, sqlite3_value **values, bool of_null) {
    const struct ix_value_test *test = sqlite3_value_pointer(values[1], IX_TEST_POINTER);
    struct ix_err err = {0};
    bool asked = test && (of_null || sqlite3_value_type(values[0]) != SQLITE_NULL);
    bool holds = asked && test->holds(test->context, text_of(values[0]), &err);
    if (err.code != IX_OK) {
        raise_error(context, &err);
    } else {
        sqlite3_result_int(context, holds);
    }
}

/* ix_test(value, test): 1 or 0; NULL does not pass */
static void sql_test(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    ask(context, values, false);
}

/* ix_test_document(value, test): the test is asked about NULL too, as about no document */
static void sql_test_document(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    ask(context, values, true);
}

/* ix_map(value, map) */
static void sql_map(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    const struct ix_value_map *map = sqlite3_value_pointer(values[1], IX_MAP_POINTER);
    struct ix_err err = {0};
    struct ix_buf out = {0};
    if (map) {
        map->map(map->context, text_of(values[0]), &out, &err);
    }
    if (err.code != IX_OK) {
        raise_error(context, &err);
        ix_buf_done(&out);
    } else if (out.size > 0 || out.failed) {
        give_text(context, &out);
    }
}

/* ix_sortable(json): a number for what is one or reads as one, a text without its quotes, else the
 * JSON */
static void sql_sortable(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_sv json = text_of(values[0]);
    struct ix_json *node = NULL;
    struct ix_err ignored = {0};
    struct ix_arena arena;
    double number;
    (void)count;
    ix_arena_init(&arena, 0);
    bool quoted = json.size > 0 && json.data[0] == '"';
    if (quoted && ix_json_parse(&arena, json, &node, &ignored) == IX_OK) {
        json = ix_json_string(node);
    }
    if (ignored.code == IX_NOMEM) {
        sqlite3_result_error_nomem(context);
    } else if (ix_sv_to_double(json, &number)) {
        sqlite3_result_double(context, number);
    } else if (json.data) {
        sqlite3_result_text64(context, json.data, json.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    ix_arena_done(&arena);
}

/* ix_ids(...): the different texts among the arguments, joined by spaces */
static void sql_ids(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_buf out = {0};
    for (int i = 0; i < count; i++) {
        struct ix_sv text = text_of(values[i]);
        bool repeated = false;
        for (int k = 0; k < i; k++) {
            repeated |= ix_sv_eq(text, text_of(values[k]));
        }
        if (text.size && !repeated) {
            ix_buf_add_cstr(&out, out.size ? " " : "");
            ix_buf_add(&out, text);
        }
    }
    give_text(context, &out);
}

/* ix_document_words(json): names and values, for the text index */
static void sql_document_words(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct ix_buf out = {0};
    struct ix_err err = {0};
    if (ix_property_words(&out, text_of(values[0]), &err) != IX_OK) {
        raise_error(context, &err);
        ix_buf_done(&out);
        return;
    }
    give_text(context, &out);
}

/* ix_block(address): without the keys of instances: module.a[0].b.c["k"] is module.a.b.c */
static void sql_block(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct ix_sv address = text_of(values[0]);
    struct ix_buf out = {0};
    bool inside = false;
    bool quoted = false;
    for (size_t i = 0; i < address.size; i++) {
        char c = address.data[i];
        if (quoted && c == '\\') {
            i++;
        } else if (inside && c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '[' || c == ']')) {
            inside = c == '[';
        } else if (!inside) {
            ix_buf_add_char(&out, c);
        }
    }
    give_text(context, &out);
}

enum ix_code ix_sqlite_add_functions(struct ix_sqlite *e, struct ix_err *err) {
    enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };
    static const struct {
        const char *name;
        int arguments, flags;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {
        {"ix_test", 2, SQLITE_UTF8, sql_test},
        {"ix_test_document", 2, SQLITE_UTF8, sql_test_document},
        {"ix_map", 2, SQLITE_UTF8, sql_map},
        {"ix_sortable", 1, PURE, sql_sortable},
        {"ix_ids", -1, PURE, sql_ids},
        {"ix_document_words", 1, PURE, sql_document_words},
        {"ix_block", 1, PURE, sql_block},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (sqlite3_create_function_v2(e->db, functions[i].name, functions[i].arguments,
                                       functions[i].flags, e, functions[i].call, NULL, NULL,
                                       NULL) != SQLITE_OK) {
            return ix_err_nomem(err);
        }
    }
    return IX_OK;
}
