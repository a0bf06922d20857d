/* Codes, and the cache of chunks.
 *
 * The cache is right for one state of the file: the data version
 * (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html, SQLITE_FCNTL_DATA_VERSION) is another
 * one as soon as anybody's transaction is seen. A statement sees one state, so a chunk that is
 * looked at stays. */
#include "indexer/warehouse/sqlite/column.h"

#include <stdlib.h>

#include "indexer/warehouse/sqlite/rid_set.h"

enum { HEAD_BYTES = 16, WORDS = IX_CHUNK_ROWS / 64 };

/* ---- writing codes ---- */

/* Into room that was reserved. */
static void add_number(struct ix_buf *out, uint64_t number, uint32_t width) {
    for (uint32_t i = 0; i < width; i++) {
        out->data[out->size++] = (char)(number >> (8 * i));
    }
}

static uint32_t width_of(uint64_t code) {
    return code <= UINT8_MAX ? 1 : code <= UINT16_MAX ? 2 : code <= UINT32_MAX ? 4 : 8;
}

static void add_head(struct ix_buf *out, uint32_t width, int64_t base) {
    add_number(out, width, 8);
    add_number(out, (uint64_t)base, 8);
}

enum ix_code ix_column_encode(const int64_t *values, struct ix_buf *out, struct ix_err *err) {
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    size_t count = 0;
    ix_buf_clear(out);
    for (size_t i = 0; i < IX_CHUNK_ROWS; i++) {
        if (values[i] != IX_COLUMN_NULL) {
            least = values[i] < least ? values[i] : least;
            most = values[i] > most ? values[i] : most;
            count = i + 1;
        }
    }
    if (count == 0) {
        return IX_OK;
    }
    uint64_t greatest = (uint64_t)most - (uint64_t)least + 1;
    uint32_t width = width_of(greatest);
    if (!ix_buf_reserve(out, HEAD_BYTES + count * width)) {
        return ix_buf_check(out, err);
    }
    add_head(out, width, least);
    for (size_t i = 0; i < count; i++) {
        bool known = values[i] != IX_COLUMN_NULL;
        add_number(out, known ? (uint64_t)values[i] - (uint64_t)least + 1 : 0, width);
    }
    return IX_OK;
}

enum ix_code ix_column_encode_bits(const uint64_t *words, struct ix_buf *out, struct ix_err *err) {
    size_t count = 0;
    ix_buf_clear(out);
    for (size_t i = 0; i < WORDS; i++) {
        count = words[i] ? i + 1 : count;
    }
    if (count == 0) {
        return IX_OK;
    }
    if (!ix_buf_reserve(out, HEAD_BYTES + count * 8)) {
        return ix_buf_check(out, err);
    }
    add_head(out, 0, 0);
    for (size_t i = 0; i < count; i++) {
        add_number(out, words[i], 8);
    }
    return IX_OK;
}

/* ---- the cache ---- */

struct entry {
    unsigned char *bytes; /* NULL: not read, or nothing there */
    size_t size;
    uint32_t users;
    bool read, used; /* used: since the hand came by */
};

struct places {
    uint32_t *items;
    size_t count;
    bool read, too_many;
};

struct ix_column_cache {
    unsigned version; /* of the file */
    bool begun;
    size_t chunks;
    struct entry *entries; /* chunk * IX_COLUMN_ID_COUNT + id */
    size_t entry_count, hand, bytes;
    struct places places[IX_COLUMN_VALUES];
    struct ix_tag_columns tags;
    struct ix_name_places names;
};

static enum ix_code damaged(struct ix_err *err) {
    return ix_err_set(err, IX_CORRUPT,
                      "the columns of resources are damaged; run: infradex repair");
}

static void drop(struct ix_column_cache *cache, struct entry *entry) {
    cache->bytes -= entry->size;
    free(entry->bytes);
    *entry = (struct entry){0};
}

static void empty(struct ix_column_cache *cache) {
    for (size_t i = 0; i < cache->entry_count; i++) {
        drop(cache, &cache->entries[i]);
    }
    for (size_t i = 0; i < IX_COLUMN_VALUES; i++) {
        free(cache->places[i].items);
    }
    ix_tag_columns_forget(&cache->tags);
    ix_name_places_forget(&cache->names);
    free(cache->entries);
    *cache = (struct ix_column_cache){0};
}

void ix_column_forget(struct ix_sqlite *e) {
    if (e->columns) {
        empty(e->columns);
    }
}

