/* What of a set comes first:
 *
 *   ix_first(set, column, down, named, n)   those that come first by the column, and ties: n or
 *                                           more. Words by their order, NULL last whatever the
 *                                           direction. named: of those that are equal to the n-th
 *                                           the first by name are enough
 *
 * The n-th key is found with a heap; a second pass takes what is not behind it. */
#include <stdlib.h>

#include "indexer/warehouse/sqlite/column_visit.h"

/* The least keys so far, the greatest of them on top. */
struct heap {
    uint64_t *keys;
    size_t size, wanted;
};

struct first {
    struct ix_visit visit;
    const uint32_t *places; /* of words; NULL: values are compared themselves */
    size_t place_count;
    bool descending;
    bool named;
    struct heap heap;
    struct ix_rid_set set;
    struct ix_rid_set last; /* when named: those that are equal to the last one wanted */
};

/* ---- the heap ---- */

static enum ix_code begin_heap(struct heap *heap, size_t wanted, struct ix_err *err) {
    *heap = (struct heap){.keys = calloc(wanted, sizeof *heap->keys), .wanted = wanted};
    return heap->keys ? IX_OK : ix_err_nomem(err);
}

static void sink(struct heap *heap, size_t at) {
    uint64_t key = heap->keys[at];
    for (size_t child; (child = 2 * at + 1) < heap->size; at = child) {
        child += child + 1 < heap->size && heap->keys[child + 1] > heap->keys[child];
        if (heap->keys[child] <= key) {
            break;
        }
        heap->keys[at] = heap->keys[child];
    }
    heap->keys[at] = key;
}

static void rise(struct heap *heap, size_t at) {
    uint64_t key = heap->keys[at];
    for (; at > 0 && heap->keys[(at - 1) / 2] < key; at = (at - 1) / 2) {
        heap->keys[at] = heap->keys[(at - 1) / 2];
    }
    heap->keys[at] = key;
}

static void offer(struct heap *heap, uint64_t key) {
    if (heap->size < heap->wanted) {
        heap->keys[heap->size] = key;
        rise(heap, heap->size++);
    } else if (key < heap->keys[0]) {
        heap->keys[0] = key;
        sink(heap, 0);
    }
}

/* ---- by the column ---- */

/* Smaller comes first; NULL last. */
static uint64_t key_of(const struct first *f, const struct ix_column *columns, size_t row) {
    int64_t value = ix_column_value(&columns[0], row);
    uint64_t key = (uint64_t)value ^ (UINT64_C(1) << 63);
    if (value == IX_COLUMN_NULL) {
        return UINT64_MAX;
    }
    if (f->places) {
        key = value >= 0 && (size_t)value < f->place_count ? f->places[value] : 0;
        key = key ? key : UINT64_MAX;
    }
    return f->descending && key != UINT64_MAX ? ~key : key;
}

static bool gather_key(struct ix_visit *visit, const struct ix_column *columns, size_t row,
                       int64_t rid) {
    struct first *f = (struct first *)visit;
    (void)rid;
    offer(&f->heap, key_of(f, columns, row));
    return true;
}

static bool take_row(struct ix_visit *visit, const struct ix_column *columns, size_t row,
                     int64_t rid) {
    struct first *f = (struct first *)visit;
    uint64_t key = key_of(f, columns, row);
    if (key > f->heap.keys[0]) {
        return true;
    }
    bool is_last = f->named && key == f->heap.keys[0];
    return ix_rid_set_add(is_last ? &f->last : &f->set, rid);
}

static enum ix_code find_by_column(struct ix_sqlite *e, struct first *f,
                                   const struct ix_rid_view *view, struct ix_err *err) {
    f->visit.row = gather_key;
    enum ix_code code = ix_visit_set(e, &f->visit, view, err);
    f->visit.row = take_row;
    return code == IX_OK ? ix_visit_set(e, &f->visit, view, err) : code;
}

/* ---- by name, among those that are equal ---- */

