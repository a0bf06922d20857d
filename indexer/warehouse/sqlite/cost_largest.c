/* The largest rows of an answer, chosen by their numbers.
 *
 * Who asks for the dearest fifty of two hundred thousand resources needs fifty names. So groups are
 * put together, added up and chosen while their values are numbers yet; texts are read of what is
 * kept, and the sums of what is not are in the totals. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/cost_scan.h"

struct choosing {
    struct ix_cost_scan *scan;
    struct ix_arena *arena;
    uint32_t *ranks;       /* of the currencies, by number */
    struct ix_money *sums; /* of the groups */
    uint32_t *heap;        /* of the groups that are chosen so far; the last in order on top */
    size_t chosen;
};

/* ---- sums ---- */

static uint32_t currency_of(const struct choosing *c, size_t group) {
    return c->scan->groups.key[group * c->scan->groups.keys + 1];
}

static enum ix_code sum_of(const struct choosing *c, const struct ix_cost_group *group,
                           struct ix_sv currency, struct ix_money *ret_sum, struct ix_err *err) {
    return ix_cost_group_sum(group, ret_sum)
               ? IX_OK
               : ix_err_set(err, IX_LIMIT, "the sum of %s cost in %.*s does not fit",
                            ix_cost_metric_name(c->scan->question->metric), IX_SV_FMT(currency));
}

static enum ix_code add_up(struct choosing *c, struct ix_cost_group *totals, struct ix_err *err) {
    const struct ix_cost_groups *g = &c->scan->groups;
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < g->count; i++) {
        uint32_t currency = currency_of(c, i);
        struct ix_cost_group *total = &totals[currency];
        total->nano += g->groups[i].nano;
        total->atto += g->groups[i].atto;
        total->lines += g->groups[i].lines;
        total->unknown += g->groups[i].unknown;
        code = sum_of(c, &g->groups[i], c->scan->currency.texts[currency], &c->sums[i], err);
    }
    return code;
}

/* ---- currencies ---- */

static int by_text(const void *a, const void *b) {
    const struct ix_cost_row *x = a;
    const struct ix_cost_row *y = b;
    return ix_sv_cmp(x->currency, y->currency);
}

static enum ix_code make_totals(const struct choosing *c, const struct ix_cost_group *totals,
                                struct ix_cost_answer *answer, struct ix_err *err) {
    const struct ix_cost_values *currencies = &c->scan->currency;
    struct ix_cost_row *rows = ix_arena_array(c->scan->arena, currencies->count, sizeof *rows);
    enum ix_code code = rows ? IX_OK : ix_err_nomem(err);
    size_t count = 0;
    for (size_t i = 0; code == IX_OK && i < currencies->count; i++) {
        if (totals[i].lines > 0) {
            struct ix_cost_row *row = &rows[count++];
            *row = (struct ix_cost_row){.begin_ms = IX_TIME_UNKNOWN,
                                        .currency = currencies->texts[i],
                                        .lines = totals[i].lines,
                                        .unknown = totals[i].unknown};
            code = sum_of(c, &totals[i], row->currency, &row->sum, err);
        }
    }
    if (count > 0) {
        qsort(rows, count, sizeof *rows, by_text);
    }
    answer->totals = rows;
    answer->total_count = count;
    return code;
}

/* None and the empty one are of one rank. */
static void rank_currencies(struct choosing *c) {
    const struct ix_cost_values *v = &c->scan->currency;
    for (size_t i = 0; i < v->count; i++) {
        for (size_t k = 0; k < v->count; k++) {
            c->ranks[i] += ix_sv_cmp(v->texts[k], v->texts[i]) < 0;
        }
    }
}

/* ---- which are kept ---- */

static int compare(const struct choosing *c, size_t a, size_t b) {
    uint32_t x = c->ranks[currency_of(c, a)];
    uint32_t y = c->ranks[currency_of(c, b)];
    return x != y ? (x < y ? -1 : 1) : ix_money_compare(c->sums[b], c->sums[a]);
}

/* Puts the group at the place, or below it. */
static void put(struct choosing *c, size_t at, uint32_t group) {
    for (size_t child; (child = at * 2 + 1) < c->chosen; at = child) {
        child += child + 1 < c->chosen && compare(c, c->heap[child + 1], c->heap[child]) > 0;
        if (compare(c, c->heap[child], group) <= 0) {
            break;
        }
        c->heap[at] = c->heap[child];
    }
    c->heap[at] = group;
}

