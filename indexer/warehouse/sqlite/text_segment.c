/* A leaf holds words, each with its list; a list that does not fit goes on in the next leaves. In
 * front of a leaf stand two numbers: where its first rid is, when one stands before its first word,
 * and where its footer begins, which says where words begin. The first word and the first rid of a
 * leaf are written whole, others as what differs from the one before.
 *
 * Words whose list fills many leaves get an index of these leaves by their first rids, so that
 * FTS5 can jump; it has levels, as a list of a gigabyte has too many leaves for one page of it. */
#include "indexer/warehouse/sqlite/text_segment.h"

#include "indexer/warehouse/sqlite/text_varint.h"

enum {
    LEAF_HEAD = 4,
    INDEX_FROM = 4,    /* leaves without a word: fewer need no index */
    MAIN_PREFIX = '0', /* in front of the words of an index without prefixes */
    PAGE_BITS = 31,
    HEIGHT_BITS = 5,
    INDEX_BITS = 1,
};

static bool well(const struct ix_text_segment *s) {
    return s->err->code == IX_OK;
}

static void put_short(char *to, size_t value) {
    to[0] = (char)(value >> 8);
    to[1] = (char)(value & 0xFF);
}

static size_t filled(const struct ix_text_segment *s) {
    return s->leaf.size + s->footer.size;
}

/* ---- rows ---- */

static void write_page(struct ix_text_segment *s, int64_t id, struct ix_sv page) {
    sqlite3_stmt *row =
        well(s) ? ix_sqlite_statement(s->e, IX_STATEMENT_TEXT_PAGE_ADD, s->err) : NULL;
    if (row) {
        sqlite3_bind_int64(row, 1, id);
        sqlite3_bind_blob64(row, 2, page.data, page.size, SQLITE_STATIC);
        (void)(ix_sqlite_run_statement(s->e, row, s->err) == IX_OK); /* s->err keeps it */
    }
}

static int64_t leaf_id(const struct ix_text_segment *s) {
    return (s->number << (PAGE_BITS + HEIGHT_BITS + INDEX_BITS)) + s->page;
}

static int64_t index_id(const struct ix_text_segment *s, int64_t height, int64_t page) {
    return (s->number << (PAGE_BITS + HEIGHT_BITS + INDEX_BITS)) +
           (INT64_C(1) << (PAGE_BITS + HEIGHT_BITS)) + (height << PAGE_BITS) + page;
}

/* ---- the index of a word's leaves ---- */

static bool end_page_index(struct ix_text_segment *s) {
    bool keep = s->levels[0].bytes.size > 0 && s->pages_without_word >= INDEX_FROM;
    for (int i = 0; i < IX_TEXT_LEVELS && s->levels[i].bytes.size > 0; i++) {
        if (keep) {
            write_page(s, index_id(s, i, s->levels[i].page), ix_buf_sv(&s->levels[i].bytes));
        }
        ix_buf_clear(&s->levels[i].bytes);
    }
    s->pages_without_word = 0;
    return keep;
}

static void begin_page_index(struct ix_text_page_index *index, bool inner, int64_t below,
                             int64_t rid) {
    ix_varint_add(&index->bytes, inner);
    ix_varint_add(&index->bytes, (uint64_t)below);
    ix_varint_add(&index->bytes, (uint64_t)rid);
    index->before = rid;
}

/* The first rid of a page of the index: behind its flag and the number of a page. */
static int64_t first_rid(const struct ix_buf *bytes) {
    const unsigned char *data = (const unsigned char *)bytes->data;
    uint64_t page = 0;
    uint64_t rid = 0;
    size_t at = 1;
    at += ix_varint_get(data + at, bytes->size - at, &page);
    (void)ix_varint_get(data + at, bytes->size - at, &rid);
    return (int64_t)rid;
}

/* A full page of the index is written, and what was the only one of its level gets a level above.
 */
static void turn_index_page(struct ix_text_segment *s, int level) {
    struct ix_text_page_index *index = &s->levels[level];
    struct ix_text_page_index *above = index + 1;
    index->bytes.data[0] = 1; /* it is not the root */
    write_page(s, index_id(s, level, index->page), ix_buf_sv(&index->bytes));
    if (above->bytes.size == 0) {
        above->page = index->page;
        begin_page_index(above, false, index->page, first_rid(&index->bytes));
    }
    ix_buf_clear(&index->bytes);
    index->page++;
}