void ix_column_done(struct ix_sqlite *e) {
    ix_column_forget(e);
    free(e->columns);
    e->columns = NULL;
}

static enum ix_code begin_cache(struct ix_sqlite *e, unsigned version, struct ix_err *err) {
    struct ix_column_cache *cache = e->columns;
    int64_t last = 0;
    empty(cache);
    if (ix_sqlite_number(e, "SELECT max(part) FROM resource_column", -1, &last, err) != IX_OK) {
        return err->code;
    }
    if (last / IX_COLUMN_SLOTS >= IX_RID_MAX / IX_CHUNK_ROWS) {
        return damaged(err);
    }
    cache->chunks = last < 0 ? 0 : (size_t)(last / IX_COLUMN_SLOTS) + 1;
    cache->entries = calloc(cache->chunks * IX_COLUMN_ID_COUNT + 1, sizeof *cache->entries);
    if (!cache->entries) {
        return ix_err_nomem(err);
    }
    cache->entry_count = cache->chunks * IX_COLUMN_ID_COUNT;
    cache->version = version;
    cache->begun = true;
    return IX_OK;
}

/* The cache as it is right for the state that the statement sees. */
static enum ix_code refresh(struct ix_sqlite *e, struct ix_err *err) {
    unsigned version = 0;
    sqlite3_file_control(e->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    if (!e->columns && !(e->columns = calloc(1, sizeof *e->columns))) {
        return ix_err_nomem(err);
    }
    bool right = e->columns->begun && e->columns->version == version;
    return right ? IX_OK : begin_cache(e, version, err);
}

/* Makes room as a clock does: what was not used since the hand came by last goes. */
static void make_room(struct ix_column_cache *cache) {
    size_t steps = 2 * cache->entry_count;
    while (cache->bytes > IX_COLUMN_CACHE_BYTES && steps-- > 0) {
        struct entry *entry = &cache->entries[cache->hand];
        cache->hand = (cache->hand + 1) % cache->entry_count;
        if (entry->bytes && entry->users == 0 && !entry->used) {
            drop(cache, entry);
        }
        entry->used = false;
    }
}

/* Codes are kept from the lowest byte on. */
static void to_host_order(unsigned char *bytes, size_t size, size_t width) {
    const uint16_t one = 1;
    if (*(const unsigned char *)&one == 1) {
        return;
    }
    for (size_t at = 0; width > 1 && at + width <= size; at += width) {
        for (size_t i = 0; i < width / 2; i++) {
            unsigned char byte = bytes[at + i];
            bytes[at + i] = bytes[at + width - 1 - i];
            bytes[at + width - 1 - i] = byte;
        }
    }
}

static enum ix_code read_entry(struct ix_sqlite *e, size_t chunk, enum ix_column_id id,
                               struct entry *entry, struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_COLUMN_GET, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, (int64_t)chunk * IX_COLUMN_SLOTS + id);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    if (code == IX_OK && row) {
        struct ix_sv bytes = ix_sqlite_text(s, 0);
        entry->bytes = malloc(bytes.size + 1);
        if (entry->bytes && bytes.data) {
            memcpy(entry->bytes, bytes.data, bytes.size);
            entry->size = bytes.size;
            e->columns->bytes += bytes.size;
            if (bytes.size > HEAD_BYTES) {
                to_host_order(entry->bytes + HEAD_BYTES, bytes.size - HEAD_BYTES,
                              id < IX_COLUMN_VALUES ? entry->bytes[0] : 8);
            }
        } else {
            code = ix_err_nomem(err);
        }
    }
    sqlite3_reset(s);
    entry->read = code == IX_OK;
    return code;
}

enum ix_code ix_column_chunks(struct ix_sqlite *e, size_t *ret_count, struct ix_err *err) {
    enum ix_code code = refresh(e, err);
    *ret_count = code == IX_OK ? e->columns->chunks : 0;
    return code;
}

enum ix_code ix_column_tags(struct ix_sqlite *e, struct ix_tag_columns **ret_kept,
                            struct ix_err *err) {
    enum ix_code code = refresh(e, err);
    *ret_kept = code == IX_OK ? &e->columns->tags : NULL;
    return code;
}

enum ix_code ix_column_name_places(struct ix_sqlite *e, struct ix_name_places **ret_names,
                                   struct ix_err *err) {
    enum ix_code code = refresh(e, err);
    *ret_names = code == IX_OK ? &e->columns->names : NULL;
    return code;
}

