/* ix_map: text keys to 64-bit values or pointers, open addressing, kept in an arena.
 *
 * Keys are copied into the arena. Nothing is removed: a map lives as long as its arena.
 */
#ifndef IX_BASE_MAP_H
#define IX_BASE_MAP_H

#include "base/arena.h"

struct ix_map_slot {
    struct ix_sv key;
    uint64_t hash;
    union ix_map_value {
        int64_t number;
        void *pointer;
    } value;
    bool used;
};

struct ix_map {
    struct ix_arena *arena; /* borrowed */
    struct ix_map_slot *slots;
    size_t capacity, count; /* capacity: a power of two */
};

void ix_map_init(struct ix_map *map, struct ix_arena *arena);
/* NULL when absent. */
union ix_map_value *ix_map_find(const struct ix_map *map, struct ix_sv key);
/* Finds or adds (zeroed); *ret_added may be NULL. NULL when the arena failed. */
union ix_map_value *ix_map_put(struct ix_map *map, struct ix_sv key, bool *ret_added);
/* Visits all slots in no order: for (s = NULL; (s = ix_map_each(map, s));). */
const struct ix_map_slot *ix_map_each(const struct ix_map *map, const struct ix_map_slot *after);

#endif