static void add_to_page_index(struct ix_text_segment *s, int64_t rid) {
    bool more = true;
    for (int level = 0; more && level + 1 < IX_TEXT_LEVELS; level++) {
        struct ix_text_page_index *index = &s->levels[level];
        int64_t below = level ? index[-1].page : s->page;
        more = index->bytes.size >= IX_TEXT_PAGE;
        if (more) {
            turn_index_page(s, level);
        }
        if (index->bytes.size == 0) {
            begin_page_index(index, more, below, rid);
        } else {
            ix_varint_add(&index->bytes, (uint64_t)(rid - index->before));
            index->before = rid;
        }
    }
}

/* ---- leaves ---- */

/* The row that leads to a leaf, by the shortest text that parts its first word from what is before.
 */
static void write_key(struct ix_text_segment *s) {
    if (s->key_page == 0) {
        return;
    }
    bool has_index = end_page_index(s);
    sqlite3_stmt *row =
        well(s) ? ix_sqlite_statement(s->e, IX_STATEMENT_TEXT_KEY_ADD, s->err) : NULL;
    if (row) {
        sqlite3_bind_int64(row, 1, s->number);
        sqlite3_bind_blob64(row, 2, s->key.size ? s->key.data : "", s->key.size, SQLITE_STATIC);
        sqlite3_bind_int64(row, 3, s->key_page << 1 | has_index);
        (void)(ix_sqlite_run_statement(s->e, row, s->err) == IX_OK); /* s->err keeps it */
    }
    s->key_page = 0;
}

static void begin_leaf(struct ix_text_segment *s) {
    ix_buf_clear(&s->leaf);
    ix_buf_clear(&s->footer);
    ix_buf_add(&s->leaf, ix_sv_of("\0\0\0\0", LEAF_HEAD));
    s->word_at = 0;
    s->no_word = s->no_rid = true;
}

static void end_leaf(struct ix_text_segment *s) {
    if (ix_buf_check(&s->leaf, s->err) != IX_OK || ix_buf_check(&s->footer, s->err) != IX_OK) {
        begin_leaf(s);
        return;
    }
    put_short(s->leaf.data + 2, s->leaf.size);
    if (s->no_word) {
        if (s->no_rid && s->levels[0].bytes.size > 0) {
            ix_varint_add(&s->levels[0].bytes, 0);
        }
        s->pages_without_word++;
    } else {
        ix_buf_add(&s->leaf, ix_buf_sv(&s->footer));
    }
    write_page(s, leaf_id(s), ix_buf_sv(&s->leaf));
    s->page++;
    begin_leaf(s);
}

static size_t shared(struct ix_sv a, struct ix_sv b) {
    size_t size = a.size < b.size ? a.size : b.size;
    size_t at = 0;
    while (at < size && a.data[at] == b.data[at]) {
        at++;
    }
    return at;
}

void ix_text_segment_word(struct ix_text_segment *s, struct ix_sv text) {
    char bytes[1 + UINT8_MAX];
    struct ix_sv word = ix_sv_of(bytes, 1 + text.size);
    bytes[0] = MAIN_PREFIX;
    memcpy(bytes + 1, text.data, text.size);
    if (filled(s) + word.size + 2 >= IX_TEXT_PAGE && s->leaf.size > LEAF_HEAD) {
        end_leaf(s);
    }
    size_t same = shared(ix_buf_sv(&s->word), word);
    ix_varint_add(&s->footer, s->leaf.size - s->word_at);
    s->word_at = s->leaf.size;
    if (s->no_word && s->page != 1) {
        write_key(s);
        ix_buf_clear(&s->key);
        ix_buf_add(&s->key, ix_sv_sub(word, 0, same + 1));
        s->key_page = s->page;
    }
    if (s->no_word) {
        same = 0;
    } else {
        ix_varint_add(&s->leaf, same);
    }
    ix_varint_add(&s->leaf, word.size - same);
    ix_buf_add(&s->leaf, ix_sv_from(word, same));
    ix_buf_clear(&s->word);
    ix_buf_add(&s->word, word);
    s->no_word = s->no_rid = false;
    s->list_begins = true;
    s->levels[0].page = s->page;
}

/* ---- lists ---- */

static void add_rid(struct ix_text_segment *s, int64_t rid) {
    if (filled(s) >= IX_TEXT_PAGE) {
        end_leaf(s);
    }
    if (s->no_rid && well(s)) {
        put_short(s->leaf.data, s->leaf.size);
        add_to_page_index(s, rid);
    }
    bool whole = s->no_rid || s->list_begins;
    ix_varint_add(&s->leaf, (uint64_t)(whole ? rid : rid - s->rid));
    s->rid = rid;
    s->no_rid = s->list_begins = false;
}

