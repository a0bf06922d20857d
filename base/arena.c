/* A chain of growing blocks and a bump pointer. Blocks double up to a megabyte, so small arenas
 * stay small and large ones call malloc seldom. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct ix_arena_block {
    struct ix_arena_block *next;
    size_t size, used;
    alignas(max_align_t) char bytes[];
};

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, KEPT_MAX = 4 << 20 };

void ix_arena_init(struct ix_arena *arena, size_t limit_bytes) {
    *arena = (struct ix_arena){.limit_bytes = limit_bytes};
}

static void free_blocks(struct ix_arena_block *block) {
    while (block) {
        struct ix_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void ix_arena_done(struct ix_arena *arena) {
    if (arena) {
        free_blocks(arena->blocks);
        *arena = (struct ix_arena){.limit_bytes = arena->limit_bytes};
    }
}

#ifdef IX_ARENA_DEBUG
static struct ix_arena_block *keep_block(struct ix_arena *arena) {
    free_blocks(arena->blocks);
    return NULL;
}
#else
/* One block as large as all that was needed, so that the next round finds its memory there: to give
 * megabytes back and take them again costs more than what is done with them. */
static struct ix_arena_block *join_blocks(struct ix_arena_block *kept, size_t used) {
    size_t size = used > KEPT_MAX ? KEPT_MAX : used;
    struct ix_arena_block *joined = kept->size < size ? malloc(sizeof *joined + size) : NULL;
    if (joined) {
        free(kept);
        *joined = (struct ix_arena_block){.size = size};
    }
    return joined ? joined : kept;
}

static struct ix_arena_block *keep_block(struct ix_arena *arena) {
    struct ix_arena_block *kept = arena->blocks;
    if (kept && kept->next) {
        free_blocks(kept->next);
        kept->next = NULL;
        kept = join_blocks(kept, arena->used_bytes);
    }
    if (kept && kept->size > KEPT_MAX) {
        free(kept);
        return NULL;
    }
    if (kept) {
        kept->used = 0;
    }
    return kept;
}
#endif

void ix_arena_reset(struct ix_arena *arena) {
    *arena = (struct ix_arena){.blocks = keep_block(arena), .limit_bytes = arena->limit_bytes};
}

static size_t next_block_size(const struct ix_arena *arena, size_t needed) {
#ifdef IX_ARENA_DEBUG
    (void)arena;
    return needed;
#else
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    size = size > LARGEST_BLOCK ? LARGEST_BLOCK : size;
    return size < needed ? needed : size;
#endif
}

static struct ix_arena_block *add_block(struct ix_arena *arena, size_t needed) {
    size_t size = next_block_size(arena, needed);
    struct ix_arena_block *block = malloc(sizeof *block + size);
    if (block) {
        *block = (struct ix_arena_block){.next = arena->blocks, .size = size};
        arena->blocks = block;
    }
    return block;
}

void *ix_arena_alloc(struct ix_arena *arena, size_t size) {
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    bool over = arena->limit_bytes &&
                (rounded > arena->limit_bytes || arena->used_bytes > arena->limit_bytes - rounded);
    if (arena->failed || over || rounded < size) {
        arena->over |= over && !arena->failed;
        arena->failed = true;
        return NULL;
    }
    struct ix_arena_block *block = arena->blocks;
    if (!block || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
    }
    if (!block) {
        arena->failed = true;
        return NULL;
    }
    void *piece = block->bytes + block->used;
    block->used += rounded;
    arena->used_bytes += rounded;
    return piece;
}

void *ix_arena_zalloc(struct ix_arena *arena, size_t size) {
    void *piece = ix_arena_alloc(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

void *ix_arena_array(struct ix_arena *arena, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        arena->failed = true;
        return NULL;
    }
    return ix_arena_zalloc(arena, bytes);
}

struct ix_sv ix_arena_copy(struct ix_arena *arena, struct ix_sv sv) {
    char *copy = ix_arena_alloc(arena, sv.size + 1);
    if (!copy) {
        return (struct ix_sv){0};
    }
    if (sv.size) {
        memcpy(copy, sv.data, sv.size);
    }
    copy[sv.size] = '\0';
    return ix_sv_of(copy, sv.size);
}

struct ix_sv ix_arena_printf(struct ix_arena *arena, const char *format, ...) {
    va_list measured;
    va_list written;
    va_start(measured, format);
    va_copy(written, measured);
    int size = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    char *text = size < 0 ? NULL : ix_arena_alloc(arena, (size_t)size + 1);
    if (text) {
        vsnprintf(text, (size_t)size + 1, format, written);
    }
    va_end(written);
    return text ? ix_sv_of(text, (size_t)size) : (struct ix_sv){0};
}

enum ix_code ix_arena_check(const struct ix_arena *arena, struct ix_err *err) {
    if (!arena->failed) {
        return IX_OK;
    }
    if (arena->over) {
        return ix_err_set(err, IX_LIMIT, "this needs more than the limit of %zu MiB of memory",
                          arena->limit_bytes >> 20);
    }
    return ix_err_nomem(err);
}
