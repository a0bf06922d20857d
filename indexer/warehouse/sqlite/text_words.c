/* Each word costs one look into a table, mostly into memory that is far from the processor. So the
 * slot says all there is to know of a word of up to eight bytes, its own bytes and how often it
 * stands somewhere, and words wait in a short row while their slots are fetched. Where each word
 * stands is appended to one array, in the order of reading. A run is made by putting the few
 * hundred thousand words in order, then each place where its word's lie, then writing them out. */
#include "indexer/warehouse/sqlite/text_words.h"

#include <stdlib.h>

#include "base/hash.h"
#include "indexer/model/words.h"
#include "indexer/warehouse/sqlite/head.h"
#include "indexer/warehouse/sqlite/text_varint.h"

enum {
    PLACES_MAX = 4 << 20,
    SLOTS_FIRST = 1 << 12,
    COLUMN_SHIFT = 29, /* a place: the column above, the position below */
    WAITING_MAX = 16,  /* a power of two: words whose slots are being fetched */
};

struct ix_text_slot {
    uint64_t key;         /* the bytes of a short word, the hash of a longer one */
    uint32_t term;        /* one more than its number; 0: free */
    uint32_t count : 31;  /* of its places: PLACES_MAX at most */
    uint32_t is_long : 1; /* the key is a hash: compare the text */
};

struct ix_text_term {
    uint32_t text; /* in texts: a byte with its size, then the word */
    uint32_t end;  /* of its places, while they are sorted */
};

struct ix_text_place {
    uint32_t what; /* the term; once sorted, the resource */
    uint32_t where;
};

/* ---- growing ---- */

