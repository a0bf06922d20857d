/* ix_tag_tally(set, key, class): how often each value of a tag occurs in a set, as JSON
 * [["value", count], …, [null, count of those without it]].
 *
 * The table of tags is in the order of values, so counting over it passes every resource that has
 * the key, however few are asked about. What such a pass finds, a code for the value of each
 * resource, is kept for the next question about the key: IX_TAG_COLUMNS_KEPT keys and
 * IX_TAG_COLUMN_BYTES for each connection, as long as nobody writes. */
#include <stdlib.h>

#include "base/json.h"
#include "indexer/warehouse/sqlite/column.h"
#include "indexer/warehouse/sqlite/rid_set.h"

struct ix_tag_column {
    int64_t key, class_;
    uint32_t *codes; /* of each rid; 0: it has no such tag */
    size_t rid_count;
    struct ix_sv *values; /* of code i + 1; in the arena */
    size_t value_count, value_capacity;
    struct ix_arena arena;
    struct ix_map known; /* value -> code */
};

static void free_column(struct ix_tag_column *c) {
    if (c) {
        free(c->codes);
        free(c->values);
        ix_arena_done(&c->arena);
        free(c);
    }
}

void ix_tag_columns_forget(struct ix_tag_columns *kept) {
    for (size_t i = 0; i < kept->count; i++) {
        free_column(kept->columns[i]);
    }
    *kept = (struct ix_tag_columns){0};
}

/* ---- making ---- */

/* 0 without memory. */
static uint32_t code_of(struct ix_tag_column *c, struct ix_sv value) {
    bool added = false;
    union ix_map_value *code = ix_map_put(&c->known, value, &added);
    if (!code) {
        return 0;
    }
    if (added && c->value_count == c->value_capacity) {
        size_t capacity = c->value_capacity ? c->value_capacity * 2 : 64;
        struct ix_sv *values = realloc(c->values, capacity * sizeof *values);
        if (!values) {
            return 0;
        }
        c->values = values;
        c->value_capacity = capacity;
    }
    if (added) {
        c->values[c->value_count++] = ix_arena_copy(&c->arena, value);
        code->number = (int64_t)c->value_count;
    }
    return c->arena.failed ? 0 : (uint32_t)code->number;
}

static bool put_code(struct ix_tag_column *c, int64_t rid, uint32_t code) {
    if (code == 0 || rid < 0 || rid >= IX_RID_MAX) {
        return code != 0;
    }
    if ((size_t)rid >= c->rid_count) {
        size_t count = (size_t)rid + (size_t)rid / 4 + 1024;
        uint32_t *codes = realloc(c->codes, count * sizeof *codes);
        if (!codes) {
            return false;
        }
        memset(codes + c->rid_count, 0, (count - c->rid_count) * sizeof *codes);
        c->codes = codes;
        c->rid_count = count;
    }
    c->codes[rid] = code;
    return true;
}

/* Values come one after another, so that most are the one before. */
static enum ix_code read_rows(struct ix_sqlite *e, struct ix_tag_column *c, sqlite3_stmt *s,
                              struct ix_err *err) {
    bool row = true;
    uint32_t code = 0;
    enum ix_code result = IX_OK;
    while (result == IX_OK && row) {
        result = ix_sqlite_step(e, s, &row, err);
        if (result != IX_OK || !row) {
            break;
        }
        struct ix_sv value = ix_sqlite_text(s, 0);
        bool same = code && ix_sv_eq(c->values[code - 1], value);
        code = same ? code : code_of(c, value);
        result = put_code(c, sqlite3_column_int64(s, 1), code) ? IX_OK : ix_err_nomem(err);
    }
    return result;
}

static enum ix_code read_column(struct ix_sqlite *e, int64_t key, int64_t class_,
                                struct ix_tag_column **ret_column, struct ix_err *err) {
    struct ix_tag_column *c = calloc(1, sizeof *c);
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_TAG_VALUES, err);
    if (!c || !s) {
        free(c);
        return c ? err->code : ix_err_nomem(err);
    }
    c->key = key;
    c->class_ = class_;
    ix_arena_init(&c->arena, 0);
    ix_map_init(&c->known, &c->arena);
    sqlite3_bind_int64(s, 1, key);
    sqlite3_bind_int64(s, 2, class_);
    enum ix_code code = read_rows(e, c, s, err);
    sqlite3_reset(s);
    if (code == IX_OK) {
        *ret_column = c;
    } else {
        free_column(c);
    }
    return code;
}

/* ---- keeping ---- */

