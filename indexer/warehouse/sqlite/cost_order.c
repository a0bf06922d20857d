/* The rows of an answer in their order: by calendar period, values (null last), currency.
 *
 * Each dimension's texts are put in order once and get ranks; rows are then counted into place by
 * rank, from the last key to the first. Texts are sorted eight bytes at a time, behind what all of
 * them begin with: names of resources are long, and agree in most of their first half. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

/* ---- texts ---- */

enum { HEAD = 8, FEW = 64 };

struct item {
    uint64_t head; /* eight bytes at some depth, the first the most significant */
    uint32_t size; /* behind that depth; HEAD + 1: more than the head */
    uint32_t number;
};

struct sorting {
    const struct ix_sv *texts;
    struct item *items, *spare;
};

static void look_at(const struct sorting *s, struct item *item, size_t depth) {
    struct ix_sv rest = ix_sv_from(s->texts[item->number], depth);
    size_t size = rest.size < HEAD ? rest.size : HEAD;
    item->head = 0;
    item->size = (uint32_t)(rest.size > HEAD ? HEAD + 1 : rest.size);
    for (size_t i = 0; i < size; i++) {
        item->head |= (uint64_t)(unsigned char)rest.data[i] << (HEAD - 1 - i) * 8;
    }
}

/* How far all texts of the run agree, from `depth` on. */
static size_t agree_until(const struct sorting *s, size_t first, size_t count, size_t depth) {
    struct ix_sv a = s->texts[s->items[first].number];
    size_t end = a.size;
    for (size_t i = 1; i < count; i++) {
        struct ix_sv b = s->texts[s->items[first + i].number];
        size_t at = depth;
        end = b.size < end ? b.size : end;
        while (at < end && a.data[at] == b.data[at]) {
            at++;
        }
        end = at;
    }
    return end;
}

static bool is_before(const struct item *a, const struct item *b) {
    return a->head != b->head ? a->head < b->head : a->size < b->size;
}

static void insert(struct item *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct item item = items[i];
        size_t at = i;
        for (; at > 0 && is_before(&item, &items[at - 1]); at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
}

/* Counts the items into `to`. False: they are all the same in that byte, and stay. */
static bool count_byte(const struct item *from, struct item *to, size_t count, bool by_size,
                       unsigned shift) {
    size_t places[256] = {0};
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        places[by_size ? from[i].size : from[i].head >> shift & 0xFF]++;
    }
    if (places[by_size ? from[0].size : from[0].head >> shift & 0xFF] == count) {
        return false;
    }
    for (size_t i = 0; i < 256; i++) {
        size_t size = places[i];
        places[i] = sum;
        sum += size;
    }
    for (size_t i = 0; i < count; i++) {
        to[places[by_size ? from[i].size : from[i].head >> shift & 0xFF]++] = from[i];
    }
    return true;
}

/* By head, then size. */
static void sort_heads(struct item *items, struct item *spare, size_t count) {
    struct item *from = items;
    struct item *to = spare;
    for (unsigned i = 0; i <= HEAD; i++) {
        if (count_byte(from, to, count, i == 0, i ? (i - 1) * 8 : 0)) {
            struct item *other = from;
            from = to;
            to = other;
        }
    }
    if (from != items) {
        memcpy(items, from, count * sizeof *items);
    }
}

/* Where items agree in a head and go on, what follows decides. Each step tells at least one from
 * the others, so there are no more of them than the texts are long. */
static void sort_run(const struct sorting *s, size_t first, size_t count, size_t depth) {
    struct item *items = s->items + first;
    depth = agree_until(s, first, count, depth);
    for (size_t i = 0; i < count; i++) {
        look_at(s, &items[i], depth);
    }
    if (count <= FEW) {
        insert(items, count);
    } else {
        sort_heads(items, s->spare, count);
    }
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1;
             end < count && items[end].head == items[i].head && items[end].size == items[i].size;) {
            end++;
        }
        if (end - i > 1 && items[i].size > HEAD) {
            sort_run(s, first + i, end - i, depth + HEAD);
        }
    }
}

/* ---- ranks ---- */

struct ranks {
    uint32_t *of; /* by number */
    size_t count;
};

static bool make_ranks(struct sorting *s, size_t count, struct ranks *ranks,
                       struct ix_arena *arena) {
    ranks->of = ix_arena_array(arena, count + 1, sizeof *ranks->of);
    ranks->count = count;
    s->items = ix_arena_alloc(arena, (count + 1) * sizeof *s->items);
    s->spare = ix_arena_alloc(arena, (count + 1) * sizeof *s->spare);
    return ranks->of && s->items && s->spare;
}