static struct ix_rid_view view_of(const struct ix_rid_set *set) {
    struct ix_rid_view view = {0};
    if (set->memory) {
        view.words = (const unsigned char *)(set->memory + 1);
        view.first = set->first;
        view.count = set->count;
    }
    return view;
}

static uint64_t name_key(const struct ix_name_places *names, int64_t rid) {
    uint32_t place = names && (size_t)rid < names->count ? names->items[rid] : 0;
    return place ? place : UINT64_MAX;
}

/* Without names all are taken. */
static bool take_last(struct first *f, const struct ix_name_places *names, uint64_t most) {
    struct ix_rid_view last = view_of(&f->last);
    for (size_t w = last.first; w < last.first + last.count; w++) {
        for (uint64_t bits = ix_rid_view_word(&last, w); bits; bits &= bits - 1) {
            int64_t rid = (int64_t)w * 64 + __builtin_ctzll(bits);
            if (name_key(names, rid) <= most && !ix_rid_set_add(&f->set, rid)) {
                return false;
            }
        }
    }
    return true;
}

static void offer_names(struct heap *heap, const struct ix_rid_view *last,
                        const struct ix_name_places *names) {
    for (size_t w = last->first; w < last->first + last->count; w++) {
        for (uint64_t bits = ix_rid_view_word(last, w); bits; bits &= bits - 1) {
            offer(heap, name_key(names, (int64_t)w * 64 + __builtin_ctzll(bits)));
        }
    }
}

static enum ix_code find_by_name(struct ix_sqlite *e, struct first *f, struct ix_err *err) {
    const struct ix_name_places *names = NULL;
    struct ix_rid_view set = view_of(&f->set);
    struct ix_rid_view last = view_of(&f->last);
    struct heap heap = {0};
    size_t wanted = f->heap.wanted - ix_rid_view_count(&set);
    size_t tied = ix_rid_view_count(&last);
    enum ix_code code = tied > wanted ? ix_column_names(e, tied - wanted, &names, err) : IX_OK;
    if (code == IX_OK && names) {
        code = begin_heap(&heap, wanted, err);
        if (code == IX_OK) {
            offer_names(&heap, &last, names);
        }
    }
    if (code == IX_OK && !take_last(f, names, heap.keys ? heap.keys[0] : UINT64_MAX)) {
        code = ix_err_nomem(err);
    }
    free(heap.keys);
    return code;
}

/* ---- the function ---- */

static enum ix_code find_first(struct ix_sqlite *e, struct first *f, size_t wanted,
                               const struct ix_rid_view *view, struct ix_err *err) {
    enum ix_code code = begin_heap(&f->heap, wanted, err);
    code = code == IX_OK ? find_by_column(e, f, view, err) : code;
    code = code == IX_OK && f->named ? find_by_name(e, f, err) : code;
    free(f->heap.keys);
    ix_rid_set_done(&f->last);
    return code;
}

void ix_first_of(sqlite3_context *context, int count, sqlite3_value **values) {
    enum { SET, COLUMN, DOWN, NAMED, WANTED };
    struct ix_sqlite *e = sqlite3_user_data(context);
    struct ix_rid_view view = ix_rid_view_of(values[SET]);
    int64_t wanted = sqlite3_value_int64(values[WANTED]);
    struct first f = {.visit = {.ids = {ix_column_of(values[COLUMN])}, .count = 1},
                      .descending = sqlite3_value_int(values[DOWN]) != 0,
                      .named = sqlite3_value_int(values[NAMED]) != 0};
    struct ix_err err = {0};
    bool ordered = true;
    (void)count;
    if (wanted <= 0 || (size_t)wanted >= ix_rid_view_count(&view)) {
        sqlite3_result_value(context, values[SET]);
        return;
    }
    enum ix_code code =
        ix_column_places(e, f.visit.ids[0], &f.places, &f.place_count, &ordered, &err);
    if (code == IX_OK && !ordered) { /* all of them */
        sqlite3_result_value(context, values[SET]);
        return;
    }
    if (code == IX_OK) {
        (void)(find_first(e, &f, (size_t)wanted, &view, &err) == IX_OK); /* err has it */
    }
    ix_column_give_set(context, &f.set, &err);
}
