/* A segment of our own becomes FTS5's: its pages and keys, how many words each resource has
 * (search_docsize), the sums of these (row 1 of search_data), and its place in the list of segments
 * (row 10). FTS5 remembers the last two while it writes, so each flush first has it write what it
 * holds (at a savepoint it does), and then forget what it knows (when one is rolled back).
 *
 * Of two entries of one rid FTS5 takes that of the newer segment: lower levels are newer, and in a
 * level what comes later. So a segment goes as deep as its size asks for, but never below one that
 * is there. */
#include "indexer/warehouse/sqlite/text.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "indexer/warehouse/sqlite/intake.h"
#include "indexer/warehouse/sqlite/rows.h"
#include "indexer/warehouse/sqlite/text_runs.h"
#include "indexer/warehouse/sqlite/text_varint.h"

enum {
    SEGMENTS_MAX = 2000, /* FTS5's FTS5_MAX_SEGMENT */
    LEVELS_MAX = 64,
    FAN_IN = 4, /* segments of a level that FTS5 merges */
    PAGES_OF_LEVEL_0 = 256,
    MERGE_PAGES_MIN = 64, /* that FTS5 may merge after a small flush */
    STRUCTURE_MAX = 3 + 2 * LEVELS_MAX + 3 * SEGMENTS_MAX,
};

/* Two sets of words: while the writer puts a full one aside, the other one is filled. */
enum { SETS = 2 };

struct ix_text {
    struct set {
        struct ix_text_words words;
        atomic_bool busy; /* it is full, and not yet put aside */
    } sets[SETS];
    size_t filling; /* the collector's, or the writer's when nothing is gathered ahead */
    struct ix_spill runs;
    struct ix_buf run;
    int64_t first, last, last_aside;             /* rids since the last flush; 0: none */
    uint64_t resources, counts[IX_TEXT_COLUMNS]; /* of the runs that were put aside */
};

/* ---- beginning and ending ---- */

static enum ix_code forget(struct ix_sqlite *e, struct ix_text *t, struct ix_err *err) {
    t->first = t->last = t->last_aside = 0;
    t->resources = 0;
    memset(t->counts, 0, sizeof t->counts);
    return ix_spill_clear(&t->runs, e, err);
}

enum ix_code ix_text_begin(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    if (!t && !(t = e->run.text_index = calloc(1, sizeof *t))) {
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < SETS; i++) {
        ix_text_words_clear(&t->sets[i].words);
        atomic_store(&t->sets[i].busy, false);
    }
    t->runs.count = 0; /* ix_spill_begin has emptied all */
    return forget(e, t, err);
}

void ix_text_done(struct ix_sqlite *e) {
    struct ix_text *t = e->run.text_index;
    for (size_t i = 0; t && i < SETS; i++) {
        ix_text_words_done(&t->sets[i].words);
    }
    if (t) {
        ix_spill_done(&t->runs);
        ix_buf_done(&t->run);
    }
    free(t);
    e->run.text_index = NULL;
}

/* ---- FTS5's rows ---- */

struct numbers {
    uint64_t items[STRUCTURE_MAX];
    size_t count;
};

static enum ix_code damaged(struct ix_err *err) {
    return ix_err_set(err, IX_CORRUPT, "the text index is damaged; run: infradex repair");
}

/* The numbers of a row of search_data, behind its first `skip` bytes, which are copied to `head`.
 */
static enum ix_code read_numbers(struct ix_sqlite *e, int64_t id, char *head, size_t skip,
                                 struct numbers *ret, struct ix_err *err) {
    bool row = false;
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_TEXT_ROW, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, id);
    enum ix_code code = ix_sqlite_step(e, s, &row, err);
    struct ix_sv bytes = row ? ix_sqlite_text(s, 0) : (struct ix_sv){0};
    ret->count = 0;
    bool well = bytes.size >= skip || bytes.size == 0;
    if (well && bytes.size > 0 && skip > 0) {
        memcpy(head, bytes.data, skip);
    }
    for (size_t at = skip, used; well && at < bytes.size; at += used) {
        used = ret->count < STRUCTURE_MAX
                   ? ix_varint_get((const unsigned char *)bytes.data + at, bytes.size - at,
                                   &ret->items[ret->count++])
                   : 0;
        well = used > 0;
    }
    sqlite3_reset(s);
    return code == IX_OK && !well ? damaged(err) : code;
}

