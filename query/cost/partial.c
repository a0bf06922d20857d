#include "query/cost/partial.h"

enum ix_code ix_cost_partial_find(struct ix_warehouse *warehouse, int64_t from_ms, int64_t until_ms,
                                  struct ix_arena *arena, struct ix_cost_ends *ret,
                                  struct ix_err *err) {
    struct ix_cost_ends all = {0};
    if (ix_warehouse_cost_ends(warehouse, arena, &all, err) != IX_OK) {
        return err->code;
    }
    struct ix_cost_end *kept = ix_arena_array(arena, all.count + 1, sizeof *kept);
    *ret = (struct ix_cost_ends){.items = kept};
    for (size_t i = 0; kept && i < all.count; i++) {
        const struct ix_cost_end *end = &all.items[i];
        const int64_t whole = ix_time_add_months(end->begin_ms, 1);
        bool asked = (from_ms == IX_TIME_UNKNOWN || from_ms < whole) &&
                     (until_ms == IX_TIME_UNKNOWN || until_ms > end->until_ms);
        if (asked && end->until_ms < whole) {
            kept[ret->count++] = *end;
        }
    }
    return ix_arena_check(arena, err);
}
