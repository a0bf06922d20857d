/* ix_arena: everything of one lifetime, freed at once.
 *
 * A page, a request or a query allocates from one arena and frees nothing by itself. The arena
 * has a byte limit; once it is passed, or memory is gone, `failed` stays set and every further
 * allocation gives NULL, so a long chain of calls may be checked once at its end.
 * Build with -DIX_ARENA_DEBUG to make every piece its own malloc, so that sanitizers see it.
 */
#ifndef IX_BASE_ARENA_H
#define IX_BASE_ARENA_H

#include "base/err.h"
#include "base/sv.h"

struct ix_arena_block;

struct ix_arena {
    struct ix_arena_block *blocks; /* newest first */
    size_t used_bytes;             /* handed out */
    size_t limit_bytes;            /* 0: no limit */
    bool failed;                   /* sticky */
    bool over;                     /* failed because of the limit, not of memory */
};

/* `limit_bytes` 0 means none. Never fails; nothing is allocated yet. */
void ix_arena_init(struct ix_arena *arena, size_t limit_bytes);
void ix_arena_done(struct ix_arena *arena);  /* takes NULL or zeroed */
void ix_arena_reset(struct ix_arena *arena); /* frees all pieces, keeps one block and the limit */

/* Aligned for any type; NULL (and `failed`) when it cannot be had. */
void *ix_arena_alloc(struct ix_arena *arena, size_t size);
void *ix_arena_zalloc(struct ix_arena *arena, size_t size);
/* count * size with overflow check, zeroed. */
void *ix_arena_array(struct ix_arena *arena, size_t count, size_t size);

/* A terminated copy; the empty slice when memory is gone (see `failed`). */
struct ix_sv ix_arena_copy(struct ix_arena *arena, struct ix_sv sv);
/* Formats into the arena, terminated. */
struct ix_sv ix_arena_printf(struct ix_arena *arena, const char *format, ...) IX_PRINTF(2, 3);

/* IX_OK, or the error that `failed` stands for. */
IX_MUST_CHECK enum ix_code ix_arena_check(const struct ix_arena *arena, struct ix_err *err);

/* Failed for want of memory, not by the limit: what was made since means nothing, whatever a reader
 * took it for. */
static inline bool ix_arena_starved(const struct ix_arena *arena) {
    return arena->failed && !arena->over;
}

#define IX_NEW(arena, type) ((type *)ix_arena_zalloc((arena), sizeof(type)))

#endif