static enum ix_code write_numbers(struct ix_sqlite *e, int64_t id, struct ix_sv head,
                                  const struct numbers *numbers, struct ix_err *err) {
    struct ix_buf bytes = {0};
    ix_buf_add(&bytes, head);
    for (size_t i = 0; i < numbers->count; i++) {
        ix_varint_add(&bytes, numbers->items[i]);
    }
    enum ix_code code = ix_buf_check(&bytes, err);
    sqlite3_stmt *s =
        code == IX_OK ? ix_sqlite_statement(e, IX_STATEMENT_TEXT_ROW_WRITE, err) : NULL;
    if (s) {
        sqlite3_bind_int64(s, 1, id);
        sqlite3_bind_blob64(s, 2, bytes.data, bytes.size, SQLITE_STATIC);
        code = ix_sqlite_run_statement(e, s, err);
    }
    ix_buf_done(&bytes);
    return err->code;
}

/* ---- how many words resources have ---- */

struct sizes {
    struct ix_row_source source;
    const struct ix_text_words *words;
    size_t at; /* the one after the current */
};

static bool next_sizes(struct ix_row_source *source) {
    struct sizes *s = (struct sizes *)source;
    while (s->at < s->words->resource_count && s->words->rids[s->at] < 0) {
        s->at++;
    }
    return s->at++ < s->words->resource_count;
}

static void sizes_column(struct ix_row_source *source, sqlite3_context *context, int column) {
    const struct sizes *s = (const struct sizes *)source;
    const struct ix_text_resource *resource = &s->words->resources[s->at - 1];
    unsigned char bytes[IX_TEXT_COLUMNS * IX_VARINT_MAX];
    size_t size = 0;
    if (column == 0) {
        sqlite3_result_int64(context, s->words->rids[s->at - 1]);
        return;
    }
    for (int i = 0; i < IX_TEXT_COLUMNS; i++) {
        size += ix_varint_put(bytes + size, resource->counts[i]);
    }
    sqlite3_result_blob(context, bytes, (int)size, SQLITE_TRANSIENT);
}

static enum ix_code write_sizes(struct ix_sqlite *e, struct ix_text *t,
                                const struct ix_text_words *words, struct ix_err *err) {
    struct sizes sizes = {
        .source = {.next = next_sizes, .column = sizes_column, .err = err},
        .words = words,
    };
    for (size_t i = 0; i < words->resource_count; i++) {
        bool counts = words->rids[i] > 0;
        t->resources += counts;
        for (int c = 0; c < IX_TEXT_COLUMNS && counts; c++) {
            t->counts[c] += words->resources[i].counts[c];
        }
    }
    return ix_rows_insert(e, "INSERT INTO search_docsize (id, sz) SELECT a, b FROM ix_rows",
                          &sizes.source);
}

/* Row 1: how many resources there are, and words in each column. */
static enum ix_code write_sums(struct ix_sqlite *e, const struct ix_text *t, struct ix_err *err) {
    struct numbers sums;
    if (read_numbers(e, 1, NULL, 0, &sums, err) != IX_OK) {
        return err->code;
    }
    if (sums.count == 0) {
        sums = (struct numbers){.count = 1 + IX_TEXT_COLUMNS};
    }
    if (sums.count != 1 + IX_TEXT_COLUMNS) {
        return damaged(err);
    }
    sums.items[0] += t->resources;
    for (int c = 0; c < IX_TEXT_COLUMNS; c++) {
        sums.items[1 + c] += t->counts[c];
    }
    return write_numbers(e, 1, (struct ix_sv){0}, &sums, err);
}

