/* A table without chains: what is asked has one slot, and who comes later takes it. When all are
 * too large together, all are forgotten: those that matter are made again soon. */
#include "api/answers.h"

#include <stdlib.h>

#include "base/hash.h"

struct ix_answer_kept {
    size_t asked_size, before_size, after_size;
    char bytes[];
};

static size_t size_of(const struct ix_answer_kept *kept) {
    return sizeof *kept + kept->asked_size + kept->before_size + kept->after_size;
}

static void drop(struct ix_answers *answers, struct ix_answer_kept **slot) {
    if (*slot) {
        answers->bytes -= size_of(*slot);
        free(*slot);
        *slot = NULL;
    }
}

void ix_answers_forget(struct ix_answers *answers) {
    for (size_t i = 0; answers->bytes > 0 && i < IX_ANSWERS_SLOTS; i++) {
        drop(answers, &answers->slots[i]);
    }
}

void ix_answers_are_of(struct ix_answers *answers, uint64_t version) {
    if (answers->version != version) {
        ix_answers_forget(answers);
        answers->version = version;
    }
}

static size_t slot_of(struct ix_sv asked) {
    return ix_hash_short(asked) % IX_ANSWERS_SLOTS;
}

bool ix_answers_find(const struct ix_answers *answers, struct ix_sv asked,
                     struct ix_answer_parts *ret_parts) {
    const struct ix_answer_kept *kept = answers->slots[slot_of(asked)];
    if (!kept || !ix_sv_eq(ix_sv_of(kept->bytes, kept->asked_size), asked)) {
        return false;
    }
    const char *before = kept->bytes + kept->asked_size;
    ret_parts->before = ix_sv_of(before, kept->before_size);
    ret_parts->after = ix_sv_of(before + kept->before_size, kept->after_size);
    return true;
}

static char *append(char *to, struct ix_sv part) {
    if (part.size) {
        memcpy(to, part.data, part.size);
    }
    return to + part.size;
}

void ix_answers_keep(struct ix_answers *answers, struct ix_sv asked,
                     const struct ix_answer_parts *parts) {
    struct ix_answer_kept **slot = &answers->slots[slot_of(asked)];
    size_t size = sizeof **slot + asked.size + parts->before.size + parts->after.size;
    if (size > IX_ANSWER_BYTES_MAX) {
        return;
    }
    drop(answers, slot);
    if (answers->bytes + size > IX_ANSWERS_BYTES) {
        ix_answers_forget(answers);
    }
    struct ix_answer_kept *kept = malloc(size);
    if (kept) {
        *kept = (struct ix_answer_kept){asked.size, parts->before.size, parts->after.size};
        append(append(append(kept->bytes, asked), parts->before), parts->after);
        answers->bytes += size;
        *slot = kept;
    }
}

struct ix_sv ix_answer_join(struct ix_arena *arena, const struct ix_answer_parts *parts,
                            struct ix_sv time) {
    size_t size = parts->before.size + time.size + parts->after.size;
    char *document = ix_arena_alloc(arena, size + 1);
    if (!document) {
        return (struct ix_sv){0};
    }
    *append(append(append(document, parts->before), time), parts->after) = '\0';
    return ix_sv_of(document, size);
}