static size_t bytes_of(const struct ix_tag_column *c) {
    size_t bytes = c->rid_count * sizeof *c->codes + c->value_capacity * sizeof *c->values;
    for (size_t i = 0; i < c->value_count; i++) {
        enum { SLOT_BYTES = 128 }; /* of the map, and both copies' ends */
        bytes += 2 * c->values[i].size + SLOT_BYTES;
    }
    return bytes;
}

static void drop_oldest(struct ix_tag_columns *kept) {
    kept->bytes -= bytes_of(kept->columns[0]);
    free_column(kept->columns[0]);
    kept->count--;
    memmove(kept->columns, kept->columns + 1, kept->count * sizeof *kept->columns);
}

/* False: it is too large to be kept. */
static bool keep(struct ix_tag_columns *kept, struct ix_tag_column *c) {
    size_t bytes = bytes_of(c);
    if (bytes > IX_TAG_COLUMN_BYTES) {
        return false;
    }
    while (kept->count == IX_TAG_COLUMNS_KEPT || kept->bytes + bytes > IX_TAG_COLUMN_BYTES) {
        drop_oldest(kept);
    }
    kept->columns[kept->count++] = c;
    kept->bytes += bytes;
    return true;
}

/* What was asked for last goes last. */
static struct ix_tag_column *find(struct ix_tag_columns *kept, int64_t key, int64_t class_) {
    for (size_t i = 0; i < kept->count; i++) {
        struct ix_tag_column *c = kept->columns[i];
        if (c->key == key && c->class_ == class_) {
            memmove(kept->columns + i, kept->columns + i + 1,
                    (kept->count - i - 1) * sizeof *kept->columns);
            kept->columns[kept->count - 1] = c;
            return c;
        }
    }
    return NULL;
}

/* ---- counting ---- */

static bool count_values(const struct ix_tag_column *c, const struct ix_rid_view *view,
                         int64_t *counts) {
    for (size_t w = view->first; w < view->first + view->count; w++) {
        uint64_t bits = ix_rid_view_word(view, w);
        for (; bits; bits &= bits - 1) {
            size_t rid = w * 64 + (size_t)__builtin_ctzll(bits);
            counts[rid < c->rid_count ? c->codes[rid] : 0]++;
        }
    }
    return true;
}

static void write_counts(struct ix_buf *out, const struct ix_tag_column *c, const int64_t *counts) {
    ix_buf_add_char(out, '[');
    for (size_t i = 0; i < c->value_count; i++) {
        if (counts[i + 1]) {
            ix_buf_add_cstr(out, out->size > 1 ? ",[" : "[");
            ix_json_write_string(out, c->values[i]);
            ix_buf_printf(out, ",%lld]", (long long)counts[i + 1]);
        }
    }
    if (counts[0]) {
        ix_buf_printf(out, "%s[null,%lld]", out->size > 1 ? "," : "", (long long)counts[0]);
    }
    ix_buf_add_char(out, ']');
}

static enum ix_code tally(const struct ix_tag_column *c, const struct ix_rid_view *view,
                          struct ix_buf *out, struct ix_err *err) {
    int64_t *counts = calloc(c->value_count + 1, sizeof *counts);
    if (!counts) {
        return ix_err_nomem(err);
    }
    count_values(c, view, counts);
    write_counts(out, c, counts);
    free(counts);
    return ix_buf_check(out, err);
}

static enum ix_code tally_key(struct ix_sqlite *e, int64_t key, int64_t class_,
                              const struct ix_rid_view *view, struct ix_buf *out,
                              struct ix_err *err) {
    struct ix_tag_columns *kept = NULL;
    if (ix_column_tags(e, &kept, err) != IX_OK) {
        return err->code;
    }
    struct ix_tag_column *c = find(kept, key, class_);
    bool is_kept = c != NULL;
    if (!c && read_column(e, key, class_, &c, err) != IX_OK) {
        return err->code;
    }
    enum ix_code code = tally(c, view, out, err);
    if (!is_kept && !keep(kept, c)) {
        free_column(c);
    }
    return code;
}

void ix_tag_tally(sqlite3_context *context, int count, sqlite3_value **values) {
    struct ix_sqlite *e = sqlite3_user_data(context);
    const struct ix_rid_view view = ix_rid_view_of(values[0]);
    struct ix_err err = {0};
    struct ix_buf out = {0};
    (void)count;
    enum ix_code code = tally_key(e, sqlite3_value_int64(values[1]), sqlite3_value_int64(values[2]),
                                  &view, &out, &err);
    if (code == IX_OK) {
        sqlite3_result_text64(context, out.data, out.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
        ix_column_fail(context, &err);
    }
    ix_buf_done(&out);
}