/* As many whole numbers of `bytes` as fit, at least one. */
static size_t fitting(struct ix_sv bytes, size_t room) {
    const unsigned char *data = (const unsigned char *)bytes.data;
    uint64_t ignored;
    size_t size = ix_varint_get(data, bytes.size, &ignored);
    size_t next = ix_varint_get(data + size, bytes.size - size, &ignored);
    while (next > 0 && size + next <= room) {
        size += next;
        next = ix_varint_get(data + size, bytes.size - size, &ignored);
    }
    return size ? size : bytes.size;
}

/* The size of the places and the places, over as many leaves as they need. */
static void add_places(struct ix_text_segment *s, struct ix_sv bytes) {
    while (bytes.size > 0 && well(s)) {
        size_t used = filled(s);
        size_t room = used < IX_TEXT_PAGE ? IX_TEXT_PAGE - used : 0;
        size_t size = bytes.size <= room ? bytes.size : fitting(bytes, room);
        ix_buf_add(&s->leaf, ix_sv_sub(bytes, 0, size));
        bytes = ix_sv_from(bytes, size);
        if (bytes.size > 0) {
            end_leaf(s);
        }
    }
}

static void damaged(struct ix_text_segment *s) {
    ix_err_set(s->err, IX_CORRUPT, "the words of this run do not hold together; index again");
}

/* One resource after another. */
static void add_resources(struct ix_text_segment *s, struct ix_sv list) {
    const unsigned char *data = (const unsigned char *)list.data;
    uint64_t rid = 0;
    uint64_t difference = 0;
    uint64_t twice = 0;
    for (size_t at = 0; at < list.size && well(s);) {
        size_t head = ix_varint_get(data + at, list.size - at, &difference);
        size_t wide = ix_varint_get(data + at + head, list.size - at - head, &twice);
        if (head == 0 || wide == 0 || twice / 2 > list.size - at - head - wide) {
            damaged(s);
            return;
        }
        rid += difference;
        add_rid(s, (int64_t)rid);
        add_places(s, ix_sv_sub(list, at + head, at + head + wide + twice / 2));
        at += head + wide + twice / 2;
    }
}

void ix_text_segment_list(struct ix_text_segment *s, struct ix_sv list, int64_t last) {
    bool fits = filled(s) + list.size + IX_VARINT_MAX < IX_TEXT_PAGE && !s->no_rid;
    uint64_t rid = 0;
    size_t head = fits ? ix_varint_get((const unsigned char *)list.data, list.size, &rid) : 0;
    if (head == 0) {
        add_resources(s, list);
        return;
    }
    add_rid(s, (int64_t)rid);
    ix_buf_add(&s->leaf, ix_sv_from(list, head));
    s->rid = last;
}

/* ---- a segment ---- */

void ix_text_segment_begin(struct ix_text_segment *s, struct ix_sqlite *e, int64_t number,
                           struct ix_err *err) {
    *s = (struct ix_text_segment){.e = e, .err = err, .number = number, .page = 1, .key_page = 1};
    begin_leaf(s);
}

enum ix_code ix_text_segment_end(struct ix_text_segment *s, int64_t *ret_pages) {
    if (s->leaf.size > LEAF_HEAD) {
        end_leaf(s);
    }
    *ret_pages = s->page - 1;
    if (*ret_pages > 0) {
        write_key(s);
    }
    const struct ix_buf *bufs[] = {&s->leaf, &s->footer, &s->word, &s->key};
    for (size_t i = 0; well(s) && i < sizeof bufs / sizeof *bufs; i++) {
        (void)(ix_buf_check(bufs[i], s->err) == IX_OK); /* s->err keeps it */
    }
    for (int i = 0; well(s) && i < IX_TEXT_LEVELS; i++) {
        (void)(ix_buf_check(&s->levels[i].bytes, s->err) == IX_OK);
    }
    return s->err->code;
}

void ix_text_segment_done(struct ix_text_segment *s) {
    struct ix_buf *bufs[] = {&s->leaf, &s->footer, &s->word, &s->key};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) {
        ix_buf_done(bufs[i]);
    }
    for (int i = 0; i < IX_TEXT_LEVELS; i++) {
        ix_buf_done(&s->levels[i].bytes);
    }
}
