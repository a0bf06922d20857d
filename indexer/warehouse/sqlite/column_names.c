/* The place of each resource in the order of names.
 *
 * The usual order is by type, then by name. Of a type that many resources have, all names were read
 * from rows to show the first fifty. The index of names has them in order: one pass over it gives
 * each resource a number, 4 bytes, which is kept as chunks of columns are.
 *
 * A pass costs as much as to read the names of one resource in ten. So it is made when as many
 * have been read since somebody wrote: whoever asks once does not pay for it, and nobody pays much
 * more than twice what would have been the better choice. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/column.h"

enum { READ_BEFORE = IX_CHUNK_ROWS / 8 /* names, for each chunk */ };

void ix_name_places_forget(struct ix_name_places *names) {
    free(names->items);
    *names = (struct ix_name_places){0};
}

static bool make_room(struct ix_name_places *names, size_t rid) {
    if (rid < names->count) {
        return true;
    }
    size_t count = rid + rid / 4 + 1024;
    count = count < IX_NAME_PLACES_MAX ? count : IX_NAME_PLACES_MAX;
    uint32_t *items = realloc(names->items, count * sizeof *items);
    if (items) {
        memset(items + names->count, 0, (count - names->count) * sizeof *items);
        names->items = items;
        names->count = count;
    }
    return items != NULL;
}

/* As the index compares them: ASCII letters are the same in either case. */
static bool is_same(struct ix_sv a, struct ix_sv b) {
    return a.size == b.size && (a.size == 0 || ix_sv_eq_nocase(a, b));
}

struct walk {
    struct ix_buf last; /* the name before */
    uint32_t place;
};

static enum ix_code take_name(struct ix_name_places *names, struct walk *w, sqlite3_stmt *s,
                              struct ix_err *err) {
    int64_t rid = sqlite3_column_int64(s, 0);
    struct ix_sv name = ix_sqlite_text(s, 1);
    if (rid < 0 || rid >= IX_NAME_PLACES_MAX) {
        names->refused = true;
        return IX_OK;
    }
    if (w->place == 0 || !is_same(ix_buf_sv(&w->last), name)) {
        w->place++;
        ix_buf_clear(&w->last);
        ix_buf_add(&w->last, name);
    }
    if (!make_room(names, (size_t)rid)) {
        return ix_err_nomem(err);
    }
    names->items[rid] = w->place;
    return ix_buf_check(&w->last, err);
}

static enum ix_code read_names(struct ix_sqlite *e, struct ix_name_places *names,
                               struct ix_err *err) {
    struct walk w = {0};
    bool row = true;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_NAME_ORDER, err);
    if (!s) {
        return err->code;
    }
    enum ix_code code = IX_OK;
    while (code == IX_OK && row && !names->refused) {
        code = ix_sqlite_step(e, s, &row, err);
        code = code == IX_OK && row ? take_name(names, &w, s, err) : code;
    }
    sqlite3_reset(s);
    ix_buf_done(&w.last);
    return code;
}

enum ix_code ix_column_names(struct ix_sqlite *e, size_t rows,
                             const struct ix_name_places **ret_names, struct ix_err *err) {
    struct ix_name_places *names;
    size_t chunks = 0;
    *ret_names = NULL;
    enum ix_code code = ix_column_name_places(e, &names, err);
    code = code == IX_OK ? ix_column_chunks(e, &chunks, err) : code;
    if (code != IX_OK) {
        return code;
    }
    names->asked += rows;
    if (!names->read && !names->refused && names->asked >= chunks * READ_BEFORE) {
        code = read_names(e, names, err);
        names->read = code == IX_OK && !names->refused;
        names->refused = !names->read; /* whatever it was, it is not tried for each search */
    }
    if (names->refused) {
        free(names->items);
        names->items = NULL;
        names->count = 0;
    }
    *ret_names = names->read ? names : NULL;
    return code;
}