/* ---- the list of segments ---- */

/* Row 10: a cookie of four bytes; how many levels, how many segments, a counter; then of each level
 * how many of its segments are being merged and how many there are, and of each segment its number,
 * its first page and its last. */
struct structure {
    char cookie[4];
    struct numbers numbers;
    size_t levels[LEVELS_MAX]; /* where each begins in the numbers */
    bool used[SEGMENTS_MAX + 1];
};

enum { HEAD_NUMBERS = 3, LEVEL_NUMBERS = 2, SEGMENT_NUMBERS = 3 };

static enum ix_code read_structure(struct ix_sqlite *e, struct structure *s, struct ix_err *err) {
    struct numbers *n = &s->numbers;
    if (read_numbers(e, 10, s->cookie, sizeof s->cookie, n, err) != IX_OK) {
        return err->code;
    }
    size_t at = HEAD_NUMBERS;
    bool well = n->count >= HEAD_NUMBERS && n->items[0] < LEVELS_MAX;
    for (size_t level = 0; well && level < n->items[0]; level++) {
        s->levels[level] = at;
        well = at + LEVEL_NUMBERS <= n->count && n->items[at + 1] <= SEGMENTS_MAX;
        size_t end = well ? at + LEVEL_NUMBERS + n->items[at + 1] * SEGMENT_NUMBERS : 0;
        well = well && end <= n->count;
        for (at += LEVEL_NUMBERS; well && at < end; at += SEGMENT_NUMBERS) {
            well = n->items[at] <= SEGMENTS_MAX;
            s->used[well ? n->items[at] : 0] = true;
        }
    }
    return well && at == n->count ? IX_OK : damaged(err);
}

static int64_t free_number(const struct structure *s) {
    int64_t number = 1;
    while (number <= SEGMENTS_MAX && s->used[number]) {
        number++;
    }
    return number;
}

static void insert_numbers(struct numbers *n, size_t at, const uint64_t *items, size_t count) {
    memmove(n->items + at + count, n->items + at, (n->count - at) * sizeof *n->items);
    memcpy(n->items + at, items, count * sizeof *items);
    n->count += count;
}

static size_t level_for(const struct structure *s, int64_t pages) {
    size_t level = 0;
    size_t count = (size_t)s->numbers.items[0];
    for (int64_t size = PAGES_OF_LEVEL_0; pages > size && level + 2 < LEVELS_MAX; size *= FAN_IN) {
        level++;
    }
    for (size_t i = 0; i < count && i < level; i++) {
        level = s->numbers.items[s->levels[i] + 1] > 0 ? i : level;
    }
    return level;
}

static enum ix_code add_segment(struct ix_sqlite *e, struct structure *s, int64_t number,
                                int64_t pages, struct ix_err *err) {
    struct numbers *n = &s->numbers;
    size_t level = level_for(s, pages);
    const uint64_t empty[LEVEL_NUMBERS] = {0};
    const uint64_t segment[SEGMENT_NUMBERS] = {(uint64_t)number, 1, (uint64_t)pages};
    while (n->items[0] <= level) {
        s->levels[n->items[0]++] = n->count;
        insert_numbers(n, n->count, empty, LEVEL_NUMBERS);
    }
    size_t at = s->levels[level];
    insert_numbers(n, at + LEVEL_NUMBERS + n->items[at + 1] * SEGMENT_NUMBERS, segment,
                   SEGMENT_NUMBERS);
    n->items[at + 1]++;
    n->items[1]++;
    return write_numbers(e, 10, ix_sv_of(s->cookie, sizeof s->cookie), n, err);
}

/* ---- flushing ---- */

