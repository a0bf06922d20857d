/* Linear probing, grown at three quarters; the old slots stay in the arena (at most as much again).
 */
#include "base/map.h"

#include "base/hash.h"

enum { FIRST_CAPACITY = 16 };

void ix_map_init(struct ix_map *map, struct ix_arena *arena) {
    *map = (struct ix_map){.arena = arena};
}

static struct ix_map_slot *slot_for(const struct ix_map *map, struct ix_sv key, uint64_t hash) {
    size_t at = hash & (map->capacity - 1);
    while (map->slots[at].used &&
           (map->slots[at].hash != hash || !ix_sv_eq(map->slots[at].key, key))) {
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->slots[at];
}

union ix_map_value *ix_map_find(const struct ix_map *map, struct ix_sv key) {
    if (map->count == 0) {
        return NULL;
    }
    struct ix_map_slot *slot = slot_for(map, key, ix_hash_short(key));
    return slot->used ? &slot->value : NULL;
}

static bool grow(struct ix_map *map) {
    struct ix_map larger = {
        .arena = map->arena,
        .capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY,
        .count = map->count,
    };
    larger.slots = ix_arena_array(map->arena, larger.capacity, sizeof *larger.slots);
    if (!larger.slots) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].used) {
            *slot_for(&larger, map->slots[i].key, map->slots[i].hash) = map->slots[i];
        }
    }
    *map = larger;
    return true;
}

union ix_map_value *ix_map_put(struct ix_map *map, struct ix_sv key, bool *ret_added) {
    if (map->count + 1 > map->capacity / 4 * 3 && !grow(map)) {
        return NULL;
    }
    uint64_t hash = ix_hash_short(key);
    struct ix_map_slot *slot = slot_for(map, key, hash);
    bool added = !slot->used;
    if (added) {
        struct ix_sv copy = ix_arena_copy(map->arena, key);
        if (!copy.data) {
            return NULL;
        }
        *slot = (struct ix_map_slot){.key = copy, .hash = hash, .used = true};
        map->count++;
    }
    if (ret_added) {
        *ret_added = added;
    }
    return &slot->value;
}

const struct ix_map_slot *ix_map_each(const struct ix_map *map, const struct ix_map_slot *after) {
    size_t at = after ? (size_t)(after - map->slots) + 1 : 0;
    while (at < map->capacity && !map->slots[at].used) {
        at++;
    }
    return at < map->capacity ? &map->slots[at] : NULL;
}
