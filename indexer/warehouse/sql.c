/* A statement's text and its values side by side; "?N" is written by the bind functions alone. */
#include "indexer/warehouse/sql.h"

#include <stdlib.h>

void ix_sql_init(struct ix_sql *sql, struct ix_arena *arena) {
    *sql = (struct ix_sql){.arena = arena};
}

void ix_sql_done(struct ix_sql *sql) {
    if (sql) {
        ix_buf_done(&sql->text);
        free(sql->binds);
        sql->binds = NULL;
        sql->bind_count = sql->bind_capacity = 0;
    }
}

void ix_sql_text(struct ix_sql *sql, const char *text) {
    ix_buf_add_cstr(&sql->text, text);
}

static struct ix_bind *add_bind(struct ix_sql *sql) {
    if (sql->bind_count == IX_SQL_BINDS_MAX) {
        sql->failed = true;
        return NULL;
    }
    if (sql->bind_count == sql->bind_capacity) {
        size_t capacity = sql->bind_capacity ? sql->bind_capacity * 2 : 16;
        struct ix_bind *binds = realloc(sql->binds, capacity * sizeof *binds);
        if (!binds) {
            sql->failed = true;
            return NULL;
        }
        sql->binds = binds;
        sql->bind_capacity = capacity;
    }
    return &sql->binds[sql->bind_count++];
}

static void add_value(struct ix_sql *sql, struct ix_bind value) {
    struct ix_bind *bind = add_bind(sql);
    if (bind) {
        *bind = value;
        ix_buf_printf(&sql->text, "?%zu", sql->bind_count);
    }
}

static void add_text(struct ix_sql *sql, enum ix_bind_kind kind, struct ix_sv value) {
    add_value(sql, (struct ix_bind){.kind = kind, .text = ix_arena_copy(sql->arena, value)});
}

void ix_sql_bind_text(struct ix_sql *sql, struct ix_sv value) {
    add_text(sql, IX_BIND_TEXT, value);
}

void ix_sql_bind_blob(struct ix_sql *sql, struct ix_sv value) {
    add_text(sql, IX_BIND_BLOB, value);
}

void ix_sql_bind_int(struct ix_sql *sql, int64_t value) {
    add_value(sql, (struct ix_bind){.kind = IX_BIND_INT, .integer = value});
}

void ix_sql_bind_real(struct ix_sql *sql, double value) {
    add_value(sql, (struct ix_bind){.kind = IX_BIND_REAL, .real = value});
}

void ix_sql_bind_test(struct ix_sql *sql, const struct ix_value_test *test) {
    add_value(sql, (struct ix_bind){.kind = IX_BIND_TEST, .test = test});
}

void ix_sql_bind_map(struct ix_sql *sql, const struct ix_value_map *map) {
    add_value(sql, (struct ix_bind){.kind = IX_BIND_MAP, .map = map});
}

/* Statement text is constant, so a question mark in it can only begin a place. */
void ix_sql_append(struct ix_sql *sql, const struct ix_sql *part) {
    struct ix_sv rest = ix_buf_sv(&part->text);
    sql->failed |= part->failed || part->text.failed;
    for (size_t at; (at = ix_sv_find_char(rest, '?')) != IX_SV_NPOS;) {
        ix_buf_add(&sql->text, ix_sv_sub(rest, 0, at));
        size_t end = at + 1;
        size_t number = 0;
        for (; end < rest.size && rest.data[end] >= '0' && rest.data[end] <= '9'; end++) {
            number = number * 10 + (size_t)(rest.data[end] - '0');
        }
        if (number >= 1 && number <= part->bind_count) {
            add_value(sql, part->binds[number - 1]);
        }
        rest = ix_sv_from(rest, end);
    }
    ix_buf_add(&sql->text, rest);
}

enum ix_code ix_sql_check(const struct ix_sql *sql, struct ix_err *err) {
    if (sql->bind_count == IX_SQL_BINDS_MAX) {
        return ix_err_set(err, IX_LIMIT, "the query holds more than %d values", IX_SQL_BINDS_MAX);
    }
    if (sql->failed || sql->text.failed) {
        return ix_err_nomem(err);
    }
    return ix_arena_check(sql->arena, err);
}