static enum ix_code write_segment(struct ix_sqlite *e, struct ix_text *t, int64_t *ret_pages,
                                  struct ix_err *err) {
    struct structure *structure = calloc(1, sizeof *structure);
    struct ix_text_segment segment;
    if (!structure) {
        return ix_err_nomem(err);
    }
    enum ix_code code = read_structure(e, structure, err);
    int64_t number = free_number(structure);
    if (code == IX_OK &&
        (number > SEGMENTS_MAX || structure->numbers.items[1] >= SEGMENTS_MAX - LEVELS_MAX)) {
        code = ix_err_set(err, IX_LIMIT, "the text index has too many parts; run: infradex repair");
    }
    if (code == IX_OK) {
        ix_text_segment_begin(&segment, e, number, err);
        code = ix_text_runs_merge(&t->runs, ix_buf_sv(&t->run), &segment);
        code = code == IX_OK ? ix_text_segment_end(&segment, ret_pages) : code;
        ix_text_segment_done(&segment);
    }
    if (code == IX_OK && *ret_pages > 0) {
        code = add_segment(e, structure, number, *ret_pages, err);
    }
    free(structure);
    return code;
}

static enum ix_code sort_words(struct ix_sqlite *e, struct ix_text *t, struct ix_text_words *words,
                               struct ix_err *err) {
    ix_buf_clear(&t->run);
    enum ix_code code = ix_text_words_sort(words, &t->run, err);
    code = code == IX_OK ? write_sizes(e, t, words, err) : code;
    ix_text_words_clear(words);
    return code;
}

/* The rows of FTS5 are written by nobody else, and only here; all other statements on this
 * connection are refused them. */
static void open_rows(struct ix_sqlite *e, bool open) {
    sqlite3_db_config(e->db, SQLITE_DBCONFIG_DEFENSIVE, !open, NULL);
}

static enum ix_code put_aside(struct ix_sqlite *e, struct ix_text_words *words,
                              struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    open_rows(e, true);
    enum ix_code code = sort_words(e, t, words, err);
    open_rows(e, false);
    t->last_aside = t->last;
    return code == IX_OK ? ix_spill_add(&t->runs, e, ix_buf_sv(&t->run), err) : code;
}

/* `words`: NULL, or what was gathered behind the runs. */
static enum ix_code write_rows(struct ix_sqlite *e, struct ix_text *t, struct ix_text_words *words,
                               int64_t *ret_pages, struct ix_err *err) {
    ix_buf_clear(&t->run);
    enum ix_code code = words ? sort_words(e, t, words, err) : IX_OK;
    code = code == IX_OK ? write_segment(e, t, ret_pages, err) : code;
    return code == IX_OK ? write_sums(e, t, err) : code;
}

static enum ix_code merge_some(struct ix_sqlite *e, int64_t pages, struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SEARCH_MERGE, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, pages > MERGE_PAGES_MIN ? pages : MERGE_PAGES_MIN);
    return ix_sqlite_run_statement(e, s, err);
}

static enum ix_code flush(struct ix_sqlite *e, struct ix_text_words *words, struct ix_err *err) {
    /* a setting that changes nothing makes FTS5 take part in the transaction, and so in savepoints
     */
    static const char before[] = "INSERT INTO search (search, rank) VALUES ('automerge', 4);"
                                 "SAVEPOINT text_before";
    static const char after[] = "SAVEPOINT text_after; ROLLBACK TO text_after; RELEASE text_before";
    struct ix_text *t = e->run.text_index;
    int64_t pages = 0;
    enum ix_code code = ix_sqlite_exec(e, before, err);
    if (code == IX_OK) {
        open_rows(e, true);
        code = write_rows(e, t, words, &pages, err);
        open_rows(e, false);
    }
    code = code == IX_OK ? ix_sqlite_exec(e, after, err) : code;
    return code == IX_OK ? merge_some(e, pages, err) : code;
}

enum ix_code ix_text_flush(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    if (t->first == 0) {
        return IX_OK;
    }
    enum ix_code code = flush(e, &t->sets[t->filling].words, err);
    return code == IX_OK ? forget(e, t, err) : code;
}