static enum ix_code decode(const struct entry *entry, enum ix_column_id id,
                           struct ix_column *column, struct ix_err *err) {
    bool bits = id >= IX_COLUMN_VALUES;
    if (!entry->bytes) {
        return IX_OK;
    }
    size_t size = entry->size < HEAD_BYTES ? 0 : entry->size - HEAD_BYTES;
    uint64_t width = size ? ix_column_eight(entry->bytes) : 3;
    size_t rows = bits ? size * 8 : width ? size / (size_t)width : 0;
    bool known = bits ? width == 0 : width == 1 || width == 2 || width == 4 || width == 8;
    if (!known || rows == 0 || rows > IX_CHUNK_ROWS) {
        return damaged(err);
    }
    column->codes = entry->bytes + HEAD_BYTES;
    column->width = (uint32_t)width;
    column->count = (uint32_t)rows;
    column->base = (int64_t)ix_column_eight(entry->bytes + 8);
    return IX_OK;
}

enum ix_code ix_column_open(struct ix_sqlite *e, size_t chunk, enum ix_column_id id,
                            struct ix_column *ret_column, struct ix_err *err) {
    struct ix_column_cache *cache = e->columns;
    size_t slot = chunk * IX_COLUMN_ID_COUNT + id;
    struct entry *entry = &cache->entries[slot];
    *ret_column = (struct ix_column){.slot = slot};
    entry->users++;
    entry->used = true;
    enum ix_code code = IX_OK;
    if (!entry->read) {
        code = read_entry(e, chunk, id, entry, err);
        make_room(cache);
    }
    code = code == IX_OK ? decode(entry, id, ret_column, err) : code;
    if (code != IX_OK) {
        entry->users--;
    }
    return code;
}

void ix_column_release(struct ix_sqlite *e, const struct ix_column *column) {
    struct entry *entry = &e->columns->entries[column->slot];
    entry->users--;
}

/* ---- the order of words ---- */

static enum ix_code read_places(struct ix_sqlite *e, const char *field, struct places *places,
                                struct ix_err *err) {
    bool row = true;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_WORD_PLACES, err);
    if (!s) {
        return err->code;
    }
    ix_sqlite_bind_text(s, 1, ix_sv_cstr(field));
    enum ix_code code = IX_OK;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(e, s, &row, err);
        int64_t wid = code == IX_OK && row ? sqlite3_column_int64(s, 0) : 0;
        if (wid < 0 || wid >= IX_COLUMN_WORDS_MAX) {
            places->too_many = true;
            continue;
        }
        if ((size_t)wid >= places->count) {
            size_t count = (size_t)wid * 2 + 64;
            uint32_t *items = realloc(places->items, count * sizeof *items);
            if (!items) {
                code = ix_err_nomem(err);
                break;
            }
            memset(items + places->count, 0, (count - places->count) * sizeof *items);
            places->items = items;
            places->count = count;
        }
        places->items[wid] = row ? (uint32_t)sqlite3_column_int64(s, 1) : 0;
    }
    sqlite3_reset(s);
    places->read = code == IX_OK;
    return code;
}

enum ix_code ix_column_places(struct ix_sqlite *e, enum ix_column_id id,
                              const uint32_t **ret_places, size_t *ret_count, bool *ret_ordered,
                              struct ix_err *err) {
    static const char *const fields[IX_COLUMN_VALUES] = {
        [IX_COLUMN_TYPE] = "type",
        [IX_COLUMN_KIND] = "kind",
        [IX_COLUMN_CATEGORY] = "category",
        [IX_COLUMN_PROVIDER] = "provider",
        [IX_COLUMN_SERVICE] = "service",
        [IX_COLUMN_ACCOUNT] = "account",
        [IX_COLUMN_REGION] = "region",
        [IX_COLUMN_ZONE] = "zone",
        [IX_COLUMN_STACK] = "stack",
        [IX_COLUMN_PROJECT] = "project",
        [IX_COLUMN_MANAGED_BY] = "managed_by",
    };
    *ret_places = NULL;
    *ret_count = 0;
    *ret_ordered = true;
    enum ix_code code = refresh(e, err);
    if (code != IX_OK || !fields[id]) {
        return code;
    }
    struct places *places = &e->columns->places[id];
    if (!places->read) {
        code = read_places(e, fields[id], places, err);
    }
    *ret_places = places->items;
    *ret_count = places->count;
    *ret_ordered = !places->too_many;
    return code;
}