/* Number 0 is null, which comes last. */
static bool rank_texts(const struct ix_cost_values *values, struct ranks *ranks,
                       struct ix_arena *arena) {
    struct sorting s = {.texts = values->texts};
    const size_t count = values->count - 1;
    if (!make_ranks(&s, values->count, ranks, arena)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        s.items[i] = (struct item){.number = (uint32_t)i + 1};
    }
    if (count > 1) {
        sort_run(&s, 0, count, 0);
    }
    for (size_t i = 0; i < count; i++) {
        ranks->of[s.items[i].number] = (uint32_t)i;
    }
    ranks->of[0] = (uint32_t)count;
    return true;
}

static bool rank_periods(const struct ix_cost_scan *scan, struct ranks *ranks,
                         struct ix_arena *arena) {
    struct sorting s = {0};
    if (!make_ranks(&s, scan->begin_count, ranks, arena)) {
        return false;
    }
    for (size_t i = 0; i < scan->begin_count; i++) {
        uint64_t head = (uint64_t)scan->begins[i] ^ (UINT64_C(1) << 63);
        s.items[i] = (struct item){.head = head, .number = (uint32_t)i};
    }
    if (scan->begin_count > 1) {
        sort_heads(s.items, s.spare, scan->begin_count);
    }
    for (size_t i = 0; i < scan->begin_count; i++) {
        ranks->of[s.items[i].number] = (uint32_t)i;
    }
    return true;
}

/* ---- rows ---- */

struct placing {
    const struct ix_cost_groups *groups;
    uint32_t *order, *spare;
    struct ix_arena arena; /* of what one key needs */
};

static enum ix_code place_by(struct placing *p, size_t key, const struct ranks *ranks,
                             struct ix_err *err) {
    const struct ix_cost_groups *g = p->groups;
    uint32_t *places = ix_arena_array(&p->arena, ranks->count + 1, sizeof *places);
    uint32_t sum = 0;
    if (!places) {
        return ix_err_nomem(err);
    }
    for (size_t i = 0; i < g->count; i++) {
        places[ranks->of[g->key[i * g->keys + key]]]++;
    }
    for (size_t i = 0; i < ranks->count; i++) {
        uint32_t size = places[i];
        places[i] = sum;
        sum += size;
    }
    for (size_t i = 0; i < g->count; i++) {
        uint32_t row = p->order[i];
        p->spare[places[ranks->of[g->key[row * g->keys + key]]]++] = row;
    }
    uint32_t *other = p->order;
    p->order = p->spare;
    p->spare = other;
    return IX_OK;
}

static enum ix_code order_by(struct placing *p, const struct ix_cost_scan *scan, size_t key,
                             struct ix_err *err) {
    struct ranks ranks = {0};
    bool ranked = key == 0 ? rank_periods(scan, &ranks, &p->arena)
                           : rank_texts(key == 1 ? &scan->currency : &scan->dimensions[key - 2],
                                        &ranks, &p->arena);
    enum ix_code code = ranked ? IX_OK : ix_err_nomem(err);
    if (code == IX_OK && ranks.count > 1) {
        code = place_by(p, key, &ranks, err);
    }
    ix_arena_reset(&p->arena);
    return code;
}

enum ix_code ix_cost_order(const struct ix_cost_scan *scan, uint32_t **ret_order,
                           struct ix_arena *arena, struct ix_err *err) {
    const size_t count = scan->groups.count;
    struct placing p = {.groups = &scan->groups};
    p.order = ix_arena_alloc(arena, (count + 1) * sizeof *p.order);
    p.spare = ix_arena_alloc(arena, (count + 1) * sizeof *p.spare);
    enum ix_code code = ix_arena_check(arena, err);
    for (uint32_t i = 0; code == IX_OK && i < count; i++) {
        p.order[i] = i;
    }
    ix_arena_init(&p.arena, 0);
    code = code == IX_OK ? order_by(&p, scan, 1, err) : code;
    for (size_t i = scan->question->dimension_count; code == IX_OK && i > 0; i--) {
        code = order_by(&p, scan, i + 1, err);
    }
    code = code == IX_OK ? order_by(&p, scan, 0, err) : code;
    ix_arena_done(&p.arena);
    *ret_order = p.order;
    return code;
}