/* Only what was put aside: more may be gathered behind it meanwhile. */
static enum ix_code flush_aside(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    int64_t aside = t->last_aside;
    int64_t last = t->last;
    enum ix_code code = flush(e, NULL, err);
    code = code == IX_OK ? forget(e, t, err) : code;
    if (last > aside) {
        t->first = aside + 1;
        t->last = last;
    }
    return code;
}

/* ---- ahead of the writer ---- */

static enum ix_code put_set_aside(struct ix_sqlite *e, void *context, struct ix_err *err) {
    struct set *set = context;
    enum ix_code code = put_aside(e, &set->words, err);
    atomic_store(&set->busy, false);
    return code;
}

static enum ix_code change_sets(struct ix_sqlite *e, struct ix_text *t, struct ix_err *err) {
    struct set *full = &t->sets[t->filling];
    enum ix_code code = ix_text_words_arrange(&full->words, err);
    if (code != IX_OK) {
        return code;
    }
    atomic_store(&full->busy, true);
    code = ix_intake_do(e, put_set_aside, full, IX_INTAKE_LOADS, err);
    t->filling = (t->filling + 1) % SETS;
    bool wait = code == IX_OK && atomic_load(&t->sets[t->filling].busy);
    return wait ? ix_intake_settle(e, err) : code;
}

enum ix_code ix_text_make_room(struct ix_sqlite *e, struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    bool full = ix_text_words_full(&t->sets[t->filling].words);
    return full ? change_sets(e, t, err) : IX_OK;
}

enum ix_code ix_text_gather(struct ix_sqlite *e, const struct ix_sv columns[IX_TEXT_COLUMNS],
                            struct ix_text_words **ret_words, struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    *ret_words = &t->sets[t->filling].words;
    return ix_text_words_add(*ret_words, columns, err);
}

static void count_in(struct ix_text *t, int64_t rid) {
    t->first = t->first ? t->first : rid;
    t->last = rid;
}

void ix_text_name(struct ix_sqlite *e, struct ix_text_words *words, int64_t rid) {
    ix_text_words_name(words, rid);
    if (rid) {
        count_in(e->run.text_index, rid);
    }
}

/* ---- one resource ---- */

enum ix_code ix_text_add(struct ix_sqlite *e, int64_t rid,
                         const struct ix_sv columns[IX_TEXT_COLUMNS], struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    struct ix_text_words *words = &t->sets[t->filling].words;
    enum ix_code code = IX_OK;
    if (rid <= t->last) {
        code = ix_text_flush(e, err);
    } else if (ix_text_words_full(words)) {
        code = put_aside(e, words, err);
    }
    code = code == IX_OK ? ix_text_words_add(words, columns, err) : code;
    if (code == IX_OK) {
        ix_text_name(e, words, rid);
    }
    return code;
}

static enum ix_code remove_stored(struct ix_sqlite *e, int64_t rid,
                                  const struct ix_sv columns[IX_TEXT_COLUMNS], struct ix_err *err) {
    sqlite3_stmt *s = ix_sqlite_statement(e, IX_STATEMENT_SEARCH_REMOVE, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, rid);
    for (int i = 0; i < IX_TEXT_COLUMNS; i++) {
        ix_sqlite_bind_text(s, i + 2, columns[i]);
    }
    return ix_sqlite_run_statement(e, s, err);
}

enum ix_code ix_text_remove(struct ix_sqlite *e, int64_t rid,
                            const struct ix_sv columns[IX_TEXT_COLUMNS], struct ix_err *err) {
    struct ix_text *t = e->run.text_index;
    for (size_t i = 0; i < SETS; i++) {
        if (ix_text_words_withdraw(&t->sets[i].words, rid)) {
            return IX_OK;
        }
    }
    bool aside = t->runs.count > 0 && rid >= t->first && rid <= t->last_aside;
    enum ix_code code = aside ? flush_aside(e, err) : IX_OK;
    return code == IX_OK ? remove_stored(e, rid, columns, err) : code;
}