static bool grow(void **items, size_t *capacity, size_t size, struct ix_err *err) {
    size_t wanted = *capacity ? *capacity * 2 : 1024;
    void *grown = realloc(*items, wanted * size);
    if (!grown) {
        ix_err_nomem(err);
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

void ix_text_words_clear(struct ix_text_words *w) {
    if (w->term_count > 0) {
        memset(w->slots, 0, w->slot_count * sizeof *w->slots);
    }
    w->term_count = w->place_count = w->resource_count = w->named = 0;
    ix_buf_clear(&w->texts);
    free(w->orders);
    w->orders = NULL;
}

void ix_text_words_done(struct ix_text_words *w) {
    free(w->slots);
    free(w->terms);
    free(w->places);
    free(w->orders);
    free(w->resources);
    free(w->rids);
    ix_buf_done(&w->texts);
    *w = (struct ix_text_words){0};
}

bool ix_text_words_full(const struct ix_text_words *w) {
    return w->place_count >= PLACES_MAX || w->resource_count == IX_TEXT_RESOURCES_MAX;
}

/* ---- words to terms ---- */

static uint64_t key_of(const char *text, size_t size, bool *ret_long) {
    uint64_t key = 0;
    *ret_long = size > sizeof key;
    if (*ret_long) {
        return ix_hash_short(ix_sv_of(text, size));
    }
    memcpy(&key, text, size); /* words hold no NUL, so what is behind the end tells sizes apart */
    return key;
}

static size_t place_of(uint64_t key, size_t slot_count) {
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (slot_count - 1);
}

static struct ix_sv text_of(const struct ix_text_words *w, uint32_t term) {
    const char *text = w->texts.data + w->terms[term].text;
    return ix_sv_of(text + 1, (unsigned char)text[0]);
}

static bool grow_slots(struct ix_text_words *w, struct ix_err *err) {
    size_t count = w->slot_count ? w->slot_count * 2 : SLOTS_FIRST;
    struct ix_text_slot *slots = calloc(count, sizeof *slots);
    if (!slots) {
        ix_err_nomem(err);
        return false;
    }
    for (size_t i = 0; i < w->slot_count; i++) {
        size_t at = place_of(w->slots[i].key, count);
        while (w->slots[i].term && slots[at].term) {
            at = (at + 1) & (count - 1);
        }
        if (w->slots[i].term) {
            slots[at] = w->slots[i];
        }
    }
    free(w->slots);
    w->slots = slots;
    w->slot_count = count;
    return true;
}

static bool add_term(struct ix_text_words *w, struct ix_text_slot *slot, struct ix_sv word,
                     struct ix_err *err) {
    if (w->term_count == w->term_capacity &&
        !grow((void **)&w->terms, &w->term_capacity, sizeof *w->terms, err)) {
        return false;
    }
    w->terms[w->term_count] = (struct ix_text_term){.text = (uint32_t)w->texts.size};
    ix_buf_add_char(&w->texts, (char)word.size);
    ix_buf_add(&w->texts, word);
    if (ix_buf_check(&w->texts, err) != IX_OK) {
        return false;
    }
    slot->term = (uint32_t)++w->term_count;
    return true;
}

/* A word that was read, where it stands, and what it is looked up by. */
struct waiting {
    uint64_t key;
    uint32_t where;
    uint8_t size;
    bool is_long;
    char text[IX_WORD_MAX];
};

/* NULL: no memory. */
static struct ix_text_slot *find_slot(struct ix_text_words *w, const struct waiting *word,
                                      struct ix_err *err) {
    struct ix_sv text = ix_sv_of(word->text, word->size);
    for (size_t at = place_of(word->key, w->slot_count);; at = (at + 1) & (w->slot_count - 1)) {
        struct ix_text_slot *slot = &w->slots[at];
        if (!slot->term) {
            slot->key = word->key;
            slot->is_long = word->is_long;
            return add_term(w, slot, text, err) ? slot : NULL;
        }
        if (slot->key == word->key && slot->is_long == word->is_long &&
            (!word->is_long || ix_sv_eq(text_of(w, slot->term - 1), text))) {
            return slot;
        }
    }
}

/* ---- adding ---- */

struct adding {
    struct ix_text_words *w;
    struct ix_text_resource *resource;
    uint32_t column;
    struct waiting waiting[WAITING_MAX]; /* from `first` to `next`, around the end */
    size_t first, next;
    struct ix_err *err;
};

/* The one that waited longest. */
static bool place_first(struct adding *a) {
    struct ix_text_words *w = a->w;
    const struct waiting *word = &a->waiting[a->first++ % WAITING_MAX];
    if ((w->place_count == w->place_capacity &&
         !grow((void **)&w->places, &w->place_capacity, sizeof *w->places, a->err)) ||
        (w->term_count * 2 >= w->slot_count && !grow_slots(w, a->err))) {
        return false;
    }
    struct ix_text_slot *slot = find_slot(w, word, a->err);
    if (slot) {
        slot->count++;
        w->places[w->place_count++] = (struct ix_text_place){slot->term - 1, word->where};
    }
    return slot;
}

/* A word beside another one stands at that one's position. */
static int add_word(void *context, const struct ix_word *word) {
    struct adding *a = context;
    uint32_t *count = &a->resource->counts[a->column];
    if (a->next - a->first == WAITING_MAX && !place_first(a)) {
        return 1;
    }
    *count += !word->beside || *count == 0;
    struct waiting *last = &a->waiting[a->next++ % WAITING_MAX];
    last->key = key_of(word->text, word->size, &last->is_long);
    last->where = a->column << COLUMN_SHIFT | (*count - 1);
    last->size = (uint8_t)word->size;
    memcpy(last->text, word->text, word->size);
    if (a->w->slot_count > 0) {
        __builtin_prefetch(&a->w->slots[place_of(last->key, a->w->slot_count)], 1);
    }
    return 0;
}

/* The rids have all their room from the beginning: who names them need not know that others are
 * added meanwhile. */
static bool make_room(struct ix_text_words *w, struct ix_err *err) {
    if (!w->rids && !(w->rids = malloc(IX_TEXT_RESOURCES_MAX * sizeof *w->rids))) {
        ix_err_nomem(err);
        return false;
    }
    return w->resource_count < w->resource_capacity ||
           grow((void **)&w->resources, &w->resource_capacity, sizeof *w->resources, err);
}

enum ix_code ix_text_words_add(struct ix_text_words *w, const struct ix_sv columns[IX_TEXT_COLUMNS],
                               struct ix_err *err) {
    struct ix_text_resource resource = {0};
    struct adding a;
    a.w = w;
    a.resource = &resource;
    a.first = a.next = 0;
    a.err = err;
    if (!make_room(w, err)) {
        return err->code;
    }
    for (a.column = 0; a.column < IX_TEXT_COLUMNS; a.column++) {
        if (ix_words_visit(columns[a.column], false, add_word, &a) != 0) {
            return err->code;
        }
    }
    while (a.first < a.next) {
        if (!place_first(&a)) {
            return err->code;
        }
    }
    resource.end = w->place_count;
    w->resources[w->resource_count++] = resource;
    return IX_OK;
}

/* ---- naming ---- */

static int64_t name_at(const struct ix_text_words *w, size_t at) {
    return w->rids[at] < 0 ? -w->rids[at] : w->rids[at];
}

void ix_text_words_name(struct ix_text_words *w, int64_t rid) {
    int64_t before = w->named ? name_at(w, w->named - 1) : 1;
    w->rids[w->named++] = rid ? rid : -before;
}

bool ix_text_words_withdraw(struct ix_text_words *w, int64_t rid) {
    size_t low = 0;
    size_t high = w->named;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (name_at(w, middle) < rid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool there = low < w->named && w->rids[low] == rid;
    if (there) {
        w->rids[low] = -rid;
    }
    return there;
}

/* ---- the order of words ---- */

struct ix_text_order {
    uint64_t first; /* eight bytes, as a number that compares as they do */
    const unsigned char *text;
    uint32_t term;
};

static int by_text(const void *a, const void *b) {
    const struct ix_text_order *x = a;
    const struct ix_text_order *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return ix_sv_cmp(ix_sv_of((const char *)x->text + 1, x->text[0]),
                     ix_sv_of((const char *)y->text + 1, y->text[0]));
}

static struct ix_text_order *order_terms(const struct ix_text_words *w) {
    struct ix_text_order *orders = malloc((w->term_count + 1) * sizeof *orders);
    for (size_t i = 0; orders && i < w->term_count; i++) {
        const unsigned char *text = (const unsigned char *)w->texts.data + w->terms[i].text;
        orders[i] = (struct ix_text_order){ix_head(text_of(w, (uint32_t)i), 0), text, (uint32_t)i};
    }
    if (orders) {
        qsort(orders, w->term_count, sizeof *orders, by_text);
    }
    return orders;
}

/* ---- the places of each word ---- */

/* Each place to where its word's begin, in the order of words; they stay in the order of reading.
 * A term's end is where the next of its places goes, and at last where they end. */
static struct ix_text_place *sort_places(struct ix_text_words *w,
                                         const struct ix_text_order *orders) {
    struct ix_text_place *sorted = malloc((w->place_count + 1) * sizeof *sorted);
    uint32_t end = 0;
    for (size_t i = 0; i < w->slot_count; i++) {
        if (w->slots[i].term) {
            w->terms[w->slots[i].term - 1].end = w->slots[i].count;
        }
    }
    for (size_t i = 0; i < w->term_count; i++) {
        struct ix_text_term *term = &w->terms[orders[i].term];
        uint32_t count = term->end;
        term->end = end;
        end += count;
    }
    size_t at = 0;
    for (size_t r = 0; sorted && r < w->resource_count; r++) {
        for (; at < w->resources[r].end; at++) {
            const struct ix_text_place *place = &w->places[at];
            sorted[w->terms[place->what].end++] = (struct ix_text_place){(uint32_t)r, place->where};
        }
    }
    return sorted;
}

enum {
    PLACE_BYTES = 2 + 5, /* of one at most: another column, and the difference */
    HEAD_BYTES = IX_VARINT_MAX + 5,
};

static size_t put_places(unsigned char *to, const struct ix_text_place *places, size_t count) {
    uint32_t column = 0;
    uint32_t before = 0;
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = places[i].where & ((UINT32_C(1) << COLUMN_SHIFT) - 1);
        if (places[i].where >> COLUMN_SHIFT != column) {
            column = places[i].where >> COLUMN_SHIFT;
            to[size++] = 1;
            to[size++] = (unsigned char)column;
            before = 0;
        }
        size += ix_varint_put(to + size, at - before + 2);
        before = at;
    }
    return size;
}

/* The rid's difference and its places, with their size before them: most fit into one byte. */
static void put_resource(struct ix_buf *list, uint64_t difference,
                         const struct ix_text_place *places, size_t count) {
    unsigned char *to = (unsigned char *)ix_buf_reserve(list, HEAD_BYTES + count * PLACE_BYTES);
    unsigned char size_bytes[IX_VARINT_MAX];
    if (!to) {
        return;
    }
    size_t head = ix_varint_put(to, difference);
    size_t size = put_places(to + head + 1, places, count);
    size_t wide = ix_varint_put(size_bytes, size * 2);
    if (wide > 1) {
        memmove(to + head + wide, to + head + 1, size);
    }
    memcpy(to + head, size_bytes, wide);
    list->size += head + wide + size;
}

/* The list of one word; its last rid, or 0 when nothing is left of it. */
static int64_t put_list(const struct ix_text_words *w, struct ix_buf *list,
                        const struct ix_text_place *places, size_t count) {
    int64_t before = 0;
    for (size_t at = 0, next; at < count; at = next) {
        int64_t rid = w->rids[places[at].what];
        for (next = at + 1; next < count && places[next].what == places[at].what; next++) {
        }
        if (rid > 0) {
            put_resource(list, (uint64_t)(rid - before), places + at, next - at);
            before = rid;
        }
    }
    return before;
}

static void put_entry(struct ix_buf *run, struct ix_sv word, int64_t last, struct ix_sv list) {
    unsigned char *to =
        (unsigned char *)ix_buf_reserve(run, 3 * IX_VARINT_MAX + word.size + list.size);
    if (!to) {
        return;
    }
    unsigned char *begin = to;
    to += ix_varint_put(to, word.size);
    memcpy(to, word.data, word.size);
    to += word.size;
    to += ix_varint_put(to, (uint64_t)last);
    to += ix_varint_put(to, list.size);
    memcpy(to, list.data, list.size);
    run->size += (size_t)(to - begin) + list.size;
}

static void put_run(const struct ix_text_words *w, struct ix_buf *run) {
    struct ix_buf list = {0};
    size_t begin = 0;
    for (size_t i = 0; i < w->term_count && !list.failed && !run->failed; i++) {
        size_t end = w->terms[w->orders[i].term].end;
        ix_buf_clear(&list);
        int64_t last = put_list(w, &list, w->places + begin, end - begin);
        if (last && !list.failed) {
            put_entry(run, text_of(w, w->orders[i].term), last, ix_buf_sv(&list));
        }
        begin = end;
    }
    run->failed |= list.failed;
    ix_buf_done(&list);
}

enum ix_code ix_text_words_arrange(struct ix_text_words *w, struct ix_err *err) {
    struct ix_text_order *orders = order_terms(w);
    struct ix_text_place *sorted = orders ? sort_places(w, orders) : NULL;
    if (!sorted) {
        free(orders);
        return ix_err_nomem(err);
    }
    free(w->places);
    w->places = sorted;
    w->place_capacity = w->place_count + 1;
    w->orders = orders;
    return IX_OK;
}

enum ix_code ix_text_words_sort(struct ix_text_words *w, struct ix_buf *run, struct ix_err *err) {
    if (!w->orders && ix_text_words_arrange(w, err) != IX_OK) {
        return err->code;
    }
    put_run(w, run);
    return ix_buf_check(run, err);
}
