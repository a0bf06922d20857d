/* Answers that were made, for who asks the same again while nobody has written. Each worker has its
 * own, of its own reader of the warehouse: without locks, and of at most IX_ANSWERS_BYTES. */
#ifndef IX_API_ANSWERS_H
#define IX_API_ANSWERS_H

#include "base/arena.h"
#include "base/sv.h"

enum {
    IX_ANSWERS_SLOTS = 256,
    IX_ANSWERS_BYTES = 4 << 20,
    IX_ANSWER_BYTES_MAX = 256 << 10, /* of one that is kept */
};

struct ix_answers {
    uint64_t version; /* of the warehouse that they say */
    size_t bytes;
    struct ix_answer_kept *slots[IX_ANSWERS_SLOTS];
};

/* A document in two parts: between them stands the time at which it is given. */
struct ix_answer_parts {
    struct ix_sv before, after;
};

void ix_answers_forget(struct ix_answers *answers);
/* Those of another version are forgotten. */
void ix_answers_are_of(struct ix_answers *answers, uint64_t version);
/* False: there is none. Borrowed until the next call of one of the others. */
bool ix_answers_find(const struct ix_answers *answers, struct ix_sv asked,
                     struct ix_answer_parts *ret_parts);
/* Copies all; without memory, or for too large a one, nothing happens. */
void ix_answers_keep(struct ix_answers *answers, struct ix_sv asked,
                     const struct ix_answer_parts *parts);
/* The document, given at that time (empty where there is no place for one). Without memory it is
 * empty and the arena has failed. */
struct ix_sv ix_answer_join(struct ix_arena *arena, const struct ix_answer_parts *parts,
                            struct ix_sv time);

#endif