/* The first `largest` groups; there are more. */
static void choose(struct choosing *c) {
    const size_t count = c->scan->groups.count;
    c->chosen = c->scan->question->largest;
    for (size_t i = 0; i < c->chosen; i++) {
        c->heap[i] = (uint32_t)i;
    }
    for (size_t i = c->chosen / 2; i > 0; i--) {
        put(c, i - 1, c->heap[i - 1]);
    }
    for (size_t i = c->chosen; i < count; i++) {
        if (compare(c, i, c->heap[0]) < 0) {
            put(c, 0, (uint32_t)i);
        }
    }
}

/* Which of several equal rows comes first, their texts decide: so all of them are kept. */
static void drop_the_rest(struct choosing *c) {
    struct ix_cost_groups *g = &c->scan->groups;
    const size_t last = c->heap[0];
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++) {
        c->heap[kept] = (uint32_t)i;
        kept += compare(c, i, last) <= 0;
    }
    for (size_t i = 0; i < kept; i++) {
        size_t from = c->heap[i];
        memmove(g->key + i * g->keys, g->key + from * g->keys, g->keys * sizeof *g->key);
        g->groups[i] = g->groups[from];
    }
    g->count = kept;
}

static enum ix_code keep(struct choosing *c, struct ix_cost_answer *answer, struct ix_err *err) {
    const size_t count = c->scan->groups.count;
    const size_t currencies = c->scan->currency.count;
    struct ix_cost_group *totals = ix_arena_array(c->arena, currencies, sizeof *totals);
    c->ranks = ix_arena_array(c->arena, currencies, sizeof *c->ranks);
    c->sums = ix_arena_alloc(c->arena, (count + 1) * sizeof *c->sums);
    c->heap = ix_arena_alloc(c->arena, (count + 1) * sizeof *c->heap);
    if (ix_arena_check(c->arena, err) != IX_OK || add_up(c, totals, err) != IX_OK ||
        make_totals(c, totals, answer, err) != IX_OK) {
        return err->code;
    }
    if (c->scan->question->largest < count) {
        rank_currencies(c);
        choose(c);
        drop_the_rest(c);
    }
    return IX_OK;
}

/* ---- the texts of what is kept ---- */

static enum ix_code text_of(const struct ix_cost_scan *scan, const struct ix_cost_values *v,
                            uint32_t number, struct ix_sv *ret_text, struct ix_err *err) {
    if (!v->later) {
        *ret_text = v->texts[number];
        return IX_OK;
    }
    enum ix_code code = ix_cost_text(scan->e, v->tids[number], scan->arena, ret_text, err);
    ret_text->data = ret_text->data ? ret_text->data : "";
    return code;
}

/* Numbers the values of the groups anew, so that there are no others. */
static enum ix_code read_texts(const struct ix_cost_scan *scan, struct ix_cost_values *v,
                               size_t key, struct ix_err *err) {
    const struct ix_cost_groups *g = &scan->groups;
    uint32_t *as = calloc(v->count, sizeof *as);
    struct ix_sv *texts = calloc(g->count + 1, sizeof *texts);
    enum ix_code code = as && texts ? IX_OK : ix_err_nomem(err);
    uint32_t count = 1;
    for (size_t i = 0; code == IX_OK && i < g->count; i++) {
        uint32_t *number = &g->key[i * g->keys + key];
        if (*number && !as[*number]) {
            as[*number] = count;
            code = text_of(scan, v, *number, &texts[count++], err);
        }
        *number = as[*number];
    }
    free(as);
    free(v->texts);
    v->texts = texts;
    v->count = code == IX_OK ? count : 0;
    return code;
}

enum ix_code ix_cost_keep_largest(struct ix_cost_scan *scan, struct ix_cost_answer *answer,
                                  struct ix_err *err) {
    struct choosing c = {.scan = scan, .arena = &scan->part.arena};
    enum ix_code code = keep(&c, answer, err);
    for (size_t i = 0; code == IX_OK && i < scan->question->dimension_count; i++) {
        code = read_texts(scan, &scan->dimensions[i], i + 2, err);
    }
    return code;
}
